// Promo codes: listed, made, read, expired. There is no way to change one: who wants another partner or policy expires it and makes a new one.
import { dealOf, inForce, isTaken, patternOf, sameCode } from "./codes.ts";
import { dealFields } from "./deals.ts";
import { isJoined } from "./attribute.ts";
import { done, invalid, missing, pageOf, refused, uriOf, type Call, type FieldError, type Reply } from "./http.ts";
import { instantMs, instantOf } from "./instants.ts";
import type { Account, Partner, Program, PromoCode } from "./state.ts";

export function listPromoCodes(call: Call): Reply {
  const { account, query, atMs } = call;
  const state = query.get("State");
  const from = instantMs(query.get("StartDate") ?? "");
  const to = instantMs(query.get("EndDate") ?? "");
  // The filter is for the code as it was entered; that it would overlook case is nowhere said.
  const rows = account.codes.filter((code) =>
    (!query.get("CampaignId") || code.programId === query.get("CampaignId")) &&
    (!query.get("Code") || code.code === query.get("Code")) &&
    (!state || (inForce(account, code, atMs) ? "ACTIVE" : "INACTIVE") === state) &&
    (from === null || (code.startMs ?? code.createdMs) >= from) &&
    (to === null || (code.endMs !== null && code.endMs <= to)));
  return pageOf(call, "PromoCodes", rows, (code) => promoCodeBody(account, code, atMs));
}

export function promoCodeDetails(call: Call): Reply {
  return { status: 200, body: promoCodeBody(call.account, codeOf(call), call.atMs) };
}

/** Expires; the code is not removed, and expiring it again changes nothing. */
export function expirePromoCode(call: Call): Reply {
  const code = codeOf(call);
  code.expiredMs ??= call.atMs;
  call.network.changed();
  return done(call.account, "PromoCodes", code.id);
}

function codeOf(call: Call): PromoCode {
  const code = call.account.codes.find((each) => each.id === call.parts[0]);
  if (code === undefined) throw refused(404, "There is no such promo code");
  return code;
}

const REQUIRED = ["AssignedPartnerId", "CampaignId", "CreditPolicy", "Code", "Type"] as const;

export function createPromoCode(call: Call): Reply {
  const { account, fields, atMs, network } = call;
  const errors = missing(fields, REQUIRED);
  if (errors.length > 0) throw invalid(errors);
  const program = account.programs.find((each) => each.id === fields.CampaignId);
  if (program === undefined || !program.promoCodeTracking) throw invalid([{ field: "CampaignId", message: program ? "The program does not track promo codes" : "There is no such program" }]);
  const wanted = readCode(account, program, fields, atMs);
  if (Array.isArray(wanted)) throw invalid(wanted);
  const code = network.keepCode(account, wanted);
  return done(account, "PromoCodes", code.id);
}

/** The code that the form asks for, or why there will be none. */
export function readCode(account: Account, program: Program, fields: Record<string, string>, atMs: number): Omit<PromoCode, "id"> | FieldError[] {
  const errors: FieldError[] = [];
  const no = (field: string, message: string) => errors.push({ field, message });
  const { Type: type = "", CreditPolicy: policy = "", AssignedPartnerId: partnerId = "" } = fields;
  const code = (fields.Code ?? "").trim();
  if (!/^\d{1,10}$/.test(partnerId)) no("AssignedPartnerId", "Not a numeric value");
  else checkPartner(account, program, partnerId, atMs, no);
  if (type !== "LI" && type !== "RE") no("Type", "Not a known type");
  if (!["ALWAYS", "INVOLVED", "WINNER"].includes(policy)) no("CreditPolicy", "Not a known credit policy");
  if (type === "LI" && !/^[\p{L}\p{M}\p{N}_-]{1,255}$/u.test(code)) no("Code", "Only letters, digits, hyphen and underscore");
  if (type === "RE" && patternOf(code) === null) no("Code", "Not a regular expression");
  const startMs = date(fields, "StartDate", no);
  const endMs = date(fields, "EndDate", no);
  if (startMs !== null && endMs !== null && endMs <= startMs) no("EndDate", "The end lies before the start");
  const dealId = fields.DealId || null;
  if (dealId !== null && !account.deals.some((deal) => deal.id === dealId && deal.programId === program.id)) no("DealId", "The program has no such deal");
  const holder = account.codes.find((each) => each.programId === program.id && isTaken(account, each, atMs) && sameCode(each, { type, code }));
  if (holder !== undefined) no("Code", holder.partnerId === partnerId ? "The promo code exists" : "The promo code is assigned to another partner");
  if (errors.length > 0) return errors;
  return { code, type: type as PromoCode["type"], policy: policy as PromoCode["policy"], programId: program.id, partnerId, dealId, createdMs: atMs, startMs, endMs, expiredMs: null };
}

