// What becomes of an order as a whole: cancelled, paid at last, voided.
import { amountOf, minorOf } from "./amounts.ts";
import { recordSale } from "./orders.ts";
import { bookRefund, fireRefund } from "./refunds.ts";
import { Refused, type Store } from "./store.ts";
import { bump, received, refreshCurrent, refunded, refundedShipping } from "./totals.ts";
import type { CancelInput, Order, RefundInput } from "./types.ts";

/** Cancels with or without giving the money back; the pieces are gone either way. */
export function cancelOrder(store: Store, order: Order, { reason = "customer", refund = true, restock = true }: CancelInput): Order {
  if (order.cancelled_at !== null) throw new Refused("the order is cancelled already");
  const eventId = store.event();
  const gives = refund && received(store, order) > refunded(order);
  const booked = gives ? bookRefund(store, order, everythingLeft(store, order, restock), "cancel").refund : null;
  bump(store, order);
  order.cancelled_at = order.updated_at;
  order.closed_at = order.updated_at;
  order.cancel_reason = reason;
  if (received(store, order) === 0n) order.financial_status = "voided";
  for (const line of order.line_items) {
    line.current_quantity = 0;
    line.fulfillable_quantity = 0;
  }
  refreshCurrent(store, order);
  if (booked !== null) fireRefund(store, eventId, order, booked);
  store.fireOrder(eventId, ["orders/cancelled", "orders/updated"], order);
  store.changed();
  return order;
}

/** All lines and all shipping; what was already given back without a line is not given twice. */
function everythingLeft(store: Store, order: Order, restock: boolean): RefundInput {
  const lines = order.line_items
    .filter((line) => line.current_quantity > 0)
    .map((line) => ({ lineId: String(line.id), quantity: line.current_quantity, restock }));
  const shipping = order.shipping_lines.reduce((all, line) => all + minorOf(line.discounted_price, order.currency), 0n) > refundedShipping(order);
  const input: RefundInput = { lines, shipping };
  const due = minorOf(order.current_total_price, order.currency);
  const available = received(store, order) - refunded(order);
  const given = order.refunds.flatMap((each) => each.order_adjustments).filter((each) => each.kind !== "shipping_refund");
  const discrepancy = given.reduce((all, each) => all + minorOf(each.amount, order.currency), 0n);
  // Lines and shipping come to `due - discrepancy`; only what the buyer has still paid can go back.
  const surplus = due - discrepancy - available;
  return surplus > 0n ? { ...input, keepBack: amountOf(surplus, order.currency) } : input;
}

export function payOrder(store: Store, order: Order): Order {
  const open = minorOf(order.total_outstanding, order.currency);
  if (order.cancelled_at !== null) throw new Refused("a cancelled order is not paid");
  if (open === 0n) throw new Refused("nothing of the order is outstanding");
  // An order put in from outside has no sales on record: what came in before has to be noted first.
  const before = received(store, order);
  if (store.state.paidTransactions[String(order.id)] === undefined && before > 0n) recordSale(store, order, before);
  const sale = recordSale(store, order, open);
  order.financial_status = refunded(order) > 0n ? "partially_refunded" : "paid";
  bump(store, order);
  refreshCurrent(store, order);
  const eventId = store.event();
  store.webhooks.fire(eventId, "order_transactions/create", sale, String(order.id));
  store.fireOrder(eventId, ["orders/paid", "orders/updated"], order);
  store.changed();
  return order;
}

export function voidOrder(store: Store, order: Order): Order {
  if (received(store, order) > 0n) throw new Refused("an order that was paid is refunded, not voided");
  order.financial_status = "voided";
  bump(store, order);
  refreshCurrent(store, order);
  store.fireOrder(store.event(), ["orders/updated"], order);
  store.changed();
  return order;
}
