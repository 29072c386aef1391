// Lives through the plan, day by day: each step at its own time of the shared clock, through the store's own acts and webhooks.
import { pool } from "#app/db.server.ts";
import { now } from "#app/clock.ts";
import { reportOnce } from "#app/flow/report.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { CheckoutResult, Idle, Order } from "#test/local/store/types.ts";
import { inStore, setClock } from "./control.ts";
import type { Step } from "./plan.ts";
import { until } from "./wait.ts";

const MINUTE_MS = 60_000;

/** Does all steps; `onDay` is told how many orders there are after each day. */
export async function liveThrough(steps: Step[], onDay: (day: number, orders: number) => void): Promise<void> {
  const orders = new Map<number, Order>();
  const days = Map.groupBy(steps, (step) => Math.floor(step.atMs / 86_400_000));
  for (const [at, [, today]] of [...days].entries()) {
    for (const step of today) {
      setClock(step.atMs);
      await doStep(step, orders);
    }
    const next = [...days.values()][at + 1]?.[0]?.atMs ?? Number.POSITIVE_INFINITY;
    await endDay(today.at(-1)!.atMs, next);
    onDay(at + 1, orders.size);
  }
}

/** All that the day brought is delivered, settled and told to the network, and what the network has queued completes. */
async function endDay(lastMs: number, nextMs: number): Promise<void> {
  await until("the store's deliveries have left and the inbox is settled", isSettled);
  // A new conversion is held back for some seconds; a submission completes after 4 to 21 minutes.
  for (const minutes of [1, 25]) {
    const atMs = lastMs + minutes * MINUTE_MS;
    if (atMs >= nextMs || atMs >= Date.now()) return;
    setClock(atMs);
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

async function doStep(step: Step, orders: Map<number, Order>): Promise<void> {
  if (step.kind === "checkout") {
    const made = await inStore<CheckoutResult>("checkout", step.input);
    if (!made.ok) throw new Error(`an order was refused: ${made.reason}`);
    orders.set(step.ref, made.order);
    return;
  }
  const order = orders.get(step.ref)!;
  const named = { order: String(order.id) };
  switch (step.kind) {
    case "pay":
      if (!order.cancelled_at) await inStore("pay", named);
      return;
    case "refund_line": {
      const line = order.line_items[0]!;
      await inStore("refund", { ...named, lines: [{ lineId: String(line.id), quantity: Math.min(step.pieces, line.quantity), restock: true }] });
      return;
    }
    case "refund_amount":
      await inStore("refund", { ...named, amount: step.amount, note: "a scratch in the glaze" });
      return;
    case "refund_shipping":
      await inStore("refund", { ...named, shipping: true });
      return;
    case "edit": {
      const line = order.line_items.at(-1)!;
      await inStore("edit", step.add === null ? { ...named, remove: [{ lineId: String(line.id), quantity: 1 }] } : { ...named, add: [{ variantId: step.add, quantity: 1 }] });
      return;
    }
    case "cancel":
      order.cancelled_at = now().toISOString();
      await inStore("cancel", { ...named, reason: step.reason, refund: true, restock: true });
  }
}
