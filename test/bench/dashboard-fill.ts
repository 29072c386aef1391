// A shop with millions of orders of two years, filled by SQL: orders, ledger, decisions, what networks were told, deliveries. The daily sums are then built from the
// ledger by the app's own building.
import pg from "pg";
import { pool } from "#app/db.server.ts";

export const DASHBOARD_SHOP = "dashboard-bench.myshopify.com";
export const ZONE = "Europe/Berlin";

const CREATORS = 3_000;
const CODES = 5_000;
const DAYS = 730;
const STEP = 500_000;

/**
 * What becomes of order `i` of `n`: a code that is the likelier the lower its number, an amount, and when. Of twelve orders one is refunded in part, within forty
 * days; of a hundred seven are not credited, and one is credited to two.
 */
const FUNCTIONS = `
  create function h(i bigint, salt int) returns bigint language sql immutable as $$ select abs(hashint8(i * 31 + salt)::bigint) $$;
  create function code_of(i bigint) returns int language sql immutable as $$ select floor(${CODES} * power(h(i, 1) / 2147483649.0, 2))::int $$;
  create function made(i bigint, n bigint, now timestamptz) returns timestamptz language sql immutable as $$ select date_trunc('milliseconds', now - interval '1 minute' - (n - i) * (interval '${DAYS} days' / n)) $$;
  create function gross(i bigint) returns bigint language sql immutable as $$ select 1500 + h(i, 2) % 20000 $$;
  create function credited(i bigint) returns boolean language sql immutable as $$ select i % 100 not between 20 and 26 $$;
  create function returned(i bigint) returns bigint language sql immutable as $$ select case when i % 12 = 5 then gross(i) / 2 else 0 end $$;
  create function beside(i bigint) returns bigint language sql immutable as $$ select case when i % 100 = 7 then 700 else 0 end $$`;

const ORDER_ID = "(6000000000000 + i)::text";
const AT = "made(i, n, now)";
const ROWS = "from (select $3::bigint as n, $4::timestamptz as now) v, generate_series($1::bigint, $2::bigint) i";
const SHOP = `'${DASHBOARD_SHOP}'`;
const ENTRY = `insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)`;

/** Each for the orders $1 to $2 of $3, at the time $4. */
const TABLES: Record<string, string[]> = {
  order_state: [`insert into order_state (shop, order_id, name, created_at, updated_ns, triggered_ns, facts, ever_paid, outcome, reason, currency, credited, settled_at, cause, checkout_token, customer_hash)
    select ${SHOP}, ${ORDER_ID}, '#' || i, ${AT}, i, i, jsonb_build_object('id', ${ORDER_ID}, 'lines', jsonb_build_array(jsonb_build_object('id', '1', 'gross', gross(i)::text))), true,
      case when credited(i) then 'credited' else 'not_credited' end, case when credited(i) then null else 'outside_window' end, 'EUR', case when credited(i) then gross(i) - returned(i) + beside(i) else 0 end,
      ${AT}, 'w-' || i, md5(i::text), md5((i / 3)::text) ${ROWS}`],
  ledger_entry: [
    `${ENTRY} select ${SHOP}, ${ORDER_ID}, 'k' || code_of(i), 'c' || code_of(i) % ${CREATORS}, 'p1', '1', 'credit', gross(i), 'EUR', 'w-' || i, '{}', ${AT} + interval '1 second' ${ROWS} where credited(i)`,
    `${ENTRY} select ${SHOP}, ${ORDER_ID}, 'k' || (code_of(i) + 1) % ${CODES}, 'c' || (code_of(i) + 1) % ${CODES} % ${CREATORS}, 'p1', '1', 'credit', beside(i), 'EUR', 'w-' || i, '{}', ${AT} + interval '1 second' ${ROWS} where credited(i) and beside(i) > 0`,
    `${ENTRY} select ${SHOP}, ${ORDER_ID}, 'k' || code_of(i), 'c' || code_of(i) % ${CREATORS}, 'p1', '1', 'reversal', -returned(i), 'EUR', 'r-' || i, '{}', least(${AT} + (h(i, 3) % 57600) * interval '1 minute', now) ${ROWS} where credited(i) and returned(i) > 0`,
  ],
  decision: [`insert into decision (shop, order_id, code_id, outcome, reason, creator_id, program_id, place)
    select ${SHOP}, ${ORDER_ID}, 'k' || code_of(i), case when credited(i) then 'credited' else 'not_credited' end, case when credited(i) then null else 'outside_window' end, 'c' || code_of(i) % ${CREATORS}, 'p1', 0 ${ROWS}`],
  // The last hundred thousand wait for the hours of their account; a few were refused.
  conversion: [`insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, currency, event_at, target, sent, state, action_id, lock_at, payout_read_at, payout_state, next_at, problem, created_at, changed_at)
    select ${SHOP}, ${ORDER_ID}, 1, ${ORDER_ID}, 'p1', 'k' || code_of(i), 'c' || code_of(i) % ${CREATORS}, 'EUR', ${AT}, '[]', case when i <= n - waiting then '[]'::jsonb end,
      case when i > n - waiting then 'waiting' when i % 20000 = 7 then 'stuck' else 'reported' end, case when i <= n - waiting then 'a-' || i end, ${AT} + interval '40 days', case when i <= n - waiting then now end,
      case when i <= n - waiting then 'approved' end, case when i > n - waiting then ${AT} end, case when i <= n - waiting and i % 20000 = 7 then 'no_partner' end, ${AT}, ${AT}
    ${ROWS}, lateral (select least(n / 10, 100000) as waiting) w where credited(i)`],
  delivery: [`insert into delivery (shop, webhook_id, topic, triggered_ns, updated_ns, received_at, order_id, body_hash, state, done_at)
    select ${SHOP}, 'w-' || i, 'orders/paid', i, i, ${AT}, ${ORDER_ID}, '', 'done', ${AT} ${ROWS} where i > n * 9 / 10`],
};

