// What store or network have otherwise than the app. A difference is open until a person chooses, or until it is no more; one that a person left is
// kept as it was then, and opens again only where it has become another one.
import { pool, type Queryable } from "../db.server.ts";
import type { DriftFacts, FoundDrift } from "../domain/drift.ts";
import { conflictWord } from "../domain/flow-words.ts";
import { addFlowWords, namesForFlow } from "./flow-word.ts";

/** Whoever compares and whoever chooses wait for each other: a difference that is being left would be found anew in the same moment. */
async function holdDrifts(client: Queryable, shop: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 4))", [`differences of ${shop}`]);
}

/**
 * Notes what was found. A known difference keeps the time at which it was found; what a person chose for it holds on while theirs stays the same.
 */
export async function noteDrifts(client: Queryable, shop: string, found: readonly FoundDrift[], at: Date): Promise<void> {
  if (found.length === 0) return;
  await holdDrifts(client, shop);
  const { rows } = await client.query<{ id: string; about: string; codeId: string; target: string; kind: string; isNew: boolean; program: string | null }>(
    `insert into drift as d (shop, about, about_id, target, kind, part, ours, theirs, found_at)
     select $1, f.about, f."aboutId", f.target, f.kind, f.part, f.ours, f.theirs, $3::timestamptz
     from jsonb_to_recordset($2::jsonb) as f(about text, "aboutId" text, target text, kind text, part text, ours jsonb, theirs jsonb)
     where not exists (
       select 1 from drift l where l.shop = $1 and l.about = f.about and l.about_id = f."aboutId" and l.target = f.target and l.kind = f.kind and l.part = f.part
         and l.how = 'left' and l.closed_at is not null and l.ours is not distinct from nullif(f.ours, 'null') and l.theirs is not distinct from nullif(f.theirs, 'null'))
     on conflict (shop, about, about_id, target, kind, part) where closed_at is null
     do update set ours = excluded.ours, theirs = excluded.theirs, how = case when d.theirs is not distinct from excluded.theirs then d.how end, who = case when d.theirs is not distinct from excluded.theirs then d.who end
     where d.ours is distinct from excluded.ours or d.theirs is distinct from excluded.theirs
     returning id::text as id, about, about_id as "codeId", target, kind, xmax = 0 as "isNew", theirs ->> 'program' as program`,
    [shop, JSON.stringify(found), at],
  );
  const codes = rows.filter(({ about, isNew }) => about === "code" && isNew);
  await noteConflicts(client, shop, codes.map(({ id, codeId, target, kind, program }) => ({ codeId, target, kind, cause: `difference ${id}`, program })), at);
}

/** The workflows of the platform hear of each code that is found in conflict, once for each difference that is found. `cause`: the difference, or the refusal. */
export async function noteConflicts(client: Queryable, shop: string, conflicts: readonly { codeId: string; target: string; kind: string; cause: string; program?: string | null }[], at: Date): Promise<void> {
  if (conflicts.length === 0) return;
  const names = await namesForFlow(client, conflicts.map(({ codeId, target }) => ({ shop, codeId, programId: target === "store" ? null : target })), at);
  await addFlowWords(client, conflicts.flatMap(({ codeId, target, kind, cause, program }, place) => {
    const known = names[place] ?? null;
    return known === null ? [] : [conflictWord(shop, codeId, { kind, place: target === "store" ? null : (known.program || program || target), cause }, known)];
  }), at);
}

export type DriftScope = { about: string; target: string; kinds: readonly string[] };

/**
 * Closes what was looked for and not found any more: open differences of these things (`aboutIds`; null: of all) that are not in `found`. One that a
 * person left is no more either: should it come again, it is a new one.
 */
