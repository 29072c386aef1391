import { describe, expect, it } from "vitest";
import { approvalForm, requestInfo } from "#app/networks/impact/requests.ts";
import type { CodeRequestInfo } from "#app/networks/port.ts";
import { stubNetwork } from "./stub.ts";

const raw = { Id: "99999", CampaignId: "1000", MediaPartnerId: "2552842", MediaPartnerName: "Wile", RequestType: "PROMOCODE_TRACKING", NumberRequested: "1", PromoCodes: [{ Id: "1", RequestedPromoCode: "SUMMER25", ApprovedPromoCode: "" }], State: "NEW", DatePlaced: "2026-01-15T10:00:00-08:00", DateNeeded: "", DateCompleted: "", AdditionalInstructions: "Soon, please.", ProcessingComments: "", DealId: "", DealName: "" };
const info: CodeRequestInfo = {
  requestId: "99999", programExternalId: "1000", partnerId: "2552842", partnerName: "Wile", codes: [{ asked: "SUMMER25", approved: null }], count: 1, state: "new", stateWord: "NEW", placedAt: "2026-01-15T18:00:00.000Z",
  neededAt: null, completedAt: null, note: "Soon, please.", comments: "", dealExternalId: null, dealName: "",
};

describe("a request for a code", () => {
  it.each<[string, Record<string, unknown>, Partial<CodeRequestInfo>]>([
    ["as it stands", {}, {}],
    ["approved by another name", { State: "APPROVED", PromoCodes: [{ RequestedPromoCode: "SUMMER25", ApprovedPromoCode: "SUN25" }] }, { state: "approved", stateWord: "APPROVED", codes: [{ asked: "SUMMER25", approved: "SUN25" }] }],
    ["completed", { State: "COMPLETED" }, { state: "completed", stateWord: "COMPLETED" }],
    ["declined", { State: "DECLINED", ProcessingComments: "No." }, { state: "declined", stateWord: "DECLINED", comments: "No." }],
    ["in a state that is not known", { State: "ON_HOLD" }, { state: "other", stateWord: "ON_HOLD" }],
    ["for several codes, of which one is named", { NumberRequested: 5 }, { count: 5 }],
    ["for several named codes", { PromoCodes: [{ RequestedPromoCode: "A1" }, { RequestedPromoCode: "A2" }] }, { count: 2, codes: [{ asked: "A1", approved: null }, { asked: "A2", approved: null }] }],
    ["that names no code", { PromoCodes: {}, NumberRequested: "" }, { codes: [], count: 1 }],
    ["with a deal and a day", { DealId: 3, DealName: "Spring", DateNeeded: "2026-01-20T10:00:00-08:00" }, { dealExternalId: "3", dealName: "Spring", neededAt: "2026-01-20T18:00:00.000Z" }],
  ])("%s", (_name, change, expected) => {
    expect(requestInfo({ ...raw, ...change } as never)).toEqual({ ...info, ...expected });
  });

  it.each([
    [{ code: "SUN25", match: "exact", policy: "always", dealExternalId: null }, { PromoCode: "SUN25", CreditPolicy: "ALWAYS", MatchMode: "LI" }],
    [{ code: "^SUN", match: "regex", policy: "winner", dealExternalId: "3" }, { PromoCode: "^SUN", CreditPolicy: "WINNER", MatchMode: "RE", DealId: "3" }],
  ] as const)("is granted with %j", (approval, form) => {
    expect(approvalForm(approval)).toEqual(form);
  });

  it("of a list, those for links and phone numbers are passed over, whatever the list was asked for", async () => {
    const stub = stubNetwork([{ body: { TrackingValueRequests: [raw, { ...raw, Id: "2", RequestType: "PHONE_NUMBER_TRACKING" }, { ...raw, Id: "3", RequestType: "" }] } }]);
    const answer = await stub.network.codeRequests({ open: true });
    stub.restore();
    expect(answer.ok && answer.value.map((one) => one.requestId)).toEqual(["99999", "3"]);
    expect(Object.fromEntries(stub.sent[0]!.url.searchParams)).toMatchObject({ State: "NEW", RequestType: "PROMOCODE_TRACKING" });
  });
});
