// The hour is shared: where the outbox has used up what it may, what waits stays as it is, codes and reading go on, and nothing is asked in vain.
import { expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { openConnection } from "#app/flow/networks.ts";
import { networksOf } from "#app/flow/place-networks.ts";
import { reportOnce } from "#app/flow/report.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { useDatabase } from "#test/support/database.ts";
import { A2, calls, item, pass, SHOP, SID, useScene, wanted, work, workFor } from "./reporting.ts";

useDatabase();
const turn = useScene();

const LIMIT = 100;
const ORDERS = 450;

it("what does not fit into the outbox's part of the hour waits untouched, while codes and reading are asked for", async () => {
  const { scene } = turn;
  scene.local.network.account(SID).hourlyLimit = LIMIT;
  for (let n = 0; n < ORDERS; n++) await wanted(scene, turn.anotherOrder(), [item("A", 1, "1000")]);
  const began = new Date(nowMs());
  await work();
  // All but what is kept for codes and reading.
  expect(calls(scene)).toEqual({ "POST /Conversions": 65 });
  const untouched = async () => (await pool().query<{ count: number }>("select count(*)::int from conversion where state = 'waiting' and next_at <= $1", [began])).rows[0]!.count;
  const before = [scene.local.network.state.exchanges.length, await untouched()];
  expect(await reportOnce()).toBe(0);
  expect([scene.local.network.state.exchanges.length, await untouched()]).toEqual(before);
  expect(before[1]).toBeGreaterThan(0);

  const connection = await openConnection(SHOP, "net");
  const ask = { reads: () => connection.about({ about: "account", aboutId: "net" }).programs(), codes: async () => (await networksOf(SHOP).of("net", { about: "code", aboutId: "k1" }))?.findCodes(scene.programId, "MARIE10") };
  for (let n = 0; n < 15; n++) expect((await ask.reads()).ok).toBe(true);
  for (let n = 0; n < 20; n++) expect((await ask.codes())?.ok).toBe(true);
  // Now all is used: who asks for codes is turned away once, and then left alone; a person too has to wait.
  expect(await ask.codes()).toMatchObject({ ok: false, fault: { kind: "limited" } });
  expect(await ask.codes()).toBeUndefined();
  expect(await connection.about({ about: "account", aboutId: "net" }, "person").programs()).toMatchObject({ ok: false, fault: { kind: "limited" } });
  expect(scene.local.network.state.exchanges.length).toBe(LIMIT);

  await workFor(420);
  expect(conversionsOf(scene.local.network)).toHaveLength(ORDERS);
  expect(scene.local.network.state.exchanges.filter(({ status }) => status === 429)).toEqual([]);
}, 120_000);

it("what is under way and what takes money back goes before what was never told", async () => {
  const { scene, order } = turn;
  pass(61);
  await wanted(scene, order, [A2]);
  await workFor(45);
  pass(61);
  for (let n = 0; n < ORDERS; n++) await wanted(scene, turn.anotherOrder(), [item("A", 1, "1000")]);
  pass(1);
  await pool().query("update conversion set target = '[]', next_at = $2 where order_id = $1", [order, new Date(nowMs())]);
  scene.local.network.state.exchanges = [];
  await reportOnce();
  expect(scene.local.network.state.exchanges[0]).toMatchObject({ method: "DELETE" });
}, 120_000);
