import { createServer, request as httpRequest, type Server } from "node:http";
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

  test.each(["pubsub", "eventbridge"])("the way by %s is closed where it is not set up", async (way) => {
    const raw = JSON.stringify(orderBody());
    expect((await fetch(`${address}/${way}`, { method: "POST", headers: signedHeaders(raw), body: raw })).status).toBe(404);
    expect(await noted()).toHaveLength(0);
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
  await deliver(orderBody({ email: "Oda.Haller@Mail.example", billing_address: { name: "Oda Haller", address1: "Lindenweg 4", phone: "+49 30 9081726354" }, customer: { first_name: "Oda" } }));
  const [row] = await noted();
  const kept = JSON.stringify(row, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value)).toLowerCase();
  for (const word of ["oda", "haller", "lindenweg", "9081726354", "mail.example"]) expect(kept).not.toContain(word);
  expect((row!.facts as { emailHash: string }).emailHash).toMatch(/^[a-z0-9]+:[0-9a-f]{64}$/);
});

describe("bodies that are not an order", () => {
  const cases: { what: string; body: string; reason: RegExp }[] = [
    { what: "no JSON", body: "{", reason: /no JSON object/ },
    { what: "a list", body: "[]", reason: /no JSON object/ },
    { what: "an order without an id", body: JSON.stringify({ ...orderBody(), id: null, admin_graphql_api_id: null }), reason: /^id/ },
    { what: "an amount with too many decimals", body: JSON.stringify(orderBody({ lines: [{ id: "1", price: "10.005" }] })), reason: /price_set.*decimals/ },
    { what: "an amount of 30 digits", body: JSON.stringify(orderBody({ lines: [{ id: "1", price: `${"9".repeat(30)}.99` }] })), reason: /^line_items come to more than can be kept/ },
    { what: "an amount that is none", body: JSON.stringify(orderBody({ lines: [{ id: "1", price: "ten" }] })), reason: /price_set/ },
    { what: "an amount with a NUL in it", body: JSON.stringify(orderBody({ lines: [{ id: "1", price: "1\u00000.00" }] })), reason: /price_set/ },
    { what: "a currency with a NUL and half a surrogate pair in it", body: JSON.stringify({ ...orderBody(), total_price_set: { presentment_money: { amount: "\u0000\ud83d" } } }), reason: /is no amount/ },
    { what: "an id of a thousand digits", body: JSON.stringify({ ...orderBody(), admin_graphql_api_id: `gid://shopify/Order/${"1".repeat(9_000)}`, id: null }), reason: /^id/ },
    { what: "a last change in the year 2300", body: JSON.stringify(orderBody({ updated_at: "2300-01-01T00:00:00Z" })), reason: /updated_at/ },
    { what: "a last change in the year 10000", body: JSON.stringify(orderBody({ updated_at: "10000-01-01T00:00:00Z" })), reason: /updated_at/ },
    { what: "a creation that is in the year 10000 elsewhere", body: JSON.stringify(orderBody({ created_at: "9999-12-31T23:59:59-12:00" })), reason: /created_at/ },
    { what: "a creation in the year 0", body: JSON.stringify(orderBody({ created_at: "0000-01-01T00:00:00Z" })), reason: /created_at/ },
    { what: "a list that nests too deep", body: `{"id":1,"line_items":${"[".repeat(200_000)}${"]".repeat(200_000)}}`, reason: /./ },
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

  test.each([16 * 1024 * 1024 + 1, 40 * 1024 * 1024])("%i bytes are not taken in, and the store is told so", async (bytes) => {
    expect(await deliver(Buffer.alloc(bytes, 32))).toBe(413);
    expect(await noted()).toHaveLength(0);
  });

  test("nor are they where their length is not told beforehand", async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(address, { method: "POST", headers: signedHeaders("") }, (answer) => resolve(answer.resume().statusCode));
      sent.on("error", reject);
      let left = 24;
      const send = () => {
        while (left-- > 0) if (!sent.write(chunk)) return void sent.once("drain", send);
        sent.end();
      };
      send();
    });
    expect(status).toBe(413);
  });

  test("a sender that goes on for ever is cut off", async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    const sent = httpRequest(address, { method: "POST", headers: signedHeaders("") });
    let written = 0;
    await new Promise<void>((resolve) => {
      sent.on("error", () => resolve());
      sent.on("response", (answer) => answer.resume().on("close", resolve).on("error", () => resolve()));
      const send = () => {
        while (written < 1000 && !sent.destroyed) if ((written += 1) && !sent.write(chunk)) return void sent.once("drain", send);
      };
      send();
    });
    expect(written).toBeLessThan(1000);
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

describe("disputes", () => {
  const dispute = { id: 77, order_id: 1001, type: "chargeback", amount: "90.00", currency: "EUR", reason: "fraudulent", network_reason_code: "4827", status: "needs_response", finalized_on: null };

  test.each(["disputes/create", "disputes/update"])("%s is noted with what it says of its order, and with no more", async (topic) => {
    expect(await deliver(dispute, { topic, triggeredAt: "2026-06-20T08:00:05.000000009Z" })).toBe(200);
    const [row] = await noted();
    expect(row).toMatchObject({ topic, order_id: "1001", facts: null, state: "new", reason: null });
    expect(row!.beside).toEqual({ returning: null, lines: {}, disputes: [{ id: "77", kind: "chargeback", status: "needs_response", triggeredNs: "1781942405000000009" }] });
  });

  test("a dispute of no order is noted and ignored, and says why", async () => {
    expect(await deliver({ ...dispute, order_id: null }, { topic: "disputes/create" })).toBe(200);
    expect(await noted()).toMatchObject([{ order_id: null, beside: null, state: "ignored", reason: "the dispute is about a payment without an order" }]);
  });

  test.each<[string, unknown, string | null, RegExp]>([
    ["without an id", { ...dispute, id: null }, "1001", /^id is missing/],
    ["of a type that is new to us", { ...dispute, type: "other" }, "1001", /^type/],
    ["that is a list", [dispute], null, /no JSON object/],
  ])("a dispute %s is unreadable, and says why", async (_what, body, order_id, reason) => {
    expect(await deliver(body, { topic: "disputes/update" })).toBe(200);
    const [row] = await noted();
    expect(row).toMatchObject({ order_id, beside: null, state: "unreadable" });
    expect(row!.reason).toMatch(reason);
  });

  test("one with a wrong signature is refused", async () => {
    expect(await deliver(dispute, { topic: "disputes/create", secret: "another" })).toBe(401);
    expect(await noted()).toHaveLength(0);
  });
});

describe("the worst that an order can hold", () => {
  const worst: { what: string; body: Record<string, unknown> }[] = [
    { what: "500 lines with 20 codes", body: orderBody({ codes: Array.from({ length: 20 }, (_, at) => `CODE${at}`), lines: Array.from({ length: 500 }, (_, at) => ({ id: String(at + 1), price: "9.99", off: Array.from({ length: 20 }, (_, code): [number, string] => [code, "0.01"]) })) }) },
    { what: "a code of 255 emoji", body: orderBody({ codes: ["🎉".repeat(255)] }) },
    { what: "a code that ends in half an emoji", body: orderBody({ codes: ["A\ud83d"] }) },
    { what: "no piece of a line", body: orderBody({ lines: [{ id: "1", price: "1.00", quantity: 0 }] }) },
    { what: "an instant half an hour off", body: orderBody({ created_at: "2026-06-10T10:00:00+05:30", updated_at: "2026-06-10T10:00:00.123456789-09:30" }) },
    { what: "NULs in every text", body: orderBody({ name: "\u0000#1", source_name: "\u0000", note_attributes: [{ name: "creator_visitor", value: "v\u00001" }], lines: [{ id: "1", price: "1.00", sku: "S\u0000KU" }] }) },
  ];
  test.each(worst)("$what is noted", async ({ body }) => {
    expect(await deliver(body)).toBe(200);
    expect(await noted()).toMatchObject([{ state: "new", order_id: "1001" }]);
  });

  test.each([
    ["X-Shopify-Triggered-At", "2300-01-01T00:00:00Z"],
    ["X-Shopify-Triggered-At", "yesterday"],
    ["X-Shopify-Event-Id", "é".repeat(3_000)],
    ["X-Shopify-Topic", `returns/${"x".repeat(4_000)}`],
  ])("%s: %s does no harm", async (name, value) => {
    expect(await deliver({ order_id: 1001 }, { topic: "refunds/create", headers: { [name.toLowerCase()]: value } })).toBe(200);
    expect(await noted()).toMatchObject([{ state: "new", order_id: "1001" }]);
  });
});

test("ids past 2^53 keep their digits", async () => {
  await deliver(JSON.stringify(orderBody()).replace('"id":1001', '"id":9007199254740993').replace("gid://shopify/Order/1001", ""));
  expect(await noted()).toMatchObject([{ order_id: "9007199254740993" }]);
});
