// What the network decided of conversions whose credit it was to decide: the newest verdict on each code of an order.
import type { Verdict } from "../domain/verdict.ts";
import type { Queryable } from "../db.server.ts";
import { ByOrder, type OrderKey } from "./order-key.ts";

/** What the network decided of some orders: by order, then by code. */
export async function verdictsOf(client: Queryable, keys: readonly OrderKey[]): Promise<ByOrder<ReadonlyMap<string, Verdict>>> {
  const verdicts = new ByOrder<Map<string, Verdict>>();
  if (keys.length === 0) return verdicts;
  type Row = OrderKey & { codeId: string; verdict: Verdict["verdict"]; reason: string | null; at: Date };
  const found = await client.query<Row>({
    name: "verdicts_of",
    text: `select v.shop, v.order_id as "orderId", v.code_id as "codeId", v.verdict, v.reason, v.at from unnest($1::text[], $2::text[]) as k(shop, order_id) join network_verdict v on v.shop = k.shop and v.order_id = k.order_id order by v.shop, v.order_id, v.code_id`,
    values: [keys.map(({ shop }) => shop), keys.map(({ orderId }) => orderId)],
  });
  for (const { codeId, verdict, reason, at, ...key } of found.rows) {
    const own = verdicts.get(key) ?? new Map<string, Verdict>();
    verdicts.set(key, own.set(codeId, { verdict, reason, at: at.toISOString() }));
  }
  return verdicts;
}

export type NewVerdict = { shop: string; orderId: string; codeId: string; programId: string; verdict: Verdict["verdict"]; reason: string | null; actionId: string | null };

/**
 * Keeps a verdict unless a newer one or the same is known, and has the order settled again where it says something else. True where it did.
 * One statement: a verdict that is kept is never without its settling.
 */
export async function keepVerdict(client: Queryable, { shop, orderId, codeId, programId, verdict, reason, actionId }: NewVerdict, at: Date): Promise<boolean> {
  const kept = await client.query<{ noted: boolean }>({
    name: "keep_verdict",
    text: `with before as (
        select verdict, reason from network_verdict where shop = $1 and order_id = $2 and code_id = $3 for update
      ), kept as (
        insert into network_verdict (shop, order_id, code_id, program_id, verdict, reason, action_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (shop, order_id, code_id) do update set program_id = excluded.program_id, verdict = excluded.verdict, reason = excluded.reason, action_id = excluded.action_id, at = excluded.at
        where excluded.at >= network_verdict.at
          and (network_verdict.verdict, network_verdict.reason, network_verdict.action_id) is distinct from (excluded.verdict, excluded.reason, excluded.action_id)
        returning 1
      )
      insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
      select $1, 'verdict:' || gen_random_uuid(), 'verdict', $8, $2, '', 'new' from kept
      where not exists (select 1 from before where before.verdict = $5)
      returning true as noted`,
    values: [shop, orderId, codeId, programId, verdict, reason, actionId, at],
  });
  return kept.rowCount === 1;
}
