// A case: a shop as it stands, what arrived, and what must come out. The format is described in README.md, "Cases".
import { readFileSync } from "node:fs";
import { parseJson } from "#test/local/store/json.ts";

export type CaseProgram = {
  id: string; network?: string; kind?: "creator" | "performance"; mode?: "full" | "codes_only"; creditOn?: "paid" | "created";
  scope?: "order" | "discounted_lines"; clickWindowDays?: number; blockSelfReferral?: boolean;
  renewals?: "first" | "every" | "none"; newCustomersOnly?: boolean; chargebacks?: "reverse" | "keep"; clicks?: "own" | "network";
};
export type CaseCreator = { id: string; name: string; email?: string | null; memberships?: { program: string; partnerId?: string | null; from: string; to?: string | null }[] };
export type CaseCode = {
  id: string; code: string; match?: "exact" | "regex"; creator: string | null; program: string; deal?: string | null;
  creditPolicy?: "always" | "involved" | "winner"; createdAt: string; startsAt?: string | null; endsAt?: string | null;
};
/** A click. `kind`, with what came in the address: `clickId` (and its `parameter`), or the `word` of a code or of a creator's own link. `after`: it becomes known once that delivery is settled. */
export type CaseTouch = {
  at: string; visitor: string; creator: string | null;
  kind?: "click_id" | "code" | "link"; clickId?: string | null; parameter?: string | null; word?: string | null; after?: string;
};
/** What ties a browser to an order: its checkout's token, or its customer's id. */
export type CaseTie = { visitor: string; checkout?: string; customer?: number | bigint | string; after?: string };
/** Whose click an id is, as its network says it. */
export type CaseOwner = { id: string; parameter?: string; creator: string; program: string; after?: string };
/** A click that only the network knows of; an order names it in the note attribute irclickid. */
export type CaseNetworkClick = { id: string; creator: string; program: string; at: string };
/** What a person decided: once the delivery of the webhook id `after` was settled, or after all of them. One act follows the other as they are listed. */
export type CaseAct = { order: string; act: "credit" | "exclude" | "correct" | "withdraw"; code?: string | null; amount?: string | null; reason: string; after?: string };
/** As the Admin API of the store has them, in the shape of REST. */
export type CaseProduct = { id: number | bigint; tags?: string; product_type?: string };
export type CaseDispute = { id: number | bigint; order_id: number | bigint; type: "chargeback" | "inquiry"; status: string; [field: string]: unknown };
export type CaseDelivery = { topic: string; webhookId: string; eventId?: string; triggeredAt: string; body: Record<string, unknown> };

export type LedgerRow = { order: string; code: string; creator: string; program: string; line: string; currency: string; balance: string };
export type DecisionRow = { order: string; code: string | null; outcome: string; reason: string | null };
export type NetworkRow = { program: string; order: string; code: string | null; partnerId: string; items: { sku: string; quantity: number; amount: string }[] };
export type Outcome = { ledger: LedgerRow[]; decisions: DecisionRow[]; network: NetworkRow[] };

export type Case = {
  name: string;
  about?: string;
  shop: { domain: string; currency: string; stackingRule?: string; renewalSources?: string[]; neverEarn?: { tags?: string[]; types?: string[]; skus?: string[] } };
  programs: CaseProgram[];
  creators: CaseCreator[];
  deals?: { id: string; name: string }[];
  codes: CaseCode[];
  touches?: CaseTouch[];
  ties?: CaseTie[];
  clickOwners?: CaseOwner[];
  clickParameters?: { name: string; network: string | null }[];
  networkClicks?: CaseNetworkClick[];
  deliveries: CaseDelivery[];
  store?: { orders?: Record<string, unknown>[]; products?: CaseProduct[]; disputes?: CaseDispute[] };
  acts?: CaseAct[];
  expect: Partial<Outcome>;
};

/** Reads a case file. Integers beyond what a number can tell apart are bigints, so that a body is written out again as it came. */
export function readCase(path: string): Case {
  return parseJson(readFileSync(path, "utf8")) as Case;
}
