// How requests end: one row for each, whatever becomes of it.
import { beforeEach, describe, expect, it } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { A1, A2, B1, held, item, noAnswer, pass, reported, retarget, row, SHOP, SID, useScene, wanted, work, workFor } from "./reporting.ts";

useDatabase();

const turn = useScene();

beforeEach(async () => void (await pool().query("delete from report_end")));

type End = { op: string; outcome: string; errors: string[] };

async function ends(orderId = turn.order): Promise<End[]> {
  const { rows } = await pool().query<End>("select op, outcome, errors from report_end where shop = $1 and order_id = $2 and program_id = 'p1' and connection_id = 'net' and ended_at >= sent_at order by id", [SHOP, orderId]);
  return rows;
}

const CREATED = { op: "create", outcome: "accepted", errors: [] };

describe("a request that the network took", () => {
  it("ends once, and so do the edit and the reversal that follow", async () => {
    await reported(turn);
    expect(await ends()).toEqual([CREATED]);
    await retarget(turn.order, [A1, B1]);
    await workFor(60);
    await retarget(turn.order, []);
    await workFor(60);
    expect(await ends()).toEqual([CREATED, { op: "edit", outcome: "accepted", errors: [] }, { op: "reverse", outcome: "accepted", errors: [] }]);
  });

  it("ends once where processes work side by side", async () => {
    const orders = Array.from({ length: 12 }, turn.anotherOrder);
    for (const one of orders) await wanted(turn.scene, one, [A2]);
    for (let minutes = 0; minutes < 45; minutes += 3) {
      await Promise.all([work(), work(), work()]);
      pass(3);
    }
    for (const one of orders) expect(await ends(one)).toEqual([CREATED]);
  });

  it("keeps what the network said of the action: its payout, and the date that it gave it", async () => {
    await reported(turn, [A2]);
    const { rows } = await pool().query("select payout, payout_currency, payout_state, payout_read_at, event_there, event_at from conversion where order_id = $1", [turn.order]);
    expect(rows).toEqual([{ payout: 200n, payout_currency: "EUR", payout_state: "pending", payout_read_at: expect.any(Date), event_there: expect.any(Date), event_at: expect.any(Date) }]);
    expect(Math.abs(rows[0].event_there - rows[0].event_at)).toBeLessThan(1_000);
  });

  it("that came long after the order is kept with the network's date", async () => {
    await wanted(turn.scene, turn.order, [A2]);
    await pool().query("update conversion set event_at = event_at - interval '20 days' where order_id = $1", [turn.order]);
    const sentMs = nowMs();
    await workFor(45);
    const { rows } = await pool().query("select event_there from conversion where order_id = $1", [turn.order]);
    expect(rows[0].event_there.getTime()).toBeGreaterThanOrEqual(Math.floor(sentMs / 1_000) * 1_000);
  });
});

describe("a request that the network refused", () => {
  it("is rejected with the codes of its submission", async () => {
    await wanted(turn.scene, turn.order, [A2], { toldCode: "NOBODYS" });
    await workFor(90);
    expect(await ends()).toEqual([{ op: "create", outcome: "rejected", errors: ["ACTION_REF_NOT_FOUND", "UNCLAIMED"] }]);
  });

  it("at once is rejected with the fields that it named", async () => {
    await wanted(turn.scene, turn.order, [A2], { clickId: "x".repeat(80), toldCode: null });
    await workFor(30);
    expect(await ends()).toEqual([{ op: "create", outcome: "rejected", errors: ["ClickId"] }]);
  });

  it("because our own first one came through is accepted, and says why it was answered with an error", async () => {
    await reported(turn, [A2]);
    await pool().query("delete from conversion");
    await pool().query("delete from report_end");
    await wanted(turn.scene, turn.order, [A2]);
    await workFor(240);
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null });
    expect(await ends()).toEqual([{ op: "create", outcome: "accepted", errors: expect.toSatisfy((errors: string[]) => errors.every((code) => code === "CONV_DUPLICATE")) }]);
  });
});

