// What the platform's workflows (Flow) are told: four triggers, each with the fields that its extension declares (extensions/flow-*; a test holds the two
// against each other). The platform takes letters and spaces in the keys, a reference's id under the name of its kind, and 50,000 bytes. Pure.
import type { Credit } from "./credit.ts";
import type { Balance } from "./ledger.ts";
import { formatAmount } from "./money.ts";
import { readProblem } from "./problem.ts";

export const FLOW_TRIGGERS = ["order-credited", "credit-reversed", "code-in-conflict", "network-rejected"] as const;
export type FlowTrigger = (typeof FLOW_TRIGGERS)[number];

/** A number is a JSON number there. */
export type FlowPayload = Record<string, string | number>;

/** A word that is yet to be told. `key`: what it is about before the first slash (such words are told in order), and after it the cause: one word each. */
export type FlowWord = { shop: string; handle: FlowTrigger; key: string; payload: FlowPayload };

/** Whose a code is: names as a person reads them. `creator` null: everybody's. */
export type CodeNames = { code: string; creator: string | null; program: string };

export type CreditChange = { codeId: string; creatorId: string; programId: string; kind: "order-credited" | "credit-reversed"; amount: bigint; left: bigint };

const DAY_MS = 86_400_000;
const LONGEST_TEXT = 500;
const EVERYBODY = "Everybody";

/** Deliveries of our own that settle many orders again at once. */
const OF_RULES = /^(members|rules):/;
/** A person has other rules applied to the past: what that changes is shown in advance, and is no news of a sale. */
const OF_WHAT_IF = /^what-if:/;

/**
 * What settling an order changed, per code and creator: credited where it rose from nothing, reversed where it fell. A rise of what is credited already
 * (an item came back) is neither.
 */
export function creditChanges(balances: readonly Balance[], credits: readonly Credit[]): CreditChange[] {
  type Sums = { codeId: string; creatorId: string; programId: string; before: bigint; after: bigint };
  const sums = new Map<string, Sums>();
  const add = ({ codeId, creatorId, programId }: Pick<Sums, "codeId" | "creatorId" | "programId">, before: bigint, after: bigint) => {
    const key = JSON.stringify([codeId, creatorId, programId]);
    const sum = sums.get(key) ?? { codeId, creatorId, programId, before: 0n, after: 0n };
    sums.set(key, { ...sum, before: sum.before + before, after: sum.after + after });
  };
  for (const balance of balances) add(balance, balance.amount, 0n);
  for (const credit of credits) for (const line of credit.lines) add(credit, 0n, line.amount);
  return [...sums.values()].flatMap(({ before, after, ...account }): CreditChange[] => {
    if (before === 0n && after > 0n) return [{ ...account, kind: "order-credited", amount: after, left: after }];
    return after < before ? [{ ...account, kind: "credit-reversed", amount: before - after, left: after }] : [];
  });
}

export type Settling = {
  /** When the order was made. */
  createdMs: number;
  atMs: number;
  /** It was never settled before. */
  isFirst: boolean;
  /** The delivery that had it settled. */
  cause: string;
};

/** Is the change news? Not where a person asked for the past to be judged anew, and a credit not where it is history that is only now read (docs/decisions/0018). */
export function isNews(kind: CreditChange["kind"], { createdMs, atMs, isFirst, cause }: Settling): boolean {
  if (OF_WHAT_IF.test(cause)) return false;
  return kind === "credit-reversed" || atMs - createdMs <= DAY_MS || (!isFirst && !OF_RULES.test(cause));
}

/** `cause`: the delivery, which changes an account once. */
export function creditWord(shop: string, change: CreditChange, order: { id: string; currency: string; cause: string }, names: CodeNames): FlowWord {
  const { codeId, creatorId, kind } = change;
  const amounts = { amount: decimal(change.amount, order.currency), ...(kind === "credit-reversed" && { left: decimal(change.left, order.currency) }) };
  return {
    shop,
    handle: kind,
    key: `order ${order.id}/${kind}/${codeId}/${creatorId}/${order.cause}`,
    payload: { order_id: numericId(order.id), ...said({ code: names.code, creator: names.creator ?? EVERYBODY, "creator id": creatorId, program: names.program }), ...amounts, currency: order.currency },
  };
}

