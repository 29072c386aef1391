// What becomes known after an order was settled (codes, other rules, what the store tells, who had joined) changes what it should, once, and nothing else.
import { beforeEach, describe, expect, test } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { keyedHash } from "#app/crypto.server.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { insertCodes, insertPattern, retirePattern } from "#app/db/code.ts";
import { addHandAct } from "#app/db/hand.ts";
import { claimFetches, endFetch, lockOrders, type DueFetch } from "#app/db/order.ts";
import { FIRST_SETTINGS } from "#app/db/program.ts";
import type { Beside, Dispute } from "#app/domain/beside.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { settleMembersLeft } from "#app/flow/members.ts";
import { changeProgramRule, changeShopRule } from "#app/flow/rules.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { orderBody, type LineSketch } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop, makeProgram, makeShop } from "#test/support/shop.ts";

useDatabase();

let shops = 0;
let shop = "";
beforeEach(async () => {
  shop = `later-${(shops += 1)}.myshopify.com`;
  await pool().query("update order_state set fetch_at = null");
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function differences(): Promise<unknown[]> {
  return (await verifyLedger({ shop })).differences;
}

/** "code/line amount", the open balances. */
async function balances(orderId = "1001"): Promise<string[]> {
  const { rows } = await pool().query<{ entry: string }>(
    `select code_id || '/' || line_id || ' ' || sum(amount) as entry from ledger_entry where shop = $1 and order_id = $2 group by code_id, line_id having sum(amount) <> 0 order by 1`,
    [shop, orderId],
  );
  return rows.map((row) => row.entry);
}

async function decide(codeId: string): Promise<void> {
  await inTransaction(async (client) => {
    await lockOrders(client, [{ shop, orderId: "1001" }]);
    await addHandAct(client, shop, { orderId: "1001", who: "Claire", act: "credit", codeId, amount: null, reason: "agreed by mail" }, now());
  });
}

const NOW_MADE = "2026-06-20T00:00:00Z";

describe("a code that is made after the order was settled", () => {
  test("leaves a person's choice of a code that is not on the order as it is", async () => {
    await makeMariesShop(shop);
    await makeCode("k2", { shop, code: "OTHER", creator: "c1", program: "p1" });
    await note(orderBody({ codes: ["UNKNOWN", "MARIE10"], lines: [{ id: "1", price: "100.00", off: [[0, "5.00"], [1, "10.00"]] }] }), { shop });
    await settleAll();
    await decide("k2");
    await settleAll();
    expect(await balances()).toEqual(["k2/1 8500"]);
    await makeCode("k3", { shop, code: "UNKNOWN", creator: "c1", program: "p1", createdAt: NOW_MADE });
    expect(await differences()).toEqual([]);
  });

  test("takes no lines from a person's choice of the code whose name it took over", async () => {
    await makeShop({ shop });
    await makeProgram("p1", { shop, scope: "discounted_lines" });
    await makeCreator("c1", { shop, memberships: [{ program: "p1" }] });
    await makeCode("k1", { shop, code: "ADOPTED", creator: "c1", program: "p1", createdAt: "2026-06-12T00:00:00Z" });
    await note(orderBody({ codes: ["ADOPTED"], lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, { id: "2", price: "50.00" }] }), { shop });
    await settleAll();
    await decide("k1");
    await settleAll();
    expect(await balances()).toEqual(["k1/1 9000"]);
    await pool().query("update code set retired_at = '2026-06-15' where shop = $1 and id = 'k1'", [shop]);
    await makeCode("k2", { shop, code: "ADOPTED", creator: "c1", program: "p1", createdAt: NOW_MADE });
    expect(await differences()).toEqual([]);
  });

  test("brings no stacking rule along that a person chose for its program's past", async () => {
    await makeShop({ shop });
    for (const program of ["p1", "p2"]) await makeProgram(program, { shop });
    await makeCreator("c1", { shop, memberships: [{ program: "p1" }, { program: "p2" }] });
    for (const name of ["SMALL", "LARGE"]) await makeCode(`k-${name}`, { shop, code: name, creator: "c1", program: "p1" });
    await note(orderBody({ codes: ["UNKNOWN", "SMALL", "LARGE"], lines: [{ id: "1", price: "100.00", off: [[1, "5.00"], [2, "10.00"]] }] }), { shop });
    await settleAll();
    expect(await balances()).toEqual(["k-LARGE/1 8500"]);
    await pool().query(
      `insert into what_if (shop, id, program_id, from_at, to_at, settings, state, who, created_at, applied_at) values ($1, 'w', 'p2', '2026-06-01', '2026-07-01', '{"stackingRule":"first_listed"}', 'applied', 'Claire', '2026-07-02', '2026-07-02')`,
      [shop],
    );
    await makeCode("k-late", { shop, code: "UNKNOWN", creator: "c1", program: "p2", createdAt: NOW_MADE });
    expect(await differences()).toEqual([]);
  });
});

describe("what only the store can tell", () => {
  const sample: LineSketch = { id: "2", price: "20.00" };
  const marks = (...tagged: [string, string[]][]): Beside => ({ returning: false, lines: Object.fromEntries(tagged.map(([id, tags]) => [id, { subscribed: false, type: null, tags }])), disputes: [] });

  function factsOf(body: Record<string, unknown>): OrderFacts {
    const read = readOrder(body, keyedHash);
    if (!read.ok) throw new Error(read.reason);
    return read.facts;
  }

  async function answer(facts: OrderFacts, beside: Beside | null, fetch: DueFetch | null): Promise<void> {
    await inTransaction(async (client) => {
      await noteDelivery({ shop, webhookId: `fetch:${nowMs()}:${Math.random()}`, topic: "fetch", eventId: null, triggeredNs: null, receivedAt: now(), orderId: facts.id, facts, beside, bodyHash: "", state: "new", reason: null }, client);
      if (fetch !== null) await endFetch(client, fetch, null, null);
    });
    await settleAll();
  }

  const claim = async () => (await claimFetches(now(), new Date(nowMs() + 60_000), { most: 5, ofShop: 5, without: [] })).filter((fetch) => fetch.shop === shop);

  const outcome = async () => (await pool().query("select outcome, fetch_why from order_state where shop = $1", [shop])).rows[0];
  const entries = async () => (await pool().query("select kind, amount::text from ledger_entry where shop = $1 order by id", [shop])).rows;

  beforeEach(async () => {
    await makeShop({ shop, neverEarn: { tags: ["sample"] } });
    await makeProgram("p1", { shop });
    await makeCreator("c1", { shop, memberships: [{ program: "p1" }] });
    await makeCode("k1", { shop, code: "MARIE10", creator: "c1", program: "p1" });
  });

  test("is asked for once more where a line came in while the answer was under way", async () => {
    const first = orderBody();
    await note(first, { shop });
    await settleAll();
    const [asked] = await claim();
    await answer(factsOf(first), marks(["1", []]), asked!);
    expect(await claim()).toEqual([]);

    await noteHint("refunds/create", "1001", shop);
    await settleAll();
    const [hinted] = await claim();
    const edited = orderBody({ updated_at: "2026-06-10T11:00:00+02:00", lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, sample] });
    await note(edited, { shop });
    await settleAll();
    await answer(factsOf(first), marks(["1", []]), hinted!);
    const [again] = await claim();
    expect(again).toMatchObject({ orderId: "1001" });
    await answer(factsOf(edited), marks(["1", []], ["2", ["Sample"]]), again!);
    expect(await balances()).toEqual(["k1/1 9000"]);
    expect(await claim()).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  test("is asked for where a dispute is all that is known beside an order that was fetched", async () => {
    const body = orderBody({ lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, sample] });
    const dispute: Dispute = { id: "5", kind: "inquiry", status: "needs_response", triggeredNs: "1" };
    // Fetched before this app kept anything beside the facts.
    await answer(factsOf(body), null, null);
    await noteDelivery({ shop, webhookId: "dispute", topic: "disputes/create", eventId: null, triggeredNs: 1n, receivedAt: new Date(), orderId: "1001", facts: null, beside: { returning: null, lines: {}, disputes: [dispute] }, bodyHash: "h", state: "new", reason: null });
    await settleAll();
    const [asked] = await claim();
    await answer(factsOf(body), marks(["1", []], ["2", ["sample"]]), asked!);
    expect(await balances()).toEqual(["k1/1 9000"]);
    expect(await claim()).toEqual([]);
  });

  test("is waited for: nothing is credited and taken back a second later", async () => {
    const body = orderBody({ lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, sample] });
    await note(body, { shop });
    await settleAll();
    expect(await outcome()).toEqual({ outcome: null, fetch_why: "beside" });
    expect(await verifyLedger({ shop })).toMatchObject({ waiting: 1, differences: [] });
    const [asked] = await claim();
    await answer(factsOf(body), marks(["1", []], ["2", ["sample"]]), asked!);
    expect(await outcome()).toMatchObject({ outcome: "credited" });
    expect(await entries()).toEqual([{ kind: "credit", amount: "9000" }]);
    expect(await differences()).toEqual([]);
  });

  test("is waited for where an order that was credited gets a line: what stood stands until then", async () => {
    const first = orderBody({ lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }] });
    await answer(factsOf(first), marks(["1", []]), null);
    const edited = orderBody({ updated_at: "2026-06-10T11:00:00+02:00", lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, sample] });
    await note(edited, { shop });
    await settleAll();
    expect(await balances()).toEqual(["k1/1 9000"]);
    expect(await verifyLedger({ shop })).toMatchObject({ waiting: 1, differences: [] });
    const [asked] = await claim();
    await answer(factsOf(edited), marks(["1", []], ["2", []]), asked!);
    expect(await balances()).toEqual(["k1/1 9000", "k1/2 2000"]);
    expect(await differences()).toEqual([]);
  });

  test("is not waited for where the store shows the order no more", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    const [asked] = await claim();
    await inTransaction(async (client) => {
      await noteDelivery({ shop, webhookId: "unfound", topic: "unfound", eventId: null, triggeredNs: null, receivedAt: now(), orderId: "1001", facts: null, bodyHash: "", state: "new", reason: null }, client);
      await endFetch(client, asked!, null, "not_found");
    });
    await settleAll();
    expect(await balances()).toEqual(["k1/1 9000"]);
    expect(await claim()).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  test("is asked for where a dispute could not be read", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    await pool().query("update order_state set fetch_at = null where shop = $1", [shop]);
    await noteHint("disputes/update", "1001", shop);
    await settleAll();
    expect(await claim()).toMatchObject([{ orderId: "1001" }]);
  });
});

