// The token that pixel and embed carry: it says for which shop they speak, and that this app gave it to them. Everybody can read it in the storefront, so it
// opens nothing but the noting of touches; raising the shop's version makes all that were given out before worthless.
import { createHmac, timingSafeEqual } from "node:crypto";
import { env } from "../env.server.ts";

export type TokenSays = { shop: string; version: number };

const TOKEN = /^([a-z0-9][a-z0-9-]{0,62}\.myshopify\.com)\.(\d{1,9})\.([A-Za-z0-9_-]{43})$/;

/** "<shop>.<version>.<HMAC-SHA256 in base64url>", under the newest key. */
export function storefrontToken(shop: string, version: number): string {
  const [key] = keys();
  return `${shop}.${version}.${signatureOf(shop, version, key!).toString("base64url")}`;
}

/** What a token says; null: it is none of ours. Tokens that were signed with an older key of the ring hold on. */
export function readStorefrontToken(token: string): TokenSays | null {
  const known = good.get(token);
  if (known !== undefined) return known;
  const parts = TOKEN.exec(token);
  if (parts === null) return null;
  const [shop, version, given] = [parts[1]!, Number(parts[2]), Buffer.from(parts[3]!, "base64url")];
  const signed = keys().some((key) => timingSafeEqual(given, signatureOf(shop, version, key)));
  if (!signed) return null;
  const says = { shop, version };
  if (good.size >= MOST_GOOD) good.clear();
  good.set(token, says);
  return says;
}

/** Tokens that were found to be ours: a shop has one, and each of its pages tells it. */
const good = new Map<string, TokenSays>();
const MOST_GOOD = 10_000;

function signatureOf(shop: string, version: number, key: Buffer): Buffer {
  return createHmac("sha256", key).update(`${shop}.${version}`).digest();
}

let derived: Buffer[] | null = null;

/** Of the ring for hashes, which no key ever leaves; derived, so that no hash of anything else can be a signature. */
function keys(): Buffer[] {
  return (derived ??= [...env().HASH_KEYS.values()].map((key) => createHmac("sha256", key).update("storefront token").digest()));
}
