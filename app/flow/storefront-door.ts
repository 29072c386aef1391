// Who may speak to the storefront's public endpoint, and how often: the token, the installed shop, and the rates per address and shop. An address is never
// stored or logged: only its hash under a salt that is drawn each day is counted, in memory.
import { hash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { nowMs } from "../clock.ts";
import { tokenVersionOf } from "../db/storefront-seen.ts";
import { env } from "../env.server.ts";
import { believed } from "./believed.ts";
import { makeLimiter } from "./limiter.ts";
import { readStorefrontToken } from "./storefront-token.ts";

/** A page makes a handful of requests; behind one address of a mobile network there are many buyers. */
const OF_AN_ADDRESS = { most: 300, perMs: 60_000, mostKeys: 50_000 };
/** What one shop may bring in: more than any storefront has visits, less than keeps other shops waiting. */
const OF_A_SHOP = { most: 15_000, perMs: 10_000, mostKeys: 10_000 };

/** How long it is believed that a shop is installed, and which version its tokens have. */
const BELIEVED_MS = 5_000;

const addresses = makeLimiter(OF_AN_ADDRESS);
const shops = makeLimiter(OF_A_SHOP);

const DAY_MS = 86_400_000;
let salt = { day: -1, text: "" };

/** After how many seconds this address may ask again; 0: it may now. */
export function addressWaitS(request: IncomingMessage): number {
  const address = addressOf(request, env().TRUSTED_PROXIES);
  return address === null ? 0 : Math.ceil(addresses.take(hashed(address), performance.now()) / 1_000);
}

/** The same for a shop. */
export function shopWaitS(shop: string): number {
  return Math.ceil(shops.take(shop, performance.now()) / 1_000);
}

const versions = believed(tokenVersionOf, BELIEVED_MS);

/** The shop that a token speaks for; null: the token is not ours, is of an older version, or the app is not installed there. */
export async function shopOf(token: string): Promise<string | null> {
  const says = readStorefrontToken(token);
  return says !== null && (await versions.of(says.shop)) === says.version ? says.shop : null;
}

/** Shops are looked up anew: a token was made worthless, or an app uninstalled. */
export function forgetShops(): void {
  versions.forget();
}

const OWN = new BlockList();
for (const [net, bits] of [["10.0.0.0", 8], ["172.16.0.0", 12], ["192.168.0.0", 16], ["127.0.0.0", 8], ["169.254.0.0", 16], ["100.64.0.0", 10]] as const) OWN.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [["::1", 128], ["fc00::", 7], ["fe80::", 10]] as const) OWN.addSubnet(net, bits, "ipv6");

/**
 * The address that a request came from, of an IPv6 address its network of 64 bits. `proxies`: how many in front of this process are trusted to add the
 * address that they were called from to X-Forwarded-For. null: an address of a private network, behind which anybody may be.
 */
export function addressOf(request: Pick<IncomingMessage, "headers" | "socket">, proxies: number): string | null {
  const forwarded = String(request.headers["x-forwarded-for"] ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
  // The last ones were added by the proxies; whatever stands before them, anybody may have written.
  const told = proxies > 0 ? forwarded.at(-Math.min(proxies, forwarded.length)) : undefined;
  const address = plain(told ?? request.socket.remoteAddress ?? "");
  const family = isIP(address);
  if (family === 0) return told === undefined ? null : "unreadable";
  if (OWN.check(address, family === 4 ? "ipv4" : "ipv6")) return null;
  return family === 4 ? address : networkOf(address);
}

/** Without a port, brackets, or the form in which an IPv6 socket shows an IPv4 address. */
function plain(text: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** The first 64 bits: one subscriber has them all. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = tail === undefined ? first : [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0"), ...last];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(":");
}

function hashed(address: string): string {
  const day = Math.floor(nowMs() / DAY_MS);
  if (salt.day !== day) salt = { day, text: randomBytes(32).toString("hex") };
  return hash("sha256", `${salt.text} ${address}`, "base64url").slice(0, 16);
}
