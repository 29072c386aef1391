// The redeem codes that the store has, as they were last read.
import { pool, type Queryable } from "../db.server.ts";

export type StoreCode = { key: string; code: string; storeId: string; redeemId: string; createdBy: string | null; uses: number; readAt: Date };
export type ReadCode = { key: string; code: string; redeemId: string; createdBy: string | null; uses: number };

/** Notes codes of a discount; one that was another discount's is this one's now. */
export async function noteCodes(client: Queryable, shop: string, storeId: string, codes: readonly ReadCode[], at: Date): Promise<void> {
  if (codes.length === 0) return;
  await client.query({
    name: "note_store_codes",
    text: `insert into store_code (shop, key, code, store_id, redeem_id, created_by, uses, read_at)
           select distinct on (r.key) $1, r.key, r.code, $2, r."redeemId", r."createdBy", r.uses, $4::timestamptz
           from json_to_recordset($3::json) as r(key text, code text, "redeemId" text, "createdBy" text, uses int)
           on conflict (shop, key) do update set code = excluded.code, store_id = excluded.store_id, redeem_id = excluded.redeem_id, created_by = excluded.created_by, uses = excluded.uses,
             read_at = excluded.read_at`,
    values: [shop, storeId, JSON.stringify(codes), at],
  });
}

/** Removes the codes that a read of the whole discount did not meet. */
export async function removeUnmet(client: Queryable, shop: string, storeId: string, begun: Date): Promise<void> {
  await client.query("delete from store_code where shop = $1 and store_id = $2 and read_at < $3", [shop, storeId, begun]);
}

/** The store has this code no more. */
export async function removeCode(shop: string, key: string): Promise<void> {
  await pool().query("delete from store_code where shop = $1 and key = $2", [shop, key]);
}

const KNOWN = `key, code, store_id as "storeId", redeem_id as "redeemId", created_by as "createdBy", uses, read_at as "readAt"`;

export async function findStoreCodes(shop: string, keys: string[]): Promise<StoreCode[]> {
  const { rows } = await pool().query<StoreCode>(`select ${KNOWN} from store_code where shop = $1 and key = any($2)`, [shop, keys]);
  return rows;
}

export async function countStoreCodes(shop: string, storeId: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>("select count(*)::int as count from store_code where shop = $1 and store_id = $2", [shop, storeId]);
  return rows[0]!.count;
}
