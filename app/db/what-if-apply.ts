// Applying a what-if: from then on it is among the rules (db/rules.ts), and the orders that it concerns are settled anew.
import type { WhatIfState, WhatIfSummary } from "../domain/what-if.ts";
import type { Queryable } from "../db.server.ts";
import type { WhatIfKey, WhatIfRow } from "./what-if.ts";

export type LockedWhatIf = WhatIfRow & { state: WhatIfState; readAt: Date | null; summary: WhatIfSummary | null };

export async function lockWhatIf(client: Queryable, { shop, id }: WhatIfKey): Promise<LockedWhatIf | null> {
  const found = await client.query<LockedWhatIf>(
    `select shop, id, program_id as "programId", from_at as "fromAt", to_at as "toAt", settings, state, read_at as "readAt", summary from what_if where shop = $1 and id = $2 for update`,
    [shop, id],
  );
  return found.rows[0] ?? null;
}

/** When one of the shop was last applied, and when one whose period overlaps with this one's. */
export async function lastApplied(client: Queryable, { shop, fromAt, toAt }: WhatIfRow): Promise<{ any: Date | null; overlapping: Date | null }> {
  const found = await client.query<{ any: Date | null; overlapping: Date | null }>(
    `select max(applied_at) as any, max(applied_at) filter (where from_at < $3 and to_at > $2) as overlapping from what_if where shop = $1`,
    [shop, fromAt, toAt],
  );
  return found.rows[0]!;
}

export async function markApplied(client: Queryable, { shop, id }: WhatIfKey, who: string, at: Date, asked: number): Promise<void> {
  await client.query(
    `update what_if set state = 'applied', applied_at = $3, applied_by = $4, summary = summary || jsonb_build_object('asked', $5::int) where shop = $1 and id = $2`,
    [shop, id, at, who, asked],
  );
}

/** Has orders settled anew: those that it found to be settled otherwise, and those of the period that were settled since. Returns how many. */
export async function settleAnew(client: Queryable, { shop, id, fromAt, toAt }: WhatIfRow, settledSince: Date, at: Date): Promise<number> {
  const noted = await client.query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
     select $1, 'what-if:' || $2 || ':' || order_id, 'what_if', $3, order_id, '', 'new' from (
       select order_id from what_if_order where shop = $1 and what_if_id = $2
       union select order_id from order_state where shop = $1 and created_at >= $4 and created_at < $5 and facts is not null and settled_at >= $6) orders
     order by order_id`,
    [shop, id, at, fromAt, toAt, settledSince],
  );
  return noted.rowCount ?? 0;
}
