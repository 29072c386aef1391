// What a deal offers: the terms of one discount in the store. Amounts are minor units of the shop's currency, as strings of digits.
import type { FieldError } from "./problem.ts";

/** Something of the store's that a person picked: its gid, and how it was called then. */
export type Picked = { id: string; title: string };

/** A product, or only some of its variants; none named: all of them. */
export type PickedProduct = Picked & { variants: Picked[] };

/** Which items of a cart a deal is about. */
export type ItemChoice = { kind: "everything" } | { kind: "collections"; collections: Picked[] } | { kind: "products"; products: PickedProduct[] };

/** What the items that a buyer gets cost him less. */
export type GetEffect = { kind: "free" } | { kind: "percentage"; basisPoints: number } | { kind: "amount"; amount: string };

export type DealValue =
  | { kind: "percentage"; basisPoints: number } // 1000 is 10 %
  | { kind: "fixed_order"; amount: string } // once off the order
  | { kind: "fixed_item"; amount: string } // off each item
  | { kind: "free_shipping"; countries: string[] | null; highestRate: string | null } // ISO 3166 codes, null: everywhere; rates up to this amount, null: any
  | {
      kind: "buy_get";
      buys: { by: "quantity"; quantity: number; items: ItemChoice } | { by: "amount"; amount: string; items: ItemChoice };
      gets: { quantity: number; items: ItemChoice; effect: GetEffect };
      usesPerOrder: number | null;
    };

export type DealMinimum = { kind: "none" } | { kind: "subtotal"; amount: string } | { kind: "quantity"; quantity: number };

/** Who can use it. */
export type DealBuyers = { kind: "all" } | { kind: "segments"; segments: Picked[] } | { kind: "markets"; markets: Picked[] };

/** On which purchases it counts; `cycles`: for how many payments of a subscription, null: for all of them. */
export type DealPurchase = { oneTime: boolean; subscription: boolean; cycles: number | null };

export type DealTerms = {
  value: DealValue;
  minimum: DealMinimum;
  appliesTo: ItemChoice; // everything, where the value is free shipping or names its own items
  buyers: DealBuyers;
  purchase: DealPurchase;
  oncePerCustomer: boolean;
  usageLimit: number | null;
  combinesWith: { order: boolean; product: boolean; shipping: boolean };
  tags: string[]; // in the store, beside the app's own
};

export type ParsedTerms = { ok: true; terms: DealTerms } | { ok: false; errors: FieldError[] };

const LARGEST_COUNT = 2_147_483_647; // the store's limit for a usage limit and a quantity
const LONGEST_AMOUNT = 17; // digits; the store refuses amounts from 10^18

/** What a deal is where nothing else is said. */
export const PLAIN_TERMS: Omit<DealTerms, "value"> = {
  minimum: { kind: "none" },
  appliesTo: { kind: "everything" },
  buyers: { kind: "all" },
  purchase: { oneTime: true, subscription: false, cycles: null },
  oncePerCustomer: false,
  usageLimit: null,
  combinesWith: { order: false, product: false, shipping: false },
  tags: [],
};

