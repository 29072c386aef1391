// npm run demo: the whole app on this machine, with a local store and a local network in place of Shopify and impact.com.
//   -- --fresh       begin anew (the data of .data/demo is thrown away)
//   -- --no-orders   with --fresh: the shop is set up, but has sold nothing yet
//   -- --empty       with --fresh: the app is not even installed; walk the whole way yourself
//   -- ledger …, -- reconcile …    while it runs, from another terminal: the app's commands, on its shop
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isCommand, keepEnvironment, runCommand } from "./demo/command.ts";
import { isAlive, portIsFree, type Process, root } from "./demo/processes.ts";
import { DEMO_SHOP, type Ports, type Stage, startStage } from "./demo/stage.ts";

const dataDir = resolve(root, process.env.DEMO_DATA || join(".data", "demo"));
const shownDir = relative(root, dataDir).startsWith("..") ? dataDir : relative(root, dataDir);
const pidFile = join(dataDir, "demo.pid");
const seededFile = join(dataDir, "seeded.json");
const beganAt = performance.now();

type Seeding = "orders" | "no-orders" | "empty";

function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

function done(what: string, seconds: number): void {
  say(`  ${"✓"} ${what.padEnd(44)} ${seconds.toFixed(1).padStart(5)} s`);
}

const DAY_MS = 86_400_000;
/** The network's partners are there before the shop's first day. */
const PAST_MS: Record<Seeding, number> = { orders: -90 * DAY_MS, "no-orders": -30 * DAY_MS, empty: 0 };

class Refusal extends Error {}

function options(): { fresh: boolean; seeding: Seeding } {
  try {
    const { values } = parseArgs({ options: { fresh: { type: "boolean" }, "no-orders": { type: "boolean" }, empty: { type: "boolean" } } });
    return { fresh: values.fresh ?? false, seeding: values.empty ? "empty" : values["no-orders"] ? "no-orders" : "orders" };
  } catch (fault) {
    throw new Refusal(`${(fault as Error).message}\nThe options are --fresh, --no-orders and --empty (npm run demo -- --fresh); the commands are ledger and reconcile.`);
  }
}

async function ports(): Promise<Ports> {
  const wanted = { app: "PORT", store: "STORE_PORT", network: "NETWORK_PORT", mail: "MAIL_PORT" } as const;
  const defaults: Required<Ports> = { app: 3000, store: 3001, network: 3002, mail: 3003 };
  const found = { ...defaults };
  const problems: string[] = [];
  const given = new Set<number>();
  for (const name of ["app", "store", "network", "mail"] as const) {
    const text = process.env[wanted[name]];
    const port = text === undefined || text === "" ? defaults[name] : Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push(`${wanted[name]}=${text} is no port (1 to 65535).`);
    else if (given.has(port)) problems.push(`${wanted[name]}=${port} is given twice.`);
    else if (!(await portIsFree(port))) problems.push(`Port ${port} (the ${name === "app" ? "app" : name === "mail" ? "local mailbox" : `local ${name}`}) is in use. Choose another with ${wanted[name]}, for example: ${wanted[name]}=${port + 100} npm run demo`);
    given.add(port);
    found[name] = port;
  }
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
  return found;
}

function runningDemo(): number | null {
  const holder = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
  return holder > 0 && holder !== process.pid && isAlive(holder) ? holder : null;
}

/** One demo per data folder: a second one would write into the first one's store. */
function takeDataDir(): void {
  mkdirSync(dataDir, { recursive: true });
  const holder = runningDemo();
  if (holder !== null) throw new Refusal(`A demo already runs on ${shownDir} (process ${holder}). End it first.`);
  writeFileSync(pidFile, String(process.pid));
}

/** What went wrong in a process is shown; what it says otherwise lies in .data/demo/logs. */
function showFaults(name: string, line: string): void {
  if (line.startsWith("{")) {
    try {
      const entry = JSON.parse(line) as { level?: number; msg?: string; fault?: string; err?: { message?: string } };
      if ((entry.level ?? 0) >= 50) say(`  [${name}] ${[entry.msg, entry.fault ?? entry.err?.message].filter(Boolean).join(": ")}`);
      return;
    } catch {
      // Not a log entry after all.
    }
  }
  if (/\b(error|fault)\b/i.test(line) && !/DeprecationWarning/.test(line)) say(`  [${name}] ${line.slice(0, 400)}`);
}

