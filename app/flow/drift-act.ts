// Carries out in the store what a person chose about codes that stand where they should not: each is looked for, then taken out by its id, and read
// back before it is said to be gone; so that a crash anywhere leaves at most one more look.
import { now } from "../clock.ts";
import { pool } from "../db.server.ts";
import { closeDrift, listShopsToTakeOut, listToTakeOut, refuseDrift, type ToTakeOut } from "../db/drift.ts";
import { placeAgain } from "../db/drift-repair.ts";
import { withLock } from "../db/lock.ts";
import { lookAtDiscount } from "../db/store-discount.ts";
import { writeProblem } from "../domain/problem.ts";
import { adminFor, type Admin } from "../shopify/admin.ts";
import { discountGid } from "../shopify/inventory.ts";
import { findRedeemCode, takeOutRedeemCodes } from "../shopify/take-out.ts";
import { after } from "./again.ts";
import { judgeStoreFault } from "./place-faults.ts";

const MOST_A_TURN = 250;
/** The store takes codes out a little after it was asked: before that, nothing is asked twice. */
const SETTLE_MS = 5_000;
const AGAIN_MS = 15_000;

/** When something was last asked for, or a shop turned us away. Forgotten with the process: then it is asked for once more. */
const askedAt = new Map<string, Date>();

type Options = { shop?: string; admin?: (shop: string) => Admin };

/** Takes out what is to be taken out, in every shop; returns how much was done. */
export async function takeOutOnce({ shop, admin = adminFor }: Options = {}): Promise<number> {
  let done = 0;
  for (const due of (await listShopsToTakeOut()).filter((one) => shop === undefined || one === shop)) {
    if (isResting(`shop ${due}`, AGAIN_MS)) continue;
    done += (await withLock(`drift ${due}`, () => takeOut(due, admin(due)))) ?? 0;
  }
  return done;
}

async function takeOut(shop: string, admin: Admin): Promise<number> {
  const waiting = (await listToTakeOut(shop, MOST_A_TURN)).filter((row) => !isResting(`${shop} ${row.id}`, SETTLE_MS));
  let done = 0;
  const standing: (ToTakeOut & { redeemId: string })[] = [];
  for (const row of waiting) {
    const found = await findRedeemCode(admin, row.code);
    if (!found.ok) return stop(shop, done);
    if (found.value === null || discountGid(found.value.discountId) !== row.discountId) {
      await finish(shop, row);
      done += 1;
    } else if (found.value.redeemId === null) askedAt.set(`${shop} ${row.id}`, now()); // the search of its codes lags
    else standing.push({ ...row, redeemId: found.value.redeemId });
  }
  for (const [discountId, rows] of Map.groupBy(standing, (row) => row.discountId)) {
    for (const row of rows) askedAt.set(`${shop} ${row.id}`, now());
    const asked = await takeOutRedeemCodes(admin, discountId, rows.map((row) => row.redeemId));
    if (asked.ok) {
      done += rows.length;
      continue;
    }
    const verdict = judgeStoreFault(asked.fault, 0, now());
    if (!verdict.refused) return stop(shop, done);
    for (const row of rows) await refuseDrift(shop, row.id, verdict.problem ?? writeProblem("store.unavailable"));
  }
  return done;
}

/** Read back: it stands there no more. One that belongs elsewhere goes back to where it belongs. */
async function finish(shop: string, row: ToTakeOut): Promise<void> {
  askedAt.delete(`${shop} ${row.id}`);
  if (row.kind === "elsewhere" && row.codeId !== null) await placeAgain(pool(), shop, row.codeId, "store", now());
  await closeDrift(shop, row.id, now());
  await lookAtDiscount(pool(), shop, row.discountId, "repair", now());
  if (row.ownDiscountId !== null && row.ownDiscountId !== row.discountId) await lookAtDiscount(pool(), shop, row.ownDiscountId, "repair", after(now(), AGAIN_MS));
}

function stop(shop: string, done: number): number {
  askedAt.set(`shop ${shop}`, now());
  return done;
}

function isResting(name: string, ms: number): boolean {
  const at = askedAt.get(name);
  return at !== undefined && Math.abs(now().getTime() - at.getTime()) < ms;
}
