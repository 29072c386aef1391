// The orders of a reconciliation's period while it runs: those that the store lists, and those that are known here.
import type { StoreOrder } from "../domain/reconcile.ts";
import type { Queryable } from "../db.server.ts";
import type { NewRun, RunKey } from "./reconcile.ts";

/** Keeps what the store says of some orders; one that moved between two pages is kept as it was said last. Returns how many were not there before. */
export async function keepStoreOrders(client: Queryable, { shop, id }: RunKey, orders: readonly { orderId: string; store: StoreOrder }[]): Promise<number> {
  if (orders.length === 0) return 0;
  // A row that this statement made has no older version.
  const kept = await client.query<{ isNew: boolean }>({
    name: "keep_store_orders",
    text: `insert into reconciliation_order (shop, reconciliation_id, order_id, store)
      select $1, $2, o."orderId", o.store from jsonb_to_recordset($3::jsonb) as o("orderId" text, store jsonb)
      on conflict (shop, reconciliation_id, order_id) do update set store = excluded.store returning xmax = 0 as "isNew"`,
    values: [shop, id, JSON.stringify([...new Map(orders.map((one) => [one.orderId, one])).values()])],
  });
  return kept.rows.filter(({ isNew }) => isNew).length;
}

/** A place among the orders that are known here: by their creation, and of one instant by their ids. */
export type OwnPlace = { at: string; orderId: string };

/** Adds the next orders of the period that are known here and the store did not list, looking at `limit` of them. `seen`: how many there were; fewer than `limit`: that was all. */
export async function addOwnOrders(client: Queryable, { shop, id, fromAt, toAt }: NewRun, after: OwnPlace | null, limit: number): Promise<{ seen: number; added: number; last: OwnPlace | null }> {
  const found = await client.query<{ seen: number; added: number; at: Date | null; orderId: string | null }>(
    `with page as materialized (select order_id, created_at from order_state where shop = $1 and created_at >= $3 and created_at < $4 and (created_at, order_id) > ($3, $5) order by created_at, order_id limit $6),
       added as (insert into reconciliation_order (shop, reconciliation_id, order_id) select $1, $2, order_id from page on conflict (shop, reconciliation_id, order_id) do nothing returning 1),
       last as (select order_id, created_at from page order by created_at desc, order_id desc limit 1)
     select (select count(*)::int from page) as seen, (select count(*)::int from added) as added, (select created_at from last) as at, (select order_id from last) as "orderId"`,
    [shop, id, after === null ? fromAt : new Date(after.at), toAt, after?.orderId ?? "", limit],
  );
  const { seen, added, at, orderId } = found.rows[0]!;
  return { seen, added, last: at === null ? null : { at: at.toISOString(), orderId: orderId! } };
}

/** The next orders after an id. */
export async function pageOfRun(client: Queryable, { shop, id }: RunKey, after: string, limit: number): Promise<{ orderId: string; store: StoreOrder | null }[]> {
  const found = await client.query<{ orderId: string; store: StoreOrder | null }>({
    name: "page_of_reconciliation",
    text: `select order_id as "orderId", store from reconciliation_order where shop = $1 and reconciliation_id = $2 and order_id > $3 order by order_id limit $4`,
    values: [shop, id, after, limit],
  });
  return found.rows;
}

/** What was compared is of no use any more: the orders after an id, up to another. */
export async function dropCompared(client: Queryable, { shop, id }: RunKey, after: string, last: string): Promise<void> {
  await client.query({ name: "drop_compared", text: "delete from reconciliation_order where shop = $1 and reconciliation_id = $2 and order_id > $3 and order_id <= $4", values: [shop, id, after, last] });
}

/** Throws away some of a run's orders. Returns how many. */
export async function dropRunOrders(client: Queryable, { shop, id }: RunKey, limit: number): Promise<number> {
  const dropped = await client.query(
    `delete from reconciliation_order where shop = $1 and reconciliation_id = $2 and ctid = any(array(select ctid from reconciliation_order where shop = $1 and reconciliation_id = $2 limit $3))`,
    [shop, id, limit],
  );
  return dropped.rowCount ?? 0;
}
