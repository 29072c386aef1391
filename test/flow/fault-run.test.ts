// Orders and their refunds go through settling and reporting while the network answers with 429, 5xx, nothing before and after acting, loses what was
// queued, or takes hours for it: in the end it holds what the ledger says, once. FAULT_RUN_ORDERS=10000 for more of them, FAULT_RUN_SEED for others.
import { expect, it } from "vitest";
import { useDatabase } from "#test/support/database.ts";
import { faultRun, LIMIT } from "./fault-run.ts";

useDatabase();

const ORDERS = Number(process.env.FAULT_RUN_ORDERS ?? 1_000);
const SEED = Number(process.env.FAULT_RUN_SEED ?? 1);

it("whatever the network does, its amounts are the ledger's in the end, no conversion is there twice, and no hour is overdrawn", async () => {
  const began = performance.now();
  const run = await faultRun(ORDERS, SEED);
  if (process.env.FAULT_RUN_ORDERS) process.stdout.write(`${JSON.stringify({ ...run, seconds: Math.round((performance.now() - began) / 1_000) })}\n`);
  for (const [kind, count] of Object.entries(run.struck)) expect(count, kind).toBeGreaterThan(0);
  expect(run.left).toEqual([]);
  expect(run.differences).toEqual({});
  expect(run.twice).toEqual([]);
  expect(run.mostInAnHour).toBeLessThanOrEqual(LIMIT);
  expect(run.turnedAway).toBe(0);
}, 3_600_000);
