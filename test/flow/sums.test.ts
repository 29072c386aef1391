// The daily sums against the entries: whatever is settled, taken back or decided by hand, whenever it is added up and by whom, pages show what the ledger adds up to.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { addHandAct } from "#app/db/hand.ts";
import { lockOrders } from "#app/db/order.ts";
import { salesFromEntries, salesOf } from "#app/db/reads/home.ts";
import { dealsFromEntries, NOTHING_SOLD, soldByDeal } from "#app/db/reads/sold.ts";
import { foldChanges, holdSums, oneState, sumProgress } from "#app/db/sums.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { rebuildSums, sumOnce, sumShop } from "#app/flow/sums.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { money, orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import "#test/support/drawn.ts";

useDatabase();
afterAll(() => setClockOffsetMs(0));

const CODES = ["MARIE10", "JONAS15", "ANNA5", "LENA20"];
const DEALS = ["d1", "d2"];
const BEGIN = Date.UTC(2026, 2, 20, 12);
const HOUR_MS = 3_600_000;
/** So few at once that several turns are needed. */
const FEW = { changes: 3, orders: 4 };

async function makeShopOf(shop: string): Promise<void> {
  await makeShop({ shop, stackingRule: "split" });
  await makeProgram("p1", { shop, network: "none" });
  for (const at of [0, 1, 2]) await makeCreator(`c${at}`, { shop, memberships: [{ program: "p1" }] });
  for (const [at, code] of CODES.entries()) await makeCode(`k${at}`, { shop, code, creator: `c${at % 3}`, program: "p1" });
  await pool().query("update code set deal_id = case when id in ('k0', 'k1', 'k2') then 'd1' else 'd2' end where shop = $1", [shop]);
}

type Act =
  | { kind: "order"; order: number; codes: number[]; price: number; hour: number; state: "paid" | "pending" | "cancelled" | "refunded" }
  | { kind: "delete"; order: number }
  | { kind: "hand"; order: number; act: "credit" | "exclude" | "correct"; code: number; amount: number }
  | { kind: "fold" | "two" | "killed" | "slice" | "rebuild" }
  | { kind: "pass"; hours: number }
  | { kind: "move"; code: number; deal: string }
  | { kind: "zone"; zone: string };

const order = fc.nat(11);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("order" as const), order, codes: fc.uniqueArray(fc.nat(3), { maxLength: 3 }), price: fc.integer({ min: 0, max: 99 }), hour: fc.nat(24 * 45), state: fc.constantFrom("paid", "paid", "paid", "pending", "cancelled", "refunded") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), order }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hand" as const), order, act: fc.constantFrom("credit", "exclude", "correct"), code: fc.nat(3), amount: fc.integer({ min: 0, max: 5_000 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("fold" as const, "two" as const, "killed" as const, "slice" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), hours: fc.constantFrom(1, 9, 24, 60, 500, -30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), code: fc.nat(3), deal: fc.constantFrom("d1", "d2") }) },
  { weight: 1, arbitrary: fc.oneof(fc.record({ kind: fc.constant("zone" as const), zone: fc.constantFrom("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles") }), fc.constant({ kind: "rebuild" as const })) },
);

/** A shop as it is led through the acts: what was said of its orders, what time it is, and where its days begin. */
type World = { shop: string; nowMs: number; zone: string; said: number; created: Map<number, number> };

async function run(world: World, one: Act): Promise<void> {
  const { shop } = world;
  const orderId = "order" in one ? String(1_000 + one.order) : "";
  switch (one.kind) {
    case "order":
      await noteState(world, one);
      return;
    case "delete":
      await noteHint("orders/delete", orderId, shop);
      return;
    case "hand": {
      const codeId = one.act === "exclude" ? null : `k${one.code}`;
      await inTransaction(async (client) => {
        if ((await lockOrders(client, [{ shop, orderId }]))[0]!.facts === null) return;
        await addHandAct(client, shop, { orderId, who: "someone", act: one.act, codeId, amount: one.act === "correct" ? BigInt(one.amount) : null, reason: "agreed" }, new Date(world.nowMs));
      });
      return;
    }
    case "fold":
      while ((await sumOnce(FEW)) > 0);
      return;
    case "two":
      await Promise.all([sumOnce(FEW), sumOnce(FEW), sumShop(shop, FEW)]);
      return;
    case "slice":
      await sumShop(shop, FEW);
      return;
    case "killed":
      await expect(inTransaction(async (client) => {
        await oneState(client);
        const state = await holdSums(client, shop);
        if (state?.builtAt) await foldChanges(client, state, FEW.changes);
        throw new Error("killed");
      })).rejects.toThrow("killed");
      return;
    case "rebuild":
      await rebuildSums({ shop });
      return;
    case "pass":
      world.nowMs += one.hours * HOUR_MS;
      return;
    case "move":
      await pool().query("update code set deal_id = $3 where shop = $1 and id = $2", [shop, `k${one.code}`, one.deal]);
      return;
    case "zone":
      world.zone = one.zone;
      await pool().query("update shop set timezone = $2 where shop = $1", [shop, one.zone]);
  }
}

