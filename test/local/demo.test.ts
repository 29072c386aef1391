// The demo as a person starts it: how long it takes, what it weighs, and that nothing of it stays behind.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { parseJson } from "#app/domain/json.ts";
import { bundleIsCurrent, ensureBundle } from "#test/local/demo/build.ts";
import { demoKeys } from "#test/local/demo/keys.ts";
import { freePort, isAlive, root } from "#test/local/demo/processes.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv } from "#test/support/env.ts";

const DATA = join(".data", "test", "demo");
/** About 40 s on a quiet machine with two cores; other tests run beside it. */
const FIRST_START_S = 300;
const MEMORY_MB = 1_536;

type Demo = { child: ChildProcess; said: () => string; ended: Promise<number | null> };

const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

async function ports(): Promise<Record<string, string>> {
  return { PORT: String(await freePort()), STORE_PORT: String(await freePort()), NETWORK_PORT: String(await freePort()), MAIL_PORT: String(await freePort()) };
}

function startDemo(env: Record<string, string>, args: string[] = []): Demo {
  const own: Record<string, string | undefined> = { PATH: process.env.PATH, HOME: process.env.HOME, DEMO_DATA: DATA, ...env };
  const child = spawn(process.execPath, ["test/local/demo.ts", ...args], { cwd: root, env: own as NodeJS.ProcessEnv, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  void ended.then(() => running.delete(child));
  return { child, said: () => said, ended };
}

/** Resolves with the seconds until it is ready. Throws with what it said where it ends before. */
async function untilReady(demo: Demo, withinS: number): Promise<number> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  while (!demo.said().includes("Ready in")) {
    if (demo.child.exitCode !== null) throw new Error(`the demo ended:\n${demo.said()}`);
    if (seconds() > withinS) throw new Error(`not ready within ${withinS} s:\n${demo.said()}`);
    await sleep(50);
  }
  return seconds();
}

/** The process and all that descend from it (Linux). */
function family(pid: number): number[] {
  const parents = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) }];
    } catch {
      return []; // it ended meanwhile
    }
  });
  const found = [pid];
  for (const each of found) found.push(...parents.filter(({ parent }) => parent === each).map((child) => child.pid));
  return found;
}

/** Megabytes that belong to these processes; what they share counts once (proportional set size). */
function memoryMb(pids: number[]): number {
  const kilobytes = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0));
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

/** The demo's shop, read over its own PostgreSQL: what its pages show, and what its ledger is verified to be. */
async function expectSumsToAgree(): Promise<void> {
  const { encryptionKeys, hashKeys } = demoKeys(join(root, DATA, "keys.json"));
  Object.assign(process.env, { ENCRYPTION_KEYS: encryptionKeys, HASH_KEYS: hashKeys });
  setTestEnv();
  process.env.DATABASE_URL = (await startPostgres({ dataDir: join(root, DATA, "postgres") })).url("creator_codes");
  const [{ pool, closeDatabase }, { shownSums }, { verifyLedger }] = await Promise.all([import("#app/db.server.ts"), import("#test/local/demo/sums.ts"), import("#app/flow/verify.ts")]);
  try {
    for (let waited = 0; waited < 60_000 && (await isSettling()); waited += 100) await sleep(100);
    const { rows } = await pool().query<{ timezone: string }>("select timezone from shop where shop = $1", [DEMO_SHOP]);
    const all = await shownSums(DEMO_SHOP, new Date(), rows[0]!.timezone);
    expect(all.length).toBeGreaterThan(200);
    for (const { what, shown, added } of all) expect({ what, sums: shown }).toEqual({ what, sums: added });
    const { orders, balances, differences } = await verifyLedger({ shop: DEMO_SHOP });
    expect(differences).toEqual([]);
    expect(Math.min(orders, balances)).toBeGreaterThan(100);
    const { rows: reasons } = await pool().query<{ reason: string }>("select distinct reason from decision where shop = $1", [DEMO_SHOP]);
    expect(reasons.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["no_click", "not_winning_click", "self_referral", "excluded", "renewal", "charged_back", "cancelled"]));
    const { rows: causes } = await pool().query<{ own: string }>("select distinct split_part(cause, ':', 1) as own from ledger_entry where shop = $1 and cause like '%:%'", [DEMO_SHOP]);
    expect(causes.map(({ own }) => own)).toEqual(expect.arrayContaining(["hand", "touch", "owner"])); // a click that was told late, and one whose owner was
    await expectClicksToTell(rows[0]!.timezone);
  } finally {
    await closeDatabase();
  }

  async function isSettling(): Promise<boolean> {
    const { rows } = await pool().query<{ waits: boolean }>("select exists (select 1 from delivery where state = 'new') or exists (select 1 from order_state where fetch_at is not null) as waits");
    return rows[0]!.waits;
  }
}

