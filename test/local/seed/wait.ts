// Waiting by looking again: short rests, so that running the clock forward takes effect at once.
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when `check` is true. Throws with `what` after `withinMs` of the machine's time. */
export async function until(what: string, check: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain: ${what}`);
    await sleep(15);
  }
}
