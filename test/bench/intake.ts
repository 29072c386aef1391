// How many signed deliveries of 10 KB are noted a second over 32 connections, against a bare control that verifies, parses and commits the same row into the same table.
// npm run -s bench -- intake [SECONDS]: so long is a round, 3 where no number is given.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { loadavg } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "#app/db/migrate.ts";
import { ensureBundle, ensurePrismaClient } from "#test/local/demo/build.ts";
import { freePort, type Process, root, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { testEnv } from "#test/support/env.ts";
import { median } from "./offer.ts";
import { type Offer, offers } from "./orders.ts";
import { pinDatabase, pinTested } from "./pinned.ts";
import type { Measured } from "./run.ts";
import { MOST_MB, SHIPPED } from "./shipped.ts";
import { benchShopSql } from "./shop.ts";

const DATABASE = "bench_intake_rate";
const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 5;
/** So many bodies are signed beforehand; each call has a webhook id of its own. */
const BODIES = 1_000;

type Side = { name: "app" | "control"; port: number; process: Process; noted: number };
/** Deliveries a second, and what each took of the server's core and of the database's, in microseconds. */
type Rate = { perSecond: number; server: number; database: number };

export async function intakeRate([number]: string[]): Promise<Measured> {
  const seconds = number === undefined ? SECONDS : Number(number);
  if (!(seconds > 0)) throw new Error(`"${number}" is no number of seconds`);
  await ensurePrismaClient();
  await ensureBundle();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "intake") });
  const running: Process[] = [];
  try {
    pinDatabase(postgres.pid);
    pinDatabase(process.pid); // who calls stands beside the database, away from those who are called
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    const url = postgres.url(DATABASE);
    await migrate(url, join(root, "prisma", "migrations"));
    const database = new pg.Client({ connectionString: url });
    await database.connect();
    await database.query(benchShopSql);
    const app = await start(running, "app", "app/server.ts", url);
    const control = await start(running, "control", "test/bench/control.ts", url);
    const found = await rounds(app, control, seconds, database, postgres.pid);
    await database.end();
    return found;
  } finally {
    for (const each of running) await each.stop();
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

async function rounds(app: Side, control: Side, seconds: number, database: pg.Client, postmaster: number): Promise<Measured> {
  const bodies = offers(BODIES, 7_000_000_000, testEnv.SHOPIFY_API_SECRET);
  const apps: Rate[] = [];
  const controls: Rate[] = [];
  for (let at = 0; at <= ROUNDS; at++) {
    // Each goes first as often as the other; the first round warms both.
    for (const side of at % 2 === 0 ? [app, control] : [control, app]) {
      await database.query("checkpoint");
      const rate = await offer(side, bodies, seconds, postmaster);
      if (at > 0) (side === app ? apps : controls).push(rate);
    }
    if (at === 0) continue;
    const [own, bare] = [apps.at(-1)!, controls.at(-1)!];
    process.stdout.write(`round ${at}: ${lineOf("app", own)}; ${lineOf("control", bare)}; ${(own.perSecond / bare.perSecond).toFixed(2)}; the app's peak ${peakMb(app)} MB; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
  }
  await check(database, app, "delivery");
  await check(database, control, "control_delivery");
  if (peakMb(app) > MOST_MB) throw new Error(`the process held ${peakMb(app)} MB`);
  const value = Math.round(median(apps.map(({ perSecond }) => perSecond)));
  const bare = Math.round(median(controls.map(({ perSecond }) => perSecond)));
  return { bench: "intake", value, control: bare, ratio: Number((value / bare).toFixed(2)), unit: "deliveries/s" };
}

function lineOf(name: string, { perSecond, server, database }: Rate): string {
  return `${name} ${perSecond.toFixed(0)}/s (${server.toFixed(0)} us of its core each, ${database.toFixed(0)} us of the database's)`;
}

/** Calls for so long, each connection again as soon as it was answered. */
async function offer(side: Side, bodies: readonly Offer[], seconds: number, postmaster: number): Promise<Rate> {
  const before = [cpuSeconds(side.process.pid), databaseCpuSeconds(postmaster)];
  const began = performance.now();
  const untilMs = began + seconds * 1_000;
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, (_one, at) => callUntil(side.port, bodies, at * Math.floor(BODIES / CONNECTIONS), untilMs)));
  const tookMs = performance.now() - began;
  const noted = counts.reduce((sum, count) => sum + count, 0);
  side.noted += noted;
  const each = (now: number, then: number) => ((now - then) * 1e6) / noted;
  return { perSecond: (noted * 1_000) / tookMs, server: each(cpuSeconds(side.process.pid), before[0]!), database: each(databaseCpuSeconds(postmaster), before[1]!) };
}

/** What a process has used of its core, by the kernel's clock of a hundredth. */
function cpuSeconds(pid: number | string): number {
  const fields = statOf(pid);
  return fields.length === 0 ? 0 : (Number(fields[11]) + Number(fields[12])) / 100;
}

/** All that PostgreSQL serves with; those of its processes that ended meanwhile are not counted. */
function databaseCpuSeconds(postmaster: number): number {
  const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(statOf(name)[1] ?? 0) === postmaster);
  return own.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

function statOf(pid: number | string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  } catch {
    return []; // it ended this moment
  }
}

/** Bare sockets: a client of more comfort would take more of the core that it shares with the database than the database does. */
function callUntil(port: number, bodies: readonly Offer[], from: number, untilMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    let answered = 0;
    let heard = "";
    const call = () => {
      const { headers, body } = bodies[(from + answered) % bodies.length]!;
      const lines = Object.entries({ ...headers, "x-shopify-webhook-id": randomUUID() }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.cork();
      socket.write(`POST /webhooks HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join("")}\r\n`);
      socket.write(body);
      socket.uncork();
    };
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("connect", call);
    socket.on("error", reject);
    socket.on("close", () => resolve(answered));
    socket.on("data", (text: string) => {
      heard += text;
      if (!heard.endsWith("\r\n\r\n")) return;
      if (!heard.startsWith("HTTP/1.1 200 ")) return void socket.destroy(new Error(`answered ${heard.split("\r\n", 1)[0]}`));
      heard = "";
      answered += 1;
      if (performance.now() < untilMs) call();
      else socket.end();
    });
  });
}

/** Every delivery that was answered with 200 is in the table, once, and all of its facts. */
async function check(database: pg.Client, side: Side, table: string): Promise<void> {
  const { rows } = await database.query<{ n: number; read: number; bytes: number }>(`select count(*)::int as n, count(facts)::int as read, round(avg(pg_column_size(facts)))::int as bytes from ${table}`);
  const { n, read, bytes } = rows[0]!;
  if (n !== side.noted || read !== n) throw new Error(`${side.name}: ${side.noted} were answered, ${n} are noted, ${read} of them with facts`);
  process.stdout.write(`${side.name}: ${n} noted, with ${bytes} bytes of facts on average\n`);
}

function peakMb({ process: running }: Side): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${running.pid}/status`, "utf8"))![1]) / 1_024);
}

/** Intake alone: the loops would settle on its core what is noted, and the control has none. */
async function start(running: Process[], name: Side["name"], script: string, databaseUrl: string): Promise<Side> {
  const port = await freePort();
  const started = startProcess({ name, script, env: { ...testEnv, ...SHIPPED, NODE_ENV: "production", ROLE: "web", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl, PORT: String(port), SHOPIFY_APP_URL: `http://localhost:${port}` } });
  running.push(started);
  await untilAnswers(started, `http://127.0.0.1:${port}`);
  pinTested(started.pid);
  return { name, port, process: started, noted: 0 };
}
