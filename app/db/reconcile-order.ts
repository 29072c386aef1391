// The orders of a reconciliation's period while it runs: those that the store lists, and those that are known here.
import type { StoreOrder } from "../domain/reconcile.ts";
import { pool, type Queryable } from "../db.server.ts";
import type { NewRun, RunKey } from "./reconcile.ts";

/** Keeps what the store says of some orders; one that moved between two pages is kept as it was said last. */
export async function keepStoreOrders(client: Queryable, { shop, id }: RunKey, orders: readonly { orderId: string; store: StoreOrder }[]): Promise<void> {
  if (orders.length === 0) return;
  await client.query({
    name: "keep_store_orders",
    text: `insert into reconciliation_order (shop, reconciliation_id, order_id, store)
      select $1, $2, o."orderId", o.store from jsonb_to_recordset($3::jsonb) as o("orderId" text, store jsonb)
      on conflict (shop, reconciliation_id, order_id) do update set store = excluded.store`,
    values: [shop, id, JSON.stringify([...new Map(orders.map((one) => [one.orderId, one])).values()])],
  });
}

/** Adds the orders of the period that are known here and the store did not list. */
export async function addOwnOrders(client: Queryable, { shop, id, fromAt, toAt }: NewRun): Promise<void> {
  await client.query(
    `insert into reconciliation_order (shop, reconciliation_id, order_id) select shop, $2, order_id from order_state where shop = $1 and created_at >= $3 and created_at < $4
     on conflict (shop, reconciliation_id, order_id) do nothing`,
    [shop, id, fromAt, toAt],
  );
}

export async function countRunOrders(client: Queryable, { shop, id }: RunKey): Promise<number> {
  const found = await client.query<{ count: number }>("select count(*)::int as count from reconciliation_order where shop = $1 and reconciliation_id = $2", [shop, id]);
  return found.rows[0]!.count;
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

/** Once it is done, what the store said is of no use any more. */
export async function dropRunOrders({ shop, id }: RunKey): Promise<void> {
  await pool().query("delete from reconciliation_order where shop = $1 and reconciliation_id = $2", [shop, id]);
}
