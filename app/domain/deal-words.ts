// A deal as a buyer reads it, as parts of sentences: keys of locales/<language>/errors.json under "offer", with their values.
import type { DealBuyers, DealMinimum, DealPurchase, DealTerms, DealValue, ItemChoice } from "./deal.ts";

/** A part of a sentence; a value may be one as well. */
export type Phrase = { key: string; values: Record<string, string | number | Phrase> };

/** How the reader's language writes things; the pages build it from Intl with the shop's currency and time zone. */
export type Words = {
  money: (minor: bigint) => string;
  percent: (basisPoints: number) => string;
  date: (iso: string) => string;
  /** Names in a row: "A, B and C", or "A, B or C". */
  all: (names: string[]) => string;
  any: (names: string[]) => string;
  /** Of ISO 3166 codes. */
  country: (code: string) => string;
};

/**
 * First the offer ("10 % off everything from EUR 50"), then what else holds (for whom, on which payments, once per customer, at most so often, until when).
 */
export function describeDeal(terms: DealTerms, dates: { startsAt: string | null; endsAt: string | null }, words: Words): Phrase[] {
  const { value } = terms;
  const phrases: (Phrase | null)[] = [
    offerOf(terms, words),
    value.kind === "free_shipping" && value.countries !== null ? { key: "offer.countries", values: { names: few(value.countries.map(words.country), words.all) } } : null,
    value.kind === "free_shipping" && value.highestRate !== null ? { key: "offer.highest_rate", values: { amount: words.money(BigInt(value.highestRate)) } } : null,
    value.kind === "buy_get" && value.usesPerOrder !== null ? { key: "offer.per_order", values: { count: value.usesPerOrder } } : null,
    buyersOf(terms.buyers, words),
    purchaseOf(terms.purchase),
    terms.oncePerCustomer ? { key: "offer.once", values: {} } : null,
    terms.usageLimit !== null ? { key: "offer.limit", values: { count: terms.usageLimit } } : null,
    dates.endsAt !== null ? { key: "offer.until", values: { date: words.date(dates.endsAt) } } : null,
  ];
  return phrases.filter((phrase) => phrase !== null);
}

/** What a buyer gets, on what, from which order on. */
export function offerOf({ value, minimum, appliesTo }: Pick<DealTerms, "value" | "minimum" | "appliesTo">, words: Words): Phrase {
  if (value.kind === "buy_get") return buyGetOf(value, words);
  const values: Phrase["values"] = {};
  if (value.kind === "percentage") values.percent = words.percent(value.basisPoints);
  if (value.kind === "fixed_order" || value.kind === "fixed_item") values.amount = words.money(BigInt(value.amount));
  if (minimum.kind === "subtotal") values.minimum = words.money(BigInt(minimum.amount));
  if (minimum.kind === "quantity") values.count = minimum.quantity;
  if (appliesTo.kind === "everything") return { key: `offer.${value.kind}.${minimum.kind}`, values };
  return { key: `offer.${value.kind}_items.${minimum.kind}`, values: { ...values, items: few(namesOf(appliesTo), words.all) } };
}

function buyGetOf({ buys, gets }: DealValue & { kind: "buy_get" }, words: Words): Phrase {
  const { effect } = gets;
  const got = pieces(gets.quantity, gets.items, words);
  const less: Phrase["values"] = effect.kind === "percentage" ? { percent: words.percent(effect.basisPoints) } : effect.kind === "amount" ? { amount: words.money(BigInt(effect.amount)) } : {};
  const bought: Phrase["values"] = buys.by === "quantity" ? { bought: pieces(buys.quantity, buys.items, words) } : { spent: words.money(BigInt(buys.amount)), names: few(namesOf(buys.items), words.any) };
  return { key: `offer.buy_get.${buys.by}.${effect.kind}`, values: { ...bought, got, ...less } };
}

/** "2 from Hoodies", or "1 Beanie" where it is one product. */
function pieces(count: number, items: ItemChoice, words: Words): Phrase {
  const names = namesOf(items);
  const one = items.kind === "products" && names.length === 1;
  return { key: one ? "offer.pieces_of_one" : "offer.pieces", values: { count, names: few(names, words.any) } };
}

export function minimumOf(minimum: DealMinimum, words: Words): Phrase {
  if (minimum.kind === "subtotal") return { key: "offer.from.subtotal", values: { minimum: words.money(BigInt(minimum.amount)) } };
  return minimum.kind === "quantity" ? { key: "offer.from.quantity", values: { count: minimum.quantity } } : { key: "offer.from.none", values: {} };
}

/** null: everybody. */
export function buyersOf(buyers: DealBuyers, words: Words): Phrase | null {
  if (buyers.kind === "all") return null;
  const names = (buyers.kind === "segments" ? buyers.segments : buyers.markets).map(titleOf);
  return { key: `offer.${buyers.kind}`, values: { count: names.length, names: few(names, words.all) } };
}

/** null: one-time purchases, as a buyer would think. */
export function purchaseOf({ oneTime, subscription, cycles }: DealPurchase): Phrase | null {
  if (!subscription) return null;
  const which = oneTime ? "too" : "only";
  return cycles === null ? { key: `offer.subscription.${which}.all`, values: {} } : { key: `offer.subscription.${which}.first`, values: { count: cycles } };
}

/** What things are called: products with the variants that were picked, where not all were. */
export function namesOf(items: ItemChoice): string[] {
  if (items.kind === "everything") return [];
  if (items.kind === "collections") return items.collections.map(titleOf);
  return items.products.map((product) => {
    const variants = product.variants.map(({ title }) => title).filter((title) => title !== "" && title !== NO_VARIANT);
    return variants.length === 0 ? titleOf(product) : `${titleOf(product)} (${variants.join(", ")})`;
  });
}

const NO_VARIANT = "Default Title"; // what the store calls the variant of a product that has one only

function titleOf({ id, title }: { id: string; title: string }): string {
  return title || id.slice(id.lastIndexOf("/") + 1);
}

const MOST_NAMES = 3;

/** The first names, and how many more there are. */
export function few(names: string[], join: (names: string[]) => string): string | Phrase {
  if (names.length <= MOST_NAMES + 1) return join(names);
  return { key: "offer.more", values: { names: names.slice(0, MOST_NAMES).join(", "), count: names.length - MOST_NAMES } };
}
