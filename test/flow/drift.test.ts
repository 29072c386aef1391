import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { readDeal } from "#app/db/reads/deals.ts";
import { lookAtDiscount } from "#app/db/store-discount.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeProgram } from "#test/support/shop.ts";
import { rows, SHOP, useStage } from "./merchant-stage.ts";
import { dropDiscount, editDiscount, makeDiscount, putCodes, takeCodes } from "./store-side.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const LONG_AGO = new Date(0);

async function readAll(): Promise<void> {
  for (let turn = 0; turn < 50 && (await inventoryOnce(LONG_AGO)) > 0; turn++);
}

/** As if the store had told it. */
async function lookAgain(storeId: string): Promise<void> {
  stage.forward(2_000);
  await lookAtDiscount(pool(), SHOP, storeId, "discounts/redeemcode_added", now());
  stage.forward(2_000);
  await readAll();
}

/** A deal with codes that are live in the store, everything as it should be. */
async function deal(codes: string[], id = "d1"): Promise<string> {
  const storeId = await makeDiscount(`RESERVE${id}`, { title: `Spring ${id}`, tags: ["creator-codes"] });
  if (codes.length > 0) putCodes(stage, storeId, codes);
  await pool().query(
    `insert into deal (shop, id, name, terms, starts_at, reserve_code, store_id, store_state, store_version, next_at, created_at) values ($1, $2, $3, $4, '2020-01-01T00:00:00Z', $5, $6, 'live', 1, $7, $7)`,
    [SHOP, id, `Spring ${id}`, JSON.stringify({ ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1_000 } }), `RESERVE${id}`, storeId, now()],
  );
  await makeProgram(`p-${id}`, { shop: SHOP, network: "none" });
  await makeCreator(`c-${id}`, { shop: SHOP });
  for (const code of codes) {
    await makeCode(code.toLowerCase(), { shop: SHOP, code, creator: `c-${id}`, program: `p-${id}`, dealId: id });
    await pool().query("insert into code_placement (shop, code_id, target, state, read_at, next_at) values ($1, $2, 'store', 'live', $3, $3)", [SHOP, code.toLowerCase(), now()]);
  }
  stage.forward(1_000);
  await readAll();
  return storeId;
}

const open = () => rows<{ about: string; about_id: string; kind: string; part: string }>("select about, about_id, kind, part from drift where shop = $1 and closed_at is null order by id");
const state = async (code: string) => (await rows<{ state: string }>("select state from code_placement where shop = $1 and code_id = $2 and target = 'store'", [SHOP, code]))[0]!.state;

