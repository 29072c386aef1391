// Who had joined when, and what a creator's e-mail was, is known later than it was so: past orders are judged by what held when they were made.
import { describe, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { chooseProgram, takeOverCreators } from "#app/flow/connect.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode } from "#test/support/shop.ts";
import { SHOP, account, connected, must, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const HOUR_MS = 3_600_000;

async function order(id: string, fields: Record<string, unknown>): Promise<void> {
  const at = new Date(nowMs()).toISOString();
  await note(orderBody({ id, created_at: at, updated_at: at, ...fields }), { shop: SHOP, triggeredAt: at });
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

/** Orders of the tests before, which another stage was set for, are left out. */
async function outcomes(ids: string): Promise<Record<string, string | null>> {
  const found = await rows<{ order_id: string; outcome: string; reason: string | null }>("select order_id, outcome, reason from order_state where shop = $1 and starts_with(order_id, $2) order by order_id", [SHOP, ids]);
  return Object.fromEntries(found.map((row) => [row.order_id, row.reason ?? row.outcome]));
}

async function differences(ids: string): Promise<unknown[]> {
  return (await verifyLedger({ shop: SHOP })).differences.filter((difference) => difference.orderId.startsWith(ids));
}

describe("memberships", () => {
  test("that the network tells late settle the orders since then again, and no others", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { pia, marie } = stage.partners;
    await makeCode("pia", { shop: SHOP, code: "PIA10", creator: creatorIds.pia!, program: programId });
    await makeCode("marie", { shop: SHOP, code: "MARIE10", creator: creatorIds.marie!, program: programId });
    stage.forward(HOUR_MS);
    await order("11", { codes: ["PIA10"] });
    stage.forward(HOUR_MS);
    const turnMs = nowMs();
    stage.forward(HOUR_MS);
    await order("12", { codes: ["PIA10"] });
    await order("13", { codes: ["MARIE10"] });
    await settleAll();
    expect(await outcomes("1")).toEqual({ 11: "creator_not_in_program", 12: "creator_not_in_program", 13: "credited" });

    stage.network.addPartnerToProgram(account, pia, stage.creators.id, { state: "joined", joinedMs: turnMs });
    stage.network.addPartnerToProgram(account, marie, stage.creators.id, { state: "left", leftMs: turnMs });
    must(await takeOverCreators(SHOP, programId));
    await settleAll();
    expect(await outcomes("1")).toEqual({ 11: "creator_not_in_program", 12: "credited", 13: "creator_not_in_program" });
    expect(await differences("1")).toEqual([]);
    expect(await rows("select order_id from delivery where shop = $1 and topic = 'members' order by 1")).toEqual([{ order_id: "12" }, { order_id: "13" }]);
    expect(await rows("select kind, amount::int from ledger_entry where shop = $1 and order_id = '13' order by id")).toEqual([{ kind: "credit", amount: 9000 }, { kind: "reversal", amount: -9000 }]);
  });

  test("that had ended by the time the network tells of them settle what was ordered while they held", async () => {
    const { connectionId, creatorIds } = await connected(stage);
    const { programId } = must(await chooseProgram(SHOP, { connectionId, externalId: stage.performance.id }));
    await makeCode("marie", { shop: SHOP, code: "MARIE10", creator: creatorIds.marie!, program: programId });
    const joinedMs = nowMs();
    stage.forward(HOUR_MS);
    await order("41", { codes: ["MARIE10"] });
    stage.forward(HOUR_MS);
    const leftMs = nowMs();
    stage.forward(HOUR_MS);
    await order("42", { codes: ["MARIE10"] });
    await settleAll();
    stage.network.addPartnerToProgram(account, stage.partners.marie, stage.performance.id, { state: "left", joinedMs, leftMs });
    must(await takeOverCreators(SHOP, programId));
    await settleAll();
    expect(await outcomes("4")).toEqual({ 41: "credited", 42: "creator_not_in_program" });
    expect(await differences("4")).toEqual([]);
  });

  test("whose change was noted before a crash are made up for at the next reading", async () => {
    const { programId, creatorIds } = await connected(stage);
    await makeCode("pia", { shop: SHOP, code: "PIA10", creator: creatorIds.pia!, program: programId });
    const joined = new Date(nowMs());
    stage.forward(HOUR_MS);
    await order("21", { codes: ["PIA10"] });
    await settleAll();
    // As a process leaves it that dies after the memberships were written.
    await rows("update program set members_from = $2 where shop = $1", [SHOP, joined]);
    await rows("update membership set state = 'joined', joined_at = $2, left_at = null where shop = $1 and creator_id = $3", [SHOP, joined, creatorIds.pia]);
    stage.network.addPartnerToProgram(account, stage.partners.pia, stage.creators.id, { state: "joined", joinedMs: joined.getTime() });
    must(await takeOverCreators(SHOP, programId));
    await settleAll();
    expect(await outcomes("2")).toEqual({ 21: "credited" });
    expect(await rows("select members_from from program where shop = $1")).toEqual([{ members_from: null }]);
  });
});

test("an order is held against the e-mail that the creator had when it was made", async () => {
  const { programId, creatorIds } = await connected(stage);
  await makeCode("marie", { shop: SHOP, code: "MARIE10", creator: creatorIds.marie!, program: programId });
  stage.forward(HOUR_MS);
  await order("31", { email: "Marie@Example.com" });
  await order("32", { email: "marie@durand.example" });
  stage.forward(HOUR_MS);
  Object.assign(stage.network.partner(account, stage.partners.marie), { email: "marie@durand.example" });
  must(await takeOverCreators(SHOP, programId));
  stage.forward(HOUR_MS);
  await order("33", { email: "marie@example.com" });
  await order("34", { email: "marie@durand.example" });
  await settleAll();
  expect(await outcomes("3")).toEqual({ 31: "self_referral", 32: "credited", 33: "credited", 34: "self_referral" });
  // A newer state of an old order is judged as the first one was.
  await order("31", { email: "marie@example.com", updated_at: new Date(nowMs() + HOUR_MS).toISOString(), created_at: new Date(nowMs() - 2 * HOUR_MS).toISOString() });
  await settleAll();
  expect((await outcomes("3"))["31"]).toBe("self_referral");
  expect(await differences("3")).toEqual([]);
});
