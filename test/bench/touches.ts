// How long a storefront waits until its touch is kept (99th percentile) while 1,000 a second are offered for a minute, a tenth of it garbage, and orders come in
// and are settled in the same process. Throws where a touch that was answered 202 is not in the database, an answer is another than is due, or memory is not let go of.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { migrate } from "#app/db/migrate.ts";
import { storefrontToken } from "#app/flow/storefront-token.ts";
import { ensureBundle, ensurePrismaClient } from "#test/local/demo/build.ts";
import { freePort, type Process, root, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { offerAll, percentile } from "./offer.ts";
import { BENCH_SHOP, offers } from "./orders.ts";
import type { Measured } from "./run.ts";
import { MOST_MB, SHIPPED } from "./shipped.ts";
import { benchShopSql } from "./shop.ts";
import { toldAt, visitorOf, type Told } from "./touches-told.ts";

const PER_SECOND = 1_000;
const SECONDS = 60;
const WARM_SECONDS = 5;
const ORDERS_PER_SECOND = 10;
const DATABASE = "bench_touches";
/** What may be left in the end, garbage aside, beyond what was left when it was warm. */
const MOST_GROWTH_MB = 50;

type Side = { url: string; process: Process; token: string; leftMb: () => Promise<number> };
type Round = { p99: number; p50: number; cpuShare: number; peakMb: number; told: Told[]; answered: number };

/** `words[0]`: the seconds, where not a minute. */
export async function touchesLatency(words: string[]): Promise<Measured> {
  const seconds = words[0] === undefined ? SECONDS : Number(words[0]);
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw new Error(`"${words[0]}" is no number of seconds`);
  await ensurePrismaClient();
  await ensureBundle();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "touches") });
  const running: Process[] = [];
  try {
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    const databaseUrl = postgres.url(DATABASE);
    // The token is signed here, as the app would.
    process.env.DATABASE_URL = databaseUrl;
    setTestEnv();
    await migrate(databaseUrl, join(root, "prisma", "migrations"));
    const database = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    database.on("error", () => {}); // what made it end is thrown beside it
    try {
      await database.query(benchShopSql);
      const app = await start(running, "app", "app/server.ts", databaseUrl, storefrontToken(BENCH_SHOP, 1));
      const control = await start(running, "control", "test/bench/touches-control.ts", databaseUrl, controlToken());
      return await rounds(app, control, seconds, database);
    } finally {
      await database.end();
    }
  } finally {
    for (const each of running) await each.stop();
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

async function rounds(app: Side, control: Side, seconds: number, database: pg.Pool): Promise<Measured> {
  let next = 0;
  const round = async (side: Side, forSeconds: number): Promise<Round> => {
    const first = next;
    next += forSeconds * PER_SECOND;
    return offerTold(side, first, forSeconds);
  };
  const told = (await withOrders(app, WARM_SECONDS, 5_000_000_000, () => round(app, WARM_SECONDS))).told;
  await round(control, WARM_SECONDS);
  process.stdout.write(`load of the machine before the minute: ${loadavg()[0]!.toFixed(1)}\n`);
  const leftMb = await app.leftMb();
  const took = await withOrders(app, seconds, 6_000_000_000, () => round(app, seconds));
  const grownMb = (await app.leftMb()) - leftMb;
  process.stdout.write(`app: ${took.answered} answers, p50 ${took.p50.toFixed(1)} ms, p99 ${took.p99.toFixed(1)} ms; ${(took.cpuShare * 100).toFixed(0)} % of a core; memory at most ${took.peakMb.toFixed(0)} MB; garbage aside ${(leftMb + grownMb).toFixed(0)} MB, ${grownMb.toFixed(0)} MB more than at the beginning\n`);
  await checkKept(database, [...told, ...took.told]);
  if (grownMb > MOST_GROWTH_MB) throw new Error(`the process grew by ${grownMb.toFixed(0)} MB that it cannot let go of`);
  if (took.peakMb > MOST_MB) throw new Error(`the process held ${took.peakMb.toFixed(0)} MB`);
  const bare = await round(control, seconds);
  process.stdout.write(`control: p50 ${bare.p50.toFixed(1)} ms, p99 ${bare.p99.toFixed(1)} ms, ${(bare.cpuShare * 100).toFixed(0)} % of a core\n`);
  const value = Number(took.p99.toFixed(2));
  const beside = Number(bare.p99.toFixed(2));
  return { bench: "touches", value, control: beside, ratio: Number((value / beside).toFixed(2)), unit: "ms" };
}

/** Runs `work` while orders of the same visitors come in: they are settled beside it, and again when their visitors' touches are told. */
async function withOrders<T>(app: Side, seconds: number, firstId: number, work: () => Promise<T>): Promise<T> {
  const orders = offers(seconds * ORDERS_PER_SECOND, firstId, testEnv.SHOPIFY_API_SECRET, (at) => visitorOf(at * 3));
  const [done, { refused }] = await Promise.all([work(), offerAll(`${app.url}/webhooks`, orders, ORDERS_PER_SECOND, false)]);
  // The store would send them again; they are here for the settling.
  if (refused > orders.length / 10) throw new Error(`${refused} of ${orders.length} orders were not taken in`);
  return done;
}

/** An open loop: each leaves at its own instant, whether or not those before were answered. Latencies are of the touches, not of the garbage. */
async function offerTold({ url, process: running, token }: Side, first: number, seconds: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: 2_048 }); // as many as there are browsers: none waits for another
  const count = seconds * PER_SECOND;
  const latenciesMs: number[] = [];
  const sent: Told[] = [];
  const wrong: string[] = [];
  const answers: Promise<void>[] = [];
  const memoryMb: number[] = [];
  const watch = setInterval(() => memoryMb.push(residentMb(running.pid)), 500);
  const cpuBefore = cpuSeconds(running.pid);
  const began = performance.now() + 20;
  for (let at = 0; at < count; ) {
    for (const now = performance.now(); at < count && began + at <= now; at++) {
      const meantAt = began + at;
      const told = toldAt(first + at, token);
      if (told.key !== null) sent.push(told);
      answers.push(
        post(agent, `${url}/touches`, told).then((status) => {
          if (told.key !== null) latenciesMs.push(performance.now() - meantAt);
          if (status !== told.status) wrong.push(`${status} instead of ${told.status}`);
        }),
      );
    }
    await sleep(1);
  }
  await Promise.all(answers);
  clearInterval(watch);
  agent.destroy();
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${count} were answered otherwise than is due: ${[...new Set(wrong)].join(", ")}`);
  const cpuShare = (cpuSeconds(running.pid) - cpuBefore) / seconds;
  return { cpuShare, p99: percentile(latenciesMs, 0.99), p50: percentile(latenciesMs, 0.5), peakMb: Math.max(...memoryMb), told: sent, answered: count };
}

/** As pixel and embed do, it tells once more what was not answered: a connection may be closed just then. */
async function post(agent: Agent, url: string, told: Told): Promise<number> {
  return (await postOnce(agent, url, told)) || postOnce(agent, url, told);
}

function postOnce(agent: Agent, url: string, { body, from }: Told): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(url, { method: "POST", agent, headers: { "content-type": "text/plain", "content-length": Buffer.byteLength(body), "x-forwarded-for": from } }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    // A body that is too large is not read: the answer may come before it is written.
    sending.on("error", () => resolve(0));
    sending.end(body);
  });
}

/** Every touch and every tie that was answered 202 is there, once. */
async function checkKept(database: pg.Pool, told: Told[]): Promise<void> {
  const { rows } = await database.query<{ key: string }>("select key from touch where shop = $1", [BENCH_SHOP]);
  const ties = await database.query<{ value: string }>("select value from visitor_tie where shop = $1 and kind = 'checkout'", [BENCH_SHOP]);
  const kept = new Set(rows.map(({ key }) => key));
  const tied = new Set(ties.rows.map(({ value }) => value));
  const lost = told.filter(({ key, checkout }) => !kept.has(key!) || (checkout !== null && !tied.has(checkout)));
  if (lost.length > 0) throw new Error(`${lost.length} of ${told.length} touches are lost: ${lost.slice(0, 3).map(({ key }) => key).join(", ")}`);
  if (rows.length !== told.length) throw new Error(`${rows.length} touches are kept, and ${told.length} were told`);
  process.stdout.write(`${told.length} touches and ${tied.size} checkouts: all of them kept, once; no garbage\n`);
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
}

/** What the process has used of the machine's cores: it says what a busy machine hides. Linux counts in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function controlToken(): string {
  return `${BENCH_SHOP}.1.${createHmac("sha256", testEnv.SHOPIFY_API_SECRET).update(`${BENCH_SHOP}.1`).digest("base64url")}`;
}

async function start(running: Process[], name: string, script: string, databaseUrl: string, token: string): Promise<Side> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let tellLeft = (_bytes: number): void => {};
  const started = startProcess({
    name, script, imports: ["test/bench/collected.ts"],
    onLine: (line) => line.startsWith("left ") && tellLeft(Number(line.split(" ")[1])),
    env: { ...testEnv, ...SHIPPED, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl, PORT: String(port), SHOPIFY_APP_URL: `http://localhost:${port}`, TRUSTED_PROXIES: "1" },
  });
  running.push(started);
  await untilAnswers(started, url);
  const leftMb = () => new Promise<number>((resolve) => {
    tellLeft = (bytes) => resolve(bytes / 1_048_576);
    started.kill("SIGUSR2");
  });
  return { url, process: started, token, leftMb };
}
