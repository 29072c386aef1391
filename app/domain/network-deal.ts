// A deal as a network's program holds it: what the network shows of one, what is sent of ours, and what of ours has no place there.
// Amounts are minor units as strings of digits with their currency beside them; percentages are decimals as text ("12.5").
import type { DealTerms, ItemChoice, Picked } from "./deal.ts";
import type { Values } from "./problem.ts";

export type NetworkMoney = { amount: string; currency: string };

/** What a deal is for. Several names stand in one text, as the network has it. */
export type NetworkItems = { scope: "entire_store" } | { scope: "product" | "category"; names: string };

/** One side of "buy X, get Y". */
export type NetworkSide = { quantity: number; scope: "product" | "category"; name: string };

export type NetworkDiscount =
  | { kind: "percent"; percent: string }
  | { kind: "fixed"; amount: string; currency: string }
  | { kind: "free_shipping" }
  | { kind: "buy_get"; buys: NetworkSide; gets: NetworkSide; effect: { kind: "free" } | { kind: "percent"; percent: string } | { kind: "amount"; amount: string; currency: string } };

export type NetworkDealType = "general_sale" | "free_shipping" | "bogo" | "gift" | "rebate" | "other";

/** A deal as it is to be made. `syncs`: the dates of its codes are the deal's own, in the network too. */
export type NewDeal = { name: string; description: string | null; discount: NetworkDiscount; applies: NetworkItems; startsAt: string | null; endsAt: string | null; syncs: boolean };

/** What an edit of a deal changes; what is left out stays as it is. Its type and the currency of an amount cannot be changed from outside. */
export type DealChange = Partial<NewDeal>;

/** A deal as it was read back. null: the network shows none, or it cannot be read exactly. */
export type DealInfo = {
  externalId: string;
  name: string;
  state: "active" | "pending" | "expired" | "other";
  description: string | null;
  type: NetworkDealType;
  discount: NetworkDiscount | null; // null: of a kind that this app never makes
  applies: NetworkItems | null;
  startsAt: string | null;
  endsAt: string | null;
  syncs: boolean;
  minimum: NetworkMoney | null; // what a buyer has to spend
  maximumSavings: NetworkMoney | null;
  defaultCode: string | null;
  restrictedPartners: string[]; // partner ids that may not promote it
  restrictedGroups: string[];
  perOrder: number | null; // how often it counts in one order; null: no limit
  /** Set by this app: codes that others linked to it and that have dates of their own, for whose sake it does not keep its codes in step. */
  ownDates?: string[];
};

/** What a person has to know of our deal in the network: a key of locales/<language>/network.json under "notes", with its values. */
export type NetworkNote = { key: string; values: Values };

/** The deal as a network takes it. Its window may be narrower than its own dates, while it is paused or after it was ended. */
export type DealForNetwork = { name: string; terms: DealTerms; startsAt: string; endsAt: string | null };

/** Our deal in the network's words, and what of it the network has no field for: there the store alone holds buyers to it. */
export function toNetworkDeal({ name, terms, startsAt, endsAt }: DealForNetwork, currency: string): { deal: NewDeal; notes: NetworkNote[] } {
  return {
    // What partners read of it is the merchant's to write there: no description of ours would be in their language.
    deal: { name, description: null, discount: discountOf(terms, currency), applies: itemsOf(terms.appliesTo), startsAt, endsAt, syncs: true },
    notes: notesOf(terms),
  };
}

function discountOf({ value }: DealTerms, currency: string): NetworkDiscount {
  switch (value.kind) {
    case "percentage":
      return { kind: "percent", percent: percentText(value.basisPoints) };
    case "fixed_order":
    case "fixed_item":
      return { kind: "fixed", amount: value.amount, currency };
    case "free_shipping":
      return { kind: "free_shipping" };
    case "buy_get": {
      const { buys, gets } = value;
      const { effect } = gets;
      return {
        kind: "buy_get",
        buys: { quantity: buys.by === "quantity" ? buys.quantity : 1, ...sideOf(buys.items) },
        gets: { quantity: gets.quantity, ...sideOf(gets.items) },
        effect: effect.kind === "percentage" ? { kind: "percent", percent: percentText(effect.basisPoints) } : effect.kind === "amount" ? { kind: "amount", amount: effect.amount, currency } : { kind: "free" },
      };
    }
  }
}

