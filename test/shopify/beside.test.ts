// What the reader of the Admin API says of an order beside its facts, asked of the local store.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import type { Beside } from "#app/domain/beside.ts";
import { adminFor, setTokenSource } from "#app/shopify/admin.ts";
import { hasEarlierOrder, placeSaysReturning } from "#app/shopify/beside.ts";
import { fetchOrder, type FetchedOrder } from "#app/shopify/orders.ts";
import { leadFetch } from "#test/local/lead.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { BULB, LAMP, smallCatalogue, TEA, tokenFor } from "#test/local/store/testing.ts";
import type { CheckoutInput, Order } from "#test/local/store/types.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";

setTestEnv();
process.env.DATABASE_URL ??= "postgresql://unused"; // nothing here asks a database

const PLAN = { id: "1234567890", name: "Every month" };
const DAY_MS = 86_400_000;
const bucket = { maximum: 100_000, restorePerSecond: 100_000 };
const [lampProduct] = smallCatalogue!.products;

let store: LocalStore;
let undo = () => {};
let buyers = 0;

beforeAll(async () => {
  await begin();
});
afterEach(() => setClockOffsetMs(0));
afterAll(() => end());

async function begin(scopes?: string): Promise<void> {
  store = await startStore({ apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, catalogue: smallCatalogue, bucket, scopes });
  undo = leadFetch({ store: store.url });
  const token = await tokenFor(store);
  setTokenSource(async () => token);
}

async function end(): Promise<void> {
  setTokenSource(null);
  undo();
  await store.close();
}

function placed(input: Partial<CheckoutInput> = {}): Order {
  const result = store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }], ...input });
  if (!result.ok) throw new Error(result.reason);
  return result.order;
}

function read(order: Order): Promise<FetchedOrder> {
  return fetchOrder(adminFor(store.store.shop.domain), String(order.id), String);
}

async function besideOf(order: Order): Promise<Beside> {
  const answer = await read(order);
  if (!answer.ok || answer.beside === null) throw new Error(JSON.stringify(answer));
  return answer.beside;
}

describe("a returning customer", () => {
  type Past = { created?: number; test?: boolean; id?: "smaller" | "larger" };
  const many = (count: number, past: Past): Past[] => Array.from({ length: count }, () => past);

  // Seconds before the order that is read (negative: after it); what is left out is 60.
  const cases: [string, Past[], boolean][] = [
    ["the first order", [], false],
    ["the second", [{}], true],
    ["a later order does not count", [{ created: -60 }], false],
    ["a test does not count", [{ test: true }], false],
    ["nor do thirty", many(30, { test: true }), false],
    ["a real one behind thirty tests", [...many(30, { test: true, created: 120 }), {}], true],
    ["a real one in front of thirty tests", [{ created: 180 }, ...many(30, { test: true })], true],
    ["a later one behind thirty tests", [...many(30, { test: true }), { created: -1 }], false],
    ["of the same instant, with a smaller id", [{ created: 0, id: "smaller" }], true],
    ["of the same instant, with a larger id", [{ created: 0, id: "larger" }], false],
    ["a test of the same instant, with a smaller id", [{ created: 0, id: "smaller", test: true }], false],
  ];

  test.each(cases)("%s", async (_what, past, returning) => {
    const email = `buyer${(buyers += 1)}@mail.example`;
    const order = placed({ email }); // this moment: its place in the customer's history is not known yet, so the other orders have to tell
    const atMs = Date.parse(order.created_at);
    for (const [at, { created = 60, test = false, id = "smaller" }] of past.entries()) {
      const other = BigInt(order.id) + BigInt(id === "smaller" ? -100 - at : 100 + at);
      store.store.setOrder({ ...order, id: other, admin_graphql_api_id: `gid://shopify/Order/${other}`, test, created_at: new Date(atMs - created * 1_000).toISOString() });
    }
    expect((await besideOf(order)).returning).toBe(returning);
  });

  test("a guest is none", async () => {
    placed({ email: null });
    expect((await besideOf(placed({ email: null }))).returning).toBe(false);
  });

  test("whoever bought more than 60 days ago is found by the order's place in the history, once the store knows it", async () => {
    const email = "long.ago@mail.example";
    placed({ email });
    setClockOffsetMs(70 * DAY_MS);
    const order = placed({ email });
    expect((await besideOf(order)).returning).toBe(false); // the place is not known at once
    setClockOffsetMs(70 * DAY_MS + 10_000);
    expect((await besideOf(order)).returning).toBe(true);
  });

  test("a token that lacks read_customers reads the order, and leaves it open", async () => {
    await end();
    await begin("read_orders,read_products");
    try {
      const order = placed({ email: "ines@mail.example" });
      const answer = await read(order);
      expect(answer.ok && answer.facts?.id).toBe(String(order.id));
      expect(answer.ok && answer.beside).toMatchObject({ returning: null, lines: { [String(order.line_items[0]!.id)]: { type: "Lamp" } } });
    } finally {
      await end();
      await begin();
    }
  });
});