describe("CONV_DUPLICATE of an order that the network knows under another form of its id", () => {
  it("is known for our own, and what it holds is set right", async () => {
    // A network that keeps what it is told without the white space around it.
    await wanted(turn.scene, turn.order, [A2]);
    await pool().query("update conversion set network_order_id = order_id || ' ' where order_id = $1", [turn.order]);
    await workFor(400, 6);
    expect(held(turn.scene, turn.order)).toMatchObject([{ items: { A: "2/2000" } }]);
    expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, sent: [expect.objectContaining({ sku: "A", amount: "2000" })] });
    expect(await ends()).toEqual([{ op: "create", outcome: "lost", errors: [] }, { op: "create", outcome: "accepted", errors: ["CONV_DUPLICATE"] }]);
  });

  it("is known for another partner's, and left to a person", async () => {
    const { network } = turn.scene.local;
    const other = network.addPartner(SID, { name: "Other" });
    network.addPartnerToProgram(SID, other.id, turn.scene.programId, { joinedMs: nowMs() - 86_400_000 });
    network.assignCode(SID, { programId: turn.scene.programId, partnerId: other.id, code: `OTHER${turn.order}`, createdMs: nowMs() - 86_400_000 });
    const first = turn.anotherOrder();
    await wanted(turn.scene, first, [A2], { partnerId: other.id, toldCode: `OTHER${turn.order}` });
    await workFor(45);
    await pool().query("insert into order_state (shop, order_id, name) values ($1, $2, $3)", [SHOP, turn.order, `#${first}`]);
    await wanted(turn.scene, turn.order, [A2]);
    await pool().query("update conversion set network_order_id = $2 where order_id = $1", [turn.order, `${first} `]);
    await workFor(400, 6);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "rejected", problem_detail: "CONV_DUPLICATE" });
    expect(await ends()).toEqual([{ op: "create", outcome: "rejected", errors: ["CONV_DUPLICATE"] }]);
  });
});

describe("a request that left no trace", () => {
  it("is lost when another is sent in its place", async () => {
    turn.undo = noAnswer("POST", /Conversions$/, "before");
    await wanted(turn.scene, turn.order, [A2]);
    await workFor(180);
    expect(await ends()).toEqual([{ op: "create", outcome: "lost", errors: [] }, CREATED]);
    expect(held(turn.scene, turn.order)).toHaveLength(1);
  });

  it("is lost once, though the one in its place could not go out at first", async () => {
    turn.undo = noAnswer("POST", /Conversions$/, "before");
    await wanted(turn.scene, turn.order, [A2]);
    await work();
    turn.scene.local.network.addFault({ endpoint: "POST /Conversions", kind: "429", count: 2 });
    await workFor(400);
    expect(await ends()).toEqual([{ op: "create", outcome: "lost", errors: [] }, CREATED]);
  });

  it("is an edit that never took effect, and it is sent again", async () => {
    await reported(turn);
    turn.undo = noAnswer("PUT", /Actions$/, "before");
    await retarget(turn.order, [A1, B1]);
    await workFor(180);
    expect(await ends()).toEqual([CREATED, { op: "edit", outcome: "lost", errors: [] }, { op: "edit", outcome: "accepted", errors: [] }]);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
  });
});

describe("an added item", () => {
  it("is a person's, while every later change of the others is sent; a lock that falls between two steps stops them", async () => {
    await reported(turn, [A2, B1]);
    await retarget(turn.order, [A2, B1, item("C", 1, "300")]);
    await workFor(30);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "added_item", sent: [A2, B1] });
    expect(await ends()).toEqual([CREATED]);
    await retarget(turn.order, [A1, B1, item("C", 1, "300")]);
    await workFor(60);
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "added_item", sent: [A1, B1] });
    // The edit is asked for, and the action locks before it is sent.
    await retarget(turn.order, [B1, item("C", 1, "300")]);
    pass(46 * 24 * 60);
    await workFor(60);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "after_lock", sent: [A1, B1], next_at: null });
    expect(held(turn.scene, turn.order)[0]!.items).toEqual({ A: "1/1000", B: "1/500" });
  });

  it("an edit that the lock overtook on its way is rejected, and nothing more is sent", async () => {
    await reported(turn, [A2, B1]);
    await retarget(turn.order, [A1, B1]);
    turn.scene.local.network.addFault({ endpoint: "PUT /Actions", kind: "slow", count: 1, minutes: 46 * 24 * 60 });
    await work();
    // Only a few minutes of the way are seen here: a submission that takes months is lost.
    await pool().query("update conversion set op_at = $2 where order_id = $1", [turn.order, new Date(nowMs() + 46 * 24 * 3_600_000)]);
    pass(46 * 24 * 60 + 30);
    await workFor(200);
    expect(await row(turn.order)).toMatchObject({ state: "stuck", problem: "after_lock", sent: [A2, B1], next_at: null });
    expect(await ends()).toEqual([CREATED, { op: "edit", outcome: "rejected", errors: ["NO_VALID_ACTION_REF"] }]);
  });
});
