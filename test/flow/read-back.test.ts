// What the network holds otherwise than is known here is found in the real local network, shown with what each repair will do, and repaired to equality.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { now, nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { countWork, listWork, readWorklist } from "#app/db/reads/worklist.ts";
import { partnerReason } from "#app/domain/verdict.ts";
import type { WorkRow } from "#app/domain/worklist-page.ts";
import { newReaderState, readBack, type ReaderState } from "#app/flow/read-back.ts";
import { readBackNow, repairAsked } from "#app/flow/worklist.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { addAction, editAction, moveAction, removeAction, reverseAction, showState } from "#test/local/network/by-hand.ts";
import { useDatabase } from "#test/support/database.ts";
import { held, item, openScene, pass, retarget, row, SHOP, SID, wanted, work, workFor, type Scene } from "./reporting.ts";

useDatabase();

let scene: Scene;
let state: ReaderState;
let number = 7_200_000_000_000n;
let undo: () => void = () => {};

beforeAll(async () => {
  scene = await openScene();
  const at = new Date(nowMs() - 86_400_000 * 90);
  await prisma().creator.create({ data: { shop: SHOP, id: "c1", name: "Marie", createdAt: at } });
  await prisma().membership.create({ data: { shop: SHOP, programId: "p1", creatorId: "c1", joinedAt: at, partnerId: scene.partnerId } });
});
beforeEach(async () => {
  for (const table of ["conversion", "network_action", "rate_budget", "network_verdict", "delivery", "order_state", "program_rule"]) await pool().query(`delete from ${table}`);
  await pool().query("update program set actions_to = $1, actions_at = null, actions_problem = null", [now()]);
  scene.local.network.account(SID).actions = [];
  scene.local.network.account(SID).updates = [];
  scene.local.network.state.exchanges = [];
  state = newReaderState();
});
afterEach(() => {
  undo();
  undo = () => {};
  scene.local.network.clearFaults();
});
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

async function reported(...items: ReturnType<typeof item>[]): Promise<string> {
  const orderId = String(number++);
  await wanted(scene, orderId, items);
  await workFor(60);
  expect(await row(orderId)).toMatchObject({ state: "reported", next_at: null });
  await read();
  return orderId;
}

/** Reads what there is to read, as the loop would after its rest. */
async function read(): Promise<void> {
  for (let turns = 0; turns < 10 && (await readBack({ shop: SHOP, state })) > 0; turns++);
}

/** A while goes by in which reporting and reading back do what is due. */
async function live(minutes: number): Promise<void> {
  for (let gone = 0; gone < minutes; gone += 5) {
    pass(5);
    await work();
    await read();
  }
}

function actionOf(orderId: string): string {
  return conversionsOf(scene.local.network).find((action) => action.orderId === orderId)!.actionId;
}

async function list(view = "all"): Promise<WorkRow[]> {
  return (await listWork(SHOP, { view, q: "", page: 1 }, now())).rows;
}

async function only(view = "all"): Promise<WorkRow> {
  const rows = await list(view);
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

function repair(work: WorkRow, repair: string) {
  return repairAsked(SHOP, "Camille", { key: work.key, repair, version: work.version });
}

function effect(work: WorkRow, repair: string) {
  return work.offers.find((offer) => offer.repair === repair)?.effect;
}

describe("what is in order", () => {
  it("is no difference, nor is what is under way, whatever was read meanwhile", async () => {
    const orderId = await reported(item("A", 1, "5000"), item("B", 2, "3000"));
    expect(await list()).toEqual([]);
    await retarget(orderId, [item("A", 1, "5000"), item("B", 1, "1500")]);
    await work();
    pass(21);
    await read();
    expect(await list()).toEqual([]);
    await live(60);
    expect([await list(), held(scene, orderId)[0]!.items]).toEqual([[], { A: "1/5000", B: "1/1500" }]);
  });

  it("stays so where a person made the action anew under the same order id", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    reverseAction(scene.local.network, SID, actionOf(orderId));
    const second = addAction(scene.local.network, SID, { programId: scene.programId, partnerId: scene.partnerId, orderId, items: [{ sku: "A", quantity: 1, amount: "5000" }] });
    pass(21);
    await read();
    expect([await list(), (await row(orderId)).action_id]).toEqual([[], second.id]);
  });
});

