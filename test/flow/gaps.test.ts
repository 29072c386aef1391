// What no delivery told of: how it is found, shown and filled, and what becomes of the shop's own subscriptions, its token, and data that was removed on request.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { setHooks } from "#app/db/delivery-watch.ts";
import { fillGaps } from "#app/db/gap.ts";
import { pool } from "#app/db.server.ts";
import { askStoreNow, readDeliveriesPage } from "#app/flow/deliveries.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { welcomeShop } from "#app/flow/shop.ts";
import { sweepOnce } from "#app/flow/sweep.ts";
import { noteAccess } from "#app/flow/token-watch.ts";
import { answerPrivacyOnce, notePrivacyWord } from "#app/flow/privacy.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { HOOK_NAME } from "#app/shopify/hooks.ts";
import { note } from "#test/support/deliver.ts";
import { testEnv } from "#test/support/env.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { useDatabase } from "#test/support/database.ts";
import { useSweptShop } from "./swept-shop.ts";

useDatabase();
const stage = useSweptShop({ putInShown: false });

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SCOPES = "read_orders";

async function drain(): Promise<void> {
  while ((await settleOnce()) + (await fetchOnce()) > 0);
}

/** An order that the store changed so long ago. */
function changed(id: number, agoMs: number, rest: Record<string, unknown> = {}): Record<string, unknown> {
  const at = new Date(now().getTime() - agoMs).toISOString();
  const body = orderBody({ id: String(id), created_at: at, updated_at: at, ...rest });
  stage.store.store.setOrder(body as never);
  return body;
}

async function word(topic: string, body: Record<string, unknown> | null = null): Promise<void> {
  await noteDelivery({ shop: SHOP, webhookId: randomUUID(), topic, eventId: randomUUID(), triggeredNs: 1n, receivedAt: now(), orderId: null, facts: null, bodyHash: JSON.stringify(body), state: "new", reason: null });
}

async function page() {
  return readDeliveriesPage(SHOP, SCOPES);
}

/** Sweeps as often as an hour passes. */
async function hours(count: number, upSince: Date): Promise<void> {
  for (let hour = 0; hour < count; hour++) {
    stage.forward(HOUR + 60_000);
    await sweepOnce(upSince);
  }
}

describe("a gap", () => {
  test("says from when to when, how many and what is left; it is filled once each order is settled as the store has it", async () => {
    changed(3_001, 5 * HOUR);
    changed(3_002, 4 * HOUR);
    await note(changed(3_003, 3 * HOUR));
    await drain();
    await sweepOnce(now());
    expect((await page()).gaps).toMatchObject([{ cause: "lost", orders: 2, left: 2, kind: "pages", from: expect.stringMatching("^2026-06-11T19:00:"), to: expect.stringMatching("^2026-06-11T20:00:"), filledAt: null, cutAt: null }]);
    expect(await fillGaps(now())).toBe(0);
    await drain();
    expect(await fillGaps(now())).toBe(1);
    expect((await page()).gaps).toMatchObject([{ orders: 2, left: 0, filledAt: expect.any(String) }]);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  });

  test("goes on over the hours while it lasts, and counts each order once", async () => {
    const begun = now();
    for (let hour = 0; hour < 3; hour++) {
      changed(3_001 + hour, 20 * 60_000);
      await hours(1, begun);
      await drain();
    }
    expect((await page()).gaps).toMatchObject([{ orders: 3 }]);
    await hours(2, begun);
    await fillGaps(now());
    expect((await page()).gaps).toMatchObject([{ orders: 3, left: 0, filledAt: expect.any(String) }]);
  });

  test("an order that the store shows no more, or deleted, is not waited for", async () => {
    changed(3_001, 5 * HOUR);
    changed(3_002, 5 * HOUR);
    await sweepOnce(now());
    stage.store.store.deleteOrder("3001");
    stage.store.store.deleteOrder("3002");
    await pool().query("update order_state set deleted_at = now() where order_id = '3002'");
    await drain();
    expect(await fillGaps(now())).toBe(1);
  });

  test("what changed before the shop had the app is nobody's loss", async () => {
    await pool().query("update shop set created_at = $1", [now()]);
    changed(3_001, 10 * 60_000 + 1);
    await sweepOnce(now());
    expect(await page()).toMatchObject({ gaps: [], sweeps: [{ seen: 1, asked: 1, missed: 0 }] });
  });
});

