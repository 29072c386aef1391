// Codes in the store: redeem codes of their deal's discount, many calls under way at once. Every call is noted before it goes out, and what was asked
// for without an answer is looked for before it is asked for again, so that a crash anywhere leaves each code once.
import { now } from "../clock.ts";
import { updateDealInStore } from "../db/deal.ts";
import { STORE, markJob, markWaiting, putOff } from "../db/placement.ts";
import { holdWaitingInStore, listDoubtfulInStore, listDueJobs, listWaitingInStore, markAskedInStore, markLiveInStore, markRefusedInStore, noteJob } from "../db/placement-store.ts";
import type { DueInStore, DueJob } from "../db/placement-store.ts";
import { codeKey } from "../domain/code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin } from "../shopify/admin.ts";
import { MOST_CODES_A_CALL, addRedeemCodes, findByCode, readBulkCodes } from "../shopify/discounts.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { lanesOf } from "../shopify/rate.ts";
import { MOST_JOBS_A_CALL, MOST_NAMES_A_CALL, findDiscountsOfCodes, readBulkCreations } from "../shopify/bulk-codes.ts";
import { after } from "./again.ts";
import { inParallel } from "./parallel.ts";
import { judgeStoreFault } from "./place-faults.ts";

/** Points of one call that adds codes, with the look at its job. */
const ADD_COST = 11;
const MOST_LANES = 32;
/** A turn ends soon enough that a person who stops a run sees it stop. */
const CALLS_A_LANE = 4;
const MOST_JOBS_A_TURN = 200;
const MOST_DOUBTFUL_A_TURN = 1_000;
const LONGEST_HOLD_MS = 60_000;

type Turn = { shop: string; admin: Admin; done: number; stopped: boolean };

/** Adds the codes that are due to their discounts, and looks what became of those that were asked for. Returns how much was done. */
export async function placeCodesInStore(shop: string, admin: Admin): Promise<number> {
  const at = now();
  const lanes = lanesOf(shop, ADD_COST, MOST_LANES);
  const [jobs, doubtful, waiting] = await Promise.all([
    listDueJobs(shop, at, MOST_JOBS_A_TURN),
    listDoubtfulInStore(shop, at, MOST_DOUBTFUL_A_TURN),
    listWaitingInStore(shop, at, lanes * CALLS_A_LANE * MOST_CODES_A_CALL),
  ]);
  const turn: Turn = { shop, admin, done: 0, stopped: false };
  const calls = [
    ...pieces(jobs, MOST_JOBS_A_CALL).map((piece) => () => readJobs(turn, piece)),
    ...byDiscount(doubtful).flatMap((rows) => pieces(rows, MOST_NAMES_A_CALL).map((piece) => () => lookAgain(turn, piece))),
    ...byDiscount(waiting).flatMap((rows) => pieces(rows, MOST_CODES_A_CALL).map((piece) => () => add(turn, piece, true))),
  ];
  await inParallel(calls, lanes, async (call) => {
    await call();
    return !turn.stopped;
  });
  return turn.done;
}

/** `fresh`: they were not asked for before. */
async function add(turn: Turn, rows: DueInStore[], fresh: boolean): Promise<void> {
  const at = now();
  const still = await markAskedInStore(turn.shop, rows.map((row) => row.codeId), at, after(at, firstLookMs(turn.shop)));
  const asked = rows.filter((row) => still.has(row.codeId));
  if (asked.length === 0) return;
  const { discountId, dealId } = asked[0]!;
  const ids = asked.map((row) => row.codeId);
  const added = await addRedeemCodes(turn.admin, discountId, asked.map((row) => row.code));
  if (added.ok) {
    await noteJob(turn.shop, ids, added.value.jobId);
    turn.done += asked.length;
    return;
  }
  if (added.fault.kind === "refused" && added.fault.errors.some((error) => error.field === "discountId") && dealId !== null) {
    await updateDealInStore(turn.shop, dealId, { storeState: "missing", storeProblem: writeProblem("problem.deal_missing_in_store"), storeReadAt: now() });
  }
  await giveUpOrWait(turn, ids, added.fault, attemptsOf(asked), fresh);
}

