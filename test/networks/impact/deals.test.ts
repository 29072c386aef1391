import { describe, expect, it } from "vitest";
import { changeForm, dealForm, dealInfo, dealNamed } from "#app/networks/impact/deals.ts";
import type { NewDeal } from "#app/networks/port.ts";

const deal: NewDeal = { name: "Spring", description: null, discount: { kind: "percent", percent: "12.5" }, applies: { scope: "entire_store" }, startsAt: null, endsAt: null, syncs: true };
const buys = { quantity: 2, scope: "product", name: "Lamp" } as const;
const gets = { quantity: 1, scope: "category", name: "Rugs" } as const;
const BOGO = { BogoBuyName: "Lamp", BogoBuyQuantity: "2", BogoBuyScope: "PRODUCT", BogoGetName: "Rugs", BogoGetQuantity: "1", BogoGetScope: "CATEGORY" };

describe("what is sent of a deal", () => {
  it.each<[string, Partial<NewDeal>, Record<string, string>]>([
    ["percent", {}, { Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "12.5" }],
    ["fixed, from minor units", { discount: { kind: "fixed", amount: "1000", currency: "JPY" } }, { Type: "GENERAL_SALE", DiscountType: "FIXED", DiscountAmount: "1000", DiscountCurrency: "JPY" }],
    ["free shipping", { discount: { kind: "free_shipping" } }, { Type: "FREE_SHIPPING" }],
    ["buy and get free", { discount: { kind: "buy_get", buys, gets, effect: { kind: "free" } } }, { Type: "BOGO", ...BOGO, BogoGetDiscountType: "FREE" }],
    ["buy and get for less", { discount: { kind: "buy_get", buys, gets, effect: { kind: "percent", percent: "50" } } }, { Type: "BOGO", ...BOGO, BogoGetDiscountType: "PERCENT", BogoGetDiscountPercent: "50" }],
    ["buy and get for an amount less", { discount: { kind: "buy_get", buys, gets, effect: { kind: "amount", amount: "500", currency: "EUR" } } }, { Type: "BOGO", ...BOGO, BogoGetDiscountType: "AMOUNT", BogoGetDiscountAmount: "5.00" }],
    ["on products", { applies: { scope: "product", names: "Lamp, Rug" } }, { Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "12.5", Scope: "PRODUCT", ProductName: "Lamp, Rug" }],
    ["on collections", { applies: { scope: "category", names: "Lamps" } }, { Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "12.5", Scope: "CATEGORY", Categories: "Lamps" }],
    ["with dates and words", { description: "10 % off", startsAt: "2026-06-01T00:00:00+02:00", endsAt: "2026-07-01T00:00:00Z" }, { Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "12.5", Description: "10 % off", StartDate: "2026-05-31T22:00:00Z", EndDate: "2026-07-01T00:00:00Z" }],
  ])("%s", (_name, change, fields) => {
    expect(dealForm("7", { ...deal, ...change })).toEqual({ CampaignId: "7", Name: "Spring", Scope: "ENTIRE_STORE", SynchAdsPromoCodes: "true", ...fields });
  });

  it("an edit has other names, and neither type nor currency", () => {
    expect(changeForm({ name: "A", applies: { scope: "category", names: "Lamps" }, discount: { kind: "fixed", amount: "500", currency: "EUR" }, endsAt: "2026-07-01T00:00:00Z", syncs: false })).toEqual({
      Name: "A", DealScope: "CATEGORY", Categories: "Lamps", DiscountType: "FIXED", DiscountAmount: "5.00", EndDate: "2026-07-01T00:00:00Z", SynchAdsPromoCodes: "false",
    });
    expect(changeForm({ description: null, startsAt: null, endsAt: null, discount: { kind: "free_shipping" } })).toEqual({});
  });
});

describe("what is read of a deal", () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ["a percentage, with zeros behind it", { Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "10.50" }, { kind: "percent", percent: "10.5" }],
    ["as a number", { Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: 10 }, { kind: "percent", percent: "10" }],
    ["an amount", { Type: "GENERAL_SALE", DiscountType: "FIXED", DiscountAmount: "5.0", DiscountCurrency: "EUR" }, { kind: "fixed", amount: "500", currency: "EUR" }],
    ["an amount in no currency", { Type: "GENERAL_SALE", DiscountType: "FIXED", DiscountAmount: "5.0", DiscountCurrency: "" }, null],
    ["a range", { Type: "GENERAL_SALE", DiscountType: "PERCENT_RANGE", DiscountPercentRangeStart: "5", DiscountPercentRangeEnd: "25" }, null],
    ["a gift", { Type: "GIFT_WITH_PURCHASE", Gift: "Mug" }, null],
    ["of a type that is not known", { Type: "LOTTERY" }, null],
  ])("its discount: %s", (_name, raw, discount) => {
    expect(dealInfo({ Id: "3", Name: "Deal", State: "ACTIVE", Scope: "ENTIRE_STORE", ...raw } as never).discount).toEqual(discount);
  });

  it.each<[unknown, string[]]>([[["1", "2"], ["1", "2"]], ["1, 2", ["1", "2"]], [[{ Id: "7" }], ["7"]], ["", []], [null, []], [{}, []]])("the partners that may not promote it: %j", (RestrictedMediaPartners, ids) => {
    expect(dealInfo({ Id: "3", RestrictedMediaPartners } as never).restrictedPartners).toEqual(ids);
  });

  it("an amount of nothing is no minimum, and blanks are none", () => {
    expect(dealInfo({ Id: "3", MinimumPurchaseAmount: "0.00", MinimumPurchaseAmountCurrency: "EUR", MaximumSavingsAmount: "", DefaultPromoCode: "", PurchaseLimitQuantity: "0" })).toMatchObject({ minimum: null, maximumSavings: null, defaultCode: null, perOrder: null });
  });

  it("the deal of a name: an active one before an expired one", () => {
    const rows = [{ Id: "1", Name: "Spring", State: "EXPIRED" }, { Id: "2", Name: "Spring", State: "ACTIVE" }, { Id: "3", Name: "Spring sale", State: "ACTIVE" }];
    expect(dealNamed(rows, "Spring")).toMatchObject({ externalId: "2", name: "Spring", state: "active" });
    expect(dealNamed(rows, "Summer")).toBeNull();
  });
});
