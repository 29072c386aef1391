// Simulated time: the process's clock stands still while anything really works (the database, the store's answers), and jumps to the next timer when all
// wait. An hour of waiting takes as long as the work in it.
import { setImmediate as breathe } from "node:timers/promises";
import pg from "pg";
import { setRest } from "#app/clock.ts";

const timers: { atMs: number; wake: () => void }[] = [];
let nowMs = 0;
let working = 0;
/** Called when nothing works any more. */
let onRest: (() => void) | null = null;

/** Waits for so long in simulated time. */
export function simulatedRest(ms: number): Promise<void> {
  return new Promise((wake) => {
    const timer = { atMs: nowMs + Math.max(0, ms), wake };
    const at = timers.findIndex((other) => other.atMs > timer.atMs);
    timers.splice(at < 0 ? timers.length : at, 0, timer);
  });
}

/** From here on the process's time is simulated; it begins now. */
export function simulateTime(): void {
  nowMs = Date.now();
  Date.now = () => nowMs;
  setRest(simulatedRest);
  watch(pg.Client.prototype as never, "query");
  watch(pg.Client.prototype as never, "connect");
  watch(pg.Pool.prototype as never, "connect");
}

/** Time stands still until this has ended: it is work that is done elsewhere in the process (a local server's answer). */
export async function atWork<T>(work: Promise<T>): Promise<T> {
  working += 1;
  return work.finally(done);
}

/** Runs `work`, and time with it, to its end. */
export async function inSimulatedTime<T>(work: () => Promise<T>): Promise<T> {
  let ended = false;
  const running = work().finally(() => (ended = true));
  running.catch(() => {});
  for (;;) {
    await settled();
    if (ended) return running;
    const next = timers.shift();
    if (next === undefined) throw new Error("all wait, and for no time");
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
  }
}

/** Until nothing works any more: what an answer sets off may work again. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet++) {
    await breathe();
    if (working === 0) continue;
    await new Promise<void>((rest) => (onRest = rest));
    quiet = -1;
  }
}

function done(): void {
  working -= 1;
  if (working > 0) return;
  onRest?.();
  onRest = null;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Counts a method of the driver as work until it has answered, by callback or promise. */
function watch(prototype: Record<string, Method>, name: string): void {
  const real = prototype[name]!;
  prototype[name] = function watched(...args) {
    working += 1;
    const last = args.at(-1);
    if (typeof last === "function") {
      args[args.length - 1] = (...said: unknown[]) => {
        done();
        return (last as Method)(...said);
      };
      return real.apply(this, args);
    }
    const answer = real.apply(this, args);
    if (answer instanceof Promise) answer.then(done, done);
    else done();
    return answer;
  };
}
