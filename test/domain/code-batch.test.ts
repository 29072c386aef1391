import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_ROWS, queueEnds, REQUESTS_A_CODE, secondsLeft, stepOf, type Progress } from "#app/domain/code-batch.ts";

const progress = (rows: Partial<Progress["rows"]>, inStore = 0): Progress => ({ total: 100, rows: { ...NO_ROWS, ...rows }, inStore, asked: 0, refused: 0, forNetwork: 0, inNetwork: 0 });

describe("how far a run is", () => {
  test.each<[string, Parameters<typeof stepOf>, { of: number; done: number }]>([
    ["while it is checked: of all rows", ["checking", progress({ new: 40, checked: 55, blocked: 5 })], { of: 100, done: 60 }],
    ["while it is made: of what can be made", ["running", progress({ checked: 30, made: 60, blocked: 5, skipped: 5 }, 20)], { of: 90, done: 20 }],
    ["rows that are checked again count", ["running", progress({ new: 3, made: 90, failed: 7 }, 90)], { of: 93, done: 90 }],
    ["when it is done, and some were paused since", ["done", progress({ made: 90, failed: 10 }, 90)], { of: 90, done: 90 }],
  ])("%s", (_name, [state, of], expected) => {
    expect(stepOf(state, of)).toEqual(expected);
  });

  test.each<[string, { of: number; done: number }, number | null, number | null]>([
    ["at its pace", { of: 100, done: 40 }, 7, 9],
    ["without a pace", { of: 100, done: 40 }, null, null],
    ["that stands still", { of: 100, done: 40 }, 0, null],
    ["that is through", { of: 100, done: 100 }, null, 0],
  ])("the time left of a step %s", (_name, step, pace, seconds) => {
    expect(secondsLeft(step, pace)).toBe(seconds);
  });
});

const HOUR = 3_600_000;
const at = Date.parse("2026-06-10T08:00:00Z");
const budget = (used: number, endsInMs: number, limit = 1_000) => ({ limit, used, endsAt: new Date(at + endsInMs).toISOString() });

describe("when a network's queue is empty", () => {
  test.each<[string, number, Parameters<typeof queueEnds>[1], number]>([
    ["nothing waits", 0, null, 0],
    ["it fits into what is left of the hour", 100, budget(700, 10 * 60_000), 0],
    ["the rest waits for the next hour", 500, budget(700, 10 * 60_000), 10 * 60_000],
    ["ten thousand take twenty hours", 10_000, budget(0, HOUR), 19 * HOUR],
    ["an hour that is over is a new one", 500, budget(1_000, -5), 0],
    ["more was used than is allowed", 10, budget(1_200, 60_000), 60_000],
  ])("%s", (_name, codes, of, afterMs) => {
    expect(queueEnds(codes, of, at) - at).toBe(afterMs);
  });

  test("no hour takes more than its limit, and none before the last is left unused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: HOUR }), (codes, used, endsInMs) => {
        const ends = queueEnds(codes, budget(used, endsInMs), at) - at;
        const hours = ends === 0 ? 0 : 1 + (ends - endsInMs) / HOUR;
        const until = 1_000 - used + hours * 1_000;
        expect(Number.isInteger(hours)).toBe(true);
        expect(until).toBeGreaterThanOrEqual(codes * REQUESTS_A_CODE);
        if (hours > 0) expect(until - 1_000).toBeLessThan(codes * REQUESTS_A_CODE);
      }),
    );
  });
});
