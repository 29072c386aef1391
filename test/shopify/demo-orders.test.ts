// Every order of the plan of the demo's shop: what its last webhook says, and what the Admin API says of it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import type { Beside } from "#app/domain/beside.ts";
import { parseJson } from "#app/domain/json.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { adminFor, setTokenSource } from "#app/shopify/admin.ts";
import { fetchOrder } from "#app/shopify/orders.ts";
import { leadFetch } from "#test/local/lead.ts";
import { DAYS, ORDERS, planHistory, type SeedCode } from "#test/local/seed/plan.ts";
import { type Act, doStep, isOfStore } from "#test/local/seed/steps.ts";
import { OTHER_PARAMETER } from "#test/local/seed/visits.ts";
import { actions } from "#test/local/store/control.ts";
import { writeJson } from "#test/local/store/json.ts";
import { makeDiscount, storeWithApp, type TestStore } from "#test/local/store/testing.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";

setTestEnv();
process.env.DATABASE_URL ??= "postgresql://unused"; // nothing here asks a database

const DAY_MS = 86_400_000;
const CARRIES_ORDER = /^orders\/(create|updated|paid|cancelled)$/;
const hash = (email: string) => `h:${email}`;

const codes: SeedCode[] = [
  ...["ANNA10", "BEN10", "CARLA10", "DORA10", "EMIL10", "FINN10"].map((code, at): SeedCode => ({ code, creator: at, kind: "percentage", minimum: 5_000n, weight: 18 - at })),
  ...["BENFREE", "DORAFREE", "EMILFREE"].map((code, at): SeedCode => ({ code, creator: [1, 3, 4][at]!, kind: "free_shipping", minimum: 0n, weight: 4 })),
  ...["ANNA5", "CARLA5"].map((code, at): SeedCode => ({ code, creator: at * 2, kind: "fixed_order", minimum: 4_000n, weight: 5 })),
];
const clickCodes = { everybody: "ATELIER8", winner: "EMIL8", involved: "FINN8" };

type Read = { told: OrderFacts; facts: OrderFacts; beside: Beside };

let store: TestStore;
let undo = () => {};
const read = new Map<string, Read>();

beforeAll(async () => {
  const bucket = { maximum: 1_000_000, restorePerSecond: 1_000_000 };
  store = await storeWithApp({ apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, bucket });
  store.store.faults({ hold: true }); // what waits keeps its body
  const endMs = Date.now();
  await liveThrough(endMs - (DAYS - 1) * DAY_MS, endMs);
  undo = leadFetch({ store: store.url });
  setTokenSource(async () => store.token);
  await readAll();
}, 60_000);
afterAll(async () => {
  setClockOffsetMs(0);
  setTokenSource(null);
  undo();
  await store.close();
});

async function liveThrough(fromMs: number, endMs: number): Promise<void> {
  setClockOffsetMs(fromMs - DAY_MS - Date.now());
  for (const { code, kind, minimum } of codes) await (kind === "free_shipping" ? makeFreeShipping(code) : makeDiscount(store, code, termsOf(kind, minimum)));
  for (const code of Object.values(clickCodes)) await makeDiscount(store, code, termsOf("percentage", 0n));
  const done = { orders: new Map(), disputes: new Map() };
  // As over the wire: what an act answers is a copy.
  const act = (async (action, input) => JSON.parse(writeJson(actions[action]!(store.store, input)))) as Act;
  for (const step of planHistory(store.store.products, codes, clickCodes, fromMs, endMs).filter(isOfStore)) {
    setClockOffsetMs(step.atMs - Date.now());
    await doStep(step, done, act);
  }
  setClockOffsetMs(0);
}

function termsOf(kind: SeedCode["kind"], minimum: bigint): Record<string, unknown> {
  const value = kind === "percentage" ? { percentage: 0.1 } : { discountAmount: { amount: "5.00", appliesOnEachItem: false } };
  return {
    customerGets: { items: { all: true }, value, appliesOnSubscription: kind === "percentage" },
    minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: String(minimum / 100n) } },
    recurringCycleLimit: kind === "percentage" ? 0 : 1,
    combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: kind === "percentage" },
  };
}

async function makeFreeShipping(code: string): Promise<void> {
  const input = { title: code, code, startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, destination: { all: true }, combinesWith: { orderDiscounts: true, productDiscounts: true, shippingDiscounts: false } };
  const { data, errors } = await store.ask(`mutation ($input: DiscountCodeFreeShippingInput!) { discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) { userErrors { message } } }`, { input });
  if (data?.discountCodeFreeShippingCreate.userErrors.length !== 0) throw new Error(JSON.stringify(errors ?? data));
}

async function readAll(): Promise<void> {
  const newest = new Map<string, string>();
  for (const { topic, orderId, body } of store.store.deliveries(100_000)) if (CARRIES_ORDER.test(topic) && !newest.has(orderId!)) newest.set(orderId!, body!);
  for (const [orderId, body] of newest) {
    const told = readOrder(parseJson(body), hash);
    if (!told.ok) throw new Error(told.reason);
    const fetched = await fetchOrder(adminFor(store.store.shop.domain), orderId, hash);
    if (!fetched.ok || fetched.facts === null || fetched.beside === null) throw new Error(JSON.stringify(fetched));
    read.set(orderId, { told: told.facts, facts: fetched.facts, beside: fetched.beside });
  }
}

