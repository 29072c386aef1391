// What the database holds, for Prometheus: told by one process, whichever is asked first, for as long as it is asked. A sum over all processes is then right, and no
// number of them makes the database count more often.
import { now } from "./clock.ts";
import { holdLock, type Held } from "./db/lock.ts";
import { countFetches, countInbox, countOutbox, countStuck, countUnreadable, estimateLedger, sumBudgets, type Waiting } from "./db/reads/gauges.ts";
import { metrics } from "./metrics.server.ts";

const BELIEVED_MS = 10_000;
/** So long after it was last asked, a process leaves it to another. */
const UNASKED_MS = 90_000;

let held: Held | null = null;
let letGo: NodeJS.Timeout | undefined;
let toldMs = -Infinity;

/** Brings the gauges up to date, in the one process that tells them. */
export async function tellDatabase(): Promise<void> {
  clearTimeout(letGo);
  letGo = setTimeout(() => void leave(), UNASKED_MS).unref();
  if (held?.isHeld() !== true) {
    await leave();
    held = await holdLock("metrics of the database");
  }
  metrics.database.isHere.set(held === null ? 0 : 1);
  if (held === null || performance.now() - toldMs < BELIEVED_MS) return;
  const begun = performance.now();
  toldMs = begun;
  const at = now();
  // One after the other: they are few, and need no connection each.
  setWaiting(metrics.database.inbox, await countInbox(), at);
  setWaiting(metrics.database.outbox, await countOutbox(at), at);
  setWaiting(metrics.database.fetches, await countFetches(at), at);
  metrics.database.stuck.set(await countStuck());
  metrics.database.unreadable.set(await countUnreadable());
  metrics.database.ledger.set(await estimateLedger());
  metrics.database.budget.reset();
  for (const { network, ...numbers } of await sumBudgets(at)) {
    for (const [of, value] of Object.entries(numbers)) metrics.database.budget.set({ network, of }, value);
  }
  metrics.database.seconds.set((performance.now() - begun) / 1_000);
}

function setWaiting(gauge: typeof metrics.database.inbox, { count, oldest }: Waiting, at: Date): void {
  gauge.set({ of: "count" }, count);
  gauge.set({ of: "oldest_seconds" }, oldest === null ? 0 : Math.max(0, at.getTime() - oldest.getTime()) / 1_000);
}

async function leave(): Promise<void> {
  const was = held;
  held = null;
  toldMs = -Infinity;
  for (const gauge of Object.values(metrics.database)) gauge.reset();
  await was?.release();
}
