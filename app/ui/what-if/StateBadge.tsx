import { Badge, type BadgeProps } from "@shopify/polaris";
import type { WhatIfState } from "../../domain/what-if.ts";
import type { WhatIfHead } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";

const TONES: Record<WhatIfState, Pick<BadgeProps, "tone" | "progress">> = {
  waiting: { tone: "attention", progress: "incomplete" },
  running: { tone: "attention", progress: "partiallyComplete" },
  done: { tone: "info", progress: "complete" },
  stopped: { tone: "warning", progress: "partiallyComplete" },
  failed: { tone: "critical" },
  applied: { tone: "success", progress: "complete" },
};

export function StateBadge({ whatIf: { state, since } }: { whatIf: Pick<WhatIfHead, "state" | "since"> }) {
  const t = useT("whatif");
  if (since) return <Badge>{t(since.undone ? "state.undone" : "state.replaced")}</Badge>;
  return <Badge {...TONES[state]}>{t(`state.${state}`)}</Badge>;
}
