import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { now, setClockOffsetMs } from "#app/clock.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { moveConversion, type Conversion } from "#app/db/conversion.ts";
import { noteDrifts } from "#app/db/drift.ts";
import { claimFlowWords } from "#app/db/flow-word.ts";
import { markRefused, STORE } from "#app/db/placement.ts";
import { markRefusedInStore } from "#app/db/placement-store.ts";
import { writeProblem } from "#app/domain/problem.ts";
import { tellOnce } from "#app/flow/flow-words.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { forgetRates } from "#app/shopify/rate.ts";
import { leadFetch } from "#test/local/lead.ts";
import { flowOf } from "#test/local/store/flow.ts";
import { storeWithApp, type TestStore } from "#test/local/store/testing.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { money, orderBody } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const SHOP = "petit-atelier.myshopify.com";
const HOUR = 3_600_000;
const appToml = `${import.meta.dirname}/../../shopify.app.toml`;
let local: TestStore;
let real: typeof fetch;
let token: string | null;
let at = 0;

/** The clock of the test: 10 June, when the orders are made, and what was run forward since. */
function clockTo(ms: number): void {
  at = ms;
  setClockOffsetMs(ms - Date.now());
}
const forward = (ms: number) => clockTo(at + ms);

beforeAll(async () => {
  real = globalThis.fetch;
  local = await storeWithApp({ port: 0, appToml });
  leadFetch({ store: local.url, network: "http://127.0.0.1:9" });
});
beforeEach(async () => {
  await pool().query("truncate shop, shop_rule, program, program_rule, creator, membership, code, code_term, code_placement, delivery, order_state, conversion, drift, flow_word, shop_log, decision");
  await pool().query("alter table ledger_entry disable trigger user").then(() => pool().query("truncate ledger_entry")).finally(() => pool().query("alter table ledger_entry enable trigger user"));
  forgetRates();
  clockTo(Date.parse("2026-06-10T08:05:00Z"));
  flowOf(local.store).words.length = 0;
  local.store.state.apiFaults.length = 0;
  token = local.token;
  setTokenSource(async () => token);
  await makeMariesShop(SHOP);
});
afterEach(() => setTokenSource(null));
afterAll(async () => {
  setClockOffsetMs(0);
  globalThis.fetch = real;
  await local.close();
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function words(): Promise<{ handle: string; payload: Record<string, unknown> }[]> {
  return (await pool().query("select handle, payload from flow_word where shop = $1 order by id", [SHOP])).rows;
}

const told = () => flowOf(local.store).words.map(({ handle, payload }) => ({ handle, payload }));

const paid = (fields: Record<string, unknown> = {}) => orderBody({ updated_at: "2026-06-10T10:00:04+02:00", ...fields });
const refundOf = (amount: string, fields: Record<string, unknown> = {}) =>
  orderBody({
    updated_at: "2026-06-11T10:00:00+02:00", financial_status: "partially_refunded",
    refunds: [{ id: 7, admin_graphql_api_id: "gid://shopify/Refund/7", created_at: "2026-06-11T10:00:00+02:00", refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money(amount), total_tax_set: money("0.00") }], order_adjustments: [] }],
    ...fields,
  });

const credited = { handle: "order-credited", payload: { order_id: 1001, code: "MARIE10", creator: "Marie", "creator id": "c1", program: "p1", amount: 90, currency: "EUR" } };

