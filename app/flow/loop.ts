// The loops that drive the stages: work at once while there is work, then look again after a short rest.
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log.server.ts";

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
};

const LONGEST_REST_MS = 5_000;

/** Starts a loop. A fault is logged and the loop goes on, resting longer each time until work succeeds again. */
export function startLoop({ name, everyMs, work }: LoopOptions): Loop {
  const stopping = new AbortController();
  let faults = 0;

  async function turn(): Promise<number> {
    try {
      const done = await work();
      faults = 0;
      return done;
    } catch (fault) {
      faults += 1;
      log.error({ loop: name, fault: fault instanceof Error ? fault.message : String(fault), faults }, "a loop met a fault and goes on");
      return 0;
    }
  }

  async function go(): Promise<void> {
    while (!stopping.signal.aborted) {
      if ((await turn()) > 0) continue;
      const rest = Math.min(everyMs * 2 ** Math.min(faults, 10), Math.max(everyMs, LONGEST_REST_MS));
      await sleep(rest, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = go();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
