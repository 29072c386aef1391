// Dice that fall the same way each time: the demo's shop is the same shop on every machine.

export type Dice = {
  /** From 0 up to, but without, 1. */
  next: () => number;
  /** A whole number from `low` to `high`, both included. */
  whole: (low: number, high: number) => number;
  /** True in this share of the throws. */
  chance: (share: number) => boolean;
  pick: <T>(from: readonly T[]) => T;
  /** Picks by weight. */
  weighted: <T extends { weight: number }>(from: readonly T[]) => T;
};

/** Mulberry32: small, and good enough for a shop. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick: (from) => from[whole(0, from.length - 1)]!,
    weighted(from) {
      let left = next() * from.reduce((sum, each) => sum + each.weight, 0);
      for (const each of from) {
        left -= each.weight;
        if (left < 0) return each;
      }
      return from.at(-1)!;
    },
  };
}
