// Edits of deals and codes on their way to the network: over its API where that can, as steps where it cannot, and never a name twice.
import { describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { tellCodesAgain } from "#app/db/deal-placement.ts";
import { readSteps } from "#app/domain/network-steps.ts";
import { now } from "#app/clock.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { lookAtDealNow } from "#app/flow/place-deals-network.ts";
import { useDatabase } from "#test/support/database.ts";
import { account, connected, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const percent = (basisPoints: number) => ({ value: { kind: "percentage", basisPoints } });

async function live(terms: object = percent(1000), codes: Record<string, string> = { marie: "MARIE10" }) {
  const { programId, connectionId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  const list = Object.entries(codes).map(([name, code]) => ({ creatorId: creatorIds[name]!, code, policy: "always" }));
  const made = list.length === 0 ? [] : must(await giveCodes(SHOP, { dealId, rows: list })).codes;
  await placeAll(stage);
  stage.sent.length = 0;
  return { programId, connectionId, dealId, creatorIds, codeIds: made.map((code) => code.codeId) };
}

/** As an edit of the deal writes it. */
async function edit(dealId: string, set: string, ...values: unknown[]) {
  await rows(`update deal set ${set}, version = version + 1 where shop = $1 and id = $2`, [SHOP, dealId, ...values]);
  await placeAll(stage);
}

async function editDeal(dealId: string, name: string, version: number) {
  const [row] = await rows<{ deal: object }>("select deal from deal_edit where shop = $1 and deal_id = $2 and version = 1", [SHOP, dealId]);
  await rows("insert into deal_edit (shop, deal_id, version, at, who, what, deal) values ($1, $2, $3, now(), 'merchant', 'edited', $4)", [SHOP, dealId, version, JSON.stringify({ ...row!.deal, name })]);
  await rows("update deal set name = $3, version = $4 where shop = $1 and id = $2", [SHOP, dealId, name, version]);
}

const dealThere = () => stage.network.account(account).deals.map(({ fields, startMs, endMs, synch }) => ({ ...fields, startMs, endMs, synch }));
const codesThere = () => stage.network.account(account).codes.map((code) => ({ code: code.code, policy: code.policy, dealId: code.dealId, stands: code.expiredMs === null }));
const calls = (what: string) => stage.sent.filter((sent) => sent.startsWith(what)).length;

async function placement() {
  const [row] = await rows<{ state: string; version: number; seen: Record<string, unknown>; steps: unknown; problem: string | null }>("select state, version, seen, steps, problem from deal_placement where shop = $1");
  return { ...row!, steps: readSteps(row!.steps) };
}

describe("an edit of a deal", () => {
  test("changes the network's one deal, which is read back; its codes follow without a call of their own", async () => {
    const { dealId } = await live();
    expect(await placement()).toMatchObject({ state: "live", version: 1, seen: { discount: { kind: "percent", percent: "10" }, syncs: true }, steps: [] });
    const ends = new Date(now().getTime() + 86_400_000 * 20);
    await edit(dealId, "name = 'Spring, more', terms = jsonb_set(terms, '{value,basisPoints}', '1550'), ends_at = $3", ends);
    expect(dealThere()).toMatchObject([{ Name: "Spring, more", DiscountPercent: "15.5", endMs: Math.floor(ends.getTime() / 1_000) * 1_000, synch: true }]);
    expect(await placement()).toMatchObject({ state: "live", version: 2, seen: { name: "Spring, more", discount: { kind: "percent", percent: "15.5" } }, problem: null });
    expect(calls("PUT Deals")).toBe(1);
    expect(calls("POST")).toBe(0);
    expect(calls("DELETE")).toBe(0);
    stage.forward(86_400_000 * 21);
    stage.sent.length = 0;
    await placeAll(stage);
    expect(calls("PUT")).toBe(0);
  });

  test.each(["before", "after"] as const)("is there once, whatever breaks %s the call", async (when) => {
    const { dealId } = await live();
    let broken = 0;
    stage[when] = (sent) => {
      if (sent.startsWith("PUT Deals") && ++broken === 1) throw new Error("broken");
    };
    await edit(dealId, "terms = jsonb_set(terms, '{value,basisPoints}', '2000')");
    stage.forward(30_000);
    await placeAll(stage);
    expect(broken).toBeGreaterThan(0);
    expect(dealThere()).toMatchObject([{ DiscountPercent: "20" }]);
    expect(await placement()).toMatchObject({ state: "live", version: 2, problem: null });
  });

  test("that renames it while the answer to its creation was lost finds it by the name it was asked under, and no other deal of ours", async () => {
    const { programId } = await connected(stage);
    const deal = async (name: string) => must(await makeDeal(SHOP, { name, programId, terms: percent(1000), startsAt: null, endsAt: null })).dealId;
    const other = await deal("Summer");
    await placeAll(stage);
    const dealId = await deal("Spring");
    let broken = 0;
    stage.after = (sent) => {
      if (sent === "POST Deals" && ++broken === 1) throw new Error("lost");
    };
    stage.before = (sent) => {
      if (broken > 0 && sent.includes("Deals")) throw new Error("cut");
    };
    await placeAll(stage);
    stage.before = null;
    expect(broken).toBe(1);
    expect(await rows("select external_id from deal_placement where shop = $1 and deal_id = $2", [SHOP, dealId])).toEqual([{ external_id: null }]);
    for (const [version, name] of ["Summer", "Autumn"].entries()) await editDeal(dealId, name, version + 2);
    stage.forward(30_000);
    await placeAll(stage);
    expect(stage.network.account(account).deals.map((one) => one.fields.Name).sort()).toEqual(["Autumn", "Summer"]);
    const ids = (await rows<{ deal_id: string; external_id: string }>("select deal_id, external_id from deal_placement where shop = $1", [SHOP])).sort((a) => (a.deal_id === other ? -1 : 1)).map((row) => row.external_id);
    expect(new Set(ids).size).toBe(2);
  });

  test("that pauses it ends it there for its codes too, and resuming takes that back", async () => {
    const { dealId } = await live();
    await edit(dealId, "paused_at = $3", now());
    expect(await placement()).toMatchObject({ seen: { state: "expired" } });
    const [code] = stage.network.account(account).codes;
    expect(code!.expiredMs).toBeNull();
    await edit(dealId, "paused_at = null");
    expect(await placement()).toMatchObject({ seen: { state: "active" }, steps: [] });
    expect(codesThere()).toEqual([{ code: "MARIE10", policy: "ALWAYS", dealId: expect.any(String), stands: true }]);
  });

  test("a code that is given while the deal is paused goes to the network when it is resumed, and once", async () => {
    const { dealId, creatorIds } = await live();
    await edit(dealId, "paused_at = $3", now());
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.zoe!, code: "ZOE10", policy: "always" }] }));
    await placeAll(stage);
    expect(codesThere()).toHaveLength(1);
    await edit(dealId, "paused_at = null");
    expect(codesThere().map((code) => code.code)).toEqual(["MARIE10", "ZOE10"]);
  });

  test("a deal that is gone there is told, and made again when a person asks", async () => {
    const { dealId } = await live();
    stage.network.account(account).deals.length = 0;
    await lookAtDealNow(SHOP, dealId);
    await placeAll(stage);
    expect(await placement()).toMatchObject({ state: "missing", problem: expect.stringContaining("deal_missing_in_network") });
    expect(calls("POST")).toBe(0);
  });
});