/** 1250 basis points are "12.5". */
function percentText(basisPoints: number): string {
  return (basisPoints / 100).toFixed(2).replace(/\.?0+$/, "");
}

function itemsOf(items: ItemChoice): NetworkItems {
  if (items.kind === "products") return { scope: "product", names: namesOf(items.products) };
  if (items.kind === "collections") return { scope: "category", names: namesOf(items.collections) };
  return { scope: "entire_store" };
}

function sideOf(items: ItemChoice): { scope: "product" | "category"; name: string } {
  const of = itemsOf(items);
  return of.scope === "entire_store" ? { scope: "category", name: "–" } : { scope: of.scope, name: of.names };
}

const LONGEST_NAMES = 240;

/** One text of all names; a comma inside a name would make two of it. How many more there are stands behind what does not fit. */
function namesOf(picked: readonly Picked[]): string {
  const { text, unnamed } = namesThatFit(picked);
  return unnamed > 0 ? `${text}, +${unnamed}` : text.slice(0, LONGEST_NAMES + 10);
}

function namesThatFit(picked: readonly Picked[]): { text: string; unnamed: number } {
  const names = picked.map(({ id, title }) => title.replaceAll(",", " ").replace(/\s+/g, " ").trim() || id.slice(id.lastIndexOf("/") + 1));
  let text = names[0] ?? "–";
  for (const [at, name] of names.entries()) {
    if (at === 0) continue;
    if (text.length + name.length > LONGEST_NAMES) return { text, unnamed: names.length - at };
    text = `${text}, ${name}`;
  }
  return { text, unnamed: 0 };
}

function unnamedOf(items: ItemChoice): number {
  return items.kind === "everything" ? 0 : namesThatFit(items.kind === "products" ? items.products : items.collections).unnamed;
}

function notesOf(terms: DealTerms): NetworkNote[] {
  const { value, minimum, buyers, purchase, oncePerCustomer, usageLimit, combinesWith } = terms;
  const notes: NetworkNote[] = [];
  const note = (key: string, values: Values = {}) => notes.push({ key, values });
  if (value.kind === "fixed_item") note("each_item");
  const chosen = [terms.appliesTo, ...(value.kind === "buy_get" ? [value.buys.items, value.gets.items] : [])];
  if (chosen.some((items) => items.kind === "products" && items.products.some((product) => product.variants.length > 0))) note("variants");
  const unnamed = chosen.reduce((count, items) => count + unnamedOf(items), 0);
  if (unnamed > 0) note("more_names", { count: unnamed });
  if (value.kind === "free_shipping" && value.countries !== null) note("countries", { countries: value.countries.join(", ") });
  if (value.kind === "free_shipping" && value.highestRate !== null) note("highest_rate", { amount: value.highestRate });
  if (value.kind === "buy_get" && value.buys.by === "amount") note("buys_amount", { amount: value.buys.amount });
  if (value.kind === "buy_get" && value.usesPerOrder !== null) note("per_order", { count: value.usesPerOrder });
  if (minimum.kind === "quantity") note("minimum_quantity", { count: minimum.quantity });
  if (buyers.kind !== "all") note(`buyers_${buyers.kind}`);
  if (purchase.subscription) note(purchase.oneTime ? "subscriptions_too" : "subscriptions_only");
  if (purchase.cycles !== null) note("cycles", { count: purchase.cycles });
  if (oncePerCustomer) note("once");
  if (usageLimit !== null) note("limit", { count: usageLimit });
  if (Object.values(combinesWith).some(Boolean)) note("combines");
  return notes;
}

