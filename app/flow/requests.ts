// What a person decides about creators' requests for a code. A decision is only written down here; flow/requests-carry.ts carries it out.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { chooseGrants, chooseRejections, findRequests, keepRequestCode, leftCode, resumeRequest, type RequestKey, type RequestRow } from "../db/code-request.ts";
import { findDeal } from "../db/deal.ts";
import { findShop } from "../db/shop.ts";
import { judgeRequest, LONGEST_REASON } from "../domain/code-request.ts";
import type { FieldError } from "../domain/problem.ts";
import { cleanText } from "../domain/typed-text.ts";
import { wallTime } from "../domain/zone.ts";
import { actOnCodes } from "./code-life.ts";
import type { Failed } from "./connected.ts";
import { tryAgain } from "./place.ts";
import { type Finding, MOST_AT_ONCE, preflight } from "./preflight.ts";

/** What is to be given to whom: requests of one deal, each with the code that it gets. */
export type GrantInput = { dealId: string; policy: string; hyphens?: boolean; rows: (RequestKey & { code: string })[] };

/** A request's row as it was checked. `from`, `to`: between which days of the shop the code would count; null: without an end. */
export type CheckedGrant = RequestKey & { code: string; findings: Finding[] };
export type Checked = { ok: true; rows: CheckedGrant[]; blocking: boolean };

/** Checks what is to be granted: the request itself, and its code like any that is given (flow/preflight.ts). */
export async function checkGrants(shop: string, { dealId, policy, hyphens = false, rows }: GrantInput): Promise<Checked | Failed> {
  if (rows.length > MOST_AT_ONCE) return refused("form", "give.too_many_rows", { limit: MOST_AT_ONCE });
  const found = await findRequests(shop, rows);
  const known = rows.flatMap((row) => {
    const request = found.find((one) => one.connectionId === row.connectionId && one.requestId === row.requestId);
    return request ? [{ row, request }] : [];
  });
  if (known.length < rows.length || rows.length === 0) return refused("form", "request.not_found");
  // Whose it is must be known before the name can be checked for him.
  const askable = known.filter(({ request }) => request.creatorId !== null);
  const checked = askable.length === 0 ? null : await preflight(shop, { dealId, hyphens, rows: askable.map(({ row, request }) => ({ creatorId: request.creatorId, code: row.code, policy })) });
  if (checked && !checked.ok) return checked;
  const zone = (await findShop(shop))?.timezone || "UTC";
  const deal = await findDeal(shop, dealId);
  const judged = known.map(({ row, request }): CheckedGrant => {
    const name = checked?.rows[askable.findIndex((one) => one.row === row)];
    const own = judgeRequest(toGrant(request, zone), { programId: deal?.programId ?? name?.program?.id ?? null, dealId, deal: deal?.name ?? "" });
    return { connectionId: row.connectionId, requestId: row.requestId, code: name?.code ?? row.code.trim(), findings: [...own, ...(name?.findings ?? [])] };
  });
  return { ok: true, rows: judged, blocking: judged.some((row) => row.findings.some((finding) => finding.blocking)) };
}

function toGrant({ state, count, partnerName, creatorId, programId, programName, neededAt }: RequestRow, zone: string) {
  return { state, count, partnerName, creatorId, programId, programName, neededPast: neededAt !== null && neededAt < now() ? wallTime(neededAt, zone).date : null };
}

export type Decided = { ok: true; chosen: number; /** of those that were asked for, somebody else decided these meanwhile */ late: number };

/** Decides to grant requests: all of them or, where something stands against one, none. */
export async function approveRequests(shop: string, input: GrantInput, who = "merchant"): Promise<Decided | (Failed & { rows?: CheckedGrant[] })> {
  const late = await decidedOnes(shop, input.rows);
  const rows = input.rows.filter((row) => !late.some((one) => sameKey(one, row)));
  if (rows.length === 0) return refused("form", input.rows.length === 0 ? "request.none_chosen" : "request.decided_here");
  const checked = await checkGrants(shop, { ...input, rows });
  if (!checked.ok) return checked;
  if (checked.blocking) {
    const errors = checked.rows.flatMap((row, index) => row.findings.filter((one) => one.blocking).map(({ field, key, values }): FieldError => ({ field: `rows.${index}.${field}`, key, values })));
    return { ok: false, errors, rows: checked.rows };
  }
  const grants = checked.rows.map(({ connectionId, requestId, code }) => ({ connectionId, requestId, code, dealId: input.dealId, codeId: randomUUID(), policy: input.policy }));
  const chosen = await chooseGrants(shop, grants, { at: now(), who });
  return chosen === 0 ? refused("form", "request.decided_here") : { ok: true, chosen, late: input.rows.length - chosen };
}

/** Those about which a person decided already. */
async function decidedOnes(shop: string, keys: readonly RequestKey[]): Promise<RequestRow[]> {
  return (await findRequests(shop, keys)).filter((row) => row.stage !== null && (row.stage !== "failed" || row.codeStands));
}

function sameKey(a: RequestKey, b: RequestKey): boolean {
  return a.connectionId === b.connectionId && a.requestId === b.requestId;
}

/** Decides to decline requests. The reason stays here: the network takes none. */
export async function rejectRequests(shop: string, keys: readonly RequestKey[], reason: string, who = "merchant"): Promise<Decided | Failed> {
  const why = cleanText(reason).trim();
  if (why === "") return refused("reason", "hand.reason_missing");
  if ([...why].length > LONGEST_REASON) return refused("reason", "hand.reason_long", { limit: LONGEST_REASON });
  if (keys.length === 0) return refused("form", "request.none_chosen");
  const chosen = await chooseRejections(shop, keys, why, { at: now(), who });
  return chosen === 0 ? refused("form", "request.decided_here") : { ok: true, chosen, late: keys.length - chosen };
}

/** What failed is tried again from where it stopped; a code that the store refused is tried there again too. */
export async function retryRequest(shop: string, key: RequestKey, who = "merchant"): Promise<Decided | Failed> {
  const codeId = await resumeRequest(shop, key, { at: now(), who });
  if (codeId === undefined) return refused("form", "life.not_now");
  if (codeId !== null) await tryAgain(shop, { codeIds: [codeId] }, who);
  return { ok: true, chosen: 1, late: 0 };
}

/** Takes the code out that was made for a request which then could not be granted. The request may be decided anew, where it still waits. */
export async function takeOutRequestCode(shop: string, key: RequestKey, who = "merchant"): Promise<Decided | Failed> {
  const codeId = await leftCode(shop, key);
  const done = codeId === null ? 0 : await actOnCodes(shop, "retire", [codeId], who);
  return done === 0 ? refused("form", "life.not_now") : { ok: true, chosen: 1, late: 0 };
}

/** Keeps the code of a request that could not be granted: it is placed in the network like any other. */
export async function keepCodeOfRequest(shop: string, key: RequestKey): Promise<Decided | Failed> {
  return (await keepRequestCode(shop, key, now())) ? { ok: true, chosen: 1, late: 0 } : refused("form", "life.not_now");
}

function refused(field: string, key: string, values: FieldError["values"] = {}): Failed {
  return { ok: false, errors: [{ field, key, values }] };
}
