// What is to be done next about a conversion: pure, from its row and the time (rules, section 8; the network's habits: submissions take
// 4 to 21 minutes, have no id to find their action by, and may be lost; actions lock).
import type { Problem, ReportItem } from "./report.ts";

const MINUTE = 60_000;

export const REPORTING = {
  /** A request that was begun and has no answer: its process is taken for dead after this time. */
  leaseMs: 2 * MINUTE,
  /** When the end of a submission is first asked for. */
  firstAskMs: 5 * MINUTE,
  /** A program's actions are read at multiples of this time, for all that wait. */
  gridMs: 3 * MINUTE,
  /** Between two questions about the same submission. */
  nextAskMs: 10 * MINUTE,
  /** By this age a submission has usually ended. One read of the program's actions serves all that wait; only those that are still missing then are asked for one by one. */
  usualMs: 21 * MINUTE,
  /** How long no creation or reversal is sent again while it is unknown whether the network acted: a second one does no harm. */
  doubtMs: 45 * MINUTE,
  /** A submission that has not ended by then is lost. */
  lostMs: 120 * MINUTE,
  /** How long a creation without a trace may still turn up. */
  lateMs: 24 * 60 * MINUTE,
  lingerMs: 60 * MINUTE,
  /** How long a conversion waits at most while its code is on the way into the network, or is made anew there for another partner. */
  codeMs: 180 * MINUTE,
  /** How often it is looked whether the code has arrived. */
  codeAskMs: 1 * MINUTE,
  /** Faults in a row until a person is asked. */
  mostAttempts: 12,
  longestBackoffMs: 60 * MINUTE,
} as const;

export type ReportState = "waiting" | "sending" | "queued" | "reported" | "reversed" | "dropped" | "stuck";
export type ReportOp = "create" | "edit" | "reverse";

/** What planning reads of a conversion. `op` with `opAtMs` is the request under way, or one whose effect is unknown. */
export type PlannedConversion = {
  state: ReportState;
  op: ReportOp | null;
  opAtMs: number | null;
  submissionId: string | null;
  actionId: string | null;
  lockAtMs: number | null;
  target: ReportItem[];
  sent: ReportItem[] | null;
  hasEventType: boolean;
  /** A code, a click or a partner to credit. */
  hasAttribution: boolean;
  /** It is told by its click, and that is another network's. */
  isForeign?: boolean;
  /** The network, whose decision it was, credits somebody else or nobody, and said so after the last request: nothing of ours is there. */
  refused?: boolean;
  /** Until then it waits for its code, which is on the way into the network or is replaced there: told now, the sale would be nobody's, or an earlier owner's. */
  holdUntilMs?: number | null;
};

export type Step =
  | { do: "rest"; state: ReportState; problem: Problem | null } // nothing to send; with a problem, a person is asked
  | { do: "hold" } // its code is not there yet
  | { do: "create" }
  | { do: "edit"; items: ReportItem[]; holds: ReportItem[] } // the changed items in absolute values, and what the network holds then
  | { do: "reverse" }
  | { do: "look"; missing: "wait" | "poll" | "send" | "linger" | "forget" } // is its action there? and if not
  | { do: "poll" } // has the edit or reversal ended?
  | { do: "compare"; undone: "wait" | "send" }; // what does the action hold? and if it was not done

/** The next step of a conversion that is due. */
export function planNext(row: PlannedConversion, nowMs: number): Step {
  if (row.state === "reversed" || row.state === "dropped") return { do: "rest", state: row.state, problem: null };
  // The request that it answered is over, and what action there may have been is another's by now.
  if (row.refused && (row.op === null || row.op === "create") && total(row.target) === 0n) return { do: "rest", state: "dropped", problem: null };
  if (row.op !== null) return ask(row, row.op, nowMs - (row.opAtMs ?? 0));
  return row.actionId === null ? begin(row, nowMs) : follow(row, nowMs);
}

