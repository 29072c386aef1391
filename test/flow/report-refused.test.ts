// What becomes of requests that the network refuses, and of what only a person can settle.
import { describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { A1, A2, B1, calls, CODE, held, item, pass, reported, retarget, row, SHOP, SID, TOKEN, useScene, wanted, work, workFor } from "./reporting.ts";

useDatabase();

const turn = useScene();

describe("when the network says no", () => {
  it("429: nothing is lost, and the row is as before until the budget is back", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "429", count: 1 });
    await work();
    const waits = await row(turn.order);
    expect(waits).toMatchObject({ state: "waiting", op: null, attempts: 0 });
    expect(waits.next_at!.getTime()).toBeGreaterThan(nowMs());
    await workFor(150);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
  });

  it("the hour's budget is never overdrawn: what is too much waits for the next hour", async () => {
    pass(61); // a new hour
    turn.scene.local.network.account(SID).hourlyLimit = 10;
    const orders = Array.from({ length: 14 }, turn.anotherOrder);
    for (const one of orders) await wanted(turn.scene, one, [A2]);
    await work();
    // A part of it is kept for what else the account is asked.
    expect(calls(turn.scene)["POST /Conversions"]).toBeGreaterThan(0);
    expect(Object.values(calls(turn.scene)).reduce((sum, count) => sum + count)).toBeLessThanOrEqual(10);
    await workFor(600);
    turn.scene.local.network.account(SID).hourlyLimit = 1_000;
    for (const one of orders) expect(held(turn.scene, one)).toHaveLength(1);
    expect(turn.scene.local.network.state.exchanges.filter((exchange) => exchange.status === 429)).toEqual([]);
    pass(61);
    await prisma().rateBudget.deleteMany();
  });

  it("CONV_DUPLICATE of our own order id: the action is found and taken over with what it holds", async () => {
    await reported(turn, [A2, B1]);
    // The same shop after its outbox was lost: it tells the order again, with other values.
    await pool().query("delete from conversion");
    await wanted(turn.scene, turn.order, [A1]);
    await workFor(240);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING", items: { A: "1/1000", B: "0/0" } }]);
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  it("the same order told by another integration in the meantime: taken over with what it holds, and set right", async () => {
    await wanted(turn.scene, turn.order, [A1]);
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "slow", count: 1, minutes: 60 });
    await work();
    await tell(turn.scene.partnerId);
    await workFor(240);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING", items: { A: "1/1000" } }]);
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  /** As another integration of the same account tells an order. */
  async function tell(partnerId: string): Promise<void> {
    const body = new URLSearchParams({ CampaignId: turn.scene.programId, EventTypeId: turn.scene.eventTypeId, EventDate: new Date(nowMs()).toISOString(), OrderId: turn.order, MediaPartnerId: partnerId, CurrencyCode: "EUR", ItemSku1: "A", ItemQuantity1: "2", ItemSubTotal1: "20.00" });
    const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded", authorization: `Basic ${btoa(`${SID}:${TOKEN}`)}` };
    expect((await fetch(`https://api.impact.com/Advertisers/${SID}/Conversions`, { method: "POST", body, headers })).status).toBe(200);
  }

  it("the same where the network shows amounts in the account's own currency: they are set, not compared", async () => {
    await reported(turn, [A2, B1]);
    turn.scene.local.network.account(SID).currency = "USD";
    await pool().query("delete from conversion");
    await wanted(turn.scene, turn.order, [A1, B1]);
    await workFor(240);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(turn.order)).toMatchObject({ state: "reported", sent: [A1, B1], next_at: null });
    turn.scene.local.network.account(SID).currency = null;
  });

  it("CONV_DUPLICATE of somebody else's conversion is left alone, and shown", async () => {
    const other = turn.scene.local.network.addPartner(SID, { name: "Other" });
    turn.scene.local.network.addPartnerToProgram(SID, other.id, turn.scene.programId, { joinedMs: nowMs() - 86_400_000 });
    await tell(other.id);
    pass(30);
    await wanted(turn.scene, turn.order, [A2]);
    await workFor(240);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "rejected", problem_detail: "CONV_DUPLICATE", next_at: null });
    expect(held(turn.scene, turn.order)).toMatchObject([{ partnerId: other.id, items: { A: "2/2000" } }]);
  });

  it("a submission that ends in an error is shown with its codes, and told again when its target changes", async () => {
    await wanted(turn.scene, turn.order, [A2], { toldCode: "NOBODYS" });
    await workFor(90);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "rejected", problem_detail: "ACTION_REF_NOT_FOUND UNCLAIMED", op: null, next_at: null });
    await pool().query("update conversion set told_code = $1 where order_id = $2", [CODE, turn.order]);
    await retarget(turn.order, [A1]);
    await workFor(60);
    expect(held(turn.scene, turn.order)).toMatchObject([{ items: { A: "1/1000" } }]);
  });

  it("a definite refusal is shown in the network's words, and nothing is taken for told", async () => {
    await wanted(turn.scene, turn.order, [A2], { currency: "EUR", clickId: "x".repeat(80), toldCode: null });
    await workFor(30);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "refused", problem_detail: expect.stringContaining("ClickId"), op: null, sent: null, next_at: null });
  });

  it("credentials that are refused wait an hour, on a connection that says so; nothing is lost", async () => {
    const { tokens } = turn.scene.local.network.account(SID);
    const [good] = tokens.splice(0, 1);
    await wanted(turn.scene, turn.order, [A2]);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "waiting", op: null, attempts: 0, problem: null });
    expect(await prisma().networkConnection.findFirst({ where: { shop: SHOP } })).toMatchObject({ state: "refused", problem: expect.stringContaining("network.unauthorized") });
    tokens.push(good!);
    await workFor(120);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
    expect(await prisma().networkConnection.findFirst({ where: { shop: SHOP } })).toMatchObject({ state: "connected", problem: null });
  });

  it("a token without the permission names it, and stays good for the rest", async () => {
    const { tokens } = turn.scene.local.network.account(SID);
    tokens[0]!.denied = ["POST /Conversions"];
    await wanted(turn.scene, turn.order, [A2]);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "waiting", op: null });
    const { state, problem } = (await prisma().networkConnection.findFirst({ where: { shop: SHOP } }))!;
    expect(state).toBe("connected");
    expect(JSON.parse(problem!)).toEqual({ key: "network.forbidden", values: { permission: "Conversions: POST /Conversions" } });
    tokens[0]!.denied = [];
    await workFor(120);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
    expect((await prisma().networkConnection.findFirst({ where: { shop: SHOP } }))!.problem).toBeNull();
  });

  it("a disconnected account keeps its conversions waiting", async () => {
    await prisma().networkConnection.updateMany({ data: { state: "disconnected" } });
    await wanted(turn.scene, turn.order, [A2]);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "waiting", op: null, problem: null });
    expect(calls(turn.scene)).toEqual({});
    await prisma().networkConnection.updateMany({ data: { state: "connected" } });
    await workFor(120);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
  });
});

