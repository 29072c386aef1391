// Reconcile: sets store, app and network of a period side by side. The store's orders are listed page by page, then compared page by page with what is known here
// and what the networks were read to hold. It is done in turns by whoever is free, goes on from where it stopped, and changes nothing but its own tables.
import { now } from "../clock.ts";
import { inTransaction, pool } from "../db.server.ts";
import { isPassing } from "../db/fault.ts";
import { claimRun, deleteRun, failRun, finishRun, moveRun, oldRuns, releaseRun, type ClaimedRun, type RunKey, type Stage, type Step } from "../db/reconcile.ts";
import { addDifferences, dropDifferences, type NewDifference } from "../db/reconcile-difference.ts";
import { actionOf, countUnread, factsOfOrders, looseActions, programsThen, readTimes } from "../db/reconcile-facts.ts";
import { addOwnOrders, dropCompared, dropRunOrders, keepStoreOrders, pageOfRun, type OwnPlace } from "../db/reconcile-order.ts";
import { readActionsSoon } from "../db/read-back.ts";
import { readOneState } from "../db/verify.ts";
import { writeProblem } from "../domain/problem.ts";
import { compareOrder, type Reading } from "../domain/reconcile.ts";
import { compareSales, type Credited } from "../domain/reconcile-network.ts";
import { addCredited, addFound, addOrder, noSums, type Sums } from "../domain/reconcile-sums.ts";
import { log } from "../log.server.ts";
import { adminFor, type AdminFault } from "../shopify/admin.ts";
import { listOrdersOf, showsAllOrders } from "../shopify/listed-orders.ts";
import { startLoop, type Loop } from "./loop.ts";
import { newReaderState, readBack } from "./read-back.ts";
import { storeProblem } from "./store-faults.ts";

const REST_MS = 500;
const LEASE_MS = 60_000;
/** Reading the networks back may take a while; whoever does it holds the run so long. */
const READ_LEASE_MS = 3 * 60_000;
/** A store that does not answer is asked again after this time. */
const AGAIN_MS = 30_000;
/** A turn is short, so that the app can stop. */
const TURN_PAGES = 10;
const PAGE_ORDERS = 400;
/** What is known here is added so many orders at once, and thrown away so many rows at once: a period may have millions. */
const PAGE_OWN = 2_000;
const PAGE_DROPPED = 10_000;
const DAY_MS = 86_400_000;
/** Without read_all_orders the store shows this app so many days. */
export const SHOWN_DAYS = 60;
/** Results are kept so long, and so many of a shop. */
const KEPT_DAYS = 90;
const MOST_KEPT = 30;
const TIDY_MS = 3_600_000;

/** Starts the loop that works on reconciliations, and throws old ones away. */
export function startReconciling(): Loop {
  let tidyAt = now().getTime();
  async function work(): Promise<number> {
    if (now().getTime() >= tidyAt) {
      tidyAt = now().getTime() + TIDY_MS;
      await tidyReconciliations();
    }
    return reconcileOnce();
  }
  return startLoop({ name: "reconcile", everyMs: REST_MS, work });
}

/** Does one turn of the oldest reconciliation, or of `only`; 0 where none is free. */
export async function reconcileOnce(only: RunKey | null = null): Promise<number> {
  const at = now();
  const run = await claimRun(at, leaseFrom(at), only);
  if (run === null) return 0;
  try {
    await turn(run);
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    const words = fault instanceof Error ? fault.message : String(fault);
    log.error({ shop: run.shop, reconciliation: run.id, fault: words }, "a reconciliation could not be done");
    await failRun(run, writeProblem("reconcile.failed", { words: words.slice(0, 300) }), now());
  }
  return 1;
}

/** Throws away what is older than results are kept. Returns how many there were. */
export async function tidyReconciliations(): Promise<number> {
  const old = await oldRuns(new Date(now().getTime() - KEPT_DAYS * DAY_MS), MOST_KEPT, 100);
  for (const run of old) {
    while ((await dropRunOrders(pool(), run, PAGE_DROPPED)) + (await dropDifferences(pool(), run, PAGE_DROPPED)) > 0);
    await deleteRun(run);
  }
  return old.length;
}

function leaseFrom(at: Date, ms = LEASE_MS): Date {
  return new Date(at.getTime() + ms);
}

/** What a page of a stage comes to: the run as it goes on, or null where it is ours no more, has to wait, or is done. */
type Worked = Promise<ClaimedRun | null>;

const WORK: Record<Stage, (run: ClaimedRun) => Worked> = { networks: readNetworks, store: listStore, app: addOwn, orders: compareOrders, rest: compareRest };

