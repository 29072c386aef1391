// The parts of a deal that a person changes and reads one by one, and which of them two states of a deal differ in.
import type { DealTerms, ItemChoice, Picked } from "./deal.ts";

/** Parts of the terms, in the order in which the form asks for them. */
export const TERM_PARTS = ["value", "appliesTo", "minimum", "buyers", "purchase", "oncePerCustomer", "usageLimit", "combinesWith", "tags"] as const;
export type TermPart = (typeof TERM_PARTS)[number];

/** A deal as a person holds it: what an edit changes. Instants are ISO 8601. */
export type DealState = { name: string; terms: DealTerms; startsAt: string; endsAt: string | null; pausedAt: string | null };

export const DEAL_PARTS = ["name", ...TERM_PARTS, "startsAt", "endsAt", "pausedAt"] as const;
export type DealPart = (typeof DEAL_PARTS)[number];

/** In which of the store's three kinds of discount the terms stand: it cannot be changed there. */
export type DiscountKind = "basic" | "free_shipping" | "bxgy";

export function kindOfTerms({ value }: Pick<DealTerms, "value">): DiscountKind {
  if (value.kind === "free_shipping") return "free_shipping";
  return value.kind === "buy_get" ? "bxgy" : "basic";
}

/** In which parts two terms differ. How a thing of the store's is called counts for nothing, nor does the order in which things were picked. */
export function differingTerms(one: DealTerms, other: DealTerms): TermPart[] {
  return TERM_PARTS.filter((part) => essence(one, part) !== essence(other, part));
}

export function sameTerms(one: DealTerms, other: DealTerms): boolean {
  return differingTerms(one, other).length === 0;
}

/** In which parts two states of a deal differ. */
export function differingParts(one: DealState, other: DealState): DealPart[] {
  const terms = differingTerms(one.terms, other.terms);
  return DEAL_PARTS.filter((part) => {
    if (part === "name") return one.name !== other.name;
    if (part === "startsAt" || part === "endsAt" || part === "pausedAt") return !sameTime(one[part], other[part]);
    return terms.includes(part);
  });
}

/** `theirs` with the parts of `mine` that are named. */
export function withParts(theirs: DealState, mine: DealState, parts: readonly DealPart[]): DealState {
  const take = (part: DealPart) => parts.includes(part);
  const terms = Object.fromEntries(TERM_PARTS.map((part) => [part, (take(part) ? mine : theirs).terms[part]])) as DealTerms;
  const of = <Key extends "name" | "startsAt" | "endsAt" | "pausedAt">(key: Key) => (take(key) ? mine : theirs)[key];
  return { name: of("name"), terms, startsAt: of("startsAt"), endsAt: of("endsAt"), pausedAt: of("pausedAt") };
}

function sameTime(one: string | null, other: string | null): boolean {
  return one === null || other === null ? one === other : Date.parse(one) === Date.parse(other);
}

/** What a part comes to, as text; equal where nothing is different for a buyer. */
function essence(terms: DealTerms, part: TermPart): string {
  switch (part) {
    case "value": {
      const { value } = terms;
      if (value.kind === "free_shipping") return text([value.kind, value.countries && [...value.countries].sort(), value.highestRate]);
      if (value.kind !== "buy_get") return text([value.kind, value.kind === "percentage" ? value.basisPoints : value.amount]);
      const { buys, gets, usesPerOrder } = value;
      const { effect } = gets;
      const need = buys.by === "quantity" ? [buys.by, buys.quantity] : [buys.by, buys.amount];
      const given = effect.kind === "free" ? [effect.kind] : [effect.kind, effect.kind === "percentage" ? effect.basisPoints : effect.amount];
      return text([value.kind, need, itemsOf(buys.items), gets.quantity, itemsOf(gets.items), given, usesPerOrder]);
    }
    case "appliesTo":
      return text(itemsOf(terms.appliesTo));
    case "minimum": {
      const { minimum } = terms;
      return text([minimum.kind, minimum.kind === "subtotal" ? minimum.amount : minimum.kind === "quantity" ? minimum.quantity : null]);
    }
    case "buyers": {
      const { buyers } = terms;
      return text([buyers.kind, buyers.kind === "segments" ? idsOf(buyers.segments) : buyers.kind === "markets" ? idsOf(buyers.markets) : null]);
    }
    case "purchase":
      return text([terms.purchase.oneTime, terms.purchase.subscription, terms.purchase.cycles]);
    case "combinesWith":
      return text([terms.combinesWith.order, terms.combinesWith.product, terms.combinesWith.shipping]);
    case "tags":
      return text([...terms.tags].sort());
    case "oncePerCustomer":
    case "usageLimit":
      return text(terms[part]);
  }
}

function itemsOf(items: ItemChoice): unknown {
  if (items.kind === "everything") return items.kind;
  if (items.kind === "collections") return [items.kind, idsOf(items.collections)];
  return [items.kind, items.products.map((product) => [product.id, idsOf(product.variants)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))];
}

function idsOf(picked: readonly Picked[]): string[] {
  return picked.map(({ id }) => id).sort();
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
