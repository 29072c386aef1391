import { describe, expect, test } from "vitest";
import { inPlaceOf, isToldOtherwise, termsBefore, type ToldCode } from "#app/domain/network-code.ts";
import { nextLookMs, setupSteps } from "#app/domain/network-setup.ts";

const told = (more: Partial<ToldCode> = {}): ToldCode => ({ partnerId: "1001", policy: "always", dealExternalId: null, startsAt: null, endsAt: null, ...more });
const JUNE = "2026-06-01T00:00:00.000Z";
const JULY = "2026-07-01T00:00:00.000Z";

describe("a code that takes another's place", () => {
  test.each([
    ["without a start begins where the old one did", told({ startsAt: JUNE }), told(), false, JUNE],
    ["without a start, after one without, begins when that one was about to go", told(), told({ policy: "winner" }), false, JULY],
    ["goes on from where the one before the last began", told({ since: JUNE }), told({ policy: "winner" }), false, JUNE],
    ["with a start of its own keeps it", told(), told({ startsAt: JUNE }), false, undefined],
    ["that follows its deal is told no start", told({ startsAt: JUNE }), told({ dealExternalId: "7" }), true, undefined],
    ["in the place of one that nobody told begins when that one was about to go", null, told(), false, JULY],
  ] as const)("%s", (_name, before, wanted, followsDeal, since) => {
    const next = inPlaceOf(before, wanted, { followsDeal, since: JULY });
    expect(next.since).toBe(since);
    // Only its terms tell whether it is to be changed again.
    expect(isToldOtherwise(next, wanted)).toBe(false);
    expect(termsBefore(next)?.policy).toBe(before?.policy);
  });

  test("keeps one step back, not a chain", () => {
    const once = inPlaceOf(told(), told({ policy: "winner" }), { followsDeal: false, since: JULY });
    expect(inPlaceOf(once, told({ policy: "involved" }), { followsDeal: false, since: JULY }).before).toEqual(told({ policy: "winner", since: JULY }));
  });

  test("gives nothing back to another partner", () => {
    expect(termsBefore(inPlaceOf(told({ partnerId: "1002" }), told(), { followsDeal: false, since: JULY }))).toBeNull();
  });
});

describe("the step in the performance program", () => {
  const NOW = "2026-06-15T00:00:00.000Z";
  test.each([
    ["nothing stands", told(), null, ["assign"]],
    ["it stands as it is to be", told({ startsAt: JUNE }), { policy: "always", startsAt: null, endsAt: null }, []],
    ["another policy", told(), { policy: "winner", startsAt: null, endsAt: null }, ["policy"]],
    ["an end where none is to be", told(), { policy: "always", startsAt: null, endsAt: JULY }, ["dates"]],
    ["no end where one is to be", told({ endsAt: JULY }), { policy: "always", startsAt: null, endsAt: null }, ["dates"]],
    ["an end of the same day in another zone", told({ endsAt: JULY }), { policy: "always", startsAt: null, endsAt: "2026-07-01T07:00:00.000Z" }, []],
    ["a start that is past, another than ours", told({ startsAt: "2026-01-01T00:00:00.000Z" }), { policy: "always", startsAt: JUNE, endsAt: null }, []],
    ["a start ahead of which sales would be nobody's", told({ startsAt: JUNE }), { policy: "always", startsAt: JULY, endsAt: null }, ["dates"]],
    ["a start ahead, as it is to be", told({ startsAt: JULY }), { policy: "always", startsAt: JULY, endsAt: null }, []],
  ])("%s", (_name, wanted, stands, keys) => {
    expect(setupSteps("MARIE10", wanted, stands, NOW).map((step) => step.key)).toEqual(keys);
  });

  test("a policy that this version does not know is named as the network has it", () => {
    expect(setupSteps("MARIE10", told(), { policy: "other", policyWord: "SHARED", startsAt: null, endsAt: null }, NOW)).toEqual([{ key: "policy", values: { code: "MARIE10", policy: "always", theirs: "other", word: "SHARED" } }]);
  });

  test.each([[0, "12:15"], [3, "12:15"], [4, "13:00"], [27, "13:00"], [28, "18:00"]])("after %i looks it is looked at again at %s", (looks, at) => {
    expect(new Date(nextLookMs(looks, Date.parse("2026-06-15T12:07:31Z"))).toISOString().slice(11, 16)).toBe(at);
  });
});
