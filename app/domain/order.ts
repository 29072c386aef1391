// The facts of an order: what credit is decided from, and nothing that names a person.
// Amounts are integer minor units of the shop's currency, as decimal strings (facts are kept as JSON, which has no big integers).
// Instants are UTC, "2026-06-10T08:00:00.000Z".

import { codeKey } from "./code.ts";
import { AmountError, sum } from "./money.ts";
import type { NamedClicks } from "./origin.ts";

/** Raised by one whenever a reader would read an order differently: kept facts of an older version are fetched anew. An optional part that older facts lack is no reason (docs/decisions/0017-evidence.md). */
export const READER_VERSION = 1;

export type DiscountKind = "discount_code" | "automatic" | "manual" | "script";

/** A discount on the order. Its place in the list is the index that allocations name. */
export type Application = { kind: DiscountKind; code: string | null; title: string | null; target: "line_item" | "shipping_line" };

export type Allocation = { application: number; amount: string };

export type Line = {
  id: string;
  sku: string | null;
  variantId: string | null;
  title: string;
  quantity: number;
  currentQuantity: number;
  price: string; // of one piece
  allocations: Allocation[];
  tax: string; // the sum of its tax lines
  giftCard: boolean;
  tip: boolean;
};

export type RefundLine = { lineId: string; quantity: number; subtotal: string; tax: string };

/** `adjustment` is the sum of its order adjustments but those of shipping; the store books what was refunded without a line as a negative one. */
export type Refund = { id: string; createdAt: string | null; lines: RefundLine[]; adjustment: string };

export type OrderFacts = {
  version: number; // READER_VERSION
  id: string;
  name: string;
  createdAt: string;
  updatedNs: string; // updated_at in nanoseconds since 1970
  test: boolean;
  cancelledAt: string | null;
  /** Of a cancelled order: customer, fraud, inventory, declined or other. */
  cancelReason?: string;
  financialStatus: string; // as in the webhook: paid, partially_refunded, …
  currency: string;
  presentment: { currency: string; total: string | null };
  taxesIncluded: boolean;
  sourceName: string | null;
  /** The buyer's e-mail as keyed hash, "<key id>:<hex>"; null where the order has none. */
  emailHash: string | null;
  visitor: string | null; // note attribute creator_visitor
  clickId: string | null; // note attribute irclickid
  /** What the cart's attributes say of other networks' clicks, and of the newest clicks of the browser; facts of before they were read have none. */
  clickIds?: NamedClicks["clickIds"];
  entries?: NamedClicks["entries"];
  applications: Application[];
  listedCodes: string[]; // discount_codes, in their order
  lines: Line[];
  shipping: Allocation[]; // what discounts took off shipping
  refunds: Refund[];
  /**
   * Not of the readers, but of what is known of the order (domain/order-state.ts): the e-mail that its newest webhook showed. The Admin API
   * does not tell a contact e-mail, so a fetched state without an e-mail has this one (`lent`).
   */
  told?: { emailHash: string | null; updatedNs: string; triggeredNs: string; lent: boolean };
};

/** Has this state of the order been paid for? Paid once is paid (rules, section 3). */
export function isPaid(facts: Pick<OrderFacts, "financialStatus">): boolean {
  return ["paid", "partially_refunded", "refunded"].includes(facts.financialStatus);
}

/** Why an order was cancelled, as both readers tell it; a word that this version does not know is "other". Of an order that stands there is nothing to tell. */
export function cancelReasonOf(cancelledAt: unknown, word: string | null): Pick<OrderFacts, "cancelReason"> {
  if (cancelledAt == null || word === null) return {};
  const known = word.trim().toLowerCase();
  return { cancelReason: ["customer", "fraud", "inventory", "declined"].includes(known) ? known : "other" };
}

/** An amount of the ledger has 64 bits. */
const MOST_MINOR = 2n ** 63n - 1n;

/**
 * Brings the facts of either reader into one form: only codes of the applications are listed, and refunds stand in the order of their ids.
 * Throws AmountError where the lines come to more than can be kept.
 */
export function normalise(facts: OrderFacts): OrderFacts {
  const gross = sum(facts.lines.map((line) => (line.price.startsWith("-") ? 0n : BigInt(line.price) * BigInt(line.quantity))));
  if (gross > MOST_MINOR) throw new AmountError("line_items come to more than can be kept");
  const own = new Set(facts.applications.flatMap((application) => (application.code === null ? [] : codeKey(application.code))));
  return {
    ...facts,
    listedCodes: facts.listedCodes.filter((code) => own.has(codeKey(code))),
    refunds: [...facts.refunds].sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1)),
  };
}
