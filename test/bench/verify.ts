// How many orders a second `npm run ledger -- verify` recomputes, and how much memory it takes; both as processes, start included.
// npm run -s bench -- verify [ORDERS]: 100,000 where no number is given; five rounds, one where there are more orders than that.
import { benchOnOrders, run, type Round } from "./filled.ts";
import type { Measured } from "./run.ts";

/** Orders a second against the control's. Throws where the ledger and the facts do not agree: then nothing was measured. */
export function verifySpeed([number]: string[]): Promise<Measured> {
  return benchOnOrders("verify", number, round);
}

async function round(orders: number, databaseUrl: string, shop: string): Promise<Round> {
  const app = await run("app/ledger.ts", ["verify", "--json"], databaseUrl);
  const found = JSON.parse(app.said) as { orders: number; balances: number; differenceCount: number };
  if (found.orders !== orders || found.differenceCount !== 0) throw new Error(`of ${orders} orders: ${app.said.slice(0, 2_000)}`);
  const control = await run("test/bench/verify-control.ts", [shop], databaseUrl);
  if ((JSON.parse(control.said) as { orders: number }).orders !== orders) throw new Error(`the control read other orders: ${control.said}`);
  return { app, control, found: `${found.balances} balances verified` };
}
