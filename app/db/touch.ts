// Clicks of visitors.
import type { Touch } from "../domain/rule-book.ts";
import { inTransaction, type Queryable } from "../db.server.ts";

/** The clicks of some visitors of a shop, as they were noted. */
export async function touchesOf(client: Queryable, shop: string, visitors: readonly string[]): Promise<Touch[]> {
  if (visitors.length === 0) return [];
  const found = await client.query<{ at: Date; visitor: string; creatorId: string | null; clickId: string | null }>({
    name: "touches_of",
    text: `select at, visitor, creator_id as "creatorId", click_id as "clickId" from touch where shop = $1 and visitor = any($2) order by id`,
    values: [shop, visitors],
  });
  return found.rows.map(({ at, ...touch }) => ({ ...touch, atMs: at.getTime() }));
}

/**
 * Lets no click of these visitors come in until the transaction ends: settling reads the clicks before its orders can be seen, noting a
 * click looks for orders, and without this each could miss the other.
 */
export async function holdClicks(client: Queryable, shop: string, visitors: readonly string[]): Promise<void> {
  if (visitors.length === 0) return;
  await client.query({
    name: "hold_clicks",
    text: `select pg_advisory_xact_lock_shared(name) from (select distinct hashtextextended($1 || ' ' || visitor, 3) as name from unnest($2::text[]) as visitor order by 1) named`,
    values: [shop, visitors],
  });
}

/** Notes a click. The visitor's orders are to be settled again: it may have happened before them (rules, section 3). */
export async function addTouch(shop: string, touch: { at: Date; visitor: string; creatorId: string | null; clickId: string | null }, receivedAt: Date): Promise<void> {
  await inTransaction(async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 3))", [shop, touch.visitor]);
    await client.query(
      `with noted as (insert into touch (shop, at, visitor, creator_id, click_id) values ($1, $2, $3, $4, $5) returning id)
       insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
       select $1, 'touch:' || noted.id || ':' || o.order_id, 'touch', $6, o.order_id, '', 'new' from noted, order_state o where o.shop = $1 and o.visitor = $3`,
      [shop, touch.at, touch.visitor, touch.creatorId, touch.clickId, receivedAt],
    );
  });
}
