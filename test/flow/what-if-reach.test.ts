// Applying a what-if reaches every order of the program in the period, also one on which no sum changes, whenever it was settled last.
import { beforeEach, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { applyWhatIf } from "#app/flow/what-if-apply.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { compute, makeWhatIfShop, sellInJune, settleAll } from "./what-ifs.ts";

useDatabase();

let shops = 0;
let shop = "";
beforeEach(async () => {
  shop = `applied-${(shops += 1)}.myshopify.com`;
  await makeWhatIfShop(shop);
  await sellInJune(shop);
});

/** As it is once some time has passed since. */
async function settledLongAgo(): Promise<void> {
  await pool().query("update order_state set settled_at = '2026-07-03T00:00:00Z' where shop = $1", [shop]);
}

async function apply(fields: Parameters<typeof compute>[1]): Promise<void> {
  await settledLongAgo();
  const applied = await applyWhatIf(shop, await compute(shop, fields), "Claire");
  expect(applied).toMatchObject({ ok: true });
  await settleAll();
}

test("the reason that an order earns nothing is the new one, though nothing is credited either way", async () => {
  await apply({ creditPolicy: "winner" });
  const { rows } = await pool().query("select reason from order_state where shop = $1 and order_id = '4'", [shop]);
  expect(rows).toEqual([{ reason: "not_winning_click" }]);
  expect((await verifyLedger({ shop })).differences).toEqual([]);
});

test("an order without a creator code, and one of another program, are not settled anew", async () => {
  await note(orderBody({ id: "8", codes: [] }), { shop });
  await settleAll();
  await apply({ creditPolicy: "winner" });
  const { rows } = await pool().query("select order_id from delivery where shop = $1 and topic = 'what_if' order by 1", [shop]);
  expect(rows.map((row) => row.order_id)).toEqual(["1", "3", "4"]);
});

test("lines that move between two codes are moved, though both codes' sums stay", async () => {
  await note(orderBody({ id: "8", codes: ["MARIE10", "LEO20"], lines: [{ id: "81", price: "110.00", off: [[0, "10.00"]] }, { id: "82", price: "110.00", off: [[1, "10.00"]] }] }), { shop });
  await settleAll();
  await apply({ stackingRule: "split", scope: "discounted_lines" });
  expect((await verifyLedger({ shop })).differences).toEqual([]);
  await apply({ scope: "order" });
  const { rows } = await pool().query("select line_id, sum(amount)::int as amount from ledger_entry where shop = $1 and order_id = '8' and code_id = 'k-marie' group by 1 order by 1", [shop]);
  expect(rows).toEqual([{ line_id: "81", amount: 5000 }, { line_id: "82", amount: 5000 }]);
  expect((await verifyLedger({ shop })).differences).toEqual([]);
});

test("the store is asked for orders of which it has yet to tell something that the settings ask for", async () => {
  await apply({ renewals: "none" });
  const { rows } = await pool().query("select order_id from order_state where shop = $1 and fetch_at is not null order by 1", [shop]);
  expect(rows.map((row) => row.order_id)).toEqual(["1", "2", "3", "4", "5"]);
});