describe("what the pages of a customer's orders say", () => {
  const order = { id: "gid://shopify/Order/9007199254740993", createdAt: "2026-06-10T08:00:00Z", disputes: [], customerJourneySummary: null };
  const other = (id: string, createdAt: string, test = false) => ({ id: `gid://shopify/Order/${id}`, createdAt, test });

  test.each<[string, ReturnType<typeof other>[], boolean | "unknown"]>([
    ["nothing", [], "unknown"],
    ["itself alone", [other("9007199254740993", "2026-06-10T08:00:00Z")], "unknown"],
    ["tests alone", [other("1", "2026-06-01T08:00:00Z", true)], "unknown"],
    ["an earlier one", [other("1", "2026-06-10T07:59:59Z")], true],
    ["a later one", [other("1", "2026-06-10T08:00:01Z")], false],
    ["ids past 2^53 are told apart", [other("9007199254740992", "2026-06-10T08:00:00Z")], true],
    ["an id of more digits is the larger one", [other("10007199254740993", "2026-06-10T08:00:00Z")], "unknown"],
    ["another of its instant with a larger id, and then one with a smaller", [other("9007199254740995", "2026-06-10T08:00:00Z"), other("1", "2026-06-10T08:00:00Z")], true],
  ])("%s", (_what, page, says) => expect(hasEarlierOrder(order, page)).toBe(says));

  test.each<[{ ready: boolean; customerOrderIndex: number | null } | null, boolean]>([
    [null, false],
    [{ ready: false, customerOrderIndex: null }, false],
    [{ ready: false, customerOrderIndex: 5 }, false],
    [{ ready: true, customerOrderIndex: null }, false],
    [{ ready: true, customerOrderIndex: 1 }, false],
    [{ ready: true, customerOrderIndex: 2 }, true],
  ])("a place in the history of %o: returning is %s", (customerJourneySummary, says) => expect(placeSaysReturning({ ...order, customerJourneySummary })).toBe(says));
});

describe("the marks of a line", () => {
  test("plan, type and tags, by the line's id", async () => {
    const order = placed({ items: [{ variantId: TEA, quantity: 1, sellingPlan: PLAN }, { variantId: BULB, quantity: 1 }], tip: "2.00" });
    store.store.setProduct(smallCatalogue!.products[1]!.id, { productType: "Sample\u0000", tags: ["free", "b\ud83d"] });
    const [tea, bulb, tip] = order.line_items.map(({ id }) => String(id)) as [string, string, string];
    expect((await besideOf(order)).lines).toEqual({
      [tea]: { subscribed: true, type: "Tea", tags: [] },
      [bulb]: { subscribed: false, type: "Sample", tags: ["free", "b\ufffd"] },
      [tip]: { subscribed: false, type: null, tags: [] },
    });
  });

  test("a product that is gone has neither type nor tags", async () => {
    const order = placed();
    store.store.setProduct(lampProduct!.id, null);
    expect((await besideOf(order)).lines).toEqual({ [String(order.line_items[0]!.id)]: { subscribed: false, type: null, tags: [] } });
    store.store.setProduct(lampProduct!.id, { productType: "Lamp", tags: [] });
  });

  test("of 120 lines none is missing", async () => {
    const order = placed({ items: [{ variantId: LAMP, quantity: 1, sellingPlan: PLAN }] });
    const [line] = order.line_items;
    const lines = Array.from({ length: 120 }, (_, at) => ({ ...line!, id: BigInt(line!.id) * 1_000n + BigInt(at), admin_graphql_api_id: `gid://shopify/LineItem/${BigInt(line!.id) * 1_000n + BigInt(at)}` }));
    const answer = await read(store.store.setOrder({ ...order, line_items: lines }));
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    expect(answer.facts!.lines.map(({ id }) => answer.beside!.lines[id])).toEqual(lines.map(() => ({ subscribed: true, type: "Lamp", tags: [] })));
  });
});

test("an order's disputes come sorted by id, each as it stands", async () => {
  const order = placed();
  const base = store.store.openDispute(String(order.id), { type: "inquiry" });
  const another = store.store.openDispute(String(placed().id));
  store.store.setDispute({ ...base, id: 7, type: "chargeback", status: "lost" });
  const beside = await besideOf(order);
  expect(beside.disputes).toEqual(
    [{ id: "7", kind: "chargeback", status: "lost", triggeredNs: null }, { id: String(base.id), kind: "unknown", status: "needs_response", triggeredNs: null }].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  expect(beside.disputes.map(({ id }) => id)).not.toContain(String(another.id));
});

test("of an order that the store does not have nothing is known", async () => {
  const order = placed();
  store.store.deleteOrder(String(order.id));
  expect(await read(order)).toEqual({ ok: true, facts: null, beside: null });
});
