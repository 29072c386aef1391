// Drift: what the store has otherwise than the app, found by holding each discount that was read against its deal and its codes. What is on its way
// from here is no drift, nor is a read that is older than our own last word.
import { now } from "../clock.ts";
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { findDealByStoreId, updateDealInStore, type Deal } from "../db/deal.ts";
import { closeUnfound, noteDrifts } from "../db/drift.ts";
import { listCodeIdsOf, listExtra, listUnlike, markAllMissing, markMissing, noteFoundCodes, type ComparedCode } from "../db/drift-compare.ts";
import { findStoreDiscount, lookAtDiscount } from "../db/store-discount.ts";
import { codeKey } from "../domain/code.ts";
import { differsFrom, storeWindow, type SeenDiscount } from "../domain/deal-seen.ts";
import { codeDrift, type EditedDeal, type FoundDrift } from "../domain/drift.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Admin } from "../shopify/admin.ts";
import { findByCode } from "../shopify/discounts.ts";
import { discountGid } from "../shopify/inventory.ts";
import { after } from "./again.ts";
import { inParallel } from "./parallel.ts";

const STORE = "store";
/** Differences of one discount that are kept at once; what is beyond is found when these are settled. */
const MOST = 1_000;
const MOST_AT_ONCE = 5;
const LOOK_AGAIN_MS = 5_000;
/** What was read longer ago is noted as read anew. */
const STALE_MS = 10 * 60_000;
const SETTLED = new Set(["live", "scheduled", "ended", "missing"]);
const STATES = { ACTIVE: "live", SCHEDULED: "scheduled", EXPIRED: "ended" } as const;
const MISSING = writeProblem("problem.deal_missing_in_store");

/** Holds what was read of a discount (null: it is gone) against its deal, if it is one's. */
export async function compareDeal(shop: string, storeId: string, seen: SeenDiscount | null, readAt: Date): Promise<void> {
  const deal = await findDealByStoreId(shop, storeId);
  if (deal === null) return;
  if (!isSettled(deal)) return;
  if (deal.storeReadAt !== null && deal.storeReadAt > readAt) {
    // It was written meanwhile: what was read may be what it was before.
    await lookAtDiscount(pool(), shop, storeId, "again", after(now(), LOOK_AGAIN_MS));
    return;
  }
  if (seen === null) return noteGone(shop, deal, storeId, readAt);
  const found = editedDeal(deal, seen);
  await updateDealInStore(shop, deal.id, { storeReadAt: readAt, storeSeen: seen, storeState: STATES[seen.status], ...(deal.storeState === "missing" && { storeProblem: null }) });
  await keep(shop, { about: "deal", target: STORE, kinds: ["edited", "gone"] }, [deal.id], found === null ? [] : [found]);
}

/** Nothing of it is on the way to the store, and the store had it. */
function isSettled(deal: Deal): boolean {
  return deal.storeId !== null && deal.version === deal.storeVersion && SETTLED.has(deal.storeState);
}

function editedDeal(deal: Deal, seen: SeenDiscount): FoundDrift | null {
  const window = storeWindow(deal);
  const parts = differsFrom({ title: deal.name, terms: deal.terms, ...window }, seen);
  if (parts.length === 0) return null;
  const ours: EditedDeal = { parts, side: { name: deal.name, terms: deal.terms, startsAt: window.startsAt.toISOString(), endsAt: window.endsAt?.toISOString() ?? null } };
  const theirs: EditedDeal = { parts, side: { name: seen.title, terms: seen.terms, unread: seen.unread, startsAt: seen.startsAt, endsAt: seen.endsAt } };
  return { about: "deal", aboutId: deal.id, target: STORE, kind: "edited", part: "", ours: { deal: ours }, theirs: { deal: theirs } };
}

async function noteGone(shop: string, deal: Deal, storeId: string, readAt: Date): Promise<void> {
  await updateDealInStore(shop, deal.id, { storeState: "missing", storeProblem: MISSING, storeReadAt: readAt });
  const codeIds = await listCodeIdsOf(shop, storeId);
  await inTransaction(async (client) => {
    await markAllMissing(client, shop, storeId, MISSING, readAt);
    // What is wrong with its codes is said once, at the deal.
    await closeUnfound(client, shop, { about: "code", target: STORE, kinds: ["missing", "elsewhere", "returned"] }, codeIds, [], now());
    await closeUnfound(client, shop, { about: "deal", target: STORE, kinds: ["edited", "extra_code"] }, [deal.id], [], now());
    await noteDrifts(client, shop, [{ about: "deal", aboutId: deal.id, target: STORE, kind: "gone", part: "", ours: { discountId: storeId, codes: codeIds.length }, theirs: null }], now());
  });
}

