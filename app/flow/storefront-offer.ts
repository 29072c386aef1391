// What a creator's link offers, asked by the theme's embed on a landing: GET /storefront/offer?token=&creator=&lang=. On bare node:http like the touches, and
// through the same door. Browsers keep the answer for a minute, and this process for some seconds.
import type { IncomingMessage, ServerResponse } from "node:http";
import { nowMs } from "../clock.ts";
import { codesOffered } from "../db/reads/storefront-offer.ts";
import { findShop } from "../db/shop.ts";
import { codeKey } from "../domain/code.ts";
import { NO_OFFER, offerFor, type StorefrontOffer } from "../domain/storefront-offer.ts";
import { handleKey } from "../domain/touch-word.ts";
import { readWord } from "../domain/touch.ts";
import { log } from "../log.server.ts";
import { believed } from "./believed.ts";
import { addressWaitS, shopOf, shopWaitS } from "./storefront-door.ts";

/** The offer in the wished language, or the nearest; amounts and dates are the shop's. */
export type SayOffer = (offer: StorefrontOffer, language: string, shop: { currency: string; timezone: string }) => { lang: string; offer: string; until: string | null };

const KEPT_S = 60;
const BELIEVED_MS = 5_000;

/** By what a word names: however it is written, it is kept once. */
const offers = believed(async (name: string) => {
  const [shop, key, handle] = JSON.parse(name) as [string, string, string];
  const [codes, found] = await Promise.all([codesOffered(shop, key, handle), findShop(shop)]);
  return { codes, shop: { currency: found?.currency || "EUR", timezone: found?.timezone || "UTC" } };
}, BELIEVED_MS);

/** 200 with the offer (`code` null: the word names nobody), 400 without a word, 401, 405, 429. */
export async function storefrontOffer(request: IncomingMessage, response: ServerResponse, say: SayOffer): Promise<void> {
  const answer = await take(request, say).catch((fault: unknown) => {
    log.error({ fault: fault instanceof Error ? fault.message : String(fault) }, "an offer could not be told");
    return { status: 503, headers: { "retry-after": "5" }, body: null };
  });
  const body = answer.body === null ? "" : JSON.stringify(answer.body);
  response.writeHead(answer.status, { "access-control-allow-origin": "*", "content-length": String(Buffer.byteLength(body)), ...answer.headers }).end(request.method === "HEAD" ? "" : body);
}

type Answer = { status: number; headers: Record<string, string>; body: unknown };

async function take(request: IncomingMessage, say: SayOffer): Promise<Answer> {
  if (request.method === "OPTIONS") return { status: 204, headers: { "access-control-allow-methods": "GET", "access-control-max-age": "86400" }, body: null };
  if (request.method !== "GET" && request.method !== "HEAD") return refused(405, { connection: "close" });
  const addressWait = addressWaitS(request);
  if (addressWait > 0) return refused(429, { "retry-after": String(addressWait) });
  const asked = new URL(request.url ?? "/", "http://app.invalid").searchParams;
  const shop = await shopOf(asked.get("token") ?? "");
  if (shop === null) return refused(401);
  const shopWait = shopWaitS(shop);
  if (shopWait > 0) return refused(429, { "retry-after": String(shopWait) });
  const word = readWord(asked.get("creator") ?? "");
  if (word === null) return refused(400);
  const known = await offers.of(JSON.stringify([shop, codeKey(word), handleKey(word)]));
  const offer = known.codes.length === 0 ? NO_OFFER : offerFor(word, known.codes, nowMs());
  const { lang, ...text } = say(offer, (asked.get("lang") ?? "").slice(0, 20), known.shop);
  const { code, applies, creator } = offer;
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8", "content-language": lang, "cache-control": `public, max-age=${KEPT_S}` }, body: { code, applies, creator, text } };
}

function refused(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "cache-control": "no-store", ...headers }, body: null };
}
