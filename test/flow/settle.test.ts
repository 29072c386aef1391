import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { addTouch } from "#app/db/touch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { money, orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop, makeProgram, makeShop } from "#test/support/shop.ts";

useDatabase();

let shops = 0;
let shop = SHOP;
beforeEach(async () => {
  shop = `shop-${(shops += 1)}.myshopify.com`;
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function balances(): Promise<Record<string, bigint>> {
  const found = await pool().query<{ account: string; amount: bigint }>(
    `select order_id || '/' || code_id || '/' || creator_id || '/' || line_id as account, sum(amount)::bigint as amount from ledger_entry where shop = $1 group by 1 having sum(amount) <> 0 order by 1`,
    [shop],
  );
  return Object.fromEntries(found.rows.map((row) => [row.account, row.amount]));
}

async function entries(): Promise<string[]> {
  const found = await pool().query<{ kind: string; amount: bigint }>("select kind, amount from ledger_entry where shop = $1 order by id", [shop]);
  return found.rows.map((row) => `${row.kind} ${row.amount}`);
}

async function order(id = "1001"): Promise<Record<string, unknown>> {
  return (await pool().query("select * from order_state where shop = $1 and order_id = $2", [shop, id])).rows[0] as Record<string, unknown>;
}

async function conversions(): Promise<{ n: number; code_id: string; state: string; target: { sku: string; quantity: number; amount: string }[] }[]> {
  return (await pool().query("select n, code_id, state, target from conversion where shop = $1 order by order_id, n", [shop])).rows;
}

const paid = (fields = {}) => orderBody({ updated_at: "2026-06-10T10:00:04+02:00", ...fields });
const refundOfAll = { id: 7, admin_graphql_api_id: "gid://shopify/Refund/7", created_at: "2026-06-11T10:00:00+02:00", refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money("90.00"), total_tax_set: money("0.00") }], order_adjustments: [] };
const refunded = (fields = {}) => orderBody({ updated_at: "2026-06-11T10:00:00+02:00", financial_status: "refunded", refunds: [refundOfAll], ...fields });

describe("one order", () => {
  test("a paid order with Marie's code is credited to her, and the network is to hold it", async () => {
    await makeMariesShop(shop);
    await note(paid(), { shop });
    await settleAll();
    expect(await balances()).toEqual({ "1001/k1/c1/1": 9000n });
    expect(await order()).toMatchObject({ outcome: "credited", reason: null, credited: 9000n });
    expect(await conversions()).toMatchObject([{ n: 1, code_id: "k1", state: "waiting", target: [{ sku: "SKU-1", quantity: 1, amount: "9000" }] }]);
  });

  test("a refund reverses, and a later state raises again as an adjustment", async () => {
    await makeMariesShop(shop);
    await note(paid(), { shop });
    await settleAll();
    await note(refunded(), { shop });
    await settleAll();
    await note(paid({ updated_at: "2026-06-12T10:00:00+02:00" }), { shop });
    await settleAll();
    expect(await entries()).toEqual(["credit 9000", "reversal -9000", "adjustment 9000"]);
  });

  test("a repeat and a stale state change nothing, and say so", async () => {
    await makeMariesShop(shop);
    await note(refunded(), { shop, webhookId: "newest" });
    await settleAll();
    await note(refunded(), { shop, webhookId: "again" });
    await note(paid(), { shop, webhookId: "stale" });
    await settleAll();
    expect(await entries()).toEqual([]);
    const reasons = await pool().query("select webhook_id, state, reason from delivery where shop = $1 order by seq", [shop]);
    expect(reasons.rows).toEqual([
      { webhook_id: "newest", state: "done", reason: "newest" },
      { webhook_id: "again", state: "done", reason: "none" },
      { webhook_id: "stale", state: "done", reason: "none" },
    ]);
  });

  test("a stale state that shows the payment counts for that", async () => {
    await makeMariesShop(shop);
    await note(orderBody({ updated_at: "2026-06-10T12:00:00+02:00", financial_status: "partially_paid" }), { shop });
    await settleAll();
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "not_paid" });
    await note(paid(), { shop });
    await settleAll();
    expect(await order()).toMatchObject({ outcome: "credited" });
  });

  test("a deleted order is cancelled for good", async () => {
    await makeMariesShop(shop);
    await noteHint("orders/delete", "1001", shop);
    await settleAll();
    await note(paid(), { shop });
    await settleAll();
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "cancelled", credited: 0n });
  });

  test.each(["refunds/create", "orders/edited", "returns/close"])("%s asks the store for the order", async (topic) => {
    await makeMariesShop(shop);
    await noteHint(topic, "1001", shop);
    await settleAll();
    expect(await order()).toMatchObject({ fetch_why: topic, facts: null });
    expect((await order()).fetch_at).toBeInstanceOf(Date);
  });

  test("two different states of one version ask the store, whichever came first", async () => {
    await makeMariesShop(shop);
    await note(paid(), { shop });
    await note(refunded({ updated_at: "2026-06-10T10:00:04+02:00" }), { shop });
    await settleAll();
    expect(await order()).toMatchObject({ fetch_why: "one_version" });
  });

  test("a click that arrives late settles the visitor's order again", async () => {
    await makeShop({ shop });
    await makeProgram("p1", { shop });
    await makeCreator("c1", { shop, memberships: [{ program: "p1", partnerId: "1001" }] });
    await makeCode("k1", { shop, code: "MARIE10", creator: "c1", program: "p1", policy: "involved" });
    await note(paid({ note_attributes: [{ name: "creator_visitor", value: "v1" }] }), { shop });
    await settleAll();
    expect(await order()).toMatchObject({ reason: "no_click" });
    await addTouch(shop, { at: new Date("2026-06-09T10:00:00Z"), visitor: "v1", creatorId: "c1", clickId: null }, new Date("2026-06-11T10:00:00Z"));
    await settleAll();
    expect(await order()).toMatchObject({ outcome: "credited", credited: 9000n });
  });
});

