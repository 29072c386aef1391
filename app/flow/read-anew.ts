// Read anew: orders whose facts an older reader made are fetched again. Each shop's orders are gone through once per reader, by their ids and in pages, and how far
// that is stays in the database: a start of a process that brings no newer reader looks at no order. Once more a day later, for those that a process of the version
// before read meanwhile.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { askForOlder, holdWalk, keepWalk, shopsToWalk } from "../db/reader-walk.ts";
import { countFetches } from "../db/reads/gauges.ts";
import { READER_VERSION } from "../domain/order.ts";
import { isStopping } from "../stopping.server.ts";
import { after } from "./again.ts";
import { startLoop, type Loop } from "./loop.ts";

const REST_MS = 5_000;
const EVERY_MS = 3_600_000;
const AGAIN_MS = 24 * 3_600_000;
const WALKS = 2;
/** Nothing is older than what the first reader read. */
const FIRST_READER = 1;
/** How many shops are taken on in one turn, how many orders of each, and how many fetches may be due: what a delivery asks for is not to wait behind all orders of a shop. */
const MOST = { shops: 20, orders: 1_000, fetches: 1_000 };

export function startReadingAnew(): Loop {
  let lookAt = now().getTime();
  async function work(): Promise<number> {
    const at = now();
    if (at.getTime() < lookAt) return 0;
    const { due, moved } = await readAnewOnce(READER_VERSION);
    if (due === 0) lookAt = at.getTime() + EVERY_MS;
    return moved;
  }
  return startLoop({ name: "read anew", everyMs: REST_MS, work });
}

/** Goes through a page of the orders of some shops. Returns how many shops were due, and how many of them came further: none, where enough is being fetched. */
export async function readAnewOnce(version: number, most = MOST): Promise<{ due: number; moved: number }> {
  if (version === FIRST_READER) return { due: 0, moved: 0 };
  const shops = await shopsToWalk(version, now(), most.shops);
  let moved = 0;
  for (const shop of shops) {
    if (isStopping() || (await countFetches(now())).count >= most.fetches) break;
    if (await walk(shop, version, most.orders)) moved += 1;
  }
  return { due: shops.length, moved };
}

function walk(shop: string, version: number, limit: number): Promise<boolean> {
  const at = now();
  return inTransaction(async (client) => {
    const held = await holdWalk(client, shop, version, at);
    if (held === null) return false;
    const page = await askForOlder(client, shop, held.cursor, version, at, limit);
    // What somebody holds just now is looked at with the same page once more.
    if (page.held > 0) return false;
    if (page.seen === limit) await keepWalk(client, shop, { ...held, cursor: page.last }, at);
    else await keepWalk(client, shop, { cursor: "", walks: held.walks + 1 }, held.walks + 1 < WALKS ? after(at, AGAIN_MS) : null);
    return true;
  });
}
