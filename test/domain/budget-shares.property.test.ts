// The hour's shares hold whatever is asked: random hours, with kinds that ask all the time, in bursts, now and then, or never.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floorOf, FLOORS, freeAtMs, HOUR_MS, hourAt, KINDS, mayTake, taken, turnedAway, type Asker, type Hour, type Kind } from "#app/domain/budget-shares.ts";

const SECOND = 1_000;
const TICK_MS = 10 * SECOND;
const TICKS = HOUR_MS / TICK_MS;

/** How somebody asks: `work(tick)`: how many requests come up at this tick of the day; what was turned away waits, and comes back when it was told to. */
type Demand = "always" | "never" | "paced" | "burst" | "rare" | "late";

type Run = { asker: Asker; backlog: number; restsUntilMs: number };

const demand = fc.constantFrom<Demand>("always", "never", "paced", "burst", "rare", "late");

function comesUp(kind: Demand, limit: number, tick: number, at: number): number {
  switch (kind) {
    case "always": return limit; // more than can ever be done
    case "never": return 0;
    case "paced": return Math.floor(((tick + 1) * limit) / TICKS / 5) - Math.floor((tick * limit) / TICKS / 5); // a fifth of the hour, evenly
    case "burst": return tick % TICKS === at ? limit : 0;
    case "rare": return tick % 60 === at % 60 ? 1 : 0;
    case "late": return tick % TICKS > at ? limit : 0;
  }
}

const day = fc.record({
  limit: fc.constantFrom<number>(7, 40, 250, 1_000, 1_003),
  reports: demand, codes: demand, reads: demand,
  at: fc.integer({ min: 1, max: TICKS - 30 }),
  persons: fc.constantFrom<number>(0, 0, 3),
  /** Others, outside this app, take this many thousandths of the hour at one tick. */
  outside: fc.record({ share: fc.constantFrom<number>(0, 0, 0, 300, 900), tick: fc.integer({ min: 0, max: TICKS - 1 }) }),
});

type Told = { at: number; asker: Asker; ok: boolean; hour: Hour };

/** Two hours, tick by tick; within a tick the kinds ask in turns that change from tick to tick, one request each, until each is turned away or done. */
function live(given: typeof day extends fc.Arbitrary<infer T> ? T : never): { hours: Hour[]; told: Told[]; hungry: boolean[] } {
  const { limit, at, persons, outside } = given;
  let hour: Hour = { limit, used: 0, endsAtMs: 0, reports: 0, codes: 0, reads: 0, waits: {} };
  const runs: Run[] = [...KINDS.map((kind) => ({ asker: kind as Asker, backlog: 0, restsUntilMs: 0 })), { asker: "person" as const, backlog: 0, restsUntilMs: 0 }];
  const hours: Hour[] = [];
  const told: Told[] = [];
  const hungry: boolean[] = [];
  for (let tick = 0; tick < 2 * TICKS; tick++) {
    const now = HOUR_MS + tick * TICK_MS;
    if (hour.endsAtMs <= now) {
      if (hour.endsAtMs > 0) hours.push(hour);
      hour = { ...hourAt(hour, now) };
      hungry.push(true);
    }
    if (tick % TICKS === outside.tick) hour = { ...hour, used: Math.min(limit, hour.used + Math.floor((limit * outside.share) / 1_000)) };
    for (const run of runs) run.backlog = run.asker === "person" ? (tick % 97 === 0 ? persons : 0) : Math.min(2 * limit, run.backlog + comesUp(given[run.asker], limit, tick, at));
    const order = runs.map((_, index) => runs[(index + tick) % runs.length]!);
    for (let asked = true; asked; ) {
      asked = false;
      for (const run of order) {
        if (run.backlog === 0 || run.restsUntilMs > now) continue;
        asked = true;
        const ok = mayTake(hour, run.asker, now);
        told.push({ at: now, asker: run.asker, ok, hour });
        if (ok) {
          hour = taken(hour, run.asker, now);
          run.backlog -= 1;
        } else {
          run.restsUntilMs = freeAtMs(hour, run.asker, now);
          hour = turnedAway(hour, run.asker, run.restsUntilMs);
          if (run.asker === "person") run.backlog = 0;
        }
      }
    }
    // Nobody hungry at some tick: then it is no wonder that something is left.
    if (!runs.some((run) => run.asker !== "person" && run.backlog > 0)) hungry[hungry.length - 1] = false;
  }
  hours.push(hour);
  return { hours, told, hungry };
}

