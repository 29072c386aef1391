// Codes on their way out of the store: their redeem codes are taken out of the discount by their ids, and read back before it is said that they
// are gone. Every call is noted before it goes out, and a code is looked for before it is asked to go once more, so that a crash anywhere ends well.
import { now } from "../clock.ts";
import { listLeavingStore, markLeaving, markStays, markTakenOut, type LeavingStore } from "../db/removal.ts";
import { STORE, markJob, markRefused, putOff } from "../db/placement.ts";
import type { Admin } from "../shopify/admin.ts";
import { MOST_CODES_A_CALL, readBulkCreation } from "../shopify/discounts.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { MOST_NAMES_A_CALL, findDiscountsOfCodes } from "../shopify/bulk-codes.ts";
import { findRedeemCode, isJobDone, takeOutRedeemCodes } from "../shopify/take-out.ts";
import { after, backoffMs } from "./again.ts";
import { judgeStoreFault } from "./place-faults.ts";

const MOST_A_TURN = 1_000;
const JOB_LOOK_MS = 500;
/** What was asked for without an answer may still come to pass in the store for so long. */
const IN_FLIGHT_MS = 60_000;

type Step = { done: number; stop: boolean };
/** Takes the codes out that are due. Returns how much was done. */
export async function removeCodesFromStore(shop: string, admin: Admin): Promise<number> {
  const due = await listLeavingStore(shop, now(), MOST_A_TURN);
  let done = 0;
  for (const rows of Map.groupBy(due, (row) => row.discountId).values()) {
    const step = await removeFrom(shop, admin, rows);
    done += step.done;
    if (step.stop) break;
  }
  return done;
}

/** Those of one discount. */
async function removeFrom(shop: string, admin: Admin, rows: LeavingStore[]): Promise<Step> {
  let done = 0;
  const looked: LeavingStore[] = [];
  for (const [jobId, job] of Map.groupBy(rows, (row) => row.jobId)) {
    const ended = jobId === null ? "ended" : await readJob(shop, admin, jobId, job);
    if (ended === "stop") return { done, stop: true };
    if (ended === "ended") looked.push(...job);
  }
  // Of these it is known that they stand there, and by which id: they are taken out without a look.
  const isKnown = (row: LeavingStore) => row.state === "live" && row.wanted === "gone" && row.discountId !== "" && row.redeemId !== null && row.jobId === null;
  const there: LeavingStore[] = looked.filter(isKnown);
  const step = await readBack(shop, admin, looked.filter((row) => !isKnown(row)), there);
  done += step.done;
  if (step.stop) return { done, stop: true };
  for (let from = 0; from < there.length; from += MOST_CODES_A_CALL) {
    const removed = await remove(shop, admin, there.slice(from, from + MOST_CODES_A_CALL));
    done += removed.done;
    if (removed.stop) return { done, stop: true };
  }
  return { done, stop: false };
}

/** A job that adds the codes is waited for too: a look before its end would not see them. */
async function readJob(shop: string, admin: Admin, jobId: string, rows: LeavingStore[]): Promise<"ended" | "running" | "stop"> {
  const adds = jobId.includes("BulkCreation");
  const read = adds ? await readBulkCreation(admin, jobId) : await isJobDone(admin, jobId);
  if (!read.ok) return (await giveUpOrWait(shop, rows, read.fault)).stop ? "stop" : "running";
  const running = typeof read.value === "boolean" ? !read.value : read.value !== null && !read.value.done;
  if (!running) return "ended";
  await markJob(shop, rows.map((row) => row.codeId), jobId, after(now(), JOB_LOOK_MS));
  return "running";
}

