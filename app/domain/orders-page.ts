// The shapes of the pages Orders and Order: types only, plain JSON. Times are ISO 8601, amounts are minor units as strings.
import type { Reason } from "./credit.ts";
import type { ReportItem } from "./report.ts";
import type { ProgramSettingsView } from "./settings-page.ts";

/** `taken_back`: credited once, with nothing left of it. `missing`: the store does not know the order. */
export type OrderOutcome = "credited" | "taken_back" | "not_credited" | "waiting" | "unreadable" | "missing";

/** The worst of what stands with the network; "none": nothing is told of this order. */
export type NetworkState = "none" | "stuck" | "waiting" | "reported" | "reversed";

export type Matched = { codeId: string; code: string; creator: { id: string; name: string } | null; outcome: string; reason: Reason | null };

export type OrderRow = {
  /** unique in the list; an unreadable delivery that names no order has no order id */
  key: string;
  orderId: string | null;
  name: string;
  createdAt: string | null;
  outcome: OrderOutcome;
  reason: Reason | null;
  unreadable: string | null;
  matched: Matched[];
  currency: string | null;
  credited: string;
  network: NetworkState;
};

export type OrderCounts = { any: boolean; waiting: number; unreadable: number; trouble: number };

export type OrderHead = OrderRow & {
  orderId: string;
  deleted: boolean;
  everPaid: boolean;
  settledAt: string | null;
  fetch: { at: string; why: string | null; tries: number } | null;
  facts: { test: boolean; cancelledAt: string | null; financialStatus: string; taxesIncluded: boolean; presentment: { currency: string; total: string | null }; source: string | null; pieces: number } | null;
};

/** Names and terms of the codes that matched, as they held when the order was made. */
export type CodeNames = { codeId: string; code: string; generic: boolean; policy: string | null; creator: { id: string; name: string } | null; program: { id: string; name: string; network: string } | null; rule: ProgramSettingsView | null };

export type EntryRow = {
  id: string;
  at: string;
  kind: string;
  amount: string;
  currency: string;
  lineId: string;
  code: string;
  creator: string;
  cause: { id: string; hash: string | null; topic: string | null; receivedAt: string | null };
};

export type ToldRow = {
  n: number;
  networkOrderId: string;
  program: string;
  creator: string;
  toldCode: string | null;
  state: string;
  op: string | null;
  problem: string | null;
  problemDetail: string | null;
  actionId: string | null;
  target: ReportItem[];
  sent: ReportItem[] | null;
  currency: string;
  nextAt: string | null;
  lockAt: string | null;
  changedAt: string;
};

export type DeliveryRow = { id: string; topic: string; receivedAt: string; state: string; reason: string | null };
