// Once per test run: Prisma's client where it is missing, PostgreSQL, and a template database with the migrations applied.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { isAlive } from "#test/local/demo/processes.ts";
import { type LocalPostgres, startPostgres } from "#test/local/postgres.ts";
import { setTestEnv } from "./env.ts";

declare module "vitest" {
  // Declaration merging, which vitest asks for, exists for interfaces only.
  interface ProvidedContext {
    /** A connection string whose database is called __database__. */
    postgresUrl: string;
    templateDatabase: string;
  }
}

const root = join(import.meta.dirname, "..", "..");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  setTestEnv();
  await ensurePrismaClient();

  const { postgres, admin } = await connect();
  // Several runs may share the server: each has its template, and a run's process id tells whether it still lives.
  const template = `template_${process.pid}_${randomBytes(3).toString("hex")}`;
  await dropLeftOvers(admin);
  await admin.query(`create database "${template}"`);
  await migrate(postgres.url(template), join(root, "prisma", "migrations"));

  project.provide("postgresUrl", postgres.url("__database__"));
  project.provide("templateDatabase", template);

  return async () => {
    await admin.query(`drop database if exists "${template}" with (force)`);
    const others = await admin.query(
      "select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1",
    );
    await admin.end();
    // The last run turns out the light.
    if (others.rowCount === 0) await postgres.stop();
  };
}

async function connect(): Promise<{ postgres: LocalPostgres; admin: pg.Client }> {
  for (let attempt = 1; ; attempt++) {
    const postgres = await startPostgres({
      dataDir: join(root, ".data", "test", "postgres"),
      // What tests write need not survive a power cut.
      settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
    });
    const admin = new pg.Client({ connectionString: postgres.url("postgres") });
    try {
      await admin.connect();
      return { postgres, admin };
    } catch (fault) {
      // Another run may just have stopped the server that this one found.
      if (attempt === 5) throw fault;
    }
  }
}

/** Templates of runs that are gone, and, where no other run lives, the databases of their test files. */
async function dropLeftOvers(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    "select datname as name from pg_database where datname like 'template\\_%' or datname like 'test\\_%'",
  );
  const names = rows.map((row) => row.name);
  const dead = names.filter((name) => name.startsWith("template_") && !isAlive(Number(name.split("_")[1])));
  const othersLive = names.some((name) => name.startsWith("template_") && !dead.includes(name));
  const left = othersLive ? dead : names;
  for (const name of left) await admin.query(`drop database if exists "${name}" with (force)`);
}
