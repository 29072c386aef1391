// What becomes of requests that got no answer, and of submissions that never end: asked about, and never told twice.
import { describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { A1, A2, B1, calls, held, noAnswer, reported, retarget, row, useScene, wanted, work, workFor } from "./reporting.ts";

useDatabase();

const turn = useScene();

describe("when the network does not answer", () => {
  it.each(["before", "after"] as const)("a creation that times out %s it took effect ends with one conversion", async (when) => {
    await wanted(turn.scene, turn.order, [A2, B1]);
    turn.undo = noAnswer("POST", /Conversions$/, when);
    await work();
    expect(await row(turn.order)).toMatchObject({ state: "sending", op: "create", submission_id: null, attempts: 1 });
    await workFor(150);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING", items: { A: "2/2000", B: "1/500" } }]);
    expect(await row(turn.order)).toMatchObject({ state: "reported", sent: [A2, B1], next_at: null, attempts: 0 });
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  });

  it("nothing is sent again while it is unknown what the network did", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.undo = noAnswer("POST", /Conversions$/, "before");
    await workFor(42);
    expect(calls(turn.scene)["POST /Conversions"]).toBeUndefined();
    await workFor(12);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  });

  it.each(["500", "503", "reset"] as const)("a failure (%s) after it acted ends with one conversion", async (kind) => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind, when: "after", count: 1 });
    await workFor(150);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING", items: { A: "2/2000" } }]);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  });

  it.each(["before", "after"] as const)("an edit that times out %s it took effect ends as it was meant", async (when) => {
    await reported(turn);
    await retarget(turn.order, [A1, B1]);
    turn.undo = noAnswer("PUT", /Actions$/, when);
    await workFor(150);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(turn.order)).toMatchObject({ state: "reported", sent: [A1, B1], next_at: null, attempts: 0 });
    expect(calls(turn.scene)["PUT /Actions"]).toBe(1);
  });

  it.each(["before", "after"] as const)("a reversal that times out %s it took effect ends reversed", async (when) => {
    await reported(turn);
    await retarget(turn.order, []);
    turn.undo = noAnswer("DELETE", /Actions$/, when);
    await workFor(150);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(turn.order)).toMatchObject({ state: "reversed", next_at: null });
    expect(calls(turn.scene)["DELETE /Actions"]).toBe(1);
  });

  it("a process that died between its note and the request, or the request and its answer, leaves a row that is asked about", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    const at = new Date(nowMs());
    await pool().query(`update conversion set state = 'sending', op = 'create', op_items = target, op_at = $1, next_at = $2 where order_id = $3`, [at, new Date(nowMs() + 120_000), turn.order]);
    await work();
    expect(calls(turn.scene)).toEqual({});
    await workFor(150);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING" }]);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  });

  it("a lost submission is sent again when it is known to be lost", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "lose", count: 1 });
    await workFor(110);
    expect(held(turn.scene, turn.order)).toEqual([]);
    await workFor(60);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING", items: { A: "2/2000" } }]);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(2);
  });

  it.each([["PUT /Actions", [A1], "PENDING"], ["DELETE /Actions", [], "REVERSED"]] as const)("a lost %s is sent again", async (endpoint, target, state) => {
    await reported(turn, [A2]);
    turn.scene.local.network.addFault({ endpoint, kind: "lose", count: 1 });
    await retarget(turn.order, [...target]);
    await workFor(240);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state }]);
    expect(await row(turn.order)).toMatchObject({ next_at: null, problem: null });
    expect(calls(turn.scene)[endpoint]).toBe(2);
  });

  it("an order that is cancelled while it is unknown whether it was told is not told again; should it turn up late, it is reversed", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "slow", count: 1, minutes: 300 });
    turn.undo = noAnswer("POST", /Conversions$/, "after");
    await work();
    await retarget(turn.order, []);
    await workFor(280, 10);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
    await workFor(240, 10);
    expect(held(turn.scene, turn.order)).toMatchObject([{ state: "REVERSED" }]);
    expect(await row(turn.order)).toMatchObject({ state: "reversed", next_at: null });
  });

  it("one that never turns up is forgotten after a day", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.undo = noAnswer("POST", /Conversions$/, "before");
    await work();
    await retarget(turn.order, []);
    await workFor(26 * 60, 30);
    expect(await row(turn.order)).toMatchObject({ state: "waiting", op: null, sent: null, next_at: null });
    expect(held(turn.scene, turn.order)).toEqual([]);
  });

  it("questions that go unanswered now and then do not end in a person's hands", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.undo = noAnswer("POST", /Conversions$/, "before");
    await work();
    await retarget(turn.order, []);
    for (let hour = 0; hour < 26; hour++) {
      turn.undo();
      turn.undo = noAnswer("GET", /Actions$/, "before");
      await workFor(60, 10);
      expect((await row(turn.order)).state, `after ${hour} hours`).not.toBe("stuck");
    }
    expect(await row(turn.order)).toMatchObject({ state: "waiting", op: null, problem: null, next_at: null });
  });

  it("a submission that ends after it was taken for lost makes no second conversion", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "slow", count: 1, minutes: 118 });
    await workFor(240);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
    expect(await row(turn.order)).toMatchObject({ state: "reported", sent: [expect.objectContaining({ sku: "A", quantity: 2, amount: "2000" })], next_at: null });
  });

  it("gives up after many faults and says so; made due again, it asks before it sends", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    await work();
    turn.undo = noAnswer("GET", /Actions$/, "before", 1_000);
    await workFor(900, 10);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "gave_up", problem_detail: expect.stringContaining("network.timeout"), op: "create", next_at: null });
    turn.undo();
    await retarget(turn.order, [A2]);
    await workFor(60);
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, next_at: null });
    expect(held(turn.scene, turn.order)).toHaveLength(1);
    expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  });
});
