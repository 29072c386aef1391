// Deals, made and edited: they are written here, and the placing loop brings the store's discount and the network's deal to what they are.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { dealState, findDeal, findDealByName, insertDeal } from "../db/deal.ts";
import type { Deal } from "../db/deal.ts";
import { changeDeals, editsSince, variationsOf } from "../db/deal-edit.ts";
import type { DealChangeRow, EditKind } from "../db/deal-edit.ts";
import { inTurn } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { findProgram } from "../db/program.ts";
import { findShop } from "../db/shop.ts";
import { parseDealTerms } from "../domain/deal.ts";
import type { DealTerms } from "../domain/deal.ts";
import { conflictParts, type DealConflict } from "../domain/deal-edit.ts";
import { type DealState, differingParts, kindOfTerms } from "../domain/deal-parts.ts";
import { followed } from "../domain/deal-variations.ts";
import { instantIso } from "../domain/instant.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Failed } from "./connected.ts";
import { reserveCode } from "./reserve-code.ts";

export { reserveCode } from "./reserve-code.ts";

export type DealInput = {
  name: string;
  terms: DealTerms | unknown; // checked here, whatever the form sends
  startsAt: string | null; // ISO 8601 with a zone; null: at once
  endsAt: string | null;
};

/** `changed`: false where nothing was otherwise than it is. */
export type Edited = { ok: true; version: number; changed: boolean } | Failed | { ok: false; conflict: DealConflict };

const LONGEST_NAME = 255; // the store's limit for a title
const MERCHANT = "merchant";

/** Checks a deal and writes it with what is to be placed. Nothing is sent from here. */
export async function makeDeal(shop: string, input: DealInput & { programId: string | null }, who = MERCHANT): Promise<{ ok: true; dealId: string } | Failed> {
  return inTurn(`deals of ${shop}`, () => checkAndKeep(shop, input, who));
}

async function checkAndKeep(shop: string, input: DealInput & { programId: string | null }, who: string): Promise<{ ok: true; dealId: string } | Failed> {
  const at = now();
  const errors: FieldError[] = [];
  const read = await readInput(shop, input, null, at, errors);
  if (input.endsAt && read?.endsAt && Date.parse(read.endsAt) <= at.getTime() && errors.every(({ field }) => field !== "endsAt")) errors.push({ field: "endsAt", key: "deal.ends_in_past" });
  const program = input.programId ? await findProgram(shop, input.programId) : null;
  if (input.programId && !program) errors.push({ field: "programId", key: "program.not_found" });
  if (program?.state === "ended") errors.push({ field: "programId", key: "program.ended", values: { program: program.name } });
  if (!(await findShop(shop))?.currency) errors.push({ field: "shop", key: "store.unknown_shop" });
  if (errors.length > 0 || !read) return { ok: false, errors };

  const { name, terms } = read;
  const [dealId, startsAt, endsAt] = [randomUUID(), new Date(read.startsAt), read.endsAt === null ? null : new Date(read.endsAt)];
  const deal = { shop, id: dealId, name, programId: program?.id ?? null, terms, startsAt, endsAt, reserveCode: reserveCode(), createdAt: at };
  await insertDeal(deal, program && program.network !== "none" ? program.id : null, who);
  await insertLog(shop, at, { who, what: "deal.made", detail: { dealId, name, program: program?.name ?? null } });
  return { ok: true, dealId };
}

/**
 * Changes a deal that the person read at `version`. Where somebody changed it since, nothing is written: the conflict says what either changed. Variations that
 * have no terms or dates of their own follow. Ending in the past, or giving less than buyers were promised, is the merchant's to decide: the page warns.
 */
export async function editDeal(shop: string, dealId: string, version: number, input: DealInput, who = MERCHANT): Promise<Edited> {
  return inTurn(`deals of ${shop}`, async () => {
    const deal = await findDeal(shop, dealId);
    if (!deal) return unknownDeal();
    const at = now();
    const errors: FieldError[] = [];
    const read = await readInput(shop, input, deal, at, errors);
    if (read && deal.parentId !== null) await checkFollowing(shop, deal, read, errors);
    if (read && kindOfTerms(read.terms) !== kindOfTerms(deal.terms) && !isFree(deal)) errors.push({ field: "value.kind", key: "deal.kind_fixed" });
    if (errors.length > 0 || !read) return { ok: false, errors };
    return write(shop, deal, version, { ...read, pausedAt: dealState(deal).pausedAt }, { what: "edited", who });
  });
}

/** What a variation has from its deal is changed there. */
async function checkFollowing(shop: string, deal: Deal, wanted: Pick<DealState, "terms" | "startsAt" | "endsAt">, errors: FieldError[]): Promise<void> {
  const parts = differingParts(dealState(deal), { ...dealState(deal), ...wanted });
  const follows = parts.some((part) => (part === "startsAt" || part === "endsAt" ? !deal.ownDates : !deal.ownTerms));
  if (follows) errors.push({ field: "deal", key: "deal.follows_parent", values: { deal: (await findDeal(shop, deal.parentId!))?.name ?? "" } });
}

/** Nothing was ever made of it in the store: what it is can still change. */
function isFree(deal: Deal): boolean {
  return deal.storeId === null && deal.storeState === "refused";
}

/** Stops a deal everywhere for a while; its codes stay where they are. `version` null: whatever was changed meanwhile. */
export async function pauseDeal(shop: string, dealId: string, version: number | null, who = MERCHANT): Promise<Edited> {
  return turnDeal(shop, dealId, version, { what: "paused", who }, (state, at) => (isOver(state, at) ? null : { ...state, pausedAt: state.pausedAt ?? at.toISOString() }));
}