/** Reads terms from a form or from JSON. Every field that is wrong is named, with a key of locales/<language>/errors.json. */
export function parseDealTerms(input: unknown): ParsedTerms {
  const errors: FieldError[] = [];
  const from = record(input);
  const value = parseValue(record(from.value), errors);
  const minimum = parseMinimum(record(from.minimum), errors);
  const appliesTo = from.appliesTo === undefined ? PLAIN_TERMS.appliesTo : parseItems(record(from.appliesTo), "appliesTo", errors);
  const buyers = parseBuyers(from.buyers, errors);
  const purchase = parsePurchase(from.purchase, errors);
  const usageLimit = parseLimit(from.usageLimit, "usageLimit", errors);
  const tags = parseTags(from.tags, errors);
  const combines = record(from.combinesWith);
  const combinesWith = { order: combines.order === true, product: combines.product === true, shipping: combines.shipping === true };
  if (value?.kind === "free_shipping" && combinesWith.shipping) errors.push({ field: "combinesWith.shipping", key: "deal.shipping_with_shipping" });
  if ((value?.kind === "free_shipping" || value?.kind === "buy_get") && appliesTo && appliesTo.kind !== "everything") errors.push({ field: "appliesTo", key: "deal.applies_to_own" });
  if (value?.kind === "buy_get" && minimum && minimum.kind !== "none") errors.push({ field: "minimum.kind", key: "deal.minimum_of_buy_get" });
  if (value?.kind === "buy_get" && purchase && purchase.cycles !== null) errors.push({ field: "purchase.cycles", key: "deal.cycles_of_buy_get" });
  if (!value || !minimum || !appliesTo || !buyers || !purchase || !tags || usageLimit === undefined || errors.length > 0) return { ok: false, errors };
  const oncePerCustomer = from.oncePerCustomer === true;
  return { ok: true, terms: { value, minimum, appliesTo, buyers, purchase, oncePerCustomer, usageLimit, combinesWith, tags } };
}

function parseValue(from: Record<string, unknown>, errors: FieldError[]): DealValue | null {
  switch (from.kind) {
    case "percentage": {
      const basisPoints = parsePercentage(from.basisPoints, "value.basisPoints", errors);
      return basisPoints === null ? null : { kind: "percentage", basisPoints };
    }
    case "fixed_order":
    case "fixed_item": {
      const amount = parseAmount(from.amount, "value.amount", "deal.amount_missing", errors);
      return amount === null ? null : { kind: from.kind, amount };
    }
    case "free_shipping": {
      const countries = parseCountries(from.countries, errors);
      const highestRate = from.highestRate === null || from.highestRate === undefined ? null : parseAmount(from.highestRate, "value.highestRate", "deal.highest_rate_missing", errors);
      return countries === undefined ? null : { kind: "free_shipping", countries, highestRate };
    }
    case "buy_get":
      return parseBuyGet(from, errors);
    default:
      errors.push({ field: "value.kind", key: "deal.kind_unknown" });
      return null;
  }
}

function parseBuyGet(from: Record<string, unknown>, errors: FieldError[]): DealValue | null {
  const [buys, gets] = [record(from.buys), record(from.gets)];
  const buysItems = parseItems(record(buys.items), "value.buys.items", errors);
  const getsItems = parseItems(record(gets.items), "value.gets.items", errors);
  // The store takes neither side for everything.
  if (buysItems?.kind === "everything") errors.push({ field: "value.buys.items", key: "deal.items_missing" });
  if (getsItems?.kind === "everything") errors.push({ field: "value.gets.items", key: "deal.items_missing" });
  const byAmount = buys.by === "amount";
  const amount = byAmount ? parseAmount(buys.amount, "value.buys.amount", "deal.amount_missing", errors) : null;
  const bought = byAmount ? null : parsePieces(buys.quantity, "value.buys.quantity", errors);
  const got = parsePieces(gets.quantity, "value.gets.quantity", errors);
  const effect = parseEffect(record(gets.effect), errors);
  const usesPerOrder = parseLimit(from.usesPerOrder, "value.usesPerOrder", errors);
  if (!buysItems || !getsItems || got === null || !effect || usesPerOrder === undefined) return null;
  const gives = { kind: "buy_get" as const, gets: { quantity: got, items: getsItems, effect }, usesPerOrder };
  if (amount !== null) return { ...gives, buys: { by: "amount", amount, items: buysItems } };
  return bought === null ? null : { ...gives, buys: { by: "quantity", quantity: bought, items: buysItems } };
}

