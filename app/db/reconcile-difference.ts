// What reconciliations found to differ.
import type { Cause, Difference } from "../domain/reconcile.ts";
import { type Queryable } from "../db.server.ts";
import type { RunKey } from "./reconcile.ts";

export type NewDifference = Difference & { orderId: string; orderName: string; orderAt: string | null };

export async function addDifferences(client: Queryable, { shop, id }: RunKey, found: readonly NewDifference[]): Promise<void> {
  if (found.length === 0) return;
  await client.query({
    name: "add_reconciliation_differences",
    text: `insert into reconciliation_difference (shop, reconciliation_id, cause, order_id, order_name, order_at, n, program_id, action_id, creator_id, currency, here, there, detail)
      select $1, $2, d.cause, d."orderId", d."orderName", d."orderAt", d.n, d."programId", d."actionId", d."creatorId", d.currency, d.here, d.there, d.detail
      from jsonb_to_recordset($3::jsonb) as d(cause text, "orderId" text, "orderName" text, "orderAt" timestamptz, n int, "programId" text, "actionId" text, "creatorId" text, currency text, here bigint, there bigint, detail jsonb)`,
    values: [shop, id, JSON.stringify(found)],
  });
}

/**
 * The store is to be asked once more for the orders of some causes, at most `limit` in one call; `only`: just that difference's. Returns how many were not asked for already.
 * Orders that the store deleted, and those of shops that were forgotten, are left alone.
 */
export async function askForDifferences(client: Queryable, { shop, id }: RunKey, causes: readonly Cause[], only: string | null, at: Date, limit: number): Promise<number> {
  const asked = await client.query(
    `insert into order_state (shop, order_id, fetch_at, fetch_why)
     select distinct d.shop, d.order_id, $4::timestamptz, 'reconcile' from reconciliation_difference d
       left join order_state o on o.shop = d.shop and o.order_id = d.order_id
      where d.shop = $1 and d.reconciliation_id = $2 and d.cause = any($3) and d.order_id <> '' and ($5::bigint is null or d.id = $5)
        and o.fetch_at is null and o.deleted_at is null and (o.redacted_at is null or o.frozen is not null)
      order by 2 limit $6
     on conflict (shop, order_id) do update set fetch_at = excluded.fetch_at, fetch_why = excluded.fetch_why where order_state.fetch_at is null and order_state.deleted_at is null`,
    [shop, id, causes, at, only, limit],
  );
  return asked.rowCount ?? 0;
}

/** One difference of a run, or null. */
export async function findDifference(client: Queryable, { shop, id }: RunKey, differenceId: string): Promise<{ cause: Cause; orderId: string; orderName: string } | null> {
  const found = await client.query<{ cause: Cause; orderId: string; orderName: string }>(
    `select cause, order_id as "orderId", order_name as "orderName" from reconciliation_difference where shop = $1 and reconciliation_id = $2 and id = $3`,
    [shop, id, differenceId],
  );
  return found.rows[0] ?? null;
}

/** Throws away some of a run's differences. Returns how many. */
export async function dropDifferences(client: Queryable, { shop, id }: RunKey, limit: number): Promise<number> {
  const dropped = await client.query(
    `delete from reconciliation_difference where shop = $1 and reconciliation_id = $2 and ctid = any(array(select ctid from reconciliation_difference where shop = $1 and reconciliation_id = $2 limit $3))`,
    [shop, id, limit],
  );
  return dropped.rowCount ?? 0;
}
