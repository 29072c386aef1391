import { describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { forgetExchanges, insertExchange } from "#app/db/exchange.ts";
import { pool } from "#app/db.server.ts";
import { reportOnce, startReporting } from "#app/flow/report.ts";
import { useDatabase } from "#test/support/database.ts";
import { A1, A2, B1, calls, CODE, held, item, pass, reported, retarget, row, SHOP, SID, TOKEN, useScene, wanted, work, workFor } from "./reporting.ts";

useDatabase();

const turn = useScene();

describe("the way of a conversion", () => {
  it("is told once, by item, and is known by its action when the submission has ended", async () => {
    await wanted(turn.scene, turn.order, [A2, B1]);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "queued", op: "create", submission_id: expect.stringMatching(/^A-/), action_id: null, sent: null });
    expect(held(turn.scene, turn.order)).toEqual([]);
    await workFor(45);
    expect(held(turn.scene, turn.order)).toEqual([{ state: "PENDING", partnerId: turn.scene.partnerId, code: CODE, items: { A: "2/2000", B: "1/500" } }]);
    expect(await row(turn.order)).toMatchObject({ state: "reported", op: null, action_id: expect.any(String), sent: [A2, B1], next_at: null, attempts: 0, lock_at: expect.any(Date) });
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  });

  it("a refund of a piece is one edit of its item, in absolute values", async () => {
    await reported(turn);
    await retarget(turn.order, [A1, B1]);
    await workFor(60);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(turn.order)).toMatchObject({ state: "reported", sent: [A1, B1], next_at: null });
    expect(calls(turn.scene)["PUT /Actions"]).toBe(1);
  });

  it("several items change with one edit; one that is gone is at nothing, and can come back", async () => {
    await reported(turn);
    await retarget(turn.order, [{ ...A2, quantity: 1, amount: "1234" }]);
    await workFor(60);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1234", B: "0/0" });
    expect(calls(turn.scene)["PUT /Actions"]).toBe(1);
    await retarget(turn.order, [A2, B1]);
    await workFor(60);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "2/2000", B: "1/500" });
    expect(await row(turn.order)).toMatchObject({ state: "reported", next_at: null });
  });

  it("money without pieces is told with quantity 0, when it is created and when it is edited", async () => {
    await reported(turn, [{ ...A2, quantity: 0, amount: "77" }, B1]);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "0/77", B: "1/500" });
    await retarget(turn.order, [{ ...A2, quantity: 0, amount: "77" }, { ...B1, quantity: 0, amount: "5" }]);
    await workFor(60);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "0/77", B: "0/5" });
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, next_at: null });
  });

  it("nothing left is a reversal, and final: it is never revived", async () => {
    await reported(turn);
    await retarget(turn.order, []);
    await workFor(60);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(turn.order)).toMatchObject({ state: "reversed", sent: [], next_at: null, problem: null });
    await retarget(turn.order, [A2]);
    await workFor(30);
    expect(await row(turn.order)).toMatchObject({ state: "reversed", next_at: null });
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "REVERSED" }]);
  });

  it("what is wanted while a request is under way is told when it has ended", async () => {
    await wanted(turn.scene, turn.order, [A2, B1]);
    await work();
    await retarget(turn.order, [A1]);
    await workFor(90);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "0/0" });
    await retarget(turn.order, [A2]);
    await work();
    await retarget(turn.order, []);
    await workFor(120);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(turn.order)).toMatchObject({ state: "reversed", next_at: null });
  });

  it("an order without anything to tell is never told, and one that loses it all in time neither", async () => {
    await wanted(turn.scene, turn.order, []);
    await workFor(30);
    expect(await row(turn.order)).toMatchObject({ state: "waiting", op: null, sent: null, next_at: null });
    expect(calls(turn.scene)).toEqual({});
  });

  it("a generic code's conversion carries its click and no code", async () => {
    const click = turn.scene.local.network.addClick(SID, { programId: turn.scene.programId, partnerId: turn.scene.partnerId, id: `click${turn.order}`, atMs: nowMs() - 60_000 });
    await wanted(turn.scene, turn.order, [A2], { toldCode: null, clickId: click.id });
    await workFor(45);
    expect(held(turn.scene, turn.order)).toEqual([{ state: "PENDING", partnerId: turn.scene.partnerId, code: "", items: { A: "2/2000" } }]);
  });

  it("a code whose policy asks for a click is told with it, so that the network sees it too", async () => {
    const { local, programId, partnerId } = turn.scene;
    local.network.assignCode(SID, { programId, partnerId, code: "LEA8", policy: "INVOLVED", createdMs: nowMs() - 3_600_000 });
    const click = local.network.addClick(SID, { programId, partnerId, id: `click${turn.order}`, atMs: nowMs() - 60_000 });
    await wanted(turn.scene, turn.order, [A2], { toldCode: "LEA8", clickId: click.id });
    const without = turn.anotherOrder();
    await wanted(turn.scene, without, [A2], { toldCode: "LEA8" });
    await workFor(45);
    expect(held(turn.scene, turn.order)).toEqual([{ state: "PENDING", partnerId, code: "LEA8", items: { A: "2/2000" } }]);
    expect(held(turn.scene, without)).toEqual([]);
  });

  it("amounts keep the decimals of their currency", async () => {
    await reportedIn("JPY", [item("Y", 1, "1580")], [item("Y", 1, "1579")]);
    await reportedIn("KWD", [item("K", 3, "1001")], [item("K", 2, "668")]);
  });

  async function reportedIn(currency: string, first: ReturnType<typeof item>[], then: ReturnType<typeof item>[]): Promise<void> {
    turn.order = turn.anotherOrder();
    await wanted(turn.scene, turn.order, first, { currency });
    await workFor(45);
    await retarget(turn.order, then);
    await workFor(60);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual(Object.fromEntries(then.map((one) => [one.sku, `${one.quantity}/${one.amount}`])));
    expect(await row(turn.order)).toMatchObject({ state: "reported", sent: then });
  }

  it("many conversions are found with few reads of the actions, and without asking for each submission", async () => {
    const orders = Array.from({ length: 40 }, turn.anotherOrder);
    for (const one of orders) await wanted(turn.scene, one, [A2]);
    await workFor(60);
    for (const one of orders) expect(await row(one)).toMatchObject({ state: "reported", next_at: null });
    const made = calls(turn.scene);
    expect(made["POST /Conversions"]).toBe(40);
    expect(made["GET /Actions"]).toBeLessThanOrEqual(10);
    expect(made["GET /APISubmissions"] ?? 0).toBeLessThanOrEqual(10);
  });
});

