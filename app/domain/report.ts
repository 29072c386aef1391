// What a network is to be told of an order (rules, section 8): one conversion per credited order, under split one per credited code.
import type { LineBase } from "./base.ts";
import type { Beside } from "./beside.ts";
import { creditTotal, type Credit, type Decision } from "./credit.ts";
import type { Line, OrderFacts } from "./order.ts";

/** One item of a conversion: lines of one SKU merged, since the network's edits are keyed by SKU. Amount in minor units, as a string. */
export type ReportItem = { sku: string; name: string; category: string | null; quantity: number; amount: string };

/** Why a conversion waits for a person; keys of locales/<language>/network.json under "problem". */
export type Problem = "after_lock" | "added_item" | "rejected" | "no_event_type" | "no_partner" | "refused" | "gave_up" | "partly_kept" | "no_edits" | "foreign_click";

const LATE_MS = 60 * 60_000;

/** Has the network dated the sale by its arrival? Its clock and its seconds are its own. */
export function isLate(eventAt: Date, eventThere: Date): boolean {
  return eventThere.getTime() - eventAt.getTime() > LATE_MS;
}

/** Why a conversion is reversed: what became of the order, or of the credit for it. */
export type ReverseReason = "returned" | "customer" | "fraud" | "out_of_stock" | "declined" | "order_error" | "test" | "other_creator" | "excluded" | "terms" | "other";

/** What the network is told of the buyer: whether they bought before, where that is known. */
export type ToldBuyer = { status?: "new" | "existing" };

/** A conversion as the order wants it now. `rank` orders the codes of a split: the largest share of the base first. */
export type WantedConversion = { codeId: string; creatorId: string; programId: string; told: string | null; clickId: string | null; clickParameter: string | null; awaiting: boolean; rank: number; items: ReportItem[] };

/**
 * A conversion of which the network has been told, or may have been. `ended`: it was reversed, or its reversal is on the way; it is never revived.
 * One that the network refused is not ended: nothing of it is there. `awaiting`: the network decides whether it is credited, and may have done so.
 */
export type ToldConversion = { n: number; codeId: string; creatorId: string; ended: boolean; awaiting: boolean; items: ReportItem[] };

/** `set`: told rows that change. `fresh`: the rows that nothing was told of yet, all of them; others of that kind are to go. */
export type ConversionPlan = { set: Pick<ToldConversion, "n" | "items" | "awaiting">[]; fresh: (WantedConversion & { n: number })[] };

/** The conversions that an order's credits ask for, the largest share of the base before returns first (a tie: first listed). */
export function wantedConversions(credits: readonly Credit[], bases: readonly LineBase[]): WantedConversion[] {
  const ranked = credits.map((credit, listed) => ({ credit, listed }));
  ranked.sort((a, b) => (a.credit.shareOfBase === b.credit.shareOfBase ? a.listed - b.listed : a.credit.shareOfBase > b.credit.shareOfBase ? -1 : 1));
  return ranked.map(({ credit }, rank) => ({
    codeId: credit.codeId,
    creatorId: credit.creatorId,
    programId: credit.programId,
    told: credit.told,
    clickId: credit.clickId,
    clickParameter: credit.clickParameter,
    awaiting: credit.byNetwork,
    rank,
    items: creditTotal(credit) > 0n ? itemsOf(credit, bases) : [],
  }));
}

/** Items by SKU, in the order of their first lines. Only lines with a balance go in; money without pieces left is told with quantity 0. */
export function itemsOf(credit: Credit, bases: readonly LineBase[]): ReportItem[] {
  const items = new Map<string, { name: string; quantity: number; amount: bigint }>();
  const lines = new Map(bases.map((base) => [base.line.id, base]));
  for (const { lineId, amount } of credit.lines) {
    const entry = lines.get(lineId)!;
    const sku = skuOf(entry.line);
    const item = items.get(sku) ?? { name: entry.line.title, quantity: 0, amount: 0n };
    item.quantity += entry.quantityLeft;
    item.amount += amount;
    items.set(sku, item);
  }
  return [...items].map(([sku, item]) => ({ sku, name: item.name, category: null, quantity: item.quantity, amount: item.amount.toString() }));
}

/** The SKU under which a line is told; a line without one has a stable substitute. */
export function skuOf({ id, sku, variantId }: Pick<Line, "id" | "sku" | "variantId">): string {
  return sku ?? (variantId === null ? `line-${id}` : `variant-${variantId}`);
}

/** Items with the category of their products: that of the first line of their SKU of which it is known. `types`: product types by line id. */
export function withCategories(items: readonly ReportItem[], lines: readonly Pick<Line, "id" | "sku" | "variantId">[], types: ReadonlyMap<string, string>): ReportItem[] {
  return items.map((item) => ({ ...item, category: item.category ?? lines.flatMap((line) => (skuOf(line) === item.sku ? (types.get(line.id) ?? []) : [])).find((type) => type.trim() !== "") ?? null }));
}

