// Order edits: pieces added after the order was placed (without its discounts), or taken off without a refund.
import { minorOf } from "./amounts.ts";
import { lineItem, originalTotals } from "./orders.ts";
import { Refused, type Store } from "./store.ts";
import { bump, received, refreshCurrent } from "./totals.ts";
import type { EditInput, Id, Order } from "./types.ts";

const STAFF = 90_630_848_797;
type Change = { id: Id; delta: number };

export function editOrder(store: Store, order: Order, { add = [], remove = [], staffNote = "" }: EditInput): Order {
  if (order.cancelled_at !== null) throw new Refused("a cancelled order is not edited");
  if (add.length + remove.length === 0) throw new Refused("nothing to change");
  const toRemove = remove.map(({ lineId, quantity }) => removable(order, lineId, quantity));
  const toAdd = add.map(({ variantId, quantity }) => {
    const found = store.variant(variantId);
    if (found === null) throw new Refused(`there is no variant ${variantId}`);
    if (!Number.isInteger(quantity) || quantity < 1) throw new Refused(`${quantity} is no quantity`);
    return { ...found, quantity, sellingPlan: null };
  });
  const paidBefore = received(store, order);

  const additions: Change[] = toAdd.map((bought) => {
    const line = lineItem(store, bought, []);
    order.line_items.push(line);
    return { id: line.id, delta: bought.quantity };
  });
  for (const { line, quantity } of toRemove) {
    line.current_quantity -= quantity;
    line.fulfillable_quantity = Math.max(0, line.fulfillable_quantity - quantity);
  }
  if (additions.length > 0) originalTotals(order, minorOf(order.total_tip_received, order.currency));
  bump(store, order);
  refreshCurrent(store, order);
  if (minorOf(order.total_outstanding, order.currency) > 0n) order.financial_status = paidBefore > 0n ? "partially_paid" : "pending";

  const eventId = store.event();
  const removals = toRemove.map(({ line, quantity }) => ({ id: line.id, delta: quantity }));
  (store.state.edits[String(order.id)] ??= []).push({ at: order.updated_at, additions, removals });
  store.webhooks.fire(eventId, "orders/edited", editBody(store, order, additions, removals, staffNote), String(order.id));
  store.fireOrder(eventId, ["orders/updated"], order);
  store.changed();
  return order;
}

function removable(order: Order, lineId: string, quantity: number) {
  const line = order.line_items.find((each) => String(each.id) === lineId.replace(/^.*\//, ""));
  if (line === undefined) throw new Refused(`the order has no line ${lineId}`);
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > line.current_quantity) {
    throw new Refused(`${quantity} pieces of "${line.title}" cannot be taken off: ${line.current_quantity} are left`);
  }
  return { line, quantity };
}

function editBody(store: Store, order: Order, additions: Change[], removals: Change[], staffNote: string): Record<string, unknown> {
  return {
    order_edit: {
      id: store.nextId("OrderEdit"),
      app_id: null,
      created_at: order.updated_at,
      committed_at: order.updated_at,
      notify_customer: false,
      order_id: order.id,
      staff_note: staffNote,
      user_id: STAFF,
      line_items: { additions, removals },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: { additions: [], removals: [] },
    },
  };
}
