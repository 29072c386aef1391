// The hour's budget of an account at a network. It belongs to the account: every shop and process that uses the account shares the row.
import { pool } from "../db.server.ts";

/** Takes one request of the account's budget, or says when the budget is back. A window that is over begins anew, with the limit last known. */
export async function takeRequest(account: string, now: Date, windowMs: number, firstLimit: number): Promise<{ ok: true } | { ok: false; endsAt: Date }> {
  const taken = await pool().query({
    name: "take_request",
    text: `insert into rate_budget as b (account, ends_at, "limit", used) values ($1, $2::timestamptz + $3::int * interval '1 millisecond', $4::int, 1)
      on conflict (account) do update set
        used = case when b.ends_at <= $2 then 1 else b.used + 1 end,
        ends_at = case when b.ends_at <= $2 then excluded.ends_at else b.ends_at end
      where b.ends_at <= $2 or b.used < b."limit" returning 1`,
    values: [account, now, windowMs, firstLimit],
  });
  if (taken.rowCount) return { ok: true };
  const { rows } = await pool().query<{ endsAt: Date }>(`select ends_at as "endsAt" from rate_budget where account = $1`, [account]);
  return { ok: false, endsAt: rows[0]?.endsAt ?? now };
}

/**
 * Follows what the network said of its budget. Within one window its count and ours differ by what is under way, so the higher count holds;
 * a window that ends much later than ours is a new one, and its count replaces ours.
 */
export async function noteLimit(account: string, said: { limit: number; remaining: number; endsAt: Date }, slackMs: number): Promise<void> {
  await pool().query({
    name: "note_limit",
    text: `insert into rate_budget as b (account, ends_at, "limit", used) values ($1, $2, $3::int, greatest(0, $3::int - $4::int))
      on conflict (account) do update set
        "limit" = excluded."limit",
        used = case when excluded.ends_at > b.ends_at + $5::int * interval '1 millisecond' then excluded.used else greatest(b.used, excluded.used) end,
        ends_at = case when abs(extract(epoch from excluded.ends_at - b.ends_at)) * 1000 > $5::int then excluded.ends_at else b.ends_at end`,
    values: [account, said.endsAt, said.limit, said.remaining, slackMs],
  });
}

export type Budget = { limit: number; used: number; endsAt: Date };

/** null: nothing was asked of this account yet. */
export async function findBudget(account: string): Promise<Budget | null> {
  const { rows } = await pool().query<Budget>(`select "limit", used, ends_at as "endsAt" from rate_budget where account = $1`, [account]);
  return rows[0] ?? null;
}
