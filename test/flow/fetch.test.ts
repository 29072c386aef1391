import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { fetchOnce, startFetching } from "#app/flow/fetch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { useDatabase } from "#test/support/database.ts";
import { noteHint } from "#test/support/deliver.ts";
import { SHOP } from "#test/support/orders.ts";

useDatabase();

const real = globalThis.fetch;
let answers: Record<string, unknown> = {};

beforeEach(async () => {
  setTokenSource(async () => "token");
  globalThis.fetch = async (_input, init) => {
    const { variables } = JSON.parse(String(init?.body)) as { variables: { id: string } };
    return Response.json({ data: { order: answers[variables.id.split("/").at(-1)!] ?? null } });
  };
  await pool().query("delete from delivery");
  await pool().query("delete from order_state");
});
afterAll(() => {
  globalThis.fetch = real;
  setTokenSource(null);
});

async function asked(): Promise<Record<string, unknown>[]> {
  return (await pool().query("select order_id, fetch_at > $1 as later, fetch_at is null as ended, fetch_why from order_state order by order_id", [now()])).rows;
}

describe("an answer that nobody foresaw", () => {
  const answersOfAFuture: { what: string; order: unknown }[] = [
    { what: "an order without lines", order: { id: "gid://shopify/Order/1", currencyCode: "EUR", lineItems: null } },
    { what: "an order that changed in the year 10000", order: { id: "gid://shopify/Order/1", currencyCode: "EUR", updatedAt: "10000-01-01T00:00:00Z", lineItems: { nodes: [], pageInfo: { hasNextPage: false } }, refunds: [], totalTipReceivedSet: { shopMoney: { amount: "0.00", currencyCode: "EUR" } } } },
  ];
  test.each(answersOfAFuture)("$what is noted with its reason, and the next order is asked for", async ({ order }) => {
    answers = { 1: order };
    await noteHint("refunds/create", "1");
    await noteHint("refunds/create", "2");
    await settleOnce();
    expect(await fetchOnce()).toBe(2);
    expect(await asked()).toEqual([
      { order_id: "1", later: null, ended: true, fetch_why: "refunds/create" },
      { order_id: "2", later: null, ended: true, fetch_why: "not_found" },
    ]);
    const { rows } = await pool().query("select order_id, state, reason from delivery where shop = $1 and topic = 'fetch'", [SHOP]);
    expect(rows).toEqual([{ order_id: "1", state: "unreadable", reason: expect.stringMatching(/./) }]);
  });
});

describe("a store that does not answer", () => {
  const OTHER = "other.myshopify.com";

  test("holds up no other's orders, and its own wait for it", async () => {
    const held = Promise.withResolvers<Response>();
    const answering = globalThis.fetch;
    let hanging = 0;
    globalThis.fetch = (input, init) => {
      if (!String(input).includes(SHOP)) return answering(input, init);
      hanging += 1;
      return held.promise.then((answer) => answer.clone());
    };
    answers = {};
    // Those of the silent store are due first, and are more than are asked for at once.
    for (let n = 1; n <= 30; n++) await noteHint("refunds/create", String(n), SHOP);
    while ((await settleOnce()) > 0);
    for (let n = 1; n <= 9; n++) await noteHint("refunds/create", String(n), OTHER);
    while ((await settleOnce()) > 0);
    const fetching = startFetching();
    const open = async (shop: string) => (await pool().query("select from order_state where shop = $1 and fetch_at is not null", [shop])).rowCount;
    await expect.poll(() => open(OTHER)).toBe(0);
    expect(await open(SHOP)).toBe(30);
    expect(hanging).toBeGreaterThan(0);
    expect(hanging).toBeLessThan(10);
    held.resolve(Response.json({ data: { order: null } }));
    await expect.poll(() => open(SHOP)).toBe(0);
    await fetching.stop();
    globalThis.fetch = answering;
  });
});