/** `place` null: the store. `cause`: what makes it this conflict and no other. */
export function conflictWord(shop: string, codeId: string, { kind, place, cause }: { kind: string; place: string | null; cause: string }, names: CodeNames): FlowWord {
  const where = place ?? "Store";
  return {
    shop,
    handle: "code-in-conflict",
    key: `code ${codeId}/conflict/${cause}`,
    payload: said({ code: names.code, creator: names.creator ?? EVERYBODY, place: where, conflict: (CONFLICTS[kind] ?? CONFLICTS.other!)(names.code, place === null ? "the store" : where) }),
  };
}

/** `reason`: a kept problem (domain/problem.ts), or the network's own codes. */
export function rejectedWord(shop: string, { kind, about, name, cause, reason }: { kind: "order" | "code"; about: string; name: string; cause: string; reason: string | null }, names: CodeNames): FlowWord {
  return {
    shop,
    handle: "network-rejected",
    key: `${kind} ${about}/rejected/${cause}`,
    payload: said({ rejected: kind, name, code: names.code, creator: names.creator ?? EVERYBODY, program: names.program, reason: reasonIn(reason) }),
  };
}

/** By kind of difference (domain/drift.ts), and of refusal. */
const CONFLICTS: Record<string, (code: string, place: string) => string> = {
  missing: (code, place) => `${code} is gone from ${place}.`,
  elsewhere: (code, place) => `${code} stands in another discount of ${place}.`,
  returned: (code, place) => `${code} is back in ${place}, from which it was taken out.`,
  expired: (code, place) => `${code} was ended in ${place}.`,
  partner: (code, place) => `${code} belongs to another partner in ${place}.`,
  policy: (code, place) => `${code} has another credit policy in ${place}.`,
  dates: (code, place) => `${code} has other dates in ${place}.`,
  in_performance: (code, place) => `${code} belongs to a partner in ${place}, who would take its sales.`,
  taken: (code, place) => `${code} belongs to somebody else in ${place}, so it was not made there.`,
  other: (code, place) => `${code} is not in ${place} as it is here.`,
};

/** Problems that say that a code is somebody else's already: a conflict, not a refusal. */
const OF_OTHERS = /^problem\.(taken_in_store|taken_in_network|held_in_creator|partner_in_performance)$/;

export function isTakenByOther(problem: string): boolean {
  return OF_OTHERS.test(readProblem(problem)?.key ?? "");
}

const REASONS: Record<string, string> = {
  "problem.no_partner": "The creator's partner id in the network is not known.",
  "network.not_found": "The network does not know it any more.",
};

function reasonIn(reason: string | null): string {
  const problem = readProblem(reason);
  if (problem === null) return "The network gave no reason.";
  const words = problem.values.words ?? problem.values.reason;
  return words !== undefined && words !== "" ? inWords(String(words)) : (REASONS[problem.key] ?? "The network gave no reason.");
}

/** A network's own keys, which it gives without words ("CREDITING_RULE_MISMATCH"), said so that they can stand in a message. */
function inWords(reason: string): string {
  return /^[A-Z0-9]+(?:_[A-Z0-9]+)+(?:[,;\s]+[A-Z0-9]+(?:_[A-Z0-9]+)+)*$/.test(reason) ? `The network says: ${reason.toLowerCase().replaceAll("_", " ")} (${reason}).` : reason;
}

/** Never empty: the platform takes no word with a field that says nothing. */
function said(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.trim().slice(0, LONGEST_TEXT) || "-"]));
}

/** As a JSON number; of an amount of more than fifteen digits the last ones are not told. */
function decimal(amount: bigint, currency: string): number {
  return Number(formatAmount(amount, currency));
}

/** References are numbers there; one that a number cannot hold is told by its digits. */
function numericId(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}
