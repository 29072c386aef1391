// The ledger against the facts: a shop in order is clean, and whatever is bent afterwards is found and named.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { addTouch } from "#app/db/touch.ts";
import type { Difference } from "#app/domain/verify.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { testEnv } from "#test/support/env.ts";
import { money, orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop, makeProgram, makeShop } from "#test/support/shop.ts";

const database = useDatabase();

let shops = 0;
let shop = "";
beforeEach(() => {
  shop = `verify-${(shops += 1)}.myshopify.com`;
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

const refund = (subtotal: string) => ({ id: 7, admin_graphql_api_id: "gid://shopify/Refund/7", created_at: "2026-06-11T10:00:00+02:00", refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money(subtotal), total_tax_set: money("0.00") }], order_adjustments: [] });

/** Marie's shop with three orders in the ledger: 1001 and 1002 credited with 90.00, 1003 without a code. */
async function makeThreeOrders(own = shop): Promise<void> {
  await makeMariesShop(own);
  for (const id of ["1001", "1002"]) await note(orderBody({ id }), { shop: own });
  await note(orderBody({ id: "1003", codes: [] }), { shop: own });
  await settleAll();
}

/** What was found, in the words of the case: only the parts that say something. */
async function found(own = shop): Promise<Partial<Difference>[]> {
  const { differences } = await verifyLedger({ shop: own });
  return differences.map(({ shop: _shop, ...rest }) => Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)));
}

async function sql(text: string, values: unknown[] = []): Promise<void> {
  const { rowCount } = await pool().query(text, values);
  if (rowCount === 0) throw new Error(`changed nothing: ${text}`);
}

async function addEntry(entry: { orderId: string; amount: number; own?: string; code?: string; creator?: string; line?: string; currency?: string }): Promise<void> {
  const { orderId, amount, own = shop, code = "k1", creator = "c1", line = "1", currency = "EUR" } = entry;
  await sql(
    `insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at) values ($1, $2, $3, $4, 'p1', $5, 'adjustment', $6, $7, 'stray', '{}', '2026-06-12')`,
    [own, orderId, code, creator, line, amount, currency],
  );
}

describe("a shop in order is clean", () => {
  test("credited, refunded, deleted, cancelled, stale and without a code", async () => {
    await makeThreeOrders();
    await note(orderBody({ updated_at: "2026-06-11T10:00:00+02:00", financial_status: "partially_refunded", refunds: [refund("40.00")] }), { shop });
    await noteHint("orders/delete", "1002", shop);
    await note(orderBody({ id: "1004", cancelled_at: "2026-06-10T11:00:00+02:00" }), { shop });
    await note(orderBody({ id: "1005", financial_status: "pending", updated_at: "2026-06-10T12:00:00+02:00" }), { shop });
    await note(orderBody({ id: "1005" }), { shop }); // older, but it shows that the order was paid
    await noteHint("refunds/create", "1006", shop); // known by name only
    await settleAll();
    expect(await verifyLedger({ shop })).toEqual({ shops: 1, orders: 6, balances: 3, withoutFacts: 1, redacted: 0, waiting: 0, ordersWithDifferences: 0, differenceCount: 0, differences: [], sums: { shops: 0, compared: 0, differenceCount: 0, differences: [] } });
  });

  test("split between creators, and a stacking rule that changed since", async () => {
    await makeShop({ shop, stackingRule: "split" });
    await makeProgram("p1", { shop });
    for (const at of ["1", "2"]) {
      await makeCreator(`c${at}`, { shop, memberships: [{ program: "p1", partnerId: at }] });
      await makeCode(`k${at}`, { shop, code: `CODE${at}`, creator: `c${at}`, program: "p1" });
    }
    await note(orderBody({ codes: ["CODE1", "CODE2"], lines: [{ id: "1", price: "100.01", off: [[0, "10.00"], [1, "5.00"]] }] }), { shop });
    await settleAll();
    await sql("insert into shop_rule (shop, valid_from, stacking_rule) values ($1, '2026-07-01', 'first_listed')", [shop]);
    expect(await verifyLedger({ shop })).toMatchObject({ orders: 1, balances: 2, differenceCount: 0 });
  });

  test("a generic code whose credit a late click moved to another creator; until it is settled the order waits", async () => {
    await makeShop({ shop });
    await makeProgram("p1", { shop });
    for (const id of ["c1", "c2"]) await makeCreator(id, { shop, memberships: [{ program: "p1", partnerId: id }] });
    await makeCode("k1", { shop, code: "SUMMER", creator: null, program: "p1" });
    const click = (creatorId: string, at: string) => addTouch(shop, { at: new Date(at), visitor: "v1", creatorId, clickId: `click-${creatorId}` }, new Date("2026-06-11T10:00:00Z"));
    await click("c1", "2026-06-08T10:00:00Z");
    await note(orderBody({ codes: ["SUMMER"], note_attributes: [{ name: "creator_visitor", value: "v1" }] }), { shop });
    await settleAll();
    await click("c2", "2026-06-09T10:00:00Z");
    expect(await verifyLedger({ shop })).toMatchObject({ waiting: 1, differenceCount: 0 });
    await settleAll();
    // Both creators have an account; the first one's is back at 0.
    expect(await verifyLedger({ shop })).toMatchObject({ orders: 1, balances: 2, waiting: 0, differenceCount: 0 });
  });

  test("a code that was linked to its creator after the order was settled", async () => {
    await makeThreeOrders();
    await note(orderBody({ id: "1007", codes: ["ADOPTED"] }), { shop });
    await note(orderBody({ id: "1008", codes: ["MARIE10", "ADOPTED"] }), { shop });
    await settleAll();
    await makeCode("k2", { shop, code: "ADOPTED", creator: "c1", program: "p1", createdAt: "2026-06-20T00:00:00Z" });
    expect(await found()).toEqual([]);
    // Settled again it is on record as before_code: that is in order too.
    await note(orderBody({ id: "1007", codes: ["ADOPTED"], updated_at: "2026-06-21T10:00:00+02:00" }), { shop });
    await settleAll();
    expect(await found()).toEqual([]);
    // Retired and given anew, it is another code: the one on record stands.
    await sql("update code set retired_at = '2026-07-01' where shop = $1 and id = 'k2'", [shop]);
    await makeCode("k3", { shop, code: "ADOPTED", creator: "c1", program: "p1", createdAt: "2026-07-02T00:00:00Z" });
    expect(await found()).toEqual([]);
    await sql("update decision set outcome = 'credited', reason = null where shop = $1 and code_id = 'k2'", [shop]);
    expect(await found()).toMatchObject([{ orderId: "1007", kind: "decision", codeId: "k2", found: "credited, creator c1, program p1, place 0" }]);
  });

  test("facts that were removed: the order is counted and its sum still compared", async () => {
    await makeThreeOrders();
    await sql("update order_state set facts = null where shop = $1", [shop]);
    expect(await verifyLedger({ shop })).toMatchObject({ orders: 3, withoutFacts: 3, differenceCount: 0 });
    await sql("update order_state set credited = 1 where shop = $1 and order_id = '1002'", [shop]);
    expect(await found()).toEqual([{ orderId: "1002", kind: "credited", currency: "EUR", expected: "9000", found: "1" }]);
  });
});

