// An order's outcome, and how it stands with the network, each in words and not by colour alone.
import { Badge, type BadgeProps } from "@shopify/polaris";
import type { NetworkState, OrderOutcome } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";

type Look = { tone?: BadgeProps["tone"]; progress?: BadgeProps["progress"] };

const OUTCOMES: Record<OrderOutcome, Look> = {
  credited: { tone: "success", progress: "complete" },
  awaiting_network: { tone: "info", progress: "partiallyComplete" },
  taken_back: { progress: "complete" },
  nothing: {},
  not_credited: {},
  waiting: { tone: "attention", progress: "incomplete" },
  unreadable: { tone: "critical" },
  missing: { tone: "warning" },
};

const NETWORK: Record<NetworkState, Look> = {
  none: {},
  waiting: { tone: "attention", progress: "partiallyComplete" },
  reported: { tone: "success", progress: "complete" },
  reversed: { progress: "complete" },
  stuck: { tone: "critical" },
};

export function OutcomeBadge({ outcome }: { outcome: OrderOutcome }) {
  const t = useT("orders");
  return <Badge {...OUTCOMES[outcome]}>{t(`outcome.${outcome}`)}</Badge>;
}

/** A dash where nothing is told to a network. */
export function NetworkBadge({ state }: { state: NetworkState }) {
  const t = useT("orders");
  return state === "none" ? <>–</> : <Badge {...NETWORK[state]}>{t(`network.${state}`)}</Badge>;
}
