// The bare control of the rebuild: the same rows, read page by page and added up, and nothing computed from the facts.
import pg from "pg";

const shop = process.argv[2]!;
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();

let orders = 0;
let lines = 0;
let total = 0n;
for (let after = ""; ; ) {
  const page = await client.query<{ order_id: string; facts: { lines: unknown[]; visitor: string | null } }>({
    name: "orders", text: "select * from order_state where shop = $1 and order_id > $2 order by order_id limit 500", values: [shop, after],
  });
  const last = page.rows.at(-1);
  if (last === undefined) break;
  const ids = page.rows.map((row) => row.order_id);
  const visitors = page.rows.flatMap((row) => row.facts.visitor ?? []);
  const entries = await client.query<{ amount: string }>({ name: "entries", text: "select order_id, code_id, creator_id, program_id, line_id, amount from ledger_entry where shop = $1 and order_id = any($2)", values: [shop, ids] });
  await client.query({ name: "decisions", text: "select * from decision where shop = $1 and order_id = any($2)", values: [shop, ids] });
  await client.query({ name: "touches", text: "select * from touch where shop = $1 and visitor = any($2)", values: [shop, visitors] });
  for (const row of page.rows) lines += row.facts.lines.length;
  for (const row of entries.rows) total += BigInt(row.amount);
  orders += page.rows.length;
  after = last.order_id;
}
await client.end();
process.stdout.write(`${JSON.stringify({ orders, lines, total: total.toString() })}\n`);
