// The shapes of the pages Orders and Order: types only, plain JSON. Times are ISO 8601, amounts are minor units as strings.
import type { Reason } from "./credit.ts";
import type { Earning } from "./earnings.ts";
import type { OrderProof } from "./explain.ts";
import type { ExchangeRow } from "./pages.ts";
import type { ReportItem } from "./report.ts";

/** `taken_back`: credited once, with nothing left of it; `nothing`: to be credited, but there never was an amount. `missing`: the store does not know the order. */
export type OrderOutcome = "credited" | "awaiting_network" | "taken_back" | "nothing" | "not_credited" | "waiting" | "unreadable" | "missing";

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

export type OrderCounts = { any: boolean; waiting: number; awaiting: number; unreadable: number; trouble: number };

export type OrderHead = OrderRow & {
  orderId: string;
  deleted: boolean;
  everPaid: boolean;
  settledAt: string | null;
  version: OrderVersion;
  fetch: { at: string; why: string | null; tries: number } | null;
  facts: { test: boolean; cancelledAt: string | null; financialStatus: string; taxesIncluded: boolean; presentment: { currency: string; total: string | null }; source: string | null; pieces: number } | null;
};

/** Instants to the last digit given. `triggeredAt` null: the state was fetched. */
export type OrderVersion = { updatedAt: string | null; triggeredAt: string | null };

export type EntryRow = {
  id: string;
  at: string;
  kind: string;
  amount: string;
  currency: string;
  lineId: string;
  code: string;
  codeId: string;
  creator: string;
  program: string;
  cause: { id: string; hash: string | null; topic: string | null; receivedAt: string | null };
  /** The state of the order that it was settled in. */
  version: OrderVersion;
};

export type ToldRow = {
  n: number;
  networkOrderId: string;
  network: string;
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
  /** It was told late, and the network dates it by its arrival; null: it has the order's own time there, or is not known. */
  lateThere: string | null;
  changedAt: string;
  /** The network decides whether it is credited. */
  byNetwork: boolean;
  codeId: string;
  /** When its last request went out; of one that waits, when it was made. */
  toldAt: string;
};

/** All that is kept of an order. `proof` null: nothing is known of it but its id. `earnings`: what the network pays, by the number of the conversion. `byHand`: the reasons of the entries that stand under a person's decision, by entry. */
export type OrderPage = { order: OrderHead; proof: OrderProof | null; entries: EntryRow[]; byHand: Record<string, string>; told: ToldRow[]; earnings: Record<number, Earning>; exchanges: ExchangeRow[]; deliveries: DeliveryRow[] };

export type DeliveryRow = { id: string; topic: string; receivedAt: string; state: string; reason: string | null };

/** A proof in sentences, in one language: `contest` says why one code won, null where no other matched. By code id and line id; `clicks` and `disputes` as the proof lists them; `sources` says of each click what it was and who told of it, `evidence` where the clicks are known from. */
export type ProofWords = { headline: string[]; contest: string | null; codes: Record<string, string[]>; evidence: string; sources: string[][]; clicks: string[][]; lines: Record<string, string>; disputes: string[] };