describe("drift of the store", () => {
  test("nothing differs where nobody changed anything, the app's own codes and the reserve code are no extra ones", async () => {
    await deal(["MARIE10", "ZOE10"]);
    expect(await open()).toEqual([]);
  });

  test("an edit in the store's admin is found, part by part, and closes by itself where it is taken back", async () => {
    const id = await deal(["MARIE10"]);
    await editDiscount(id, { title: "Summer", customerGets: { value: { percentage: 0.25 }, items: { all: true } }, endsAt: "2030-01-01T00:00:00Z" });
    await lookAgain(id);
    expect(await rows("select about_id, kind, ours #>> '{deal,side,name}' as ours, theirs #>> '{deal,side,name}' as theirs, theirs #> '{deal,parts}' as parts from drift where shop = $1")).toEqual([
      { about_id: "d1", kind: "edited", ours: "Spring d1", theirs: "Summer", parts: ["name", "value", "endsAt"] },
    ]);
    await editDiscount(id, { title: "Spring d1", customerGets: { value: { percentage: 0.1 }, items: { all: true } }, endsAt: null });
    await lookAgain(id);
    expect(await rows("select kind, how, closed_at is not null as closed from drift where shop = $1")).toEqual([{ kind: "edited", how: "gone", closed: true }]);
  });

  test("the page of the deal shows what the store has as it was read last, whoever read it", async () => {
    const id = await deal(["MARIE10"]);
    const before = now();
    for (const [title, percentage] of [["Summer", 0.25], ["Autumn", 0.3]] as const) {
      await editDiscount(id, { title, customerGets: { value: { percentage }, items: { all: true } } });
      await lookAgain(id);
      const shown = (await readDeal(SHOP, "d1", now()))!;
      expect(shown.seen).toMatchObject({ title, terms: { value: { kind: "percentage", basisPoints: percentage * 10_000 } } });
      expect(Date.parse(shown.store.readAt!)).toBeGreaterThan(before.getTime());
    }
  });

  test("what is on its way to the store is no drift", async () => {
    const id = await deal(["MARIE10", "ZOE10"]);
    await pool().query("update deal set version = 2 where shop = $1", [SHOP]);
    await pool().query("update code_placement set state = 'asked' where shop = $1 and code_id = 'zoe10'", [SHOP]);
    await editDiscount(id, { title: "Summer" });
    takeCodes(stage, id, ["ZOE10"]);
    stage.forward(3_600_000); // longer than it is let be
    await lookAgain(id);
    expect(await open()).toEqual([]);
  });

  test("what was written after the read began is not judged by it: the discount is read once more", async () => {
    const id = await deal(["MARIE10"]);
    await editDiscount(id, { title: "Summer" });
    stage.after = async (what) => {
      if (what !== "ReadDiscount") return;
      stage.after = null;
      stage.forward(10);
      await pool().query("update deal set version = 2, store_version = 2, store_read_at = $2 where shop = $1", [SHOP, now()]);
      await editDiscount(id, { title: "Spring d1" });
    };
    await lookAgain(id);
    expect(await open()).toEqual([]);
    expect(await rows("select look_at is not null as again from store_discount where shop = $1")).toEqual([{ again: true }]);
  });

  test("a code taken out in the store's admin is missing, one in another discount is elsewhere; back again, all is well", async () => {
    const id = await deal(["MARIE10", "ZOE10", "LEA10"]);
    const other = await makeDiscount("OTHER", { title: "Somebody else’s" });
    takeCodes(stage, id, ["MARIE10", "ZOE10"]);
    putCodes(stage, other, ["ZOE10"]);
    await lookAgain(other);
    await lookAgain(id);
    expect(await open()).toEqual([
      { about: "code", about_id: "marie10", kind: "missing", part: "" },
      { about: "code", about_id: "zoe10", kind: "elsewhere", part: "" },
    ]);
    expect(await state("marie10")).toBe("missing");
    expect(await state("lea10")).toBe("live");
    takeCodes(stage, other, ["ZOE10"]);
    putCodes(stage, id, ["MARIE10", "ZOE10"]);
    await lookAgain(other);
    await lookAgain(id);
    expect(await open()).toEqual([]);
    expect(await state("marie10")).toBe("live");
    expect(await state("zoe10")).toBe("live");
  });

  test("a code that the store's list does not show yet is asked for by name first", async () => {
    const id = await deal(["MARIE10"]);
    const list = stage.store.discount(id)!.codes;
    stage.before = (what) => {
      if (what === "ReadCodesOfBasic") stage.store.discount(id)!.codes = list.filter((each) => each.code !== "MARIE10");
      if (what === "FindDiscountByCode") stage.store.discount(id)!.codes = list;
    };
    await lookAgain(id);
    expect(await open()).toEqual([]);
    expect(await state("marie10")).toBe("live");
  });

  test("a code that somebody put into the deal's discount is an extra one, each by itself", async () => {
    const id = await deal(["MARIE10"]);
    putCodes(stage, id, ["HONEY1", "HONEY2"]);
    await lookAgain(id);
    expect(await open()).toEqual([
      { about: "deal", about_id: "d1", kind: "extra_code", part: "HONEY1" },
      { about: "deal", about_id: "d1", kind: "extra_code", part: "HONEY2" },
    ]);
    takeCodes(stage, id, ["HONEY1"]);
    await lookAgain(id);
    expect(await open()).toEqual([{ about: "deal", about_id: "d1", kind: "extra_code", part: "HONEY2" }]);
  });

  test("a paused code that stands in the store again has returned", async () => {
    const id = await deal(["MARIE10"]);
    takeCodes(stage, id, ["MARIE10"]);
    await pool().query("update code set paused_at = $2 where shop = $1", [SHOP, now()]);
    await pool().query("update code_placement set wanted = 'gone', state = 'expired' where shop = $1", [SHOP]);
    await lookAgain(id);
    expect(await open()).toEqual([]);
    putCodes(stage, id, ["marie10"]);
    await lookAgain(id);
    expect(await open()).toEqual([{ about: "code", about_id: "marie10", kind: "returned", part: "MARIE10" }]);
  });

  test("a deleted discount is one difference, whatever number of codes went with it; its last terms are kept", async () => {
    const id = await deal(["MARIE10", "ZOE10"]);
    dropDiscount(stage, id);
    await lookAgain(id);
    expect(await open()).toEqual([{ about: "deal", about_id: "d1", kind: "gone", part: "" }]);
    expect(await rows("select store_state, store_id from deal where shop = $1")).toEqual([{ store_state: "missing", store_id: id }]);
    expect(await state("marie10")).toBe("missing");
    expect(await rows("select title, terms #>> '{value,kind}' as value, gone_at is not null as gone from store_discount where shop = $1")).toEqual([{ title: "Spring d1", value: "percentage", gone: true }]);
  });
});
