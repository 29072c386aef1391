// What is left of an order after refunds, removals and cancellation: the current_* fields, and who owes whom.
import { now } from "#app/clock.ts";
import { amountOf, minorOf, rounded, setOf } from "./amounts.ts";
import { zonedInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import type { LineItem, Order, ShippingLine, TaxLine } from "./types.ts";

type Sums = { subtotal: bigint; discounts: bigint; tax: bigint; total: bigint };

export function netOf(line: LineItem, currency: string): bigint {
  const off = line.discount_allocations.reduce((all, each) => all + minorOf(each.amount, currency), 0n);
  return minorOf(line.price, currency) * BigInt(line.quantity) - off;
}

export function taxIn(line: { tax_lines: TaxLine[] }, currency: string): bigint {
  return line.tax_lines.reduce((all, each) => all + minorOf(each.price, currency), 0n);
}

/** How many pieces of a line were refunded. */
export function refundedQuantity(order: Order, lineId: string): number {
  return order.refunds.reduce((all, refund) => refund.refund_line_items.reduce((sum, each) => sum + (String(each.line_item_id) === lineId ? each.quantity : 0), all), 0);
}

export function refundedShipping(order: Order): bigint {
  return order.refunds.reduce(
    (all, refund) => refund.refund_shipping_lines.reduce((sum, each) => sum + minorOf(each.subtotal_amount_set.shop_money.amount, order.currency), all),
    0n,
  );
}

/** Money that came in, and money that went back. */
export function received(store: Store, order: Order): bigint {
  const list = store.state.paidTransactions[String(order.id)];
  if (list !== undefined) return list.reduce((all, each) => all + minorOf(each.amount, order.currency), 0n);
  // An order that was put in from outside carries no sales: its status has to say.
  return /^(paid|partially_refunded|refunded)$/.test(order.financial_status) ? minorOf(order.total_price, order.currency) : 0n;
}

export function refunded(order: Order): bigint {
  return order.refunds.reduce(
    (all, refund) => refund.transactions.reduce((sum, each) => sum + (each.kind === "refund" ? minorOf(each.amount, order.currency) : 0n), all),
    0n,
  );
}

/** The tax lines of the whole order: one to a title and rate. */
export function taxSummary(order: Order): TaxLine[] {
  const lines: (LineItem | ShippingLine)[] = [...order.line_items, ...order.shipping_lines];
  const byRate = new Map<string, { line: TaxLine; sum: bigint }>();
  for (const tax of lines.flatMap((line) => line.tax_lines)) {
    const key = `${tax.title} ${tax.rate}`;
    const entry = byRate.get(key) ?? { line: tax, sum: 0n };
    entry.sum += minorOf(tax.price, order.currency);
    byRate.set(key, entry);
  }
  return [...byRate.values()].map(({ line, sum }) => ({ ...line, price: amountOf(sum, order.currency), price_set: setOf(sum, order.currency) }));
}

function left(order: Order): Sums {
  const { currency } = order;
  if (order.cancelled_at !== null) return { subtotal: 0n, discounts: 0n, tax: 0n, total: 0n };
  const sums: Sums = { subtotal: 0n, discounts: 0n, tax: 0n, total: 0n };
  for (const line of order.line_items) {
    const part = (amount: bigint) => rounded(amount, BigInt(line.current_quantity), BigInt(line.quantity));
    sums.subtotal += part(netOf(line, currency));
    sums.discounts += part(line.discount_allocations.reduce((all, each) => all + minorOf(each.amount, currency), 0n));
    sums.tax += part(taxIn(line, currency));
  }
  let shipping = 0n;
  for (const line of order.shipping_lines) {
    const price = minorOf(line.discounted_price, currency);
    sums.discounts += minorOf(line.price, currency) - price;
    shipping += price;
    sums.tax += taxIn(line, currency);
  }
  const given = refundedShipping(order);
  if (given > 0n && shipping > 0n) {
    const shippingTax = order.shipping_lines.reduce((all, line) => all + taxIn(line, currency), 0n);
    sums.tax -= rounded(shippingTax, given, shipping);
  }
  const adjustments = order.refunds.flatMap((refund) => refund.order_adjustments).filter((each) => each.kind !== "shipping_refund");
  const discrepancy = adjustments.reduce((all, each) => all + minorOf(each.amount, currency), 0n);
  const total = sums.subtotal + shipping - given + (order.taxes_included ? 0n : sums.tax) + discrepancy;
  sums.total = total < 0n ? 0n : total;
  return sums;
}

/** Writes the current_* fields and what is outstanding, from the lines, refunds and payments as they stand. */
export function refreshCurrent(store: Store, order: Order): void {
  const { currency } = order;
  const sums = left(order);
  const fields: [string, bigint][] = [
    ["current_subtotal_price", sums.subtotal],
    ["current_total_discounts", sums.discounts],
    ["current_total_tax", sums.tax],
    ["current_total_price", sums.total],
  ];
  for (const [key, minor] of fields) Object.assign(order, { [key]: amountOf(minor, currency), [`${key}_set`]: setOf(minor, currency) });
  const open = sums.total - (received(store, order) - refunded(order));
  order.total_outstanding = amountOf(open > 0n && order.cancelled_at === null && order.financial_status !== "voided" ? open : 0n, currency);
}

/** A later state of the order. As in the real store `updated_at` has whole seconds: two changes within one second share it. */
export function bump(store: Store, order: Order): void {
  const known = Date.parse(order.updated_at);
  const next = Math.max(now().getTime(), Number.isNaN(known) ? 0 : known);
  order.updated_at = zonedInstant(new Date(next), store.shop.timezone);
}
