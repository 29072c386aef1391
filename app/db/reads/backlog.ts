// What waits for the hours of a shop's accounts at networks, by the kind of its requests.
import { backlogOf, REQUESTS, USUAL_LIMIT, type Backlog } from "../../domain/backlog.ts";
import type { Hour } from "../../domain/budget-shares.ts";
import { PAYOUT_DUE } from "../payout.ts";
import { pool } from "../../db.server.ts";
import { dealIsOpen } from "../open-deal.ts";
import { OPEN_CONVERSION, WRONG_CONVERSION } from "../open-conversion.ts";

// Of how many programs the network is to be asked what it will pay.
const READINGS = `(select count(*)::int from program g where g.shop = n.shop and g.connection_id = n.id and exists (select from conversion v where v.shop = g.shop and v.program_id = g.id and ${PAYOUT_DUE("$2")}))`;

// What came up in the last hour waits, was told in it, or is stuck.
const HOUR = "c.created_at > $2::timestamptz - interval '1 hour'";
const CAME = `select count(*)::int as count from (
    select c.order_id, c.n from program g join conversion c on c.shop = g.shop and c.program_id = g.id and ${HOUR} and ${OPEN_CONVERSION} where g.shop = n.shop and g.connection_id = n.id
    union select c.order_id, c.n from report_end e join conversion c on c.shop = e.shop and c.order_id = e.order_id and c.n = e.n and ${HOUR} where e.shop = n.shop and e.connection_id = n.id and e.ended_at > $2::timestamptz - interval '1 hour'
    union select c.order_id, c.n from program g join conversion c on c.shop = g.shop and c.program_id = g.id and ${HOUR} and ${WRONG_CONVERSION} where g.shop = n.shop and g.connection_id = n.id) every`;

type Raw = { id: string; limit: number | null; used: number; ends_at: Date; reports: number; codes: number; reads: number; waits: Hour["waits"]; conversions: number; told_requests: number; codes_wait: number; deals_wait: number; readings: number; came: number; told: number };

/** What waits is looked at for so many hours of its account: beyond LONG_HOURS it takes long, however long. */
const LOOKED_AT_HOURS = 7;

/**
 * Of the shop's accounts that are in use. The hour belongs to the account, whoever else shares it; what waits is this shop's. `rough`: only for what is warned of, and so
 * that it takes no time: of what waits no more is counted than decides it, and what is to be read back is left out.
 */
export async function listBacklogs(shop: string, now: Date, { rough = false } = {}): Promise<Backlog[]> {
  const { rows } = await pool().query<Raw>({
    name: rough ? "rough_backlogs" : "backlogs",
    text: `select n.id, b."limit", b.used, b.ends_at, b.reports, b.codes, b.reads, b.waits, v.waiting as conversions, v.requests as told_requests,
            c.waiting as codes_wait, d.waiting as deals_wait, ${rough ? "0" : READINGS} as readings, came.count as came, e.told
       from network_connection n
       left join rate_budget b on b.account = n.network || ':' || n.account_sid
       cross join lateral (select count(*)::int as waiting, coalesce(sum(case when c.op in ('edit', 'reverse') then ${REQUESTS.underway} when c.op is not null then 0 when c.action_id is not null then ${REQUESTS.changed} else ${REQUESTS.created} end), 0)::int as requests
              from (select c.op, c.action_id from program g join conversion c on c.shop = g.shop and c.program_id = g.id and ${OPEN_CONVERSION} where g.shop = n.shop and g.connection_id = n.id
                    limit ${rough ? `${LOOKED_AT_HOURS} * coalesce(b."limit", ${USUAL_LIMIT})` : "all"}) c) v
       cross join lateral (select count(*)::int as waiting from (select p.code_id from program g join code_placement p on p.shop = g.shop and p.target = g.id join code c on c.shop = p.shop and c.id = p.code_id
              where g.shop = n.shop and g.connection_id = n.id and p.state in ('waiting', 'asked') and ${dealIsOpen("$2")}
              limit ${rough ? `${LOOKED_AT_HOURS} * coalesce(b."limit", ${USUAL_LIMIT})` : "all"}) p) c
       cross join lateral (select count(*)::int as waiting from deal_placement p join program g on g.shop = p.shop and g.id = p.program_id where p.shop = n.shop and g.connection_id = n.id and p.state = 'waiting') d
       cross join lateral (select count(*)::int as told from report_end e where e.shop = n.shop and e.connection_id = n.id and e.op = 'create' and e.ended_at > $2::timestamptz - interval '1 hour') e
       cross join lateral (${CAME}) came
      where n.shop = $1 and n.state <> 'disconnected'`,
    values: [shop, now],
  });
  return rows.map((row) => backlogOf({
    connectionId: row.id,
    hour: row.limit === null ? null : { limit: row.limit, used: row.used, endsAtMs: row.ends_at.getTime(), reports: row.reports, codes: row.codes, reads: row.reads, waits: row.waits },
    waits: { conversions: row.conversions, codes: row.codes_wait, deals: row.deals_wait, readings: row.readings },
    requests: { reports: row.told_requests, codes: row.codes_wait * REQUESTS.code + row.deals_wait * REQUESTS.deal, reads: row.readings * REQUESTS.reading },
    lastHour: { came: row.came, told: row.told },
  }, now.getTime()));
}
