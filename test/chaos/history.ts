// What happens in the shops, drawn from the seed before the run begins: orders, and what becomes of each. It is acted out on the local stores in the order of
// time, and so does not depend on anything that the app does.
import { bodyId } from "#test/local/store/json.ts";
import { Refused, type Store } from "#test/local/store/store.ts";
import type { CheckoutInput, Order } from "#test/local/store/types.ts";
import { dice, type Dice } from "./draw.ts";
import type { ShopPlan } from "./shops.ts";

/** One act in a store. `silent`: none of its deliveries ever leaves the store. `deliveries`: how many it fires, as far as that is known. */
export type Act = { atMs: number; shop: number; order: number; what: What; silent: boolean; deliveries: number };
type What =
  | { do: "checkout"; input: CheckoutInput }
  | { do: "pay" | "void" | "delete" }
  | { do: "refund"; lines: number[]; shipping: boolean; share: number; pair: boolean; whole: boolean }
  | { do: "cancel"; refund: boolean; reason: "customer" | "fraud" | "inventory" }
  | { do: "edit"; line: number }
  | { do: "dispute"; inquiry: boolean }
  | { do: "dispute-ends"; status: "won" | "lost" | "under_review" | "accepted" };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The store is asked for what it changed, and so finds what no delivery told: a share of all acts is told by none. */
const SILENT = 0.01;

/** So many orders that about `deliveries` are fired by them, over `hours`. */
export function planHistory(shops: readonly ShopPlan[], variants: readonly string[], deliveries: number, seed: number, beginMs: number, hours: number): Act[] {
  const orders: Act[][] = [];
  let fired = 0;
  while (fired < deliveries) {
    const acts = planOrder(orders.length, shops[orders.length % shops.length]!, variants, dice(seed, `order ${orders.length}`));
    fired += acts.reduce((sum, act) => sum + (act.silent ? 0 : act.deliveries), 0);
    orders.push(acts);
  }
  const gapMs = (hours * HOUR) / orders.length;
  // Half a second past: what is drawn must not depend on which side of a second the machine's clock puts it.
  for (const [at, acts] of orders.entries()) for (const act of acts) act.atMs = Math.floor((beginMs + at * gapMs + act.atMs) / 1_000) * 1_000 + 500;
  return orders.flat().sort((a, b) => a.atMs - b.atMs || a.order - b.order);
}

function planOrder(order: number, shop: ShopPlan, variants: readonly string[], d: Dice): Act[] {
  const act = (atMs: number, what: What, deliveries: number, mayBeSilent = true): Act => ({ atMs, shop: shop.at, order, what, silent: mayBeSilent && d.chance(SILENT), deliveries });
  const input = planCheckout(order, shop, variants, d);
  const acts = [act(0, { do: "checkout", input }, input.payment === "card" ? 3 : 2)];
  let atMs = 0;
  const later = () => (atMs += d.whole(1, 45) * MINUTE);
  if (input.payment !== "card") {
    const end = d.weighed({ pay: 70, void: 15, pending: 15 });
    if (end !== "pending") acts.push(act(later(), { do: end }, end === "pay" ? 2 : 1));
    if (end !== "pay") return acts;
  }
  const fate = d.weighed({ stays: 42, lines: 20, amount: 8, all: 6, shipping: 4, cancel: 7, edit: 6, delete: 2, dispute: 5 });
  const refund = (lines: number[], shipping: boolean, share: number, whole = false): What => ({ do: "refund", lines, shipping, share, pair: d.chance(0.1), whole });
  if (fate === "lines") {
    acts.push(act(later(), refund([d.whole(0, 3), d.whole(0, 3)], d.chance(0.2), d.chance(0.3) ? 0.05 : 0), 2));
    if (d.chance(0.3)) acts.push(act(later(), refund([d.whole(0, 3)], false, 0), 2));
  } else if (fate === "amount") acts.push(act(later(), refund([], false, 0.01 + d.next() * 0.5), 2));
  else if (fate === "all") acts.push(act(later(), refund([], true, 0, true), 2));
  else if (fate === "shipping") acts.push(act(later(), refund([], true, 0), 2));
  else if (fate === "cancel") {
    const refunds = d.chance(0.7);
    acts.push(act(later(), { do: "cancel", refund: refunds, reason: d.one(["customer", "fraud", "inventory"]) }, refunds ? 3 : 2));
  } else if (fate === "edit") acts.push(act(later(), { do: "edit", line: d.whole(0, 3) }, 2));
  // The store tells of these by their deliveries alone: an order that is gone, or that is disputed, is in no list of what changed.
  else if (fate === "delete") acts.push(act(later(), { do: "delete" }, 1, false));
  else if (fate === "dispute") {
    acts.push(act(later(), { do: "dispute", inquiry: d.chance(0.2) }, 1, false));
    if (d.chance(0.5)) acts.push(act(later(), { do: "dispute-ends", status: "under_review" }, 1, false));
    acts.push(act(later(), { do: "dispute-ends", status: d.one(["lost", "lost", "accepted", "won"]) }, 1, false));
  }
  return acts;
}

