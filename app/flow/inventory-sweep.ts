// The list of the store's discounts: gone through after a start and once a day. What changed since the last time is asked for by the time of the change,
// with overlap, as the store's search lags; once a day all of it by id, so that nothing which no word told is missed, and what is no more is noticed.
import { now } from "../clock.ts";
import { lookAtDeals, lookAtUnlisted, noteListed } from "../db/store-discount.ts";
import { beginSweep, endSweep, findDueSweep, findStoreSweep, noteSweepPage, putOffSweep, type StoreSweep } from "../db/store-sweep.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin, AdminFault } from "../shopify/admin.ts";
import { listDiscounts } from "../shopify/inventory.ts";
import { after, backoffMs } from "./again.ts";
import { storeProblem } from "./store-faults.ts";

const MOST_PAGES = 4;
const OVERLAP_MS = 15 * 60_000;
const FULL_EVERY_MS = 24 * 3_600_000;

export type Swept = { done: number; fault: AdminFault | null };

/** Goes on with the list that is due, or begins it. `done`: how many pages. */
export async function sweepStore(shop: string, admin: Admin, doneSince: Date): Promise<Swept> {
  const at = now();
  const known = await findStoreSweep(shop);
  if (known === null) await beginSweep(shop, "full", null, at);
  const due = await findDueSweep(shop, at, doneSince);
  if (due === null) return { done: 0, fault: null };
  const sweep = due.begunAt === null ? await begin(due, at) : due;
  return goOn(shop, admin, sweep);
}

async function begin(due: StoreSweep, at: Date): Promise<StoreSweep> {
  const whole = due.fullAt === null || due.doneAt === null || due.fullAt.getTime() <= at.getTime() - FULL_EVERY_MS;
  const kind = whole ? "full" : "changed";
  const since = kind === "full" ? null : after(due.doneAt!, -OVERLAP_MS);
  await beginSweep(due.shop, kind, since, at);
  // Ours are read in any case: a code that a person took out may leave the discount's own time of change as it was.
  await lookAtDeals(due.shop, "sweep", at);
  return { ...due, kind, since, begunAt: at, cursor: null };
}

async function goOn(shop: string, admin: Admin, sweep: StoreSweep): Promise<Swept> {
  let cursor = sweep.cursor;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const listed = await listDiscounts(admin, { since: sweep.since?.toISOString() ?? null, after: cursor });
    if (!listed.ok) return failed(shop, sweep, page - 1, listed.fault);
    // The rows first: a kill before the cursor lists this page once more.
    await noteListed(shop, listed.data.discounts, "sweep", now());
    cursor = listed.data.next;
    await noteSweepPage(shop, cursor, listed.data.discounts.length);
    if (cursor !== null) continue;
    if (sweep.kind === "full") await lookAtUnlisted(shop, sweep.begunAt!, "sweep", now());
    await endSweep(shop);
    return { done: page, fault: null };
  }
  return { done: MOST_PAGES, fault: null };
}

async function failed(shop: string, sweep: StoreSweep, done: number, fault: AdminFault): Promise<Swept> {
  const { key, values } = storeProblem(fault);
  // A question that the store refuses would be refused for ever, and it may be the cursor: the list is begun anew.
  if (fault.kind === "graphql") await beginSweep(shop, sweep.kind, sweep.since, now());
  const counts = fault.kind !== "throttled";
  await putOffSweep(shop, counts ? writeProblem(key, values) : null, after(now(), counts ? backoffMs(sweep.attempts) : 0), counts);
  return { done, fault };
}
