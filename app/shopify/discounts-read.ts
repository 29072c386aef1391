// Reads a discount back: what the store has becomes a deal's terms, or the list of what no deal can say.
import type { DealBuyers, DealMinimum, DealPurchase, DealTerms, DealValue, GetEffect, ItemChoice, PickedProduct } from "../domain/deal.ts";
import { parseDealTerms } from "../domain/deal.ts";
import type { HeldIds, SeenDiscount } from "../domain/deal-seen.ts";
import { AmountError, parseAmount } from "../domain/money.ts";
import type { Admin } from "./admin.ts";
import type { StoreAnswer } from "./discounts.ts";
import { READ_DISCOUNT, READ_DISCOUNT_BUYS, READ_DISCOUNT_GETS, READ_DISCOUNT_MARKETS } from "./discounts-read.graphql.ts";
import { TAG } from "./discounts-input.ts";

export type { SeenDiscount } from "../domain/deal-seen.ts";

type Page<T> = { nodes: T[]; pageInfo?: { hasNextPage: boolean } };
type Named = { id: string; title: string };
type Money = { amount: string; currencyCode: string };
type Items = { __typename: string; products?: Page<Named>; productVariants?: Page<Named & { product: Named }>; collections?: Page<Named> };
type Value = { __typename: string; percentage?: number; amount?: Money; appliesOnEachItem?: boolean; quantity?: { quantity: string }; effect?: Value };
type Context = { __typename: string; segments?: { id: string; name: string }[]; marketsCount?: number; markets?: Page<{ id: string; name: string }> };

/** A code discount as READ_DISCOUNT asks for it. */
export type CodeDiscount = {
  __typename: string;
  title: string;
  status: SeenDiscount["status"];
  startsAt: string;
  endsAt: string | null;
  createdAt: string;
  updatedAt: string;
  asyncUsageCount: number;
  tags: string[];
  codesCount: { count: number } | null;
  usageLimit?: number | null;
  appliesOncePerCustomer?: boolean;
  combinesWith?: { orderDiscounts: boolean; productDiscounts: boolean; shippingDiscounts: boolean; productDiscountsWithTagsOnSameCartLine: string[] | null };
  context?: Context;
  recurringCycleLimit?: number | null;
  minimumRequirement?: { __typename: string; greaterThanOrEqualToQuantity?: string; greaterThanOrEqualToSubtotal?: Money } | null;
  customerGets?: { appliesOnOneTimePurchase?: boolean; appliesOnSubscription?: boolean; value: Value; items: Items };
  customerBuys?: { isOneTimePurchase: boolean; isSubscription: boolean; value: { __typename: string; quantity?: string; amount?: string }; items: Items };
  usesPerOrderLimit?: number | null;
  appliesOnOneTimePurchase?: boolean;
  appliesOnSubscription?: boolean;
  maximumShippingPrice?: Money | null;
  destinationSelection?: { __typename: string; countries?: string[]; includeRestOfWorld?: boolean };
};
export type DiscountNode = { id: string; codeDiscount: CodeDiscount };

const KINDS: Record<string, SeenDiscount["kind"]> = { DiscountCodeBasic: "basic", DiscountCodeFreeShipping: "free_shipping", DiscountCodeBxgy: "bxgy" };

/** The discount as the store has it now; null: it has none of this id. `currency` is the shop's. */
export async function readDiscount(admin: Admin, id: string, currency: string): Promise<StoreAnswer<SeenDiscount | null>> {
  type Read = { node: Partial<DiscountNode> | null };
  let markets = true;
  let answer = await admin<Read>(READ_DISCOUNT, { id, markets });
  if (!answer.ok && answer.fault.kind === "scope") {
    markets = false; // the shop has not granted the reading of markets yet
    answer = await admin<Read>(READ_DISCOUNT, { id, markets });
  }
  if (!answer.ok) return answer;
  const discount = answer.data.node?.codeDiscount;
  if (!discount) return { ok: true, value: null };
  const more: [boolean, string][] = [
    [hasMore(discount.customerGets?.items), READ_DISCOUNT_GETS],
    [hasMore(discount.customerBuys?.items), READ_DISCOUNT_BUYS],
    [discount.context?.markets?.pageInfo?.hasNextPage === true, READ_DISCOUNT_MARKETS],
  ];
  for (const [, document] of more.filter(([missing]) => missing)) {
    const rest = await admin<Read>(document, document === READ_DISCOUNT_MARKETS ? { id, markets } : { id });
    if (!rest.ok) return rest;
    const all = rest.data.node?.codeDiscount;
    if (all?.customerGets) discount.customerGets!.items = all.customerGets.items;
    if (all?.customerBuys) discount.customerBuys!.items = all.customerBuys.items;
    if (all?.context) discount.context = all.context;
  }
  return { ok: true, value: readSeen({ id: answer.data.node?.id ?? id, codeDiscount: discount }, currency) };
}

