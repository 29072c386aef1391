// How PostgreSQL finds the pages of lists in a shop with many orders and codes: never by going through all of them; and that what is found so is what there is.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { countCodes, listCodes } from "#app/db/reads/code-list.ts";
import { creatorsToGive } from "#app/db/reads/codes.ts";
import { codesOfCreator, ordersOfCreator } from "#app/db/reads/creators.ts";
import { listDeals } from "#app/db/reads/deals.ts";
import { listOrders } from "#app/db/reads/orders.ts";
import { rebuildSums } from "#app/flow/sums.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeProgram, makeShop } from "#test/support/shop.ts";

useDatabase();

const NOW = new Date("2026-11-21T10:00:00Z");
const CODES = 20_000;
const CREATORS = 2_000;
const DEALS = 40;
/** The first thousand codes sell. */
const ORDERS = 20_000;

/** Two years of orders. Of a hundred codes one is retired; of a thousand one is refused in the store, and one waits. */
async function fill(): Promise<void> {
  await makeShop({ shop: SHOP });
  await makeProgram("p1", { shop: SHOP, network: "none" });
  const fills: [string, unknown[]][] = [
    [`insert into creator (shop, id, name, created_at) select $1, 'c' || n, 'Creator ' || n, '2020-01-01' from generate_series(0, ${CREATORS - 1}) n`, [SHOP]],
    [`insert into deal (shop, id, name, terms, starts_at, next_at, created_at) select $1, 'd' || n, 'Deal ' || n, '{}', '2020-01-01', 'infinity', '2020-01-01' from generate_series(0, ${DEALS - 1}) n`, [SHOP]],
    [`insert into code (shop, id, code, key, match, deal_id, created_at, retired_at) select $1, 'k' || n, 'CODE' || n, 'CODE' || n, 'exact', 'd' || n % ${DEALS}, '2020-01-01', case when n % 100 = 99 then $2::timestamptz end from generate_series(0, ${CODES - 1}) n`, [SHOP, NOW]],
    [`insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select $1, 'k' || n, '2020-01-01', 'c' || n % ${CREATORS}, 'p1', 'always' from generate_series(0, ${CODES - 1}) n`, [SHOP]],
    [`insert into code_placement (shop, code_id, target, wanted, state, next_at) select $1, 'k' || n, 'store', case when n % 100 = 99 then 'gone' else 'live' end,
        case when n % 100 = 99 then 'expired' when n % 1000 = 7 then 'refused' when n % 1000 = 8 then 'waiting' else 'live' end, '2030-01-01' from generate_series(0, ${CODES - 1}) n`, [SHOP]],
    [`insert into order_state (shop, order_id, name, created_at, outcome, currency, credited, facts, settled_at) select $1, n::text, '#' || n, $2::timestamptz - n * interval '730 days' / ${ORDERS}, 'credited', 'EUR', 1000, '{}', $2 from generate_series(1, ${ORDERS}) n`, [SHOP, NOW]],
    [`insert into decision (shop, order_id, code_id, outcome, creator_id, program_id) select $1, n::text, 'k' || n % 1000, 'credited', 'c' || n % 1000, 'p1' from generate_series(1, ${ORDERS}) n`, [SHOP]],
    [`insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)
        select o.shop, o.order_id, d.code_id, d.creator_id, 'p1', '1', 'credit', 1000, 'EUR', 'test', '{}', o.created_at + interval '1 minute' from order_state o join decision d on d.shop = o.shop and d.order_id = o.order_id`, []],
    [`insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)
        select shop, order_id, code_id, creator_id, 'p1', '1', 'reversal', -1000, 'EUR', 'back', '{}', $1 from ledger_entry where order_id::int % 7 = 0`, [NOW]],
  ];
  for (const [text, values] of fills) await pool().query(text, values);
  await pool().query("vacuum analyze");
  await rebuildSums({ shop: SHOP });
  await pool().query("analyze");
}

beforeAll(fill, 300_000);

type Plan = { "Node Type": string; "Relation Name"?: string; Plans?: Plan[] };

