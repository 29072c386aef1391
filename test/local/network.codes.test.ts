import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { DAY, idOf, iso, JONAS, MARIE, SID, startStage, type Stage } from "./network-calls.ts";

let stage: Stage;
beforeEach(async () => void (stage = await startStage()));
afterEach(() => stage.local.close());

function place(changes: Record<string, string> = {}) {
  return stage.call("POST", "/PromoCodes", { CampaignId: stage.creator.id, AssignedPartnerId: JONAS, Code: "JONAS15", Type: "LI", CreditPolicy: "ALWAYS", ...changes });
}

const fieldsOf = (answer: { body: Record<string, any> }) => answer.body.Errors.map((each: { Field: string }) => each.Field);

describe("promo codes", () => {
  test("a new code answers with its Uri and is then read back", async () => {
    const made = await place({ StartDate: iso(nowMs() - DAY), EndDate: iso(nowMs() + DAY) });
    expect(Object.keys(made.body)).toEqual(["Status", "Uri"]);
    const { body } = await stage.call("GET", `/PromoCodes/${idOf(made)}`);
    expect(body).toMatchObject({ Code: "JONAS15", Type: "LI", CreditPolicy: "ALWAYS", AssignedPartnerId: JONAS, AssignedPartnerName: "Jonas Jung", CampaignId: stage.creator.id, State: "ACTIVE" });
  });

  test("a person assigns one to a media source in the network's own pages, where the account has the Optimize add-on", async () => {
    const source = stage.performance.mediaSources[0]!;
    const assign = () => stage.network.assignCode(SID, { programId: stage.performance.id, partnerId: source.id, code: "JONAS15" });
    stage.network.account(SID).optimize = false;
    expect(assign).toThrow("Optimize");
    stage.network.account(SID).optimize = true;
    assign();
    const { body } = await stage.call("GET", `/PromoCodes?CampaignId=${stage.performance.id}&Code=JONAS15`);
    expect(body.PromoCodes).toMatchObject([{ AssignedPartnerId: source.id, AssignedPartnerName: source.name, State: "ACTIVE" }]);
  });

  test.each<[string, Record<string, string>, string]>([
    ["a code that another partner holds", { Code: "MARIE10" }, "Code"],
    ["the same in other case", { Code: "marie10" }, "Code"],
    ["a code that the partner holds already", { Code: "MARIE10", AssignedPartnerId: MARIE }, "Code"],
    ["characters that a code has not", { Code: "50%OFF" }, "Code"],
    ["a pattern that is none", { Type: "RE", Code: "^(SUMMER" }, "Code"],
    ["an unknown type", { Type: "EXACT" }, "Type"],
    ["an unknown policy", { CreditPolicy: "always" }, "CreditPolicy"],
    ["an unknown program", { CampaignId: "1" }, "CampaignId"],
    ["an unknown partner", { AssignedPartnerId: "4242" }, "AssignedPartnerId"],
    ["an unknown deal", { DealId: "1" }, "DealId"],
    ["a day without a time", { StartDate: "2026-01-01" }, "StartDate"],
    ["nothing in it", { Code: " " }, "Code"],
  ])("refused: %s", async (_, changes, field) => {
    const answer = await place(changes);
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toContain(field);
    expect(stage.network.account(SID).codes).toHaveLength(1);
  });

  test("a creator who has applied or left is no partner", async () => {
    for (const state of ["pending", "left", "declined"] as const) {
      stage.network.addPartnerToProgram(SID, JONAS, stage.creator.id, { state });
      expect(fieldsOf(await place())).toEqual(["AssignedPartnerId"]);
    }
  });

  test("the same code can stand in two programs", async () => {
    stage.network.addPartnerToProgram(SID, JONAS, stage.performance.id);
    expect((await place({ Code: "MARIE10", CampaignId: stage.performance.id })).body.Status).toBe("OK");
  });

  test("a media source is not taken as a partner, unless the account's API is known to", async () => {
    const source = { CampaignId: stage.performance.id, AssignedPartnerId: stage.performance.mediaSources[0]!.id };
    expect(fieldsOf(await place(source))).toEqual(["AssignedPartnerId"]);
    stage.performance.mediaSourcesOverApi = true;
    expect((await place(source)).body.Status).toBe("OK");
  });

  test("expiring keeps the code, inactive, and frees its name; expiring again changes nothing", async () => {
    const id = idOf(await place());
    expect((await stage.call("DELETE", `/PromoCodes/${id}`)).body).toEqual({ Status: "OK", Uri: `/Advertisers/${SID}/PromoCodes/${id}` });
    expect((await stage.call("DELETE", `/PromoCodes/${id}`)).status).toBe(200);
    expect((await stage.call("GET", `/PromoCodes/${id}`)).body.State).toBe("INACTIVE");
    expect((await place({ AssignedPartnerId: MARIE })).body.Status).toBe("OK");
    const { body } = await stage.call("GET", "/PromoCodes?Code=JONAS15");
    expect(body.PromoCodes.map((each: Record<string, string>) => [each.State, each.AssignedPartnerId])).toEqual([["INACTIVE", JONAS], ["ACTIVE", MARIE]]);
  });

  test("a code whose start lies ahead is inactive, and taken", async () => {
    const id = idOf(await place({ StartDate: iso(nowMs() + DAY) }));
    expect((await stage.call("GET", `/PromoCodes/${id}`)).body.State).toBe("INACTIVE");
    expect(fieldsOf(await place({ AssignedPartnerId: MARIE }))).toEqual(["Code"]);
    stage.run(DAY + 1000);
    expect((await stage.call("GET", `/PromoCodes/${id}`)).body.State).toBe("ACTIVE");
  });

  test("the list filters by program, code and state, and is empty rather than an error", async () => {
    await place();
    const names = async (query: string) => (await stage.call("GET", `/PromoCodes?${query}`)).body.PromoCodes.map((each: { Code: string }) => each.Code);
    expect(await names(`CampaignId=${stage.creator.id}`)).toEqual(["MARIE10", "JONAS15"]);
    expect(await names("Code=JONAS15")).toEqual(["JONAS15"]);
    expect(await names("Code=NONE")).toEqual([]);
    expect(await names("State=INACTIVE")).toEqual([]);
    expect(await names(`CampaignId=${stage.performance.id}`)).toEqual([]);
  });

  test("a program that does not track codes takes none", async () => {
    stage.creator.promoCodeTracking = false;
    expect(fieldsOf(await place())).toEqual(["CampaignId"]);
  });
});

