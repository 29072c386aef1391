// The words of files that go out, in the language of the page that they are downloaded from.
import type { OutColumn, OutWhat, OutWords } from "../../domain/sheet-out.ts";
import type { RowNote } from "../../domain/sheet-page.ts";
import { type Language, loadLanguage, translateIn } from "../../i18n.ts";

/** Headings by which the file is understood when it comes in again. */
const HEADINGS: Record<OutColumn, string> = {
  creator: "list.creator", email: "field.email", handle: "field.handle", program: "field.program", codes: "list.codes_column", orders: "list.orders", sold: "list.sold", added: "list.added",
  code: "field.code", deal: "field.deal", policy: "field.policy", start: "field.start", end: "field.end", link: "list.share_link", state: "list.state", store: "list.store", network: "list.network", made: "list.made",
};

export async function outWords(language: Language, what: OutWhat): Promise<OutWords> {
  await loadLanguage(language);
  const t = translateIn(language, "files");
  const tCodes = translateIn(language, "codes");
  return {
    column: (column, currency) => t(HEADINGS[column], { currency }),
    policy: (policy) => tCodes(`policy.${policy}.short`),
    mark: (state) => t(`mark.${state}`),
    state: (state) => t(`list.${state}`),
    everybody: t("list.everybody"),
    sheet: t(what === "creators" ? "list.sheet_creators" : "list.sheet_codes"),
    fileName: t(what === "creators" ? "list.sheet_creators" : "list.sheet_codes"),
  };
}

export async function noteWords(language: Language) {
  await loadLanguage(language);
  const t = translateIn(language, "files");
  return {
    row: t("list.row"),
    what: t("list.what"),
    leftOut: t("list.left_out"),
    yes: t("list.yes"),
    no: t("list.no"),
    note: ({ key, values }: Pick<RowNote, "key" | "values">) => t(`row.${key}`, values),
    fileName: (name: string) => t("list.notes", { name }),
  };
}
