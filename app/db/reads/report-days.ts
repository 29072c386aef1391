// What became of the requests to the networks, by day.
import { pool } from "../../db.server.ts";
import type { ReportDay, ReportDays, ReportError } from "../../domain/report-days.ts";

const MOST_ERRORS = 8;

type Span = { days: number; now: Date; timezone: string };

// $2 now, $3 the zone, $4 the number of days, today included.
const SINCE = "((($2::timestamptz at time zone $3)::date - ($4::int - 1))::timestamp at time zone $3)";

/** The requests that ended in the last days of the shop's time zone, today included; every day of the period, also without any. */
export async function reportDays(shop: string, { days, now, timezone }: Span): Promise<ReportDays> {
  const values = [shop, now, timezone, days];
  const [byDay, kinds, errors, open] = await Promise.all([
    pool().query<ReportDay>(
      `with e as (select (ended_at at time zone $3)::date as day, outcome, count(*)::int as n from report_end where shop = $1 and ended_at >= ${SINCE} group by 1, 2)
       select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(e.n) filter (where e.outcome = 'accepted'), 0)::int as accepted,
              coalesce(sum(e.n) filter (where e.outcome = 'rejected'), 0)::int as rejected, coalesce(sum(e.n) filter (where e.outcome = 'lost'), 0)::int as lost
         from generate_series(($2::timestamptz at time zone $3)::date - ($4::int - 1), ($2::timestamptz at time zone $3)::date, interval '1 day') d(day)
         left join e on e.day = d.day::date group by d.day order by d.day`,
      values,
    ),
    pool().query<{ op: keyof ReportDays["kinds"]; n: number }>(`select op, count(*)::int as n from report_end where shop = $1 and ended_at >= ${SINCE} group by op`, values),
    pool().query<Omit<ReportError, "at"> & { at: Date }>(
      `with e as (select e.*, code from report_end e cross join lateral unnest(e.errors) code where e.shop = $1 and e.ended_at >= ${SINCE}),
       counted as (select distinct on (e.program_id, e.code) e.program_id, e.code, e.order_id, e.ended_at, (count(*) over (partition by e.program_id, e.code))::int as count
         from e order by e.program_id, e.code, e.ended_at desc)
       select coalesce(g.network, '') as network, c.code, c.count, c.order_id as "orderId", coalesce(nullif(o.name, ''), c.order_id) as "orderName", c.ended_at as at
         from counted c left join program g on g.shop = $1 and g.id = c.program_id left join order_state o on o.shop = $1 and o.order_id = c.order_id
        order by c.count desc, c.ended_at desc limit ${MOST_ERRORS}`,
      values,
    ),
    pool().query<{ n: number }>("select count(*)::int as n from conversion where shop = $1 and state in ('sending', 'queued')", [shop]),
  ]);
  const of = (op: keyof ReportDays["kinds"]) => kinds.rows.find((row) => row.op === op)?.n ?? 0;
  return {
    days: byDay.rows,
    open: open.rows[0]!.n,
    kinds: { create: of("create"), edit: of("edit"), reverse: of("reverse") },
    errors: errors.rows.map((row) => ({ ...row, at: row.at.toISOString() })),
  };
}
