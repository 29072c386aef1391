// One worker at a time, across processes. The lock belongs to a connection: it is free the moment its holder dies.
import { lockPool } from "../db.server.ts";

/** Runs `work` while holding the lock of this name; null where another worker holds it. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  return holding(name, "select pg_try_advisory_lock(hashtextextended($1, 2)) as got", work);
}

const turns = new Map<string, Promise<void>>();

/**
 * Runs `work` after whoever holds the lock of this name: two tabs, or a double click, do the same thing one after the other. Those of one
 * process queue here, so that however many there are, one connection waits for the lock.
 */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const done = (turns.get(name) ?? Promise.resolve()).then(() => holdingAfterOthers(name, work));
  const ended = done.then(() => {}, () => {});
  turns.set(name, ended);
  void ended.then(() => {
    if (turns.get(name) === ended) turns.delete(name);
  });
  return done;
}

async function holdingAfterOthers<T>(name: string, work: () => Promise<T>): Promise<T> {
  const done = await holding(name, "select pg_advisory_lock(hashtextextended($1, 2)), true as got", async () => ({ value: await work() }));
  return done!.value;
}

async function holding<T>(name: string, lock: string, work: () => Promise<T>): Promise<T | null> {
  const client = await lockPool().connect();
  let broken: Error | undefined;
  const onError = (fault: Error) => (broken = fault);
  client.on("error", onError); // it rests while the work is done: without a listener its loss would end the process
  try {
    const { rows } = await client.query<{ got: boolean }>(lock, [name]);
    if (!rows[0]!.got) return null;
    try {
      return await work();
    } finally {
      await client.query("select pg_advisory_unlock(hashtextextended($1, 2))", [name]).catch((fault: Error) => (broken = fault));
    }
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
