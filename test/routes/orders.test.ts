// Orders, and the proof of one: from deliveries through settling to what the loaders hand to the pages.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { money, orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";
import { ask, keepSession, thrown } from "./ask.ts";

useDatabase();
const OTHER_SHOP = "elsewhere.myshopify.com";
const list = async () => (await import("#app/routes/app.orders._index.tsx")).loader;
const proof = async () => (await import("#app/routes/app.orders.$id.tsx")).loader;

/** Hoodie, 2 x 40.00, minus 8.00, tax 11.50 inside: base 60.50, half of which is returned later. */
const hoodie = {
  id: "1001", taxes_included: true, codes: ["MARIE10"],
  lines: [{ id: "1", price: "40.00", quantity: 2, tax: "11.50", off: [[0, "8.00"]] as [number, string][] }],
};
const returned = {
  ...hoodie, updated_at: "2026-06-12T10:00:00+02:00", financial_status: "partially_refunded",
  refunds: [{ id: 77, created_at: "2026-06-12T10:00:00+02:00", order_adjustments: [], refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money("36.00"), total_tax_set: money("5.75") }] }],
};

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-06-20T10:00:00Z") - Date.now());
  await makeMariesShop();
  await makeMariesShop(OTHER_SHOP);
  await makeCreator("c2", { name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { code: "ZOE5", creator: "c2", program: "p1" });
  await note(orderBody(hoodie));
  await settleOnce();
  await note(orderBody(returned), { webhookId: "the-refund" });
  await note(orderBody({ id: "1002", codes: [], created_at: "2026-06-11T10:00:00Z" }));
  await note(orderBody({ id: "1003", financial_status: "pending", created_at: "2026-06-12T10:00:00Z" }));
  await note(orderBody({ id: "1004", created_at: "2026-06-13T10:00:00Z", codes: ["ZOE5", "MARIE10"], lines: [{ id: "4", price: "100.00", off: [[0, "5.00"], [1, "10.00"]] }] }));
  await note(orderBody({ id: "1007", created_at: "2026-06-12T11:00:00Z", lines: [{ id: "7", price: "0.00" }] }));
  await noteHint("refunds/create", "1005");
  await noteDelivery({ shop: SHOP, webhookId: randomUUID(), topic: "orders/create", eventId: null, triggeredNs: 1n, receivedAt: new Date("2026-06-14T10:00:00Z"), orderId: "1006", facts: null, bodyHash: "h", state: "unreadable", reason: "line_items[0].price is no amount" });
  while ((await settleOnce()) > 0);
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("an order without any amount", () => {
  it("has nothing to credit: nothing was ever taken back from it", async () => {
    const { order, proof: told, entries } = await (await proof())(ask(SHOP, "/app/orders/1007", undefined, { id: "1007" }));
    expect([order.outcome, order.credited, entries]).toEqual(["nothing", "0", []]);
    expect(told).toMatchObject({ credited: "0", codes: [{ reason: null }] });
  });
});

describe("Orders", () => {
  const views: [string, string[]][] = [
    ["codes", ["1005", "1006", "1004", "1007", "1003", "1001"]],
    ["credited", ["1004", "1001"]],
    ["not_credited", ["1007", "1003"]],
    ["waiting", ["1005"]],
    ["unreadable", ["1006"]],
    ["trouble", []],
    ["all", ["1005", "1006", "1004", "1007", "1003", "1002", "1001"]],
  ];
  it.each(views)("the view %s shows %j", async (view, ids) => {
    const { orders } = await (await list())(ask(SHOP, `/app/orders?view=${view}`));
    expect(orders.rows.map((row) => row.orderId)).toEqual(ids);
    expect(orders.total).toBe(ids.length);
  });

  it("says for each who is credited with what, or why nobody is", async () => {
    const { orders } = await (await list())(ask(SHOP, "/app/orders?view=all"));
    const of = (id: string) => orders.rows.find((row) => row.orderId === id);
    expect(of("1001")).toMatchObject({ outcome: "credited", credited: "3025", network: "waiting", matched: [{ code: "MARIE10", creator: { name: "Marie" } }] });
    expect(of("1002")).toMatchObject({ outcome: "not_credited", reason: "no_creator_code", matched: [], network: "none" });
    expect(of("1003")).toMatchObject({ outcome: "not_credited", reason: "not_paid" });
    expect(of("1004")).toMatchObject({ outcome: "credited", matched: [{ code: "MARIE10", outcome: "credited" }, { code: "ZOE5", outcome: "not_credited", reason: "outranked" }] });
    expect(of("1006")).toMatchObject({ outcome: "unreadable", unreadable: "line_items[0].price is no amount" });
  });

  it.each([["q=zo%C3%AB", ["1004"]], ["q=1003", ["1003"]], ["q=%25", []], ["creator=c2", ["1004"]], ["sort=amount&view=credited", ["1004", "1001"]], ["sort=oldest&view=credited", ["1001", "1004"]]])("%s finds %j", async (search, ids) => {
    const { orders } = await (await list())(ask(SHOP, `/app/orders?${search}`));
    expect(orders.rows.map((row) => row.orderId)).toEqual(ids);
  });

  it("another shop sees none of them", async () => {
    const { orders, counts } = await (await list())(ask(OTHER_SHOP, "/app/orders?view=all"));
    expect([orders.total, counts.any, counts.unreadable]).toEqual([0, false, 0]);
  });

  it("an unreadable order is open no more once it could be read", async () => {
    const { counts } = await (await list())(ask(SHOP, "/app/orders"));
    expect(counts).toEqual({ any: true, awaiting: 0, waiting: 1, unreadable: 1, trouble: 0 });
    // What we note of an order ourselves reads no state of it.
    await noteHint("touch", "1006");
    while ((await settleOnce()) > 0);
    expect((await (await list())(ask(SHOP, "/app/orders"))).counts).toEqual(counts);
    await note(orderBody({ id: "1006", created_at: "2026-06-14T10:00:00Z", codes: [] }));
    while ((await settleOnce()) > 0);
    expect((await (await list())(ask(SHOP, "/app/orders"))).counts).toEqual({ any: true, awaiting: 0, waiting: 1, unreadable: 0, trouble: 0 });
  });
});

describe("Order", () => {
  const open = async (id: string, shop = SHOP) => (await proof())(ask(shop, `/app/orders/${id}`, undefined, { id }));

  it("proves each line to the cent", async () => {
    const { proof } = await open("1001");
    expect(proof?.lines).toEqual([
      expect.objectContaining({ quantity: 2, price: "4000", gross: "8000", taxInside: "1150", base: "6050", returned: { quantity: 1, amount: "3025" }, left: "3025", credited: [{ codeId: "k1", amount: "3025" }] }),
    ]);
    expect(proof?.discounts).toMatchObject([{ name: "MARIE10", amount: "800" }]);
  });

  it("the ledger names the delivery behind each entry, and sums to what is credited", async () => {
    const { entries, order } = await open("1001");
    expect(entries.map((entry) => [entry.kind, entry.amount])).toEqual([["credit", "6050"], ["reversal", "-3025"]]);
    expect(entries.at(-1)?.cause).toMatchObject({ id: "the-refund", topic: "orders/updated", hash: "hash" });
    expect(String(entries.reduce((sum, entry) => sum + BigInt(entry.amount), 0n))).toBe(order.credited);
  });

  it("says what the network is to hold, and under which rules the order stands", async () => {
    const { told, proof } = await open("1001");
    expect(told).toMatchObject([{ n: 1, networkOrderId: "1001", toldCode: "MARIE10", state: "waiting", sent: null, target: [{ sku: "SKU-1", quantity: 1, amount: "3025" }] }]);
    expect(proof).toMatchObject({ shopRule: { stackingRule: "largest_discount", since: null }, overrides: [], hand: null });
    expect(proof?.codes).toMatchObject([{ codeId: "k1", code: "MARIE10", onOrder: ["MARIE10"], generic: false, policy: "always", creator: { name: "Marie" }, program: { id: "p1" }, rule: { creditOn: "paid", clickWindowDays: 30 } }]);
  });

  it("of competing codes each says what became of it", async () => {
    const { proof } = await open("1004");
    expect(proof?.codes.map((code) => [code.codeId, code.reason, code.discount])).toEqual([["k2", "outranked", "500"], ["k1", null, "1000"]]);
    expect(proof?.contest).toMatchObject({ how: "won", rule: "largest_discount", ranking: [{ codeId: "k1", discount: "1000" }, { codeId: "k2", discount: "500" }] });
  });

  it("an order that is only known by name waits, without a proof", async () => {
    const { order, proof, deliveries } = await open("1005");
    expect([order.outcome, proof]).toEqual(["waiting", null]);
    expect(deliveries).toMatchObject([{ topic: "refunds/create" }]);
  });

  it("is not found for another shop, nor under an id that is none", async () => {
    expect((await thrown(open("1001", OTHER_SHOP))).status).toBe(404);
    expect((await thrown(open("1001' or true"))).status).toBe(404);
  });
});
