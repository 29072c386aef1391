// Applies prisma/migrations at start, in Prisma's own book-keeping (table, checksums, advisory lock), so that
// `prisma migrate deploy` and `status` agree with it, and no engine has to be downloaded.
import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

const PRISMA_LOCK = 72707369;

/** Applies what is missing, in order; returns the names applied. Throws where an applied migration's file has changed. */
export async function migrate(databaseUrl: string, dir = join(process.cwd(), "prisma", "migrations")): Promise<string[]> {
  const names = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "creator-codes migrations" });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${PRISMA_LOCK})`);
    await client.query(`create table if not exists _prisma_migrations (
      id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
      logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`);
    const known = await client.query<{ migration_name: string; checksum: string }>(
      "select migration_name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null",
    );
    const applied = new Map(known.rows.map((row) => [row.migration_name, row.checksum]));
    const done: string[] = [];
    for (const name of names) {
      const script = await readFile(join(dir, name, "migration.sql"));
      const checksum = createHash("sha256").update(script).digest("hex");
      const before = applied.get(name);
      if (before !== undefined) {
        if (before !== checksum) throw new Error(`migration ${name} was changed after it was applied: restore its file, and put the change into a new migration`);
        continue;
      }
      // One simple query is one transaction: a migration is applied whole or not at all, its note with it.
      await client.query(
        `begin;\n${script.toString("utf8")}\n;insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ('${randomUUID()}', '${checksum}', '${name}', now(), 1);\ncommit;`,
      ).catch(async (fault: unknown) => {
        await client.query("rollback").catch(() => {});
        throw fault;
      });
      done.push(name);
    }
    return done;
  } finally {
    await client.end();
  }
}
