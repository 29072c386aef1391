// The time of a chaos run: one clock for all processes (CLOCK_FILE), which runs on in steps. It waits for all of them to show a pulse before each step, so that
// an hour that passes in a minute is never passed while somebody is held up by the machine.
import { rmSync } from "node:fs";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { writeClock } from "#test/local/demo/stage.ts";

export type RunClock = {
  file: string;
  forward: (ms: number) => void;
  /** Does something as of an instant. It must not wait for anything. */
  asOf: <T>(atMs: number, act: () => T) => T;
  close: () => void;
};

/** Begins at `atMs`, whatever the machine says. This process must not follow a CLOCK_FILE of its own. */
export function startClock(file: string, atMs: number): RunClock {
  let offsetMs = atMs - Date.now();
  setClockOffsetMs(offsetMs);
  writeClock(file, offsetMs);
  return {
    file,
    forward(ms) {
      offsetMs += ms;
      setClockOffsetMs(offsetMs);
      writeClock(file, offsetMs);
    },
    asOf(atMs, act) {
      setClockOffsetMs(offsetMs + atMs - nowMs());
      try {
        return act();
      } finally {
        setClockOffsetMs(offsetMs);
      }
    },
    close() {
      setClockOffsetMs(0);
      rmSync(file, { force: true });
    },
  };
}
