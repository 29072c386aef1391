// The bare control of a what-if: the same orders and clicks, read page by page and parsed, and nothing settled.
import pg from "pg";

const shop = process.argv[2]!;
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();

type Row = { order_id: string; created_at: Date; facts: { lines: unknown[]; visitor: string | null } };
let orders = 0;
let lines = 0;
let last: Pick<Row, "order_id" | "created_at"> = { order_id: "", created_at: new Date("2026-01-01") };
for (;;) {
  const page = await client.query<Row>({
    name: "orders",
    text: "select * from order_state where shop = $1 and created_at >= $2 and (created_at > $2 or order_id > $3) order by created_at, order_id limit 400",
    values: [shop, last.created_at, last.order_id],
  });
  const end = page.rows.at(-1);
  if (end === undefined) break;
  await client.query({ name: "touches", text: "select * from touch where shop = $1 and visitor = any($2)", values: [shop, page.rows.flatMap((row) => row.facts.visitor ?? [])] });
  for (const row of page.rows) lines += row.facts.lines.length;
  orders += page.rows.length;
  last = end;
}
await client.end();
process.stdout.write(`${JSON.stringify({ orders, lines })}\n`);