describe("deals", () => {
  const make = (changes: Record<string, string> = {}) =>
    stage.call("POST", "/Deals", { CampaignId: stage.creator.id, Name: "Ten", Scope: "ENTIRE_STORE", Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "10", ...changes });

  test.each<[string, Record<string, string>, string]>([
    ["a percentage without a number", { DiscountPercent: "" }, "DiscountPercent"],
    ["an amount without a currency", { DiscountType: "FIXED", DiscountAmount: "5" }, "DiscountCurrency"],
    ["a product deal without a product", { Scope: "PRODUCT" }, "ProductName"],
    ["a category deal without a category", { Scope: "CATEGORY" }, "Categories"],
    ["a gift without a gift", { Type: "GIFT_WITH_PURCHASE", DiscountType: "" }, "Gift"],
    ["a rebate without an amount", { Type: "REBATE", DiscountType: "" }, "RebateAmount"],
    ["two for one without what", { Type: "BOGO", DiscountType: "" }, "BogoBuyName"],
    ["a discount on free shipping", { Type: "FREE_SHIPPING" }, "DiscountType"],
    ["an unknown type", { Type: "SALE" }, "Type"],
    ["an end before its start", { StartDate: iso(2 * DAY), EndDate: iso(DAY) }, "EndDate"],
  ])("refused: %s", async (_, changes, field) => {
    const answer = await make(changes);
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toContain(field);
  });

  test("made, changed, deleted", async () => {
    const id = idOf(await make());
    expect((await stage.call("GET", `/Deals/${id}`)).body).toMatchObject({ Id: id, Name: "Ten", State: "ACTIVE", DiscountPercent: "10", MinimumPurchaseAmount: "", Products: [] });
    await stage.call("PUT", `/Deals/${id}`, { Name: "Twelve", DiscountPercent: "12", EndDate: iso(nowMs() - DAY) });
    expect((await stage.call("GET", `/Deals/${id}`)).body).toMatchObject({ Name: "Twelve", DiscountPercent: "12", State: "EXPIRED" });
    expect((await stage.call("DELETE", `/Deals/${id}`)).body).toEqual({ Status: "DELETED" });
    expect((await stage.call("GET", `/Deals/${id}`)).status).toBe(404);
  });

  test.each(["DefaultPromoCode", "MinimumPurchaseAmount", "RestrictedMediaPartners", "DealType"])("%s cannot be changed over the API", async (field) => {
    const id = idOf(await make());
    expect(fieldsOf(await stage.call("PUT", `/Deals/${id}`, { [field]: "1" }))).toContain(field);
  });

  test("a code shows its deal, and follows the deal's dates where the deal says so", async () => {
    const deal = idOf(await make({ SynchAdsPromoCodes: "true", EndDate: iso(nowMs() + DAY) }));
    const code = idOf(await place({ DealId: deal }));
    const read = async () => (await stage.call("GET", `/PromoCodes/${code}`)).body;
    expect(await read()).toMatchObject({ DealId: deal, DealName: "Ten", DealState: "ACTIVE", DiscountPercent: "10", State: "ACTIVE" });
    stage.run(2 * DAY);
    expect(await read()).toMatchObject({ DealState: "EXPIRED", State: "INACTIVE" });
    await stage.call("DELETE", `/Deals/${deal}`);
    expect(await read()).toMatchObject({ DealId: "", DealName: "" });
  });
});

