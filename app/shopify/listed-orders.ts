// The orders of a period as the store lists them, in pages. The store's list may lag behind its orders by minutes.
import { instantIso, instantNs } from "../domain/instant.ts";
import { AmountError, parseAmount } from "../domain/money.ts";
import type { StoreOrder } from "../domain/reconcile.ts";
import type { Admin, AdminAnswer } from "./admin.ts";
import { LISTED_ORDERS, OWN_SCOPES } from "./listed-orders.graphql.ts";
import { clean, digitsOf } from "./text.ts";

type Node = { id: string; name: string; createdAt: string; updatedAt: string; cancelledAt: string | null; test: boolean; displayFinancialStatus: string | null; discountCodes: string[]; edited: boolean; currencyCode: string; subtotalPrice: string | null };
type Page = { orders: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Node[] } };

/** `next`: where the following page begins; null: this was the last. */
export type ListedOrders = { orders: { orderId: string; store: StoreOrder }[]; next: string | null };

/** One page of the orders that were created at or after `from` and before `to`, the oldest first. */
export async function listOrdersOf(admin: Admin, from: Date, to: Date, after: string | null): Promise<AdminAnswer<ListedOrders>> {
  const answer = await admin<Page>(LISTED_ORDERS, { query: `created_at:>='${from.toISOString()}' AND created_at:<'${to.toISOString()}'`, after });
  if (!answer.ok) return answer;
  const { nodes, pageInfo } = answer.data.orders;
  return { ...answer, data: { orders: nodes.map((node) => ({ orderId: digitsOf(node.id), store: storeOrderOf(node) })), next: pageInfo.hasNextPage ? pageInfo.endCursor : null } };
}

/** Does the store show this app orders of more than 60 days ago? */
export async function showsAllOrders(admin: Admin): Promise<AdminAnswer<boolean>> {
  const answer = await admin<{ currentAppInstallation: { accessScopes: { handle: string }[] } | null }>(OWN_SCOPES);
  return answer.ok ? { ...answer, data: answer.data.currentAppInstallation?.accessScopes.some(({ handle }) => handle === "read_all_orders") ?? false } : answer;
}

function storeOrderOf({ name, createdAt, updatedAt, cancelledAt, test, displayFinancialStatus, discountCodes, edited, currencyCode, subtotalPrice }: Node): StoreOrder {
  return {
    name: clean(name),
    createdAt: instantIso(createdAt) ?? createdAt,
    updatedNs: (instantNs(updatedAt) ?? 0n).toString(),
    test,
    cancelled: cancelledAt !== null,
    status: (displayFinancialStatus ?? "PENDING").toLowerCase(),
    codes: discountCodes.map(clean),
    // Of what an edit adds or takes off the store's sum is not documented.
    items: edited || subtotalPrice === null ? null : itemsSum(subtotalPrice, currencyCode),
  };
}

function itemsSum(amount: string, currency: string): StoreOrder["items"] {
  try {
    return { amount: parseAmount(amount, currency).toString(), currency };
  } catch (fault) {
    if (fault instanceof AmountError) return null;
    throw fault;
  }
}
