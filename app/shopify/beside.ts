// What the store's answer says of an order beside its facts (domain/beside.ts). Pure.
import type { Beside, Dispute, LineMarks } from "../domain/beside.ts";
import { instantIso, instantNs } from "../domain/instant.ts";
import { checkoutTokenOf, customerText, landingOf, type Origin } from "../domain/origin.ts";
import { clean, digitsOf } from "./text.ts";

export type LineBesideNode = { id: string; sellingPlan: { sellingPlanId: string | null } | null; product: { productType: string; tags: string[] } | null };
export type OrderBesideNode = {
  id: string; createdAt: string;
  disputes: { id: string; initiatedAs: string; status: string }[];
  checkoutToken: string | null;
  customerJourneySummary: { ready: boolean; customerOrderIndex: number | null; lastVisit: { landingPage: string | null; occurredAt: string } | null } | null;
};
export type CustomersOrder = { id: string; createdAt: string; test: boolean };

/** `returning` as found by `placeSaysReturning` and `hasEarlierOrder`; null where the store could not be asked. */
export function besideOf(order: OrderBesideNode, lines: readonly LineBesideNode[], returning: boolean | null, origin: Origin): Beside {
  return { origin, returning, lines: Object.fromEntries(lines.map((line) => [digitsOf(line.id), marksOf(line)])), disputes: order.disputes.map(disputeOf).sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** What ties the order to a browser. A journey that is not ready yet says nothing, and is not waited for: the webhooks tell the landing page as well. */
export function originOf({ checkoutToken, customerJourneySummary: journey }: OrderBesideNode, customerId: string | null, hash: (text: string) => string): Origin {
  const visit = journey?.ready === true ? journey.lastVisit : null;
  const landing = landingOf(visit?.landingPage);
  const at = instantIso(visit?.occurredAt ?? "");
  return {
    checkoutToken: checkoutTokenOf(checkoutToken),
    customer: customerId === null ? null : hash(customerText(customerId)),
    site: null,
    visit: landing === null || at === null ? null : { ...landing, at },
  };
}

/** A plan that was deleted has no id any more; the line was bought under it all the same. */
function marksOf({ sellingPlan, product }: LineBesideNode): LineMarks {
  return { subscribed: sellingPlan !== null, type: product === null ? null : clean(product.productType), tags: product === null ? [] : product.tags.map(clean) };
}

function disputeOf({ id, initiatedAs, status }: OrderBesideNode["disputes"][number]): Dispute {
  return { id: digitsOf(id), kind: initiatedAs === "INQUIRY" ? "unknown" : "chargeback", status: status.toLowerCase(), triggeredNs: null };
}

/**
 * Does the order's place in its customer's history alone say that they bought before? Without read_all_orders an app sees the orders of 60 days
 * only, and this place is counted over all of them. Whether the first one has place 0 or 1 is documented nowhere; 2 has one before it either way.
 */
export function placeSaysReturning({ customerJourneySummary: journey }: { customerJourneySummary: { ready: boolean; customerOrderIndex: number | null } | null }): boolean {
  return journey !== null && journey.ready && (journey.customerOrderIndex ?? 0) >= 2;
}

/** Reads one page of the customer's orders, oldest first: is there an earlier one that is no test? "unknown": only a further page can tell. */
export function hasEarlierOrder(order: Pick<OrderBesideNode, "id" | "createdAt">, page: readonly CustomersOrder[]): boolean | "unknown" {
  const at = instantNs(order.createdAt)!;
  for (const each of page) {
    const other = instantNs(each.createdAt)!;
    if (other > at) return false;
    // Of two orders of one instant the one with the smaller id is the earlier one.
    if (!each.test && (other < at || BigInt(digitsOf(each.id)) < BigInt(digitsOf(order.id)))) return true;
  }
  return "unknown";
}