function parseEffect(from: Record<string, unknown>, errors: FieldError[]): GetEffect | null {
  if (from.kind === "free") return { kind: "free" };
  if (from.kind === "percentage") {
    const basisPoints = parsePercentage(from.basisPoints, "value.gets.effect.basisPoints", errors);
    if (basisPoints === null) return null;
    return basisPoints === 10_000 ? { kind: "free" } : { kind: "percentage", basisPoints }; // the store knows no other "free"
  }
  if (from.kind === "amount") {
    const amount = parseAmount(from.amount, "value.gets.effect.amount", "deal.amount_missing", errors);
    return amount === null ? null : { kind: "amount", amount };
  }
  errors.push({ field: "value.gets.effect.kind", key: "deal.effect_unknown" });
  return null;
}

/** The most items or collections, customers' segments or markets that the store takes for one discount. */
const MOST_PICKED = 100;

function parseItems(from: Record<string, unknown>, field: string, errors: FieldError[]): ItemChoice | null {
  switch (from.kind) {
    case "everything":
      return { kind: "everything" };
    case "collections": {
      const collections = parsePicked(from.collections, "Collection", field, errors);
      return collections && { kind: "collections", collections };
    }
    case "products": {
      const picked = parsePicked(from.products, "Product", field, errors);
      if (!picked) return null;
      const sent = from.products as unknown[];
      const products = picked.map((product, at) => {
        const variants = record(sent[at]).variants;
        return { ...product, variants: Array.isArray(variants) && variants.length > 0 ? (parsePicked(variants, "ProductVariant", field, errors) ?? []) : [] };
      });
      if (products.reduce((count, product) => count + Math.max(1, product.variants.length), 0) > MOST_PICKED) errors.push({ field, key: "deal.too_many_items", values: { limit: MOST_PICKED } });
      return { kind: "products", products };
    }
    default:
      errors.push({ field, key: "deal.applies_to_unknown" });
      return null;
  }
}

const NONE_PICKED = { Collection: "deal.collections_missing", Product: "deal.products_missing", ProductVariant: "deal.products_missing", Segment: "deal.segments_missing", Market: "deal.markets_missing" };

function parsePicked(from: unknown, type: keyof typeof NONE_PICKED, field: string, errors: FieldError[]): Picked[] | null {
  const id = new RegExp(`^gid://shopify/${type}/\\d+$`);
  if (!Array.isArray(from) || from.length === 0) errors.push({ field, key: NONE_PICKED[type] });
  else if (from.length > MOST_PICKED) errors.push({ field, key: "deal.too_many_items", values: { limit: MOST_PICKED } });
  else if (!from.every((one) => id.test(String(record(one).id)))) errors.push({ field, key: "deal.applies_to_unknown" });
  else return from.map((one) => ({ id: String(record(one).id), title: String(record(one).title ?? "").slice(0, 255) }));
  return null;
}

function parseBuyers(sent: unknown, errors: FieldError[]): DealBuyers | null {
  const from = record(sent);
  switch (from.kind) {
    case undefined:
    case "all":
      return { kind: "all" };
    case "segments": {
      const segments = parsePicked(from.segments, "Segment", "buyers", errors);
      return segments && { kind: "segments", segments };
    }
    case "markets": {
      const markets = parsePicked(from.markets, "Market", "buyers", errors);
      return markets && { kind: "markets", markets };
    }
    default:
      errors.push({ field: "buyers", key: "deal.buyers_unknown" });
      return null;
  }
}

function parsePurchase(sent: unknown, errors: FieldError[]): DealPurchase | null {
  if (sent === undefined) return PLAIN_TERMS.purchase;
  const from = record(sent);
  const [oneTime, subscription] = [from.oneTime === true, from.subscription === true];
  const cycles = subscription ? parseLimit(from.cycles, "purchase.cycles", errors) : null;
  if (!oneTime && !subscription) errors.push({ field: "purchase", key: "deal.purchase_missing" });
  return cycles === undefined ? null : { oneTime, subscription, cycles };
}

const MOST_TAGS = 4; // the store takes five; one is the app's own
const LONGEST_TAG = 255;

