// The local store's HTTP side: the Admin API, tokens, the control actions, and the pages for everything else.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exchangeToken, grantOf } from "./auth.ts";
import { RESULTS_PATH, sendResult } from "./bulk-operations.ts";
import { act } from "./control.ts";
import { API_VERSION } from "./deliveries.ts";
import { THIS_APP } from "./discounts.ts";
import { startFlow } from "./flow.ts";
import { AdminApi } from "./graphql.ts";
import { parseJson, writeJson } from "./json.ts";
import { pages } from "./pages/index.ts";
import { keepState, readState } from "./persistence.ts";
import { emptyState, Store } from "./store.ts";
import type { ApiTrouble, StoreOptions } from "./types.ts";

export type LocalStore = { url: string; port: number; store: Store; close: () => Promise<void> };

const LARGEST_BODY = 32 * 1024 * 1024;
const INVALID_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)";

/** Starts a store in this process; with `dataDir` it goes on where the last one stopped. */
export async function startStore(options: StoreOptions = {}): Promise<LocalStore> {
  const kept = options.dataDir == null ? null : readState(options.dataDir);
  const store = new Store(options, kept ?? emptyState(options.shop));
  const keeper = options.dataDir == null ? null : keepState(store, options.dataDir);
  const api = new AdminApi(store);
  const server = createServer((request, response) => {
    answer(store, api, request, response).catch((fault: unknown) => {
      console.error("local store:", fault);
      if (response.headersSent) response.end();
      else send(response, 500, { errors: `the local store failed: ${(fault as Error).message}` });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(options.port ?? 0, "127.0.0.1", done);
  });
  const { port } = server.address() as AddressInfo;
  store.publicUrl = `http://127.0.0.1:${port}`;
  store.webhooks.start();
  const flow = startFlow(store);
  return {
    url: store.publicUrl,
    port,
    store,
    async close() {
      server.closeAllConnections();
      await Promise.all([store.webhooks.stop(), flow.stop(), new Promise((done) => server.close(done))]);
      keeper?.flush();
    },
  };
}

async function answer(store: Store, api: AdminApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://store.invalid");
  const post = request.method === "POST";
  const graphql = /^\/admin\/api\/([^/]+)\/graphql\.json$/.exec(pathname);
  if (graphql !== null || pathname === "/admin/oauth/access_token") {
    if (!ours(store, request)) return send(response, 404, { errors: "Not Found" });
    if (!post) return send(response, 405, { errors: "Method Not Allowed" });
    const body = await bodyOf(request);
    if (body === null) return send(response, 400, { errors: { query: "Required parameter missing or invalid" } });
    if (graphql === null) {
      const { status, body: said } = exchangeToken(store, body);
      return send(response, status, said);
    }
    return adminApi(store, api, graphql[1]!, request, response, body);
  }
  if (pathname.startsWith(RESULTS_PATH)) return sendResult(store, request, response);
  const action = /^\/_local\/([a-z-]+)$/.exec(pathname)?.[1];
  if (action !== undefined && post) {
    const body = await bodyOf(request);
    if (body === null) return send(response, 400, { error: "the body is not a JSON object" });
    const said = await act(store, api, action, body);
    return send(response, said.status, said.body);
  }
  await pages(request, response, store);
}

async function adminApi(store: Store, api: AdminApi, version: string, request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>): Promise<void> {
  if (version !== API_VERSION) return send(response, 404, { errors: `the local store serves the Admin API ${API_VERSION} only, not ${version}` });
  const grant = grantOf(store, String(request.headers["x-shopify-access-token"] ?? ""));
  if (grant === "unknown") return send(response, 401, { errors: INVALID_TOKEN });
  if (grant === "not_expiring") return send(response, 403, { errors: "[API] Non-expiring access tokens are no longer accepted for the Admin API" });
  response.setHeader("X-Shopify-API-Version", API_VERSION);
  const trouble = nextTrouble(store, String(body.query ?? ""));
  if (trouble === "timeout") return; // the caller gives up some day
  if (trouble === "unavailable") return send(response, 503, { errors: "Service Unavailable" });
  if (trouble === "too_many") return send(response.setHeader("Retry-After", "2.0"), 429, { errors: "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service." });
  const answered = await api.answer(body, new Set(grant.scope.split(",").map((each) => each.trim())), THIS_APP, trouble === "throttled");
  if (trouble === "bad_gateway") return send(response, 502, { errors: "Bad Gateway" });
  if (trouble === "lost") return void response.destroy();
  send(response, 200, answered);
}

/** What was ordered to go wrong with this call; null: nothing. */
function nextTrouble(store: Store, query: string): ApiTrouble | null {
  const fault = store.state.apiFaults.find(({ match }) => query.includes(match));
  if (fault === undefined) return null;
  store.troubleApi(fault.trouble, fault.times - 1, fault.match);
  return fault.trouble;
}

/** A request for another shop than this one is not answered; the store's own address (loopback) is this shop. */
function ours(store: Store, request: IncomingMessage): boolean {
  const host = String(request.headers["x-forwarded-host"] ?? request.headers.host ?? "").replace(/:\d+$/, "");
  return !host.endsWith(".myshopify.com") || host === store.shop.domain;
}

/** JSON or a form, as an object; null where it is neither. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > LARGEST_BODY) return null;
    parts.push(part as Buffer);
  }
  const text = Buffer.concat(parts).toString("utf8");
  const type = String(request.headers["content-type"]);
  if (type.startsWith("application/x-www-form-urlencoded") && !text.startsWith("{")) return Object.fromEntries(new URLSearchParams(text)); // curl calls JSON a form
  if (type.startsWith("application/graphql")) return { query: text };
  try {
    const body = text === "" ? {} : parseJson(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = writeJson(body);
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