/** Reads back where the codes stand. Those that are still in the discount, and are to go, come to `there`. */
async function readBack(shop: string, admin: Admin, rows: LeavingStore[], there: LeavingStore[]): Promise<Step> {
  let done = 0;
  for (let from = 0; from < rows.length; from += MOST_NAMES_A_CALL) {
    const some = rows.slice(from, from + MOST_NAMES_A_CALL);
    const read = await findDiscountsOfCodes(admin, some.map((row) => row.code));
    if (!read.ok) return { ...(await giveUpOrWait(shop, some, read.fault)), done };
    const gone = some.filter((row, index) => read.value[index] !== row.discountId && !(read.value[index] === null && isInFlight(row)));
    if (gone.length > 0) await markTakenOut(shop, gone.map((row) => row.codeId), STORE, now());
    done += gone.length;
    for (const row of some.filter((row) => !gone.includes(row))) {
      const step = await stillThere(shop, admin, row, read.value[some.indexOf(row)] === null, there);
      if (step.stop) return { done, stop: true };
      done += step.done;
    }
  }
  return { done, stop: false };
}

/** `unseen`: it is not there, but may be on its way there. */
async function stillThere(shop: string, admin: Admin, row: LeavingStore, unseen: boolean, there: LeavingStore[]): Promise<Step> {
  // Neither is there word of what was asked a moment ago: whether it is being added, or taken out.
  if (unseen || (row.wanted === "live" && !row.moving && row.state === "leaving" && isInFlight(row))) {
    await putOff(shop, [row.codeId], STORE, null, after(now(), backoffMs(0)), false);
    return { done: 0, stop: false };
  }
  if (row.wanted === "live" && !row.moving) {
    await markStays(shop, row.codeId, STORE, now());
    return { done: 1, stop: false };
  }
  if (row.jobId !== null) {
    // The job is done, and it is still there: once more, after a while.
    await markJob(shop, [row.codeId], null, now());
    await putOff(shop, [row.codeId], STORE, null, after(now(), backoffMs(row.attempts)), true);
    return { done: 0, stop: false };
  }
  const found = await findRedeemCode(admin, row.code);
  if (!found.ok) return giveUpOrWait(shop, [row], found.fault);
  const redeemId = found.value?.discountId === row.discountId ? found.value.redeemId : null;
  if (redeemId !== null) there.push({ ...row, redeemId });
  else await putOff(shop, [row.codeId], STORE, null, after(now(), backoffMs(row.attempts)), true);
  return { done: 0, stop: false };
}

/** No job is known of what was asked, and it was not long ago. */
function isInFlight(row: LeavingStore): boolean {
  return row.jobId === null && row.askedAt !== null && (row.state === "asked" || row.state === "leaving") && now().getTime() - row.askedAt.getTime() < IN_FLIGHT_MS;
}

async function remove(shop: string, admin: Admin, rows: LeavingStore[]): Promise<Step> {
  const noted = new Set(await markLeaving(shop, rows.map((row) => row.codeId), STORE, now()));
  const leaving = rows.filter((row) => noted.has(row.codeId));
  if (leaving.length === 0) return { done: 0, stop: false };
  const removed = await takeOutRedeemCodes(admin, leaving[0]!.discountId, leaving.map((row) => row.redeemId!));
  if (!removed.ok) return giveUpOrWait(shop, leaving, removed.fault);
  await markJob(shop, leaving.map((row) => row.codeId), removed.value.jobId, after(now(), JOB_LOOK_MS));
  return { done: leaving.length, stop: false };
}

async function giveUpOrWait(shop: string, rows: LeavingStore[], fault: StoreFault): Promise<Step> {
  const verdict = judgeStoreFault(fault, Math.max(...rows.map((row) => row.attempts)), now());
  // An id that was known from before may be out of date, and the discount may be gone: what was refused for the first time is looked for.
  const refused = verdict.refused ? rows.filter((row) => row.state === "leaving" && !row.moving && row.attempts > 0) : [];
  for (const row of refused) await markRefused(shop, row.codeId, STORE, verdict.problem, now(), "gone");
  const ids = rows.filter((row) => !refused.includes(row)).map((row) => row.codeId);
  await putOff(shop, ids, STORE, verdict.counts ? verdict.problem : null, verdict.nextAt, verdict.counts);
  return { done: refused.length, stop: verdict.stop };
}
