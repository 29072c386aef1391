import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { halves, windowsOfDays } from "#app/domain/read-windows.ts";

const DAY_MS = 86_400_000;
const LONGEST_MS = 45 * DAY_MS;
const LIMITS = { longestWindowDays: 45, oldestDays: 1_095 };

describe("the windows that payouts are asked for in", () => {
  it.each<[string, number[], number]>([
    ["nothing to read", [], 0],
    ["one day", [20_000], 1],
    ["a day named twice", [20_000, 20_000], 1],
    ["two days of one month", [20_000, 20_030], 1],
    ["two days that no window spans", [20_000, 20_060], 2],
    ["a quarter, every day of it", Array.from({ length: 90 }, (_, day) => 20_000 + day), 3],
  ])("%s", (_, days, count) => {
    expect(windowsOfDays(days, LIMITS)).toHaveLength(count);
  });

  it("cover every day to its ends, are never longer than the network allows, and come newest first", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 18_000, max: 21_000 }), { maxLength: 60 }), (days) => {
        const spans = windowsOfDays(days, LIMITS);
        for (const day of days) expect(spans.some(({ fromMs, toMs }) => fromMs < day * DAY_MS && toMs > (day + 1) * DAY_MS)).toBe(true);
        for (const { fromMs, toMs } of spans) expect(toMs - fromMs).toBeLessThan(LONGEST_MS);
        expect(spans.map(({ fromMs }) => fromMs)).toEqual(spans.map(({ fromMs }) => fromMs).sort((a, b) => b - a));
      }),
    );
  });

  it("are halved without a gap until they are short", () => {
    let span = windowsOfDays([20_000], LIMITS)[0]!;
    let times = 0;
    for (let parts = halves(span); parts !== null; parts = halves(span)) {
      expect([parts[1].fromMs, parts[1].toMs, parts[0].toMs]).toEqual([span.fromMs, parts[0].fromMs, span.toMs]);
      span = parts[1];
      times += 1;
    }
    expect(times).toBeGreaterThan(2);
    expect(times).toBeLessThan(12);
  });
});
