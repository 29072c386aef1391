// What an order's facts say its credit is, against what was kept of it: balances of the ledger, decisions, and the order's roll-up.
import { rollUpOf, type Decision, type Settlement } from "./credit.ts";
import type { Account } from "./ledger.ts";

/** The sum of an account's entries in one currency. An entry in a currency that is not the order's is an account of its own. */
export type HeldBalance = Account & { currency: string; amount: bigint };

/** The order's roll-up: what pages show without asking the ledger. `outcome` null: never settled. */
export type HeldRollUp = { outcome: string | null; reason: string | null; credited: bigint; currency: string | null };

/** All that is kept of one order. `rollUp` null: the order itself is not known. */
export type HeldOrder = { shop: string; orderId: string; rollUp: HeldRollUp | null; balances: readonly HeldBalance[]; decisions: readonly Decision[] };

/**
 * `balance`: an account of the ledger; `no_facts`: entries of an order that no facts ever stood behind; `decision`: what was decided for a
 * code; `outcome`, `reason`, `credited`, `currency`: the order's roll-up; `unreadable`: the facts cannot be settled.
 */
export type DifferenceKind = "balance" | "no_facts" | "decision" | "outcome" | "reason" | "credited" | "currency" | "unreadable";

/** One difference. Amounts are minor units of `currency`; null: there is none. */
export type Difference = {
  shop: string;
  orderId: string;
  kind: DifferenceKind;
  codeId: string | null;
  creatorId: string | null;
  programId: string | null;
  lineId: string | null;
  currency: string | null;
  expected: string | null;
  found: string | null;
};

/** What the facts say: the settlement of domain/credit.ts, in the order's currency. */
export type Recomputed = {
  settlement: Settlement;
  currency: string;
  /** Codes that were made after the order. Whether one of them was known depends on when the order was settled, and it earns nothing. */
  laterCodes: ReadonlySet<string>;
};

/** Compares; also says how many balances were looked at. */
export function compareOrder(held: HeldOrder, recomputed: Recomputed): { differences: Difference[]; balances: number } {
  const accounts = accountsOf(held, recomputed);
  const wrong = accounts.filter((account) => account.expected !== account.found);
  const decisions = compareDecisions(held, recomputed);
  const differences = [
    ...wrong.map(({ account, expected, found }) => difference(held, "balance", account, expected.toString(), found.toString())),
    ...decisions,
    ...compareRollUp(held, recomputed, decisions.length === 0),
  ];
  return { differences, balances: accounts.length };
}

/** An order without facts cannot be recomputed. What it keeps must agree all the same, and where nothing was ever settled there is nothing to keep. */
export function compareWithoutFacts(held: HeldOrder): Difference[] {
  const { rollUp } = held;
  if (rollUp === null || rollUp.outcome === null) {
    return [
      ...held.balances.map((balance) => difference(held, "no_facts", balance, "0", balance.amount.toString())),
      ...held.decisions.map((decision) => difference(held, "decision", decision, null, textOf(decision))),
      ...(rollUp !== null && rollUp.credited !== 0n ? [difference(held, "credited", rollUp, "0", rollUp.credited.toString())] : []),
    ];
  }
  // The facts were removed: the entries stay, and the roll-up is their sum.
  const total = held.balances.reduce((sum, balance) => sum + balance.amount, 0n);
  return total === rollUp.credited ? [] : [difference(held, "credited", rollUp, total.toString(), rollUp.credited.toString())];
}

/** The facts are such that settling them is a fault: that is said, and the others go on. */
export function unreadable(held: HeldOrder, fault: string): Difference {
  return difference(held, "unreadable", {}, null, fault);
}

type Compared = { account: Account & { currency: string }; expected: bigint; found: bigint };

function accountsOf(held: HeldOrder, { settlement, currency }: Recomputed): Compared[] {
  const accounts = new Map<string, Compared>();
  const at = (account: Compared["account"]): Compared => {
    const key = JSON.stringify([account.codeId, account.creatorId, account.programId, account.lineId, account.currency]);
    const known = accounts.get(key);
    if (known) return known;
    const fresh = { account, expected: 0n, found: 0n };
    accounts.set(key, fresh);
    return fresh;
  };
  for (const { codeId, creatorId, programId, lines } of settlement.credits) {
    for (const line of lines) at({ codeId, creatorId, programId, lineId: line.lineId, currency }).expected += line.amount;
  }
  for (const balance of held.balances) at(balance).found += balance.amount;
  return [...accounts.values()];
}

function compareDecisions(held: HeldOrder, { settlement, laterCodes }: Recomputed): Difference[] {
  const found = new Map(held.decisions.map((decision) => [decision.codeId, decision]));
  const expected = new Map(settlement.decisions.map((decision) => [decision.codeId, decision]));
  // A code that was linked after the order was settled is on no record; nothing hangs on it.
  const mayLack = ({ codeId, outcome }: Decision) => codeId !== null && laterCodes.has(codeId) && outcome === "not_credited" && found.size > 0;
  const differences: Difference[] = [];
  for (const decision of settlement.decisions) {
    const kept = found.get(decision.codeId);
    if (kept === undefined ? !mayLack(decision) : textOf(kept) !== textOf(decision)) differences.push(difference(held, "decision", decision, textOf(decision), kept ? textOf(kept) : null));
  }
  for (const kept of held.decisions) {
    if (expected.has(kept.codeId)) continue;
    const onlyLater = settlement.decisions.every((decision) => decision.codeId === null || laterCodes.has(decision.codeId));
    const stands = kept.codeId === null ? onlyLater && found.size === 1 && kept.reason === "no_creator_code" : laterCodes.has(kept.codeId);
    if (!stands || kept.outcome !== "not_credited") differences.push(difference(held, "decision", kept, null, textOf(kept)));
  }
  return differences;
}

function compareRollUp(held: HeldOrder, { settlement, currency }: Recomputed, decisionsAgree: boolean): Difference[] {
  const { rollUp } = held;
  if (rollUp === null) return [];
  const { outcome, credited } = rollUpOf(settlement);
  // The reason shown is that of the code listed first.
  const decided = decisionsAgree ? [...held.decisions].sort((a, b) => a.place - b.place) : settlement.decisions;
  const pairs: [DifferenceKind, string | null, string | null][] = [
    ["outcome", outcome, rollUp.outcome],
    ["reason", outcome === "not_credited" ? (decided[0]?.reason ?? null) : null, rollUp.reason],
    ["credited", credited.toString(), rollUp.credited.toString()],
    ["currency", currency, rollUp.currency],
  ];
  return pairs.filter(([, expected, found]) => expected !== found).map(([kind, expected, found]) => difference(held, kind, { currency }, expected, found));
}

/** A decision in one line: "not_credited, no_click, creator c1, program p1, place 0". */
function textOf({ outcome, reason, creatorId, programId, place }: Decision): string {
  return [outcome, reason, creatorId === null ? null : `creator ${creatorId}`, programId === null ? null : `program ${programId}`, `place ${place}`].filter((part) => part !== null).join(", ");
}

type About = { codeId?: string | null; creatorId?: string | null; programId?: string | null; lineId?: string | null; currency?: string | null };

function difference(held: HeldOrder, kind: DifferenceKind, about: About, expected: string | null, found: string | null): Difference {
  const { codeId = null, creatorId = null, programId = null, lineId = null, currency = null } = about;
  return { shop: held.shop, orderId: held.orderId, kind, codeId, creatorId, programId, lineId, currency, expected, found };
}
