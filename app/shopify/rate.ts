// The gate in front of a shop's Admin API: a call goes out when the store's bucket covers it, the more urgent first. It learns the
// budget, and what each document costs, from the answers; others who use the same budget are noticed there as well.
import { nowMs, rest } from "../clock.ts";
import { estimateCost } from "../domain/rate-cost.ts";
import { firstRate, lanesFor, lose, msUntil, pause, refill, send, settle, URGENCIES, type Rate, type SaidCost, type Urgency } from "../domain/rate.ts";
import { isStopping } from "../stopping.server.ts";

/** A call that may go out, and has to be brought back with `leave`. */
export type Ticket = { key: string; points: number; sentMs: number };
export type Entered = { ok: true; ticket: Ticket } | { ok: false; waitMs: number };

type Waiter = { key: string; points: number; urgency: Urgency; sinceMs: number; enter: (entered: Entered) => void };
type Gate = { rate: Rate | null; out: number; waiting: Waiter[]; resting: boolean };

/** Nobody waits in line for longer, and no work of its own while the process ends: the call is as if the store had turned it away. */
const MOST_WAIT_MS: Record<Urgency, number> = { person: 10_000, background: 30_000, idle: 5_000 };
/** The clock may be run forward meanwhile. */
const MOST_REST_MS = 250;
const MOST_DOCUMENTS = 500;

// The server and Remix's bundle each load this module: a shop's bucket is one.
type Shared = { gates: Map<string, Gate>; costs: Map<string, number> };
const shared = ((globalThis as unknown as { creatorCodesGates?: Shared }).creatorCodesGates ??= { gates: new Map(), costs: new Map() });

function gateOf(shop: string): Gate {
  let gate = shared.gates.get(shop);
  if (!gate) shared.gates.set(shop, (gate = { rate: null, out: 0, waiting: [], resting: false }));
  return gate;
}

/** Forgets what is known of all budgets (tests: the next store is another one). */
export function forgetRates(): void {
  shared.gates.clear();
  shared.costs.clear();
}

/** What is known of a shop's budget; null: nothing was asked yet. */
export function rateOf(shop: string): Rate | null {
  return shared.gates.get(shop)?.rate ?? null;
}

/** All stores' budgets in one: how many are known, how many calls wait for points, and how far the emptiest bucket is filled (0 to 1). */
export function ratesNow(): { stores: number; calls_waiting: number; least_filled: number } {
  const gates = [...shared.gates.values()];
  const filled = gates.flatMap(({ rate }) => (rate === null ? [] : refill(rate, nowMs()).available / Math.max(1, rate.maximum)));
  return { stores: filled.length, calls_waiting: gates.reduce((sum, { waiting }) => sum + waiting.length, 0), least_filled: filled.reduce((least, one) => Math.min(least, Math.max(0, one)), 1) };
}

/** How many calls of this cost to have under way at once, at most `most`. */
export function lanesOf(shop: string, points: number, most: number): number {
  return lanesFor(rateOf(shop), points, most);
}

/** Waits until the shop's bucket covers the call. */
export function enter(shop: string, document: string, variables: Record<string, unknown>, urgency: Urgency): Promise<Entered> {
  const gate = gateOf(shop);
  const estimate = estimateCost(document, variables);
  const key = `${estimate} ${document}`;
  const points = shared.costs.get(key) ?? estimate;
  return new Promise((resolve) => {
    const waiter = { key, points, urgency, sinceMs: nowMs(), enter: resolve };
    const behind = gate.waiting.findIndex((other) => URGENCIES.indexOf(other.urgency) > URGENCIES.indexOf(urgency));
    gate.waiting.splice(behind < 0 ? gate.waiting.length : behind, 0, waiter);
    pump(gate);
  });
}

/** The call is over. `said` null: no cost came with the answer. `waitMs`: the store wants no call before that. */
export function leave(shop: string, { key, points, sentMs }: Ticket, said: SaidCost | null, waitMs: number | null = null): void {
  const gate = gateOf(shop);
  const at = nowMs();
  gate.out -= 1;
  if (said !== null) {
    gate.rate = gate.rate === null ? firstRate(said, at, at - sentMs) : settle(gate.rate, points, said, sentMs, at);
    learn(key, said.requested);
  } else if (gate.rate !== null) {
    gate.rate = lose(gate.rate, points);
    if (waitMs !== null) gate.rate = pause(gate.rate, waitMs, at);
  }
  pump(gate);
}

function learn(key: string, requested: number): void {
  shared.costs.delete(key);
  shared.costs.set(key, requested);
  if (shared.costs.size > MOST_DOCUMENTS) shared.costs.delete(shared.costs.keys().next().value!);
}

/** Lets in who may, in order; rests while the first of them has to wait. */
function pump(gate: Gate): void {
  const at = nowMs();
  dismiss(gate, at);
  for (let first = gate.waiting[0]; first !== undefined; first = gate.waiting[0]) {
    const waitMs = gate.rate === null ? (gate.out === 0 ? 0 : null) : msUntil(gate.rate, first.points, first.urgency, at);
    // Nothing is known of the budget until the first call is back: that one lets the others in.
    if (waitMs === null) return;
    if (waitMs > 0) return void restAndPump(gate, waitMs);
    gate.waiting.shift();
    gate.out += 1;
    if (gate.rate !== null) gate.rate = send(gate.rate, first.points, at);
    first.enter({ ok: true, ticket: { key: first.key, points: first.points, sentMs: at } });
  }
}

async function restAndPump(gate: Gate, waitMs: number): Promise<void> {
  if (gate.resting) return;
  gate.resting = true;
  await rest(Math.min(waitMs, MOST_REST_MS));
  gate.resting = false;
  pump(gate);
}

function dismiss(gate: Gate, at: number): void {
  const late = gate.waiting.filter(({ sinceMs, urgency }) => at - sinceMs >= MOST_WAIT_MS[urgency] || (isStopping() && urgency !== "person"));
  if (late.length === 0) return;
  gate.waiting = gate.waiting.filter((waiter) => !late.includes(waiter));
  for (const waiter of late) {
    const waitMs = gate.rate === null ? 1_000 : msUntil(gate.rate, waiter.points, waiter.urgency, at);
    waiter.enter({ ok: false, waitMs: Math.max(1_000, waitMs) });
  }
}
