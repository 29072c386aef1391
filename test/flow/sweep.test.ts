import { describe, expect, test, vi } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { sweepOnce, sweepShop } from "#app/flow/sweep.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { useDatabase } from "#test/support/database.ts";
import { useSweptShop } from "./swept-shop.ts";

useDatabase();
const stage = useSweptShop();

async function drain(): Promise<void> {
  while ((await settleOnce()) + (await fetchOnce()) > 0);
}

async function orders(): Promise<unknown[]> {
  return (await pool().query("select order_id, outcome, credited::text, fetch_why from order_state order by order_id")).rows;
}

async function sweeps() {
  return (await pool().query(`select why, state, kind, seen, asked, missed, problem from order_sweep order by id`)).rows;
}

const hour = 3_600_000;

describe("what a sweep finds", () => {
  test("an order of which no delivery came is found, fetched and credited", async () => {
    stage.store.store.setOrder(orderBody({ id: "3001" }) as never);
    expect(await sweepOnce(now())).toBe(1);
    await drain();
    expect(await orders()).toEqual([{ order_id: "3001", outcome: "credited", credited: "9000", fetch_why: "sweep" }]);
    expect(await sweeps()).toEqual([{ why: "start", state: "done", kind: "pages", seen: 1, asked: 1, missed: 1, problem: null }]);
  });

  test("what is known as it stands is not asked for again; what the store has newer is", async () => {
    stage.store.store.setOrder(orderBody({ id: "3001" }) as never);
    stage.store.store.setOrder(orderBody({ id: "3002", updated_at: "2026-06-11T00:00:00+02:00", cancelled_at: "2026-06-11T00:00:00+02:00" }) as never);
    await note(orderBody({ id: "3001" }));
    await note(orderBody({ id: "3002" }));
    await drain();
    await sweepOnce(now());
    await drain();
    expect(await orders()).toMatchObject([{ order_id: "3001", outcome: "credited" }, { order_id: "3002", outcome: "not_credited" }]);
    expect(await sweeps()).toMatchObject([{ seen: 2, asked: 1, missed: 1 }]);
  });

  test("what a delivery told, and what is not settled yet, is no loss, and is not asked for", async () => {
    stage.store.store.setOrder(orderBody({ id: "3001" }) as never);
    await note(orderBody({ id: "3001" }));
    await sweepOnce(now());
    expect(await sweeps()).toMatchObject([{ seen: 1, asked: 0, missed: 0 }]);
  });

  test("what changed a moment ago is asked for, but nobody lost it: its delivery may be under way", async () => {
    stage.store.store.setOrder(orderBody({ id: "3001", updated_at: new Date(now().getTime() - 60_000).toISOString() }) as never);
    await sweepOnce(now());
    expect(await sweeps()).toMatchObject([{ seen: 1, asked: 1, missed: 0 }]);
    expect((await pool().query("select from delivery_gap")).rowCount).toBe(0);
  });

  test("at once, without a row, for the replay of cases", async () => {
    stage.store.store.setOrder(orderBody({ id: "3001" }) as never);
    expect(await sweepShop(SHOP, new Date("2026-06-10T00:00:00Z"))).toEqual({ ok: true, seen: 1, asked: 1 });
    expect(await sweeps()).toEqual([]);
  });
});

