// The words of the files, in the language of the page that they are downloaded from.
import { FILE_COLUMNS, type FileColumn, type FileWords } from "../../domain/statement-page.ts";
import { type Language, loadLanguage, translateIn } from "../../i18n.ts";
import { earningSentences } from "../earnings/words.ts";
import { makeFormat } from "../format.tsx";
import { monthName } from "./month.ts";

export async function fileWords(language: Language): Promise<FileWords> {
  await loadLanguage(language);
  const t = translateIn(language, "statements");
  return {
    column: Object.fromEntries(FILE_COLUMNS.map((column) => [column, t(`column.${column}`)])) as Record<FileColumn, string>,
    mark: { hand: t("mark.hand"), what_if: t("mark.what_if") },
    state: { pending: t("state.pending"), approved: t("state.approved"), reversed: t("state.reversed"), unknown: t("state.unknown") },
    pattern: t("pattern"),
    payoutWith: (month) => t("payout.with", { month: monthName(language, month) }),
    why: (earning, timezone) => earningSentences(earning, translateIn(language, "earnings"), makeFormat({ language, currency: earning.base.currency, timezone, now: "1970-01-01T00:00:00.000Z" })).reasons.join(" "),
    sheet: { orders: t("file.orders"), summary: t("file.summary") },
    summary: {
      shop: t("page.shop"),
      creator: t("page.creator"),
      period: t("page.period"),
      timezone: t("file.timezone"),
      orders: t("column.orders"),
      opening: t("sum.opening"),
      closing: t("sum.closing"),
      pending: t("state.pending"),
      approved: t("state.approved"),
      reversed: t("state.reversed"),
      reversals: t("file.reversals"),
      unknown: t("file.unknown"),
      awaiting: t("file.awaiting"),
      amounts: t("page.amounts"),
    },
    fileName: (creator, month) => asFileName(creator === null ? t("file.name_all", { month }) : t("file.name", { creator, month })),
  };
}

/** Without what some system keeps out of the names of files. */
function asFileName(name: string): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]/gu, "-").replace(/\s+/g, " ").trim().slice(0, 120);
}
