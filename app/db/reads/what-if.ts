// What the pages of what-ifs show.
import { pool } from "../../db.server.ts";
import type { Paged } from "../../domain/pages.ts";
import type { OverrideSettings } from "../../domain/rule-book.ts";
import { heldSince, mostMoved, type WhatIfState, type WhatIfSummary } from "../../domain/what-if.ts";
import { daysOf } from "../../domain/what-if-form.ts";
import type { CreatorSum, WhatIfDetail, WhatIfHead, WhatIfLine, WhatIfOrderRow, WhatIfProgram } from "../../domain/what-if-page.ts";
import { iso, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 25;
const ORDERS_PAGE_SIZE = 25;
type Raw = {
  id: string; program: WhatIfHead["program"]; from_at: Date; to_at: Date; settings: OverrideSettings; state: WhatIfState; problem: string | null; total: number; done: number;
  who: string; created_at: Date; done_at: Date | null; applied_at: Date | null; applied_by: string | null; summary: WhatIfSummary | null; timezone: string;
  later: { id: string; at: string; settings: OverrideSettings }[];
};

const HEAD = `w.id, jsonb_build_object('id', w.program_id, 'name', coalesce(g.name, w.program_id), 'network', coalesce(g.network, 'none')) as program, w.from_at, w.to_at, w.settings, w.state, w.problem,
  w.total, w.done, w.who, w.created_at, w.done_at, w.applied_at, w.applied_by, coalesce(nullif(s.timezone, ''), 'UTC') as timezone,
  coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'at', l.applied_at, 'settings', l.settings) order by l.applied_at) from what_if l
    where l.shop = w.shop and l.program_id = w.program_id and l.state = 'applied' and l.applied_at > w.applied_at and l.from_at <= w.from_at and l.to_at >= w.to_at), '[]') as later`;
const FROM = `what_if w left join program g on g.shop = w.shop and g.id = w.program_id left join shop s on s.shop = w.shop`;

function headOf(row: Raw): WhatIfHead {
  const { id, program, settings, state, problem, total, done, who } = row;
  const days = daysOf({ fromAt: row.from_at, toAt: row.to_at }, row.timezone);
  return { id, program, ...days, settings, state, problem, total, done, who, createdAt: row.created_at.toISOString(), doneAt: iso(row.done_at), appliedAt: iso(row.applied_at), appliedBy: row.applied_by, since: heldSince(settings, row.later) };
}

/** The summary of one that was computed: until then it holds counts only. */
function isWhole(summary: WhatIfSummary | null): summary is WhatIfSummary {
  return summary !== null && Array.isArray(summary.creators);
}

/** One page of the shop's what-ifs, the newest first. */
export function listWhatIfs(shop: string, asked: number): Promise<Paged<WhatIfLine>> {
  return pageOrLast(asked, (page) => whatIfsAt(shop, page));
}

async function whatIfsAt(shop: string, page: number): Promise<Paged<WhatIfLine>> {
  const { rows } = await pool().query<Raw & { all: number }>(
    `select ${HEAD}, w.summary - 'days' as summary, (count(*) over ())::int as all from ${FROM} where w.shop = $1 order by w.created_at desc, w.id limit ${PAGE_SIZE} offset $2`,
    [shop, (page - 1) * PAGE_SIZE],
  );
  const all = rows[0]?.all ?? 0;
  const named = await namesOf(shop, rows.flatMap((row) => (isWhole(row.summary) ? mostMoved(row.summary.creators).named.map((one) => one.creatorId) : [])));
  return { rows: rows.map((row) => ({ ...headOf(row), result: resultOf(row.summary, named) })), total: all, page, pages: pagesOf(all, PAGE_SIZE) };
}

function resultOf(summary: WhatIfSummary | null, named: Map<string, string>): WhatIfLine["result"] {
  if (!isWhole(summary)) return null;
  const moved = mostMoved(summary.creators);
  return { orders: summary.orders, changed: summary.changed, asks: summary.asks, creators: withNames(moved.named, named), more: moved.more };
}

function withNames(sums: WhatIfSummary["creators"], named: Map<string, string>): CreatorSum[] {
  return sums.map((one) => ({ ...one, name: named.get(one.creatorId) ?? one.creatorId }));
}

async function namesOf(shop: string, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ id: string; name: string }>("select id, name from creator where shop = $1 and id = any($2)", [shop, [...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** One what-if, or null where the shop has none of this id. */
export async function readWhatIf(shop: string, id: string): Promise<WhatIfDetail | null> {
  const { rows } = await pool().query<Raw & Pick<WhatIfDetail, "outdated" | "settledSince" | "waiting" | "failed">>(
    `select ${HEAD}, w.summary,
       coalesce(w.state = 'done' and exists (select 1 from what_if o where o.shop = w.shop and o.applied_at >= w.read_at and o.from_at < w.to_at and o.to_at > w.from_at), false) as outdated,
       case when w.state = 'done' then (select count(*)::int from order_state o where o.shop = w.shop and o.created_at >= w.from_at and o.created_at < w.to_at and o.settled_at >= w.read_at) else 0 end as "settledSince",
       case when w.state = 'applied' then (select count(*)::int from delivery d where d.state = 'new' and d.shop = w.shop and starts_with(d.webhook_id, 'what-if:' || w.id || ':')) else 0 end as waiting,
       case when w.state = 'applied' then (select count(*)::int from delivery d where d.state = 'unreadable' and d.shop = w.shop and d.received_at >= w.applied_at and starts_with(d.webhook_id, 'what-if:' || w.id || ':')) else 0 end as failed
     from ${FROM} where w.shop = $1 and w.id = $2`,
    [shop, id],
  );
  const row = rows[0];
  if (!row) return null;
  const { outdated, settledSince, waiting, failed, summary } = row;
  const named = isWhole(summary) ? await namesOf(shop, summary.creators.map((one) => one.creatorId)) : new Map<string, string>();
  return { ...headOf(row), summary: isWhole(summary) ? { ...summary, creators: withNames(summary.creators, named) } : null, outdated, settledSince, waiting, failed };
}

const SORTS: Record<string, string> = { amount: "p.size desc, p.at desc, p.order_id desc", newest: "p.at desc, p.order_id desc", oldest: "p.at, p.order_id" };

type RawOrder = { order_id: string; name: string | null; at: Date; currency: string; changes: WhatIfOrderRow["changes"]; all: number };

type OrdersAsked = { sort: string; creatorId: string };

/** One page of the orders that would change. `creatorId` "": of all creators. */
export function whatIfOrders(shop: string, id: string, asked: OrdersAsked & { page: number }): Promise<Paged<WhatIfOrderRow>> {
  return pageOrLast(asked.page, (page) => whatIfOrdersAt(shop, id, asked, page));
}

async function whatIfOrdersAt(shop: string, id: string, asked: OrdersAsked, page: number): Promise<Paged<WhatIfOrderRow>> {
  const order = SORTS[asked.sort] ?? SORTS["amount"];
  const { rows } = await pool().query<RawOrder>(
    `with each_order as (select order_id, max(order_at) as at, max(currency) as currency, sum(abs(after - before)) as size from what_if_order
        where shop = $1 and what_if_id = $2 and code_id <> '' group by order_id having $3 = '' or bool_or(creator_id = $3)),
      paged as (select *, (count(*) over ())::int as all from each_order p order by ${order} limit ${ORDERS_PAGE_SIZE} offset $4)
     select p.order_id, s.name, p.at, p.currency, p.all,
       (select jsonb_agg(jsonb_build_object('code', coalesce(k.code, c.code_id), 'creator', jsonb_build_object('id', c.creator_id, 'name', coalesce(n.name, c.creator_id)), 'before', c.before::text, 'after', c.after::text)
            order by c.after - c.before desc, c.code_id, c.creator_id)
          from what_if_order c left join code k on k.shop = c.shop and k.id = c.code_id left join creator n on n.shop = c.shop and n.id = c.creator_id
          where c.shop = $1 and c.what_if_id = $2 and c.order_id = p.order_id) as changes
     from paged p left join order_state s on s.shop = $1 and s.order_id = p.order_id order by ${order}`,
    [shop, id, asked.creatorId, (page - 1) * ORDERS_PAGE_SIZE],
  );
  const all = rows[0]?.all ?? 0;
  return { rows: rows.map(({ order_id, name, at, currency, changes }) => ({ orderId: order_id, name: name ?? "", at: at.toISOString(), currency, changes })), total: all, page, pages: pagesOf(all, ORDERS_PAGE_SIZE) };
}

/** The programs that a what-if can be made of. */
export async function whatIfPrograms(shop: string): Promise<WhatIfProgram[]> {
  const { rows } = await pool().query<WhatIfProgram>(
    `select g.id, g.name, g.kind, g.network, exists (select 1 from what_if w where w.shop = g.shop and w.program_id = g.id and w.state = 'applied') as applied
     from program g where g.shop = $1 order by g.state, g.kind = 'creator' desc, lower(g.name), g.id`,
    [shop],
  );
  return rows;
}

/** The one that a new what-if is to undo, or null where it was not applied. */
export async function appliedWhatIf(shop: string, id: string): Promise<{ programId: string; fromAt: Date; toAt: Date; settings: OverrideSettings } | null> {
  const { rows } = await pool().query<{ programId: string; fromAt: Date; toAt: Date; settings: OverrideSettings }>(
    `select program_id as "programId", from_at as "fromAt", to_at as "toAt", settings from what_if where shop = $1 and id = $2 and state = 'applied'`,
    [shop, id],
  );
  return rows[0] ?? null;
}