async function seed(stage: Stage, seeding: Seeding): Promise<void> {
  if (existsSync(seededFile) || seeding === "empty") return;
  const began = performance.now();
  await stage.runBeside("test/local/seed/main.ts", seeding === "no-orders" ? ["--no-orders"] : [], (line) => {
    if (line.startsWith("seed: ")) say(`    ${line.slice("seed: ".length)}`);
  });
  done(seeding === "orders" ? "the shop has its history" : "the shop is set up", (performance.now() - began) / 1000);
}

function announce(stage: Stage): void {
  say();
  say(`  Ready in ${((performance.now() - beganAt) / 1000).toFixed(0)} s. Open:`);
  say();
  say(`    the store's admin, with the app   ${stage.urls.store}/admin/apps/creator-codes`);
  say(`    the storefront                    ${stage.urls.store}/`);
  say(`    the affiliate network             ${stage.urls.network}/`);
  say(`    the mailbox                       ${stage.urls.mail}/`);
  say(`    time, faults, deliveries          ${stage.urls.store}/control`);
  say();
  say("  In another terminal: npm run demo -- ledger verify, npm run demo -- reconcile --from DATE");
  say(`  Ctrl-C ends it; the data stays in ${shownDir} (npm run demo -- --fresh begins anew).`);
}

/** Resolves with why the demo is to end: a signal, the parent's end, or a process that crashed. */
function untilTheEnd(stage: Promise<Stage>): Promise<{ code: number; why: string }> {
  return new Promise((resolve) => {
    let asked = 0;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        asked += 1;
        if (asked === 3) process.exit(130);
        resolve({ code: 0, why: signal });
      });
    }
    // Under npm, a kill of npm itself leaves no signal here: only the parent changes.
    const parent = process.ppid;
    if (process.env.npm_lifecycle_event) {
      setInterval(() => process.ppid !== parent && resolve({ code: 0, why: "npm is gone" }), 500).unref();
    }
    stage.then(
      ({ crash }) => crash.then(({ process, how }: { process: Process; how: string }) => resolve({ code: 1, why: `The ${process.name} ended (${how}):\n${process.tail()}` })),
      () => {},
    );
  });
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  if (isCommand(words[0])) {
    if (runningDemo() === null) throw new Refusal(`No demo runs on ${shownDir}. Start it first: npm run demo`);
    return runCommand(dataDir, DEMO_SHOP, words);
  }
  const { fresh, seeding } = options();
  takeDataDir();
  const chosen = await ports();
  // A first start that was broken off has left half a shop: begin anew.
  const beginAnew = fresh || !existsSync(seededFile);
  say(beginAnew ? "Setting up the demo" : "Starting the demo");

  const asked = new AbortController();
  const starting = startStage({ dataDir, ports: chosen, fresh: beginAnew, clockOffsetMs: PAST_MS[seeding], signal: asked.signal, onStep: done, onLine: showFaults });
  const end = untilTheEnd(starting);
  const ready = starting.then(async (stage) => {
    keepEnvironment(dataDir, stage.appEnv);
    await seed(stage, seeding);
    writeFileSync(seededFile, `${JSON.stringify({ seeding, at: new Date().toISOString() })}\n`);
    announce(stage);
  });
  const failed = ready.then(() => new Promise<never>(() => {}), (fault: Error) => ({ code: 1, why: fault.message }));

  const { code, why } = await Promise.race([end, failed]);
  if (code !== 0) process.stderr.write(`\n${why}\n`);
  else say("\n  Ending ...");
  asked.abort();
  await starting.then((stage) => stage.stop(), () => {});
  return code;
}

main()
  .catch((fault: Error) => {
    process.stderr.write(fault instanceof Refusal ? `${fault.message}\n` : `${fault.stack}\n`);
    return 1;
  })
  .then((code) => {
    if (existsSync(pidFile) && readFileSync(pidFile, "utf8") === String(process.pid)) rmSync(pidFile);
    process.exit(code);
  });