describe("programs, partners, contracts", () => {
  test("partners of a program are those who joined it; others are found by state or relationship", async () => {
    stage.network.addPartner(SID, { id: "1003", name: "Petra Pending" });
    stage.network.addPartnerToProgram(SID, "1003", stage.creator.id, { state: "pending" });
    stage.network.addPartnerToProgram(SID, JONAS, stage.creator.id, { state: "left" });
    const ids = async (query: string) => (await stage.call("GET", `/MediaPartners?CampaignId=${stage.creator.id}${query}`)).body.Partners.map((each: { Id: string }) => each.Id);
    expect(await ids("")).toEqual([MARIE]);
    expect(await ids("&RelationshipState=INACTIVE")).toEqual([JONAS, "1003"]);
    expect(await ids("&State=PENDING")).toEqual(["1003"]);
    expect(await ids("&State=EXPIRED")).toEqual([JONAS]);
    const all = (await stage.call("GET", "/MediaPartners")).body.Partners;
    expect(all.map((each: Record<string, string>) => [each.Id, each.State])).toEqual([[MARIE, "ACTIVE"], [JONAS, "EXPIRED"], ["1003", "PENDING"]]);
  });

  test("a partner has contacts, channels and the programs that he joined", async () => {
    const { body } = await stage.call("GET", `/MediaPartners/${MARIE}`);
    expect(body.Contacts).toEqual([{ FirstName: "Marie", LastName: "Martin", Email: "marie@example.com", IsPrimary: "true" }]);
    expect(body.Properties[0]).toMatchObject({ Name: "marie", Type: "SOCIAL", Url: "https://www.instagram.com/marie" });
    expect(body.Programs).toMatchObject([{ Id: stage.creator.id, ExpirationDate: "" }]);
  });

  test("contracts tell the event types that are paid for; only active ones unless asked", async () => {
    stage.network.addPartnerToProgram(SID, JONAS, stage.creator.id, { state: "left" });
    const list = async (query: string) => (await stage.call("GET", `/Campaigns/${stage.creator.id}/Contracts${query}`)).body.Contracts;
    const [active, ...others] = await list("");
    expect(others).toEqual([]);
    expect(active.TemplateTerms.EventPayouts).toMatchObject([{ EventTypeId: stage.creator.eventTypes[0]!.id, DefaultPayoutRate: "10", PayoutLevel: "ITEM" }]);
    expect((await list("?Status=EXPIRED")).map((each: { PartnerId: string }) => each.PartnerId)).toEqual([JONAS]);
  });

  test("a pending contract is decided once; the second decision is 409", async () => {
    const { contractId } = stage.network.addPartnerToProgram(SID, JONAS, stage.creator.id, { state: "pending" });
    const path = `/Programs/${stage.creator.id}/Contracts`;
    expect((await stage.call("POST", path, { contractId })).status).toBe(400); // A form where JSON is wanted.
    expect((await stage.call("POST", path, undefined, { json: { contractId } })).body).toEqual({ Status: "OK" });
    expect((await stage.call("DELETE", path, undefined, { json: { contractId } })).status).toBe(409);
    expect((await stage.call("POST", path, undefined, { json: { contractId: "P-1" } })).status).toBe(404);
    expect((await place()).body.Status).toBe("OK");
  });

  test("a tracking link is made for a partner of the program", async () => {
    const link = (query: string, form = {}) => stage.call("POST", `/Programs/${stage.creator.id}/TrackingLinks${query}`, form);
    expect((await link(`?MediaPartnerId=${MARIE}`)).body.TrackingURL).toMatch(/^https:\/\/.+\/c\/1001\//);
    expect((await link("")).status).toBe(400);
    expect((await link(`?MediaPartnerId=${MARIE}`, { CustomPath: "summer" })).status).toBe(400);
    expect((await link(`?MediaPartnerId=${MARIE}`, { Type: "Vanity", CustomPath: "summer" })).body.TrackingURL).toMatch(/\/summer$/);
  });
});

describe("requests for a code", () => {
  test("approving assigns the code, under the rules of any other; a decided one stays decided", async () => {
    const { id } = stage.network.addRequest(SID, { programId: stage.creator.id, partnerId: JONAS, code: "MARIE10" });
    const path = `/TrackingValueRequests/${id}`;
    expect((await stage.call("GET", "/TrackingValueRequests?State=NEW")).body.TrackingValueRequests).toHaveLength(1);
    const approve = (PromoCode: string) => stage.call("PUT", path, { PromoCode, CreditPolicy: "ALWAYS", MatchMode: "LI" });
    expect(fieldsOf(await approve("MARIE10"))).toEqual(["PromoCode"]);
    expect(fieldsOf(await approve("JONAS 10 %"))).toEqual(["PromoCode"]);
    expect((await approve("JONAS10")).body.Status).toBe("OK");
    expect((await stage.call("GET", path)).body).toMatchObject({ State: "APPROVED", PromoCodes: [{ RequestedPromoCode: "MARIE10", ApprovedPromoCode: "JONAS10" }] });
    expect(stage.network.codesNamed(SID, "jonas10")).toMatchObject([{ partnerId: JONAS }]);
    expect((await stage.call("DELETE", path)).status).toBe(402);
  });

  test("one of several codes is shown with each, and one that its creator took back is gone", async () => {
    const { id } = stage.network.addRequest(SID, { programId: stage.creator.id, partnerId: JONAS, code: "JO1, JO2" });
    const path = `/TrackingValueRequests/${id}`;
    expect((await stage.call("GET", path)).body).toMatchObject({ NumberRequested: "2", PromoCodes: [{ RequestedPromoCode: "JO1" }, { RequestedPromoCode: "JO2" }] });
    stage.network.withdrawRequest(SID, id);
    expect((await stage.call("GET", path)).status).toBe(404);
  });
});
