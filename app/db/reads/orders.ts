// What the page Orders lists: every order whose outcome concerns creators, with what waits and what could not be read.
import { pool } from "../../db.server.ts";
import type { Reason } from "../../domain/credit.ts";
import type { Matched, NetworkState, OrderCounts, OrderOutcome, OrderRow } from "../../domain/orders-page.ts";
import type { Paged } from "../../domain/pages.ts";
import { iso, likePattern, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 50;

/** A delivery `d` that could not be read, and after which no state of its order was read either (a click or a decision of ours carries none). */
export const OPEN_UNREADABLE = `d.state = 'unreadable' and (d.order_id is null or not exists (select 1 from delivery g
  where g.shop = d.shop and g.order_id = d.order_id and g.seq > d.seq and g.state = 'done' and (g.updated_ns is not null or g.topic = 'orders/delete')))`;

// Every order of the shop `$1`, and what names no known order but could not be read. `state` is what the list calls the outcome.
const UNREADABLE = `u as materialized (select distinct on (coalesce(d.order_id, d.webhook_id)) d.order_id, d.webhook_id, d.received_at, d.reason from delivery d
  where d.shop = $1 and ${OPEN_UNREADABLE} order by coalesce(d.order_id, d.webhook_id), d.seq desc)`;

const NETWORK = `(select case when bool_or(v.state = 'stuck' or (v.state = 'reversed' and v.problem is not null)) then 'stuck' when bool_or(v.state in ('waiting', 'sending', 'queued') or (v.state = 'reported' and v.next_at is not null)) then 'waiting'
    when bool_or(v.state = 'reported') then 'reported' when bool_or(v.state = 'reversed') then 'reversed' else 'none' end
  from conversion v where v.shop = $1 and v.order_id = s.order_id)`;

export const ORDERS = `${UNREADABLE},
  o as (select s.order_id as key, s.order_id, s.name, s.created_at, s.reason, s.currency, s.credited, u.reason as unreadable, ${NETWORK} as network,
          exists (select 1 from decision m where m.shop = $1 and m.order_id = s.order_id and m.code_id <> '') as has_code,
          case when u.reason is not null then 'unreadable' when s.outcome = 'credited' and s.credited = 0
                 then case when exists (select 1 from ledger_entry e where e.shop = $1 and e.order_id = s.order_id) then 'taken_back' else 'nothing' end
               when s.outcome is not null then s.outcome
               when s.deleted_at is not null then 'not_credited' when s.facts is null and s.fetch_at is null and s.fetch_why = 'not_found' then 'missing' else 'waiting' end as state
          from order_state s left join u on u.order_id = s.order_id where s.shop = $1 and (s.redacted_at is null or s.facts is not null or s.outcome is not null)
        union all
        select 'delivery:' || u.webhook_id, u.order_id, '', u.received_at, null, null, 0, u.reason, 'none', false, 'unreadable'
          from u where u.order_id is null or not exists (select 1 from order_state s where s.shop = $1 and s.order_id = u.order_id))`;

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

async function ordersAt(shop: string, query: OrderQuery, page: number): Promise<Paged<OrderRow>> {
  const { rows } = await pool().query<RawOrder & { total: number }>(
    `with ${ORDERS}
     select o.key, o.order_id, o.name, o.created_at, o.state, o.reason, o.unreadable, o.currency, o.credited::text as credited, o.network, ${MATCHED} as matched, o.total
       from (select o.*, (count(*) over ())::int as total from o
              where (${VIEWS[query.view] ?? VIEWS["codes"]})
                and ($2 = '' or o.name ilike $3 or o.order_id = $2 or exists (select 1 from decision m join code k on k.shop = m.shop and k.id = m.code_id left join creator n on n.shop = m.shop and n.id = m.creator_id
                      where m.shop = $1 and m.order_id = o.order_id and (k.code ilike $3 or n.name ilike $3)))
                and ($4 = '' or exists (select 1 from decision m where m.shop = $1 and m.order_id = o.order_id and m.creator_id = $4))
              order by ${SORTS[query.sort] ?? SORTS["newest"]} limit ${PAGE_SIZE} offset $5) o
      order by ${SORTS[query.sort] ?? SORTS["newest"]}`,
    [shop, query.q, likePattern(query.q), query.creatorId, (page - 1) * PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(orderRow), total, page, pages: pagesOf(total, PAGE_SIZE) };
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
     select exists (select 1 from order_state where shop = $1) or exists (select 1 from u) as any, (select count(*)::int from u) as unreadable,
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
