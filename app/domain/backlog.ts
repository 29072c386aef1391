// What waits for an account's hours, and until when: pure, for the page. At the rate that is permitted, and by the shares of the hour.
import { floorOf, hourAt, HOUR_MS, KINDS, type Hour, type Kind } from "./budget-shares.ts";
import { REQUESTS_A_CODE } from "./code-batch.ts";

/** Requests that one thing which waits will take. A creation's end is learned from one list for all of them. */
export const REQUESTS = { created: 1, changed: 3, underway: 2, code: REQUESTS_A_CODE, deal: 3, reading: 2 } as const;

/** Where the network has not told its limit yet: a usual one. */
export const USUAL_LIMIT = 1_000;
/** What takes longer than this is warned of. */
export const LONG_HOURS = 6;
const MOST_HOURS = 24 * 365;

/** Plain JSON, for one account of a shop. Instants are ISO 8601. */
export type Backlog = {
  connectionId: string;
  /** null: this account was not asked anything yet. `others`: outside this app, and for somebody in front of the screen. */
  hour: ({ limit: number; left: number; others: number; endsAt: string } & Record<Kind, number>) | null;
  limit: number;
  waits: { conversions: number; codes: number; deals: number; readings: number };
  /** When the last of each kind will be through at this rate; null: none waits. */
  until: Record<Kind, string | null>;
  /** Conversions that came up in the last hour, and that were told in it. */
  lastHour: { came: number; told: number };
  /** More comes up than is told, and what waits does not fit into the hour; or it takes longer than LONG_HOURS. */
  warns: "grows" | "long" | null;
};

export type Waiting = { connectionId: string; hour: Hour | null; waits: Backlog["waits"]; requests: Record<Kind, number>; lastHour: Backlog["lastHour"] };

export function backlogOf({ connectionId, hour, waits, requests, lastHour }: Waiting, nowMs: number): Backlog {
  const untilMs = throughAt(hour, requests, nowMs);
  const inHours = (kind: Kind, hours: number) => untilMs[kind] !== null && untilMs[kind] > nowMs + hours * HOUR_MS;
  const grows = lastHour.came > lastHour.told && inHours("reports", 1);
  const shown = hour === null ? null : hourAt(hour, nowMs);
  return {
    connectionId,
    hour: shown && {
      limit: shown.limit, left: Math.max(0, shown.limit - shown.used), reports: shown.reports, codes: shown.codes, reads: shown.reads,
      others: Math.max(0, shown.used - shown.reports - shown.codes - shown.reads), endsAt: new Date(shown.endsAtMs).toISOString(),
    },
    limit: hour?.limit ?? USUAL_LIMIT,
    waits,
    until: { reports: iso(untilMs.reports), codes: iso(untilMs.codes), reads: iso(untilMs.reads) },
    lastHour,
    warns: grows ? "grows" : KINDS.some((kind) => inHours(kind, LONG_HOURS)) ? "long" : null,
  };
}

/**
 * When the last of so many requests of each kind will have been made (ms since 1970; null: there are none), if nothing else comes up: in each hour every
 * kind its floor, what is left of it to the highest. Within an hour they are taken to be spread evenly.
 */
export function throughAt(known: Hour | null, requests: Record<Kind, number>, nowMs: number): Record<Kind, number | null> {
  let hour = hourAt(known ?? { limit: USUAL_LIMIT, used: 0, endsAtMs: 0, reports: 0, codes: 0, reads: 0, waits: {} }, nowMs);
  const need = { ...requests };
  const through: Record<Kind, number | null> = { reports: null, codes: null, reads: null };
  let fromMs = nowMs;
  for (let hours = 0; hours < MOST_HOURS && KINDS.some((kind) => need[kind] > 0); hours++) {
    const given = shareOut(hour, need);
    const left = Math.max(0, hour.limit - hour.used);
    for (const kind of KINDS) {
      if (need[kind] <= 0) continue;
      need[kind] -= given[kind];
      const others = KINDS.reduce((sum, one) => sum + (one === kind ? 0 : given[one]), 0);
      const most = Math.max(1, left - others, Math.min(left, floorOf(hour, kind) - hour[kind]));
      if (need[kind] <= 0) through[kind] = Math.round(fromMs + (given[kind] / most) * (hour.endsAtMs - fromMs));
    }
    fromMs = hour.endsAtMs;
    hour = { ...hourAt(hour, fromMs), endsAtMs: fromMs + HOUR_MS };
  }
  for (const kind of KINDS) if (need[kind] > 0) through[kind] = nowMs + MOST_HOURS * HOUR_MS;
  return through;
}

function shareOut(hour: Hour, need: Record<Kind, number>): Record<Kind, number> {
  const given: Record<Kind, number> = { reports: 0, codes: 0, reads: 0 };
  let left = Math.max(0, hour.limit - hour.used);
  const give = (kind: Kind, most: number) => {
    const some = Math.min(left, Math.max(0, most), need[kind] - given[kind]);
    given[kind] += some;
    left -= some;
  };
  for (const kind of KINDS) give(kind, floorOf(hour, kind) - hour[kind]);
  for (const kind of KINDS) give(kind, left);
  return given;
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
