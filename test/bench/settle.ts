// How many new orders a second are settled (facts, decisions, ledger, outbox), against one bare statement that writes the same rows of 100 orders.
// npm run -s bench -- settle [ORDERS]: so many orders in a round, 10,000 where no number is given.
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { freePort, type Process, root, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { median } from "./offer.ts";
import { pinDatabase, pinTested } from "./pinned.ts";
import type { Measured } from "./run.ts";

const DATABASE = "bench_settle";
const ORDERS = 10_000;
const ROUNDS = 5;
/** Both are warm, and the tables no longer empty, before anything counts. */
const WARM = 3_000;

type Side = { url: string; process: Process };

export async function settleSpeed([number]: string[]): Promise<Measured> {
  const orders = number === undefined ? ORDERS : Number(number);
  if (!Number.isSafeInteger(orders) || orders < 100 || orders % 100 !== 0) throw new Error(`"${number}" is no number of orders in whole hundreds`);
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "settle") });
  const running: Process[] = [];
  try {
    pinDatabase(postgres.pid);
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    const url = postgres.url(DATABASE);
    process.env.DATABASE_URL = url;
    setTestEnv();
    await migrate(url, join(root, "prisma", "migrations"));
    const { makeSettleShops } = await import("./settle-fill.ts");
    await makeSettleShops();
    const app = await start(running, "app", "test/bench/settle-run.ts", url);
    const control = await start(running, "control", "test/bench/settle-control.ts", url);
    const found = await rounds(app, control, orders);
    await (await import("#app/db.server.ts")).closeDatabase();
    return found;
  } finally {
    for (const each of running) await each.stop();
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

async function rounds(app: Side, control: Side, orders: number): Promise<Measured> {
  const values: number[] = [];
  const controls: number[] = [];
  let firstId = 6_000_000_000;
  for (let at = 0; at <= ROUNDS; at++) {
    const count = at === 0 ? WARM : orders;
    const took = await round(app, control, count, firstId);
    firstId += count;
    if (at === 0) continue;
    values.push(count / took.app);
    controls.push(count / took.control);
    process.stdout.write(`round ${at}: app ${(count / took.app).toFixed(0)}/s, control ${(count / took.control).toFixed(0)}/s, ${(took.control / took.app).toFixed(2)}; the app's peak ${peakMb(app)} MB; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
  }
  const value = Math.round(median(values));
  const bare = Math.round(median(controls));
  return { bench: "settle", value, control: bare, ratio: Number((value / bare).toFixed(2)), unit: "orders/s" };
}

/** The app settles, then the control writes what came of it under other shops' names; each on tables that were just tidied. */
async function round(app: Side, control: Side, count: number, firstId: number): Promise<{ app: number; control: number }> {
  const { noteNewOrders } = await import("./settle-fill.ts");
  const { pool } = await import("#app/db.server.ts");
  await noteNewOrders(count, firstId);
  await tidy();
  const took = (await ask(app, "/")) as { deliveries: number; seconds: number };
  await check(count, firstId);
  await pool().query(
    `insert into delivery (shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, beside, body_hash, state)
     select 'bare-' || d.shop, webhook_id, topic, event_id, d.triggered_ns, d.updated_ns, received_at, d.order_id, o.facts, o.beside, body_hash, 'new'
     from delivery d join order_state o on o.shop = d.shop and o.order_id = d.order_id where d.shop not like 'bare-%' and d.order_id::bigint between $1 and $2`,
    [firstId, firstId + count - 1],
  );
  await tidy();
  const bare = (await ask(control, `/?orders=${firstId}+${count}`)) as { seconds: number };
  await checkSame(firstId, count);
  return { app: took.seconds, control: bare.seconds };
}

async function tidy(): Promise<void> {
  const { pool } = await import("#app/db.server.ts");
  await pool().query("vacuum analyze");
  await pool().query("checkpoint");
}

/** All of them are settled, and eight of ten are credited. */
async function check(count: number, firstId: number): Promise<void> {
  const { pool } = await import("#app/db.server.ts");
  const { rows } = await pool().query<{ settled: number; credited: number; open: number; entries: number; conversions: number }>(
    `select count(*)::int as settled, count(*) filter (where outcome = 'credited' and credited > 0)::int as credited,
       (select count(*)::int from delivery where state <> 'done') as open,
       (select count(*)::int from ledger_entry where shop not like 'bare-%' and order_id::bigint between $1 and $2) as entries, (select count(*)::int from conversion where shop not like 'bare-%' and order_id::bigint between $1 and $2) as conversions
     from order_state where shop not like 'bare-%' and order_id::bigint between $1 and $2`,
    [firstId, firstId + count - 1],
  );
  const found = rows[0]!;
  if (found.settled !== count || found.credited !== count * 0.8 || found.open !== 0 || found.entries !== count * 2 || found.conversions !== count * 0.8) throw new Error(`of ${count} orders: ${JSON.stringify(found)}`);
}

/** The control wrote as many rows of each table as the app did. */
async function checkSame(firstId: number, count: number): Promise<void> {
  const { pool } = await import("#app/db.server.ts");
  for (const table of ["order_state", "decision", "ledger_entry", "conversion", "order_click"]) {
    const { rows } = await pool().query<{ bare: number; own: number }>(
      `select count(*) filter (where shop like 'bare-%')::int as bare, count(*) filter (where shop not like 'bare-%')::int as own from ${table} where order_id::bigint between $1 and $2`, [firstId, firstId + count - 1],
    );
    if (rows[0]!.bare !== rows[0]!.own) throw new Error(`${table}: the app wrote ${rows[0]!.own} rows, the control ${rows[0]!.bare}`);
  }
}

async function ask({ url }: Side, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { method: "POST", signal: AbortSignal.timeout(600_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

/** The most memory that the process ever held, as Linux keeps it. */
function peakMb({ process: running }: Side): string {
  try {
    return (Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${running.pid}/status`, "utf8"))![1]) / 1_024).toFixed(0);
  } catch {
    return "?";
  }
}

async function start(running: Process[], name: string, script: string, databaseUrl: string): Promise<Side> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = startProcess({ name, script, env: { ...testEnv, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl, PORT: String(port) } });
  running.push(started);
  await untilAnswers(started, url);
  pinTested(started.pid);
  return { url, process: started };
}
