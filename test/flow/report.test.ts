import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { reportOnce, startReporting } from "#app/flow/report.ts";
import { useDatabase } from "#test/support/database.ts";
import { calls, CODE, held, item, noAnswer, openScene, pass, retarget, row, SHOP, SID, TOKEN, wanted, work, workFor, type Scene } from "./reporting.ts";

useDatabase();

let scene: Scene;
let undo: () => void = () => {};
let number = 5_659_122_728_000n;
let order = "";

beforeAll(async () => void (scene = await openScene()));
beforeEach(async () => {
  order = String(number++);
  await pool().query("delete from conversion");
  scene.local.network.state.exchanges = [];
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

const A2 = item("A", 2, "2000");
const A1 = item("A", 1, "1000");
const B1 = item("B", 1, "500");

/** A conversion that the network holds. */
async function reported(target = [A2, B1]): Promise<void> {
  await wanted(scene, order, target);
  await workFor(45);
  expect(await row(order)).toMatchObject({ state: "reported", sent: target, next_at: null, problem: null });
}

describe("the way of a conversion", () => {
  it("is told once, by item, and is known by its action when the submission has ended", async () => {
    await wanted(scene, order, [A2, B1]);
    await work();
    expect(await row(order)).toMatchObject({ state: "queued", op: "create", submission_id: expect.stringMatching(/^A-/), action_id: null, sent: null });
    expect(held(scene, order)).toEqual([]);
    await workFor(45);
    expect(held(scene, order)).toEqual([{ state: "PENDING", partnerId: scene.partnerId, code: CODE, items: { A: "2/2000", B: "1/500" } }]);
    expect(await row(order)).toMatchObject({ state: "reported", op: null, action_id: expect.any(String), sent: [A2, B1], next_at: null, attempts: 0, lock_at: expect.any(Date) });
    expect(calls(scene)["POST /Conversions"]).toBe(1);
  });

  it("a refund of a piece is one edit of its item, in absolute values", async () => {
    await reported();
    await retarget(order, [A1, B1]);
    await workFor(60);
    expect(held(scene, order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(order)).toMatchObject({ state: "reported", sent: [A1, B1], next_at: null });
    expect(calls(scene)["PUT /Actions"]).toBe(1);
  });

  it("several items change with one edit; one that is gone is at nothing, and can come back", async () => {
    await reported();
    await retarget(order, [{ ...A2, quantity: 1, amount: "1234" }]);
    await workFor(60);
    expect(held(scene, order)[0]!.items).toEqual({ A: "1/1234", B: "0/0" });
    expect(calls(scene)["PUT /Actions"]).toBe(1);
    await retarget(order, [A2, B1]);
    await workFor(60);
    expect(held(scene, order)[0]!.items).toEqual({ A: "2/2000", B: "1/500" });
    expect(await row(order)).toMatchObject({ state: "reported", next_at: null });
  });

  it("money without pieces is told with quantity 0, when it is created and when it is edited", async () => {
    await reported([{ ...A2, quantity: 0, amount: "77" }, B1]);
    expect(held(scene, order)[0]!.items).toEqual({ A: "0/77", B: "1/500" });
    await retarget(order, [{ ...A2, quantity: 0, amount: "77" }, { ...B1, quantity: 0, amount: "5" }]);
    await workFor(60);
    expect(held(scene, order)[0]!.items).toEqual({ A: "0/77", B: "0/5" });
    expect(await row(order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  it("nothing left is a reversal, and final: it is never revived", async () => {
    await reported();
    await retarget(order, []);
    await workFor(60);
    expect(held(scene, order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(order)).toMatchObject({ state: "reversed", sent: [], next_at: null, problem: null });
    await retarget(order, [A2]);
    await workFor(30);
    expect(await row(order)).toMatchObject({ state: "reversed", next_at: null });
    expect(held(scene, order)).toMatchObject([{ state: "REVERSED" }]);
  });

  it("what is wanted while a request is under way is told when it has ended", async () => {
    await wanted(scene, order, [A2, B1]);
    await work();
    await retarget(order, [A1]);
    await workFor(90);
    expect(held(scene, order)[0]!.items).toEqual({ A: "1/1000", B: "0/0" });
    await retarget(order, [A2]);
    await work();
    await retarget(order, []);
    await workFor(120);
    expect(held(scene, order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(order)).toMatchObject({ state: "reversed", next_at: null });
  });

  it("an order without anything to tell is never told, and one that loses it all in time neither", async () => {
    await wanted(scene, order, []);
    await workFor(30);
    expect(await row(order)).toMatchObject({ state: "waiting", op: null, sent: null, next_at: null });
    expect(calls(scene)).toEqual({});
  });

  it("a generic code's conversion carries its click and no code", async () => {
    const click = scene.local.network.addClick(SID, { programId: scene.programId, partnerId: scene.partnerId, id: `click${order}`, atMs: nowMs() - 60_000 });
    await wanted(scene, order, [A2], { toldCode: null, clickId: click.id });
    await workFor(45);
    expect(held(scene, order)).toEqual([{ state: "PENDING", partnerId: scene.partnerId, code: "", items: { A: "2/2000" } }]);
  });

  it("amounts keep the decimals of their currency", async () => {
    await reportedIn("JPY", [item("Y", 1, "1580")], [item("Y", 1, "1579")]);
    await reportedIn("KWD", [item("K", 3, "1001")], [item("K", 2, "668")]);
  });

  async function reportedIn(currency: string, first: ReturnType<typeof item>[], then: ReturnType<typeof item>[]): Promise<void> {
    order = String(number++);
    await wanted(scene, order, first, { currency });
    await workFor(45);
    await retarget(order, then);
    await workFor(60);
    expect(held(scene, order)[0]!.items).toEqual(Object.fromEntries(then.map((one) => [one.sku, `${one.quantity}/${one.amount}`])));
    expect(await row(order)).toMatchObject({ state: "reported", sent: then });
  }

  it("many conversions are found with few reads of the actions, and without asking for each submission", async () => {
    const orders = Array.from({ length: 40 }, () => String(number++));
    for (const one of orders) await wanted(scene, one, [A2]);
    await workFor(60);
    for (const one of orders) expect(await row(one)).toMatchObject({ state: "reported", next_at: null });
    const made = calls(scene);
    expect(made["POST /Conversions"]).toBe(40);
    expect(made["GET /Actions"]).toBeLessThanOrEqual(10);
    expect(made["GET /APISubmissions"] ?? 0).toBeLessThanOrEqual(10);
  });
});

describe("when the network does not answer", () => {
  it.each(["before", "after"] as const)("a creation that times out %s it took effect ends with one conversion", async (when) => {
    await wanted(scene, order, [A2, B1]);
    undo = noAnswer("POST", /Conversions$/, when);
    await work();
    expect(await row(order)).toMatchObject({ state: "sending", op: "create", submission_id: null, attempts: 1 });
    await workFor(150);
    expect(held(scene, order)).toMatchObject([{ state: "PENDING", items: { A: "2/2000", B: "1/500" } }]);
    expect(await row(order)).toMatchObject({ state: "reported", sent: [A2, B1], next_at: null, attempts: 0 });
    expect(calls(scene)["POST /Conversions"]).toBe(1);
  });

  it("nothing is sent again while it is unknown what the network did", async () => {
    await wanted(scene, order, [A2]);
    undo = noAnswer("POST", /Conversions$/, "before");
    await workFor(42);
    expect(calls(scene)["POST /Conversions"]).toBeUndefined();
    await workFor(12);
    expect(calls(scene)["POST /Conversions"]).toBe(1);
  });

  it.each(["500", "503", "reset"] as const)("a failure (%s) after it acted ends with one conversion", async (kind) => {
    await wanted(scene, order, [A2]);
    scene.local.network.addFault({ endpoint: "POST /Conversions", kind, when: "after", count: 1 });
    await workFor(150);
    expect(held(scene, order)).toMatchObject([{ state: "PENDING", items: { A: "2/2000" } }]);
    expect(calls(scene)["POST /Conversions"]).toBe(1);
  });

  it.each(["before", "after"] as const)("an edit that times out %s it took effect ends as it was meant", async (when) => {
    await reported();
    await retarget(order, [A1, B1]);
    undo = noAnswer("PUT", /Actions$/, when);
    await workFor(150);
    expect(held(scene, order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(order)).toMatchObject({ state: "reported", sent: [A1, B1], next_at: null, attempts: 0 });
    expect(calls(scene)["PUT /Actions"]).toBe(1);
  });

  it.each(["before", "after"] as const)("a reversal that times out %s it took effect ends reversed", async (when) => {
    await reported();
    await retarget(order, []);
    undo = noAnswer("DELETE", /Actions$/, when);
    await workFor(150);
    expect(held(scene, order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(order)).toMatchObject({ state: "reversed", next_at: null });
    expect(calls(scene)["DELETE /Actions"]).toBe(1);
  });

  it("a process that died between its note and the request, or the request and its answer, leaves a row that is asked about", async () => {
    await wanted(scene, order, [A2]);
    const at = new Date(nowMs());
    await pool().query(`update conversion set state = 'sending', op = 'create', op_items = target, op_at = $1, next_at = $2 where order_id = $3`, [at, new Date(nowMs() + 120_000), order]);
    await work();
    expect(calls(scene)).toEqual({});
    await workFor(150);
    expect(held(scene, order)).toMatchObject([{ state: "PENDING" }]);
    expect(calls(scene)["POST /Conversions"]).toBe(1);
  });

  it("a lost submission is sent again when it is known to be lost", async () => {
    await wanted(scene, order, [A2]);
    scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "lose", count: 1 });
    await workFor(110);
    expect(held(scene, order)).toEqual([]);
    await workFor(60);
    expect(held(scene, order)).toMatchObject([{ state: "PENDING", items: { A: "2/2000" } }]);
    expect(calls(scene)["POST /Conversions"]).toBe(2);
  });

  it.each([["PUT /Actions", [A1], "PENDING"], ["DELETE /Actions", [], "REVERSED"]] as const)("a lost %s is sent again", async (endpoint, target, state) => {
    await reported([A2]);
    scene.local.network.addFault({ endpoint, kind: "lose", count: 1 });
    await retarget(order, [...target]);
    await workFor(240);
    expect(held(scene, order)).toMatchObject([{ state }]);
    expect(await row(order)).toMatchObject({ next_at: null, problem: null });
    expect(calls(scene)[endpoint]).toBe(2);
  });

  it("an order that is cancelled while it is unknown whether it was told is not told again; should it turn up late, it is reversed", async () => {
    await wanted(scene, order, [A2]);
    scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "slow", count: 1, minutes: 300 });
    undo = noAnswer("POST", /Conversions$/, "after");
    await work();
    await retarget(order, []);
    await workFor(280, 10);
    expect(calls(scene)["POST /Conversions"]).toBe(1);
    await workFor(240, 10);
    expect(held(scene, order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(order)).toMatchObject({ state: "reversed", next_at: null });
  });

  it("one that never turns up is forgotten after a day", async () => {
    await wanted(scene, order, [A2]);
    undo = noAnswer("POST", /Conversions$/, "before");
    await work();
    await retarget(order, []);
    await workFor(26 * 60, 30);
    expect(await row(order)).toMatchObject({ state: "waiting", op: null, sent: null, next_at: null });
    expect(held(scene, order)).toEqual([]);
  });

  it("a submission that ends after it was taken for lost makes no second conversion", async () => {
    await wanted(scene, order, [A2]);
    scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "slow", count: 1, minutes: 118 });
    await workFor(240);
    expect(held(scene, order)).toHaveLength(1);
    expect(await row(order)).toMatchObject({ state: "reported", sent: [expect.objectContaining({ sku: "A", quantity: 2, amount: "2000" })], next_at: null });
  });

  it("gives up after many faults and says so; made due again, it asks before it sends", async () => {
    await wanted(scene, order, [A2]);
    await work();
    undo = noAnswer("GET", /Actions$/, "before", 1_000);
    await workFor(900, 10);
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "gave_up", problem_detail: expect.stringContaining("network.timeout"), op: "create", next_at: null });
    undo();
    await retarget(order, [A2]);
    await workFor(60);
    expect(await row(order)).toMatchObject({ state: "reported", problem: null, next_at: null });
    expect(held(scene, order)).toHaveLength(1);
    expect(calls(scene)["POST /Conversions"]).toBe(1);
  });
});

describe("when the network says no", () => {
  it("429: nothing is lost, and the row is as before until the budget is back", async () => {
    await wanted(scene, order, [A2]);
    scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "429", count: 1 });
    await work();
    const waits = await row(order);
    expect(waits).toMatchObject({ state: "waiting", op: null, attempts: 0 });
    expect(waits.next_at!.getTime()).toBeGreaterThan(nowMs());
    await workFor(150);
    expect(held(scene, order)).toHaveLength(1);
  });

  it("the hour's budget is never overdrawn: what is too much waits for the next hour", async () => {
    pass(61); // a new hour
    scene.local.network.account(SID).hourlyLimit = 10;
    const orders = Array.from({ length: 14 }, () => String(number++));
    for (const one of orders) await wanted(scene, one, [A2]);
    await work();
    expect(calls(scene)["POST /Conversions"]).toBe(10);
    await workFor(400);
    scene.local.network.account(SID).hourlyLimit = 1_000;
    for (const one of orders) expect(held(scene, one)).toHaveLength(1);
    expect(scene.local.network.state.exchanges.filter((exchange) => exchange.status === 429)).toEqual([]);
    pass(61);
    await prisma().rateBudget.deleteMany();
  });

  it("CONV_DUPLICATE of our own order id: the action is found and taken over with what it holds", async () => {
    await reported([A2, B1]);
    // The same shop after its outbox was lost: it tells the order again, with other values.
    await pool().query("delete from conversion");
    await wanted(scene, order, [A1]);
    await workFor(240);
    expect(held(scene, order)).toMatchObject([{ state: "PENDING", items: { A: "1/1000", B: "0/0" } }]);
    expect(await row(order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  it("the same order told by another integration in the meantime: taken over with what it holds, and set right", async () => {
    await wanted(scene, order, [A1]);
    scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "slow", count: 1, minutes: 60 });
    await work();
    await tell(scene.partnerId);
    await workFor(240);
    expect(held(scene, order)).toMatchObject([{ state: "PENDING", items: { A: "1/1000" } }]);
    expect(await row(order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  /** As another integration of the same account tells an order. */
  async function tell(partnerId: string): Promise<void> {
    const body = new URLSearchParams({ CampaignId: scene.programId, EventTypeId: scene.eventTypeId, EventDate: new Date(nowMs()).toISOString(), OrderId: order, MediaPartnerId: partnerId, CurrencyCode: "EUR", ItemSku1: "A", ItemQuantity1: "2", ItemSubTotal1: "20.00" });
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded", authorization: `Basic ${btoa(`${SID}:${TOKEN}`)}` };
    expect((await fetch(`https://api.impact.com/Advertisers/${SID}/Conversions`, { method: "POST", body, headers })).status).toBe(200);
  }

  it("the same where the network shows amounts in the account's own currency: they are set, not compared", async () => {
    await reported([A2, B1]);
    scene.local.network.account(SID).currency = "USD";
    await pool().query("delete from conversion");
    await wanted(scene, order, [A1, B1]);
    await workFor(240);
    expect(held(scene, order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(order)).toMatchObject({ state: "reported", sent: [A1, B1], next_at: null });
    scene.local.network.account(SID).currency = null;
  });

  it("CONV_DUPLICATE of somebody else's conversion is left alone, and shown", async () => {
    const other = scene.local.network.addPartner(SID, { name: "Other" });
    scene.local.network.addPartnerToProgram(SID, other.id, scene.programId, { joinedMs: nowMs() - 86_400_000 });
    await tell(other.id);
    pass(30);
    await wanted(scene, order, [A2]);
    await workFor(240);
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "rejected", problem_detail: "CONV_DUPLICATE", next_at: null });
    expect(held(scene, order)).toMatchObject([{ partnerId: other.id, items: { A: "2/2000" } }]);
  });

  it("a submission that ends in an error is shown with its codes, and told again when its target changes", async () => {
    await wanted(scene, order, [A2], { toldCode: "NOBODYS" });
    await workFor(90);
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "rejected", problem_detail: "ACTION_REF_NOT_FOUND UNCLAIMED", op: null, next_at: null });
    await pool().query("update conversion set told_code = $1 where order_id = $2", [CODE, order]);
    await retarget(order, [A1]);
    await workFor(60);
    expect(held(scene, order)).toMatchObject([{ items: { A: "1/1000" } }]);
  });

  it("a definite refusal is shown in the network's words, and nothing is taken for told", async () => {
    await wanted(scene, order, [A2], { currency: "EUR", clickId: "x".repeat(80), toldCode: null });
    await workFor(30);
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "refused", problem_detail: expect.stringContaining("ClickId"), op: null, sent: null, next_at: null });
  });

  it("credentials that are refused wait an hour, on a connection that says so; nothing is lost", async () => {
    const { tokens } = scene.local.network.account(SID);
    const [good] = tokens.splice(0, 1);
    await wanted(scene, order, [A2]);
    await work();
    expect(await row(order)).toMatchObject({ state: "waiting", op: null, attempts: 0, problem: null });
    expect(await prisma().networkConnection.findFirst({ where: { shop: SHOP } })).toMatchObject({ state: "refused", problem: expect.stringContaining("network.unauthorized") });
    tokens.push(good!);
    await workFor(120);
    expect(held(scene, order)).toHaveLength(1);
    expect(await prisma().networkConnection.findFirst({ where: { shop: SHOP } })).toMatchObject({ state: "connected", problem: null });
  });

  it("a token without the permission names it, and stays good for the rest", async () => {
    const { tokens } = scene.local.network.account(SID);
    tokens[0]!.denied = ["POST /Conversions"];
    await wanted(scene, order, [A2]);
    await work();
    expect(await row(order)).toMatchObject({ state: "waiting", op: null });
    const { state, problem } = (await prisma().networkConnection.findFirst({ where: { shop: SHOP } }))!;
    expect(state).toBe("connected");
    expect(JSON.parse(problem!)).toEqual({ key: "network.forbidden", values: { permission: "POST Conversions" } });
    tokens[0]!.denied = [];
    await workFor(120);
    expect(held(scene, order)).toHaveLength(1);
    expect((await prisma().networkConnection.findFirst({ where: { shop: SHOP } }))!.problem).toBeNull();
  });

  it("a disconnected account keeps its conversions waiting", async () => {
    await prisma().networkConnection.updateMany({ data: { state: "disconnected" } });
    await wanted(scene, order, [A2]);
    await work();
    expect(await row(order)).toMatchObject({ state: "waiting", op: null, problem: null });
    expect(calls(scene)).toEqual({});
    await prisma().networkConnection.updateMany({ data: { state: "connected" } });
    await workFor(120);
    expect(held(scene, order)).toHaveLength(1);
  });
});

describe("what waits for a person", () => {
  it("an added item is shown, and the other items are edited all the same", async () => {
    await reported();
    await retarget(order, [A1, B1, item("C", 1, "300")]);
    await workFor(90);
    expect(held(scene, order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "added_item", sent: [A1, B1], next_at: null });
    await retarget(order, [A1, B1]);
    await work();
    expect(await row(order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  it("after the lock nothing is sent", async () => {
    await reported();
    pass(46 * 24 * 60);
    scene.local.network.state.exchanges = [];
    await retarget(order, []);
    await workFor(90);
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "after_lock", sent: [A2, B1], next_at: null });
    expect(calls(scene)).toEqual({});
    expect(held(scene, order)).toMatchObject([{ state: "APPROVED", items: { A: "2/2000", B: "1/500" } }]);
  });

  it("a program without an event type: shown, and told by itself once it has one", async () => {
    await prisma().program.updateMany({ data: { eventTypeId: null } });
    await wanted(scene, order, [A2]);
    await work();
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "no_event_type" });
    await prisma().program.updateMany({ data: { eventTypeId: scene.eventTypeId } });
    await workFor(150);
    expect(held(scene, order)).toHaveLength(1);
    expect(await row(order)).toMatchObject({ state: "reported", problem: null });
  });

  it("nobody to credit: shown", async () => {
    await wanted(scene, order, [A2], { toldCode: null, clickId: null, partnerId: null });
    await work();
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "no_partner" });
  });

  it("a network that makes something else of an edit: shown with what it holds", async () => {
    await reported();
    const fields = { ...A2, quantity: 0, amount: "77" };
    await retarget(order, [fields, B1]);
    await work();
    // A network that takes quantity 0 for a returned item, whatever amount stands beside it.
    for (const submission of scene.local.network.account(SID).submissions) if (submission.done === null) delete submission.payload.Amount;
    await workFor(90);
    expect(await row(order)).toMatchObject({ state: "stuck", problem: "partly_kept", next_at: null, sent: [expect.objectContaining({ sku: "A", quantity: 0, amount: "0" }), expect.objectContaining({ sku: "B", amount: "500" })] });
  });
});

describe("many processes", () => {
  it("work side by side and tell each conversion once", async () => {
    const orders = Array.from({ length: 60 }, () => String(number++));
    for (const one of orders) await wanted(scene, one, [A2]);
    for (let time = 0; time < 12; time++) {
      await Promise.all(Array.from({ length: 6 }, () => reportOnce()));
      pass(3);
    }
    await workFor(60);
    for (const one of orders) expect(held(scene, one)).toMatchObject([{ items: { A: "2/2000" } }]);
    expect(calls(scene)["POST /Conversions"]).toBe(60);
  });

  it("the loop reports what becomes due, and stops when it is told to", async () => {
    const loop = startReporting();
    await wanted(scene, order, [A2]);
    await expect.poll(async () => (await row(order)).state, { timeout: 10_000 }).toBe("queued");
    await loop.stop();
    const after = String(number++);
    await wanted(scene, after, [A2]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await row(after)).state).toBe("waiting");
  });
});

describe("the log", () => {
  it("holds each exchange about a conversion, and no secret", async () => {
    await reported();
    const { rows } = await pool().query("select what, status, outcome, request, answer from exchange where shop = $1 and about = 'conversion' and about_id = $2 order by id", [SHOP, `${order}/1`]);
    expect(rows[0]).toMatchObject({ what: "POST /Conversions", status: 200, outcome: "ok", request: { OrderId: order, OrderPromoCode: CODE, ItemSubTotal1: "20.00" }, answer: { Status: "QUEUED" } });
    const all = await pool().query("select row_to_json(e)::text as line from exchange e");
    expect(all.rows.length).toBeGreaterThan(100);
    expect(all.rows.some(({ line }) => line.includes(TOKEN) || line.includes("Basic "))).toBe(false);
  });
});
