// Settle: takes noted deliveries in batches, brings each order to its newest state, decides, and writes decisions, ledger and outbox
// in one transaction. What a crash undoes is done again; the same order is never settled twice at once.
import { setImmediate as turn } from "node:timers/promises";
import { now } from "../clock.ts";
import { inPipeline } from "../db.server.ts";
import { markUninstalled, setAside, takeAgain, takeDeliveries, takeUpAgain, type TakenDelivery } from "../db/delivery.ts";
import { isPassing } from "../db/fault.ts";
import { holdOrders, isOvertaken, type OrderKey } from "../db/order.ts";
import { byOrder } from "../db/order-key.ts";
import { forgetStorefront, tryStorefrontSoon } from "../db/storefront.ts";
import { tryRulesOf } from "../db/rules-lock.ts";
import { wantSweep } from "../db/sweep.ts";
import type { Queryable } from "../db.server.ts";
import { log } from "../log.server.ts";
import { countEntries, countSettled } from "../metrics.server.ts";
import { startLoop, type Loop } from "./loop.ts";
import { settleMembersLeft } from "./members.ts";
import { decide, type Settled } from "./settle-decide.ts";
import { fold, type Done } from "./settle-fold.ts";
import { creditWords } from "./settle-words.ts";
import { creditOf, rowsOf, startWriting } from "./settle-write.ts";

const BATCH = 200;
/** At least so many are taken at once where locks are scarce. */
const LEAST = 25;
const MOST_TRIES = 10;
const OUT_OF_LOCKS = "53200";
const REST_MS = 50;
const LEFT_REST_MS = 5_000;
/** There may be millions of orders. */
const LEFT_MOST_MS = 6 * 3_600_000;
/** So many batches are in hand at once while there is a backlog: while the database writes one, the next is decided. */
const LANES = 2;
/** So often it is looked for deliveries before those that were taken last: they were noted late, or somebody else had them. */
const LOOK_BACK_MS = 1_000;

/** `taken`: all that were taken, those that wait for somebody else too. `settled`: how many came to an end. */
type Batch = { taken: TakenDelivery[]; settled: number; done: Done[]; entries: { kind: string }[] };

/** Starts the loops that settle what was noted, and what an earlier process left: that may take long, or fail for now, and no order waits for it. */
export function startSettling(): Loop {
  const loops = [startLoop({ name: "settle", everyMs: REST_MS, work: settleGathered }), startLoop({ name: "settle leftovers", everyMs: LEFT_REST_MS, mostTurnMs: LEFT_MOST_MS, work: leftovers() })];
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}

/** What could not be settled is tried once more: this version may know how. */
function leftovers(): () => Promise<number> {
  const steps: (() => Promise<unknown>)[] = [takeUpAgain, settleMembersLeft];
  return async () => {
    if (steps.length === 0) return 0;
    await steps[0]!();
    steps.shift();
    return 1;
  };
}

/** A turn of the loop: 0 also where fewer waited than it takes. What comes meanwhile gathers for the loop's rest, as many small batches cost the database far more than one. */
async function settleGathered(): Promise<number> {
  const { settled, isFull } = await settleFull();
  return isFull ? settled : 0;
}

/** Settles a batch; where it was a full one, goes on with several at once until less is left. Returns how many deliveries it took. */
export async function settleWaiting(): Promise<number> {
  return (await settleFull()).settled;
}

async function settleFull(): Promise<{ settled: number; isFull: boolean }> {
  const first = await settleNext();
  if (!first.isFull) return first;
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  let settled = first.settled;
  for (const each of lanes) {
    if (each.status === "rejected") throw each.reason;
    settled += each.value;
  }
  return { settled, isFull: true };
}

/** So many full batches a lane settles before the loop has its turn again: whoever stops the process does not wait for the whole backlog. */
const MOST_IN_A_ROW = 20;

