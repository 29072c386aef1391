// What becomes of an order: refunds, edits, cancellation, payment, as the store books them and as the Admin API tells them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseJson } from "#test/local/store/json.ts";
import { Refused } from "#test/local/store/store.ts";
import { BULB, LAMP, makeDiscount, smallCatalogue, storeWithApp, TEA, type TestStore } from "#test/local/store/testing.ts";
import type { CheckoutInput, Order } from "#test/local/store/types.ts";

const CASES = join(import.meta.dirname, "..", "..", "..", "shared", "cases");

let store: TestStore;
beforeEach(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue });
});
afterEach(() => store.close());

async function placed(input: Partial<CheckoutInput> = {}): Promise<Order> {
  await makeDiscount(store, "MARIE10");
  const items = [{ variantId: LAMP, quantity: 1 }, { variantId: BULB, quantity: 3 }];
  const result = store.store.checkout({ items, codes: ["MARIE10"], email: "ines@mail.example", name: "Ines Haller", ...input });
  if (!result.ok) throw new Error(result.reason);
  return result.order;
}
const lineOf = (order: Order, at: number) => String(order.line_items[at]!.id);
const current = (order: Order) => [order.current_subtotal_price, order.current_total_discounts, order.current_total_tax, order.current_total_price];

describe("refunds", () => {
  test("piece by piece each its share, and together the whole line", async () => {
    const order = await placed(); // bulbs: 17.85 - 1.79 = 16.06, tax 2.56
    const [first, second, third] = [1, 2, 3].map(() => store.store.refund(String(order.id), { lines: [{ lineId: lineOf(order, 1), quantity: 1 }] }).refund_line_items[0]!);
    expect([first, second, third].map((each) => each!.subtotal_set.shop_money.amount)).toEqual(["5.35", "5.36", "5.35"]);
    expect([first, second, third].map((each) => each!.total_tax_set.shop_money.amount)).toEqual(["0.85", "0.86", "0.85"]);
    expect(first).toMatchObject({ restock_type: "return", subtotal: 5.35, total_tax: 0.85, quantity: 1, line_item: { sku: "BULB-E27", quantity: 3 } });
    expect(order.line_items[1]).toMatchObject({ quantity: 3, current_quantity: 0 });
    expect(order.financial_status).toBe("partially_refunded");
    expect([order.subtotal_price, order.total_price]).toEqual(["123.16", "128.06"]); // what it came to stays
    expect(current(order)).toEqual(["107.10", "11.90", "17.88", "112.00"]);
  });

  test("money without a line is a discrepancy and touches no line", async () => {
    const order = await placed();
    const refund = store.store.refund(String(order.id), { amount: "5.00", note: "Scratched box" });
    expect(refund).toMatchObject({ note: "Scratched box", restock: false, refund_line_items: [], refund_shipping_lines: [] });
    expect(refund.order_adjustments.map(({ kind, reason, amount }) => [kind, reason, amount])).toEqual([["refund_discrepancy", "Refund discrepancy", "-5.00"]]);
    expect(refund.transactions.map(({ kind, status, amount }) => [kind, status, amount])).toEqual([["refund", "success", "5.00"]]);
    expect([order.current_subtotal_price, order.current_total_price]).toEqual(["123.16", "123.06"]);
  });

  test("a return with a fee kept back, and a pair that cancels itself", async () => {
    const order = await placed();
    const refund = store.store.refund(String(order.id), { lines: [{ lineId: lineOf(order, 0), quantity: 1, restock: false }], keepBack: "2.50", pair: "215.35" });
    expect(refund.order_adjustments.map(({ reason, amount }) => [reason, amount])).toEqual([
      ["Refund discrepancy", "215.35"], ["Pending refund discrepancy", "-215.35"], ["Refund discrepancy", "2.50"],
    ]);
    expect(refund.refund_line_items[0]).toMatchObject({ restock_type: "no_restock" });
    expect(refund.transactions[0]!.amount).toBe("104.60");
    expect(order.current_total_price).toBe("23.46");
  });

  test("shipping is its own adjustment with its tax, and a line of its own", async () => {
    const order = await placed();
    const refund = store.store.refund(String(order.id), { shipping: true });
    expect(refund.order_adjustments.map(({ kind, amount, tax_amount }) => [kind, amount, tax_amount])).toEqual([["shipping_refund", "-4.90", "-0.78"]]);
    expect(refund.refund_shipping_lines).toMatchObject([{ shipping_line_id: order.shipping_lines[0]!.id, full_refund: true }]);
    expect(current(order)).toEqual(["123.16", "13.69", "19.66", "123.16"]);
  });

  test.each<[string, (order: Order) => object, RegExp]>([
    ["more pieces than there are", (order) => ({ lines: [{ lineId: lineOf(order, 1), quantity: 4 }] }), /3 are left/],
    ["a line twice", (order) => ({ lines: [{ lineId: lineOf(order, 1), quantity: 2 }, { lineId: lineOf(order, 1), quantity: 2 }] }), /once/],
    ["a line of another order", () => ({ lines: [{ lineId: "1", quantity: 1 }] }), /no line 1/],
    ["more money than was paid", () => ({ amount: "128.07" }), /more than the 128.06/],
    ["more shipping than was paid", () => ({ shipping: "5.00" }), /4.90 are left/],
    ["nothing", () => ({}), /nothing to refund/],
    ["what is no amount", () => ({ amount: "five" }), /no amount/],
  ])("%s is refused, and nothing is booked", async (_what, input, reason) => {
    const order = await placed();
    const before = JSON.stringify(order);
    expect(() => store.store.refund(String(order.id), input(order))).toThrow(reason);
    expect(() => store.store.refund(String(order.id), input(order))).toThrow(Refused);
    expect(JSON.stringify(order)).toBe(before);
  });

  test("taxes excluded: the tax goes back beside the subtotal", async () => {
    const net = await storeWithApp({ catalogue: smallCatalogue, shop: { taxesIncluded: false } });
    const result = net.store.checkout({ items: [{ variantId: TEA, quantity: 2 }], shipping: "none" });
    if (!result.ok) throw new Error(result.reason);
    expect([result.order.subtotal_price, result.order.total_tax, result.order.total_price]).toEqual(["21.40", "1.50", "22.90"]);
    const refund = net.store.refund(String(result.order.id), { lines: [{ lineId: lineOf(result.order, 0), quantity: 1 }] });
    expect([refund.refund_line_items[0]!.subtotal_set.shop_money.amount, refund.transactions[0]!.amount]).toEqual(["10.70", "11.45"]);
    await net.close();
  });
});

