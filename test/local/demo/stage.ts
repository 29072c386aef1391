// The stage: PostgreSQL, the local store, the local network and the app, as the processes that the demo and the browser tests run.
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { type LocalPostgres, startPostgres } from "#test/local/postgres.ts";
import { adminSchemaPath } from "#test/local/schema.ts";
import { ensureBundle, ensurePrismaClient } from "./build.ts";
import { type DemoKeys, demoKeys } from "./keys.ts";
import { freePort, type Process, root, startProcess, untilAnswers } from "./processes.ts";

export const DEMO_SHOP = "petit-atelier.myshopify.com";

/** `mail`: of the mailbox's page; without it there is none, and the app sends no mail. */
export type Ports = { app: number; store: number; network: number; mail?: number };

type Options = {
  dataDir: string;
  ports: Ports;
  /** Begins anew: the store, the network and the database are empty. */
  fresh?: boolean;
  /** Where the clock begins with `fresh`, against the machine's; 0 where it is left out. */
  clockOffsetMs?: number;
  /** Aborted: a start that is under way is broken off. */
  signal?: AbortSignal;
  /** Told as each step ends, with the seconds it took. */
  onStep?: (step: string, seconds: number) => void;
  /** Told of each line that a process writes. */
  onLine?: (name: string, line: string) => void;
};

export type Stage = {
  urls: { app: string; store: string; network: string; mail: string | null };
  databaseUrl: string;
  keys: DemoKeys;
  clockFile: string;
  /** What the app runs with; a script that runs the app's flows beside it takes the same. */
  appEnv: Record<string, string>;
  postgres: LocalPostgres;
  /** The processes by name: store, network, app. */
  processes: () => Process[];
  /** Runs a script beside the app, in its environment, led to the stand-ins. Throws with its last words where it fails. */
  runBeside: (script: string, args: string[], onLine: (line: string) => void) => Promise<void>;
  /** Resolves when a process ends that was not asked to: its name and what ended it. */
  crash: Promise<Crash>;
  /** Ends everything, PostgreSQL last. */
  stop: () => Promise<void>;
};

/** Starts everything; what it had started is stopped again where a later part fails. */
export async function startStage({ dataDir, ports, fresh = false, clockOffsetMs = 0, signal, onStep = () => {}, onLine = () => {} }: Options): Promise<Stage> {
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const clockFile = join(dataDir, "clock");
  const crew = makeCrew(dataDir, onLine);

  async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const began = performance.now();
    const value = await work();
    signal?.throwIfAborted();
    onStep(what, (performance.now() - began) / 1000);
    return value;
  }

  const urls = { app: `http://localhost:${ports.app}`, store: `http://localhost:${ports.store}`, network: `http://localhost:${ports.network}`, mail: ports.mail === undefined ? null : `http://localhost:${ports.mail}` };
  try {
    if (fresh) {
      forget(dataDir);
      writeClock(clockFile, clockOffsetMs);
    }
    const keys = demoKeys(join(dataDir, "keys.json"));
    const shared = { CLOCK_FILE: clockFile };
    const schema = step("the Admin schema is here", adminSchemaPath);
    const bundle = step("the app is built", () => ensurePrismaClient().then(() => ensureBundle(signal)));
    for (const each of [schema, bundle]) each.catch(() => {}); // awaited below; PostgreSQL may fail first
    const postgres = await step("PostgreSQL runs", () => startPostgres({ dataDir: join(dataDir, "postgres") }));
    crew.postgres = postgres;
    if (fresh) await postgres.dropDatabase("creator_codes");
    await postgres.createDatabase("creator_codes");
    const databaseUrl = postgres.url("creator_codes");
    await migrate(databaseUrl, join(root, "prisma", "migrations"));
    await schema;

    const smtpPort = await freePort();
    const mail: Record<string, string> = ports.mail === undefined ? {} : { SMTP_URL: `smtp://127.0.0.1:${smtpPort}`, MAIL_FROM: "Creator Codes <notices@creator-codes.example>" };
    const appEnv = { ...appEnvironment(keys, urls, ports), DATABASE_URL: databaseUrl, ...mail, ...shared };
    const store = crew.start("store", "test/local/store/main.ts", {
      STORE_PORT: String(ports.store), STORE_DATA: join(dataDir, "store"), APP_URL: urls.app,
      SHOPIFY_API_KEY: keys.apiKey, SHOPIFY_API_SECRET: keys.apiSecret, ...shared,
    });
    const network = crew.start("network", "test/local/network/main.ts", { NETWORK_PORT: String(ports.network), NETWORK_DATA: join(dataDir, "network"), STORE_URL: urls.store, ...shared });
    if (ports.mail !== undefined) crew.start("mailbox", "test/local/mailbox/main.ts", { MAIL_PORT: String(ports.mail), SMTP_PORT: String(smtpPort), MAIL_DATA: join(dataDir, "mail"), ...shared });
    const standIns = Promise.all([
      step("the local store answers", () => untilAnswers(store, urls.store)),
      step("the local network answers", () => untilAnswers(network, urls.network)),
    ]);
    standIns.catch(() => {}); // awaited below; the build may fail first
    await bundle;
    const app = crew.start("app", "app/server.ts", appEnv, ["test/local/lead.ts"]);
    await Promise.all([standIns, step("the app answers", () => untilAnswers(app, urls.app))]);

    const beside = { ...appEnv, STORE_URL: urls.store, NETWORK_URL: urls.network, APP_URL: urls.app };
    return {
      urls, databaseUrl, keys, clockFile, appEnv, postgres, processes: crew.processes, crash: crew.crash, stop: () => crew.stop(),
      runBeside: (script, args, onOutput) => crew.runToItsEnd(script, args, beside, onOutput),
    };
  } catch (fault) {
    await crew.stop();
    throw fault;
  }
}

