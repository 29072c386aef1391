// A discount of the store as its own admin shows it: which deal it is here, and a creator code made in it. The same checks and the same way as on the
// page Give codes.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { findDealByStoreId, type Deal } from "../db/deal.ts";
import { codesOfDiscount, findFoundDiscount } from "../db/reads/adopt.ts";
import { creatorsToGive, dealToGive, searchCreatorsToGive } from "../db/reads/codes.ts";
import { namesOfCreators } from "../db/reads/preflight.ts";
import type { FoundCode, FoundDiscount } from "../domain/adopt.ts";
import { USUAL_NAMING } from "../domain/naming-pattern.ts";
import type { GiveCreator, GiveDeal } from "../domain/pages.ts";
import type { FieldError } from "../domain/problem.ts";
import { discountGid } from "../shopify/inventory.ts";
import { type CheckedRow, giveCodes, preflight } from "./give.ts";
import { nameForCreators } from "./naming.ts";
import { dealErrors } from "./preflight.ts";

/**
 * What a discount is here. `found`: none of ours, but the store was read to have it; `linked`: the codes of it that are a creator's as they are.
 * `automatic`: it has no code at all. `unknown`: the store was not read to have it, or it is none.
 */
export type DiscountPlace = { kind: "deal"; deal: Deal; errors: FieldError[] } | { kind: "found"; discount: FoundDiscount; linked: FoundCode[] } | { kind: "automatic" } | { kind: "unknown" };

const MOST_CODES = 250;

/** `id` as the store's admin names a discount: a gid, or its digits alone. */
export async function placeOfDiscount(shop: string, id: string): Promise<DiscountPlace> {
  if (/^gid:\/\/shopify\/DiscountAutomatic\w*\/\d+$/.test(id)) return { kind: "automatic" };
  const storeId = discountGid(/^\d{1,20}$/.test(id) ? `gid://shopify/DiscountNode/${id}` : id);
  if (storeId === null) return { kind: "unknown" };
  const deal = await findDealByStoreId(shop, storeId);
  if (deal !== null) return { kind: "deal", deal, errors: dealErrors(deal) };
  const discount = await findFoundDiscount(shop, storeId);
  if (discount === null) return { kind: "unknown" };
  return { kind: "found", discount, linked: (await codesOfDiscount(shop, storeId, MOST_CODES)).filter((code) => code.linked !== null) };
}

export type OpenedDiscount = { place: DiscountPlace; deal: GiveDeal | null; creators: GiveCreator[] };

/** The discount, and the creators that a search finds (all, where it is empty) if codes can be made in it. */
export async function openDiscount(shop: string, id: string, search: string): Promise<OpenedDiscount> {
  const place = await placeOfDiscount(shop, id);
  if (place.kind !== "deal" || place.errors.length > 0) return { place, deal: null, creators: [] };
  const [deal, creators] = await Promise.all([dealToGive(shop, place.deal.id, now()), search === "" ? creatorsToGive(shop, [], now()) : searchCreatorsToGive(shop, search, now())]);
  return { place, deal, creators };
}

/** `code` null: as the usual pattern names it. */
export type CodeAsked = { discount: string; creatorId: string; code: string | null };
export type LookedAt = { ok: true; row: CheckedRow } | { ok: false; errors: FieldError[] };

/** A name for a creator's code in the discount's deal, and all that speaks against it. Nothing is written. */
export async function lookAtCode(shop: string, asked: CodeAsked): Promise<LookedAt> {
  const dealId = await dealOf(shop, asked.discount);
  if (dealId === null) return { ok: false, errors: [{ field: "dealId", key: "give.deal_not_found" }] };
  const code = asked.code ?? (await usualName(shop, dealId, asked.creatorId));
  const checked = await preflight(shop, { dealId, rows: [{ creatorId: asked.creatorId, code, policy: "always" }] });
  return checked.ok ? { ok: true, row: checked.rows[0]! } : { ok: false, errors: checked.errors };
}

async function dealOf(shop: string, discount: string): Promise<string | null> {
  const place = await placeOfDiscount(shop, discount);
  return place.kind === "deal" ? place.deal.id : null;
}

async function usualName(shop: string, dealId: string, creatorId: string): Promise<string> {
  const named = await nameForCreators(shop, { dealId, chosen: { kind: "creators", ids: [creatorId] }, settings: USUAL_NAMING, seed: randomUUID() });
  return named.ok ? (named.codes[0]?.code ?? "") : "";
}

export type MadeCode = { ok: true; codeId: string; code: string; creator: string } | { ok: false; errors: FieldError[]; row: CheckedRow | null };

/** Makes the code; where something speaks against it now, nothing is made and the row's findings, or the errors, say what. */
export async function makeCodeOfDiscount(shop: string, { discount, creatorId, code }: CodeAsked & { code: string }, who: string): Promise<MadeCode> {
  const dealId = await dealOf(shop, discount);
  if (dealId === null) return { ok: false, errors: [{ field: "dealId", key: "give.deal_not_found" }], row: null };
  const given = await giveCodes(shop, { dealId, rows: [{ creatorId, code, policy: "always" }] }, who);
  if (!given.ok) return { ok: false, errors: given.rows ? [] : given.errors, row: given.rows?.[0] ?? null };
  const [made] = given.codes;
  return { ok: true, codeId: made!.codeId, code: made!.code, creator: (await namesOfCreators(shop, [creatorId])).get(creatorId) ?? "" };
}
