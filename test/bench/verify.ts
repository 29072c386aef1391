// How many orders a second `npm run ledger -- verify` recomputes, and how much memory it takes; both as processes, start included.
// npm run -s bench -- verify [ORDERS]: 100,000 where no number is given; five rounds, one where there are more orders than that.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { root, startProcess } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { median } from "./offer.ts";
import type { Measured } from "./run.ts";

const DATABASE = "bench_verify";
const ORDERS = 100_000;

type Ran = { seconds: number; peakMb: number | null; said: string };

/** Orders a second against the control's. Throws where the ledger and the facts do not agree: then nothing was measured. */
export async function verifySpeed([number]: string[]): Promise<Measured> {
  const wanted = number === undefined ? ORDERS : Number(number);
  if (!Number.isSafeInteger(wanted) || wanted < 1) throw new Error(`"${number}" is no number of orders`);
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "postgres") });
  try {
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    process.env.DATABASE_URL = postgres.url(DATABASE);
    setTestEnv();
    await migrate(postgres.url(DATABASE), join(root, "prisma", "migrations"));
    const { fillOrders, VERIFY_SHOP } = await import("./verify-fill.ts");
    const began = performance.now();
    const orders = await fillOrders(wanted);
    process.stdout.write(`${orders} orders made in ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
    return await rounds(orders, wanted > ORDERS ? 1 : 5, postgres.url(DATABASE), VERIFY_SHOP);
  } finally {
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

async function rounds(orders: number, count: number, databaseUrl: string, shop: string): Promise<Measured> {
  const values: number[] = [];
  const controls: number[] = [];
  for (let at = 1; at <= count; at++) {
    const app = await run("app/ledger.ts", ["verify", "--json"], databaseUrl);
    const found = JSON.parse(app.said) as { orders: number; balances: number; differenceCount: number };
    if (found.orders !== orders || found.differenceCount !== 0) throw new Error(`of ${orders} orders: ${app.said.slice(0, 2_000)}`);
    const bare = await run("test/bench/verify-control.ts", [shop], databaseUrl);
    if ((JSON.parse(bare.said) as { orders: number }).orders !== orders) throw new Error(`the control read other orders: ${bare.said}`);
    values.push(orders / app.seconds);
    controls.push(orders / bare.seconds);
    process.stdout.write(`round ${at}: ${found.balances} balances verified in ${app.seconds.toFixed(1)} s (peak ${app.peakMb ?? "?"} MB), control ${bare.seconds.toFixed(1)} s (peak ${bare.peakMb ?? "?"} MB)\n`);
  }
  const value = Math.round(median(values));
  const control = Math.round(median(controls));
  return { bench: "verify", value, control, ratio: Number((value / control).toFixed(2)), unit: "orders/s" };
}

async function run(script: string, args: string[], databaseUrl: string): Promise<Ran> {
  const began = performance.now();
  let peakMb: number | null = null;
  const running = startProcess({ name: script, script, args, env: { ...testEnv, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl } });
  const looking = setInterval(() => (peakMb = peakOf(running.pid) ?? peakMb), 100);
  const how = await running.end;
  clearInterval(looking);
  if (how !== "code 0") throw new Error(`${script} ended with ${how}:\n${running.tail()}`);
  // What it says on stderr comes before, between and after: the result is the line that is an object.
  return { seconds: (performance.now() - began) / 1000, peakMb, said: running.tail().split("\n").findLast((line) => line.startsWith("{")) ?? "" };
}

/** The most memory that the process ever held, as Linux keeps it; null elsewhere. */
function peakOf(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}