describe("cancelling", () => {
  test("with the money back: every line under `cancel`, nothing left, refunded", async () => {
    const order = await placed();
    store.store.refund(String(order.id), { amount: "5.00" });
    store.store.cancel(String(order.id), { reason: "customer" });
    const refund = order.refunds[1]!;
    expect(refund.refund_line_items.map((each) => each.restock_type)).toEqual(["cancel", "cancel"]);
    expect(refund.transactions[0]!.amount).toBe("123.06");
    expect(order).toMatchObject({ financial_status: "refunded", cancel_reason: "customer", cancelled_at: order.updated_at, subtotal_price: "123.16", total_outstanding: "0.00" });
    expect(current(order)).toEqual(["0.00", "0.00", "0.00", "0.00"]);
    expect(order.line_items.map((line) => [line.quantity, line.current_quantity])).toEqual([[1, 0], [3, 0]]);
    expect(() => store.store.cancel(String(order.id))).toThrow(Refused);
  });

  test("without the money back: still paid, no refund", async () => {
    const order = await placed();
    store.store.cancel(String(order.id), { reason: "declined", refund: false });
    expect(order).toMatchObject({ financial_status: "paid", refunds: [], current_total_price: "0.00" });
  });

  test("of an order that was never paid: voided", async () => {
    const order = await placed({ payment: "cash_on_delivery" });
    expect(order).toMatchObject({ financial_status: "pending", total_outstanding: "128.06" });
    store.store.cancel(String(order.id));
    expect(order).toMatchObject({ financial_status: "voided", refunds: [], total_outstanding: "0.00" });
  });
});

