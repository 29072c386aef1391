// Sums: adds up what settling noted, so that pages need not go through the ledger. Any number of processes may do it; a shop's sums are held by one at a time,
// and whoever dies in the middle has done nothing.
import { now, nowMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { isPassing } from "../db/fault.ts";
import {
  addSumStates, beginSums, buildSums, dayIn, foldChanges, holdSums, keepBuilt, keepCursor, keepDay, movePeriods, oneState, rulesOf, setPeriods, shopsToSum, shopsWithSums, sumProgress, type SumState,
} from "../db/sums.ts";
import type { Queryable } from "../db.server.ts";
import { log } from "../log.server.ts";
import { isStopping } from "../stopping.server.ts";
import { backoffMs } from "./again.ts";
import { startLoop, type Loop } from "./loop.ts";

/** Long enough that a busy shop's changes are added many at once, and short enough that few are left for the pages to add. */
const REST_MS = 1_000;
/** How much is added, and how much is built, in one transaction. */
const MOST = { changes: 5_000, orders: 20_000 };
/** By so many days the periods are moved on; beyond it they are added up anew. */
const MOST_MOVED_DAYS = 14;
const DAY_MS = 86_400_000;

/** Shops whose sums could not be kept up for a reason that stays (a time zone that the database does not know, say), and when each is tried again. */
const failing = new Map<string, { times: number; againMs: number }>();

export function startSumming(): Loop {
  return startLoop({ name: "sums", everyMs: REST_MS, work: () => sumOnce() });
}

/** One turn for each shop that has something to add or to build. Returns how many of them have more. */
export async function sumOnce(most = MOST): Promise<number> {
  const at = now();
  await addSumStates(at);
  let more = 0;
  let passing: unknown = null;
  for (const shop of await shopsToSum(at)) {
    if (isStopping()) break;
    if ((failing.get(shop)?.againMs ?? 0) > at.getTime()) continue;
    try {
      if (await sumShop(shop, most)) more += 1;
      failing.delete(shop);
    } catch (fault) {
      // One that may pass keeps no other shop waiting: what takes too long is too long each time.
      if (isPassing(fault)) {
        passing ??= fault;
        continue;
      }
      const times = failing.get(shop)?.times ?? 0;
      failing.set(shop, { times: times + 1, againMs: nowMs() + backoffMs(times) });
      log.error({ shop, fault: fault instanceof Error ? fault.message : String(fault) }, "a shop's sums could not be kept up: its pages add up the ledger");
    }
  }
  if (passing !== null) throw passing;
  return more;
}

/** One turn for a shop; true where there is more to do at once. */
export function sumShop(shop: string, most = MOST): Promise<boolean> {
  return inTransaction(async (client) => {
    await oneState(client);
    const state = await holdSums(client, shop);
    if (state === null) return false;
    if (state.zone !== state.wantedZone) {
      await beginSums(client, shop, state.wantedZone, now());
      return true;
    }
    if (state.builtAt === null) return build(client, state, most.orders);
    const today = await dayIn(client, state.zone, now());
    if (today !== state.day) {
      if ((await rulesOf(client, state.zone, state.day!)) !== state.rules) {
        await beginSums(client, shop, state.zone, now());
        return true;
      }
      await turnDay(client, state, today);
    }
    return (await foldChanges(client, { ...state, day: today }, most.changes)) === most.changes;
  });
}

async function build(client: Queryable, state: SumState, limit: number): Promise<true> {
  const { orders, last } = await buildSums(client, state, limit);
  await keepCursor(client, state.shop, last, orders);
  if (orders < limit) {
    const today = await dayIn(client, state.zone, now());
    await setPeriods(client, state.shop, today);
    await keepDay(client, state.shop, today, await rulesOf(client, state.zone, today));
    await keepBuilt(client, state.shop, now());
    if (state.orders > 0) log.info({ shop: state.shop, orders: state.orders + orders }, "a shop's sums are built");
  }
  return true;
}

async function turnDay(client: Queryable, { shop, zone, day }: SumState, today: string): Promise<void> {
  const days = (Date.parse(today) - Date.parse(day!)) / DAY_MS;
  if (days > 0 && days <= MOST_MOVED_DAYS) await movePeriods(client, shop, day!, today);
  else await setPeriods(client, shop, today);
  await keepDay(client, shop, today, await rulesOf(client, zone, today));
}

/** Builds the sums anew, of one shop or of all. `onProgress` is told how many orders of a shop are in its sums. Returns how many shops; 0: the one asked for is not known. */
export async function rebuildSums({ shop, signal, onProgress }: { shop?: string; signal?: AbortSignal; onProgress?: (shop: string, orders: number) => void } = {}): Promise<number> {
  await addSumStates(now());
  const shops = (await shopsWithSums()).filter((each) => shop === undefined || each === shop);
  for (const each of shops) {
    while (!(await begin(each))) signal?.throwIfAborted(); // the app's own loop holds them just now
    for (let known = await sumProgress(each); known !== null && !known.built; known = await sumProgress(each)) {
      signal?.throwIfAborted();
      await sumShop(each);
      onProgress?.(each, known.orders);
    }
  }
  return shops.length;
}

function begin(shop: string): Promise<boolean> {
  return inTransaction(async (client) => {
    await oneState(client);
    const state = await holdSums(client, shop);
    if (state === null) return false;
    await beginSums(client, shop, state.wantedZone, now());
    return true;
  });
}
