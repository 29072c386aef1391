// What a delivery's body says: the facts that are noted of it, or why there are none.
import { keyedHash } from "../crypto.server.ts";
import type { NewDelivery } from "../db/delivery.ts";
import { NOTHING_BESIDE, type Beside } from "../domain/beside.ts";
import { parseJson } from "../domain/json.ts";
import { isHint } from "../domain/order-state.ts";
import type { Origin } from "../domain/origin.ts";
import { readDispute } from "../domain/read-dispute.ts";
import { idOf, readOrder } from "../domain/read-order.ts";

/** A body of up to this size is read; of a larger one only the order's id is kept, and the order is fetched. */
export const MOST_READ_BYTES = 2 * 1024 * 1024;
/** Where the id of a large body is looked for: the store writes it first. */
export const HEAD_BYTES = 64 * 1024;

const ORDER_TOPICS = new Set(["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"]);
const DISPUTE_TOPICS = new Set(["disputes/create", "disputes/update"]);
/** Topics that are noted for what they say of no order. */
const OTHER_TOPICS = /^(discounts\/|app\/|customers\/|shop\/)/;

/** A body as it came: whole, or where it is too large to be read only its beginning. `hash`: SHA-256 of all of it, in hex. */
export type Body = { whole: Buffer | null; head: Buffer; hash: string };

export type Content = Pick<NewDelivery, "orderId" | "facts" | "beside" | "state" | "reason">;

export function isKnown(topic: string): boolean {
  return ORDER_TOPICS.has(topic) || isHint(topic) || topic === "orders/delete" || DISPUTE_TOPICS.has(topic) || OTHER_TOPICS.test(topic);
}

/** The facts of a body, or why there are none. A body of the store's that cannot be read is noted as unreadable: it must not be lost, nor sent again for ever. */
export function contentOf(topic: string, { whole, head }: Body, triggeredNs: bigint): Content {
  if (OTHER_TOPICS.test(topic)) return naming(null);
  if (whole === null) {
    const orderId = idInHead(topic, head.toString("latin1"));
    return orderId === null ? unreadable(null, "the body is too large, and names no order where the store writes its id") : naming(orderId);
  }
  const body = parse(whole);
  if (typeof body !== "object" || body === null || Array.isArray(body)) return unreadable(null, "the body is no JSON object");
  const fields = body as Record<string, unknown>;
  if (ORDER_TOPICS.has(topic)) {
    const read = readOrder(fields, keyedHash);
    return read.ok ? { ...naming(read.facts.id), facts: read.facts, beside: besideOf(read.origin) } : unreadable(idOf(fields), read.reason);
  }
  if (DISPUTE_TOPICS.has(topic)) return disputeOf(fields, triggeredNs);
  const orderId = topic === "orders/delete" ? idOf(fields) : orderNamed(fields);
  return orderId === null ? unreadable(null, "the body names no order") : naming(orderId);
}

/** What is noted where the body is not kept. */
export function naming(orderId: string | null): Content {
  return { orderId, facts: null, beside: null, state: "new", reason: null };
}

export function unreadable(orderId: string | null, reason: string): Content {
  return { ...naming(orderId), state: "unreadable", reason: reason.replaceAll("\0", "").slice(0, 500) };
}

function besideOf(origin: Origin | null): Beside | null {
  return origin === null ? null : { ...NOTHING_BESIDE, origin };
}

function disputeOf(body: Record<string, unknown>, triggeredNs: bigint): Content {
  const read = readDispute(body, triggeredNs);
  if (!read.ok) return unreadable(idOf(body, "order_id"), read.reason);
  if (read.orderId === null) return { ...naming(null), state: "ignored", reason: "the dispute is about a payment without an order" };
  return { ...naming(read.orderId), beside: read.beside };
}

function parse(body: Buffer): unknown {
  try {
    return parseJson(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** refunds/create and returns/* name their order by order_id or order.id, orders/edited by order_edit.order_id. */
function orderNamed(body: Record<string, unknown>): string | null {
  for (const holder of [body, body.order_edit, body.return]) {
    if (typeof holder !== "object" || holder === null) continue;
    const fields = holder as Record<string, unknown>;
    const named = idOf(fields, "order_id") ?? (typeof fields.order === "object" && fields.order !== null ? idOf(fields.order as Record<string, unknown>) : null);
    if (named !== null) return named;
  }
  return null;
}

function idInHead(topic: string, head: string): string | null {
  const field = ORDER_TOPICS.has(topic) || topic === "orders/delete" ? "id" : "order_id"; // a dispute of that size is asked for with its order
  return new RegExp(`"${field}"\\s*:\\s*(\\d{1,20})`).exec(head)?.[1] ?? null;
}
