// What a network holds of one sale, beside what is known of it here: does it differ, and how? Pure. What is under way is no difference yet, and what
// waits for a person already (a stuck conversion) is not named a second time.
import { total, type ReportState } from "./plan-report.ts";
import type { ReportItem } from "./report.ts";

/** An action as it was last read back. `gone`: the network holds it no more; `unread`: only its id is known. Amounts in minor units of `currency`. */
export type HeldAction = {
  actionId: string;
  state: "pending" | "approved" | "reversed" | "other" | "gone" | "unread";
  /** The network's own word where `state` is other. */
  word: string | null;
  currency: string;
  amount: string | null;
  payout: string | null;
  partnerId: string;
  lockAt: string | null;
  readAt: string | null;
  /** Its items as they were read, in the currency that was sent; null: not read. */
  items: ReportItem[] | null;
};

/** The conversion that the action is of, by its own id or by the order id that the network was told. */
export type OwnConversion = {
  n: number;
  /** The number that a new conversion of the order would take. */
  next: number;
  state: ReportState;
  /** Nothing is under way, and nothing is due. */
  resting: boolean;
  actionId: string | null;
  currency: string;
  target: ReportItem[];
  partnerId: string | null;
  lockAt: string | null;
  /** The network decides whether it is credited: what it decided is no difference. */
  awaiting: boolean;
  changedAt: string;
};

/**
 * `mine`: the action names a partner or a code of this shop, or an order that is credited here; others' sales are not this app's business. `elsewhere`: it is the
 * action of another shop's sale on the same account, or may be that which it waits for.
 */
export type Place = { mode: "full" | "codes_only"; mine: boolean; elsewhere?: "held" | "pending" | null };

export const KINDS = ["missing", "extra", "amount", "partner", "state"] as const;
export type DifferenceKind = (typeof KINDS)[number];

/** `how`, of a state: reversed there though held here, standing there though reversed here, approved before its lock, a word that is new. */
export type Difference = { kind: DifferenceKind; how: "reversed" | "stands" | "early" | "word" | null };

/** wait: it cannot be said yet, and is to be compared again. */
export type Compared = "same" | "wait" | Difference;

/** So long before its lock date a sale that is not in order is urgent. */
export const NEAR_LOCK_MS = 3 * 86_400_000;

export function isNearLock(lockAt: string | null, nowMs: number): boolean {
  return lockAt !== null && Date.parse(lockAt) > nowMs && Date.parse(lockAt) - nowMs < NEAR_LOCK_MS;
}

/** Nothing can be changed there any more. */
export function isLocked(held: Pick<HeldAction, "lockAt">, nowMs: number): boolean {
  return held.lockAt !== null && Date.parse(held.lockAt) <= nowMs;
}

export function compareAction(held: HeldAction, own: OwnConversion | null, place: Place, nowMs: number): Compared {
  if (held.state === "unread") return "same"; // it is read before anything is said of it
  if (place.elsewhere && own?.actionId !== held.actionId) return place.elsewhere === "held" ? "same" : "wait";
  if (own === null) return isExtra(held, place) ? { kind: "extra", how: null } : "same";
  if (isUnderWay(own)) return "wait";
  if (own.actionId !== held.actionId) return beside(held, own, place);
  if (own.state === "stuck") return "same";
  // The network decided that the sale is another's: what it holds for him is in order.
  if (own.state === "dropped" && isAnothers(held, own)) return "same";
  const found = own.state === "reversed" || own.state === "dropped" ? afterReversal(held) : differs(held, own, nowMs);
  // What changed here since the network was read is not in what it showed: a difference is believed once it was read again.
  const isOlder = held.readAt === null || Date.parse(held.readAt) < Date.parse(own.changedAt);
  return found !== "same" && isOlder ? "wait" : found;
}

function afterReversal(held: HeldAction): Compared {
  return stands(held) ? { kind: "state", how: "stands" } : "same";
}

function isUnderWay(own: OwnConversion): boolean {
  return own.state === "waiting" || own.state === "sending" || own.state === "queued" || !own.resting;
}

/** An action with the order id of a conversion that has another action, or none. */
function beside(held: HeldAction, own: OwnConversion, place: Place): Compared {
  if (own.actionId === null && (own.state === "stuck" || (own.state === "dropped" && isAnothers(held, own)))) return "same";
  return isExtra(held, { ...place, mine: true }) ? { kind: "extra", how: null } : "same";
}

function isAnothers(held: HeldAction, own: OwnConversion): boolean {
  return own.partnerId !== null && held.partnerId !== "" && held.partnerId !== own.partnerId;
}

function isExtra(held: HeldAction, { mode, mine }: Place): boolean {
  return mode === "full" && mine && stands(held);
}

function stands(held: HeldAction): boolean {
  return (held.state === "pending" || held.state === "approved") && held.amount !== "0";
}

function differs(held: HeldAction, own: OwnConversion, nowMs: number): Compared {
  const wanted = total(own.target);
  if (held.state === "gone") return { kind: "missing", how: null };
  if (held.state === "reversed") return wanted === 0n || own.awaiting ? "same" : { kind: "state", how: "reversed" };
  if (isAnothers(held, own)) return own.awaiting ? "same" : { kind: "partner", how: null };
  // What is shown in another currency than was sent is for display, and says nothing of the amount (rules, section 8).
  if (held.amount !== null && held.currency === own.currency && BigInt(held.amount) !== wanted) return { kind: "amount", how: null };
  if (held.state === "other") return { kind: "state", how: "word" };
  const lockAt = held.lockAt ?? own.lockAt;
  return held.state === "approved" && lockAt !== null && Date.parse(lockAt) > nowMs ? { kind: "state", how: "early" } : "same";
}

/** One difference as it stands: what a person accepted is not asked again while this is the same. */
export function printOf(difference: Difference, held: HeldAction, own: OwnConversion | null): string {
  return [difference.kind, difference.how ?? "", held.state, held.word ?? "", held.amount ?? "", held.partnerId, own === null ? "" : total(own.target)].join("|");
}
