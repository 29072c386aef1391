// The shapes of a run that makes many codes.

/** A code that is to be made. Dates are ISO 8601; null: the deal's own. */
export type NewBatchRow = {
  creatorId: string | null; // null: a code for everybody
  code: string;
  policy: "always" | "involved" | "winner";
  startsAt: string | null;
  endsAt: string | null;
  fileRow: number | null; // the row of the file that it came from, as a person counts them
};

/** The most rows of one run. */
export const MOST_ROWS = 50_000;

export type BatchState = "checking" | "checked" | "running" | "stopped" | "done" | "failed";
/** `made`: its code is written here, and on its way into the store or there. */
export type RowState = "new" | "checked" | "blocked" | "made" | "failed" | "skipped";
export type RowCounts = Record<RowState, number>;

/** `hyphens`: the merchant allows them in codes of a network too. */
export type BatchSettings = { hyphens: boolean; comments?: string };

/** How far a run is. `inStore`, `asked` (handed to the store, which makes them some hundreds at once), `refused`: of its codes. `inNetwork` of `forNetwork`: those that are to be placed in a network. */
export type Progress = { total: number; rows: RowCounts; inStore: number; asked: number; refused: number; forNetwork: number; inNetwork: number };

export const NO_ROWS: RowCounts = { new: 0, checked: 0, blocked: 0, made: 0, failed: 0, skipped: 0 };

/** Rows that the phase at hand is about, and how many of them are through it. */
export function stepOf(state: BatchState, { total, rows, inStore }: Progress): { of: number; done: number } {
  if (state === "checking") return { of: total, done: total - rows.new };
  return { of: rows.new + rows.checked + rows.made, done: Math.min(inStore, rows.made) };
}

/** Seconds until a step is through at its pace of late; null: that cannot be told yet. */
export function secondsLeft({ of, done }: { of: number; done: number }, perSecond: number | null): number | null {
  if (of <= done) return 0;
  return perSecond === null || perSecond <= 0 ? null : Math.ceil((of - done) / perSecond);
}

/** The hourly budget of an account at a network; `endsAt` ISO 8601. */
export type HourlyBudget = { limit: number; used: number; endsAt: string };

/** Requests that a network takes for one code: it is asked for the name first. */
export const REQUESTS_A_CODE = 2;
const HOUR_MS = 3_600_000;

/**
 * When a network's queue of so many codes will be empty, if nothing else uses its budget (often 1,000 requests an hour and account). A budget
 * whose hour is over is whole again. Returns the instant in milliseconds since 1970.
 */
export function queueEnds(codes: number, budget: HourlyBudget | null, nowMs: number): number {
  const limit = Math.max(1, budget?.limit ?? 1_000);
  const requests = codes * REQUESTS_A_CODE;
  const open = budget !== null && Date.parse(budget.endsAt) > nowMs;
  const left = open ? Math.max(0, limit - budget.used) : limit;
  if (requests <= left) return nowMs;
  // What the hour at hand does not take is taken by whole hours after it.
  const firstEnd = open ? Date.parse(budget.endsAt) : nowMs + HOUR_MS;
  return firstEnd + (Math.ceil((requests - left) / limit) - 1) * HOUR_MS;
}
