// What Home shows beside the sales: what waits and what failed, and the first steps. It is asked for often and beside millions of orders: each number is found by an
// index of what is rare, and is counted up to MOST_COUNTED only.
import { pool } from "../../db.server.ts";
import { CONTRACT_LOOK_AHEAD_DAYS } from "../../domain/contract.ts";
import { MOST_COUNTED, type HomeAccount, type HomeState, type Setup } from "../../domain/home-page.ts";
import { ACCOUNT } from "../notice.ts";
import { dealIsOpen } from "../open-deal.ts";
import { OPEN_CONVERSION, WRONG_CONVERSION } from "../open-conversion.ts";
import { outlivesContract } from "./code-choice.ts";
import { OPEN_UNREADABLE } from "./orders.ts";
import { WAITING_REQUEST } from "./requests.ts";

/** After so many tries in vain the store is said not to answer. */
const FAILING_TRIES = 4;

/** How many rows `from` has, up to the most that are counted. */
const counted = (from: string) => `(select count(*)::int from (select ${from} limit ${MOST_COUNTED}) some_of_them)`;

// By the memberships that end soon or ended, of the newest of each creator and program: they are few, the codes are not, and are looked up by them ("offset 0": each by itself).
const CONTRACTS = `1 from membership mb join program mg on mg.shop = mb.shop and mg.id = mb.program_id and mg.network <> 'none'
  cross join lateral (select x.* from code_term x where x.shop = mb.shop and x.creator_id = mb.creator_id and x.program_id = mb.program_id offset 0) t
  cross join lateral (select x.* from code x where x.shop = t.shop and x.id = t.code_id offset 0) c left join deal d on d.shop = c.shop and d.id = c.deal_id
  cross join lateral (select coalesce(mb.left_at, mb.ends_at) as contract_end) k
 where mb.shop = $1 and mb.state in ('joined', 'left') and coalesce(mb.left_at, mb.ends_at) <= $3::timestamptz + interval '${CONTRACT_LOOK_AHEAD_DAYS} days'
   and (select true from membership l where l.shop = mb.shop and l.program_id = mb.program_id and l.creator_id = mb.creator_id and l.state in ('joined', 'left') and l.joined_at > mb.joined_at limit 1) is null
   and (select true from code_term l where l.shop = t.shop and l.code_id = t.code_id and l.valid_from > t.valid_from limit 1) is null
   and c.retired_at is null and c.replaced_by is null and not coalesce(least(t.ends_at, d.ends_at) <= $3, false) and ${outlivesContract("least(t.ends_at, d.ends_at)", "$3")}`;

const placements = (states: string, deals: string, only = "true") => `(select least(${MOST_COUNTED}, sum(n))::int from (
    select ${counted(`from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 and p.state in (${states}) and c.retired_at is null and ${only}`)} as n
    union all select count(*) from deal_placement where shop = $1 and state in (${states}) union all select count(*) from deal where shop = $1 and store_state in (${deals})) every)`;

type RawState = { deliveries: number; unreadable: number; fetches: number; failing: number; reports: number; cut: number; stuck: number; placing: number; wrong: number; differs: number; requests: number; contracts: number; refused: HomeAccount[]; hindered: HomeAccount[] };

/** What lags behind is told by the backlogs (db/reads/backlog.ts), the storefront by db/reads/touches.ts. */
export async function homeState(shop: string, now: Date): Promise<Omit<HomeState, "lags" | "storefront" | "notices">> {
  const { rows } = await pool().query<RawState>({
    name: "home_state",
    text: `select ${counted("from delivery where shop = $1 and state = 'new'")} as deliveries,
            ${counted(`distinct coalesce(d.order_id, d.webhook_id) from delivery d where d.shop = $1 and ${OPEN_UNREADABLE}`)} as unreadable,
            ${counted("from drift where shop = $1 and closed_at is null and how is null")} as differs,
            ${counted(`from code_request r where r.shop = $1 and ${WAITING_REQUEST}`)} as requests,
            ${counted(CONTRACTS)} as contracts,
            ${counted("from order_state where shop = $1 and fetch_at is not null")} as fetches,
            ${counted("from order_state where shop = $1 and fetch_at is not null and fetch_tries >= $2")} as failing,
            v.waiting as reports, v.cut,
            ${counted(`from conversion c where c.shop = $1 and ${WRONG_CONVERSION} and not (c.left_at is not null and c.left_at >= c.changed_at)`)}
              + ${counted("from network_action a where a.shop = $1 and a.problem is not null and a.repair is null")} as stuck,
            ${placements("'waiting', 'asked'", "'waiting'", `(p.target = 'store' or ${dealIsOpen("$3")})`)} as placing, ${placements("'refused', 'missing', 'by_hand'", "'refused', 'missing'")} as wrong,
            coalesce((select jsonb_agg(jsonb_build_object('id', n.id) || ${ACCOUNT} order by n.created_at)
              from network_connection n where n.shop = $1 and n.state = 'refused'), '[]') as refused,
            coalesce((select jsonb_agg(jsonb_build_object('id', n.id) || ${ACCOUNT} order by n.created_at)
              from network_connection n where n.shop = $1 and n.state = 'connected' and (n.problem is not null or n.permissions @> '[{"state": "lacking"}]')), '[]') as hindered
       from (select least(${MOST_COUNTED}, coalesce(sum(o.n) filter (where n.id is null), 0))::int as waiting, least(${MOST_COUNTED}, coalesce(sum(o.n) filter (where n.id is not null), 0))::int as cut
               from program g left join network_connection n on n.shop = g.shop and n.id = g.connection_id and n.state = 'disconnected'
               cross join lateral (select ${counted(`from conversion c where c.shop = g.shop and c.program_id = g.id and ${OPEN_CONVERSION}`)} as n) o where g.shop = $1) v`,
    values: [shop, FAILING_TRIES, now],
  });
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

/** How far the first steps are; what is counted is counted up to MOST_COUNTED. */
export async function setupOf(shop: string): Promise<Setup> {
  const { rows } = await pool().query<Setup>({
    name: "home_setup",
    text: `select ${counted("from program where shop = $1 and state = 'active'")} as programs,
            exists (select 1 from network_connection where shop = $1 and state = 'connected') as connected,
            ${counted("from creator where shop = $1")} as creators, ${counted("from deal where shop = $1")} as deals,
            ${counted("from code where shop = $1")} as codes, (select id from ledger_entry where shop = $1 order by id limit 1) is not null as credited`,
    values: [shop],
  });
  return rows[0]!;
}
