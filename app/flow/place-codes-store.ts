// Codes in the store: redeem codes of their deal's discount. Every call is noted before it goes out, and what was asked for is looked for
// before it is asked for again, so that a crash anywhere leaves each code once.
import { now } from "../clock.ts";
import { updateDealInStore } from "../db/deal.ts";
import { STORE, listDueInStore, markAsked, markJob, markLive, markRefused, markWaiting, putOff } from "../db/placement.ts";
import type { DueInStore } from "../db/placement.ts";
import { codeKey } from "../domain/code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin } from "../shopify/admin.ts";
import { MOST_CODES_A_CALL, addRedeemCodes, findByCode, readBulkCodes, readBulkCreation } from "../shopify/discounts.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { after, backoffMs } from "./again.ts";
import { judgeStoreFault } from "./place-faults.ts";

const MOST_A_TURN = 1_000;
const JOB_LOOK_MS = 500;

/** Adds the codes that are due to their discounts. Returns how much was done. */
export async function placeCodesInStore(shop: string, admin: Admin): Promise<number> {
  const due = await listDueInStore(shop, now(), MOST_A_TURN);
  let done = 0;
  for (const rows of groups(due, (row) => row.dealId)) {
    const step = await placeOfDeal(shop, admin, rows);
    done += step.done;
    if (step.stop) break;
  }
  return done;
}

type Step = { done: number; stop: boolean };

async function placeOfDeal(shop: string, admin: Admin, rows: DueInStore[]): Promise<Step> {
  let done = 0;
  const toAdd = rows.filter((row) => row.state === "waiting");
  for (const job of groups(rows.filter((row) => row.jobId !== null), (row) => row.jobId!)) {
    const step = await readJob(shop, admin, job);
    done += step.done;
    if (step.stop) return { done, stop: true };
  }
  // Asked for, and no job is known: the process died, or no answer came.
  for (const row of rows.filter((row) => row.state === "asked" && row.jobId === null)) {
    const looked = await lookFor(shop, admin, row);
    if (looked === "stop") return { done, stop: true };
    if (looked === "free") toAdd.push(row);
    else done += 1;
  }
  for (let from = 0; from < toAdd.length; from += MOST_CODES_A_CALL) {
    const step = await add(shop, admin, toAdd.slice(from, from + MOST_CODES_A_CALL));
    done += step.done;
    if (step.stop) return { done, stop: true };
  }
  return { done, stop: false };
}

async function add(shop: string, admin: Admin, rows: DueInStore[]): Promise<Step> {
  const ids = rows.map((row) => row.codeId);
  const { discountId, dealId } = rows[0]!;
  await markAsked(shop, ids, STORE, now());
  const added = await addRedeemCodes(admin, discountId, rows.map((row) => row.code));
  if (added.ok) {
    await markJob(shop, ids, added.value.jobId, after(now(), JOB_LOOK_MS));
    return { done: rows.length, stop: false };
  }
  if (added.fault.kind === "refused" && added.fault.errors.some((error) => error.field === "discountId")) {
    await updateDealInStore(shop, dealId, { storeState: "missing", storeProblem: writeProblem("problem.deal_missing_in_store"), storeReadAt: now() });
  }
  return giveUpOrWait(shop, rows, added.fault);
}

/** Reads a job of the store; when it is done, each code has its answer. */
async function readJob(shop: string, admin: Admin, rows: DueInStore[]): Promise<Step> {
  const jobId = rows[0]!.jobId!;
  const ids = rows.map((row) => row.codeId);
  const read = await readBulkCreation(admin, jobId);
  if (!read.ok) return giveUpOrWait(shop, rows, read.fault);
  if (read.value === null) {
    // The store does not know the job any more: its codes are looked for one by one.
    await markJob(shop, ids, null, now());
    return { done: rows.length, stop: false };
  }
  if (!read.value.done) {
    await markJob(shop, ids, jobId, after(now(), JOB_LOOK_MS));
    return { done: 0, stop: false };
  }
  if (read.value.failed === 0) {
    for (const id of ids) await markLive(shop, id, STORE, null, now());
    return { done: rows.length, stop: false };
  }
  return readFailures(shop, admin, jobId, rows);
}

