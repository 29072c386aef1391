// What the networks will pay for reported conversions, as they were last read back.
import { pool } from "../db.server.ts";

/** What its payout is may still change: not read since it last changed here, not yet approved or reversed, or read before the network's lock date. */
const OPEN = `v.action_id is not null and (v.payout_read_at is null or v.payout_state is null or v.payout_state = 'pending' or v.changed_at > v.payout_read_at or v.lock_at > v.payout_read_at)`;

/**
 * Of those, what is due: at once where it was never read; an hour after the last reading where it changed here meanwhile, or its lock is near or past; else a
 * day after. What the network itself changes is seen in its list of changes, but for the passing of a lock date, which is none (contract of the actions).
 */
export const PAYOUT_DUE = (now: string) => `${OPEN} and (v.payout_read_at is null
  or (v.payout_read_at < ${now}::timestamptz - interval '1 hour' and (v.changed_at > v.payout_read_at or (v.lock_at > v.payout_read_at and v.lock_at < ${now}::timestamptz + interval '3 days')))
  or v.payout_read_at < ${now}::timestamptz - interval '1 day')`;

/**
 * The days (counted from 1970 in UTC) at which the network may have dated the events of these conversions: as it said, else that of the order, and where
 * it was told late, the days after it became known, since the network then dates the event by its arrival.
 */
export async function daysToRead(shop: string, programId: string, now: Date): Promise<number[]> {
  const { rows } = await pool().query<{ day: number }>({
    name: "days_to_read",
    text: `select distinct floor(extract(epoch from d.at) / 86400)::int as day
      from conversion v cross join lateral (
        select coalesce(v.event_there, v.event_at) as at union all
        select v.created_at + n * interval '1 day' from generate_series(0, 2) n where v.event_there is null and v.created_at > v.event_at + interval '12 hours'
      ) d where v.shop = $1 and v.program_id = $2 and ${PAYOUT_DUE("$3")} and d.at > $3::timestamptz - interval '3 years'`,
    values: [shop, programId, now],
  });
  return rows.map((row) => row.day);
}

/** What the network says of one action. `payout` in minor units of `currency`; null where it cannot be read; `state` null: none that this version knows, or none at all. */
export type ReadPayout = { actionId: string; payout: string | null; currency: string | null; state: "pending" | "approved" | "reversed" | null; partnerId: string; eventAt: string | null; lockAt: string | null };

/**
 * Keeps what was read at `readAt`, for conversions that may still change; returns how many. What is credited to another partner pays this one nothing. One
 * that settling has locked is left to the next reading.
 */
export async function notePayouts(shop: string, programId: string, read: readonly ReadPayout[], readAt: Date): Promise<number> {
  if (read.length === 0) return 0;
  const { rowCount } = await pool().query({
    name: "note_payouts",
    text: `with k as (select * from jsonb_to_recordset($3::jsonb) as k("actionId" text, payout bigint, currency text, state text, "partnerId" text, "eventAt" timestamptz, "lockAt" timestamptz)),
      free as (
        select v.order_id, v.n, k.payout, k.currency, k.state, k."eventAt", k."lockAt", coalesce(k."partnerId", '') not in ('', coalesce(v.partner_id, '')) and v.partner_id is not null as elsewhere
        from conversion v join k on k."actionId" = v.action_id
        where v.shop = $1 and v.program_id = $2 and ${OPEN} and (v.payout_read_at is null or v.payout_read_at <= $4) for update of v skip locked
      )
      update conversion v set payout = case when free.payout is not null and elsewhere then 0 else free.payout end, payout_currency = free.currency, payout_state = free.state, payout_read_at = $4,
        event_there = coalesce(free."eventAt", v.event_there), lock_at = coalesce(free."lockAt", v.lock_at)
      from free where v.shop = $1 and v.order_id = free.order_id and v.n = free.n`,
    values: [shop, programId, JSON.stringify(read), readAt],
  });
  return rowCount ?? 0;
}

/** Actions whose payout no list showed: those that were read longest ago first. */
export async function actionsToRead(shop: string, programId: string, now: Date, limit: number): Promise<string[]> {
  const { rows } = await pool().query<{ actionId: string }>({
    name: "actions_to_read",
    text: `select v.action_id as "actionId" from conversion v
      where v.shop = $1 and v.program_id = $2 and ${PAYOUT_DUE("$3")} order by v.payout_read_at nulls first, v.order_id, v.n limit $4`,
    values: [shop, programId, now, limit],
  });
  return rows.map((row) => row.actionId);
}
