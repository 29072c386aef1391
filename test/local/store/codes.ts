// Discount codes: how one is found, and whether its discount holds now.
import { nowMs } from "#app/clock.ts";
import type { Store } from "./store.ts";
import type { Discount, RedeemCode } from "./types.ts";

/** The store treats codes without regard to case. */
export function codeKey(code: string): string {
  return code.normalize("NFC").trim().toUpperCase().normalize("NFC");
}

type Found = { discount: Discount; code: RedeemCode };
const indexes = new WeakMap<Store, Map<string, Found>>();

/** The discount that a code belongs to, in whatever case it was typed. */
export function findCode(store: Store, typed: string): Found | null {
  let index = indexes.get(store);
  if (index === undefined) {
    index = new Map();
    for (const discount of store.state.discounts) for (const code of discount.codes) index.set(codeKey(code.code), { discount, code });
    indexes.set(store, index);
  }
  return index.get(codeKey(typed)) ?? null;
}

/** A code came to a discount. */
export function indexCode(store: Store, discount: Discount, code: RedeemCode): void {
  indexes.get(store)?.set(codeKey(code.code), { discount, code });
}

/** Codes were changed or taken away: the index is made anew when it is next asked. */
export function forgetIndex(store: Store): void {
  indexes.delete(store);
}

export type DiscountStatus = "ACTIVE" | "EXPIRED" | "SCHEDULED";

export function statusOf(discount: Discount, atMs: number = nowMs()): DiscountStatus {
  if (discount.endsAt !== null && Date.parse(discount.endsAt) <= atMs) return "EXPIRED";
  return Date.parse(discount.startsAt) > atMs ? "SCHEDULED" : "ACTIVE";
}

export type DiscountClass = "product" | "order" | "shipping";

/** Off everything is an order discount; off named products, or a fixed amount off each piece, is a product discount. */
export function classOf(discount: Pick<Discount, "value" | "items">): DiscountClass {
  if (discount.value.kind === "free_shipping") return "shipping";
  if (discount.items.kind !== "all") return "product";
  return discount.value.kind === "amount" && discount.value.onEachItem ? "product" : "order";
}

/** Both sides must allow it; two shipping discounts never combine. */
export function combine(a: Discount, b: Discount): boolean {
  const [classA, classB] = [classOf(a), classOf(b)];
  if (classA === "shipping" && classB === "shipping") return false;
  return a.combinesWith[classB] && b.combinesWith[classA];
}
