import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { lookAtDiscount } from "#app/db/store-discount.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { takeOutOnce } from "#app/flow/drift-act.ts";
import { giveCodes } from "#app/flow/give.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { placeOnce } from "#app/flow/place.ts";
import { repairDrifts, takeUpAgain } from "#app/flow/repair.ts";
import { useDatabase } from "#test/support/database.ts";
import { connected, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";
import { dropDiscount, editDiscount, makeDiscount, putCodes, takeCodes } from "./store-side.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const LONG_AGO = new Date(0);
const WHO = "merchant";

/** All loops of the store's side, by turns, until nothing is due. */
async function settle(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await takeOutOnce();
    await placeOnce();
    await inventoryOnce(LONG_AGO);
    stage.forward(3_000);
  }
}

async function lookAgain(storeId: string): Promise<void> {
  stage.forward(2_000);
  await lookAtDiscount(pool(), SHOP, storeId, "discounts/redeemcode_added", now());
  stage.forward(2_000);
  for (let turn = 0; turn < 20 && (await inventoryOnce(LONG_AGO)) > 0; turn++);
}

async function given(codes: Record<string, string> = { marie: "MARIE10", zoe: "ZOE10" }) {
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms: { value: { kind: "percentage", basisPoints: 1000 } }, startsAt: null, endsAt: null }));
  must(await giveCodes(SHOP, { dealId, rows: Object.entries(codes).map(([name, code]) => ({ creatorId: creatorIds[name]!, code, policy: "always" })) }));
  await placeAll(stage);
  await settle(4);
  const [deal] = await rows<{ store_id: string }>("select store_id from deal where shop = $1");
  expect(await open()).toEqual([]);
  return { dealId, storeId: deal!.store_id, programId, creatorIds };
}

const open = () => rows<{ id: string; kind: string; how: string | null }>("select id::text as id, kind, how from drift where shop = $1 and closed_at is null order by id");
const ids = async () => (await open()).map((drift) => drift.id);
const codesOf = (id: string) => stage.store.discount(id)!.codes.map((each) => each.code).filter((code) => !code.startsWith("RESERVE")).sort();
const states = () => rows<{ code: string; state: string; wanted: string }>("select c.code, p.state, p.wanted from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 and p.target = 'store' order by c.position");
const log = async () => (await rows<{ what: string }>("select what from shop_log where shop = $1 order by id")).map((row) => row.what);

describe("an edited deal", () => {
  test("ours: the discount is written again, and the difference closes when that was read back; asked for twice it is the same", async () => {
    const { storeId } = await given();
    await editDiscount(storeId, { title: "Summer", endsAt: "2030-01-01T00:00:00Z" });
    await lookAgain(storeId);
    const chosen = await ids();
    expect(await repairDrifts(SHOP, chosen, "ours", WHO)).toEqual({ done: 1, refused: [] });
    expect(await open()).toMatchObject([{ kind: "edited", how: "ours" }]);
    await repairDrifts(SHOP, chosen, "ours", WHO);
    await settle();
    expect(await open()).toEqual([]);
    expect(stage.store.discount(storeId)).toMatchObject({ title: "Spring", endsAt: null });
    expect(codesOf(storeId)).toEqual(["MARIE10", "ZOE10"]);
    expect(await rows("select how, closed_at is not null as closed from drift where shop = $1")).toEqual([{ how: "ours", closed: true }]);
  });

  test("theirs: the deal takes the store's terms as an edit of its own, and nothing is written there", async () => {
    const { storeId, dealId } = await given();
    await editDiscount(storeId, { title: "Summer", customerGets: { value: { percentage: 0.25 }, items: { all: true } }, endsAt: "2030-01-01T00:00:00Z" });
    await lookAgain(storeId);
    stage.sent.length = 0;
    expect(await repairDrifts(SHOP, await ids(), "theirs", WHO)).toEqual({ done: 1, refused: [] });
    await settle();
    expect(stage.sent.filter((what) => what.startsWith("Update") || what.startsWith("Create"))).toEqual([]);
    expect(await open()).toEqual([]);
    expect(await rows("select name, terms #>> '{value,basisPoints}' as off, ends_at, version = store_version as there from deal where shop = $1")).toEqual([
      { name: "Summer", off: "2500", ends_at: new Date("2030-01-01T00:00:00Z"), there: true },
    ]);
    expect(await rows("select version, what from deal_edit where shop = $1 and deal_id = $2 order by version", [SHOP, dealId])).toMatchObject([{ version: 1 }, { version: 2, what: "taken_from_store" }]);
    expect(await log()).toContain("drift.theirs");
  });

  test("theirs: not with the name of another deal, by which the network would be asked", async () => {
    const { storeId, programId } = await given();
    must(await makeDeal(SHOP, { name: "Summer", programId, terms: { value: { kind: "percentage", basisPoints: 500 } }, startsAt: null, endsAt: null }));
    await editDiscount(storeId, { title: "Summer" });
    await lookAgain(storeId);
    const chosen = await ids();
    expect(await repairDrifts(SHOP, chosen, "theirs", WHO)).toEqual({ done: 0, refused: [{ id: chosen[0], key: "deal.name_taken", values: { name: "Summer" } }] });
    expect(await rows("select name from deal where shop = $1 and store_id = $2", [SHOP, storeId])).toEqual([{ name: "Spring" }]);
  });

  test("leave: it is shown no more until it changes again, and can be taken up", async () => {
    const { storeId } = await given();
    await editDiscount(storeId, { title: "Summer" });
    await lookAgain(storeId);
    const [id] = await ids();
    await repairDrifts(SHOP, [id!], "leave", WHO);
    await lookAgain(storeId);
    expect(await open()).toEqual([]);
    expect(await takeUpAgain(SHOP, id!)).toBe(true);
    expect(await open()).toMatchObject([{ id, kind: "edited", how: null }]);
    await repairDrifts(SHOP, [id!], "leave", WHO);
    await editDiscount(storeId, { title: "Autumn" });
    await lookAgain(storeId);
    expect(await open()).toMatchObject([{ kind: "edited" }]);
  });

  test("what changed since the page was shown is not settled unseen", async () => {
    const { storeId } = await given();
    await editDiscount(storeId, { title: "Summer" });
    await lookAgain(storeId);
    const [id] = await ids();
    await pool().query("update drift set closed_at = now(), how = 'gone' where shop = $1", [SHOP]);
    expect(await repairDrifts(SHOP, [id!], "theirs", WHO)).toMatchObject({ done: 0, refused: [{ key: "drift.changed_meanwhile" }] });
  });
});

