// Creators' requests for a code (impact.com: tracking value requests, brand API version 14). Those for links and phone numbers are not read.
// An approval takes one code, and no dates; a rejection takes no reason.
import type { CodeRequestInfo, Network, RequestApproval } from "../port.ts";
import { acknowledged } from "./answers.ts";
import type { Client } from "./client.ts";
import { count, instant, isRaw, list, text, textOrNull, wordOf } from "./transform.ts";
import type { Fields, Raw } from "./types.ts";

const STATES: Record<string, CodeRequestInfo["state"]> = { NEW: "new", APPROVED: "approved", COMPLETED: "completed", DECLINED: "declined" };
const PATH = "TrackingValueRequests";

export function requestCalls(client: Client): Pick<Network, "codeRequests" | "codeRequest" | "approveRequest" | "rejectRequest"> {
  const at = (requestId: string) => `${PATH}/${encodeURIComponent(requestId)}`;
  return {
    async codeRequests({ programExternalId, open = false }) {
      const query: Fields = { RequestType: "PROMOCODE_TRACKING", ...(programExternalId ? { CampaignId: programExternalId } : {}), ...(open ? { State: "NEW" } : {}) };
      const answer = await client.all(PATH, "TrackingValueRequests", query);
      return answer.ok ? { ok: true, value: answer.value.filter(isForCode).map(requestInfo) } : answer;
    },
    async codeRequest(requestId) {
      const answer = await client.call("GET", at(requestId));
      if (!answer.ok) return answer;
      return isRaw(answer.value) && text(answer.value.Id) !== "" ? { ok: true, value: requestInfo(answer.value) } : { ok: false, fault: { kind: "unreadable", detail: "a request was due" } };
    },
    approveRequest: async (requestId, approval) => acknowledged(await client.call("PUT", at(requestId), approvalForm(approval))),
    rejectRequest: async (requestId) => acknowledged(await client.call("DELETE", at(requestId))),
  };
}

/** The list may answer with other kinds, whatever was asked for; one without a kind is kept. */
function isForCode(raw: Raw): boolean {
  return ["", "PROMOCODE_TRACKING"].includes(text(raw.RequestType).toUpperCase());
}

export function requestInfo(raw: Raw): CodeRequestInfo {
  const codes = list(raw.PromoCodes).map((one) => ({ asked: text(one.RequestedPromoCode), approved: textOrNull(one.ApprovedPromoCode) }));
  return {
    requestId: text(raw.Id),
    programExternalId: text(raw.CampaignId),
    partnerId: text(raw.MediaPartnerId),
    partnerName: text(raw.MediaPartnerName),
    codes,
    count: Math.max(codes.length, count(raw.NumberRequested), 1),
    state: STATES[text(raw.State).toUpperCase()] ?? "other",
    stateWord: wordOf(raw.State),
    placedAt: instant(raw.DatePlaced),
    neededAt: instant(raw.DateNeeded),
    completedAt: instant(raw.DateCompleted),
    note: text(raw.AdditionalInstructions),
    comments: text(raw.ProcessingComments),
    dealExternalId: textOrNull(raw.DealId),
    dealName: text(raw.DealName),
  };
}

export function approvalForm({ code, match, policy, dealExternalId }: RequestApproval): Fields {
  return { PromoCode: code, CreditPolicy: policy.toUpperCase(), MatchMode: match === "regex" ? "RE" : "LI", ...(dealExternalId === null ? {} : { DealId: dealExternalId }) };
}
