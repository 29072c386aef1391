// Going through a shop's orders for facts that an older reader made: one row per shop says how far that is.
import { pool, type Queryable } from "../db.server.ts";

export type Walk = { cursor: string; walks: number };

/** Shops whose orders are to be gone through for this reader, or once more; of those that have the app, at most `limit`. */
export async function shopsToWalk(version: number, at: Date, limit: number): Promise<string[]> {
  const found = await pool().query<{ shop: string }>(
    `select s.shop from shop s left join reader_walk w on w.shop = s.shop
     where s.uninstalled_at is null and (w.shop is null or w.version < $1 or (w.version = $1 and w.next_at <= $2)) order by w.next_at nulls first, s.shop limit $3`,
    [version, at, limit],
  );
  return found.rows.map(({ shop }) => shop);
}

/** Holds how far a shop was gone through for this reader, to the end of the transaction. Null: it is done, or a newer reader goes through it. */
export async function holdWalk(client: Queryable, shop: string, version: number, at: Date): Promise<Walk | null> {
  const held = await client.query<Walk>(
    `insert into reader_walk as w (shop, version, next_at) values ($1, $2, $3)
     on conflict (shop) do update set version = $2, next_at = $3, cursor = case when w.version < $2 then '' else w.cursor end, walks = case when w.version < $2 then 0 else w.walks end
       where w.version < $2 or (w.version = $2 and w.next_at <= $3)
     returning cursor, walks`,
    [shop, version, at],
  );
  return held.rows[0] ?? null;
}

export async function keepWalk(client: Queryable, shop: string, { cursor, walks }: Walk, nextAt: Date | null): Promise<void> {
  await client.query("update reader_walk set cursor = $2, walks = $3, next_at = $4 where shop = $1", [shop, cursor, walks, nextAt]);
}

/** What a page of orders came to: how many there were, which was the last, how many are to be fetched now, and how many somebody held just now. */
export type OlderPage = { seen: number; last: string; asked: number; held: number };

/**
 * Of the next `limit` orders after an id, marks as to be fetched those whose facts an older reader made, each once per reader. Orders that the store deleted, or does
 * not give, are left alone, and so is what was removed; one that is being settled is not waited for.
 */
export async function askForOlder(client: Queryable, shop: string, after: string, version: number, at: Date, limit: number): Promise<OlderPage> {
  const found = await client.query<OlderPage>({
    name: "ask_for_older",
    text: `with page as materialized (
         select order_id, reader_version between 1 and $3 - 1 and facts is not null and fetch_at is null and deleted_at is null and coalesce(fetch_why, '') not in ($5, 'not_found') as older
         from order_state where shop = $1 and order_id > $2 order by order_id limit $6),
       free as materialized (select order_id from order_state where shop = $1 and order_id = any(array(select order_id from page where older)) order by order_id for update skip locked),
       asked as (update order_state set fetch_at = $4, fetch_why = $5 where shop = $1 and order_id = any(array(select order_id from free)) returning 1)
     select count(*)::int as seen, coalesce(max(order_id), $2) as last, (select count(*)::int from asked) as asked, (count(*) filter (where older) - (select count(*) from free))::int as held from page`,
    values: [shop, after, version, at, `reader ${version}`, limit],
  });
  return found.rows[0]!;
}
