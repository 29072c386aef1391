import { beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { settleOnce, startSettling } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { money, orderBody } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";
import { until } from "#test/support/app.ts";

useDatabase();

let shops = 0;
let shop = "";
beforeEach(async () => {
  shop = `fault-${(shops += 1)}.myshopify.com`;
  await makeMariesShop(shop);
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function deliveries(): Promise<Record<string, { state: string; reason: string | null; facts: boolean }>> {
  const { rows } = await pool().query("select webhook_id, state, reason, facts is not null as facts from delivery where shop = $1 order by seq", [shop]);
  return Object.fromEntries(rows.map(({ webhook_id, ...row }) => [webhook_id, row]));
}

async function credited(): Promise<Record<string, bigint>> {
  const { rows } = await pool().query<{ order_id: string; amount: bigint }>("select order_id, sum(amount)::bigint as amount from ledger_entry where shop = $1 group by 1 order by 1", [shop]);
  return Object.fromEntries(rows.map((row) => [row.order_id, row.amount]));
}

const refundWithoutLine = { id: 7, admin_graphql_api_id: "gid://shopify/Refund/7", refund_line_items: [], order_adjustments: [{ kind: "refund_discrepancy", amount_set: money("-1.00") }] };
const poisons: { what: string; fields: Record<string, unknown> }[] = [
  { what: "a base that no ledger can hold", fields: { taxes_included: true, lines: [{ id: "1", price: "90000000000000000.00", tax: "-90000000000000000.00" }] } },
  { what: "taxes that no arithmetic can share out", fields: { lines: [{ id: "1", price: "10.00", tax: "-10.00" }, { id: "2", price: "10.00" }], refunds: [refundWithoutLine] } },
];

describe("an order that cannot be settled", () => {
  test.each(poisons)("$what: it is set aside with its reason, and holds up nobody", async ({ fields }) => {
    await note(orderBody({ id: "1" }), { shop, webhookId: "before" });
    await note(orderBody({ id: "2", ...fields }), { shop, webhookId: "poison" });
    await note(orderBody({ id: "3" }), { shop, webhookId: "after" });
    await settleAll();
    expect(await credited()).toEqual({ "1": 9000n, "3": 9000n });
    expect(await deliveries()).toEqual({
      before: { state: "done", reason: "newest", facts: false },
      poison: { state: "unreadable", reason: expect.stringMatching(/^not settled: ./), facts: true },
      after: { state: "done", reason: "newest", facts: false },
    });
  });

  test("is settled by its next state that can be", async () => {
    await note(orderBody({ id: "2", ...poisons[0]!.fields }), { shop, webhookId: "poison" });
    await settleAll();
    await note(orderBody({ id: "2", updated_at: "2026-06-10T11:00:00+02:00" }), { shop, webhookId: "mended" });
    await settleAll();
    expect(await credited()).toEqual({ "2": 9000n });
    expect(await deliveries()).toMatchObject({ poison: { state: "unreadable" }, mended: { state: "done", reason: "newest" } });
  });

  test("is tried again when the app starts: a newer version may know how", async () => {
    await note(orderBody({ id: "2" }), { shop, webhookId: "poison" });
    await pool().query("update delivery set state = 'unreadable', reason = 'not settled: an older version could not' where shop = $1", [shop]);
    await pool().query("insert into delivery (shop, webhook_id, topic, received_at, body_hash, state, reason) values ($1, 'no order', 'orders/paid', $2, '', 'unreadable', 'the body is no JSON object')", [shop, new Date()]);
    const loop = startSettling();
    await until("the delivery is settled", async () => ((await deliveries()).poison!.state === "done" ? true : null));
    await loop.stop();
    expect(await credited()).toEqual({ "2": 9000n });
    expect((await deliveries())["no order"]).toMatchObject({ state: "unreadable", reason: "the body is no JSON object" });
  });
});

describe("a fault of the database that passes", () => {
  test.each(["40001", "40P01", "57014", "53300"])("%s sets nothing aside: the batch is settled when it has passed", async (code) => {
    await note(orderBody({ id: "1" }), { shop, webhookId: "w" });
    await pool().query(`create or replace function trouble() returns trigger language plpgsql as 'begin raise exception ''trouble'' using errcode = ''${code}''; end'`);
    await pool().query("create trigger trouble before insert on ledger_entry for each row execute function trouble()");
    await expect(settleOnce()).rejects.toThrow("trouble");
    await pool().query("drop function trouble cascade");
    expect(await deliveries()).toEqual({ w: { state: "new", reason: null, facts: true } });
    await settleAll();
    expect(await credited()).toEqual({ "1": 9000n });
  });
});
