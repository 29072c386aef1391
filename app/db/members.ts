// Who had joined a program turns out otherwise than it was known: its orders since then are settled again, as after a late click.
import { inTransaction, pool } from "../db.server.ts";
import { letTakeLong } from "./limits.ts";
import { holdRulesAlone } from "./rules-lock.ts";

/** Has the orders settled again that a program's changed memberships may touch, and notes that this is done. Returns how many. */
export async function settleMembersAgain(shop: string, programId: string, at: Date): Promise<number> {
  // Settling holds it shared: whoever read the memberships before the change has written its orders once we had it. It is not kept: there may be
  // a million orders, and whoever settles meanwhile knows of the change.
  await inTransaction((client) => holdRulesAlone(client, shop));
  return inTransaction(async (client) => {
    await letTakeLong(client);
    const asked = await client.query(
      `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
       select p.shop, 'members:' || p.id || ':' || (extract(epoch from $3::timestamptz) * 1000)::bigint || ':' || o.order_id, 'members', $3, o.order_id, '', 'new'
       from program p join order_state o on o.shop = p.shop and o.created_at >= p.members_from
       where p.shop = $1 and p.id = $2 and exists (select 1 from decision d where d.shop = o.shop and d.order_id = o.order_id and d.program_id = p.id)
       on conflict do nothing`,
      [shop, programId, at],
    );
    await client.query("update program set members_from = null where shop = $1 and id = $2", [shop, programId]);
    return asked.rowCount ?? 0;
  });
}

/** The programs whose changed memberships were noted, and whose orders were not asked for since: a take-over is under way, or died. */
export async function programsWithMembersChanged(): Promise<{ shop: string; programId: string }[]> {
  return (await pool().query<{ shop: string; programId: string }>(`select shop, id as "programId" from program where members_from is not null order by shop, id`)).rows;
}