/** `deleted`: the store deleted the order. `own`: the decision about the conversion's own code, null where it stands there no more. `others`: creators who are credited now. */
type Fallen = { facts: Pick<OrderFacts, "test" | "cancelledAt" | "cancelReason" | "refunds">; deleted: boolean; own: Pick<Decision, "creatorId" | "outcome" | "reason"> | null; creatorId: string; others: readonly string[] };

const CANCELLED: Record<string, ReverseReason> = { customer: "customer", fraud: "fraud", inventory: "out_of_stock", declined: "declined" };
const DECIDED: Partial<Record<NonNullable<Decision["reason"]>, ReverseReason>> = { not_paid: "declined", charged_back: "fraud", excluded: "excluded", code_void: "terms", self_referral: "terms" };

/** Why a conversion of which nothing is left is reversed: by what became of the order first, then of the code's credit. */
export function reverseReasonOf({ facts, deleted, own, creatorId, others }: Fallen): ReverseReason {
  if (facts.test) return "test";
  if (facts.cancelledAt !== null) return CANCELLED[facts.cancelReason ?? ""] ?? "order_error";
  if (deleted) return "order_error";
  const decided = own?.reason == null ? undefined : DECIDED[own.reason];
  if (decided !== undefined) return decided;
  if (others.some((other) => other !== creatorId)) return "other_creator";
  return own?.outcome === "credited" && facts.refunds.some((refund) => refund.lines.length > 0) ? "returned" : "other";
}

/** What is told of the buyer, from what is known beside the order. */
export function buyerOf(beside: Beside | null): ToldBuyer {
  const returning = beside?.returning ?? null;
  return returning === null ? {} : { status: returning ? "existing" : "new" };
}

/**
 * Brings the conversions of an order to what is wanted. A told one keeps its code and creator for ever; what is wanted and has no told one that can
 * carry it gets a number. One that ended there though something was still to be held was reversed by the network: whether it is told anew is a person's to
 * say, and so long it carries what is wanted. Numbers: under a split that of its rank while nothing of the order was told; later that which it has among the `untold`, or the next that was never used.
 * `reported` says whether a wanted conversion's program is told conversions at all: one of a codes_only program takes its number all the same.
 */
export function planConversions(told: readonly ToldConversion[], untold: readonly Pick<ToldConversion, "n" | "codeId" | "creatorId">[], wanted: readonly WantedConversion[], reported: (one: WantedConversion) => boolean): ConversionPlan {
  const plan: ConversionPlan = { set: [], fresh: [] };
  const carrying = new Set<number>();
  const numbered = told.length === 0 ? [] : untold.filter(({ n }) => !told.some((row) => row.n === n));
  let next = Math.max(0, ...told.map(({ n }) => n), ...numbered.map(({ n }) => n)) + 1;
  for (const one of wanted) {
    const same = told.filter((row) => !carrying.has(row.n) && row.codeId === one.codeId && row.creatorId === one.creatorId);
    const row = same.find((row) => !row.ended) ?? same.find((row) => row.items.length > 0);
    if (row) {
      carrying.add(row.n);
      if (!sameItems(row.items, one.items) || row.awaiting !== one.awaiting) plan.set.push({ n: row.n, items: one.items, awaiting: one.awaiting });
      continue;
    }
    if (one.items.length === 0) continue;
    const own = numbered.find((kept) => kept.codeId === one.codeId && kept.creatorId === one.creatorId);
    if (reported(one)) plan.fresh.push({ ...one, n: own?.n ?? next });
    if (own === undefined) next += 1;
  }
  for (const row of told) {
    if (!carrying.has(row.n) && row.items.length > 0) plan.set.push({ n: row.n, items: [], awaiting: row.awaiting });
  }
  return plan;
}

/** "<order id>" for the first, "<order id>-2" and so on for the others. */
export function networkOrderId(orderId: string, n: number): string {
  return n === 1 ? orderId : `${orderId}-${n}`;
}

/** Is this what a network may have made of the conversion's order id, or how somebody else tells the same order: by its id, or its name with or without "#"? */
export function isSameOrder(ref: string, { orderId, orderName, networkOrderId: own, n }: { orderId: string; orderName: string | null; networkOrderId: string; n: number }): boolean {
  const forms = [own, ...[orderId, ...(orderName ? [orderName] : [])].map((form) => networkOrderId(form, n))].map(plainRef);
  return forms.includes(plainRef(ref));
}

function plainRef(ref: string): string {
  return ref.trim().replace(/^#/, "").toLowerCase();
}

export function sameItems(a: readonly ReportItem[], b: readonly ReportItem[]): boolean {
  const held = new Map(a.map((item) => [item.sku, `${item.quantity}/${item.amount}`]));
  return a.length === b.length && b.every((item) => held.get(item.sku) === `${item.quantity}/${item.amount}`);
}
