// What a person can do about a sale that the network holds otherwise, or not at all, and what each of it will do: shown before, and then done. Pure.
import { networkOrderId, type ReportItem } from "./report.ts";
import { planNext, total, UNKNOWN_AMOUNT, type ReportState, type Step } from "./plan-report.ts";
import { compareAction, isLocked, type Compared, type Difference, type HeldAction, type OwnConversion, type Place } from "./read-back.ts";

export const REPAIRS = ["edit", "reverse", "send_again", "send_anew", "look", "accept"] as const;
export type Repair = (typeof REPAIRS)[number];

/** A key of locales/<language>/worklist.json under "effect", with what it names. Amounts are minor units of `currency`. */
export type Effect = {
  key: string;
  currency: string;
  /** What the network holds, or will hold, afterwards; null: that is not known. */
  amount: string | null;
  /** The payout that the creator loses, in its own currency; null where none is known. */
  payout: { amount: string; currency: string } | null;
  /** Items that an edit sets, as they will be. */
  items: { name: string; quantity: number; amount: string }[];
  /** The order id that a new sale goes out under. */
  ref: string;
};

export type Offer = { repair: Repair; effect: Effect };

/** What is known of one action, on both sides. */
export type ActionFacts = { held: HeldAction; own: OwnConversion | null; place: Place; orderRef: string; networkOrderId: string };

/** A conversion that waits for a person, or is under way shortly before its lock. */
export type StuckFacts = { n: number; next: number; state: ReportState; problem: string | null; currency: string; target: ReportItem[]; sent: ReportItem[] | null; actionId: string | null; lockAt: string | null; networkOrderId: string; changedAt: string };

/** What can be done about a difference, the best first; "accept" is always the last. */
export function offersFor(difference: Difference, facts: ActionFacts, nowMs: number): Offer[] {
  const { held, own } = facts;
  const open = !isLocked(held, nowMs);
  const offers: (Offer | null)[] = [];
  if (difference.kind === "missing") offers.push(offer("send_again", own!, { amount: wantedOf(own) }));
  if (difference.kind === "amount" && open) offers.push(edit(facts, nowMs));
  if (difference.kind === "state" && difference.how === "reversed") offers.push(offer("send_anew", own!, { amount: wantedOf(own), ref: nextRef(facts) }));
  if ((difference.kind === "extra" || difference.how === "stands") && open && held.state !== "reversed") offers.push(reverse(facts));
  offers.push(offer("look", held, { amount: held.amount }));
  offers.push(offer("accept", held, { key: open ? "accept" : "leave", amount: held.amount }));
  return offers.filter((one) => one !== null);
}

/** What can be done about a conversion that waits for a person. Where it is not known what the network did, it is asked before anything is sent again. */
export function offersForStuck(stuck: StuckFacts, nowMs: number): Offer[] {
  const { problem, target, lockAt, state, n, next, networkOrderId: told } = stuck;
  const locked = lockAt !== null && Date.parse(lockAt) <= nowMs;
  const amount = total(target).toString();
  if (problem === null) return [offer("look", stuck, { key: "hurry", amount })];
  const offers: Offer[] = [];
  if (state === "reversed" && amount !== "0") offers.push(offer("send_anew", stuck, { amount, ref: refAfter(told, n, next) }));
  else if (SENDABLE.has(problem) && !locked) offers.push(offer("send_again", stuck, { key: stuck.actionId === null ? "send_first" : "send_change", amount }));
  offers.push(offer("accept", stuck, { key: locked ? "leave" : "accept", amount: stuck.sent === null ? null : total(stuck.sent).toString() }));
  return offers;
}

/** What stopped a conversion, and may be otherwise now: sending it again is worth a try. */
const SENDABLE = new Set(["gave_up", "refused", "rejected", "partly_kept", "no_event_type", "no_partner"]);