/** Fills the database that DATABASE_URL names. `say` hears how long each table took. */
export async function fillDashboard(orders: number, now: Date, say: (text: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'");
    await client.query(FUNCTIONS);
    await client.query(shopSql(), [DASHBOARD_SHOP, now]);
    for (const statement of RULES) await client.query(statement, [DASHBOARD_SHOP]);
    for (const [table, inserts] of Object.entries(TABLES)) {
      const began = performance.now();
      const { rows } = await client.query<{ name: string; text: string }>(
        "select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text from pg_index i where i.indrelid = $1::regclass and not i.indisprimary",
        [table],
      );
      for (const { name } of rows) await client.query(`drop index ${name}`);
      for (let from = 1; from <= orders; from += STEP) for (const insert of inserts) await client.query(insert, [from, Math.min(orders, from + STEP - 1), orders, now]);
      for (const { text } of rows) await client.query(text);
      await client.query(`vacuum (analyze) ${table}`);
      say(`${table}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}

function shopSql(): string {
  return `insert into shop (shop, name, email, currency, timezone, created_at, swept_at, sweep_tried_at) values ($1, 'Bench', 'shop@bench.example', 'EUR', '${ZONE}', '2020-01-01', $2, $2)`;
}

const RULES = [
  "insert into shop_rule (shop, valid_from, stacking_rule) values ($1, '2020-01-01', 'split')",
  "insert into network_connection (shop, id, network, account_sid, token, key_id, state, created_at, read_at, next_at) values ($1, 'n1', 'impact', 'IRbench', '', 'k1', 'connected', '2020-01-01', now(), now() + interval '1 day')",
  // Its hour is used up: what waits stays as it is while Home is read.
  "insert into rate_budget (account, \"limit\", used, ends_at) select 'impact:IRbench', 1000, 1000, now() + interval '1 day' where $1 <> ''",
  "insert into program (shop, id, connection_id, network, external_id, event_type_id, name, kind, created_at, read_at) values ($1, 'p1', 'n1', 'impact', '1', '1', 'Creators', 'creator', '2020-01-01', now())",
  "insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral) values ($1, 'p1', '2020-01-01', 'full', 'paid', 'order', 30, false)",
  `insert into creator (shop, id, name, email, created_at) select $1, 'c' || i, 'Creator ' || i, 'c' || i || '@creators.example', '2020-01-01' from generate_series(0, ${CREATORS - 1}) i`,
  `insert into membership (shop, program_id, creator_id, joined_at, partner_id, ends_at) select $1, 'p1', 'c' || i, '2020-01-01', i::text, case when i % 100 = 3 then now() + interval '5 days' end from generate_series(0, ${CREATORS - 1}) i`,
  "insert into deal (shop, id, name, program_id, terms, starts_at, reserve_code, store_state, next_at, created_at) select $1, 'd' || i, 'Deal ' || i, 'p1', '{\"kind\":\"percentage\"}', '2020-01-01', 'RESERVE' || i, 'live', 'infinity', '2020-01-01' from generate_series(1, 20) i",
  `insert into code (shop, id, code, key, match, deal_id, created_at) select $1, 'k' || i, 'CREATOR' || i, 'CREATOR' || i, 'exact', 'd' || 1 + i % 20, '2020-01-01' from generate_series(0, ${CODES - 1}) i`,
  `insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select $1, 'k' || i, '2020-01-01', 'c' || i % ${CREATORS}, 'p1', 'always' from generate_series(0, ${CODES - 1}) i`,
  `insert into code_placement (shop, code_id, target, state, next_at) select $1, 'k' || i, t, 'live', 'infinity' from generate_series(0, ${CODES - 1}) i, unnest(array['store', 'p1']) t`,
  "insert into touch (shop, at, visitor, creator_id, kind) select $1, now() - i * interval '10 minutes', 'v' || i, 'c' || i % 50, 'link' from generate_series(1, 10000) i",
];

/** What was sold and taken back, from the ledger alone: for the totals of a period that begins at `since`. */
export async function ledgerTotals(since: Date): Promise<{ sales: string; orders: number; takenBack: string }> {
  const { rows } = await pool().query<{ sales: string; orders: number; takenBack: string }>(
    `select coalesce(sum(balance), 0)::text as sales, (count(*) filter (where balance > 0))::int as orders,
            (select coalesce(-sum(amount), 0)::text from ledger_entry where shop = $1 and kind = 'reversal' and at >= $2) as "takenBack"
       from (select l.order_id, sum(l.amount) as balance from order_state o join ledger_entry l on l.shop = o.shop and l.order_id = o.order_id where o.shop = $1 and o.created_at >= $2 group by l.order_id) each_order`,
    [DASHBOARD_SHOP, since],
  );
  return rows[0]!;
}
