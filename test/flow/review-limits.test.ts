// A shop that is removed is large, and statements and transactions of the server may take only so long (app/db.server.ts): the removal comes to its end all the same.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { closeDatabase, pool } from "#app/db.server.ts";
import { removeShop } from "#app/db/privacy.ts";
import { answerPrivacyOnce } from "#app/flow/privacy.ts";
import { startSettling } from "#app/flow/settle.ts";
import { sumOnce } from "#app/flow/sums.ts";
import { log } from "#app/log.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeProgram } from "#test/support/shop.ts";

useDatabase();
afterAll(() => setClockOffsetMs(0));

const [LARGE, LEFT, OTHER] = ["large.myshopify.com", "left.myshopify.com", "other.myshopify.com"];
const ORDERS = 7;

beforeAll(async () => {
  for (const shop of [LARGE, LEFT, OTHER]) {
    await pool().query("insert into shop (shop, name, created_at, uninstalled_at) values ($1, 'Large', now(), now())", [shop]);
    await pool().query(`insert into order_state (shop, order_id, name, created_at, visitor) select $1, n::text, '#' || n, now(), 'v' || n from generate_series(1, ${ORDERS}) n`, [shop]);
    await pool().query(`insert into code (shop, id, code, key, match, created_at) select $1, 'k' || n, 'CODE' || n, 'CODE' || n, 'exact', now() from generate_series(1, ${ORDERS}) n`, [shop]);
    await pool().query(`insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select $1, 'k' || n, now(), 'c1', 'p1', 'always' from generate_series(1, ${ORDERS}) n`, [shop]);
  }
});

async function left(shop: string): Promise<unknown> {
  const { rows } = await pool().query(
    `select (select count(*)::int from order_state where shop = $1 and (visitor is not null or name <> '' or redacted_at is null)) as orders,
      (select count(*)::int from code where shop = $1 and (code <> '' or terms <> '[]')) as codes, (select count(*)::int from code_term where shop = $1) as terms`,
    [shop],
  );
  return rows[0];
}

test("a shop is removed piece by piece, and no row is left over between two pieces", async () => {
  expect(await removeShop(LARGE, new Date("2026-06-10T08:00:00Z"), 2)).toMatchObject({ order_state: ORDERS, code: ORDERS, code_term: ORDERS, shop: 1 });
  expect(await left(LARGE)).toEqual({ orders: 0, codes: 0, terms: 0 });
  expect(await left(OTHER)).toEqual({ orders: ORDERS, codes: ORDERS, terms: ORDERS });
});

test("a removal that takes longer than a transaction may stand still is answered all the same", async () => {
  await pool().query("insert into privacy_request (shop, id, topic, received_at, due_at, state) values ($1, 'w1', 'shop/redact', now(), now(), 'new')", [LEFT]);
  await pool().query(`create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return new; end $$`);
  await pool().query("create trigger slowly before update on order_state for each row execute function slowly()");
  const { rows } = await pool().query<{ name: string }>("select current_database() as name");
  await pool().query(`alter database "${rows[0]!.name}" set idle_in_transaction_session_timeout = '400ms'`);
  await closeDatabase(); // the limit holds for connections that begin from here on
  expect(await answerPrivacyOnce()).toBe(1);
  const { rows: requests } = await pool().query("select state, tries from privacy_request");
  expect(requests).toEqual([{ state: "done", tries: 0 }]);
});

test("what is left over of an earlier process, and cannot be done, does not keep this one from settling", async () => {
  await makeProgram("p1", { shop: OTHER, network: "none" });
  await pool().query("update program set members_from = '2026-01-01' where shop = $1", [OTHER]);
  // The order that stays behind is another one than the order that is settled, whose decision goes with its settling.
  await pool().query("insert into decision (shop, order_id, code_id, outcome, reason, program_id, place) values ($1, '2', 'k1', 'credited', 'credited', 'p1', 0)", [OTHER]);
  await pool().query("create function never() returns trigger language plpgsql as $$ begin raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end $$");
  await pool().query("create trigger never before insert on delivery for each row when (new.topic = 'members') execute function never()");
  await pool().query("insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state) values ($1, 'w1', 'orders/delete', now(), '1', '', 'new')", [OTHER]);
  const settling = startSettling();
  await expect.poll(async () => (await pool().query("select state from delivery where webhook_id = 'w1'")).rows, { timeout: 15_000 }).toEqual([{ state: "done" }]);
  expect((await pool().query("select members_from is not null as waits from program")).rows).toEqual([{ waits: true }]);
  await pool().query("drop trigger never on delivery");
  await expect.poll(async () => (await pool().query("select members_from is not null as waits from program")).rows, { timeout: 60_000 }).toEqual([{ waits: false }]);
  await settling.stop();
}, 120_000);

test("a shop whose sums take too long keeps no other shop's from being built", async () => {
  await pool().query("create function too_long() returns trigger language plpgsql as $$ begin raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end $$");
  await pool().query(`create trigger too_long before update of built_at on sum_state for each row when (new.shop = '${LARGE}') execute function too_long()`);
  for (let turns = 0; turns < 3; turns++) await expect(sumOnce()).rejects.toThrow("statement timeout");
  expect((await pool().query("select shop, built_at is not null as built from sum_state order by shop")).rows).toEqual([{ shop: LARGE, built: false }, { shop: LEFT, built: true }, { shop: OTHER, built: true }]);
});

test("a shop whose time zone the database does not know is tried ever less often, and built soon after the zone is known", async () => {
  await pool().query("drop trigger too_long on sum_state");
  while ((await sumOnce()) > 0);
  await pool().query("update shop set timezone = 'Mars/Olympus_Mons' where shop = $1", [OTHER]);
  const told = vi.spyOn(log, "error");
  const tries = () => told.mock.calls.filter(([about]) => (about as { shop?: string }).shop === OTHER).length;
  const pass = async (seconds: number) => {
    for (let gone = 0; gone < seconds; gone++) {
      setClockOffsetMs(nowMs() + 1_000 - Date.now());
      await sumOnce();
    }
  };
  await pass(60);
  const first = tries();
  await pass(60);
  expect([first > 0, first < 6, tries() - first < 3]).toEqual([true, true, true]);
  await pool().query("update shop set timezone = 'Pacific/Auckland' where shop = $1", [OTHER]);
  setClockOffsetMs(nowMs() + 15 * 60_000 - Date.now());
  while ((await sumOnce()) > 0);
  expect((await pool().query("select zone, built_at is not null as built from sum_state where shop = $1", [OTHER])).rows).toEqual([{ zone: "Pacific/Auckland", built: true }]);
  told.mockRestore();
});
