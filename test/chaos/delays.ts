// How long it took from an act in a store to the ledger entry that follows from it, in the run's own time.
import type { Truths } from "./check.ts";
import type { ChaosDatabase } from "./database.ts";
import type { Act } from "./history.ts";
import type { ShopPlan } from "./shops.ts";

export type Delays = { worstToldMinutes: number; worstSilentMinutes: number };

const SECOND_MS = 1_000;

/** "<shop> <order> <second>" of the acts that no delivery told of. */
export function silentActs(shops: readonly ShopPlan[], acts: readonly Act[], orders: ReadonlyMap<number, string>): Set<string> {
  return new Set(acts.filter(({ silent }) => silent).map(({ shop, order, atMs }) => `${shops[shop]!.shop} ${orders.get(order)} ${Math.floor(atMs / SECOND_MS)}`));
}

/** By the version of the order that the first entry of each was made of. Disputes and deletions change no version, so what they made of an order says nothing. */
export async function worstDelays(database: ChaosDatabase, truths: Truths, silent: ReadonlySet<string>): Promise<Delays> {
  const rows = await database.ask<{ key: string; updated_ns: string; at: Date }>("select shop || ' ' || order_id as key, updated_ns::text, min(at) as at from ledger_entry group by 1, 2");
  const worst: Delays = { worstToldMinutes: 0, worstSilentMinutes: 0 };
  for (const { key, updated_ns, at } of rows) {
    const truth = truths.get(key)?.truth;
    if (truth === undefined || truth.deleted || truth.disputes.length > 0) continue;
    const changedMs = Number(BigInt(updated_ns) / 1_000_000n);
    const name = silent.has(`${key} ${Math.floor(changedMs / SECOND_MS)}`) ? "worstSilentMinutes" : "worstToldMinutes";
    worst[name] = Math.max(worst[name], Math.round((at.getTime() - changedMs) / 60_000));
  }
  return worst;
}
