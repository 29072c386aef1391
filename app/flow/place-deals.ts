// Deals: the discount in the store, then the deal in the program's network. Each is looked for before it is made.
import { now } from "../clock.ts";
import { listDueDealPlacements, listDueDeals, updateDealInStore, updateDealPlacement } from "../db/deal.ts";
import type { Deal } from "../db/deal.ts";
import { findShop } from "../db/shop.ts";
import { writeProblem } from "../domain/problem.ts";
import type { NewDeal } from "../networks/port.ts";
import type { Admin } from "../shopify/admin.ts";
import { createDiscount, findByCode } from "../shopify/discounts.ts";
import type { FoundDiscount } from "../shopify/discounts.ts";
import { after } from "./again.ts";
import { judgeNetworkFault, judgeStoreFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

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
    const found = await findByCode(admin, deal.reserveCode);
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
  const { name: title, reserveCode, terms } = deal;
  return { title, reserveCode, terms, currency, startsAt: deal.startsAt.toISOString(), endsAt: deal.endsAt?.toISOString() ?? null };
}

const STATES = { ACTIVE: "live", SCHEDULED: "scheduled", EXPIRED: "ended" } as const;

async function noteDiscount(shop: string, deal: Deal, found: FoundDiscount): Promise<void> {
  const at = now();
  const soon = after(at, LOOK_AGAIN_MS);
  const turn = found.status === "SCHEDULED" ? deal.startsAt : deal.endsAt;
  const nextAt = turn !== null && turn > soon ? turn : soon;
  await updateDealInStore(shop, deal.id, { storeId: found.id, storeState: STATES[found.status], storeProblem: null, storeReadAt: at, attempts: 0, nextAt });
}

/** Makes the networks' deals that are due. Returns how much was done. */
export async function placeDealsInNetworks(shop: string, networks: Networks): Promise<number> {
  const due = await listDueDealPlacements(shop, now(), MOST_A_TURN);
  const currency = due.length > 0 ? ((await findShop(shop))?.currency ?? "") : "";
  let done = 0;
  for (const { deal, programId, programExternalId, connectionId, attempts } of due) {
    const network = await networks.of(connectionId, { about: "deal", aboutId: deal.id });
    if (!network) continue; // closed for this turn

    const found = await network.findDeal(programExternalId, deal.name);
    const exists = found.ok && found.value !== null && found.value.state !== "expired";
    const made = found.ok && !exists ? await network.createDeal(programExternalId, networkDeal(deal, currency)) : found;
    if (!made.ok) {
      const verdict = await judgeNetworkFault(shop, connectionId, made.fault, attempts, now());
      const data = { problem: verdict.problem, nextAt: verdict.nextAt, attempts: attempts + (verdict.counts ? 1 : 0), ...(verdict.refused && { state: "refused" }) };
      await updateDealPlacement(shop, deal.id, programId, data);
      if (verdict.stop) networks.close(connectionId);
      continue;
    }
    await updateDealPlacement(shop, deal.id, programId, { externalId: made.value!.externalId, state: "live", problem: null, readAt: now(), attempts: 0 });
    done += 1;
  }
  return done;
}

/** The deal as a network takes it. Its minimum cannot be told there: the store alone holds buyers to it. */
function networkDeal({ name, terms, startsAt, endsAt }: Deal, currency: string): NewDeal {
  const value = terms.value;
  const discount: NewDeal["discount"] =
    value.kind === "percentage"
      ? { kind: "percent", percent: percentText(value.basisPoints) }
      : value.kind === "free_shipping"
        ? { kind: "free_shipping" }
        : { kind: "fixed", amount: value.amount, currency };
  return { name, description: null, discount, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null };
}

/** 1250 basis points are "12.5". */
function percentText(basisPoints: number): string {
  return (basisPoints / 100).toFixed(2).replace(/\.?0+$/, "");
}
