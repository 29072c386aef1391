// Discount codes: how one is found, and whether its discount holds now.
import type { Store } from "./store.ts";
import type { Discount, RedeemCode } from "./types.ts";

/** The store treats codes without regard to case. */
export function codeKey(code: string): string {
  return code.normalize("NFC").trim().toUpperCase().normalize("NFC");
}

export type Found = { discount: Discount; code: RedeemCode };
type Index = { byKey: Map<string, Found>; byId: Map<string, Found> };
const indexes = new WeakMap<Store, Index>();

function indexOf(store: Store): Index {
  let index = indexes.get(store);
  if (index === undefined) {
    index = { byKey: new Map(), byId: new Map() };
    for (const discount of store.state.discounts) for (const code of discount.codes) enter(index, { discount, code });
    indexes.set(store, index);
  }
  return index;
}

function enter({ byKey, byId }: Index, found: Found): void {
  byKey.set(codeKey(found.code.code), found);
  byId.set(found.code.id, found);
}

/** The discount that a code belongs to, in whatever case it was typed. */
export function findCode(store: Store, typed: string): Found | null {
  return indexOf(store).byKey.get(codeKey(typed)) ?? null;
}

/** By the digits of its id. */
export function redeemCode(store: Store, id: string): Found | null {
  return indexOf(store).byId.get(id) ?? null;
}

/** A code came to a discount. */
export function indexCode(store: Store, discount: Discount, code: RedeemCode): void {
  enter(indexOf(store), { discount, code });
}

/** Codes were taken away, or are about to change their names. */
export function unindexCodes(store: Store, codes: RedeemCode[]): void {
  const { byKey, byId } = indexOf(store);
  for (const { id, code } of codes) {
    byId.delete(id);
    byKey.delete(codeKey(code));
  }
}

export type DiscountStatus = "ACTIVE" | "EXPIRED" | "SCHEDULED";

export function statusOf(discount: Pick<Discount, "startsAt" | "endsAt">, atMs: number): DiscountStatus {
  if (discount.endsAt !== null && Date.parse(discount.endsAt) <= atMs) return "EXPIRED";
  return Date.parse(discount.startsAt) > atMs ? "SCHEDULED" : "ACTIVE";
}

export type DiscountClass = "product" | "order" | "shipping";

/** Off everything is an order discount; off named products, or a fixed amount off each piece, is a product discount, and so is "buy X get Y". */
export function classOf(discount: Pick<Discount, "value" | "items">): DiscountClass {
  if (discount.value.kind === "free_shipping") return "shipping";
  if (discount.value.kind === "bxgy" || discount.items.kind !== "all") return "product";
  return discount.value.kind === "amount" && discount.value.onEachItem ? "product" : "order";
}

/** Both sides must allow it; two shipping discounts never combine. */
export function combine(a: Discount, b: Discount): boolean {
  const [classA, classB] = [classOf(a), classOf(b)];
  if (classA === "shipping" && classB === "shipping") return false;
  return a.combinesWith[classB] && b.combinesWith[classA];
}