function planCheckout(order: number, shop: ShopPlan, variants: readonly string[], d: Dice): CheckoutInput {
  const all = shop.discounts.flatMap(({ codes }) => codes);
  const count = d.weighed({ none: 12, one: 66, two: 15, three: 7 });
  const codes = Array.from({ length: { none: 0, one: 1, two: 2, three: 3 }[count] }, () => d.one(all));
  const own = d.chance(0.03) ? d.one(shop.creators).email.toUpperCase() : null;
  const items: CheckoutInput["items"] = Array.from({ length: d.whole(1, 4) }, () => ({ variantId: d.one(variants), quantity: d.whole(1, 3) }));
  // One SKU on two lines: once as it is, and once under a plan of the shop.
  if (d.chance(0.06)) items.push({ variantId: items[0]!.variantId, quantity: 1, sellingPlan: { id: "681", name: "Each month" } });
  return {
    items, codes: codes.map((code) => (d.chance(0.2) ? code.toLowerCase().replace(/^anna/, "ANNA") : code)),
    email: own ?? `buyer${order % 5_000}@mail.example`, name: "Ines Haller", noteAttributes: d.chance(0.45) ? [{ name: "creator_visitor", value: d.one(shop.visitors) }] : [],
    tip: d.chance(0.05) ? "3" : null, payment: d.chance(0.12) ? "cash_on_delivery" : "card", test: d.chance(0.02), sourceName: d.chance(0.02) ? "subscription_contract" : "web",
    checkoutToken: `checkout${order}`, cartToken: `cart${order}`,
  };
}

/** Acts on a store. What the store refuses (nothing is left to refund) does not happen. Returns the order's id. */
export function actOut(store: Store, { what }: Act, orderId: string | undefined, onDelete: (order: Order) => void): string | undefined {
  try {
    if (what.do === "checkout") {
      const placed = store.checkout(what.input);
      if (!placed.ok) throw new Error(placed.reason);
      return String(placed.order.id);
    }
    if (orderId === undefined) return undefined;
    const order = store.order(orderId);
    if (order === null) return orderId;
    if (what.do === "pay") store.pay(orderId);
    else if (what.do === "void") store.void(orderId);
    else if (what.do === "cancel") store.cancel(orderId, { refund: what.refund, reason: what.reason });
    else if (what.do === "refund") refund(store, order, what);
    else if (what.do === "edit") edit(store, order, what.line);
    else if (what.do === "dispute") store.openDispute(orderId, { type: what.inquiry ? "inquiry" : "chargeback" });
    else if (what.do === "dispute-ends") {
      const open = store.state.disputes.find(({ body }) => String(body.order_id) === orderId);
      if (open !== undefined) store.changeDispute(String(open.body.id), { status: what.status });
    } else {
      onDelete(structuredClone(order));
      store.deleteOrder(orderId);
    }
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
  }
  return orderId;
}

function refund(store: Store, order: Order, { lines, shipping, share, pair, whole }: Extract<What, { do: "refund" }>): void {
  const goods = order.line_items.filter((line) => line.current_quantity > 0);
  const named = whole ? goods : [...new Set(lines.flatMap((at) => goods[at % Math.max(1, goods.length)] ?? []))];
  store.refund(String(order.id), {
    lines: named.map((line) => ({ lineId: String(line.id), quantity: whole ? line.current_quantity : 1 })),
    shipping, ...(share > 0 ? { amount: partOf(order.current_total_price, share) } : {}), ...(pair ? { pair: "2" } : {}),
  });
}

/** A part of an amount, with the decimals that it is written with. */
function partOf(amount: string, share: number): string {
  const [units, decimals = ""] = amount.split(".");
  const minor = BigInt(units! + decimals);
  const part = (minor * BigInt(Math.round(share * 10_000))) / 10_000n;
  const digits = String(part).padStart(decimals.length + 1, "0");
  return decimals === "" ? digits : `${digits.slice(0, -decimals.length)}.${digits.slice(-decimals.length)}`;
}

function edit(store: Store, order: Order, at: number): void {
  const goods = order.line_items.filter((line) => line.current_quantity > 0 && line.sku !== null);
  const line = goods[at % Math.max(1, goods.length)];
  if (line !== undefined) store.edit(String(order.id), { remove: [{ lineId: String(line.id), quantity: 1 }] });
}

/** Ids of real stores are never the same in two of them. */
export function firstIdsOf(nextId: Record<string, number>, shop: number): Record<string, number> {
  return Object.fromEntries(Object.entries(nextId).map(([kind, first]) => [kind, Number(bodyId(String(BigInt(first) + BigInt(shop) * 32_768n * 50_000n)))]));
}
