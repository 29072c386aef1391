import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { intake } from "#app/flow/intake.ts";
import { useDatabase } from "#test/support/database.ts";
import { orderBody, SHOP, signedHeaders, type Call } from "#test/support/orders.ts";

useDatabase();

let server: Server;
let address = "";

beforeAll(async () => {
  server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
});
afterAll(() => server.close());
beforeEach(async () => {
  await pool().query("delete from delivery");
  await pool().query("delete from unknown_topic");
});

async function deliver(body: unknown, call: Call = {}): Promise<number> {
  const raw = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await fetch(address, { method: "POST", headers: signedHeaders(raw, call), body: raw as BodyInit });
  return answer.status;
}

async function noted(): Promise<Record<string, unknown>[]> {
  return (await pool().query("select * from delivery order by seq")).rows as Record<string, unknown>[];
}

describe("what a call is answered", () => {
  const cases: { what: string; call: Call; status: number; noted: number }[] = [
    { what: "a signed order is noted", call: {}, status: 200, noted: 1 },
    { what: "a wrong signature is refused", call: { secret: "another" }, status: 401, noted: 0 },
    { what: "a missing signature is refused", call: { headers: { "x-shopify-hmac-sha256": undefined } }, status: 401, noted: 0 },
    { what: "a signature that is no base64 is refused", call: { headers: { "x-shopify-hmac-sha256": "%%%" } }, status: 401, noted: 0 },
    { what: "a missing topic is a bad request", call: { headers: { "x-shopify-topic": undefined } }, status: 400, noted: 0 },
    { what: "a missing shop is a bad request", call: { headers: { "x-shopify-shop-domain": undefined } }, status: 400, noted: 0 },
    { what: "a shop that is none is a bad request", call: { shop: "evil.example" }, status: 400, noted: 0 },
    { what: "a missing webhook id is a bad request", call: { headers: { "x-shopify-webhook-id": undefined } }, status: 400, noted: 0 },
    { what: "an unknown topic is answered and not noted", call: { topic: "products/update" }, status: 200, noted: 0 },
  ];
  test.each(cases)("$what", async ({ call, status, noted: rows }) => {
    expect(await deliver(orderBody(), call)).toBe(status);
    expect(await noted()).toHaveLength(rows);
  });

  test("an unknown topic is counted", async () => {
    await deliver({}, { topic: "products/update" });
    await deliver({}, { topic: "products/update" });
    expect((await pool().query("select shop, topic, count from unknown_topic")).rows).toEqual([{ shop: SHOP, topic: "products/update", count: 2n }]);
  });

  test("a GET is not allowed", async () => {
    expect((await fetch(address)).status).toBe(405);
  });
});

test("the same webhook id is noted once, the same event under another id again", async () => {
  await deliver(orderBody(), { webhookId: "w-1" });
  await deliver(orderBody(), { webhookId: "w-1" });
  await deliver(orderBody(), { webhookId: "w-2" });
  expect((await noted()).map((row) => row.webhook_id)).toEqual(["w-1", "w-2"]);
});

test("facts are kept, and nothing that names the buyer", async () => {
  await deliver(orderBody({ email: "Oda.Haller@Mail.example", billing_address: { name: "Oda Haller", address1: "Lindenweg 4", phone: "+49 30 1234" }, customer: { first_name: "Oda" } }));
  const [row] = await noted();
  const kept = JSON.stringify(row, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value)).toLowerCase();
  for (const word of ["oda", "haller", "lindenweg", "1234", "mail.example"]) expect(kept).not.toContain(word);
  expect((row!.facts as { emailHash: string }).emailHash).toMatch(/^[a-z0-9]+:[0-9a-f]{64}$/);
});

describe("bodies that are not an order", () => {
  const cases: { what: string; body: string; reason: RegExp }[] = [
    { what: "no JSON", body: "{", reason: /no JSON object/ },
    { what: "a list", body: "[]", reason: /no JSON object/ },
    { what: "an order without an id", body: JSON.stringify({ ...orderBody(), id: null, admin_graphql_api_id: null }), reason: /^id/ },
    { what: "an amount with too many decimals", body: JSON.stringify(orderBody({ lines: [{ id: "1", price: "10.005" }] })), reason: /price_set.*decimals/ },
    { what: "an amount that is none", body: JSON.stringify(orderBody({ lines: [{ id: "1", price: "ten" }] })), reason: /price_set/ },
  ];
  test.each(cases)("$what is noted as unreadable and answered 200", async ({ body, reason }) => {
    expect(await deliver(body)).toBe(200);
    const [row] = await noted();
    expect(row).toMatchObject({ state: "unreadable", facts: null });
    expect(row!.reason).toMatch(reason);
  });
});

describe("large bodies", () => {
  test("past 2 MB only the order's id is kept", async () => {
    const raw = JSON.stringify({ ...orderBody({ id: "5651510435931" }), note: "x".repeat(2_200_000) });
    expect(await deliver(raw)).toBe(200);
    expect(await noted()).toMatchObject([{ order_id: "5651510435931", facts: null, state: "new" }]);
  });

  test("beyond 16 MB nothing is taken in", async () => {
    expect(await deliver(Buffer.alloc(16 * 1024 * 1024 + 1, 32))).toBe(413);
    expect(await noted()).toHaveLength(0);
  });
});

describe("topics that name an order without carrying it", () => {
  const cases: [string, unknown][] = [
    ["refunds/create", { id: 1, order_id: 1001 }],
    ["orders/edited", { order_edit: { id: 1, order_id: 1001 } }],
    ["returns/approve", { id: 1, order: { id: 1001 } }],
    ["orders/delete", { id: 1001 }],
  ];
  test.each(cases)("%s names its order", async (topic, body) => {
    expect(await deliver(body, { topic })).toBe(200);
    expect(await noted()).toMatchObject([{ topic, order_id: "1001", facts: null, state: "new" }]);
  });
});

test("ids past 2^53 keep their digits", async () => {
  await deliver(JSON.stringify(orderBody()).replace('"id":1001', '"id":9007199254740993').replace("gid://shopify/Order/1001", ""));
  expect(await noted()).toMatchObject([{ order_id: "9007199254740993" }]);
});
