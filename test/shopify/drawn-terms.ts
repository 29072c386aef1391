// Terms as fast-check draws them, over what the local store sells and knows: within the rules of a deal, and of every kind.
import fc from "fast-check";
import type { DealTerms, DealValue, ItemChoice, Picked } from "#app/domain/deal.ts";
import type { DiscountKind } from "#app/domain/deal-parts.ts";
import type { Store } from "#test/local/store/store.ts";

const amount = fc.bigInt({ min: 1n, max: 99_999_999n }).map(String);
const percentage = fc.record({ kind: fc.constant("percentage" as const), basisPoints: fc.integer({ min: 1, max: 9_999 }) });
const pieces = fc.integer({ min: 1, max: 99_999 });
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

/** Draws terms of one kind of discount. */
export function drawnTerms(store: Store, kind: DiscountKind): fc.Arbitrary<DealTerms> {
  const purchase = fc.oneof(
    fc.constant({ oneTime: true, subscription: false, cycles: null }),
    fc.record({ oneTime: fc.boolean(), subscription: fc.constant(true), cycles: kind === "bxgy" ? fc.constant(null) : orNull(fc.integer({ min: 1, max: 36 })) }),
  );
  const minimum = fc.oneof(
    fc.constant({ kind: "none" as const }),
    ...(kind === "bxgy" ? [] : [fc.record({ kind: fc.constant("subtotal" as const), amount }), fc.record({ kind: fc.constant("quantity" as const), quantity: fc.integer({ min: 1, max: 1_000 }) })]),
  );
  return fc.record({
    value: drawnValue(store, kind),
    minimum,
    appliesTo: kind === "basic" ? fc.oneof(fc.constant({ kind: "everything" as const }), drawnItems(store)) : fc.constant({ kind: "everything" as const }),
    buyers: fc.oneof(
      fc.constant({ kind: "all" as const }),
      fc.record({ kind: fc.constant("segments" as const), segments: some(picked("Segment", store.state.segments)) }),
      fc.record({ kind: fc.constant("markets" as const), markets: some(picked("Market", store.state.markets)) }),
    ),
    purchase,
    oncePerCustomer: fc.boolean(),
    usageLimit: orNull(fc.integer({ min: 1, max: 2_147_483_647 })),
    combinesWith: fc.record({ order: fc.boolean(), product: fc.boolean(), shipping: kind === "free_shipping" ? fc.constant(false) : fc.boolean() }),
    tags: fc.uniqueArray(fc.constantFrom("spring", "été", "创作者", "a b"), { maxLength: 4 }),
  });
}

function drawnValue(store: Store, kind: DiscountKind): fc.Arbitrary<DealValue> {
  if (kind === "free_shipping") {
    return fc.record({ kind: fc.constant("free_shipping" as const), countries: orNull(fc.uniqueArray(fc.constantFrom("DE", "FR", "CH", "JP"), { minLength: 1 })), highestRate: orNull(amount) });
  }
  if (kind === "basic") {
    return fc.oneof(
      fc.record({ kind: fc.constant("percentage" as const), basisPoints: fc.integer({ min: 1, max: 10_000 }) }),
      fc.record({ kind: fc.constantFrom("fixed_order" as const, "fixed_item" as const), amount }),
    );
  }
  const items = drawnItems(store);
  return fc.record({
    kind: fc.constant("buy_get" as const),
    buys: fc.oneof(fc.record({ by: fc.constant("quantity" as const), quantity: pieces, items }), fc.record({ by: fc.constant("amount" as const), amount, items })),
    gets: fc.record({ quantity: pieces, items, effect: fc.oneof(fc.constant({ kind: "free" as const }), percentage, fc.record({ kind: fc.constant("amount" as const), amount })) }),
    usesPerOrder: orNull(fc.integer({ min: 1, max: 100 })),
  });
}

function drawnItems(store: Store): fc.Arbitrary<ItemChoice> {
  const products = store.products.map(({ id, title, variants }) =>
    fc.oneof(fc.constant<Picked[]>([]), some(picked("ProductVariant", variants))).map((chosen) => ({ id: `gid://shopify/Product/${id}`, title, variants: chosen })),
  );
  return fc.oneof(
    fc.record({ kind: fc.constant("collections" as const), collections: some(picked("Collection", store.catalogue.collections)) }),
    fc.record({ kind: fc.constant("products" as const), products: fc.subarray(products, { minLength: 1, maxLength: Math.min(30, products.length) }).chain((drawn) => fc.tuple(...drawn)) }),
  );
}

function picked(type: string, of: readonly { id: string; title?: string; name?: string }[]): Picked[] {
  return of.map(({ id, title, name }) => ({ id: `gid://shopify/${type}/${id}`, title: title ?? name ?? "" }));
}

function some<T>(of: readonly T[]): fc.Arbitrary<T[]> {
  return fc.subarray([...of], { minLength: 1 });
}
