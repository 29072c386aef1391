// Where the network holds the clicks: an order waits for its verdict, in no total; the network is told meanwhile, and what it decides is settled.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { answerHand } from "#app/flow/hand.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { noteVerdict } from "#app/flow/verdict.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { partnerReason } from "#app/domain/verdict.ts";
import { reverseAction } from "#test/local/network/by-hand.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator } from "#test/support/shop.ts";
import { calls, held, openScene, pass, type Scene, SHOP, SID, workFor } from "./reporting.ts";

useDatabase();
let scene: Scene;
let jonas: string;
let update = 0;
let id = "1000";

/** Marie's LEA8 is credited where the network saw a click of hers; Jonas's PAUL9, with the smaller discount, always. */
beforeAll(async () => {
  scene = await openScene();
  const { network } = scene.local;
  const longAgo = nowMs() - 90 * 86_400_000;
  jonas = network.addPartner(SID, { name: "Jonas", email: "jonas@example.com" }).id;
  network.addPartnerToProgram(SID, jonas, scene.programId, { joinedMs: longAgo });
  network.assignCode(SID, { programId: scene.programId, partnerId: scene.partnerId, code: "LEA8", policy: "INVOLVED", createdMs: longAgo });
  network.assignCode(SID, { programId: scene.programId, partnerId: jonas, code: "PAUL9", createdMs: longAgo });
  await pool().query(
    `insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral, clicks) values ($1, 'p1', 'epoch', 'full', 'paid', 'order', 30, true, 'network')`,
    [SHOP],
  );
  await makeCreator("c1", { shop: SHOP, name: "Marie", memberships: [{ program: "p1", partnerId: scene.partnerId }] });
  await makeCreator("c2", { shop: SHOP, name: "Jonas", memberships: [{ program: "p1", partnerId: jonas }] });
  await makeCode("k1", { shop: SHOP, code: "LEA8", creator: "c1", program: "p1", policy: "involved" });
  await makeCode("k2", { shop: SHOP, code: "PAUL9", creator: "c2", program: "p1" });
});
beforeEach(() => {
  id = String(Number(id) + 1);
  scene.local.network.state.exchanges = [];
});
afterEach(async () => expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]));
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

type Sale = { codes?: string[]; click?: string; back?: string; cancelled?: boolean };

const MADE = new Map<string, string>();

/** An order of 100.00: 20.00 off by LEA8 and 10.00 by PAUL9, as far as these are its codes. `back`: so much of it was refunded. */
async function sell({ codes = ["LEA8"], click, back, cancelled = false }: Sale = {}): Promise<void> {
  const at = new Date(nowMs() - 60_000).toISOString();
  const made = MADE.get(id) ?? at;
  MADE.set(id, made);
  const off = (code: string) => (code === "LEA8" ? "20.00" : "10.00");
  await note(
    orderBody({
      id, codes, created_at: made, updated_at: new Date(Date.parse(made) + ++update * 1_000).toISOString(),
      ...(click ? { note_attributes: [{ name: "irclickid", value: click }] } : {}),
      ...(cancelled ? { cancelled_at: at } : {}),
      lines: [{ id: `${id}1`, price: "100.00", off: codes.map((code, index): [number, string] => [index, off(code)]) }],
      refunds: back ? [{ id: 7, refund_line_items: [{ line_item_id: Number(`${id}1`), quantity: 0, subtotal: back }] }] : [],
    }),
    { shop: SHOP },
  );
  await settle();
}

async function settle(): Promise<void> {
  while ((await settleOnce()) > 0);
}

/** Time goes by, and both do what is due: each hears of the other. */
async function live(minutes = 60): Promise<void> {
  pass(1);
  for (let gone = 0; gone < minutes; gone += 15) {
    await workFor(15);
    await settle();
  }
  await workFor(30);
}

function clicked(name: string, partnerId = scene.partnerId): string {
  return scene.local.network.addClick(SID, { programId: scene.programId, partnerId, id: `${name}${id}`, atMs: nowMs() - 3_600_000 }).id;
}

async function order() {
  const { rows } = await pool().query(
    `select o.outcome, o.reason, o.credited::text, (select json_object_agg(d.code_id, coalesce(d.reason, d.outcome)) from decision d where d.shop = o.shop and d.order_id = o.order_id) as codes,
        (select coalesce(sum(l.amount), 0)::text from ledger_entry l where l.shop = o.shop and l.order_id = o.order_id) as ledger
     from order_state o where o.shop = $1 and o.order_id = $2`,
    [SHOP, id],
  );
  return rows[0];
}

async function conversions(): Promise<string[]> {
  const { rows } = await pool().query<{ line: string }>(
    `select n || ' ' || code_id || ' ' || state || coalesce(' ' || problem, '') || case when awaiting then ' by the network' else '' end as line from conversion where shop = $1 and order_id = $2 order by n`,
    [SHOP, id],
  );
  return rows.map(({ line }) => line);
}

const amountOf = (orderId = id) => held(scene, orderId).map(({ state, partnerId, items }) => `${state} ${partnerId === jonas ? "Jonas" : "Marie"} ${Object.values(items).join(" ")}`);