function hasMore(items: Items | undefined): boolean {
  return [items?.products, items?.productVariants, items?.collections].some((page) => page?.pageInfo?.hasNextPage === true);
}

/** What the store answered to READ_DISCOUNT, as a deal would say it. Pure; `currency` is the shop's. */
export function readSeen({ id, codeDiscount: from }: DiscountNode, currency: string): SeenDiscount {
  const kind = KINDS[from.__typename] ?? "app";
  const unread: string[] = kind === "app" ? ["function"] : [];
  const terms = kind === "app" ? null : readTerms(from, new Reader(currency, unread));
  return {
    id,
    title: from.title,
    kind,
    status: from.status,
    terms: unread.length > 0 ? null : terms,
    unread: [...new Set(unread)],
    startsAt: new Date(from.startsAt).toISOString(),
    endsAt: from.endsAt === null ? null : new Date(from.endsAt).toISOString(),
    tags: from.tags,
    codesCount: from.codesCount?.count ?? 0,
    uses: from.asyncUsageCount,
    madeAt: new Date(from.createdAt).toISOString(),
    changedAt: new Date(from.updatedAt).toISOString(),
    held: { gets: heldIds(from.customerGets?.items), buys: heldIds(from.customerBuys?.items), buyers: heldBuyers(from.context), countries: [...(from.destinationSelection?.countries ?? [])].sort() },
  };
}

function readTerms(from: CodeDiscount, read: Reader): DealTerms | null {
  const { combinesWith, customerGets, customerBuys } = from;
  if ((combinesWith?.productDiscountsWithTagsOnSameCartLine ?? []).length > 0) read.unread.push("tag_combinations");
  const bxgy = from.__typename === "DiscountCodeBxgy";
  const terms = {
    value: readValue(from, read),
    minimum: read.minimum(from.minimumRequirement),
    appliesTo: customerGets && !bxgy ? read.items(customerGets.items) : { kind: "everything" },
    buyers: read.buyers(from.context),
    purchase: bxgy
      ? { oneTime: customerBuys?.isOneTimePurchase ?? true, subscription: customerBuys?.isSubscription ?? false, cycles: null }
      : readPurchase(customerGets ?? from, from.recurringCycleLimit),
    oncePerCustomer: from.appliesOncePerCustomer ?? false,
    usageLimit: from.usageLimit ?? null,
    combinesWith: { order: combinesWith?.orderDiscounts ?? false, product: combinesWith?.productDiscounts ?? false, shipping: combinesWith?.shippingDiscounts ?? false },
    tags: from.tags.filter((tag) => tag !== TAG),
  };
  if (read.unread.length > 0) return null;
  const parsed = parseDealTerms(terms);
  if (parsed.ok) return parsed.terms;
  read.unread.push("other");
  return null;
}

/** No limit of its own means the first payment; 0 means all of them. */
function readPurchase(from: { appliesOnOneTimePurchase?: boolean; appliesOnSubscription?: boolean }, limit: number | null | undefined): DealPurchase {
  const subscription = from.appliesOnSubscription ?? false;
  return { oneTime: from.appliesOnOneTimePurchase ?? true, subscription, cycles: subscription && limit !== 0 ? (limit ?? 1) : null };
}

function readValue(from: CodeDiscount, read: Reader): DealValue | null {
  if (from.__typename === "DiscountCodeFreeShipping") {
    const { destinationSelection: to, maximumShippingPrice: highest } = from;
    if (to?.__typename === "DiscountCountries" && to.includeRestOfWorld) read.unread.push("rest_of_world");
    return { kind: "free_shipping", countries: to?.__typename === "DiscountCountries" ? (to.countries ?? []) : null, highestRate: highest ? read.money(highest) : null };
  }
  const value = from.customerGets?.value;
  if (from.__typename === "DiscountCodeBxgy") return readBuyGet(from, value, read);
  if (value?.__typename === "DiscountPercentage") return { kind: "percentage", basisPoints: read.percentage(value.percentage) };
  if (value?.__typename === "DiscountAmount" && value.amount) return { kind: value.appliesOnEachItem ? "fixed_item" : "fixed_order", amount: read.money(value.amount) };
  read.unread.push("other");
  return null;
}

