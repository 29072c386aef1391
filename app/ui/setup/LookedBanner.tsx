// What a person who had the network looked at again is told: that it is being read, and then what was found there.
import { Banner } from "@shopify/polaris";
import type { DoneStep, WaitingStep } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

/** So many codes are named; the rest is in the table below. */
const MOST_NAMED = 10;

type Props = { lookedAt: string; rows: WaitingStep[]; done: DoneStep[]; program: string };

export function LookedBanner({ lookedAt, rows, done, program }: Props) {
  const t = useT("setup");
  const format = useFormat();
  const found = done.filter((row) => row.doneAt >= lookedAt).map((row) => row.code);
  const isReading = rows.some((row) => row.readAt === null || row.readAt < lookedAt);
  const codes = found.length > MOST_NAMED ? `${found.slice(0, MOST_NAMED).join(", ")} …` : format.list(found);
  return (
    <Banner tone={found.length > 0 ? "success" : "info"}>
      {found.length > 0 ? <p>{t("found", { count: found.length, codes })}</p> : null}
      {isReading ? <p>{t("looking", { program })}</p> : found.length === 0 ? <p>{t("found_none")}</p> : null}
    </Banner>
  );
}
