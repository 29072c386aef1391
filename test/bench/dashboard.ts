// How long the first page of Home takes (99th percentile) for a shop with ten million orders, as the browser asks the app for it: both routes' data over HTTP, with a
// session token, from the app as a process of its own whose loops run. The control adds the same period up from orders and ledger, as the page did without daily sums.
// npm run -s bench -- dashboard [ORDERS]
import { readFileSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { closeDatabase } from "#app/db.server.ts";
import { salesFromEntries } from "#app/db/reads/home.ts";
import type { Sales } from "#app/domain/home-page.ts";
import { migrate } from "#app/db/migrate.ts";
import { rebuildSums } from "#app/flow/sums.ts";
import { ensureBundle, ensurePrismaClient } from "#test/local/demo/build.ts";
import { root } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { keepSession, sessionToken } from "#test/routes/ask.ts";
import { startApp } from "#test/support/app.ts";
import { setTestEnv } from "#test/support/env.ts";
import { DASHBOARD_SHOP, fillDashboard, ledgerTotals, ZONE } from "./dashboard-fill.ts";
import { percentile } from "./offer.ts";
import type { Measured } from "./run.ts";

const ORDERS = 10_000_000;
const PERIODS = [7, 30, 90];
const WARM = 20;
const ASKED = 200;
const CONTROLS = 5;
/** The period that Home opens with. */
const FIRST = 30;
const MOST_MB = 512;

export async function dashboard([number]: string[]): Promise<Measured> {
  const orders = number === undefined ? ORDERS : Number(number);
  if (!Number.isSafeInteger(orders) || orders < 1_000) throw new Error(`"${number}" is no number of orders`);
  await ensurePrismaClient();
  await ensureBundle();
  const dataDir = join(root, ".data", "bench", "dashboard");
  const postgres = await startPostgres({ dataDir, settings: { shared_buffers: "1GB", max_wal_size: "8GB", checkpoint_timeout: "30min" } });
  try {
    await postgres.dropDatabase("dashboard");
    await postgres.createDatabase("dashboard");
    process.env.DATABASE_URL = postgres.url("dashboard");
    setTestEnv();
    await migrate(process.env.DATABASE_URL, join(root, "prisma", "migrations"));
    await fill(orders);
    return await measure(process.env.DATABASE_URL);
  } finally {
    await closeDatabase();
    await postgres.dropDatabase("dashboard");
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function fill(orders: number): Promise<void> {
  const began = performance.now();
  await fillDashboard(orders, new Date(), say);
  const built = performance.now();
  await rebuildSums({ shop: DASHBOARD_SHOP });
  say(`${orders} orders filled in ${((built - began) / 1000).toFixed(0)} s, their daily sums built in ${((performance.now() - built) / 1000).toFixed(0)} s`);
}

async function measure(databaseUrl: string): Promise<Measured> {
  await keepSession(DASHBOARD_SHOP);
  const app = await startApp({ databaseUrl });
  try {
    for (let at = 0; at < WARM; at++) for (const days of PERIODS) await home(app.url, days);
    say(`load of the machine: ${loadavg()[0]!.toFixed(1)}`);
    const tookMs = new Map<number, number[]>(PERIODS.map((days) => [days, []]));
    for (let at = 0; at < ASKED; at++) for (const days of PERIODS) tookMs.get(days)!.push((await home(app.url, days)).ms);
    for (const [days, ms] of tookMs) say(`${days} days: p50 ${percentile(ms, 0.5).toFixed(1)} ms, p99 ${percentile(ms, 0.99).toFixed(1)} ms`);
    const control = await controls();
    for (const days of PERIODS) checkTotals(days, (await home(app.url, days)).sales, control.get(days)!);
    for (const days of PERIODS) await checkLedger((await home(app.url, days)).sales);
    const peakMb = peakOf(app.process.pid);
    say(`memory of the process at most ${peakMb} MB`);
    if (peakMb > MOST_MB) throw new Error(`the process held ${peakMb} MB`);
    const value = Number(percentile(tookMs.get(FIRST)!, 0.99).toFixed(2));
    const bare = Number(percentile(control.get(FIRST)!.ms, 0.99).toFixed(2));
    return { bench: "dashboard", value, control: bare, ratio: Number((bare / value).toFixed(2)), unit: "ms" };
  } finally {
    await app.stop();
  }
}

type Control = { ms: number[]; sales: Sales };

/** The raw group-by, each period several times. */
async function controls(): Promise<Map<number, Control>> {
  const found = new Map<number, Control>();
  for (const days of PERIODS) {
    const ms: number[] = [];
    let sales: Sales | null = null;
    for (let at = 0; at < CONTROLS; at++) {
      const began = performance.now();
      sales = await salesFromEntries(DASHBOARD_SHOP, { days, now: new Date(), timezone: ZONE });
      ms.push(performance.now() - began);
    }
    say(`control, ${days} days: p50 ${percentile(ms, 0.5).toFixed(0)} ms, p99 ${percentile(ms, 0.99).toFixed(0)} ms`);
    found.set(days, { ms, sales: sales! });
  }
  return found;
}

type Home = { ms: number; sales: Sales };

/** The data of Home's two routes, asked for as Remix does when the page is opened: at once. */
async function home(url: string, days: number): Promise<Home> {
  const began = performance.now();
  const [page] = await Promise.all([get(`${url}/app?index&days=${days}&_data=routes%2Fapp._index`), get(`${url}/app?days=${days}&_data=routes%2Fapp`)]);
  return { ms: performance.now() - began, sales: (page as { sales: Sales }).sales };
}

async function get(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${sessionToken(DASHBOARD_SHOP)}`, "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0" } });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  return answer.json();
}

function checkTotals(days: number, shown: Sales, { sales: raw }: Control): void {
  if (JSON.stringify(shown) !== JSON.stringify(raw)) throw new Error(`the ${days} days are otherwise than the entries add up to:\n${JSON.stringify(shown.now)}\n${JSON.stringify(raw.now)}`);
}

async function checkLedger(shown: Sales): Promise<void> {
  const added = await ledgerTotals(new Date(shown.from));
  if (added.sales !== shown.now.sales || added.orders !== shown.now.orders || added.takenBack !== shown.now.takenBack) throw new Error(`the ledger says ${JSON.stringify(added)}, Home ${JSON.stringify(shown.now)}`);
}

/** The most memory that the process ever held, as Linux keeps it. */
function peakOf(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
