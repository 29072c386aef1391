// What the page Orders lists: every order whose outcome concerns creators, with what waits and what could not be read.
import { pool } from "../../db.server.ts";
import type { Reason } from "../../domain/credit.ts";
import type { Matched, NetworkState, OrderCounts, OrderOutcome, OrderRow } from "../../domain/orders-page.ts";
import type { Paged } from "../../domain/pages.ts";
import { WRONG_CONVERSION } from "../open-conversion.ts";
import { iso, likePattern, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 50;
/** So many orders of a view are counted and paged through; older ones are found by a search, or from the other end. */
const MOST_LISTED = 10_000;

/** A delivery `d` that could not be read, and after which no state of its order was read either (a click or a decision of ours carries none). */
export const OPEN_UNREADABLE = `d.state = 'unreadable' and (d.order_id is null or not exists (select 1 from delivery g
  where g.shop = d.shop and g.order_id = d.order_id and g.seq > d.seq and g.state = 'done' and (g.updated_ns is not null or g.topic = 'orders/delete')))`;

// Every order of the shop `$1`, and what names no known order but could not be read. `state` is what the list calls the outcome.
const UNREADABLE = `u as materialized (select distinct on (coalesce(d.order_id, d.webhook_id)) d.order_id, d.webhook_id, d.received_at, d.reason from delivery d
  where d.shop = $1 and ${OPEN_UNREADABLE} order by coalesce(d.order_id, d.webhook_id), d.seq desc)`;

const NETWORK = `(select case when bool_or(v.state = 'stuck' or (v.state = 'reversed' and v.problem is not null)) then 'stuck' when bool_or(v.state in ('waiting', 'sending', 'queued') or (v.state = 'reported' and v.next_at is not null)) then 'waiting'
    when bool_or(v.state = 'reported') then 'reported' when bool_or(v.state = 'reversed') then 'reversed' else 'none' end
  from conversion v where v.shop = $1 and v.order_id = s.order_id)`;

const KNOWN = (from: string) => `select s.order_id as key, s.order_id, s.name, s.created_at, s.reason, s.currency, s.credited, u.reason as unreadable, ${NETWORK} as network,
          exists (select 1 from decision m where m.shop = $1 and m.order_id = s.order_id and m.code_id <> '') as has_code,
          case when u.reason is not null then 'unreadable' when s.outcome = 'credited' and s.credited = 0
                 then case when exists (select 1 from ledger_entry e where e.shop = $1 and e.order_id = s.order_id) then 'taken_back' else 'nothing' end
               when s.outcome is not null then s.outcome
               when s.deleted_at is not null then 'not_credited' when s.facts is null and s.fetch_at is null and s.fetch_why = 'not_found' then 'missing' else 'waiting' end as state
          from ${from} left join u on u.order_id = s.order_id where s.shop = $1 and (s.redacted_at is null or s.facts is not null or s.outcome is not null)`;
const LOOSE = `select 'delivery:' || u.webhook_id as key, u.order_id, '' as name, u.received_at as created_at, null as reason, null as currency, 0 as credited, u.reason as unreadable, 'none' as network, false as has_code, 'unreadable' as state
          from u where u.order_id is null or not exists (select 1 from order_state s where s.shop = $1 and s.order_id = u.order_id)`;

export const ORDERS = `${UNREADABLE}, o as (${KNOWN("order_state s")} union all ${LOOSE})`;

/** Where a view has few of many orders, those are found first, by an index of what is rare. */
const RARE: Record<string, string> = {
  awaiting: "select distinct order_id from decision where shop = $1 and outcome = 'awaiting_network'",
  unreadable: "select distinct order_id from u where order_id is not null",
  trouble: `select distinct c.order_id from conversion c where c.shop = $1 and ${WRONG_CONVERSION}`,
  waiting: "select order_id from order_state where shop = $1 and outcome is null union select order_id from u where order_id is not null",
};

const VIEWS: Record<string, string> = {
  codes: "(o.has_code or o.state in ('waiting', 'unreadable'))",
  credited: "o.state in ('credited', 'taken_back')",
  not_credited: "o.state in ('not_credited', 'nothing') and o.has_code",
  awaiting: "exists (select 1 from decision m where m.shop = $1 and m.order_id = o.order_id and m.outcome = 'awaiting_network')",
  unclicked: "exists (select 1 from decision m where m.shop = $1 and m.order_id = o.order_id and m.code_id <> '' and m.creator_id is not null and m.clicked in ('other', 'none'))",
  waiting: "o.state = 'waiting'",
  unreadable: "o.state = 'unreadable'",
  trouble: "o.network = 'stuck'",
  all: "true",
};

const SORTS: Record<string, string> = {
  newest: "o.created_at desc nulls first, o.key desc",
  oldest: "o.created_at asc nulls last, o.key",
  amount: "o.credited desc, o.created_at desc nulls last, o.key desc",
};

export const MATCHED = `coalesce((select jsonb_agg(jsonb_build_object('codeId', m.code_id, 'code', k.code, 'outcome', m.outcome, 'reason', m.reason,
    'creator', case when n.id is not null then jsonb_build_object('id', n.id, 'name', n.name) end) order by m.outcome = 'not_credited', m.place)
  from decision m join code k on k.shop = m.shop and k.id = m.code_id left join creator n on n.shop = m.shop and n.id = m.creator_id
  where m.shop = $1 and m.order_id = o.order_id), '[]')`;

export type OrderQuery = { view: string; q: string; creatorId: string; sort: string; page: number };

export type RawOrder = {
  key: string;
  order_id: string | null;
  name: string;
  created_at: Date | null;
  state: OrderOutcome;
  reason: Reason | null;
  unreadable: string | null;
  matched: Matched[];
  currency: string | null;
  credited: string;
  network: NetworkState;
};

/** One page of the shop's orders. `q` searches names of orders and creators, and codes. */
export function listOrders(shop: string, query: OrderQuery): Promise<Paged<OrderRow>> {
  return pageOrLast(query.page, (page) => ordersAt(shop, query, page));
}

const FOUND = (view: string) => `(${VIEWS[view] ?? VIEWS["codes"]})
  and ($2 = '' or o.name ilike $3 or o.order_id = $2 or exists (select 1 from decision m join code k on k.shop = m.shop and k.id = m.code_id left join creator n on n.shop = m.shop and n.id = m.creator_id
        where m.shop = $1 and m.order_id = o.order_id and (k.code ilike $3 or n.name ilike $3)))
  and ($4 = '' or exists (select 1 from decision m where m.shop = $1 and m.order_id = o.order_id and m.creator_id = $4))`;

/** Where what is asked for stands in at most so many orders, these are found first; else it is met soon enough on the way through the newest. */
const MOST_FOUND = 50_000;

/** The codes whose decisions may name one of the creators `those`: theirs at any time, and those for everybody. */
const DECIDED_FOR = (those: string) => `select d.order_id from (select distinct t.code_id from code_term t where t.shop = $1 and t.creator_id in (${those}) union select t.code_id from code_term t where t.shop = $1 and t.creator_id is null) t
  join decision d on d.shop = $1 and d.code_id = t.code_id where d.creator_id in (${those})`;

const OF_CREATOR = `select * from (${DECIDED_FOR("$2")}) found limit ${MOST_FOUND} + 1`;

/** Names are read from their index alone, and there are many: so they come last. */
const SEARCHED = `select order_id from order_state where shop = $1 and order_id = $2
  union all select d.order_id from code k join decision d on d.shop = $1 and d.code_id = k.id where k.shop = $1 and k.code ilike $3
  union all ${DECIDED_FOR("select n.id from creator n where n.shop = $1 and n.name ilike $3")}
  union all select s.order_id from (select distinct name from order_state where shop = $1 and name ilike $3) n join order_state s on s.shop = $1 and s.name = n.name limit ${MOST_FOUND} + 1`;

/** The orders in which what is asked for may be; null: nothing is asked for, or they are too many. */
async function foundFirst(shop: string, { q, creatorId }: OrderQuery): Promise<string[] | null> {
  if (q === "" && creatorId === "") return null;
  const { rows } = await pool().query<{ order_id: string }>(creatorId === "" ? SEARCHED : OF_CREATOR, creatorId === "" ? [shop, q, likePattern(q)] : [shop, creatorId]);
  return rows.length > MOST_FOUND ? null : [...new Set(rows.map((row) => row.order_id))];
}

const BEFORE = (view: string) => `${UNREADABLE}, rare as materialized (${RARE[view] ?? "select null::text as order_id where false"})`;
/** `found`: $5 has the orders that were found first. */
const FROM = (view: string, found: boolean) =>
  RARE[view] !== undefined ? "rare join order_state s on s.shop = $1 and s.order_id = rare.order_id" : found ? "unnest($5::text[]) found(order_id) join order_state s on s.shop = $1 and s.order_id = found.order_id" : "order_state s";

/** The orders that are asked for, `rest` saying in which order and how many: both kinds are cut before they are put together, so that the newest are found by their index. */
const ASKED = (columns: string, view: string, found: boolean, rest: string) =>
  `(select ${columns} from (${KNOWN(FROM(view, found))}) o where ${FOUND(view)} and ($5::text[] is null or true) ${rest}) union all (select ${columns} from (${LOOSE}) o where ${FOUND(view)} ${rest})`;

async function ordersAt(shop: string, query: OrderQuery, page: number): Promise<Paged<OrderRow>> {
  const sort = SORTS[query.sort] ?? SORTS["newest"];
  const found = await foundFirst(shop, query);
  const asked = [shop, query.q, likePattern(query.q), query.creatorId, found];
  const [{ rows }, total] = await Promise.all([
    pool().query<RawOrder>(
      `with ${BEFORE(query.view)}
       select o.key, o.order_id, o.name, o.created_at, o.state, o.reason, o.unreadable, o.currency, o.credited::text as credited, o.network, ${MATCHED} as matched
         from (select o.* from (${ASKED("o.*", query.view, found !== null, `order by ${sort} limit $6::int`)}) o order by ${sort} limit ${PAGE_SIZE} offset $6::int - ${PAGE_SIZE}) o order by ${sort}`,
      [...asked, page * PAGE_SIZE],
    ),
    countFound(asked, query),
  ]);
  return { rows: rows.map(orderRow), total, page, pages: pagesOf(total, PAGE_SIZE), more: total === MOST_LISTED };
}

/** How many there are, up to MOST_LISTED. */
async function countFound(asked: (string | string[] | null)[], query: OrderQuery): Promise<number> {
  const { rows } = await pool().query<{ total: number }>(`with ${BEFORE(query.view)} select count(*)::int as total from (select from (${ASKED("1", query.view, asked[4] !== null, `limit ${MOST_LISTED}`)}) o limit ${MOST_LISTED}) listed`, asked);
  return rows[0]!.total;
}

export function orderRow(row: RawOrder): OrderRow {
  return {
    key: row.key,
    orderId: row.order_id,
    name: row.name,
    createdAt: iso(row.created_at),
    outcome: row.state,
    reason: row.reason,
    unreadable: row.unreadable,
    matched: row.matched,
    currency: row.currency,
    credited: row.credited,
    network: row.network,
  };
}

/** Whether there is any order, and how many are in the views that want a hand. Asked often, so no order is looked at twice. */
export async function countOrders(shop: string): Promise<OrderCounts> {
  const { rows } = await pool().query<OrderCounts>(
    `with ${UNREADABLE}
     select (select order_id from order_state where shop = $1 order by order_id limit 1) is not null or exists (select 1 from u) as any, (select count(*)::int from u) as unreadable,
            (select count(distinct order_id)::int from decision where shop = $1 and outcome = 'awaiting_network') as awaiting,
            (select count(distinct order_id)::int from conversion where shop = $1 and (state = 'stuck' or (state = 'reversed' and problem is not null))) as trouble,
            (select count(*)::int from order_state s where s.shop = $1 and s.outcome is null and s.deleted_at is null and (s.facts is not null or s.fetch_at is not null or s.fetch_why is distinct from 'not_found')
                and not exists (select 1 from u where u.order_id = s.order_id)) as waiting`,
    [shop],
  );
  return rows[0]!;
}

/** The creators that any order was decided for, for the filter. */
export async function creatorsOfOrders(shop: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await pool().query<{ id: string; name: string }>(
    `select n.id, n.name from creator n where n.shop = $1 and exists (select 1 from code_term t where t.shop = n.shop and t.creator_id = n.id) order by lower(n.name), n.id limit 500`,
    [shop],
  );
  return rows;
}
