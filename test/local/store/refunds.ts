// Refunds as the store books them: lines with their share of the discounts and taxes, shipping, and whatever the money differs from both as a discrepancy.
import { now } from "#app/clock.ts";
import { amountOf, minorOf, rounded, setOf } from "./amounts.ts";
import { zonedInstant } from "./instants.ts";
import { GATEWAYS, money, transaction } from "./orders.ts";
import { Refused, type Store } from "./store.ts";
import { bump, netOf, received, refreshCurrent, refunded, refundedQuantity, refundedShipping, taxIn } from "./totals.ts";
import type { LineItem, Order, OrderAdjustment, Refund, RefundInput, RefundLine } from "./types.ts";

const LOCATION = 71_820_345;
const STAFF = 90_630_848_797;

type RestockType = RefundLine["restock_type"];
type Booked = { refund: Refund };

export function refundOrder(store: Store, order: Order, input: RefundInput): Refund {
  const eventId = store.event();
  const { refund } = bookRefund(store, order, input, null);
  bump(store, order);
  refreshCurrent(store, order);
  fireRefund(store, eventId, order, refund);
  store.fireOrder(eventId, ["orders/updated"], order);
  store.changed();
  return refund;
}

export function fireRefund(store: Store, eventId: string, order: Order, refund: Refund): void {
  store.webhooks.fire(eventId, "refunds/create", refund, String(order.id));
  for (const each of refund.transactions) store.webhooks.fire(eventId, "order_transactions/create", each, String(order.id));
}

/** Books a refund on the order, without telling anybody. With `restockType` every line is booked under it (a cancellation). */
export function bookRefund(store: Store, order: Order, input: RefundInput, restockType: RestockType | null): Booked {
  const { currency } = order;
  const id = store.nextId("Refund");
  const minor = (amount: string | undefined) => (amount === undefined || amount === "" ? 0n : asMinor(amount, currency));
  if (new Set(input.lines?.map(({ lineId }) => lineId)).size !== (input.lines ?? []).length) throw new Refused("a line is named once in a refund");
  const lines = (input.lines ?? []).map((each) => refundLine(store, order, each, restockType));
  const shipping = shippingToRefund(order, input.shipping);
  const pair = minor(input.pair);
  const ofLines = lines.reduce((all, each) => all + setMinor(each.subtotal_set, currency) + (order.taxes_included ? 0n : setMinor(each.total_tax_set, currency)), 0n);
  const booked = ofLines + shipping.amount;
  const difference = input.money === undefined ? minor(input.amount) - minor(input.keepBack) : minor(input.money) - booked;
  // Given and kept apart where both are asked for; else whatever the money differs by.
  const goodwill = input.money === undefined ? minor(input.amount) : difference > 0n ? difference : 0n;
  const kept = input.money === undefined ? minor(input.keepBack) : difference < 0n ? -difference : 0n;
  const amount = booked + difference;
  if (goodwill < 0n || kept < 0n) throw new Refused("an amount to refund is not negative");
  const available = received(store, order) - refunded(order);
  const paid = received(store, order) > 0n;
  if (amount < 0n) throw new Refused("more is kept back than is refunded");
  if (paid ? amount > available : goodwill + shipping.amount > 0n) {
    throw new Refused(`the amount to refund (${amountOf(amount, currency)}) is more than the ${amountOf(available, currency)} that is left of the payment`);
  }
  if (lines.length === 0 && amount === 0n) throw new Refused("nothing to refund");

  const adjustment = adjuster(store, order, id);
  const adjustments = [
    ...(shipping.amount > 0n ? [adjustment("shipping_refund", "Shipping refund", -shipping.amount, -shipping.tax)] : []),
    ...(pair !== 0n ? [adjustment("refund_discrepancy", "Refund discrepancy", pair), adjustment("refund_discrepancy", "Pending refund discrepancy", -pair)] : []),
    ...(goodwill > 0n ? [adjustment("refund_discrepancy", "Refund discrepancy", -goodwill)] : []),
    ...(kept > 0n ? [adjustment("refund_discrepancy", "Refund discrepancy", kept)] : []),
  ];
  const at = zonedInstant(now(), store.shop.timezone);
  const refund: Refund = {
    id,
    admin_graphql_api_id: `gid://shopify/Refund/${id}`,
    order_id: order.id,
    created_at: at,
    processed_at: at,
    note: input.note ?? null,
    user_id: STAFF,
    restock: lines.some((each) => each.restock_type === "return"),
    return: null,
    duties: [],
    total_duties_set: setOf(0n, currency),
    refund_shipping_lines: shippingLines(store, order, shipping),
    order_adjustments: adjustments,
    refund_line_items: lines,
    transactions: paid && amount > 0n ? [moneyBack(store, order, amount)] : [],
  };
  for (const each of lines) takeOff(order, each);
  order.refunds.push(refund);
  if (refund.transactions.length > 0) order.financial_status = refunded(order) >= received(store, order) ? "refunded" : "partially_refunded";
  return { refund };
}