describe("when", () => {
  test("after a start, and then once an hour", async () => {
    const begun = now();
    expect(await sweepOnce(begun)).toBe(1);
    expect(await sweepOnce(begun)).toBe(0);
    stage.forward(70 * 60_000);
    expect(await sweepOnce(begun)).toBe(1);
    expect(await sweeps()).toMatchObject([{ why: "start" }, { why: "schedule" }]);
  });

  test("ten processes that are started one after the other sweep twice at most, the second time once that is worth it", async () => {
    for (let process = 0; process < 10; process++) {
      stage.forward(10_000);
      await sweepOnce(now());
    }
    expect(await sweeps()).toHaveLength(1);
    const last = now();
    stage.forward(5 * 60_000);
    for (let process = 0; process < 10; process++) await sweepOnce(last);
    expect(await sweeps()).toHaveLength(2);
  });

  test("several workers at once: each shop is swept once", async () => {
    for (let n = 0; n < 450; n++) stage.store.store.setOrder(orderBody({ id: String(4_000 + n) }) as never);
    const begun = now();
    const done = await Promise.all(Array.from({ length: 6 }, () => sweepOnce(begun)));
    expect(done.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await sweeps()).toMatchObject([{ seen: 450, asked: 450, missed: 450 }]);
  }, 30_000);

  test("a shop without the app is not asked", async () => {
    await pool().query("update shop set uninstalled_at = $1", [now()]);
    expect(await sweepOnce(now())).toBe(0);
  });
});

describe("what goes wrong", () => {
  test("a throttled store is asked again when it says so, and that is no problem", async () => {
    stage.store.store.troubleApi("too_many", 1);
    stage.store.store.setOrder(orderBody({ id: "3001" }) as never);
    expect(await sweepOnce(now())).toBe(1);
    expect(await sweeps()).toMatchObject([{ state: "waiting", problem: null }]);
    expect(await sweepOnce(now())).toBe(0);
    stage.forward(3_000);
    await sweepOnce(now());
    expect(await sweeps()).toMatchObject([{ state: "done", seen: 1 }]);
  });

  test("a store that does not answer is asked again later, from where it was", async () => {
    for (let n = 0; n < 450; n++) stage.store.store.setOrder(orderBody({ id: String(4_000 + n) }) as never);
    let pages = 0;
    stage.before = (text) => {
      if (text.includes("OrdersChanged") && ++pages === 2) return Response.json({}, { status: 503 });
      return null;
    };
    await sweepOnce(now());
    expect(await sweeps()).toMatchObject([{ state: "reading", seen: 200, problem: expect.stringContaining("store.unavailable") }]);
    stage.forward(10_000);
    await sweepOnce(now());
    expect(await sweeps()).toMatchObject([{ state: "done", seen: 450, asked: 450, problem: null }]);
    expect(pages).toBe(4);
  });

  test("a worker that dies leaves the sweep to the next one once its lease is over, and counts nothing", async () => {
    for (let n = 0; n < 450; n++) stage.store.store.setOrder(orderBody({ id: String(4_000 + n) }) as never);
    const gate = Promise.withResolvers<Response>();
    let pages = 0;
    stage.before = (text) => (text.includes("OrdersChanged") && ++pages === 2 ? gate.promise : null);
    const dead = sweepOnce(now());
    await vi.waitFor(() => expect(pages).toBe(2), 10_000);
    stage.before = null;
    expect(await sweepOnce(now())).toBe(0);
    stage.forward(4 * 60_000);
    expect(await sweepOnce(new Date(0))).toBe(1);
    gate.resolve(Response.json({ data: { orders: { nodes: [{ id: "gid://shopify/Order/9999", updatedAt: "2026-06-10T08:00:00Z" }], pageInfo: { hasNextPage: false, endCursor: null } } } }));
    await dead;
    expect(await sweeps()).toMatchObject([{ state: "done", seen: 450, asked: 450, missed: 450 }]);
    expect((await pool().query("select from order_state where order_id = '9999'")).rowCount).toBe(0);
    expect((await pool().query("select orders from delivery_gap")).rows).toEqual([{ orders: 450 }]);
  }, 30_000);

  test("an hour that our clock is ahead costs no change: the span goes by the store's own times", async () => {
    stage.store.store.setOrder(orderBody({ id: "3001" }) as never);
    stage.forward(hour);
    await sweepOnce(now());
    stage.forward(-hour);
    const at = new Date(now().getTime() - 30 * 60_000).toISOString();
    stage.store.store.setOrder(orderBody({ id: "3002", updated_at: at }) as never);
    stage.forward(2 * hour);
    await sweepOnce(now());
    expect(await sweeps()).toMatchObject([{ asked: 1 }, { asked: 1 }]);
  });
});