describe("what no call can change", () => {
  const withMinimum = { ...percent(1000), minimum: { kind: "subtotal", amount: "5000" } };

  test("is a step, checked off by reading it back and by nothing else", async () => {
    const { dealId } = await live(withMinimum);
    expect((await placement()).steps).toMatchObject([{ key: "minimum", values: { name: "Spring", amount: "5000", currency: "EUR" }, doneAt: null }]);
    await lookAtDealNow(SHOP, dealId);
    await placeAll(stage);
    expect((await placement()).steps).toMatchObject([{ key: "minimum", doneAt: null }]);

    const [deal] = stage.network.account(account).deals;
    stage.network.changeDeal(account, deal!.id, { MinimumPurchaseAmount: "50.00", MinimumPurchaseAmountCurrency: "EUR" });
    await lookAtDealNow(SHOP, dealId);
    await placeAll(stage);
    expect((await placement()).steps).toMatchObject([{ key: "minimum", doneAt: expect.any(String) }]);
    expect(await placement()).toMatchObject({ seen: { minimum: { amount: "5000", currency: "EUR" } } });
  });

  test("the loop looks by itself every half hour while a step is open, and not after", async () => {
    await live(withMinimum);
    const [deal] = stage.network.account(account).deals;
    stage.network.changeDeal(account, deal!.id, { MinimumPurchaseAmount: "50", MinimumPurchaseAmountCurrency: "EUR" });
    stage.forward(30 * 60_000);
    await placeAll(stage);
    expect((await placement()).steps).toMatchObject([{ key: "minimum", doneAt: expect.any(String) }]);
    stage.sent.length = 0;
    stage.forward(60 * 60_000);
    await placeAll(stage);
    expect(calls("GET Deals")).toBe(0);
  });

  test("another type is a step; once a person took it, the rest of the edit goes over the API", async () => {
    const { dealId } = await live();
    await edit(dealId, "terms = jsonb_set(terms, '{value}', $3)", { kind: "fixed_order", amount: "700" });
    expect(dealThere()).toMatchObject([{ Type: "GENERAL_SALE", DiscountType: "FIXED", DiscountAmount: "7.00" }]);
    expect((await placement()).steps).toMatchObject([{ key: "currency", values: { amount: "700", currency: "EUR" }, doneAt: null }]);
    await edit(dealId, "terms = jsonb_set(terms, '{value}', $3)", { kind: "free_shipping", countries: null, highestRate: null });
    expect((await placement()).steps).toMatchObject([{ key: "type_free_shipping", doneAt: null }]);
    stage.network.changeDeal(account, stage.network.account(account).deals[0]!.id, { Type: "FREE_SHIPPING" });
    await lookAtDealNow(SHOP, dealId);
    await placeAll(stage);
    expect((await placement()).steps).toMatchObject([{ key: "type_free_shipping", doneAt: expect.any(String) }]);
  });

  test("what somebody changed there is shown as it is, and not taken back", async () => {
    const { dealId } = await live();
    stage.network.changeDeal(account, stage.network.account(account).deals[0]!.id, { DiscountPercent: "30" });
    await lookAtDealNow(SHOP, dealId);
    await placeAll(stage);
    expect(await placement()).toMatchObject({ seen: { discount: { kind: "percent", percent: "30" } } });
    expect(calls("PUT")).toBe(0);
  });
});

