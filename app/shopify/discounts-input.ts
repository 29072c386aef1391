// What the store is told of a discount: the inputs of the mutations that make it and change it. Pure.
import type { DealTerms, ItemChoice } from "../domain/deal.ts";
import { kindOfTerms } from "../domain/deal-parts.ts";
import type { HeldIds, SeenDiscount } from "../domain/deal-seen.ts";
import { formatAmount } from "../domain/money.ts";

/** Marks what this app made. */
export const TAG = "creator-codes";

export type DiscountContent = {
  title: string;
  terms: DealTerms;
  currency: string; // the shop's
  startsAt: string; // ISO 8601
  endsAt: string | null;
};

export type NewDiscount = DiscountContent & { reserveCode: string }; // the store makes no discount without a first code; nobody is given this one

type Input = Record<string, unknown>;

const NOTHING_HELD: SeenDiscount["held"] = {
  gets: { products: [], variants: [], collections: [] },
  buys: { products: [], variants: [], collections: [] },
  buyers: { kind: "all", ids: [] },
  countries: [],
};

/** The input of discountCodeBasicCreate, discountCodeFreeShippingCreate or discountCodeBxgyCreate, as the terms ask. */
export function createInput(discount: NewDiscount): Input {
  return { ...contentInput(discount, NOTHING_HELD, [TAG]), code: discount.reserveCode, context: contextInput(discount.terms, NOTHING_HELD.buyers) ?? { all: "ALL" } };
}

/** The input of the update of the same kind. Lists are told by what is added to what the store has, and what is taken off; what is not said there stays. */
export function updateInput(discount: DiscountContent, seen: SeenDiscount): Input {
  const context = contextInput(discount.terms, seen.held.buyers);
  // The mark is this app's: an adopted discount keeps the tags that it has.
  return { ...contentInput(discount, seen.held, seen.tags.includes(TAG) ? [TAG] : []), ...(context && { context }) };
}

function contentInput({ title, terms, currency, startsAt, endsAt }: DiscountContent, held: SeenDiscount["held"], marks: string[]): Input {
  const { purchase, combinesWith } = terms;
  const shared = {
    title,
    startsAt,
    endsAt,
    appliesOncePerCustomer: terms.oncePerCustomer,
    usageLimit: terms.usageLimit,
    combinesWith: { orderDiscounts: combinesWith.order, productDiscounts: combinesWith.product, shippingDiscounts: combinesWith.shipping },
    tags: [...marks, ...terms.tags],
  };
  const kind = kindOfTerms(terms);
  if (kind === "bxgy") return { ...shared, ...buyGetInput(terms, currency, held) };
  const counts = { appliesOnOneTimePurchase: purchase.oneTime, appliesOnSubscription: purchase.subscription };
  const common = { ...shared, minimumRequirement: minimumInput(terms, currency), recurringCycleLimit: purchase.subscription ? (purchase.cycles ?? 0) : 1 };
  if (terms.value.kind === "free_shipping") {
    const { countries, highestRate } = terms.value;
    return { ...common, ...counts, destination: destinationInput(countries, held.countries), maximumShippingPrice: highestRate === null ? null : formatAmount(BigInt(highestRate), currency) };
  }
  return { ...common, customerGets: { ...counts, value: valueInput(terms, currency), ...itemsInput(terms.appliesTo, held.gets) } };
}

function valueInput({ value }: DealTerms, currency: string): Input {
  if (value.kind === "percentage") return { percentage: value.basisPoints / 10_000 };
  if (value.kind !== "fixed_order" && value.kind !== "fixed_item") throw new Error(`a deal of the kind ${value.kind} has no such value`);
  return { discountAmount: { amount: formatAmount(BigInt(value.amount), currency), appliesOnEachItem: value.kind === "fixed_item" } };
}

function buyGetInput({ value, purchase }: DealTerms, currency: string, held: SeenDiscount["held"]): Input {
  if (value.kind !== "buy_get") throw new Error(`a deal of the kind ${value.kind} names nothing to buy`);
  const { buys, gets, usesPerOrder } = value;
  const { effect } = gets;
  const less = effect.kind === "amount" ? { amount: formatAmount(BigInt(effect.amount), currency) } : { percentage: effect.kind === "free" ? 1 : effect.basisPoints / 10_000 };
  const need = buys.by === "amount" ? { amount: formatAmount(BigInt(buys.amount), currency) } : { quantity: String(buys.quantity) };
  return {
    customerBuys: { isOneTimePurchase: purchase.oneTime, isSubscription: purchase.subscription, value: need, ...itemsInput(buys.items, held.buys) },
    customerGets: { value: { discountOnQuantity: { quantity: String(gets.quantity), effect: less } }, ...itemsInput(gets.items, held.gets) },
    usesPerOrderLimit: usesPerOrder,
  };
}

function minimumInput({ minimum }: DealTerms, currency: string): Input | null {
  if (minimum.kind === "subtotal") return { subtotal: { greaterThanOrEqualToSubtotal: formatAmount(BigInt(minimum.amount), currency) } };
  if (minimum.kind === "quantity") return { quantity: { greaterThanOrEqualToQuantity: String(minimum.quantity) } };
  return null;
}

/** Nothing, where the store has the same items. Collections and products are never in one discount: what is of the other kind is taken off with it. */
function itemsInput(items: ItemChoice, held: HeldIds): { items?: Input } {
  if (items.kind === "everything") return { items: { all: true } };
  const wanted: HeldIds = {
    products: items.kind === "products" ? items.products.filter(({ variants }) => variants.length === 0).map(({ id }) => id) : [],
    variants: items.kind === "products" ? items.products.flatMap(({ variants }) => variants.map(({ id }) => id)) : [],
    collections: items.kind === "collections" ? items.collections.map(({ id }) => id) : [],
  };
  const [products, variants, collections] = [change(wanted.products, held.products), change(wanted.variants, held.variants), change(wanted.collections, held.collections)];
  const input = {
    ...((products || variants) && {
      products: {
        ...(products && { productsToAdd: products.add, productsToRemove: products.remove }),
        ...(variants && { productVariantsToAdd: variants.add, productVariantsToRemove: variants.remove }),
      },
    }),
    ...(collections && { collections }),
  };
  return Object.keys(input).length === 0 ? {} : { items: input };
}

/** null: the store has whom the deal is for. Segments and markets of the other kind give way as a whole. */
function contextInput({ buyers }: DealTerms, held: SeenDiscount["held"]["buyers"]): Input | null {
  if (buyers.kind === "all") return held.kind === "all" ? null : { all: "ALL" };
  const wanted = (buyers.kind === "segments" ? buyers.segments : buyers.markets).map(({ id }) => id);
  const changed = change(wanted, held.kind === buyers.kind ? held.ids : []);
  return changed && { [buyers.kind === "segments" ? "customerSegments" : "markets"]: changed };
}

function destinationInput(countries: string[] | null, held: string[]): Input {
  if (countries === null) return { all: true };
  return { countries: { ...change(countries, held), includeRestOfWorld: false } };
}

function change(wanted: string[], held: string[]): { add: string[]; remove: string[] } | null {
  const add = wanted.filter((id) => !held.includes(id));
  const remove = held.filter((id) => !wanted.includes(id));
  return add.length === 0 && remove.length === 0 ? null : { add, remove };
}
