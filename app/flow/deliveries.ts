// The page Deliveries: does the store tell of its orders, and what was asked where it did not?
import { now } from "../clock.ts";
import { pool } from "../db.server.ts";
import { deliveriesState, gapLines, sweepLines } from "../db/reads/deliveries.ts";
import { wantSweep } from "../db/sweep.ts";
import type { DeliveriesView } from "../domain/deliveries-page.ts";
import { HOOK_NAME } from "../shopify/hooks.ts";
import { after } from "./again.ts";
import { HISTORY_MS } from "./sweep.ts";

/** `scopes`: what the shop's token is good for. */
export async function readDeliveriesPage(shop: string, scopes: string): Promise<DeliveriesView> {
  const [{ listed, madeAt, ...state }, sweeps, { gaps, total }] = await Promise.all([deliveriesState(shop), sweepLines(shop), gapLines(shop)]);
  const ours = listed.filter(({ name }) => name === HOOK_NAME);
  const readsAll = scopes.split(",").some((scope) => scope.trim() === "read_all_orders");
  return { ...state, made: { topics: ours.map(({ topic }) => topic), others: listed.length - ours.length, at: madeAt }, sweeps, gaps, total, shownFrom: readsAll ? null : after(now(), -HISTORY_MS).toISOString() };
}

/** A person asks what changed: at once, not at the next hour. */
export async function askStoreNow(shop: string): Promise<void> {
  await wantSweep(pool(), shop, "asked", now());
}
