import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAmount } from "#app/domain/money.ts";
import { actionInfo, actionItem } from "#app/networks/impact/actions.ts";
import * as read from "#app/networks/impact/transform.ts";
import type { NewConversion } from "#app/networks/port.ts";

const conversion: NewConversion = {
  orderId: "9007199254740993",
  eventTypeId: "51800",
  eventAt: "2026-06-10T08:00:00.000Z",
  currency: "EUR",
  attribution: { code: "MARIE10" },
  partnerId: "1001",
  items: [
    { sku: "A-1", name: "Lamp & shade", category: "Lamps", quantity: 2, amount: "9000" },
    { sku: "variant-5", name: "Rug", category: null, quantity: 0, amount: "5" },
  ],
};

describe("what is sent", () => {
  it("a conversion by item, net of discounts, with its code and no partner", () => {
    expect(read.conversionForm("21400", conversion)).toEqual({
      CampaignId: "21400", EventTypeId: "51800", EventDate: "2026-06-10T08:00:00Z", OrderId: "9007199254740993", OrderPromoCode: "MARIE10", CurrencyCode: "EUR",
      ItemSku1: "A-1", ItemName1: "Lamp & shade", ItemCategory1: "Lamps", ItemQuantity1: "2", ItemSubTotal1: "90.00",
      ItemSku2: "variant-5", ItemName2: "Rug", ItemQuantity2: "0", ItemSubTotal2: "0.05",
    });
  });

  it.each([
    [{ clickId: "abc~1" }, { ClickId: "abc~1" }],
    [{ partnerId: "1001" }, { MediaPartnerId: "1001" }],
    [{ code: "Été-10" }, { OrderPromoCode: "Été-10" }],
    [{ code: "MARIE10", clickId: "abc~1" }, { OrderPromoCode: "MARIE10", ClickId: "abc~1" }],
    [{ code: "MARIE10", clickId: "c".repeat(64) }, { OrderPromoCode: "MARIE10", ClickId: "c".repeat(64) }],
    [{ code: "MARIE10", clickId: "c".repeat(65) }, { OrderPromoCode: "MARIE10" }],
    [{ code: "MARIE10", clickId: "" }, { OrderPromoCode: "MARIE10" }],
  ])("what names the partner: %j", (attribution, told) => {
    const form = read.conversionForm("1", { ...conversion, attribution });
    expect(Object.fromEntries(Object.entries(form).filter(([name]) => ["OrderPromoCode", "ClickId", "MediaPartnerId"].includes(name)))).toEqual(told);
  });

  it.each([
    ["JPY", "1580", "1580"], ["KWD", "1", "0.001"], ["HUF", "1", "0.01"], ["EUR", "900719925474099300", "9007199254740993.00"],
  ])("amounts have the decimals of %s: %s is %s", (currency, minor, decimal) => {
    expect(read.conversionForm("1", { ...conversion, currency, items: [{ ...conversion.items[0]!, amount: minor }] }).ItemSubTotal1).toBe(decimal);
  });

  it("an edit of several items, in absolute values: the first without an index, the others from 2", () => {
    const items = [{ sku: "A", quantity: 1, amount: "4500" }, { sku: "B", quantity: 0, amount: "0" }, { sku: "C", quantity: 0, amount: "120" }];
    expect(read.editForm("1.2.3", "EUR", items)).toEqual({
      ActionId: "1.2.3", Reason: "ORDER_UPDATE", Sku: "A", Quantity: "1", Amount: "45.00", Sku2: "B", Quantity2: "0", Sku3: "C", Quantity3: "0", Amount3: "1.20",
    });
  });

  it("an edit never carries an amount of 0: it could be read as the whole order's, and reverse it", () => {
    const items = fc.array(fc.record({ sku: fc.string(), quantity: fc.nat(9), amount: fc.bigInt({ min: 0n, max: 3n }).map(String) }));
    fc.assert(fc.property(items, (items) => Object.entries(read.editForm("1", "EUR", items)).every(([name, value]) => !/^Amount\d*$/.test(name) || Number(value) > 0)));
  });

  it.each([["returned", "ITEM_RETURNED"], ["order_error", "ORDER_ERROR"], ["other", "OTHER"]] as const)("a reversal because of %s is %s", (reason, code) => {
    expect(read.reverseForm("1.2.3", reason)).toEqual({ ActionId: "1.2.3", DispositionCode: code });
  });

  it("a code, exact or regex, with its deal and dates", () => {
    const code = { code: "MARIE10", match: "exact", policy: "always", partnerId: "1001", dealExternalId: null, startsAt: null, endsAt: null } as const;
    expect(read.codeForm("7", code)).toEqual({ CampaignId: "7", AssignedPartnerId: "1001", Code: "MARIE10", CreditPolicy: "ALWAYS", Type: "LI" });
    expect(read.codeForm("7", { ...code, match: "regex", policy: "winner", dealExternalId: "3", endsAt: "2026-07-01T00:00:00Z" })).toMatchObject({ Type: "RE", CreditPolicy: "WINNER", DealId: "3", EndDate: "2026-07-01T00:00:00Z" });
  });
});

