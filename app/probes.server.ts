// What a machine asks of this process: is it alive, is it ready, what has it counted. None of the answers has data of a shop.
import type { IncomingMessage, ServerResponse } from "node:http";
import { now } from "./clock.ts";
import { isSameSecret } from "./crypto.server.ts";
import { connectionsNow } from "./db.server.ts";
import { lookAtDatabase } from "./db/migrations-applied.ts";
import { oldestWaiting } from "./db/reads/gauges.ts";
import { env } from "./env.server.ts";
import { loopsNow } from "./flow/loop.ts";
import { log } from "./log.server.ts";
import { tellDatabase } from "./metrics-database.server.ts";
import { metrics } from "./metrics.server.ts";
import { ratesNow } from "./shopify/rate.ts";
import { isStopping } from "./stopping.server.ts";

/** A delivery that waits longer than this is a sign that settling does not keep up, or does not run. */
const MOST_WAITING_MS = 10 * 60_000;
/** However often it is asked, the database is asked no more often than this. */
const BELIEVED_MS = 1_000;
const GIVE_UP_MS = 3_000;

type Check = { ok: boolean } & Record<string, unknown>;
export type Readiness = { ready: boolean; role: string; notReady: string[]; checks: Record<string, Check> };

/**
 * GET /healthz: 200 for as long as the process turns. The database is not asked: one that is away is no reason to end processes that will work on as soon as it is
 * back, and whoever starts them anew, all at once, makes it worse.
 */
export function healthz(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" }).end("ok\n");
}

/** GET /readyz: 200, or 503 with what is not ready named. `migrations`: the folder with this build's. */
export async function readyz(response: ServerResponse, migrations: string): Promise<void> {
  const { ready, ...said } = await readiness(migrations);
  response.writeHead(ready ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store", ...(isStopping() ? { connection: "close" } : {}) }).end(`${JSON.stringify({ ready, ...said })}\n`);
}

let known: { atMs: number; stopping: boolean; said: Promise<Readiness> } | null = null;

/** Asked by many at once it looks once. */
export function readiness(migrations: string): Promise<Readiness> {
  const atMs = performance.now();
  if (known === null || known.stopping !== isStopping() || atMs - known.atMs > BELIEVED_MS) known = { atMs, stopping: isStopping(), said: look(migrations) };
  return known.said;
}

async function look(migrations: string): Promise<Readiness> {
  const { ROLE } = env();
  const checks: Record<string, Check> = { process: { ok: !isStopping(), ...(isStopping() && { stopping: true }) } };
  const seen = await within(lookAtDatabase(migrations)).catch(() => null);
  checks.database = { ok: seen !== null && !seen.readOnly, ...(seen?.readOnly && { readOnly: true }) };
  if (seen !== null) {
    const { missing } = seen;
    checks.migrations = { ok: missing.length === 0, ...(missing.length > 0 && { missing }) };
    if (missing.length === 0) checks.queue = await lookAtQueue(ROLE);
  }
  const hanging = loopsNow().filter(({ hangs }) => hangs);
  if (ROLE !== "web") checks.loops = { ok: hanging.length === 0, running: loopsNow().length, ...(hanging.length > 0 && { hanging: hanging.map(({ name }) => name) }) };
  const notReady = Object.entries(checks).flatMap(([name, { ok }]) => (ok ? [] : [name]));
  metrics.ready.set(notReady.length === 0 ? 1 : 0);
  return { ready: notReady.length === 0, role: ROLE, notReady, checks };
}

/**
 * A queue that grows is trouble of those who settle. One that only takes deliveries in stays ready: taken from its place, it would turn away what the store then
 * has to send again, and in the end sends no more.
 */
async function lookAtQueue(role: string): Promise<Check> {
  const oldest = await within(oldestWaiting()).catch(() => undefined);
  if (oldest === undefined) return { ok: false };
  const waitingMs = oldest === null ? 0 : Math.max(0, now().getTime() - oldest.getTime());
  return { ok: role === "web" || waitingMs <= MOST_WAITING_MS, oldestSeconds: Math.round(waitingMs / 1_000), mostSeconds: MOST_WAITING_MS / 1_000 };
}

function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new Error("no answer in time")), GIVE_UP_MS)));
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

/** GET /metrics: 200 with Prometheus' text; 401 where the token is wrong or missing; 404 for another machine where no token is set. */
export async function metricsPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = refusalOf(request, env().METRICS_TOKEN ?? null);
  if (refusal !== null) {
    response.writeHead(refusal, { "content-length": "0", ...(refusal === 401 ? { "www-authenticate": 'Bearer realm="metrics"' } : {}) }).end();
    return;
  }
  try {
    tellProcess();
    await within(tellDatabase()).catch((fault: Error) => log.warn({ fault: fault.message }, "what is in the database could not be counted"));
    const text = await metrics.registry.metrics();
    response.writeHead(200, { "content-type": metrics.registry.contentType, "cache-control": "no-store" }).end(text);
  } catch (fault) {
    log.error({ fault: fault instanceof Error ? fault.message : String(fault) }, "the metrics could not be told");
    if (!response.headersSent) response.writeHead(500, { "content-length": "0" }).end();
  }
}

/** With a token whoever shows it may ask; without one only this machine, and nobody for whom a proxy asks. */
export function refusalOf(request: Pick<IncomingMessage, "headers" | "socket">, token: string | null): 401 | 404 | null {
  if (token !== null) {
    const shown = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    return isSameSecret(shown, token) ? null : 401;
  }
  const isForwarded = ["x-forwarded-for", "forwarded", "x-real-ip", "via"].some((name) => request.headers[name] !== undefined);
  return !isForwarded && /^(?:::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? "") ? null : 404;
}

function tellProcess(): void {
  for (const { pool, total, idle, waiting } of connectionsNow()) {
    for (const [state, count] of Object.entries({ busy: total - idle, idle, waiting })) metrics.connections.set({ pool, state }, count);
  }
  for (const { name, turnMs } of loopsNow()) metrics.turnAge.set({ loop: name }, turnMs / 1_000);
  for (const [of, value] of Object.entries(ratesNow())) metrics.stores.set({ of }, value);
}
