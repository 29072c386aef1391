// Each difference is made on purpose between the local store, the app and the local network; it is found with its cause, its repair mends it, and a second run agrees.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { readReconciliation } from "#app/db/reads/reconcile.ts";
import type { DifferenceRow, Reconciliation } from "#app/domain/reconcile-page.ts";
import { wallTime } from "#app/domain/zone.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { newReaderState, readBack, type ReaderState } from "#app/flow/read-back.ts";
import { reconcileOnce, tidyReconciliations } from "#app/flow/reconcile.ts";
import { continueReconciliation, fetchDifferences, haltReconciliation, planReconciliation, takeAsDeleted } from "#app/flow/reconcile-acts.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { repairAsked } from "#app/flow/worklist.ts";
import { adminFor } from "#app/shopify/admin.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { addAction, editAction, moveAction, removeAction, reverseAction, showState } from "#test/local/network/by-hand.ts";
import { LAMP, TEA } from "#test/local/store/testing.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeProgram } from "#test/support/shop.ts";
import { CODE, pass, SHOP, SID, useScene, work } from "./reporting.ts";
import { useSelling } from "./selling.ts";

useDatabase();
const turn = useScene();
const selling = useSelling(turn);
const DAY_MINUTES = 24 * 60;
/** Orders are told of at once here: what the store has newer than this is no delivery on its way. */
const SETTLED_MINUTES = 20;

let state: ReaderState;
beforeEach(async () => {
  for (const table of ["network_action", "rate_budget", "network_verdict", "delivery", "order_state", "decision", "reconciliation", "reconciliation_order", "reconciliation_difference"]) await pool().query(`delete from ${table}`);
  await pool().query("update program set actions_to = $1, actions_at = null, actions_problem = null", [now()]);
  await pool().query("update network_connection set state = 'connected', problem = null");
  for (const order of [...selling.store.store.orders()]) selling.store.store.deleteOrder(String(order.id));
  turn.scene.local.network.account(SID).actions = [];
  turn.scene.local.network.account(SID).updates = [];
  state = newReaderState();
});
afterEach(() => selling.store.store.faults({}));

async function settle(): Promise<void> {
  while ((await settleOnce()) + (await fetchOnce()) > 0);
}

async function live(minutes: number): Promise<void> {
  for (let gone = 0; gone < minutes; gone += 5) {
    pass(5);
    await settle();
    await work();
    for (let turns = 0; turns < 10 && (await readBack({ shop: SHOP, state })) > 0; turns++);
  }
}

/** Marie sells a lamp, and the network knows. */
async function sold(): Promise<string> {
  const orderId = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }] });
  await live(60);
  return orderId;
}

function today(): { fromDate: string; toDate: string } {
  return { fromDate: wallTime(new Date(nowMs() - 2 * DAY_MINUTES * 60_000), "Europe/Berlin").date, toDate: wallTime(now(), "Europe/Berlin").date };
}

async function plan(readNetworks = false): Promise<string> {
  const planned = await planReconciliation(SHOP, today(), readNetworks, "Camille");
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return planned.id;
}

async function read(id: string, cause = ""): Promise<Reconciliation> {
  return (await readReconciliation(SHOP, { id, cause, page: 1 }, now()))!;
}

async function reconcile(readNetworks = false): Promise<Reconciliation> {
  const id = await plan(readNetworks);
  for (let turns = 0; turns < 50 && (await reconcileOnce()) > 0; turns++);
  return read(id);
}

async function causes(): Promise<Record<string, number>> {
  const run = await reconcile();
  expect(run.state).toBe("done");
  return run.sums!.causes;
}

async function only(cause: string): Promise<{ run: Reconciliation; row: DifferenceRow }> {
  const run = await reconcile();
  expect(run).toMatchObject({ state: "done", problem: null, sums: { causes: { [cause]: 1 } }, counts: { all: 1, unexplained: 0 } });
  return { run, row: run.groups[0]!.rows[0]! };
}

function actionOf(orderId: string): string {
  return conversionsOf(turn.scene.local.network).find((action) => action.orderId === orderId)!.actionId;
}

function network() {
  return turn.scene.local.network;
}