async function noteState(world: World, { order, codes, price, hour, state }: Extract<Act, { kind: "order" }>): Promise<void> {
  const createdMs = world.created.get(order) ?? BEGIN - hour * HOUR_MS + (order % 4) * 1_799_000;
  world.created.set(order, createdMs);
  const id = String(1_000 + order);
  const returned = { id: Number(id), refund_line_items: [{ line_item_id: Number(`${id}1`), quantity: 1, subtotal_set: money("9.00"), total_tax_set: money("0.00") }], order_adjustments: [] };
  await note(orderBody({
    id, codes: codes.map((at) => CODES[at]!), created_at: new Date(createdMs).toISOString(), updated_at: new Date(BEGIN + (world.said += 1) * 1_000).toISOString(),
    lines: [{ id: `${id}1`, price: `${price}.35`, off: codes.map((_, index): [number, string] => [index, `0.0${index + 1}`]) }, { id: `${id}2`, price: "9.90", quantity: 2 }],
    ...(state === "pending" ? { financial_status: "pending" } : {}),
    ...(state === "cancelled" ? { cancelled_at: new Date(BEGIN).toISOString() } : {}),
    ...(state === "refunded" ? { financial_status: "partially_refunded", refunds: [returned] } : {}),
  }), { shop: world.shop });
}

/** How often pages were answered from built sums, in all runs. */
let built = 0;

async function pagesAreRight({ shop, nowMs, zone }: World): Promise<void> {
  for (const days of [7, 30, 90]) {
    const span = { days, now: new Date(nowMs), timezone: zone };
    expect(await salesOf(shop, span)).toEqual(await salesFromEntries(shop, span));
  }
  const [shown, added] = [await soldByDeal(shop, DEALS), await dealsFromEntries(shop, DEALS)];
  for (const deal of DEALS) expect(shown.get(deal) ?? NOTHING_SOLD).toEqual(added.get(deal) ?? NOTHING_SOLD);
  if ((await sumProgress(shop))?.built) built += 1;
}

test("pages show what the entries add up to, after any acts and at any moment", async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
      const world: World = { shop: `sums-${(runs += 1)}.myshopify.com`, nowMs: BEGIN, zone: "Europe/Berlin", said: 0, created: new Map() };
      await makeShopOf(world.shop);
      for (const one of acts) {
        setClockOffsetMs(world.nowMs - Date.now());
        await run(world, one);
        while ((await settleOnce()) > 0);
        await pagesAreRight(world);
      }
      while ((await sumOnce(FEW)) > 0);
      const { differences, sums } = await verifyLedger({ shop: world.shop });
      expect({ differences, sums }).toMatchObject({ differences: [], sums: { shops: 1, differenceCount: 0 } });
    }),
    { numRuns: 15 },
  );
  expect(built).toBeGreaterThan(50);
}, 240_000);

test("a sum that was bent is named, and built anew", async () => {
  const shop = "bent.myshopify.com";
  setClockOffsetMs(BEGIN - Date.now());
  await makeShopOf(shop);
  await note(orderBody({ created_at: "2026-03-18T22:30:00Z" }), { shop });
  while ((await settleOnce()) > 0);
  while ((await sumOnce()) > 0);
  await pool().query("update sum_day set amount = amount + 5 where shop = $1 and kind = 'creator'", [shop]);
  const { sums } = await verifyLedger({ shop });
  expect(sums.differences).toEqual([
    { shop, kind: "creator", id: "c0", day: "0", held: { orders: "1", amount: "9000", back: "0" }, added: { orders: "1", amount: "9005", back: "0" } },
    { shop, kind: "creator", id: "c0", day: "2026-03-18", held: { orders: "1", amount: "9005", back: "0" }, added: { orders: "1", amount: "9000", back: "0" } },
    { shop, kind: "creator", id: "c0", day: "30", held: { orders: "1", amount: "9000", back: "0" }, added: { orders: "1", amount: "9005", back: "0" } },
    { shop, kind: "creator", id: "c0", day: "7", held: { orders: "1", amount: "9000", back: "0" }, added: { orders: "1", amount: "9005", back: "0" } },
    { shop, kind: "creator", id: "c0", day: "90", held: { orders: "1", amount: "9000", back: "0" }, added: { orders: "1", amount: "9005", back: "0" } },
  ]);
  expect(await rebuildSums({ shop })).toBe(1);
  expect((await verifyLedger({ shop })).sums).toMatchObject({ shops: 1, differenceCount: 0, differences: [] });
});

test("a day that begins at another instant than it did, by new rules of the zone, has the sums built anew on the next day", async () => {
  const shop = "rules.myshopify.com";
  setClockOffsetMs(BEGIN - Date.now());
  await makeShopOf(shop);
  await note(orderBody({ created_at: "2026-03-18T22:30:00Z" }), { shop });
  while ((await settleOnce()) > 0);
  while ((await sumOnce()) > 0);
  // As an older table of zones would have had it: the order on the next day.
  await pool().query("update sum_day set day = day + 1 where shop = $1", [shop]);
  await pool().query("update sum_state set rules = 'other' where shop = $1", [shop]);
  setClockOffsetMs(BEGIN + 24 * HOUR_MS - Date.now());
  while ((await sumOnce()) > 0);
  expect((await verifyLedger({ shop })).sums).toMatchObject({ shops: 1, differenceCount: 0 });
});
