// Order.agreements: what was sold, line by line, with the kind of each sale. Served of it: the order's own agreement; what edits and
// refunds add to it later is not.
import { type Args, connection, type View } from "./connection.ts";
import { utcInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import type { LineItem, Order } from "./types.ts";
import { lineById } from "./view-order.ts";

export function agreementsView(store: Store, order: Order, args: Args): View {
  return connection({ field: "Order.agreements", items: [order], id: (each) => String(each.id), view: () => agreementView(store, order) }, args);
}

function agreementView(store: Store, order: Order): View {
  return {
    __typename: "OrderAgreement",
    id: `gid://shopify/SalesAgreement/${String(order.id)}`,
    happenedAt: utcInstant(order.created_at),
    reason: "ORDER",
    sales: (args: Args) => connection({ field: "SalesAgreement.sales", items: order.line_items, id: (line) => String(line.id), view: (line) => saleView(store, order, line) }, args),
  };
}

function saleView(store: Store, order: Order, line: LineItem): View {
  const [type, lineType] = line.tip != null || line.tip_payment_gateway != null ? ["TipSale", "TIP"] : line.gift_card ? ["GiftCardSale", "GIFT_CARD"] : ["ProductSale", "PRODUCT"];
  return {
    __typename: type,
    id: `gid://shopify/Sale/${String(line.id)}`,
    actionType: "ORDER",
    lineType,
    quantity: line.quantity,
    lineItem: () => lineById(store, order, String(line.id)),
  };
}
