// Whether the database is as this build needs it.
import { readdir } from "node:fs/promises";
import { pool } from "../db.server.ts";

/** What keeps this build from working with the database: migrations that it has not had (those of a later build are none of ours), or that it takes no changes. */
export async function lookAtDatabase(dir: string): Promise<{ missing: string[]; readOnly: boolean }> {
  const [files, { rows }] = await Promise.all([namesIn(dir), pool().query<{ name: string; ro: boolean }>("select migration_name as name, current_setting('transaction_read_only') = 'on' as ro from _prisma_migrations where finished_at is not null and rolled_back_at is null")]);
  const applied = new Set(rows.map(({ name }) => name));
  return { missing: files.filter((name) => !applied.has(name)), readOnly: rows.some(({ ro }) => ro) };
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
