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

/**
 * Lets nobody change the rules of the shop until the transaction ends (who does holds it alone: settleSince, db/what-if-apply.ts, db/members.ts): settling reads the rules before
 * its orders can be seen, applying looks for orders, and without this each could miss the other.
 */
export async function holdRules(client: Queryable, shop: string): Promise<void> {
  await client.query({ name: "hold_rules", text: "select pg_advisory_xact_lock_shared(hashtextextended($1, 7))", values: [shop] });
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

/**
 * Has the orders settled again that were created since a rule began to hold, and lets no settling go by that may not have seen it: to be called
 * in the transaction that writes the rule, as its last statement. Mostly there are none, but one may have been settled while the rule was
 * being written, and the store's clock may be ahead of ours. `name` tells this change from all others of the shop.
 */
export async function settleSince(client: Queryable, shop: string, since: Date, name: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [shop]);
  await client.query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
     select shop, 'rules:' || $3 || ':' || order_id, 'rules', $2, order_id, '', 'new' from order_state where shop = $1 and created_at >= $2 on conflict do nothing`,
    [shop, since, name],
  );
}
