// The gaps: spans in which the store changed orders that no delivery told of, and the orders that are still to be settled as the store has them.
import { pool, type Queryable } from "../db.server.ts";
import type { Found } from "./told.ts";

/** `silent`: no delivery came at all; `lost`: others came; the app was not installed; its token was refused. */
export type GapCause = "lost" | "silent" | "uninstalled" | "token";

export type NewGap = { shop: string; cause: GapCause; from: Date; to: Date; kind: "pages" | "bulk"; cutAt: Date | null };

/** A gap that one sweep found goes on in what the next one finds within this time. */
const GOES_ON = "interval '2 hours'";

/** The gap that this one goes on from, or a new one. Returns its id. */
export async function openGap(client: Queryable, { shop, cause, from, to, kind, cutAt }: NewGap, at: Date): Promise<bigint> {
  const known = await client.query<{ id: bigint }>(
    `select id from delivery_gap where shop = $1 and (cause = $2 or (cause = 'silent' and $2 = 'lost')) and cut_at is null and to_at >= $3::timestamptz - ${GOES_ON} order by id desc limit 1 for update`,
    [shop, cause, from],
  );
  if (known.rows[0]) return known.rows[0].id;
  const made = await client.query<{ id: bigint }>(
    "insert into delivery_gap (shop, cause, from_at, to_at, kind, found_at, cut_at) values ($1, $2, $3, $4, $5, $6, $7) returning id",
    [shop, cause, from, to, kind, at, cutAt],
  );
  return made.rows[0]!.id;
}

/** Adds orders to a gap, but for those that a gap has already in that state. Returns how many were new. */
export async function addToGap(client: Queryable, shop: string, gapId: bigint, orders: readonly Found[], span: { from: Date; to: Date }): Promise<number> {
  const added = await client.query(
    `insert into gap_order (shop, gap_id, order_id, updated_ns) select $1, $2, f."orderId", f."updatedNs" from json_to_recordset($3::json) as f("orderId" text, "updatedNs" bigint)
     where not exists (select from gap_order g where g.shop = $1 and g.order_id = f."orderId" and g.updated_ns >= f."updatedNs")
     on conflict (shop, gap_id, order_id) do update set updated_ns = excluded.updated_ns`,
    [shop, gapId, JSON.stringify(orders)],
  );
  const count = added.rowCount ?? 0;
  await client.query("update delivery_gap set orders = orders + $3, from_at = least(from_at, $4), to_at = greatest(to_at, $5), filled_at = null where shop = $1 and id = $2", [shop, gapId, count, span.from, span.to]);
  return count;
}

/** What a sweep knows of its gap at its end: that nothing at all was heard in it, and what the store does not give. */
export async function markGap(client: Queryable, shop: string, gapId: bigint, { silent, cutAt }: { silent: boolean; cutAt: Date | null }): Promise<void> {
  await client.query("update delivery_gap set cause = case when $3 and cause = 'lost' then 'silent' else cause end, cut_at = coalesce($4, cut_at) where shop = $1 and id = $2", [shop, gapId, silent, cutAt]);
}

/** Takes out of the gaps what is settled as the store has it, and closes those of which nothing is left and that no sweep is adding to. Returns how many were closed. */
export async function fillGaps(at: Date): Promise<number> {
  const open = await pool().query("select from delivery_gap where filled_at is null limit 1");
  if (open.rowCount === 0) return 0;
  await pool().query(
    `delete from gap_order g using order_state o where o.shop = g.shop and o.order_id = g.order_id
       and (o.updated_ns >= g.updated_ns or o.deleted_at is not null or (o.fetch_at is null and o.fetch_why = 'not_found') or (o.redacted_at is not null and o.frozen is null))`,
  );
  const filled = await pool().query(
    `update delivery_gap g set filled_at = $1 where g.filled_at is null and not exists (select from gap_order o where o.shop = g.shop and o.gap_id = g.id)
       and not exists (select from order_sweep w where w.shop = g.shop and w.gap_id = g.id and w.done_at is null)`,
    [at],
  );
  return filled.rowCount ?? 0;
}
