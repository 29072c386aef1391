// What the store lists as changed, noted: the store is asked for what is not known as it stands, and what no delivery told of goes into a gap. One transaction
// for what is listed and how far the sweep is, so that it goes on exactly there.
import { now } from "../clock.ts";
import { inTransaction, type Queryable } from "../db.server.ts";
import { findWatch, noteHeard } from "../db/delivery-watch.ts";
import { addToGap, markGap, openGap, type GapCause } from "../db/gap.ts";
import { endSweep, holdSweep, saveSweep, type OrderSweep } from "../db/sweep.ts";
import { askForOrders, judgeFound, type Judged } from "../db/told.ts";
import type { ChangedOrder } from "../shopify/changed-orders.ts";

/** A delivery of what changed just now may be under way. */
const WELL_BEFORE_MS = 10 * 60_000;
const NS_PER_MS = 1_000_000n;

/** Another worker has the sweep by now. */
export class Taken extends Error {}

export type Judgement = { wanted: Judged[]; untold: Judged[]; closed: number; heardAt: Date | null };

/** Notes some orders, and that the sweep is at `change`. Returns the sweep as it is now. */
export async function noteFound(sweep: OrderSweep, orders: readonly ChangedOrder[], change: Partial<OrderSweep>, upSince: Date): Promise<OrderSweep> {
  const at = now();
  return inTransaction(async (client) => {
    await hold(client, sweep);
    const { wanted, untold, closed, heardAt } = judge(sweep, await judgeFound(client, sweep.shop, orders), at);
    const asked = await askForOrders(client, sweep.shop, wanted.map(({ orderId }) => orderId), at);
    const { gapId, missed } = await noteGap(client, sweep, untold, at);
    // What changed while the app was away could not be told to it, and before a delivery came the store was not silent.
    const silentSince = Math.max(upSince.getTime(), heardAt?.getTime() ?? 0);
    await noteHeard(client, sweep.shop, heardAt, untold.filter(({ updatedNs }) => msOf(updatedNs) >= silentSince).length);
    const next = { ...sweep, ...change, seen: sweep.seen + orders.length, asked: sweep.asked + asked, missed: sweep.missed + missed, closed: sweep.closed + closed, gapId, newest: newestOf(sweep.newest, orders) };
    await saveSweep(client, next);
    return next;
  });
}

function judge(sweep: OrderSweep, judged: readonly Judged[], at: Date): Judgement {
  const wanted = judged.filter((one) => !one.known && !one.closed && !one.isAsked && !one.isWaiting);
  const untold = wanted.filter(({ updatedNs }) => msOf(updatedNs) < at.getTime() - WELL_BEFORE_MS && msOf(updatedNs) >= sweep.shopSince.getTime());
  const heard = judged.flatMap(({ heardAt }) => (heardAt === null ? [] : heardAt.getTime()));
  return { wanted, untold, closed: judged.filter((one) => one.closed).length, heardAt: heard.length === 0 ? null : new Date(Math.max(...heard)) };
}

async function noteGap(client: Queryable, sweep: OrderSweep, untold: readonly Judged[], at: Date): Promise<{ gapId: bigint | null; missed: number }> {
  if (untold.length === 0) return { gapId: sweep.gapId, missed: 0 };
  const times = untold.map(({ updatedNs }) => msOf(updatedNs));
  const span = { from: new Date(Math.min(...times)), to: new Date(Math.max(...times)) };
  const gapId = sweep.gapId ?? (await openGap(client, { shop: sweep.shop, cause: causeOf(sweep), ...span, kind: sweep.kind, cutAt: sweep.cutAt }, at));
  return { gapId, missed: await addToGap(client, sweep.shop, gapId, untold, span) };
}

/** The store has told all. Where it gives nothing of a time, that is a gap as well, though nobody knows of how many orders. */
export async function finish(sweep: OrderSweep): Promise<void> {
  const at = now();
  await inTransaction(async (client) => {
    await hold(client, sweep);
    let { gapId } = sweep;
    if (sweep.cutAt !== null) {
      const span = { from: sweep.since, to: sweep.newest ?? at };
      gapId ??= await openGap(client, { shop: sweep.shop, cause: causeOf(sweep), ...span, kind: sweep.kind, cutAt: sweep.cutAt }, at);
      await addToGap(client, sweep.shop, gapId, [], span);
    }
    if (gapId !== null) await markGap(client, sweep.shop, gapId, { silent: sweep.missed > 0 && (await findWatch(sweep.shop, client)).unheard >= sweep.missed, cutAt: sweep.cutAt });
    await saveSweep(client, { ...sweep, gapId });
    await endSweep(client, sweep, at);
  });
}

/** Keeps what else is new of a sweep. */
export async function keep(sweep: OrderSweep, change: Partial<OrderSweep>): Promise<OrderSweep> {
  const next = { ...sweep, ...change };
  await inTransaction(async (client) => {
    await hold(client, sweep);
    await saveSweep(client, next);
  });
  return next;
}

async function hold(client: Queryable, sweep: OrderSweep): Promise<void> {
  if (!(await holdSweep(client, sweep))) throw new Taken("the sweep is another worker's by now");
}

function causeOf({ why }: OrderSweep): GapCause {
  return why === "installed" ? "uninstalled" : why === "token" ? "token" : "lost";
}

function newestOf(newest: Date | null, orders: readonly ChangedOrder[]): Date | null {
  const ms = orders.reduce((most, { updatedNs }) => Math.max(most, msOf(updatedNs)), newest?.getTime() ?? 0);
  return ms === 0 ? null : new Date(ms);
}

function msOf(ns: string): number {
  return Number(BigInt(ns) / NS_PER_MS);
}
