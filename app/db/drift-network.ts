// What a network's programs are to have by our own rows, to be held against what they have.
import { pool, type Queryable } from "../db.server.ts";
import type { DealTerms } from "../domain/deal.ts";
import type { ToldCode } from "../domain/network-code.ts";
import type { Holder } from "./placement-network.ts";

export type ComparedConnection = { shop: string; connectionId: string; isDue: boolean };

/** Connections whose programs are compared, of shops that the app is installed in. */
export async function listConnectionsToCompare(at: Date): Promise<ComparedConnection[]> {
  const { rows } = await pool().query<ComparedConnection>(
    `select n.shop, n.id as "connectionId", coalesce(n.compare_at <= $1, true) as "isDue" from network_connection n join shop s on s.shop = n.shop and s.uninstalled_at is null where n.state = 'connected' order by n.shop, n.id`,
    [at],
  );
  return rows;
}

/** Begins to compare an account, where it is still due: another process may have done it meanwhile. `failed`: how often in a row the network did not tell all; `wished`: a person waits. */
export async function beginComparing(shop: string, connectionId: string, at: Date): Promise<{ failed: number; wished: boolean } | null> {
  const { rows } = await pool().query<{ failed: number; wished: boolean }>(
    `with due as (select shop, id, compare_failed, compare_wished from network_connection where shop = $1 and id = $2 and coalesce(compare_at <= $3, true) for update)
     update network_connection n set compare_wished = false from due where n.shop = $1 and n.id = due.id and n.shop = due.shop returning due.compare_failed as failed, due.compare_wished as wished`,
    [shop, connectionId, at],
  );
  return rows[0] ?? null;
}

/** Notes when an account is compared next. Where a person wished it once more meanwhile, that is at once. */
export async function noteCompared(shop: string, connectionId: string, compared: { at: Date; nextAt: Date; failed: number }): Promise<void> {
  await pool().query("update network_connection set compared_at = $3, compare_at = case when compare_wished then null else $4::timestamptz end, compare_failed = $5 where shop = $1 and id = $2", [shop, connectionId, compared.at, compared.nextAt, compared.failed]);
}

/** A person wants a shop's accounts compared at once. */
export async function wishComparing(shop: string): Promise<void> {
  await pool().query("update network_connection set compare_at = null, compare_failed = 0, compare_wished = true where shop = $1", [shop]);
}

/** After a start every account is compared once more, but those that were just now: of several processes that start together one does it. */
export async function compareAfterStart(before: Date): Promise<void> {
  await pool().query("update network_connection set compare_at = null where compared_at < $1", [before]);
}

export type ComparedProgram = { programId: string; externalId: string; name: string; kind: string };

export async function listProgramsOf(shop: string, connectionId: string): Promise<ComparedProgram[]> {
  const { rows } = await pool().query<ComparedProgram>(
    `select id as "programId", external_id as "externalId", name, kind from program where shop = $1 and connection_id = $2 and external_id is not null and state = 'active' order by id`,
    [shop, connectionId],
  );
  return rows;
}

export type PlacedHere = { codeId: string; code: string; key: string; match: "exact" | "regex"; externalId: string | null; partnerId: string | null; policy: string; told: ToldCode | null; state: string; holder: Holder };

/**
 * Codes that are known to stand in a program, or stood there; not those on their way, nor those whose deal is paused or over (there they follow its
 * dates), nor what was read after `readFrom`.
 */
export async function listPlacedIn(shop: string, programId: string, readFrom: Date): Promise<PlacedHere[]> {
  const { rows } = await pool().query<PlacedHere>(
    `select c.id as "codeId", c.code, c.key, c.match, p.external_id as "externalId", p.partner_id as "partnerId", t.credit_policy as policy, p.told, p.state, p.holder
     from code_placement p join code c on c.shop = p.shop and c.id = p.code_id and c.retired_at is null
     join lateral (select * from code_term where shop = c.shop and code_id = c.id order by valid_from desc limit 1) t on t.ends_at is null or t.ends_at > $3
     left join deal d on d.shop = c.shop and d.id = c.deal_id
     where p.shop = $1 and p.target = $2 and p.wanted = 'live' and p.state in ('live', 'missing') and (p.read_at is null or p.read_at < $3)
       and (d.id is null or (d.paused_at is null and (d.ends_at is null or d.ends_at > $3)))
     order by c.position`,
    [shop, programId, readFrom],
  );
  return rows;
}

