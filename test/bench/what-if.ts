// How many orders a second a what-if looks at, with much that would change; both as processes, start included.
// npm run -s bench -- what-if [ORDERS]: 100,000 where no number is given; five rounds, one where there are more orders than that.
import { benchOnOrders, run, type Round } from "./filled.ts";
import type { Measured } from "./run.ts";

/** Orders a second against the control's. */
export function whatIfSpeed([number]: string[]): Promise<Measured> {
  return benchOnOrders("what-if", number, round);
}

async function round(orders: number, databaseUrl: string, shop: string): Promise<Round> {
  const app = await run("test/bench/what-if-run.ts", [shop], databaseUrl);
  const found = JSON.parse(app.said) as { done: number; changed: number; state: string };
  if (found.state !== "done" || found.done !== orders || found.changed === 0) throw new Error(`of ${orders} orders: ${app.said}`);
  const control = await run("test/bench/what-if-control.ts", [shop], databaseUrl);
  if ((JSON.parse(control.said) as { orders: number }).orders !== orders) throw new Error(`the control read other orders: ${control.said}`);
  return { app, control, found: `${found.changed} orders would change of ${found.done} looked at` };
}
