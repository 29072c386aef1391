// How many conversions a second leave the outbox where no limit holds them up (claimed, told over HTTP, noted), against a bare SKIP LOCKED take and mark of the
// same rows, over as many connections. npm run -s bench -- report [CONVERSIONS]
import { once } from "node:events";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { freePort, type Process, root, startProcess } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { median } from "./offer.ts";
import { pinDatabase, pinTested } from "./pinned.ts";
import type { Measured } from "./run.ts";

const DATABASE = "bench_report";
const ROUNDS = 5;
const CONVERSIONS = 4_000;
const LIMIT = 9_999_999;
const HOUR_SECONDS = 3_600;

type Said = { told: number; seconds: number; controlSeconds: number; cpu: number; controlCpu: number; peakMb: number };

export async function reportSpeed([number]: string[]): Promise<Measured> {
  const conversions = number === undefined ? CONVERSIONS : Number(number);
  if (!Number.isSafeInteger(conversions) || conversions < 400) throw new Error(`"${number}" is no number of conversions from 400 up`);
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "report") });
  const network = await bareNetwork();
  let running: Process | null = null;
  try {
    pinDatabase(postgres.pid);
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    setTestEnv();
    await migrate(postgres.url(DATABASE), join(root, "prisma", "migrations"));
    const said: Said[] = [];
    running = startProcess({
      name: "report", script: "test/bench/report-run.ts", imports: [],
      env: { ...testEnv, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: postgres.url(DATABASE), NETWORK: network.url, CONVERSIONS: String(conversions), ROUNDS: String(ROUNDS) },
      onLine: (line) => {
        if (!line.startsWith("{\"told\"")) return void process.stderr.write(`${line}\n`);
        const one = JSON.parse(line) as Said;
        said.push(one);
        process.stdout.write(`round ${said.length - 1}: app ${(one.told / one.seconds).toFixed(0)}/s, control ${(one.told / one.controlSeconds).toFixed(0)}/s, ${(one.controlSeconds / one.seconds).toFixed(2)}; core ${one.cpu} and ${one.controlCpu} µs each; the app's peak ${one.peakMb} MB; load of the machine ${loadavg()[0]!.toFixed(1)}\n`);
      },
    });
    pinTested(running.pid);
    const how = await running.end;
    if (how !== "code 0") throw new Error(`the run ended with ${how}: ${running.tail()}`);
    if (network.asked() < conversions * ROUNDS) throw new Error(`the network heard of ${network.asked()} conversions`);
    const counted = said.slice(1); // the first is to warm up
    const value = Math.round(median(counted.map(({ told, seconds }) => told / seconds)));
    const control = Math.round(median(counted.map(({ told, controlSeconds }) => told / controlSeconds)));
    return { bench: "report", value, control, ratio: Number((value / control).toFixed(2)), unit: "conversions/s" };
  } finally {
    await running?.stop();
    await network.close();
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

/** Takes every conversion at once, and has no limit to speak of; it counts each account's hour down in its headers, as the real one does. */
async function bareNetwork(): Promise<{ url: string; asked: () => number; close: () => Promise<void> }> {
  let asked = 0;
  const began = performance.now();
  const used = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      asked += 1;
      const account = request.url!.split("/")[2]!;
      used.set(account, (used.get(account) ?? 0) + 1);
      response.writeHead(200, { "content-type": "application/json", "x-ratelimit-limit": String(LIMIT), "x-ratelimit-remaining": String(LIMIT - used.get(account)!), "x-ratelimit-reset": String(HOUR_SECONDS - Math.floor((performance.now() - began) / 1_000)) });
      response.end(JSON.stringify({ Status: "QUEUED", QueuedUri: `/Advertisers/IR/APISubmissions/A-${asked}` }));
    });
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}
