// Benches on a shop with many settled orders: they are made once, then the app and its bare control run over them, each as a process of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { root, startProcess } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { median } from "./offer.ts";
import type { Measured } from "./run.ts";

export type Ran = { seconds: number; peakMb: number | null; said: string };
export type Round = { app: Ran; control: Ran; found: string };

/** Orders made where no number is given; beyond it there is one round instead of five. */
const ORDERS = 100_000;

/**
 * Fills a database with orders and runs `round` on it, given the number of orders and the shop. Orders a second, start included. `number`: how
 * many orders, as it was typed.
 */
export async function benchOnOrders(bench: string, number: string | undefined, round: (orders: number, databaseUrl: string, shop: string) => Promise<Round>): Promise<Measured> {
  const wanted = number === undefined ? ORDERS : Number(number);
  if (!Number.isSafeInteger(wanted) || wanted < 1) throw new Error(`"${number}" is no number of orders`);
  const database = `bench_${bench.replace(/-/g, "_")}`;
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "postgres") });
  try {
    await postgres.dropDatabase(database);
    await postgres.createDatabase(database);
    const url = postgres.url(database);
    process.env.DATABASE_URL = url;
    setTestEnv();
    await migrate(url, join(root, "prisma", "migrations"));
    const { fillOrders, VERIFY_SHOP } = await import("./verify-fill.ts");
    const began = performance.now();
    const orders = await fillOrders(wanted);
    process.stdout.write(`${orders} orders made in ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
    return await rounds(bench, orders, wanted > ORDERS ? 1 : 5, () => round(orders, url, VERIFY_SHOP));
  } finally {
    await postgres.dropDatabase(database);
    await postgres.stop();
  }
}

async function rounds(bench: string, orders: number, count: number, round: () => Promise<Round>): Promise<Measured> {
  const values: number[] = [];
  const controls: number[] = [];
  for (let at = 1; at <= count; at++) {
    const { app, control, found } = await round();
    values.push(orders / app.seconds);
    controls.push(orders / control.seconds);
    process.stdout.write(`round ${at}: ${found} in ${app.seconds.toFixed(1)} s (peak ${app.peakMb ?? "?"} MB), control ${control.seconds.toFixed(1)} s (peak ${control.peakMb ?? "?"} MB)\n`);
  }
  const value = Math.round(median(values));
  const control = Math.round(median(controls));
  return { bench, value, control, ratio: Number((value / control).toFixed(2)), unit: "orders/s" };
}

/** Runs a script to its end. `said`: the line of its output that is an object. */
export async function run(script: string, args: string[], databaseUrl: string): Promise<Ran> {
  const began = performance.now();
  let peakMb: number | null = null;
  const running = startProcess({ name: script, script, args, env: { ...testEnv, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl } });
  const looking = setInterval(() => (peakMb = peakOf(running.pid) ?? peakMb), 100);
  const how = await running.end;
  clearInterval(looking);
  if (how !== "code 0") throw new Error(`${script} ended with ${how}:\n${running.tail()}`);
  // What it says on stderr comes before, between and after.
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