/** The demo's clicks: known from every source, of most but not all creators known whose they are, and one code stands out. Nothing that was asked from outside is left undone. */
async function expectClicksToTell(timezone: string): Promise<void> {
  const [{ pool }, { clicksByCode, clicksOf }, { unclickedCodes }] = await Promise.all([import("#app/db.server.ts"), import("#app/db/reads/touches.ts"), import("#app/domain/touches-page.ts")]);
  const read = async (text: string) => (await pool().query<{ text: string | null }>(text, [DEMO_SHOP])).rows.map((row) => row.text);
  expect(new Set(await read("select distinct evidence as text from order_state where shop = $1"))).toEqual(new Set(["attributes", "pixel", "landing", null]));
  expect(new Set(await read("select distinct concat_ws(' ', kind, parameter, source) as text from touch where shop = $1"))).toEqual(
    new Set(["click_id irclickid", "click_id awc", "code", "link creator"].flatMap((kind) => [`${kind} pixel`, `${kind} embed`])),
  );
  const span = { days: 30, now: new Date(), timezone };
  const { now, creators, unknown } = await clicksOf(DEMO_SHOP, span);
  expect(now.visitors).toBeGreaterThan(300);
  expect(now.credited).toBeGreaterThan(20);
  expect(creators.length).toBeGreaterThan(10);
  expect(unknown.clicks).toBeGreaterThan(20);
  const { standingOut } = unclickedCodes(await clicksByCode(DEMO_SHOP, span), { q: "", sort: "", page: 1 });
  expect(standingOut.map(({ code }) => code)).toEqual(["CHIARA10"]);
  expect(await read("select topic as text from privacy_request where shop = $1 and done_at is not null order by 1")).toEqual(["customers/data_request", "customers/redact"]);
  expect(await read("select state as text from flow_run where shop = $1 order by 1")).toEqual(["done", "refused"]);
  expect(await read("select key as text from flow_word where shop = $1 and next_at is null and done_at is null")).toEqual([]);
}

type Bought = { email: string; phone: string | null; browser_ip: string; billing_address: { name: string; address1: string }; customer: { id: number | string } | null };

