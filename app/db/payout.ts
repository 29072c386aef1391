// What the networks will pay for reported conversions, as they were last read back.
import { pool } from "../db.server.ts";

/** May still change: not read since it last changed here, not yet approved or reversed, or read before the network's lock date. */
const OPEN = `v.action_id is not null and (v.payout_read_at is null or v.payout_state is null or v.payout_state = 'pending' or v.changed_at > v.payout_read_at or v.lock_at > v.payout_read_at)`;

export type DueProgram = { shop: string; programId: string; programExternalId: string; connectionId: string; network: string; accountSid: string };

/** Programs with payouts that were never read, or last before `readBefore`. Accounts that refuse the credentials are left out. shop null: of every shop. */
export async function programsToRead(shop: string | null, readBefore: Date): Promise<DueProgram[]> {
  const { rows } = await pool().query<DueProgram>({
    name: "programs_to_read",
    text: `select p.shop, p.id as "programId", p.external_id as "programExternalId", c.id as "connectionId", c.network, c.account_sid as "accountSid"
      from program p join network_connection c on c.shop = p.shop and c.id = p.connection_id
      where p.external_id is not null and c.state = 'connected' and ($1::text is null or p.shop = $1)
        and not exists (select 1 from shop s where s.shop = p.shop and s.uninstalled_at is not null)
        and exists (select 1 from conversion v where v.shop = p.shop and v.program_id = p.id and ${OPEN} and (v.payout_read_at is null or v.payout_read_at < $2))
      order by p.shop, p.id`,
    values: [shop, readBefore],
  });
  return rows;
}

/**
 * The days (counted from 1970 in UTC) at which the network may have dated the events of these conversions: that of the order, and where it
 * was told late, the days after it became known, since the network then dates the event by its arrival.
 */
export async function daysToRead(shop: string, programId: string, readBefore: Date): Promise<number[]> {
  const { rows } = await pool().query<{ day: number }>({
    name: "days_to_read",
    text: `select distinct floor(extract(epoch from d.at) / 86400)::int as day
      from conversion v cross join lateral (
        select v.event_at as at union all
        select v.created_at + n * interval '1 day' from generate_series(0, 2) n where v.created_at > v.event_at + interval '12 hours'
      ) d where v.shop = $1 and v.program_id = $2 and ${OPEN} and (v.payout_read_at is null or v.payout_read_at < $3)`,
    values: [shop, programId, readBefore],
  });
  return rows.map((row) => row.day);
}

/** What the network says of one action. `payout` in minor units of `currency`; null where it cannot be read; `state` null: none that this version knows. */
export type ReadPayout = { actionId: string; payout: string | null; currency: string | null; state: "pending" | "approved" | "reversed" | null };

/** Keeps what was read at `readAt`, for conversions that may still change; returns how many. One that settling has locked is left to the next reading. */
export async function notePayouts(shop: string, programId: string, read: readonly ReadPayout[], readAt: Date): Promise<number> {
  if (read.length === 0) return 0;
  const { rowCount } = await pool().query({
    name: "note_payouts",
    text: `with k as (select * from jsonb_to_recordset($3::jsonb) as k("actionId" text, payout bigint, currency text, state text)),
      free as (
        select v.order_id, v.n, k.payout, k.currency, k.state from conversion v join k on k."actionId" = v.action_id
        where v.shop = $1 and v.program_id = $2 and ${OPEN} for update of v skip locked
      )
      update conversion v set payout = free.payout, payout_currency = free.currency, payout_state = free.state, payout_read_at = $4
      from free where v.shop = $1 and v.order_id = free.order_id and v.n = free.n`,
    values: [shop, programId, JSON.stringify(read), readAt],
  });
  return rowCount ?? 0;
}

/** Actions whose payout no list showed: those that were read longest ago first. */
export async function actionsToRead(shop: string, programId: string, readBefore: Date, limit: number): Promise<string[]> {
  const { rows } = await pool().query<{ actionId: string }>({
    name: "actions_to_read",
    text: `select v.action_id as "actionId" from conversion v
      where v.shop = $1 and v.program_id = $2 and ${OPEN} and (v.payout_read_at is null or v.payout_read_at < $3) order by v.payout_read_at nulls first, v.order_id, v.n limit $4`,
    values: [shop, programId, readBefore, limit],
  });
  return rows.map((row) => row.actionId);
}
