// The database's clock: the one that all processes over it can ask.
import { pool } from "../db.server.ts";

/** What time it is there, in milliseconds since 1970. */
export async function databaseMs(): Promise<number> {
  const { rows } = await pool().query<{ ms: number }>("select extract(epoch from clock_timestamp())::float8 * 1000 as ms");
  return rows[0]!.ms;
}
