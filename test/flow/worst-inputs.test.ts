// The worst that a store could send: a right answer or a recorded reason, never a crash, never a guess.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { intake } from "#app/flow/intake.ts";
import { openOrder } from "#app/flow/prove.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { parseJson, writeJson } from "#test/local/store/json.ts";
import { useDatabase } from "#test/support/database.ts";
import { line, money, orderBody, SHOP, signedHeaders, type LineSketch } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

type Json = Record<string, unknown>;

useDatabase();

let server: Server;
let address = "";
let shops = 0;
let shop = SHOP;

beforeAll(async () => {
  server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
});
afterAll(() => server.close());
beforeEach(async () => {
  shop = `shop-${(shops += 1)}.myshopify.com`;
});

async function makeStage(stackingRule = "largest_discount", codes: string[] = ["MARIE10"]): Promise<void> {
  await makeShop({ shop, stackingRule });
  await makeProgram("p1", { shop });
  for (const [at, code] of codes.entries()) {
    await makeCreator(`c${at}`, { shop, memberships: [{ program: "p1", partnerId: String(1001 + at) }] });
    await makeCode(`k${at}`, { shop, code, creator: `c${at}`, program: "p1" });
  }
}

async function deliver(body: unknown, topic = "orders/paid"): Promise<void> {
  const raw = writeJson(body);
  const answer = await fetch(address, { method: "POST", headers: signedHeaders(raw, { shop, topic }), body: raw });
  expect(answer.status).toBe(200);
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function orders(): Promise<{ id: string; outcome: string; reason: string | null; credited: bigint; createdAt: Date }[]> {
  return (await pool().query(`select order_id as id, outcome, reason, credited, created_at as "createdAt" from order_state where shop = $1 and outcome is not null order by order_id`, [shop])).rows;
}

async function deliveries(): Promise<{ state: string; reason: string | null }[]> {
  return (await pool().query("select state, reason from delivery where shop = $1 order by seq", [shop])).rows;
}

describe("large and odd, and right all the same", () => {
  const off = (amount: string): [number, string][] => [[0, amount]];
  const cases: { what: string; codes?: string[]; stackingRule?: string; body: Json; credited: bigint }[] = [
    { what: "500 lines", body: orderBody({ lines: Array.from({ length: 500 }, (_, at): LineSketch => ({ id: String(at + 1), price: "3.33", quantity: 3, off: off("0.07") })) }), credited: 500n * (999n - 7n) },
    {
      what: "20 codes, all of them credited", stackingRule: "split", codes: Array.from({ length: 20 }, (_, at) => `CODE${at}`),
      body: orderBody({ codes: Array.from({ length: 20 }, (_, at) => `code${at}`), lines: [{ id: "1", price: "100.01", off: Array.from({ length: 20 }, (_, at): [number, string] => [at, `0.0${(at % 7) + 1}`]) }] }), credited: 10_001n - 77n,
    },
    { what: "a code of 255 emoji", codes: ["🌷".repeat(255)], body: orderBody({ codes: ["🌷".repeat(255)] }), credited: 9_000n },
    { what: "an order that costs nothing", body: orderBody({ lines: [{ id: "1", price: "0.00", off: off("0.00") }] }), credited: 0n },
    { what: "a discount above the price", body: orderBody({ lines: [{ id: "1", price: "5.00", off: off("9.00") }, { id: "2", price: "5.00" }] }), credited: 500n },
    { what: "amounts beyond what a number holds", body: orderBody({ lines: [{ id: "1", price: "90071992547409.93", off: off("0.01") }] }), credited: 9_007_199_254_740_992n },
    {
      what: "nothing but what it cannot do without",
      body: { id: 1001, created_at: "2026-06-10T08:00:00Z", updated_at: "2026-06-10T08:00:00Z", currency: "EUR", financial_status: "paid", discount_applications: [{ type: "discount_code", code: "MARIE10" }], line_items: [{ id: 1, quantity: 1, price: "7.00" }] }, credited: 700n,
    },
  ];
  test.each(cases)("$what", async ({ codes, stackingRule, body, credited }) => {
    await makeStage(stackingRule, codes);
    await deliver(body);
    await settleAll();
    expect(await orders()).toMatchObject([{ outcome: "credited", reason: null, credited }]);
    const page = await openOrder(shop, "1001");
    expect(page?.proof).not.toBeNull();
    expect((await verifyLedger({ shop })).differences).toEqual([]);
  });

  test("ids past 2^53 that differ in their last digit are two orders", async () => {
    await makeStage();
    for (const id of [9007199254740992n, 9007199254740993n, 18446744073709551615n]) await deliver({ ...orderBody(), id, admin_graphql_api_id: undefined });
    await settleAll();
    expect((await orders()).map((order) => [order.id, order.credited])).toEqual([["18446744073709551615", 9_000n], ["9007199254740992", 9_000n], ["9007199254740993", 9_000n]]);
  });

  test.each([
    ["2026-06-10T10:00:00+14:00", "2026-06-09T20:00:00.000Z"],
    ["2026-06-10T10:00:00-09:30", "2026-06-10T19:30:00.000Z"],
    ["2026-06-10T10:00:00+0545", "2026-06-10T04:15:00.000Z"],
    ["2026-06-10T10:00:00.999999999-00:00", "2026-06-10T10:00:00.999Z"],
    ["2026-06-10T10:00Z", "2026-06-10T10:00:00.000Z"],
  ])("an instant written %s", async (text, instant) => {
    await makeStage();
    await deliver(orderBody({ created_at: text }));
    await settleAll();
    expect((await orders())[0]).toMatchObject({ outcome: "credited", createdAt: new Date(instant) });
  });
});

/** All that decides whether and how much is credited, in one body: each of it of the wrong type makes the order unreadable, and names the place. */
const WHOLE = orderBody({
  taxes_included: true,
  lines: [{ id: "1", price: "100.00", quantity: 2, tax: "15.97", off: [[0, "10.00"]] }],
  shipping_lines: [{ discount_allocations: [{ amount_set: money("1.00"), discount_application_index: 0 }] }],
  refunds: [{ id: 7, created_at: null, refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money("9.00"), total_tax_set: money("1.00") }], order_adjustments: [{ kind: "refund_discrepancy", amount_set: money("-1.00") }] }],
});
const AMOUNTS = ["line_items.0.price_set", "line_items.0.discount_allocations.0.amount_set", "line_items.0.tax_lines.0.price_set", "shipping_lines.0.discount_allocations.0.amount_set", "refunds.0.refund_line_items.0.subtotal_set", "refunds.0.refund_line_items.0.total_tax_set", "refunds.0.order_adjustments.0.amount_set"].map((set) => `${set}.shop_money.amount`);
const COUNTS = ["line_items.0.quantity", "line_items.0.current_quantity", "line_items.0.discount_allocations.0.discount_application_index", "refunds.0.refund_line_items.0.quantity"];
const INSTANTS = ["created_at", "updated_at", "cancelled_at"];
const FLAGS = ["test", "taxes_included", "line_items.0.gift_card"];
const LISTS = ["line_items", "discount_applications", "discount_codes", "shipping_lines", "refunds", "note_attributes", "line_items.0.discount_allocations", "line_items.0.tax_lines", "refunds.0.refund_line_items", "refunds.0.order_adjustments"];

