// Which endpoint a path is.
import { actionDetails, actionItem, actionItems, actionUpdate, actionUpdates, listActions, modifyActions, reverseActions } from "./actions.ts";
import { acceptContract, contractDetails, declineContract, listContracts } from "./contracts.ts";
import { submitConversion } from "./conversions.ts";
import { clickDetails } from "./clicks.ts";
import { createDeal, dealDetails, deleteDeal, listDeals, updateDeal } from "./deals.ts";
import type { Call, Reply, Takes } from "./http.ts";
import { createTrackingLink } from "./links.ts";
import { listPartners, partnerDetails, updatePartner } from "./partners.ts";
import { listPrograms, programDetails } from "./programs.ts";
import { createPromoCode, expirePromoCode, listPromoCodes, promoCodeDetails } from "./promo-codes.ts";
import { approveRequest, listRequests, rejectRequest, requestDetails } from "./requests.ts";
import { listSubmissions, submissionDetails } from "./submissions.ts";

export type Route = { handle: (call: Call) => Reply; takes?: Takes };

/** By template, then by method. A `*` takes any one segment. */
const ROUTES: Record<string, Record<string, Route>> = {
  "/PromoCodes": { GET: { handle: listPromoCodes }, POST: { handle: createPromoCode } },
  "/PromoCodes/*": { GET: { handle: promoCodeDetails }, DELETE: { handle: expirePromoCode } },
  "/Deals": { GET: { handle: listDeals }, POST: { handle: createDeal } },
  "/Deals/*": { GET: { handle: dealDetails }, PUT: { handle: updateDeal }, DELETE: { handle: deleteDeal } },
  "/Conversions": { POST: { handle: submitConversion } },
  "/APISubmissions": { GET: { handle: listSubmissions } },
  "/APISubmissions/*": { GET: { handle: submissionDetails } },
  "/Actions": { GET: { handle: listActions }, PUT: { handle: modifyActions }, DELETE: { handle: reverseActions } },
  "/Actions/*": { GET: { handle: actionDetails } },
  "/Actions/*/Items": { GET: { handle: actionItems } },
  "/Actions/*/Items/*": { GET: { handle: actionItem } },
  "/ActionUpdates": { GET: { handle: actionUpdates } },
  "/ActionUpdates/*": { GET: { handle: actionUpdate } },
  "/Campaigns": { GET: { handle: listPrograms } },
  "/Campaigns/*": { GET: { handle: programDetails } },
  "/Campaigns/*/Clicks/*": { GET: { handle: clickDetails } },
  "/Campaigns/*/Contracts": { GET: { handle: listContracts } },
  "/Campaigns/*/Contracts/*": { GET: { handle: contractDetails } },
  "/Programs/*/Contracts": { POST: { handle: acceptContract, takes: "json" }, DELETE: { handle: declineContract, takes: "json" } },
  "/Programs/*/TrackingLinks": { POST: { handle: createTrackingLink } },
  "/MediaPartners": { GET: { handle: listPartners } },
  "/MediaPartners/*": { GET: { handle: partnerDetails }, PUT: { handle: updatePartner } },
  "/TrackingValueRequests": { GET: { handle: listRequests } },
  "/TrackingValueRequests/*": { GET: { handle: requestDetails }, PUT: { handle: approveRequest }, DELETE: { handle: rejectRequest } },
};

export type Found = { kind: "none" } | { kind: "found"; template: string; parts: string[]; /** null: not with this method. */ route: Route | null };

export function routeOf(method: string, path: string): Found {
  const segments = path.split("/").slice(3).map((each) => decodeURIComponent(each));
  for (const [template, methods] of Object.entries(ROUTES)) {
    const wanted = template.split("/").slice(1);
    if (wanted.length !== segments.length) continue;
    if (!wanted.every((each, at) => each === "*" || each === segments[at])) continue;
    return { kind: "found", template, parts: segments.filter((_, at) => wanted[at] === "*"), route: methods[method] ?? null };
  }
  return { kind: "none" };
}

export const TEMPLATES = Object.entries(ROUTES).flatMap(([template, methods]) => Object.keys(methods).map((method) => `${method} ${template}`));