async function lane(): Promise<number> {
  let settled = 0;
  for (let batches = 0; batches < MOST_IN_A_ROW; batches++) {
    const next = await settleNext();
    settled += next.settled;
    if (!next.isFull) break;
  }
  return settled;
}

/** Settles one batch; returns how many deliveries it took. A delivery that cannot be settled is set aside with its reason, and holds up no other. */
export async function settleOnce(): Promise<number> {
  return (await settleNext()).settled;
}

/** What of the queue this process looks at next: since when it has not looked at its beginning, where it goes on meanwhile, and how many it takes. */
const queue = { lookedBackMs: Number.NEGATIVE_INFINITY, from: 0n, most: BATCH };

/** `isFull`: as many waited as it takes, so there may be more. */
async function settleNext(): Promise<{ settled: number; isFull: boolean }> {
  const nowMs = performance.now();
  const isBack = nowMs - queue.lookedBackMs > LOOK_BACK_MS;
  const [begin, most] = [isBack ? 0n : queue.from, queue.most];
  if (isBack) queue.lookedBackMs = nowMs;
  try {
    const { taken, settled } = await settleBatch((client) => takeDeliveries(client, most, begin));
    const isFull = taken.length === most;
    // A batch of which nothing was to be had is passed over until the beginning is looked at again.
    queue.from = !isFull ? 0n : settled > 0 ? taken[0]!.seq : taken.at(-1)!.seq + 1n;
    queue.most = Math.min(BATCH, most + LEAST);
    // Before it is said that nothing waits, all is looked at.
    return taken.length === 0 && begin > 0n ? await settleNext() : { settled, isFull };
  } catch (fault) {
    // The table of locks is full, as many workers share it: less at once needs fewer.
    if ((fault as { code?: string }).code === OUT_OF_LOCKS) queue.most = Math.max(LEAST, Math.floor(most / 2));
    throw fault;
  }
}

/** Settles what `take` takes. Where one of them cannot be settled, the halves are tried, until it stands alone. */
async function settleBatch(take: (client: Queryable) => Promise<TakenDelivery[]>, tries = 1): Promise<Batch> {
  let taken: TakenDelivery[] = [];
  try {
    const batch = await inPipeline(async (client) => {
      taken = await take(client);
      return settleTaken(client, taken);
    });
    tellSettled(batch);
    return batch;
  } catch (fault) {
    // Somebody has made a row of an order that was new: now it is known.
    if (isOvertaken(fault) && tries < MOST_TRIES) return await settleBatch((client) => takeAgain(client, taken), tries + 1);
    if (isPassing(fault) || isOvertaken(fault)) throw fault;
    if (taken.length === 1) return await giveUp(taken[0]!, fault);
    const middle = Math.ceil(taken.length / 2);
    const [first, second] = [taken.slice(0, middle), taken.slice(middle)];
    const halves = [await settleBatch((client) => takeAgain(client, first)), await settleBatch((client) => takeAgain(client, second))];
    return { taken, settled: halves.reduce((sum, { settled }) => sum + settled, 0), done: [], entries: [] };
  }
}

/** What is committed is counted, and told line by line where anybody listens. */
function tellSettled({ taken, done, entries }: Batch): void {
  if (taken.length === 0) return;
  const at = now();
  const effects = new Map(done.map(({ shop, webhookId, reason }) => [`${shop} ${webhookId}`, reason ?? ""]));
  const told = taken.flatMap((delivery) => {
    const effect = effects.get(`${delivery.shop} ${delivery.webhookId}`);
    return effect === undefined ? [] : { ...delivery, effect };
  });
  countSettled(told, at);
  countEntries(entries);
  if (!log.isLevelEnabled("info")) return;
  for (const { shop, webhookId, orderId, topic, effect, receivedAt } of told) log.info({ stage: "settled", shop, webhookId, order: orderId, topic, effect, lagMs: at.getTime() - receivedAt.getTime() }, "a delivery is settled");
}

