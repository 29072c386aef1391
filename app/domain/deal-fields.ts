// The fields of a deal's form: empty, as they came from a browser, and of a deal that is edited.
import type { ItemChoice, Picked, PickedProduct } from "./deal.ts";
import type { DealState } from "./deal-parts.ts";
import { formatAmount } from "./money.ts";
import { wallTime } from "./zone.ts";

/** A choice of items: what was picked of the other kind stays, should the person come back to it. */
export type ItemFields = { kind: string; collections: Picked[]; products: PickedProduct[] }; // everything | collections | products

export type DealFields = {
  name: string;
  programId: string; // "": no program
  kind: string; // percentage | fixed_order | fixed_item | free_shipping | buy_get
  percent: string;
  amount: string;
  items: ItemFields;
  countriesLimited: boolean;
  countries: string[];
  rateLimited: boolean;
  highestRate: string;
  buysBy: string; // quantity | amount
  buysQuantity: string;
  buysAmount: string;
  buysItems: ItemFields;
  getsQuantity: string;
  getsItems: ItemFields;
  effect: string; // free | percentage | amount
  effectPercent: string;
  effectAmount: string;
  perOrderLimited: boolean;
  usesPerOrder: string;
  minimum: string; // none | subtotal | quantity
  minimumAmount: string;
  minimumQuantity: string;
  buyers: string; // all | segments | markets
  segments: Picked[];
  markets: Picked[];
  purchase: string; // one_time | both | subscription
  cyclesLimited: boolean;
  cycles: string;
  oncePerCustomer: boolean;
  limited: boolean;
  usageLimit: string;
  combinesOrder: boolean;
  combinesProduct: boolean;
  combinesShipping: boolean;
  tags: string; // with commas between them
  startDate: string; // 2026-11-21, in the shop's time zone
  startTime: string; // 10:30
  ends: boolean;
  endDate: string;
  endTime: string;
};

const MOST_SENT = 250; // more than the store takes of anything
const LONGEST_TEXT = 2_000;

/** Fields as they came from a browser: text is text, a box is ticked or not, whatever was sent. */
export function dealFields(sent: unknown): DealFields {
  const from = record(sent);
  const text = (name: string) => (typeof from[name] === "string" ? (from[name] as string).slice(0, LONGEST_TEXT) : "");
  const ticked = (name: string) => from[name] === true;
  return {
    name: text("name"), programId: text("programId"), kind: text("kind"), percent: text("percent"), amount: text("amount"),
    items: itemFields(from.items, "everything"),
    countriesLimited: ticked("countriesLimited"), countries: list(from.countries).filter((code) => typeof code === "string"), rateLimited: ticked("rateLimited"), highestRate: text("highestRate"),
    buysBy: text("buysBy") || "quantity", buysQuantity: text("buysQuantity"), buysAmount: text("buysAmount"), buysItems: itemFields(from.buysItems, "collections"),
    getsQuantity: text("getsQuantity"), getsItems: itemFields(from.getsItems, "products"),
    effect: text("effect") || "free", effectPercent: text("effectPercent"), effectAmount: text("effectAmount"), perOrderLimited: ticked("perOrderLimited"), usesPerOrder: text("usesPerOrder"),
    minimum: text("minimum"), minimumAmount: text("minimumAmount"), minimumQuantity: text("minimumQuantity"),
    buyers: text("buyers") || "all", segments: picked(from.segments), markets: picked(from.markets),
    purchase: text("purchase") || "one_time", cyclesLimited: ticked("cyclesLimited"), cycles: text("cycles"),
    oncePerCustomer: ticked("oncePerCustomer"), limited: ticked("limited"), usageLimit: text("usageLimit"),
    combinesOrder: ticked("combinesOrder"), combinesProduct: ticked("combinesProduct"), combinesShipping: ticked("combinesShipping"),
    tags: text("tags"),
    startDate: text("startDate"), startTime: text("startTime"), ends: ticked("ends"), endDate: text("endDate"), endTime: text("endTime"),
  };
}

/** The form as it is first shown: once per customer, from now on, without an end. */
export function emptyFields(at: Date, timezone: string, programId: string): DealFields {
  const { date, time } = wallTime(at, timezone);
  return {
    ...dealFields({}), programId, kind: "percentage", minimum: "none", oncePerCustomer: true, combinesShipping: true,
    buysQuantity: "1", getsQuantity: "1", perOrderLimited: true, usesPerOrder: "1", startDate: date, startTime: time, endTime: "23:59",
  };
}

