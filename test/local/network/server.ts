// The local stand-in of the provider's brand API, on one port: the API under /Advertisers/…, a page at /, control calls under /_local/….
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { nowMs } from "#app/clock.ts";
import { addDemoAccount } from "./accounts.ts";
import { visitLink } from "./clicks.ts";
import { control } from "./control.ts";
import { strike } from "./faults.ts";
import { asStrings, asXml, authenticate, budgetHeaders, mayCall, readBody, readFields, refused, Refusal, takeBudget, versionOf, type Reply } from "./http.ts";
import { Network } from "./network.ts";
import { page } from "./page.ts";
import { routeOf } from "./routes.ts";

export type NetworkOptions = {
  /** 0 or none: any free port. */
  port?: number;
  /** Where the state is kept; without it, in memory. */
  dataDir?: string | null;
  /** Makes the demo's account where there is none. */
  demo?: boolean;
  /** Where partners' links lead: the address of the storefront, in the place of the landing's own host. */
  storefront?: string | null;
};

export type LocalNetwork = { url: string; port: number; network: Network; close: () => Promise<void> };

const COMPLETE_EVERY_MS = 500;

/** Starts the stand-in on the loopback address. */
export async function startNetwork(options: NetworkOptions = {}): Promise<LocalNetwork> {
  const network = new Network(options.dataDir ?? null);
  if (options.demo) addDemoAccount(network);
  const server = createServer((request, response) => void serve(network, request, response, options.storefront ?? null));
  server.keepAliveTimeout = 30_000;
  await listen(server, options.port ?? 0);
  // Submissions complete by the clock whether or not anybody asks; whoever asks finds them complete all the same.
  const timer = setInterval(() => network.advance(), COMPLETE_EVERY_MS);
  timer.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    network,
    async close() {
      clearInterval(timer);
      network.save();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function serve(network: Network, request: IncomingMessage, response: ServerResponse, storefront: string | null): Promise<void> {
  const url = new URL(request.url ?? "/", "http://local");
  try {
    const body = await readBody(request);
    network.advance();
    if (url.pathname.startsWith("/Advertisers/")) return await api(network, request, response, url, body);
    if (url.pathname.startsWith("/_local/")) {
      const { status, body: told } = await control(network, request.method ?? "GET", url, body);
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }).end(JSON.stringify(told));
      return;
    }
    if (url.pathname === "/" && request.method === "GET") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(page(network, url));
      return;
    }
    const landing = request.method === "GET" ? visitLink(network, url, storefront) : null;
    if (landing !== null) return void response.writeHead(302, { location: landing, "cache-control": "no-store" }).end();
    send(response, { status: 404, body: { Status: "ERROR", Message: "There is nothing here" } }, "json");
  } catch (error) {
    if (error instanceof Refusal) return send(response, error, "json");
    console.error("local network:", error);
    if (!response.headersSent) send(response, { status: 500, body: { Status: "ERROR", Message: "The local network failed" } }, "json");
  }
}

/** One call of the API: who, whether allowed, within the budget, a fault where one is set, and then the endpoint itself. */
async function api(network: Network, request: IncomingMessage, response: ServerResponse, url: URL, body: string): Promise<void> {
  const method = request.method ?? "GET";
  const sid = decodeURIComponent(url.pathname.split("/")[2] ?? "");
  const format = /json/i.test(request.headers.accept ?? "") ? "json" : "xml";
  const startedMs = performance.now();
  let headers: Record<string, string> = {};
  let took = "";

  function answer(reply: Reply): void {
    note(reply.status);
    if (reply.status === 429) headers = { ...headers, "X-RateLimit-Remaining": "0" };
    send(response, reply, format, headers);
  }

  function note(status: number | null): void {
    const path = url.pathname.replace(`/Advertisers/${sid}`, "") + url.search;
    network.note({ atMs: nowMs(), sid, method, path: path.slice(0, 300), sent: body.slice(0, 600), status, took: took || `${(performance.now() - startedMs).toFixed(1)} ms` });
  }

  try {
    const { account, token } = authenticate(network, request.headers.authorization, sid);
    const found = routeOf(method, url.pathname);
    headers = budgetHeaders(account, nowMs());
    if (found.kind === "none") throw refused(404, "There is no such resource");
    const { template, route, parts } = found;
    const budget = takeBudget(account);
    headers = budget.headers;
    if (!budget.ok) throw refused(429, "The hour's requests are used up");
    if (!mayCall(token, method, template)) throw refused(403, "The access token does not permit this");
    if (route === null) throw refused(405, "The resource does not take this method");
    const version = versionOf(account, request.headers["ir-version"], url.searchParams);
    const fields = method === "GET" ? {} : readFields(body, request.headers["content-type"], route.takes ?? "form");

    const before = strike(network, method, template, "before");
    if (before !== null) return hurt(before, answer, note, response, (text) => (took = text));
    const after = strike(network, method, template, "after");
    const reply = attempt(() => route.handle({ network, account, method, path: url.pathname, parts, query: url.searchParams, fields, version, atMs: nowMs() }));
    if (after !== null) return hurt(after, answer, note, response, (text) => (took = text));
    answer(reply);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer({ status: error.status, body: error.body });
  }
}

/** A refusal is an answer too: a fault that strikes after acting hides it like any other. */
function attempt(handle: () => Reply): Reply {
  try {
    return handle();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body };
    throw error;
  }
}

function hurt(kind: string, answer: (reply: Reply) => void, note: (status: number | null) => void, response: ServerResponse, say: (text: string) => void): void {
  say("a fault that was set");
  if (kind === "timeout") return note(null); // The connection stays open without a word until the caller gives up.
  if (kind === "reset") {
    note(null);
    response.socket?.destroy();
    return;
  }
  answer({ status: Number(kind), body: { Status: "ERROR", Message: "A fault that was set" } });
}

function send(response: ServerResponse, reply: { status: number; body: Record<string, unknown> }, format: "json" | "xml", headers: Record<string, string> = {}): void {
  const body = asStrings(reply.body) as Record<string, unknown>;
  const type = format === "json" ? "application/json" : "application/xml";
  response.writeHead(reply.status, { "content-type": `${type}; charset=utf-8`, ...headers });
  response.end(format === "json" ? JSON.stringify(body) : asXml(body));
}