describe("many processes", () => {
  it("work side by side and tell each conversion once", async () => {
    const orders = Array.from({ length: 60 }, turn.anotherOrder);
    for (const one of orders) await wanted(turn.scene, one, [A2]);
    for (let time = 0; time < 12; time++) {
      await Promise.all(Array.from({ length: 6 }, () => reportOnce()));
      pass(3);
    }
    await workFor(60);
    for (const one of orders) expect(held(turn.scene, one)).toMatchObject([{ items: { A: "2/2000" } }]);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(60);
  });

  it("the loop reports what becomes due, and stops when it is told to", async () => {
    const loop = startReporting();
    await wanted(turn.scene, turn.order, [A2]);
    await expect.poll(async () => (await row(turn.order)).state, { timeout: 10_000 }).toBe("queued");
    await loop.stop();
    const after = turn.anotherOrder();
    await wanted(turn.scene, after, [A2]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await row(after)).state).toBe("waiting");
  });
});

describe("the log", () => {
  it("forgets answered questions after a month, what was sent after years", async () => {
    await pool().query("delete from exchange");
    const day = (days: number) => new Date(nowMs() - days * 86_400_000);
    const entry = (what: string, days: number, outcome = "ok") => ({ shop: SHOP, at: day(days), connectionId: "net", about: "account" as const, aboutId: "p1", what, request: {}, status: 200, answer: {}, outcome });
    for (const one of [entry("GET /Actions", 31), entry("GET /Actions", 29), entry("GET /Actions", 31, "timeout"), entry("POST /Conversions", 799), entry("POST /Conversions", 801)]) await insertExchange(one);
    expect(await forgetExchanges(day(30), day(800), 10)).toBe(2);
    const { rows } = await pool().query("select what || ' ' || outcome as line from exchange order by id");
    expect(rows.map(({ line }) => line)).toEqual(["GET /Actions ok", "GET /Actions timeout", "POST /Conversions ok"]);
  });

  it("holds each exchange about a conversion, and no secret", async () => {
    await reported(turn);
    const { rows } = await pool().query("select what, status, outcome, request, answer from exchange where shop = $1 and about = 'conversion' and about_id = $2 order by id", [SHOP, `${turn.order}/1`]);
    expect(rows[0]).toMatchObject({ what: "POST /Conversions", status: 200, outcome: "ok", request: { OrderId: turn.order, OrderPromoCode: CODE, ItemSubTotal1: "20.00" }, answer: { Status: "QUEUED" } });
    const all = await pool().query("select row_to_json(e)::text as line from exchange e");
    expect(all.rows.length).toBeGreaterThan(2);
    expect(all.rows.some(({ line }) => line.includes(TOKEN) || line.includes("Basic "))).toBe(false);
  });
});