describe("an amount that somebody changed", () => {
  it("is shown with the edit that brings it back, and the edit does just that", async () => {
    const orderId = await reported(item("A", 1, "5000"), item("B", 2, "4000"));
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "B", quantity: 1, amount: "1000" }]);
    pass(21);
    await read();
    const found = await only();
    expect(found).toMatchObject({ group: "amount", here: "9000", there: { amount: "6000", currency: "EUR" }, creator: { name: "Marie" }, locked: false });
    expect(effect(found, "edit")).toMatchObject({ key: "edit", amount: "9000", items: [{ name: "Thing B", quantity: 2, amount: "4000" }] });
    expect(await repair(found, "edit")).toEqual({ done: "edit", stale: false });
    // A second click, and one in another tab, find it under way.
    expect([await repair(found, "edit"), (await only()).group]).toEqual([{ done: "edit", stale: false }, "under_way"]);
    // Until it is read back, the network holds what it held.
    await work();
    expect(await only("under_way")).toMatchObject({ difference: null, here: "9000", there: { amount: "6000" }, chosen: { repair: "edit" } });
    await live(60);
    expect([await list(), held(scene, orderId)[0]!.items]).toEqual([[], { A: "1/5000", B: "2/4000" }]);
    expect(scene.local.network.state.exchanges.filter((each) => each.method === "PUT")).toHaveLength(1);
  });

  it("is not repaired by what was shown before it changed once more", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "1000" }]);
    pass(21);
    await read();
    const shown = await only();
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "2000" }]);
    pass(21);
    await read();
    expect([await repair(shown, "edit"), await repair(shown, "accept"), await repair({ ...shown, key: "[]" }, "edit")]).toEqual(Array(3).fill({ done: null, stale: true }));
    expect((await row(orderId)).next_at).toBeNull();
  });

  it("by an item that nobody can take away here is said not to come right by an edit alone", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "EXTRA", quantity: 1, amount: "700" }]);
    pass(21);
    await read();
    expect(effect(await only(), "edit")).toMatchObject({ amount: "5000", items: [{ name: "EXTRA", quantity: 0, amount: "0" }] });
  });

  it("by an item that is gone there has no edit that would bring it back", async () => {
    const orderId = await reported(item("A", 1, "5000"), item("B", 1, "3000"));
    scene.local.network.account(SID).actions[0]!.items.pop();
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "5000" }]);
    pass(21);
    await read();
    expect([(await only()).there?.amount, (await only()).offers.map((offer) => offer.repair)]).toEqual(["5000", ["look", "accept"]]);
  });

  it("that is accepted is not asked again until it is another one, or a person takes it up", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "1000" }]);
    pass(21);
    await read();
    await repair(await only(), "accept");
    expect([await list(), (await list("accepted")).length]).toEqual([[], 1]);
    await live(25);
    expect([await list(), (await only("accepted")).chosen]).toMatchObject([[], { repair: "accept", who: "Camille" }]);
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "2000" }]);
    await live(25);
    await repair(await only("amount"), "accept");
    await read();
    expect(await list()).toEqual([]);
    await repair(await only("accepted"), "take_up");
    expect((await list()).length).toBe(1);
    await read();
    expect((await only()).there).toEqual({ amount: "2000", currency: "EUR" });
  });

  it("after the lock is left, since nothing can be sent", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "1000" }]);
    pass(60 * 24 * 60);
    await read();
    const found = await only();
    expect([found.locked, found.offers.map((offer) => [offer.repair, offer.effect.key])]).toEqual([true, [["look", "look"], ["accept", "leave"]]]);
  });

  it("in another currency than was sent says nothing", async () => {
    scene.local.network.account(SID).currency = "USD";
    undo = () => void (scene.local.network.account(SID).currency = null);
    await reported(item("A", 1, "5000"));
    expect(await list()).toEqual([]);
  });
});

