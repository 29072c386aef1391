// The process: webhooks go to the intake on bare node:http, all else to Remix; the loops of the stages run beside them.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Express } from "express";
import { openAs } from "./db.server.ts";
import { migrate } from "./db/migrate.ts";
import { env, EnvironmentError } from "./env.server.ts";
import { startClickOwners } from "./flow/click-owners.ts";
import { startComparing } from "./flow/drift-network.ts";
import { startBatches } from "./flow/batch-run.ts";
import { startFetching } from "./flow/fetch.ts";
import { startForgettingFiles } from "./flow/files-tidy.ts";
import { startTellingFlow } from "./flow/flow-words.ts";
import { intake } from "./flow/intake.ts";
import { startKeepingTime } from "./flow/in-time.ts";
import { startInventory } from "./flow/inventory.ts";
import { startKeepingInStep } from "./flow/keep-in-step.ts";
import type { Loop } from "./flow/loop.ts";
import { startNotices } from "./flow/notices.ts";
import { startPlacing } from "./flow/place.ts";
import { startPrivacy } from "./flow/privacy.ts";
import { startReadingBack } from "./flow/read-back.ts";
import { startReconciling } from "./flow/reconcile.ts";
import { startReporting } from "./flow/report.ts";
import { startRequests } from "./flow/requests-carry.ts";
import { startSettling } from "./flow/settle.ts";
import { startStorefronts } from "./flow/storefront.ts";
import { startSumming } from "./flow/sums.ts";
import { startSweeping } from "./flow/sweep.ts";
import { storefrontOffer } from "./flow/storefront-offer.ts";
import { watchTokens } from "./flow/token-watch.ts";
import { touches } from "./flow/touches.ts";
import { startWhatIfs } from "./flow/what-if.ts";
import { refusalOf, TIMES } from "./limits.ts";
import { localAppBridgeUrl } from "./local-admin.server.ts";
import { log } from "./log.server.ts";
import { metrics } from "./metrics.server.ts";
import { sayNotice } from "./notice-words.server.ts";
import { sayOffer } from "./offer-words.server.ts";
import { guardAnswer } from "./page-policy.server.ts";
import { healthz, metricsPage, readyz } from "./probes.server.ts";
import { stopOnSignal } from "./stop.server.ts";
import { isStopping } from "./stopping.server.ts";

/** What is done without being asked; each may run in any number of processes at once (docs/decisions/0026-processes.md). */
const LOOPS: readonly (() => Loop)[] = [
  startSettling, startFetching, startPlacing, startReporting, startRequests, startReadingBack, startClickOwners, startSweeping, startInventory,
  startComparing, startWhatIfs, startReconciling, startBatches, startForgettingFiles, startKeepingInStep, startTellingFlow, startStorefronts, startPrivacy,
  () => startNotices(sayNotice), startSumming,
];
const root = join(import.meta.dirname, "..");
const MIGRATIONS = join(root, "prisma", "migrations");

async function main(): Promise<void> {
  const { NODE_ENV, PORT, DATABASE_URL, SHOPIFY_APP_URL, ROLE } = env();
  openAs(ROLE);
  watchTokens();
  await migrate(DATABASE_URL, MIGRATIONS);
  const keepingTime = await startKeepingTime();
  metrics.build.set({ version: await versionOfBuild(), role: ROLE }, 1);
  // Read by Shopify's library as it is loaded with the pages.
  const appBridge = localAppBridgeUrl();
  if (appBridge !== null) process.env.APP_BRIDGE_URL = appBridge;
  const pages = ROLE === "worker" ? null : await (NODE_ENV === "development" ? developmentPages() : builtPages());
  const server = createServer(TIMES, (request, response) => {
    const part = route(request, response, pages);
    response.once("close", () => metrics.requests.inc({ part, status: response.writableFinished ? `${String(response.statusCode)[0]}xx` : "cut" }));
  });
  server.on("error", (fault: NodeJS.ErrnoException) => {
    process.stderr.write(fault.code === "EADDRINUSE" ? `Port ${PORT} is in use. Set PORT to another one.\n` : `${fault.message}\n`);
    process.exit(1);
  });
  server.listen(PORT, () => {
    const loops = [keepingTime, ...(ROLE === "web" ? [] : LOOPS.map((start) => start()))];
    stopOnSignal(server, loops);
    process.stdout.write(`Creator Codes listens on port ${PORT}, and is reached at ${SHOPIFY_APP_URL}\n`);
  });
}

