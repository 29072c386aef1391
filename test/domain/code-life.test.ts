import { describe, expect, test } from "vitest";
import { codeLife, type LifeIn, type SideIn } from "#app/domain/code-life.ts";

const NOW = "2026-06-10T08:00:00.000Z";
const BEFORE = "2026-06-01T00:00:00.000Z";
const LATER = "2026-07-01T00:00:00.000Z";

function side(fields: Partial<SideIn> = {}): SideIn {
  return { target: "store", wanted: "live", state: "live", problem: null, readAt: BEFORE, attempts: 0, nextAt: null, differs: false, ...fields };
}

const network = (fields: Partial<SideIn> = {}) => side({ target: "p1", ...fields });
const deal = { startsAt: BEFORE, endsAt: null, pausedAt: null };

function code(fields: Partial<LifeIn> = {}): LifeIn {
  return { match: "exact", retiredAt: null, pausedAt: null, replacedBy: null, startsAt: null, endsAt: null, voidFrom: null, deal, moving: false, sides: [side(), network()], ...fields };
}

const gone = { wanted: "gone" as const, state: "expired" };

describe("the state of a code", () => {
  const cases: { what: string; code: LifeIn; state: string; byDeal?: boolean }[] = [
    { what: "in the store", code: code(), state: "active" },
    { what: "not in the store yet", code: code({ sides: [side({ state: "waiting" }), network({ state: "waiting" })] }), state: "planned" },
    { what: "lost by the store", code: code({ sides: [side({ state: "missing" }), network()] }), state: "missing" },
    { what: "lost by the store, of a time to come", code: code({ startsAt: LATER, sides: [side({ state: "missing" })] }), state: "missing" },
    { what: "lost by the store, and paused", code: code({ pausedAt: BEFORE, sides: [side({ state: "missing", wanted: "gone" })] }), state: "paused" },
    { what: "lost by the network alone", code: code({ sides: [side(), network({ state: "missing" })] }), state: "active" },
    { what: "refused by the store", code: code({ sides: [side({ state: "refused" })] }), state: "planned" },
    { what: "in the store, the network still waits", code: code({ sides: [side(), network({ state: "waiting" })] }), state: "active" },
    { what: "from a later day on", code: code({ startsAt: LATER }), state: "scheduled" },
    { what: "of a deal from a later day on", code: code({ deal: { ...deal, startsAt: LATER } }), state: "scheduled" },
    { what: "paused, and out", code: code({ pausedAt: BEFORE, sides: [side(gone), network(gone)] }), state: "paused" },
    { what: "paused, and a side still open", code: code({ pausedAt: BEFORE, sides: [side({ wanted: "gone" }), network(gone)] }), state: "paused" },
    { what: "of a deal that is paused", code: code({ deal: { ...deal, pausedAt: BEFORE } }), state: "paused", byDeal: true },
    { what: "over, at the instant", code: code({ endsAt: NOW }), state: "ended" },
    { what: "of a deal that is over", code: code({ deal: { ...deal, endsAt: BEFORE } }), state: "ended", byDeal: true },
    { what: "over while it was paused", code: code({ endsAt: BEFORE, pausedAt: BEFORE, sides: [side(gone)] }), state: "ended" },
    { what: "retired", code: code({ retiredAt: BEFORE, sides: [side(gone), network(gone)] }), state: "retired" },
    { what: "replaced, and out", code: code({ replacedBy: "k2", sides: [side(gone), network(gone)] }), state: "replaced" },
    { what: "replaced, and its name given up", code: code({ replacedBy: "k2", retiredAt: BEFORE, sides: [side(gone)] }), state: "replaced" },
    { what: "to be replaced by one that is not live yet", code: code({ replacedBy: "k2" }), state: "active" },
    { what: "a pattern, which no store has", code: code({ match: "regex", deal: null, sides: [network()] }), state: "active" },
    { what: "linked as it is, without a deal", code: code({ deal: null, sides: [side()] }), state: "active" },
  ];
  test.each(cases)("$what", ({ code: one, state, byDeal = false }) => {
    expect(codeLife(one, NOW)).toMatchObject({ state, byDeal });
  });
});

describe("what a side has, and what is still open", () => {
  const cases: { what: string; side: SideIn; word: string; has: boolean | null; open: boolean; stuck?: boolean }[] = [
    { what: "has it", side: side(), word: "live", has: true, open: false },
    { what: "is asked for it", side: side({ state: "asked" }), word: "coming", has: null, open: true },
    { what: "refuses it", side: side({ state: "refused" }), word: "refused", has: null, open: true, stuck: true },
    { what: "has lost it", side: side({ state: "missing" }), word: "missing", has: false, open: true, stuck: true },
    { what: "has it otherwise", side: side({ differs: true }), word: "different", has: true, open: true },
    { what: "has it still, though it is to go", side: side({ wanted: "gone" }), word: "open", has: true, open: true },
    { what: "was asked to give it up", side: side({ wanted: "gone", state: "leaving" }), word: "open", has: null, open: true },
    { what: "refuses to give it up", side: side({ wanted: "gone", state: "refused" }), word: "open", has: null, open: true, stuck: true },
    { what: "has it no more", side: side(gone), word: "gone", has: false, open: false },
    { what: "had lost it before it was to go", side: side({ wanted: "gone", state: "missing" }), word: "gone", has: false, open: false },
    { what: "gives it up to get it back", side: side({ state: "leaving" }), word: "coming", has: null, open: true },
  ];
  test.each(cases)("$what", ({ side: one, word, has, open, stuck = false }) => {
    const life = codeLife(code({ sides: [one] }), NOW);
    expect(life.sides[0]).toMatchObject({ word, has, stuck });
    expect(life.open.length > 0).toBe(open);
  });

  test("a live side of a code whose time has not come, or is over, says so", () => {
    expect(codeLife(code({ startsAt: LATER }), NOW).sides.map((one) => one.word)).toEqual(["scheduled", "scheduled"]);
    expect(codeLife(code({ endsAt: BEFORE }), NOW).sides.map((one) => one.word)).toEqual(["over", "over"]);
  });
});

describe("what can be done next", () => {
  const cases: { what: string; code: LifeIn; acts: string[] }[] = [
    { what: "active", code: code(), acts: ["pause", "replace", "dates", "end", "retire", "void"] },
    { what: "paused", code: code({ pausedAt: BEFORE }), acts: ["resume", "dates", "end", "retire", "void"] },
    { what: "ended", code: code({ endsAt: BEFORE }), acts: ["dates", "retire", "void"] },
    { what: "retired, and void", code: code({ retiredAt: BEFORE, voidFrom: BEFORE }), acts: ["unvoid"] },
    { what: "being replaced", code: code({ replacedBy: "k2" }), acts: ["keep", "void"] },
    { what: "replaced", code: code({ replacedBy: "k2", sides: [side(gone)] }), acts: ["retire", "void"] },
    { what: "without a deal", code: code({ deal: null }), acts: ["pause", "end", "retire", "void"] },
    { what: "a pattern", code: code({ match: "regex", sides: [network()] }), acts: ["void"] },
  ];
  test.each(cases)("$what", ({ code: one, acts }) => {
    expect(codeLife(one, NOW).acts).toEqual(acts);
  });
});
