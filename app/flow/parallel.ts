// Several questions at once, but never many.
import { isStopping } from "../stopping.server.ts";

/** Runs `work` on each item, at most `most` at a time, in order of their start; stops starting new ones once `work` answers false, or the process is to end. */
export async function inParallel<T>(items: readonly T[], most: number, work: (item: T) => Promise<boolean>): Promise<void> {
  let next = 0;
  let going = true;
  async function lane(): Promise<void> {
    while (going && !isStopping() && next < items.length) {
      const item = items[next++]!;
      if (!(await work(item))) going = false;
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
}
