// The database of a chaos run: a PostgreSQL of its own, which can be restarted, whose connections can be cut, and whose disk can be said to be full.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { migrate } from "#app/db/migrate.ts";
import { isAlive, root } from "#test/local/demo/processes.ts";
import { type LocalPostgres, startPostgres } from "#test/local/postgres.ts";

export type ChaosDatabase = {
  url: string;
  /** Asks the database from outside of the app; while it is away, waits for it. */
  ask: <T extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<T[]>;
  /** Ends the server in good order (fast), or at once as a crash does (immediate), and starts it again. */
  restart: (how: "fast" | "immediate") => Promise<void>;
  /** Ends about half of the app's connections. Returns how many. */
  cut: () => Promise<number>;
  /** From now on, or no longer, every write is refused with 53100, as where the disk is full. */
  setFull: (full: boolean) => Promise<void>;
  /** How many statements were refused for that. */
  refused: () => Promise<number>;
  close: () => Promise<void>;
};

const NAME = "chaos";
/** What a run writes need not survive a power cut: nobody pulls the plug. A crash of the server loses nothing of what it was told to keep. */
const SETTINGS = { fsync: "off", full_page_writes: "off", max_connections: "400", max_wal_size: "4GB" };
/** A disk cannot be filled up here without filling that of others: a trigger on every table says what PostgreSQL says then. */
const FULL_DISK = `
  create schema chaos; create table chaos.full_disk (since timestamptz not null); create sequence chaos.refused;
  create function chaos.write() returns trigger language plpgsql as $$ begin
    if exists (select from chaos.full_disk) then
      perform nextval('chaos.refused');
      raise exception 'could not extend file "base/16384/24576": No space left on device' using errcode = '53100', hint = 'Check free disk space.';
    end if;
    return null;
  end $$;
  do $$ declare name regclass; begin
    for name in select c.oid::regclass from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') loop
      execute format('create trigger chaos_full_disk before insert or update or delete on %s for each statement execute function chaos.write()', name);
    end loop;
  end $$;`;

/** Starts a server of this run's own, with a migrated and empty database. */
export async function openDatabase(): Promise<ChaosDatabase> {
  const dataDir = join(root, ".data", "chaos", `postgres-${process.pid}`);
  let postgres = await startPostgres({ dataDir, settings: SETTINGS });
  await postgres.createDatabase(NAME);
  const url = postgres.url(NAME);
  await migrate(url, join(root, "prisma", "migrations"));
  const database = outside(url);
  const [{ data_directory: kept }] = (await database.ask<{ data_directory: string }>("show data_directory")) as [{ data_directory: string }];
  await database.ask(FULL_DISK);
  return {
    url,
    ask: database.ask,
    async restart(how) {
      await end(postgres, how);
      postgres = await startPostgres({ dataDir, settings: SETTINGS });
    },
    async cut() {
      const rows = await database.ask("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid() and application_name <> 'chaos' and random() < 0.5", [NAME]);
      return rows.length;
    },
    setFull: async (full) => void (await database.ask(full ? "insert into chaos.full_disk values (now())" : "delete from chaos.full_disk")),
    refused: async () => Number((await database.ask<{ n: string }>("select case when is_called then last_value else 0 end as n from chaos.refused"))[0]!.n),
    async close() {
      await database.close();
      await postgres.stop();
      for (let waited = 0; waited < 100 && isAlive(postgres.pid); waited++) await sleep(50);
      if (kept.includes("chaos") || kept.includes("creator-codes-data-")) rmSync(kept, { recursive: true, force: true });
    },
  };
}

async function end({ pid, stop }: LocalPostgres, how: "fast" | "immediate"): Promise<void> {
  if (how === "fast") await stop();
  else process.kill(pid, "SIGQUIT");
  while (isAlive(pid)) await sleep(20);
}

function outside(url: string): { ask: ChaosDatabase["ask"]; close: () => Promise<void> } {
  let client: pg.Client | null = null;
  return {
    async ask(sql, values = []) {
      for (let tries = 1; ; tries++) {
        try {
          if (client === null) {
            const fresh = new pg.Client({ connectionString: url, application_name: "chaos" });
            fresh.on("error", () => (client = null));
            await fresh.connect();
            client = fresh;
          }
          return (await client.query(sql, values)).rows;
        } catch (fault) {
          if (fault instanceof pg.DatabaseError && !["57P01", "57P02", "57P03"].includes(fault.code ?? "")) throw fault;
          if (tries === 400) throw fault;
          client = null;
          await sleep(100);
        }
      }
    },
    close: async () => void (await client?.end().catch(() => {})),
  };
}