/** Answers a request; returns to which part of the app it belongs. `pages` null: this process answers its probes alone. */
function route(request: IncomingMessage, response: ServerResponse, pages: Express | null): string {
  const path = (request.url ?? "/").split("?", 1)[0]!;
  // Who tells us of orders is no browser, and its answers carry nothing: what guards pages would cost as much as a tenth of the noting.
  if (path !== "/webhooks" && !path.startsWith("/webhooks/")) guardAnswer(response);
  if (isStopping()) response.setHeader("connection", "close");
  if (path === "/healthz") healthz(response);
  else if (path === "/readyz") void readyz(response, MIGRATIONS);
  else if (path === "/metrics") void metricsPage(request, response);
  else if (pages === null) response.writeHead(404, { "content-length": "0", connection: "close" }).end();
  else return routeToApp(path, request, response, pages);
  return "probes";
}

function routeToApp(path: string, request: IncomingMessage, response: ServerResponse, pages: Express): string {
  if (path === "/webhooks" || path.startsWith("/webhooks/")) {
    void intake(request, response);
    return "webhooks";
  }
  if (path === "/touches" || path === "/storefront/offer") {
    void (path === "/touches" ? touches(request, response) : storefrontOffer(request, response, sayOffer));
    return "storefront";
  }
  const refusal = refusalOf(request);
  if (refusal === null) pages(request as never, response as never);
  else response.writeHead(refusal, { "content-length": "0", connection: "close" }).end();
  return path.startsWith("/assets/") ? "assets" : "pages";
}

async function versionOfBuild(): Promise<string> {
  return process.env.APP_VERSION || (JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string }).version;
}

/** What `npm run build` made: files under their own hashes, and Remix for the rest. */
async function builtPages(): Promise<Express> {
  const [{ default: express }, { default: compression }, { createRequestHandler }] = await Promise.all([import("express"), import("compression"), import("@remix-run/express")]);
  const client = join(root, "build", "client");
  const pages = express().disable("x-powered-by");
  pages.use(compression());
  pages.use("/assets", express.static(join(client, "assets"), { immutable: true, maxAge: "1y" }));
  // A file that this build does not have is no page: the browser still shows one of an older build.
  pages.use("/assets", (_request, response) => void response.status(404).end());
  pages.use(express.static(client, { maxAge: "1h" }));
  const build = await import(join(root, "build", "server", "index.js")).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ERR_MODULE_NOT_FOUND" && fault.message.includes("build")) throw new EnvironmentError("The app is not built yet: run npm run build first.");
    throw fault;
  });
  pages.all("*", createRequestHandler({ build, mode: "production" }));
  return pages;
}

/** Vite serves the sources, and shows each change at once. */
async function developmentPages(): Promise<Express> {
  const [{ default: express }, { createRequestHandler }, { createServer: createVite }] = await Promise.all([import("express"), import("@remix-run/express"), import("vite")]);
  const vite = await createVite({ root, server: { middlewareMode: true } });
  const pages = express().disable("x-powered-by");
  pages.use(vite.middlewares);
  pages.all("*", createRequestHandler({ build: () => vite.ssrLoadModule("virtual:remix/server-build") as never, mode: "development" }));
  return pages;
}

main().catch((fault: unknown) => {
  if (fault instanceof EnvironmentError) process.stderr.write(`${fault.message}\n`);
  else log.fatal({ fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) }, "the app could not start");
  process.exit(1);
});