describe("a sale that the network holds no more", () => {
  it("is told once more under its order id, and taken for the same should it be there after all", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    removeAction(scene.local.network, SID, actionOf(orderId));
    await live(25 * 60);
    const found = await only();
    expect([found.group, found.there, effect(found, "send_again")]).toMatchObject(["missing", null, { key: "send_again", amount: "5000" }]);
    expect(await repair(found, "send_again")).toEqual({ done: "send_again", stale: false });
    expect(await only()).toMatchObject({ group: "under_way", problem: null, here: "5000", chosen: { repair: "send_again" } });
    await live(60);
    expect([await list(), held(scene, orderId).map((action) => [action.state, action.items])]).toEqual([[], [["PENDING", { A: "1/5000" }]]]);
    expect(await row(orderId)).toMatchObject({ state: "reported", action_id: actionOf(orderId) });
  });
});

describe("a sale that was reversed there", () => {
  it("goes out as a new one, with the next number, and its payout is read", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    reverseAction(scene.local.network, SID, actionOf(orderId));
    pass(21);
    await read();
    const found = await only();
    expect([found.difference, effect(found, "send_anew")]).toMatchObject([{ kind: "state", how: "reversed" }, { amount: "5000", ref: `${orderId}-2` }]);
    // Nothing can be sent without an account.
    await pool().query("update network_connection set state = 'disconnected' where shop = $1", [SHOP]);
    expect([(await only()).offline, (await only()).offers.map((offer) => offer.repair)]).toEqual([true, ["accept"]]);
    await pool().query("update network_connection set state = 'connected' where shop = $1", [SHOP]);
    expect([(await only()).offline, await repair(found, "send_anew")]).toEqual([false, { done: "send_anew", stale: false }]);
    const { rows: targets } = await pool().query("select n, jsonb_array_length(target) as items from conversion where order_id = $1 order by n", [orderId]);
    expect(targets).toEqual([{ n: 1, items: 0 }, { n: 2, items: 1 }]);
    // Until the network took it, the new one is where it can be followed.
    const followed = { group: "under_way", problem: null, difference: null, orderRef: `${orderId}-2`, here: "5000", chosen: { repair: "send_anew", who: "Camille" } };
    expect([await only(), await countWork(SHOP, now())]).toMatchObject([followed, { all: 1, under_way: 1 }]);
    expect(await repair(found, "send_anew")).toEqual({ done: null, stale: true });
    await work();
    const { rows: sent } = await pool().query("select state from conversion where order_id = $1 and n = 2", [orderId]);
    expect([sent, await only("under_way")]).toMatchObject([[{ state: "queued" }], followed]);
    await live(90);
    expect(await list()).toEqual([]);
    expect([held(scene, orderId)[0]!.state, held(scene, `${orderId}-2`).map((action) => [action.state, action.items])]).toEqual(["REVERSED", [["PENDING", { A: "1/5000" }]]]);
    const { rows } = await pool().query("select n, state, payout::text, payout_state from conversion where order_id = $1 order by n", [orderId]);
    expect(rows).toEqual([{ n: 1, state: "reversed", payout: "0", payout_state: "reversed" }, { n: 2, state: "reported", payout: "500", payout_state: "pending" }]);
  });

  it("and goes out again by itself when its order changed is not sent by hand a second time", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    await pool().query("update conversion set state = 'reversed', problem = 'partly_kept', sent = '[]' where order_id = $1", [orderId]);
    const found = (await list()).find((one) => one.problem === "partly_kept")!;
    // As settling puts the next one in its place.
    await pool().query(
      `insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, currency, event_at, target, state, next_at, created_at, changed_at)
       select shop, order_id, 2, order_id || '-2', program_id, code_id, creator_id, partner_id, told_code, currency, event_at, target, 'waiting', $2, $2, $2 from conversion where order_id = $1`,
      [orderId, now()],
    );
    expect(await repair(found, "send_anew")).toEqual({ done: null, stale: true });
    expect((await pool().query("select n from conversion where order_id = $1 order by n", [orderId])).rows).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("and stands there although it was reversed here is reversed once more", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    await retarget(orderId, []);
    await live(60);
    expect([(await row(orderId)).state, await list()]).toEqual(["reversed", []]);
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "5000" }]);
    await live(25);
    const found = await only();
    expect([found.difference, effect(found, "reverse")]).toMatchObject([{ kind: "state", how: "stands" }, { key: "reverse_own", payout: { amount: "500", currency: "EUR" } }]);
    await repair(found, "reverse");
    await live(90);
    expect([await list(), held(scene, orderId)[0]!.state, (await row(orderId)).state]).toEqual([[], "REVERSED", "reversed"]);
  });
});

