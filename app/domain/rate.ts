// A store's budget of points as one process can know it: a bucket that calls are paid from and that fills with time. What is known is held low
// rather than high: a call is sent only when the bucket covers it for sure. (Shopify: build/apis/graphql-admin/rate-limits.)

/** Points, as the store counts them. `available`: what is there when every call under way is paid for in full. */
export type Rate = {
  maximum: number;
  restorePerSecond: number;
  available: number;
  /** What calls under way were taken to cost. */
  inFlight: number;
  atMs: number;
  /** The store wants no call before that; 0: it said nothing of the kind. */
  pausedUntilMs: number;
  /** How long a call takes from sending to its answer, as of late. */
  latencyMs: number;
};

/** Who waits for the answer: a person; a work that is under way; or nobody (what is gone through to be sure). Each leaves a part of the bucket to those before it. */
export type Urgency = "person" | "background" | "idle";

/** What the store said of a call. `actual` null: it turned the call away, and took nothing. */
export type SaidCost = { requested: number; actual: number | null; available: number; maximum: number; restorePerSecond: number };

/** The most urgent first. */
export const URGENCIES: readonly Urgency[] = ["person", "background", "idle"];
/** Parts of the bucket that stay untouched. */
const KEPT: Record<Urgency, number> = { person: 0, background: 0.1, idle: 0.5 };
const FIRST_LATENCY_MS = 200;
/** Of each new measurement so much goes into what is known. */
const SHARE_OF_NEW = 0.2;

/** What the first answer of a store tells, when nothing else is under way. */
export function firstRate(said: SaidCost, nowMs: number, latencyMs: number): Rate {
  const { maximum, restorePerSecond, available } = said;
  return { maximum, restorePerSecond, available: Math.min(available, maximum), inFlight: 0, atMs: nowMs, pausedUntilMs: 0, latencyMs };
}

/** With the points that came back since. A call under way may not have been paid yet: the bucket is taken to be full the earlier for it. */
export function refill(rate: Rate, nowMs: number): Rate {
  const back = (Math.max(0, nowMs - rate.atMs) / 1_000) * rate.restorePerSecond;
  const available = Math.max(rate.available, Math.min(rate.available + back, rate.maximum - rate.inFlight));
  return { ...rate, available, atMs: nowMs };
}

/** How many points a call of this cost leaves untouched. A call that would otherwise never fit leaves less. */
export function floorFor(rate: Rate, points: number, urgency: Urgency): number {
  return Math.max(0, Math.min(rate.maximum * KEPT[urgency], rate.maximum - points));
}

/** In how many milliseconds the bucket covers a call, if nobody else takes of it; 0: now. A call that is dearer than the bucket goes when that is full. */
export function msUntil(rate: Rate, points: number, urgency: Urgency, nowMs: number): number {
  if (rate.pausedUntilMs > nowMs) return rate.pausedUntilMs - nowMs;
  const { available, maximum, restorePerSecond } = refill(rate, nowMs);
  const missing = Math.min(points + floorFor(rate, points, urgency), maximum) - available;
  if (missing <= 0) return 0;
  return restorePerSecond > 0 ? Math.max(1, Math.ceil((missing / restorePerSecond) * 1_000)) : 1_000;
}

/** A call goes out. */
export function send(rate: Rate, points: number, nowMs: number): Rate {
  const now = refill(rate, nowMs);
  return { ...now, available: now.available - points, inFlight: now.inFlight + points };
}

/**
 * The answer to a call that was taken to cost `points`. What the store says it has holds where it differs from what can be: less when others use
 * the budget too, more when points were counted that it never took.
 */
export function settle(rate: Rate, points: number, said: SaidCost, sentMs: number, nowMs: number): Rate {
  const tookMs = Math.max(0, nowMs - sentMs);
  const others = Math.max(0, rate.inFlight - points);
  const now = refill({ ...rate, maximum: said.maximum, restorePerSecond: said.restorePerSecond, inFlight: others }, nowMs);
  const paid = said.actual ?? 0;
  const counted = now.available + points - paid;
  const most = said.available + (tookMs / 1_000) * said.restorePerSecond;
  const available = Math.min(Math.max(Math.min(counted, most), said.available - others), said.maximum - others);
  return { ...now, available, latencyMs: rate.latencyMs + SHARE_OF_NEW * (tookMs - rate.latencyMs) };
}

/** No cost came with the answer, or no answer: whether the points were taken is not known, so they count as taken until the store says otherwise. */
export function lose(rate: Rate, points: number): Rate {
  return { ...rate, inFlight: Math.max(0, rate.inFlight - points) };
}

/** The store turned everything away for a while. */
export function pause(rate: Rate, waitMs: number, nowMs: number): Rate {
  return { ...rate, available: Math.min(refill(rate, nowMs).available, 0), atMs: nowMs, pausedUntilMs: nowMs + waitMs };
}

/** How many calls of this cost have to be under way at once so that all that comes back is used; at least 2, at most `most`. */
export function lanesFor(rate: Rate | null, points: number, most: number): number {
  const { restorePerSecond, latencyMs } = rate ?? { restorePerSecond: 100, latencyMs: FIRST_LATENCY_MS };
  return Math.min(most, Math.max(2, Math.ceil(((restorePerSecond / points) * latencyMs * 1.5) / 1_000) + 1));
}