describe("what waits for a person", () => {
  it("an added item is shown, and the other items are edited all the same", async () => {
    await reported(turn);
    await retarget(turn.order, [A1, B1, item("C", 1, "300")]);
    await workFor(90);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "added_item", sent: [A1, B1], next_at: null });
    await retarget(turn.order, [A1, B1]);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  it("after the lock nothing is sent", async () => {
    await reported(turn);
    pass(46 * 24 * 60);
    turn.scene.local.network.state.exchanges = [];
    await retarget(turn.order, []);
    await workFor(90);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "after_lock", sent: [A2, B1], next_at: null });
    expect(calls(turn.scene)).toEqual({});
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "APPROVED", items: { A: "2/2000", B: "1/500" } }]);
  });

  it("a program without an event type: shown, and told by itself once it has one", async () => {
    await prisma().program.updateMany({ data: { eventTypeId: null } });
    await wanted(turn.scene, turn.order, [A2]);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "no_event_type" });
    await prisma().program.updateMany({ data: { eventTypeId: turn.scene.eventTypeId } });
    await workFor(150);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null });
  });

  it("nobody to credit: shown", async () => {
    await wanted(turn.scene, turn.order, [A2], { toldCode: null, clickId: null, partnerId: null });
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "no_partner" });
  });

  it("a network that makes something else of an edit: shown with what it holds", async () => {
    await reported(turn);
    const fields = { ...A2, quantity: 0, amount: "77" };
    await retarget(turn.order, [fields, B1]);
    await work();
    // A network that takes quantity 0 for a returned item, whatever amount stands beside it.
    for (const submission of turn.scene.local.network.account(SID).submissions) if (submission.done === null) delete submission.payload.Amount;
    await workFor(90);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "partly_kept", next_at: null, sent: [expect.objectContaining({ sku: "A", quantity: 0, amount: "0" }), expect.objectContaining({ sku: "B", amount: "500" })] });
  });
});
