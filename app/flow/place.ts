// The placing loop: makes in the store and in the networks what the rows of deals and codes ask for, as often as it takes.
import { now } from "../clock.ts";
import { retryDeals } from "../db/deal.ts";
import { withLock } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { listShopsWithDue, retryPlacements } from "../db/placement.ts";
import { takeOutReplaced } from "../db/removal.ts";
import { adminFor } from "../shopify/admin.ts";
import type { Admin } from "../shopify/admin.ts";
import { startLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import { fillPairs } from "./pair.ts";
import { inParallel } from "./parallel.ts";
import { placeCodesInNetworks } from "./place-codes-network.ts";
import { placeCodesInStore } from "./place-codes-store.ts";
import { placeDealsInNetworks } from "./place-deals-network.ts";
import { placeDealsInStore } from "./place-deals-store.ts";
import { placeWithMediaSources } from "./place-media-source.ts";
import { networksOf } from "./place-networks.ts";
import { removeCodesFromStore } from "./place-removals.ts";
import { removeCodesFromNetworks } from "./place-retired.ts";

type Side = "store" | "network";

type PlaceOptions = {
  /** Only this side; both where it is left out. */
  side?: Side;
  /** Only this shop. */
  shop?: string;
  /** How a shop's Admin API is called (tests). */
  admin?: (shop: string) => Admin;
};

const REST_MS = 400;
/** Each holds a connection of the lock's pool for each side (db.server.ts). */
const MOST_SHOPS = 3;

/** Starts placing what is due, again and again: in the store and in the networks each at its own pace, since a network is asked for one code at a time. */
export function startPlacing(options: PlaceOptions = {}): Loop {
  const loops = (["store", "network"] as const).map((side) => startLoop({ name: `place in ${side}`, everyMs: REST_MS, work: () => placeOnce({ ...options, side }) }));
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}

/**
 * Does what is due now, in order: discounts, redeem codes, what is to be taken out of the store; the networks' deals, what is to be taken out there, promo codes. Returns how much
 * was done; 0: nothing is due, or what is due has to wait. One worker per shop and side, whatever the number of processes.
 */
export async function placeOnce({ side, shop, admin = adminFor }: PlaceOptions = {}): Promise<number> {
  await fillPairs();
  await takeOutReplaced(now());
  const shops = (await listShopsWithDue(now())).filter((due) => shop === undefined || due === shop);
  let done = 0;
  const faults: unknown[] = [];
  await inParallel(shops, MOST_SHOPS, async (due) => {
    // A shop with a fault keeps no other waiting, and one whose budget is spent few.
    for (const one of side ? [side] : (["store", "network"] as const)) {
      await withLock(`place ${due} in ${one}`, () => placeIn[one](due, admin(due))).then((some) => (done += some ?? 0), (fault: unknown) => faults.push(fault));
    }
    return true;
  });
  if (faults.length > 0) throw faults[0];
  return done;
}

const placeIn: Record<Side, (shop: string, admin: Admin) => Promise<number>> = {
  async store(shop, admin) {
    let done = await placeDealsInStore(shop, admin);
    done += await placeCodesInStore(shop, admin);
    done += await removeCodesFromStore(shop, admin);
    return done;
  },
  async network(shop) {
    const networks = networksOf(shop);
    let done = await placeDealsInNetworks(shop, networks);
    done += await removeCodesFromNetworks(shop, networks);
    done += await placeCodesInNetworks(shop, networks);
    done += await placeWithMediaSources(shop, networks);
    return done;
  },
};

/** A person asks for what was refused to be tried again, after mending the reason. Returns how many rows wait again. */
export async function tryAgain(shop: string, { dealIds = [], codeIds = [] }: { dealIds?: string[]; codeIds?: string[] }, who = "merchant"): Promise<number> {
  const at = now();
  const again = (await retryDeals(shop, dealIds, at)) + (await retryPlacements(shop, codeIds, at));
  if (again > 0) await insertLog(shop, at, { who, what: "placing.tried_again", detail: { count: again } });
  return again;
}