describe("what was bent is found and named", () => {
  const account = { codeId: "k1", creatorId: "c1", programId: "p1", lineId: "1", currency: "EUR" };

  test.each<{ name: string; bend: () => Promise<void>; differences: Partial<Difference>[] }>([
    {
      name: "a stray entry of a known account",
      bend: () => addEntry({ orderId: "1001", amount: 500 }),
      differences: [{ orderId: "1001", kind: "balance", ...account, expected: "9000", found: "9500" }],
    },
    {
      name: "a stray entry for another creator and line",
      bend: () => addEntry({ orderId: "1002", amount: 1, creator: "c9", line: "9" }),
      differences: [{ orderId: "1002", kind: "balance", ...account, creatorId: "c9", lineId: "9", expected: "0", found: "1" }],
    },
    {
      name: "a stray entry in another currency",
      bend: () => addEntry({ orderId: "1001", amount: 1, currency: "USD" }),
      differences: [{ orderId: "1001", kind: "balance", ...account, currency: "USD", expected: "0", found: "1" }],
    },
    {
      name: "an entry of an order that nobody knows, between the known ones",
      bend: () => addEntry({ orderId: "10015", amount: -3 }),
      differences: [{ orderId: "10015", kind: "no_facts", ...account, expected: "0", found: "-3" }],
    },
    {
      name: "an entry of an order that is only known by name",
      bend: async () => {
        await noteHint("refunds/create", "2001", shop);
        await settleAll();
        await addEntry({ orderId: "2001", amount: 7 });
      },
      differences: [{ orderId: "2001", kind: "no_facts", ...account, expected: "0", found: "7" }],
    },
    {
      name: "a price in the facts",
      bend: () => sql(`update order_state set facts = jsonb_set(facts, '{lines,0,price}', '"20000"') where shop = $1 and order_id = '1002'`, [shop]),
      differences: [
        { orderId: "1002", kind: "balance", ...account, expected: "19000", found: "9000" },
        { orderId: "1002", kind: "credited", currency: "EUR", expected: "19000", found: "9000" },
      ],
    },
    {
      name: "facts that are none",
      bend: () => sql(`update order_state set facts = facts - 'applications' where shop = $1 and order_id = '1001'`, [shop]),
      differences: [{ orderId: "1001", kind: "unreadable", found: expect.stringContaining("undefined") as unknown as string }],
    },
    {
      name: "a decision that is gone",
      bend: () => sql("delete from decision where shop = $1 and order_id = '1001'", [shop]),
      differences: [{ orderId: "1001", kind: "decision", codeId: "k1", creatorId: "c1", programId: "p1", expected: "credited, creator c1, program p1, place 0" }],
    },
    {
      name: "a decision that no creator code matched, gone",
      bend: () => sql("delete from decision where shop = $1 and order_id = '1003'", [shop]),
      differences: [{ orderId: "1003", kind: "decision", expected: "not_credited, no_creator_code, place 0" }],
    },
    {
      name: "a decision that says something else",
      bend: () => sql("update decision set outcome = 'not_credited', reason = 'outranked' where shop = $1 and order_id = '1001'", [shop]),
      differences: [{ orderId: "1001", kind: "decision", codeId: "k1", creatorId: "c1", programId: "p1", expected: "credited, creator c1, program p1, place 0", found: "not_credited, outranked, creator c1, program p1, place 0" }],
    },
    {
      name: "a decision too many, and one of an order that nobody knows",
      bend: async () => {
        await sql("insert into decision (shop, order_id, code_id, outcome, place) values ($1, '1003', 'k9', 'credited', 1)", [shop]);
        await sql("insert into decision (shop, order_id, code_id, outcome, place) values ($1, '9999', 'k9', 'credited', 0)", [shop]);
      },
      differences: [
        { orderId: "1003", kind: "decision", codeId: "k9", found: "credited, place 1" },
        { orderId: "9999", kind: "decision", codeId: "k9", found: "credited, place 0" },
      ],
    },
    {
      name: "the order's roll-up",
      bend: () => sql("update order_state set outcome = 'not_credited', reason = 'no_click', credited = 1, currency = 'USD' where shop = $1 and order_id = '1001'", [shop]),
      differences: [
        { orderId: "1001", kind: "outcome", currency: "EUR", expected: "credited", found: "not_credited" },
        { orderId: "1001", kind: "reason", currency: "EUR", found: "no_click" },
        { orderId: "1001", kind: "credited", currency: "EUR", expected: "9000", found: "1" },
        { orderId: "1001", kind: "currency", currency: "EUR", expected: "EUR", found: "USD" },
      ],
    },
    {
      name: "an order that is gone, with all that the ledger has of it",
      bend: () => sql("delete from order_state where shop = $1 and order_id = '1002'", [shop]),
      differences: [
        { orderId: "1002", kind: "no_facts", ...account, expected: "0", found: "9000" },
        { orderId: "1002", kind: "decision", codeId: "k1", creatorId: "c1", programId: "p1", found: "credited, creator c1, program p1, place 0" },
      ],
    },
  ])("$name", async ({ bend, differences }) => {
    await makeThreeOrders();
    expect(await found()).toEqual([]);
    await bend();
    expect(await found()).toEqual(differences);
  });

  test("a click that is noted does not excuse the other orders", async () => {
    await makeThreeOrders();
    await note(orderBody({ id: "1004", note_attributes: [{ name: "creator_visitor", value: "v1" }] }), { shop });
    await settleAll();
    await addTouch(shop, { at: new Date("2026-06-09T10:00:00Z"), visitor: "v1", creatorId: "c1", clickId: null }, new Date("2026-06-11T10:00:00Z"));
    await addEntry({ orderId: "1001", amount: 500 });
    expect(await verifyLedger({ shop })).toMatchObject({ waiting: 0, ordersWithDifferences: 1, differenceCount: 1 });
    await settleAll();
  });
});

