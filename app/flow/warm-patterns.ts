// Matches the codes of some orders against a shop's patterns beforehand, in slices: what is then judged finds the answers known, and no code, however long,
// against no patterns, however many, holds the process up.
import { setImmediate } from "node:timers/promises";
import { orderCodes, patternsAmong } from "../domain/match.ts";
import type { OrderFacts } from "../domain/order.ts";
import { matchInSteps } from "../domain/pattern-set.ts";
import type { CreatorCode } from "../domain/rule-book.ts";

const SLICE_MS = 1;

/** Orders whose facts are not in their form are left out: they are found when they are settled. */
export async function warmPatterns(codes: readonly CreatorCode[], orders: readonly OrderFacts[]): Promise<void> {
  const set = patternsAmong(codes);
  if (set.patterns.length === 0) return;
  let began = performance.now();
  for (const facts of orders) {
    for (const code of textsOn(facts)) {
      for (const steps = matchInSteps(set, code); !steps.next().done; ) {
        if (performance.now() - began < SLICE_MS) continue;
        await setImmediate();
        began = performance.now();
      }
    }
  }
}

function textsOn(facts: OrderFacts): string[] {
  try {
    return orderCodes(facts).map(({ code }) => code);
  } catch {
    return [];
  }
}
