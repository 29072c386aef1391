// The bare control of settling: the very rows that the app wrote, for other shops, one statement for 100 orders, on as many connections. They are read, renamed
// and put into their form before the clock starts.
import { createServer } from "node:http";
import pg from "pg";

const BATCH = 100;
/** As many as the app settles on; and as the app's, their commits do not wait for the disk. */
const settings = { connectionString: process.env.DATABASE_URL, options: "-c synchronous_commit=off" };
const clients = [new pg.Client(settings), new pg.Client(settings)] as const;
for (const each of clients) await each.connect();
const [client] = clients;

/** What is written of each table; the rest are defaults. */
const TABLES: Record<string, string> = {
  order_state: "shop, order_id, name, created_at, updated_ns, triggered_ns, reader_version, facts, beside, ever_paid, outcome, reason, currency, credited, visitor, checkout_token, customer_hash, evidence, settled_at, cause, cause_hash",
  decision: "shop, order_id, code_id, outcome, reason, creator_id, program_id, place, clicked",
  ledger_entry: "shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, cause_hash, updated_ns, triggered_ns, rules, at",
  conversion: "shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, click_id, click_parameter, currency, event_at, target, state, awaiting, buyer, next_at, attempts, created_at, changed_at",
  order_click: "shop, parameter, click_id, order_id",
  sum_change: "shop, order_id, order_at, at, code_id, creator_id, amount, back, orders, code_orders, creator_orders",
  flow_word: "shop, handle, key, payload, created_at, next_at",
};
const { rows: columns } = await client.query<{ table: string; column: string; type: string }>(`select table_name as table, column_name as column, data_type as type from information_schema.columns where table_schema = 'public'`);
const typeOf = new Map(columns.map(({ table, column, type }) => [`${table}.${column}`, type]));

function insertOf(table: string, at: number): string {
  const names = TABLES[table]!.split(", ");
  const typed = names.map((name) => `${name} ${typeOf.get(`${table}.${name}`)!}`).join(", ");
  return `${table}_rows as (insert into ${table} (${names.join(", ")}) select ${names.join(", ")} from jsonb_to_recordset($${at + 1}::jsonb) as r(${typed}))`;
}

const TEXT = `with ${Object.keys(TABLES).map(insertOf).join(", ")}
  update delivery set state = 'done', reason = d.reason, done_at = d.done_at, facts = null, beside = null
  from jsonb_to_recordset($${Object.keys(TABLES).length + 1}::jsonb) as d(shop text, webhook_id text, reason text, done_at timestamptz) where delivery.shop = d.shop and delivery.webhook_id = d.webhook_id`;

createServer((request, response) => {
  if (request.method !== "POST") return void response.end();
  const [first, count] = new URL(request.url!, "http://localhost").searchParams.get("orders")!.split(" ").map(Number) as [number, number];
  writeAll(first, count).then((done) => response.end(JSON.stringify(done)), (fault: Error) => response.writeHead(500).end(fault.stack));
}).listen(Number(process.env.PORT), "127.0.0.1");

/** The rows of one table by order, renamed to the control's shops. */
async function rowsOf(table: string, names: string, first: number, count: number, key = "order_id"): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ order: string; row: string }>({
    text: `select ${key} as order, to_jsonb(r)::text as row from (select ${names.replace("shop,", "'bare-' || shop as shop,")} from ${table}) r
      where r.shop not like 'bare-bare-%' and ${key} = any(select (g)::text from generate_series($1::bigint, $2::bigint) g)`, values: [first, first + count - 1],
  });
  return new Map([...Map.groupBy(rows, (row) => row.order)].map(([order, own]) => [order, own.map(({ row }) => row)]));
}

async function batches(first: number, count: number): Promise<string[][]> {
  const tables: Map<string, string[]>[] = [];
  for (const [table, names] of Object.entries(TABLES)) tables.push(await rowsOf(table, names, first, count, table === "flow_word" ? "split_part(split_part(key, '/', 1), ' ', 2)" : "order_id"));
  tables.push(await rowsOf("delivery", "shop, webhook_id, order_id, reason, done_at", first, count));
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) =>
    tables.map((rows) => `[${Array.from({ length: BATCH }, (_, at) => rows.get(String(first + batch * BATCH + at)) ?? []).flat().join(",")}]`));
}

async function writeAll(first: number, count: number): Promise<{ seconds: number }> {
  const made = await batches(first, count);
  const began = performance.now();
  await Promise.all(clients.map(async (each) => {
    for (let values = made.shift(); values !== undefined; values = made.shift()) await each.query({ name: "bare", text: TEXT, values });
  }));
  return { seconds: (performance.now() - began) / 1_000 };
}
