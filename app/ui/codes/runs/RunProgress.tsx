// How far a run is, how long it takes, what came of its rows, and the way to stop it or to let it go on.
import { BlockStack, Button, Card, Divider, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import type { RunDetail } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { useFormat } from "../../format.tsx";
import { percentOf, useStepWords } from "./words.ts";

type RunProgressProps = { run: RunDetail; busy: boolean; onAct: (intent: "stop" | "go_on") => void };

export function RunProgress({ run, busy, onAct }: RunProgressProps) {
  const t = useT("runs");
  const words = useStepWords()(run, run.hindrance !== null || run.problem !== null);
  const { state } = run;
  const under = state === "checking" || state === "running";
  const title = t(state === "stopped" && run.startedAt === null ? "progress.stopped_checking" : `progress.${state}`);
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <div role="status">
            <Text as="h2" variant="headingSm">
              {title}
            </Text>
          </div>
          {under ? (
            <Button onClick={() => onAct("stop")} loading={busy}>
              {t("progress.stop")}
            </Button>
          ) : state === "stopped" || state === "failed" ? (
            <Button variant="primary" onClick={() => onAct("go_on")} loading={busy}>
              {t("progress.go_on")}
            </Button>
          ) : null}
        </InlineStack>
        {state === "checked" ? null : (
          <BlockStack gap="200">
            <ProgressBar progress={percentOf(run)} size="small" tone={state === "done" ? "success" : "highlight"} ariaLabelledBy="run-progress" />
            <InlineStack align="space-between" gap="200">
              <Text as="p" id="run-progress">
                {words.far}
              </Text>
              <Text as="p" tone="subdued">
                {[words.left, words.pace].filter(Boolean).join(" · ")}
              </Text>
            </InlineStack>
          </BlockStack>
        )}
        <Divider />
        <Counts run={run} />
      </BlockStack>
    </Card>
  );
}

function Counts({ run: { progress, state, startedAt } }: { run: RunDetail }) {
  const t = useT("runs");
  const format = useFormat();
  const { rows, inStore, inNetwork, forNetwork } = progress;
  const of = (done: number, total: number) => t("count.of", { done: format.number(done), total: format.number(total) });
  const begun = startedAt !== null || state === "running" || state === "done";
  const counts: { what: string; count: string; wrong: boolean }[] = begun
    ? [{ what: "live", count: of(inStore, rows.made + rows.checked + rows.new), wrong: false }, ...(forNetwork > 0 ? [{ what: "live_network", count: of(inNetwork, forNetwork), wrong: false }] : [])]
    : [{ what: "free", count: format.number(rows.checked), wrong: false }];
  for (const what of ["failed", "blocked", "skipped"] as const) if (rows[what] > 0) counts.push({ what, count: format.number(rows[what]), wrong: what !== "skipped" });
  return (
    <InlineStack gap="800">
      {counts.map(({ what, count, wrong }) => (
        <BlockStack key={what} gap="050">
          <Text as="span" tone="subdued">
            {t(`count.${what}`)}
          </Text>
          <Text as="span" variant="headingMd" numeric {...(wrong ? { tone: "critical" as const } : {})}>
            {count}
          </Text>
        </BlockStack>
      ))}
    </InlineStack>
  );
}
