// Deliveries that come through Google Pub/Sub and Amazon EventBridge: who is let in, what is noted, what is acknowledged, and the whole way from the store to the inbox.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { forgetCerts } from "#app/flow/google-token.ts";
import { intake } from "#app/flow/intake.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { leadFetch } from "#test/local/lead.ts";
import { type LocalQueues, startQueues } from "#test/local/queues/server.ts";
import { startStore } from "#test/local/store/server.ts";
import { LAMP, smallCatalogue, until } from "#test/local/store/testing.ts";
import { useDatabase } from "#test/support/database.ts";
import { orderBody, SHOP, signedHeaders, type Call } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

const AUDIENCE = "creator-codes-push";
const ACCOUNT = "push@shop.iam.gserviceaccount.com";
const NEW_KEY = "n".repeat(40);
const OLD_KEY = "o".repeat(40);
Object.assign(process.env, { PUBSUB_AUDIENCE: AUDIENCE, PUBSUB_SERVICE_ACCOUNT: ACCOUNT, EVENTBRIDGE_KEY: `${NEW_KEY},${OLD_KEY}` });

useDatabase();

let server: Server;
let app = "";
let queues: LocalQueues;
let unlead = () => {};

beforeAll(async () => {
  server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  app = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  queues = await startQueues({ appUrl: app, audience: AUDIENCE, account: ACCOUNT, eventBridgeKey: OLD_KEY });
  unlead = leadFetch({ google: queues.url });
});
afterAll(async () => {
  unlead();
  await queues.close();
  server.close();
});
beforeEach(async () => {
  forgetCerts();
  setClockOffsetMs(0);
  queues.certsAreDown = false;
  queues.certsRead = 0;
  await pool().query("delete from delivery");
  await pool().query("delete from unknown_topic");
});

type Json = Record<string, unknown>;

/** The store's headers of a delivery, as they stand in an attribute list. */
function attributesOf(raw: string | Buffer, call: Call): Json {
  const headers = signedHeaders(raw, call);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-shopify-")).map(([name, value]) => [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), value]));
}

function post(path: string, headers: Record<string, string>, body: string | Buffer): Promise<number> {
  return fetch(app + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: body as BodyInit }).then(({ status }) => status);
}

async function push(message: Json | string, authorization?: string): Promise<number> {
  const body = typeof message === "string" ? message : JSON.stringify({ message, subscription: "projects/shop/subscriptions/orders" });
  return post("/webhooks/pubsub", { authorization: authorization ?? `Bearer ${await queues.token()}` }, body);
}

function messageOf(body: unknown, call: Call = {}): Json {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { data: raw.toString("base64"), attributes: attributesOf(raw, call), messageId: "1234567890", publishTime: "2026-06-10T08:00:05.200Z" };
}