async function turn(claimed: ClaimedRun): Promise<void> {
  let run: ClaimedRun | null = claimed;
  for (let pages = 0; run !== null; pages++) {
    if (pages === TURN_PAGES) return releaseRun(run, null, null);
    run = await WORK[run.stage](run);
  }
}

async function move(run: ClaimedRun, step: Omit<Step, "lease">, leaseMs = LEASE_MS): Worked {
  return inTransaction((client) => moveIn(client, run, step, leaseMs));
}

async function moveIn(client: Parameters<typeof moveRun>[0], run: ClaimedRun, step: Omit<Step, "lease">, leaseMs = LEASE_MS): Worked {
  const lease = leaseFrom(now(), leaseMs);
  const moved = await moveRun(client, run, { ...step, lease });
  return moved ? { ...run, lease, stage: step.stage, cursor: step.cursor, begunAt: step.begunAt ?? run.begunAt, summary: step.summary ?? run.summary } : null;
}

/** The networks are asked for what changed, within their hours; what could not be read is compared as it was read before, and said to be. */
async function readNetworks(run: ClaimedRun): Worked {
  const held = await move(run, { stage: "networks", cursor: null }, READ_LEASE_MS);
  if (held === null) return null;
  await readActionsSoon(run.shop);
  const state = newReaderState();
  for (let turns = 0; turns < TURN_PAGES && (await readBack({ shop: run.shop, state })) > 0; turns++);
  return move(held, { stage: "store", cursor: null });
}

/** `listed`: orders that the store told; `kept`: without those that it told twice. */
type StorePlace = { after: string | null; shownSinceMs: number | null; listed: number; kept: number };

async function listStore(run: ClaimedRun): Worked {
  const admin = adminFor(run.shop);
  if (run.cursor === null) {
    const at = now();
    const all = await showsAllOrders(admin);
    if (!all.ok) return giveWay(run, all.fault);
    const place: StorePlace = { after: null, shownSinceMs: all.data ? null : at.getTime() - SHOWN_DAYS * DAY_MS, listed: 0, kept: 0 };
    return move(run, { stage: "store", cursor: JSON.stringify(place), begunAt: at, done: 0, summary: noSums() });
  }
  const place = JSON.parse(run.cursor) as StorePlace;
  const answer = await listOrdersOf(admin, run.fromAt, run.toAt, place.after);
  if (!answer.ok) return giveWay(run, answer.fault);
  const { orders, next } = answer.data;
  const listed = place.listed + orders.length;
  return inTransaction(async (client) => {
    const held = await moveIn(client, run, { stage: "store", cursor: run.cursor });
    if (held === null) return null;
    const kept = (place.kept ?? place.listed) + (await keepStoreOrders(client, run, orders));
    if (next !== null) return moveIn(client, held, { stage: "store", cursor: JSON.stringify({ ...place, after: next, listed, kept } satisfies StorePlace), done: listed });
    const own: AddPlace = { shownSinceMs: place.shownSinceMs, after: null, seen: 0, total: kept };
    return moveIn(client, held, { stage: "app", cursor: JSON.stringify(own), done: 0 });
  });
}

/** What passes is waited for; what does not ends the run, which can go on once that is mended. */
async function giveWay(run: ClaimedRun, fault: AdminFault): Promise<null> {
  const { key, values } = storeProblem(fault);
  const passes = fault.kind === "throttled" || fault.kind === "unavailable" || fault.kind === "timeout";
  if (!passes) await failRun(run, writeProblem(key, values), now());
  else await releaseRun(run, leaseFrom(now(), fault.kind === "throttled" ? fault.waitMs : AGAIN_MS), fault.kind === "throttled" ? null : writeProblem(key, values));
  return null;
}

/** `seen`: orders that are known here; `total`: with those that the store listed, so many are to be compared. */
type AddPlace = Pick<StorePlace, "shownSinceMs"> & { after: OwnPlace | null; seen: number; total: number };
type OrderPlace = Pick<StorePlace, "shownSinceMs"> & { after: string; done: number };

async function addOwn(run: ClaimedRun): Worked {
  // A run that an earlier version of this app left here has neither place nor numbers.
  const place = { after: null, seen: 0, total: 0, ...(JSON.parse(run.cursor!) as Partial<AddPlace> & Pick<AddPlace, "shownSinceMs">) };
  return inTransaction(async (client) => {
    const held = await moveIn(client, run, { stage: "app", cursor: run.cursor });
    if (held === null) return null;
    const page = await addOwnOrders(client, run, place.after, PAGE_OWN);
    const [seen, total] = [place.seen + page.seen, place.total + page.added];
    if (page.seen === PAGE_OWN) return moveIn(client, held, { stage: "app", cursor: JSON.stringify({ ...place, after: page.last, seen, total } satisfies AddPlace), done: seen });
    const first: OrderPlace = { shownSinceMs: place.shownSinceMs, after: "", done: 0 };
    return moveIn(client, held, { stage: "orders", cursor: JSON.stringify(first), done: 0, total });
  });
}

