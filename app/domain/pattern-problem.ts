// What is wrong with a pattern, and where. Apart from the check itself, so that a page need not load the engine to show it.
import type { Values } from "./problem.ts";

/** A part of the pattern, in UTF-16 units: from <= i < to. */
export type Span = { from: number; to: number };

/** `key` is in locales/<language>/errors.json; `at` is the part that is wrong, null where it is the pattern as a whole. */
export type PatternProblem = { key: string; at: Span | null; values: Values };

/** "At character 7": the place as a person counts it, from 1. */
export function characterAt(pattern: string, units: number): number {
  return [...pattern.slice(0, units)].length + 1;
}
