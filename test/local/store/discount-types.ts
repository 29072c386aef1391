// The shapes of discounts, and of whom they are for.
import type { Amount } from "./types.ts";

/** What a buyer has to put into the cart to get the rest: pieces, or an amount spent. */
export type Buys = {
  items: DiscountItems;
  need: { kind: "quantity"; quantity: number } | { kind: "amount"; amount: Amount };
  oneTime: boolean;
  subscription: boolean;
};
export type Effect = { kind: "percentage"; percentage: number } | { kind: "amount"; amount: Amount };
export type DiscountValue =
  | { kind: "percentage"; percentage: number } // 0 to 1, as the Admin API takes it
  | { kind: "amount"; amount: Amount; onEachItem: boolean }
  | { kind: "free_shipping"; maximum: Amount | null; countries: Countries | null } // null: to every country
  | { kind: "bxgy"; buys: Buys; quantity: number; effect: Effect; usesPerOrder: number | null };
export type Countries = { codes: string[]; restOfWorld: boolean };
/** What a discount is on; of a `bxgy`, what the customer gets. */
export type DiscountItems = { kind: "all" } | { kind: "products"; products: string[]; variants: string[] } | { kind: "collections"; collections: string[] };
/** Whom it is for; ids are digits. */
export type DiscountContext = { kind: "all" } | { kind: "customers" | "segments" | "markets"; ids: string[] };
/** Who made a code: an app, or a person in the store's admin (null). */
export type Maker = { id: string; title: string } | null;
export type RedeemCode = { id: string; code: string; usageCount: number; createdBy: Maker };
export type Discount = {
  id: string; // digits: gid://shopify/DiscountCodeNode/<id>
  title: string;
  value: DiscountValue;
  items: DiscountItems;
  context: DiscountContext;
  /** May hold a first code, and any number of redeem codes added in bulk: in the order of their ids. */
  codes: RedeemCode[];
  startsAt: string; // ISO, UTC
  endsAt: string | null;
  usageLimit: number | null;
  oncePerCustomer: boolean;
  minimum: { kind: "none" } | { kind: "subtotal"; amount: Amount } | { kind: "quantity"; quantity: number };
  combinesWith: { order: boolean; product: boolean; shipping: boolean };
  appliesOnOneTimePurchase: boolean;
  appliesOnSubscription: boolean;
  recurringCycleLimit: number | null; // 1: the first order of a subscription; 0: every one
  tags: string[];
  usedBy: string[]; // normalised e-mails, for once per customer
  salesMinor: string;
  bulk: boolean; // redeem codes were added to it: its code can no longer be changed
  createdAt: string;
  updatedAt: string;
};
export type BulkCreation = {
  id: string;
  discountId: string;
  createdAtMs: number;
  dueAtMs: number;
  done: boolean;
  createdBy: Maker;
  codes: { code: string; redeemCodeId: string | null; error: string | null }[];
};
/** A removal of codes that is on its way, or done. */
export type Job = { id: string; doneAtMs: number; discountId: string; redeemCodeIds: string[]; done: boolean };

/** A group of customers. Its members are those put in by hand (normalised e-mails), and where it says so, whoever has ordered as often. */
export type Segment = { id: string; name: string; query: string; createdAt: string; editedAt: string; members: string[]; leastOrders: number | null };
export type Market = { id: string; name: string; handle: string; status: "ACTIVE" | "DRAFT"; countries: string[] };