describe("a state", () => {
  it.each([["APPROVED", "early", null], ["ON_HOLD", "word", "ON_HOLD"]])("%s before the lock is shown, and kept as it came", async (shown, how, word) => {
    const orderId = await reported(item("A", 1, "5000"));
    showState(scene.local.network, SID, actionOf(orderId), shown);
    pass(21);
    await read();
    const found = await only();
    expect([found.difference, found.word, found.offers.map((offer) => offer.repair)]).toEqual([{ kind: "state", how }, word, ["look", "accept"]]);
    showState(scene.local.network, SID, actionOf(orderId), "");
    pass(1);
    await repair(found, "look");
    await read();
    expect(await list()).toEqual([]);
  });
});

describe("reading that a person asks for", () => {
  it("is done by the next turn, from where it was left off, and asked for once", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    const before = (await readWorklist(SHOP, { view: "all", q: "", page: 1 }, now())).read!;
    editAction(scene.local.network, SID, actionOf(orderId), [{ sku: "A", quantity: 1, amount: "1000" }]);
    pass(1);
    await read();
    expect(await list()).toEqual([]);
    const exchanges = scene.local.network.state.exchanges.length;
    expect([await readBackNow("other.myshopify.com"), await readBackNow(SHOP), await readBackNow(SHOP)]).toEqual([0, 1, 0]);
    const { read: asked } = await readWorklist(SHOP, { view: "all", q: "", page: 1 }, now());
    expect([before.asked, asked?.asked, asked?.at === null, scene.local.network.state.exchanges.length]).toEqual([false, true, false, exchanges]);
    await read();
    expect((await only()).group).toBe("amount");
    const { read: after } = await readWorklist(SHOP, { view: "all", q: "", page: 1 }, now());
    expect([after?.asked, after!.at! > before.at!]).toEqual([false, true]);
  });
});

describe("a permission", () => {
  it("is known with when it was last seen to be given, not when first", async () => {
    const seen = async (): Promise<string> => (await pool().query("select p ->> 'at' as at from network_connection n, jsonb_array_elements(n.permissions) p where n.shop = $1 and p ->> 'id' = 'conversions_send'", [SHOP])).rows.map((each) => each.at).join();
    await reported(item("A", 1, "5000"));
    const first = await seen();
    pass(120);
    await reported(item("A", 1, "5000"));
    expect(Date.parse(await seen()) - Date.parse(first)).toBeGreaterThanOrEqual(110 * 60_000);
  });
});

