// GraphQL's sales agreements: what was agreed when the order was placed, and what every edit and refund changed.
import { amountOf, minorOf } from "./amounts.ts";
import { type Args, connection, type View } from "./connection.ts";
import { utcInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import { netOf, taxIn } from "./totals.ts";
import type { LineItem, Order, ShippingLine } from "./types.ts";
import { bag, lineById, orderView, shippingById } from "./view-order.ts";
import { refundView } from "./view-refund.ts";

type Sale = { id: string; view: View };
type Agreement = { type: "OrderAgreement" | "OrderEditAgreement" | "RefundAgreement"; reason: string; at: string; sales: () => Sale[]; more: View };

export function agreementsConnection(store: Store, order: Order, args: Args): View {
  const items = agreements(store, order).map((each, at) => ({ ...each, id: String(at + 1) }));
  return connection(
    {
      field: "Order.agreements",
      items,
      id: ({ id }) => id,
      view: ({ id, type, reason, at, sales, more }) => ({
        __typename: type,
        id: `gid://shopify/SalesAgreement/${order.id}${id}`,
        reason,
        happenedAt: utcInstant(at),
        sales: (page: Args) => connection({ field: `${type}.sales`, items: sales(), id: (sale) => sale.id, view: (sale) => sale.view }, page),
        ...more,
      }),
    },
    args,
  );
}

function agreements(store: Store, order: Order): Agreement[] {
  const edits = store.state.edits[String(order.id)] ?? [];
  const added = new Set(edits.flatMap((edit) => edit.additions.map(({ id }) => String(id))));
  const first: Agreement = {
    type: "OrderAgreement",
    reason: "ORDER",
    at: order.created_at,
    sales: () => [
      ...order.line_items.filter(({ id }) => !added.has(String(id))).map((line) => lineSale(store, order, line, "ORDER", line.quantity)),
      ...order.shipping_lines.map((line) => shippingSale(order, line)),
    ],
    more: { order: () => orderView(store, order) },
  };
  const later = edits.map((edit): Agreement => ({
    type: "OrderEditAgreement",
    reason: "ORDER_EDIT",
    at: edit.at,
    sales: () => [...edit.additions.map((each) => [each, 1] as const), ...edit.removals.map((each) => [each, -1] as const)].flatMap(([{ id, delta }, sign]) => {
      const line = order.line_items.find((other) => String(other.id) === String(id));
      return line === undefined ? [] : [lineSale(store, order, line, sign === 1 ? "ORDER" : "RETURN", sign * delta)];
    }),
    more: {},
  }));
  const refunds = order.refunds.map((refund): Agreement => ({
    type: "RefundAgreement",
    reason: "REFUND",
    at: refund.created_at,
    sales: () => [
      ...refund.refund_line_items.flatMap((each) => {
        const line = order.line_items.find((other) => String(other.id) === String(each.line_item_id));
        return line === undefined ? [] : [lineSale(store, order, line, "RETURN", -each.quantity)];
      }),
      ...refund.order_adjustments.map((each) => sale(order, "AdjustmentSale", "ADJUSTMENT", "UPDATE", String(each.id), null, minorOf(each.amount, order.currency), 0n, {})),
    ],
    more: { refund: () => refundView(store, order, refund) },
  }));
  return [first, ...[...later, ...refunds].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))];
}

function lineSale(store: Store, order: Order, line: LineItem, action: string, quantity: number): Sale {
  const { currency } = order;
  const tip = line.tip != null || line.tip_payment_gateway != null;
  const [type, lineType] = tip ? ["TipSale", "TIP"] : line.gift_card ? ["GiftCardSale", "GIFT_CARD"] : ["ProductSale", "PRODUCT"];
  const part = (amount: bigint) => (amount * BigInt(quantity)) / BigInt(line.quantity);
  const tax = () => taxIn(line, currency);
  const total = () => part(netOf(line, currency) + (order.taxes_included ? 0n : tax()));
  return sale(order, type, lineType, action, String(line.id), quantity, total, () => part(tax()), { lineItem: () => lineById(store, order, String(line.id)) });
}

function shippingSale(order: Order, line: ShippingLine): Sale {
  const { currency } = order;
  const total = () => minorOf(line.discounted_price, currency) + (order.taxes_included ? 0n : taxIn(line, currency));
  return sale(order, "ShippingLineSale", "SHIPPING", "ORDER", String(line.id), 1, total, () => taxIn(line, currency), { shippingLine: () => shippingById(order, String(line.id)) });
}

type Minor = bigint | (() => bigint);

function sale(order: Order, type: string, lineType: string, actionType: string, id: string, quantity: number | null, total: Minor, tax: Minor, more: View): Sale {
  const money = (minor: Minor) => () => bag(undefined, amountOf(typeof minor === "bigint" ? minor : minor(), order.currency), order.currency);
  const view = { __typename: type, id: `gid://shopify/Sale/${id}`, actionType, lineType, quantity, totalAmount: money(total), totalTaxAmount: money(tax), ...more };
  return { id, view };
}