async function compareOrders(run: ClaimedRun): Worked {
  const place = JSON.parse(run.cursor!) as OrderPlace;
  const sums = structuredClone(run.summary) as Sums;
  const { orders, found } = await inTransaction(async (client) => {
    await readOneState(client);
    const page = await pageOfRun(client, run, place.after, PAGE_ORDERS);
    return { orders: page, found: await comparePage(client, run, page, place, sums) };
  });
  if (orders.length === 0) return move(run, { stage: "rest", cursor: null });
  const done = place.done + orders.length;
  return inTransaction(async (client) => {
    const last = orders.at(-1)!.orderId;
    const moved = await moveIn(client, run, { stage: "orders", cursor: JSON.stringify({ ...place, after: last, done } satisfies OrderPlace), done, summary: sums });
    if (moved === null) return null;
    await addDifferences(client, run, found);
    await dropCompared(client, run, place.after, last);
    return moved;
  });
}

async function comparePage(client: Parameters<typeof pageOfRun>[0], run: ClaimedRun, page: Awaited<ReturnType<typeof pageOfRun>>, { shownSinceMs }: OrderPlace, sums: Sums): Promise<NewDifference[]> {
  if (page.length === 0) return [];
  const reading: Reading = { beganMs: (run.begunAt ?? run.createdAt).getTime(), shownSinceMs };
  const facts = await factsOfOrders(client, run.shop, page.map(({ orderId }) => orderId));
  const programOf = await programsThen(client, run.shop);
  const nowMs = now().getTime();
  return page.flatMap(({ orderId, store }) => {
    const { app, credited } = facts.get(orderId)!;
    const createdAt = app?.createdAt ?? store?.createdAt ?? null;
    const ofOrder = compareOrder(store, app, reading);
    // Of a shop that was forgotten the accounts are closed, and nothing of it is told or read any more.
    const ofSales = app?.closed ? { differences: [], known: [] } : compareSales(credited, (programId) => programOf(programId, createdAt), nowMs);
    addOrder(sums, store, app, credited);
    const both = { differences: [...ofOrder.differences, ...ofSales.differences], known: [...ofOrder.known, ...ofSales.known] };
    addFound(sums, both);
    return both.differences.map((one) => ({ ...one, orderId, orderName: app?.name || store?.name || "", orderAt: createdAt }));
  });
}

const NO_CREDIT: Credited = { rollUp: "0", balances: [], awaiting: [], sales: [], actions: [] };

/** What the networks hold without an order, and what came without one; then it is done. */
async function compareRest(run: ClaimedRun): Worked {
  const after = run.cursor === null ? { programId: "", actionId: "" } : (JSON.parse(run.cursor) as { programId: string; actionId: string });
  const sums = structuredClone(run.summary) as Sums;
  const at = now();
  const { rows, unread, reads, programOf } = await inTransaction(async (client) => {
    await readOneState(client);
    return {
      rows: await looseActions(client, run.shop, run.fromAt, run.toAt, after, PAGE_ORDERS),
      unread: await countUnread(client, run.shop, run.fromAt, run.toAt),
      reads: await readTimes(client, run.shop),
      programOf: await programsThen(client, run.shop),
    };
  });
  const found = rows.flatMap((row): NewDifference[] => {
    const eventAt = row.eventAt?.toISOString() ?? null;
    const credited = { ...NO_CREDIT, actions: [actionOf(row)] };
    const one = compareSales(credited, (programId) => programOf(programId, eventAt), at.getTime());
    addCredited(sums, credited);
    addFound(sums, one);
    return one.differences.map((each) => ({ ...each, orderId: "", orderName: row.orderRef, orderAt: eventAt }));
  });
  const last = rows.at(-1);
  if (last !== undefined) {
    return inTransaction(async (client) => {
      const moved = await moveIn(client, run, { stage: "rest", cursor: JSON.stringify({ programId: last.programId, actionId: last.actionId }), summary: sums });
      if (moved !== null) await addDifferences(client, run, found);
      return moved;
    });
  }
  if (unread > 0) sums.known.unread_delivery = unread;
  await finishRun(run, { ...sums, reads }, at);
  return null;
}
