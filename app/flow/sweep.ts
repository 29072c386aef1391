// Sweep: asks the store what changed and fetches what no delivery told. By updated_at with overlap, never by discount code:
// the store's search knows only the first code of an order.
import { now } from "../clock.ts";
import { askForChanged, askForOlderReaders } from "../db/order.ts";
import { noteSwept, shopsToSweep } from "../db/sweep.ts";
import { instantNs } from "../domain/instant.ts";
import { READER_VERSION } from "../domain/order.ts";
import { adminFor, type AdminAnswer, type AdminFault } from "../shopify/admin.ts";
import { ORDERS_CHANGED } from "../shopify/orders.graphql.ts";
import { startLoop, type Loop } from "./loop.ts";

const REST_MS = 1_000;
const EVERY_MS = 3_600_000;
/** A delivery may be under way, and the store's search lags: what changed shortly before the last sweep is looked at again. */
const OVERLAP_MS = 15 * 60_000;
const MOST_PAGES = 500;
const MOST_OLDER = 200;

type Page = { orders: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: { id: string; updatedAt: string }[] } };
/** `until`: there is more than one sweep takes in; what changed after this instant is left to the next one. */
export type Swept = { ok: true; seen: number; asked: number; until: Date | null } | { ok: false; fault: AdminFault };

/**
 * Starts the loop that sweeps every shop after a start, and then once an hour. Orders whose facts an older reader made are read anew; only a
 * start brings a newer reader, and looking through all orders is dear, so it is done no more often.
 */
export function startSweeping(): Loop {
  const begun = now();
  let lookAt = begun.getTime();
  async function work(): Promise<number> {
    if (now().getTime() < lookAt) return sweepOnce(begun);
    const older = await askForOlderReaders(READER_VERSION, now(), MOST_OLDER);
    if (older === 0) lookAt = now().getTime() + EVERY_MS;
    return older;
  }
  return startLoop({ name: "sweep", everyMs: REST_MS, work });
}

/** Sweeps a shop that is due: not swept since the process began, or not for an hour. */
export async function sweepOnce(begun: Date): Promise<number> {
  const at = now();
  const [due] = await shopsToSweep(new Date(Math.max(begun.getTime(), at.getTime() - EVERY_MS)), 1);
  if (!due) return 0;
  let upTo: Date | null = null;
  try {
    const swept = await sweepShop(due.shop, new Date(due.since.getTime() - OVERLAP_MS));
    if (swept.ok) upTo = swept.until ?? at;
  } finally {
    // A shop that does not answer, or not what was foreseen, is asked again at the next round; what it missed stays in the span.
    await noteSwept(due.shop, at, upTo);
  }
  return 1;
}

/** Marks every order that changed since then, and is not known as it stands, as to be fetched. */
export async function sweepShop(shop: string, since: Date): Promise<Swept> {
  const admin = adminFor(shop);
  let seen = 0;
  let asked = 0;
  let after: string | null = null;
  let until = since.toISOString();
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer: AdminAnswer<Page> = await admin<Page>(ORDERS_CHANGED, { query: `updated_at:>='${since.toISOString()}'`, after });
    if (!answer.ok) return { ok: false, fault: answer.fault };
    const { nodes, pageInfo }: Page["orders"] = answer.data.orders;
    const orders = nodes.map((node) => ({ orderId: node.id.split("/").at(-1)!, updatedNs: (instantNs(node.updatedAt) ?? 0n).toString() }));
    seen += orders.length;
    asked += await askForChanged(shop, orders, now());
    if (!pageInfo.hasNextPage) return { ok: true, seen, asked, until: null };
    after = pageInfo.endCursor;
    until = nodes.at(-1)?.updatedAt ?? until;
  }
  return { ok: true, seen, asked, until: new Date(until) };
}
