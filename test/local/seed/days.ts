// Lives through the plan, day by day: each step at its own time of the shared clock, through the store's own acts and webhooks.
import { pool } from "#app/db.server.ts";
import { now } from "#app/clock.ts";
import { askOwners, newAskerState } from "#app/flow/click-owners.ts";
import { reportOnce } from "#app/flow/report.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Idle } from "#test/local/store/types.ts";
import { doBeside } from "./beside.ts";
import { inStore, setClock } from "./control.ts";
import type { Step } from "./plan.ts";
import { type Done, doStep, isOfStore } from "./steps.ts";
import { until } from "./wait.ts";

const MINUTE_MS = 60_000;
const asker = newAskerState();

/** Does all steps; `onDay` is told how many orders there are after each day. */
export async function liveThrough(steps: Step[], onDay: (day: number, orders: number) => void): Promise<void> {
  const done: Done = { orders: new Map(), disputes: new Map() };
  const days = Map.groupBy(steps, (step) => Math.floor(step.atMs / 86_400_000));
  for (const [at, [, today]] of [...days].entries()) {
    for (const step of today) {
      await setClock(step.atMs);
      await (isOfStore(step) ? doStep(step, done, inStore) : doBeside(step, done));
    }
    const next = [...days.values()][at + 1]?.[0]?.atMs ?? Number.POSITIVE_INFINITY;
    await endDay(today.at(-1)!.atMs, next);
    onDay(at + 1, done.orders.size);
  }
}

/** All that the day brought is delivered, settled and told to the network; what the network has queued completes, and it has said whose clicks are whose. */
async function endDay(lastMs: number, nextMs: number): Promise<void> {
  await until("the store's deliveries have left and the inbox is settled", isSettled);
  // A new conversion is held back for some seconds; a submission completes after 4 to 21 minutes.
  for (const minutes of [1, 25]) {
    const atMs = lastMs + minutes * MINUTE_MS;
    if (atMs >= nextMs || atMs >= Date.now()) return;
    await setClock(atMs);
    while ((await askOwners({ shop: DEMO_SHOP, state: asker })) > 0); // of each click once, some minutes after it
    await until("what is due has been told to the network", async () => {
      await reportOnce({ shop: DEMO_SHOP }); // beside the app's own loop, which rests between its turns
      return (await isSettled()) && (await nothingIsDue());
    });
  }
}

async function isSettled(): Promise<boolean> {
  const { due } = await inStore<Idle>("idle");
  if (due > 0) return false;
  const { rowCount } = await pool().query(
    `select 1 where exists (select 1 from delivery where shop = $1 and state = 'new') or exists (select 1 from order_state where shop = $1 and fetch_at <= $2)`,
    [DEMO_SHOP, now()],
  );
  return rowCount === 0;
}

async function nothingIsDue(): Promise<boolean> {
  const { rowCount } = await pool().query("select 1 from conversion where shop = $1 and next_at <= $2 limit 1", [DEMO_SHOP, now()]);
  return rowCount === 0;
}