/** How far the answers of a job were read, should the store turn a page away: the next turn goes on there, not at the first page. */
const cursors = new Map<string, string>();

/** Reads what became of the single codes of a job, page by page. */
async function readFailures(shop: string, admin: Admin, jobId: string, rows: DueInStore[]): Promise<Step> {
  const left = new Map(rows.map((row) => [codeKey(row.code), row]));
  const place = `${shop} ${jobId}`;
  let done = 0;
  for (let cursor: string | null = cursors.get(place) ?? null, first = true; first || cursor !== null; first = false) {
    const page = await readBulkCodes(admin, jobId, cursor);
    if (!page.ok) return { ...(await giveUpOrWait(shop, [...left.values()], page.fault)), done };
    for (const { code, redeemCodeId, errors } of page.value?.codes ?? []) {
      const row = left.get(codeKey(code));
      if (!row) continue;
      if (errors.length === 0) await markLive(shop, row.codeId, STORE, redeemCodeId, now());
      else if ((await lookFor(shop, admin, row, errors.map((error) => error.message).join("; "))) === "stop") return { done, stop: true };
      left.delete(codeKey(code));
      done += 1;
    }
    cursor = page.value?.next ?? null;
    if (cursor === null) cursors.delete(place);
    else cursors.set(place, cursor);
  }
  // The job says nothing of these: they wait as if they had not been asked for, after a look who has them.
  for (const row of left.values()) {
    const looked = await lookFor(shop, admin, row);
    if (looked === "stop") return { done, stop: true };
    if (looked === "free") {
      await markWaiting(shop, [row.codeId], STORE);
      await putOff(shop, [row.codeId], STORE, null, after(now(), backoffMs(row.attempts)), true);
    }
    done += 1;
  }
  return { done, stop: false };
}

/** Asks the store who has the code. "settled": its row says so now. `refusal`: the store's words, where it refused the code before. */
async function lookFor(shop: string, admin: Admin, row: DueInStore, refusal: string | null = null): Promise<"settled" | "free" | "stop"> {
  const found = await findByCode(admin, row.code);
  if (!found.ok) {
    const step = await giveUpOrWait(shop, [row], found.fault);
    return step.stop ? "stop" : "settled";
  }
  if (found.value?.id === row.discountId) {
    await markLive(shop, row.codeId, STORE, null, now());
  } else if (found.value) {
    await markRefused(shop, row.codeId, STORE, writeProblem("problem.taken_in_store", { code: row.code, discount: found.value.title }), now());
  } else if (refusal !== null) {
    await markRefused(shop, row.codeId, STORE, writeProblem("store.refused", { words: refusal.slice(0, 500) }), now());
  } else {
    return "free";
  }
  return "settled";
}

async function giveUpOrWait(shop: string, rows: DueInStore[], fault: StoreFault): Promise<Step> {
  const verdict = judgeStoreFault(fault, Math.max(...rows.map((row) => row.attempts)), now());
  const ids = rows.map((row) => row.codeId);
  if (verdict.refused) {
    for (const id of ids) await markRefused(shop, id, STORE, verdict.problem, now());
    return { done: rows.length, stop: false };
  }
  const unsent = rows.filter((row) => row.state === "waiting").map((row) => row.codeId);
  if (verdict.untouched && unsent.length > 0) await markWaiting(shop, unsent, STORE);
  await putOff(shop, ids, STORE, verdict.counts ? verdict.problem : null, verdict.nextAt, verdict.counts);
  return { done: 0, stop: verdict.stop };
}

function groups<T>(rows: T[], keyOf: (row: T) => string): T[][] {
  const byKey = new Map<string, T[]>();
  for (const row of rows) byKey.set(keyOf(row), [...(byKey.get(keyOf(row)) ?? []), row]);
  return [...byKey.values()];
}
