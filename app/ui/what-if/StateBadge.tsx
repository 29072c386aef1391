import { Badge, type BadgeProps } from "@shopify/polaris";
import type { WhatIfState } from "../../domain/what-if.ts";
import { useT } from "../../i18n.ts";

const TONES: Record<WhatIfState, Pick<BadgeProps, "tone" | "progress">> = {
  waiting: { tone: "attention", progress: "incomplete" },
  running: { tone: "attention", progress: "partiallyComplete" },
  done: { tone: "info", progress: "complete" },
  stopped: { tone: "warning", progress: "partiallyComplete" },
  failed: { tone: "critical" },
  applied: { tone: "success", progress: "complete" },
};

export function StateBadge({ state }: { state: WhatIfState }) {
  const t = useT("whatif");
  return <Badge {...TONES[state]}>{t(`state.${state}`)}</Badge>;
}
