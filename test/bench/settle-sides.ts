// A database of its own with PostgreSQL on one core, and the processes that are measured on the other.
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { freePort, type Process, root, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { pinDatabase, pinTested } from "./pinned.ts";

/** A process that does its work each time it is asked to. */
export type Side = { url: string; process: Process };

export type Ground = { databaseUrl: string; postgresPid: number; start: (name: string, script: string) => Promise<Side> };

/** Runs `work` on an empty, migrated database, which is DATABASE_URL meanwhile; ends all that was started. `settings`: PostgreSQL's. */
export async function onOwnDatabase<T>(database: string, settings: Record<string, string>, work: (ground: Ground) => Promise<T>): Promise<T> {
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", database), settings });
  const running: Process[] = [];
  try {
    pinDatabase(postgres.pid);
    await postgres.dropDatabase(database);
    await postgres.createDatabase(database);
    const databaseUrl = postgres.url(database);
    process.env.DATABASE_URL = databaseUrl;
    setTestEnv();
    await migrate(databaseUrl, join(root, "prisma", "migrations"));
    const found = await work({ databaseUrl, postgresPid: postgres.pid, start: (name, script) => start(running, name, script, databaseUrl) });
    await (await import("#app/db.server.ts")).closeDatabase();
    return found;
  } finally {
    for (const each of running) await each.stop();
    await postgres.dropDatabase(database);
    await postgres.stop();
  }
}

async function start(running: Process[], name: string, script: string, databaseUrl: string): Promise<Side> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = startProcess({ name, script, env: { ...testEnv, NODE_ENV: "production", LOG_LEVEL: "warn", DATABASE_URL: databaseUrl, PORT: String(port) } });
  running.push(started);
  await untilAnswers(started, url);
  pinTested(started.pid);
  return { url, process: started };
}

/** Has it do its work; returns what it answers. */
export async function ask({ url }: Side, path = "/"): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { method: "POST", signal: AbortSignal.timeout(600_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

/** Whoever is measured next finds tables that were just tidied. */
export async function tidy(): Promise<void> {
  const { pool } = await import("#app/db.server.ts");
  await pool().query("vacuum analyze");
  await pool().query("checkpoint");
}