function readBuyGet({ customerBuys, customerGets, usesPerOrderLimit }: CodeDiscount, value: Value | undefined, read: Reader): DealValue | null {
  if (!customerBuys || !customerGets || value?.__typename !== "DiscountOnQuantity" || !value.quantity || !value.effect) {
    read.unread.push("other");
    return null;
  }
  const items = read.items(customerBuys.items);
  const need = customerBuys.value;
  const effect: GetEffect =
    value.effect.__typename === "DiscountAmount" && value.effect.amount ? { kind: "amount", amount: read.money(value.effect.amount) }
    : value.effect.percentage === 1 ? { kind: "free" }
    : { kind: "percentage", basisPoints: read.percentage(value.effect.percentage) };
  return {
    kind: "buy_get",
    buys: need.__typename === "DiscountPurchaseAmount" ? { by: "amount", amount: read.decimal(need.amount ?? ""), items } : { by: "quantity", quantity: Number(need.quantity), items },
    gets: { quantity: Number(value.quantity.quantity), items: read.items(customerGets.items), effect },
    usesPerOrder: usesPerOrderLimit ?? null,
  };
}

/** Reads parts, and notes what no deal can say of them. */
class Reader {
  readonly currency: string;
  readonly unread: string[];

  constructor(currency: string, unread: string[]) {
    this.currency = currency;
    this.unread = unread;
  }

  money({ amount, currencyCode }: Money): string {
    if (currencyCode !== this.currency) this.unread.push("currency");
    return this.decimal(amount);
  }

  decimal(text: string): string {
    try {
      return parseAmount(text, this.currency).toString();
    } catch (fault) {
      if (!(fault instanceof AmountError)) throw fault;
      this.unread.push("amount");
      return "0";
    }
  }

  /** 0.125 is 1250 basis points; the store may hold finer ones than a deal says. */
  percentage(given: number | undefined): number {
    const points = (given ?? 0) * 10_000;
    if (Math.abs(points - Math.round(points)) > 1e-6 || points < 0.5) this.unread.push("percentage");
    return Math.round(points);
  }

  minimum(from: CodeDiscount["minimumRequirement"]): DealMinimum {
    if (from?.greaterThanOrEqualToSubtotal) return { kind: "subtotal", amount: this.money(from.greaterThanOrEqualToSubtotal) };
    return from?.greaterThanOrEqualToQuantity ? { kind: "quantity", quantity: Number(from.greaterThanOrEqualToQuantity) } : { kind: "none" };
  }

  items(from: Items): ItemChoice {
    if (hasMore(from)) this.unread.push("more_items");
    if (from.__typename === "DiscountCollections") return { kind: "collections", collections: this.#some(from.collections?.nodes ?? [], "items_gone") };
    if (from.__typename !== "DiscountProducts") return { kind: "everything" };
    // A product that is named whole says more than its variants do.
    const products = new Map<string, PickedProduct>((from.products?.nodes ?? []).map(({ id, title }) => [id, { id, title, variants: [] }]));
    const whole = new Set(products.keys());
    for (const { id, title, product } of from.productVariants?.nodes ?? []) {
      if (whole.has(product.id)) continue;
      const of = products.get(product.id) ?? { id: product.id, title: product.title, variants: [] };
      of.variants.push({ id, title });
      products.set(product.id, of);
    }
    return { kind: "products", products: this.#some([...products.values()], "items_gone") };
  }

  buyers(from: Context | undefined): DealBuyers {
    const named = ({ id, name }: { id: string; name: string }) => ({ id, title: name });
    if (from?.__typename === "DiscountCustomerSegments") return { kind: "segments", segments: this.#some((from.segments ?? []).map(named), "buyers_gone") };
    if (from?.__typename === "DiscountMarkets") {
      if (!from.markets) this.unread.push("markets_scope");
      if (from.markets?.pageInfo?.hasNextPage) this.unread.push("more_items");
      return { kind: "markets", markets: from.markets ? this.#some(from.markets.nodes.map(named), "buyers_gone") : [] };
    }
    if (from?.__typename === "DiscountCustomers") this.unread.push("customers");
    return { kind: "all" };
  }

  /** What was deleted in the store is named no more. */
  #some<T>(list: T[], why: string): T[] {
    if (list.length === 0) this.unread.push(why);
    return list;
  }
}

function heldIds(from: Items | undefined): HeldIds {
  const ids = (page: Page<Named> | undefined) => (page?.nodes ?? []).map(({ id }) => id).sort();
  return { products: ids(from?.products), variants: ids(from?.productVariants), collections: ids(from?.collections) };
}

const BUYERS: Record<string, SeenDiscount["held"]["buyers"]["kind"]> = { DiscountCustomers: "customers", DiscountCustomerSegments: "segments", DiscountMarkets: "markets" };

function heldBuyers(from: Context | undefined): SeenDiscount["held"]["buyers"] {
  return { kind: BUYERS[from?.__typename ?? ""] ?? "all", ids: (from?.segments ?? from?.markets?.nodes ?? []).map(({ id }) => id).sort() };
}
