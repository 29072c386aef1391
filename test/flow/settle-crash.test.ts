// PostgreSQL falls a moment after settling has committed, before any of it was on the disk: the orders are settled again, and stand once in the ledger.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, pool } from "#app/db.server.ts";
import { migrate } from "#app/db/migrate.ts";
import { claimDueConversions } from "#app/db/conversion.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { isAlive } from "#test/local/demo/processes.ts";
import { type LocalPostgres, startPostgres } from "#test/local/postgres.ts";
import { note } from "#test/support/deliver.ts";
import { setTestEnv } from "#test/support/env.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

const DATABASE = "crash";
const dir = mkdtempSync(join(tmpdir(), "cc-crash-"));
let postgres: LocalPostgres;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: join(dir, "data") });
  await postgres.createDatabase(DATABASE);
  process.env.DATABASE_URL = postgres.url(DATABASE);
  setTestEnv();
  await migrate(postgres.url(DATABASE), join(import.meta.dirname, "../../prisma/migrations"));
  await makeMariesShop(SHOP);
});

afterAll(async () => {
  await closeDatabase();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Nothing gets to the disk any more but what somebody waits for. */
async function holdWriter(): Promise<number> {
  const { rows } = await pool().query<{ pid: number }>("select pid from pg_stat_activity where backend_type = 'walwriter'");
  process.kill(rows[0]!.pid, "SIGSTOP");
  return rows[0]!.pid;
}

/** As where the server is killed: what it had in its own memory is gone. */
async function crash(writer: number): Promise<void> {
  process.kill(postgres.pid, "SIGQUIT");
  process.kill(writer, "SIGKILL");
  while (isAlive(postgres.pid)) await sleep(20);
  await closeDatabase();
  postgres = await startPostgres({ dataDir: join(dir, "data") });
}

async function standing(): Promise<unknown> {
  const { rows } = await pool().query(`select (select count(*)::int from delivery where state = 'new') as waiting, (select count(*)::int from order_state where credited > 0) as credited,
    (select count(*)::int from ledger_entry) as entries, (select count(*)::int from conversion) as conversions, (select count(*)::int from sum_change) as sums`);
  return rows[0];
}

const SETTLED = { waiting: 0, credited: 3, entries: 3, conversions: 3, sums: 3 };

test("what was settled and not yet on the disk is settled again", async () => {
  for (const id of ["1", "2", "3"]) await note(orderBody({ id }));
  const writer = await holdWriter();
  expect(await settleOnce()).toBe(3);
  expect(await standing()).toEqual(SETTLED);
  await crash(writer);
  expect(await standing()).toEqual({ waiting: 3, credited: 0, entries: 0, conversions: 0, sums: 0 });
  expect(await settleOnce()).toBe(3);
  expect(await standing()).toEqual(SETTLED);
  expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
});

test("once somebody was about to tell of it, it is on the disk", async () => {
  await note(orderBody({ id: "4" }));
  const writer = await holdWriter();
  expect(await settleOnce()).toBe(1);
  const at = new Date(Date.now() + 3_600_000);
  const claimed = await claimDueConversions(null, at, new Date(at.getTime() + 60_000), 100);
  expect(claimed.length).toBeGreaterThan(0);
  await crash(writer);
  expect(await standing()).toEqual({ waiting: 0, credited: 4, entries: 4, conversions: 4, sums: 4 });
});
