// While a what-if is computed: how far it is, and the way to stop it or to let it go on.
import { BlockStack, Button, Card, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import type { WhatIfDetail } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

type ProgressProps = { whatIf: WhatIfDetail; busy: boolean; onAct: (intent: "stop" | "continue") => void };

export function Progress({ whatIf, busy, onAct }: ProgressProps) {
  const t = useT("whatif");
  const format = useFormat();
  const { state, total } = whatIf;
  if (state !== "waiting" && state !== "running" && state !== "stopped") return null;
  const done = Math.min(whatIf.done, total);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <div role="status">
            <Text as="h2" variant="headingSm">
              {t(`progress.${state}`)}
            </Text>
          </div>
          {state === "stopped" ? (
            <Button onClick={() => onAct("continue")} loading={busy}>
              {t("progress.go_on")}
            </Button>
          ) : (
            <Button onClick={() => onAct("stop")} loading={busy}>
              {t("progress.stop")}
            </Button>
          )}
        </InlineStack>
        {total > 0 ? (
          <>
            <ProgressBar progress={Math.round((100 * done) / total)} size="small" ariaLabelledBy="what-if-progress" />
            <Text as="p" tone="subdued" id="what-if-progress">
              {t("progress.of", { done: format.number(done), total: format.number(total) })}
            </Text>
          </>
        ) : null}
      </BlockStack>
    </Card>
  );
}
