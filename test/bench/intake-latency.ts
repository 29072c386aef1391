// How long a delivery waits for its answer (99th percentile) while 300 a second are offered and the settling runs in the same process.
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { migrate } from "#app/db/migrate.ts";
import { ensureBundle, ensurePrismaClient } from "#test/local/demo/build.ts";
import { freePort, type Process, root, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { type LocalPostgres, startPostgres } from "#test/local/postgres.ts";
import { testEnv } from "#test/support/env.ts";
import { median, offerAll, percentile } from "./offer.ts";
import { BENCH_SHOP, type Offer, offers } from "./orders.ts";
import type { Measured } from "./run.ts";
import { MOST_MB, SHIPPED } from "./shipped.ts";
import { benchShopSql } from "./shop.ts";

const PER_SECOND = 300;
const SECONDS = 8;
const ROUNDS = 5;
const DATABASE = "bench_intake";

type Side = { url: string; process: Process };

/** The app's p99 in milliseconds against its control's; the ratio is how near it comes to it, 1 where they are the same. Throws where a delivery was refused, or ended without credit and without a reason. */
export async function intakeLatency(): Promise<Measured> {
  await ensurePrismaClient();
  await ensureBundle();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "latency") });
  const running: Process[] = [];
  try {
    const databaseUrl = await freshDatabase(postgres);
    const app = await start(running, "app", "app/server.ts", databaseUrl);
    const control = await start(running, "control", "test/bench/control.ts", databaseUrl);
    const database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    const found = await rounds(app, control, database);
    await database.end();
    return found;
  } finally {
    for (const each of running) await each.stop();
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

async function rounds(app: Side, control: Side, database: pg.Client): Promise<Measured> {
  const secret = testEnv.SHOPIFY_API_SECRET;
  const values: number[] = [];
  const controls: number[] = [];
  let nextId = 5_000_000_000;
  const round = async ({ url }: Side, seconds: number): Promise<{ p50: number; p99: number; offered: Offer[] }> => {
    const offered = offers(PER_SECOND * seconds, nextId, secret);
    nextId += offered.length;
    const { latenciesMs, refused } = await offerAll(url, offered, PER_SECOND);
    if (refused > 0) throw new Error(`${refused} of ${offered.length} deliveries to ${url} were not answered with 200`);
    return { p50: percentile(latenciesMs, 0.5), p99: percentile(latenciesMs, 0.99), offered };
  };

  // Both are warm before anything counts.
  const all = [...(await round(app, 3)).offered];
  await round(control, 3);
  for (let at = 1; at <= ROUNDS; at++) {
    const took = await round(app, SECONDS);
    all.push(...took.offered);
    const left = await untilSettled(database);
    const bare = await round(control, SECONDS);
    values.push(took.p99);
    controls.push(bare.p99);
    process.stdout.write(`round ${at}: app p50 ${took.p50.toFixed(1)} ms, p99 ${took.p99.toFixed(1)} ms, settled ${left.toFixed(1)} s after the last answer; control p50 ${bare.p50.toFixed(1)} ms, p99 ${bare.p99.toFixed(1)} ms; the app's peak ${peakMb(app)} MB; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
  }
  await checkEveryDelivery(database, all);
  if (peakMb(app) > MOST_MB) throw new Error(`the process held ${peakMb(app)} MB`);
  const value = Number(median(values).toFixed(2));
  const bare = Number(median(controls).toFixed(2));
  return { bench: "intake-latency", value, control: bare, ratio: Number((bare / value).toFixed(2)), unit: "ms, p99 at 300/s" };
}

/** Waits for the inbox to be settled; returns the seconds that it took. */
async function untilSettled(database: pg.Client): Promise<number> {
  const began = performance.now();
  for (;;) {
    const { rowCount } = await database.query("select 1 from delivery where state = 'new' limit 1");
    const seconds = (performance.now() - began) / 1000;
    if (rowCount === 0) return seconds;
    if (seconds > 60) throw new Error("the settling did not catch up within 60 s");
    await sleep(50);
  }
}

/** Every delivery ends in the ledger with its exact amount, or has a recorded reason. */
async function checkEveryDelivery(database: pg.Client, offered: Offer[]): Promise<void> {
  const { rows } = await database.query<{ order: string; credited: string; reason: string | null; deliveries: number; open: number }>(
    `select o.order_id as "order", o.reason,
       (select coalesce(sum(amount), 0)::text from ledger_entry l where l.shop = o.shop and l.order_id = o.order_id) as credited,
       (select count(*)::int from delivery d where d.shop = o.shop and d.order_id = o.order_id) as deliveries,
       (select count(*)::int from delivery d where d.shop = o.shop and d.order_id = o.order_id and d.state <> 'done') as open
     from order_state o where o.shop = $1`,
    [BENCH_SHOP],
  );
  const held = new Map(rows.map((row) => [row.order, row]));
  const wrong: string[] = [];
  for (const { orderId, credited } of offered) {
    const row = held.get(orderId);
    if (!row) wrong.push(`order ${orderId} is not known`);
    else if (BigInt(row.credited) !== credited) wrong.push(`order ${orderId}: credited ${row.credited}, expected ${credited}`);
    else if (credited === 0n && row.reason === null) wrong.push(`order ${orderId}: not credited, and no reason`);
    else if (row.deliveries !== 1 || row.open !== 0) wrong.push(`order ${orderId}: ${row.deliveries} deliveries noted, ${row.open} open`);
  }
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${offered.length} deliveries went wrong:\n${wrong.slice(0, 10).join("\n")}`);
  const credits = offered.filter((each) => each.credited > 0n).length;
  process.stdout.write(`${offered.length} deliveries: ${credits} in the ledger with their amounts, the others with a reason; repetitions noted once\n`);
}

async function freshDatabase(postgres: LocalPostgres): Promise<string> {
  await postgres.dropDatabase(DATABASE);
  await postgres.createDatabase(DATABASE);
  const url = postgres.url(DATABASE);
  await migrate(url, join(root, "prisma", "migrations"));
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  await database.query(benchShopSql);
  await database.end();
  return url;
}

async function start(running: Process[], name: string, script: string, databaseUrl: string): Promise<Side> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = startProcess({
    name, script,
    env: { ...testEnv, ...SHIPPED, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl, PORT: String(port), SHOPIFY_APP_URL: `http://localhost:${port}` },
  });
  running.push(started);
  await untilAnswers(started, url);
  return { url: `${url}/webhooks`, process: started };
}

function peakMb({ process: running }: Side): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${running.pid}/status`, "utf8"))![1]) / 1_024);
}
