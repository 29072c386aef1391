// The hour's budget of an account at a network. It belongs to the account: every shop and process that uses the account shares the row.
import { FLOORS, GRACE_MS, HOUR_MS, SILENT_MINUTES, type Asker, type Hour, type Kind } from "../domain/budget-shares.ts";
import { pool } from "../db.server.ts";

/** The whole minutes of the hour that are over, 0 to 59. */
const MINUTES = `least(59, greatest(0, floor((extract(epoch from $2::timestamptz - b.ends_at) * 1000 + ${HOUR_MS}) / 60000)))::int`;
/** What others than the kinds have used leaves this much of the hour. */
const OURS = `greatest(0, b."limit" - greatest(0, b.used - b.reports - b.codes - b.reads))`;

/** domain/budget-shares.ts mayTake, of an hour that is not over and has something left: each kind with its rank, what it used, its floor, and until when it is waited for. */
const MAY_TAKE = `(
  select bool_or(k.kind = $4 and k.used + $6::int <= k.floor)
      or (not coalesce(bool_or(k.rank < (case $4 when 'reports' then 1 when 'codes' then 2 else 3 end) and k.waits > $5::bigint), false) and b."limit" - b.used - $6 >= sum(k.held) filter (where k.kind <> $4))
    from (select s.*, least(greatest(0, s.floor - s.used), case when s.used = 0 then s.floor * greatest(0, ${SILENT_MINUTES} - ${MINUTES}) / ${SILENT_MINUTES} else s.floor * (60 - ${MINUTES}) / 30 end) as held
            from (select f.kind, f.rank, f.used, f.waits, (f.share::bigint * ${OURS} + 999) / 1000 as floor
                    from (values ('reports', 1, ${FLOORS.reports}, b.reports, (b.waits->>'reports')::bigint), ('codes', 2, ${FLOORS.codes}, b.codes, (b.waits->>'codes')::bigint),
                                 ('reads', 3, ${FLOORS.reads}, b.reads, (b.waits->>'reads')::bigint)) f(kind, rank, share, used, waits)) s) k)`;

/** What is known of an account's hour. */
export type Known = { limit: number; used: number; endsAt: Date };

/**
 * Takes one request of the account's budget, if the shares permit it. An hour that is over begins anew, with the limit last known. null: turned away.
 * `count`: so many at once, all or none: the shares permit the last of them only where they permit the others. The first of an hour is taken alone.
 */
export async function takeRequest(account: string, asker: Asker, now: Date, firstLimit: number, count = 1): Promise<Known | null> {
  const { rows } = await pool().query<Known>({
    name: "take_request",
    text: `insert into rate_budget as b (account, ends_at, "limit", used, reports, codes, reads, waits)
      select $1, $2::timestamptz + ${HOUR_MS} * interval '1 millisecond', $3::int, $6, ($4::text = 'reports')::int * $6, ($4 = 'codes')::int * $6, ($4 = 'reads')::int * $6, '{}'
       where $6 = 1 or exists (select from rate_budget where account = $1)
      on conflict (account) do update set
        used = case when b.ends_at <= $2 then 1 else b.used + $6 end,
        reports = case when b.ends_at <= $2 then 0 else b.reports end + excluded.reports,
        codes = case when b.ends_at <= $2 then 0 else b.codes end + excluded.codes,
        reads = case when b.ends_at <= $2 then 0 else b.reads end + excluded.reads,
        waits = case when $4 = 'person' then b.waits else b.waits || jsonb_build_object($4, greatest((b.waits->>$4)::bigint, $5::bigint + ${HOUR_MS} / greatest(1, b."limit"))) end,
        ends_at = case when b.ends_at <= $2 then excluded.ends_at else b.ends_at end
      where (b.ends_at <= $2 and $6 = 1) or (b.ends_at > $2 and b.used + $6 <= b."limit" and ($4 = 'person' or ${MAY_TAKE})) returning "limit", used, ends_at as "endsAt"`,
    values: [account, now, firstLimit, asker, now.getTime(), count],
  });
  return rows[0] ?? null;
}

/** Notes that a kind was turned away until then: lower kinds leave it what comes free. */
export async function noteTurnedAway(account: string, kind: Kind, until: Date): Promise<void> {
  await pool().query({
    name: "note_turned_away",
    text: `update rate_budget set waits = waits || jsonb_build_object($2::text, $3::bigint) where account = $1`,
    values: [account, kind, until.getTime() + GRACE_MS],
  });
}

/**
 * Follows what the network said of its budget. Within one window its count and ours differ by what is under way, so the higher count holds, and the later
 * end, so that ours never begins anew before its own; a window that ends much later than ours is a new one, and its count replaces ours.
 */
export async function noteLimit(account: string, said: { limit: number; remaining: number; endsAt: Date }, slackMs: number): Promise<void> {
  const isNew = `excluded.ends_at > b.ends_at + $5::int * interval '1 millisecond'`;
  await pool().query({
    name: "note_limit",
    text: `insert into rate_budget as b (account, ends_at, "limit", used) values ($1, $2, $3::int, greatest(0, $3::int - $4::int))
      on conflict (account) do update set
        "limit" = excluded."limit",
        used = case when ${isNew} then excluded.used else greatest(b.used, excluded.used) end,
        reports = case when ${isNew} then 0 else b.reports end, codes = case when ${isNew} then 0 else b.codes end, reads = case when ${isNew} then 0 else b.reads end,
        ends_at = case when abs(extract(epoch from excluded.ends_at - b.ends_at)) * 1000 > $5::int then excluded.ends_at else greatest(b.ends_at, excluded.ends_at) end`,
    values: [account, said.endsAt, said.limit, said.remaining, slackMs],
  });
}

/**
 * Takes one question about a click from what an account's hour may have of them, which is no more than `most`. The hour of these questions begins with the
 * first of them. Returns null where it may be asked, else until when none may.
 */
export async function takeClickQuestion(account: string, now: Date, most: number, firstLimit: number): Promise<Date | null> {
  const { rows } = await pool().query<{ taken: boolean; endsAt: Date }>({
    name: "take_click_question",
    text: `with taken as (
        insert into rate_budget as b (account, ends_at, "limit", used, clicks, clicks_ends_at) values ($1, $2, $4, 0, 1, $2::timestamptz + ${HOUR_MS} * interval '1 millisecond')
        on conflict (account) do update set clicks = case when coalesce(b.clicks_ends_at <= $2, true) then 1 else b.clicks + 1 end,
          clicks_ends_at = case when coalesce(b.clicks_ends_at <= $2, true) then excluded.clicks_ends_at else b.clicks_ends_at end
        where coalesce(b.clicks_ends_at <= $2, true) or b.clicks < $3::int returning clicks_ends_at)
      select true as taken, clicks_ends_at as "endsAt" from taken union all select false, clicks_ends_at from rate_budget where account = $1 and not exists (select from taken)`,
    values: [account, now, most, firstLimit],
  });
  const found = rows[0];
  return found === undefined || found.taken ? null : found.endsAt;
}

/** null: nothing was asked of this account yet. */
export async function findBudget(account: string): Promise<Hour | null> {
  const { rows } = await pool().query<Omit<Hour, "endsAtMs"> & { endsAt: Date }>(`select "limit", used, ends_at as "endsAt", reports, codes, reads, waits from rate_budget where account = $1`, [account]);
  if (rows[0] === undefined) return null;
  const { endsAt, ...hour } = rows[0];
  return { ...hour, endsAtMs: endsAt.getTime() };
}