function eventOf(payload: string, call: Call = {}, more: Json = {}): string {
  const event = JSON.stringify({ version: "0", id: "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "shopifyWebhook", source: "aws.partner/shopify.com/1/orders", ...more });
  return `${event.slice(0, -1)}, "detail": {"payload": ${payload}, "metadata": ${JSON.stringify(attributesOf(payload, call))}}}`;
}

function event(body: string, key = NEW_KEY): Promise<number> {
  return post("/webhooks/eventbridge", { "x-api-key": key }, body);
}

async function noted(): Promise<Json[]> {
  return (await pool().query("select * from delivery order by seq")).rows as Json[];
}

describe("who may push", () => {
  const changed = async (claims: JWTPayload) => `Bearer ${await queues.token({ ...queues.claims(), ...claims })}`;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const cases: { what: string; authorization: () => Promise<string>; status: number }[] = [
    { what: "Google's token for our subscription", authorization: () => changed({}), status: 200 },
    { what: "the short form of its issuer", authorization: () => changed({ iss: "accounts.google.com" }), status: 200 },
    { what: "no token", authorization: async () => "", status: 401 },
    { what: "what is no token", authorization: async () => "Bearer a.b.c", status: 401 },
    { what: "another issuer", authorization: () => changed({ iss: "https://evil.example" }), status: 401 },
    { what: "another audience", authorization: () => changed({ aud: "https://elsewhere.example" }), status: 401 },
    { what: "another service account", authorization: () => changed({ email: "push@other.iam.gserviceaccount.com" }), status: 401 },
    { what: "an address that Google has not verified", authorization: () => changed({ email_verified: false }), status: 401 },
    { what: "an expired token", authorization: () => changed({ exp: Math.floor(Date.now() / 1_000) - 3_600 }), status: 401 },
    { what: "a token that never expires", authorization: () => changed({ exp: undefined }), status: 401 },
    { what: "a token of tomorrow", authorization: () => changed({ nbf: Math.floor(Date.now() / 1_000) + 86_400 }), status: 401 },
    { what: "a token without a signature", authorization: async () => `Bearer ${part({ alg: "none", typ: "JWT" })}.${part(queues.claims())}.`, status: 401 },
    { what: "alg none with a signature that is none", authorization: async () => `Bearer ${part({ alg: "none", typ: "JWT" })}.${part(queues.claims())}.AA`, status: 401 },
    {
      what: "HS256 under the published key",
      authorization: async () => {
        const certs = await (await fetch("https://www.googleapis.com/oauth2/v3/certs")).text();
        return `Bearer ${await new SignJWT(queues.claims()).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(certs))}`;
      },
      status: 401,
    },
    {
      what: "the key of somebody else under Google's key id",
      authorization: async () => {
        const [{ kid }] = ((await (await fetch("https://www.googleapis.com/oauth2/v3/certs")).json()) as { keys: [{ kid: string }] }).keys;
        return `Bearer ${await new SignJWT(queues.claims()).setProtectedHeader({ alg: "RS256", kid }).sign(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)}`;
      },
      status: 401,
    },
    {
      what: "claims that were changed after they were signed",
      authorization: async () => {
        const [head, , signature] = (await queues.token({ ...queues.claims(), email: "somebody@evil.example" })).split(".");
        return `Bearer ${head}.${part(queues.claims())}.${signature}`;
      },
      status: 401,
    },
  ];
  test.each(cases)("$what: $status", async ({ authorization, status }) => {
    expect(await push(messageOf(orderBody()), await authorization())).toBe(status);
    expect(await noted()).toHaveLength(status === 200 ? 1 : 0);
  });

  test("a token that was good is refused once it is expired, though it is remembered", async () => {
    const token = `Bearer ${await queues.token()}`;
    expect(await push(messageOf(orderBody()), token)).toBe(200);
    setClockOffsetMs(2 * 3_600_000);
    expect(await push(messageOf(orderBody()), token)).toBe(401);
  });

  test("a new key of Google's is read when it is first met, forged keys do not have the certificates read each time, and one that is taken back is refused within the hour", async () => {
    expect(await push(messageOf(orderBody()))).toBe(200);
    const old = `Bearer ${await queues.token({ ...queues.claims(), exp: Math.floor(Date.now() / 1_000) + 86_400 })}`;
    await queues.rotateKey();
    setClockOffsetMs(31_000);
    expect(await push(messageOf(orderBody()))).toBe(200);
    expect(await push(messageOf(orderBody()), old)).toBe(200);
    expect(queues.certsRead).toBe(2);
    const forged = await new SignJWT(queues.claims()).setProtectedHeader({ alg: "RS256", kid: "unknown" }).sign(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
    for (let at = 0; at < 3; at++) expect(await push(messageOf(orderBody()), `Bearer ${forged}`)).toBe(401);
    expect(queues.certsRead).toBe(2);
    await queues.rotateKey(true);
    setClockOffsetMs(31_000 + 3_600_000);
    expect(await push(messageOf(orderBody()), old)).toBe(401);
  });

  test("while the certificates cannot be read nobody is let in, and nobody is told that he is wrong", async () => {
    queues.certsAreDown = true;
    expect(await push(messageOf(orderBody()))).toBe(503);
    expect(await push(messageOf(orderBody()))).toBe(503);
    expect(queues.certsRead).toBe(1);
    queues.certsAreDown = false;
    setClockOffsetMs(2_000);
    expect(await push(messageOf(orderBody()))).toBe(200);
  });
});

describe("whose events are taken", () => {
  test.each([
    ["the new key", NEW_KEY, 200],
    ["the old key, until it is taken out", OLD_KEY, 200],
    ["another key", "x".repeat(40), 401],
    ["a beginning of the key", NEW_KEY.slice(0, 39), 401],
    ["both keys as one", `${NEW_KEY},${OLD_KEY}`, 401],
    ["no key", "", 401],
  ])("%s", async (_what, key, status) => {
    expect(await event(eventOf(JSON.stringify(orderBody())), key)).toBe(status);
    expect(await noted()).toHaveLength(status === 200 ? 1 : 0);
  });

  test("the store's own signature opens neither way", async () => {
    const raw = JSON.stringify(orderBody());
    expect(await post("/webhooks/pubsub", signedHeaders(raw), raw)).toBe(401);
    expect(await post("/webhooks/eventbridge", signedHeaders(raw), raw)).toBe(401);
  });

  test("a GET is not allowed", async () => {
    for (const path of ["/webhooks/pubsub", "/webhooks/eventbridge"]) expect((await fetch(app + path)).status).toBe(405);
  });
});

const ways: { way: string; send: (body: string, call?: Call) => Promise<number> }[] = [
  { way: "Pub/Sub", send: (body, call) => push(messageOf(body, call)) },
  { way: "EventBridge", send: (body, call) => event(eventOf(body, call)) },
];

describe.each(ways)("$way", ({ send }) => {
  test("notes the same as HTTPS does, and the same delivery once", async () => {
    const raw = JSON.stringify(orderBody({ email: "Oda@Mail.example" }));
    const call = { webhookId: "w-1", topic: "orders/create" };
    expect(await post("/webhooks", signedHeaders(raw, call), raw)).toBe(200);
    const [direct] = await noted();
    expect(await send(raw, call)).toBe(200);
    expect(await noted()).toEqual([direct]);
    await pool().query("delete from delivery");
    expect(await send(raw, call)).toBe(200);
    const [own] = await noted();
    expect({ ...own, seq: 0, received_at: 0, event_id: "" }).toEqual({ ...direct, seq: 0, received_at: 0, event_id: "" });
  });

  test("is sent again until it is noted, and noted once", async () => {
    const call = { webhookId: "w-1" };
    for (let at = 0; at < 3; at++) expect(await send(JSON.stringify(orderBody()), call)).toBe(200);
    expect(await noted()).toHaveLength(1);
  });

  test("the same webhook id on another body is noted under a name of its own, as over HTTPS", async () => {
    await send(JSON.stringify(orderBody()), { webhookId: "w-1" });
    await send(JSON.stringify(orderBody({ financial_status: "refunded" })), { webhookId: "w-1" });
    expect((await noted()).map((row) => row.webhook_id)).toEqual(["w-1", expect.stringMatching(/^w-1#[0-9a-f]{16}$/)]);
  });

  test("ids past 2^53 keep their digits", async () => {
    await send(JSON.stringify(orderBody()).replace('"id":1001', '"id":9007199254740993').replace("gid://shopify/Order/1001", ""));
    expect(await noted()).toMatchObject([{ order_id: "9007199254740993" }]);
  });

  test("an unknown topic is acknowledged and counted", async () => {
    expect(await send("{}", { topic: "products/update" })).toBe(200);
    expect((await pool().query("select topic, count from unknown_topic")).rows).toEqual([{ topic: "products/update", count: 1n }]);
    expect(await noted()).toHaveLength(0);
  });

  test("past 2 MB only the order's id is kept", async () => {
    expect(await send(JSON.stringify({ ...orderBody({ id: "5651510435931" }), note: "x".repeat(2_200_000) }))).toBe(200);
    expect(await noted()).toMatchObject([{ order_id: "5651510435931", facts: null, state: "new" }]);
  });

  test("a message without a webhook id goes under the queue's own name of it, and is noted once", async () => {
    const raw = JSON.stringify(orderBody());
    for (let at = 0; at < 2; at++) expect(await send(raw, { headers: { "x-shopify-webhook-id": undefined } })).toBe(200);
    expect(await noted()).toMatchObject([{ webhook_id: expect.stringMatching(/^(pubsub-1234567890|eventbridge-7bf73129-)/), state: "new" }]);
  });

  test.each<[string, string, Call, RegExp]>([
    ["a body that is no order", "[]", {}, /no JSON object/],
    ["a message without a topic", "{}", { headers: { "x-shopify-topic": undefined } }, /names no topic/],
    ["a webhook id that is too long", "{}", { webhookId: "w".repeat(300) }, /webhook id is too long/],
  ])("%s is noted as unreadable, and acknowledged", async (_what, body, call, reason) => {
    expect(await send(body, call)).toBe(200);
    expect(await noted()).toMatchObject([{ shop: SHOP, state: "unreadable", reason: expect.stringMatching(reason) }]);
  });

  test.each([{ "x-shopify-shop-domain": undefined }, { "x-shopify-shop-domain": "evil.example" }])("a message of no shop is acknowledged and noted nowhere: %o", async (headers) => {
    expect(await send(JSON.stringify(orderBody()), { headers })).toBe(200);
    expect(await noted()).toHaveLength(0);
  });
});

describe("what is no delivery", () => {
  test.each(["", "{", "[]", "null", "{}", '{"message":null}', '{"message":{}}', '{"message":{"data":17,"attributes":[]}}'])("a push of %s is acknowledged, for it can never be read", async (body) => {
    expect(await push(body)).toBe(200);
    expect(await noted()).toHaveLength(0);
  });

  test.each(["", "{", "[]", "null", "{}", '{"source":"aws.partner/shopify.com/1/orders"}', '{"source":"aws.partner/shopify.com/1/orders","detail":null}'])("an event %s is acknowledged", async (body) => {
    expect(await event(body)).toBe(200);
    expect(await noted()).toHaveLength(0);
  });

  test("an event of another source is not the store's", async () => {
    expect(await event(eventOf(JSON.stringify(orderBody()), {}, { source: "my.own.tests" }))).toBe(200);
    expect(await noted()).toHaveLength(0);
  });

  test("16 MB are not taken in", async () => {
    expect(await push(`{"message":"${"x".repeat(16 * 1024 * 1024)}"}`)).toBe(413);
    expect(await event(" ".repeat(16 * 1024 * 1024 + 1))).toBe(413);
  });
});

test("an event that Amazon wrote otherwise than the store did settles to the same balance, whichever way came first", async () => {
  await makeMariesShop();
  const order = orderBody();
  const rewritten = JSON.stringify(Object.fromEntries(Object.entries(order).reverse()), null, 1);
  for (const [at, bodies] of [[JSON.stringify(order), rewritten], [rewritten, JSON.stringify(order)]].entries()) {
    for (const body of bodies) {
      const call = { webhookId: `w-${at}` };
      expect(body === rewritten ? await event(eventOf(body, call)) : await post("/webhooks", signedHeaders(body, call), body)).toBe(200);
      await settleOnce();
    }
    expect((await pool().query("select sum(amount)::text as sum, count(*)::int as entries from ledger_entry")).rows).toEqual([{ sum: "9000", entries: 1 }]);
  }
});

test("from the store to the inbox through both queues, with certificates that are down at first: each delivery is noted once", async () => {
  const dir = mkdtempSync(join(tmpdir(), "queues-"));
  const toml = join(dir, "shopify.app.toml");
  writeFileSync(toml, `[webhooks]\napi_version = "2026-10"\n
    [[webhooks.subscriptions]]\n topics = ["orders/create", "orders/paid"]\n uri = "pubsub://shop:orders"\n
    [[webhooks.subscriptions]]\n topics = ["orders/updated", "refunds/create"]\n uri = "arn:aws:events:eu-central-1::event-source/aws.partner/shopify.com/1/orders"\n`);
  const shop = "queued.myshopify.com";
  const store = await startStore({ catalogue: smallCatalogue, shop: { domain: shop }, appUrl: app, appToml: toml, queuesUrl: queues.url, apiSecret: process.env.SHOPIFY_API_SECRET });
  try {
    queues.certsAreDown = true;
    queues.answers.length = 0;
    const bought = store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }], email: "ines@mail.example" });
    if (!bought.ok) throw new Error(bought.reason);
    await until(() => queues.answers.includes(503) && queues.answers.includes(200), "Amazon was answered, and Google was told to come again", 20_000);
    queues.certsAreDown = false;
    await until(() => store.store.webhooks.idle().pending === 0 && queues.waiting() === 0, "all is acknowledged", 20_000);
    const rows = (await pool().query("select topic, order_id, state, facts is not null as read from delivery where shop = $1 order by topic", [shop])).rows;
    const one = { order_id: String(bought.order.id), state: "new", read: true };
    expect(rows).toEqual(["orders/create", "orders/paid", "orders/updated"].map((topic) => ({ topic, ...one })));
  } finally {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}, 60_000);
