// What the pages show of sales is what the ledger adds up to. The demo's whole shop is held against the same sums in test/local/demo.test.ts.
import { afterAll, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { addHandAct } from "#app/db/hand.ts";
import { lockOrders } from "#app/db/order.ts";
import { listCreators } from "#app/db/reads/creators.ts";
import { sumProgress } from "#app/db/sums.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { sumOnce } from "#app/flow/sums.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { shownSums } from "#test/local/demo/sums.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { money, orderBody, SHOP, type LineSketch } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

useDatabase();
afterAll(() => setClockOffsetMs(0));

const NAMES = ["MARIE10", "JONAS15", "ANNA5", "LENA20", "PAUL7", "NOBODYS"];
const NOW = new Date("2026-06-30T10:00:00Z");
const LATER = new Date("2026-07-04T23:00:00Z");
const ZONE = "Europe/Berlin";
const ORDERS = 115;

/** Settles what was noted, as if it were then: entries stand on the day on which they were made. */
async function settleAll(then: string | Date): Promise<void> {
  setClockOffsetMs(new Date(then).getTime() - Date.now());
  while ((await settleOnce()) > 0);
}

/** Orders of half a year, some an hour before or after midnight in the shop's zone, with one or two codes, some returned, cancelled or paid later. */
function states(at: number): Record<string, unknown>[] {
  const id = String(5001 + at);
  const created = new Date(Date.UTC(2026, 0, 3, 21) + at * 36 * 3_600_000 + (at % 4) * 1_800_000);
  const updated = (hours: number) => new Date(created.getTime() + hours * 3_600_000).toISOString();
  const codes = at % 5 === 0 ? [] : at % 7 === 0 ? [NAMES[at % 5]!, NAMES[(at + 1) % 5]!] : [NAMES[at % 6]!];
  const lines: LineSketch[] = [{ id: `${id}1`, price: `${20 + at}.35`, off: codes.map((_, index): [number, string] => [index, `${index + 1}.07`]) }, { id: `${id}2`, price: "9.90", quantity: 2 }];
  const body = (hours: number, fields = {}) => orderBody({ id, codes, lines, created_at: created.toISOString(), updated_at: updated(hours), ...fields });
  const returned = { id: Number(id), refund_line_items: [{ line_item_id: Number(`${id}2`), quantity: 1, subtotal_set: money("9.90"), total_tax_set: money("0.00") }], order_adjustments: [] };
  const paid = body(0);
  if (at % 6 === 1) return [paid, body(30, { financial_status: "partially_refunded", refunds: [returned] }), body(60)];
  if (at % 9 === 2) return [paid, body(20, { cancelled_at: updated(20) })];
  return at % 11 === 3 ? [body(0, { financial_status: "pending" })] : [paid];
}

test("home, deals, codes, creators and orders show what the entries add up to", async () => {
  await makeShop({ stackingRule: "split" });
  await makeProgram("p1");
  await pool().query(
    `insert into deal (shop, id, name, terms, starts_at, reserve_code, next_at, created_at) select $1, id, id, '{"kind":"percentage"}', $3, 'RESERVE-' || id, $3, $3 from unnest($2::text[]) id`,
    [SHOP, ["d1", "d2"], new Date("2026-01-01T00:00:00Z")],
  );
  for (const [at, code] of NAMES.slice(0, 5).entries()) {
    await makeCreator(`c${at % 4}`, { memberships: [{ program: "p1", partnerId: String(at) }] }).catch(() => {}); // the last one has two codes
    await makeCode(`k${at}`, { code, creator: `c${at % 4}`, program: "p1", dealId: at % 2 === 0 ? "d1" : "d2" });
  }
  for (let at = 0; at < ORDERS; at++) {
    for (const state of states(at)) {
      await note(state);
      await settleAll(state.updated_at as string);
    }
  }
  for (const [orderId, act, codeId, amount] of [["5006", "credit", "k2", null], ["5007", "exclude", null, null], ["5008", "correct", "k0", 777n]] as const) {
    await inTransaction(async (client) => {
      await lockOrders(client, [{ shop: SHOP, orderId }]);
      await addHandAct(client, SHOP, { orderId, who: "someone", act, codeId, amount, reason: "agreed" }, NOW);
    });
  }
  await settleAll(NOW);

  // From the entries, then from the daily sums, on the day on which their periods end and on a later one.
  const lastSales: unknown[] = [];
  for (const [at, built] of [[NOW, false], [NOW, true], [LATER, true]] as const) {
    while (built && (await sumOnce()) > 0);
    expect((await sumProgress(SHOP))?.built ?? false).toBe(built);
    const all = await shownSums(SHOP, at, ZONE);
    expect(all.length).toBeGreaterThan(ORDERS);
    const { rows } = await listCreators(SHOP, { view: "all", q: "", sort: "name", page: 1, now: at });
    lastSales.push(rows.map(({ id, lastSaleAt }) => [id, lastSaleAt]));
    for (const { what, shown, added } of all) expect({ what, sums: shown }).toEqual({ what, sums: added });
  }
  expect(lastSales).toEqual([lastSales[0], lastSales[0], lastSales[0]]);
  expect(await verifyLedger({ shop: SHOP })).toMatchObject({ differences: [], sums: { shops: 1, differences: [] } });
});
