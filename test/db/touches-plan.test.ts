// How PostgreSQL finds what the page Clicks reads in a shop with many clicks: never by going through all of them.
// TOUCHES=1000000 npx vitest run test/db/touches-plan.test.ts fills as many, with a tenth as many orders, and says how long each read takes.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { clicksByCode, clicksOf, clicksOfCode, clicksOfCreator, storefrontState } from "#app/db/reads/touches.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const SHOP = "test-shop.myshopify.com";
const NOW = new Date("2026-11-21T10:00:00Z");
const TOUCHES = Number(process.env.TOUCHES ?? 60_000);
const ORDERS = TOUCHES / 10;
const CREATORS = 40;

/** A year of clicks, of which one in twenty is the network's, and of orders, of which every third names its visitor. Every other click is another shop's. */
async function fill(): Promise<void> {
  await makeMariesShop();
  for (let n = 2; n <= CREATORS; n += 1) {
    await makeCreator(`c${n}`);
    await makeCode(`k${n}`, { code: `CODE${n}`, creator: `c${n}`, program: "p1" });
  }
  await pool().query(
    `insert into touch (shop, at, visitor, creator_id, kind, parameter, click_id, word, source, key, received_at)
     select case when n % 4 < 2 then 'elsewhere.myshopify.com' else $1 end, $2::timestamptz - n * interval '365 days' / $3, 'v' || md5((n / 2)::text), case when n % 20 = 1 then null else 'c' || (1 + n % ${CREATORS}) end,
            case when n % 20 = 1 then 'click_id' else 'link' end, case when n % 20 = 1 then 'irclickid' else 'creator' end, case when n % 20 = 1 then md5('click' || n) end, 'WORD' || n % ${CREATORS}, 'pixel', 'key' || n, $2
       from generate_series(1, $3::int) n`,
    [SHOP, NOW, TOUCHES],
  );
  await pool().query(`insert into click_owner (shop, parameter, click_id, creator_id, state, at) select shop, parameter, click_id, case when id % 3 = 0 then null else 'c1' end, 'found', at from touch where click_id is not null`);
  await pool().query(
    `insert into order_state (shop, order_id, name, created_at, visitor, checkout_token, customer_hash, outcome, currency, credited, evidence, facts)
     select $1, n::text, '#' || n, $2::timestamptz - n * interval '365 days' / $3 + interval '1 hour', case when n % 3 = 0 then 'v' || md5((n * 10 / 2)::text) end, md5('checkout' || n), md5('customer' || n), 'credited', 'EUR', 1000, 'pixel', jsonb_build_object('lines', repeat(md5(n::text), 40))
       from generate_series(1, $3::int) n`,
    [SHOP, NOW, ORDERS],
  );
  await pool().query("insert into visitor_tie (shop, kind, value, visitor, at, received_at) select shop, 'checkout', checkout_token, 'v' || md5((order_id::int * 10 / 2)::text), created_at, created_at from order_state where order_id::int % 2 = 0");
  await pool().query(`insert into decision (shop, order_id, code_id, outcome, creator_id, program_id, clicked) select shop, order_id, 'k' || (1 + order_id::int % ${CREATORS}), 'credited', 'c' || (1 + order_id::int % ${CREATORS}), 'p1', (array['own', 'none', null])[1 + order_id::int % 3] from order_state`);
  await pool().query(`insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at) select shop, order_id, code_id, creator_id, program_id, '1', 'credit', 1000, 'EUR', 'test', '{}', $1 from decision`, [NOW]);
  await pool().query("vacuum analyze touch, order_state, visitor_tie, decision, ledger_entry, click_owner");
}

beforeAll(fill, 300_000);

type Plan = { "Node Type": string; "Relation Name"?: string; "Index Name"?: string; Plans?: Plan[] };

/** The statements that `read` sends, each with its plan, and the milliseconds of the whole. */
async function plansOf(read: () => Promise<unknown>): Promise<{ plans: Plan[]; ms: number }> {
  const own = pool();
  const sent: [string, unknown[]][] = [];
  const query = own.query;
  own.query = ((text: string, values: unknown[]) => {
    sent.push([text, values]);
    return Reflect.apply(query, own, [text, values]) as unknown;
  }) as typeof own.query;
  await read().finally(() => (own.query = query));
  const began = performance.now();
  await read();
  const ms = performance.now() - began;
  const found = await Promise.all(sent.map(([text, values]) => own.query<{ "QUERY PLAN": { Plan: Plan }[] }>(`explain (format json) ${text}`, values)));
  return { plans: found.map(({ rows }) => rows[0]!["QUERY PLAN"][0]!.Plan), ms };
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

const span = (days: number) => ({ days, now: NOW, timezone: "Europe/Berlin" });
const reads: [string, () => Promise<unknown>][] = [
  ...[7, 30, 90].flatMap((days): [string, () => Promise<unknown>][] => [
    [`the clicks of ${days} days`, () => clicksOf(SHOP, span(days))],
    [`a creator's clicks of ${days} days`, () => clicksOfCreator(SHOP, span(days), "c7")],
    [`the codes of ${days} days`, () => clicksByCode(SHOP, span(days))],
  ]),
  ["the orders of a code", () => clicksOfCode(SHOP, "k7")],
  ["the storefront", () => storefrontState(SHOP)],
];

describe(`with ${TOUCHES} clicks`, () => {
  it.each(reads)("%s are found by an index", async (name, read) => {
    const { plans, ms } = await plansOf(read);
    if (process.env.TOUCHES) console.log(`${name}: ${Math.round(ms)} ms`);
    const nodes = plans.flatMap(nodesOf);
    expect(nodes.length).toBeGreaterThan(1);
    expect(nodes.filter((node) => node["Node Type"].includes("Seq Scan")).map((node) => node["Relation Name"])).not.toContain("touch");
  }, 60_000);

  it("what the reads add up to is what was filled in", async () => {
    const { now, unknown } = await clicksOf(SHOP, { ...span(7), now: NOW });
    const { rows } = await pool().query<{ clicks: number }>("select count(*)::int as clicks from touch where shop = $1 and at >= '2026-11-14T23:00:00Z' and at <= $2", [SHOP, NOW]);
    expect(now.clicks + unknown.clicks).toBe(rows[0]!.clicks);
    expect(now.clicks).toBeGreaterThan(unknown.clicks);
  });
});
