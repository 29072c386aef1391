// What `npm run ledger -- verify` reads of the daily sums: those that are not what the entries add up to. It writes nothing.
import { SUM_PERIODS } from "../domain/sums.ts";
import type { Queryable } from "../db.server.ts";
import { KIND_OF_CODES } from "./sums.ts";

/** A sum that differs. `kind`: shop, creator, code, or codes that share orders; `day`: "2026-06-10", or how many days the period has ("0": ever). Amounts are minor units. */
export type SumDifference = { shop: string; kind: string; id: string; day: string; held: SumFound; added: SumFound };
export type SumFound = { orders: string; amount: string; back: string };

/** Is there something to compare? Sums that are just being built are not shown either. */
export async function hasSums(client: Queryable, shop: string): Promise<boolean> {
  const found = await client.query("select from sum_state where shop = $1 and built_at is not null", [shop]);
  return found.rowCount === 1;
}

/** Room for adding up millions of entries in one go. For the transaction. */
export async function takeRoom(client: Queryable): Promise<void> {
  await client.query("set local work_mem = '64MB'");
}

/**
 * The sums of days and periods that differ, at most `limit` of them: those that are kept, with what waits to be added, against those of the entries; and the periods
 * against the days. `count`: how many there are.
 */
export async function sumsThatDiffer(client: Queryable, shop: string, limit: number): Promise<{ compared: number; count: number; differences: SumDifference[] }> {
  const { rows } = await client.query<{ compared: number; count: number; differences: SumDifference[] }>(
    `with st as (select zone, day from sum_state where shop = $1 and built_at is not null),
       c as (select (order_at at time zone st.zone)::date as day, (at at time zone st.zone)::date as back_day, code_id, creator_id, amount, back, orders, code_orders, creator_orders from sum_change, st where shop = $1),
       held as (select kind, id, day, sum(orders) as orders, sum(amount) as amount, sum(back) as back from (
           select kind, id, day, orders, amount, back from sum_day where shop = $1
           union all select 'shop', '', day, orders, amount, 0 from c union all select 'shop', '', back_day, 0, 0, back from c
           union all select 'creator', creator_id, day, creator_orders, amount, 0 from c union all select ${KIND_OF_CODES}, code_id, day, code_orders, amount, 0 from c) every group by kind, id, day),
       l as materialized (select l.order_id, (o.created_at at time zone st.zone)::date as day, l.creator_id, l.code_id, sum(l.amount) as amount from st, ledger_entry l
           join order_state o on o.shop = $1 and o.order_id = l.order_id and o.created_at is not null where l.shop = $1 group by l.order_id, 2, l.creator_id, l.code_id),
       added as (
         select 'shop' as kind, '' as id, day, sum(orders) as orders, sum(amount) as amount, sum(back) as back from (
             select day, count(*) filter (where amount > 0) as orders, sum(amount) as amount, 0 as back from (select order_id, day, sum(amount) as amount from l group by order_id, day) o group by day
             union all select (e.at at time zone st.zone)::date, 0, 0, -sum(e.amount) from st, ledger_entry e join order_state o on o.shop = $1 and o.order_id = e.order_id and o.created_at is not null
               where e.shop = $1 and e.kind = 'reversal' group by 1) every group by day
         union all select 'creator', creator_id, day, count(*) filter (where amount > 0), sum(amount), 0 from (select order_id, creator_id, day, sum(amount) as amount from l group by order_id, creator_id, day) o group by creator_id, day
         union all select 'code', code_id, day, count(*) filter (where amount > 0), sum(amount), 0 from (select order_id, code_id, day, sum(amount) as amount from l group by order_id, code_id, day) o group by code_id, day
         union all select 'codes', codes, day, count(*), 0, 0 from (select day, string_agg(code_id, ' ' order by code_id collate "C") as codes
             from (select order_id, code_id, day from l group by order_id, code_id, day having sum(amount) > 0) o group by order_id, day having count(*) > 1) o group by codes, day),
       periods as (select d.kind, d.id, n.days, sum(d.orders) as orders, sum(d.amount) as amount from st, sum_day d join (values ${SUM_PERIODS.map((days) => `(${days})`).join(", ")}) n(days) on true
           where d.shop = $1 and d.kind <> 'shop' and (n.days = 0 or d.day > st.day - n.days) group by d.kind, d.id, n.days),
       compared as (
         select kind, id, day::text as day, h.orders as h_orders, h.amount as h_amount, h.back as h_back, a.orders as a_orders, a.amount as a_amount, a.back as a_back from held h full join added a using (kind, id, day)
         union all select kind, id, days::text, h.orders, h.amount, 0, a.orders, a.amount, 0 from (select kind, id, days, orders, amount from sum_period where shop = $1) h full join periods a using (kind, id, days)),
       d as materialized (select * from (select kind, id, day, coalesce(h_orders, 0) as h_orders, coalesce(h_amount, 0) as h_amount, coalesce(h_back, 0) as h_back, coalesce(a_orders, 0) as a_orders, coalesce(a_amount, 0) as a_amount,
           coalesce(a_back, 0) as a_back from compared) every where (h_orders, h_amount, h_back) <> (a_orders, a_amount, a_back))
     select (select count(*)::int from compared) as compared, (select count(*)::int from d) as count,
            coalesce((select jsonb_agg(jsonb_build_object('shop', $1::text, 'kind', kind, 'id', id, 'day', day, 'held', jsonb_build_object('orders', h_orders::text, 'amount', h_amount::text, 'back', h_back::text),
              'added', jsonb_build_object('orders', a_orders::text, 'amount', a_amount::text, 'back', a_back::text)) order by kind desc, day, id) from (select * from d order by kind desc, day, id limit $2) listed), '[]') as differences`,
    [shop, limit],
  );
  return rows[0]!;
}
