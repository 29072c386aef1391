// What Home shows: what waits and what failed, the first steps, and what creators sold. Sales count on the day of their order, with what was
// returned taken off; what was taken back counts when it was taken back.
import { pool } from "../../db.server.ts";
import type { Best, HomeDay, HomeState, Sales, Setup } from "../../domain/home-page.ts";
import { CONTRACT_END, outlivesContract } from "./code-list.ts";
import { OPEN_UNREADABLE } from "./orders.ts";
import { WAITING_REQUEST } from "./requests.ts";

const BEST_SHOWN = 5;
/** After so many tries in vain the store is said not to answer. */
const FAILING_TRIES = 4;

type RawState = { deliveries: number; unreadable: number; fetches: number; failing: number; reports: number; cut: number; stuck: number; placing: number; wrong: number; differs: number; requests: number; contracts: number; refused: { id: string; name: string }[]; hindered: { id: string; name: string }[] };

/** What lags behind is told by the backlogs (db/reads/backlog.ts), the storefront by db/reads/touches.ts. */
export async function homeState(shop: string, now: Date): Promise<Omit<HomeState, "lags" | "storefront">> {
  const { rows } = await pool().query<RawState>(
    `select (select count(*)::int from delivery where shop = $1 and state = 'new') as deliveries,
            (select count(distinct coalesce(d.order_id, d.webhook_id))::int from delivery d where d.shop = $1 and ${OPEN_UNREADABLE}) as unreadable,
            (select count(*)::int from drift where shop = $1 and closed_at is null and how is null) as differs,
            (select count(*)::int from code_request r where r.shop = $1 and ${WAITING_REQUEST}) as requests,
            (select count(*)::int from code c
               join lateral (select * from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
               left join deal d on d.shop = c.shop and d.id = c.deal_id cross join lateral (select ${CONTRACT_END} as contract_end) k
              where c.shop = $1 and c.retired_at is null and c.replaced_by is null and not coalesce(least(t.ends_at, d.ends_at) <= $3, false) and ${outlivesContract("least(t.ends_at, d.ends_at)", "$3")}) as contracts,
            f.waiting as fetches, f.failing, v.waiting as reports, v.cut,
            v.stuck + (select count(*)::int from network_action a where a.shop = $1 and a.problem is not null and a.repair is null) as stuck, p.waiting as placing, p.wrong,
            coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'name', coalesce(nullif(n.name, ''), n.account_sid)) order by n.created_at)
              from network_connection n where n.shop = $1 and n.state = 'refused'), '[]') as refused,
            coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'name', coalesce(nullif(n.name, ''), n.account_sid)) order by n.created_at)
              from network_connection n where n.shop = $1 and n.state = 'connected' and (n.problem is not null or n.permissions @> '[{"state": "lacking"}]')), '[]') as hindered
       from (select count(*)::int as waiting, (count(*) filter (where fetch_tries >= $2))::int as failing from order_state where shop = $1 and fetch_at is not null) f,
            (select (count(*) filter (where c.open and n.id is null))::int as waiting, (count(*) filter (where c.open and n.id is not null))::int as cut, (count(*) filter (where not c.is_left and (c.state = 'stuck' or (c.state = 'reversed' and c.problem is not null))))::int as stuck
               from (select program_id, state, problem, left_at is not null and left_at >= changed_at as is_left, state in ('waiting', 'sending', 'queued') or (state = 'reported' and next_at is not null) as open from conversion where shop = $1) c
               left join program g on g.shop = $1 and g.id = c.program_id left join network_connection n on n.shop = $1 and n.id = g.connection_id and n.state = 'disconnected') v,
            (select (count(*) filter (where state in ('waiting', 'asked')))::int as waiting, (count(*) filter (where state in ('refused', 'missing', 'by_hand')))::int as wrong
               from (select p.state from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 and c.retired_at is null
                     union all select state from deal_placement where shop = $1 union all select store_state from deal where shop = $1) every) p`,
    [shop, FAILING_TRIES, now],
  );
  const row = rows[0]!;
  return {
    deliveries: { waiting: row.deliveries, unreadable: row.unreadable },
    fetches: { waiting: row.fetches, failing: row.failing },
    reports: { waiting: row.reports, cut: row.cut, stuck: row.stuck },
    placements: { waiting: row.placing, wrong: row.wrong },
    differs: row.differs,
    requests: row.requests,
    contracts: row.contracts,
    refused: row.refused,
    hindered: row.hindered,
  };
}

export async function setupOf(shop: string): Promise<Setup> {
  const { rows } = await pool().query<Setup>(
    `select (select count(*)::int from program where shop = $1 and state = 'active') as programs,
            exists (select 1 from network_connection where shop = $1 and state = 'connected') as connected,
            (select count(*)::int from creator where shop = $1) as creators, (select count(*)::int from deal where shop = $1) as deals,
            (select count(*)::int from code where shop = $1) as codes, exists (select 1 from ledger_entry where shop = $1) as credited`,
    [shop],
  );
  return rows[0]!;
}

type Span = { days: number; now: Date; timezone: string };

