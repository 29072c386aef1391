// What a person does with a code that is there. Each act is written here and logged; store and networks follow by the placing loop, and their pages say
// which side is still open.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { endCodes, insertSuccessor, keepCode, pauseCodes, resumeCodes, retireCodes, setWindow, voidCode } from "../db/code-life.ts";
import { findCodeOwner, findCodeRow } from "../db/code.ts";
import { creditedSince } from "../db/reads/code.ts";
import { findShop } from "../db/shop.ts";
import { codeKey } from "../domain/code.ts";
import type { Sold } from "../domain/pages.ts";
import type { FieldError } from "../domain/problem.ts";
import { cleanText } from "../domain/typed-text.ts";
import { instantOfWall } from "../domain/zone.ts";
import type { Failed } from "./connected.ts";
import { preflight } from "./preflight.ts";
import { variationFor } from "./variation.ts";

export type BulkAct = "pause" | "resume" | "end" | "retire";

const ACTS = { pause: pauseCodes, resume: resumeCodes, end: endCodes, retire: retireCodes };

/** The most codes of one call. */
export const MOST_CODES = 1_000;

export function isBulkAct(act: string): act is BulkAct {
  return Object.hasOwn(ACTS, act);
}

/** Does the same with all of these, those with which it can be done. Returns how many. */
export async function actOnCodes(shop: string, act: BulkAct, ids: string[], who: string): Promise<number> {
  const done = await ACTS[act](shop, ids.slice(0, MOST_CODES), { at: now(), who });
  return done.length;
}

/** Has another name take a code's place: the new one first, and when it is live everywhere, the old one is taken out. */
export async function replaceCode(shop: string, id: string, name: string, who: string): Promise<{ ok: true; codeId: string } | Failed> {
  const old = await findCodeRow(shop, id);
  const owner = old && (await findCodeOwner(shop, id, now()));
  if (!old?.dealId || !owner || old.replacedBy !== null || old.retiredAt !== null) return refused("form", "life.not_now");
  const checked = await preflight(shop, { dealId: old.dealId, rows: [{ creatorId: owner.creatorId, code: name, policy: owner.creditPolicy }] });
  if (!checked.ok) return checked;
  const [row] = checked.rows;
  const errors = row!.findings.filter((finding) => finding.blocking).map(({ key, values }): FieldError => ({ field: "code", key, values }));
  if (errors.length > 0) return { ok: false, errors };
  const codeId = randomUUID();
  const { kind } = await insertSuccessor(shop, { id: codeId, code: row!.code, key: codeKey(row!.code), replaces: id }, { at: now(), who });
  if (kind === "taken") return refused("code", "give.taken_meanwhile", { code: row!.code });
  return kind === "gone" ? refused("form", "life.not_now") : { ok: true, codeId };
}

/** Keeps a code whose successor is not live everywhere yet. */
export async function keepOld(shop: string, id: string, who: string): Promise<boolean> {
  return (await keepCode(shop, id, { at: now(), who })).length > 0;
}

/** Dates as a form sends them, of the shop's zone; an empty date: as the deal. */
export type WindowFields = { startDate: string; startTime: string; endDate: string; endTime: string };

/** Gives a code dates of its own, in a discount of its own where no other code has the same. */
export async function giveWindow(shop: string, id: string, fields: WindowFields, who: string): Promise<{ ok: true } | Failed> {
  const zone = (await findShop(shop))?.timezone || "UTC";
  const startsAt = instantOf(fields.startDate, fields.startTime || "00:00", zone);
  const endsAt = instantOf(fields.endDate, fields.endTime || "23:59", zone);
  const errors: FieldError[] = [];
  if (startsAt === undefined) errors.push({ field: "startDate", key: "deal.date_form" });
  if (endsAt === undefined) errors.push({ field: "endDate", key: "deal.date_form" });
  if (endsAt && endsAt <= now()) errors.push({ field: "endDate", key: "deal.ends_in_past" });
  else if (startsAt && endsAt && endsAt <= startsAt) errors.push({ field: "endDate", key: "deal.ends_before_start" });
  if (startsAt === undefined || endsAt === undefined || errors.length > 0) return { ok: false, errors };
  const code = await findCodeRow(shop, id);
  if (!code?.dealId || code.retiredAt !== null || code.replacedBy !== null || code.match !== "exact") return refused("form", "life.not_now");
  const dealId = await variationFor(shop, code.dealId, { startsAt, endsAt });
  const done = await setWindow(shop, id, { dealId, startsAt, endsAt }, { at: now(), who });
  return done.length > 0 ? { ok: true } : refused("form", "life.not_now");
}

const LONGEST_REASON = 300;

/** Voids what a code earns of orders placed since the beginning of a day of the shop's. Returns how many orders are settled anew. */
export async function makeVoid(shop: string, id: string, { from, reason }: { from: string; reason: string }, who: string): Promise<{ ok: true; orders: number } | Failed> {
  const zone = (await findShop(shop))?.timezone || "UTC";
  const since = instantOf(from, "00:00", zone);
  const why = cleanText(reason).replace(/\s+/g, " ");
  const errors: FieldError[] = [];
  if (since === null) errors.push({ field: "from", key: "life.from_missing" });
  else if (since === undefined) errors.push({ field: "from", key: "deal.date_form" });
  if (why === "") errors.push({ field: "reason", key: "hand.reason_missing" });
  else if (why.length > LONGEST_REASON) errors.push({ field: "reason", key: "hand.reason_long", values: { limit: LONGEST_REASON } });
  if (!since || errors.length > 0) return { ok: false, errors };
  const orders = await voidCode(shop, id, { from: since, reason: why }, { at: now(), who });
  return orders === null ? refused("form", "life.not_now") : { ok: true, orders };
}

/** What a void since the beginning of this day would take back, of what is credited by now; null where that is no day. */
export async function voidWouldTake(shop: string, id: string, day: string): Promise<Sold | null> {
  const since = instantOf(day, "00:00", (await findShop(shop))?.timezone || "UTC");
  return since ? creditedSince(shop, id, since) : null;
}

/** Lets what a code earned stand again. Returns how many orders are settled anew. */
export async function undoVoid(shop: string, id: string, who: string): Promise<{ ok: true; orders: number } | Failed> {
  const orders = await voidCode(shop, id, null, { at: now(), who });
  return orders === null ? refused("form", "life.not_now") : { ok: true, orders };
}

/** null: no date; undefined: it is none. */
function instantOf(date: string, time: string, zone: string): Date | null | undefined {
  return date === "" ? null : (instantOfWall({ date, time }, zone) ?? undefined);
}

function refused(field: string, key: string, values: FieldError["values"] = {}): Failed {
  return { ok: false, errors: [{ field, key, values }] };
}
