// What waits for the hours of a shop's accounts at networks, by the kind of its requests.
import { backlogOf, REQUESTS, type Backlog } from "../../domain/backlog.ts";
import type { Hour } from "../../domain/budget-shares.ts";
import { PAYOUT_DUE } from "../payout.ts";
import { pool } from "../../db.server.ts";

type Raw = { id: string; limit: number | null; used: number; ends_at: Date; reports: number; codes: number; reads: number; waits: Hour["waits"]; conversions: number; told_requests: number; codes_wait: number; deals_wait: number; readings: number; came: number; told: number };

/** Of the shop's accounts that are in use. The hour belongs to the account, whoever else shares it; what waits is this shop's. */
export async function listBacklogs(shop: string, now: Date): Promise<Backlog[]> {
  const { rows } = await pool().query<Raw>(
    `select n.id, b."limit", b.used, b.ends_at, b.reports, b.codes, b.reads, b.waits, coalesce(v.waiting, 0) as conversions, coalesce(v.requests, 0) as told_requests,
            coalesce(c.waiting, 0) as codes_wait, coalesce(d.waiting, 0) as deals_wait, coalesce(v.readings, 0) as readings, coalesce(v.came, 0) as came, coalesce(e.told, 0) as told
       from network_connection n
       left join rate_budget b on b.account = n.network || ':' || n.account_sid
       left join lateral (select (count(*) filter (where v.open))::int as waiting, (count(distinct v.program_id) filter (where v.unread))::int as readings, (count(*) filter (where v.created_at > $2::timestamptz - interval '1 hour'))::int as came,
                                 (coalesce(sum(case when v.op in ('edit', 'reverse') then ${REQUESTS.underway} when v.op is not null then 0 when v.action_id is not null then ${REQUESTS.changed} else ${REQUESTS.created} end) filter (where v.open), 0))::int as requests
                            from (select v.*, v.next_at is not null and v.state in ('waiting', 'sending', 'queued', 'reported') as open, ${PAYOUT_DUE("$2")} as unread
                                    from conversion v join program g on g.shop = v.shop and g.id = v.program_id where v.shop = n.shop and g.connection_id = n.id) v) v on true
       left join lateral (select count(*)::int as waiting from code_placement p join program g on g.shop = p.shop and g.id = p.target
                           where p.shop = n.shop and g.connection_id = n.id and p.state in ('waiting', 'asked')) c on true
       left join lateral (select count(*)::int as waiting from deal_placement p join program g on g.shop = p.shop and g.id = p.program_id
                           where p.shop = n.shop and g.connection_id = n.id and p.state = 'waiting') d on true
       left join lateral (select count(*)::int as told from report_end e where e.shop = n.shop and e.connection_id = n.id and e.op = 'create' and e.ended_at > $2::timestamptz - interval '1 hour') e on true
      where n.shop = $1 and n.state <> 'disconnected'`,
    [shop, now],
  );
  return rows.map((row) => backlogOf({
    connectionId: row.id,
    hour: row.limit === null ? null : { limit: row.limit, used: row.used, endsAtMs: row.ends_at.getTime(), reports: row.reports, codes: row.codes, reads: row.reads, waits: row.waits },
    waits: { conversions: row.conversions, codes: row.codes_wait, deals: row.deals_wait, readings: row.readings },
    requests: { reports: row.told_requests, codes: row.codes_wait * REQUESTS.code + row.deals_wait * REQUESTS.deal, reads: row.readings * REQUESTS.reading },
    lastHour: { came: row.came, told: row.told },
  }, now.getTime()));
}
