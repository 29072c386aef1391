// Reads the webhooks disputes/create and disputes/update. Of who disputes, how much and why nothing is kept.
import { type Beside, NOTHING_BESIDE } from "./beside.ts";
import { idOf } from "./read-order.ts";

/** `orderId` null: the disputed payment belongs to no order. */
export type ReadDispute = { ok: true; orderId: string | null; beside: Beside } | { ok: false; reason: string };

/** Reads a body that was parsed by domain/json.ts. `triggeredNs`: when the store sent it; of two words on one dispute the later holds. */
export function readDispute(body: Record<string, unknown>, triggeredNs: bigint): ReadDispute {
  const id = idOf(body);
  if (id === null) return { ok: false, reason: "id is missing" };
  const kind = word(body.type);
  if (kind !== "chargeback" && kind !== "inquiry") return { ok: false, reason: "type is neither chargeback nor inquiry" };
  const status = word(body.status);
  if (status === null) return { ok: false, reason: "status is missing" };
  const orderId = idOf(body, "order_id");
  if (orderId === null && body.order_id != null) return { ok: false, reason: "order_id is no id" };
  return { ok: true, orderId, beside: { ...NOTHING_BESIDE, disputes: [{ id, kind, status, triggeredNs: triggeredNs.toString() }] } };
}

/** A word of the store's lists, in lower case as the webhooks have it. */
function word(value: unknown): string | null {
  return typeof value === "string" && /^[a-z_]{1,64}$/i.test(value) ? value.toLowerCase() : null;
}