test("a click that is noted while its order is being settled counts as well", async () => {
  await makeShop({ shop });
  await makeProgram("p1", { shop });
  await makeCreator("c1", { shop, memberships: [{ program: "p1", partnerId: "1001" }] });
  await makeCode("k1", { shop, code: "MARIE10", creator: "c1", program: "p1", policy: "involved" });
  await note(paid({ note_attributes: [{ name: "creator_visitor", value: "v1" }] }), { shop });
  await pool().query("create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.5); return new; end'");
  await pool().query("create trigger slow before insert on decision for each row execute function slow()");
  const settling = settleOnce();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await addTouch(shop, { at: new Date("2026-06-09T10:00:00Z"), visitor: "v1", creatorId: "c1", clickId: null }, new Date("2026-06-11T10:00:00Z"));
  await settling;
  await pool().query("drop function slow cascade");
  await settleAll();
  expect(await order()).toMatchObject({ outcome: "credited", credited: 9000n });
});

test("a conversion that waits for its program's event type was told to nobody: it is planned anew, under the order's own number", async () => {
  await makeMariesShop(shop);
  await makeCreator("c2", { shop, memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { shop, code: "PAUL20", creator: "c2", program: "p1" });
  await note(paid(), { shop });
  await settleAll();
  await pool().query("update conversion set state = 'stuck', problem = 'no_event_type', next_at = null where shop = $1", [shop]);
  await note(paid({ updated_at: "2026-06-10T11:00:00+02:00", codes: ["MARIE10", "PAUL20"], lines: [{ id: "1", price: "100.00", off: [[0, "10.00"], [1, "20.00"]] }] }), { shop });
  await settleAll();
  expect(await conversions()).toMatchObject([{ n: 1, code_id: "k2", state: "waiting", target: [{ amount: "7000" }] }]);
});

describe("programs that report nothing", () => {
  test.each([{ mode: "codes_only" as const }, { network: "none" }])("%o credits and tells nobody", async (options) => {
    await makeShop({ shop });
    await makeProgram("p1", { shop, ...options });
    await makeCreator("c1", { shop, memberships: [{ program: "p1", partnerId: "1001" }] });
    await makeCode("k1", { shop, code: "MARIE10", creator: "c1", program: "p1" });
    await note(paid(), { shop });
    await settleAll();
    expect(await balances()).toEqual({ "1001/k1/c1/1": 9000n });
    expect(await conversions()).toEqual([]);
  });
});

describe("the ledger in the database", () => {
  test.each(["update ledger_entry set amount = 1", "delete from ledger_entry", "truncate ledger_entry"])("refuses: %s", async (sql) => {
    await makeMariesShop(shop);
    await note(paid(), { shop });
    await settleAll();
    await expect(pool().query(sql)).rejects.toThrow(/append-only/);
    expect(await balances()).toEqual({ "1001/k1/c1/1": 9000n });
  });
});

describe("any order of arrival", () => {
  const states = [
    orderBody({ updated_at: "2026-06-10T10:00:01+02:00", financial_status: "pending" }),
    paid(),
    orderBody({ updated_at: "2026-06-10T10:30:00+02:00", lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, { id: "2", price: "50.00", off: [[0, "5.00"]] }] }),
    orderBody({
      updated_at: "2026-06-11T10:00:00+02:00",
      financial_status: "partially_refunded",
      refunds: [refundOfAll],
      lines: [{ id: "1", price: "100.00", currentQuantity: 0, off: [[0, "10.00"]] }, { id: "2", price: "50.00", off: [[0, "5.00"]] }],
    }),
  ];

  test("and any repetition, settled in any batches, gives the same balances", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 0, maxLength: 6 }), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), async (extra, all, pauses) => {
        shop = `shop-${(shops += 1)}.myshopify.com`;
        await makeMariesShop(shop);
        for (const [at, index] of [...extra, ...all].entries()) {
          await note(states[index]!, { shop });
          if (pauses[at]) await settleAll();
        }
        await settleAll();
        expect(await balances()).toEqual({ "1001/k1/c1/2": 4500n });
        expect((await conversions()).filter((row) => row.target.length > 0)).toMatchObject([{ n: 1, target: [{ sku: "SKU-2", quantity: 1, amount: "4500" }] }]);
      }),
      { numRuns: 25 },
    );
  });

  test("four workers at once settle each delivery once", async () => {
    await makeMariesShop(shop);
    for (let id = 2001; id < 2061; id++) {
      await note(paid({ id: String(id) }), { shop });
      await note(paid({ id: String(id), updated_at: "2026-06-10T10:00:09+02:00" }), { shop });
    }
    await Promise.all([settleAll(), settleAll(), settleAll(), settleAll()]);
    expect(Object.values(await balances())).toEqual(Array.from({ length: 60 }, () => 9000n));
    expect(await entries()).toHaveLength(60);
  });
});