describe("a sale that credits somebody else", () => {
  it("is shown with whom, pays our creator nothing, and can be accepted", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    const other = scene.local.network.addPartner(SID, { name: "Bertrand" });
    moveAction(scene.local.network, SID, actionOf(orderId), other.id);
    pass(21);
    await read();
    expect(await only()).toMatchObject({ group: "partner", partner: "Bertrand", creator: { name: "Marie" } });
    const { rows } = await pool().query("select payout::text from conversion where order_id = $1", [orderId]);
    expect(rows).toEqual([{ payout: "0" }]);
  });

  it("where the network was to decide, is its verdict and no difference", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    await pool().query("update conversion set awaiting = true where order_id = $1", [orderId]);
    const other = scene.local.network.addPartner(SID, { name: "Bertrand" });
    moveAction(scene.local.network, SID, actionOf(orderId), other.id);
    pass(21);
    await read();
    const verdicts = async () => (await pool().query("select verdict, reason from network_verdict where order_id = $1", [orderId])).rows;
    expect([await list(), await verdicts()]).toEqual([[], [{ verdict: "refused", reason: partnerReason(other.id) }]]);
    // Settled with it, and nobody's here. Then a person at the network moves it back.
    await retarget(orderId, []);
    await work();
    expect((await row(orderId)).state).toBe("dropped");
    pass(21);
    await read();
    expect([await list(), await verdicts()]).toEqual([[], [{ verdict: "refused", reason: partnerReason(other.id) }]]);
    moveAction(scene.local.network, SID, actionOf(orderId), scene.partnerId);
    pass(21);
    await read();
    expect(await verdicts()).toEqual([{ verdict: "credited", reason: null }]);
  });
});

