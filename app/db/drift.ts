// What store or network have otherwise than the app. A difference is open until a person chooses, or until it is no more; one that a person left is
// kept as it was then, and opens again only where it has become another one.
import { pool, type Queryable } from "../db.server.ts";
import type { DriftFacts, FoundDrift } from "../domain/drift.ts";

/**
 * Notes what was found. A known difference keeps the time at which it was found; what a person chose for it holds on while theirs stays the same.
 */
export async function noteDrifts(client: Queryable, shop: string, found: readonly FoundDrift[], at: Date): Promise<void> {
  if (found.length === 0) return;
  await client.query(
    `insert into drift as d (shop, about, about_id, target, kind, part, ours, theirs, found_at)
     select $1, f.about, f."aboutId", f.target, f.kind, f.part, f.ours, f.theirs, $3::timestamptz
     from jsonb_to_recordset($2::jsonb) as f(about text, "aboutId" text, target text, kind text, part text, ours jsonb, theirs jsonb)
     where not exists (
       select 1 from drift l where l.shop = $1 and l.about = f.about and l.about_id = f."aboutId" and l.target = f.target and l.kind = f.kind and l.part = f.part
         and l.how = 'left' and l.closed_at is not null and l.ours is not distinct from nullif(f.ours, 'null') and l.theirs is not distinct from nullif(f.theirs, 'null'))
     on conflict (shop, about, about_id, target, kind, part) where closed_at is null
     do update set ours = excluded.ours, theirs = excluded.theirs, how = case when d.theirs is not distinct from excluded.theirs then d.how end, who = case when d.theirs is not distinct from excluded.theirs then d.who end
     where d.ours is distinct from excluded.ours or d.theirs is distinct from excluded.theirs`,
    [shop, JSON.stringify(found), at],
  );
}

export type DriftScope = { about: string; target: string; kinds: readonly string[] };

/**
 * Closes what was looked for and not found any more: open differences of these things (`aboutIds`) whose `aboutId part` is not in `found`. One that a
 * person left is no more either: should it come again, it is a new one.
 */
export async function closeUnfound(client: Queryable, shop: string, { about, target, kinds }: DriftScope, aboutIds: readonly string[], found: readonly FoundDrift[], at: Date): Promise<void> {
  await client.query(
    `update drift set closed_at = coalesce(closed_at, $6), how = case when how in ('ours', 'theirs') then how else 'gone' end
     where shop = $1 and about = $2 and target = $3 and kind = any($4) and about_id = any($5) and (closed_at is null or how = 'left')
       and not (about_id || ' ' || kind || ' ' || part = any($7))`,
    [shop, about, target, kinds, aboutIds, at, found.map(({ aboutId, kind, part }) => `${aboutId} ${kind} ${part}`)],
  );
}

export type OpenDrift = {
  id: string;
  about: "deal" | "code" | "program";
  aboutId: string;
  target: string;
  kind: string;
  part: string;
  ours: DriftFacts | null;
  theirs: DriftFacts | null;
  foundAt: Date;
  how: string | null;
  closedAt: Date | null;
};

const KNOWN = `id::text as id, about, about_id as "aboutId", target, kind, part, ours, theirs, found_at as "foundAt", how, closed_at as "closedAt"`;

export async function findDrifts(shop: string, ids: readonly string[]): Promise<OpenDrift[]> {
  const { rows } = await pool().query<OpenDrift>(`select ${KNOWN} from drift where shop = $1 and id = any($2::bigint[]) order by found_at, id`, [shop, ids.filter((id) => /^\d{1,18}$/.test(id))]);
  return rows;
}

/** A person has chosen; `done` false: it closes once the other side is read back as chosen. False where it is closed already, or is another difference by now. */
export async function chooseDrift(client: Queryable, shop: string, drift: OpenDrift, how: "ours" | "theirs" | "left", who: string, at: Date, done: boolean): Promise<boolean> {
  const { rowCount } = await client.query(
    `update drift set how = $3, who = $4, closed_at = case when $6 then $5::timestamptz end where shop = $1 and id = $2 and closed_at is null and theirs is not distinct from $7`,
    [shop, drift.id, how, who, at, done, drift.theirs === null ? null : JSON.stringify(drift.theirs)],
  );
  return rowCount === 1;
}

/** A difference that a person left is shown again. */
export async function takeUpDrift(client: Queryable, shop: string, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update drift d set closed_at = null, how = null, who = null where shop = $1 and id = $2 and how = 'left' and closed_at is not null
       and not exists (select 1 from drift o where o.shop = d.shop and o.about = d.about and o.about_id = d.about_id and o.target = d.target and o.kind = d.kind and o.part = d.part and o.closed_at is null)`,
    [shop, id],
  );
  return rowCount === 1;
}

/** Codes of a discount that a person has asked to be taken out, and that the store still has as far as is known. */
export async function listToTakeOut(shop: string, limit: number): Promise<{ id: string; discountId: string; key: string; redeemId: string }[]> {
  const { rows } = await pool().query<{ id: string; discountId: string; key: string; redeemId: string }>(
    `select d.id::text as id, s.store_id as "discountId", s.key, s.redeem_id as "redeemId"
     from drift d join store_code s on s.shop = d.shop and s.key = d.part and s.store_id = d.theirs ->> 'discountId'
     where d.shop = $1 and d.kind in ('extra_code', 'returned') and d.target = 'store' and d.how = 'ours' and d.closed_at is null order by s.store_id, d.id limit $2`,
    [shop, limit],
  );
  return rows;
}
