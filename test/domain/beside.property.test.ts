// What the store tells beside an order's facts comes in any order, and again: what is known of it in the end is the same.
import fc from "fast-check";
import { expect, test } from "vitest";
import { isChargedBack, mergeBeside, NOTHING_BESIDE, type Beside, type Dispute } from "#app/domain/beside.ts";

const STATUSES = ["needs_response", "under_review", "charge_refunded", "accepted", "won", "lost", "prevented"];
const dispute: fc.Arbitrary<Dispute> = fc.record({
  id: fc.constantFrom("1", "2"), kind: fc.constantFrom("chargeback", "inquiry"), status: fc.constantFrom(...STATUSES), triggeredNs: fc.option(fc.constantFrom("9", "10", "1781078400000000000")),
});
const word: fc.Arbitrary<Beside> = fc.record({ returning: fc.constantFrom(null, true, false), lines: fc.constant({}), disputes: fc.array(dispute, { maxLength: 1 }) });
const words = fc.array(word, { minLength: 1, maxLength: 8 });

function told(all: readonly Beside[]): Beside | null {
  return all.reduce<Beside | null>(mergeBeside, null);
}

test("disputes and customers end alike whatever was told first, and however often", () => {
  const mixed = words.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all).chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }))));
  fc.assert(
    fc.property(mixed, ([all, other]) => {
      expect(told([NOTHING_BESIDE, ...other])).toEqual(told([NOTHING_BESIDE, ...all]));
    }),
    { numRuns: 2_000 },
  );
});

test("of a dispute the last decision counts, and one that is open is over no decided one", () => {
  const one = (status: string, triggeredNs: string | null, kind: Dispute["kind"] = "chargeback"): Beside => ({ ...NOTHING_BESIDE, disputes: [{ id: "1", kind, status, triggeredNs }] });
  expect(isChargedBack(told([one("lost", "5"), one("under_review", "9")]))).toBe(true);
  expect(isChargedBack(told([one("lost", "9"), one("won", "10")]))).toBe(false);
  expect(isChargedBack(told([one("won", "9"), one("lost", "10")]))).toBe(true);
  expect(isChargedBack(told([one("lost", "9"), one("won", null)]))).toBe(true);
  expect(isChargedBack(told([one("lost", "9", "inquiry")]))).toBe(false);
});

test("what a line was when the store was first asked stays so: a tag that is set or taken off later changes no order of the past", () => {
  const line = (tags: string[], subscribed = false): Beside => ({ ...NOTHING_BESIDE, lines: { "1": { subscribed, type: "Tea", tags } } });
  const later: Beside = { ...line(["sample"], true), lines: { ...line(["sample"], true).lines, "2": { subscribed: false, type: null, tags: [] } } };
  expect(told([line([]), later])?.lines).toEqual({ "1": { subscribed: false, type: "Tea", tags: [] }, "2": { subscribed: false, type: null, tags: [] } });
});