describe("every order of the plan of the demo's shop", () => {
  test("is there, with refunds, edits, cancellations and tests among them", () => {
    const all = [...read.values()].map(({ told }) => told);
    expect(all.length).toBe(store.store.orders().length);
    expect(all.length).toBeGreaterThan(ORDERS);
    expect(all.filter(({ refunds }) => refunds.length > 0).length).toBeGreaterThan(20);
    expect(all.filter(({ cancelledAt }) => cancelledAt !== null).length).toBeGreaterThan(5);
    expect(all.filter(({ lines }) => lines.some((line) => line.quantity !== line.currentQuantity)).length).toBeGreaterThan(10);
    expect(all.filter(({ test }) => test).length).toBe(1);
    expect(all.filter(({ applications }) => applications.length > 0).length).toBeGreaterThan(100);
  });

  test("gives identical facts, read from its last webhook and from the Admin API", () => {
    for (const { told, facts } of read.values()) expect(facts).toEqual(told);
  });

  test("is of a returning customer exactly where an earlier order that is no test has the same address", () => {
    const orders = store.store.orders();
    for (const [at, order] of orders.entries()) {
      const earlier = orders.slice(0, at).some((other) => !other.test && other.email === order.email);
      expect([order.name, read.get(String(order.id))!.beside.returning]).toEqual([order.name, earlier]);
    }
    expect([...read.values()].filter(({ beside }) => beside.returning).length).toBeGreaterThan(20);
  });

  test("says of each line what it was bought as", () => {
    const all = [...read.values()];
    for (const { facts, beside } of all) expect(Object.keys(beside.lines).sort()).toEqual(facts.lines.map(({ id }) => id).sort());
    const linesOf = (type: string) => all.flatMap(({ beside }) => Object.values(beside.lines)).filter((line) => line.type === type);
    expect(linesOf("Sample").length).toBeGreaterThan(10);
    expect(linesOf("Sample").every(({ tags }) => tags.includes("sample"))).toBe(true);
    expect(linesOf("Shipping protection").length).toBeGreaterThan(10);
    expect(linesOf("Lamp").some(({ subscribed }) => subscribed)).toBe(false);
  });

  test("of a subscription: the first is a new customer's, its renewal is not, and most bear the creator's code", () => {
    const subscribed = [...read.values()].filter(({ beside }) => Object.values(beside.lines).some((line) => line.subscribed));
    const renewals = subscribed.filter(({ facts }) => facts.sourceName === "subscription_contract");
    const firsts = subscribed.filter(({ facts }) => facts.sourceName === "web");
    expect([firsts.length, renewals.length]).toEqual([4, 4]);
    expect(firsts.map(({ beside }) => beside.returning)).toEqual([false, false, false, false]);
    expect(renewals.map(({ beside }) => beside.returning)).toEqual([true, true, true, true]);
    for (const list of [firsts, renewals]) expect(list.filter(({ facts }) => facts.listedCodes.length === 1).length).toBe(3);
  });

  test("names its visitor and his clicks where the cart did, the landing page alone where nothing else is known, and nothing without consent", () => {
    const all = [...read.values()];
    const named = all.filter(({ facts }) => facts.visitor !== null);
    expect(new Set(named.map(({ facts }) => facts.visitor)).size).toBe(named.length);
    const kinds = (facts: OrderFacts) => (facts.entries ?? []).map(({ kind }) => kind);
    for (const kind of ["click_id", "code", "link"] as const) expect(named.filter(({ facts }) => kinds(facts).includes(kind)).length).toBeGreaterThan(10);
    expect(named.filter(({ facts }) => kinds(facts).length === 0).length).toBeGreaterThan(20); // typed a code that they had heard, or found
    for (const { facts } of named) expect(kinds(facts).includes("click_id")).toBe(facts.clickId !== null || facts.clickIds !== undefined);
    expect(named.filter(({ facts }) => facts.clickIds?.some(({ parameter }) => parameter === OTHER_PARAMETER)).length).toBe(1);
    const others = all.filter(({ facts }) => facts.visitor === null);
    expect(others.filter(({ beside }) => beside.origin?.visit != null).length).toBeGreaterThan(10);
    expect(others.filter(({ beside }) => beside.origin?.visit == null).length).toBeGreaterThan(20);
    for (const code of Object.values(clickCodes)) expect([...read.values()].filter(({ facts }) => facts.listedCodes.includes(code)).length).toBeGreaterThan(1);
  });

  test("one was lost to a chargeback, and one is disputed still", () => {
    const disputes = [...read.values()].flatMap(({ beside }) => beside.disputes.map(({ kind, status }) => `${kind} ${status}`));
    expect(disputes.sort()).toEqual(["chargeback lost", "chargeback under_review"]);
  });
});
