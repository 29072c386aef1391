// The hours of a chaos run: time runs on in steps, the stores sell, the post delivers, and the faults strike, until nothing is left to be done.
import { setTimeout as sleep } from "node:timers/promises";
import { nowMs } from "#app/clock.ts";
import type { Crew } from "./crew.ts";
import type { ChaosDatabase } from "./database.ts";
import type { Faults } from "./faults.ts";
import type { Act } from "./history.ts";
import type { Post } from "./post.ts";
import type { RunClock } from "./time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Leases are counted in minutes: whoever holds one has to get on with his work between two steps, or it would be taken from him for nothing. */
const STEP_MS = 6_000;
/** After so many steps without anything due, time goes to what comes next; no further than this at once. */
const QUIET_STEPS = 6;
const LONGEST_STEP_MS = 15 * MINUTE;
const LEAST_STEP_MS = 20;
/** What is due and not answered yet: time waits for it. */
const MOST_BACKLOG = 60;
/** So many orders may be due for so long to be asked of their stores; where there are more, time waits for the app, but not for ever. */
const MOST_LATE = 40;
const LATE_MS = 5 * MINUTE;
const LONGEST_HELD_MS = 1_500;
/** The store is asked what it changed once an hour. */
const SWEPT_AFTER_MS = 150 * MINUTE;
const LINGERED_MS = 4 * HOUR;
const LONGEST_MS = 60 * HOUR;
const SAY_EVERY_MS = 5_000;
/** Who ends again and again never comes back. */
const MOST_CRASHES = 30;

type Live = { acts: readonly Act[]; play: (act: Act) => void; post: Post; faults: Faults; crew: Crew; clock: RunClock; database: ChaosDatabase; say: (what: string) => void };
/** `stuck`: the conversions that wait for a person, as they were when all was first at rest. */
type Lived = { atRest: boolean; triedAgain: number; stuck: unknown[] };

/** Runs until all has happened and the app is at rest, or until it is clear that it does not come to rest. */
export async function live({ acts, play, post, faults, crew, clock, database, say }: Live): Promise<Lived> {
  const beganMs = nowMs();
  const endMs = Math.max(acts.at(-1)!.atMs, faults.lastMs) + SWEPT_AFTER_MS;
  let [played, triedAgain, quiet, saidAt, movedAt] = [0, 0, 0, performance.now(), performance.now()];
  let stuck: unknown[] | null = null;
  while (nowMs() - beganMs < LONGEST_MS && crew.crashes.length < MOST_CRASHES) {
    await Promise.all([crew.pulse(), sleep(LEAST_STEP_MS)]);
    await faults.turn(nowMs());
    const nextMs = Math.min(...[acts[played]?.atMs ?? (nowMs() < endMs ? endMs : null), post.nextMs(), faults.nextMs(), nowMs() + LONGEST_STEP_MS].map((at) => Math.max(0, (at ?? Infinity) - nowMs())));
    const dueMs = nextMs > STEP_MS && crew.away() === 0 ? Math.min(nextMs, await dueInMs(database)) : 0;
    quiet = dueMs > STEP_MS ? quiet + 1 : 0;
    if (post.backlog(nowMs()) <= MOST_BACKLOG && (performance.now() - movedAt > LONGEST_HELD_MS || !(await lags(database)))) {
      clock.forward(quiet > QUIET_STEPS ? dueMs : STEP_MS);
      movedAt = performance.now();
    }
    if (quiet > QUIET_STEPS) quiet = 0;
    for (; played < acts.length && acts[played]!.atMs <= nowMs(); played++) play(acts[played]!);
    if (performance.now() - saidAt > SAY_EVERY_MS) {
      saidAt = performance.now();
      say(`${played} of ${acts.length} acts, ${post.counts.answered} of ${post.counts.deliveries} deliveries answered, ${post.waiting()} wait, ${faults.counts.kills} kills, ${crew.crashes.length} crashes`);
    }
    if (played < acts.length || post.waiting() > 0 || faults.nextMs() !== null || nowMs() < endMs || crew.away() > 0) continue;
    if (!(await isAtRest(database))) continue;
    stuck ??= await database.ask("select * from conversion where state = 'stuck' order by shop, order_id, n");
    const again = await tryAgain(database);
    triedAgain += again;
    if (again === 0) return { atRest: true, triedAgain, stuck };
  }
  return { atRest: false, triedAgain, stuck: stuck ?? [] };
}

/** More orders than a few are to be asked of their stores, and were not for some minutes: in real hours nobody would be so late. */
async function lags(database: ChaosDatabase): Promise<boolean> {
  const [row] = await database.ask<{ late: number }>("select count(*)::int as late from (select from order_state where fetch_at < $1 limit $2) late", [new Date(nowMs() - LATE_MS), MOST_LATE + 1]);
  return row!.late > MOST_LATE;
}

/** In how long something is due in the app, as far as its tables say. */
async function dueInMs(database: ChaosDatabase): Promise<number> {
  const [row] = await database.ask<{ at: Date | null }>(
    `select min(at) as at from (select min(received_at) from delivery where state = 'new' union all select min(fetch_at) from order_state where fetch_at is not null union all select min(next_at) from conversion where next_at is not null union all select min(next_at) from order_sweep where done_at is null) due(at)`,
  );
  return row!.at === null ? LONGEST_STEP_MS : row!.at.getTime() - nowMs();
}

/**
 * Nothing waits to be settled, to be asked of a store, or to be told, and no sweep of a store is under way. A creation that got lost and is wanted no more is watched for a day, should it turn up after
 * all; that day is not waited for, after the hours in which it could.
 */
async function isAtRest(database: ChaosDatabase): Promise<boolean> {
  const [row] = await database.ask<{ open: boolean }>(
    `select exists (select from delivery where state = 'new') or exists (select from order_state where fetch_at is not null)
       or exists (select from order_sweep where done_at is null) or exists (select from conversion where next_at is not null and not (op = 'create' and target = '[]' and op_at < $1)) as open`,
    [new Date(nowMs() - LINGERED_MS)],
  );
  return !row!.open;
}

/** What reporting gave up is made due again, as a person does it on the worklist: it shows whether that mends it. That it was needed is a fault of the run all the same. */
async function tryAgain(database: ChaosDatabase): Promise<number> {
  const rows = await database.ask("update conversion set next_at = $1, attempts = 0 where state = 'stuck' and problem = 'gave_up' returning 1", [new Date(nowMs())]);
  return rows.length;
}

/** What still waits, for a person to read. */
export async function leftOver(database: ChaosDatabase): Promise<unknown[]> {
  return database.ask(
    `select 'delivery' as what, shop, order_id, state, reason as why, null::timestamptz as next_at from delivery where state = 'new'
     union all select 'order', shop, order_id, null, fetch_why, fetch_at from order_state where fetch_at is not null
     union all select 'sweep', shop, null, state, problem, next_at from order_sweep where done_at is null
     union all select 'conversion', shop, order_id, state, problem, next_at from conversion where next_at is not null limit 50`,
  );
}
