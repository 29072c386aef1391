import { describe, expect, test } from "vitest";
import { contractEnds, eventTypesIn, programTroubles } from "#app/domain/contract.ts";
import { contractInfo } from "#app/networks/impact/contracts.ts";
import { permissionOf, permissions } from "#app/networks/impact/permissions.ts";

function rateOf(payout: Record<string, string | number>, currency = "EUR") {
  return contractInfo({ Id: "S-1", TemplateTerms: { Currency: currency, EventPayouts: [{ EventTypeId: "1", ...payout }] } }).payouts[0]!.default;
}

describe("what a contract pays", () => {
  test.each([
    ["a percentage", { DefaultPayoutRate: "15", DefaultPayout: "" }, { kind: "percent", basisPoints: 1_500 }],
    ["a percentage with decimals", { DefaultPayoutRate: "12.50", DefaultPayout: "" }, { kind: "percent", basisPoints: 1_250 }],
    ["a percentage as a number, and an amount of nothing", { DefaultPayoutRate: 7.25, DefaultPayout: 0 }, { kind: "percent", basisPoints: 725 }],
    ["an amount", { DefaultPayoutRate: "", DefaultPayout: "10.0" }, { kind: "fixed", amount: "1000", currency: "EUR" }],
    ["an amount, and a percentage of nothing", { DefaultPayoutRate: "0", DefaultPayout: "2.5" }, { kind: "fixed", amount: "250", currency: "EUR" }],
    ["nothing at all", { DefaultPayoutRate: "0", DefaultPayout: "" }, { kind: "percent", basisPoints: 0 }],
    ["both at once", { DefaultPayoutRate: "5", DefaultPayout: "2" }, null],
    ["neither", { DefaultPayoutRate: "", DefaultPayout: "" }, null],
    ["a percentage finer than can be said", { DefaultPayoutRate: "3.333", DefaultPayout: "" }, null],
    ["no figure", { DefaultPayoutRate: "ask us", DefaultPayout: "ask us" }, null],
  ])("%s", (_name, payout, rate) => {
    expect(rateOf(payout)).toEqual(rate);
  });

  test("an amount is of the contract's currency, and of none where that is not named", () => {
    expect(rateOf({ DefaultPayout: "500" }, "JPY")).toEqual({ kind: "fixed", amount: "500", currency: "JPY" });
    expect(rateOf({ DefaultPayout: "500" }, "")).toBeNull();
  });

  test("groups pay by rules, in the order of their rank; a group in steps has no single rate", () => {
    const { payouts } = contractInfo({
      Id: "S-7", PartnerId: 42, Status: "ACTIVE", StartDate: "2026-01-20T00:00:00-08:00", EndDate: "",
      TemplateTerms: {
        Name: "Spring", Currency: "EUR",
        EventPayouts: [{
          EventTypeId: "1", EventTypeName: "Online Sale", DefaultPayoutRate: "10", PayoutLevel: "ITEM",
          PayoutGroups: [
            { Rank: "2", PayoutRate: "20", Tiers: [{ From: "1" }], Rules: [] },
            { Rank: "1", Payout: "1.0", PayoutRate: "", Rules: [{ Variable: "PROMO_CODE", Operator: "IS", Values: ["MARIE10", "MARIE20"] }, { Variable: "CUSTOMER_STATUS", Operator: "IS", Values: "NEW" }] },
          ],
        }],
      },
    });
    expect(payouts).toEqual([{
      eventTypeId: "1", eventTypeName: "Online Sale", level: "item", default: { kind: "percent", basisPoints: 1_000 },
      groups: [
        { name: "", rate: { kind: "fixed", amount: "100", currency: "EUR" }, rules: [
          { variable: "PROMO_CODE", operator: "IS", values: ["MARIE10", "MARIE20"], about: "code", test: "is" }, { variable: "CUSTOMER_STATUS", operator: "IS", values: ["NEW"], about: "customer", test: "is" },
        ] },
        { name: "", rate: null, rules: [] },
      ],
    }]);
  });

  test("terms for a time stand beside the usual ones, unless they were not agreed to", () => {
    const pays = (rate: string) => [{ EventTypeId: "1", EventTypeName: "Online Sale", DefaultPayoutRate: rate, PayoutLevel: "ORDER" }];
    const { payouts } = contractInfo({
      Id: "S-8", TemplateTerms: { Currency: "EUR", EventPayouts: pays("10") },
      ScheduledTerms: [
        { Status: "UPCOMING", Name: "Black Friday", StartDate: "2026-11-27T00:00:00-08:00", EndDate: "2026-11-30T23:59:59-08:00", Repeat: {}, EventPayouts: pays("15") },
        { Status: "DECLINED", Name: "No", StartDate: "2026-11-27T00:00:00-08:00", EventPayouts: pays("50") },
      ],
      CampaignTerms: [{ Name: "Boost", StartDate: "2025-03-28T00:00:00-07:00", EndDate: "", Repeat: { StartTime: "09:00:00" }, EventPayouts: pays("20") }],
    });
    expect(payouts.map(({ default: rate, during }) => [rate, during])).toEqual([
      [{ kind: "percent", basisPoints: 1_000 }, undefined],
      [{ kind: "percent", basisPoints: 1_500 }, { name: "Black Friday", from: "2026-11-27T08:00:00.000Z", to: "2026-12-01T07:59:59.000Z", repeats: false }],
      [{ kind: "percent", basisPoints: 2_000 }, { name: "Boost", from: "2025-03-28T07:00:00.000Z", to: null, repeats: true }],
    ]);
  });

  test("a state and a level that are not known are survived and kept", () => {
    const contract = contractInfo({ Id: "S-1", Status: "ON_HOLD", TemplateTerms: { EventPayouts: [{ EventTypeId: "1", PayoutLevel: "STORY" }] } });
    expect(contract).toMatchObject({ state: "other", word: "ON_HOLD", startsAt: null, endsAt: null });
    expect(contract.payouts[0]).toMatchObject({ level: "other", eventTypeName: "1" });
    expect(contractInfo({})).toMatchObject({ state: "other", word: null, payouts: [] });
  });
});

