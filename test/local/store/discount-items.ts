// The items of a discount, as inputs name them: added to what was, and removed from it.
import type { Refuse } from "./discount-input.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { DiscountItems } from "./types.ts";

type Ids = string[] | null | undefined;
export type Items = {
  all?: boolean | null;
  products?: { productsToAdd?: Ids; productsToRemove?: Ids; productVariantsToAdd?: Ids; productVariantsToRemove?: Ids } | null;
  collections?: { add?: Ids; remove?: Ids } | null;
};

/** The help pages name it for products, variants and customers of one discount; the message is not recorded. */
export const MOST_TARGETS = 100;

export function checkItems(store: Store, items: Items, before: DiscountItems | null, path: string[], refuse: Refuse): void {
  const { products, collections } = items;
  const after = merged(items, before);
  if (after.collections.length > 0 && after.products.length + after.variants.length > 0) {
    refuse("CONFLICT", [...path, "collections", "add"], "Cannot entitle collections in combination with product variants or products");
  }
  const known = {
    products: new Set(store.products.map((each) => each.id)),
    variants: new Set(store.products.flatMap((each) => each.variants.map((variant) => variant.id))),
    collections: new Set(store.catalogue.collections.map((each) => each.id)),
  };
  const missing = (ids: Ids, among: Set<string>) => (ids ?? []).map((id) => digitsOf(id) ?? "0").filter((id) => !among.has(id));
  for (const id of missing(products?.productsToAdd, known.products)) refuse("INVALID", [...path, "products", "productsToAdd"], `Product with id: ${id} is invalid`);
  for (const id of missing(products?.productVariantsToAdd, known.variants)) {
    refuse("INVALID", [...path, "products", "productVariantsToAdd"], `Product variant with id: ${id} is invalid`);
  }
  for (const id of missing(collections?.add, known.collections)) refuse("INVALID", [...path, "collections", "add"], `Collection with id: ${id} is invalid`);
  if (after.products.length > MOST_TARGETS) refuse("EXCEEDED_MAX", [...path, "products", "productsToAdd"], `Cannot entitle more than ${MOST_TARGETS} products`);
  if (after.variants.length > MOST_TARGETS) refuse("EXCEEDED_MAX", [...path, "products", "productVariantsToAdd"], `Cannot entitle more than ${MOST_TARGETS} product variants`);
  const named = products != null || collections != null;
  if (named && after.products.length + after.variants.length + after.collections.length === 0 && items.all !== true) {
    refuse("BLANK", path, `Items in 'customer ${path[0] === "customerBuys" ? "buys" : "get"}' must be defined`); // recorded for 'buys' only
  }
}

/** What the items are after the input. `all` takes the place of everything else. */
export function itemsAfter(items: Items | null | undefined, before: DiscountItems | null): DiscountItems {
  if (items == null) return before ?? { kind: "all" };
  if (items.all === true) return { kind: "all" };
  if (items.products == null && items.collections == null) return before ?? { kind: "all" };
  const { products, variants, collections } = merged(items, before);
  return collections.length > 0 ? { kind: "collections", collections } : { kind: "products", products, variants };
}

function merged({ products, collections }: Items, before: DiscountItems | null): { products: string[]; variants: string[]; collections: string[] } {
  const changed = (old: string[], add: Ids, remove: Ids) => {
    const gone = (remove ?? []).map((id) => digitsOf(id));
    return [...new Set([...old.filter((id) => !gone.includes(id)), ...(add ?? []).map((id) => digitsOf(id) ?? "0")])];
  };
  const old = before?.kind === "products" ? before : { products: [], variants: [] };
  return {
    products: changed(old.products, products?.productsToAdd, products?.productsToRemove),
    variants: changed(old.variants, products?.productVariantsToAdd, products?.productVariantsToRemove),
    collections: changed(before?.kind === "collections" ? before.collections : [], collections?.add, collections?.remove),
  };
}