describe("many orders", () => {
  /** Copies order 1001 under the ids 5000 to 5000 + count - 1. */
  async function copy(count: number): Promise<void> {
    const ids = `generate_series(5000, 4999 + ${count}) as g`;
    await sql(`insert into order_state select (jsonb_populate_record(o, jsonb_build_object('order_id', g::text))).* from order_state o, ${ids} where shop = $1 and order_id = '1001'`, [shop]);
    await sql(`insert into decision select (jsonb_populate_record(d, jsonb_build_object('order_id', g::text))).* from decision d, ${ids} where shop = $1 and order_id = '1001'`, [shop]);
    await sql(
      `insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)
        select shop, g::text, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at from ledger_entry, ${ids} where shop = $1 and order_id = '1001'`,
      [shop],
    );
  }

  test("every page is looked at once, progress is told, and the first 1,000 differences are listed", async () => {
    await makeThreeOrders();
    await copy(1_600);
    const told: [number, number][] = [];
    expect(await verifyLedger({ shop, onProgress: (done, total) => told.push([done, total]) })).toMatchObject({ orders: 1_603, balances: 1_602, differenceCount: 0 });
    expect(told.length).toBeGreaterThan(3);
    expect(told.at(-1)).toEqual([1_603, 1_603]);
    await sql("update order_state set credited = 0 where shop = $1 and outcome = 'credited'", [shop]);
    const bent = await verifyLedger({ shop });
    expect(bent).toMatchObject({ ordersWithDifferences: 1_602, differenceCount: 1_602 });
    expect(bent.differences).toHaveLength(1_000);
  });

  test("it can be stopped", async () => {
    await makeThreeOrders();
    await copy(1_200);
    const stopping = new AbortController();
    let pages = 0;
    const running = verifyLedger({
      shop, signal: stopping.signal,
      onProgress: () => {
        pages += 1;
        stopping.abort();
      },
    });
    await expect(running).rejects.toThrow(/abort/);
    expect(pages).toBe(1);
  });
});

