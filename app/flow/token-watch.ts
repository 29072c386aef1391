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

const written = new Map<string, { isLetIn: boolean; atMs: number }>();

/** Begins to listen to the calls of this process. */
export function watchTokens(): void {
  setAccessListener((shop, isLetIn) => {
    const last = written.get(shop);
    if (last !== undefined && last.isLetIn === isLetIn && Math.abs(nowMs() - last.atMs) < REST_MS) return;
    if (written.size >= MOST_SHOPS) written.clear();
    written.set(shop, { isLetIn, atMs: nowMs() });
    noteAccess(shop, isLetIn).catch((fault: Error) => {
      written.delete(shop);
      log.error({ shop, fault: fault.message }, "whether the store lets the app in could not be kept");
    });
  });
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
