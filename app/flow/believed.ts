// What was read a moment ago is believed for a moment more, where it is asked for too often to be read each time.
import { nowMs } from "../clock.ts";

const MOST = 10_000;

export type Believed<T> = { of: (key: string) => Promise<T>; forget: () => void };

/** Reads a key's value once in `forMs`. A fault is not believed. */
export function believed<T>(read: (key: string) => Promise<T>, forMs: number): Believed<T> {
  const known = new Map<string, { atMs: number; value: Promise<T> }>();
  return {
    of(key) {
      const atMs = nowMs();
      const one = known.get(key);
      // Also where the clock was set back meanwhile.
      if (one !== undefined && Math.abs(atMs - one.atMs) < forMs) return one.value;
      if (known.size >= MOST) known.clear();
      const value = read(key);
      known.set(key, { atMs, value });
      value.catch(() => known.delete(key));
      return value;
    },
    forget: () => known.clear(),
  };
}
