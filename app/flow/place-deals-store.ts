// Deals in the store: one discount each. It is looked for before it is made, brought to the version that the deal has, and read back after every write,
// so that a crash anywhere leaves it once, and as it is wanted.
import { now } from "../clock.ts";
import type { Deal } from "../db/deal.ts";
import { listDueDeals, noteDealInStore } from "../db/deal-store.ts";
import { findShop } from "../db/shop.ts";
import { kindOfTerms } from "../domain/deal-parts.ts";
import { differsFrom, storeWindow, type SeenDiscount } from "../domain/deal-seen.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin } from "../shopify/admin.ts";
import { isStopping } from "../stopping.server.ts";
import { createDiscount, findByCode, updateDiscount, type DiscountContent, type StoreAnswer } from "../shopify/discounts.ts";
import { readDiscount } from "../shopify/discounts-read.ts";
import { after } from "./again.ts";
import { refusedDeal } from "./deal-refusal.ts";
import { judgeStoreFault } from "./place-faults.ts";
import { reserveCode } from "./reserve-code.ts";

const MOST_A_TURN = 20;
const LOOK_AGAIN_MS = 5_000;

/** Makes and changes the discounts that are due, and reads back those whose dates say that their state changes. Returns how much was done. */
export async function placeDealsInStore(shop: string, admin: Admin): Promise<number> {
  const deals = await listDueDeals(shop, now(), MOST_A_TURN);
  if (deals.length === 0) return 0;
  const currency = (await findShop(shop))?.currency ?? "";
  let done = 0;
  for (const deal of deals) {
    if (isStopping()) break;
    const placed = await place(admin, await withReserve(deal), currency);
    if (!placed.ok) {
      const verdict = judgeStoreFault(placed.fault, deal.attempts, now());
      const attempts = deal.attempts + (verdict.counts ? 1 : 0);
      const problem = verdict.refused ? refusedDeal(placed.fault, verdict.problem) : verdict.problem;
      await noteDealInStore(shop, deal.id, deal.version, { storeProblem: problem, ...(verdict.refused && { storeState: "refused" }) }, { nextAt: verdict.nextAt, attempts });
      if (verdict.stop) return done;
    } else if (placed.value === null) {
      const gone = { storeState: "missing", storeProblem: writeProblem("problem.deal_missing_in_store"), storeReadAt: now() };
      await noteDealInStore(shop, deal.id, deal.version, gone, { attempts: 0 });
    } else {
      await noteDiscount(deal, placed.value);
    }
    done += 1;
  }
  return done;
}

/** An adopted discount came without a reserve code; it needs one only if it is ever made again. */
async function withReserve(deal: Deal): Promise<Deal> {
  if (deal.reserveCode !== null || deal.storeId !== null) return deal;
  const code = reserveCode();
  await noteDealInStore(deal.shop, deal.id, deal.version, { reserveCode: code }, {});
  return { ...deal, reserveCode: code };
}

/** The discount as the store has it in the end; null: the store had it, and has it no more. */
async function place(admin: Admin, deal: Deal, currency: string): Promise<StoreAnswer<SeenDiscount | null>> {
  const { startsAt, endsAt } = storeWindow(deal);
  const wanted = { title: deal.name, terms: deal.terms, startsAt, endsAt };
  const content: DiscountContent = { ...wanted, currency, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null };
  const standing = await findStanding(admin, deal, currency);
  if (!standing.ok) return standing;
  if (standing.value === null) {
    if (deal.storeId !== null) return standing;
    const made = await createDiscount(admin, { ...content, reserveCode: deal.reserveCode! });
    return made.ok ? readDiscount(admin, made.value.id, currency) : made;
  }
  // What somebody changed in the store since our last edit is not ours to take back here.
  if (deal.storeVersion >= deal.version || differsFrom(wanted, standing.value).length === 0) return standing;
  if (standing.value.kind !== kindOfTerms(deal.terms)) return { ok: false, fault: { kind: "refused", errors: [{ code: "KIND", field: "kind", message: "" }] } };
  const changed = await updateDiscount(admin, content, standing.value);
  return changed.ok ? readDiscount(admin, standing.value.id, currency) : changed;
}

/** The reserve code is this deal's alone: whatever has it was made by an earlier try. */
async function findStanding(admin: Admin, deal: Deal, currency: string): Promise<StoreAnswer<SeenDiscount | null>> {
  if (deal.storeId !== null) return readDiscount(admin, deal.storeId, currency);
  const found = await findByCode(admin, deal.reserveCode!);
  if (!found.ok || found.value === null) return found as StoreAnswer<null>;
  return readDiscount(admin, found.value.id, currency);
}

const STATES = { ACTIVE: "live", SCHEDULED: "scheduled", EXPIRED: "ended" } as const;

async function noteDiscount(deal: Deal, seen: SeenDiscount): Promise<void> {
  const at = now();
  const soon = after(at, LOOK_AGAIN_MS);
  const window = storeWindow(deal);
  const turn = seen.status === "SCHEDULED" ? window.startsAt : window.endsAt;
  const known = { storeId: seen.id, storeState: STATES[seen.status], storeVersion: deal.version, storeSeen: seen, storeProblem: null, storeReadAt: at };
  await noteDealInStore(deal.shop, deal.id, deal.version, known, { attempts: 0, nextAt: turn !== null && turn > soon ? turn : soon });
}