describe("edits", () => {
  test("pieces taken off: the quantity stays, the current one falls, nothing is refunded", async () => {
    const order = await placed();
    store.store.edit(String(order.id), { remove: [{ lineId: lineOf(order, 1), quantity: 2 }] });
    expect(order.line_items[1]).toMatchObject({ quantity: 3, current_quantity: 1, fulfillable_quantity: 1 });
    expect(order).toMatchObject({ financial_status: "paid", refunds: [], subtotal_price: "123.16", current_subtotal_price: "112.45", current_total_discounts: "12.50" });
  });

  test("an item added after payment comes without the discount, and leaves the order partly paid until it is paid", async () => {
    const order = await placed();
    store.store.edit(String(order.id), { add: [{ variantId: TEA, quantity: 2 }] });
    expect(order.line_items[2]).toMatchObject({ title: "Tea", quantity: 2, discount_allocations: [] });
    expect(order).toMatchObject({ financial_status: "partially_paid", total_outstanding: "21.40", total_price: "149.46", current_total_price: "149.46" });
    store.store.pay(String(order.id));
    expect(order).toMatchObject({ financial_status: "paid", total_outstanding: "0.00" });
    expect(() => store.store.pay(String(order.id))).toThrow(Refused);
  });
});

describe("the Admin API's order is the webhook's order", () => {
  const QUERY = `query ($id: ID!) { order(id: $id) {
    id name createdAt updatedAt cancelledAt test displayFinancialStatus currencyCode presentmentCurrencyCode taxesIncluded sourceName email
    customAttributes { key value } discountCodes totalPriceSet { presentmentMoney { amount currencyCode } }
    discountApplications(first: 20) { nodes { __typename index targetType ... on DiscountCodeApplication { code } ... on AutomaticDiscountApplication { title } ... on ManualDiscountApplication { title } } }
    shippingLines(first: 5) { nodes { discountAllocations { allocatedAmountSet { shopMoney { amount } } discountApplication { index } } } }
    lineItems(first: 60) { nodes { id sku title quantity currentQuantity isGiftCard variant { id } originalUnitPriceSet { shopMoney { amount currencyCode } } } }
    refunds { id createdAt refundLineItems(first: 10) { nodes { quantity subtotalSet { shopMoney { amount } } lineItem { id } } } orderAdjustments(first: 10) { nodes { reason amountSet { shopMoney { amount } } } } }
  } }`;

  test("amounts are decimals without trailing zeros, instants are UTC", async () => {
    const order = await placed();
    store.store.refund(String(order.id), { lines: [{ lineId: lineOf(order, 0), quantity: 1 }], shipping: "1.00", amount: "2.50" });
    const { data, errors } = await store.ask(QUERY, { id: order.admin_graphql_api_id });
    expect(errors).toBeUndefined();
    expect(data.order.updatedAt).toBe(`${new Date(order.updated_at).toISOString().slice(0, 19)}Z`);
    expect(data.order.lineItems.nodes[0]).toMatchObject({ id: order.line_items[0]!.admin_graphql_api_id, currentQuantity: 0, originalUnitPriceSet: { shopMoney: { amount: "119.0", currencyCode: "EUR" } } });
    expect(data.order.refunds[0].refundLineItems.nodes).toEqual([{ quantity: 1, subtotalSet: { shopMoney: { amount: "107.1" } }, lineItem: { id: order.line_items[0]!.admin_graphql_api_id } }]);
    // The refunded shipping is no adjustment in the schema's sense.
    expect(data.order.refunds[0].orderAdjustments.nodes).toEqual([{ reason: "REFUND_DISCREPANCY", amountSet: { shopMoney: { amount: "-2.5" } } }]);
  });

  test("allocations and taxes of the lines", async () => {
    const order = await placed();
    const { data } = await store.ask(
      `query ($id: ID!) { order(id: $id) { lineItems(first: 5) { nodes { discountAllocations { allocatedAmountSet { shopMoney { amount } } discountApplication { index ... on DiscountCodeApplication { code } } } taxLines { rate priceSet { shopMoney { amount } } } } } } }`,
      { id: order.admin_graphql_api_id },
    );
    expect(data.order.lineItems.nodes[1]).toEqual({
      discountAllocations: [{ allocatedAmountSet: { shopMoney: { amount: "1.79" } }, discountApplication: { index: 0, code: "MARIE10" } }],
      taxLines: [{ rate: 0.19, priceSet: { shopMoney: { amount: "2.56" } } }],
    });
  });

  test("how many orders the customer placed before is not known at once", async () => {
    await placed();
    const result = store.store.checkout({ items: [{ variantId: TEA, quantity: 1 }], email: "INES@mail.example" });
    if (!result.ok) throw new Error(result.reason);
    const look = async () => (await store.ask(`{ order(id: "${result.order.admin_graphql_api_id}") { customerJourneySummary { ready customerOrderIndex } } }`)).data.order.customerJourneySummary;
    expect(await look()).toEqual({ ready: false, customerOrderIndex: null });
    store.store.runClock({ advanceMs: 10_000 });
    expect(await look()).toEqual({ ready: true, customerOrderIndex: 2 });
    store.store.runClock({ offsetMs: 0 });
  });

  test.skipIf(!existsSync(CASES))("every order of the shared cases, put in as it is, reads back as it is", async () => {
    let read = 0;
    for (const file of readdirSync(CASES).filter((name) => name.endsWith(".json"))) {
      const { deliveries, store: kept } = parseJson(readFileSync(join(CASES, file), "utf8")) as { deliveries: { body: Order }[]; store?: { orders: Order[] } };
      for (const body of [...deliveries.map((each) => each.body), ...(kept?.orders ?? [])].filter((each) => each.line_items !== undefined)) {
        store.store.setOrder(body);
        const response = await fetch(`${store.url}/_local/graphql`, { method: "POST", body: JSON.stringify({ query: QUERY, variables: { id: `gid://shopify/Order/${body.id}` } }) });
        const { data, errors } = (await response.json()) as { data: { order: any }; errors?: unknown };
        expect(errors, `${file} ${body.id}`).toBeUndefined();
        expect(data.order).toMatchObject({ id: `gid://shopify/Order/${body.id}`, name: body.name, test: body.test, displayFinancialStatus: body.financial_status.toUpperCase() });
        expect(Date.parse(data.order.createdAt)).toBe(Date.parse(body.created_at));
        expect(data.order.lineItems.nodes.map((line: any) => [line.id, line.sku, line.currentQuantity, line.variant?.id ?? null, Number(line.originalUnitPriceSet.shopMoney.amount)])).toEqual(
          body.line_items.map((line) => [`gid://shopify/LineItem/${line.id}`, line.sku, line.current_quantity, line.variant_id === null ? null : `gid://shopify/ProductVariant/${line.variant_id}`, Number(line.price)]),
        );
        read++;
        store.store.runClock({ advanceMs: 10_000 }); // the bucket fills again
      }
    }
    store.store.runClock({ offsetMs: 0 });
    expect(read).toBeGreaterThan(200);
  });

  test("ids beyond 2^53 keep every digit, over HTTP too", async () => {
    const order = await placed();
    const text = JSON.stringify({ ...order, id: 0 }).replace('"id":0', '"id":9007199254740995123').replaceAll(`gid://shopify/Order/${order.id}`, "gid://shopify/Order/9007199254740995123");
    const put = await fetch(`${store.url}/_local/set-order`, { method: "POST", body: `{"order":${text}}` });
    expect(await put.text()).toContain('"id":9007199254740995123,');
    const { data } = await store.ask('{ order(id: "gid://shopify/Order/9007199254740995123") { id legacyResourceId } }');
    expect(data.order).toEqual({ id: "gid://shopify/Order/9007199254740995123", legacyResourceId: "9007199254740995123" });
  });
});