describe("store and app", () => {
  it("agree where all was told, and the numbers of the three sides say so", async () => {
    const orderId = await sold();
    await selling.buy({ items: [{ variantId: TEA, quantity: 2 }], codes: [] });
    pass(SETTLED_MINUTES);
    const run = await reconcile();
    const { rows } = await pool().query<{ credited: string }>("select credited::text from order_state where order_id = $1", [orderId]);
    const sum = { count: 1, amount: rows[0]!.credited };
    expect(run).toMatchObject({
      state: "done", total: 2, counts: { all: 0, you: 0 }, groups: [],
      sums: { store: { orders: 2, withCodes: 1 }, app: { orders: 2, withCodes: 1 }, programs: [{ programId: "p1", currency: "EUR", credited: sum, told: sum, held: sum, approved: { count: 0, amount: "0" } }], causes: {}, known: {} },
    });
    expect((await pool().query("select from reconciliation_order")).rowCount).toBe(0);
  });

  it("an order that the app never saw is fetched", async () => {
    const made = selling.store.store.checkout({ codes: [CODE], items: [{ variantId: LAMP, quantity: 1 }] });
    if (!made.ok) throw new Error(made.reason);
    // A delivery of it may still come.
    pass(1);
    expect(await causes()).toEqual({ on_the_way: 1 });
    pass(SETTLED_MINUTES);
    const { run, row } = await only("never_seen");
    expect([row.orderRef, row.order, row.live]).toEqual([made.order.name, null, null]);
    expect(await fetchDifferences(SHOP, run.id, "never_seen", null)).toEqual({ ok: true, orders: 1 });
    expect((await read(run.id)).groups[0]!.rows[0]!.live).toBe("asked");
    expect(await causes()).toEqual({ fetch_waits: 1 });
    await settle();
    expect((await read(run.id)).groups[0]!.rows[0]).toMatchObject({ live: "mended", order: { id: String(made.order.id) } });
    expect(await causes()).toEqual({ waits: 1 });
    await live(60);
    expect(await causes()).toEqual({});
  });

  it("a newer state of the store is fetched, and so is one that was read otherwise", async () => {
    const orderId = await sold();
    selling.store.store.cancel(orderId);
    pass(SETTLED_MINUTES);
    const { run } = await only("older");
    expect(await fetchDifferences(SHOP, run.id, null, run.groups[0]!.rows[0]!.id)).toEqual({ ok: true, orders: 1 });
    await live(60);
    expect(await causes()).toEqual({});

    await pool().query(`update order_state set facts = jsonb_set(facts, '{test}', 'true') where order_id = $1`, [orderId]);
    const otherwise = await only("read_otherwise");
    await fetchDifferences(SHOP, otherwise.run.id, "read_otherwise", null);
    await live(30);
    expect(await causes()).toEqual({});
  });

  it("items that the app has for another amount are named with both amounts, and read anew", async () => {
    const orderId = await sold();
    const { rows } = await pool().query<{ price: string }>("select facts #>> '{lines,0,price}' as price from order_state where order_id = $1", [orderId]);
    await pool().query("update order_state set facts = jsonb_set(facts, '{lines,0,price}', to_jsonb(($2::bigint + 100)::text)) where order_id = $1", [orderId, rows[0]!.price]);
    pass(SETTLED_MINUTES);
    const { run, row } = await only("store_amount");
    expect([row.currency, BigInt(row.here!) - BigInt(row.there!)]).toEqual(["EUR", 100n]);
    await fetchDifferences(SHOP, run.id, "store_amount", null);
    await live(30);
    expect(await causes()).toEqual({});
  });

  it("a delivery that could not be read, and an order that could not be fetched, say so", async () => {
    const orderId = await sold();
    await pool().query(`update delivery set state = 'unreadable', reason = 'the lines are no list' where shop = $1 and order_id = $2`, [SHOP, orderId]);
    const { run, row } = await only("unreadable");
    expect(row.detail).toEqual({ why: "the lines are no list" });
    await fetchDifferences(SHOP, run.id, null, null);
    await pool().query("update order_state set fetch_tries = 5 where order_id = $1", [orderId]);
    expect(await causes()).toEqual({ fetch_fails: 1 });
    await live(10);
    expect(await causes()).toEqual({});
  });

  it("an order that the store deleted without a word is taken for deleted only where the store, asked for it, has none", async () => {
    const orderId = await sold();
    const order = selling.store.store.order(orderId)!;
    selling.store.store.deleteOrder(orderId);
    pass(SETTLED_MINUTES);
    const { run, row } = await only("gone_in_store");
    selling.store.store.setOrder(order);
    expect(await takeAsDeleted(SHOP, run.id, row.id, "Camille")).toEqual({ ok: true, deleted: false });
    await settle();
    selling.store.store.deleteOrder(orderId);
    const again = await only("gone_in_store");
    expect(await takeAsDeleted(SHOP, again.run.id, again.row.id, "Camille")).toEqual({ ok: true, deleted: true });
    await live(60);
    const { rows } = await pool().query("select deleted_at is not null as deleted, credited::text from order_state where order_id = $1", [orderId]);
    expect(rows).toEqual([{ deleted: true, credited: "0" }]);
    const after = await reconcile();
    expect(after.sums).toMatchObject({ causes: {}, known: { deleted: 1 } });
    expect(conversionsOf(network())[0]!.state).toBe("REVERSED");
  });

  it("an order older than the store shows is said, and never taken for deleted", async () => {
    const orderId = await sold();
    const order = selling.store.store.order(orderId)!;
    await pool().query("update order_state set created_at = $2 where order_id = $1", [orderId, new Date(nowMs() - 70 * DAY_MINUTES * 60_000)]);
    order.created_at = new Date(nowMs() - 70 * DAY_MINUTES * 60_000).toISOString();
    const day = (ago: number) => wallTime(new Date(nowMs() - ago * DAY_MINUTES * 60_000), "Europe/Berlin").date;
    const planned = await planReconciliation(SHOP, { fromDate: day(72), toDate: day(68) }, false, "Camille");
    while ((await reconcileOnce()) > 0);
    expect(await read((planned as { id: string }).id)).toMatchObject({ state: "done", counts: { all: 0 }, sums: { store: { orders: 0 }, app: { orders: 1 }, known: { beyond_reach: 1 } } });
  });

  it("a forgotten buyer's order is counted, and no difference", async () => {
    const orderId = await sold();
    await pool().query("update order_state set redacted_at = $2, frozen = '{}' where order_id = $1", [orderId, now()]);
    expect(await reconcile()).toMatchObject({ counts: { all: 0 }, sums: { known: { forgotten: 1 }, store: { orders: 1 }, app: { orders: 1 } } });
  });
});

