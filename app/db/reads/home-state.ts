// What Home shows beside the sales: what waits and what failed, and the first steps.
import { pool } from "../../db.server.ts";
import type { HomeState, Setup } from "../../domain/home-page.ts";
import { CONTRACT_END, outlivesContract } from "./code-list.ts";
import { OPEN_UNREADABLE } from "./orders.ts";
import { WAITING_REQUEST } from "./requests.ts";

/** After so many tries in vain the store is said not to answer. */
const FAILING_TRIES = 4;

type RawState = { deliveries: number; unreadable: number; fetches: number; failing: number; reports: number; cut: number; stuck: number; placing: number; wrong: number; differs: number; requests: number; contracts: number; refused: { id: string; name: string }[]; hindered: { id: string; name: string }[] };

/** What lags behind is told by the backlogs (db/reads/backlog.ts), the storefront by db/reads/touches.ts. */
export async function homeState(shop: string, now: Date): Promise<Omit<HomeState, "lags" | "storefront" | "notices">> {
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