describe("what is noted", () => {
  test("an order is credited once, whatever is repeated, late or settled again", async () => {
    await note(paid(), { shop: SHOP, webhookId: "w1" });
    await settleAll();
    await note(paid(), { shop: SHOP, webhookId: "w1" });
    await note(paid(), { shop: SHOP, webhookId: "w2" });
    await note(paid({ updated_at: "2026-06-10T11:00:00+02:00" }), { shop: SHOP, webhookId: "w3" });
    await settleAll();
    expect(await words()).toEqual([credited]);
  });

  test("each part that is taken back is a word of its own; a rise of what is credited already is none, one from nothing is", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    await note(refundOf("30.00"), { shop: SHOP });
    await settleAll();
    await note(refundOf("10.00", { updated_at: "2026-06-11T11:00:00+02:00" }), { shop: SHOP });
    await settleAll();
    await note(paid({ updated_at: "2026-06-11T12:00:00+02:00", cancelled_at: "2026-06-11T12:00:00+02:00" }), { shop: SHOP });
    await settleAll();
    await note(paid({ updated_at: "2026-06-11T13:00:00+02:00" }), { shop: SHOP });
    await settleAll();
    const { amount: _, ...of } = credited.payload;
    expect(await words()).toEqual([credited, { handle: "credit-reversed", payload: { ...of, amount: 30, left: 60 } }, { handle: "credit-reversed", payload: { ...of, amount: 80, left: 0 } }, credited]);
  });

  test("an order that is read for the first time when it is older than a day is history; one that is credited late is news, and so is every reversal", async () => {
    forward(25 * HOUR);
    await note(paid(), { shop: SHOP });
    await note(paid({ id: "1002", financial_status: "pending" }), { shop: SHOP });
    await settleAll();
    expect(await words()).toEqual([]);
    await note(paid({ id: "1002", updated_at: "2026-06-11T11:00:00+02:00" }), { shop: SHOP });
    await note(refundOf("90.00"), { shop: SHOP });
    await settleAll();
    expect((await words()).map(({ handle, payload }) => [handle, payload.order_id])).toEqual(expect.arrayContaining([["order-credited", 1002], ["credit-reversed", 1001]]));
    expect(await words()).toHaveLength(2);
  });

  test("what a what-if changes when a person applies it is no news", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    await pool().query("update program_rule set valid_from = '1970-01-01', mode = 'full', scope = 'order' where shop = $1", [SHOP]);
    await pool().query("update code_term set starts_at = '2026-06-11' where shop = $1", [SHOP]);
    await pool().query("insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state) values ($1, 'what-if:1:1001', 'what_if', now(), '1001', '', 'new')", [SHOP]);
    await settleAll();
    expect((await pool().query("select kind, amount from ledger_entry where shop = $1 order by id", [SHOP])).rows).toEqual([{ kind: "credit", amount: 9000n }, { kind: "adjustment", amount: -9000n }]);
    expect(await words()).toEqual([credited]);
  });

  test("a code in conflict is told once for each difference that is found, not while it stays, and again when it comes back", async () => {
    const found = { about: "code" as const, aboutId: "k1", target: STORE, kind: "missing" as const, part: "", ours: { code: "MARIE10" }, theirs: null };
    const noteOne = () => inTransaction((client) => noteDrifts(client, SHOP, [found, { ...found, about: "deal", aboutId: "d1", kind: "gone" }], new Date(at)));
    await noteOne();
    await noteOne();
    await inTransaction((client) => noteDrifts(client, SHOP, [{ ...found, theirs: { discount: "Other" } }], new Date(at)));
    expect(await words()).toEqual([{ handle: "code-in-conflict", payload: { code: "MARIE10", creator: "Marie", place: "Store", conflict: "MARIE10 is gone from the store." } }]);
    await pool().query("update drift set closed_at = now(), how = 'gone' where shop = $1", [SHOP]);
    await noteOne();
    expect(await words()).toHaveLength(2);
  });

  test("a code that a network refuses is rejected; one that is somebody else's there is in conflict; one that the store alone refuses is neither", async () => {
    const place = (target: string) => pool().query("insert into code_placement (shop, code_id, target, next_at) values ($1, 'k1', $2, now())", [SHOP, target]);
    await place(STORE);
    await place("p1");
    await markRefusedInStore(SHOP, [{ codeId: "k1", problem: writeProblem("store.refused", { words: "no" }) }], new Date(at));
    await markRefused(SHOP, "k1", "p1", writeProblem("network.refused", { words: "PromoCode: is too long" }), new Date(at));
    await markRefused(SHOP, "k1", "p1", writeProblem("network.refused", { words: "PromoCode: is too long" }), new Date(at + 1_000));
    await pool().query("update code_placement set state = 'waiting'");
    await markRefused(SHOP, "k1", "p1", writeProblem("problem.taken_in_network", { code: "MARIE10", partner: "Zoe" }), new Date(at + 2_000));
    await markRefusedInStore(SHOP, [{ codeId: "k1", problem: writeProblem("problem.taken_in_store", { code: "MARIE10", discount: "Sale" }) }], new Date(at + 3_000));
    const of = { code: "MARIE10", creator: "Marie" };
    expect(await words()).toEqual([
      { handle: "network-rejected", payload: { ...of, rejected: "code", name: "MARIE10", program: "p1", reason: "PromoCode: is too long" } },
      { handle: "code-in-conflict", payload: { ...of, place: "p1", conflict: "MARIE10 belongs to somebody else in p1, so it was not made there." } },
      { handle: "code-in-conflict", payload: { ...of, place: "Store", conflict: "MARIE10 belongs to somebody else in the store, so it was not made there." } },
    ]);
  });

  test("an order that the network refuses is told once for each request, and by nobody who came too late", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    const [row] = (await pool().query("select * from conversion where shop = $1", [SHOP])).rows;
    const seen = { ...row, orderId: row.order_id, networkOrderId: row.network_order_id, programId: row.program_id, codeId: row.code_id, partnerId: row.partner_id, toldCode: row.told_code, clickId: row.click_id, op: null, opAt: null, opItems: null, orderName: "#1001", connectionId: null } as Conversion;
    const stuck = { state: "stuck" as const, problem: "rejected" as const, problemDetail: "INVALID_CODE", nextAt: null };
    expect(await moveConversion(seen, stuck, new Date(at))).toBe(true);
    expect(await moveConversion(seen, stuck, new Date(at))).toBe(false);
    const rejected = { handle: "network-rejected", payload: { rejected: "order", name: "#1001", code: "MARIE10", creator: "Marie", program: "p1", reason: "The network says: invalid code (INVALID_CODE)." } };
    expect(await words()).toEqual([credited, rejected]);
  });
});

