// Making a deal: it is written here, and the placing loop makes the store's discount and the network's deal of it.
import { randomBytes, randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { findDealByName, insertDeal } from "../db/deal.ts";
import { inTurn } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { findProgram } from "../db/program.ts";
import { findShop } from "../db/shop.ts";
import { parseDealTerms } from "../domain/deal.ts";
import type { DealTerms } from "../domain/deal.ts";
import { instantIso } from "../domain/instant.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Failed } from "./connected.ts";

export type DealInput = {
  name: string;
  programId: string | null;
  terms: DealTerms | unknown; // checked here, whatever the form sends
  startsAt: string | null; // ISO 8601 with a zone; null: at once
  endsAt: string | null;
};

const LONGEST_NAME = 255; // the store's limit for a title

/** Checks a deal and writes it with what is to be placed. Nothing is sent from here. */
export async function makeDeal(shop: string, input: DealInput): Promise<{ ok: true; dealId: string } | Failed> {
  return inTurn(`deals of ${shop}`, () => checkAndKeep(shop, input));
}

async function checkAndKeep(shop: string, input: DealInput): Promise<{ ok: true; dealId: string } | Failed> {
  const at = now();
  const errors: FieldError[] = [];
  const name = input.name.trim().replace(/\s+/g, " ");
  if (name === "") errors.push({ field: "name", key: "deal.name_missing" });
  else if ([...name].length > LONGEST_NAME) errors.push({ field: "name", key: "deal.name_long", values: { limit: LONGEST_NAME } });
  // Both the store's admin and the network know a deal by its name, and the placing loop asks the network by it.
  else if (await findDealByName(shop, name)) errors.push({ field: "name", key: "deal.name_taken", values: { name } });

  const parsed = parseDealTerms(input.terms);
  if (!parsed.ok) errors.push(...parsed.errors);
  const startsAt = input.startsAt ? date(input.startsAt) : at;
  const endsAt = input.endsAt ? date(input.endsAt) : null;
  if (startsAt === null) errors.push({ field: "startsAt", key: "deal.date_form" });
  if (input.endsAt && endsAt === null) errors.push({ field: "endsAt", key: "deal.date_form" });
  if (startsAt && endsAt && endsAt <= startsAt) errors.push({ field: "endsAt", key: "deal.ends_before_start" });
  else if (endsAt && endsAt <= at) errors.push({ field: "endsAt", key: "deal.ends_in_past" });

  const program = input.programId ? await findProgram(shop, input.programId) : null;
  if (input.programId && !program) errors.push({ field: "programId", key: "program.not_found" });
  if (program?.state === "ended") errors.push({ field: "programId", key: "program.ended", values: { program: program.name } });
  const known = await findShop(shop);
  if (!known?.currency) errors.push({ field: "shop", key: "store.unknown_shop" });
  if (errors.length > 0 || !parsed.ok || startsAt === null) return { ok: false, errors };

  const dealId = randomUUID();
  const deal = { shop, id: dealId, name, programId: program?.id ?? null, terms: parsed.terms, startsAt, endsAt, reserveCode: reserveCode(), createdAt: at };
  await insertDeal(deal, program && program.network !== "none" ? program.id : null);
  await insertLog(shop, at, { who: "merchant", what: "deal.made", detail: { dealId, name, program: program?.name ?? null } });
  return { ok: true, dealId };
}

const LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"; // without what looks alike

/** A code that nobody is given and nobody guesses: the store makes no discount without a first one. */
export function reserveCode(): string {
  return `RESERVE${Array.from(randomBytes(16), (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}

function date(text: string): Date | null {
  const iso = instantIso(text);
  return iso === null ? null : new Date(iso);
}