function refundLine(store: Store, order: Order, asked: NonNullable<RefundInput["lines"]>[number], restockType: RestockType | null): RefundLine {
  const line = order.line_items.find((each) => String(each.id) === String(asked.lineId).replace(/^.*\//, ""));
  if (line === undefined) throw new Refused(`the order has no line ${asked.lineId}`);
  const gone = order.cancelled_at === null ? line.quantity - line.current_quantity : refundedQuantity(order, String(line.id));
  const free = line.quantity - gone;
  if (!Number.isInteger(asked.quantity) || asked.quantity < 1 || asked.quantity > free) {
    throw new Refused(`${asked.quantity} pieces of "${line.title}" cannot be refunded: ${free} are left`);
  }
  // Each piece its share of the line, so rounded that all pieces together come to the whole line.
  const share = (amount: bigint) => {
    const of = (count: number) => rounded(amount, BigInt(count), BigInt(line.quantity));
    return of(gone + asked.quantity) - of(gone);
  };
  const { currency } = order;
  const subtotal = share(netOf(line, currency));
  const tax = share(taxIn(line, currency));
  return {
    id: store.nextId("RefundLine"),
    line_item_id: line.id,
    location_id: LOCATION,
    quantity: asked.quantity,
    restock_type: restockType ?? (asked.restock === false ? "no_restock" : "return"),
    subtotal: Number(amountOf(subtotal, currency)), // a bare number in the real bodies too
    subtotal_set: setOf(subtotal, currency),
    total_tax: Number(amountOf(tax, currency)),
    total_tax_set: setOf(tax, currency),
    line_item: structuredClone(line) as Record<string, unknown>,
  };
}

function takeOff(order: Order, refundLine: RefundLine): void {
  const line = order.line_items.find((each) => each.id === refundLine.line_item_id) as LineItem;
  line.current_quantity = Math.max(0, line.current_quantity - refundLine.quantity);
  line.fulfillable_quantity = Math.max(0, line.fulfillable_quantity - refundLine.quantity);
}

type ShippingPart = { amount: bigint; tax: bigint; full: boolean };

function shippingToRefund(order: Order, asked: RefundInput["shipping"]): ShippingPart {
  if (asked === undefined || asked === false) return { amount: 0n, tax: 0n, full: false };
  const { currency } = order;
  const tax = order.shipping_lines.reduce((all, line) => all + taxIn(line, currency), 0n);
  const price = order.shipping_lines.reduce((all, line) => all + minorOf(line.discounted_price, currency), 0n);
  const whole = price + (order.taxes_included ? 0n : tax);
  const left = whole - refundedShipping(order);
  const amount = asked === true ? left : asMinor(asked, currency);
  if (amount < 0n || amount > left) throw new Refused(`${amountOf(amount, currency)} of shipping cannot be refunded: ${amountOf(left, currency)} are left`);
  return { amount, tax: whole === 0n ? 0n : rounded(tax, amount, whole), full: amount > 0n && amount === left };
}

function shippingLines(store: Store, order: Order, { amount, full }: ShippingPart): Refund["refund_shipping_lines"] {
  const line = order.shipping_lines[0];
  if (amount === 0n || line === undefined) return [];
  const id = store.nextId("RefundShipping");
  return [{ id, shipping_line_id: line.id, subtotal_amount_set: setOf(amount, order.currency), full_refund: full, shipping_line: structuredClone(line) }];
}

function adjuster(store: Store, order: Order, refundId: Refund["id"]) {
  return (kind: OrderAdjustment["kind"], reason: string, amount: bigint, tax = 0n): OrderAdjustment => ({
    id: store.nextId("OrderAdjustment"), order_id: order.id, refund_id: refundId, kind, reason,
    ...money("amount", amount, order.currency), ...money("tax_amount", tax, order.currency),
  });
}

function moneyBack(store: Store, order: Order, amount: bigint): Refund["transactions"][number] {
  const sale = store.state.paidTransactions[String(order.id)]?.at(-1);
  const gateways = order.payment_gateway_names as string[] | undefined;
  return transaction(store, order, "refund", amount, sale?.gateway ?? gateways?.[0] ?? GATEWAYS.card, sale?.id ?? null);
}

function setMinor(set: RefundLine["subtotal_set"], currency: string): bigint {
  return minorOf(set.shop_money.amount, currency);
}

/** An amount that a person typed. */
function asMinor(amount: string, currency: string): bigint {
  try {
    return minorOf(amount, currency);
  } catch {
    throw new Refused(`"${amount}" is no amount in ${currency}`);
  }
}
