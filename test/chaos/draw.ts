// What chaos draws: everything comes from the seed and a name, so that one thing that is drawn anew changes no other.
import { random, seedOf } from "#test/replay/arrivals.ts";

export type Dice = {
  /** From 0 up to, and without, 1. */
  next: () => number;
  /** A whole number from `from` to `to`, both included. */
  whole: (from: number, to: number) => number;
  chance: (share: number) => boolean;
  one: <T>(of: readonly T[]) => T;
  /** One of the keys, by their weights. */
  weighed: <K extends string>(weights: Record<K, number>) => K;
};

export function dice(seed: number, name: string): Dice {
  const next = random(seedOf(seed, name));
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    chance: (share) => next() < share,
    one: (of) => of[whole(0, of.length - 1)]!,
    weighed(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) if ((left -= weight) < 0) return key;
      return entries.at(-1)![0];
    },
  };
}
