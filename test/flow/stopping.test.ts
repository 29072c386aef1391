// A process that is to end begins nothing, and hands back what it had claimed: the next one goes on at once, not when a lease is over.
import { afterAll, beforeAll, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { inParallel } from "#app/flow/parallel.ts";
import { reportOnce } from "#app/flow/report.ts";
import { whatIfOnce } from "#app/flow/what-if.ts";
import { beginStopping, cutRequests, isStopping, requestSignal } from "#app/stopping.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeShop } from "#test/support/shop.ts";
import { calls, item, openScene, row, SHOP, wanted, type Scene } from "./reporting.ts";

useDatabase();

let scene: Scene;

beforeAll(async () => {
  await makeShop({ shop: SHOP });
  scene = await openScene();
  await wanted(scene, "9001", [item("A", 1, "1000")]);
  await wanted(scene, "9002", [item("A", 1, "1000")]);
  await pool().query("insert into order_state (shop, order_id, name, created_at, facts) select $1, n::text, '', '2026-06-01T00:00:00Z'::timestamptz + n * interval '1 minute', '{}' from generate_series(1, 900) n", [SHOP]);
  await pool().query(`insert into what_if (shop, id, program_id, from_at, to_at, settings, state, who, created_at) values ($1, 'w', 'p1', '2026-06-01', '2026-07-01', '{}', 'waiting', 'x', now())`, [SHOP]);
  beginStopping();
}, 240_000);
afterAll(() => scene?.close());

test("conversions that were claimed are due again at once, and the network hears nothing", async () => {
  expect(isStopping()).toBe(true);
  await reportOnce();
  for (const order of ["9001", "9002"]) {
    const { state, op, next_at: nextAt } = await row(order);
    expect({ state, op }).toEqual({ state: "waiting", op: null });
    expect(nextAt!.getTime()).toBeLessThanOrEqual(nowMs());
  }
  expect(calls(scene)["POST /Conversions"]).toBeUndefined();
});

test("a what-if is left to whoever comes next", async () => {
  await whatIfOnce();
  const { rows } = await pool().query("select state, lease_at, holder from what_if where shop = $1 and id = 'w'", [SHOP]);
  expect(rows).toEqual([{ state: "running", lease_at: null, holder: null }]);
});

test("of several things nothing more is begun", async () => {
  const begun: number[] = [];
  await inParallel([1, 2, 3], 2, async (one) => begun.push(one) > 0);
  expect(begun).toEqual([]);
});

test("who still waits for an answer is told that there is none, and so is whoever asks from then on", async () => {
  const waiting = requestSignal(60_000);
  expect(waiting.aborted).toBe(false);
  cutRequests();
  for (const signal of [waiting, requestSignal(60_000)]) {
    expect(signal.aborted).toBe(true);
    expect((signal.reason as Error).name).toBe("TimeoutError");
  }
});
