// Codes of the app beside the codes of one discount in the store: what stands there as it should, and what does not.
import { pool, type Queryable } from "../db.server.ts";

export type ComparedCode = { codeId: string; code: string; key: string; wanted: "live" | "gone"; state: string; foundDiscountId: string | null; redeemId: string | null };

/** The codes of a discount: of its deal, or linked to it as they are. One that moves belongs to where it still stands. */
const OF_DISCOUNT = `from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store'
  left join deal d on d.shop = c.shop and d.id = c.deal_id
  left join store_code s on s.shop = c.shop and s.key = c.key
  where c.shop = $1 and c.match = 'exact' and coalesce(c.discount_id, d.store_id) = $2`;

/**
 * The codes that do not stand as they should: wanted there and not found there, or taken out and found there. What was placed, or read, after the read
 * of the store began (`readFrom`) is not judged by it.
 */
export async function listUnlike(shop: string, storeId: string, readFrom: Date, limit: number): Promise<ComparedCode[]> {
  const { rows } = await pool().query<ComparedCode>(
    `select c.id as "codeId", c.code, c.key, p.wanted, p.state, s.store_id as "foundDiscountId", s.redeem_id as "redeemId" ${OF_DISCOUNT}
       and (p.read_at is null or p.read_at < $3)
       and ((p.wanted = 'live' and p.state in ('live', 'missing') and c.retired_at is null and s.store_id is distinct from $2)
         or (p.wanted = 'gone' and p.state = 'expired' and s.store_id = $2
           and not exists (select 1 from code o where o.shop = c.shop and o.key = c.key and o.id <> c.id and o.match = 'exact' and o.retired_at is null)))
     order by c.position limit $4`,
    [shop, storeId, readFrom, limit],
  );
  return rows;
}

/** What was read just now is known as of then; a code that was missing and is there again is live. */
export async function noteFoundCodes(shop: string, storeId: string, readFrom: Date, staleBefore: Date): Promise<void> {
  await pool().query(
    `update code_placement u set read_at = $3, state = 'live', problem = case when u.state = 'missing' then null else u.problem end
     from (select p.shop, p.code_id ${OF_DISCOUNT} and p.wanted = 'live' and s.store_id = $2 and (p.state = 'missing' or (p.state = 'live' and p.read_at < $4)) and (p.read_at is null or p.read_at < $3)) f
     where u.shop = f.shop and u.code_id = f.code_id and u.target = 'store'`,
    [shop, storeId, readFrom, staleBefore],
  );
}

/** The ids of the codes that a discount should have, or had. */
export async function listCodeIdsOf(shop: string, storeId: string): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>(`select c.id ${OF_DISCOUNT}`, [shop, storeId]);
  return rows.map((row) => row.id);
}

/** Marks codes as missing in the store, each with a reason (domain/problem.ts texts). */
export async function markMissing(client: Queryable, shop: string, codes: { codeId: string; problem: string }[], at: Date): Promise<void> {
  await client.query(
    `update code_placement p set state = 'missing', problem = m.problem, read_at = $3 from jsonb_to_recordset($2::jsonb) as m("codeId" text, problem text)
     where p.shop = $1 and p.code_id = m."codeId" and p.target = 'store' and p.wanted = 'live' and p.state in ('live', 'missing')`,
    [shop, JSON.stringify(codes), at],
  );
}

/** The discount is gone, and with it all its codes: those that were live there are missing. */
export async function markAllMissing(client: Queryable, shop: string, storeId: string, problem: string, at: Date): Promise<void> {
  await client.query(
    `update code_placement u set state = 'missing', problem = $3, read_at = $4 from (select p.shop, p.code_id ${OF_DISCOUNT} and p.wanted = 'live' and p.state = 'live') f
     where u.shop = f.shop and u.code_id = f.code_id and u.target = 'store'`,
    [shop, storeId, problem, at],
  );
}

export type ExtraCode = { key: string; code: string; redeemId: string; createdBy: string | null; uses: number };

/** Codes in a deal's discount that nobody was given here: neither in force, nor on their way in or out, nor the code without which the store makes no discount. */
export async function listExtra(shop: string, storeId: string, reserveKey: string, limit: number): Promise<ExtraCode[]> {
  const { rows } = await pool().query<ExtraCode>(
    `select s.key, s.code, s.redeem_id as "redeemId", s.created_by as "createdBy", s.uses from store_code s
     where s.shop = $1 and s.store_id = $2 and s.key <> $3
       and not exists (select 1 from code c left join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store'
         where c.shop = s.shop and c.key = s.key and c.match = 'exact' and (c.retired_at is null or p.state <> 'expired'))
     order by s.key limit $4`,
    [shop, storeId, reserveKey, limit],
  );
  return rows;
}
