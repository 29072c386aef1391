// Many small writes as few large ones: what comes while a write is under way goes with the next. Whoever adds something waits until it is committed, so
// that nothing is answered that a crash could take back; the number of those who wait is bounded.

import { setTimeout as sleep } from "node:timers/promises";

/** What became of an item: it was written, it was there before, it stands in somebody's way and is to wait for him, or a fault. */
export type Outcome = Kept | "busy" | Error;
export type Kept = "done" | "known";

export type GroupCommit<T> = {
  /** Resolves when the item is committed, rejects with the fault. null: too many wait already. */
  add: (group: string, item: T) => Promise<Kept> | null;
  /** How many wait. */
  waiting: () => number;
};

type Options<T> = {
  /** Writes the items of one group in one transaction, and tells what became of each. Where `patient`, none may be busy. A rejection counts for all. */
  write: (group: string, items: readonly T[], patient: boolean) => Promise<Outcome[]>;
  mostWaiting: number;
  mostAtOnce: number;
  /** How long the first of a batch waits for others; 0: only until what has come by now was read. */
  collectMs: number;
  /** How many writes of a group may be under way at once; 1 where it is left out. */
  writers?: number;
};

type Waiting<T> = { item: T; done: (kept: Kept) => void; failed: (fault: Error) => void };
type Lane<T> = { group: string; patient: boolean; waiting: Waiting<T>[]; writers: number };

/** One write of a group at a time (or `writers`), and beside it one that waits for whoever was in the way. */
export function groupCommit<T>({ write, mostWaiting, mostAtOnce, collectMs, writers = 1 }: Options<T>): GroupCommit<T> {
  const lanes = new Map<string, Lane<T>>();
  let count = 0;

  function push(group: string, patient: boolean, items: Waiting<T>[]): void {
    const name = `${patient ? "patient" : "quick"} ${group}`;
    const lane: Lane<T> = lanes.get(name) ?? { group, patient, waiting: [], writers: 0 };
    lane.waiting.push(...items);
    if (lane.writers === (patient ? 1 : writers)) return;
    lanes.set(name, lane);
    lane.writers += 1;
    if (collectMs === 0) setImmediate(() => void drain(name, lane));
    else setTimeout(() => void drain(name, lane), collectMs);
  }

  async function drain(name: string, lane: Lane<T>): Promise<void> {
    while (lane.waiting.length > 0) {
      await writeSome(lane, lane.waiting.splice(0, mostAtOnce));
      // A few are not worth a commit of their own yet; many are.
      if (collectMs > 0 && lane.waiting.length > 0 && lane.waiting.length < mostAtOnce / 10) await sleep(collectMs);
    }
    lane.writers -= 1;
    if (lane.writers === 0) lanes.delete(name);
  }

  async function writeSome(lane: Lane<T>, items: Waiting<T>[]): Promise<void> {
    const outcomes = await write(lane.group, items.map(({ item }) => item), lane.patient).catch((fault: unknown): Outcome[] => items.map(() => (fault instanceof Error ? fault : new Error(String(fault)))));
    const busy = items.filter((_one, at) => outcomes[at] === "busy");
    count -= items.length - busy.length;
    items.forEach(({ done, failed }, at) => {
      const outcome = outcomes[at] ?? new Error("nothing was told of it");
      if (outcome instanceof Error) failed(outcome);
      else if (outcome !== "busy") done(outcome);
    });
    if (busy.length > 0) push(lane.group, true, busy);
  }

  return {
    add(group, item) {
      if (count >= mostWaiting) return null;
      count += 1;
      return new Promise<Kept>((done, failed) => push(group, false, [{ item, done, failed }]));
    },
    waiting: () => count,
  };
}
