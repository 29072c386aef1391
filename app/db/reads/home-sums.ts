// Home's sales from the daily sums (db/sums.ts), and from what settling noted and nobody has added yet: exact at any time. null: the shop's sums are not built, or in another zone.
import { pool } from "../../db.server.ts";
import type { HomeDay, Totals } from "../../domain/home-page.ts";

export const BEST_SHOWN = 5;

/** $1 shop, $2 now, $3 the zone, $4 the number of days. */
const DAYS = `b as (select t.today, t.today - ($4::int - 1) as since, t.today - (2 * $4::int - 1) as before from (select ($2::timestamptz at time zone $3)::date as today) t)`;
const BUILT = "sum_state where shop = $1 and zone = $3 and built_at is not null";

export type SummedDays = { since: Date; before: Date; now: Totals; then: Totals; days: HomeDay[] };
type RawDay = [day: string, orders: number, amount: string, back: string];

export async function daysFromSums(values: unknown[]): Promise<SummedDays | null> {
  const { rows } = await pool().query<{ from_at: Date; before_at: Date; today: string; since: string; before: string; days: RawDay[] }>({
    name: "home_days",
    text: `with ${DAYS}, st as (select from ${BUILT}),
     c as materialized (select (order_at at time zone $3)::date as day, (at at time zone $3)::date as back_day, orders, amount, back from sum_change where shop = $1),
     d as (select day, sum(orders) as orders, sum(amount) as amount, sum(back) as back
             from (select day, orders, amount, back from sum_day where shop = $1 and kind = 'shop' and id = '' and day >= (select before from b)
                   union all select day, orders, amount, 0 from c where day >= (select before from b)
                   union all select back_day, 0, 0, back from c where back_day >= (select before from b)) every group by day)
     select b.since::timestamp at time zone $3 as from_at, b.before::timestamp at time zone $3 as before_at, b.today::text as today, b.since::text as since, b.before::text as before,
            coalesce((select jsonb_agg(jsonb_build_array(day::text, orders, amount::text, back::text)) from d), '[]') as days
       from b, st`,
    values,
  });
  const row = rows[0];
  if (!row) return null;
  const byDay = new Map(row.days.map((day) => [day[0], day]));
  const own = row.days.filter(([day]) => day >= row.since);
  const days = eachDay(row.since, row.today).map((day, at): HomeDay => {
    const before = new Date(Date.parse(row.before) + at * DAY_MS).toISOString().slice(0, 10);
    return { day, orders: byDay.get(day)?.[1] ?? 0, amount: byDay.get(day)?.[2] ?? "0", before: byDay.get(before)?.[2] ?? "0" };
  });
  return { since: row.from_at, before: row.before_at, now: totalsOf(own), then: totalsOf(row.days.filter(([day]) => day < row.since)), days };
}

const DAY_MS = 86_400_000;

function eachDay(from: string, to: string): string[] {
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: count }, (_, at) => new Date(Date.parse(from) + at * DAY_MS).toISOString().slice(0, 10));
}

function totalsOf(days: readonly RawDay[]): Totals {
  const total = (at: 2 | 3) => days.reduce((sum, day) => sum + BigInt(day[at]), 0n).toString();
  return { sales: total(2), orders: days.reduce((sum, [, orders]) => sum + orders, 0), takenBack: total(3) };
}

export type RawBest = { id: string; name: string | null; owner_id: string | null; owner_name: string | null; orders: number; amount: string; days: Record<string, string> };

export const BEST_NAMES = {
  creator: { names: "n.name as name, null as owner_id, null as owner_name", joins: "left join creator n on n.shop = $1 and n.id = t.id" },
  code: {
    names: "k.code as name, c.creator_id as owner_id, n.name as owner_name",
    joins: `left join code k on k.shop = $1 and k.id = t.id
      left join lateral (select c.creator_id from code_term c where c.shop = $1 and c.code_id = t.id order by c.valid_from desc limit 1) c on true left join creator n on n.shop = $1 and n.id = c.creator_id`,
  },
};

/** What the best come from: the sums of the period where it ends today, else those of its days. */
const BEST_OF = {
  // Those at the top and those that changed since, each looked up by its key: there may be a million.
  period: (kind: string) => `(select id, sum(orders) as orders, sum(amount) as amount from (
      select i.id, p.orders, p.amount from (select id from (select id from sum_period where shop = $1 and kind = '${kind}' and days = $4::int and amount > 0
            order by amount desc, id limit ${BEST_SHOWN} + (select count(distinct id) from u)) top union select id from u) i
        cross join lateral (select p.orders, p.amount from sum_period p where p.shop = $1 and p.kind = '${kind}' and p.days = $4::int and p.id = i.id limit 1) p
      union all select id, orders, amount from u) every group by id)`,
  days: (kind: string) => `(select id, sum(orders) as orders, sum(amount) as amount from (
      select id, orders, amount from sum_day where shop = $1 and kind = '${kind}' and day >= (select since from b) union all select id, orders, amount from u) every group by id)`,
};

export async function bestFromSums(kind: "creator" | "code", values: unknown[]): Promise<RawBest[] | null> {
  return (await bestFrom(kind, "period", values)) ?? bestFrom(kind, "days", values);
}

async function bestFrom(kind: "creator" | "code", from: keyof typeof BEST_OF, values: unknown[]): Promise<RawBest[] | null> {
  const { names, joins } = BEST_NAMES[kind];
  const { rows } = await pool().query<{ best: RawBest[] }>({
    name: `home_best_${kind}_${from}`,
    text: `with ${DAYS}, st as (select from ${BUILT} ${from === "period" ? "and day = (select today from b)" : ""}),
     u as materialized (select ${kind}_id as id, (order_at at time zone $3)::date as day, ${kind}_orders as orders, amount from sum_change where shop = $1 and (order_at at time zone $3)::date >= (select since from b)),
     t as materialized (select id, orders, amount from ${BEST_OF[from](kind)} every where amount > 0 order by amount desc, id limit ${BEST_SHOWN})
     select coalesce((select jsonb_agg(to_jsonb(best) order by best.place) from (
         select row_number() over (order by t.amount desc, t.id) as place, t.id, ${names}, t.orders, t.amount::text as amount, s.days
           from t ${joins}
           cross join lateral (select jsonb_object_agg(day::text, amount::text) as days from (select day, sum(amount) as amount from (
               select day, amount from sum_day where shop = $1 and kind = '${kind}' and id = t.id and day >= (select since from b) union all select day, amount from u where u.id = t.id) every group by day) e) s) best), '[]') as best
       from st`,
    values,
  });
  return rows[0]?.best ?? null;
}