/** The form of a deal that is there. */
export function fieldsOfDeal({ name, terms, startsAt, endsAt }: DealState, programId: string | null, shop: { currency: string; timezone: string }): DealFields {
  const { value, minimum, buyers, purchase, combinesWith } = terms;
  const money = (minor: string) => formatAmount(BigInt(minor), shop.currency);
  const start = wallTime(new Date(startsAt), shop.timezone);
  const end = endsAt === null ? { date: "", time: "23:59" } : wallTime(new Date(endsAt), shop.timezone);
  const base = dealFields({});
  return {
    ...base,
    name, programId: programId ?? "", kind: value.kind,
    percent: value.kind === "percentage" ? percentText(value.basisPoints) : "",
    amount: value.kind === "fixed_order" || value.kind === "fixed_item" ? money(value.amount) : "",
    items: fieldsOfItems(terms.appliesTo, base.items),
    ...(value.kind === "free_shipping" && {
      countriesLimited: value.countries !== null, countries: value.countries ?? [], rateLimited: value.highestRate !== null, highestRate: value.highestRate === null ? "" : money(value.highestRate),
    }),
    ...(value.kind === "buy_get" && buyGetFields(value, base, money)),
    minimum: minimum.kind, minimumAmount: minimum.kind === "subtotal" ? money(minimum.amount) : "", minimumQuantity: minimum.kind === "quantity" ? String(minimum.quantity) : "",
    buyers: buyers.kind, segments: buyers.kind === "segments" ? buyers.segments : [], markets: buyers.kind === "markets" ? buyers.markets : [],
    purchase: !purchase.subscription ? "one_time" : purchase.oneTime ? "both" : "subscription",
    cyclesLimited: purchase.cycles !== null, cycles: purchase.cycles === null ? "" : String(purchase.cycles),
    oncePerCustomer: terms.oncePerCustomer, limited: terms.usageLimit !== null, usageLimit: terms.usageLimit === null ? "" : String(terms.usageLimit),
    combinesOrder: combinesWith.order, combinesProduct: combinesWith.product, combinesShipping: combinesWith.shipping,
    tags: terms.tags.join(", "),
    startDate: start.date, startTime: start.time, ends: endsAt !== null, endDate: end.date, endTime: end.time,
  };
}

function buyGetFields({ buys, gets, usesPerOrder }: DealState["terms"]["value"] & { kind: "buy_get" }, base: DealFields, money: (minor: string) => string): Partial<DealFields> {
  const { effect } = gets;
  return {
    buysBy: buys.by, buysQuantity: buys.by === "quantity" ? String(buys.quantity) : "", buysAmount: buys.by === "amount" ? money(buys.amount) : "", buysItems: fieldsOfItems(buys.items, base.buysItems),
    getsQuantity: String(gets.quantity), getsItems: fieldsOfItems(gets.items, base.getsItems),
    effect: effect.kind, effectPercent: effect.kind === "percentage" ? percentText(effect.basisPoints) : "", effectAmount: effect.kind === "amount" ? money(effect.amount) : "",
    perOrderLimited: usesPerOrder !== null, usesPerOrder: usesPerOrder === null ? "" : String(usesPerOrder),
  };
}

function fieldsOfItems(items: ItemChoice, base: ItemFields): ItemFields {
  return { ...base, kind: items.kind, ...(items.kind === "collections" && { collections: items.collections }), ...(items.kind === "products" && { products: items.products }) };
}

/** 1250 basis points are "12.5". */
function percentText(basisPoints: number): string {
  return (basisPoints / 100).toFixed(2).replace(/\.?0+$/, "");
}

function itemFields(sent: unknown, kind: string): ItemFields {
  const from = record(sent);
  const products = picked(from.products).map((product, at) => ({ ...product, variants: picked(record(list(from.products)[at]).variants) }));
  return { kind: typeof from.kind === "string" ? from.kind : kind, collections: picked(from.collections), products };
}

function picked(sent: unknown): Picked[] {
  return list(sent).map((one) => ({ id: String(record(one).id ?? ""), title: String(record(one).title ?? "").slice(0, 255) }));
}

function list(sent: unknown): unknown[] & string[] {
  return (Array.isArray(sent) ? sent.slice(0, MOST_SENT) : []) as unknown[] & string[];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