describe("app and network", () => {
  type Made = { name: string; cause: string; repair: string | null; make: (orderId: string) => void };
  const made: Made[] = [
    { name: "an amount that somebody changed", cause: "amount", repair: "edit", make: (orderId) => editAction(network(), SID, actionOf(orderId), [{ sku: conversionsOf(network())[0]!.items[0]!.sku, quantity: 1, amount: "100" }]) },
    { name: "a sale that was reversed there", cause: "reversed_there", repair: "send_anew", make: (orderId) => reverseAction(network(), SID, actionOf(orderId)) },
    { name: "a sale too many", cause: "too_many", repair: "reverse", make: (orderId) => void addAction(network(), SID, { programId: turn.scene.programId, partnerId: turn.scene.partnerId, orderId, items: [{ sku: "X", quantity: 1, amount: "700" }] }) },
    { name: "a sale of an order that nobody knows", cause: "too_many", repair: "reverse", make: () => void addAction(network(), SID, { programId: turn.scene.programId, partnerId: turn.scene.partnerId, orderId: "unheard-of", items: [{ sku: "X", quantity: 1, amount: "700" }] }) },
    { name: "a sale that is approved early", cause: "approved_early", repair: "accept", make: (orderId) => showState(network(), SID, actionOf(orderId), "APPROVED") },
    { name: "a state that nobody knows", cause: "unknown_word", repair: "accept", make: (orderId) => showState(network(), SID, actionOf(orderId), "PONDERED") },
  ];
  it.each(made)("$name is found, and mended with the worklist's own repair", async ({ cause, repair, make }) => {
    const orderId = await sold();
    make(orderId);
    await live(25);
    const { run, row } = await only(cause);
    expect([row.program, row.creator?.name, row.live]).toEqual(["Creators", "Marie", null]);
    expect(row.work!.offers.map((offer) => offer.repair)).toContain(repair);
    expect(await repairAsked(SHOP, "Camille", { key: row.work!.key, repair: repair!, version: row.work!.version })).toEqual({ done: repair, stale: false });
    expect((await read(run.id)).groups[0]!.rows[0]!.live).toMatch(/under_way|mended/);
    await live(90);
    const after = await reconcile();
    expect(after.counts).toEqual({ all: 0, you: 0, unexplained: 0 });
    if (repair === "accept") expect(after.sums!.known).toEqual({ accepted: 1 });
  });

  it("a sale that is gone there is sent again", async () => {
    const orderId = await sold();
    const actionId = actionOf(orderId);
    removeAction(network(), SID, actionId);
    await pool().query("update network_action set wanted_at = $1", [now()]);
    await live(10);
    const { row } = await only("not_there");
    await repairAsked(SHOP, "Camille", { key: row.work!.key, repair: "send_again", version: row.work!.version });
    await live(90);
    expect(await causes()).toEqual({});
  });

  it("a sale that another partner has waits for a person in the network", async () => {
    const orderId = await sold();
    const other = network().addPartner(SID, { name: "Leo" });
    network().addPartnerToProgram(SID, other.id, turn.scene.programId, { joinedMs: nowMs() - 1_000 });
    moveAction(network(), SID, actionOf(orderId), other.id);
    await live(25);
    const { row } = await only("partner");
    expect(row.work!.partner).toBe("Leo");
    moveAction(network(), SID, actionOf(orderId), turn.scene.partnerId);
    await live(25);
    expect(await causes()).toEqual({});
  });

  it("what was not told yet waits, what was not taken needs a hand, and a disconnected account is said", async () => {
    const orderId = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }] });
    pass(SETTLED_MINUTES);
    const { run, row } = await only("waits");
    expect([run.counts.you, row.here, row.there]).toEqual([0, row.here, null]);
    await pool().query("update network_connection set state = 'disconnected'");
    const cut = await only("cut_off");
    expect([cut.run.counts.you, cut.row.detail]).toEqual([1, { account: "disconnected" }]);
    await pool().query("update network_connection set state = 'connected'");
    await pool().query("update program set event_type_id = null");
    await work();
    const stuck = await only("not_taken");
    expect(stuck.row).toMatchObject({ detail: { problem: "no_event_type" }, work: { problem: "no_event_type" } });
    await pool().query("update program set event_type_id = $1", [turn.scene.eventTypeId]);
    await repairAsked(SHOP, "Camille", { key: stuck.row.work!.key, repair: "send_again", version: stuck.row.work!.version });
    await live(60);
    expect([await causes(), actionOf(orderId)]).toEqual([{}, expect.any(String)]);
  });

  it("after the lock it says so, until a person leaves it", async () => {
    const orderId = await sold();
    pass(70 * DAY_MINUTES);
    await live(30);
    const order = selling.store.store.order(orderId)!;
    order.cancelled_at = order.updated_at = new Date(nowMs()).toISOString();
    selling.store.store.setOrder(order);
    await selling.say(orderId);
    await live(10);
    const day = (ago: number) => wallTime(new Date(nowMs() - ago * DAY_MINUTES * 60_000), "Europe/Berlin").date;
    const run = async () => {
      const planned = await planReconciliation(SHOP, { fromDate: day(75), toDate: day(65) }, false, "Camille");
      while ((await reconcileOnce()) > 0);
      return read((planned as { id: string }).id);
    };
    const found = await run();
    expect(found.sums).toMatchObject({ causes: { locked: 1 }, programs: [{ approved: { count: 1 } }] });
    const { work: asked } = found.groups.find((group) => group.cause === "locked")!.rows[0]!;
    await repairAsked(SHOP, "Camille", { key: asked!.key, repair: "accept", version: asked!.version });
    expect((await run()).sums).toMatchObject({ causes: {}, known: { accepted: 1 } });
  });

  it("what was not read back is read when that is asked for", async () => {
    const orderId = await sold();
    await pool().query("delete from network_action where order_id = $1", [orderId]);
    await pool().query("update program set actions_to = $1", [new Date(nowMs() - 3 * DAY_MINUTES * 60_000)]);
    const { run } = await only("not_read_back");
    expect(run.sums!.reads).toMatchObject([{ program: "Creators", problem: null }]);
    pass(1);
    const after = await reconcile(true);
    expect([after.sums!.causes, after.sums!.reads[0]!.isOld]).toEqual([{}, false]);
  });

  it("programs that are told by others, or by nobody, are explained", async () => {
    await makeProgram("friends", { shop: SHOP, network: "none" });
    await makeProgram("placed", { shop: SHOP, mode: "codes_only", connectionId: "net", externalId: "999", eventTypeId: "1" });
    for (const [id, program] of [["fred", "friends"], ["paul", "placed"]] as const) {
      await makeCreator(id, { shop: SHOP, name: id, memberships: [{ program, partnerId: id }] });
      await makeCode(`k-${id}`, { shop: SHOP, code: id.toUpperCase(), creator: id, program });
    }
    const discount = selling.store.store.discounts()[0]!;
    const { addCodes, settleJobs } = await import("#test/local/store/discounts.ts");
    addCodes(selling.store.store, discount, ["FRED", "PAUL"]);
    pass(1);
    settleJobs(selling.store.store);
    await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], codes: ["FRED"] });
    await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], codes: ["PAUL"] });
    pass(SETTLED_MINUTES);
    const run = await reconcile();
    expect(run.sums).toMatchObject({ causes: {}, known: { no_network: 1, codes_only: 1 } });
    expect(run.sums!.programs.map(({ programId, credited, told }) => [programId, credited.count, told.count])).toEqual([["friends", 1, 0], ["placed", 1, 0]]);
    await pool().query("delete from program where id in ('friends', 'placed')");
  });

  it("what no cause explains is listed as that", async () => {
    const orderId = await sold();
    await pool().query(`update conversion set target = '[]', sent = '[]' where order_id = $1`, [orderId]);
    const run = await reconcile();
    expect(run.counts.unexplained).toBe(1);
    expect(run.groups[0]).toMatchObject({ cause: "unexplained", rows: [{ detail: { what: "outbox" }, there: "0" }] });
  });
});

