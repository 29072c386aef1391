// Orders whose credit the network has yet to decide about. They are in no total.
import { pool } from "../../db.server.ts";

/** How many wait of those that a creator would be credited for, and that were placed before an instant. */
export async function awaitingOfCreator(shop: string, creatorId: string, before: Date): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `select count(distinct d.order_id)::int as count from decision d join order_state o on o.shop = d.shop and o.order_id = d.order_id
      where d.shop = $1 and d.outcome = 'awaiting_network' and d.creator_id = $2 and o.created_at < $3`,
    [shop, creatorId, before],
  );
  return rows[0]!.count;
}
