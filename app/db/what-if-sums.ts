// What a what-if adds up to: the ledger's sums of the orders that it concerns, and beside them what would differ.
import type { WhatIfSummary } from "../domain/what-if.ts";
import type { Queryable } from "../db.server.ts";
import type { ClaimedWhatIf } from "./what-if.ts";

type Sums = Omit<WhatIfSummary, "skipped" | "asks" | "asked">;

// The orders of the period on which a code of the program stands; what is held of them, and what would differ, by creator and day.
const PARTS = `concerned as materialized (select o.order_id, (o.created_at at time zone $6)::date as day from order_state o
    where o.shop = $1 and o.created_at >= $4 and o.created_at < $5 and o.facts is not null
      and exists (select 1 from decision d where d.shop = o.shop and d.order_id = o.order_id and d.program_id = $3)),
  held as (select l.creator_id, c.day, l.currency, sum(l.amount) as before, 0 as difference from concerned c join ledger_entry l on l.shop = $1 and l.order_id = c.order_id group by 1, 2, 3),
  differing as (select creator_id, (order_at at time zone $6)::date as day, currency, 0 as before, sum(after - before) as difference from what_if_order where shop = $1 and what_if_id = $2 and code_id <> '' group by 1, 2, 3),
  every as materialized (select creator_id, day, currency, sum(before) as before, sum(before + difference) as after from (select * from held union all select * from differing) both_sides group by 1, 2, 3),
  changed as (select currency, count(distinct order_id)::int as orders from what_if_order where shop = $1 and what_if_id = $2 and code_id <> '' group by currency),
  changed_of as (select creator_id, currency, count(distinct order_id)::int as orders from what_if_order where shop = $1 and what_if_id = $2 and code_id <> '' group by 1, 2)`;

/** Adds up what was found. `timezone`: in which the days are told. */
export async function sumWhatIf(client: Queryable, { shop, id, programId, fromAt, toAt }: ClaimedWhatIf, timezone: string): Promise<Sums> {
  const found = await client.query<Sums>(
    `with ${PARTS}
     select (select count(*)::int from concerned) as orders, (select count(distinct order_id)::int from what_if_order where shop = $1 and what_if_id = $2 and code_id <> '') as changed,
       (select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'changed', coalesce(orders, 0), 'before', before::text, 'after', after::text) order by before desc, currency), '[]')
          from (select currency, sum(before) as before, sum(after) as after from every group by currency) s left join changed using (currency)) as currencies,
       (select coalesce(jsonb_agg(jsonb_build_object('creatorId', creator_id, 'currency', currency, 'changed', orders, 'before', before::text, 'after', after::text) order by abs(after - before) desc, creator_id), '[]')
          from (select creator_id, currency, sum(before) as before, sum(after) as after from every group by 1, 2) s join changed_of using (creator_id, currency)) as creators,
       (select coalesce(jsonb_agg(jsonb_build_object('day', day, 'currency', currency, 'before', before::text, 'after', after::text) order by day, currency), '[]')
          from (select day, currency, sum(before) as before, sum(after) as after from every group by 1, 2) s where before <> 0 or after <> 0) as days`,
    [shop, id, programId, fromAt, toAt, timezone],
  );
  return found.rows[0]!;
}

/** Ends the computing. False: it is ours no more. */
export async function finishWhatIf(client: Queryable, { shop, id, lease }: ClaimedWhatIf, sums: Sums, at: Date): Promise<boolean> {
  const done = await client.query(
    `update what_if set state = 'done', lease_at = null, done_at = $5, summary = $4::jsonb || jsonb_build_object('skipped', coalesce((summary ->> 'skipped')::int, 0), 'asks', coalesce((summary ->> 'asks')::int, 0))
     where shop = $1 and id = $2 and state = 'running' and lease_at = $3`,
    [shop, id, lease, JSON.stringify(sums), at],
  );
  return done.rowCount === 1;
}