/** Names that the app knows in a program, in whatever state, so that a code there is no unknown one. */
export async function listNamesIn(shop: string, programId: string): Promise<Set<string>> {
  const { rows } = await pool().query<{ name: string }>(
    `select case c.match when 'exact' then c.key else c.code end as name from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = $2
     where c.shop = $1 and (c.retired_at is null or p.state <> 'expired')`,
    [shop, programId],
  );
  return new Set(rows.map((row) => row.name));
}

/** Which of these names creators have in the account's creator programs: key to the code's id. */
export async function listCreatorsNames(shop: string, connectionId: string, keys: string[]): Promise<Map<string, { codeId: string; code: string }>> {
  const { rows } = await pool().query<{ key: string; codeId: string; code: string }>(
    `select c.key, c.id as "codeId", c.code from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.wanted = 'live'
     join program g on g.shop = p.shop and g.id = p.target and g.connection_id = $2 and g.kind = 'creator'
     where c.shop = $1 and c.key = any($3) and c.match = 'exact' and c.retired_at is null`,
    [shop, connectionId, keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Codes that a partner's kept out of a performance program come there now, but for those whose name a partner still has. */
export async function retryFreed(client: Queryable, shop: string, target: string, stillTaken: readonly string[], at: Date): Promise<void> {
  await client.query(
    `update code_placement set state = 'waiting', problem = null, attempts = 0, next_at = $4
     where shop = $1 and target = $2 and holder = 'media_source' and wanted = 'live' and state = 'refused' and problem like '%problem.partner_in_performance%' and not (code_id = any($3))`,
    [shop, target, stillTaken, at],
  );
}

export type PlacedDeal = { dealId: string; externalId: string; name: string; terms: DealTerms; startsAt: Date; endsAt: Date | null; pausedAt: Date | null; state: string; hasOwnDates: boolean };

/** Deals that a program is known to have as they are here. */
export async function listDealsIn(shop: string, programId: string, readFrom: Date): Promise<PlacedDeal[]> {
  const { rows } = await pool().query<PlacedDeal>(
    `select d.id as "dealId", dp.external_id as "externalId", d.name, d.terms, d.starts_at as "startsAt", d.ends_at as "endsAt", d.paused_at as "pausedAt", dp.state, jsonb_array_length(coalesce(dp.seen->'ownDates', '[]')) > 0 as "hasOwnDates"
     from deal_placement dp join deal d on d.shop = dp.shop and d.id = dp.deal_id
     where dp.shop = $1 and dp.program_id = $2 and dp.state in ('live', 'missing') and dp.external_id is not null and dp.version >= d.version and (dp.read_at is null or dp.read_at < $3)`,
    [shop, programId, readFrom],
  );
  return rows;
}

/** What was read of codes in a program: those that are not as they should be carry a problem (domain/problem.ts), those that are not there are missing. */
export async function noteReadIn(client: Queryable, shop: string, programId: string, read: { codeId: string; missing: boolean; problem: string | null; seen: unknown }[], at: Date): Promise<void> {
  await client.query(
    `update code_placement p set state = case when r.missing then 'missing' else 'live' end, problem = r.problem, seen = coalesce(nullif(r.seen, 'null'), p.seen), read_at = $4
     from jsonb_to_recordset($3::jsonb) as r("codeId" text, missing boolean, problem text, seen jsonb)
     where p.shop = $1 and p.code_id = r."codeId" and p.target = $2 and p.wanted = 'live' and p.state in ('live', 'missing')`,
    [shop, programId, JSON.stringify(read), at],
  );
}

export async function noteDealsIn(client: Queryable, shop: string, programId: string, read: { dealId: string; missing: boolean; problem: string | null }[], at: Date): Promise<void> {
  await client.query(
    `update deal_placement p set state = case when r.missing then 'missing' else 'live' end, problem = r.problem, read_at = $4
     from jsonb_to_recordset($3::jsonb) as r("dealId" text, missing boolean, problem text)
     where p.shop = $1 and p.deal_id = r."dealId" and p.program_id = $2 and p.state in ('live', 'missing')`,
    [shop, programId, JSON.stringify(read), at],
  );
}
