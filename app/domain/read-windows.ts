// Which windows a network's actions are asked for in, so that few questions show many of them. Pure.

export type Span = { fromMs: number; toMs: number };

const DAY_MS = 86_400_000;
/** The network's clock and ours need not agree, and it may keep an event's date to the second. */
const SLACK_MS = 3_600_000;

/** What a network's lists of actions allow: the longest window, and how far back it may lie. */
export type WindowLimits = { longestWindowDays: number; oldestDays: number };

/** A day is spared: neither clock is the other's, and a month may have an hour more. */
function longestMs({ longestWindowDays }: WindowLimits): number {
  return Math.max(1, longestWindowDays - 1) * DAY_MS;
}

const SHORTEST_MS = 2 * SLACK_MS;

/** Windows that cover these days (counted from 1970 in UTC), the newest first; as few as the longest allowed window permits. */
export function windowsOfDays(days: readonly number[], limits: WindowLimits): Span[] {
  const longest = Math.max(longestMs(limits), DAY_MS + 2 * SLACK_MS);
  const spans: Span[] = [];
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const of = { fromMs: day * DAY_MS - SLACK_MS, toMs: (day + 1) * DAY_MS + SLACK_MS };
    const last = spans.at(-1);
    if (last && of.toMs - last.fromMs <= longest) last.toMs = of.toMs;
    else spans.push(of);
  }
  return spans.reverse();
}

/** What changed this long before the last reading is read once more: the network's clock is not ours, and its lists may lag behind. */
const OVERLAP_MS = 2 * 3_600_000;
const AHEAD_MS = 10 * 60_000;

/** Windows of the last change from `sinceMs` up to now, with an overlap, the oldest first: each that is done moves the place at which reading goes on. */
export function windowsSince(sinceMs: number, nowMs: number, limits: WindowLimits): Span[] {
  const longest = longestMs(limits);
  const spans: Span[] = [];
  const endMs = nowMs + AHEAD_MS;
  let fromMs = Math.max(Math.min(sinceMs, nowMs) - OVERLAP_MS, nowMs - (limits.oldestDays - 1) * DAY_MS);
  for (; endMs - fromMs > longest; fromMs += longest) spans.push({ fromMs, toMs: fromMs + longest });
  return [...spans, { fromMs, toMs: endMs }];
}

/** A window that holds more actions than the network lists is asked for in halves; null: it is too short for that. */
export function halves({ fromMs, toMs }: Span): [Span, Span] | null {
  if (toMs - fromMs < 2 * SHORTEST_MS) return null;
  const middle = Math.floor((fromMs + toMs) / 2_000) * 1_000;
  return [{ fromMs: middle, toMs }, { fromMs, toMs: middle }];
}
