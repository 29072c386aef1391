// What is kept of a code for pasting into a network's own pages, and codes that a person wants in a network again.
import type { Queryable } from "../db.server.ts";

/** False where the shop has no such code. */
export async function setCodeNotes(client: Queryable, shop: string, id: string, { comments, sendTo }: { comments: string; sendTo: string }): Promise<boolean> {
  const { rowCount } = await client.query("update code set comments = $3, send_to = $4 where shop = $1 and id = $2 and (comments, send_to) is distinct from ($3, $4)", [shop, id, comments, sendTo]);
  return rowCount === 1;
}

/**
 * A code that a person let be gone from a network is to be there again: that choice holds no more, neither for a pause that ends (db/removal.ts wantLive).
 * False: it is not in force, or was not given up there.
 */
export async function bringBack(client: Queryable, shop: string, id: string, programId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update code_placement p set wanted = 'live', state = case when p.state in ('live', 'asked', 'leaving') then p.state else 'waiting' end, problem = null, attempts = 0, next_at = $4,
       told = case when p.state in ('live', 'asked', 'leaving') then p.told end
     from code c where p.shop = $1 and p.code_id = $2 and p.target = $3 and p.target <> 'store' and p.wanted = 'gone' and c.shop = p.shop and c.id = p.code_id and c.retired_at is null
       and exists (select 1 from code_placement s where s.shop = p.shop and s.code_id = p.code_id and s.target = 'store' and s.wanted = 'live')`,
    [shop, id, programId, at],
  );
  if (rowCount !== 1) return false;
  await client.query("update drift set how = 'ours' where shop = $1 and about = 'code' and about_id = $2 and target = $3 and kind in ('missing', 'expired') and how = 'theirs'", [shop, id, programId]);
  return true;
}
