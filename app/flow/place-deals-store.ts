// Deals in the store: one discount each. It is looked for before it is made.
import { now } from "../clock.ts";
import { listDueDeals, updateDealInStore } from "../db/deal.ts";
import type { Deal } from "../db/deal.ts";
import { findShop } from "../db/shop.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin } from "../shopify/admin.ts";
import { createDiscount, findByCode } from "../shopify/discounts.ts";
import type { FoundDiscount } from "../shopify/discounts.ts";
import { after } from "./again.ts";
import { judgeStoreFault } from "./place-faults.ts";

const MOST_A_TURN = 20;
const LOOK_AGAIN_MS = 5_000;

/** Makes the discounts that are due, and reads back those whose dates say that their state changes. Returns how much was done. */
export async function placeDealsInStore(shop: string, admin: Admin): Promise<number> {
  const deals = await listDueDeals(shop, now(), MOST_A_TURN);
  if (deals.length === 0) return 0;
  const currency = (await findShop(shop))?.currency ?? "";
  let done = 0;
  for (const deal of deals) {
    // The reserve code is this deal's alone: whatever has it was made by an earlier try.
    const found = await findByCode(admin, deal.reserveCode ?? "");
    const made = found.ok && found.value === null && deal.storeId === null ? await createDiscount(admin, newDiscount(deal, currency)) : found;
    if (!made.ok) {
      const verdict = judgeStoreFault(made.fault, deal.attempts, now());
      const attempts = deal.attempts + (verdict.counts ? 1 : 0);
      await updateDealInStore(shop, deal.id, { storeProblem: verdict.problem, nextAt: verdict.nextAt, attempts, ...(verdict.refused && { storeState: "refused" }) });
      if (verdict.stop) return done;
    } else if (made.value === null) {
      await updateDealInStore(shop, deal.id, { storeState: "missing", storeProblem: writeProblem("problem.deal_missing_in_store"), storeReadAt: now() });
    } else {
      await noteDiscount(shop, deal, made.value);
    }
    done += 1;
  }
  return done;
}

function newDiscount(deal: Deal, currency: string) {
  const { name: title, terms } = deal;
  return { title, reserveCode: deal.reserveCode ?? "", terms, currency, startsAt: deal.startsAt.toISOString(), endsAt: deal.endsAt?.toISOString() ?? null };
}

const STATES = { ACTIVE: "live", SCHEDULED: "scheduled", EXPIRED: "ended" } as const;

async function noteDiscount(shop: string, deal: Deal, found: FoundDiscount): Promise<void> {
  const at = now();
  const soon = after(at, LOOK_AGAIN_MS);
  const turn = found.status === "SCHEDULED" ? deal.startsAt : deal.endsAt;
  const nextAt = turn !== null && turn > soon ? turn : soon;
  await updateDealInStore(shop, deal.id, { storeId: found.id, storeState: STATES[found.status], storeProblem: null, storeReadAt: at, attempts: 0, nextAt });
}
