// The life of a code: what it is by our own rows, and beside it what the store and the networks were last read to have. Pure; instants are ISO 8601.

/** `missing`: it was live, and the store has lost it. */
export type LifeState = "planned" | "scheduled" | "active" | "missing" | "paused" | "ended" | "retired" | "replaced";

/** Where a code is to stand or not to: the store, or a program's network. */
export type SideIn = {
  target: string; // "store", or the program's id
  wanted: "live" | "gone";
  state: string; // db/placement.ts PlacementState
  problem: string | null;
  readAt: string | null;
  attempts: number;
  nextAt: string | null;
  /** What stands there is otherwise than here: an open finding of the drift guard. */
  differs: boolean;
};

/**
 * What one side has, in one word. `coming`: it is to have it, and is not read to have it yet; `open`: it is to have it no more, and is not read to
 * have given it up yet; `gone`: as it should be, it has it no more; `by_hand`: only a person can bring it there.
 */
export type SideWord = "live" | "scheduled" | "over" | "different" | "coming" | "open" | "gone" | "missing" | "refused" | "by_hand";

export type Side = SideIn & {
  word: SideWord;
  /** As read back: null where it was not read since it was asked. */
  has: boolean | null;
  /** A person has to act: it will not come right by itself. */
  stuck: boolean;
};

export type LifeIn = {
  match: string;
  retiredAt: string | null;
  pausedAt: string | null;
  replacedBy: string | null;
  startsAt: string | null; // of its own terms
  endsAt: string | null;
  voidFrom: string | null;
  deal: { startsAt: string; endsAt: string | null; pausedAt: string | null } | null;
  moving: boolean;
  sides: SideIn[];
};

export type LifeAct = "pause" | "resume" | "end" | "retire" | "replace" | "keep" | "dates" | "void" | "unvoid";

export type Life = {
  state: LifeState;
  /** Since its deal is paused, or over: the deal's page mends it. */
  byDeal: boolean;
  /** The code that is to take its place is not live everywhere yet: until then both are. */
  beingReplaced: boolean;
  /** Its redeem code is on the way from one discount to another. */
  moving: boolean;
  from: string | null;
  until: string | null;
  sides: Side[];
  /** Sides that are not as they should be yet. */
  open: Side[];
  acts: LifeAct[];
};

export function codeLife(code: LifeIn, now: string): Life {
  const from = latest(code.startsAt, code.deal?.startsAt ?? null);
  const until = earliest(code.endsAt, code.deal?.endsAt ?? null);
  const out = code.sides.length > 0 && code.sides.every((side) => side.wanted === "gone");
  const state = stateOf(code, { from, until, out }, now);
  // While its deal is paused the discount has ended, and the network's deal with it.
  const stop = earliest(until, code.deal?.pausedAt ?? null);
  const sides = code.sides.map((side) => sideOf(side, from, stop, now));
  const beingReplaced = code.replacedBy !== null && state !== "replaced" && state !== "retired";
  return {
    state,
    byDeal: (state === "paused" && code.pausedAt === null) || (state === "ended" && (code.endsAt === null || code.endsAt > now)),
    beingReplaced,
    moving: code.moving,
    from,
    until,
    sides,
    open: sides.filter((side) => !["live", "scheduled", "over", "gone"].includes(side.word)),
    acts: actsOf(code, state, beingReplaced),
  };
}

function stateOf(code: LifeIn, { from, until, out }: { from: string | null; until: string | null; out: boolean }, now: string): LifeState {
  if (code.replacedBy !== null && (out || code.retiredAt !== null)) return "replaced";
  if (code.retiredAt !== null) return "retired";
  if (until !== null && until <= now) return "ended";
  if (code.pausedAt !== null || code.deal?.pausedAt) return "paused";
  const store = code.sides.find((side) => side.target === "store");
  if (store?.state === "missing" && store.wanted === "live") return "missing";
  if (store && store.state !== "live") return "planned";
  return from !== null && from > now ? "scheduled" : "active";
}

function sideOf(side: SideIn, from: string | null, until: string | null, now: string): Side {
  const has = side.state === "live" ? true : side.state === "expired" || side.state === "missing" ? false : null;
  const word = wordOf(side, from, until, now);
  return { ...side, word, has, stuck: side.state === "refused" || word === "by_hand" || (side.state === "missing" && side.wanted === "live") };
}

function wordOf({ wanted, state, differs }: SideIn, from: string | null, until: string | null, now: string): SideWord {
  if (wanted === "gone") return state === "expired" || state === "missing" ? "gone" : "open";
  if (state === "refused" || state === "missing" || state === "by_hand") return state;
  if (state !== "live") return "coming";
  if (differs) return "different";
  if (until !== null && until <= now) return "over";
  return from !== null && from > now ? "scheduled" : "live";
}

/** What a person can do with it next, the likeliest first. Patterns have no place in the store: they are changed and retired on a form of their own. */
function actsOf(code: LifeIn, state: LifeState, beingReplaced: boolean): LifeAct[] {
  const voiding: LifeAct = code.voidFrom === null ? "void" : "unvoid";
  if (code.match !== "exact") return [voiding];
  if (beingReplaced) return ["keep", voiding];
  if (state === "retired") return [voiding];
  if (state === "replaced") return ["retire", voiding];
  const own: LifeAct[] = code.deal === null ? [] : ["dates"];
  if (state === "ended") return [...own, "retire", voiding];
  const next: LifeAct[] = code.pausedAt !== null ? ["resume"] : code.deal === null ? ["pause"] : ["pause", "replace"];
  return [...next, ...own, "end", "retire", voiding];
}

function latest(one: string | null, other: string | null): string | null {
  return one === null ? other : other === null || one > other ? one : other;
}

function earliest(one: string | null, other: string | null): string | null {
  return one === null ? other : other === null || one < other ? one : other;
}