function changed(body: Json, path: string, value: unknown): Json {
  const copy = structuredClone(body);
  const steps = path.split(".");
  const holder = steps.slice(0, -1).reduce<Json>((held, step) => held[step] as Json, copy);
  if (value === undefined) delete holder[steps.at(-1)!];
  else holder[steps.at(-1)!] = value;
  return copy;
}

describe("of the wrong type: unreadable, with its place", () => {
  const wrong: [string[], unknown[]][] = [
    [AMOUNTS, [1, 9.5, true, null, [], {}, "", "x", "1e3", "1,00", "0x10", "１", "1.005", "NaN", " 1.00"]],
    [COUNTS, ["1", 1.5, -1, true, [], {}, 1e21]],
    [INSTANTS, [0, 1_780_000_000, true, [], {}, "", "soon", "2026-06-10", "2026-06-10T10:00:00", "2026-13-45T99:00:00Z", "10000-01-01T00:00:00Z"]],
    [FLAGS, ["true", 1, 0, [], {}]],
    [LISTS, ["x", 1, true, { 0: {} }, [null], ["x"], [[]]]],
    [["currency"], ["", "eur", "EURO", 978, null, undefined]],
    [["id"], [null, undefined, "x", -1, 1.5, {}]],
    [["line_items.0.id"], [null, undefined, "x", {}]],
  ];
  const cases = wrong.flatMap(([paths, values]) => paths.flatMap((path) => values.map((value) => [path, value] as const)));
  const own = (body: Json) => changed(changed(body, "admin_graphql_api_id", undefined), "line_items.0.admin_graphql_api_id", undefined);

  test(`${cases.length} of them`, () => {
    expect(readOrder(own(WHOLE), String)).toMatchObject({ ok: true });
    for (const [path, value] of cases) {
      const read = readOrder(changed(own(WHOLE), path, value), String);
      const place = path.replace(/\.shop_money\.amount$/, "").replaceAll(/\.(\d+)/g, "[$1]");
      expect({ path, value, ok: read.ok, reason: read.ok ? null : read.reason.startsWith(place) || place.startsWith("currency") ? "named" : read.reason }).toEqual({ path, value, ok: false, reason: "named" });
    }
  });

  test.each([
    ["a negative quantity", { quantity: -2 }, "line_items[0].quantity is no count"],
    ["more than the ledger's 64 bits hold", { price_set: money("50000000000000000.00"), quantity: 2 }, "line_items come to more than can be kept"],
  ])("and so it is recorded, and shown as nothing else: %s", async (_, fields, reason) => {
    await makeStage();
    await deliver(orderBody({ line_items: [{ ...line({ id: "1", price: "100.00" }), ...fields }] }));
    await settleAll();
    expect(await deliveries()).toEqual([{ state: "unreadable", reason }]);
    expect(await orders()).toEqual([]);
  });
});

