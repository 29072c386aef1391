// While a period is compared: how far it is, and the way to stop it or to let it go on.
import { BlockStack, Button, Card, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import type { RunHead } from "../../domain/reconcile-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function RunProgress({ run, busy, onAct }: { run: RunHead; busy: boolean; onAct: (intent: "stop" | "continue") => void }) {
  const t = useT("reconcile");
  const format = useFormat();
  const { state, stage, total } = run;
  if (state === "done") return null;
  const done = Math.min(run.done, Math.max(total, run.done));
  const goes = state === "waiting" || state === "running";
  const values = { count: done, done: format.number(done), total: format.number(total) };
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <div role="status">
            <Text as="h2" variant="headingSm" id="reconcile-progress">
              {state === "waiting" || !goes ? t(`progress.${goes ? "waiting" : "stopped"}`) : t(`progress.${stage}`, values)}
            </Text>
          </div>
          <Button onClick={() => onAct(goes ? "stop" : "continue")} loading={busy}>
            {t(goes ? "progress.stop" : "progress.go_on")}
          </Button>
        </InlineStack>
        {goes && stage === "orders" && total > 0 ? <ProgressBar progress={Math.round((100 * done) / total)} size="small" ariaLabelledBy="reconcile-progress" /> : null}
        {goes ? (
          <Text as="p" tone="subdued">
            {t("progress.leave")}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}
