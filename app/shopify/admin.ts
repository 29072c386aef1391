// The Admin GraphQL API with the shop's offline token: one POST per call, sent when the store's budget covers it. Faults are values.
import type { Urgency } from "../domain/rate.ts";
import { log } from "../log.server.ts";
import { metrics } from "../metrics.server.ts";
import { requestSignal } from "../stopping.server.ts";
import { enter, leave } from "./rate.ts";

/** The version that every call, webhook and type of this app is of. */
export const API_VERSION = "2026-10";

/** Points, as the store counts them. */
export type Cost = { requested: number; actual: number | null; available: number; maximum: number; restorePerSecond: number };

/** Why a call did not answer. After `unavailable` and `timeout` it is unknown what the store did: ask before sending again. */
export type AdminFault =
  | { kind: "throttled"; waitMs: number } // nothing was done; enough points are back after this time
  | { kind: "unauthorized" } // no token, or it is refused: the merchant has to open the app again
  | { kind: "scope"; detail: string } // the token lacks an access scope; the store's words
  | { kind: "unavailable"; status: number | null } // null: no connection
  | { kind: "timeout" }
  | { kind: "unreadable"; detail: string }
  | { kind: "graphql"; errors: { code: string | null; message: string }[] }; // final: the same call will be refused again

export type AdminAnswer<T> = { ok: true; data: T; cost: Cost | null } | { ok: false; fault: AdminFault };

/** Calls one shop's Admin API. `T` is the shape that the document asks for (test/shopify checks every document against the schema). */
export type Admin = <T>(document: string, variables?: Record<string, unknown>) => Promise<AdminAnswer<T>>;

/** Gives the shop's offline access token, refreshed where it is about to expire; null where the shop has none. */
export type TokenSource = (shop: string) => Promise<string | null>;

const TIMEOUT_MS = 20_000;
const BRIEF_WAIT_MS = 1_000;

// The server and Remix's bundle each load this module: they share one refresh per shop, since a refresh token serves once.
type Shared = { source: TokenSource | null; pending: Map<string, Promise<string | null>>; heard: AccessListener | null };
const shared = ((globalThis as unknown as { creatorCodesTokens?: Shared }).creatorCodesTokens ??= { source: null, pending: new Map(), heard: null });

/** Hears whether a shop's store lets the app in, with each call that shows it. */
export type AccessListener = (shop: string, isLetIn: boolean) => void;

export function setAccessListener(listener: AccessListener | null): void {
  shared.heard = listener;
}

/** Sets where tokens come from (tests). null: Shopify's library, over the kept sessions. */
export function setTokenSource(source: TokenSource | null): void {
  shared.source = source;
}

/**
 * The Admin API of this shop. Calls wait in line until the store's bucket of points covers them; the more urgent go first, and a part of the
 * bucket is left to them.
 */
export function adminFor(shop: string, urgency: Urgency = "background"): Admin {
  return async function admin<T>(document: string, variables: Record<string, unknown> = {}): Promise<AdminAnswer<T>> {
    const token = await tokenOf(shop);
    if (token === null) return { ok: false, fault: { kind: "unauthorized" } };
    const entered = await enter(shop, document, variables, urgency);
    if (!entered.ok) return { ok: false, fault: { kind: "throttled", waitMs: entered.waitMs } };
    let said: Said<T> | null = null;
    try {
      said = await post<T>(shop, token, document, variables);
      if (!said.answer.ok && said.answer.fault.kind === "unauthorized") {
        // Another process may have refreshed the token a moment ago.
        const fresh = await tokenAfterRefusal(shop, token);
        if (fresh !== null && fresh !== token) said = await post<T>(shop, fresh, document, variables);
      }
      tellAccess(shop, said.answer);
      return said.answer;
    } finally {
      const fault = said === null || said.answer.ok ? null : said.answer.fault;
      metrics.asked.inc({ outcome: said === null ? "lost" : (fault?.kind ?? "ok") });
      leave(shop, entered.ticket, said?.cost ?? null, fault?.kind === "throttled" ? fault.waitMs : null);
    }
  };
}

/** Whoever is let in is told so by any answer of the API itself. */
function tellAccess(shop: string, answer: AdminAnswer<unknown>): void {
  if (answer.ok || answer.fault.kind === "graphql" || answer.fault.kind === "throttled") shared.heard?.(shop, true);
  else if (answer.fault.kind === "unauthorized") shared.heard?.(shop, false);
}

/** The library does not say whether a refresh was refused or never came through: a store that turns away a token which is none is there, and has the last word. */
async function tellRefused(shop: string): Promise<void> {
  const said = await post<unknown>(shop, "none", "{ shop { id } }", {});
  if (!said.answer.ok && said.answer.fault.kind === "unauthorized") shared.heard?.(shop, false);
}

