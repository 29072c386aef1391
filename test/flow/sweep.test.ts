import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { now, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { startSweeping, sweepOnce, sweepShop } from "#app/flow/sweep.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { leadFetch } from "#test/local/lead.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { installed } from "#test/replay/install.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { testEnv } from "#test/support/env.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();

let store: LocalStore;
let unlead: () => void;

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-06-12T00:00:00Z") - Date.now());
  store = await startStore({ shop: { domain: SHOP, currency: "EUR" }, apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET });
  unlead = leadFetch({ store: store.url });
  const token = await installed(SHOP, store.store.sessionToken());
  setTokenSource(async () => token);
  await makeMariesShop();
});
afterAll(async () => {
  setTokenSource(null);
  unlead();
  await store.close();
});
beforeEach(async () => {
  await pool().query("delete from order_state");
});

async function drain(): Promise<void> {
  while ((await settleOnce()) + (await fetchOnce()) > 0);
}

async function orders(): Promise<unknown[]> {
  return (await pool().query("select order_id, outcome, credited::text, fetch_why from order_state order by order_id")).rows;
}

test("an order of which no delivery came is found, fetched and credited", async () => {
  store.store.setOrder(orderBody({ id: "3001" }) as never);
  expect(await sweepShop(SHOP, new Date("2026-06-10T00:00:00Z"))).toMatchObject({ ok: true, seen: 1, asked: 1 });
  await drain();
  expect(await orders()).toEqual([{ order_id: "3001", outcome: "credited", credited: "9000", fetch_why: "sweep" }]);
});

test("what is known as it stands is not asked for again; what the store has newer is", async () => {
  store.store.setOrder(orderBody({ id: "3001" }) as never);
  store.store.setOrder(orderBody({ id: "3002", updated_at: "2026-06-11T00:00:00+02:00", cancelled_at: "2026-06-11T00:00:00+02:00" }) as never);
  await note(orderBody({ id: "3001" }));
  await note(orderBody({ id: "3002" }));
  await drain();
  expect(await sweepShop(SHOP, new Date("2026-06-10T00:00:00Z"))).toMatchObject({ ok: true, seen: 2, asked: 1 });
  await drain();
  expect(await orders()).toMatchObject([{ order_id: "3001", outcome: "credited" }, { order_id: "3002", outcome: "not_credited" }]);
});

test("facts that an older reader made are read anew, once", async () => {
  store.store.setOrder(orderBody({ id: "3001" }) as never);
  await note(orderBody({ id: "3001" }));
  await drain();
  await pool().query("update order_state set reader_version = 1, facts = jsonb_set(facts, '{version}', '1')");
  await pool().query("update shop set sweep_tried_at = $1", [now()]);
  const begun = new Date(now().getTime() - 1_000);
  const versions = await pool().query<{ current: number }>("select max(reader_version) as current from order_state");
  // While there has been one reader only, nothing is older; the statement itself is asked with the next version.
  const { askForOlderReaders } = await import("#app/db/order.ts");
  expect(await askForOlderReaders(versions.rows[0]!.current + 1, now(), 10)).toBe(1);
  expect(await askForOlderReaders(versions.rows[0]!.current + 1, now(), 10)).toBe(0);
  await drain();
  expect(await askForOlderReaders(versions.rows[0]!.current + 1, now(), 10)).toBe(0);
  expect(await sweepOnce(begun)).toBe(0);
});

test("the loop sweeps a shop after a start, and then once an hour", async () => {
  await pool().query("update shop set sweep_tried_at = null, swept_at = null");
  const begun = now();
  expect(await sweepOnce(begun)).toBe(1);
  expect(await sweepOnce(begun)).toBe(0);
  setClockOffsetMs(Date.parse("2026-06-12T01:10:00Z") - Date.now());
  expect(await sweepOnce(begun)).toBe(1);
});

test("the loop looks through all orders for an older reader's facts once, not at each turn", async () => {
  await pool().query("update shop set sweep_tried_at = $1", [new Date(now().getTime() + 60_000)]);
  const query = vi.spyOn(pool(), "query");
  const asked = (what: string) => query.mock.calls.filter(([first]) => String(first).includes(what)).length;
  const loop = startSweeping();
  await vi.waitFor(() => expect(asked("sweep_tried_at nulls first")).toBeGreaterThan(1), 10_000);
  await loop.stop();
  expect(asked("reader_version between")).toBe(1);
  query.mockRestore();
});
