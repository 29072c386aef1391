// What the local store knows of an order beside its body: the customer's other orders, plans and products of the lines, disputes.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { Refused } from "#test/local/store/store.ts";
import { BULB, LAMP, makeDiscount, smallCatalogue, storeWithApp, TEA, type TestStore, until, webhookSink } from "#test/local/store/testing.ts";
import type { CheckoutInput, Order } from "#test/local/store/types.ts";

const PLAN = { id: "1234567890", name: "Every month" };
const DAY_MS = 86_400_000;

let store: TestStore;
let sink: Awaited<ReturnType<typeof webhookSink>>;
beforeEach(async () => {
  sink = await webhookSink();
  store = await storeWithApp({ catalogue: smallCatalogue, appUrl: sink.url });
});
afterEach(async () => {
  setClockOffsetMs(0);
  await store.close();
  await sink.close();
});

function placed(input: Partial<CheckoutInput> = {}): Order {
  const result = store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }], email: "ines@mail.example", name: "Ines Haller", ...input });
  if (!result.ok) throw new Error(result.reason);
  return result.order;
}

async function ask(order: Order, fields: string): Promise<any> {
  const { data, errors } = await store.ask(`query ($id: ID!) { order(id: $id) { ${fields} } }`, { id: order.admin_graphql_api_id });
  expect(errors).toBeUndefined();
  return data.order;
}

describe("the orders of a customer", () => {
  const LIST = "customer { orders(first: 2, sortKey: CREATED_AT) { pageInfo { hasNextPage endCursor } nodes { id } } numberOfOrders }";

  test("come page by page, oldest first, whoever else ordered between", async () => {
    const own = [placed(), placed({ test: true }), placed()];
    placed({ email: "other@mail.example" });
    const { customer } = await ask(own[2]!, LIST);
    expect(customer.orders.nodes.map((each: any) => each.id)).toEqual(own.slice(0, 2).map((each) => each.admin_graphql_api_id));
    expect(customer.numberOfOrders).toBe("2");
    const after = await ask(own[2]!, LIST.replace("first: 2", `first: 2, after: "${customer.orders.pageInfo.endCursor}"`));
    expect(after.customer.orders.nodes).toEqual([{ id: own[2]!.admin_graphql_api_id }]);
    expect(after.customer.orders.pageInfo.hasNextPage).toBe(false);
  });

  test("of more than 60 days ago are seen with read_all_orders only, but count in the order's place", async () => {
    const old = placed();
    setClockOffsetMs(61 * DAY_MS);
    const today = placed();
    setClockOffsetMs(61 * DAY_MS + 10_000);
    const seen = await ask(today, `${LIST} customerJourneySummary { ready customerOrderIndex }`);
    expect(seen.customer.orders.nodes).toEqual([{ id: today.admin_graphql_api_id }]);
    expect(seen.customerJourneySummary).toEqual({ ready: true, customerOrderIndex: 2 });
    const body = JSON.stringify({ query: `{ order(id: "${today.admin_graphql_api_id}") { ${LIST} } }` });
    const all = (await (await fetch(`${store.url}/_local/graphql`, { method: "POST", body })).json()) as { data: any };
    expect(all.data.order.customer.orders.nodes.map((each: any) => each.id)).toEqual([old.admin_graphql_api_id, today.admin_graphql_api_id]);
  });

  test("a test order has no place among them, and a guest has no orders", async () => {
    const guest = placed({ email: null });
    const trial = placed({ test: true });
    setClockOffsetMs(10_000);
    expect(await ask(trial, "customerJourneySummary { customerOrderIndex }")).toEqual({ customerJourneySummary: { customerOrderIndex: null } });
    expect(await ask(guest, LIST)).toEqual({ customer: null });
  });

  test("a customer is found by id, with read_customers only", async () => {
    const order = placed();
    const query = `{ customer(id: "gid://shopify/Customer/${order.customer!.id}") { id orders(first: 5) { nodes { id } } } }`;
    expect((await store.ask(query)).data.customer.orders.nodes).toEqual([{ id: order.admin_graphql_api_id }]);
    expect((await store.ask('{ customer(id: "gid://shopify/Customer/1") { id } }')).data.customer).toBeNull();
    const poor = await storeWithApp({ catalogue: smallCatalogue, scopes: "read_orders" });
    const { errors } = await poor.ask(query);
    expect(errors![0]!.extensions!.requiredAccess).toContain("read_customers");
    await poor.close();
  });
});