describe("a deleted discount", () => {
  test("ours: it is made again with all its codes, each once", async () => {
    const { storeId } = await given();
    dropDiscount(stage, storeId);
    await lookAgain(storeId);
    expect(await open()).toMatchObject([{ kind: "gone" }]);
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    await settle();
    const [deal] = await rows<{ store_id: string; store_state: string }>("select store_id, store_state from deal where shop = $1");
    expect(deal).toMatchObject({ store_state: "live" });
    expect(deal!.store_id).not.toBe(storeId);
    expect(codesOf(deal!.store_id)).toEqual(["MARIE10", "ZOE10"]);
    expect(stage.store.discounts()).toHaveLength(1);
    expect(await states()).toEqual([{ code: "MARIE10", state: "live", wanted: "live" }, { code: "ZOE10", state: "live", wanted: "live" }]);
    expect(await open()).toEqual([]);
  });

  test("theirs: the deal ends with its codes, on both sides", async () => {
    const { storeId } = await given();
    dropDiscount(stage, storeId);
    await lookAgain(storeId);
    await repairDrifts(SHOP, await ids(), "theirs", WHO);
    await settle();
    expect(await rows("select ends_at <= $2 as ended from deal where shop = $1", [SHOP, now()])).toEqual([{ ended: true }]);
    expect(stage.store.discounts()).toHaveLength(0);
    expect((await states()).map((row) => row.wanted)).toEqual(["gone", "gone"]);
    expect(await open()).toEqual([]);
  });
});

describe("codes", () => {
  test("missing, ours: it is put back; theirs: it is ended", async () => {
    const { storeId } = await given();
    takeCodes(stage, storeId, ["MARIE10", "ZOE10"]);
    await lookAgain(storeId);
    const found = await rows<{ id: string; code: string }>("select d.id::text as id, c.code from drift d join code c on c.id = d.about_id where d.shop = $1 and d.closed_at is null");
    const of = (code: string) => found.filter((one) => one.code === code).map((one) => one.id);
    expect(await repairDrifts(SHOP, of("MARIE10"), "ours", WHO)).toMatchObject({ done: 1 });
    expect(await repairDrifts(SHOP, of("ZOE10"), "theirs", WHO)).toMatchObject({ done: 1 });
    await settle();
    stage.forward(60_000); // what was asked of the store without an answer could still come to pass until then
    await settle();
    expect(codesOf(storeId)).toEqual(["MARIE10"]);
    expect(await states()).toEqual([{ code: "MARIE10", state: "live", wanted: "live" }, { code: "ZOE10", state: "expired", wanted: "gone" }]);
    expect(await open()).toEqual([]);
  });

  test("elsewhere, ours: it is taken out there and put back here; theirs: it counts where it stands, linked as it is", async () => {
    const { storeId } = await given();
    const other = await makeDiscount("OTHER");
    takeCodes(stage, storeId, ["MARIE10", "ZOE10"]);
    putCodes(stage, other, ["MARIE10", "ZOE10"]);
    await lookAgain(other);
    await lookAgain(storeId);
    const found = await rows<{ id: string; code: string; kind: string }>("select d.id::text as id, c.code, d.kind from drift d join code c on c.id = d.about_id where d.shop = $1 and d.closed_at is null");
    expect(found.map((one) => one.kind)).toEqual(["elsewhere", "elsewhere"]);
    await repairDrifts(SHOP, [found.find((one) => one.code === "MARIE10")!.id], "ours", WHO);
    await repairDrifts(SHOP, [found.find((one) => one.code === "ZOE10")!.id], "theirs", WHO);
    await settle(16);
    expect(codesOf(storeId)).toEqual(["MARIE10"]);
    expect(codesOf(other)).toEqual(["OTHER", "ZOE10"]);
    expect(await rows("select code, deal_id is null as free, discount_id from code where shop = $1 order by position")).toEqual([
      { code: "MARIE10", free: false, discount_id: null }, { code: "ZOE10", free: true, discount_id: other },
    ]);
    expect((await states()).map((row) => row.state)).toEqual(["live", "live"]);
    expect(await open()).toEqual([]);
  });

  test("an extra code, ours: it is taken out, and read back before that is said; one whose answer got lost is looked for first", async () => {
    const { storeId } = await given();
    putCodes(stage, storeId, ["HONEY1", "HONEY2"]);
    await lookAgain(storeId);
    await repairDrifts(SHOP, await ids(), "ours", WHO);
    let lost = 0;
    stage.after = (what) => {
      if (what === "TakeOutRedeemCodes" && lost++ === 0) throw new Error("lost");
    };
    await settle(20);
    expect(lost).toBeGreaterThan(0);
    expect(codesOf(storeId)).toEqual(["MARIE10", "ZOE10"]);
    expect(await open()).toEqual([]);
    expect(await rows("select how from drift where shop = $1")).toEqual([{ how: "ours" }, { how: "ours" }]);
  });
});
