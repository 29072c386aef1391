// What statements are made of: sums of a creator's ledger entries by the time at which they were written, and the payouts of what was told.
// The payout of a conversion belongs to the month in which its order was first credited to the creator: so each is counted once.
import { pool } from "../../db.server.ts";
import type { EntrySum, Span, ToldPayout } from "../../domain/statement.ts";

/** Of the cause only what says who wrote the entry; deliveries are all alike. */
const CAUSE = `case when l.cause like 'hand:%' then 'hand:' when l.cause like 'what-if:%' then 'what-if:' end`;

const PAYOUT = `v.payout_currency as currency, v.payout_state as state, sum(v.payout)::bigint as payout, max(v.payout_read_at) as "readAt", count(*)::int as count`;
/** Of a group either all payouts are known or none is. */
const PAYOUT_GROUPS = `v.payout_currency, v.payout_state, v.payout is null`;

/** What a network was told or will be. Left out is what it never came to know: nothing was left to tell, or it cannot be told until somebody sees to it. */
const TOLD = `v.state <> 'dropped' and not (v.action_id is null and v.op is null and v.sent is null
  and (v.state = 'stuck' or (v.state = 'waiting' and not jsonb_path_exists(v.target, '$[*] ? (@.amount != "0")'))))`;

export type TotalSum = Pick<EntrySum, "currency" | "kind" | "cause" | "amount"> & { before: boolean };

/** A creator's entries until the end of the span, summed; `before`: they were written before it began. */
export async function statementTotals(shop: string, creatorId: string, { from, to }: Span): Promise<TotalSum[]> {
  const { rows } = await pool().query<TotalSum>(
    `select l.currency, l.kind, ${CAUSE} as cause, l.at < $3 as before, sum(l.amount)::bigint as amount
       from ledger_entry l where l.shop = $1 and l.creator_id = $2 and l.at < $4 group by 1, 2, 3, 4`,
    [shop, creatorId, from, to],
  );
  return rows;
}

/** How many lines a statement has: orders, each with a code and a currency. */
export async function countStatementLines(shop: string, creatorId: string, { from, to }: Span): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `select count(*)::int as count from (select 1 from ledger_entry where shop = $1 and creator_id = $2 and at >= $3 and at < $4 group by order_id, code_id, currency) each_line`,
    [shop, creatorId, from, to],
  );
  return rows[0]?.count ?? 0;
}

/** Where a list of orders goes on. */
export type Place = { at: Date; orderId: string };

export type StatementOrder = { orderId: string; name: string; orderAt: Date | null; place: Date };

/** The next orders about which something was written within the span, the earliest placed first. */
export async function statementOrders(shop: string, creatorId: string, { from, to }: Span, after: Place | null, limit: number): Promise<StatementOrder[]> {
  const { rows } = await pool().query<StatementOrder>(
    `select d.order_id as "orderId", coalesce(s.name, '') as name, s.created_at as "orderAt", coalesce(s.created_at, to_timestamp(0)) as place
       from (select distinct order_id from ledger_entry where shop = $1 and creator_id = $2 and at >= $3 and at < $4) d
       left join order_state s on s.shop = $1 and s.order_id = d.order_id
      where $5::timestamptz is null or (coalesce(s.created_at, to_timestamp(0)), d.order_id) > ($5, $6) order by place, d.order_id limit $7`,
    [shop, creatorId, from, to, after?.at ?? null, after?.orderId ?? null, limit],
  );
  return rows;
}

/** `code`: of one that a pattern found, as it stood on the order, as far as that was to be told. */
export type OrderSum = EntrySum & { code: string | null };

/** What was written about some orders within the span, in the order in which their lines began. */
export async function sumsOfOrders(shop: string, creatorId: string, { from, to }: Span, orderIds: readonly string[]): Promise<OrderSum[]> {
  const { rows } = await pool().query<OrderSum>(
    `select m.*, case when k.match is distinct from 'regex' then coalesce(k.code, '') else (
          select v.told_code from conversion v where v.shop = $1 and v.order_id = m."orderId" and v.code_id = m."codeId" and v.creator_id = $2 and v.told_code is not null order by v.n limit 1) end as code
       from (
        select l.order_id as "orderId", l.code_id as "codeId", l.currency, l.kind, ${CAUSE} as cause, sum(l.amount)::bigint as amount, min(l.id) as id
          from ledger_entry l where l.shop = $1 and l.creator_id = $2 and l.at >= $3 and l.at < $4 and l.order_id = any($5) group by 1, 2, 3, 4, 5
      ) m left join code k on k.shop = $1 and k.id = m."codeId" order by m.id`,
    [shop, creatorId, from, to, orderIds],
  );
  return rows;
}