describe("an order waits for the network", () => {
  test("and is in the ledger once the network credits it, with what was refunded meanwhile taken off", async () => {
    await sell({ click: clicked("hers") });
    expect(await order()).toEqual({ outcome: "awaiting_network", reason: null, credited: "0", codes: { k1: "awaiting_network" }, ledger: "0" });
    expect(await conversions()).toEqual(["1 k1 waiting by the network"]);
    pass(1);
    await workFor(3);
    await sell({ click: `hers${id}`, back: "30.00" });
    expect(await order()).toMatchObject({ outcome: "awaiting_network", ledger: "0" });
    await live();
    expect(await order()).toEqual({ outcome: "credited", reason: null, credited: "5000", codes: { k1: "credited" }, ledger: "5000" });
    expect(amountOf()).toEqual(["PENDING Marie 1/5000"]);
    expect(await conversions()).toEqual(["1 k1 reported by the network"]);
  });

  test("and is nobody's once the network refuses it: nothing is taken back there, since nothing is there", async () => {
    await sell();
    await live();
    expect(await order()).toEqual({ outcome: "not_credited", reason: "network_refused", credited: "0", codes: { k1: "network_refused" }, ledger: "0" });
    expect(await conversions()).toEqual(["1 k1 dropped by the network"]);
    expect(held(scene, id)).toEqual([]);
    expect(calls(scene)["DELETE /Actions"]).toBe(undefined);
    const { rows } = await pool().query("select verdict, reason, action_id from network_verdict where shop = $1 and order_id = $2", [SHOP, id]);
    expect(rows).toEqual([{ verdict: "refused", reason: "rule", action_id: null }]);
  });

  test("whatever our own clicks say", async () => {
    await pool().query("insert into touch (shop, at, visitor, creator_id) values ($1, $2, 'v1', 'c1')", [SHOP, new Date(nowMs() - 3_600_000)]);
    await sell();
    await live();
    expect(await order()).toMatchObject({ codes: { k1: "network_refused" }, ledger: "0" });
  });

  test("and when another partner's click came first there, that is its verdict too", async () => {
    await sell({ click: clicked("his", jonas) });
    await live();
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "network_refused", ledger: "0" });
  });

  test("an order that is cancelled before the verdict is told, taken back, and never credited", async () => {
    await sell({ click: clicked("hers") });
    pass(1);
    await workFor(3);
    await sell({ click: `hers${id}`, cancelled: true });
    await live(120);
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "cancelled", ledger: "0" });
    expect(amountOf()).toEqual(["REVERSED Marie 0/0"]);
  });
});

describe("two codes on one order", () => {
  test("the other one is credited, and told under a number of its own, once the network refuses the first", async () => {
    await sell({ codes: ["LEA8", "PAUL9"] });
    expect(await order()).toMatchObject({ outcome: "awaiting_network", codes: { k1: "awaiting_network", k2: "outranked" }, ledger: "0" });
    await live(90);
    expect(await order()).toMatchObject({ outcome: "credited", codes: { k1: "network_refused", k2: "credited" }, ledger: "7000" });
    expect(await conversions()).toEqual(["1 k1 dropped by the network", "2 k2 reported"]);
    expect(held(scene, id)).toEqual([]);
    expect(amountOf(`${id}-2`)).toEqual(["PENDING Jonas 1/7000"]);
  });

  test("and stays outranked where the network credits the first", async () => {
    await sell({ codes: ["LEA8", "PAUL9"], click: clicked("hers") });
    await live();
    expect(await order()).toMatchObject({ codes: { k1: "credited", k2: "outranked" }, ledger: "7000" });
    expect(amountOf()).toEqual(["PENDING Marie 1/7000"]);
  });
});

