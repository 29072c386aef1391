// Whether the database is as this build needs it.
import { readdir } from "node:fs/promises";
import { pool } from "../db.server.ts";

/** The migrations of this build that the database has not had; those of a later build are none of ours. */
export async function missingMigrations(dir: string): Promise<string[]> {
  const [files, { rows }] = await Promise.all([namesIn(dir), pool().query<{ name: string }>("select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null")]);
  const applied = new Set(rows.map(({ name }) => name));
  return files.filter((name) => !applied.has(name));
}

const names = new Map<string, Promise<string[]>>();

function namesIn(dir: string): Promise<string[]> {
  let found = names.get(dir);
  if (!found) {
    found = readdir(dir, { withFileTypes: true }).then((entries) => entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort());
    found.catch(() => names.delete(dir));
    names.set(dir, found);
  }
  return found;
}
