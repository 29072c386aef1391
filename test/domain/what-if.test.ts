import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Credit } from "#app/domain/credit.ts";
import type { OverrideSettings } from "#app/domain/rule-book.ts";
import { barsOf, byDifference, changesOf, heldSince, mostMoved } from "#app/domain/what-if.ts";

function credit(codeId: string, creatorId: string, amounts: bigint[], programId = "p1"): Credit {
  return { codeId, creatorId, programId, told: codeId, clickId: null, clickParameter: null, byNetwork: false, shareOfBase: 0n, lines: amounts.map((amount, at) => ({ lineId: String(at), amount })) };
}

describe("what differs on an order", () => {
  const cases: { name: string; before: Credit[]; after: Credit[]; changes: string[] }[] = [
    { name: "nothing", before: [credit("k1", "c1", [500n])], after: [credit("k1", "c1", [500n])], changes: [] },
    { name: "credit that comes", before: [], after: [credit("k1", "c1", [500n, 1n])], changes: ["k1 c1 p1 0 > 501"] },
    { name: "credit that goes", before: [credit("k1", "c1", [500n])], after: [], changes: ["k1 c1 p1 500 > 0"] },
    { name: "credit that moves to another code", before: [credit("k1", "c1", [500n])], after: [credit("k2", "c2", [400n])], changes: ["k1 c1 p1 500 > 0", "k2 c2 p1 0 > 400"] },
    { name: "a generic code's that moves to another creator", before: [credit("k1", "c1", [500n])], after: [credit("k1", "c2", [500n])], changes: ["k1 c1 p1 500 > 0", "k1 c2 p1 0 > 500"] },
    { name: "lines that trade within one account are no difference", before: [credit("k1", "c1", [300n, 200n])], after: [credit("k1", "c1", [200n, 300n])], changes: [] },
    { name: "an account whose credit is 0 on both sides", before: [credit("k1", "c1", [])], after: [], changes: [] },
  ];
  test.each(cases)("$name", ({ before, after, changes }) => {
    expect(changesOf(before, after).map((one) => `${one.codeId} ${one.creatorId} ${one.programId} ${one.before} > ${one.after}`)).toEqual(changes);
  });
});

describe("what became of one that was applied", () => {
  const later = (...settings: OverrideSettings[]) => settings.map((chosen, index) => ({ id: String(index + 1), at: `2026-11-2${index}T10:00:00Z`, settings: chosen }));
  const cases: { name: string; settings: OverrideSettings; later: OverrideSettings[]; since: string | null }[] = [
    { name: "none was applied later", settings: { scope: "order" }, later: [], since: null },
    { name: "another setting was chosen later", settings: { scope: "order" }, later: [{ creditOn: "created" }], since: null },
    { name: "its setting was given back", settings: { scope: "order" }, later: [{ scope: null }], since: "1 undone" },
    { name: "only one of its settings was given back", settings: { scope: "order", creditOn: "created" }, later: [{ scope: null }], since: null },
    { name: "its settings were given back one after the other", settings: { scope: "order", creditOn: "created" }, later: [{ scope: null }, { creditOn: null }], since: "2 undone" },
    { name: "another value was chosen", settings: { scope: "order" }, later: [{ scope: "discounted_lines" }], since: "1 replaced" },
    { name: "it was given back, and then another value chosen", settings: { scope: "order" }, later: [{ scope: null }, { scope: "discounted_lines" }], since: "2 replaced" },
    { name: "one was given back, of the other another value chosen", settings: { scope: "order", creditOn: "created" }, later: [{ scope: null, creditOn: "paid" }], since: "1 replaced" },
    { name: "one that undid another is followed by one that does so again", settings: { scope: null }, later: [{ scope: null }], since: "1 replaced" },
  ];
  test.each(cases)("$name", ({ settings, later: after, since }) => {
    const found = heldSince(settings, later(...after));
    expect(found && `${found.id} ${found.undone ? "undone" : "replaced"}`).toBe(since);
  });
});

describe("bars", () => {
  test("every day of the period, those without sales too", () => {
    const days = [{ day: "2026-02-28", before: "100", after: "50" }];
    expect(barsOf(days, "2026-02-27", "2026-03-01")).toEqual({ by: "day", bars: [{ day: "2026-02-27", before: "0", after: "0" }, { day: "2026-02-28", before: "100", after: "50" }, { day: "2026-03-01", before: "0", after: "0" }] });
  });

  test("beyond a hundred days, weeks from the first day on", () => {
    const days = [{ day: "2026-01-07", before: "1", after: "2" }, { day: "2026-01-08", before: "10", after: "20" }, { day: "2026-12-31", before: "5", after: "5" }];
    const { by, bars } = barsOf(days, "2026-01-01", "2026-12-31");
    expect(by).toBe("week");
    expect(bars).toHaveLength(53);
    expect(bars.slice(0, 2)).toEqual([{ day: "2026-01-01", before: "1", after: "2" }, { day: "2026-01-08", before: "10", after: "20" }]);
    expect(bars.at(-1)).toEqual({ day: "2026-12-31", before: "5", after: "5" });
  });

  test("lose nothing and make nothing up", () => {
    const day = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(day, fc.nat(400), fc.array(fc.tuple(fc.nat(400), fc.bigInt({ min: -1000n, max: 1000n }))), (first, length, sums) => {
        const name = (at: number) => new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10);
        const days = sums.map(([at, amount]) => ({ day: name(first + (at % (length + 1))), before: amount.toString(), after: (-amount).toString() }));
        const { bars } = barsOf(days, name(first), name(first + length));
        expect(bars.reduce((sum, bar) => sum + BigInt(bar.before), 0n)).toBe(sums.reduce((sum, [, amount]) => sum + amount, 0n));
        expect(bars[0]!.day).toBe(name(first));
      }),
    );
  });
});

test("the largest difference comes first, whichever way it goes", () => {
  const sums = [{ before: "0", after: "5" }, { before: "900719925474099300", after: "0" }, { before: "1", after: "7" }];
  expect(byDifference(sums).map((one) => one.after)).toEqual(["0", "7", "5"]);
});

test.each([[0, 0, 0], [1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 2, 2], [9, 2, 7]])("of %i whose sum changes %i are named, and %i are counted", (moved, named, more) => {
  const sums = [{ before: "7", after: "7" }, ...Array.from({ length: moved }, (_, at) => ({ before: "0", after: String(at + 1) }))];
  const found = mostMoved(sums);
  expect([found.named.length, found.more]).toEqual([named, more]);
  if (moved > 0) expect(found.named[0]).toEqual({ before: "0", after: String(moved) });
});
