import { describe, expect, it } from "vitest";
import { choicesOf, codeDrift, networkCodeDrift, type CodeThere, type CodeTold } from "#app/domain/drift.ts";

describe("a code in the store", () => {
  const own = "gid://shopify/DiscountCodeNode/1";
  const other = "gid://shopify/DiscountCodeNode/2";
  it.each([
    ["live and there", "live", "live", own, null],
    ["live and nowhere", "live", "live", null, "missing"],
    ["live and in another discount", "live", "live", other, "elsewhere"],
    ["known to be missing, and still", "live", "missing", null, "missing"],
    ["on its way in", "live", "waiting", null, null],
    ["asked for", "live", "asked", other, null],
    ["refused", "live", "refused", other, null],
    ["on its way out", "gone", "live", own, null],
    ["leaving", "gone", "leaving", own, null],
    ["taken out", "gone", "expired", null, null],
    ["taken out, and there again", "gone", "expired", own, "returned"],
    ["taken out, and in another discount", "gone", "expired", other, null],
  ] as const)("%s", (_, wanted, state, foundDiscountId, kind) => {
    expect(codeDrift({ wanted, state, ownDiscountId: own, foundDiscountId })).toBe(kind);
  });
});

describe("a code in a network", () => {
  const told: CodeTold = { code: "MARIE10", match: "exact", externalId: "7", partnerId: "p1", policy: "always", dates: null };
  const there: CodeThere = { externalId: "7", code: "MARIE10", match: "exact", policy: "always", partnerId: "p1", partnerName: "Marie", dealExternalId: null, active: true, startsAt: "2026-01-01T00:00:00Z", endsAt: null };
  const dated = { ...told, dates: { startsAt: null, endsAt: "2026-12-31T00:00:00Z" } };
  it.each<[string, CodeTold, CodeThere[], string | null]>([
    ["as it was told", told, [there], null],
    ["an expired one of its name beside it", told, [{ ...there, externalId: "6", active: false, partnerId: "p2" }, there], null],
    ["not there", told, [], "missing"],
    ["ended", told, [{ ...there, active: false }], "expired"],
    ["another's that ended, and ours nowhere", told, [{ ...there, externalId: "6", active: false }], "missing"],
    ["made anew for the same partner by a person", told, [{ ...there, active: false }, { ...there, externalId: "9" }], null],
    ["another partner's", told, [{ ...there, externalId: "9", partnerId: "p2" }], "partner"],
    ["handed to another partner", told, [{ ...there, partnerId: "p2" }], "partner"],
    ["another policy", told, [{ ...there, policy: "winner" }], "policy"],
    ["dates that nobody told it", told, [{ ...there, endsAt: "2026-12-31T00:00:00Z" }], null],
    ["the dates it was told, to the second", dated, [{ ...there, endsAt: "2026-12-31T00:00:00.900+00:00" }], null],
    ["another end", dated, [{ ...there, endsAt: "2027-01-31T00:00:00Z" }], "dates"],
    ["no end", dated, [there], "dates"],
    ["another start than it was told", { ...told, dates: { startsAt: "2026-02-01T00:00:00Z", endsAt: null } }, [there], "dates"],
  ])("%s", (_, code, found, kind) => {
    expect(networkCodeDrift(code, found)?.kind ?? null).toBe(kind);
  });
});

describe("what can be chosen", () => {
  const side = { name: "Spring", terms: null, startsAt: "2026-01-01T00:00:00Z", endsAt: null };
  const of = (about: string, target: string, kind: string, theirs: Parameters<typeof choicesOf>[0]["theirs"] = null) => choicesOf({ about, target, kind, theirs });
  it("terms that no deal can say cannot be taken over", () => {
    expect(of("deal", "store", "edited", { deal: { parts: ["value"], side } })).toEqual(["ours", "leave"]);
  });
  it("what the app does not know in a network is only left", () => {
    expect(of("program", "p1", "extra_code")).toEqual(["leave"]);
  });
  it("a credit policy that this app does not know cannot be taken over", () => {
    expect(of("code", "p1", "policy", { policy: "other", policyWord: "SHARED" })).toEqual(["ours", "leave"]);
  });
  it("a deal's edit in a network is not taken over: the store has the deal's terms", () => {
    expect(of("deal", "p1", "edited")).toEqual(["ours", "leave"]);
  });
  it.each([["store", "missing"], ["store", "elsewhere"], ["store", "returned"], ["p1", "expired"], ["p1", "partner"], ["p1", "policy"]])("a code on the side %s that is %s can be mended either way", (target, kind) => {
    expect(of("code", target, kind)).toEqual(["ours", "theirs", "leave"]);
  });
});