/** The tables that `read` goes through from one end to the other. */
async function readThrough(read: () => Promise<unknown>): Promise<{ through: string[]; tables: string[] }> {
  const own = pool();
  const sent: [string, unknown[]][] = [];
  const query = own.query;
  own.query = ((asked: string | { text: string; values: unknown[] }, values: unknown[]) => {
    sent.push(typeof asked === "string" ? [asked, values] : [asked.text, asked.values]);
    return Reflect.apply(query, own, [asked, values]) as unknown;
  }) as typeof own.query;
  await read().finally(() => (own.query = query));
  const found = await Promise.all(sent.map(([text, values]) => own.query<{ "QUERY PLAN": { Plan: Plan }[] }>(`explain (format json) ${text}`, values)));
  const nodes = found.flatMap(({ rows }) => nodesOf(rows[0]!["QUERY PLAN"][0]!.Plan));
  const names = (of: Plan[]) => [...new Set(of.flatMap((node) => node["Relation Name"] ?? []))];
  return { through: names(nodes.filter((node) => node["Node Type"].includes("Seq Scan"))), tables: names(nodes) };
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

const LARGE = ["code", "code_term", "code_placement", "order_state", "decision", "ledger_entry"];
const codes = { view: "every", q: "", creatorId: "", dealId: "", sort: "wrong", page: 1, now: NOW };
const orders = { view: "codes", q: "", creatorId: "", sort: "newest", page: 1 };

const reads: [string, () => Promise<unknown>][] = [
  ["all codes, what is wrong first", () => listCodes(SHOP, codes)],
  ["all codes, the newest first", () => listCodes(SHOP, { ...codes, sort: "newest" })],
  ["the codes that need a hand", () => listCodes(SHOP, { ...codes, view: "wrong" })],
  ["the codes under way", () => listCodes(SHOP, { ...codes, view: "waiting" })],
  ["a creator's codes", () => codesOfCreator(SHOP, "c7", NOW)],
  ["the creators that codes can be given to", () => creatorsToGive(SHOP, ["c7"], NOW)],
  ["a creator's newest orders", () => ordersOfCreator(SHOP, "c7")],
  ["the orders of a creator", () => listOrders(SHOP, { ...orders, creatorId: "c7" })],
];

describe("with many orders and codes", () => {
  it.each(reads)("%s are found without going through a table", async (_, read) => {
    const { through, tables } = await readThrough(read);
    expect(tables.length).toBeGreaterThan(1);
    expect(through.filter((table) => LARGE.includes(table))).toEqual([]);
  }, 60_000);

  it("the list of deals adds up no entries", async () => {
    const { tables } = await readThrough(() => listDeals(SHOP, { view: "all", q: "", sort: "newest", page: 1, now: NOW }));
    expect(tables).toContain("sum_period");
    expect(tables).not.toContain("ledger_entry");
  }, 60_000);

  it("the list of codes puts what is wrong on top, then what is under way, and pages without a gap", async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => listCodes(SHOP, { ...codes, page })));
    const shown = pages.flatMap(({ rows }) => rows.map(({ id }) => Number(id.slice(1))));
    const each = (rest: number) => Array.from({ length: CODES / 1000 }, (_, at) => CODES - 1000 - at * 1000 + rest);
    const steady = Array.from({ length: 150 }, (_, at) => CODES - 1 - at).filter((n) => n % 100 !== 99 && n % 1000 !== 7 && n % 1000 !== 8);
    expect(shown).toEqual([...each(7), ...each(8), ...steady].slice(0, 150));
    expect(pages[0]).toMatchObject({ total: 10_000, more: true });
    expect(await countCodes(SHOP)).toEqual({ all: CODES, wrong: CODES / 1000, waiting: CODES / 1000, coming: CODES / 1000, live: CODES * 0.99 - CODES / 1000, retired: CODES / 100 });
  }, 60_000);

  it.each([
    ["a code", { q: "code99" }, (n: number) => /99/.test(`${n % 1000}`) && `${n % 1000}`.startsWith("99")],
    ["a creator's name", { q: "reator 7" }, (n: number) => `${n % 1000}`.startsWith("7")],
    ["an order's name", { q: "#123" }, (n: number) => `${n}`.startsWith("123")],
    ["an order's id", { q: "19999" }, (n: number) => n === 19_999],
    ["nothing", { q: "nowhere" }, () => false],
    ["a creator", { creatorId: "c7" }, (n: number) => n % 1000 === 7],
    ["a creator and a code", { creatorId: "c7", q: "code7" }, (n: number) => n % 1000 === 7],
    ["a creator and another's code", { creatorId: "c7", q: "code8" }, () => false],
  ])("orders are found by %s", async (_, asked, has) => {
    const found = Array.from({ length: ORDERS }, (_, at) => at + 1).filter(has);
    const { rows, total } = await listOrders(SHOP, { ...orders, ...asked });
    expect(rows.map(({ orderId }) => Number(orderId))).toEqual(found.slice(0, 50));
    expect(total).toBe(Math.min(found.length, 10_000));
  }, 60_000);

  it("a creator's newest orders are the newest, those that were taken back too", async () => {
    const found = await ordersOfCreator(SHOP, "c7");
    expect(found.map(({ orderId, amount, reversed }) => [Number(orderId), amount, reversed])).toEqual(
      Array.from({ length: 20 }, (_, at) => 7 + at * 1000).map((n) => [n, n % 7 === 0 ? "0" : "1000", n % 7 === 0 ? "1000" : "0"]),
    );
  }, 60_000);
});