// $2 now, $3 the zone, $4 the number of days: the period begins at midnight of its first day, the one before it as many days earlier.
export const BOUNDS = `b as (select ((($2::timestamptz at time zone $3)::date - ($4::int - 1))::timestamp at time zone $3) as since,
  ((($2::timestamptz at time zone $3)::date - (2 * $4::int - 1))::timestamp at time zone $3) as before)`;

type RawTotals = { since: Date; before: Date; sales: string; sales_then: string; orders: number; orders_then: number; back: string; back_then: string };

/** What was credited in the last `days` days of the shop's time zone, today included, against as many days before. */
export async function salesOf(shop: string, span: Span): Promise<Sales> {
  const values = [shop, span.now, span.timezone, span.days];
  const [totals, days, creators, codes] = await Promise.all([totalsOf(values), daysOf(values), bestOf("creator", values), bestOf("code", values)]);
  const spark = (best: RawBest): Best => ({
    id: best.id,
    name: best.name ?? "",
    owner: best.owner_id === null ? null : { id: best.owner_id, name: best.owner_name ?? "" },
    orders: best.orders,
    amount: best.amount,
    days: days.map((day) => best.days[day.day] ?? "0"),
  });
  return {
    from: totals.since.toISOString(),
    before: totals.before.toISOString(),
    now: { sales: totals.sales, orders: totals.orders, takenBack: totals.back },
    then: { sales: totals.sales_then, orders: totals.orders_then, takenBack: totals.back_then },
    days,
    creators: creators.map(spark),
    codes: codes.map(spark),
  };
}

async function totalsOf(values: unknown[]): Promise<RawTotals> {
  const { rows } = await pool().query<RawTotals>(
    `with ${BOUNDS}
     select b.since, b.before, o.sales, o.sales_then, o.orders, o.orders_then, l.back, l.back_then from b,
       lateral (select coalesce(sum(credited) filter (where created_at >= b.since), 0)::text as sales, coalesce(sum(credited) filter (where created_at < b.since), 0)::text as sales_then,
                       (count(*) filter (where created_at >= b.since))::int as orders, (count(*) filter (where created_at < b.since))::int as orders_then
                  from order_state where shop = $1 and created_at >= b.before and credited > 0) o,
       lateral (select coalesce(-sum(amount) filter (where at >= b.since), 0)::text as back, coalesce(-sum(amount) filter (where at < b.since), 0)::text as back_then
                  from ledger_entry where shop = $1 and at >= b.before and kind = 'reversal') l`,
    values,
  );
  return rows[0]!;
}

/** Every day of the period; beside it, the same day of the period before. */
async function daysOf(values: unknown[]): Promise<HomeDay[]> {
  const { rows } = await pool().query<HomeDay>(
    `with ${BOUNDS},
     s as (select (o.created_at at time zone $3)::date as day, count(*) as orders, sum(o.credited) as amount from order_state o, b
            where o.shop = $1 and o.created_at >= b.before and o.credited > 0 group by 1)
     select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(s.orders, 0)::int as orders, coalesce(s.amount, 0)::text as amount, coalesce(p.amount, 0)::text as before
       from b, generate_series((b.since at time zone $3)::date, ($2::timestamptz at time zone $3)::date, interval '1 day') d(day)
       left join s on s.day = d.day::date left join s p on p.day = d.day::date - $4::int
      order by d.day`,
    values,
  );
  return rows;
}

type RawBest = { id: string; name: string | null; owner_id: string | null; owner_name: string | null; orders: number; amount: string; days: Record<string, string> };

async function bestOf(what: "creator" | "code", values: unknown[]): Promise<RawBest[]> {
  const by = what === "creator" ? "l.creator_id" : "l.code_id";
  const named = what === "creator" ? "left join creator n on n.shop = $1 and n.id = t.id" : `left join code k on k.shop = $1 and k.id = t.id
      left join lateral (select c.creator_id from code_term c where c.shop = $1 and c.code_id = t.id order by c.valid_from desc limit 1) c on true left join creator n on n.shop = $1 and n.id = c.creator_id`;
  const { rows } = await pool().query<RawBest>(
    `with ${BOUNDS},
     each_order as (select ${by} as id, (o.created_at at time zone $3)::date as day, l.order_id, sum(l.amount) as balance
                      from b join order_state o on o.shop = $1 and o.created_at >= b.since join ledger_entry l on l.shop = o.shop and l.order_id = o.order_id group by ${by}, o.created_at, l.order_id),
     each_day as (select id, day, count(*) filter (where balance > 0) as orders, sum(balance) as amount from each_order group by id, day),
     t as (select id, sum(orders)::int as orders, sum(amount) as amount, jsonb_object_agg(to_char(day, 'YYYY-MM-DD'), amount::text) as days
             from each_day group by id having sum(amount) > 0 order by sum(amount) desc, id limit ${BEST_SHOWN})
     select t.id, ${what === "creator" ? "n.name" : "k.code"} as name, ${what === "creator" ? "null" : "c.creator_id"} as owner_id, ${what === "creator" ? "null" : "n.name"} as owner_name,
            t.orders, t.amount::text as amount, t.days
       from t ${named} order by t.amount desc, t.id`,
    values,
  );
  return rows;
}
