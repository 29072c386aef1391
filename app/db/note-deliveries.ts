// Many deliveries noted in one statement: a commit for all of them costs what one for each would.
import { pool } from "../db.server.ts";
import type { NewDelivery } from "./delivery.ts";

/**
 * Notes deliveries, all or none; says of each whether it was new. One that was not is a repetition, or has the webhook id of another (namesakesOf). They are written in the
 * order of their keys: two that write the same ones at once wait for each other, and never in a ring.
 */
export async function noteDeliveries(deliveries: readonly NewDelivery[]): Promise<boolean[]> {
  const rows = deliveries.map((each, place) => ({
    place, shop: each.shop, webhook_id: each.webhookId, topic: each.topic, event_id: each.eventId, triggered_ns: each.triggeredNs?.toString() ?? null, updated_ns: each.facts?.updatedNs ?? null,
    received_at: each.receivedAt, order_id: each.orderId, facts: each.facts, beside: each.beside ?? null, body_hash: each.bodyHash, state: each.state, reason: each.reason,
  }));
  const noted = await pool().query<{ shop: string; webhookId: string }>({
    name: "note_deliveries",
    text: `insert into delivery (shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, beside, body_hash, state, reason)
      select shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, beside, body_hash, state, reason from json_to_recordset($1::json) as d(place int, shop text, webhook_id text, topic text, event_id text, triggered_ns bigint, updated_ns bigint, received_at timestamptz, order_id text, facts jsonb, beside jsonb, body_hash text, state text, reason text)
      order by shop, webhook_id, place on conflict do nothing returning shop, webhook_id as "webhookId"`,
    values: [JSON.stringify(rows)],
  });
  const fresh = new Set(noted.rows.map(keyOf));
  // Where one stands among them twice, the first is the new one.
  return deliveries.map((each) => fresh.delete(keyOf(each)));
}

/** Of deliveries that were not new, those whose webhook id is known with another body: by their place in the list. */
export async function namesakesOf(deliveries: readonly NewDelivery[]): Promise<number[]> {
  const { rows } = await pool().query<{ at: number }>({
    name: "namesakes",
    text: `select n.at::int - 1 as at from unnest($1::text[], $2::text[], $3::text[]) with ordinality as n(shop, webhook_id, body_hash, at)
      join delivery d on d.shop = n.shop and d.webhook_id = n.webhook_id where d.body_hash <> n.body_hash order by 1`,
    values: [deliveries.map(({ shop }) => shop), deliveries.map(({ webhookId }) => webhookId), deliveries.map(({ bodyHash }) => bodyHash)],
  });
  return rows.map(({ at }) => at);
}

function keyOf({ shop, webhookId }: { shop: string; webhookId: string }): string {
  return `${shop} ${webhookId}`;
}
