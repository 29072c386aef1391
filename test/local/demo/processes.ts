// Child processes that never outlive their parent: each hangs on an IPC channel, and ends itself when that breaks.
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export const root = join(import.meta.dirname, "..", "..", "..");

export type Process = {
  name: string;
  pid: number;
  /** True from the moment the process is gone. */
  readonly ended: boolean;
  /** Resolves with what ended it ("code 1", "SIGKILL"); never rejects. */
  readonly end: Promise<string>;
  /** The last lines that it wrote. */
  tail: () => string;
  kill: (signal: NodeJS.Signals) => void;
  /** Asks it to end (SIGTERM), insists after 12 seconds (SIGKILL); resolves when it is gone. */
  stop: () => Promise<void>;
};

type Options = {
  name: string;
  /** Path of the script, relative to the project. */
  script: string;
  args?: string[];
  /** Preloads, relative to the project. */
  imports?: string[];
  env: Record<string, string | undefined>;
  /** Every line that it writes. */
  onLine?: (line: string) => void;
  /** Where all that it writes is kept. */
  logFile?: string;
};

const TAIL_LINES = 40;

/** Starts a script of the project under this process's own Node, in a process group of its own: Ctrl-C reaches only the parent, which then ends it in good order. */
export function startProcess({ name, script, args = [], imports = [], env, onLine, logFile }: Options): Process {
  const preloads = ["test/local/demo/leash.ts", ...imports].flatMap((path) => ["--import", `./${path}`]);
  const own: Record<string, string | undefined> = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, TZ: process.env.TZ, ...env };
  const child = spawn(process.execPath, [...preloads, script, ...args], {
    cwd: root,
    env: own as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  const lines: string[] = [];
  const log = logFile ? createWriteStream(logFile, { flags: "a" }) : null;
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > TAIL_LINES) lines.shift();
      log?.write(`${line}\n`);
      onLine?.(line);
    });
  }
  let ended = false;
  const end = new Promise<string>((resolve) => {
    child.once("error", (fault) => resolve(fault.message));
    child.once("close", (code, signal) => resolve(signal ?? `code ${code}`));
  }).then((how) => {
    ended = true;
    log?.end();
    return how;
  });
  return {
    name,
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    end,
    tail: () => lines.join("\n"),
    kill: (signal) => void child.kill(signal),
    stop: () => stop(child, end),
  };
}

async function stop(child: ChildProcess, end: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await end;
  clearTimeout(insist);
}

/** Resolves when the address answers anything; throws when the process ends before, or after `withinMs`. */
export async function untilAnswers(running: Process, url: string, withinMs = 60_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await answers(url))) {
    if (running.ended) throw new Error(`${running.name} ended (${await running.end}) before it answered:\n${running.tail()}`);
    if (Date.now() > until) throw new Error(`${running.name} did not answer at ${url} within ${withinMs / 1000} s:\n${running.tail()}`);
    await sleep(40);
  }
}

// Not fetch: a test may have led fetch elsewhere.
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2_000, agent: false }, (response) => {
      response.destroy();
      resolve(true);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

/** True where nothing listens on the port, on any address of this machine. */
export function portIsFree(port: number): Promise<boolean> {
  const tryOn = (host: string | undefined) =>
    new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", (fault: NodeJS.ErrnoException) => resolve(fault.code !== "EADDRINUSE" && fault.code !== "EACCES"));
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
  return tryOn(undefined).then(async (free) => free && (await tryOn("127.0.0.1")));
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === "EPERM";
  }
}
