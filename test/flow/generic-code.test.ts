// One code for everybody in a program: in the store and in no network, credited by the latest click (rules, sections 3, 4 and 8).
import { describe, expect, test } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { readCode } from "#app/db/reads/code.ts";
import { listCodes } from "#app/db/reads/code-list.ts";
import { addTouch } from "#app/db/touch.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { readStatement } from "#app/flow/statement.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { connected, errorsOf, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const HOUR_MS = 3_600_000;
const terms = { value: { kind: "percentage", basisPoints: 1000 } };

async function forEverybody() {
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "For all", programId, terms, startsAt: null, endsAt: null }));
  const { codes } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: null, code: "FORALL10", policy: "always" }] }));
  await placeAll(stage);
  return { programId, dealId, creatorIds, codeId: codes[0]!.codeId };
}

async function order(id: string, visitor: string | null, email = "buyer@example.com") {
  const at = new Date(nowMs()).toISOString();
  await note(orderBody({ id, created_at: at, updated_at: at, email, codes: ["FORALL10"], note_attributes: visitor === null ? [] : [{ name: "creator_visitor", value: visitor }] }), { shop: SHOP, triggeredAt: at });
}

async function click(visitor: string, creatorId: string, clickId: string | null = null) {
  await addTouch(SHOP, { at: now(), visitor, creatorId, clickId }, now());
  stage.forward(HOUR_MS);
}

async function settled(ids: string) {
  while ((await settleOnce()) > 0);
  const found = await rows<{ order_id: string; said: string; creator: string | null }>(
    `select o.order_id, coalesce(o.reason, o.outcome) as said, (select distinct l.creator_id from ledger_entry l where l.shop = o.shop and l.order_id = o.order_id) as creator
     from order_state o where o.shop = $1 and o.order_id like $2 order by o.order_id`, [SHOP, `${ids}_`]);
  return found.map((row) => [row.order_id, row.said, row.creator]);
}

describe("a code for everybody", () => {
  test("stands in the store once, and no network hears of it", async () => {
    const { codeId, programId } = await forEverybody();
    expect(stage.store.discounts().flatMap((discount) => discount.codes.map((code) => code.code))).toContain("FORALL10");
    expect(await rows("select target, state from code_placement where shop = $1")).toEqual([{ target: "store", state: "live" }]);
    expect(stage.sent.filter((sent) => sent.startsWith("POST PromoCodes"))).toEqual([]);
    // Whatever asks for it to be placed there: it has no owner.
    await rows("insert into code_placement (shop, code_id, target, partner_id, next_at) values ($1, $2, $3, '1', '2026-01-01')", [SHOP, codeId, programId]);
    await placeAll(stage);
    expect(stage.sent.filter((sent) => sent.startsWith("POST PromoCodes"))).toEqual([]);
  });

  test("is shown as everybody's, in the list and on its page, and takes any creator's name once", async () => {
    const { codeId, dealId, creatorIds } = await forEverybody();
    const list = await listCodes(SHOP, { view: "every", q: "", creatorId: "", dealId, sort: "wrong", page: 1, now: now() });
    expect(list.rows).toMatchObject([{ id: codeId, code: "FORALL10", creator: null, store: { state: "live" }, networks: [] }]);
    expect(await readCode(SHOP, codeId, now())).toMatchObject({ creator: null, networks: [], history: [{ creator: null, policy: "always" }] });
    expect(errorsOf(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "forall10", policy: "always" }] }))).toEqual(["rows.0.code: give.taken_here_everybody"]);
  });

  test("credits whom the buyer clicked last of those in the program; without a click nobody", async () => {
    const { creatorIds } = await forEverybody();
    const { marie, zoe, leo } = creatorIds;
    await click("v1", zoe!, "click-zoe");
    await click("v1", marie!, "click-marie");
    await click("v1", leo!); // left the program
    await order("811", "v1");
    await order("812", "v2");
    await order("813", null);
    expect(await settled("81")).toEqual([["811", "credited", marie], ["812", "no_click", null], ["813", "no_click", null]]);
    expect(await rows("select told_code, click_id, creator_id from conversion where shop = $1 and order_id = '811'")).toEqual([{ told_code: null, click_id: "click-marie", creator_id: marie }]);
    const month = now().toISOString().slice(0, 7);
    expect(await readStatement(SHOP, marie!, month)).toMatchObject({ lines: expect.arrayContaining([expect.objectContaining({ orderId: "811" })]) });
    expect((await verifyLedger({ shop: SHOP })).differences.filter((difference) => difference.orderId.startsWith("81"))).toEqual([]);
  });

  test("a click that was told late, but happened before the order, moves the credit; one after it does not", async () => {
    const { creatorIds } = await forEverybody();
    const { marie, zoe } = creatorIds;
    await click("v3", marie!);
    const between = now();
    stage.forward(HOUR_MS);
    await order("821", "v3");
    expect(await settled("82")).toEqual([["821", "credited", marie]]);
    stage.forward(HOUR_MS);
    await click("v3", zoe!);
    expect(await settled("82")).toEqual([["821", "credited", marie]]);
    await addTouch(SHOP, { at: between, visitor: "v3", creatorId: zoe!, clickId: null }, now());
    while ((await settleOnce()) > 0);
    expect(await rows("select creator_id, sum(amount)::int as balance from ledger_entry where shop = $1 and order_id = '821' group by 1 having sum(amount) <> 0")).toEqual([{ creator_id: zoe, balance: 9000 }]);
  });

  test("a creator's own purchase after a click of their own is a self-referral, not the next one's sale", async () => {
    const { creatorIds } = await forEverybody();
    await click("v4", creatorIds.zoe!);
    await click("v4", creatorIds.marie!);
    await order("831", "v4", "Marie@Example.com");
    expect(await settled("83")).toEqual([["831", "self_referral", null]]);
  });
});
