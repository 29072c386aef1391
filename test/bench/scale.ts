// How many orders a second are settled with 1, 3 and 10 million entries in the ledger, by one and by two workers, each a process. The control is the first size.
// npm run -s bench -- scale [MILLIONS …]: other sizes. Throws where a table of the orders was read through.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { median } from "./offer.ts";
import { cpuSeconds, peakMb } from "./pinned.ts";
import type { Measured } from "./run.ts";
import { growTo } from "./scale-fill.ts";
import { ask, onOwnDatabase, tidy, type Side } from "./settle-sides.ts";

const SIZES = [1, 3, 10];
const MILLION = 1_000_000;
const ORDERS = 4_000;
const ROUNDS = 5;
const BIG = ["order_state", "delivery", "decision", "ledger_entry", "conversion", "order_click", "sum_change", "flow_word"];

type Speed = { perSecond: number; cpu: string };

export async function scaleSpeed(words: string[]): Promise<Measured> {
  const sizes = words.length === 0 ? SIZES : words.map(Number);
  if (sizes.some((size) => !(size > 0))) throw new Error(`"${words.join(" ")}" are no numbers of millions`);
  // As much as a small server gives it; the other settings are the defaults.
  return onOwnDatabase("bench_scale", { shared_buffers: "1GB", max_wal_size: "4GB" }, async ({ databaseUrl, postgresPid, start }) => {
    // What is counted and checked here reads no table through either.
    const checking = new pg.Client({ connectionString: databaseUrl, options: "-c enable_seqscan=off" });
    await checking.connect();
    const { makeSettleShops } = await import("./settle-fill.ts");
    await makeSettleShops();
    const workers = [await start("first worker", "test/bench/settle-run.ts"), await start("second worker", "test/bench/settle-run.ts")];
    let nextId = 6_000_000_000;
    const speed = async (of: Side[], rounds: number): Promise<Speed> => {
      const found = [];
      for (let at = 0; at < rounds; at++, nextId += ORDERS) found.push(await round(of, nextId, postgresPid, checking));
      return { perSecond: median(found.map(({ perSecond }) => perSecond)), cpu: found[rounds >> 1]!.cpu };
    };
    await speed(workers, 1);
    const alone: number[] = [];
    for (const size of sizes) {
      const began = performance.now();
      await growTo(size * MILLION);
      const took = (performance.now() - began) / 1_000;
      await speed(workers, 1); // both have the tables' pages at hand
      const before = await scans(checking);
      const one = await speed(workers.slice(0, 1), ROUNDS);
      const two = await speed(workers, ROUNDS);
      const read = (await scans(checking)).flatMap(({ table, count }) => (count > (before.find((each) => each.table === table)?.count ?? 0) ? [table] : []));
      if (read.length > 0) throw new Error(`with ${size} million entries these tables were read through: ${read.join(", ")}`);
      alone.push(one.perSecond);
      process.stdout.write(`${size} million entries (filled in ${took.toFixed(0)} s): one worker ${one.perSecond.toFixed(0)}/s (${one.cpu}), two ${two.perSecond.toFixed(0)}/s (${two.cpu}); no table was read through; peak ${Math.max(...workers.map(({ process: each }) => peakMb(each.pid)))} MB; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
    }
    await checking.end();
    const [value, control] = [Math.round(alone.at(-1)!), Math.round(alone[0]!)];
    return { bench: "scale", value, control, ratio: Number((value / control).toFixed(2)), unit: "orders/s, one worker, most entries against fewest" };
  });
}

async function round(workers: Side[], firstId: number, postgresPid: number, checking: pg.Client): Promise<Speed> {
  const { noteNewOrders, SHOPS } = await import("./settle-fill.ts");
  const { pool } = await import("#app/db.server.ts");
  await noteNewOrders(ORDERS, firstId);
  await pool().query("checkpoint");
  const pids = [...workers.map(({ process: each }) => each.pid), postgresPid];
  const before = pids.map(cpuSeconds);
  const began = performance.now();
  await Promise.all(workers.map((worker) => ask(worker)));
  const seconds = (performance.now() - began) / 1_000;
  const used = pids.map((pid, at) => ((cpuSeconds(pid) - before[at]!) / ORDERS) * 1_000_000);
  const { rows } = await checking.query<{ settled: number }>(
    "select count(*)::int as settled from unnest($1::text[]) as s(shop) cross join generate_series($2::bigint, $3::bigint) as g join order_state o on o.shop = s.shop and o.order_id = g::text where o.outcome is not null",
    [SHOPS, firstId, firstId + ORDERS - 1],
  );
  if (rows[0]!.settled !== ORDERS) throw new Error(`${rows[0]!.settled} of ${ORDERS} orders are settled`);
  return { perSecond: ORDERS / seconds, cpu: `a core's µs an order: ${used.slice(0, -1).map((each) => each.toFixed(0)).join(" and ")}, the database ${used.at(-1)!.toFixed(0)}` };
}

/** So long a connection may keep what it counted to itself. */
const COUNTED_MS = 11_000;

/** How often each table of the orders was read through. */
async function scans(checking: pg.Client): Promise<{ table: string; count: number }[]> {
  await tidy();
  await sleep(COUNTED_MS);
  const { rows } = await checking.query<{ table: string; count: number }>("select relname as table, seq_scan::int as count from pg_stat_user_tables where relname = any($1)", [BIG]);
  return rows;
}