/** All that the store's orders say of their buyers, against every value of every table of the app. */
async function expectNoBuyersInTheClear(): Promise<void> {
  const { orders } = parseJson(readFileSync(join(root, DATA, "store", "store.json"), "utf8")) as { orders: Bought[] };
  const client = new pg.Client({ connectionString: (await startPostgres({ dataDir: join(root, DATA, "postgres") })).url("creator_codes") });
  await client.connect();
  try {
    const read = async (text: string) => (await client.query<{ text: string }>(text)).rows.map((row) => row.text);
    const tables = await read("select table_name as text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'");
    expect(tables.length).toBeGreaterThan(50);
    const kept: string[] = [];
    for (const table of tables) kept.push(...(await read(`select t::text as text from "${table}" t`)).map((row) => `${table}: ${row}`));
    // Some creators bought something themselves; what is kept of them as creators is theirs to be paid by.
    const creators = new Set((await read(`select concat_ws('|', name, email) as text from creator`)).flatMap((row) => row.toLowerCase().split("|")));
    const said = orders.flatMap(({ email, phone, browser_ip, billing_address: { name, address1 }, customer }) => [email, phone, browser_ip, name, address1, customer === null ? null : String(customer.id)]);
    const known = [...new Set(said.flatMap((word) => word?.trim().toLowerCase() || []))].filter((word) => !creators.has(word));
    expect(known.length).toBeGreaterThan(400);
    const rows = kept.map((row) => row.toLowerCase());
    expect(rows.length).toBeGreaterThan(2_000);
    const told = known.flatMap((word) => rows.filter((row) => row.includes(word)).slice(0, 1).map((row) => `${word} in ${row.slice(0, 200)}`));
    expect(told).toEqual([]);
    // No address of a visitor's connection, whoever that was.
    expect(rows.flatMap((row) => (/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/.exec(row.replaceAll("127.0.0.1", "")) ?? []).slice(0, 1))).toEqual([]);
  } finally {
    await client.end();
  }
}

async function untilGone(pids: number[]): Promise<number[]> {
  for (let waited = 0; waited < 10_000 && pids.some(isAlive); waited += 50) await sleep(50);
  return pids.filter(isAlive);
}

describe.skipIf(process.platform !== "linux")("npm run demo", () => {
  it("names a port that is in use, and the variable that changes it", async () => {
    const chosen = await ports();
    const taken = createServer().listen(Number(chosen.STORE_PORT));
    const demo = startDemo(chosen);
    expect(await demo.ended).toBe(1);
    taken.close();
    expect(demo.said()).toContain(`Port ${chosen.STORE_PORT}`);
    expect(demo.said()).toContain("STORE_PORT=");
  });

  it("refuses an option that it does not know, and says which there are", async () => {
    const demo = startDemo(await ports(), ["--frehs"]);
    expect(await demo.ended).toBe(1);
    expect(demo.said()).toContain("--fresh");
  });

  it("runs no command where no demo runs, and says so", async () => {
    rmSync(join(root, DATA, "demo.pid"), { force: true });
    const command = startDemo({}, ["ledger", "verify"]);
    expect(await command.ended).toBe(1);
    expect(command.said()).toContain("No demo runs on .data/test/demo");
  });

  it("is ready with its history, stays under 1.5 GB, shows what its ledger adds up to and nothing of a buyer in the clear, starts again, tells of a crash, and leaves nothing behind", async () => {
    rmSync(join(root, DATA, "seeded.json"), { force: true });
    await ensureBundle(); // measured by itself; other tests may be building this moment
    expect(bundleIsCurrent()).toBe(true);

    const first = startDemo(await ports(), ["--fresh"]);
    await untilReady(first, FIRST_START_S);
    const processes = family(first.child.pid!);
    expect(processes.length).toBeGreaterThan(5);
    expect(memoryMb(processes)).toBeLessThan(MEMORY_MB);
    await expectSumsToAgree();
    await expectNoBuyersInTheClear();
    const command = startDemo({}, ["ledger", "verify", "--json"]);
    expect(await command.ended, command.said()).toBe(0);
    expect(command.said()).toContain('"differences"');
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(await untilGone(processes)).toEqual([]);

    const second = startDemo(await ports());
    await untilReady(second, FIRST_START_S);
    const again = family(second.child.pid!);
    second.child.kill("SIGKILL");
    await second.ended;
    expect(await untilGone(again)).toEqual([]);

    const third = startDemo(await ports());
    await untilReady(third, FIRST_START_S);
    const all = family(third.child.pid!);
    const network = all.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("network/main.ts"));
    process.kill(network!, "SIGKILL");
    expect(await third.ended).toBe(1);
    expect(third.said()).toContain("The network ended (SIGKILL)");
    expect(await untilGone(all)).toEqual([]);
  }, 600_000);
});
