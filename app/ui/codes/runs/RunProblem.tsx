// What keeps a run from going on, what it means, and what to do.
import { Banner, BlockStack } from "@shopify/polaris";
import { readProblem } from "../../../domain/problem.ts";
import type { RunDetail } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { useFormat } from "../../format.tsx";
import { useProblemWords } from "../../marks.tsx";

export function RunProblem({ run }: { run: RunDetail }) {
  const t = useT("runs");
  const format = useFormat();
  const words = useProblemWords();
  const { state, hindrance, deal } = run;
  const own = state === "checked" || state === "done" ? null : run.problem;
  const problem = own ?? (state === "running" || state === "stopped" ? hindrance?.problem : null) ?? null;
  if (problem === null) return null;
  const key = readProblem(problem)?.key ?? "";
  const action = key.startsWith("network.") || key.startsWith("connect.") ? { content: t("problem.open_network"), url: "/app/network" } : key.includes("deal") ? { content: t("problem.open_deal"), url: `/app/deals/${deal.id}` } : null;
  const again = state === "running" && hindrance?.nextAt ? hindrance.nextAt : null;
  return (
    <Banner tone={state === "failed" ? "critical" : "warning"} title={t(state === "failed" ? "problem.failed" : state === "stopped" ? "problem.stopped" : "problem.waiting")} {...(action ? { action } : {})}>
      <BlockStack gap="100">
        <p>{words(problem)}</p>
        {again !== null && !format.isPast(again) ? <p>{t("problem.again_at", { time: format.time(again) })}</p> : null}
      </BlockStack>
    </Banner>
  );
}
