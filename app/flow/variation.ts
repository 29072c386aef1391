// The discount for codes with dates or terms of their own: codes that have the same share one.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { findDeal, findDealByName } from "../db/deal.ts";
import { inTurn } from "../db/lock.ts";
import { findShop } from "../db/shop.ts";
import { findVariation, insertVariation } from "../db/variation.ts";
import { variationName, variationOf, type Own } from "../domain/variation.ts";
import { wallTime } from "../domain/zone.ts";
import { reserveCode } from "./deal.ts";

export type { Own } from "../domain/variation.ts";

/**
 * The deal in whose discount codes with these dates or terms belong: the deal itself where they are no others than its own, else its variation,
 * which is written where there is none yet (the placing loop makes its discount). Safe to repeat. A variation's own variation hangs on the deal.
 */
export async function variationFor(shop: string, dealId: string, own: Own): Promise<string> {
  return inTurn(`deals of ${shop}`, async () => {
    const named = await findDeal(shop, dealId);
    const deal = named?.parentId ? await findDeal(shop, named.parentId) : named;
    if (!deal) throw new Error(`the deal ${dealId} of ${shop} is not known`);
    const one = variationOf(deal, own);
    if (one === null) return deal.id;
    const key = { shop, dealId: deal.id };
    const known = await findVariation(key, one);
    if (known !== null) return known;

    const zone = (await findShop(shop))?.timezone || "UTC";
    const id = randomUUID();
    const nameOf = (n: number) => variationName(deal, one, (at) => wallTime(at, zone).date, n);
    let n = 1;
    while (await findDealByName(shop, nameOf(n))) n += 1;
    await insertVariation(key, { ...one, id, name: nameOf(n), reserveCode: reserveCode(), at: now() });
    return id;
  });
}