async function tokenOf(shop: string): Promise<string | null> {
  let pending = shared.pending.get(shop);
  if (!pending) {
    pending = (shared.source ?? keptToken)(shop).finally(() => shared.pending.delete(shop));
    shared.pending.set(shop, pending);
  }
  try {
    return await pending;
  } catch (fault) {
    const name = fault instanceof Error ? fault.constructor.name : "unknown";
    log.warn({ shop, fault: name }, "the shop's access token cannot be had");
    if (shared.heard !== null) await tellRefused(shop);
    return null;
  }
}

/** Another token than the one that the store refused, which is refreshed before its time; the same one, or null, where there is none. */
async function tokenAfterRefusal(shop: string, refused: string): Promise<string | null> {
  const kept = await tokenOf(shop);
  if (kept !== refused || shared.source !== null) return kept;
  const { expireToken } = await import("../shopify.server.ts");
  await expireToken(shop, refused);
  return tokenOf(shop);
}

/** The library loads the offline session and refreshes an expiring token; it throws where there is none. */
async function keptToken(shop: string): Promise<string | null> {
  const { unauthenticated } = await import("../shopify.server.ts");
  const { session } = await unauthenticated.admin(shop);
  return session.accessToken ?? null;
}

/** An answer with its cost, which comes with faults as well. */
type Said<T> = { answer: AdminAnswer<T>; cost: Cost | null };

async function post<T>(shop: string, token: string, query: string, variables: Record<string, unknown>): Promise<Said<T>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`https://${shop}/admin/api/${API_VERSION}/graphql.json`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-shopify-access-token": token },
      body: JSON.stringify({ query, variables }),
      redirect: "error", // the token goes nowhere else
      signal: requestSignal(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (fault) {
    const late = fault instanceof Error && (fault.name === "TimeoutError" || fault.name === "AbortError");
    return { answer: { ok: false, fault: late ? { kind: "timeout" } : { kind: "unavailable", status: null } }, cost: null };
  }
  return readSaid<T>(response.status, response.headers.get("retry-after"), text);
}

type Body = {
  data?: unknown;
  errors?: { message?: string; extensions?: { code?: string } }[] | string;
  extensions?: { cost?: { requestedQueryCost?: number; actualQueryCost?: number | null; throttleStatus?: { maximumAvailable?: number; currentlyAvailable?: number; restoreRate?: number } } };
};

/** Reads what the Admin API answered: HTTP status, Retry-After (seconds) and body. Pure. */
export function readAnswer<T>(status: number, retryAfter: string | null, text: string): AdminAnswer<T> {
  return readSaid<T>(status, retryAfter, text).answer;
}

function readSaid<T>(status: number, retryAfter: string | null, text: string): Said<T> {
  const failed = (fault: AdminFault, cost: Cost | null = null): Said<T> => ({ answer: { ok: false, fault }, cost });
  if (status === 401) return failed({ kind: "unauthorized" });
  if (status === 403) return failed({ kind: "scope", detail: text.slice(0, 200) });
  if (status === 429) return failed({ kind: "throttled", waitMs: Math.max(BRIEF_WAIT_MS, (Number(retryAfter) || 0) * 1_000) });
  if (status !== 200) return failed({ kind: "unavailable", status });
  let body: Body;
  try {
    body = JSON.parse(text) as Body;
  } catch {
    return failed({ kind: "unreadable", detail: "the answer is no JSON" });
  }
  const cost = readCost(body);
  const errors = typeof body.errors === "string" ? [{ message: body.errors }] : (body.errors ?? []);
  if (errors.length > 0) return failed(readErrors(errors, cost), cost);
  if (body.data === null || body.data === undefined) return failed({ kind: "unreadable", detail: "the answer carries no data" }, cost);
  return { answer: { ok: true, data: body.data as T, cost }, cost };
}

function readErrors(errors: { message?: string; extensions?: { code?: string } }[], cost: Cost | null): AdminFault {
  const of = (code: string) => errors.find((error) => error.extensions?.code === code);
  if (of("THROTTLED")) return { kind: "throttled", waitMs: waitMs(cost) };
  const denied = of("ACCESS_DENIED");
  if (denied) return { kind: "scope", detail: denied.message ?? "" };
  if (of("INTERNAL_SERVER_ERROR") || of("TIMEOUT")) return { kind: "unavailable", status: 200 };
  return { kind: "graphql", errors: errors.map((error) => ({ code: error.extensions?.code ?? null, message: error.message ?? "" })) };
}

function readCost(body: Body): Cost | null {
  const cost = body.extensions?.cost;
  const throttle = cost?.throttleStatus;
  if (!cost || !throttle) return null;
  return {
    requested: cost.requestedQueryCost ?? 0,
    actual: cost.actualQueryCost ?? null,
    available: throttle.currentlyAvailable ?? 0,
    maximum: throttle.maximumAvailable ?? 0,
    restorePerSecond: throttle.restoreRate ?? 0,
  };
}

/** How long until the bucket holds what the call asked for. */
function waitMs(cost: Cost | null): number {
  if (!cost || cost.restorePerSecond <= 0) return BRIEF_WAIT_MS;
  const missing = Math.max(0, cost.requested - cost.available);
  return Math.max(100, Math.ceil((missing / cost.restorePerSecond) * 1_000));
}
