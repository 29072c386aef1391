// What a what-if changes in the past reaches the network: actions are edited and made; what lies after the lock date waits for a person.
import { afterEach, beforeEach, expect, test } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { applyWhatIf } from "#app/flow/what-if-apply.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator } from "#test/support/shop.ts";
import { CODE, held, openScene, pass, row, type Scene, SHOP, workFor } from "./reporting.ts";
import { compute } from "./what-ifs.ts";

useDatabase();
let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

async function settleAndTell(): Promise<void> {
  while ((await settleOnce()) > 0);
  pass(1);
  await workFor(60);
}

test("an action is edited, another is made, and a locked one goes to the worklist", async () => {
  await makeCreator("c1", { shop: SHOP, name: "Marie", memberships: [{ program: "p1", partnerId: scene.partnerId }] });
  await makeCode("k1", { shop: SHOP, code: CODE, creator: "c1", program: "p1" });
  const began = now();
  const sell = async (id: string, financialStatus: string) => {
    const at = new Date(nowMs() - 60_000).toISOString();
    await note(orderBody({ id, financial_status: financialStatus, created_at: at, updated_at: at, lines: [{ id: `${id}1`, price: "100.00", off: [[0, "10.00"]] }, { id: `${id}2`, price: "40.00" }] }), { shop: SHOP });
    await settleAndTell();
  };
  await sell("1001", "paid");
  expect(held(scene, "1001")).toMatchObject([{ state: "PENDING", items: { "SKU-10011": "1/9000", "SKU-10012": "1/4000" } }]);
  pass(120 * 24 * 60);
  await sell("1002", "paid");
  await sell("1003", "pending");
  expect(held(scene, "1003")).toEqual([]);

  const day = (at: Date) => at.toISOString().slice(0, 10);
  const id = await compute(SHOP, { fromDate: day(began), toDate: day(now()), scope: "discounted_lines", creditOn: "created" });
  expect(held(scene, "1002")).toMatchObject([{ items: { "SKU-10021": "1/9000", "SKU-10022": "1/4000" } }]);
  expect(await applyWhatIf(SHOP, id, "Claire")).toEqual({ ok: true, orders: 3 });
  await settleAndTell();

  expect(held(scene, "1002")).toMatchObject([{ state: "PENDING", code: CODE, items: { "SKU-10021": "1/9000" } }]);
  expect(held(scene, "1002")[0]!.items["SKU-10022"] ?? "0/0").toMatch(/\/0$/);
  expect(held(scene, "1003")).toMatchObject([{ state: "PENDING", partnerId: scene.partnerId, code: CODE, items: { "SKU-10031": "1/9000" } }]);
  expect(held(scene, "1001")).toMatchObject([{ items: { "SKU-10011": "1/9000", "SKU-10012": "1/4000" } }]);
  expect(await row("1001")).toMatchObject({ state: "stuck", problem: "after_lock" });
});
