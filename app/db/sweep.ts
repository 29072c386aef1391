// Up to when each shop's store was asked what changed.
import { pool } from "../db.server.ts";

/** Shops that were last tried before `before`, the longest ago first; `since`: up to when the store has told all. */
export async function shopsToSweep(before: Date, limit: number): Promise<{ shop: string; since: Date }[]> {
  const due = await pool().query<{ shop: string; since: Date }>(
    `select shop, coalesce(swept_at, created_at) as since from shop
     where uninstalled_at is null and (sweep_tried_at is null or sweep_tried_at < $1) order by sweep_tried_at nulls first limit $2`,
    [before, limit],
  );
  return due.rows;
}

/** Notes that a shop was tried, and up to when it has told what changed; `upTo` null: it told nothing. */
export async function noteSwept(shop: string, at: Date, upTo: Date | null): Promise<void> {
  await pool().query(`update shop set sweep_tried_at = $2, swept_at = coalesce($3, swept_at) where shop = $1`, [shop, at, upTo]);
}
