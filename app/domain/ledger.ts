// The ledger's arithmetic (rules, section 7): a balance is the sum of its entries, and settling appends target - balance where that is not 0.
import type { Credit } from "./credit.ts";

/** What a balance belongs to. The creator is part of it: under a generic code a late click can move a credit to another creator. */
export type Account = { codeId: string; creatorId: string; programId: string; lineId: string };

export type Balance = Account & { amount: bigint };

export type Posting = Account & { kind: "credit" | "reversal" | "adjustment"; amount: bigint };

/**
 * The entries that bring the balances to the targets. `balances` holds every account of the order that ever had an entry, at 0 too.
 * `asAdjustments`: a person asked for a past order to be settled under other rules; what that changes is an adjustment, whichever way it goes.
 */
export function postings(balances: readonly Balance[], credits: readonly Credit[], asAdjustments = false): Posting[] {
  const accounts = new Map<string, { account: Account; balance: bigint; known: boolean; target: bigint }>();
  for (const balance of balances) accounts.set(keyOf(balance), { account: balance, balance: balance.amount, known: true, target: 0n });
  for (const credit of credits) {
    for (const line of credit.lines) {
      const account = { codeId: credit.codeId, creatorId: credit.creatorId, programId: credit.programId, lineId: line.lineId };
      const entry = accounts.get(keyOf(account)) ?? { account, balance: 0n, known: false, target: 0n };
      entry.target += line.amount;
      accounts.set(keyOf(account), entry);
    }
  }
  return [...accounts.values()]
    .filter((entry) => entry.target !== entry.balance)
    .map(({ account, balance, known, target }) => ({
      codeId: account.codeId,
      creatorId: account.creatorId,
      programId: account.programId,
      lineId: account.lineId,
      kind: asAdjustments ? "adjustment" : target < balance ? "reversal" : known ? "adjustment" : "credit",
      amount: target - balance,
    }));
}

function keyOf(account: Account): string {
  return JSON.stringify([account.codeId, account.creatorId, account.programId, account.lineId]);
}