const root = join(import.meta.dirname, "..", "..");

function bodiesOf(folder: string, read: (json: Json) => { topic: string; body: Json }[]): { topic: string; body: Json }[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json")).flatMap((name) => read(parseJson(readFileSync(join(folder, name), "utf8")) as Json));
  } catch {
    return []; // the captured bodies may be absent
  }
}

const BODIES = [
  ...bodiesOf(join(root, "test", "cases"), (one) => one.deliveries as { topic: string; body: Json }[]).filter(({ body }) => writeJson(body).length < 20_000),
  ...bodiesOf(join(root, "..", "shared", "payloads"), (body) => [{ topic: Array.isArray(body.line_items) ? "orders/updated" : "order_edit" in body ? "orders/edited" : "refunds/create", body }]),
];

const ODD: unknown[] = [
  undefined, null, true, false, 0, -1, 1.5, 1e21, -0, 9007199254740993n, 99999999999999999999999n, "", " ", "0", "-1.00", "1e5", "NaN", "x".repeat(300), "🌷".repeat(255), "\u0000", "\ud800", "constructor", "__proto__",
  "2026-06-10T10:00:00+14:00", "0001-01-01T00:00:00Z", [], [null], [[]], {}, { id: 1 }, { shop_money: null }, { shop_money: { amount: 1, currency_code: "EUR" } }, { shop_money: { amount: "5.00", currency_code: "USD" } },
];

/** All places of a body, as paths. */
function placesOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  const inside = typeof value !== "object" || value === null ? [] : Array.isArray(value) ? value.map((each, at) => [at, each] as const) : Object.entries(value);
  return [...(path.length > 0 ? [path] : []), ...inside.flatMap(([step, each]) => placesOf(each, [...path, step]))];
}

function spoiled(body: Json, picks: readonly (readonly [number, unknown])[]): Json {
  const copy = structuredClone(body);
  for (const [pick, value] of picks) {
    const places = placesOf(copy);
    const path = places[pick % places.length]!;
    const holder = path.slice(0, -1).reduce<Json>((held, step) => held[step as string] as Json, copy);
    holder[path.at(-1) as string] = structuredClone(value);
  }
  return copy;
}

describe("bodies spoiled by chance", () => {
  const pick = fc.tuple(fc.noBias(fc.nat(1_000_000)), fc.constantFrom(...ODD));
  const spoilt = fc.tuple(fc.noBias(fc.nat(BODIES.length - 1)), fc.array(pick, { minLength: 1, maxLength: 3 })).map(([at, picks]) => ({ topic: BODIES[at]!.topic, body: spoiled(BODIES[at]!.body, picks) }));

  test("are settled or recorded with a reason; what is credited can be proved, and agrees with its facts", async () => {
    expect(BODIES.length).toBeGreaterThan(100);
    await fc.assert(
      fc.asyncProperty(fc.array(spoilt, { minLength: 1, maxLength: 40, size: "max" }), async (all) => {
        shop = `shop-${(shops += 1)}.myshopify.com`;
        await makeStage("split", ["MARIE10", "JONAS15"]);
        await makeCreator("c9", { shop, memberships: [{ program: "p1", partnerId: "1009" }] });
        await makeCode("k9", { shop, code: ".", match: "regex", creator: "c9", program: "p1" });
        for (const { topic, body } of all) await deliver(body, topic);
        await settleAll();
        for (const { state, reason } of await deliveries()) {
          expect(["done", "unreadable", "ignored"]).toContain(state);
          expect(reason).not.toBeNull();
          expect(reason).not.toMatch(/^(not settled|it cannot be kept)/);
        }
        for (const { id, credited } of await orders()) {
          expect(credited >= 0n).toBe(true);
          expect(await openOrder(shop, id)).not.toBeNull();
        }
        expect((await verifyLedger({ shop })).differences).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
