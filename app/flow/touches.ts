// The storefront's public endpoint: touches and finished checkouts, told by pixel and embed. It runs on bare node:http in front of Remix, keeps each
// request small and short, and answers 202 only when what was told is committed: what the browser then forgets is in the database.
import type { IncomingMessage, ServerResponse } from "node:http";
import { now, nowMs } from "../clock.ts";
import { log } from "../log.server.ts";
import { observeLag } from "../metrics.server.ts";
import { readNote, type TouchNote } from "../domain/touch-note.ts";
import { noteSeen } from "../db/storefront-seen.ts";
import { addressWaitS, shopOf, shopWaitS } from "./storefront-door.ts";
import { groupCommit } from "./group-commit.ts";
import { writeNotes } from "./touches-write.ts";

/** A body has a few hundred bytes. */
const MOST_BYTES = 8 * 1024;
/** A browser sends a body of that size at once. */
const MOST_BODY_MS = 5_000;
/** Some seconds of what one process can write. */
const MOST_WAITING = 5_000;
const MOST_AT_ONCE = 500;
const COLLECT_MS = 5;
const TRY_AGAIN_S = 5;

/** The pixel runs in a sandbox without an origin; nothing here is meant for one origin only. */
const OPEN = { "access-control-allow-origin": "*" } as const;
const PREFLIGHT = { ...OPEN, "access-control-allow-methods": "GET, POST, OPTIONS", "access-control-allow-headers": "content-type", "access-control-max-age": "86400" } as const;

type Answer = { status: number; problem?: string; waitS?: number; close?: boolean };

const waiting = groupCommit<TouchNote & { heardMs: number }>({ write: writeNotes, mostWaiting: MOST_WAITING, mostAtOnce: MOST_AT_ONCE, collectMs: COLLECT_MS });

/**
 * Answers POST /touches: 202 it is noted (or was before), 400 with what is wrong, 401 the token opens nothing, 405, 408 the body came too slowly, 411, 413,
 * 429 and 503 with Retry-After: the browser is to keep it and tell it again.
 */
export async function touches(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "OPTIONS") {
    response.writeHead(204, PREFLIGHT).end();
    return;
  }
  const answer = await take(request).catch((fault: unknown): Answer => {
    log.error({ fault: fault instanceof Error ? fault.message : String(fault) }, "touches could not be noted");
    return { status: 503, waitS: TRY_AGAIN_S };
  });
  send(response, answer);
}

async function take(request: IncomingMessage): Promise<Answer> {
  const refusal = refusalOf(request);
  if (refusal !== null) return refusal;
  const text = await bodyOf(request);
  if (text === null) return { status: 408, close: true };
  const body = parse(text);
  if (body === undefined) return { status: 400, problem: "the body is no JSON" };
  const shop = await shopOf(tokenOf(body));
  if (shop === null) return { status: 401 };
  const shopWait = shopWaitS(shop);
  if (shopWait > 0) return { status: 429, waitS: shopWait };
  const read = readNote(body);
  if (!read.ok) return { status: 400, problem: read.problem };
  const heardAt = now();
  const committed = waiting.add(shop, { ...read.note, heardMs: heardAt.getTime() });
  if (committed === null) return { status: 503, waitS: TRY_AGAIN_S };
  seen(shop, read.note.source);
  await committed;
  observeLag("touch_to_kept", heardAt, now());
  return { status: 202 };
}

/** What is refused before its body is read. */
function refusalOf(request: IncomingMessage): Answer | null {
  if (request.method !== "POST") return { status: 405, close: true };
  // A browser tells the length of a text; without it nobody knows how much there is to be thrown away.
  const length = request.headers["content-length"];
  if (length === undefined || request.headers["transfer-encoding"] !== undefined) return { status: 411, close: true };
  if (Number(length) > MOST_BYTES) return { status: 413, close: true };
  const wait = addressWaitS(request);
  return wait > 0 ? { status: 429, waitS: wait } : null;
}

/** The body, or null where it does not come. At most as long as its length says, which is bounded. */
function bodyOf(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const tooSlow = setTimeout(() => resolve(null), MOST_BODY_MS);
    const end = (text: string | null) => {
      clearTimeout(tooSlow);
      resolve(text);
    };
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => end(Buffer.concat(chunks).toString("utf8")));
    request.on("error", () => end(null));
    request.on("close", () => end(null));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokenOf(body: unknown): string {
  const token = typeof body === "object" && body !== null ? (body as { token?: unknown }).token : null;
  return typeof token === "string" ? token : "";
}

function send(response: ServerResponse, { status, problem, waitS, close }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const body = problem === undefined ? "" : `${problem}\n`;
  response
    .writeHead(status, {
      ...OPEN,
      "content-length": String(Buffer.byteLength(body)),
      ...(problem === undefined ? {} : { "content-type": "text/plain; charset=utf-8" }),
      ...(waitS === undefined ? {} : { "retry-after": String(waitS), "access-control-expose-headers": "retry-after" }),
      ...(close ? { connection: "close" } : {}),
    })
    .end(body);
}

const SEEN_EVERY_MS = 60_000;
const seenMs = new Map<string, number>();

/** Notes that the shop's pixel or embed speaks; nobody waits for that. */
function seen(shop: string, source: TouchNote["source"]): void {
  const name = `${source} ${shop}`;
  const atMs = nowMs();
  if (Math.abs(atMs - (seenMs.get(name) ?? -Infinity)) < SEEN_EVERY_MS) return;
  seenMs.set(name, atMs);
  noteSeen(shop, source, now()).catch((fault: unknown) => {
    seenMs.delete(name);
    log.warn({ shop, fault: fault instanceof Error ? fault.message : String(fault) }, "that the storefront was heard from could not be noted");
  });
}