describe("what contracts mean", () => {
  const contract = (state: string, endsAt: string | null, partnerId = "1", level = "item", eventTypeId = "e") => ({ partnerId, state, endsAt, payouts: [{ eventTypeId, eventTypeName: eventTypeId.toUpperCase(), level }] });

  test.each([
    ["one with an end", [contract("active", "2027-01-01T00:00:00Z")], "2027-01-01T00:00:00Z"],
    ["an open one beside it", [contract("active", "2027-01-01T00:00:00Z"), contract("active", null)], null],
    ["an open one before it", [contract("active", null), contract("active", "2027-01-01T00:00:00Z")], null],
    ["a later one that follows", [contract("active", "2027-01-01T00:00:00Z"), contract("pending", "2027-06-01T00:00:00Z")], "2027-06-01T00:00:00Z"],
    ["one that ended beside one that holds", [contract("expired", "2028-01-01T00:00:00Z"), contract("active", "2027-01-01T00:00:00Z")], "2027-01-01T00:00:00Z"],
    ["only one that ended", [contract("expired", "2026-01-01T00:00:00Z")], undefined],
  ])("a partner with %s", (_name, contracts, ends) => {
    expect(contractEnds(contracts).get("1")).toBe(ends);
  });

  test("event types are those of sales, in force or to come, each once", () => {
    const all = [contract("active", null, "1", "item", "a"), contract("active", null, "2", "order", "a"), contract("pending", null, "3", "other", "b"), contract("expired", null, "4", "item", "c"), contract("active", null, "5", "click", "d")];
    expect(eventTypesIn(all)).toEqual([{ eventTypeId: "a", name: "A" }, { eventTypeId: "b", name: "B" }]);
  });

  test.each([
    ["all is well", {}, []],
    ["it ended", { state: "ended", takesCodes: false }, ["ended"]],
    ["it takes no codes", { takesCodes: false }, ["no_codes"]],
    ["no contract names its event type", { eventTypes: [{ eventTypeId: "b", name: "B" }] }, ["event_type_gone"]],
    ["no contract was read", { eventTypes: [] }, []],
    ["it is of no network", { network: "none", state: "ended" }, []],
  ])("of a program where %s", (_name, other, keys) => {
    const facts = { state: "active", takesCodes: true, eventTypeId: "a", eventTypes: [{ eventTypeId: "a", name: "A" }], network: "any", ...other };
    expect(programTroubles(facts).map((trouble) => trouble.key)).toEqual(keys);
  });
});

describe("permissions", () => {
  test.each([
    ["GET", "Campaigns", "programs_read"],
    ["GET", "Campaigns/21400/Contracts", "contracts_read"],
    ["GET", "Actions/1.2.3/Items", "actions_read"],
    ["POST", "Programs/21400/TrackingLinks?MediaPartnerId=1", "links_make"],
    ["DELETE", "PromoCodes/7", "codes_end"],
    ["PATCH", "Unheard/7", null],
  ])("%s %s", (method, path, id) => {
    expect(permissionOf(method, path).id).toBe(id);
  });

  test("each has one name", () => {
    expect(new Set(permissions.map((permission) => permission.name)).size).toBe(permissions.length);
  });
});
