// Which windows a network's actions are asked for in, so that few questions show many of them. Pure.

export type Span = { fromMs: number; toMs: number };

const DAY_MS = 86_400_000;
/** The network's clock and ours need not agree, and it may keep an event's date to the second. */
const SLACK_MS = 3_600_000;
/** The network allows 45 days (contract of the actions). */
const LONGEST_MS = 44 * DAY_MS;
const SHORTEST_MS = 2 * SLACK_MS;

/** Windows that cover these days (counted from 1970 in UTC), the newest first; as few as the longest allowed window permits. */
export function windowsOfDays(days: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const of = { fromMs: day * DAY_MS - SLACK_MS, toMs: (day + 1) * DAY_MS + SLACK_MS };
    const last = spans.at(-1);
    if (last && of.toMs - last.fromMs <= LONGEST_MS) last.toMs = of.toMs;
    else spans.push(of);
  }
  return spans.reverse();
}

/** The network allows 3 years back (contract of the actions); the years have their leap days, and its clock is not ours. */
const OLDEST_MS = (3 * 365 - 1) * DAY_MS;
/** What changed this long before the last reading is read once more: the network's clock is not ours, and its lists may lag behind. */
const OVERLAP_MS = 2 * 3_600_000;
const AHEAD_MS = 10 * 60_000;

/** Windows of the last change from `sinceMs` up to now, with an overlap, the oldest first: each that is done moves the place at which reading goes on. */
export function windowsSince(sinceMs: number, nowMs: number): Span[] {
  const spans: Span[] = [];
  const endMs = nowMs + AHEAD_MS;
  let fromMs = Math.max(Math.min(sinceMs, nowMs) - OVERLAP_MS, nowMs - OLDEST_MS);
  for (; endMs - fromMs > LONGEST_MS; fromMs += LONGEST_MS) spans.push({ fromMs, toMs: fromMs + LONGEST_MS });
  return [...spans, { fromMs, toMs: endMs }];
}

/** A window that holds more actions than the network lists is asked for in halves; null: it is too short for that. */
export function halves({ fromMs, toMs }: Span): [Span, Span] | null {
  if (toMs - fromMs < 2 * SHORTEST_MS) return null;
  const middle = Math.floor((fromMs + toMs) / 2_000) * 1_000;
  return [{ fromMs: middle, toMs }, { fromMs, toMs: middle }];
}
