import { describe, expect, test, vi } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { sweepOnce } from "#app/flow/sweep.ts";
import { fillGaps } from "#app/db/gap.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { useDatabase } from "#test/support/database.ts";
import { useSweptShop } from "./swept-shop.ts";

useDatabase();
const stage = useSweptShop({ bulkOperationMs: 60_000 });

const MANY = 2_300;
const LONG_MS = 120_000;
/** GAP_ORDERS=5000 takes a minute or two. */
const GAP = Number(process.env.GAP_ORDERS ?? 2_100);

function stock(orders = MANY): void {
  for (let n = 0; n < orders; n++) stage.store.store.setOrder(orderBody({ id: String(100_000 + n) }) as never);
}

async function sweep() {
  return (await pool().query(`select state, kind, seen, asked, missed, cursor, attempts, bulk_id is not null as bulk, problem from order_sweep where done_at is null or true order by id desc limit 1`)).rows[0];
}

/** Lets whoever is due go on, and runs the clock forward in between. */
async function goOn(turns = 30): Promise<void> {
  const begun = now();
  for (let turn = 0; turn < turns && (await sweep())?.state !== "done"; turn++) {
    await sweepOnce(begun);
    stage.forward(20_000);
  }
}

test("many orders are had by one operation of the store, read as a stream, and asked for", async () => {
  stock();
  await note(orderBody({ id: "100000" }));
  await settleOnce();
  await goOn();
  expect(await sweep()).toMatchObject({ state: "done", kind: "bulk", seen: MANY, asked: MANY - 1, missed: MANY - 1, problem: null });
  expect(stage.store.store.state.bulkOperations).toHaveLength(1);
  expect((await pool().query("select orders, kind, filled_at from delivery_gap")).rows).toEqual([{ orders: MANY - 1, kind: "bulk", filled_at: null }]);
}, LONG_MS);

test("few orders are had by pages", async () => {
  stock(3);
  await goOn();
  expect(await sweep()).toMatchObject({ state: "done", kind: "pages", seen: 3 });
  expect(stage.store.store.state.bulkOperations).toHaveLength(0);
});

describe("a worker that is killed", () => {
  test("between the question and the keeping of the operation's id: the operation is found again, and none is asked for twice", async () => {
    stock();
    stage.before = (text) => {
      if (!text.includes("RunBulkQuery")) return null;
      stage.before = null;
      // The store did it; the answer was never read.
      return fetch(`https://test-shop.myshopify.com/admin/api/2026-10/graphql.json`, { method: "POST", headers: { "content-type": "application/json", "x-shopify-access-token": stage.store.store.state.accessGrants[0]!.token }, body: text }).then(() => {
        throw new TypeError("fetch failed");
      });
    };
    await goOn();
    expect(await sweep()).toMatchObject({ state: "done", seen: MANY });
    expect(stage.store.store.state.bulkOperations).toHaveLength(1);
  }, LONG_MS);

  test("in the middle of the result: the next one reads on from the byte that was kept, and nothing is counted twice", async () => {
    stock();
    const gate = Promise.withResolvers<never>();
    gate.promise.catch(() => {});
    let cut = false;
    stage.before = (text) => {
      if (!text.startsWith("https://storage.googleapis.com") || cut) return null;
      cut = true;
      return half(text, 60_000, gate.promise);
    };
    const begun = now();
    await sweepOnce(begun);
    stage.forward(70_000);
    const dead = sweepOnce(begun).catch(() => {});
    await vi.waitFor(async () => expect((await sweep()).seen).toBeGreaterThan(0), 20_000);
    const { seen, cursor } = await sweep();
    expect(seen).toBeLessThan(MANY);
    expect(Number(cursor)).toBeLessThan(60_001);
    stage.forward(4 * 60_000); // its lease is over
    const ranges: (string | null)[] = [];
    const real = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      if (String(input).startsWith("https://storage")) ranges.push(new Headers(init?.headers).get("range"));
      return real(input, init);
    };
    await goOn();
    globalThis.fetch = real;
    gate.reject(new Error("killed"));
    await dead;
    expect(ranges[0]).toBe(`bytes=${cursor}-`);
    expect(await sweep()).toMatchObject({ state: "done", seen: MANY, asked: MANY, missed: MANY });
  }, LONG_MS);
});

/** The first bytes of a result, and then nothing, until the gate. */
async function half(url: string, bytes: number, gate: Promise<never>): Promise<Response> {
  const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(whole.subarray(0, bytes));
      await gate.catch(() => {});
      controller.error(new Error("killed"));
    },
  });
  return new Response(body, { status: 200 });
}

