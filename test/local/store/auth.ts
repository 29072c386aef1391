// Session tokens, and the tokens of the Admin API: exchanged for a session token, or refreshed. Their lives run by the machine's time, as Shopify's
// library checks them.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Store } from "./store.ts";
import type { AccessGrant, StaffUser } from "./types.ts";

const ACCESS_SECONDS = 3_600;
const REFRESH_SECONDS = 7_776_000;
const ONLINE_SECONDS = 86_399;
const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const ONLINE = "urn:shopify:params:oauth:token-type:online-access-token";

export function sessionToken(store: Store, user: StaffUser): string {
  const at = Math.floor(Date.now() / 1000);
  const { domain } = store.shop;
  const claims = {
    iss: `https://${domain}/admin`, dest: `https://${domain}`, aud: store.apiKey, sub: user.id, exp: at + 60, nbf: at, iat: at, jti: randomUUID(), sid: randomUUID(),
  };
  const signed = `${base64({ alg: "HS256", typ: "JWT" })}.${base64(claims)}`;
  return `${signed}.${createHmac("sha256", store.apiSecret).update(signed).digest("base64url")}`;
}

export type TokenAnswer = { status: number; body: Record<string, unknown> };

/** POST /admin/oauth/access_token: token exchange and refresh; every other grant is refused. */
export function exchangeToken(store: Store, asked: Record<string, unknown>): TokenAnswer {
  if (asked.client_id !== store.apiKey || !same(String(asked.client_secret ?? ""), store.apiSecret)) {
    return refusal(401, "invalid_client", "The client credentials are not those of an app that this store knows.");
  }
  if (asked.grant_type === "refresh_token") return refreshed(store, String(asked.refresh_token ?? ""));
  if (asked.grant_type !== TOKEN_EXCHANGE) return refusal(400, "unsupported_grant_type", "The local store serves token exchange and refresh tokens only.");
  if (asked.subject_token_type !== ID_TOKEN) return refusal(400, "invalid_request", `subject_token_type has to be ${ID_TOKEN}`);
  const wrong = sessionTokenFault(store, String(asked.subject_token ?? ""));
  if (wrong !== null) return refusal(400, "invalid_subject_token", wrong);
  store.state.installed = true;
  store.changed();
  if (asked.requested_token_type === ONLINE) return online(store, String(asked.subject_token));
  if (asked.requested_token_type !== OFFLINE) return refusal(400, "invalid_request", "requested_token_type is neither online nor offline");
  return String(asked.expiring ?? "0") === "1" ? expiring(store, scopesOf(store), null) : { status: 200, body: lasting(store) };
}

/** Why a token does not open the Admin API now; null where it does. */
export function grantOf(store: Store, token: string): AccessGrant | "unknown" | "not_expiring" {
  const grant = store.state.accessGrants.find((each) => each.token === token);
  if (grant === undefined || !store.state.installed) return "unknown";
  if (grant.expiresAtMs === null) return "not_expiring"; // public apps made after 2026-04-01 have to use expiring tokens
  return grant.expiresAtMs <= Date.now() ? "unknown" : grant;
}

export function scopesOf(store: Store): string {
  return store.state.grantedScopes ?? store.options.scopes ?? store.subscriptions().scopes ?? "read_orders,read_discounts,write_discounts,read_products,read_customers,read_markets,read_shopify_payments_disputes,write_pixels,read_customer_events";
}

function sessionTokenFault(store: Store, token: string): string | null {
  const [header, claims, signature] = token.split(".");
  if (header === undefined || claims === undefined || signature === undefined) return "not a JSON web token";
  const expected = createHmac("sha256", store.apiSecret).update(`${header}.${claims}`).digest("base64url");
  if (!same(signature, expected)) return "the signature is not the app's";
  let read: { alg?: string; aud?: string; dest?: string; exp?: number; nbf?: number };
  try {
    read = { ...(JSON.parse(plain(header)) as object), ...(JSON.parse(plain(claims)) as object) };
  } catch {
    return "not a JSON web token";
  }
  const at = Date.now() / 1000;
  if (read.alg !== "HS256") return "the algorithm is not HS256";
  if (read.aud !== store.apiKey) return "the token is for another app";
  if (read.dest !== `https://${store.shop.domain}`) return "the token is for another shop";
  if (typeof read.exp !== "number" || read.exp < at) return "the token has expired";
  if (typeof read.nbf === "number" && read.nbf > at + 10) return "the token does not hold yet";
  return null;
}

/** With `used`, a refresh token: it stays good until the one that replaces it is used. */
function expiring(store: Store, scope: string, used: string | null): TokenAnswer {
  const { state } = store;
  const at = Date.now();
  const access = { token: `shpat_${randomBytes(16).toString("hex")}`, scope, expiresAtMs: at + ACCESS_SECONDS * 1000, online: false };
  const refresh = { token: `shprt_${randomBytes(16).toString("hex")}`, scope, expiresAtMs: at + REFRESH_SECONDS * 1000, state: "current" as const };
  state.accessGrants = [...state.accessGrants.filter((each) => each.expiresAtMs === null || each.expiresAtMs > at), access];
  const kept = used === null ? [] : state.refreshGrants.filter((each) => each.token === used).map((each) => ({ ...each, state: "previous" as const }));
  state.refreshGrants = [...kept, refresh];
  store.changed();
  return {
    status: 200,
    body: { access_token: access.token, scope, expires_in: ACCESS_SECONDS, refresh_token: refresh.token, refresh_token_expires_in: REFRESH_SECONDS },
  };
}

function refreshed(store: Store, token: string): TokenAnswer {
  const grant = store.state.refreshGrants.find((each) => each.token === token);
  if (grant === undefined || grant.expiresAtMs <= Date.now() || !store.state.installed) {
    return refusal(400, "invalid_grant", "The refresh token is unknown, was replaced, or has expired.");
  }
  return expiring(store, scopesOf(store), token);
}

function lasting(store: Store): Record<string, unknown> {
  const grant = { token: `shpat_${randomBytes(16).toString("hex")}`, scope: scopesOf(store), expiresAtMs: null, online: false };
  store.state.accessGrants.push(grant);
  store.changed();
  return { access_token: grant.token, scope: grant.scope };
}

function online(store: Store, subject: string): TokenAnswer {
  const claims = JSON.parse(plain(subject.split(".")[1]!)) as { sub: string; sid: string };
  const scope = scopesOf(store);
  const grant = { token: `shpua_${randomBytes(16).toString("hex")}`, scope, expiresAtMs: Date.now() + ONLINE_SECONDS * 1000, online: true };
  store.state.accessGrants.push(grant);
  store.changed();
  const user = {
    id: Number(claims.sub), first_name: "Camille", last_name: "Martin", email: store.shop.email, email_verified: true, account_owner: true, locale: "en", collaborator: false,
  };
  return {
    status: 200,
    body: { access_token: grant.token, scope, expires_in: ONLINE_SECONDS, associated_user_scope: scope, session: claims.sid, associated_user: user },
  };
}

function refusal(status: number, error: string, description: string): TokenAnswer {
  return { status, body: { error, error_description: description } };
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function plain(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