/** Those of some orders that were credited to the creator before an instant, and since when. */
export async function creditedBefore(shop: string, creatorId: string, before: Date, orderIds: readonly string[]): Promise<{ orderId: string; at: Date }[]> {
  const { rows } = await pool().query<{ orderId: string; at: Date }>(
    `select order_id as "orderId", min(at) as at from ledger_entry where shop = $1 and creator_id = $2 and at < $3 and order_id = any($4) group by order_id`,
    [shop, creatorId, before, orderIds],
  );
  return rows;
}

export type OrderPayout = ToldPayout & { orderId: string; codeId: string };

/** What the network will pay for a creator's conversions of some orders. */
export async function payoutsOfOrders(shop: string, creatorId: string, orderIds: readonly string[]): Promise<OrderPayout[]> {
  const { rows } = await pool().query<OrderPayout>(
    `select v.order_id as "orderId", v.code_id as "codeId", ${PAYOUT} from conversion v
      where v.shop = $1 and v.creator_id = $2 and v.order_id = any($3) and ${TOLD} group by v.order_id, v.code_id, ${PAYOUT_GROUPS} order by v.order_id, v.code_id, max(v.n) desc`,
    [shop, creatorId, orderIds],
  );
  return rows;
}

/** What the network will pay for the orders that were first credited to the creators within the span. creatorId null: every creator's. */
export async function payoutsOfSpan(shop: string, creatorId: string | null, { from, to }: Span): Promise<(ToldPayout & { creatorId: string })[]> {
  const { rows } = await pool().query<ToldPayout & { creatorId: string }>(
    `with f as (
        select creator_id, order_id from ledger_entry where shop = $1 and ($2::text is null or creator_id = $2) and at < $4 group by creator_id, order_id having min(at) >= $3
      )
      select v.creator_id as "creatorId", ${PAYOUT} from f join conversion v on v.shop = $1 and v.order_id = f.order_id and v.creator_id = f.creator_id
       where ${TOLD} group by v.creator_id, ${PAYOUT_GROUPS}`,
    [shop, creatorId, from, to],
  );
  return rows;
}

export type MonthSum = Pick<EntrySum, "currency" | "kind" | "amount"> & { month: string };

/** A creator's entries by the shop's months, the newest first. */
export async function sumsByMonth(shop: string, creatorId: string, timezone: string): Promise<MonthSum[]> {
  const { rows } = await pool().query<MonthSum>(
    `select to_char(at at time zone $3, 'YYYY-MM') as month, currency, kind, sum(amount)::bigint as amount from ledger_entry where shop = $1 and creator_id = $2 group by 1, 2, 3 order by 1 desc`,
    [shop, creatorId, timezone],
  );
  return rows;
}

/** What the network will pay a creator, by the months in which the orders were first credited. */
export async function payoutsByMonth(shop: string, creatorId: string, timezone: string): Promise<(ToldPayout & { month: string })[]> {
  const { rows } = await pool().query<ToldPayout & { month: string }>(
    `with f as (select order_id, min(at) as at from ledger_entry where shop = $1 and creator_id = $2 group by order_id)
      select to_char(f.at at time zone $3, 'YYYY-MM') as month, ${PAYOUT} from f join conversion v on v.shop = $1 and v.order_id = f.order_id and v.creator_id = $2
       where ${TOLD} group by 1, ${PAYOUT_GROUPS}`,
    [shop, creatorId, timezone],
  );
  return rows;
}

export type CreatorSum = Pick<EntrySum, "currency" | "kind" | "amount"> & { creatorId: string };

/** What was written within the span, by creator. */
export async function sumsByCreator(shop: string, { from, to }: Span): Promise<CreatorSum[]> {
  const { rows } = await pool().query<CreatorSum>(
    `select creator_id as "creatorId", currency, kind, sum(amount)::bigint as amount from ledger_entry where shop = $1 and at >= $2 and at < $3 group by 1, 2, 3`,
    [shop, from, to],
  );
  return rows;
}

/** The creators of whom something was written within the span, by name, and of how many orders. */
export async function creatorsOfSpan(shop: string, { from, to }: Span): Promise<{ id: string; name: string; orders: number }[]> {
  const { rows } = await pool().query<{ id: string; name: string; orders: number }>(
    `select m.creator_id as id, coalesce(c.name, m.creator_id) as name, m.orders
       from (select creator_id, count(distinct order_id)::int as orders from ledger_entry where shop = $1 and at >= $2 and at < $3 group by creator_id) m
       left join creator c on c.shop = $1 and c.id = m.creator_id order by lower(c.name), m.creator_id`,
    [shop, from, to],
  );
  return rows;
}

/** When the shop's first entry was written; null: there is none. */
export async function firstEntryAt(shop: string): Promise<Date | null> {
  const { rows } = await pool().query<{ at: Date }>("select at from ledger_entry where shop = $1 order by at limit 1", [shop]);
  return rows[0]?.at ?? null;
}
