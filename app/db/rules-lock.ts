// Who settles orders and who changes what they are judged by do not miss each other: settling holds the lock of the shop's rules shared.
import type { Queryable } from "../db.server.ts";

/**
 * Lets nobody change the rules of the shop until the transaction ends (who does takes `holdRulesAlone`): settling reads the rules before its
 * orders can be seen, changing looks for orders, and without this each could miss the other.
 */
export async function holdRules(client: Queryable, shop: string): Promise<void> {
  await client.query({ name: "hold_rules", text: "select pg_advisory_xact_lock_shared(hashtextextended($1, 7))", values: [shop] });
}

/** The same of those of several shops whose rules nobody is changing at this moment; it waits for none. Returns the others. */
export async function tryRulesOf(client: Queryable, shops: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ shop: string }>({ name: "try_rules", text: "select shop from unnest($1::text[]) as shop where not pg_try_advisory_xact_lock_shared(hashtextextended(shop, 7))", values: [shops] });
  return new Set(rows.map(({ shop }) => shop));
}

/** Waits for whoever settles the shop's orders, and lets nobody settle any until the transaction ends. */
export async function holdRulesAlone(client: Queryable, shop: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [shop]);
}

/**
 * Has the orders settled again that were created since a rule began to hold, and lets no settling go by that may not have seen it: to be called
 * in the transaction that writes the rule, as its last statement. Mostly there are none, but one may have been settled while the rule was
 * being written, and the store's clock may be ahead of ours. `name` tells this change from all others of the shop.
 */
export async function settleSince(client: Queryable, shop: string, since: Date, name: string): Promise<void> {
  await holdRulesAlone(client, shop);
  await client.query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
     select shop, 'rules:' || $3 || ':' || order_id, 'rules', $2, order_id, '', 'new' from order_state where shop = $1 and created_at >= $2 on conflict do nothing`,
    [shop, since, name],
  );
}
