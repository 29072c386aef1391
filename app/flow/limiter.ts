// How often somebody may ask: a sliding window over two counts. In memory and bounded: the counts of one window are kept, and those of the one before.
// The limiters that packages offer keep a timer for each key and any number of keys; whoever asks from many addresses would fill the memory.

export type Limiter = {
  /** Counts one request. Returns 0 where it may pass, else after how many milliseconds one may again. */
  take: (key: string, nowMs: number) => number;
  /** How many keys are remembered. */
  size: () => number;
};

/**
 * `most` requests of a key in `perMs`. Of more than `mostKeys` keys in a window the further ones are not counted: what limits them then is the limit of
 * all together.
 */
export function makeLimiter({ most, perMs, mostKeys }: { most: number; perMs: number; mostKeys: number }): Limiter {
  let window = 0;
  let counts = new Map<string, number>();
  let before = new Map<string, number>();

  function turn(nowMs: number): void {
    const current = Math.floor(nowMs / perMs);
    if (current === window) return;
    before = current === window + 1 ? counts : new Map();
    counts = new Map();
    window = current;
  }

  return {
    take(key, nowMs) {
      turn(nowMs);
      const passed = nowMs / perMs - window;
      const count = counts.get(key) ?? 0;
      const soFar = count + (before.get(key) ?? 0) * (1 - passed);
      // Who is turned away is not counted: he is let in again as soon as what he took has passed.
      if (soFar >= most) return Math.max(1, Math.ceil((1 - passed) * perMs));
      if (count > 0 || counts.size < mostKeys) counts.set(key, count + 1);
      return 0;
    },
    size: () => counts.size + before.size,
  };
}
