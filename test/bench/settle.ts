// How many new orders a second are settled (facts, decisions, ledger, outbox), against one bare statement that writes the same rows of 100 orders.
// npm run -s bench -- settle [ORDERS]: so many orders in a round, 10,000 where no number is given.
import { loadavg } from "node:os";
import { median } from "./offer.ts";
import { cpuSeconds, peakMb } from "./pinned.ts";
import type { Measured } from "./run.ts";
import { ask, onOwnDatabase, tidy, type Side } from "./settle-sides.ts";

const ORDERS = 10_000;
const ROUNDS = 5;
/** Both are warm, and the tables no longer empty, before anything counts. */
const WARM = 3_000;

export async function settleSpeed([number]: string[]): Promise<Measured> {
  const orders = number === undefined ? ORDERS : Number(number);
  if (!Number.isSafeInteger(orders) || orders < 100 || orders % 100 !== 0) throw new Error(`"${number}" is no number of orders in whole hundreds`);
  return onOwnDatabase("bench_settle", {}, async ({ postgresPid, start }) => {
    const { makeSettleShops } = await import("./settle-fill.ts");
    await makeSettleShops();
    return rounds(await start("app", "test/bench/settle-run.ts"), await start("control", "test/bench/settle-control.ts"), orders, postgresPid);
  });
}

async function rounds(app: Side, control: Side, orders: number, postgresPid: number): Promise<Measured> {
  const values: number[] = [];
  const controls: number[] = [];
  let firstId = 6_000_000_000;
  for (let at = 0; at <= ROUNDS; at++) {
    const count = at === 0 ? WARM : orders;
    const took = await round(app, control, count, firstId, postgresPid);
    firstId += count;
    if (at === 0) continue;
    values.push(count / took.app);
    controls.push(count / took.control);
    process.stdout.write(`round ${at}: app ${(count / took.app).toFixed(0)}/s, control ${(count / took.control).toFixed(0)}/s, ${(took.control / took.app).toFixed(2)}; the app's peak ${peakMb(app.process.pid)} MB; ${took.cpu}; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
  }
  const value = Math.round(median(values));
  const bare = Math.round(median(controls));
  return { bench: "settle", value, control: bare, ratio: Number((value / bare).toFixed(2)), unit: "orders/s" };
}

/** The app settles, then the control writes what came of it under other shops' names; each on tables that were just tidied. */
async function round(app: Side, control: Side, count: number, firstId: number, postgresPid: number): Promise<{ app: number; control: number; cpu: string }> {
  const { noteNewOrders } = await import("./settle-fill.ts");
  const { pool } = await import("#app/db.server.ts");
  await noteNewOrders(count, firstId);
  await tidy();
  const before = [cpuSeconds(app.process.pid), cpuSeconds(postgresPid)] as const;
  const took = (await ask(app)) as { deliveries: number; seconds: number };
  const between = [cpuSeconds(app.process.pid), cpuSeconds(postgresPid)] as const;
  await check(count, firstId);
  await pool().query(
    `insert into delivery (shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, beside, body_hash, state)
     select 'bare-' || d.shop, webhook_id, topic, event_id, d.triggered_ns, d.updated_ns, received_at, d.order_id, o.facts, o.beside, body_hash, 'new'
     from delivery d join order_state o on o.shop = d.shop and o.order_id = d.order_id where d.shop not like 'bare-%' and d.order_id::bigint between $1 and $2`,
    [firstId, firstId + count - 1],
  );
  await tidy();
  const beforeBare = cpuSeconds(postgresPid);
  const bare = (await ask(control, `/?orders=${firstId}+${count}`)) as { seconds: number };
  const perOrder = (seconds: number) => ((seconds / count) * 1_000_000).toFixed(0);
  const cpu = `a core's µs an order: app ${perOrder(between[0] - before[0])} and its database ${perOrder(between[1] - before[1])}, the control's ${perOrder(cpuSeconds(postgresPid) - beforeBare)}`;
  await checkSame(firstId, count);
  return { app: took.seconds, control: bare.seconds, cpu };
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
  for (const table of ["order_state", "decision", "ledger_entry", "conversion", "order_click", "sum_change", "flow_word"]) {
    const order = table === "flow_word" ? "split_part(split_part(key, '/', 1), ' ', 2)" : "order_id";
    const { rows } = await pool().query<{ bare: number; own: number }>(
      `select count(*) filter (where shop like 'bare-%')::int as bare, count(*) filter (where shop not like 'bare-%')::int as own from ${table} where ${order}::bigint between $1 and $2`, [firstId, firstId + count - 1],
    );
    if (rows[0]!.bare !== rows[0]!.own) throw new Error(`${table}: the app wrote ${rows[0]!.own} rows, the control ${rows[0]!.bare}`);
  }
}
