// Reading files beside all else that the process does: in steps, and one file at a time, since each may take some hundred megabytes while it is read.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Steps } from "../sheets/problem.ts";

/** Runs work in steps, with everybody else's turn between two of them. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

let last: Promise<unknown> = Promise.resolve();

/** Runs `work` after the files before it. */
export function inFileTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work, work);
  last = done.catch(() => {});
  return done;
}
