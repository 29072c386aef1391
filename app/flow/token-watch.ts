// Whether the stores let the app in. What the calls show is kept as state of the shop, from which the merchant is told; once a token is good again the shop is
// swept at once, since nothing could be fetched meanwhile.
import { now, nowMs } from "../clock.ts";
import { inTransaction, pool } from "../db.server.ts";
import { noteLetIn, setTokenProblem } from "../db/delivery-watch.ts";
import { wantSweep } from "../db/sweep.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import { setAccessListener } from "../shopify/admin.ts";

/** What was written is not written again for so long; another process may have written otherwise meanwhile. */
const REST_MS = 60_000;
const MOST_SHOPS = 10_000;

/** What was said of a shop last, and when. */
const said = new Map<string, { isLetIn: boolean; atMs: number }>();
/** Shops of which a word is being written, and what was said meanwhile: one at a time is written, so that the last word stands. */
const writing = new Map<string, { next: boolean | null }>();

/** Begins to listen to the calls of this process. */
export function watchTokens(): void {
  setAccessListener((shop, isLetIn) => {
    const last = said.get(shop);
    if (last !== undefined && last.isLetIn === isLetIn && Math.abs(nowMs() - last.atMs) < REST_MS) return;
    if (said.size >= MOST_SHOPS) said.clear();
    said.set(shop, { isLetIn, atMs: nowMs() });
    const under = writing.get(shop);
    if (under === undefined) void write(shop, isLetIn);
    else under.next = isLetIn;
  });
}

async function write(shop: string, word: boolean): Promise<void> {
  const own: { next: boolean | null } = { next: word };
  writing.set(shop, own);
  while (own.next !== null) {
    const isLetIn = own.next;
    own.next = null;
    await noteAccess(shop, isLetIn).catch((fault: Error) => {
      said.delete(shop);
      log.error({ shop, fault: fault.message }, "whether the store lets the app in could not be kept");
    });
  }
  writing.delete(shop);
}

/** Keeps that the store lets the app in, or does not; a token that is good again has the shop swept. */
export async function noteAccess(shop: string, isLetIn: boolean): Promise<void> {
  const at = now();
  if (!isLetIn) {
    await setTokenProblem(pool(), shop, writeProblem("store.unauthorized"), at);
    return;
  }
  await inTransaction(async (client) => {
    await noteLetIn(client, shop, at);
    if (await setTokenProblem(client, shop, null, at)) await wantSweep(client, shop, "token", at);
  });
}
