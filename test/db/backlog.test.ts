// What waits for an account's hours is counted by kind, of this shop and of accounts that are in use.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { listBacklogs } from "#app/db/reads/backlog.ts";
import { homeState } from "#app/db/reads/home-state.ts";
import { listConnections } from "#app/db/reads/network.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

useDatabase();

const NOW = new Date("2026-06-10T10:30:00Z");
const SHOPS = ["one.myshopify.com", "two.myshopify.com"];
const ITEMS = JSON.stringify([{ sku: "A", name: "A", category: null, quantity: 1, amount: "100" }]);

async function conversion(shop: string, order: string, change: { state: string; op?: string; action?: string; due?: boolean; created?: string; readAt?: string }): Promise<void> {
  await pool().query(
    `insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, currency, event_at, target, state, op, action_id, next_at, created_at, changed_at, payout_read_at)
     values ($1, $2, 1, $2, 'p1', 'k1', 'c1', '1001', 'MARIE10', 'EUR', $3, $4, $5, $6, $7, $8, $9, $9, $10)`,
    [shop, order, NOW, ITEMS, change.state, change.op ?? null, change.action ?? null, change.due === false ? null : NOW, new Date(change.created ?? "2026-06-10T08:00:00Z"), change.readAt ?? null],
  );
}

beforeAll(async () => {
  for (const shop of SHOPS) {
    await makeShop({ shop });
    for (const [id, sid, state] of [["net", "IRshared", "connected"], ["old", "IRold", "disconnected"]]) {
      await pool().query("insert into network_connection (shop, id, network, account_sid, token, key_id, state, created_at) values ($1, $2, 'impact', $3, 'sealed', 'k1', $4, $5)", [shop, id, sid, state, NOW]);
    }
    await makeProgram("p1", { shop, connectionId: "net", externalId: "1", eventTypeId: "1" });
    await makeCreator("c1", { shop });
    await makeCode("k1", { shop, code: "MARIE10", creator: "c1", program: "p1" });
  }
  const [shop, other] = SHOPS as [string, string];
  await pool().query(`insert into rate_budget (account, ends_at, "limit", used, reports, codes, reads) values ('impact:IRshared', $1, 1000, 400, 200, 100, 60)`, [new Date("2026-06-10T11:00:00Z")]);
  await conversion(shop, "new", { state: "waiting", created: "2026-06-10T10:20:00Z" });
  await conversion(shop, "created", { state: "queued", op: "create" });
  await conversion(shop, "changing", { state: "queued", op: "edit", action: "1.2.3", readAt: "2026-06-10T10:20:00Z" });
  await conversion(shop, "to change", { state: "reported", action: "1.2.4" });
  await conversion(shop, "in step", { state: "reported", action: "1.2.5", due: false });
  await conversion(shop, "stuck", { state: "stuck" });
  await conversion(shop, "nothing left", { state: "waiting", due: false });
  await conversion(other, "of another shop", { state: "waiting" });
  await pool().query("insert into code_placement (shop, code_id, target, state, next_at) values ($1, 'k1', 'p1', 'waiting', $2), ($1, 'k1', 'store', 'waiting', $2)", [shop, NOW]);
  const end = "insert into report_end (shop, order_id, n, program_id, connection_id, op, sent_at, ended_at, outcome) values ($1, $2, 1, 'p1', 'net', $3, $4, $4, 'accepted')";
  await pool().query(end, [shop, "a", "create", new Date("2026-06-10T10:00:00Z")]);
  await pool().query(end, [shop, "b", "create", new Date("2026-06-10T09:00:00Z")]);
  await pool().query(end, [shop, "c", "edit", new Date("2026-06-10T10:00:00Z")]);
});

describe("the backlog of a shop's accounts", () => {
  it("counts what waits of each kind, and what came and was told in the last hour", async () => {
    expect(await listBacklogs(SHOPS[0]!, NOW)).toEqual([expect.objectContaining({
      connectionId: "net", hour: { limit: 1_000, left: 600, reports: 200, codes: 100, reads: 60, others: 40, endsAt: "2026-06-10T11:00:00.000Z" },
      waits: { conversions: 4, codes: 1, deals: 0, readings: 1 }, lastHour: { came: 1, told: 1 }, warns: null,
    })]);
  });

  it("shows another shop on the same account the same hour and its own that waits", async () => {
    expect(await listBacklogs(SHOPS[1]!, NOW)).toEqual([expect.objectContaining({ hour: expect.objectContaining({ left: 600 }), waits: { conversions: 1, codes: 0, deals: 0, readings: 0 }, lastHour: { came: 0, told: 0 } })]);
  });
});

describe("a code whose deal is paused or over", () => {
  const shop = "three.myshopify.com";
  beforeAll(async () => {
    await makeShop({ shop });
    await pool().query("insert into network_connection (shop, id, network, account_sid, token, key_id, state, created_at) values ($1, 'net', 'impact', 'IRthree', 'sealed', 'k1', 'connected', $2)", [shop, NOW]);
    await makeProgram("p1", { shop, connectionId: "net", externalId: "1", eventTypeId: "1" });
    await makeCreator("c1", { shop });
    const deals = { open: [null, null], ends_later: ["2026-06-10T11:00:00Z", null], over: ["2026-06-10T10:00:00Z", null], paused: [null, "2026-06-10T10:00:00Z"] };
    for (const [id, [endsAt, pausedAt]] of Object.entries(deals)) {
      await pool().query("insert into deal (shop, id, name, terms, starts_at, ends_at, paused_at, store_state, next_at, created_at) values ($1, $2, $2, '{}', $3, $4, $5, 'live', $3, $3)", [shop, id, new Date("2026-06-01T00:00:00Z"), endsAt, pausedAt]);
      await makeCode(id, { shop, code: id.toUpperCase(), creator: "c1", program: "p1", dealId: id });
      await pool().query("insert into code_placement (shop, code_id, target, state, next_at) values ($1, $2, 'p1', 'waiting', $3)", [shop, id, NOW]);
    }
  });

  it("is on the way to no network, wherever what is on the way is counted", async () => {
    expect((await homeState(shop, NOW)).placements.waiting).toBe(2);
    expect((await listBacklogs(shop, NOW))[0]!.waits.codes).toBe(2);
    expect((await listConnections(shop, NOW))[0]!.waiting).toMatchObject({ codes: 2 });
  });
});
