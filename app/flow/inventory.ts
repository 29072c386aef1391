// The inventory: what discounts and codes the store has, whoever made them. What the store says has changed is read, and once a day everything
// is gone through. Whatever is begun goes on where it was, also after a kill.
import { now } from "../clock.ts";
import { withLock } from "../db/lock.ts";
import { listLooks, lookAtNewDeals } from "../db/store-discount.ts";
import { listShopsToLook, wantSweep } from "../db/store-sweep.ts";
import { adminFor, type Admin, type AdminFault } from "../shopify/admin.ts";
import { after } from "./again.ts";
import { takeOutOnce } from "./drift-act.ts";
import { look } from "./inventory-look.ts";
import { sweepStore } from "./inventory-sweep.ts";
import { startLoop, type Loop } from "./loop.ts";
import { inParallel } from "./parallel.ts";

const REST_MS = 500;
const EVERY_MS = 24 * 3_600_000;
const MOST_LOOKS = 20;
/** Each holds a connection of the lock's pool. */
const MOST_SHOPS = 2;
/** So long a discount is left alone while codes of ours are on their way into it. */
const PATIENCE_MS = 15 * 60_000;
/** The store asked for rest, or does not let us in: so long nothing is asked of it from here. */
const SIGN_IN_AGAIN_MS = 60_000;
const BRIEF_MS = 5_000;

type InventoryOptions = {
  /** Only this shop. */
  shop?: string;
  /** How a shop's Admin API is called (tests). */
  admin?: (shop: string) => Admin;
};

/** How often deals are looked for whose discounts were made just now: the store's word about them may be lost. */
const NEW_DEALS_MS = 5_000;
let newDealsAt = 0;
const resting = new Map<string, Date>();

/** Starts the loop that keeps the inventory of every shop. */
export function startInventory(): Loop {
  const begun = now();
  return startLoop({ name: "inventory", everyMs: REST_MS, work: async () => (await takeOutOnce()) + (await inventoryOnce(begun)) });
}

/** Asks for the whole list anew, as soon as may be. */
export async function readStoreAgain(shop: string): Promise<void> {
  await wantSweep(shop, now());
}

/** Whatever else is asked of a store goes first: a list of many codes would use all of its budget. */
function idly(shop: string): Admin {
  return adminFor(shop, "idle");
}

/** Does a little of what is due in each shop; returns how much was done. `begun`: a list that was last gone through before is due. */
export async function inventoryOnce(begun: Date, { shop, admin = idly }: InventoryOptions = {}): Promise<number> {
  const at = now();
  if (Math.abs(at.getTime() - newDealsAt) >= NEW_DEALS_MS) {
    newDealsAt = at.getTime();
    await lookAtNewDeals(at);
  }
  const doneSince = new Date(Math.max(begun.getTime(), at.getTime() - EVERY_MS));
  const shops = (await listShopsToLook(at, doneSince)).filter((due) => (shop === undefined || due === shop) && (resting.get(due) ?? at) <= at);
  let done = 0;
  const faults: unknown[] = [];
  await inParallel(shops, MOST_SHOPS, async (due) => {
    resting.delete(due);
    // A shop with a fault keeps no other waiting, and one whose budget is spent few.
    await withLock(`inventory ${due}`, () => readShop(due, admin(due), doneSince)).then((some) => (done += some ?? 0), (fault: unknown) => faults.push(fault));
    return true;
  });
  if (faults.length > 0) throw faults[0];
  return done;
}

/** What is to be looked at goes before the list: it is news. */
async function readShop(shop: string, admin: Admin, doneSince: Date): Promise<number> {
  let done = 0;
  for (const due of await listLooks(shop, now(), MOST_LOOKS, PATIENCE_MS)) {
    const looked = await look(shop, admin, due);
    if (looked.fault !== null) return rest(shop, looked.fault, done);
    done += 1;
  }
  const swept = await sweepStore(shop, admin, doneSince);
  return swept.fault === null ? done + swept.done : rest(shop, swept.fault, done);
}

/** Nothing more is asked of this shop for a while; other shops go on. */
function rest(shop: string, fault: AdminFault, done: number): number {
  const ms = fault.kind === "throttled" ? fault.waitMs : fault.kind === "unauthorized" || fault.kind === "scope" ? SIGN_IN_AGAIN_MS : BRIEF_MS;
  resting.set(shop, after(now(), ms));
  return done;
}
