// The log: nothing that leads to a person, no secret, and no line that somebody else has written, whatever the app is told and by whom.
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-log-${process.pid}`;
});

import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { cleaned } from "#app/log.server.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN } from "#test/local/network/accounts.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { connectPrograms, installApp, makeDealsAndCodes } from "#test/local/seed/setup.ts";
import { type RunningApp, until } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { testEnv } from "#test/support/env.ts";
import { orderBody, signedHeaders } from "#test/support/orders.ts";
import { makeWorld, type World } from "#test/support/world.ts";

const database = useDatabase();

test.each([
  ["an order of anna.berg+shop@mail.example came", "an order of [e-mail] came"],
  ["the token shpat_0123456789abcdef is refused", "the token [token] is refused"],
  ["session eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "session [token]"],
  ["Authorization: Bearer abc.def", "Authorization: Bearer [token]"],
  ["connect postgresql://me:secret@db.internal/app", "connect postgresql://[removed]"],
  [`Unexpected token 'A', "Anna Berg, Hauptstr. 1" is not valid JSON`, "Unexpected token 'A', which is no JSON"],
  ['invalid input syntax for type json: "Anna Berg"', 'invalid input syntax for type json: "[removed]"'],
  ['value "Anna Berg" is out of range', 'value "[removed]" is out of range'],
  ["one line\n{\"level\":60}\u001b[31m\u009bred\u2028end\u202e", 'one line {"level":60} [31m red end '],
  ["a delivery could not be noted", "a delivery could not be noted"],
])("%j is logged as %j", (said, logged) => {
  expect(cleaned(said)).toBe(logged);
});

test("whatever the text, it stays on its line and is not long", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 3_000 }), (text) => {
      const said = cleaned(text);
      expect(said).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(said.length).toBeLessThanOrEqual(1_100);
    }),
  );
});

const PEOPLE = [
  { name: "Annegret Bergmannsohn", email: "annegret.bergmannsohn@mail.example" },
  { name: "Zoltán Kiss-Vörösmarty", email: "z.kissvoros@post.example" },
];

describe("a day of orders, at the level trace", () => {
  const lines: string[] = [];
  let world: World;
  let client: pg.Client;
  let app: RunningApp;
  let code: string;

  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    world = await makeWorld(database.url);
    app = await world.start(undefined, { env: { LOG_LEVEL: "trace" }, onLine: (line) => lines.push(line) });
    await installApp();
    code = (await makeDealsAndCodes(await connectPrograms()))[0]!.code;
  }, 300_000);

  afterAll(async () => {
    await app?.stop();
    await world?.close();
    await client?.end();
  });

  it("goes through all stages, is followed by its ids, and tells nothing of anybody", async () => {
    const { store } = world.store;
    const variant = store.products.find((product) => !product.giftCard)!.variants[0]!;
    const orders = PEOPLE.map(({ name, email }) => {
      const made = store.checkout({ items: [{ variantId: variant.id, quantity: 2 }], codes: [code], email, name });
      if (!made.ok) throw new Error(made.reason);
      return made.order;
    });
    store.refund(String(orders[0]!.id), { lines: [{ lineId: String(orders[0]!.line_items[0]!.id), quantity: 1 }] });
    await untilTold(orders.map(({ id }) => String(id)));
    await tellNonsense();
    await until("the log has all stages", async () => (["noted", "settled", "told"].every((stage) => lines.some((line) => line.includes(`"stage":"${stage}"`))) ? true : null));

    const order = String(orders[1]!.id);
    const stages = lines.flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : [])).filter((line) => line.order === order);
    expect(new Set(stages.map(({ stage }) => stage))).toEqual(new Set(["noted", "settled", "told"]));
    const noted = stages.find(({ stage }) => stage === "noted")!;
    expect(stages).toContainEqual(expect.objectContaining({ stage: "settled", shop: DEMO_SHOP, webhookId: noted.webhookId }));

    const all = lines.join("\n").toLowerCase();
    const secrets = [DEMO_ACCOUNT_TOKEN, testEnv.SHOPIFY_API_SECRET, testEnv.ENCRYPTION_KEYS.slice(3), testEnv.HASH_KEYS.slice(3), "shpat_", "shpua_", "shprt_", "eyj"];
    const people = PEOPLE.flatMap(({ name, email }) => [email, email.split("@")[0]!, name, ...name.split(" ")]);
    expect([...secrets, ...people, "hauptstrasse", "bearer"].filter((word) => all.includes(word.toLowerCase()))).toEqual([]);
    // Every line but the greeting is one event of our own.
    expect(lines.filter((line) => !line.startsWith('{"level":') && !line.startsWith("Creator Codes listens"))).toEqual([]);
  }, 240_000);

  async function untilTold(orders: string[]): Promise<void> {
    await until("the network was told", async () => {
      world.forward(60_000);
      const { rows } = await client.query("select order_id from conversion where shop = $1 and order_id = any($2) and state in ('queued', 'reported', 'reversed')", [DEMO_SHOP, orders]);
      return rows.length === orders.length && world.network.network.account(DEMO_ACCOUNT_SID).actions.length > 0 ? true : null;
    }, 90_000);
  }

  /** What is wrong in every way that brings somebody else's words into ours. */
  async function tellNonsense(): Promise<void> {
    const person = PEOPLE[0]!;
    const post = (path: string, body: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { method: "POST", body, headers }).then((answer) => answer.arrayBuffer());
    const signed = (raw: string, topic = "orders/paid") => post("/webhooks", raw, signedHeaders(raw, { shop: DEMO_SHOP, topic, webhookId: `${randomUUID()}` }));
    await signed(`{"id": 1, "customer": {"first_name": "${person.name}" `);
    await signed(JSON.stringify(orderBody({ id: "77", email: person.email, total_price_set: { shop_money: { amount: `${person.name}`, currency_code: "EUR" } }, currency: person.email, customer: { first_name: person.name, default_address: { address1: "Hauptstrasse 1" } } })));
    await signed(JSON.stringify({ customer: { id: 9, email: person.email }, orders_to_redact: ["x".repeat(300)] }), "customers/redact");
    await signed(JSON.stringify({ id: person.name }), "orders/delete");
    await post("/touches", JSON.stringify({ token: person.email, visitor: person.name }), { "content-type": "text/plain" });
    await post("/webhooks/pubsub", JSON.stringify({ message: { data: person.name } }), { authorization: "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln" });
    await fetch(`${app.url}/app/orders?id_token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln&q=${encodeURIComponent(person.email)}`, { headers: { authorization: "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln" } }).then((answer) => answer.arrayBuffer());
  }
});
