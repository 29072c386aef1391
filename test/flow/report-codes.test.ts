// A conversion and its code: where that is on its way into the network, or is made anew there for another creator, no sale goes to nobody or to the earlier owner.
import { beforeEach, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { REPORTING } from "#app/domain/plan-report.ts";
import { placeOnce } from "#app/flow/place.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeShop } from "#test/support/shop.ts";
import { A2, calls, CODE, held, noAnswer, pass, row, SHOP, SID, useScene, wanted, work, workFor } from "./reporting.ts";

useDatabase();

const turn = useScene();
let paul: string;

/** Marie's code stands in the network, and has just become Paul's: the network still has it as hers. */
beforeEach(async () => {
  for (const table of ["code_placement", "code_term", "code", "membership", "creator", "shop_rule", "shop"]) await pool().query(`delete from ${table}`);
  const { network } = turn.scene.local;
  const account = network.account(SID);
  account.codes = [];
  paul = network.addPartner(SID, { name: "Paul" }).id;
  network.addPartnerToProgram(SID, paul, turn.scene.programId, { joinedMs: nowMs() - 86_400_000 });
  const hers = network.assignCode(SID, { programId: turn.scene.programId, partnerId: turn.scene.partnerId, code: CODE, createdMs: nowMs() - 86_400_000 });
  await makeShop({ shop: SHOP });
  await makeCreator("c2", { shop: SHOP, name: "Paul", memberships: [{ program: "p1", partnerId: paul }] });
  await makeCode("k1", { shop: SHOP, code: CODE, creator: "c2", program: "p1" });
  await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) values ($1, 'k1', '2000-01-01', 'c1', 'p1', 'always')", [SHOP]);
  await pool().query("update code_term set valid_from = $1 where creator_id = 'c2'", [new Date(nowMs() - 60_000)]);
  const told = { partnerId: turn.scene.partnerId, policy: "always", dealExternalId: null, startsAt: null, endsAt: null };
  await pool().query(
    `insert into code_placement (shop, code_id, target, partner_id, external_id, wanted, state, told, next_at) values ($1, 'k1', 'p1', $2, $3, 'live', 'waiting', $4, $5)`,
    [SHOP, paul, hers.id, JSON.stringify(told), new Date(nowMs())],
  );
});

/** An order with the code, credited to Paul. */
async function sold(orderId: string): Promise<void> {
  await wanted(turn.scene, orderId, [A2], { partnerId: paul });
  await pool().query("update conversion set creator_id = 'c2' where order_id = $1", [orderId]);
}

async function placed(): Promise<string> {
  return (await pool().query("select state from code_placement where code_id = 'k1'")).rows[0].state;
}

async function placeAll(): Promise<void> {
  while ((await placeOnce({ side: "network", shop: SHOP })) > 0);
}

test("an order that comes while its code becomes another creator's is credited to the new owner", async () => {
  await sold(turn.order);
  await workFor(9);
  expect(calls(turn.scene)["POST /Conversions"]).toBeUndefined();
  expect(await row(turn.order)).toMatchObject({ state: "waiting", problem: null });
  await placeAll();
  expect(await placed()).toBe("live");
  await workFor(45);
  expect(held(turn.scene, turn.order)).toEqual([{ state: "PENDING", partnerId: paul, code: "", items: { A: "2/2000" } }]);
  expect(await row(turn.order)).toMatchObject({ state: "reported", next_at: null });
});

test("one that is made when the old code is gone and the new one is not there yet has an owner all the same", async () => {
  turn.undo = noAnswer("POST", /PromoCodes$/, "before");
  await placeAll();
  expect(await placed()).toBe("asked");
  expect(turn.scene.local.network.account(SID).codes.filter((code) => code.expiredMs === null)).toEqual([]);
  await sold(turn.order);
  await workFor(6);
  expect(calls(turn.scene)["POST /Conversions"]).toBeUndefined();
  for (let minutes = 0; minutes < 60 && (await placed()) !== "live"; minutes += 5) {
    pass(5);
    await placeAll();
  }
  await workFor(45);
  expect(held(turn.scene, turn.order)).toMatchObject([{ state: "PENDING", partnerId: paul }]);
  expect(await row(turn.order)).toMatchObject({ state: "reported", problem: null, next_at: null });
});

test("waiting has an end: the sale of a code that does not arrive is told by its owner alone, and is not the earlier one's", async () => {
  await pool().query("update code_placement set next_at = $1", [new Date(nowMs() + 10 * REPORTING.codeMs)]);
  await sold(turn.order);
  for (let minutes = 0; minutes < REPORTING.codeMs / 60_000 - 5; minutes += 5) {
    pass(5);
    await work();
  }
  expect(calls(turn.scene)["POST /Conversions"]).toBeUndefined();
  await workFor(90, 10);
  expect(calls(turn.scene)["POST /Conversions"]).toBe(1);
  // The code is still Marie's there: the sale is not hers.
  expect(held(turn.scene, turn.order)).toMatchObject([{ partnerId: paul }]);
});

test("a code that is the creator's from the start, and new in the network, is told with its partner: an order that was there before it is not nobody's", async () => {
  await pool().query("delete from code_term where creator_id <> 'c2'");
  turn.scene.local.network.account(SID).codes = [];
  await pool().query("update code_placement set external_id = null, told = null");
  await sold(turn.order);
  pass(3);
  await placeAll();
  const after = turn.anotherOrder();
  await sold(after);
  await workFor(45);
  expect(held(turn.scene, turn.order)).toMatchObject([{ partnerId: paul }]);
  expect(held(turn.scene, after)).toMatchObject([{ partnerId: paul, code: CODE }]);
});

test("an order from when the code was in force, told after it was taken out of the network, is its owner's", async () => {
  await pool().query("delete from code_term where creator_id <> 'c2'");
  await pool().query("update code_placement set external_id = null, told = null");
  turn.scene.local.network.account(SID).codes = [];
  await placeAll();
  pass(60);
  await sold(turn.order);
  await pool().query("update code_placement set wanted = 'gone', next_at = $1", [new Date(nowMs())]);
  await placeAll();
  expect(turn.scene.local.network.account(SID).codes.filter((code) => code.expiredMs === null)).toEqual([]);
  await workFor(45);
  expect(turn.scene.local.network.account(SID).submissions.at(-1)!.payload).toMatchObject({ OrderPromoCode: CODE, MediaPartnerId: paul });
  expect(held(turn.scene, turn.order)).toMatchObject([{ partnerId: paul, code: CODE }]);
});

test("an order that comes when the code has long been the new owner's is told by its code alone", async () => {
  await placeAll();
  pass(60);
  await sold(turn.order);
  await work();
  const { payload } = turn.scene.local.network.account(SID).submissions.at(-1)!;
  expect(payload).toMatchObject({ OrderPromoCode: CODE });
  expect(payload).not.toHaveProperty("MediaPartnerId");
});