describe("a verdict that turns", () => {
  const row = () => ({ shop: SHOP, orderId: id, codeId: "k1", programId: "p1", awaiting: true });

  test("takes the credit back in the ledger, and leaves the action alone that is another's by now", async () => {
    await sell({ click: clicked("hers") });
    await live();
    await noteVerdict(row(), { verdict: "refused", reason: partnerReason(jonas), actionId: "x" });
    await settle();
    await live();
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "network_refused", credited: "0", ledger: "0" });
    expect(await conversions()).toEqual(["1 k1 dropped by the network"]);
    expect(amountOf()).toEqual(["PENDING Marie 1/8000"]);
    pass(1);
    await noteVerdict(row(), { verdict: "credited", reason: null, actionId: "x" });
    await settle();
    await live();
    expect(await order()).toMatchObject({ outcome: "credited", ledger: "8000" });
    expect(await conversions()).toEqual(["1 k1 reported by the network"]);
    expect(amountOf()).toEqual(["PENDING Marie 1/8000"]);
  });

  test("makes no difference of the ledger while it is not settled yet, as after a crash in between", async () => {
    await sell();
    await noteVerdict(row(), { verdict: "credited", reason: null, actionId: "x" });
    expect(await verifyLedger({ shop: SHOP })).toMatchObject({ waiting: 1, differences: [] });
    await settle();
    expect(await verifyLedger({ shop: SHOP })).toMatchObject({ waiting: 0, differences: [] });
    expect(await order()).toMatchObject({ outcome: "credited", ledger: "8000" });
  });

  test("is noted once, the newest holds, and none is kept of a conversion that is not the network's to decide", async () => {
    await sell();
    const noted = async () => (await pool().query("select count(*)::int as n from delivery where shop = $1 and topic = 'verdict' and order_id = $2", [SHOP, id])).rows[0].n;
    await noteVerdict({ ...row(), awaiting: false }, { verdict: "refused", reason: "nobody", actionId: null });
    expect(await noted()).toBe(0);
    for (let time = 0; time < 3; time++) await noteVerdict(row(), { verdict: "refused", reason: "nobody", actionId: null });
    expect(await noted()).toBe(1);
    await Promise.all(Array.from({ length: 8 }, (_, index) => noteVerdict(row(), { verdict: index % 2 === 0 ? "credited" : "refused", reason: null, actionId: String(index) })));
    await settle();
    const { rows } = await pool().query("select verdict from network_verdict where shop = $1 and order_id = $2", [SHOP, id]);
    expect(await order()).toMatchObject({ codes: { k1: rows[0].verdict === "credited" ? "credited" : "network_refused" } });
    pass(-5);
    await noteVerdict(row(), { verdict: rows[0].verdict === "credited" ? "refused" : "credited", reason: null, actionId: null });
    expect((await pool().query("select verdict from network_verdict where shop = $1 and order_id = $2", [SHOP, id])).rows).toEqual(rows);
    pass(5);
  });
});

async function decide(act: string, codeId = ""): Promise<void> {
  const ask = { act, codeId, amount: "", reason: "told by e-mail" };
  const shown = await answerHand(SHOP, "Ana", id, { ...ask, seen: "" });
  if (shown!.preview) await answerHand(SHOP, "Ana", id, { ...ask, seen: shown!.preview.seen });
  await settle();
}

test("a person credits what the network had reversed: nothing of it is taken for told, and that person hears of it", async () => {
  await sell({ click: clicked("hers") });
  await live();
  const action = conversionsOf(scene.local.network).find((one) => one.orderId === id)!;
  reverseAction(scene.local.network, SID, action.actionId);
  await noteVerdict({ shop: SHOP, orderId: id, codeId: "k1", programId: "p1", awaiting: true }, { verdict: "refused", reason: "REVERSED", actionId: action.actionId });
  await settle();
  await live();
  expect(await conversions()).toEqual(["1 k1 dropped by the network"]);
  await decide("credit", "k1");
  await live(240);
  expect(await order()).toMatchObject({ outcome: "credited", ledger: "8000" });
  expect(await conversions()).toEqual(["1 k1 reversed partly_kept by the network"]);
  // Whatever else happens to the order: that person says whether it goes out anew.
  await sell({ click: `hers${id}`, back: "30.00" });
  await live();
  expect(await order()).toMatchObject({ outcome: "credited", ledger: "5000" });
  expect(await conversions()).toEqual(["1 k1 reversed partly_kept by the network"]);
  await decide("withdraw");
  await live();
  expect(await conversions()).toEqual(["1 k1 reversed by the network"]);
});

test("a person's decision goes before the verdict, and what the network then refuses waits for that person; withdrawn, the verdict holds", async () => {
  await sell();
  await decide("credit", "k1");
  expect(await order()).toMatchObject({ outcome: "credited", ledger: "8000" });
  await live();
  expect(await order()).toMatchObject({ outcome: "credited", ledger: "8000" });
  expect(await conversions()).toEqual(["1 k1 stuck rejected by the network"]);
  await decide("withdraw");
  await live();
  expect(await order()).toMatchObject({ reason: "network_refused", ledger: "0" });
  expect(await conversions()).toEqual(["1 k1 dropped by the network"]);
});

test("errors about something else are no verdict: a person is asked, and the order waits on", async () => {
  const eventType = (id: string) => pool().query("update program set event_type_id = $2 where shop = $1", [SHOP, id]);
  await eventType("999999");
  await sell();
  await live();
  await eventType(scene.eventTypeId);
  expect(await order()).toMatchObject({ outcome: "awaiting_network", ledger: "0" });
  expect(await conversions()).toEqual(["1 k1 stuck rejected by the network"]);
});

test("a process that died once the refusal was kept: the request ends as the network answered it, and is not sent again", async () => {
  await sell();
  pass(1);
  await workFor(3);
  pass(1);
  await noteVerdict({ shop: SHOP, orderId: id, codeId: "k1", programId: "p1", awaiting: true }, { verdict: "refused", reason: "rule", actionId: null });
  await settle();
  pass(300); // it would be looked for as a lost one by then
  await workFor(60);
  expect(await conversions()).toEqual(["1 k1 dropped by the network"]);
  expect(calls(scene)["POST /Conversions"]).toBe(1);
  const { rows } = await pool().query("select op, outcome, errors from report_end where shop = $1 and order_id = $2", [SHOP, id]);
  expect(rows).toEqual([{ op: "create", outcome: "rejected", errors: [] }]);
});
