// What a fault means for something that is being placed: is it refused for good, or when is it tried again?
import { setConnectionState } from "../db/connection.ts";
import { writeProblem } from "../domain/problem.ts";
import type { NetworkFault } from "../networks/port.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { after, backoffMs } from "./again.ts";
import { networkProblem } from "./network-faults.ts";
import { storeProblem } from "./store-faults.ts";

export type Verdict = {
  /** True: the same call will be refused again; a person has to act. */
  refused: boolean;
  problem: string; // domain/problem.ts writeProblem
  nextAt: Date;
  /** Does it count as a failed attempt? Waiting for a budget does not. */
  counts: boolean;
  /** True: whatever else goes the same way now would meet the same fault. */
  stop: boolean;
  /** True: it is sure that nothing was done. */
  untouched: boolean;
};

const SIGN_IN_AGAIN_MS = 60_000;

export function judgeStoreFault(fault: StoreFault, attempts: number, now: Date): Verdict {
  const { key, values } = storeProblem(fault);
  const verdict = { refused: false, problem: writeProblem(key, values), nextAt: after(now, backoffMs(attempts)), counts: true, stop: true, untouched: false };
  switch (fault.kind) {
    case "refused":
    case "graphql":
      return { ...verdict, refused: true, stop: false, untouched: true };
    case "throttled":
      return { ...verdict, nextAt: after(now, fault.waitMs), counts: false, untouched: true };
    case "unauthorized":
    case "scope":
      return { ...verdict, nextAt: after(now, SIGN_IN_AGAIN_MS), untouched: true };
    case "unavailable":
    case "timeout":
    case "unreadable":
      return verdict;
  }
}

/** Credentials that are refused are noted on the connection; nothing goes through it until it is connected again. */
export async function judgeNetworkFault(shop: string, connectionId: string, fault: NetworkFault, attempts: number, now: Date): Promise<Verdict> {
  const { key, values } = networkProblem(fault);
  const verdict = { refused: false, problem: writeProblem(key, values), nextAt: after(now, backoffMs(attempts)), counts: true, stop: false, untouched: false };
  switch (fault.kind) {
    case "invalid":
    case "not_found":
    case "forbidden":
      return { ...verdict, refused: true, untouched: true };
    case "limited":
      return { ...verdict, nextAt: after(now, fault.resetSeconds * 1_000), counts: false, stop: true, untouched: true };
    case "unauthorized":
      await setConnectionState(shop, connectionId, "refused", verdict.problem, now);
      return { ...verdict, nextAt: now, counts: false, stop: true, untouched: true };
    case "unavailable":
    case "timeout":
    case "unreadable":
      return verdict;
  }
}