/** Gives a paused deal its own dates again. */
export async function resumeDeal(shop: string, dealId: string, version: number | null, who = MERCHANT): Promise<Edited> {
  return turnDeal(shop, dealId, version, { what: "resumed", who }, (state) => ({ ...state, pausedAt: null }));
}

/** Ends a deal now. Its history and its codes' names stay. */
export async function endDeal(shop: string, dealId: string, version: number | null, who = MERCHANT): Promise<Edited> {
  return turnDeal(shop, dealId, version, { what: "ended", who }, (state, at) => (isOver(state, at) ? null : endedAt(state, at)));
}

type How = { what: EditKind; who: string };

async function turnDeal(shop: string, dealId: string, version: number | null, how: How, change: (state: DealState, at: Date) => DealState | null): Promise<Edited> {
  return inTurn(`deals of ${shop}`, async () => {
    const deal = await findDeal(shop, dealId);
    if (!deal) return unknownDeal();
    const changed = change(dealState(deal), now());
    if (changed !== null && deal.parentId !== null && how.what === "ended" && !deal.ownDates) {
      return { ok: false, errors: [{ field: "deal", key: "deal.follows_parent", values: { deal: (await findDeal(shop, deal.parentId))?.name ?? "" } }] };
    }
    if (changed === null) return { ok: false, errors: [{ field: "deal", key: "deal.over" }] };
    return write(shop, deal, version ?? deal.version, changed, how);
  });
}

function unknownDeal(): Failed {
  return { ok: false, errors: [{ field: "deal", key: "deal.not_found" }] };
}

function isOver(state: DealState, at: Date): boolean {
  return state.endsAt !== null && Date.parse(state.endsAt) <= at.getTime();
}

/** The store asks that an end comes after its start, also where the deal had not begun. */
function endedAt(state: DealState, at: Date): DealState {
  const startsAt = new Date(Math.min(Date.parse(state.startsAt), at.getTime() - 1_000)).toISOString();
  return { ...state, startsAt, endsAt: at.toISOString(), pausedAt: null };
}

async function write(shop: string, deal: Deal, version: number, wanted: DealState, how: How): Promise<Edited> {
  const current = dealState(deal);
  if (deal.version !== version) return conflictOf(shop, deal, version, wanted);
  const parts = differingParts(current, wanted);
  if (parts.length === 0) return { ok: true, version, changed: false };
  const at = now();
  const changes = await withVariations(shop, deal, wanted, how.what === "ended");
  const log = { who: how.who, what: `deal.${how.what}`, detail: { dealId: deal.id, name: wanted.name, parts: parts.join(", ") } };
  const written = await changeDeals(shop, changes, { at, who: how.who, what: how.what, inStore: false }, log);
  return written ? { ok: true, version: version + 1, changed: true } : { ok: false, errors: [{ field: "deal", key: "deal.changed_again" }] };
}

/** The change of a deal, with those of the variations that follow it. */
export async function withVariations(shop: string, deal: Deal, wanted: DealState, ended: boolean): Promise<DealChangeRow[]> {
  const changes: DealChangeRow[] = [{ id: deal.id, version: deal.version, state: wanted }];
  for (const child of await variationsOf(shop, deal.id)) {
    const state = dealState(child);
    const next = followed(state, child, dealState(deal), wanted, ended);
    if (differingParts(state, next).length > 0) changes.push({ id: child.id, version: child.version, state: next });
  }
  return changes;
}

/** What the person began with is kept with each version; where it is not, all that is different was changed by others. */
async function conflictOf(shop: string, deal: Deal, version: number, wanted: DealState): Promise<Edited> {
  const edits = await editsSince(shop, deal.id, version);
  const theirs = dealState(deal);
  const base = edits.find((edit) => edit.version === version)?.deal ?? theirs;
  const mine = { ...wanted, pausedAt: base.pausedAt }; // a form says nothing of it
  const last = edits.at(-1);
  const conflict = { version: deal.version, who: last?.who ?? MERCHANT, at: (last?.at ?? now()).toISOString(), base, theirs, mine, parts: conflictParts(base, theirs, mine) };
  return { ok: false, conflict };
}

/** What of an input can be kept; errors go to the fields. null: not all of it could be read. */
async function readInput(shop: string, input: DealInput, known: Deal | null, at: Date, errors: FieldError[]): Promise<Omit<DealState, "pausedAt"> | null> {
  const name = input.name.trim().replace(/\s+/g, " ");
  if (name === "") errors.push({ field: "name", key: "deal.name_missing" });
  else if ([...name].length > LONGEST_NAME) errors.push({ field: "name", key: "deal.name_long", values: { limit: LONGEST_NAME } });
  else {
    // Both the store's admin and the network know a deal by its name, and the placing loop asks the network by it.
    const namesake = await findDealByName(shop, name);
    if (namesake && namesake.id !== known?.id) errors.push({ field: "name", key: "deal.name_taken", values: { name } });
  }
  const parsed = parseDealTerms(input.terms);
  if (!parsed.ok) errors.push(...parsed.errors);
  const startsAt = input.startsAt ? instantIso(input.startsAt) : (known?.startsAt ?? at).toISOString();
  const endsAt = input.endsAt ? instantIso(input.endsAt) : null;
  if (startsAt === null) errors.push({ field: "startsAt", key: "deal.date_form" });
  if (input.endsAt && endsAt === null) errors.push({ field: "endsAt", key: "deal.date_form" });
  if (startsAt && endsAt && Date.parse(endsAt) <= Date.parse(startsAt)) errors.push({ field: "endsAt", key: "deal.ends_before_start" });
  return parsed.ok && startsAt !== null ? { name, terms: parsed.terms, startsAt, endsAt } : null;
}