describe("a run", () => {
  it("goes on where it was stopped or killed, is done by one worker at a time, and comes to the same", async () => {
    for (let n = 0; n < 3; n++) await selling.buy({ items: [{ variantId: TEA, quantity: 1 }] });
    await live(60);
    const id = await plan();
    expect(await plan()).toBe(id);
    expect(await haltReconciliation(SHOP, id)).toEqual({ ok: true });
    expect([await reconcileOnce(), (await read(id)).state]).toEqual([0, "stopped"]);
    expect(await haltReconciliation(SHOP, id)).toMatchObject({ ok: false, errors: [{ key: "reconcile.other_state" }] });
    expect(await haltReconciliation(SHOP, "nobody's")).toMatchObject({ ok: false, errors: [{ key: "reconcile.not_found" }] });
    await continueReconciliation(SHOP, id);
    const turns = await Promise.all([reconcileOnce(), reconcileOnce(), reconcileOnce()]);
    expect(turns.reduce((sum, one) => sum + one, 0)).toBe(1);
    while ((await reconcileOnce()) > 0);
    expect(await read(id)).toMatchObject({ state: "done", counts: { all: 0 }, sums: { store: { orders: 3 }, app: { orders: 3 } } });
  });

  it("whose holder died is taken up once its lease is over, and nothing is counted twice", async () => {
    await sold();
    const id = await plan();
    await pool().query("update reconciliation set state = 'running', lease_at = $1", [new Date(nowMs() + 60_000)]);
    expect(await reconcileOnce()).toBe(0);
    pass(2);
    // While the store answers, another takes it: what comes of the page is the other's to keep.
    const real = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const answer = await real(input, init);
      if (String(init?.body).includes("ListedOrders")) await pool().query("update reconciliation set lease_at = $1", [new Date(nowMs() + 90_000)]);
      return answer;
    };
    try {
      expect(await reconcileOnce()).toBe(1);
    } finally {
      globalThis.fetch = real;
    }
    expect([(await pool().query("select from reconciliation_order")).rowCount, await reconcileOnce()]).toEqual([0, 0]);
    pass(2);
    while ((await reconcileOnce()) > 0);
    expect(await read(id)).toMatchObject({ state: "done", sums: { store: { orders: 1 }, app: { orders: 1 } } });
  });

  it("waits for a store that does not answer, and ends where it refuses; then it can go on", async () => {
    await sold();
    const id = await plan();
    selling.store.store.troubleApi("unavailable", 1, "ListedOrders");
    while ((await reconcileOnce()) > 0);
    const held = await read(id);
    expect([held.state, held.problem === null]).toEqual(["running", false]);
    pass(2);
    while ((await reconcileOnce()) > 0);
    expect(await read(id)).toMatchObject({ state: "done", counts: { all: 0 } });
  });

  it("reads the store in pages, and a day by its own midnight", async () => {
    const answer = await adminFor(SHOP)("{ orders(first: 1) { nodes { id } } }");
    expect(answer.ok).toBe(true);
    expect(await planReconciliation(SHOP, { fromDate: "2999-01-01", toDate: "2999-01-02" }, false, "Camille")).toMatchObject({ ok: false, errors: [{ field: "fromDate" }] });
    expect(await planReconciliation(SHOP, { fromDate: "yesterday", toDate: "2026-06-10" }, false, "Camille")).toMatchObject({ ok: false, errors: [{ field: "fromDate" }] });
    const id = await plan();
    const { rows } = await pool().query<{ from_at: Date }>("select from_at from reconciliation where id = $1", [id]);
    expect(wallTime(rows[0]!.from_at, "Europe/Berlin")).toEqual({ date: today().fromDate, time: "00:00" });
  });

  it("is thrown away after a while, the newest last", async () => {
    for (let n = 0; n < 3; n++) await reconcile();
    expect(await tidyReconciliations()).toBe(0);
    await pool().query("update reconciliation set created_at = created_at - interval '100 days' where id = (select id from reconciliation limit 1)");
    expect(await tidyReconciliations()).toBe(1);
  });
});
