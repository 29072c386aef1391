// How generators draw: every choice goes through fast-check, so that it shrinks.
import fc from "fast-check";

export type Draw = fc.GeneratorValue;

export const ORDERED_MS = Date.parse("2026-06-10T08:00:00Z");
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Every value as likely as any other: fast-check itself favours the smallest and the largest. */
function upTo(most: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat(most));
}

export function within(g: Draw, from: number, to: number): number {
  return from + g(upTo, to - from);
}

/** An instant near the orders': before, at, or after them. */
export function near(g: Draw): number {
  return ORDERED_MS + some(g, [-90, -31, -30, -7, -1 / 24, 0, 1 / 24, 2]) * DAY_MS;
}

export function some<T>(g: Draw, from: readonly T[]): T {
  return from[g(upTo, from.length - 1)]!;
}

export function maybe(g: Draw, oneIn: number): boolean {
  return g(upTo, oneIn - 1) === oneIn - 1;
}

export function times<T>(g: Draw, from: number, to: number, make: (index: number) => T): T[] {
  return Array.from({ length: within(g, from, to) }, (_, index) => make(index));
}
