// What the ways of sweeping share: a step of a sweep, and putting it off after a fault of the store.
import { now } from "../clock.ts";
import type { OrderSweep } from "../db/sweep.ts";
import { writeProblem } from "../domain/problem.ts";
import type { AdminFault } from "../shopify/admin.ts";
import { after, backoffMs } from "./again.ts";
import { storeProblem } from "./store-faults.ts";
import { keep } from "./sweep-note.ts";

/** `rest`: not before its next time. */
export type Step = { sweep: OrderSweep; then: "more" | "rest" | "done" };

/** A fault of the store: what was done stands, and the rest is asked later. */
export async function putOff(sweep: OrderSweep, fault: AdminFault): Promise<Step> {
  const { key, values } = storeProblem(fault);
  if (fault.kind === "throttled") return { sweep: await keep(sweep, { nextAt: after(now(), fault.waitMs) }), then: "rest" };
  // A question that the store refuses would be refused for ever, and it may be the cursor: the list is begun anew.
  const anew = fault.kind === "graphql" && sweep.kind === "pages" ? { cursor: null } : {};
  return { sweep: await keep(sweep, { ...anew, problem: writeProblem(key, values), attempts: sweep.attempts + 1, nextAt: after(now(), backoffMs(sweep.attempts)) }), then: "rest" };
}
