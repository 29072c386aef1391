// What a network calls us with is taken as a hint that an action changed, and read again from the network itself: nothing in the call is believed, and who does
// not know the address writes nothing. The address is made on demand; its secret is kept sealed.
import { randomBytes } from "node:crypto";
import { now, nowMs } from "../clock.ts";
import { isSameSecret, open, seal, SealError } from "../crypto.server.ts";
import { findConnection } from "../db/connection.ts";
import { findPostback, noteCalled, setPostback, wantCalled } from "../db/postback.ts";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { networkNamed } from "../networks/registry.ts";

const SECRET_BYTES = 32;
/** One change is often told several times within a moment. */
const QUIET_MS = 5_000;
/** When the address was last called is written now and then. */
const CALLED_MS = 60_000;
/** So many actions that nobody has seen may wait to be read. */
const MOST_UNREAD = 2_000;
/** Hints of one address in a minute; what comes beyond is left to the list of changes. */
const MOST_A_MINUTE = 600;

export type PostbackAddress = { ok: true; url: string | null; calledAt: string | null };

/** The address of a shop's connection as it is put into the network's settings; null: none was made. */
export async function postbackAddress(shop: string, connectionId: string): Promise<PostbackAddress | { ok: false }> {
  const connection = await findConnection(shop, connectionId);
  const reader = connection === null ? undefined : networkNamed(connection.network)?.postback;
  if (connection === null || reader === undefined || connection.state === "disconnected") return { ok: false };
  const secret = secretOf(connection.postback);
  const url = secret === null ? null : `${env().SHOPIFY_APP_URL}/networks/${connection.network}/postback/${encodeURIComponent(connectionId)}/${secret}?${reader.query}`;
  return { ok: true, url, calledAt: connection.postbackAt?.toISOString() ?? null };
}

/** Makes an address; `renew`: another one in place of that which is there, which then opens nothing more. */
export async function makePostback(shop: string, connectionId: string, renew: boolean): Promise<PostbackAddress | { ok: false }> {
  const connection = await findConnection(shop, connectionId);
  if (connection === null || connection.state === "disconnected") return { ok: false };
  if (renew || secretOf(connection.postback) === null) await setPostback(shop, connectionId, connection.postback, seal(randomBytes(SECRET_BYTES).toString("base64url")));
  return postbackAddress(shop, connectionId);
}

function secretOf(sealed: string): string | null {
  if (sealed === "") return null;
  try {
    return open(sealed);
  } catch (fault) {
    if (!(fault instanceof SealError)) throw fault;
    log.error({ fault: fault.message }, "the address that a network calls does not open");
    return null;
  }
}

/** Compared with where there is no address, so that the answer takes as long. */
const NONE = randomBytes(SECRET_BYTES).toString("base64url");
const minutes = new Map<string, { minute: number; count: number }>();

/** A call. False: there is no such address. True also for what is not understood: no retry is documented, and none would help. */
export async function takePostback(asked: { network: string; connectionId: string; secret: string }, query: URLSearchParams, body: string): Promise<boolean> {
  const found = /^[\w-]{1,64}$/.test(asked.connectionId) ? await findPostback(asked.connectionId) : null;
  const kept = found === null ? null : secretOf(found.postback);
  const same = isSameSecret(kept ?? NONE, asked.secret);
  if (found === null || kept === null || !same || found.network !== asked.network) return false;
  const called = networkNamed(found.network)?.postback?.read(query, body) ?? null;
  if (called === null || isTooMany(found.id)) return true;
  const at = now();
  const wanted = await wantCalled(found.shop, found.id, called, at, new Date(at.getTime() - QUIET_MS), MOST_UNREAD);
  if (wanted && (found.postbackAt === null || at.getTime() - found.postbackAt.getTime() > CALLED_MS)) await noteCalled(found.shop, found.id, at);
  return true;
}

function isTooMany(connectionId: string): boolean {
  const minute = Math.floor(nowMs() / 60_000);
  const last = minutes.get(connectionId);
  const count = last?.minute === minute ? last.count + 1 : 1;
  if (minutes.size > 1_000) minutes.clear();
  minutes.set(connectionId, { minute, count });
  return count > MOST_A_MINUTE;
}
