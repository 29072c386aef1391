// Choices about differences while the other side does not do as asked, or while the deal is being edited.
import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { lookAtDiscount } from "#app/db/store-discount.ts";
import { editDeal, makeDeal } from "#app/flow/deal.ts";
import { compareAgain, compareConnection, compareOnce } from "#app/flow/drift-network.ts";
import { giveCodes } from "#app/flow/give.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { placeOnce } from "#app/flow/place.ts";
import { repairDrifts } from "#app/flow/repair.ts";
import { useDatabase } from "#test/support/database.ts";
import { account, connected, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";
import { dropDiscount, editDiscount } from "./store-side.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const LONG_AGO = new Date(0);
const WHO = "merchant";
const DEAL = { name: "Spring", terms: { value: { kind: "percentage", basisPoints: 1000 } }, startsAt: null, endsAt: null };

async function given(own: { startsAt?: string; endsAt?: string } = {}) {
  const known = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { ...DEAL, programId: known.programId }));
  must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: known.creatorIds.marie!, code: "MARIE10", policy: "always" }, { creatorId: known.creatorIds.zoe!, code: "ZOE10", policy: "always", ...own }] }));
  await placeAll(stage);
  for (let turn = 0; turn < 4; turn++) {
    await inventoryOnce(LONG_AGO);
    stage.forward(3_000);
  }
  const [deal] = await rows<{ store_id: string }>("select store_id from deal where shop = $1 and parent_id is null");
  expect(await open()).toEqual([]);
  return { ...known, dealId, storeId: deal!.store_id };
}

const open = () => rows<{ id: string; kind: string; how: string | null }>("select id::text as id, kind, how from drift where shop = $1 and closed_at is null order by id");
const ids = async () => (await open()).map((drift) => drift.id);

async function lookAgain(storeId: string): Promise<void> {
  stage.forward(2_000);
  await lookAtDiscount(pool(), SHOP, storeId, "discounts/redeemcode_added", now());
  stage.forward(2_000);
  for (let turn = 0; turn < 20 && (await inventoryOnce(LONG_AGO)) > 0; turn++);
}

describe("a code that is to be expired in a performance program", () => {
  test("is asked for again after a while, not by each turn of the loop: the network's budget is for codes and sales", async () => {
    const { connectionId } = await given();
    const { id } = stage.network.addPartner(account, { name: "Coupon Site" });
    stage.network.addPartnerToProgram(account, id, stage.performance.id, { state: "joined" });
    const code = stage.network.keepCode(stage.network.account(account), {
      code: "MARIE10", type: "LI", policy: "ALWAYS", programId: stage.performance.id, partnerId: id, dealId: null, createdMs: 0, startMs: null, endMs: null, expiredMs: null,
    });
    await compareOnce(); // what is due of itself is done
    await compareConnection(SHOP, connectionId);
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    stage.before = (what) => {
      if (!what.startsWith("GET")) throw new TypeError("the network is away");
    };
    let asked = 0;
    const before = stage.before;
    stage.before = (what) => {
      if (!what.startsWith("GET") && what.includes("PromoCodes")) asked += 1;
      return before!(what);
    };
    for (let turn = 0; turn < 10; turn++) {
      await compareOnce();
      stage.forward(1_000);
    }
    expect(asked).toBeLessThanOrEqual(2);
    stage.before = null;
    stage.forward(20 * 60_000);
    await compareOnce();
    expect(code.expiredMs).not.toBeNull();
    expect(await open()).toEqual([]);
  });
});

describe("a network that does not answer", () => {
  test("is listed ever more seldom, and what it told is not asked for again", async () => {
    await given();
    await compareAgain(SHOP);
    let asked = 0;
    stage.before = (what) => {
      if (what.includes("PromoCodes")) asked += 1;
      if (what.includes("Deals")) throw new TypeError("the network is away");
    };
    for (let minutes = 0; minutes < 8 * 60; minutes += 5) {
      await compareOnce();
      stage.forward(5 * 60_000);
    }
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThanOrEqual(6);
    stage.before = null;
  });
});

describe("a deal whose discount was deleted, ended as there", () => {
  test("ends for its codes with dates of their own as well", async () => {
    const { storeId } = await given({ endsAt: "2031-01-01T00:00:00Z" });
    dropDiscount(stage, storeId);
    await lookAgain(storeId);
    expect(await repairDrifts(SHOP, await ids(), "theirs", WHO)).toMatchObject({ done: 1 });
    await placeAll(stage);
    expect(await rows("select ends_at <= $2 as over, store_state from deal where shop = $1 and parent_id is not null", [SHOP, now()])).toEqual([{ over: true, store_state: "ended" }]);
    expect(stage.store.discounts().map((discount) => Date.parse(discount.endsAt ?? "") <= now().getTime())).toEqual([true]);
  });
});

describe("the store's terms, taken over", () => {
  test("while an edit of the app is on its way there: that one is written all the same", async () => {
    const { dealId, storeId } = await given();
    await editDiscount(storeId, { endsAt: "2030-01-01T00:00:00Z" });
    await lookAgain(storeId);
    const chosen = await ids();
    must(await editDeal(SHOP, dealId, 1, { ...DEAL, terms: { value: { kind: "percentage", basisPoints: 1500 } } }));
    expect(await repairDrifts(SHOP, chosen, "theirs", WHO)).toMatchObject({ done: 1 });
    for (let turn = 0; turn < 4; turn++) {
      await placeOnce();
      stage.forward(3_000);
    }
    await lookAgain(storeId);
    expect(await open()).toEqual([]);
    expect(await rows("select terms #>> '{value,basisPoints}' as off, ends_at, version = store_version as there, store_seen #>> '{terms,value,basisPoints}' as seen from deal where shop = $1")).toEqual([
      { off: "1500", ends_at: new Date("2030-01-01T00:00:00Z"), there: true, seen: "1500" },
    ]);
  });

  test("holds for its codes with dates of their own as well", async () => {
    const { storeId } = await given({ endsAt: "2031-01-01T00:00:00Z" });
    await editDiscount(storeId, { customerGets: { value: { percentage: 0.25 }, items: { all: true } } });
    await lookAgain(storeId);
    expect(await repairDrifts(SHOP, await ids(), "theirs", WHO)).toMatchObject({ done: 1 });
    await placeAll(stage);
    expect(await rows("select terms #>> '{value,basisPoints}' as off, store_seen #>> '{terms,value,basisPoints}' as seen from deal where shop = $1 and parent_id is not null")).toEqual([{ off: "2500", seen: "2500" }]);
    for (const discount of stage.store.discounts()) await lookAgain(discount.id);
    expect(await open()).toEqual([]);
  });
});
