// GraphQL's Refund, derived from the refund as the webhooks carry it.
import { amountOf, minorOf } from "./amounts.ts";
import { type Args, connection, type View } from "./connection.ts";
import { utcInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import type { Order, Refund } from "./types.ts";
import { bag, lineById, orderView, shippingById, transactionView } from "./view-order.ts";

const REASONS: Record<string, string> = {
  "Refund discrepancy": "REFUND_DISCREPANCY",
  "Pending refund discrepancy": "PENDING_REFUND_DISCREPANCY",
  Restock: "RESTOCK",
  Damage: "DAMAGE",
  Customer: "CUSTOMER",
};

export function refundView(store: Store, order: Order, refund: Refund): View {
  const { currency } = order;
  const money = refund.transactions.filter((each) => each.kind === "refund");
  const total = () => money.reduce((all, each) => all + minorOf(each.amount, currency), 0n);
  return {
    __typename: "Refund",
    id: refund.admin_graphql_api_id ?? `gid://shopify/Refund/${refund.id}`,
    legacyResourceId: String(refund.id),
    createdAt: utcInstant(refund.created_at),
    processedAt: utcInstant(refund.processed_at ?? refund.created_at),
    updatedAt: utcInstant(refund.created_at),
    note: refund.note,
    order: () => orderView(store, order),
    duties: [],
    return: null,
    totalRefundedSet: () => bag(undefined, amountOf(total(), currency), currency),
    refundLineItems: (args: Args) =>
      connection(
        {
          field: "Refund.refundLineItems",
          items: refund.refund_line_items,
          id: (each) => String(each.id),
          view: (each) => ({
            __typename: "RefundLineItem",
            id: `gid://shopify/RefundLineItem/${each.id}`,
            quantity: each.quantity,
            restockType: each.restock_type.toUpperCase(),
            restocked: each.restock_type === "return" || each.restock_type === "cancel",
            lineItem: () => lineById(store, order, String(each.line_item_id)),
            subtotalSet: bag(each.subtotal_set, String(each.subtotal), currency),
            totalTaxSet: bag(each.total_tax_set, String(each.total_tax), currency),
          }),
        },
        args,
      ),
    refundShippingLines: (args: Args) =>
      connection(
        {
          field: "Refund.refundShippingLines",
          items: refund.refund_shipping_lines,
          id: (each) => String(each.id),
          view: (each) => {
            const tax = refund.order_adjustments.find((other) => other.kind === "shipping_refund")?.tax_amount.replace(/^-/, "") ?? "0";
            return {
              __typename: "RefundShippingLine",
              id: `gid://shopify/RefundShippingLine/${each.id}`,
              shippingLine: () => shippingById(order, String(each.shipping_line_id)),
              subtotalAmountSet: bag(each.subtotal_amount_set, "0", currency),
              taxAmountSet: bag(undefined, tax, currency),
            };
          },
        },
        args,
      ),
    // The schema's adjustments "account for the difference between a calculated and actual refund amount": refunded shipping is none, and has its own list.
    orderAdjustments: (args: Args) =>
      connection(
        {
          field: "Refund.orderAdjustments",
          items: refund.order_adjustments.filter((each) => each.kind !== "shipping_refund"),
          id: (each) => String(each.id),
          view: (each) => ({
            __typename: "OrderAdjustment",
            id: `gid://shopify/OrderAdjustment/${each.id}`,
            reason: REASONS[each.reason] ?? null,
            amountSet: bag(each.amount_set, each.amount, currency),
            taxAmountSet: bag(each.tax_amount_set, each.tax_amount, currency),
          }),
        },
        args,
      ),
    transactions: (args: Args) =>
      connection({ field: "Refund.transactions", items: refund.transactions, id: (each) => String(each.id), view: (each) => transactionView(store, order, each) }, args),
  };
}