/** How long the store takes to add the codes of a job, as of late: to look earlier costs points, later time. */
const jobMs = new Map<string, number>();
const JOB_MS = { first: 1_000, least: 500, most: 30_000 };

function firstLookMs(shop: string): number {
  return jobMs.get(shop) ?? JOB_MS.first;
}

/** Looks at jobs; where one is done, each of its codes has its answer. */
async function readJobs(turn: Turn, jobs: DueJob[]): Promise<void> {
  const { shop } = turn;
  const read = await readBulkCreations(turn.admin, jobs.map((job) => job.jobId));
  if (!read.ok) return giveUpOrWait(turn, jobs.flatMap((job) => job.codeIds), read.fault, attemptsOf(jobs), false);
  const at = now();
  const of = (what: (state: { done: boolean; failed: number } | null) => boolean) => jobs.filter((_, n) => what(read.value[n]!));

  const unknown = of((state) => state === null);
  if (unknown.length > 0) await markJob(shop, unknown.flatMap((job) => job.codeIds), null, at);
  const working = of((state) => state !== null && !state.done);
  for (const job of working) {
    const age = at.getTime() - job.askedAt.getTime();
    const waitMs = Math.min(JOB_MS.most, Math.max(JOB_MS.least, age / 4));
    jobMs.set(shop, Math.min(JOB_MS.most, Math.max(firstLookMs(shop), age + waitMs)));
    await markJob(shop, job.codeIds, job.jobId, after(at, waitMs));
  }
  const made = of((state) => state !== null && state.done && state.failed === 0);
  if (made.length > 0) {
    jobMs.set(shop, Math.max(JOB_MS.least, firstLookMs(shop) * 0.98));
    await markLiveInStore(shop, made.flatMap((job) => job.codeIds), at);
  }
  turn.done += [...unknown, ...made].reduce((sum, job) => sum + job.codeIds.length, 0);
  for (const job of of((state) => state !== null && state.done && state.failed > 0)) {
    if (!turn.stopped) await readFailures(turn, job);
  }
}

/** Who has each code of a job of which some were not made; for those that nobody has, the store's words. */
async function readFailures(turn: Turn, job: DueJob): Promise<void> {
  const rows = rowsOf(job);
  const free: DueInStore[] = [];
  for (const piece of pieces(rows, MOST_NAMES_A_CALL)) {
    const looked = await lookFor(turn, piece);
    if (looked === null) return;
    free.push(...looked);
  }
  if (free.length > 0) await readWords(turn, job, free);
}

function rowsOf({ codeIds, codes, dealId, discountId, attempts }: DueJob): DueInStore[] {
  return codeIds.map((codeId, n) => ({ codeId, code: codes[n]!, dealId, discountId, attempts }));
}

async function readWords(turn: Turn, job: DueJob, rows: DueInStore[]): Promise<void> {
  const left = new Map(rows.map((row) => [codeKey(row.code), row]));
  const refused: { codeId: string; problem: string }[] = [];
  for (let cursor: string | null = null, first = true; left.size > 0 && (first || cursor !== null); first = false) {
    const page = await readBulkCodes(turn.admin, job.jobId, cursor);
    if (!page.ok) return giveUpOrWait(turn, rows.map((row) => row.codeId), page.fault, attemptsOf(rows), false);
    for (const { code, errors } of page.value?.codes ?? []) {
      const row = left.get(codeKey(code));
      if (!row || errors.length === 0) continue;
      left.delete(codeKey(code));
      refused.push({ codeId: row.codeId, problem: writeProblem("store.refused", { words: errors.map((error) => error.message).join("; ").slice(0, 500) }) });
    }
    cursor = page.value?.next ?? null;
  }
  await markRefusedInStore(turn.shop, refused, now());
  turn.done += refused.length;
  // The job says nothing of these: they are looked for again after a while, and then asked for anew.
  const silent = [...left.values()];
  if (silent.length === 0) return;
  const ids = silent.map((row) => row.codeId);
  await markJob(turn.shop, ids, null, now());
  await putOff(turn.shop, ids, STORE, null, after(now(), JOB_MS.most), true);
}

