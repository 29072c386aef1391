// What a person decides reaches the network like any other credit: told with the code that was chosen, and taken back.
import { afterEach, beforeEach, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { answerHand } from "#app/flow/hand.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator } from "#test/support/shop.ts";
import { CODE, held, openScene, pass, type Scene, SHOP, workFor } from "./reporting.ts";

useDatabase();
let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

async function decide(fields: { act: string; codeId?: string; amount?: string }): Promise<void> {
  const ask = { codeId: "", amount: "", reason: "told by e-mail", ...fields };
  const shown = await answerHand(SHOP, "Ana", "1001", { ...ask, seen: "" });
  await answerHand(SHOP, "Ana", "1001", { ...ask, seen: shown!.preview!.seen });
  while ((await settleOnce()) > 0);
  pass(1);
  await workFor(60);
}

test("an order without a code that a person credits is told with the chosen code; a correction edits it, and an exclusion takes it back", async () => {
  await makeCreator("c1", { shop: SHOP, name: "Marie", memberships: [{ program: "p1", partnerId: scene.partnerId }] });
  await makeCode("k1", { shop: SHOP, code: CODE, creator: "c1", program: "p1" });
  const at = new Date(nowMs() - 60_000).toISOString();
  await note(orderBody({ codes: [], created_at: at, updated_at: at }), { shop: SHOP });
  while ((await settleOnce()) > 0);
  await workFor(10);
  expect(held(scene, "1001")).toEqual([]);

  await decide({ act: "credit", codeId: "k1" });
  expect(held(scene, "1001")).toMatchObject([{ state: "PENDING", partnerId: scene.partnerId, code: CODE, items: { "SKU-1": "1/10000" } }]);
  await decide({ act: "correct", codeId: "k1", amount: "40" });
  expect(held(scene, "1001")).toMatchObject([{ code: CODE, items: { "SKU-1": "1/4000" } }]);
  await decide({ act: "exclude" });
  expect(held(scene, "1001")).toMatchObject([{ state: "REVERSED", code: CODE }]);
});