type No = (field: string, message: string) => void;

function checkPartner(account: Account, program: Program, partnerId: string, atMs: number, no: No): void {
  if (program.mediaSources.some((source) => source.id === partnerId)) {
    if (!program.mediaSourcesOverApi) no("AssignedPartnerId", "Not a partner of this program");
    return;
  }
  const membership = account.partners.find((each) => each.id === partnerId)?.memberships.find((each) => each.programId === program.id);
  if (membership === undefined || !isJoined(membership, atMs)) no("AssignedPartnerId", "Not a partner of this program");
}

export function date(fields: Record<string, string>, name: string, no: No): number | null {
  if (!fields[name]) return null;
  const ms = instantMs(fields[name]);
  if (ms === null) no(name, "Not a date and time");
  return ms;
}

/** A partner's or a media source's name. */
export function ownerName(account: Account, program: Program | undefined, partnerId: string): string {
  const partner: Partner | undefined = account.partners.find((each) => each.id === partnerId);
  return partner?.name ?? program?.mediaSources.find((each) => each.id === partnerId)?.name ?? "";
}

function promoCodeBody(account: Account, code: PromoCode, atMs: number): Record<string, unknown> {
  const program = account.programs.find((each) => each.id === code.programId);
  const deal = dealOf(account, code);
  const of = deal === null ? {} : dealFields(deal, atMs);
  const synched = deal !== null && deal.synch;
  return {
    Id: code.id, Code: code.code, Type: code.type, CreditPolicy: code.policy, CampaignId: code.programId, CampaignName: program?.name,
    AssignedPartnerId: code.partnerId, AssignedPartnerName: ownerName(account, program, code.partnerId),
    CreatedDate: instantOf(code.createdMs, account.timezone),
    StartDate: instantOf(synched ? deal.startMs : code.startMs, account.timezone), EndDate: instantOf(synched ? deal.endMs : (code.expiredMs ?? code.endMs), account.timezone),
    State: inForce(account, code, atMs) ? "ACTIVE" : "INACTIVE",
    DealId: code.dealId, DealName: of.Name, DealState: of.State, DealType: of.Type, DealScope: of.Scope,
    DealStartDate: deal === null ? "" : instantOf(deal.startMs, account.timezone), DealEndDate: deal === null ? "" : instantOf(deal.endMs, account.timezone),
    DiscountType: of.DiscountType, DiscountAmount: of.DiscountAmount, DiscountCurrency: of.DiscountCurrency, DiscountPercent: of.DiscountPercent,
    MinimumPurchaseAmount: "", MaximumSavingsAmount: "", PurchaseLimitQuantity: of.PurchaseLimitQuantity ?? "0",
    BogoBuyQuantity: of.BogoBuyQuantity ?? "0", BogoBuyName: of.BogoBuyName, BogoGetQuantity: of.BogoGetQuantity ?? "0", BogoGetName: of.BogoGetName, BogoGetDiscountType: of.BogoGetDiscountType,
    SynchAdsPromoCodes: deal?.synch ?? false, Uri: uriOf(account, "PromoCodes", code.id),
  };
}
