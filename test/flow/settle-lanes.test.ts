// Several who settle at once, and what settling leaves as it is.
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { lockOrders } from "#app/db/order.ts";
import { holdRulesAlone } from "#app/db/rules-lock.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { keyedHash } from "#app/crypto.server.ts";
import { settleOnce, settleWaiting } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();

let shops = 0;
let shop = "";
beforeEach(async () => {
  shop = `lanes-${(shops += 1)}.myshopify.com`;
  await makeMariesShop(shop);
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

type Held = { order_id: string; credited: bigint; entries: number; facts: OrderFacts | null; fetch_why: string | null; open: number };

async function orders(): Promise<Held[]> {
  const { rows } = await pool().query<Held>(
    `select o.order_id, o.credited, o.facts, o.fetch_why, (select count(*)::int from ledger_entry l where l.shop = o.shop and l.order_id = o.order_id) as entries,
       (select count(*)::int from delivery d where d.shop = o.shop and d.order_id = o.order_id and d.state <> 'done') as open
     from order_state o where o.shop = $1 order by o.order_id`,
    [shop],
  );
  return rows;
}

/** Runs `work` while a transaction that has done `first` is open, and ends it when `work` has met it, or has ended without. */
async function beside(first: (client: Parameters<Parameters<typeof inTransaction>[0]>[0]) => Promise<unknown>, work: () => Promise<unknown>): Promise<void> {
  const begun = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  const other = inTransaction(async (client) => {
    await first(client);
    begun.resolve();
    await ending.promise;
  });
  await begun.promise;
  let isOver = false;
  const working = work().finally(() => (isOver = true));
  while (!isOver && (await pool().query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount === 0) await sleep(10);
  ending.resolve();
  await other;
  await working;
}

test("several at once settle a backlog in which every order comes thrice: each order is credited once, and nothing is left", async () => {
  const count = 170;
  for (const [at, financial_status] of ["pending", "paid", "paid"].entries()) {
    for (let id = 0; id < count; id++) await note(orderBody({ id: String(2000 + id), financial_status, updated_at: `2026-06-10T10:00:0${at}+02:00` }), { shop });
  }
  const settlers = Array.from({ length: 3 }, async () => {
    for (let idle = 0; idle < 3; ) idle = (await settleWaiting()) === 0 ? idle + 1 : 0;
  });
  await Promise.all(settlers);
  await settleAll();
  const held = await orders();
  expect(held).toHaveLength(count);
  for (const order of held) expect(order).toMatchObject({ credited: 9000n, entries: 1, open: 0 });
  expect((await verifyLedger({ shop })).differences).toEqual([]);
}, 180_000);

describe("an order that somebody else has in hand", () => {
  test.each(["known", "new"] as const)("and that is %s holds up no other, and is settled when it is free", async (kind) => {
    if (kind === "known") {
      await note(orderBody({ id: "1" }), { shop });
      await settleAll();
    }
    await note(orderBody({ id: "1", updated_at: "2026-06-10T11:00:00+02:00", lines: [{ id: "1", price: "50.00" }] }), { shop });
    await note(orderBody({ id: "2" }), { shop });
    const holding = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const other = inTransaction(async (client) => {
      await lockOrders(client, [{ shop, orderId: "1" }]);
      holding.resolve();
      await letGo.promise;
    });
    await holding.promise;
    await settleAll(); // it ends: what is in hand counts as nothing that could be done
    expect((await orders()).find(({ order_id }) => order_id === "2")).toMatchObject({ credited: 9000n, open: 0 });
    expect((await pool().query("select from delivery where shop = $1 and order_id = '1' and state = 'new'", [shop])).rowCount).toBe(1);
    letGo.resolve();
    await other;
    await settleAll();
    expect((await orders())[0]).toMatchObject({ order_id: "1", credited: 5000n, open: 0 });
  });
});

describe("an order of which somebody makes a row while it is settled for the first time", () => {
  test("is filled in, and what the store is to be asked stays", async () => {
    await note(orderBody({ id: "7" }), { shop });
    await beside((client) => client.query("insert into order_state (shop, order_id, fetch_at, fetch_why) values ($1, '7', now(), 'sweep')", [shop]), settleAll);
    expect(await orders()).toMatchObject([{ order_id: "7", credited: 9000n, entries: 1, fetch_why: "sweep", open: 0 }]);
  });

  test("is settled again from what stands there, where it is more than a name", async () => {
    const read = readOrder(orderBody({ id: "8", updated_at: "2026-06-10T12:00:00+02:00", lines: [{ id: "1", price: "20.00" }] }), keyedHash);
    if (!read.ok) throw new Error(read.reason);
    await note(orderBody({ id: "8" }), { shop });
    // A newer state, as a process of an older version would write it.
    await beside((client) => client.query("insert into order_state (shop, order_id, facts, updated_ns, ever_paid, settled_at) values ($1, '8', $2, $3, true, now())", [shop, JSON.stringify(read.facts), read.facts.updatedNs]), settleAll);
    expect(await orders()).toMatchObject([{ order_id: "8", open: 0, facts: { lines: [{ price: "2000" }] } }]);
    expect((await pool().query("select reason from delivery where shop = $1 and order_id = '8'", [shop])).rows).toEqual([{ reason: "none" }]);
  });
});

describe("what is as it was", () => {
  async function versions(): Promise<Record<string, unknown>> {
    const [decisions, conversions] = [await pool().query("select xmin::text, code_id from decision where shop = $1", [shop]), await pool().query("select xmin::text, n, next_at from conversion where shop = $1", [shop])];
    return { decisions: decisions.rows, conversions: conversions.rows };
  }

  test("is not written again when the order comes with another state that changes nothing of it", async () => {
    await note(orderBody({ id: "1" }), { shop });
    await settleAll();
    const before = await versions();
    await note(orderBody({ id: "1", updated_at: "2026-06-10T11:00:00+02:00" }), { shop });
    await settleAll();
    expect(await versions()).toEqual(before);
    expect(before).toMatchObject({ decisions: [{ code_id: "k1" }], conversions: [{ n: 1 }] });
  });

  test("the facts of an order are those of its newest delivery to the letter, whichever of a batch it was", async () => {
    const states = [orderBody({ id: "1" }), orderBody({ id: "1", updated_at: "2026-06-10T12:00:00+02:00", lines: [{ id: "9", price: "33.00" }] }), orderBody({ id: "1", updated_at: "2026-06-10T11:00:00+02:00" })];
    for (const state of states) await note({ ...state, checkout_token: "chk1", customer: { id: 7 } }, { shop });
    await noteHint("orders/edited", "1", shop);
    await settleAll();
    const read = readOrder(states[1], keyedHash);
    const { rows } = await pool().query("select facts - 'told' as facts, beside -> 'origin' ->> 'checkoutToken' as token, checkout_token, updated_ns::text from order_state where shop = $1", [shop]);
    expect(rows).toEqual([{ facts: JSON.parse(JSON.stringify(read.ok && read.facts)), token: "chk1", checkout_token: "chk1", updated_ns: read.ok && read.facts.updatedNs }]);
  });
});

test("while the rules of one shop are being changed its orders wait, and those of others do not", async () => {
  const other = `${shop.replace(".myshopify.com", "")}-other.myshopify.com`;
  await makeMariesShop(other);
  // More than a batch, all before the other shop's.
  for (let n = 0; n < 210; n++) await note(orderBody({ id: String(7_000 + n) }), { shop });
  await note(orderBody({ id: "8000" }), { shop: other });
  const credited = async (of: string) => (await pool().query<{ n: number }>("select count(*)::int as n from order_state where shop = $1 and outcome = 'credited'", [of])).rows[0]!.n;
  await inTransaction(async (client) => {
    await holdRulesAlone(client, shop);
    for (let turn = 0; turn < 4 && (await credited(other)) === 0; turn++) await settleOnce();
    expect([await credited(shop), await credited(other)]).toEqual([0, 1]);
  });
  for (let turn = 0; turn < 100 && (await credited(shop)) < 210; turn++) {
    await settleOnce();
    await sleep(20);
  }
  expect(await credited(shop)).toBe(210);
  expect((await verifyLedger({ shop })).differences).toEqual([]);
}, 120_000);