async function giveUp(delivery: TakenDelivery, fault: unknown): Promise<Batch> {
  const { shop, webhookId } = delivery;
  const reason = fault instanceof Error ? fault.message : String(fault);
  await setAside(shop, webhookId, reason, now());
  log.error({ shop, webhookId, fault: reason }, "a delivery could not be settled and is set aside");
  return { taken: [delivery], settled: 1, done: [], entries: [] };
}

async function settleTaken(client: Queryable, taken: TakenDelivery[]): Promise<{ value: Batch; writes: Promise<unknown>[] }> {
  if (taken.length === 0) return { value: { taken, settled: 0, done: [], entries: [] }, writes: [] };
  const at = now();
  const keys = keysOf(taken);
  // The rules are held before the orders are seen: what is asked first is done first.
  const [ruled, { held, busy }] = await Promise.all([tryRulesOf(client, [...new Set(keys.map(({ shop }) => shop))]), holdOrders(client, keys)]);
  // What somebody else has in hand waits for its turn, as do the orders of a shop whose rules somebody is changing.
  const others = byOrder(busy);
  const isOurs = (shop: string, orderId: string) => !ruled.has(shop) && others.get({ shop, orderId }) === undefined;
  const own = busy.length + ruled.size === 0 ? taken : taken.filter(({ shop, orderId }) => orderId === null || isOurs(shop, orderId));
  const done: Done[] = [];
  const folded = fold(own, ruled.size === 0 ? held : held.filter(({ shop, orderId }) => isOurs(shop, orderId)), at, done);
  await noteAboutApp(client, own, done, at);
  const { settled: decided, standing } = await decide(client, folded.filter((order) => order.settle && order.known.facts !== null));
  for (const { order } of decided.filter(isToWait)) {
    // Due anew, also where a fetch is under way: the store may have been asked before it knew this state.
    order.state.fetchAt = at;
    order.state.fetchWhy = "beside";
  }
  const settled = decided.filter((one) => !isToWait(one));
  const settledOrders = new Set(settled.map(({ order }) => order));
  const words = await creditWords(client, settled.map((one) => creditOf(one, standing)), at);
  await turn(); // whoever waits for an answer of this process comes first
  const rows = rowsOf(settled, folded.filter((order) => !settledOrders.has(order)), standing, words, done, at);
  await turn();
  return { value: { taken, settled: own.length, done, entries: rows.entries }, writes: startWriting(client, rows, at) };
}

/** Deliveries of no order: about the app itself. */
async function noteAboutApp(client: Queryable, deliveries: readonly TakenDelivery[], done: Done[], at: Date): Promise<void> {
  for (const { shop, webhookId, topic, orderId, triggeredNs } of deliveries) {
    if (orderId !== null) continue;
    if (topic === "app/uninstalled") {
      // Its word was late, and the app is installed again: what went with it is given anew.
      if (!(await markUninstalled(client, shop, triggeredNs, at))) await wantSweep(client, shop, "installed", at);
      await forgetStorefront(client, shop, at);
    }
    if (topic === "app/scopes_update") {
      await tryStorefrontSoon(client, shop, at);
      await wantSweep(client, shop, "scopes", at);
    }
    done.push({ shop, webhookId, reason: "noted" });
  }
}

function keysOf(deliveries: readonly TakenDelivery[]): OrderKey[] {
  const keys = new Map<string, OrderKey>();
  for (const { shop, orderId } of deliveries) if (orderId !== null) keys.set(`${shop} ${orderId}`, { shop, orderId });
  return [...keys.values()].sort((a, b) => (a.shop === b.shop ? (a.orderId < b.orderId ? -1 : 1) : a.shop < b.shop ? -1 : 1));
}

/** An order is not credited before what only the store can tell of it is known, and taken back a second later: it waits for the answer, and stands as it stood. */
function isToWait({ order, settlement }: Settled): boolean {
  return settlement.asksStore && !order.answered && !order.known.deleted;
}
