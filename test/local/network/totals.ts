// Sums over an action's items, and the change log.
import { rounded } from "./amounts.ts";
import type { Account, Action, Item } from "./state.ts";

export function totalOf(items: readonly Item[]): bigint {
  return items.reduce((sum, item) => sum + BigInt(item.amount), 0n);
}

type Rates = Pick<Action, "payoutBasisPoints" | "payoutGroups">;

/** What the partner is paid for these items: the contract's rate on each, or that of the first group whose category it has. */
export function payoutOf(items: readonly Item[], rates: Rates): bigint {
  return items.reduce((sum, item) => sum + rounded(BigInt(item.amount), rateOf(item, rates), 10_000n), 0n);
}

function rateOf({ category }: Pick<Item, "category">, { payoutBasisPoints, payoutGroups = [] }: Rates): bigint {
  return BigInt(payoutGroups.find((group) => group.category === category)?.basisPoints ?? payoutBasisPoints);
}

/** One row of the change log: what became of one item. */
export function noteUpdate(account: Account, action: Action, item: Item, disposition: string, delta: bigint, atMs: number): void {
  const number = account.next.update ?? 95_095_000;
  account.next.update = number + 1;
  account.updates.push({
    id: `${action.id}.${number}`, actionId: action.id, atMs, state: action.reversed ? "REVERSED" : "PENDING", disposition, sku: item.sku, category: item.category,
    quantity: item.quantity, deltaAmount: String(delta), deltaPayout: String(rounded(delta, rateOf(item, action), 10_000n)),
  });
}