describe("what a line was bought as", () => {
  const LINES = "lineItems(first: 9) { nodes { sellingPlan { name sellingPlanId } product { productType tags } } }";

  test("its selling plan is known to the Admin API, and no webhook tells it", async () => {
    const order = placed({ items: [{ variantId: TEA, quantity: 1, sellingPlan: PLAN }, { variantId: TEA, quantity: 2 }] });
    expect((await ask(order, LINES)).lineItems.nodes.map((each: any) => each.sellingPlan)).toEqual([{ name: "Every month", sellingPlanId: "gid://shopify/SellingPlan/1234567890" }, null]);
    store.store.refund(String(order.id), { lines: [{ lineId: String(order.line_items[0]!.id), quantity: 1 }] });
    await until(() => store.store.idle().pending === 0, "all webhooks have left");
    expect(sink.received.map(({ topic }) => topic)).toContain("refunds/create");
    for (const { raw } of sink.received) expect(raw.toString()).not.toContain("selling_plan");
  });

  test("a code is for a subscription, and for its renewals, only where its discount says so", async () => {
    await makeDiscount(store, "ONCE");
    await makeDiscount(store, "BOTH", { customerGets: { items: { all: true }, value: { percentage: 0.1 }, appliesOnSubscription: true } });
    await makeDiscount(store, "EVER", { customerGets: { items: { all: true }, value: { percentage: 0.1 }, appliesOnSubscription: true }, recurringCycleLimit: 0 });
    const items = [{ variantId: LAMP, quantity: 1, sellingPlan: PLAN }, { variantId: BULB, quantity: 1 }];
    expect(placed({ items, codes: ["ONCE"] }).line_items.map((line) => line.discount_allocations.length)).toEqual([0, 1]);
    expect(placed({ items, codes: ["BOTH"] }).line_items.map((line) => line.discount_allocations.length)).toEqual([1, 1]);
    const renewal = (code: string) => placed({ items: items.slice(0, 1), codes: [code], sourceName: "subscription_contract" }).discount_codes.length;
    expect([renewal("ONCE"), renewal("BOTH"), renewal("EVER")]).toEqual([0, 0, 1]);
    const alone = store.store.checkout({ items: items.slice(0, 1), codes: ["ONCE"] });
    expect(alone.ok && alone.codes[0]).toMatchObject({ applied: false, refusal: "not_applicable" });
  });

  test("its product is what it is now, and gone once it is deleted", async () => {
    const order = placed();
    const [product] = smallCatalogue!.products;
    const look = async () => (await ask(order, LINES)).lineItems.nodes[0].product;
    expect(await look()).toEqual({ productType: "Lamp", tags: [] });
    store.store.setProduct(product!.id, { productType: "Sample", tags: ["free", "sample"] });
    expect(await look()).toEqual({ productType: "Sample", tags: ["free", "sample"] });
    expect((await store.ask(`{ product(id: "gid://shopify/Product/${product!.id}") { productType } }`)).data.product).toEqual({ productType: "Sample" });
    store.store.setProduct(product!.id, null);
    expect(await look()).toBeNull();
    expect(store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }] }).ok).toBe(false);
  });

  test("a product that the catalogue does not know can be set as well", async () => {
    const order = placed();
    const foreign = store.store.setOrder({ ...order, line_items: order.line_items.map((line) => ({ ...line, product_id: 42 })) });
    const look = async () => (await ask(foreign, LINES)).lineItems.nodes[0].product;
    expect(await look()).toEqual({ productType: "", tags: [] });
    store.store.setProduct("gid://shopify/Product/42", { productType: "Protection", tags: ["no-credit"] });
    expect(await look()).toEqual({ productType: "Protection", tags: ["no-credit"] });
  });
});

describe("disputes", () => {
  const DISPUTES = "disputes { id initiatedAs status }";

  test("are told by signed webhooks as they open, change and end, and stand on the order", async () => {
    const order = placed();
    const dispute = store.store.openDispute(String(order.id), { type: "inquiry" });
    const id = `gid://shopify/OrderDisputeSummary/${dispute.id}`;
    expect(await ask(order, DISPUTES)).toEqual({ disputes: [{ id, initiatedAs: "INQUIRY", status: "NEEDS_RESPONSE" }] });
    store.store.changeDispute(String(dispute.id), { type: "chargeback", status: "under_review" });
    store.store.changeDispute(String(dispute.id), { status: "lost" });
    expect(await ask(order, DISPUTES)).toEqual({ disputes: [{ id, initiatedAs: "INQUIRY", status: "LOST" }] });
    await until(() => store.store.idle().pending === 0, "all webhooks have left");
    const told = sink.received.filter(({ topic }) => topic.startsWith("disputes/"));
    expect(told.map(({ topic, body }) => [topic, body.order_id, body.type, body.status, body.finalized_on === null])).toEqual([
      ["disputes/create", order.id, "inquiry", "needs_response", true],
      ["disputes/update", order.id, "chargeback", "under_review", true],
      ["disputes/update", order.id, "chargeback", "lost", false],
    ]);
    expect(told[0]!.body).toMatchObject({ id: dispute.id, amount: "123.90", currency: "EUR", reason: "fraudulent", network_reason_code: "4837" });
    for (const { headers } of told) expect(headers["x-shopify-hmac-sha256"]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(order.financial_status).toBe("paid");
  });

  test("are refused where nothing was paid, where they are over, and where there is none", () => {
    const open = placed({ payment: "cash_on_delivery" });
    expect(() => store.store.openDispute(String(open.id))).toThrow(Refused);
    const won = store.store.openDispute(String(placed().id));
    store.store.changeDispute(String(won.id), { status: "won" });
    expect(() => store.store.changeDispute(String(won.id), { status: "lost" })).toThrow(Refused);
    expect(() => store.store.changeDispute("1", { status: "lost" })).toThrow(Refused);
  });

  test("can be put in as they are, in silence or with a topic, over the control address too", async () => {
    const order = placed();
    const dispute = { ...store.store.openDispute(String(order.id)), status: "accepted" as const };
    store.store.setDispute(dispute);
    expect((await ask(order, DISPUTES)).disputes[0].status).toBe("ACCEPTED");
    const put = await fetch(`${store.url}/_local/set-dispute`, { method: "POST", body: JSON.stringify({ dispute: { ...dispute, id: 77, order_id: null }, topics: ["disputes/update"] }) });
    expect(put.status).toBe(200);
    await until(() => store.store.idle().pending === 0, "all webhooks have left");
    expect(sink.received.filter(({ topic }) => topic === "disputes/update").map(({ body }) => body.id)).toEqual([77]);
  });
});
