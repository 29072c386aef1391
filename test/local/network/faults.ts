// The faults that a person or a test has set: which of them strikes a call, and what it does to a submission.
import type { Network } from "./network.ts";
import type { Fault } from "./state.ts";

/** Numbers from 0 to 1 that come out the same for the same seed and turn. */
export function chance(seed: number, turn: number): number {
  let state = (seed * 0x9e3779b1 + turn * 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
  return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
}

const turns = new WeakMap<Fault, number>();

function strikes(network: Network, fault: Fault, method: string, template: string): boolean {
  const matches = fault.endpoint === "*" || fault.endpoint === template || fault.endpoint === `${method} ${template}`;
  if (!matches || (fault.count !== null && fault.struck >= fault.count)) return false;
  const turn = (turns.get(fault) ?? fault.struck) + 1;
  turns.set(fault, turn);
  if (chance(fault.seed, turn) >= fault.probability) return false;
  fault.struck += 1;
  network.changed();
  return true;
}

/** The kind of the fault that strikes this call, before or after it acts; null for none. */
export function strike(network: Network, method: string, template: string, when: "before" | "after"): Fault["kind"] | null {
  const ofCalls = network.state.faults.filter((fault) => fault.kind !== "lose" && fault.kind !== "slow" && fault.when === when);
  return ofCalls.find((fault) => strikes(network, fault, method, template))?.kind ?? null;
}

/** What becomes of a submission's time: later, or never (null). */
export function delayed(network: Network, method: string, template: string, dueMs: number): number | null {
  let at: number | null = dueMs;
  for (const fault of network.state.faults) {
    if (fault.kind !== "lose" && fault.kind !== "slow") continue;
    if (!strikes(network, fault, method, template)) continue;
    at = fault.kind === "lose" || at === null ? null : at + fault.minutes * 60_000;
  }
  return at;
}
