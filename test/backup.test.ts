// A backup in the middle of the work, the loss of all that came after it, and the restore: in the end the ledger is what it should be, and the network was told nothing twice.
// It takes pg_dump and pg_restore with the server of their version, as Debian's package postgresql brings them; the npm package has the server alone.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase, pool } from "#app/db.server.ts";
import { migrate } from "#app/db/migrate.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { type LocalPostgres, startPostgres } from "#test/local/postgres.ts";
import { note } from "#test/support/deliver.ts";
import { setTestEnv } from "#test/support/env.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeShop } from "#test/support/shop.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { openScene, pass, SHOP, work, workFor, type Scene } from "#test/flow/reporting.ts";

const DEBIANS = "/usr/lib/postgresql";
const programs = existsSync(DEBIANS) ? (readdirSync(DEBIANS).map((version) => join(DEBIANS, version)).filter((dir) => ["pg_dump", "pg_restore", "postgres", "initdb"].every((name) => existsSync(join(dir, "bin", name)))).at(-1) ?? null) : null;

if (programs === null) process.stderr.write("backup and restore are not tried: pg_dump and its server are not installed (Debian: postgresql)\n");

const DATABASE = "creator_codes";
const ORDERS = Array.from({ length: 24 }, (_, n) => String(7_000 + n));
const LATE = Array.from({ length: 6 }, (_, n) => String(8_000 + n));

let scene: Scene;

describe.skipIf(programs === null)("backup and restore", () => {
  const dir = mkdtempSync(join(tmpdir(), "cc-backup-"));
  let postgres: LocalPostgres;

  beforeAll(async () => {
    postgres = await startPostgres({ dataDir: join(dir, "data"), settings: { fsync: "off" }, programs: programs! });
    await postgres.createDatabase(DATABASE);
    process.env.DATABASE_URL = postgres.url(DATABASE);
    setTestEnv();
    await migrate(postgres.url(DATABASE), join(import.meta.dirname, "..", "prisma", "migrations"));
    await makeShop({ shop: SHOP });
    scene = await openScene();
    await pool().query(`insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral) values ($1, 'p1', 'epoch', 'full', 'paid', 'order', 30, true)`, [SHOP]);
    await makeCreator("c1", { shop: SHOP, name: "Marie", memberships: [{ program: "p1", partnerId: scene.partnerId }] });
    await makeCode("k1", { shop: SHOP, code: "MARIE10", creator: "c1", program: "p1" });
  }, 240_000);

  afterAll(async () => {
    await scene?.close();
    await closeDatabase();
    await postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("ends with the ledger as it should be, and each sale told once", async () => {
    for (const id of ORDERS) await note(orderOf(id), { shop: SHOP, triggeredAt: CREATED });
    // Half of the work is done: some is settled, some told, some under way.
    await pool().query("update delivery set state = 'aside' where order_id = any($1)", [ORDERS.slice(16)]);
    await settleAll();
    pass(1);
    await work();
    await pool().query("update delivery set state = 'new' where state = 'aside'");
    run("pg_dump", ["--format=custom", `--file=${join(dir, "dump")}`, `--dbname=${postgres.url(DATABASE)}`]);

    // What the backup does not know: the rest is settled and told, orders are cancelled, others come.
    await settleAll();
    for (const id of LATE) await note(orderOf(id), { shop: SHOP, triggeredAt: CREATED });
    for (const id of ORDERS.slice(0, 4)) await note(cancelled(id), { shop: SHOP, triggeredAt: later(1) });
    await settleAll();
    await workFor(240);
    const [before, toldBefore] = [await ledger(), told()];
    expect(Object.keys(before)).toHaveLength(ORDERS.length + LATE.length);
    expect(toldBefore).toEqual(before);

    await closeDatabase();
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    run("pg_restore", ["--no-owner", "--exit-on-error", `--dbname=${postgres.url(DATABASE)}`, join(dir, "dump")]);
    await migrate(postgres.url(DATABASE), join(import.meta.dirname, "..", "prisma", "migrations"));
    expect(Object.keys(await ledger())).toHaveLength(16);

    // The store tells of all orders that changed since, each as it is now: what the first sweep brings.
    for (const id of [...ORDERS, ...LATE]) await note(ORDERS.indexOf(id) >= 0 && ORDERS.indexOf(id) < 4 ? cancelled(id) : orderOf(id), { shop: SHOP, topic: "fetch", triggeredAt: later(2) });
    await settleAll();
    await workFor(600);

    expect(await ledger()).toEqual(before);
    expect(told()).toEqual(before);
    expect((await verifyLedger()).differences).toEqual([]);
    const held = conversionsOf(scene.local.network).map(({ orderId }) => orderId);
    expect(new Set(held).size).toBe(held.length);
    const { rows: open } = await pool().query("select order_id, state, problem from conversion where next_at is not null or state = 'stuck'");
    expect(open).toEqual([]);
  }, 240_000);
});

const HOUR_MS = 3_600_000;
const CREATED = new Date(Date.now() - 3 * HOUR_MS).toISOString();
const later = (hours: number) => new Date(Date.parse(CREATED) + hours * HOUR_MS).toISOString();

function orderOf(id: string): Record<string, unknown> {
  return orderBody({ id, created_at: CREATED, updated_at: CREATED });
}

/** An order that was cancelled and refunded later. */
function cancelled(id: string): Record<string, unknown> {
  return orderBody({ id, created_at: CREATED, updated_at: later(1), financial_status: "refunded", cancelled_at: later(1) });
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

/** What is credited of each order, in minor units. */
async function ledger(): Promise<Record<string, string>> {
  const { rows } = await pool().query<{ id: string; sum: string }>("select order_id as id, sum(amount)::text as sum from ledger_entry where shop = $1 group by 1 order by 1", [SHOP]);
  return Object.fromEntries(rows.map(({ id, sum }) => [id, sum]));
}

/** What the network holds of each order, in minor units. */
function told(): Record<string, string> {
  const held = conversionsOf(scene.local.network).map(({ orderId, state, total }): [string, string] => [orderId, state === "reversed" ? "0" : total]);
  return Object.fromEntries(held.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function run(program: string, args: string[]): void {
  const done = spawnSync(join(programs!, "bin", program), args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr}`);
}
