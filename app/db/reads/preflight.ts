// What the pre-flight of codes asks the database: all in few statements, however many codes there are.
import { pool } from "../../db.server.ts";

/** A name that is in force here (paused ones too: their names stay taken), and whose it is. */
export type OwnedName = { id: string; code: string; key: string; creatorId: string | null; creatorName: string | null; dealName: string | null };

const OWNER = `left join lateral (select t.creator_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
  left join creator r on r.shop = c.shop and r.id = t.creator_id`;

export async function ownersOfKeys(shop: string, keys: string[]): Promise<OwnedName[]> {
  const { rows } = await pool().query<OwnedName>(
    `select c.id, c.code, c.key, t.creator_id as "creatorId", r.name as "creatorName", d.name as "dealName"
       from code c ${OWNER} left join deal d on d.shop = c.shop and d.id = c.deal_id
      where c.shop = $1 and c.key = any($2) and c.match = 'exact' and c.retired_at is null`,
    [shop, keys],
  );
  return rows;
}

/** The deals whose reserve code is one of these keys: the store makes no discount without a code, and nobody is given that one. */
export async function reserveCodesOf(shop: string, keys: string[]): Promise<{ key: string; dealId: string; dealName: string }[]> {
  const { rows } = await pool().query<{ key: string; dealId: string; dealName: string }>(
    `select upper(reserve_code) as key, id as "dealId", name as "dealName" from deal where shop = $1 and upper(reserve_code) = any($2)`,
    [shop, keys],
  );
  return rows;
}

export type NameInForce = { id: string; code: string; key: string; creatorId: string | null };

/** Every exact name in force, the newest first, at most `most`. */
export async function namesInForce(shop: string, most: number): Promise<NameInForce[]> {
  const { rows } = await pool().query<NameInForce>(
    `select c.id, c.code, c.key, (select t.creator_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) as "creatorId"
       from code c where c.shop = $1 and c.match = 'exact' and c.retired_at is null order by c.position desc limit $2`,
    [shop, most],
  );
  return rows;
}

export type PatternInForce = { id: string; pattern: string; creatorId: string | null; creatorName: string | null };

export async function patternsInForce(shop: string): Promise<PatternInForce[]> {
  const { rows } = await pool().query<PatternInForce>(
    `select c.id, c.code as pattern, t.creator_id as "creatorId", r.name as "creatorName" from code c ${OWNER}
      where c.shop = $1 and c.match = 'regex' and c.retired_at is null order by c.created_at, c.position`,
    [shop],
  );
  return rows;
}

/** The deals of these discounts of the store. */
export async function dealsOfDiscounts(shop: string, storeIds: string[]): Promise<{ id: string; name: string; storeId: string }[]> {
  const { rows } = await pool().query<{ id: string; name: string; storeId: string }>(`select id, name, store_id as "storeId" from deal where shop = $1 and store_id = any($2)`, [shop, storeIds]);
  return rows;
}

export type LatestMembership = { creatorId: string; programId: string; state: string; leftAt: Date | null; endsAt: Date | null; partnerId: string | null };

/** The newest membership of each of these creators in each program (or in one). */
export async function latestMemberships(shop: string, creatorIds: string[], programId: string | null): Promise<LatestMembership[]> {
  const { rows } = await pool().query<LatestMembership>(
    `select distinct on (creator_id, program_id) creator_id as "creatorId", program_id as "programId", state, left_at as "leftAt", ends_at as "endsAt", partner_id as "partnerId"
       from membership where shop = $1 and creator_id = any($2) and ($3::text is null or program_id = $3) order by creator_id, program_id, joined_at desc`,
    [shop, creatorIds, programId],
  );
  return rows;
}

/** The names of these creators. */
export async function namesOfCreators(shop: string, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ id: string; name: string }>("select id, name from creator where shop = $1 and id = any($2)", [shop, ids]);
  return new Map(rows.map((row) => [row.id, row.name]));
}