export async function closeUnfound(client: Queryable, shop: string, { about, target, kinds }: DriftScope, aboutIds: readonly string[] | null, found: readonly FoundDrift[], at: Date): Promise<void> {
  await holdDrifts(client, shop);
  await client.query(
    `update drift set closed_at = coalesce(closed_at, $6), how = case when how in ('ours', 'theirs') then how else 'gone' end
     where shop = $1 and about = $2 and target = $3 and kind = any($4) and ($5::text[] is null or about_id = any($5)) and (closed_at is null or how = 'left')
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
  problem: string | null;
};

const KNOWN = `id::text as id, about, about_id as "aboutId", target, kind, part, ours, theirs, found_at as "foundAt", how, closed_at as "closedAt", problem`;

export async function findDrifts(shop: string, ids: readonly string[]): Promise<OpenDrift[]> {
  const { rows } = await pool().query<OpenDrift>(`select ${KNOWN} from drift where shop = $1 and id = any($2::bigint[]) order by found_at, id`, [shop, ids.filter((id) => /^\d{1,18}$/.test(id))]);
  return rows;
}

/** A person has chosen; `done` false: it closes once the other side is read back as chosen. False where it is closed already, or is another difference by now. */
export async function chooseDrift(client: Queryable, shop: string, drift: OpenDrift, how: "ours" | "theirs" | "left", who: string, at: Date, done: boolean): Promise<boolean> {
  await holdDrifts(client, shop);
  const { rowCount } = await client.query(
    `update drift set how = $3, who = $4, closed_at = case when $6 then $5::timestamptz end, problem = null where shop = $1 and id = $2 and closed_at is null and theirs is not distinct from $7`,
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

export type ToTakeOut = { id: string; kind: string; codeId: string | null; code: string; discountId: string; ownDiscountId: string | null };

/** Redeem codes that a person wants taken out of a discount, by a choice that was not carried out yet. */
export async function listToTakeOut(shop: string, limit: number): Promise<ToTakeOut[]> {
  const { rows } = await pool().query<ToTakeOut>(
    `select id::text as id, kind, case when about = 'code' then about_id end as "codeId", coalesce(theirs ->> 'code', ours ->> 'code') as code, theirs ->> 'discountId' as "discountId",
            ours ->> 'discountId' as "ownDiscountId"
     from drift where shop = $1 and kind in ('extra_code', 'returned', 'elsewhere') and target = 'store' and how = 'ours' and closed_at is null and theirs ? 'discountId'
     order by theirs ->> 'discountId', id limit $2`,
    [shop, limit],
  );
  return rows;
}

/** Codes that a person wants expired in a program in which a partner must not have them, by a choice that was not carried out yet. */
export async function listToExpire(shop: string, connectionId: string, limit: number): Promise<{ id: string; codeId: string; target: string; externalId: string }[]> {
  const { rows } = await pool().query<{ id: string; codeId: string; target: string; externalId: string }>(
    `select d.id::text as id, d.about_id as "codeId", d.target, d.theirs ->> 'externalId' as "externalId" from drift d
     where d.shop = $1 and d.kind = 'in_performance' and d.theirs ->> 'connectionId' = $2 and d.how = 'ours' and d.closed_at is null order by d.id limit $3`,
    [shop, connectionId, limit],
  );
  return rows;
}

/** What was chosen is done, as it was read back. */
export async function closeDrift(shop: string, id: string, at: Date): Promise<void> {
  await pool().query("update drift set closed_at = $3, problem = null where shop = $1 and id = $2 and closed_at is null", [shop, id, at]);
}

/** What was chosen cannot be done there (`problem`: domain/problem.ts): it is open again, with the reason. */
export async function refuseDrift(shop: string, id: string, problem: string): Promise<void> {
  await pool().query("update drift set how = null, who = null, problem = $3 where shop = $1 and id = $2 and closed_at is null", [shop, id, problem]);
}

/** Shops in which a choice is to be carried out in the store. */
export async function listShopsToTakeOut(): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>(
    `select distinct d.shop from drift d join shop s on s.shop = d.shop and s.uninstalled_at is null
     where d.how = 'ours' and d.closed_at is null and d.target = 'store' and d.kind in ('extra_code', 'returned', 'elsewhere')`,
  );
  return rows.map((row) => row.shop);
}