/** Codes that were asked for, and of which no job is known: the process died, or no answer came. Those that nobody has are asked for again. */
async function lookAgain(turn: Turn, rows: DueInStore[]): Promise<void> {
  const free = await lookFor(turn, rows);
  if (free !== null && free.length > 0) await add(turn, free, false);
}

/** Asks the store who has each code, and notes it. Returns those that nobody has; null: the store could not be asked. */
async function lookFor(turn: Turn, rows: DueInStore[]): Promise<DueInStore[] | null> {
  const found = await findDiscountsOfCodes(turn.admin, rows.map((row) => row.code));
  if (!found.ok) {
    await giveUpOrWait(turn, rows.map((row) => row.codeId), found.fault, attemptsOf(rows), false);
    return null;
  }
  const of = (what: (has: string | null, row: DueInStore) => boolean) => rows.filter((row, n) => what(found.value[n]!, row));
  const mine = of((has, row) => has === row.discountId);
  if (mine.length > 0) await markLiveInStore(turn.shop, mine.map((row) => row.codeId), now());
  turn.done += mine.length;
  const taken = of((has, row) => has !== null && has !== row.discountId);
  if (taken.length > 0 && !(await refuseTaken(turn, taken))) return null;
  return of((has) => has === null);
}

/** Somebody else has these: they are refused with the name of the discount that has them. False: the store could not be asked. */
async function refuseTaken(turn: Turn, rows: DueInStore[]): Promise<boolean> {
  const refused: { codeId: string; problem: string }[] = [];
  for (const row of rows) {
    const found = await findByCode(turn.admin, row.code);
    if (!found.ok) {
      await giveUpOrWait(turn, [row.codeId], found.fault, row.attempts, false);
      return false;
    }
    if (found.value) refused.push({ codeId: row.codeId, problem: writeProblem("problem.taken_in_store", { code: row.code, discount: found.value.title }) });
  }
  await markRefusedInStore(turn.shop, refused, now());
  turn.done += refused.length;
  return true;
}

/** `fresh`: they were asked for by this call alone, so that they wait as before where the store did nothing. */
async function giveUpOrWait(turn: Turn, codeIds: string[], fault: StoreFault, attempts: number, fresh: boolean): Promise<void> {
  const { shop } = turn;
  const at = now();
  const verdict = judgeStoreFault(fault, attempts, at);
  if (verdict.refused) {
    await markRefusedInStore(shop, codeIds.map((codeId) => ({ codeId, problem: verdict.problem })), at);
    turn.done += codeIds.length;
    return;
  }
  if (verdict.untouched && fresh) await markWaiting(shop, codeIds, STORE);
  await putOff(shop, codeIds, STORE, verdict.counts ? verdict.problem : null, verdict.nextAt, verdict.counts);
  if (!verdict.stop) return;
  turn.stopped = true;
  // What stops one call would stop them all: the others wait as well, and say why.
  const until = after(at, Math.min(verdict.nextAt.getTime() - at.getTime(), LONGEST_HOLD_MS));
  // Until somebody signs in again no question is answered either.
  if (verdict.counts) await holdWaitingInStore(shop, verdict.problem, until, fault.kind === "unauthorized" || fault.kind === "scope");
}

function attemptsOf(rows: { attempts: number }[]): number {
  return rows.reduce((most, row) => Math.max(most, row.attempts), 0);
}

function byDiscount(rows: DueInStore[]): DueInStore[][] {
  const groups = new Map<string, DueInStore[]>();
  for (const row of rows) {
    const group = groups.get(row.discountId);
    if (group) group.push(row);
    else groups.set(row.discountId, [row]);
  }
  return [...groups.values()];
}

function pieces<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}
