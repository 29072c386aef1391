import { Badge, type BadgeProps } from "@shopify/polaris";
import type { BatchState } from "../../../domain/code-batch.ts";
import { useT } from "../../../i18n.ts";

const TONES: Record<BatchState, Pick<BadgeProps, "tone" | "progress">> = {
  checking: { tone: "attention", progress: "incomplete" },
  checked: { tone: "info", progress: "partiallyComplete" },
  running: { tone: "attention", progress: "partiallyComplete" },
  stopped: { tone: "warning", progress: "partiallyComplete" },
  done: { tone: "success", progress: "complete" },
  failed: { tone: "critical" },
};

export function RunBadge({ state }: { state: BatchState }) {
  const t = useT("runs");
  return <Badge {...TONES[state]}>{t(`state.${state}`)}</Badge>;
}
