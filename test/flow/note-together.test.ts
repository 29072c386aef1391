// Deliveries that come at once are noted in few statements: each is kept or answered for itself, whoever its neighbours are.
import { beforeEach, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import type { NewDelivery } from "#app/db/delivery.ts";
import { namesakesOf, noteDeliveries } from "#app/db/note-deliveries.ts";
import { noteTogether } from "#app/flow/note-together.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";

useDatabase();

beforeEach(async () => {
  await pool().query("delete from delivery");
});

function delivery(webhookId: string, more: Partial<NewDelivery> = {}): NewDelivery {
  return { shop: SHOP, webhookId, topic: "orders/delete", eventId: null, triggeredNs: 1_781_942_405_000_000_009n, receivedAt: new Date("2026-06-10T08:00:06Z"), orderId: "1001", facts: null, bodyHash: "h1", state: "new", reason: null, ...more };
}

async function ids(): Promise<string[]> {
  return (await pool().query<{ id: string }>("select webhook_id as id from delivery order by 1")).rows.map(({ id }) => id);
}

test("what comes at once is noted, repetitions once, and the same id on another body under a name of its own", async () => {
  const all = [...Array.from({ length: 250 }, (_one, at) => delivery(`w${String(at).padStart(3, "0")}`)), delivery("w007"), delivery("w008", { bodyHash: "another" }), delivery("w008", { bodyHash: "another" }), delivery("w009", { shop: "other.myshopify.com" })];
  const kept = await Promise.all(all.map((each) => noteTogether(each)));
  expect(kept.map((one, at) => (one === "known" ? at : -1)).filter((at) => at >= 0)).toEqual([250, 252]);
  const noted = await ids();
  expect(noted.filter((id) => id.startsWith("w008"))).toEqual(["w008", "w008#another"]);
  expect(noted).toHaveLength(252);
  const { rows } = await pool().query("select triggered_ns, received_at, order_id, facts, beside, state from delivery where webhook_id = 'w000'");
  expect(rows).toEqual([{ triggered_ns: 1_781_942_405_000_000_009n, received_at: new Date("2026-06-10T08:00:06Z"), order_id: "1001", facts: null, beside: null, state: "new" }]);
});

test("one that the database refuses fails alone, and its neighbours are noted", async () => {
  const answers = await Promise.allSettled([delivery("a"), delivery("b", { orderId: "10\u000001" }), delivery("c"), delivery("d", { reason: "\ud83d" })].map((each) => noteTogether(each)!));
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(await ids()).toEqual(["a", "c", "d"]);
});

test("while a key is held by somebody who has not committed, the others do not wait in a ring", async () => {
  const keys = ["a", "b", "c", "d", "e"];
  const rounds = Array.from({ length: 20 }, (_one, at) => noteDeliveries((at % 2 === 0 ? keys : [...keys].reverse()).map((key) => delivery(key))));
  const fresh = (await Promise.all(rounds)).flat().filter(Boolean);
  expect(fresh).toHaveLength(5);
  expect(await ids()).toEqual(keys);
});

test("namesakes are those whose body differs", async () => {
  await noteDeliveries([delivery("a"), delivery("b")]);
  expect(await namesakesOf([delivery("a"), delivery("b", { bodyHash: "h2" }), delivery("c", { bodyHash: "h2" })])).toEqual([1]);
});

test("of two bodies under one id that are noted in one statement the first is taken, and the other is known for another", async () => {
  const keys = Array.from({ length: 40 }, (_one, at) => `w${String((at * 17) % 40).padStart(2, "0")}`);
  const all = [...keys.map((key) => delivery(key, { bodyHash: "first" })), ...keys.map((key) => delivery(key, { bodyHash: "second" }))];
  const isNew = await noteDeliveries(all);
  expect(isNew).toEqual(all.map((_one, at) => at < 40));
  const { rows } = await pool().query<{ hash: string }>("select distinct body_hash as hash from delivery");
  expect(rows).toEqual([{ hash: "first" }]);
  expect(await namesakesOf(all)).toEqual(Array.from({ length: 40 }, (_one, at) => at + 40));
});
