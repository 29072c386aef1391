// What people decided about orders.
import type { HandAct } from "../domain/hand.ts";
import { handCause } from "../domain/hand.ts";
import type { Queryable } from "../db.server.ts";
import { ByOrder, type OrderKey } from "./order-key.ts";

export type NewAct = { orderId: string; who: string; act: "credit" | "exclude" | "correct" | "withdraw"; codeId: string | null; amount: bigint | null; reason: string };

/** The newest act of each of these orders, where it still holds; by shop and order. */
export async function handActsOf(client: Queryable, keys: readonly OrderKey[]): Promise<ByOrder<HandAct>> {
  const acts = new ByOrder<HandAct>();
  if (keys.length === 0) return acts;
  type Row = OrderKey & { orderId: string; id: bigint; who: string; at: Date; act: HandAct["act"] | "withdraw"; codeId: string | null; amount: bigint | null; reason: string };
  const found = await client.query<Row>({
    name: "hand_acts_of",
    text: `select distinct on (h.shop, h.order_id) h.shop, h.order_id as "orderId", h.id, h.who, h.at, h.act, h.code_id as "codeId", h.amount, h.reason
      from unnest($1::text[], $2::text[]) as k(shop, order_id) join hand_act h on h.shop = k.shop and h.order_id = k.order_id order by h.shop, h.order_id, h.id desc`,
    values: [keys.map(({ shop }) => shop), keys.map(({ orderId }) => orderId)],
  });
  for (const { shop, orderId, id, who, at, act, codeId, amount, reason } of found.rows) {
    if (act === "withdraw") continue;
    const own = { id: id.toString(), who, atMs: at.getTime(), reason };
    acts.set({ shop, orderId }, act === "exclude" ? { ...own, act } : { ...own, act, codeId: codeId!, amount });
  }
  return acts;
}

/** Adds an act, and has the order settled again. The order's row is to be locked (db/order.ts), so that no settling misses it. */
export async function addHandAct(client: Queryable, shop: string, act: NewAct, at: Date): Promise<string> {
  const added = await client.query<{ id: bigint }>(
    `insert into hand_act (shop, order_id, at, who, act, code_id, amount, reason) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [shop, act.orderId, at, act.who, act.act, act.codeId, act.amount, act.reason],
  );
  const id = added.rows[0]!.id.toString();
  await client.query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state) values ($1, $2, 'hand', $3, $4, '', 'new')`,
    [shop, handCause(id), at, act.orderId],
  );
  return id;
}

/** The names of some creators, by id. */
export async function creatorNames(client: Queryable, shop: string, creatorIds: readonly string[]): Promise<Map<string, string>> {
  if (creatorIds.length === 0) return new Map();
  const found = await client.query<{ id: string; name: string }>("select id, name from creator where shop = $1 and id = any($2)", [shop, creatorIds]);
  return new Map(found.rows.map((row) => [row.id, row.name]));
}