/** Holds the codes of a discount, which were read to the end, against the codes that are to stand in it. `readFrom`: when the read began. */
export async function compareCodes(shop: string, storeId: string, admin: Admin, readFrom: Date): Promise<void> {
  await noteFoundCodes(shop, storeId, readFrom, after(readFrom, -STALE_MS));
  const deal = await findDealByStoreId(shop, storeId);
  const { unlike, unknown } = await confirm(admin, storeId, await listUnlike(shop, storeId, readFrom, MOST));
  const names = await namesOf(shop, unlike);
  const found = unlike.flatMap((code) => driftOf(code, storeId, names));
  const missing = unlike.filter((code) => code.wanted === "live").map((code) => ({ codeId: code.codeId, problem: problemOf(code, names) }));
  const codeIds = (await listCodeIdsOf(shop, storeId)).filter((id) => !unknown.has(id));
  await inTransaction(async (client) => {
    await markMissing(client, shop, missing, readFrom);
    await keepIn(client, shop, { about: "code", target: STORE, kinds: ["missing", "elsewhere", "returned"] }, codeIds, found);
    if (deal) await keepIn(client, shop, { about: "deal", target: STORE, kinds: ["extra_code"] }, [deal.id], await extraOf(shop, deal, storeId));
  });
}

/** A discount that is nobody's deal is gone: the codes that were linked to it as they are have no place any more. */
export async function compareGone(shop: string, storeId: string, readAt: Date): Promise<void> {
  if ((await findDealByStoreId(shop, storeId)) !== null) return;
  const unlike = (await listUnlike(shop, storeId, readAt, MOST)).filter((code) => code.wanted === "live" && code.foundDiscountId === null);
  if (unlike.length === 0) return;
  const found = unlike.flatMap((code) => driftOf(code, storeId, new Map()));
  await inTransaction(async (client) => {
    await markAllMissing(client, shop, storeId, MISSING, readAt);
    await noteDrifts(client, shop, found, now());
  });
}

type Confirmed = { unlike: ComparedCode[]; unknown: Set<string> };

/** The list of a discount's codes may lag: whoever is not in it is asked for by name, which never does. `unknown`: those of whom the store did not tell. */
async function confirm(admin: Admin, storeId: string, unlike: ComparedCode[]): Promise<Confirmed> {
  const confirmed: ComparedCode[] = unlike.filter((code) => code.wanted === "gone");
  const asked = unlike.filter((code) => code.wanted === "live");
  const unknown = new Set(asked.map((code) => code.codeId));
  await inParallel(asked, MOST_AT_ONCE, async (code) => {
    const found = await findByCode(admin, code.code);
    if (!found.ok) return false;
    unknown.delete(code.codeId);
    const foundDiscountId = found.value === null ? null : discountGid(found.value.id);
    if (foundDiscountId !== storeId) confirmed.push({ ...code, foundDiscountId });
    return true;
  });
  return { unlike: confirmed, unknown };
}

async function namesOf(shop: string, codes: ComparedCode[]): Promise<Map<string, string>> {
  const ids = [...new Set(codes.flatMap((code) => (code.foundDiscountId === null ? [] : [code.foundDiscountId])))];
  const known = await Promise.all(ids.map(async (id) => [id, (await findStoreDiscount(shop, id))?.title ?? ""] as const));
  return new Map(known);
}

function problemOf({ code, foundDiscountId }: ComparedCode, names: Map<string, string>): string {
  return foundDiscountId === null ? writeProblem("problem.code_missing_in_store", { code }) : writeProblem("problem.code_elsewhere_in_store", { code, discount: names.get(foundDiscountId) ?? "" });
}

function driftOf(code: ComparedCode, ownDiscountId: string, names: Map<string, string>): FoundDrift[] {
  const kind = codeDrift({ ...code, ownDiscountId });
  if (kind === null) return [];
  const there = code.foundDiscountId;
  const theirs = there === null ? null : { discountId: there, discount: names.get(there) ?? "", ...(code.redeemId !== null && { redeemId: code.redeemId }) };
  const part = kind === "returned" ? code.key : "";
  return [{ about: "code", aboutId: code.codeId, target: STORE, kind, part, ours: { code: code.code, discountId: ownDiscountId }, theirs }];
}

async function extraOf(shop: string, deal: Deal, storeId: string): Promise<FoundDrift[]> {
  const extra = await listExtra(shop, storeId, codeKey(deal.reserveCode ?? ""), MOST);
  return extra.map(({ key, code, redeemId, createdBy }) => ({
    about: "deal", aboutId: deal.id, target: STORE, kind: "extra_code", part: key, ours: null, theirs: { code, redeemId, createdBy, discountId: storeId },
  }));
}

type Scope = { about: string; target: string; kinds: readonly string[] };

/** Notes what was found of these things, and closes what was not found any more. */
async function keep(shop: string, scope: Scope, aboutIds: string[], found: FoundDrift[]): Promise<void> {
  await inTransaction((client) => keepIn(client, shop, scope, aboutIds, found));
}

async function keepIn(client: Queryable, shop: string, scope: Scope, aboutIds: string[], found: FoundDrift[]): Promise<void> {
  await closeUnfound(client, shop, scope, aboutIds, found, now());
  await noteDrifts(client, shop, found, now());
}