describe("the shares of an hour", () => {
  it("are never above the limit", () => {
    fc.assert(fc.property(day, (given) => live(given).hours.every((hour) => hour.used <= given.limit && hour.reports + hour.codes + hour.reads <= hour.used)), { numRuns: 150 });
  });

  it("give each kind that asks all the time at least its floor of what others leave, in every hour", () => {
    const asking = fc.constantFrom(...KINDS);
    fc.assert(fc.property(day, asking, (given, kind) => {
      for (const hour of live({ ...given, [kind]: "always" }).hours) expect(hour[kind]).toBeGreaterThanOrEqual(Math.min(floorOf(hour, kind), hour.limit - (hour.used - hour[kind])));
      // Where nobody else uses the account, that is the floor itself.
      for (const hour of live({ ...given, [kind]: "always", outside: { share: 0, tick: 0 }, persons: 0 }).hours) expect(hour[kind] * 1_000).toBeGreaterThanOrEqual(FLOORS[kind] * given.limit);
    }), { numRuns: 150 });
  });

  it("give reading at least 15 % even where it asks evenly over the hour and all others ask all the time", () => {
    for (const hour of live({ limit: 1_000, reports: "always", codes: "always", reads: "paced", at: 1, persons: 0, outside: { share: 0, tick: 0 } }).hours) expect(hour.reads).toBeGreaterThanOrEqual(150);
  });

  it("use at least 95 % of the hour while there is work of any kind", () => {
    fc.assert(fc.property(day, (given) => {
      const { hours, hungry } = live(given);
      hours.forEach((hour, index) => hungry[index] && expect(hour.used).toBeGreaterThanOrEqual(Math.floor(given.limit * 0.95)));
    }), { numRuns: 300 });
  });

  it.each(KINDS)("let a lone kind use all of the hour: %s", (kind) => {
    const alone = { limit: 1_000, reports: "never" as Demand, codes: "never" as Demand, reads: "never" as Demand, at: 1, persons: 0, outside: { share: 0, tick: 0 } };
    for (const hour of live({ ...alone, [kind]: "always" }).hours) expect(hour[kind]).toBe(1_000);
  });

  it("beyond the floors give the rest to the higher kind", () => {
    const all = { limit: 1_000, reports: "always" as Demand, codes: "always" as Demand, reads: "always" as Demand, at: 1, persons: 0, outside: { share: 0, tick: 0 } };
    const [, second] = live(all).hours;
    expect(second).toMatchObject({ reports: 650, codes: 200, reads: 150 });
    const [, without] = live({ ...all, reports: "never" }).hours;
    expect(without).toMatchObject({ codes: 850, reads: 150 });
  });

  it.each([200, 1_500, 3_000])("beyond the floors give the rest to the higher kind where each asks one request after the other, every %i ms", (everyMs) => {
    let hour: Hour = { limit: 1_000, used: 0, endsAtMs: 0, reports: 0, codes: 0, reads: 0, waits: {} };
    const rests: Record<Kind, number> = { reports: 0, codes: 0, reads: 0 };
    for (let now = HOUR_MS; now < 2 * HOUR_MS; now += everyMs) {
      for (const kind of [...KINDS].reverse()) {
        if (rests[kind] > now) continue;
        if (mayTake(hour, kind, now)) hour = taken(hour, kind, now);
        else hour = turnedAway(hour, kind, (rests[kind] = freeAtMs(hour, kind, now)));
      }
    }
    expect(hour).toMatchObject({ used: 1_000, codes: 200, reads: 150, reports: 650 });
  });

  it("give nothing beyond its floor to a lower kind while a higher one waits", () => {
    fc.assert(fc.property(day, (given) => {
      for (const { at, asker, ok, hour } of live(given).told) {
        if (!ok || asker === "person" || hour[asker] < floorOf(hour, asker)) continue;
        for (const higher of KINDS.slice(0, KINDS.indexOf(asker as Kind))) expect(hour.waits[higher] ?? 0).toBeLessThanOrEqual(at);
      }
    }), { numRuns: 60 });
  });

  it("give somebody in front of the screen whatever is left, and tell all who are turned away a time that lies ahead", () => {
    fc.assert(fc.property(day, (given) => {
      for (const { at, asker, ok, hour } of live(given).told) {
        if (asker === "person") expect(ok).toBe(hour.used < hour.limit);
        if (ok) continue;
        const until = freeAtMs(hour, asker, at);
        expect(until > at && until <= hour.endsAtMs).toBe(true);
      }
    }), { numRuns: 60 });
  });
});
