// Sums over an action's items, and the change log.
import { rounded } from "./amounts.ts";
import type { Account, Action, Item } from "./state.ts";

export function totalOf(items: readonly Item[]): bigint {
  return items.reduce((sum, item) => sum + BigInt(item.amount), 0n);
}

/** What the partner is paid for these items: the contract's rate on each. */
export function payoutOf(items: readonly Item[], basisPoints: number): bigint {
  return items.reduce((sum, item) => sum + rounded(BigInt(item.amount), BigInt(basisPoints), 10_000n), 0n);
}

/** One row of the change log: what became of one item. */
export function noteUpdate(account: Account, action: Action, item: Item, disposition: string, delta: bigint, atMs: number): void {
  const number = account.next.update ?? 95_095_000;
  account.next.update = number + 1;
  account.updates.push({
    id: `${action.id}.${number}`, actionId: action.id, atMs, state: action.reversed ? "REVERSED" : "PENDING", disposition, sku: item.sku, category: item.category,
    quantity: item.quantity, deltaAmount: String(delta), deltaPayout: String(rounded(delta, BigInt(action.payoutBasisPoints), 10_000n)),
  });
}