describe("an operation that ends badly", () => {
  test.each([
    ["FAILED", "INTERNAL_SERVER_ERROR"],
    ["CANCELED", null],
    ["EXPIRED", null],
  ] as const)("%s: another one is asked for; what it had is not asked for twice", async (status, errorCode) => {
    stock();
    stage.store.store.troubleBulk({ status, errorCode, lines: 700 });
    await goOn();
    expect(await sweep()).toMatchObject({ state: "done", kind: "bulk", asked: MANY, missed: MANY });
    expect(stage.store.store.state.bulkOperations).toHaveLength(2);
    expect((await pool().query("select orders from delivery_gap")).rows).toEqual([{ orders: MANY }]);
  }, LONG_MS);

  test("three times: the pages are turned instead", async () => {
    stock();
    for (let n = 0; n < 3; n++) stage.store.store.troubleBulk({ status: "FAILED", errorCode: "TIMEOUT", lines: 0 });
    await goOn(60);
    expect(await sweep()).toMatchObject({ state: "done", kind: "pages", seen: MANY, asked: MANY });
  }, LONG_MS);

  test("an address that leads nowhere any more: another one is asked for", async () => {
    stock();
    await sweepOnce(now());
    stage.forward(70_000);
    await fetch(`${stage.store.url}/_local/idle`, { method: "POST", body: "{}" });
    stage.forward(8 * 86_400_000);
    await goOn();
    expect(await sweep()).toMatchObject({ state: "done", seen: MANY });
    expect(stage.store.store.state.bulkOperations).toHaveLength(2);
  }, LONG_MS);

  test("a storage that does not answer is asked again, and the operation is not", async () => {
    stock();
    let refused = 0;
    stage.before = (text) => (text.startsWith("https://storage") && refused++ < 2 ? new Response(null, { status: 503 }) : null);
    await goOn();
    expect(refused).toBeGreaterThan(2);
    expect(await sweep()).toMatchObject({ state: "done", seen: MANY, problem: null });
    expect(stage.store.store.state.bulkOperations).toHaveLength(1);
  }, LONG_MS);
});

test("where five operations run already, it waits for its turn", async () => {
  stock();
  const token = stage.store.store.state.accessGrants[0]!.token;
  for (let n = 0; n < 5; n++) {
    await fetch(`https://test-shop.myshopify.com/admin/api/2026-10/graphql.json`, {
      method: "POST", headers: { "content-type": "application/json", "x-shopify-access-token": token }, body: JSON.stringify({ query: `mutation { bulkOperationRunQuery(query: "{ products { edges { node { id } } } }") { userErrors { message } } }` }),
    });
  }
  await sweepOnce(now());
  expect(await sweep()).toMatchObject({ state: "counted", kind: "bulk", bulk: false, attempts: 0, problem: null });
  stage.forward(70_000);
  await goOn();
  expect(await sweep()).toMatchObject({ state: "done", seen: MANY });
}, LONG_MS);

test("an address within our own walls is not read", async () => {
  const { readResult } = await import("#app/shopify/changed-orders.ts");
  for (const url of ["http://storage.googleapis.com/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://metadata.google.internal/x", "https://user:word@storage.googleapis.com/x", "https://storage.googleapis.com:8443/x", "file:///etc/passwd"]) {
    await expect(readResult(url, 0, AbortSignal.timeout(1_000)).next()).rejects.toMatchObject({ fault: { kind: "unreadable" } });
  }
});

test("thousands of orders that were missed in one gap are all fetched and credited, and the gap is filled", async () => {
  stock(GAP);
  await goOn();
  const lanes = async () => {
    for (let turn = 0; turn < 4_000; turn++) {
      const done = (await fetchOnce()) + (await settleOnce());
      if (done === 0) return;
    }
  };
  await Promise.all([lanes(), lanes(), lanes()]);
  await fillGaps(now());
  expect((await pool().query("select count(*)::int as n, sum(credited)::text as credited from order_state where outcome = 'credited'")).rows).toEqual([{ n: GAP, credited: String(GAP * 9_000) }]);
  expect((await pool().query("select orders, filled_at is not null as filled from delivery_gap")).rows).toEqual([{ orders: GAP, filled: true }]);
  expect((await pool().query("select from gap_order")).rowCount).toBe(0);
}, 400_000);
