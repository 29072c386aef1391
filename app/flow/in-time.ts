// Leases, budgets and the age of requests are compared between processes, and so all of them go by one clock: the database's. A machine whose own clock is
// wrong would take another's work for abandoned, or leave a span of the store unswept.
import { machineMs, setClockBehindMs } from "../clock.ts";
import { databaseMs } from "../db/time.ts";
import { log } from "../log.server.ts";
import { startLoop, type Loop } from "./loop.ts";

const EVERY_MS = 60_000;
/** Clocks that are as near as this are one: what a question takes on its way is no difference. */
const SLACK_MS = 1_000;
/** An answer that took longer says too little. */
const SLOWEST_MS = 5_000;

let told = 0;

/** Asks the database what time it is; from then on this process's clock (app/clock.ts) is the database's. Throws where it does not answer. */
export async function agreeOnTime(): Promise<void> {
  const askedMs = machineMs();
  const there = await databaseMs();
  const answeredMs = machineMs();
  if (answeredMs - askedMs > SLOWEST_MS) return;
  const behind = Math.round(there - (askedMs + answeredMs) / 2);
  const differs = Math.abs(behind) >= SLACK_MS;
  setClockBehindMs(differs ? behind : 0);
  if (differs && Math.abs(behind - told) >= SLACK_MS) log.warn({ behindMs: behind }, "this machine's clock is not the database's: the database's holds");
  told = differs ? behind : 0;
}

/** Agrees at once, before anything else is begun, and then every minute. */
export async function startKeepingTime(): Promise<Loop> {
  await agreeOnTime();
  return startLoop({ name: "time", everyMs: EVERY_MS, work: async () => (await agreeOnTime(), 0) });
}
