// Intake: verify, note down, answer. A delivery becomes one row, and everything else happens later, at our own pace.
// It runs on bare node:http in front of Remix, which would take ten times as long for the same row.
import { createHash, createHmac, hash as hashOf, timingSafeEqual, type Hash, type Hmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { countDelivery } from "../metrics.server.ts";
import { HEAD_BYTES, MOST_READ_BYTES, type Body } from "./intake-content.ts";
import { eventBridge } from "./intake-eventbridge.ts";
import { areComplete, headersOf, isShop, noteDelivered, noteUnreadable, TooMany, type Noted } from "./intake-note.ts";
import { pubsub } from "./intake-pubsub.ts";

/** Beyond this size nothing is taken in. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Up to this size the rest is read and thrown away: a sender that is cut off while it writes may never see the answer. */
const MOST_THROWN_AWAY_BYTES = 64 * 1024 * 1024;
/** After these the rest of a body, if any, is not waited for. */
const ENDS_THE_CONNECTION = new Set([401, 404, 413]);

type Large = { head: Buffer; signature: Hmac; hash: Hash };
/** The status, and for the counters of which topic it was and what became of it. The topic of whom nobody knows is not believed: null. */
type Answer = { status: number; topic: string | null; result: Noted | "signature" | "headers" | "too_large" | "fault" | "refused" };

/**
 * Answers one webhook call: 200 noted, 400 headers missing, 401 signature, token or key wrong or missing, 404 a way that is not set up, 405, 413 too large,
 * 500 not noted, 503 too many wait, or nobody can tell yet whether it is genuine (these are sent again).
 */
export async function intake(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, topic, result } = await take(request).catch((fault: unknown): Answer => {
    log.error({ webhookId: request.headers["x-shopify-webhook-id"], fault: fault instanceof Error ? fault.message : String(fault) }, "a delivery could not be noted");
    return { status: fault instanceof TooMany ? 503 : 500, topic: null, result: "fault" };
  });
  countDelivery(topic, result);
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, ENDS_THE_CONNECTION.has(status) ? { "content-length": "0", connection: "close" } : { "content-length": "0" }).end();
}

async function take(request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? "/").split("?", 1)[0]!;
  const way = path === "/webhooks/pubsub" ? pubsub : path === "/webhooks/eventbridge" ? eventBridge : null;
  if (way !== null && !way.isSetUp()) return refusal(404);
  if (request.method !== "POST") return refusal(405);
  return way === null ? takeSigned(request) : takeWrapped(request, way);
}

function refusal(status: number, result: Answer["result"] = "refused"): Answer {
  return { status, topic: null, result };
}

/** The store's own call, signed over its body. */
async function takeSigned(request: IncomingMessage): Promise<Answer> {
  const received = await receive(request, MOST_READ_BYTES);
  if (received === null) return refusal(413, "too_large");
  const { whole, large } = received;
  const signature = large?.signature ?? signing().update(whole!);
  const claimed = request.headers["x-shopify-hmac-sha256"];
  if (typeof claimed !== "string" || !isSigned(claimed.trim(), signature.digest())) return refusal(401, "signature");
  const headers = headersOf((name) => textOf(request.headers[`x-shopify-${name}`]));
  if (!areComplete(headers)) return refusal(400, "headers");
  const noted = await noteDelivered(headers, whole === null ? { whole, head: large!.head, hash: large!.hash.digest("hex") } : bodyOf(whole));
  return { status: 200, topic: headers.topic, result: noted };
}

/** A way on which the store's deliveries come in somebody else's envelopes. */
export type Way = {
  name: string;
  isSetUp: () => boolean;
  /** Is the caller who he has to be? 503: that cannot be told at this moment. */
  admits: (request: IncomingMessage) => Promise<200 | 401 | 503> | 200 | 401;
  /** What is inside: the store's headers, the body as the store wrote it, and a name for a delivery that has none. Or why it cannot be opened. */
  open: (envelope: Buffer) => { header: (name: string) => string; body: Buffer; fallbackId: string } | string;
};

/**
 * What comes in an envelope is noted like any other. Where it can never be read, sending it again for ever would help nobody: it is noted as unreadable; and where it
 * names no shop, there is nobody to whom it could be shown, so it is logged.
 */
async function takeWrapped(request: IncomingMessage, way: Way): Promise<Answer> {
  const admitted = await way.admits(request);
  if (admitted !== 200) return refusal(admitted, admitted === 401 ? "signature" : "fault");
  const received = await receive(request, MOST_BYTES);
  if (received === null) return refusal(413, "too_large");
  const opened = way.open(received.whole!);
  if (typeof opened === "string") return thrownAway(way, opened);
  const headers = headersOf(opened.header);
  if (!isShop(headers.shop)) return thrownAway(way, "it names no shop");
  if (headers.webhookId === "") headers.webhookId = `${way.name}-${opened.fallbackId || hashOf("sha256", opened.body)}`.slice(0, 255);
  const body = bodyOf(opened.body);
  if (areComplete(headers)) return { status: 200, topic: headers.topic, result: await noteDelivered(headers, body) };
  const why = headers.topic === "" ? "it names no topic" : "its webhook id is too long";
  return { status: 200, topic: null, result: await noteUnreadable({ ...headers, webhookId: headers.webhookId.slice(0, 255) }, body.hash, why) };
}

function thrownAway(way: Way, why: string): Answer {
  log.error({ way: way.name, why }, "a message cannot be read, names no shop that it could be shown to, and is not waited for again");
  return refusal(200, "headers");
}

function bodyOf(body: Buffer): Body {
  const isRead = body.length <= MOST_READ_BYTES;
  return { whole: isRead ? body : null, head: isRead ? body : body.subarray(0, HEAD_BYTES), hash: hashOf("sha256", body) };
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

function signing(): Hmac {
  return createHmac("sha256", env().SHOPIFY_API_SECRET);
}

function isSigned(claimed: string, due: Buffer): boolean {
  const given = Buffer.from(claimed, "base64");
  return given.length === due.length && timingSafeEqual(given, due);
}

/** Reads a body: whole up to `mostKept` bytes; of a larger one the head is kept, and the rest is signed and hashed as it comes. null: it is too large for anything. */
function receive(request: IncomingMessage, mostKept: number): Promise<{ whole: Buffer | null; large: Large | null } | null> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let large: Large | null = null;
    let bytes = 0;
    let isWhole = false;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_THROWN_AWAY_BYTES) {
        request.pause();
        resolve(null);
      } else if (bytes > MOST_BYTES) {
        chunks = [];
      } else if (large !== null) {
        large.signature.update(chunk);
        large.hash.update(chunk);
      } else {
        chunks.push(chunk);
        if (bytes <= mostKept) return;
        const begun = Buffer.concat(chunks);
        large = { head: begun.subarray(0, HEAD_BYTES), signature: signing().update(begun), hash: createHash("sha256").update(begun) };
        chunks = [];
      }
    });
    request.on("end", () => {
      isWhole = true;
      resolve(bytes > MOST_BYTES ? null : { whole: large !== null ? null : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), large });
    });
    request.on("error", reject);
    request.on("close", () => {
      if (!isWhole) reject(new Error("the connection was closed before the body had come"));
    });
  });
}
