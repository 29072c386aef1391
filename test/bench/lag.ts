// How long an order waits from being noted until its entries stand in the ledger (99th percentile) while 500 a second come in. The control is the bound that is held: 2 s.
// npm run -s bench -- lag [SECONDS]: 30 where no number is given.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "./offer.ts";
import { peakMb } from "./pinned.ts";
import type { Measured } from "./run.ts";
import { ask, onOwnDatabase, tidy } from "./settle-sides.ts";

const PER_SECOND = 500;
const SECONDS = 30;
const WARM_SECONDS = 3;
const BOUND_MS = 2_000;
const FIRST_ID = 6_000_000_000;

/** p99 in milliseconds. The instants are PostgreSQL's own: when an order's delivery was noted, and when the transaction of its entries was committed. */
export async function settleLag([number]: string[]): Promise<Measured> {
  const seconds = number === undefined ? SECONDS : Number(number);
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw new Error(`"${number}" is no number of seconds`);
  return onOwnDatabase("bench_lag", { track_commit_timestamp: "on" }, async ({ start }) => {
    const { makeSettleShops } = await import("./settle-fill.ts");
    await makeSettleShops();
    const app = await start("app", "test/bench/settle-run.ts");
    await offer(WARM_SECONDS, FIRST_ID, () => ask(app, "/?loop=on"));
    await tidy();
    const first = FIRST_ID + WARM_SECONDS * PER_SECOND;
    const late = await offer(seconds, first, async () => {});
    const lags = await lagsOf(first, seconds * PER_SECOND);
    await ask(app, "/?loop=off");
    const value = Math.round(percentile(lags, 0.99));
    process.stdout.write(`${lags.length} orders in ${seconds} s (the offering itself was ${late.toFixed(0)} ms late at most): p50 ${percentile(lags, 0.5).toFixed(0)} ms, p99 ${value} ms, the longest ${Math.max(...lags).toFixed(0)} ms; peak ${peakMb(app.process.pid)} MB; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
    return { bench: "lag", value, control: BOUND_MS, ratio: Number((BOUND_MS / value).toFixed(2)), unit: "ms, p99 at 500/s" };
  });
}

/** An open loop: every 10 ms what is due by then is noted, whether or not what came before is settled. Returns how late it was at most, in ms. */
async function offer(seconds: number, firstId: number, begin: () => Promise<unknown>): Promise<number> {
  const { noteNewOrders } = await import("./settle-fill.ts");
  await begin();
  const began = performance.now();
  let late = 0;
  for (let noted = 0; noted < seconds * PER_SECOND; ) {
    const due = Math.min(seconds * PER_SECOND, Math.floor(((performance.now() - began) / 1_000) * PER_SECOND));
    late = Math.max(late, ((due - noted) / PER_SECOND) * 1_000);
    if (due > noted) await noteNewOrders(due - noted, firstId + noted);
    noted = due;
    await sleep(10);
  }
  return late;
}

/** Of every order; throws where one is not settled within a minute. */
async function lagsOf(firstId: number, count: number): Promise<number[]> {
  const { pool } = await import("#app/db.server.ts");
  const until = performance.now() + 60_000;
  while ((await pool().query("select from delivery where state = 'new' limit 1")).rowCount !== 0) {
    if (performance.now() > until) throw new Error("the settling did not catch up within a minute");
    await sleep(100);
  }
  const { rows } = await pool().query<{ lag: number }>(
    `select extract(epoch from max(pg_xact_commit_timestamp(l.xmin)) - min(d.noted_at))::float8 * 1000 as lag
     from ledger_entry l join (select shop, order_id, received_at as noted_at from delivery) d on d.shop = l.shop and d.order_id = l.order_id
     where l.order_id::bigint between $1 and $2 group by l.shop, l.order_id`,
    [firstId, firstId + count - 1],
  );
  if (rows.length !== count * 0.8) throw new Error(`${rows.length} of ${count} orders are in the ledger, and ${count * 0.8} should be`);
  return rows.map((row) => row.lag);
}
