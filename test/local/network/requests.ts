// A creator's requests for a code of his own: approved with the code that he gets, or rejected.
import { dealFields } from "./deals.ts";
import { checkQuery, done, invalid, missing, pageOf, Refusal, refused, uriOf, type Call, type Reply } from "./http.ts";
import { instantOf } from "./instants.ts";
import { readCode } from "./promo-codes.ts";
import type { Account, TrackingValueRequest } from "./state.ts";

export function listRequests(call: Call): Reply {
  const { account, query } = call;
  checkQuery(query, { CampaignId: "number", DealId: "number", MediaPartnerId: "number", State: ["APPROVED", "COMPLETED", "DECLINED", "NEW"], RequestType: ["PROMOCODE_TRACKING", "BRANDED_URL_TRACKING", "PHONE_NUMBER_TRACKING"] });
  const type = query.get("RequestType");
  const rows = account.requests.filter((request) =>
    (!query.get("CampaignId") || request.programId === query.get("CampaignId")) && (!query.get("DealId") || request.dealId === query.get("DealId")) &&
    (!query.get("MediaPartnerId") || request.partnerId === query.get("MediaPartnerId")) && (!query.get("State") || request.state === query.get("State")) && (!type || type === "PROMOCODE_TRACKING"));
  return pageOf(call, "TrackingValueRequests", rows, (request) => requestBody(account, request, call.atMs));
}

export function requestDetails(call: Call): Reply {
  return { status: 200, body: requestBody(call.account, asked(call), call.atMs) };
}

/** Where a code's field is called otherwise in an approval. */
const NAMES: Record<string, string> = { Code: "PromoCode", Type: "MatchMode" };

/** Approving makes the code, under the rules of any other: for whoever asked, from now on and without end, since an approval names no dates. */
export function approveRequest(call: Call): Reply {
  const { account, fields, network, atMs } = call;
  const request = asked(call);
  open(request);
  const errors = missing(fields, ["PromoCode", "CreditPolicy", "MatchMode"]);
  if (errors.length > 0) throw invalid(errors);
  const program = network.program(account.sid, request.programId);
  const form = { CampaignId: request.programId, AssignedPartnerId: request.partnerId, Code: fields.PromoCode!, Type: fields.MatchMode!, CreditPolicy: fields.CreditPolicy!, DealId: fields.DealId || request.dealId || "" };
  const code = readCode(account, program, form, atMs);
  if (Array.isArray(code)) throw invalid(code.map(({ field, message }) => ({ field: NAMES[field] ?? field, message })));
  network.keepCode(account, code);
  Object.assign(request, { state: "APPROVED", approved: code.code, policy: code.policy, match: code.type, dealId: code.dealId, completedMs: atMs });
  network.changed();
  return done(account, "TrackingValueRequests", request.id);
}

export function rejectRequest(call: Call): Reply {
  const request = asked(call);
  open(request);
  Object.assign(request, { state: "DECLINED", completedMs: call.atMs });
  call.network.changed();
  return done(call.account, "TrackingValueRequests", request.id);
}

/** Whoever asked takes the wish back; the documents name no state for it, so the request is gone. */
export function withdrawRequest(account: Account, requestId: string): void {
  account.requests = account.requests.filter((request) => request.id !== requestId);
}

function asked(call: Call): TrackingValueRequest {
  const request = call.account.requests.find((each) => each.id === call.parts[0]);
  if (request === undefined) throw refused(404, "There is no such request");
  return request;
}

function open(request: TrackingValueRequest): void {
  if (request.state !== "NEW") throw new Refusal(402, { Status: "ERROR", Message: "The request was decided before" });
}

const BLANK = [
  "DealCategories", "DiscountMaximumPercent", "DiscountPercentRangeStart", "DiscountPercentRangeEnd", "Gift", "RebateAmount", "RebateCurrency", "MinimumPurchaseAmount", "MinimumPurchaseAmountCurrency",
  "MaximumSavingsAmount", "MaximumSavingsCurrency", "BogoBuyQuantity", "BogoBuyScope", "BogoBuyName", "BogoBuyImageUrl", "BogoGetQuantity", "BogoGetScope", "BogoGetDiscountType", "BogoGetName", "BogoGetImageUrl",
  "BogoGetDiscountAmount", "BogoGetDiscountCurrency", "BogoGetDiscountPercent", "PurchaseLimitQuantity",
];

function requestBody(account: Account, request: TrackingValueRequest, atMs: number): Record<string, unknown> {
  const deal = account.deals.find((each) => each.id === request.dealId) ?? null;
  const of = deal === null ? {} : dealFields(deal, atMs);
  const at = (ms: number | null) => instantOf(ms, account.timezone);
  const wished = request.requested.split(",").map((code) => code.trim());
  return {
    Id: request.id, CampaignId: request.programId, CampaignName: account.programs.find((each) => each.id === request.programId)?.name,
    MediaPartnerId: request.partnerId, MediaPartnerName: account.partners.find((each) => each.id === request.partnerId)?.name,
    RequestType: "PROMOCODE_TRACKING", NumberRequested: String(wished.length),
    PromoCodes: wished.map((code, n) => ({ Id: `${request.id}${n + 1}`, RequestedPromoCode: code, ApprovedPromoCode: n === 0 ? request.approved : "", CreditPolicy: request.policy, MatchMode: request.match })),
    UniqueUrls: [], PhoneNumbers: [], State: request.state, DatePlaced: at(request.placedMs), DateNeeded: at(request.neededMs), DateCompleted: at(request.completedMs),
    AdditionalInstructions: request.instructions, ProcessingComments: request.comments, DealId: request.dealId, DealName: of.Name, DealDescription: of.Description, DealState: of.State,
    DealType: of.Type, DealScope: of.Scope, DealProducts: [], DiscountType: of.DiscountType, DiscountAmount: of.DiscountAmount, DiscountCurrency: of.DiscountCurrency, DiscountPercent: of.DiscountPercent,
    DealDefaultPromoCode: of.DefaultPromoCode, ...Object.fromEntries(BLANK.map((name) => [name, ""])),
    DealStartDate: at(deal?.startMs ?? null), DealEndDate: at(deal?.endMs ?? null), SynchAdsPromoCodes: deal === null ? "" : deal.synch,
    DealRestrictedMediaPartners: [], DealRestrictedMediaPartnerGroups: [], Uri: uriOf(account, "TrackingValueRequests", request.id),
  };
}
