// One worker at a time, across processes. The lock belongs to a connection: it is free the moment its holder dies.
import { pool } from "../db.server.ts";

/** Runs `work` while holding the lock of this name; null where another worker holds it. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  const client = await pool().connect();
  let broken: Error | undefined;
  const onError = (fault: Error) => (broken = fault);
  client.on("error", onError); // it rests while the work is done: without a listener its loss would end the process
  try {
    const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock(hashtextextended($1, 2)) as got", [name]);
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
