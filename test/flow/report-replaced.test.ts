// What the merchant or the settling changes while reporting has a conversion in its hands.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { claimDueConversions, moveConversion } from "#app/db/conversion.ts";
import { dropUntold, writeFresh } from "#app/db/conversion-target.ts";
import { useDatabase } from "#test/support/database.ts";
import { calls, held, item, noAnswer, openScene, row, type Scene, SHOP, wanted, work, workFor } from "./reporting.ts";

useDatabase();

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  await pool().query("delete from conversion");
  scene.local.network.state.exchanges = [];
});
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

test("what settling replaced since it was claimed is not sent: the order's credit may have gone to another code", async () => {
  await wanted(scene, "501", [item("A", 1, "9000")]);
  const [claimed] = await claimDueConversions(SHOP, new Date(nowMs()), new Date(nowMs() + 120_000), 10);
  // The same items, credited to somebody else: a late click was the winner's.
  const at = new Date(nowMs());
  await dropUntold(pool(), [{ shop: SHOP, orderId: "501", n: 1 }]);
  await writeFresh(pool(), [
    { shop: SHOP, orderId: "501", n: 1, networkOrderId: "501", programId: "p1", codeId: "k2", creatorId: "c2", partnerId: "999", toldCode: "PAUL10", clickId: null, clickParameter: null, currency: "EUR", eventAt: at.toISOString(), target: [item("A", 1, "9000")], awaiting: false, buyer: {} },
  ], at, at);
  const begun = await moveConversion(claimed!, { state: "sending", op: "create", opItems: claimed!.target, opAt: at }, at, { ifTarget: true });
  expect(begun).toBe(false);
  expect(await row("501")).toMatchObject({ state: "waiting", op: null });
});

async function useEventType(id: string): Promise<void> {
  await pool().query("update program set event_type_id = $2 where shop = $1", [SHOP, id]);
}

test("a conversion that cannot be worked on holds up no other of its account", async () => {
  await wanted(scene, "600", [item("A", 1, "nine")]);
  await wanted(scene, "601", [item("A", 1, "9000")]);
  await workFor(45);
  expect(await row("601")).toMatchObject({ state: "reported" });
  expect(await row("600")).toMatchObject({ state: "waiting", sent: null });
  expect((await row("600")).next_at!.getTime()).toBeGreaterThan(nowMs());
});

test.each(["before", "after"] as const)("another event type, chosen while a creation is under way that timed out %s it took effect, pays nobody twice", async (when) => {
  const program = scene.local.network.account("IRreporttest01").programs.find((each) => each.id === scene.programId)!;
  const other = { ...program.eventTypes[0]!, id: `5999${when.length}`, name: "In-store Sale" };
  program.eventTypes.push(other);
  const orderId = when === "before" ? "502" : "503";
  await wanted(scene, orderId, [item("A", 1, "9000")]);
  const undo = noAnswer("POST", /Conversions$/, when);
  await work();
  undo();
  await useEventType(other.id);
  await workFor(180);
  expect(held(scene, orderId)).toHaveLength(1);
  expect(await row(orderId)).toMatchObject({ state: "reported", sent: [item("A", 1, "9000")], next_at: null, problem: null });
  expect(calls(scene)["POST /Conversions"]).toBe(1);
  await useEventType(scene.eventTypeId);
});
