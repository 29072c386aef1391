// The inbox: deliveries that were verified and noted. Hot path, so plain SQL: one statement per function.
import type { Beside } from "../domain/beside.ts";
import type { OrderFacts } from "../domain/order.ts";
import { pool, type Queryable } from "../db.server.ts";

export type NewDelivery = {
  shop: string;
  webhookId: string;
  topic: string;
  eventId: string | null;
  triggeredNs: bigint | null; // null: fetched
  receivedAt: Date;
  orderId: string | null;
  facts: OrderFacts | null;
  beside?: Beside | null;
  bodyHash: string;
  state: "new" | "unreadable" | "ignored";
  reason: string | null;
};

export type TakenDelivery = {
  seq: bigint;
  receivedAt: Date;
  shop: string;
  webhookId: string;
  topic: string;
  triggeredNs: bigint | null;
  orderId: string | null;
  facts: OrderFacts | null;
  beside: Beside | null;
  bodyHash: string;
};

/** Notes a delivery; a webhook id that was noted before changes nothing (rules, section 7). Says whether it was new. */
export async function noteDelivery(delivery: NewDelivery, on: Queryable = pool()): Promise<boolean> {
  const noted = await on.query({
    name: "note_delivery",
    text: `insert into delivery (shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, beside, body_hash, state, reason)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
    values: [
      delivery.shop, delivery.webhookId, delivery.topic, delivery.eventId, delivery.triggeredNs, delivery.facts?.updatedNs ?? null, delivery.receivedAt,
      delivery.orderId, delivery.facts === null ? null : JSON.stringify(delivery.facts), delivery.beside == null ? null : JSON.stringify(delivery.beside), delivery.bodyHash, delivery.state, delivery.reason,
    ],
  });
  return noted.rowCount === 1 || noteNamesake(delivery, on);
}

/** The same webhook id on another body is no repeat, whatever made it so: it is noted under a name of its own rather than lost. */
async function noteNamesake(delivery: NewDelivery, on: Queryable): Promise<boolean> {
  const known = await on.query<{ differs: boolean }>("select body_hash <> $3 as differs from delivery where shop = $1 and webhook_id = $2", [delivery.shop, delivery.webhookId, delivery.bodyHash]);
  if (known.rows[0]?.differs !== true) return false;
  return noteDelivery({ ...delivery, webhookId: `${delivery.webhookId}#${delivery.bodyHash.slice(0, 16)}` }, on);
}

const TAKEN = `d.seq, d.received_at as "receivedAt", d.shop, d.webhook_id as "webhookId", d.topic, d.triggered_ns as "triggeredNs", d.order_id as "orderId", d.facts, d.beside, d.body_hash as "bodyHash"`;

/**
 * Takes up to `limit` waiting deliveries from `from` on, the oldest first; others may take the next ones meanwhile. The rows stay locked until the transaction ends. Those before `from`
 * are not looked at: while somebody reads an old state of the database, what was done since stands in the way of whoever begins at the beginning.
 */
export async function takeDeliveries(client: Queryable, limit: number, from = 0n): Promise<TakenDelivery[]> {
  const taken = await client.query<TakenDelivery>({
    name: "take_deliveries",
    text: `select ${TAKEN} from delivery d where state = 'new' and seq >= $2 order by seq limit $1 for update skip locked`,
    values: [limit, from],
  });
  return taken.rows;
}

/** Takes these deliveries, as far as they wait still and nobody else has them. */
export async function takeAgain(client: Queryable, deliveries: readonly Pick<TakenDelivery, "shop" | "webhookId">[]): Promise<TakenDelivery[]> {
  const taken = await client.query<TakenDelivery>({
    name: "take_again",
    text: `select ${TAKEN} from delivery d join unnest($1::text[], $2::text[]) as k(shop, id) on d.shop = k.shop and d.webhook_id = k.id where d.state = 'new' order by d.seq for update of d skip locked`,
    values: [deliveries.map(({ shop }) => shop), deliveries.map(({ webhookId }) => webhookId)],
  });
  return taken.rows;
}

const NOT_SETTLED = "not settled: ";

/** Sets a delivery aside that cannot be settled, with its facts and the reason: it is shown, and holds up no other. */
export async function setAside(shop: string, webhookId: string, reason: string, at: Date): Promise<void> {
  await pool().query(`update delivery set state = 'unreadable', reason = $3, done_at = $4 where shop = $1 and webhook_id = $2 and state = 'new'`, [
    shop, webhookId, `${NOT_SETTLED}${reason.replaceAll("\0", "").slice(0, 500)}`, at,
  ]);
}

/** Makes what was set aside wait again. Returns how many. */
export async function takeUpAgain(): Promise<number> {
  const again = await pool().query(`update delivery set state = 'new', reason = null, done_at = null where state = 'unreadable' and starts_with(reason, $1)`, [NOT_SETTLED]);
  return again.rowCount ?? 0;
}

/** Marks taken deliveries as done, each with what became of it. Their facts live on in the order's state. */
export async function finishDeliveries(client: Queryable, done: { shop: string; webhookId: string; reason: string | null }[], at: Date): Promise<void> {
  if (done.length === 0) return;
  await client.query({
    name: "finish_deliveries",
    text: `update delivery set state = 'done', reason = d.reason, done_at = $2, facts = null, beside = null
      from json_to_recordset($1::json) as d(shop text, "webhookId" text, reason text)
      where delivery.shop = d.shop and delivery.webhook_id = d."webhookId"`,
    values: [JSON.stringify(done), at],
  });
}

/** Counts a delivery of a topic that this version does not know. */
export async function countUnknownTopic(shop: string, topic: string, at: Date): Promise<void> {
  await pool().query(
    `insert into unknown_topic (shop, topic, count, last_at) values ($1, $2, 1, $3)
     on conflict (shop, topic) do update set count = unknown_topic.count + 1, last_at = excluded.last_at`,
    [shop, topic, at],
  );
}

/** So far the clocks of store and app may differ. */
const CLOCKS_DIFFER = "interval '1 minute'";

/**
 * Marks a shop as having uninstalled the app; its history stays. Its tokens are void: a session that was kept would hide that a new one is needed when the app is installed again.
 * False, and nothing is changed: the store has let the app in since (`triggeredNs`: when it was uninstalled), so that it is installed again.
 */
export async function markUninstalled(client: Queryable, shop: string, triggeredNs: bigint | null, at: Date): Promise<boolean> {
  const known = await client.query<{ isBack: boolean }>(
    `select coalesce(let_in_at > to_timestamp($2::bigint / 1000000000.0) + ${CLOCKS_DIFFER}, false) as "isBack" from shop where shop = $1 for update`,
    [shop, triggeredNs === null || triggeredNs === 0n ? null : triggeredNs],
  );
  if (known.rows[0]?.isBack === true) return false;
  await client.query(`with gone as (delete from "Session" where shop = $1) update shop set uninstalled_at = $2 where shop = $1`, [shop, at]);
  return true;
}
