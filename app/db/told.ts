// What is known of orders that the store names as changed: as it stands, on its way, or told by nobody.
import type { Queryable } from "../db.server.ts";

/** An order as the store lists it. */
export type Found = { orderId: string; updatedNs: string };

export type Judged = Found & {
  /** known in this state, or a later one */
  known: boolean;
  /** its accounts are closed, as the shop's data was removed: nothing that comes of it changes anything */
  closed: boolean;
  /** the store is being asked for it */
  isAsked: boolean;
  /** a delivery of this state waits to be settled */
  isWaiting: boolean;
  /** when a delivery of it last came; null: none did */
  heardAt: Date | null;
};

export async function judgeFound(client: Queryable, shop: string, found: readonly Found[]): Promise<Judged[]> {
  const judged = await client.query<Judged>(
    `select f."orderId", f."updatedNs"::text, coalesce(o.deleted_at is not null or o.updated_ns >= f."updatedNs", false) as known,
       coalesce(o.redacted_at is not null and o.frozen is null, false) as closed, o.fetch_at is not null as "isAsked", coalesce(d.waits, false) as "isWaiting", d.heard as "heardAt"
     from json_to_recordset($2::json) as f("orderId" text, "updatedNs" bigint) left join order_state o on o.shop = $1 and o.order_id = f."orderId"
     left join lateral (
       select bool_or(state = 'new' and (updated_ns is null or updated_ns >= f."updatedNs")) as waits, max(received_at) as heard from delivery where shop = $1 and order_id = f."orderId" and triggered_ns is not null) d on true`,
    [shop, JSON.stringify(found)],
  );
  return judged.rows;
}

/** Marks orders as to be fetched. Returns how many were not yet. */
export async function askForOrders(client: Queryable, shop: string, orderIds: readonly string[], at: Date): Promise<number> {
  const asked = await client.query(
    `insert into order_state (shop, order_id, fetch_at, fetch_why) select $1, id, $3, 'sweep' from unnest($2::text[]) id order by 2
     on conflict (shop, order_id) do update set fetch_at = excluded.fetch_at, fetch_why = excluded.fetch_why where order_state.deleted_at is null and order_state.fetch_at is null`,
    [shop, orderIds, at],
  );
  return asked.rowCount ?? 0;
}

/**
 * How many of the newest orders' events came by two subscriptions since then: one event, one topic, under two webhook ids. Orders are looked through by when
 * they were made, as deliveries are found by their order.
 */
export async function countDoubled(client: Queryable, shop: string, since: Date): Promise<number> {
  const found = await client.query<{ doubled: number }>(
    `with newest as (select order_id from order_state where shop = $1 and created_at is not null order by created_at desc limit 200)
     select count(*)::int as doubled from (
       select from newest n join delivery d on d.shop = $1 and d.order_id = n.order_id where d.triggered_ns is not null and d.event_id is not null and d.received_at > $2
       group by d.order_id, d.topic, d.event_id having count(distinct d.webhook_id) > 1) twice`,
    [shop, since],
  );
  return found.rows[0]!.doubled;
}