describe("what is read", () => {
  it.each<[unknown, string | null]>([
    ["2026-06-10T10:00:04-07:00", "2026-06-10T17:00:04.000Z"], ["2026-06-10T10:00:04.123456789+0200", "2026-06-10T08:00:04.123Z"], ["2026-06-10T10:00Z", "2026-06-10T10:00:00.000Z"],
    ["2026-06-10T10:00:04", "2026-06-10T10:00:04.000Z"], ["2026-06-10", "2026-06-10T00:00:00.000Z"],
    ["", null], [null, null], ["soon", null], ["1", null], [1, null], ["12345", null], ["2026-13-40T00:00:00Z", null], ["+012345-01-01T00:00:00Z", null], ["June 10, 2026", null],
  ])("the instant %j", (value, at) => {
    expect(read.instant(value)).toBe(at);
  });

  it("an address with escapes that are none is taken as it stands", () => {
    expect(read.idOfUri("/Advertisers/IRx/Deals/%zz")).toBe("%zz");
    expect(read.partnerInfo({ Id: "1", Properties: [{ Type: "SOCIAL", Url: "https://social.example/%zz" }] }, "7").handle).toBe("%zz");
  });

  it.each<[unknown, unknown[]]>([
    [[], []], [{}, []], [null, []], ["", []], [undefined, []], [[{ Id: "1" }, null, "x"], [{ Id: "1" }]], [{ Id: "1" }, [{ Id: "1" }]],
  ])("a list that comes as %j", (value, rows) => {
    expect(read.list(value)).toEqual(rows);
  });

  it.each<[string, string | null]>([
    ["/Advertisers/IRx/PromoCodes/7777777", "7777777"], ["/Advertisers/IRx/APISubmissions/A-86b9?x=1", "A-86b9"], ["https://api.impact.com/Advertisers/IRx/Deals/3/", "3"], ["", null],
  ])("the id of %s", (uri, id) => {
    expect(read.idOfUri(uri)).toBe(id);
  });

  it.each<[unknown, string | null | undefined]>([
    [{ Status: "QUEUED", QueuedUri: "/Advertisers/IRx/APISubmissions/A-1" }, "A-1"],
    [{ ActionId: "1.2.3", ActionUri: "/Advertisers/IRx/Actions/1.2.3" }, null],
    [{ Status: "QUEUED" }, undefined],
    [null, undefined],
  ])("the submission in %j", (body, id) => {
    expect(read.submissionIdOf(body)).toBe(id);
  });

  it.each<[string, unknown, unknown]>([
    ["upper-case keys", { Status: "ERROR", Message: "Validation Failed", Errors: [{ Field: "AccountId", Message: "Not a numeric value" }] }, [{ field: "AccountId", message: "Not a numeric value" }]],
    ["lower-case keys", { Status: "ERROR", errors: [{ field: "OrderId", level: "ERROR", message: "missing" }] }, [{ field: "OrderId", message: "missing" }]],
    ["a message alone", { Status: "ERROR", Message: "No such program" }, [{ field: null, message: "No such program" }]],
    ["an empty list and a message", { Errors: {}, Message: "Refused" }, [{ field: null, message: "Refused" }]],
    ["nothing", {}, []],
    ["no object", "oops", []],
  ])("errors with %s", (_name, body, errors) => {
    expect(read.errorsOf(body)).toEqual(errors);
  });

  it.each<[Record<string, string>, unknown]>([
    [{ Status: "Queued", ErrorReason: "" }, { state: "queued", errors: [], refusal: null }],
    [{ Status: "In Progress" }, { state: "queued", errors: [], refusal: null }],
    [{ Status: "Complete", ErrorType: "", ErrorReason: "" }, { state: "complete", errors: [], refusal: null }],
    [{ Status: "Complete", ErrorType: "Contract Error", ErrorReason: "CONTRACT_NOT_FOUND RESTRICTED_PROMOCODE" }, { state: "complete", errors: ["CONTRACT_NOT_FOUND", "RESTRICTED_PROMOCODE"], refusal: null }],
    [{ Status: "Complete", ErrorType: "Validation" }, { state: "complete", errors: ["VALIDATION"], refusal: null }],
    [{ Status: "Complete", ErrorType: "Contract Error", ErrorReason: "" }, { state: "complete", errors: ["CONTRACT_ERROR"], refusal: null }],
    [{ Status: "Archived" }, { state: "queued", errors: [], refusal: null }],
  ])("a submission %j", (raw, info) => {
    expect(read.submissionInfo(raw)).toEqual(info);
  });

  it("an action, with fields and states that this version does not know, and nothing that names a person", () => {
    const raw = {
      Id: "1000.4636.158133", CampaignId: 1000, Oid: "42", ActionTrackerId: "2240", MediaPartnerId: 10000, MediaPartnerName: "Marie", PromoCode: "", State: "PENDING", Currency: "USD", Amount: "21.99", Payout: 0.88,
      EventDate: "2020-09-10T10:42:38-07:00", CreationDate: "2020-09-10T10:51:23-07:00", LockingDate: "2020-09-26T00:00:00-07:00", ReferringType: "CLICK_COOKIE", IntendedAmount: "30.00", Surprise: { a: 1 }, Novelty: "x".repeat(500),
      CustomerCity: "Paris", CustomerId: "7", IpAddress: "abc", Note: "call Marie", Extra: "reach me@example.com",
    };
    const info = {
      actionId: "1000.4636.158133", programExternalId: "1000", orderId: "42", eventTypeId: "2240", partnerId: "10000", partnerName: "Marie", code: null, state: "pending", word: null, currency: "USD", amount: "2199", payout: "88",
      eventAt: "2020-09-10T17:42:38.000Z", createdAt: "2020-09-10T17:51:23.000Z", lockAt: "2020-09-26T07:00:00.000Z",
      seen: { ReferringType: "CLICK_COOKIE", IntendedAmount: "30.00", Novelty: "x".repeat(120), Extra: "reach …" },
    };
    expect(actionInfo(raw)).toEqual(info);
    expect(actionInfo({ ...raw, State: "FROZEN", LockingDate: "", CreationDate: "soon", Currency: "", Amount: "many" })).toEqual({ ...info, state: "other", word: "FROZEN", lockAt: null, createdAt: null, currency: "", amount: null, payout: null });
  });

  it.each<[string, unknown, string, string | null]>([
    ["a number, as the contract calls it", 12.3, "EUR", "1230"],
    ["text, as it comes", "0.00", "EUR", "0"],
    ["of a currency without decimals", "158.0", "JPY", "158"],
    ["of a currency with three", "1.005", "KWD", "1005"],
    ["with more decimals than the currency has", "0.885", "EUR", null],
    ["a number with more digits than a number holds exactly", 12345678901234.57, "EUR", null],
    ["a number so large that it is written with an exponent", 1e21, "EUR", null],
    ["blank", "", "EUR", null],
    ["not there", undefined, "EUR", null],
    ["in no currency", "1.00", "", null],
  ])("the payout of an action: %s", (_, Payout, Currency, payout) => {
    expect(actionInfo({ Id: "1", Payout, Currency } as never).payout).toBe(payout);
  });

  it.each<[string, Record<string, unknown>, string, string | null]>([
    ["exact", { SaleAmount: "19.27", SaleAmountCurrency: "EUR" }, "EUR", "1927"],
    ["a number", { SaleAmount: 19.5, SaleAmountCurrency: "EUR" }, "EUR", "1950"],
    ["no currency beside it", { SaleAmount: "19.27" }, "EUR", "1927"],
    ["trailing zeros are no decimals", { SaleAmount: "1580.00", SaleAmountCurrency: "JPY" }, "JPY", "1580"],
    ["more decimals than the currency has", { SaleAmount: "19.275", SaleAmountCurrency: "EUR" }, "EUR", null],
    ["another currency", { SaleAmount: "19.27", SaleAmountCurrency: "USD" }, "EUR", null],
    ["blank", { SaleAmount: "", SaleAmountCurrency: "EUR" }, "EUR", null],
  ])("an item's amount: %s", (_name, raw, currency, amount) => {
    const item = actionItem({ Sku: "A", Quantity: "2", ItemName: "Lamp", Category: "", ...raw } as never, currency);
    expect(item).toEqual({ sku: "A", name: "Lamp", category: null, quantity: 2, amount });
  });

  it("what is sent for an item reads back as it was, in every currency", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.constantFrom("EUR", "JPY", "KWD", "HUF", "CLF"), (amount, currency) => {
        expect(actionItem({ Sku: "A", Quantity: "1", SaleAmount: formatAmount(amount, currency), SaleAmountCurrency: currency }, currency).amount).toBe(amount.toString());
      }),
    );
  });

  it.each<[string, string]>([["ACTIVE", "joined"], ["CLOSING", "joined"], ["PENDING", "pending"], ["DECLINED", "declined"], ["EXPIRED", "left"], ["DEACTIVATED", "left"], ["CLOSED", "left"], ["SUSPENDED", "other"], ["NEW_STATE", "other"]])("a partner who is %s is %s", (State, state) => {
    expect(read.partnerInfo({ Id: "1", State }, "7").state).toBe(state);
  });

  it("a partner's contact, handle and dates in this program", () => {
    const raw = {
      Id: "2552842", Name: "Marie", State: "ACTIVE",
      Contacts: [{ Email: "office@example.com", IsPrimary: "false" }, { Email: "marie@example.com", IsPrimary: "true" }],
      Properties: [{ Type: "WEBSITE", Url: "https://marie.example" }, { Type: "SOCIAL", Name: "Insta", Url: "https://www.instagram.com/marie.lamp/" }],
      Programs: [{ Id: "6", JoinDate: "2020-01-01T00:00:00Z" }, { Id: "7", JoinDate: "2026-01-19T23:51:01-08:00", ExpirationDate: "" }],
    };
    expect(read.partnerInfo(raw, "7")).toMatchObject({ partnerId: "2552842", name: "Marie", email: "marie@example.com", handle: "marie.lamp", state: "joined", joinedAt: "2026-01-20T07:51:01.000Z", leftAt: null });
    expect(read.partnerInfo({ Id: "1", Name: "X", State: "ACTIVE", Contacts: {}, Properties: null as never, Programs: [] }, "7")).toMatchObject({ email: null, handle: null, joinedAt: null });
  });

  it("the event types of all contracts, each once, without clicks and calls", () => {
    const payout = (EventTypeId: string, EventTypeName: string, PayoutLevel: string) => ({ EventTypeId, EventTypeName, PayoutLevel });
    const contracts = [
      { TemplateTerms: { EventPayouts: [payout("1", "Online Sale", "ITEM"), payout("2", "Click", "CLICK")] } },
      { TemplateTerms: { EventPayouts: [payout("1", "Online Sale", "ORDER"), payout("3", "", "ORDER")] } },
      { TemplateTerms: { EventPayouts: {} } },
      {},
    ];
    expect(read.eventTypesOf(contracts)).toEqual([{ eventTypeId: "1", name: "Online Sale" }, { eventTypeId: "3", name: "3" }]);
  });

  it("programs by their type; one without a type is none of ours", () => {
    const raw = { Id: "1", Name: "P", State: "ACTIVE", PromoCodeTracking: "true" };
    expect(read.programInfo({ ...raw, Type: "Creator" })).toEqual({ externalId: "1", name: "P", kind: "creator", active: true, takesPromoCodes: true });
    expect(read.programInfo({ ...raw, Type: "Performance", State: "CLOSED", PromoCodeTracking: false })).toMatchObject({ kind: "performance", active: false, takesPromoCodes: false });
    expect(read.programInfo(raw).kind).toBe("other");
  });

  it("codes of one key, whatever their case, in any state; others are left out", () => {
    const raw = { Id: "5", Code: "Marie10", Type: "LI", CreditPolicy: "ALWAYS", AssignedPartnerId: "1001", AssignedPartnerName: "Marie", DealId: "", State: "INACTIVE", StartDate: "", EndDate: "" };
    expect(read.codesNamed([raw, { ...raw, Code: "MARIE100" }], "marie10")).toMatchObject([
      { externalId: "5", code: "Marie10", match: "exact", policy: "always", partnerId: "1001", partnerName: "Marie", dealExternalId: null, active: false, startsAt: null, endsAt: null },
    ]);
    expect(read.placedCode({ ...raw, CreditPolicy: "SHARED", Type: "RE" })).toMatchObject({ policy: "other", policyWord: "SHARED", match: "regex" });
  });
});
