// The shop's first steps in the app.
import { now, nowMs } from "../clock.ts";
import { pool } from "../db.server.ts";
import { findShop, insertFirstShopRule, upsertShop } from "../db/shop.ts";
import { wantSweep } from "../db/sweep.ts";
import type { FieldError } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import { adminFor } from "../shopify/admin.ts";
import { readShop } from "../shopify/shop.ts";
import { storeProblem } from "./store-faults.ts";

/** Rules, section 5: what holds until the merchant chooses otherwise. */
const FIRST_STACKING_RULE = "largest_discount";

/**
 * Asks the store for its name, currency and time zone and notes them; at the first opening the shop's own rules begin as well. Where the app was not installed until
 * now, the store is asked for what changed meanwhile: what an earlier installation knew is all there still.
 */
export async function welcomeShop(shop: string): Promise<{ ok: true } | { ok: false; errors: FieldError[] }> {
  const read = await readShop(adminFor(shop, "person"));
  if (!read.ok) return { ok: false, errors: [{ field: "shop", ...storeProblem(read.fault) }] };
  const known = await findShop(shop);
  await upsertShop(shop, read.data, now());
  if (known === null || known.uninstalledAt !== null) await wantSweep(pool(), shop, "installed", now());
  await insertFirstShopRule(shop, FIRST_STACKING_RULE);
  return { ok: true };
}

const AGAIN_MS = 10 * 60_000;
const tried = new Map<string, number>();

/** Asks the store for what an earlier version of the app did not ask it for, beside the page that is opened; where the store does not answer, not again for a while. */
export function completeShop(shop: string): void {
  if (nowMs() - (tried.get(shop) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
  tried.set(shop, nowMs());
  const tell = (why: string) => log.warn({ shop, why }, "what the store says of itself could not be completed");
  welcomeShop(shop).then((welcomed) => welcomed.ok || tell(welcomed.errors.map(({ key }) => key).join(" ")), (fault: Error) => tell(fault.message));
}
