// Codes: redeem codes of their deal's discount in the store, then promo codes in the program's network. Every call is noted before it
// goes out, and what was asked for is looked for before it is asked for again, so that a crash anywhere leaves each code once.
import { now } from "../clock.ts";
import { updateDealInStore } from "../db/deal.ts";
import { STORE, listDueInNetworks, listDueInStore, markAsked, markJob, markLive, markRefused, markWaiting, putOff } from "../db/placement.ts";
import type { DueInNetwork, DueInStore } from "../db/placement.ts";
import { codeKey } from "../domain/code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Network, NetworkFault } from "../networks/port.ts";
import type { Admin } from "../shopify/admin.ts";
import { MOST_CODES_A_CALL, addRedeemCodes, findByCode, readBulkCodes, readBulkCreation } from "../shopify/discounts.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { after, backoffMs } from "./again.ts";
import { judgeNetworkFault, judgeStoreFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 1_000;
const MOST_IN_NETWORK_A_TURN = 50;
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

/** Places the codes that are due in their programs' networks, each asked for by name first. Returns how much was done. */
export async function placeCodesInNetworks(shop: string, networks: Networks): Promise<number> {
  const due = await listDueInNetworks(shop, now(), MOST_IN_NETWORK_A_TURN);
  let done = 0;
  for (const row of due) {
    const network = await networks.of(row.connectionId, { about: "code", aboutId: row.codeId });
    if (network && (await placeInNetwork(shop, network, row, networks))) done += 1;
  }
  return done;
}

async function placeInNetwork(shop: string, network: Network, row: DueInNetwork, networks: Networks): Promise<boolean> {
  const { codeId, code, programId, partnerId } = row;
  if (partnerId === null) {
    await markRefused(shop, codeId, programId, writeProblem("problem.no_partner", { code }), now());
    return true;
  }
  const found = await network.findCodes(row.programExternalId, code);
  if (!found.ok) return waitForNetwork(shop, row, found.fault, networks);
  const active = found.value.filter((placed) => placed.active && isSameCode(placed, row));
  const other = active.find((placed) => placed.partnerId !== partnerId);
  if (other) {
    await markRefused(shop, codeId, programId, writeProblem("problem.taken_in_network", { code, partner: other.partnerName }), now());
    return true;
  }
  const mine = active[0];
  if (mine) {
    const problem = mine.policy === row.policy ? null : writeProblem("problem.other_policy_in_network", { code });
    await markLive(shop, codeId, programId, mine.externalId, now(), problem);
    return true;
  }
  await markAsked(shop, [codeId], programId, now());
  const { match, policy, dealExternalId } = row;
  const placed = await network.placeCode(row.programExternalId, { code, match, policy, partnerId, dealExternalId, startsAt: null, endsAt: null });
  if (!placed.ok) return waitForNetwork(shop, row, placed.fault, networks);
  await markLive(shop, codeId, programId, placed.value.externalId, now());
  return true;
}

/** A pattern is another thing than the code that reads the same, and it minds case: \d is not \D. */
export function isSameCode(placed: { code: string; match: string }, code: { code: string; match: string }): boolean {
  return placed.match === code.match && (code.match === "exact" || placed.code === code.code);
}

async function waitForNetwork(shop: string, row: DueInNetwork, fault: NetworkFault, networks: Networks): Promise<boolean> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) {
    await markRefused(shop, row.codeId, row.programId, verdict.problem, now());
    return true;
  }
  await putOff(shop, [row.codeId], row.programId, verdict.problem, verdict.nextAt, verdict.counts);
  return false;
}

function groups<T>(rows: T[], keyOf: (row: T) => string): T[][] {
  const byKey = new Map<string, T[]>();
  for (const row of rows) byKey.set(keyOf(row), [...(byKey.get(keyOf(row)) ?? []), row]);
  return [...byKey.values()];
}
