// What new entries of an order change in the sums that the pages show: sales per shop, creator and code count on the day of the order, what was taken back on the day of the entry.
import type { Balance, Posting } from "./ledger.ts";

/**
 * One part of the change, in minor units of the shop's currency. `orders`: how many more orders of the shop have something left of their credit (-1, 0 or 1 in all
 * parts of an order); `codeOrders` and `creatorOrders`: the same of this code and of this creator. `back`: what was taken back, 0 or more. `codeId` may be several
 * codes with a space between them: then `codeOrders` says how many more orders have something left for just these.
 */
export type SumChange = { codeId: string; creatorId: string; amount: bigint; back: bigint; orders: number; codeOrders: number; creatorOrders: number };

/** What these entries of one order change. `balances`: those of the whole order, as they stood before. No entries: nothing. */
export function sumChanges(balances: readonly Balance[], entries: readonly Pick<Posting, "codeId" | "creatorId" | "kind" | "amount">[]): SumChange[] {
  const changes = new Map<string, SumChange>();
  for (const { codeId, creatorId, kind, amount } of entries) {
    const key = JSON.stringify([codeId, creatorId]);
    const change = changes.get(key) ?? { codeId, creatorId, amount: 0n, back: 0n, orders: 0, codeOrders: 0, creatorOrders: 0 };
    change.amount += amount;
    if (kind === "reversal") change.back -= amount;
    changes.set(key, change);
  }
  const [first] = changes.values();
  if (first === undefined) return [];
  const all = [...changes.values()];
  // An order counts once for its shop, and once for each of its codes and creators: the count stands in the first part that names them.
  first.orders = counted(balances, all);
  for (const change of all) {
    const ofCode = (one: { codeId: string }) => one.codeId === change.codeId;
    const ofCreator = (one: { creatorId: string }) => one.creatorId === change.creatorId;
    if (all.find(ofCode) === change) change.codeOrders = counted(balances.filter(ofCode), all.filter(ofCode));
    if (all.find(ofCreator) === change) change.creatorOrders = counted(balances.filter(ofCreator), all.filter(ofCreator));
  }
  return [...all, ...togetherChanges(balances, entries, first.creatorId)];
}

/** Stands between the ids of codes that share an order. */
const BETWEEN = " ";

/**
 * The order counts with each of its codes, so what several codes sold together cannot be added up from them. Where two or more have something left, the order is
 * counted under all their ids as well, as `codeOrders` of a part that moves no money: what counts twice is known then, however codes are put together later.
 */
function togetherChanges(balances: readonly Balance[], entries: readonly Pick<Posting, "codeId" | "amount">[], creatorId: string): SumChange[] {
  const [before, after] = [together(balances), together([...balances, ...entries])];
  if (before === after) return [];
  const part = (codeId: string | null, codeOrders: number): SumChange[] => (codeId === null ? [] : [{ codeId, creatorId, amount: 0n, back: 0n, orders: 0, codeOrders, creatorOrders: 0 }]);
  return [...part(before, -1), ...part(after, 1)];
}

/** The codes with something left, if they are several. */
function together(parts: readonly { codeId: string; amount: bigint }[]): string | null {
  const left = [...Map.groupBy(parts, ({ codeId }) => codeId)].filter(([, own]) => total(own) > 0n).map(([codeId]) => codeId);
  return left.length > 1 ? left.sort().join(BETWEEN) : null;
}

/** 1: something is left now and was not before; -1: the other way round. */
function counted(balances: readonly { amount: bigint }[], changes: readonly { amount: bigint }[]): number {
  const before = total(balances);
  return Number(before + total(changes) > 0n) - Number(before > 0n);
}

function total(parts: readonly { amount: bigint }[]): bigint {
  return parts.reduce((sum, { amount }) => sum + amount, 0n);
}

/** The periods of which each creator's and each code's sums are kept, in days that end with today. 0: ever. */
export const SUM_PERIODS = [0, 7, 30, 90] as const;
