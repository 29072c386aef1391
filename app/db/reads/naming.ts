// What names of codes are made of: the creators they are for, and the names that are taken.
import { pool } from "../../db.server.ts";
import { likePattern } from "./sold.ts";

export type CreatorToName = { creatorId: string; name: string; handle: string | null; email: string | null };

const CREATOR = `c.id as "creatorId", c.name, c.handle, c.email`;

/** These creators, by name. */
export async function creatorsToName(shop: string, ids: string[]): Promise<CreatorToName[]> {
  const { rows } = await pool().query<CreatorToName>(`select ${CREATOR} from creator c where c.shop = $1 and c.id = any($2) order by lower(c.name), c.id`, [shop, ids]);
  return rows;
}

export type Without = { dealId: string; programId: string | null; search: string; now: Date };

// Who can be given a code of the deal and has none: joined to its program, or to any where it belongs to none.
// Codes in discounts of their own are the deal's too; those that were replaced, are void or have ended are none any more.
const WITHOUT = `from creator c
  where c.shop = $1 and ($4 = '' or c.name ilike $5 or c.handle ilike $5 or c.email ilike $5)
    and exists (select 1 from (select distinct on (m.program_id) m.state, m.left_at from membership m
                 where m.shop = c.shop and m.creator_id = c.id and ($3::text is null or m.program_id = $3) order by m.program_id, m.joined_at desc) n
               where n.state = 'joined' and (n.left_at is null or n.left_at > $6))
    and not exists (select 1 from code k join deal d on d.shop = k.shop and d.id = k.deal_id
                      join lateral (select t.creator_id, t.ends_at from code_term t where t.shop = k.shop and t.code_id = k.id order by t.valid_from desc limit 1) t on true
                     where k.shop = c.shop and coalesce(d.parent_id, d.id) = (select coalesce(r.parent_id, r.id) from deal r where r.shop = $1 and r.id = $2)
                       and k.retired_at is null and k.replaced_by is null and k.void_from is null and (t.ends_at is null or t.ends_at > $6) and t.creator_id = c.id)`;

function valuesOf(shop: string, { dealId, programId, search, now }: Without): unknown[] {
  return [shop, dealId, programId, search, likePattern(search), now];
}

/** Everybody who can be given a code of the deal and has none, by name; at most `most`. */
export async function creatorsWithoutCode(shop: string, without: Without, most: number): Promise<CreatorToName[]> {
  const { rows } = await pool().query<CreatorToName>(`select ${CREATOR} ${WITHOUT} order by lower(c.name), c.id limit $7`, [...valuesOf(shop, without), most]);
  return rows;
}

/** The keys (domain/code.ts) that are taken as far as is known without asking: codes in force, what the store was last read to have, reserve codes. */
export async function takenKeys(shop: string): Promise<Set<string>> {
  const { rows } = await pool().query<{ key: string }>(
    `select key from code where shop = $1 and match = 'exact' and retired_at is null
     union all select key from store_code where shop = $1
     union all select upper(reserve_code) from deal where shop = $1 and reserve_code is not null`,
    [shop],
  );
  return new Set(rows.map((row) => row.key));
}