function parseTags(sent: unknown, errors: FieldError[]): string[] | null {
  if (sent === undefined) return [];
  const tags = Array.isArray(sent) ? [...new Set(sent.map((tag) => String(tag).trim()).filter((tag) => tag !== ""))] : [];
  if (tags.length > MOST_TAGS) errors.push({ field: "tags", key: "deal.too_many_tags", values: { limit: MOST_TAGS } });
  else if (tags.some((tag) => tag.length > LONGEST_TAG || tag.includes(","))) errors.push({ field: "tags", key: "deal.tag_form", values: { limit: LONGEST_TAG } });
  else return tags;
  return null;
}

/** ISO 3166 codes of two letters; null: everywhere; undefined: an error was noted. */
function parseCountries(sent: unknown, errors: FieldError[]): string[] | null | undefined {
  if (sent === null || sent === undefined) return null;
  if (Array.isArray(sent) && sent.length > 0 && sent.every((code) => typeof code === "string" && /^[A-Z]{2}$/.test(code))) return [...new Set(sent as string[])];
  errors.push({ field: "value.countries", key: "deal.countries_missing" });
  return undefined;
}

function parseMinimum(from: Record<string, unknown>, errors: FieldError[]): DealMinimum | null {
  switch (from.kind) {
    case undefined:
    case "none":
      return { kind: "none" };
    case "subtotal": {
      const amount = parseAmount(from.amount, "minimum.amount", "deal.minimum_amount_missing", errors);
      return amount === null ? null : { kind: "subtotal", amount };
    }
    case "quantity":
      if (isCount(from.quantity) && from.quantity < LARGEST_COUNT) return { kind: "quantity", quantity: from.quantity };
      errors.push({ field: "minimum.quantity", key: "deal.minimum_quantity_missing" });
      return null;
    default:
      errors.push({ field: "minimum.kind", key: "deal.minimum_unknown" });
      return null;
  }
}

function parsePercentage(from: unknown, field: string, errors: FieldError[]): number | null {
  if (typeof from === "number" && Number.isInteger(from) && from >= 1 && from <= 10_000) return from;
  errors.push({ field, key: "deal.percentage_range" });
  return null;
}

function parseAmount(from: unknown, field: string, key: string, errors: FieldError[]): string | null {
  const amount = positiveAmount(from);
  if (amount === null) errors.push({ field, key });
  return amount;
}

const MOST_PIECES = 99_999; // of what is bought and of what is got; the store refuses more

function parsePieces(from: unknown, field: string, errors: FieldError[]): number | null {
  if (isCount(from) && from <= MOST_PIECES) return from;
  errors.push(isCount(from) ? { field, key: "deal.too_many_pieces", values: { limit: MOST_PIECES } } : { field, key: "deal.quantity_missing" });
  return null;
}

/** undefined: an error was noted. */
function parseLimit(from: unknown, field: string, errors: FieldError[]): number | null | undefined {
  if (from === null || from === undefined) return null;
  if (isCount(from)) return from;
  errors.push({ field, key: "deal.usage_limit_range" });
  return undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= LARGEST_COUNT;
}

function positiveAmount(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d+$/.test(value)) return null;
  const digits = value.replace(/^0+/, "");
  return digits === "" || digits.length > LONGEST_AMOUNT ? null : digits;
}

/** The short mark of a deal for code names: "10" of 10 %, "5" of EUR 5.00, "FREE" of free shipping; empty for values that are not whole. */
export function codeMark(value: DealValue, exponent: number): string {
  if (value.kind === "free_shipping") return "FREE";
  if (value.kind === "percentage") return value.basisPoints % 100 === 0 ? String(value.basisPoints / 100) : "";
  if (value.kind === "buy_get") return "";
  const unit = 10n ** BigInt(exponent);
  const minor = BigInt(value.amount);
  return minor % unit === 0n ? String(minor / unit) : "";
}
