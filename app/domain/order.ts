// The facts of an order: what credit is decided from, and nothing that names a person.
// Amounts are integer minor units of the shop's currency, as decimal strings (facts are kept as JSON, which has no big integers).

/** Raised by one whenever a reader would read an order differently: kept facts of an older version are fetched anew. */
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
  category: string | null;
  quantity: number;
  currentQuantity: number;
  price: string; // of one piece
  allocations: Allocation[];
  tax: string; // the sum of its tax lines
  giftCard: boolean;
  tip: boolean;
};

export type RefundLine = { lineId: string; quantity: number; subtotal: string; tax: string };

export type Refund = { id: string; createdAt: string; lines: RefundLine[]; adjustments: { kind: "shipping_refund" | "other"; amount: string }[] };

export type OrderFacts = {
  version: number; // READER_VERSION
  id: string;
  name: string;
  createdAt: string; // as the store wrote it
  updatedAt: string;
  test: boolean;
  cancelledAt: string | null;
  financialStatus: string;
  currency: string;
  presentment: { currency: string; total: string | null };
  taxesIncluded: boolean;
  sourceName: string | null;
  /** The buyer's e-mail as keyed hash, "<key id>:<hex>"; null where the order has none. */
  emailHash: string | null;
  visitor: string | null; // note attribute creator_visitor
  clickId: string | null; // note attribute irclickid
  newCustomer: boolean | null;
  applications: Application[];
  listedCodes: string[]; // discount_codes, in their order
  lines: Line[];
  shipping: { allocations: Allocation[] }[];
  refunds: Refund[];
};
