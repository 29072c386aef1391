// Notes an order as if a webhook had brought it, without HTTP.
import { randomUUID } from "node:crypto";
import { keyedHash } from "#app/crypto.server.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { NOTHING_BESIDE } from "#app/domain/beside.ts";
import { instantNs } from "#app/domain/instant.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { SHOP } from "./orders.ts";

export async function note(body: Record<string, unknown>, options: { shop?: string; topic?: string; webhookId?: string; triggeredAt?: string } = {}): Promise<void> {
  const read = readOrder(body, keyedHash);
  if (!read.ok) throw new Error(read.reason);
  await noteDelivery({
    shop: options.shop ?? SHOP,
    webhookId: options.webhookId ?? randomUUID(),
    topic: options.topic ?? "orders/updated",
    eventId: null,
    triggeredNs: instantNs(options.triggeredAt ?? "2026-06-10T08:00:05Z"),
    receivedAt: new Date("2026-06-10T08:00:06Z"),
    orderId: read.facts.id,
    facts: read.facts,
    beside: read.origin && { ...NOTHING_BESIDE, origin: read.origin },
    bodyHash: "hash",
    state: "new",
    reason: null,
  });
}

/** Notes a delivery that names an order without carrying it. */
export async function noteHint(topic: string, orderId: string, shop = SHOP): Promise<void> {
  await noteDelivery({ shop, webhookId: randomUUID(), topic, eventId: null, triggeredNs: 0n, receivedAt: new Date("2026-06-10T08:00:06Z"), orderId, facts: null, bodyHash: "hash", state: "new", reason: null });
}