/** The type that a discount asks for. */
export function typeOf(discount: NetworkDiscount): NetworkDealType {
  return discount.kind === "free_shipping" ? "free_shipping" : discount.kind === "buy_get" ? "bogo" : "general_sale";
}

/** An end that is no end: where one was set, the network knows no way back to none. */
export const NO_END = "2099-12-31T23:59:59.000Z";

/** What has to be changed over there, of what can be changed from outside; null: nothing. */
export function dealChange(wanted: NewDeal, seen: DealInfo): DealChange | null {
  const change: DealChange = {};
  if (wanted.name !== seen.name) change.name = wanted.name;
  if (wanted.description !== null && wanted.description !== seen.description) change.description = wanted.description;
  if (!sameDiscount(wanted.discount, seen.discount) && canChangeTo(wanted.discount, seen)) change.discount = wanted.discount;
  if (!sameItems(wanted.applies, seen.applies)) change.applies = wanted.applies;
  if (wanted.startsAt !== null && !sameInstant(wanted.startsAt, seen.startsAt)) change.startsAt = wanted.startsAt;
  if (wanted.endsAt !== null ? !sameInstant(wanted.endsAt, seen.endsAt) : endOf(seen) !== null) change.endsAt = wanted.endsAt ?? NO_END;
  if (wanted.syncs && !seen.syncs) change.syncs = true;
  return Object.keys(change).length === 0 ? null : change;
}

/** Its end; one that lies where NO_END does is none. */
export function endOf({ endsAt }: { endsAt: string | null }): string | null {
  return endsAt === null || sameInstant(endsAt, NO_END) ? null : endsAt;
}

/** An amount that a "get" costs less is shown in no currency: whether it is ours cannot be read, and a step has a person look. */
export function isUnreadable(wanted: NetworkDiscount, { type, discount }: DealInfo): boolean {
  return wanted.kind === "buy_get" && wanted.effect.kind === "amount" && type === "bogo" && discount === null;
}

type LinkedCode = { externalId: string; code: string; dealExternalId: string | null; active: boolean; startsAt: string | null; endsAt: string | null };

/**
 * The codes of others that have dates of their own in a deal: were the deal to keep its codes in step, those would be lost. `ours`: the ids of codes that
 * this app placed, which have the deal's dates anyway.
 */
export function ownDatesIn(seen: DealInfo, codes: readonly LinkedCode[], ours: ReadonlySet<string>): string[] {
  const others = (at: string | null, deal: string | null) => at !== null && !sameInstant(at, deal);
  return codes.filter((code) => code.active && code.dealExternalId === seen.externalId && !ours.has(code.externalId) && (others(code.startsAt, seen.startsAt) || others(code.endsAt, seen.endsAt))).map((code) => code.code);
}

function canChangeTo(wanted: NetworkDiscount, seen: DealInfo): boolean {
  if (typeOf(wanted) !== seen.type) return false;
  return wanted.kind !== "fixed" || seen.discount?.kind !== "fixed" || seen.discount.currency === wanted.currency;
}

export function sameDiscount(one: NetworkDiscount, other: NetworkDiscount | null): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(other && plain(other));
}

/** Without what the network may leave out: the currency of what a "get" costs less. */
function plain(discount: NetworkDiscount): unknown {
  if (discount.kind !== "buy_get") return Object.entries(discount).sort();
  const side = ({ quantity, scope, name }: NetworkSide) => [quantity, scope, name];
  const { effect } = discount;
  return ["buy_get", side(discount.buys), side(discount.gets), effect.kind, effect.kind === "percent" ? effect.percent : effect.kind === "amount" ? effect.amount : ""];
}

export function sameItems(one: NetworkItems, other: NetworkItems | null): boolean {
  return one.scope === other?.scope && (one.scope === "entire_store" || (other.scope !== "entire_store" && one.names === other.names));
}

/** To the second: the network keeps no more. */
export function sameInstant(one: string, other: string | null): boolean {
  return other !== null && Math.floor(Date.parse(one) / 1_000) === Math.floor(Date.parse(other) / 1_000);
}
