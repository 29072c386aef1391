// What a file can be at most, and why one cannot be read. Inside this folder a problem is thrown as a SheetFault; whoever calls from outside gets it as a value.
import type { KeptProblem, Values } from "../domain/problem.ts";

/** `key` of locales/<language>/files.json, under "problem". */
export type SheetProblem = KeptProblem;

export type Read<T> = { ok: true; value: T } | { ok: false; problem: SheetProblem };

/** Work in steps of some milliseconds, so that a server can do other things in between; its result is what it returns. */
export type Steps<T> = Generator<void, T, void>;

export const MOST_FILE_BYTES = 10 * 1024 * 1024;
/** Rows below the header. */
export const MOST_ROWS = 50_000;
export const MOST_COLUMNS = 500;
/** Cells with something in them. */
export const MOST_CELLS = 2_500_000;
/** One part of a workbook, unpacked; 50,000 rows of 20 columns take some 45 MB. */
export const MOST_PART_BYTES = 160 * 1024 * 1024;
/** All parts that are read of one workbook. */
export const MOST_UNPACKED_BYTES = 256 * 1024 * 1024;

export class SheetFault extends Error {
  readonly problem: SheetProblem;
  constructor(key: string, values: Values = {}) {
    super(key);
    this.problem = { key, values };
  }
}

/** Runs steps to their end; a SheetFault becomes a value. */
export function* caught<T>(steps: Steps<T>): Steps<Read<T>> {
  try {
    return { ok: true, value: yield* steps };
  } catch (fault) {
    if (fault instanceof SheetFault) return { ok: false, problem: fault.problem };
    throw fault;
  }
}

/** Runs all steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
