// Secrets and hashes. What a network gave us is sealed with AES-256-GCM; a buyer's e-mail is kept only as a keyed hash.
// Both take their keys from a ring: the first key serves what is new, the others still open (or find) what is old.
import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual, type KeyObject } from "node:crypto";
import { env } from "./env.server.ts";

/** Sealed text that does not open: another key, or it was changed. Never carries the text. */
export class SealError extends Error {}

type Ring = ReadonlyMap<string, Buffer>;

/** Seals a text: "<key id>:<iv>:<tag>:<ciphertext>", the last three in base64url. The key id is sealed in as additional data. */
export function seal(text: string, ring: Ring = env().ENCRYPTION_KEYS): string {
  const [id, key] = first(ring);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(id));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [id, iv.toString("base64url"), cipher.getAuthTag().toString("base64url"), body.toString("base64url")].join(":");
}

/** Opens what `seal` made. Throws a SealError where the key is not in the ring or the text was changed. */
export function open(sealed: string, ring: Ring = env().ENCRYPTION_KEYS): string {
  const parts = sealed.split(":");
  const id = parts[0] ?? "";
  const key = ring.get(id);
  if (parts.length !== 4 || !key) throw new SealError(`no key "${id.slice(0, 16)}" in ENCRYPTION_KEYS`);
  const [iv, tag, body] = parts.slice(1).map((part) => Buffer.from(part, "base64url")) as [Buffer, Buffer, Buffer];
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 }).setAAD(Buffer.from(id)).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    throw new SealError(`what was sealed with key "${id}" does not open`);
  }
}

/** Are two secrets the same? It takes as long whatever differs. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** The id of the key that `seal` uses now. What carries another id is to be sealed anew. */
export function sealingKeyId(ring: Ring = env().ENCRYPTION_KEYS): string {
  return first(ring)[0];
}

/** The keyed hash of an e-mail address, trimmed and lower-cased, under the newest key: "<key id>:<hex>" (HMAC-SHA256). */
export function keyedHash(text: string, ring: Ring = env().HASH_KEYS): string {
  const [id, key] = first(ring);
  return hashUnder(id, key, text);
}

/** The hash under every key of the ring, the newest first: to compare with hashes that were kept under older keys. */
export function hashesOf(text: string, ring: Ring = env().HASH_KEYS): string[] {
  return [...ring].map(([id, key]) => hashUnder(id, key, text));
}

/** The keyed hashes of a customer's id (digits, or the platform's gid), the newest key first. It is no e-mail address, and hashes to something else than one. */
export function customerHashes(customerId: string, ring: Ring = env().HASH_KEYS): string[] {
  return hashesOf(`customer ${customerId.slice(customerId.lastIndexOf("/") + 1)}`, ring);
}

/** The same under the newest key alone: what is kept. */
export function customerHash(customerId: string, ring: Ring = env().HASH_KEYS): string {
  return customerHashes(customerId, ring)[0]!;
}

/** Node takes twice as long to look at a bare key, for each hash, as to hash an address. */
const prepared = new WeakMap<Buffer, KeyObject>();

function preparedKey(key: Buffer): KeyObject {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  prepared.set(key, made);
  return made;
}

function hashUnder(id: string, key: Buffer, text: string): string {
  return `${id}:${createHmac("sha256", preparedKey(key)).update(text.trim().toLowerCase()).digest("hex")}`;
}

function first(ring: Ring): [string, Buffer] {
  for (const entry of ring) return entry;
  throw new SealError("the key ring is empty");
}