describe("silence", () => {
  const ours = () => stage.store.store.state.hooks.map(({ topic, name, uri }) => ({ topic, name, uri }));

  async function silence(begun: Date): Promise<void> {
    for (let n = 0; n < 3; n++) changed(3_001 + n, 30 * 60_000 - n * 1_000);
    await hours(1, begun);
  }

  test("after three changed orders of which none was told the shop gets subscriptions of its own, and the merchant a word; they go once both tell", async () => {
    stage.forward(-HOUR);
    const begun = now();
    stage.forward(HOUR);
    await silence(begun);
    expect(await page()).toMatchObject({ hooks: { problem: { key: "hooks.silent", values: { orders: 3 } } }, made: { topics: expect.arrayContaining(["ORDERS_CREATE", "REFUNDS_CREATE"]) as unknown, others: 0 } });
    expect((await page()).gaps).toMatchObject([{ cause: "silent", orders: 3 }]);
    expect(ours()).toHaveLength(7);
    expect(ours()[0]).toEqual({ topic: "ORDERS_CREATE", name: HOOK_NAME, uri: `${testEnv.SHOPIFY_APP_URL}/webhooks` });
    await drain();
    const { since } = (await page()).hooks!;

    // The platform drops one: it is made again while the silence lasts, and the rest is left as it is.
    stage.store.store.state.hooks.shift();
    changed(3_010, 30 * 60_000);
    await hours(1, begun);
    await drain();
    expect(ours()).toHaveLength(7);
    expect((await page()).hooks).toMatchObject({ since });

    // The shop's own tell: deliveries come, but by one way only. They stay.
    const eventId = randomUUID();
    const body = changed(3_020, 60_000);
    await note(body, { webhookId: "w1" });
    await pool().query("update delivery set event_id = $1, received_at = $2 where webhook_id = 'w1'", [eventId, now()]);
    await drain();
    await hours(1, begun);
    expect(await page()).toMatchObject({ hooks: null, made: { topics: expect.any(Array) as unknown } });
    expect(ours()).toHaveLength(7);

    // Both tell: the same event comes under two webhook ids.
    await note(body, { webhookId: "w2" });
    await pool().query("update delivery set event_id = $1, received_at = $2 where webhook_id = 'w2'", [eventId, now()]);
    await drain();
    await hours(1, begun);
    expect(ours()).toEqual([]);
    expect(await page()).toMatchObject({ made: { topics: [], at: null } });
  }, 60_000);

  test("while the app itself was away, nobody was silent", async () => {
    for (let n = 0; n < 5; n++) changed(3_001 + n, 5 * HOUR);
    await sweepOnce(now());
    expect(await page()).toMatchObject({ hooks: null, gaps: [{ cause: "lost", orders: 5 }] });
    expect(ours()).toEqual([]);
  });

  test("one lost delivery among others is a gap, and no silence", async () => {
    const begun = new Date(now().getTime() - DAY);
    for (let n = 0; n < 6; n++) {
      const body = changed(3_001 + n, (60 - n) * 60_000);
      if (n === 5) await note(body);
    }
    await pool().query("update delivery set received_at = $1", [new Date(now().getTime() - 55 * 60_000)]);
    await drain();
    await sweepOnce(begun);
    expect(await page()).toMatchObject({ hooks: null, gaps: [{ cause: "lost", orders: 5 }] });
  });

  test("a store that refuses the subscriptions is asked again, and the sweep stands", async () => {
    const begun = new Date(now().getTime() - DAY);
    stage.before = (text) => (text.includes("ListHooks") ? Response.json({}, { status: 503 }) : null);
    await silence(begun);
    expect(await page()).toMatchObject({ hooks: { problem: { key: "hooks.silent" } }, sweeps: [{ isOpen: false, seen: 3 }], made: { topics: [] } });
    stage.before = null;
    await hours(1, begun);
    expect(ours()).toHaveLength(7);
  });

  test("subscriptions of another make are shown and left alone, but for ours that lead elsewhere", async () => {
    const own = { id: "1", topic: "ORDERS_CREATE", uri: "https://elsewhere.example/webhooks", name: HOOK_NAME, filter: null, includeFields: [], createdAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:00:00Z", failures: 0 };
    stage.store.store.state.hooks.push(own, { ...own, id: "2", name: null });
    await setHooks(SHOP, [], null, now());
    await sweepOnce(now());
    expect(stage.store.store.state.hooks.map(({ id }) => id)).toEqual(["2"]);
    expect(await page()).toMatchObject({ made: { topics: [], others: 1 } });
  });
});

describe("an uninstall", () => {
  test("of ten days, and the app installed again: history is kept, and what changed meanwhile is filled", async () => {
    const begun = now();
    await note(changed(3_001, HOUR));
    await drain();
    await sweepOnce(begun);
    stage.store.store.uninstall();
    await word("app/uninstalled");
    await drain();
    setTokenSource(async () => null);
    const gone = now();
    for (let day = 1; day <= 10; day++) {
      stage.forward(DAY);
      changed(3_100 + day, HOUR);
      expect(await sweepOnce(begun)).toBe(0);
    }
    changed(3_001, 30 * 60_000, { created_at: new Date(gone.getTime() - HOUR).toISOString(), cancelled_at: now().toISOString() });
    await stage.install();
    expect(await welcomeShop(SHOP)).toEqual({ ok: true });
    expect(await sweepOnce(now())).toBe(1);
    const { gaps, sweeps } = await page();
    expect(sweeps[0]).toMatchObject({ why: "installed", isOpen: false, missed: 11 });
    expect(gaps).toMatchObject([{ cause: "uninstalled", orders: 11, cutAt: null }]);
    await drain();
    expect(await fillGaps(now())).toBe(1);
    const { rows } = await pool().query("select outcome, count(*)::int as n from order_state group by outcome order by outcome");
    expect(rows).toEqual([{ outcome: "credited", n: 10 }, { outcome: "not_credited", n: 1 }]);
    expect((await pool().query("select sum(amount)::text as sum from ledger_entry where order_id = '3001'")).rows).toEqual([{ sum: "0" }]);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  }, 60_000);

  test("of seventy days: what the store still gives is filled, and what cannot be had is said with its dates", async () => {
    const begun = now();
    await note(changed(3_001, HOUR));
    await drain();
    await sweepOnce(begun);
    await word("app/uninstalled");
    stage.store.store.uninstall();
    await drain();
    stage.forward(5 * DAY);
    changed(3_100, 0);
    stage.forward(65 * DAY);
    changed(3_101, 20 * DAY);
    await stage.install();
    await welcomeShop(SHOP);
    await sweepOnce(now());
    const { gaps, shownFrom } = await page();
    expect(Math.abs(Date.parse(shownFrom!) - (now().getTime() - 60 * DAY))).toBeLessThan(HOUR);
    expect(gaps).toMatchObject([{ cause: "uninstalled", orders: 1 }]);
    expect(Math.abs(Date.parse(gaps[0]!.cutAt!) - (now().getTime() - 60 * DAY))).toBeLessThan(HOUR);
    expect(Date.parse(gaps[0]!.from)).toBeLessThan(begun.getTime());
    await drain();
    await fillGaps(now());
    expect((await pool().query("select order_id from order_state where outcome = 'credited' order by order_id")).rows).toEqual([{ order_id: "3001" }, { order_id: "3101" }]);
    // The hours after say nothing of it again.
    await hours(2, begun);
    expect((await page()).total).toBe(1);
  }, 60_000);

  test("with the permission for all orders nothing is cut off", async () => {
    const begun = now();
    await sweepOnce(begun);
    stage.store.store.grant("read_orders,read_all_orders");
    stage.forward(5 * DAY);
    changed(3_100, 0);
    stage.forward(65 * DAY);
    await sweepOnce(begun);
    expect((await page()).gaps).toMatchObject([{ orders: 1, cutAt: null }]);
    expect((await readDeliveriesPage(SHOP, "read_orders,read_all_orders")).shownFrom).toBeNull();
  });
});

describe("the token", () => {
  test("refused: kept as a problem of the shop, its first instant stays; good again: gone, and the shop is swept at once", async () => {
    const begun = now();
    await sweepOnce(begun);
    await noteAccess(SHOP, false);
    const first = (await page()).token;
    expect(first).toMatchObject({ problem: { key: "store.unauthorized" } });
    stage.forward(10 * 60_000);
    await noteAccess(SHOP, false);
    expect((await page()).token).toEqual(first);
    changed(3_001, 30 * 60_000);
    await noteAccess(SHOP, true);
    await noteAccess(SHOP, true);
    expect((await page()).token).toBeNull();
    await sweepOnce(begun);
    expect((await page()).sweeps).toMatchObject([{ why: "token", isOpen: false, missed: 1 }, { why: "start" }]);
    expect((await page()).gaps).toMatchObject([{ cause: "token", orders: 1 }]);
  });

  test("a shop that removed the app has none, and no problem", async () => {
    await pool().query("update shop set uninstalled_at = $1", [now()]);
    await noteAccess(SHOP, false);
    expect((await page()).token).toBeNull();
  });

  test("revoked in the middle: the sweep waits with its problem, and goes on with a new one", async () => {
    changed(3_001, HOUR);
    stage.store.store.revoke();
    const begun = now();
    await sweepOnce(begun);
    expect((await page()).sweeps).toMatchObject([{ isOpen: true, problem: { key: "store.unauthorized" } }]);
    await stage.install();
    stage.forward(10_000);
    await sweepOnce(begun);
    expect((await page()).sweeps).toMatchObject([{ isOpen: false, seen: 1, problem: null }]);
  });
});

describe("scopes", () => {
  test("that change have the shop swept at once", async () => {
    await sweepOnce(now());
    await word("app/scopes_update");
    await drain();
    await sweepOnce(now());
    expect((await page()).sweeps).toMatchObject([{ why: "scopes" }, { why: "start" }]);
  });

  test("that lack orders leave the sweep waiting with what is missing", async () => {
    stage.store.store.grant("read_products");
    await sweepOnce(now());
    expect((await page()).sweeps).toMatchObject([{ isOpen: true, problem: { key: "store.scope" } }]);
  });
});

describe("a person", () => {
  test("asks the store now; one under way goes on", async () => {
    await sweepOnce(now());
    await askStoreNow(SHOP);
    await askStoreNow(SHOP);
    expect((await page()).sweeps.filter(({ isOpen }) => isOpen)).toHaveLength(1);
    await sweepOnce(now());
    expect((await page()).sweeps).toMatchObject([{ why: "asked", isOpen: false }, { why: "start" }]);
  });
});

describe("what was removed on request stays removed", () => {
  test("a buyer that was forgotten: a refund that no delivery told is found and taken back, and nothing that leads to him comes back", async () => {
    const body = changed(3_001, 5 * HOUR, { email: "buyer@mail.example" });
    await note(body);
    await drain();
    const asked = Buffer.from(JSON.stringify({ customer: { id: 77, email: "buyer@mail.example" }, orders_to_redact: [3001, 3002] }));
    await notePrivacyWord({ shop: SHOP, webhookId: "redact", topic: "customers/redact", eventId: null, triggeredNs: 1n, receivedAt: now(), orderId: null, facts: null, bodyHash: "h", state: "new", reason: null }, asked);
    await drain();
    expect(await answerPrivacyOnce()).toBe(1);
    // One that nobody here knew comes only now; the other one is cancelled.
    changed(3_002, 2 * HOUR, { email: "buyer@mail.example" });
    changed(3_001, HOUR, { email: "buyer@mail.example", created_at: body.created_at, cancelled_at: now().toISOString() });
    await sweepOnce(now());
    await drain();
    const { rows } = await pool().query(`select order_id, facts ->> 'emailHash' as email, customer_hash as customer, visitor, redacted_at is not null as redacted, outcome, credited::text from order_state order by order_id`);
    expect(rows).toEqual([
      { order_id: "3001", email: null, customer: null, visitor: null, redacted: true, outcome: "not_credited", credited: "0" },
      { order_id: "3002", email: null, customer: null, visitor: null, redacted: true, outcome: "credited", credited: "9000" },
    ]);
    expect((await pool().query("select from delivery where facts is not null or beside is not null")).rowCount).toBe(0);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  });

  test("a shop that was forgotten and came back: its closed orders are counted and skipped, their balances stay, and no gap waits for them", async () => {
    await note(changed(3_001, 5 * HOUR));
    await drain();
    await pool().query("update order_state set name = '', facts = null, beside = null, frozen = null, redacted_at = $1", [now()]);
    await pool().query("delete from delivery");
    stage.forward(HOUR);
    changed(3_001, HOUR / 2, { created_at: "2026-06-11T19:00:00Z", cancelled_at: now().toISOString() });
    changed(3_002, HOUR / 2);
    await sweepOnce(now());
    expect((await page()).sweeps).toMatchObject([{ seen: 2, asked: 1, missed: 1, closed: 1 }]);
    await drain();
    expect(await fillGaps(now())).toBe(1);
    expect((await pool().query("select sum(amount)::text as sum from ledger_entry where order_id = '3001'")).rows).toEqual([{ sum: "9000" }]);
    expect((await pool().query("select facts, outcome from order_state where order_id = '3001'")).rows).toEqual([{ facts: null, outcome: "credited" }]);
    await hours(1, now());
    expect((await page()).sweeps[0]).toMatchObject({ asked: 0 });
  });
});