function ask({ submissionId, target }: PlannedConversion, op: ReportOp, ageMs: number): Step {
  const alive = submissionId !== null && ageMs < REPORTING.lostMs;
  // Values are absolute, and whichever edit ends last wins: none is sent while an earlier one may still be worked on.
  const again = alive || ageMs < (op === "edit" ? REPORTING.lostMs : REPORTING.doubtMs) ? "wait" : "send";
  if (op !== "create") return alive ? { do: "poll" } : { do: "compare", undone: again };
  if (alive && ageMs >= REPORTING.usualMs) return { do: "look", missing: "poll" };
  // Sent again it would be absorbed as a duplicate, should the first one be only late. With nothing to send, a late one has to be watched for.
  if (again === "send" && total(target) === 0n) return { do: "look", missing: ageMs < REPORTING.lateMs ? "linger" : "forget" };
  return { do: "look", missing: again };
}

/** Of which nothing is at the network. */
function begin(row: PlannedConversion, nowMs: number): Step {
  if (total(row.target) === 0n) return { do: "rest", state: "waiting", problem: null };
  if (!row.hasEventType) return { do: "rest", state: "stuck", problem: "no_event_type" };
  if (!row.hasAttribution) return { do: "rest", state: "stuck", problem: row.isForeign === true ? "foreign_click" : "no_partner" };
  if (row.holdUntilMs != null && nowMs < row.holdUntilMs) return { do: "hold" };
  return { do: "create" };
}

/** Of which the network holds an action. */
function follow(row: PlannedConversion, nowMs: number): Step {
  const sent = row.sent ?? [];
  if (sameHeld(row.target, sent)) return { do: "rest", state: "reported", problem: null };
  if (row.lockAtMs !== null && nowMs >= row.lockAtMs) return { do: "rest", state: "stuck", problem: "after_lock" };
  if (total(row.target) === 0n) return { do: "reverse" };
  const wanted = new Map(row.target.map((item) => [item.sku, item]));
  const holds = sent.map((item) => wanted.get(item.sku) ?? { ...item, quantity: 0, amount: "0" });
  const items = holds.filter((item, index) => !same(item, sent[index]!));
  // An edit that leaves nothing is a reversal, and that is final: what only added items could hold waits for a person, and the action stands until then.
  if (items.length > 0 && total(holds) !== 0n) return { do: "edit", items, holds };
  return { do: "rest", state: "stuck", problem: "added_item" }; // the network knows no call that adds an item
}

/** Stands in `sent` for an amount that the network shows in another currency only: it differs from every amount that can be wanted. */
export const UNKNOWN_AMOUNT = "-1";

/** The sum of the items, in minor units; an amount that is not known counts as none. */
export function total(items: readonly ReportItem[]): bigint {
  return items.reduce((sum, item) => sum + (item.amount === UNKNOWN_AMOUNT ? 0n : BigInt(item.amount)), 0n);
}

/** Do two lists say the same of every SKU? An item with nothing left of it and one that is not there are the same. */
export function sameHeld(a: readonly ReportItem[], b: readonly ReportItem[]): boolean {
  const held = new Map(b.map((item) => [item.sku, item]));
  const missing = a.filter((item) => !held.has(item.sku)).every(isNothing);
  const named = new Set(a.map((item) => item.sku));
  const left = b.filter((item) => !named.has(item.sku)).every(isNothing);
  return missing && left && a.every((item) => !held.has(item.sku) || same(item, held.get(item.sku)!));
}

/** Money without pieces left: told with quantity 0, which a network may take for a returned item. What it made of it is read back. */
export function hasMoneyWithoutPieces(items: readonly ReportItem[]): boolean {
  return items.some((item) => item.quantity === 0 && !isNothing(item));
}

/** How long until the program's actions are read for a creation that was just sent, or looked for in vain: at least the first asking time, on a common grid. */
export function lookDelayMs(nowMs: number): number {
  const earliest = nowMs + REPORTING.firstAskMs;
  return Math.ceil(earliest / REPORTING.gridMs) * REPORTING.gridMs - nowMs;
}

/** How long to wait after the nth fault in a row: 30 s, doubling, an hour at most. */
export function backoffMs(attempts: number): number {
  return Math.min(REPORTING.longestBackoffMs, 30_000 * 2 ** Math.max(0, attempts - 1));
}

function same(a: ReportItem, b: ReportItem): boolean {
  return a.amount === b.amount && (a.quantity === b.quantity || isNothing(a));
}

function isNothing(item: ReportItem): boolean {
  return item.amount === "0";
}
