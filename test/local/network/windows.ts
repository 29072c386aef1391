// The windows of time in which actions can be asked for.
import { invalid } from "./http.ts";
import { DAY_MS, instantMs } from "./instants.ts";

export type Window = { fromMs: number; toMs: number } | null;
export type Asked = { updated: Window; happened: Window; locked: Window };

const LONGEST_MS = 45 * DAY_MS;
const OLDEST_MS = 3 * 365 * DAY_MS;
const USUAL_MS = 7 * DAY_MS;

/** At most 45 days each; the last 7 days by their last change where none is named. */
export function askedWindow(query: URLSearchParams, atMs: number): Asked {
  const updated = named(query, "StartDate", "EndDate", atMs, true);
  const happened = named(query, "ActionDateStart", "ActionDateEnd", atMs, false);
  const locked = named(query, "LockingDateStart", "LockingDateEnd", atMs, false);
  const none = updated === null && happened === null && locked === null;
  return { updated: none ? { fromMs: atMs - USUAL_MS, toMs: atMs } : updated, happened, locked };
}

export function inWindow(window: Window, atMs: number): boolean {
  return window === null || (window.fromMs <= atMs && atMs <= window.toMs);
}

/** `both`: a start needs its end. The other windows may leave the end open, and then reach as far as a window may. */
function named(query: URLSearchParams, start: string, end: string, atMs: number, both: boolean): Window {
  const [from, to] = [query.get(start), query.get(end)];
  if (!from && !to) return null;
  if (!from) throw invalid([{ field: start, message: `Required with ${end}` }]);
  if (!to && both) throw invalid([{ field: end, message: `Required with ${start}` }]);
  const fromMs = instant(start, from);
  const toMs = to ? instant(end, to) : fromMs + LONGEST_MS;
  if (toMs < fromMs) throw invalid([{ field: end, message: "The end lies before the start" }]);
  if (toMs - fromMs > LONGEST_MS) throw invalid([{ field: end, message: "The range is longer than 45 days" }]);
  if (fromMs < atMs - OLDEST_MS) throw invalid([{ field: start, message: "More than 3 years ago" }]);
  return { fromMs, toMs };
}

function instant(field: string, text: string): number {
  const ms = instantMs(text);
  if (ms === null) throw invalid([{ field, message: "Not a date and time" }]);
  return ms;
}
