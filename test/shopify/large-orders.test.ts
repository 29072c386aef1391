// An order of many lines costs more points than the store's bucket holds: it is read all the same, page by page.
import { expect, test } from "vitest";
import type { Admin, AdminAnswer } from "#app/shopify/admin.ts";
import { CUSTOMERS_ORDERS } from "#app/shopify/orders.graphql.ts";
import { fetchOrder } from "#app/shopify/orders.ts";

const PAGE = 50;
const money = (amount: string) => ({ shopMoney: { amount, currencyCode: "EUR" } });

function line(number: number) {
  return { id: `gid://shopify/LineItem/${number}`, sku: `S-${number}`, title: "Article", quantity: 1, currentQuantity: 1, isGiftCard: false, variant: null, originalUnitPriceSet: money("1.00"), discountAllocations: [], taxLines: [], sellingPlan: null, product: null };
}

function page(from: number, total: number) {
  const to = Math.min(from + PAGE, total);
  return { pageInfo: { hasNextPage: to < total, endCursor: String(to) }, nodes: Array.from({ length: to - from }, (_, at) => line(from + at)) };
}

const order = {
  id: "gid://shopify/Order/1", name: "#1", createdAt: "2026-06-10T08:00:00Z", updatedAt: "2026-06-10T08:00:04Z", cancelledAt: null, test: false, displayFinancialStatus: "PAID",
  currencyCode: "EUR", presentmentCurrencyCode: "EUR", taxesIncluded: false, sourceName: "web", email: null, totalPriceSet: { presentmentMoney: { amount: "500.00", currencyCode: "EUR" } },
  totalTipReceivedSet: money("0.0"), customAttributes: [], discountCodes: [], discountApplications: { pageInfo: { hasNextPage: false }, nodes: [] }, shippingLines: { pageInfo: { hasNextPage: false }, nodes: [] }, refunds: [],
  disputes: [], customerJourneySummary: null,
};

/** A store whose bucket is empty at every second call. */
function tightStore(total: number, waitMs: number): { admin: Admin; asked: string[] } {
  const asked: string[] = [];
  let calls = 0;
  const admin = (async (document: string, variables?: Record<string, unknown>): Promise<AdminAnswer<unknown>> => {
    if (document === CUSTOMERS_ORDERS) return { ok: true, cost: null, data: { order: { customer: null } } };
    const after = String(variables?.after ?? "0");
    asked.push(after);
    if (calls++ % 2 === 1) return { ok: false, fault: { kind: "throttled", waitMs } };
    const lineItems = page(Number(after), total);
    return { ok: true, cost: null, data: after === "0" ? { order: { ...order, lineItems } } : { order: { updatedAt: order.updatedAt, lineItems } } };
  }) as Admin;
  return { admin, asked };
}

test("a page that is refused for want of points is asked for again, and no other", async () => {
  const { admin, asked } = tightStore(500, 1);
  const fetched = await fetchOrder(admin, "1", String);
  expect(fetched.ok && fetched.facts?.lines.map((one) => one.id)).toEqual(Array.from({ length: 500 }, (_, at) => String(at)));
  expect(asked.filter((after) => after === "0")).toHaveLength(1);
  expect(new Set(asked).size).toBe(10);
});

test("a wait that is too long for one order is told, so that it is tried later", async () => {
  expect(await fetchOrder(tightStore(100, 200_000).admin, "1", String)).toEqual({ ok: false, fault: { kind: "throttled", waitMs: 200_000 } });
});
