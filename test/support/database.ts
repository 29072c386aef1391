// A fresh database for a test file: a copy of the run's migrated template, on the server that global-setup started.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { closeDatabase } from "#app/db.server.ts";
import { setTestEnv } from "./env.ts";

export type TestDatabase = {
  /** A connection string; set from the first beforeAll on. */
  readonly url: string;
};

/**
 * Call at the top of a test file. Before its tests it makes a database and sets DATABASE_URL and the other variables;
 * after them it closes the app's pool and drops the database.
 */
export function useDatabase(): TestDatabase {
  setTestEnv();
  const name = `test_${randomBytes(6).toString("hex")}`;
  let url = "";
  const handle: TestDatabase = {
    get url() {
      if (url === "") throw new Error("the database is made in beforeAll: ask for its url inside a test or a later hook");
      return url;
    },
  };
  // Set at once as well, so that a module that reads the environment while it is imported finds it.
  const address = inject("postgresUrl").replace("/__database__?", `/${name}?`);
  process.env.DATABASE_URL = address;

  beforeAll(async () => {
    await administer(`create database "${name}" template "${inject("templateDatabase")}"`);
    url = address;
  });

  afterAll(async () => {
    await closeDatabase();
    await administer(`drop database if exists "${name}" with (force)`);
  });

  return handle;
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl").replace("/__database__?", "/postgres?") });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