describe("an action too many", () => {
  const second = (orderId: string) => addAction(scene.local.network, SID, { programId: scene.programId, partnerId: scene.partnerId, orderId, items: [{ sku: "A", quantity: 1, amount: "2500" }] });

  it("of an order that was told already is reversed, with what the creator loses said before", async () => {
    const began = now();
    const orderId = await reported(item("A", 1, "5000"));
    const extra = second(orderId);
    pass(21);
    await read();
    const found = await only();
    expect([found.group, effect(found, "reverse")]).toMatchObject(["extra", { key: "reverse_extra", amount: "2500", payout: { amount: "250", currency: "EUR" } }]);
    await repair(found, "reverse");
    await read();
    expect((await only()).group).toBe("under_way");
    await live(60);
    expect([await list(), conversionsOf(scene.local.network).map((action) => [action.actionId === extra.id, action.state])]).toEqual([[], [[false, "PENDING"], [true, "REVERSED"]]]);
    expect(scene.local.network.state.exchanges.filter((each) => each.method === "DELETE")).toHaveLength(1);
    const { rows } = await pool().query("select order_id, outcome, errors, connection_id is not null as known from report_end where op = 'reverse' and ended_at > $1", [began]);
    expect(rows).toEqual([{ order_id: orderId, outcome: "accepted", errors: [], known: true }]);
  });

  it("is not reversed once it was found to be the order's own", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    const extra = second(orderId);
    pass(21);
    await read();
    await repair(await only(), "reverse");
    await pool().query("update conversion set action_id = $2 where order_id = $1", [orderId, extra.id]);
    await live(30);
    expect(scene.local.network.state.exchanges.filter((each) => each.method === "DELETE")).toEqual([]);
    expect((await list()).map((one) => one.group)).not.toContain("under_way");
  });

  it("is reversed also where the request was lost, or nobody answered it", async () => {
    for (const fault of [{ kind: "lose", endpoint: "DELETE /Actions" }, { kind: "503", endpoint: "DELETE /Actions", when: "after" }] as const) {
      const orderId = await reported(item("A", 1, "5000"));
      second(orderId);
      pass(21);
      await read();
      scene.local.network.addFault({ ...fault, count: 1 });
      await repair((await list()).find((one) => one.group === "extra")!, "reverse");
      await live(240);
      expect([await list(), held(scene, orderId).map((action) => action.state)]).toEqual([[], ["PENDING", "REVERSED"]]);
    }
  });

  it("that the network does not reverse is open again, with the network's reason", async () => {
    const orderId = await reported(item("A", 1, "5000"));
    const extra = second(orderId);
    pass(21);
    await read();
    await repair(await only(), "reverse");
    await read();
    scene.local.network.account(SID).actions.find((action) => action.id === extra.id)!.lockMs = nowMs() + 60_000;
    await live(60);
    expect(await only()).toMatchObject({ group: "extra", failed: "NO_VALID_ACTION_REF" });
  });

  it("is nobody's business here where it credits others, was sent as is agreed, or came before the program was in use", async () => {
    const other = scene.local.network.addPartner(SID, { name: "Bertrand" });
    scene.local.network.addPartnerToProgram(SID, other.id, scene.programId, { joinedMs: nowMs() });
    const at = now();
    await prisma().codeTerm.create({ data: { shop: SHOP, codeId: "k1", validFrom: at, creatorId: "c1", programId: "p1", creditPolicy: "always" } });
    for (const orderId of ["81", "82", "83"]) await prisma().order.create({ data: { shop: SHOP, orderId, name: `#${orderId}`, createdAt: at } });
    const add = (orderId: string, partnerId: string, eventMs?: number) => addAction(scene.local.network, SID, { programId: scene.programId, partnerId, orderId, items: [{ sku: "A", quantity: 1, amount: "2500" }], ...(eventMs ? { eventMs } : {}) });
    add("81", other.id);
    add("from elsewhere", scene.partnerId, nowMs() - 400 * 86_400_000);
    pass(21);
    await read();
    expect(await list()).toEqual([]);
    // By its name, its name without the sign, and its id with a number.
    for (const ref of ["#82", "82", "83-2"]) add(ref, scene.partnerId);
    pass(21);
    await read();
    expect((await list()).map((one) => [one.group, one.order?.id]).sort()).toEqual([["extra", "82"], ["extra", "82"], ["extra", "83"]]);
    await prisma().programRule.create({ data: { shop: SHOP, programId: "p1", validFrom: new Date(0), mode: "codes_only", creditOn: "paid", scope: "order", clickWindowDays: 30, blockSelfReferral: true } });
    await read();
    expect([await list(), await countWork(SHOP, now())]).toEqual([[], { all: 0 }]);
  });
});

describe("a conversion that waits for a person", () => {
  it("is sent again once, or left until it changes", async () => {
    await pool().query("update program set event_type_id = null");
    const orderId = String(number++);
    await wanted(scene, orderId, [item("A", 1, "5000")]);
    await work();
    await pool().query("update program set event_type_id = $1", [scene.eventTypeId]);
    const found = await only();
    expect([found.group, found.problem, effect(found, "send_again")]).toMatchObject(["not_taken", "no_event_type", { key: "send_first", amount: "5000" }]);
    await repair(found, "accept");
    expect([await list(), (await only("accepted")).chosen?.who]).toEqual([[], "Camille"]);
    await repair(await only("accepted"), "take_up");
    await repair(await only(), "send_again");
    await live(60);
    expect([await list(), held(scene, orderId)[0]!.items]).toEqual([[], { A: "1/5000" }]);
  });

  it("and what is under way three days before its lock come first", async () => {
    const late = await reported(item("A", 1, "5000"));
    const other = await reported(item("A", 1, "5000"));
    editAction(scene.local.network, SID, actionOf(other), [{ sku: "A", quantity: 1, amount: "1000" }]);
    pass(21);
    await read();
    await pool().query("update conversion set lock_at = $2, next_at = $3 where order_id = $1", [late, new Date(nowMs() + 86_400_000), new Date(nowMs() + 3_600_000)]);
    expect((await list()).map((one) => [one.group, one.near])).toEqual([["near_lock", true], ["amount", false]]);
  });
});