type Crash = { process: Process; how: string };

/** The processes that run, what becomes of them, and how they all end. */
function makeCrew(dataDir: string, onLine: (name: string, line: string) => void) {
  const running: Process[] = [];
  let stopping = false;
  let tellCrash: (crash: Crash) => void;
  const crash = new Promise<Crash>((resolve) => (tellCrash = resolve));

  return {
    postgres: null as LocalPostgres | null,
    crash,
    processes: () => [...running],

    start(name: string, script: string, env: Record<string, string>, imports: string[] = []): Process {
      const leash = { LEASH_POSTGRES_PID: name === "store" ? String(this.postgres?.pid) : undefined };
      const started = startProcess({
        name, script, imports, env: { ...env, ...leash }, logFile: join(dataDir, "logs", `${name}.log`), onLine: (line) => onLine(name, line),
      });
      running.push(started);
      void started.end.then((how) => stopping || tellCrash({ process: started, how }));
      return started;
    },

    async runToItsEnd(script: string, args: string[], env: Record<string, string>, onOutput: (line: string) => void): Promise<void> {
      const run = startProcess({ name: script, script, args, imports: ["test/local/lead.ts"], env, logFile: join(dataDir, "logs", "seed.log"), onLine: onOutput });
      running.push(run);
      const how = await run.end;
      running.splice(running.indexOf(run), 1);
      if (how !== "code 0" && !stopping) throw new Error(`${script} failed (${how}):\n${run.tail()}`);
    },

    async stop(): Promise<void> {
      stopping = true;
      // The app first: it still speaks with the others while it ends its work.
      for (const process of [...running].reverse()) await process.stop();
      await this.postgres?.stop();
    },
  };
}

/** The app as in production; only where App Bridge comes from, and where the real hosts are led to, is local. */
function appEnvironment(keys: DemoKeys, urls: Stage["urls"], ports: Ports): Record<string, string> {
  return {
    NODE_ENV: "production",
    SHOPIFY_API_KEY: keys.apiKey,
    SHOPIFY_API_SECRET: keys.apiSecret,
    SHOPIFY_APP_URL: urls.app,
    ENCRYPTION_KEYS: keys.encryptionKeys,
    HASH_KEYS: keys.hashKeys,
    PORT: String(ports.app),
    LOG_LEVEL: "warn",
    LOCAL_ADMIN_URL: urls.store,
    LOCAL_STORE_URL: `http://127.0.0.1:${ports.store}`,
    LOCAL_NETWORK_URL: `http://127.0.0.1:${ports.network}`,
  };
}

/** The store, the network and the clock begin anew; the database is dropped by the server itself, and the keys stay. */
function forget(dataDir: string): void {
  for (const name of ["store", "network", "mail", "clock", "logs", "seeded.json"]) rmSync(join(dataDir, name), { recursive: true, force: true });
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  appendFileSync(join(dataDir, "logs", "app.log"), "");
}

/** Sets the offset of the shared clock, whole or not at all: a process that reads half a number would jump in time. */
export function writeClock(clockFile: string, offsetMs: number): void {
  writeFileSync(`${clockFile}.new`, `${Math.round(offsetMs)}\n`);
  renameSync(`${clockFile}.new`, clockFile);
}