describe("a rule that begins to hold when an order created after it was settled already, its clock being ahead of ours", () => {
  const since = () => new Date(nowMs());

  async function settledAhead(codes: string[]): Promise<void> {
    const at = new Date(nowMs() + 2_000).toISOString();
    await note(orderBody({ codes, created_at: at, updated_at: at, lines: [{ id: "1", price: "100.00", off: [[0, "10.00"], [1, "20.00"]] }] }), { shop });
    await note(orderBody({ id: "1002", codes }), { shop });
    await settleAll();
  }

  const log = { who: "merchant", what: "pattern.made", detail: {} };
  const pattern = { id: "r1", pattern: "^ANNA", key: "^ANNA", creatorId: "c1", programId: "p1", creditPolicy: "always", startsAt: null, endsAt: null, placements: [] };
  const write = () => ({ replaces: null, most: 10, at: since(), log });

  beforeEach(() => makeMariesShop(shop));

  test("a code", async () => {
    await settledAhead(["ADOPTED", "X"]);
    await insertCodes(shop, [{ id: "k9", code: "ADOPTED", key: "ADOPTED", dealId: "d", creatorId: "c1", programId: "p1", creditPolicy: "always", placements: [] }], since());
    await settleAll();
    expect(await balances()).toEqual(["k9/1 7000"]);
    expect(await differences()).toEqual([]);
  });

  test("a pattern, and its end", async () => {
    await settledAhead(["ANNA-5", "X"]);
    await insertPattern(shop, pattern, write());
    await settleAll();
    expect(await balances()).toEqual(["r1/1 7000"]);
    await retirePattern(shop, "r1", since(), log);
    await settleAll();
    expect(await balances()).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  test("a stacking rule, and a program's scope", async () => {
    await makeCode("k2", { shop, code: "LARGE", creator: "c1", program: "p1" });
    await settledAhead(["MARIE10", "LARGE"]);
    expect(await balances()).toEqual(["k2/1 7000"]);
    expect(await changeShopRule(shop, "Claire", { stackingRule: "first_listed" })).toEqual({ ok: true });
    await settleAll();
    expect(await balances()).toEqual(["k1/1 7000"]);
    expect(await changeProgramRule(shop, "Claire", "p1", { ...FIRST_SETTINGS, newCustomersOnly: true })).toEqual({ ok: true });
    await settleAll();
    expect(await claimFetches(now(), new Date(nowMs() + 60_000), { most: 5, ofShop: 5, without: [] })).toMatchObject([{ orderId: "1001" }]);
    expect(await differences()).toEqual([]);
  });
});

test("a take-over of creators that died is finished when the app starts again, and until then its orders wait", async () => {
  await makeMariesShop(shop);
  await note(orderBody(), { shop });
  await note(orderBody({ id: "1002", created_at: "2026-05-01T10:00:00+02:00" }), { shop });
  await settleAll();
  // As a process leaves it that dies after it wrote that Marie had left.
  await pool().query("update program set members_from = '2026-06-01' where shop = $1", [shop]);
  await pool().query("update membership set left_at = '2026-06-01', state = 'left' where shop = $1", [shop]);
  expect(await verifyLedger({ shop })).toMatchObject({ waiting: 1, differences: [] });
  await settleMembersLeft();
  await settleAll();
  expect(await balances("1001")).toEqual([]);
  expect(await balances("1002")).toEqual(["k1/1 9000"]);
  expect(await verifyLedger({ shop })).toMatchObject({ waiting: 0, differences: [] });
});