test("while orders are being settled every page is in order", async () => {
  await makeMariesShop(shop);
  for (let id = 3001; id < 3421; id++) {
    await note(orderBody({ id: String(id) }), { shop });
    await note(orderBody({ id: String(id), updated_at: "2026-06-11T10:00:00+02:00", financial_status: "refunded", refunds: [refund("90.00")] }), { shop });
  }
  let settled = false;
  const settling = settleAll().finally(() => (settled = true));
  const counts: number[] = [];
  while (!settled) {
    const { orders, differences } = await verifyLedger({ shop });
    expect(differences).toEqual([]);
    counts.push(orders);
  }
  await settling;
  expect(counts.length).toBeGreaterThan(1);
  expect(await verifyLedger({ shop })).toMatchObject({ orders: 420, differenceCount: 0 });
});

test("two shops are kept apart", async () => {
  const other = `other-${shop}`;
  await makeThreeOrders();
  await makeThreeOrders(other);
  await addEntry({ orderId: "1001", amount: 500, own: other });
  expect(await found()).toEqual([]);
  expect(await found(other)).toMatchObject([{ orderId: "1001", kind: "balance", found: "9500" }]);
  const all = await verifyLedger();
  expect(all.shops).toBeGreaterThanOrEqual(2);
  expect(all.differences.filter((difference) => [shop, other].includes(difference.shop))).toMatchObject([{ shop: other, orderId: "1001" }]);
});

describe("the command", () => {
  function run(words: string[], env: Record<string, string> = {}): { code: number | null; out: string; told: string } {
    const ran = spawnSync(process.execPath, ["app/ledger.ts", ...words], {
      cwd: join(import.meta.dirname, "..", ".."), encoding: "utf8",
      env: { PATH: process.env.PATH, ...testEnv, DATABASE_URL: database.url, ...env },
    });
    return { code: ran.status, out: ran.stdout, told: ran.stderr };
  }

  test("0 where the ledger agrees, with progress on stderr", async () => {
    await makeThreeOrders();
    const ran = run(["verify", "--shop", shop]);
    expect(ran).toMatchObject({ code: 0, out: "3 orders of 1 shop: 2 balances computed once more from the stored facts.\nThe ledger agrees.\n" });
    expect(ran.told).toMatch(/^3 of 3 orders \(100 %\), [\d,]+ a second\n$/);
  });

  test("1 where it does not: each difference in a sentence, or all as one JSON object", async () => {
    await makeThreeOrders();
    await addEntry({ orderId: "1001", amount: 500 });
    const ran = run(["verify", "--shop", shop]);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(`1 difference in 1 order:\n  ${shop}, order 1001: the balance of code k1, creator c1, program p1, line 1 is 95.00 EUR, and should be 90.00 EUR\n`);
    const json = run(["verify", "--shop", shop, "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ orders: 3, differenceCount: 1, differences: [{ shop, orderId: "1001", kind: "balance", lineId: "1", currency: "EUR", expected: "9000", found: "9500" }] });
  });

  test.each<{ name: string; words: string[]; env: Record<string, string>; told: RegExp }>([
    { name: "no word", words: [], env: {}, told: /^usage: / },
    { name: "another word", words: ["mend"], env: {}, told: /^usage: / },
    { name: "an option that is not known", words: ["verify", "--fix"], env: {}, told: /^usage: / },
    { name: "a shop that is not known", words: ["verify", "--shop", "nobody.myshopify.com"], env: {}, told: /no shop nobody\.myshopify\.com/ },
    { name: "an environment that is not complete", words: ["verify"], env: { HASH_KEYS: "" }, told: /HASH_KEYS: is missing/ },
    { name: "a database that does not answer", words: ["verify"], env: { DATABASE_URL: "postgresql://127.0.0.1:9/none" }, told: /could not be verified: .*ECONNREFUSED/ },
  ])("2: $name", ({ words, env, told }) => {
    const ran = run(words, env);
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.told).toMatch(told);
  });
});
