// A sweep whose worker is killed at any call to the store, before it goes out or before its answer is read: the next one ends it, with the same outcome.
import { describe, expect, test, vi } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { sweepOnce } from "#app/flow/sweep.ts";
import { forgetRates } from "#app/shopify/rate.ts";
import { orderBody } from "#test/support/orders.ts";
import { useDatabase } from "#test/support/database.ts";
import { useSweptShop } from "./swept-shop.ts";

useDatabase();
const stage = useSweptShop({ bulkOperationMs: 5_000 });

const LEASE_MS = 4 * 60_000;

/** Stops the worker for ever at the nth call of this name, as by kill -9; its lease runs out meanwhile. */
async function killAt(name: string, nth: number, when: "before" | "after"): Promise<void> {
  const gate = Promise.withResolvers<never>();
  gate.promise.catch(() => {});
  let calls = 0;
  let isDead = false;
  stage.before = (text) => {
    if (!text.includes(name) || ++calls !== nth) return null;
    stage.before = null; // the call itself goes through
    isDead = true;
    if (when === "before") return gate.promise;
    const sent = text.startsWith("https://")
      ? fetch(text)
      : fetch("https://test-shop.myshopify.com/admin/api/2026-10/graphql.json", { method: "POST", headers: { "content-type": "application/json", "x-shopify-access-token": stage.store.store.state.accessGrants[0]!.token }, body: text });
    return sent.then(() => gate.promise);
  };
  const begun = now();
  const worker = (async () => {
    for (let turn = 0; turn < 12 && !isDead; turn++) {
      await sweepOnce(begun).catch(() => {});
      stage.forward(11_000);
    }
  })();
  await Promise.race([worker, vi.waitFor(() => expect(isDead).toBe(true), { timeout: 20_000, interval: 5 })]);
  expect(isDead).toBe(true);
  forgetRates(); // a process knows of no other's calls
  stage.forward(LEASE_MS);
  for (let turn = 0; turn < 12 && (await open()) > 0; turn++) {
    await sweepOnce(begun);
    stage.forward(11_000);
  }
  const after = await outcome();
  gate.reject(new Error("killed"));
  await worker;
  expect(await outcome()).toEqual(after); // nothing that the dead one still does counts
}

async function open(): Promise<number> {
  return (await pool().query("select from order_sweep where done_at is null")).rowCount!;
}

async function outcome() {
  const { rows } = await pool().query(`select (select json_agg(json_build_array(state, kind, seen, asked, missed) order by id) from order_sweep) as sweeps, (select count(*)::int from order_state where fetch_at is not null) as due,
    (select json_agg(orders) from delivery_gap) as gaps, (select count(*)::int from gap_order) as left`);
  return rows[0];
}

function stock(orders: number): void {
  for (let n = 0; n < orders; n++) stage.store.store.setOrder(orderBody({ id: String(100_000 + n) }) as never);
}

describe("by pages", () => {
  const calls = [["ChangedCounted", 1], ["OrdersChanged", 1], ["OrdersChanged", 2], ["OrdersChanged", 3]] as const;
  test.each(calls.flatMap(([name, nth]) => [[name, nth, "before"], [name, nth, "after"]] as const))("%s (%d), %s", async (name, nth, when) => {
    stock(450);
    await killAt(name, nth, when);
    expect(await outcome()).toEqual({ sweeps: [["done", "pages", 450, 450, 450]], due: 450, gaps: [450], left: 450 });
  }, 60_000);
});

describe("by a bulk operation", () => {
  const calls = [["ChangedCounted", 1], ["NewestBulkOperations", 1], ["RunBulkQuery", 1], ["CreatorCodesBulkOperation(", 1], ["CreatorCodesBulkOperation(", 2], ["https://storage.", 1]] as const;
  test.each(calls.flatMap(([name, nth]) => [[name, nth, "before"], [name, nth, "after"]] as const))("%s (%d), %s", async (name, nth, when) => {
    stock(2_001);
    await killAt(name, nth, when);
    expect(await outcome()).toEqual({ sweeps: [["done", "bulk", 2_001, 2_001, 2_001]], due: 2_001, gaps: [2_001], left: 2_001 });
    expect(stage.store.store.state.bulkOperations).toHaveLength(1);
  }, 90_000);
});
