// A comparison in words: its period, its result in one sentence, and what differs on an order.
import type { DifferenceRow, RunHead } from "../../domain/reconcile-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function usePeriod(): (run: Pick<RunHead, "from" | "to">) => string {
  const t = useT("reconcile");
  const format = useFormat();
  return ({ from, to }) => t(from === to ? "one_day" : "period", { from: format.day(from), to: format.day(to) });
}

/** "7 differences for 1 to 30 June, 2 need you." */
export function useAnswer(): (run: Pick<RunHead, "from" | "to" | "state" | "counts">) => string {
  const t = useT("reconcile");
  const period = usePeriod();
  return (run) => {
    const { all, you } = run.counts;
    const values = { period: period(run), count: all };
    if (run.state !== "done") return t(`answer.${run.state}`, values);
    if (all === 0) return t("answer.agree", values);
    return you === 0 ? t("answer.differ_none", values) : t("answer.differ", { ...values, need: t("answer.need", { count: you }) });
  };
}

/** What is so on each side, in some words; "" where the cause says it all. */
export function useSides(): (row: DifferenceRow) => string {
  const t = useT("reconcile");
  const format = useFormat();
  return ({ cause, here, there, currency, detail }) => {
    const money = (minor: string | null) => (minor === null || currency === null ? t("row.unknown") : format.money(minor, currency));
    if (cause === "unexplained") return t(`row.what_${String(detail["what"] ?? "not_settled")}`, { here: money(here), there: money(there) });
    if (cause === "store_amount") return t("row.in_store", { here: money(here), there: money(there) });
    if (typeof detail["why"] === "string" && detail["why"] !== "") return t("row.why", { why: detail["why"] });
    const parts = here === null && there === null ? [] : [here === null ? t("row.there", { there: money(there) }) : there === null ? t("row.here", { here: money(here) }) : t("row.here_there", { here: money(here), there: money(there) })];
    if (typeof detail["nextAt"] === "string" && !format.isPast(detail["nextAt"])) parts.push(t("row.next", { when: format.ago(detail["nextAt"]) }));
    if (detail["locked"] === true) parts.push(t("row.locked"));
    return parts.join(" · ");
  };
}
