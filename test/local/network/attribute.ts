// Who is credited for a conversion: by the promo code, by a partner that the call forces, or by a click.
import { codeOnOrder } from "./codes.ts";
import { DAY_MS, instantMs } from "./instants.ts";
import type { Account, Click, EventType, Membership, Partner, Program } from "./state.ts";

export type Credited = { partner: Partner; membership: Membership; click: Click | null; referringType: string };
export type Attribution = { ok: true; credited: Credited } | { ok: false; errorType: "Validation" | "Contract Error"; reasons: string[] };

type Found = { partnerId: string; click: Click | null; referringType: string };

/** When the event happened, as the network keeps it: what arrives late is dated by its arrival, and nothing lies in the future. */
export function eventMs(program: Program, sent: string, submittedMs: number): number {
  const at = instantMs(sent) ?? submittedMs;
  return at > submittedMs || submittedMs - at > program.lateHours * 3_600_000 ? submittedMs : at;
}

/** Contracts and partners are looked at as they stand when the conversion is submitted, codes as they stood at the event. */
export function attribute(account: Account, program: Program, type: EventType, fields: Record<string, string>, submittedMs: number): Attribution {
  const found = referral(account, program, type, fields, submittedMs);
  if (!("partnerId" in found)) return { ok: false, ...found };

  const partner = account.partners.find((each) => each.id === found.partnerId);
  if (partner === undefined || partner.account !== "open") return contractError("PARTNER_NOT_ACTIVE");
  const membership = partner.memberships.find((each) => each.programId === program.id);
  if (membership === undefined || !isJoined(membership, submittedMs)) return contractError("CONTRACT_NOT_FOUND");
  if (membership.eventTypeIds !== null && !membership.eventTypeIds.includes(type.id)) return contractError("ACTIONTERMS_NOT_FOUND");
  return { ok: true, credited: { partner, membership, click: found.click, referringType: found.referringType } };
}

export function isJoined(membership: Membership, atMs: number): boolean {
  if (membership.state !== "joined" && membership.state !== "left") return false;
  return (membership.joinedMs ?? 0) <= atMs && (membership.leftMs === null || atMs < membership.leftMs);
}

function contractError(reason: string): Attribution & { ok: false } {
  return { ok: false, errorType: "Contract Error", reasons: [reason] };
}

type NotFound = { errorType: "Validation" | "Contract Error"; reasons: string[] };

function referral(account: Account, program: Program, type: EventType, fields: Record<string, string>, submittedMs: number): Found | NotFound {
  const clickId = fields.ClickId ?? "";
  if (clickId !== "" && !/^[\w.~%-]+$/.test(clickId)) return { errorType: "Validation", reasons: ["MALFORMED"] };
  const sentMs = instantMs(fields.EventDate ?? "") ?? submittedMs;
  const path = clicksBefore(account, program, fields, sentMs);
  const forced = fields.MediaPartnerId || fields.MediaId || null;
  const takesCodes = program.promoCodeTracking && type.takesPromoCodes;
  const code = takesCodes ? codeOnOrder(account, program.id, fields.OrderPromoCode ?? "", eventMs(program, fields.EventDate ?? "", submittedMs)) : null;

  if (code !== null) {
    const owner = code.partnerId;
    // A media source's code makes the sale that channel's: no partner of this program has a part in it.
    if (program.mediaSources.some((source) => source.id === owner)) return { errorType: "Contract Error", reasons: ["RESTRICTED_PROMOCODE"] };
    if (forced !== null && forced !== owner) return { errorType: "Contract Error", reasons: ["BLOCKED_BY_PROMOCODE"] };
    const own = path.filter((click) => click.partnerId === owner);
    const refused = forced === null && !policyHolds(code.policy, own, path);
    if (refused) return { errorType: "Validation", reasons: [own.length === 0 && path.length > 0 ? "BLOCKED_BY_PROMOCODE" : "CREDITING_RULE_MISMATCH"] };
    return { partnerId: owner, click: own.at(-1) ?? null, referringType: own.length > 0 ? "CLICK_COOKIE" : "PROMO_CODE" };
  }
  if (forced !== null) return { partnerId: forced, click: null, referringType: "MEDIA_PARTNER" };
  const winner = path.at(-1);
  if (winner !== undefined) return { partnerId: winner.partnerId, click: winner, referringType: "CLICK_COOKIE" };
  return { errorType: "Validation", reasons: whyNoReferral(account, program, clickId) };
}

function policyHolds(policy: "ALWAYS" | "INVOLVED" | "WINNER", own: Click[], path: Click[]): boolean {
  if (policy === "ALWAYS") return true;
  return policy === "INVOLVED" ? own.length > 0 : own.length > 0 && own.at(-1) === path.at(-1);
}

/** The clicks that the network can tie to this buyer, the oldest first. A click that was not counted is found only by its own id. */
function clicksBefore(account: Account, program: Program, fields: Record<string, string>, atMs: number): Click[] {
  const since = atMs - program.referralDays * DAY_MS;
  const isTheirs = (click: Click) =>
    (fields.ClickId !== undefined && click.id === fields.ClickId) ||
    (click.counted && click.profileId !== "" && click.profileId === fields.CustomProfileId) ||
    (click.counted && click.customerId !== "" && click.customerId === fields.CustomerId);
  return account.clicks
    .filter((click) => click.programId === program.id && click.atMs >= since && click.atMs <= atMs && isTheirs(click))
    .sort((a, b) => a.atMs - b.atMs);
}

function whyNoReferral(account: Account, program: Program, clickId: string): string[] {
  const click = clickId === "" ? undefined : account.clicks.find((each) => each.id === clickId);
  if (click === undefined) return ["ACTION_REF_NOT_FOUND", "UNCLAIMED"];
  return [click.programId === program.id ? "OUTSIDE_ASSOCIATION_WINDOW" : "NO_VALID_ACTION_REF"];
}
