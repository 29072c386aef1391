// Sweep: asks the store which orders changed and fetches what no delivery told. By updated_at with overlap, never by discount code: the store's search knows only
// the first code of an order. Each sweep is a row that goes on where it was, whoever was killed; several workers take different ones.
import { now } from "../clock.ts";
import { fillGaps } from "../db/gap.ts";
import { claimSweep, forgetSweeps, openSweeps, releaseSweep, type OrderSweep } from "../db/sweep.ts";
import { pool } from "../db.server.ts";
import { askForOrders, judgeFound } from "../db/told.ts";
import { log } from "../log.server.ts";
import { adminFor, type Admin, type AdminFault } from "../shopify/admin.ts";
import { countChanged, listChanged } from "../shopify/changed-orders.ts";
import { isStopping } from "../stopping.server.ts";
import { after } from "./again.ts";
import { mindHooks } from "./hooks.ts";
import { startLoop, type Loop } from "./loop.ts";
import { startReadingAnew } from "./read-anew.ts";
import { bulkStep } from "./sweep-bulk.ts";
import { finish, keep, noteFound, Taken } from "./sweep-note.ts";
import { putOff, type Step } from "./sweep-step.ts";

const REST_MS = 1_000;
/** So many shops are swept at once: one that is slow holds up no other. */
const LANES = 4;
const EVERY_MS = 3_600_000;
/** A shop that was swept just now is not swept at once since another process was started. */
const BRIEFLY_MS = 5 * 60_000;
/** A worker goes on with one sweep for so long, and then takes the one that waits longest. Its lease outlasts the call at hand. */
const SLICE_MS = 60_000;
const LEASE_MS = SLICE_MS + 120_000;
const TIDY_MS = 30 * 86_400_000;
/** More orders than this are had by a bulk operation: pages would cost a store's budget of some minutes. */
const BULK_FROM = 2_000;
/** The store shows orders of so long back, unless the app may read all. */
export const HISTORY_MS = 60 * 86_400_000;

/** Starts the loops that sweep every shop after a start, and then once an hour. */
export function startSweeping(): Loop {
  const begun = now();
  let tidyAt = begun.getTime();

  async function tend(): Promise<number> {
    const at = now();
    await openDue(begun);
    const filled = await fillGaps(at);
    if (at.getTime() >= tidyAt) {
      await forgetSweeps(after(at, -TIDY_MS));
      tidyAt = at.getTime() + EVERY_MS;
    }
    return filled;
  }
  const loops = [
    startLoop({ name: "sweeps", everyMs: REST_MS, work: tend }),
    startReadingAnew(),
    ...Array.from({ length: LANES }, (_, lane) => startLoop({ name: `sweep ${lane + 1}`, everyMs: REST_MS, work: () => goOnOnce(begun) })),
  ];
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}

/** Begins what is due since the process began, and takes a sweep on for a while. Returns how many were. */
export async function sweepOnce(begun: Date): Promise<number> {
  await openDue(begun);
  return goOnOnce(begun);
}

async function openDue(begun: Date): Promise<void> {
  const at = now();
  await openSweeps({ hourAgo: after(at, -EVERY_MS), begun, brieflyAgo: after(at, -BRIEFLY_MS) }, at);
}

/** Goes on with the sweep that waits longest. Returns 0 where there is none. `upSince`: from when on the app was there to be told. */
export async function goOnOnce(upSince: Date): Promise<number> {
  const at = now();
  const sweep = await claimSweep(at, after(at, LEASE_MS));
  if (sweep === null) return 0;
  try {
    await goOn(sweep, upSince);
  } catch (fault) {
    if (!(fault instanceof Taken)) throw fault;
    log.warn({ shop: sweep.shop }, "a sweep took longer than its lease, and another worker has it");
  } finally {
    await releaseSweep(sweep);
  }
  return 1;
}

async function goOn(begun: OrderSweep, upSince: Date): Promise<void> {
  const admin = adminFor(begun.shop);
  const endMs = performance.now() + SLICE_MS;
  let step: Step = { sweep: begun, then: "more" };
  try {
    while (step.then === "more" && performance.now() < endMs && !isStopping()) step = await stepOf(step.sweep, admin, upSince, endMs);
  } catch (fault) {
    // What nobody foresaw is asked again later, and holds up no other shop.
    if (!(fault instanceof Taken)) await putOff(step.sweep, { kind: "unreadable", detail: fault instanceof Error ? fault.message : String(fault) });
    throw fault;
  }
  if (step.then !== "done") return;
  const fault = await mindHooks(begun.shop, admin);
  if (fault !== null) log.warn({ shop: begun.shop, fault: fault.kind }, "the shop's webhook subscriptions could not be minded");
}

async function stepOf(sweep: OrderSweep, admin: Admin, upSince: Date, endMs: number): Promise<Step> {
  if (sweep.state === "waiting") return count(sweep, admin);
  return sweep.kind === "bulk" ? bulkStep(sweep, admin, upSince, endMs) : pageStep(sweep, admin, upSince);
}

async function count(sweep: OrderSweep, admin: Admin): Promise<Step> {
  const counted = await countChanged(admin, sweep.since, BULK_FROM + 1);
  if (!counted.ok) return putOff(sweep, counted.fault);
  const shownFrom = after(now(), -HISTORY_MS);
  const isCut = !counted.data.allOrders && sweep.since < shownFrom;
  const { count: changed } = counted.data;
  return { sweep: await keep(sweep, { state: "counted", changed, kind: changed > BULK_FROM ? "bulk" : "pages", cutAt: isCut ? shownFrom : null, attempts: 0, problem: null }), then: "more" };
}

async function pageStep(sweep: OrderSweep, admin: Admin, upSince: Date): Promise<Step> {
  const listed = await listChanged(admin, sweep.since, sweep.cursor);
  if (!listed.ok) return putOff(sweep, listed.fault);
  const { orders, next } = listed.data;
  const noted = await noteFound(sweep, orders, { state: "reading", cursor: next, attempts: 0, problem: null }, upSince);
  if (next !== null) return { sweep: noted, then: "more" };
  await finish(noted);
  return { sweep: noted, then: "done" };
}

export type Swept = { ok: true; seen: number; asked: number } | { ok: false; fault: AdminFault };

/** Marks every order that changed since then, and is not known as it stands, as to be fetched; at once, and without a row (the replay of cases). */
export async function sweepShop(shop: string, since: Date): Promise<Swept> {
  const admin = adminFor(shop);
  let [seen, asked] = [0, 0];
  let cursor: string | null = null;
  do {
    const listed: Awaited<ReturnType<typeof listChanged>> = await listChanged(admin, since, cursor);
    if (!listed.ok) return { ok: false, fault: listed.fault };
    const judged = await judgeFound(pool(), shop, listed.data.orders);
    seen += judged.length;
    asked += await askForOrders(pool(), shop, judged.filter((one) => !one.known && !one.closed && !one.isWaiting).map(({ orderId }) => orderId), now());
    cursor = listed.data.next;
  } while (cursor !== null);
  return { ok: true, seen, asked };
}
