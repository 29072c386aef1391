// A period of many orders: whatever is done with all of them is done in pages, each kept with the place where the next one goes on.
import { beforeEach, expect, it } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { listReconciliations, readReconciliation } from "#app/db/reads/reconcile.ts";
import { wallTime } from "#app/domain/zone.ts";
import { reconcileOnce, tidyReconciliations } from "#app/flow/reconcile.ts";
import { planReconciliation } from "#app/flow/reconcile-acts.ts";
import { LAMP } from "#test/local/store/testing.ts";
import { useDatabase } from "#test/support/database.ts";
import { pass, SHOP, useScene } from "./reporting.ts";
import { useSelling } from "./selling.ts";

useDatabase();
const turn = useScene();
const selling = useSelling(turn);
const DAY_MS = 86_400_000;
const ORDERS = 21_000;
/** More rows than this in one statement, and it is ended as one that takes too long. */
const MOST_ROWS = 10_000;

beforeEach(async () => {
  for (const order of [...selling.store.store.orders()]) selling.store.store.deleteOrder(String(order.id));
  await pool().query("delete from order_state");
  await pool().query(`create or replace function too_many() returns trigger language plpgsql as $$ begin
    if (select count(*) from touched) > ${MOST_ROWS} then raise exception 'canceling statement due to statement timeout' using errcode = '57014'; end if; return null; end $$`);
  for (const table of ["reconciliation_order", "reconciliation_difference"]) {
    await pool().query(`create or replace trigger few_in after insert on ${table} referencing new table as touched for each statement execute function too_many()`);
    await pool().query(`create or replace trigger few_out after delete on ${table} referencing old table as touched for each statement execute function too_many()`);
  }
});

/** Orders that the store does not list, thousands of them made in one instant, as an import does. */
async function makeOrders(): Promise<void> {
  await pool().query(
    `insert into order_state (shop, order_id, name, created_at, updated_ns, reader_version, facts, outcome)
     select $1, (7000000 + n)::text, '#' || n, $2::timestamptz + (n / 5000) * interval '1 minute', 1, 1, '{"test": false, "cancelledAt": null, "financialStatus": "paid", "listedCodes": []}', 'none' from generate_series(1, ${ORDERS}) n`,
    [SHOP, new Date(nowMs() - DAY_MS)],
  );
}

async function plan(): Promise<string> {
  const day = (ago: number) => wallTime(new Date(nowMs() - ago * DAY_MS), "Europe/Berlin").date;
  const planned = await planReconciliation(SHOP, { fromDate: day(3), toDate: day(0) }, false, "Camille");
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return planned.id;
}

it("what is known here is added page by page, goes on where a worker that died had come to, and all of it is compared once", async () => {
  await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], codes: [] });
  pass(20);
  await makeOrders();
  const id = await plan();
  expect(await reconcileOnce()).toBe(1);
  const [head] = (await listReconciliations(SHOP, 1)).rows;
  expect(head).toMatchObject({ state: "running", stage: "app" });
  expect(head!.done).toBeGreaterThan(0);
  expect(head!.done).toBeLessThan(ORDERS);
  expect((await pool().query("select count(*)::int as count from reconciliation_order")).rows).toEqual([{ count: 1 + head!.done }]);

  // The next one dies with a page in hand that was not committed; its lease ends, and somebody else goes on.
  await pool().query("create function dies() returns trigger language plpgsql as $$ begin raise exception 'the worker is gone' using errcode = '57P01'; end $$");
  await pool().query("create trigger dies before update on reconciliation for each row when (new.done > old.done) execute function dies()");
  await expect(reconcileOnce()).rejects.toThrow("the worker is gone");
  await pool().query("drop trigger dies on reconciliation");
  expect(await reconcileOnce()).toBe(0);
  pass(2);

  let most = 0;
  while ((await reconcileOnce()) > 0) most = Math.max(most, ...(await pool().query<{ total: number }>("select total from reconciliation")).rows.map(({ total }) => total));
  const run = await readReconciliation(SHOP, { id, cause: "", page: 1 }, now());
  expect([most, run!.done, run!.total]).toEqual([ORDERS + 1, ORDERS + 1, ORDERS + 1]);
  expect(run).toMatchObject({ state: "done", problem: null, sums: { store: { orders: 1 }, app: { orders: ORDERS + 1 }, causes: { gone_in_store: ORDERS } } });
  expect((await pool().query("select count(distinct order_id)::int as orders from reconciliation_difference")).rows).toEqual([{ orders: ORDERS }]);
  expect((await pool().query("select from reconciliation_order")).rowCount).toBe(0);

  // It is thrown away with as much care, also where it was stopped with all its orders still to be compared.
  await pool().query(`insert into reconciliation_order (shop, reconciliation_id, order_id) select $1, $2, n::text from generate_series(1, ${MOST_ROWS}) n`, [SHOP, id]);
  await pool().query(`insert into reconciliation_order (shop, reconciliation_id, order_id) select $1, $2, 'more ' || n from generate_series(1, ${MOST_ROWS}) n`, [SHOP, id]);
  await pool().query("update reconciliation set created_at = created_at - interval '100 days'");
  expect(await tidyReconciliations()).toBe(1);
  expect((await pool().query("select from reconciliation union all select from reconciliation_order union all select from reconciliation_difference")).rowCount).toBe(0);
}, 120_000);

it("a run that an earlier version left before it had added what is known here comes to its end", async () => {
  await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], codes: [] });
  pass(20);
  const id = await plan();
  await pool().query(`update reconciliation set stage = 'app', begun_at = $1, cursor = '{"after":null,"shownSinceMs":null,"listed":0}', summary = '{"store":{"orders":0,"withCodes":0},"app":{"orders":0,"withCodes":0},"programs":[],"causes":{},"known":{}}'`, [now()]);
  while ((await reconcileOnce()) > 0);
  expect(await readReconciliation(SHOP, { id, cause: "", page: 1 }, now())).toMatchObject({ state: "done", done: 1, total: 1, sums: { app: { orders: 1 } } });
});
