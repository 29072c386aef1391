// How much waits, over all shops, for those who run the app. Each is a short walk along an index of what is open: none grows with what is done.
import { pool } from "../../db.server.ts";

/** Beyond this it is enough to know that there are many. */
const MOST_COUNTED = 10_000;

export type Waiting = { count: number; oldest: Date | null };

/** When the delivery that has waited longest was noted; null: none waits. */
export async function oldestWaiting(): Promise<Date | null> {
  const { rows } = await pool().query<{ at: Date }>("select received_at as at from delivery where state = 'new' order by seq limit 1");
  return rows[0]?.at ?? null;
}

export async function countInbox(): Promise<Waiting> {
  const { rows } = await pool().query<Waiting>(
    `select count(*)::int as count, (array_agg(received_at))[1] as oldest from (select received_at from delivery where state = 'new' order by seq limit $1) waiting`,
    [MOST_COUNTED],
  );
  return rows[0]!;
}

export async function countOutbox(at: Date): Promise<Waiting> {
  const { rows } = await pool().query<Waiting>(`select count(*)::int as count, min(next_at) as oldest from (select next_at from conversion where next_at <= $1 order by next_at limit $2) due`, [at, MOST_COUNTED]);
  return rows[0]!;
}

export async function countFetches(at: Date): Promise<Waiting> {
  const { rows } = await pool().query<Waiting>(`select count(*)::int as count, min(fetch_at) as oldest from (select fetch_at from order_state where fetch_at <= $1 order by fetch_at limit $2) due`, [at, MOST_COUNTED]);
  return rows[0]!;
}

/** Conversions that wait for a person. */
export async function countStuck(): Promise<number> {
  const { rows } = await pool().query<{ count: number }>("select count(*)::int as count from (select from conversion where state = 'stuck' limit $1) stuck", [MOST_COUNTED]);
  return rows[0]!.count;
}

/** Deliveries that could not be read or settled. */
export async function countUnreadable(): Promise<number> {
  const { rows } = await pool().query<{ count: number }>("select count(*)::int as count from (select from delivery where state = 'unreadable' limit $1) unreadable", [MOST_COUNTED]);
  return rows[0]!.count;
}

/** How many ledger entries there are, as the planner of the database thinks: counting millions takes seconds. */
export async function estimateLedger(): Promise<number> {
  const { rows } = await pool().query<{ count: number }>("select greatest(0, reltuples)::float8 as count from pg_class where oid = 'ledger_entry'::regclass");
  return rows[0]!.count;
}

/** What the accounts of each network have used of their present hours; an account is named nowhere. */
export async function sumBudgets(at: Date): Promise<{ network: string; used: number; limit: number; accounts: number; fullest: number }[]> {
  const { rows } = await pool().query<{ network: string; used: number; limit: number; accounts: number; fullest: number }>(
    `select split_part(account, ':', 1) as network, sum(used)::int as used, sum("limit")::int as "limit", count(*)::int as accounts, max(used::float8 / greatest(1, "limit")) as fullest
     from (select account, "limit", case when ends_at <= $1 then 0 else used end as used from rate_budget) b group by 1`,
    [at],
  );
  return rows;
}