describe("what is told", () => {
  test("the store takes each word, by the fields that the extensions declare, once", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    expect([await tellOnce(), await tellOnce()]).toEqual([1, 0]);
    expect(told()).toEqual([credited]);
  });

  test("a process that dies between noting and telling, or before it wrote down that it told, tells again later", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    expect(await claimFlowWords(SHOP, now(), new Date(now().getTime() + 60_000), 20)).toHaveLength(1); // and died
    expect(await tellOnce()).toBe(0);
    forward(61_000);
    expect(await tellOnce()).toBe(1);
    expect(told()).toEqual([credited]);
  });

  test("what is about one order is told in its order, and one that waits holds up no other order", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    await note(refundOf("30.00"), { shop: SHOP });
    await note(paid({ id: "1002" }), { shop: SHOP });
    await settleAll();
    await pool().query("update flow_word set next_at = $2 where shop = $1 and handle = 'order-credited' and payload ->> 'order_id' = '1001'", [SHOP, new Date(at + 60_000)]);
    await tellOnce();
    expect(told().map(({ payload }) => payload.order_id)).toEqual([1002]);
    forward(61_000);
    while ((await tellOnce()) > 0);
    expect(told().map(({ handle, payload }) => [handle, payload.order_id])).toEqual([["order-credited", 1002], ["order-credited", 1001], ["credit-reversed", 1001]]);
  });

  test("a store that does not answer is told later; a shop whose token is gone is told when it has one again", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    token = null;
    expect(await tellOnce()).toBe(0);
    forward(2 * HOUR);
    token = local.token;
    expect(await tellOnce()).toBe(1);
    expect(told()).toEqual([credited]);
  });

  test("what the platform refuses is tried three times and given up, with one line a day in the shop's log", async () => {
    for (const id of ["1001", "1002"]) await note(paid({ id }), { shop: SHOP });
    await settleAll();
    await pool().query("update flow_word set payload = payload - 'code'");
    for (let turn = 0; turn < 5; turn++) {
      while ((await tellOnce()) > 0);
      forward(HOUR + 1_000);
    }
    expect(told()).toEqual([]);
    const { rows } = await pool().query("select next_at, done_at, tries, problem from flow_word");
    expect(rows).toEqual(Array(2).fill({ next_at: null, done_at: null, tries: 3, problem: writeProblem("store.refused", { words: "Errors validating schema:\n  Required field missing: 'code'.\n" }) }));
    expect((await pool().query("select what, detail from shop_log")).rows).toEqual([{ what: "flow.given_up", detail: { trigger: "order-credited" } }]);
  });

  test("a word that is three days old is told no more, and one of a shop that is gone waits for nothing", async () => {
    await note(paid(), { shop: SHOP });
    await settleAll();
    await pool().query("update shop set uninstalled_at = now()");
    expect(await tellOnce()).toBe(0);
    await pool().query("update shop set uninstalled_at = null");
    forward(73 * HOUR);
    expect(await tellOnce()).toBe(1);
    expect(told()).toEqual([]);
    expect((await pool().query("select problem from flow_word")).rows).toEqual([{ problem: writeProblem("flow.too_old") }]);
  });
});
