import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstRate, floorFor, lanesFor, lose, msUntil, pause, refill, send, settle, type Rate, type SaidCost, type Urgency } from "#app/domain/rate.ts";

const said = (available: number, actual: number | null = 10): SaidCost => ({ requested: 10, actual, available, maximum: 2_000, restorePerSecond: 100 });
const known = (available: number): Rate => firstRate(said(available), 0, 100);

describe("the bucket as it is known", () => {
  test("fills by the clock, no further than its maximum", () => {
    expect(refill(known(500), 3_000).available).toBe(800);
    expect(refill(known(500), 60_000).available).toBe(2_000);
  });

  test.each<[string, number, number, Urgency, number]>([
    ["is sent when it is covered", 210, 10, "background", 0],
    ["waits until what is kept for people is there as well", 150, 10, "background", 600],
    ["of a person takes of what is kept", 10, 10, "person", 0],
    ["of a person waits for its own points", 4, 10, "person", 60],
    ["that is nearly as dear as the bucket leaves less", 2_000, 1_950, "background", 0],
    ["that is dearer than the bucket goes when it is full", 1_900, 2_500, "background", 1_000],
  ])("a call that %s", (_name, available, points, urgency, waitMs) => {
    expect(msUntil(known(available), points, urgency, 0)).toBe(waitMs);
  });

  test("a call counts as paid from the moment it is sent, and is given back what it did not cost", () => {
    const sent = send(known(500), 100, 0);
    expect(sent).toMatchObject({ available: 400, inFlight: 100 });
    expect(settle(sent, 100, said(470, 40), 0, 100)).toMatchObject({ available: 470, inFlight: 0 });
  });

  test("what others took is noticed", () => {
    const sent = send(known(1_000), 10, 0);
    expect(settle(sent, 10, said(300), 0, 0).available).toBe(300);
  });

  test("points that were counted and never taken are found again", () => {
    const lost = lose(send(known(1_000), 500, 0), 500);
    expect(lost).toMatchObject({ available: 500, inFlight: 0 });
    expect(settle(send(lost, 10, 0), 10, said(990), 0, 0).available).toBe(990);
  });

  test("a call that was turned away took nothing", () => {
    expect(settle(send(known(300), 100, 0), 100, { ...said(60, null), requested: 100 }, 0, 0).available).toBe(60);
  });

  test("a store that wants no call for a while gets none", () => {
    const paused = pause(known(1_000), 5_000, 0);
    expect(msUntil(paused, 10, "person", 4_000)).toBe(1_000);
    expect(msUntil(paused, 10, "person", 6_000)).toBe(0);
  });

  test.each<[Urgency, number]>([["person", 0], ["background", 200], ["idle", 1_000]])("%s leaves %i points of 2,000 untouched", (urgency, points) => {
    expect(floorFor(known(0), 10, urgency)).toBe(points);
  });

  test.each([[100, 200, 4], [1_000, 200, 29], [2_000, 500, 32], [50, 50, 2]])("%i points a second at %i ms an answer need %i calls under way", (restorePerSecond, latencyMs, lanes) => {
    expect(lanesFor({ ...known(0), restorePerSecond, latencyMs }, 11, 32)).toBe(lanes);
  });
});

type Call = { points: number; actual: number; thereMs: number; backMs: number };

/** The store's side: pays at the arrival, gives back with the answer. */
class Bucket {
  turnedAway = 0;
  spent = 0;
  #atMs = 0;
  available: number;
  readonly maximum: number;
  readonly restore: number;
  constructor(maximum: number, restore: number) {
    this.available = maximum;
    this.maximum = maximum;
    this.restore = restore;
  }
  at(ms: number): void {
    this.available = Math.min(this.maximum, this.available + ((ms - this.#atMs) / 1_000) * this.restore);
    this.#atMs = ms;
  }
}

/** Sends these calls as soon as they may, `lanes` at a time, and returns the store's bucket and when the last answer came. */
function play(calls: Call[], lanes: number, maximum: number, restore: number): { bucket: Bucket; endMs: number } {
  const bucket = new Bucket(maximum, restore);
  const events: { atMs: number; what: () => void }[] = [];
  const after = (atMs: number, what: () => void) => events.push({ atMs, what });
  let rate: Rate | null = null;
  let clock = 0;
  let out = 0;
  let next = 0;
  let waking = false;

  function answer({ points, actual, thereMs, backMs }: Call, sentMs: number): void {
    after(sentMs + thereMs, () => {
      bucket.at(clock);
      const taken = bucket.available >= points;
      if (taken) {
        bucket.available = Math.min(maximum, bucket.available - actual);
        bucket.spent += actual;
      } else bucket.turnedAway += 1;
      const words: SaidCost = { requested: points, actual: taken ? actual : null, available: Math.floor(bucket.available), maximum, restorePerSecond: restore };
      after(clock + backMs, () => {
        rate = rate === null ? firstRate(words, clock, clock - sentMs) : settle(rate, points, words, sentMs, clock);
        out -= 1;
        pump();
      });
    });
  }

  function pump(): void {
    while (next < calls.length && out < lanes && (rate !== null || out === 0)) {
      const call = calls[next]!;
      const waitMs = rate === null ? 0 : msUntil(rate, call.points, "background", clock);
      if (waitMs > 0) {
        if (!waking) after(clock + waitMs, () => ((waking = false), pump()));
        waking = true;
        return;
      }
      next += 1;
      out += 1;
      if (rate !== null) rate = send(rate, call.points, clock);
      answer(call, clock);
    }
  }

  pump();
  while (events.length > 0) {
    events.sort((a, b) => a.atMs - b.atMs);
    const event = events.shift()!;
    clock = Math.max(clock, event.atMs);
    event.what();
  }
  return { bucket, endMs: clock };
}

const call = fc.record({ points: fc.integer({ min: 1, max: 150 }), part: fc.double({ min: 0, max: 1, noNaN: true }), thereMs: fc.integer({ min: 1, max: 2_000 }), backMs: fc.integer({ min: 1, max: 2_000 }) })
  .map(({ part, ...one }): Call => ({ ...one, actual: Math.round(one.points * part) }));

describe("a process that uses a budget alone", () => {
  test("is never turned away, whatever calls cost and however long they take", () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 120 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom([2_000, 100], [1_000, 50], [20_000, 1_000], [400, 20]), (calls, lanes, [maximum, restore]) => {
        expect(play(calls, lanes, maximum!, restore!).bucket.turnedAway).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("uses more than nine tenths of what comes back, and never more, once the bucket is empty", () => {
    const calls = Array.from({ length: 4_000 }, (_, n): Call => ({ points: n % 4 === 0 ? 3 : 10, actual: n % 4 === 0 ? 3 : 10, thereMs: 60 + (n % 7) * 20, backMs: 50 + (n % 5) * 20 }));
    const { bucket, endMs } = play(calls, 5, 2_000, 100);
    const cameBack = (endMs / 1_000) * 100;
    const fromFull = bucket.spent - (2_000 - bucket.available);
    expect(bucket.turnedAway).toBe(0);
    expect(fromFull).toBeLessThanOrEqual(cameBack + 1);
    expect(fromFull).toBeGreaterThan(cameBack * 0.9);
  });
});
