// Makes the tables of the orders as large as years of sales make them: rows of other orders, with all that they are looked up by, and short facts.
import { pool } from "#app/db.server.ts";
import { SHOPS } from "./settle-fill.ts";

/** Orders of so many rows each: two entries, one decision, one conversion, as the orders that are measured. */
const ENTRIES_OF_ONE = 2;
const CHUNK = 250_000;

const ROWS: Record<string, string> = {
  order_state: `(shop, order_id, name, created_at, updated_ns, triggered_ns, reader_version, facts, ever_paid, outcome, currency, credited, checkout_token, customer_hash, settled_at, cause)
    select shop, id, '#' || id, at, 1, 1, 1, '{}', true, 'credited', 'EUR', 9000, md5(id), 'h1:' || md5('customer' || g % 1000000) || md5(id), at, md5('w' || id) from o`,
  delivery: `(shop, webhook_id, topic, received_at, order_id, body_hash, state, reason, done_at) select shop, md5('w' || id), 'orders/create', at, id, md5(id), 'done', 'newest', at from o`,
  decision: `(shop, order_id, code_id, outcome, creator_id, program_id, place) select shop, id, 'k' || g % 50, 'credited', 'c' || g % 25, 'p1', 0 from o`,
  ledger_entry: `(shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)
    select shop, id, 'k' || g % 50, 'c' || g % 25, 'p1', line::text, 'credit', 4500, 'EUR', md5('w' || id), '{}', at from o, generate_series(1, ${ENTRIES_OF_ONE}) line`,
  conversion: `(shop, order_id, n, network_order_id, program_id, code_id, creator_id, currency, event_at, target, sent, state, action_id, created_at, changed_at)
    select shop, id, 1, id, 'p1', 'k' || g % 50, 'c' || g % 25, 'EUR', at, '[]', '[]', 'reported', 'a' || id, at, at from o`,
};

let made = 0;

/** Adds orders until the ledger has this many of their entries. */
export async function growTo(entries: number): Promise<void> {
  const orders = entries / ENTRIES_OF_ONE;
  for (; made < orders; made = Math.min(made + CHUNK, orders)) {
    for (const [table, insert] of Object.entries(ROWS)) {
      await pool().query(
        `with o as (select g, ($3::text[])[g % ${SHOPS.length} + 1] as shop, (1000000000 + g)::text as id, timestamptz '2024-01-01' + g * interval '10 seconds' as at from generate_series($1::int, $2::int) g) insert into ${table} ${insert}`,
        [made, Math.min(made + CHUNK, orders) - 1, SHOPS],
      );
    }
  }
}