describe("a promo code that is to be another one", () => {
  async function changePolicy(codeId: string, policy: string) {
    await rows("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select shop, code_id, $3, creator_id, program_id, $4 from code_term where shop = $1 and code_id = $2", [SHOP, codeId, now(), policy]);
    await tellCodesAgain(pool(), SHOP, [codeId], now());
  }

  test("is expired and made anew, the old one first: a name has one owner there", async () => {
    const { codeIds } = await live();
    await changePolicy(codeIds[0]!, "winner");
    await placeAll(stage);
    expect(codesThere().map(({ policy, stands }) => [policy, stands])).toEqual([["ALWAYS", false], ["WINNER", true]]);
    expect(stage.sent.filter((sent) => /^(POST|DELETE) PromoCodes/.test(sent)).map((sent) => sent.split(" ")[0])).toEqual(["DELETE", "POST"]);
    expect(await rows("select state, told->>'policy' as policy, problem from code_placement where shop = $1 and target <> 'store'")).toEqual([{ state: "live", policy: "winner", problem: null }]);
    stage.sent.length = 0;
    await placeAll(stage);
    expect(stage.sent).toEqual([]);
  });

  test.each([["DELETE PromoCodes", "before"], ["DELETE PromoCodes", "after"], ["POST PromoCodes", "before"], ["POST PromoCodes", "after"]] as const)("stands once in the end, whatever breaks at %s, %s it", async (what, when) => {
    const { codeIds } = await live();
    await changePolicy(codeIds[0]!, "winner");
    let broken = 0;
    stage[when] = (sent) => {
      if (sent.startsWith(what) && ++broken === 1) throw new Error("broken");
    };
    for (let turn = 0; turn < 3; turn++) {
      await placeAll(stage);
      stage.forward(20_000);
    }
    expect(broken).toBeGreaterThan(0);
    expect(codesThere().filter((code) => code.stands)).toEqual([{ code: "MARIE10", policy: "WINNER", dealId: expect.any(String), stands: true }]);
    expect(codesThere()).toHaveLength(2);
  });

  test("that nobody changed here is left, whatever somebody made of it there", async () => {
    const { codeIds } = await live();
    const [old] = stage.network.account(account).codes;
    old!.policy = "WINNER";
    await tellCodesAgain(pool(), SHOP, codeIds, now());
    await placeAll(stage);
    expect(calls("DELETE")).toBe(0);
    expect(await rows("select state, problem from code_placement where shop = $1 and target <> 'store'")).toEqual([{ state: "live", problem: expect.stringContaining("other_policy_in_network") }]);
  });

  test("codes of a deal that the network refused at first are linked once it takes the deal", async () => {
    const { programId, creatorIds } = await connected(stage);
    stage.network.account(account).tokens[0]!.denied = ["POST /Deals"];
    const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms: percent(1000), startsAt: null, endsAt: null }));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    expect(codesThere()).toMatchObject([{ dealId: null, stands: true }]);
    stage.network.account(account).tokens[0]!.denied = [];
    await rows("update deal_placement set state = 'waiting', attempts = 0 where shop = $1");
    await placeAll(stage);
    expect(codesThere().filter((code) => code.stands)).toMatchObject([{ code: "MARIE10", dealId: stage.network.account(account).deals[0]!.id }]);
  });

  test("ten codes and more are looked for in one list, not each by itself", async () => {
    const { dealId, creatorIds } = await live(percent(1000), {});
    const list = Array.from({ length: 12 }, (_, n) => ({ creatorId: creatorIds.marie!, code: `MARIE${n + 20}`, policy: "always" }));
    must(await giveCodes(SHOP, { dealId, rows: list }));
    stage.sent.length = 0;
    await placeAll(stage);
    expect(codesThere()).toHaveLength(12);
    expect(calls("GET PromoCodes")).toBeLessThan(4);
  });
});
