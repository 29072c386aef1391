// Whose click an id is: when a network is asked, and which of the ids matter. Pure; instants are milliseconds since 1970.
import type { Settlement } from "./credit.ts";
import type { Touch } from "./rule-book.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A network shows a click some minutes after it happened: so long an id that is new here is left alone. */
export const FIRST_ASK_MS = { matters: MINUTE_MS, others: 10 * MINUTE_MS };

/** How long after each question that found nothing the next one is asked; after the last of them it is nobody's. Two days in all. */
const PAUSES_MS = [10 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS, 18 * HOUR_MS, 24 * HOUR_MS];

/** After the network said, for the `tries`-th time, that it has no such click: when it is asked again; null: it never will have. */
export function nextAskMs(tries: number, atMs: number): number | null {
  const pause = PAUSES_MS[tries - 1];
  return pause === undefined ? null : atMs + pause;
}

/**
 * Of the hour's requests of an account, what may go into questions about clicks, in thousandths: all of it for ids that an order's credit waits for, less
 * for the others. It comes out of what reading may use (domain/budget-shares.ts), and is less than reading's own.
 */
export const ASKS_SHARE = { matters: 100, others: 50 };

export function mostAsks(requestsAnHour: number, matters: boolean): number {
  return Math.max(1, Math.floor((requestsAnHour * (matters ? ASKS_SHARE.matters : ASKS_SHARE.others)) / 1_000));
}

/** So many ids of one order may be asked about before the others, the newest: anybody can note any number of them for a browser of his own, and then order. */
export const MOST_WANTED = 50;

export type ClickKey = { parameter: string; clickId: string };

/**
 * The click ids that an order's credit may turn on: those of unknown owner in the window of a code that asks for a click, or that anybody may use. A click of a
 * known owner is none of them, nor one whose parameter nobody noted. MOST_WANTED at most.
 */
export function ownersWanted({ candidates }: Pick<Settlement, "candidates">, touches: readonly Touch[], orderMs: number): ClickKey[] {
  const windows = candidates.filter(({ policy, term }) => policy !== "always" || term.creatorId === null).map(({ rule }) => rule.clickWindowDays);
  if (windows.length === 0) return [];
  const sinceMs = orderMs - Math.max(...windows) * 24 * HOUR_MS;
  const wanted = new Map<string, ClickKey>();
  for (const { atMs, creatorId, clickId, parameter } of [...touches].sort((a, b) => b.atMs - a.atMs)) {
    if (wanted.size === MOST_WANTED) break;
    if (creatorId !== null || clickId === null || parameter == null || atMs < sinceMs || atMs > orderMs) continue;
    wanted.set(`${parameter} ${clickId}`, { parameter, clickId });
  }
  return [...wanted.values()];
}