describe("mutations on orders", () => {
  const REFUND = (key: string) => `mutation ($input: RefundInput!) { refundCreate(input: $input) ${key} { refund { id totalRefundedSet { shopMoney { amount } } } userErrors { field message } } }`;
  const staff = async (query: string, variables: unknown) => (await (await fetch(`${store.url}/_local/graphql`, { method: "POST", body: JSON.stringify({ query, variables }) })).json()) as any;

  test("refundCreate needs @idempotent, and books once per key", async () => {
    const order = await placed();
    const input = { orderId: order.admin_graphql_api_id, refundLineItems: [{ lineItemId: order.line_items[1]!.admin_graphql_api_id, quantity: 1, restockType: "RETURN" }], transactions: [{ orderId: order.admin_graphql_api_id, gateway: "shopify_payments", kind: "REFUND", amount: "6.00" }] };
    expect((await staff(REFUND(""), { input })).errors[0].message).toContain("@idempotent");
    const first = (await staff(REFUND('@idempotent(key: "a1")'), { input })).data.refundCreate;
    const again = (await staff(REFUND('@idempotent(key: "a1")'), { input })).data.refundCreate;
    expect(first).toEqual(again);
    expect(first.refund.totalRefundedSet.shopMoney.amount).toBe("6.0");
    expect(order.refunds).toHaveLength(1);
    expect(order.refunds[0]!.order_adjustments.map((each) => each.amount)).toEqual(["-0.65"]);
  });

  test("orderCancel cancels through a job, and says no to a second time", async () => {
    const order = await placed();
    const cancel = "mutation ($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refundMethod: { originalPaymentMethodsRefund: true }) { job { done } orderCancelUserErrors { code } } }";
    expect((await staff(cancel, { id: order.admin_graphql_api_id })).data.orderCancel).toEqual({ job: { done: false }, orderCancelUserErrors: [] });
    expect(order.financial_status).toBe("refunded");
    expect((await staff(cancel, { id: order.admin_graphql_api_id })).data.orderCancel.orderCancelUserErrors).toEqual([{ code: "INVALID" }]);
  });

  test("the app itself, without write_orders, may do neither", async () => {
    const order = await placed();
    const { errors } = await store.ask(REFUND('@idempotent(key: "a1")'), { input: { orderId: order.admin_graphql_api_id } });
    expect(errors![0]!.extensions!.code).toBe("ACCESS_DENIED");
  });
});

