// How the hour's requests of an account are shared out: reports before codes before reading, and a floor for each. Pure; the one statement that takes
// a request decides by the same rules (db/budget.ts), so that any number of processes may ask.

/** What a request is for, the higher before the lower: conversions, edits, reversals and what became of them; codes, deals and requests for codes; reading back. */
export const KINDS = ["reports", "codes", "reads"] as const;
export type Kind = (typeof KINDS)[number];
/** What somebody in front of the screen waits for belongs to no kind: it is given whatever is left. */
export type Asker = Kind | "person";

/** What is each kind's own of the hour, in thousandths of what others, outside this app and in front of the screen, leave of it. The rest goes to the highest that asks. */
export const FLOORS: Record<Kind, number> = { reports: 400, codes: 200, reads: 150 };

export const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The floor of a kind that has asked for nothing in this hour is let go minute by minute, and is gone by then. */
export const SILENT_MINUTES = 54;
/** So long a kind that was turned away is waited for, after the moment that it was told to come back. */
export const GRACE_MS = MINUTE_MS;

/**
 * One hour of an account. `used` counts every request that the network knows of; `waits`: until when lower kinds leave room for a kind, since it asks just
 * now or was turned away (ms since 1970).
 */
export type Hour = { limit: number; used: number; endsAtMs: number; waits: Partial<Record<Kind, number>> } & Record<Kind, number>;

/** The hour as it stands: one that is over has become a new one, which begins with its first request. */
export function hourAt(hour: Hour, nowMs: number): Hour {
  return hour.endsAtMs > nowMs ? hour : { limit: hour.limit, used: 0, endsAtMs: nowMs + HOUR_MS, waits: hour.waits, reports: 0, codes: 0, reads: 0 };
}

/** What is a kind's own of this hour, in requests. */
export function floorOf(hour: Hour, kind: Kind): number {
  const others = Math.max(0, hour.used - hour.reports - hour.codes - hour.reads);
  return Math.ceil((FLOORS[kind] * Math.max(0, hour.limit - others)) / 1_000);
}

/**
 * What is kept for a kind of its floor. One that is silent lets go of it from the first minute on; one that asks keeps what it can still use at twice
 * its pace. At the end of the hour nothing is kept for anybody.
 */
export function heldFor(hour: Hour, kind: Kind, nowMs: number): number {
  const floor = floorOf(hour, kind);
  const minutes = minutesGone(hour, nowMs);
  const most = hour[kind] === 0 ? (floor * Math.max(0, SILENT_MINUTES - minutes)) / SILENT_MINUTES : (floor * (60 - minutes)) / 30;
  return Math.floor(Math.min(Math.max(0, floor - hour[kind]), most));
}

/** Whether one request may be made now: its kind's own while any is left, and beyond that what is kept for no other, and no higher kind asks for. */
export function mayTake(given: Hour, asker: Asker, nowMs: number): boolean {
  const hour = hourAt(given, nowMs);
  const left = hour.limit - hour.used;
  if (left < 1 || asker === "person") return left >= 1;
  if (hour[asker] < floorOf(hour, asker)) return true;
  return !isHigherWaiting(hour, asker, nowMs) && left > heldForOthers(hour, asker, nowMs);
}

/** Until when somebody who was turned away has to wait: a higher kind has done, or a minute begins with room for some requests; else the end of the hour. */
export function freeAtMs(given: Hour, asker: Asker, nowMs: number): number {
  const hour = hourAt(given, nowMs);
  const left = hour.limit - hour.used;
  if (left < 1 || asker === "person") return hour.endsAtMs;
  const some = Math.max(1, Math.floor(hour.limit / 100));
  const began = hour.endsAtMs - HOUR_MS;
  const minutes = Array.from({ length: 60 }, (_, minute) => began + minute * MINUTE_MS);
  const higherDone = KINDS.slice(0, KINDS.indexOf(asker)).map((kind) => hour.waits[kind] ?? 0);
  for (const at of [...minutes, ...higherDone].filter((at) => at > nowMs && at < hour.endsAtMs).sort((a, b) => a - b)) {
    if (isHigherWaiting(hour, asker, at)) continue;
    const held = heldForOthers(hour, asker, at);
    if (left >= (held === 0 ? 1 : some + held)) return at;
  }
  return hour.endsAtMs;
}

/** The hour after one request. Who goes on asking so soon that he would use up the hour by himself is waited for. */
export function taken(given: Hour, asker: Asker, nowMs: number): Hour {
  const hour = hourAt(given, nowMs);
  if (asker === "person") return { ...hour, used: hour.used + 1 };
  const again = nowMs + Math.floor(HOUR_MS / Math.max(1, hour.limit));
  return { ...hour, used: hour.used + 1, [asker]: hour[asker] + 1, waits: { ...hour.waits, [asker]: Math.max(hour.waits[asker] ?? 0, again) } };
}

/** The hour after somebody was turned away, who comes back at `untilMs`. */
export function turnedAway(hour: Hour, asker: Asker, untilMs: number): Hour {
  return asker === "person" ? hour : { ...hour, waits: { ...hour.waits, [asker]: untilMs + GRACE_MS } };
}

function heldForOthers(hour: Hour, asker: Kind, nowMs: number): number {
  return KINDS.filter((kind) => kind !== asker).reduce((sum, kind) => sum + heldFor(hour, kind, nowMs), 0);
}

function isHigherWaiting(hour: Hour, asker: Kind, nowMs: number): boolean {
  return KINDS.slice(0, KINDS.indexOf(asker)).some((kind) => (hour.waits[kind] ?? 0) > nowMs);
}

/** Whole minutes of the hour that are over, 0 to 59. */
function minutesGone({ endsAtMs }: Hour, nowMs: number): number {
  return Math.min(59, Math.max(0, Math.floor((nowMs - (endsAtMs - HOUR_MS)) / MINUTE_MS)));
}
