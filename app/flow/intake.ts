// Intake: verify, note down, answer. A delivery becomes one row, and everything else happens later, at our own pace.
// It runs on bare node:http in front of Remix, which would take ten times as long for the same row.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { now } from "../clock.ts";
import { keyedHash } from "../crypto.server.ts";
import { countUnknownTopic, noteDelivery, type NewDelivery } from "../db/delivery.ts";
import { isPassing } from "../db/fault.ts";
import { env } from "../env.server.ts";
import { NOTHING_BESIDE, type Beside } from "../domain/beside.ts";
import { instantNs } from "../domain/instant.ts";
import { parseJson } from "../domain/json.ts";
import { isHint } from "../domain/order-state.ts";
import type { Origin } from "../domain/origin.ts";
import { readDispute } from "../domain/read-dispute.ts";
import { idOf, readOrder } from "../domain/read-order.ts";
import { isPrivacyTopic } from "../domain/redact.ts";
import { log } from "../log.server.ts";
import { notePrivacyWord } from "./privacy.ts";
import { noteDiscountWord } from "./store-words.ts";

/** A body of up to this size is read; of a larger one only the order's id is kept, and the order is fetched. */
const MOST_READ_BYTES = 2 * 1024 * 1024;
/** Beyond this size nothing is taken in. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Up to this size the rest is read and thrown away: a sender that is cut off while it writes may never see the answer. */
const MOST_THROWN_AWAY_BYTES = 64 * 1024 * 1024;
/** Where the id of a large body is looked for: the store writes it first. */
const HEAD_BYTES = 64 * 1024;

const ORDER_TOPICS = new Set(["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"]);
const DISPUTE_TOPICS = new Set(["disputes/create", "disputes/update"]);
/** Topics that are noted for what they say of no order. */
const OTHER_TOPICS = /^(discounts\/|app\/|customers\/|shop\/)/;
const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;

type Received = { bytes: number; head: Buffer; body: Buffer | null; hmac: Buffer; hash: string };
type Headers = { hmac: string; shop: string; topic: string; webhookId: string; eventId: string | null; triggeredAt: string | null };

/** Answers one webhook call: 200 noted, 400 headers missing, 401 signature wrong or missing, 405, 413 too large, 500 not noted (the store will try again). */
export async function intake(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const status = await take(request);
    response.writeHead(status, { "content-length": "0", ...(status === 413 ? { connection: "close" } : {}) }).end();
  } catch (fault) {
    log.error({ webhookId: request.headers["x-shopify-webhook-id"], fault: fault instanceof Error ? fault.message : String(fault) }, "a delivery could not be noted");
    if (!response.headersSent) response.writeHead(500, { "content-length": "0" }).end();
  }
}

async function take(request: IncomingMessage): Promise<number> {
  if (request.method !== "POST") return 405;
  const received = await receive(request);
  if (received === null) return 413;
  const headers = headersOf(request);
  if (headers.hmac === "" || !isSigned(headers.hmac, received.hmac)) return 401;
  if (!SHOP_DOMAIN.test(headers.shop) || headers.topic === "" || headers.webhookId === "" || headers.webhookId.length > 255) return 400;

  const at = now();
  if (!isKnown(headers.topic)) {
    await countUnknownTopic(headers.shop, headers.topic.slice(0, 255), at);
    return 200;
  }
  const { shop, webhookId, topic, eventId } = headers;
  const triggeredNs = instantNs(headers.triggeredAt ?? "") ?? 0n;
  const envelope = { shop, webhookId, topic, eventId, triggeredNs, receivedAt: at, bodyHash: received.hash };
  if (topic.startsWith("discounts/")) {
    await noteDiscountWord({ ...envelope, ...naming(null) }, received.body);
    return 200;
  }
  if (isPrivacyTopic(topic)) {
    await notePrivacyWord({ ...envelope, ...naming(null) }, received.body);
    return 200;
  }
  try {
    await noteDelivery({ ...envelope, ...contentOf(topic, received, triggeredNs) });
  } catch (fault) {
    // What neither the readers nor the database foresee would be sent again until the store gives up: it is shown instead.
    if (isPassing(fault)) throw fault;
    await noteDelivery({ ...envelope, ...unreadable(null, `it cannot be kept: ${fault instanceof Error ? fault.message : "unknown"}`) });
  }
  return 200;
}

function isKnown(topic: string): boolean {
  return ORDER_TOPICS.has(topic) || isHint(topic) || topic === "orders/delete" || DISPUTE_TOPICS.has(topic) || OTHER_TOPICS.test(topic);
}

/** Reads the body while signing it; null where it is too large. Past the reading limit only the head is kept. */
async function receive(request: IncomingMessage): Promise<Received | null> {
  const signature = createHmac("sha256", env().SHOPIFY_API_SECRET);
  const hash = createHash("sha256");
  let chunks: Buffer[] = [];
  let head: Buffer | null = null;
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_THROWN_AWAY_BYTES) return null;
    if (bytes > MOST_BYTES) continue;
    signature.update(chunk);
    hash.update(chunk);
    if (head === null) chunks.push(chunk);
    if (head === null && bytes > MOST_READ_BYTES) {
      head = Buffer.concat(chunks).subarray(0, HEAD_BYTES);
      chunks = [];
    }
  }
  if (bytes > MOST_BYTES) return null;
  return { bytes, head: head ?? Buffer.alloc(0), body: head === null ? Buffer.concat(chunks) : null, hmac: signature.digest(), hash: hash.digest("hex") };
}

function headersOf(request: IncomingMessage): Headers {
  const one = (name: string) => {
    const value = request.headers[`x-shopify-${name}`];
    return typeof value === "string" ? value.trim() : "";
  };
  return {
    hmac: one("hmac-sha256"),
    shop: one("shop-domain").toLowerCase(),
    topic: one("topic").toLowerCase(),
    webhookId: one("webhook-id"),
    eventId: one("event-id").slice(0, 255) || null,
    triggeredAt: one("triggered-at") || null,
  };
}

function isSigned(claimed: string, due: Buffer): boolean {
  const given = Buffer.from(claimed, "base64");
  return given.length === due.length && timingSafeEqual(given, due);
}

type Content = Pick<NewDelivery, "orderId" | "facts" | "beside" | "state" | "reason">;

/** The facts of a body, or why there are none. A signed body that cannot be read is noted as unreadable: it must not be lost, nor sent again for ever. */
function contentOf(topic: string, received: Received, triggeredNs: bigint): Content {
  if (OTHER_TOPICS.test(topic)) return naming(null);
  if (received.body === null) {
    const orderId = idInHead(topic, received.head.toString("latin1"));
    return orderId === null ? unreadable(null, "the body is too large, and names no order where the store writes its id") : naming(orderId);
  }
  const body = parse(received.body);
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

function besideOf(origin: Origin | null): Beside | null {
  return origin === null ? null : { ...NOTHING_BESIDE, origin };
}

function disputeOf(body: Record<string, unknown>, triggeredNs: bigint): Content {
  const read = readDispute(body, triggeredNs);
  if (!read.ok) return unreadable(idOf(body, "order_id"), read.reason);
  if (read.orderId === null) return { ...naming(null), state: "ignored", reason: "the dispute is about a payment without an order" };
  return { ...naming(read.orderId), beside: read.beside };
}

/** What is noted where the body is not kept. */
function naming(orderId: string | null): Content {
  return { orderId, facts: null, beside: null, state: "new", reason: null };
}

function unreadable(orderId: string | null, reason: string): Content {
  return { ...naming(orderId), state: "unreadable", reason: reason.replaceAll("\0", "").slice(0, 500) };
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
