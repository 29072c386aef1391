// One shop whose store answers what nobody foresaw holds up no other shop.
import { afterEach, beforeEach, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { placeOnce } from "#app/flow/place.ts";
import { sweepOnce } from "#app/flow/sweep.ts";
import { type Admin, setTokenSource } from "#app/shopify/admin.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeShop } from "#test/support/shop.ts";

useDatabase();

const BROKEN = "a-broken.myshopify.com";
const WHOLE = "b-whole.myshopify.com";
const real = globalThis.fetch;

beforeEach(async () => {
  await pool().query("delete from shop");
  await pool().query("delete from shop_rule");
  for (const shop of [BROKEN, WHOLE]) await makeShop({ shop });
});
afterEach(() => {
  globalThis.fetch = real;
  setTokenSource(null);
});

test("placing", async () => {
  const terms = { value: { kind: "percentage", basisPoints: 1000 }, minimum: { kind: "none" }, oncePerCustomer: false, usageLimit: null, combinesWith: { order: false, product: false, shipping: false }, appliesTo: { kind: "everything" } };
  for (const shop of [BROKEN, WHOLE]) {
    await pool().query("insert into deal (shop, id, name, terms, starts_at, reserve_code, next_at, created_at) values ($1, 'd', 'Deal', $2, $3, 'RESERVE', $3, $3)", [shop, JSON.stringify(terms), now()]);
  }
  const asked: string[] = [];
  const admin = (shop: string): Admin => async () => {
    asked.push(shop);
    if (shop === BROKEN) throw new TypeError("Cannot read properties of undefined");
    return { ok: false, fault: { kind: "unavailable", status: 503 } };
  };
  await expect(placeOnce({ admin })).rejects.toThrow("Cannot read properties");
  expect(asked).toContain(BROKEN);
  expect(asked).toContain(WHOLE);
});

test("sweeping", async () => {
  setTokenSource(async () => "token");
  const asked: string[] = [];
  globalThis.fetch = async (input) => {
    const { hostname } = new URL(String(input));
    asked.push(hostname);
    const none = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    return Response.json({ data: hostname === BROKEN ? { orders: null } : { ordersCount: { count: 0 }, currentAppInstallation: { accessScopes: [] }, orders: none, webhookSubscriptions: none } });
  };
  const begun = now();
  const turns = [];
  for (let turn = 0; turn < 3; turn++) turns.push(await sweepOnce(begun).catch((fault: Error) => fault.constructor));
  expect(turns).toEqual([TypeError, 1, 0]);
  expect([...new Set(asked)].sort()).toEqual([BROKEN, WHOLE]);
  const { rows } = await pool().query("select shop, swept_at is not null as swept from shop order by shop");
  expect(rows).toEqual([{ shop: BROKEN, swept: false }, { shop: WHOLE, swept: true }]);
});
