// When a network is asked whose click an id is, how often, and which ids matter to an order.
import { describe, expect, it } from "vitest";
import { mostAsks, nextAskMs, ownersWanted } from "#app/domain/click-owner.ts";
import { FLOORS } from "#app/domain/budget-shares.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("an id that the network does not know", () => {
  it("is asked about again, later each time, for two days, and then no more", () => {
    const asked = [0];
    for (let tries = 1; ; tries += 1) {
      const next = nextAskMs(tries, asked.at(-1)!);
      if (next === null) break;
      asked.push(next);
    }
    const pauses = asked.slice(1).map((at, index) => at - asked[index]!);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(asked.at(-1)).toBeGreaterThan(2 * DAY);
    expect(asked.at(-1)).toBeLessThan(2.5 * DAY);
    expect(asked.length).toBeLessThan(8);
  });
});

describe("what questions about clicks may take of an hour", () => {
  it.each([[1_000, 100, 50], [240, 24, 12], [5, 1, 1]])("of %i requests: %i, and %i where no order waits", (hour, matters, others) => {
    expect([mostAsks(hour, true), mostAsks(hour, false)]).toEqual([matters, others]);
  });

  it("is less than what reading has of its own", () => {
    expect(mostAsks(1_000, true)).toBeLessThan(FLOORS.reads);
  });
});

describe("the ids that matter to an order", () => {
  const ORDER = Date.parse("2026-06-10T08:00:00Z");
  type Wanted = Parameters<typeof ownersWanted>[0];
  const candidate = (policy: string, creatorId: string | null, clickWindowDays = 30) => ({ candidates: [{ policy, term: { creatorId }, rule: { clickWindowDays } }] }) as unknown as Wanted;
  const touch = { atMs: ORDER - HOUR, visitor: "v", creatorId: null, clickId: "c1", parameter: "irclickid" };
  const found = [{ parameter: "irclickid", clickId: "c1" }];

  it.each<[string, Wanted, object, object[]]>([
    ["of a code that asks for any click", candidate("involved", "c"), {}, found],
    ["of a code that asks for the last click", candidate("winner", "c"), {}, found],
    ["of a code for everybody, whatever its policy says", candidate("always", null), {}, found],
    ["none of a code that is always credited", candidate("always", "c"), {}, []],
    ["none of an order without a creator's code", { candidates: [] }, {}, []],
    ["none whose owner is known", candidate("winner", "c"), { creatorId: "c2" }, []],
    ["none without an id", candidate("winner", "c"), { clickId: null }, []],
    ["none of which nobody noted the parameter", candidate("winner", "c"), { parameter: null }, []],
    ["none from before the window", candidate("winner", "c"), { atMs: ORDER - 31 * DAY }, []],
    ["none from after the order", candidate("winner", "c"), { atMs: ORDER + 1 }, []],
    ["one at the edges of the window", candidate("winner", "c", 7), { atMs: ORDER - 7 * DAY }, found],
  ])("%s", (_, settlement, change, wanted) => {
    expect(ownersWanted(settlement, [{ ...touch, ...change }], ORDER)).toEqual(wanted);
  });

  it("the longest window of its codes counts, and an id once", () => {
    const both = { candidates: [...candidate("winner", "a", 7).candidates, ...candidate("involved", "b", 60).candidates] };
    expect(ownersWanted(both, [{ ...touch, atMs: ORDER - 50 * DAY }, { ...touch, atMs: ORDER - DAY }], ORDER)).toEqual(found);
  });
});