test("the agreements tell a tip from a product, and what edits and refunds changed", async () => {
  const order = await placed({ tip: "2.00" });
  store.store.edit(String(order.id), { add: [{ variantId: TEA, quantity: 2 }], remove: [{ lineId: lineOf(order, 1), quantity: 1 }] });
  store.store.refund(String(order.id), { lines: [{ lineId: lineOf(order, 0), quantity: 1 }], amount: "1.00" });
  const { data, errors } = await store.ask(
    `query ($id: ID!) { order(id: $id) { agreements(first: 5) { nodes { reason sales(first: 9) { nodes { __typename lineType quantity totalAmount { shopMoney { amount } } ... on TipSale { lineItem { id } } } } } } } }`,
    { id: order.admin_graphql_api_id },
  );
  expect(errors).toBeUndefined();
  expect(data.order.agreements.nodes.map((each: any) => [each.reason, ...each.sales.nodes.map((sale: any) => [sale.lineType, sale.quantity, sale.totalAmount.shopMoney.amount])])).toEqual([
    ["ORDER", ["SHIPPING", 1, "4.9"], ["PRODUCT", 1, "107.1"], ["PRODUCT", 3, "16.06"], ["TIP", 1, "2.0"]],
    ["ORDER_EDIT", ["PRODUCT", -1, "-5.35"], ["PRODUCT", 2, "21.4"]],
    ["REFUND", ["ADJUSTMENT", null, "-1.0"], ["PRODUCT", -1, "-107.1"]],
  ]);
  const { data: one } = await store.ask("query ($id: ID!) { refund(id: $id) { id order { id } } }", { id: order.refunds[0]!.admin_graphql_api_id });
  expect(one.refund).toEqual({ id: order.refunds[0]!.admin_graphql_api_id, order: { id: order.admin_graphql_api_id } });
});
