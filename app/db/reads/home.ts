// What creators sold, as Home shows it. Sales count on the day of their order, with what was returned taken off; what was taken back counts when it was taken back.
import { pool } from "../../db.server.ts";
import type { Best, HomeDay, Sales } from "../../domain/home-page.ts";
import { BEST_NAMES, BEST_SHOWN, bestFromSums, daysFromSums, type RawBest, type SummedDays } from "./home-sums.ts";

type Span = { days: number; now: Date; timezone: string };

// $2 now, $3 the zone, $4 the number of days: the period begins at midnight of its first day, the one before it as many days earlier.
export const BOUNDS = `b as (select ((($2::timestamptz at time zone $3)::date - ($4::int - 1))::timestamp at time zone $3) as since,
  ((($2::timestamptz at time zone $3)::date - (2 * $4::int - 1))::timestamp at time zone $3) as before)`;

type RawTotals = { since: Date; before: Date; sales: string; sales_then: string; orders: number; orders_then: number; back: string; back_then: string };

/** What was credited in the last `days` days of the shop's time zone, today included, against as many days before: from the daily sums, and from the entries until those are built. */
export async function salesOf(shop: string, span: Span): Promise<Sales> {
  const values = [shop, span.now, span.timezone, span.days];
  const [summed, creators, codes] = await Promise.all([daysFromSums(values), bestFromSums("creator", values), bestFromSums("code", values)]);
  return summed === null || creators === null || codes === null ? salesFromEntries(shop, span) : shownSales(summed, creators, codes);
}

/** The same, added up from the entries themselves. */
export async function salesFromEntries(shop: string, span: Span): Promise<Sales> {
  const values = [shop, span.now, span.timezone, span.days];
  const [totals, days, creators, codes] = await Promise.all([totalsOf(values), daysOf(values), bestOf("creator", values), bestOf("code", values)]);
  return shownSales(
    {
      since: totals.since,
      before: totals.before,
      now: { sales: totals.sales, orders: totals.orders, takenBack: totals.back },
      then: { sales: totals.sales_then, orders: totals.orders_then, takenBack: totals.back_then },
      days,
    },
    creators,
    codes,
  );
}

function shownSales({ since, before, now, then, days }: SummedDays, creators: readonly RawBest[], codes: readonly RawBest[]): Sales {
  const spark = (best: RawBest): Best => ({
    id: best.id,
    name: best.name ?? "",
    owner: best.owner_id === null ? null : { id: best.owner_id, name: best.owner_name ?? "" },
    orders: best.orders,
    amount: best.amount,
    days: days.map((day) => best.days[day.day] ?? "0"),
  });
  return { from: since.toISOString(), before: before.toISOString(), now, then, days, creators: creators.map(spark), codes: codes.map(spark) };
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

async function bestOf(what: "creator" | "code", values: unknown[]): Promise<RawBest[]> {
  const by = what === "creator" ? "l.creator_id" : "l.code_id";
  const { names, joins } = BEST_NAMES[what];
  const { rows } = await pool().query<RawBest>(
    `with ${BOUNDS},
     each_order as (select ${by} as id, (o.created_at at time zone $3)::date as day, l.order_id, sum(l.amount) as balance
                      from b join order_state o on o.shop = $1 and o.created_at >= b.since join ledger_entry l on l.shop = o.shop and l.order_id = o.order_id group by ${by}, o.created_at, l.order_id),
     each_day as (select id, day, count(*) filter (where balance > 0) as orders, sum(balance) as amount from each_order group by id, day),
     t as (select id, sum(orders)::int as orders, sum(amount) as amount, jsonb_object_agg(to_char(day, 'YYYY-MM-DD'), amount::text) as days
             from each_day group by id having sum(amount) > 0 order by sum(amount) desc, id limit ${BEST_SHOWN})
     select t.id, ${names}, t.orders, t.amount::text as amount, t.days
       from t ${joins} order by t.amount desc, t.id`,
    values,
  );
  return rows;
}
