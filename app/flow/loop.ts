// The loops that drive the stages: work at once while there is work, then look again after a short rest.
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log.server.ts";
import { metrics } from "../metrics.server.ts";

export type Loop = {
  /** Stops after the work at hand; resolves when it is done. */
  stop: () => Promise<void>;
};

type LoopOptions = {
  name: string;
  /** How long to rest when there was nothing to do. */
  everyMs: number;
  /** Does some of the waiting work and says how much it did; 0 means that nothing is due. */
  work: () => Promise<number>;
  /** A turn that takes longer is told as one that hangs. Requests and statements give up long before. */
  mostTurnMs?: number;
};

const LONGEST_REST_MS = 5_000;
const MOST_TURN_MS = 15 * 60_000;

type Running = { name: string; mostTurnMs: number; /** performance.now() when the present turn began; null: it rests. */ turnSince: number | null };
const running = new Set<Running>();

/** The loops of this process: for how long the present turn of each has run (ms; 0: it rests), and whether that is longer than any turn should take. */
export function loopsNow(): { name: string; turnMs: number; hangs: boolean }[] {
  return [...running].map(({ name, mostTurnMs, turnSince }) => {
    const turnMs = turnSince === null ? 0 : performance.now() - turnSince;
    return { name, turnMs, hangs: turnMs > mostTurnMs };
  });
}

/** Starts a loop. A fault is logged and the loop goes on, resting longer each time until work succeeds again. */
export function startLoop({ name, everyMs, work, mostTurnMs = MOST_TURN_MS }: LoopOptions): Loop {
  const stopping = new AbortController();
  const own: Running = { name, mostTurnMs, turnSince: null };
  let faults = 0;

  async function turn(): Promise<number> {
    own.turnSince = performance.now();
    metrics.turns.inc({ loop: name });
    try {
      const done = await work();
      faults = 0;
      return done;
    } catch (fault) {
      faults += 1;
      metrics.loopFaults.inc({ loop: name });
      log.error({ loop: name, fault: fault instanceof Error ? fault.message : String(fault), faults }, "a loop met a fault and goes on");
      return 0;
    } finally {
      own.turnSince = null;
    }
  }

  async function go(): Promise<void> {
    while (!stopping.signal.aborted) {
      if ((await turn()) > 0) continue;
      const rest = Math.min(everyMs * 2 ** Math.min(faults, 10), Math.max(everyMs, LONGEST_REST_MS));
      await sleep(rest, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  running.add(own);
  const ended = go().finally(() => running.delete(own));
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
