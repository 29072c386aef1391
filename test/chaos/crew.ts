// The app's processes, over one PostgreSQL. Whoever is gone is started again, as a platform does it; they answer on the same port as before.
import { freePort, type Process, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { testEnv } from "#test/support/env.ts";

export type Role = "all" | "web" | "worker";
export type Seat = { name: string; role: Role; skewMs: number };
type Member = Seat & { port: number; process: Process | null; starts: number; killed: boolean; ready: boolean };

export type Crew = {
  /** Where deliveries go. */
  webs: () => string[];
  /** kill -9; it is started again. Returns its name, or null where it was not running. */
  kill: (at: number) => string | null;
  /** True where each answers that runs. One that starts does not count. */
  pulse: () => Promise<boolean>;
  /** How many of them are not ready. */
  away: () => number;
  /** How often one ended that nobody killed, with its last words. */
  crashes: string[];
  stop: () => Promise<void>;
};

type Options = { seats: Seat[]; databaseUrl: string; wireFile: string; clockFile: string; seed: number; onLine: (name: string, line: string) => void };

/** Starts them all and waits until each answers. */
export async function startCrew(options: Options): Promise<Crew> {
  const members = await Promise.all(options.seats.map(async (seat): Promise<Member> => ({ ...seat, port: await freePort(), process: null, starts: 0, killed: false, ready: false })));
  const crashes: string[] = [];
  let stopping = false;
  const webs = members.filter(({ role }) => role !== "worker");
  const address = `http://localhost:${webs[0]!.port}`;

  async function keep(member: Member): Promise<void> {
    while (!stopping) {
      member.starts += 1;
      member.killed = false;
      const process = start(member, options, address);
      member.process = process;
      void untilAnswers(process, `http://127.0.0.1:${member.port}/healthz`, 240_000).then(() => (member.ready = true), () => {});
      const how = await process.end;
      member.ready = false;
      if (stopping || member.killed) continue;
      // While it was away another process of the machine was given its port: that is none of its faults, and would not pass by itself.
      if (process.tail().includes("is in use")) {
        member.port = await freePort();
        continue;
      }
      crashes.push(`${member.name} ended (${how}): ${process.tail().slice(-1_500)}`);
      await sleep(200);
    }
  }

  const keeping = members.map(keep);
  const crew: Crew = {
    crashes,
    webs: () => webs.map(({ port }) => `http://127.0.0.1:${port}`),
    away: () => members.filter(({ ready }) => !ready).length,
    pulse: async () => (await Promise.all(members.filter(({ ready }) => ready).map(({ port }) => answers(`http://127.0.0.1:${port}/healthz`)))).every(Boolean),
    kill(at) {
      const member = members[at % members.length]!;
      if (!member.ready || member.process === null) return null;
      member.killed = true;
      member.ready = false;
      member.process.kill("SIGKILL");
      return member.name;
    },
    async stop() {
      stopping = true;
      for (const { process } of members) process?.kill("SIGKILL");
      await Promise.all(keeping);
    },
  };
  while (crew.away() > 0) {
    if (crashes.length > 3) {
      await crew.stop();
      throw new Error(`the app does not start:\n${crashes.at(-1)}`);
    }
    await sleep(50);
  }
  return crew;
}

function start(member: Member, { databaseUrl, wireFile, clockFile, seed, onLine }: Options, address: string): Process {
  const { name, role, skewMs, port, starts } = member;
  return startProcess({
    name, script: "app/server.ts", imports: ["test/chaos/wire.ts"], onLine: (line) => onLine(name, line),
    env: {
      ...testEnv, NODE_ENV: "production", LOG_LEVEL: process.env.CHAOS_LOG ?? "error", DATABASE_URL: databaseUrl, PORT: String(port), SHOPIFY_APP_URL: address, CLOCK_FILE: clockFile, ROLE: role,
      CHAOS_WIRE: wireFile, CHAOS_SKEW_MS: String(skewMs), CHAOS_SEED: String(seed * 1_000 + starts * 10 + name.length + port),
    },
  });
}

/** Any answer will do: a process that has no database says so. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get(url, { timeout: 10_000 }, (response) => {
      response.resume();
      response.once("end", () => resolve(true));
    });
    asking.once("timeout", () => asking.destroy());
    // Killed this moment: it has no pulse to wait for.
    asking.once("error", (fault: NodeJS.ErrnoException) => resolve(fault.code === "ECONNREFUSED" || fault.code === "ECONNRESET"));
  });
}