function offer(repair: Repair, { currency }: { currency: string }, effect: Partial<Effect>): Offer {
  return { repair, effect: { key: repair, currency, amount: null, payout: null, items: [], ref: "", ...effect } };
}

function wantedOf(own: OwnConversion | null): string | null {
  return own === null ? null : total(own.target).toString();
}

function reverse({ held, own }: ActionFacts): Offer {
  const payout = held.payout === null || held.payout === "0" ? null : { amount: held.payout, currency: held.currency };
  return offer("reverse", held, { key: own === null || own.actionId !== held.actionId ? "reverse_extra" : "reverse_own", amount: held.amount, payout });
}

/** The edit that reporting will send; null where no edit can bring it right (only an item that is to be added). */
function edit(facts: ActionFacts, nowMs: number): Offer | null {
  const { held, own } = facts;
  const step = editOf(held, own!, nowMs);
  if (step === null) return null;
  const items = step.items.map(({ name, sku, quantity, amount }) => ({ name: name || sku, quantity, amount }));
  const after = total(step.holds);
  return offer("edit", own!, { key: after === total(own!.target) ? "edit" : "edit_partly", amount: after.toString(), items: held.items === null ? [] : items });
}

/** What reporting does once it knows what the network holds: the same plan, so that what is shown is what is done. */
function editOf(held: HeldAction, own: OwnConversion, nowMs: number): Extract<Step, { do: "edit" }> | null {
  const row = { state: "reported" as const, op: null, opAtMs: null, submissionId: null, actionId: held.actionId, lockAtMs: null, target: own.target, sent: sentThere(held, own), hasEventType: true, hasAttribution: true };
  const step = planNext(row, nowMs);
  return step.do === "edit" ? step : null;
}

/** What the network holds, as reporting keeps it. Where its items were not read, their amounts are unknown: an edit in absolute values sets each right. */
export function sentThere(held: HeldAction, own: OwnConversion): ReportItem[] {
  return held.items ?? own.target.map((item) => ({ ...item, amount: UNKNOWN_AMOUNT }));
}

/** The order id of a new conversion in place of this one: a reversed one is never revived (rules, section 8). `n`: its number. */
export function refAfter(networkOrderIdNow: string, n: number, next: number): string {
  const base = n > 1 && networkOrderIdNow.endsWith(`-${n}`) ? networkOrderIdNow.slice(0, -`-${n}`.length) : networkOrderIdNow;
  return networkOrderId(base, next);
}

function nextRef({ own, networkOrderId: told }: ActionFacts): string {
  return own === null ? "" : refAfter(told, own.n, own.next);
}

/**
 * What was shown, in short: a repair is done only while it is the same. Whether a lock has passed is part of it.
 */
export function versionOf({ held, own, place }: ActionFacts, nowMs: number): string {
  const items = held.items?.map((item) => `${item.sku}:${item.quantity}:${item.amount}`).join(",") ?? "-";
  const there = [held.state, held.amount, held.payout, held.partnerId, isLocked(held, nowMs) ? "locked" : "open", hash(items)];
  const here = own === null ? ["-"] : [own.state, own.actionId, own.resting ? "rests" : "moves", hash(own.target.map((item) => `${item.sku}:${item.quantity}:${item.amount}`).join(","))];
  return [...there, ...here, place.mode].map((part) => part ?? "").join("|");
}

export function versionOfStuck(stuck: StuckFacts, nowMs: number): string {
  const locked = stuck.lockAt !== null && Date.parse(stuck.lockAt) <= nowMs;
  return [stuck.state, stuck.problem ?? "", stuck.actionId ?? "", total(stuck.target), stuck.sent === null ? "" : total(stuck.sent), locked ? "locked" : "open"].join("|");
}

/** A short number for a long text (FNV-1a): not against anybody, only to see a change. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value.toString(36);
}

export function differenceOf(facts: ActionFacts, nowMs: number): Compared {
  return compareAction(facts.held, facts.own, facts.place, nowMs);
}
