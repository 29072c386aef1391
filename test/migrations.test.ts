// The migrations are Prisma's own: what our runner applies, its CLI agrees with, and the other way round.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { migrate } from "#app/db/migrate.ts";

const root = join(import.meta.dirname, "..");
const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");
const names = ["migrations_ours", "migrations_theirs", "migrations_wanted"];
const urlOf = (name: string) => inject("postgresUrl").replace("/__database__?", `/${name}?`);

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf("postgres") });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

function prisma(database: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    // Naming any file as the engine keeps the CLI from downloading one: it works over our own driver (prisma.config.ts).
    const child = spawn(process.execPath, [cli, ...args], { cwd: root, env: { ...process.env, DATABASE_URL: urlOf(database), PRISMA_QUERY_ENGINE_LIBRARY: process.execPath } });
    let said = "";
    child.stdout.on("data", (text: Buffer) => (said += text.toString()));
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, said }));
  });
}

beforeAll(async () => {
  for (const name of names) {
    await administer(`drop database if exists ${name} with (force)`);
    await administer(`create database ${name}`);
  }
});
afterAll(async () => {
  for (const name of names) await administer(`drop database if exists ${name} with (force)`);
});

test("three starts at once apply each migration once, and Prisma's CLI finds the database up to date", async () => {
  const applied = await Promise.all([migrate(urlOf(names[0]!)), migrate(urlOf(names[0]!)), migrate(urlOf(names[0]!))]);
  expect(applied.flat()).toEqual(readdirSync(join(root, "prisma", "migrations")).filter((name) => !name.endsWith(".toml")));
  expect(await prisma(names[0]!, "migrate", "status")).toMatchObject({ code: 0, said: expect.stringContaining("up to date") });
}, 60_000);

test("Prisma's CLI applies the same files, and our runner then finds nothing to do", async () => {
  expect(await prisma(names[1]!, "migrate", "deploy")).toMatchObject({ code: 0 });
  expect(await migrate(urlOf(names[1]!))).toEqual([]);
}, 60_000);

type Made = { columns: unknown[]; indexes: string[] };

/** The columns and indexes of a database, as PostgreSQL itself describes them. */
async function madeIn(database: string): Promise<Made> {
  const client = new pg.Client({ connectionString: urlOf(database) });
  await client.connect();
  try {
    const columns = await client.query(
      `select table_name, column_name, data_type, udt_name, datetime_precision, is_nullable, column_default from information_schema.columns
       where table_schema = 'public' and table_name <> '_prisma_migrations' order by table_name, column_name`,
    );
    const indexes = await client.query<{ indexdef: string }>("select indexdef from pg_indexes where schemaname = 'public' and tablename <> '_prisma_migrations' order by indexdef");
    return { columns: columns.rows, indexes: indexes.rows.map((row) => row.indexdef) };
  } finally {
    await client.end();
  }
}

test("the migrations make what schema.prisma says", async () => {
  const wanted = await prisma(names[0]!, "migrate", "diff", "--from-empty", "--to-schema-datamodel", "prisma/schema.prisma", "--script");
  expect(wanted.code).toBe(0);
  const script = wanted.said.split("\n").filter((line) => !line.startsWith("Loaded Prisma config")).join("\n");
  const client = new pg.Client({ connectionString: urlOf(names[2]!) });
  await client.connect();
  await client.query(script).finally(() => client.end());

  await migrate(urlOf(names[0]!));
  const [ours, theirs] = [await madeIn(names[0]!), await madeIn(names[2]!)];
  expect(theirs.columns.length).toBeGreaterThan(100);
  expect(ours.columns).toEqual(theirs.columns);
  // What Prisma's schema language cannot say is an index over a part of a table.
  expect(ours.indexes.filter((index) => !index.includes(" WHERE "))).toEqual(theirs.indexes);
}, 60_000);
