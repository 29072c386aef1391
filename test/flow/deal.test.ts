import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { makeOwnProgram } from "#app/flow/connect.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms = { value: { kind: "percentage", basisPoints: 1000 }, minimum: { kind: "subtotal", amount: "5000" } };
const plain = { name: "Spring", programId: null, terms, startsAt: null, endsAt: null };
const inDays = (days: number) => new Date(now().getTime() + days * 86_400_000).toISOString();

describe("making a deal", () => {
  test.each([
    ["no name", { name: "  " }, ["name: deal.name_missing"]],
    ["a name past the store's limit", { name: "x".repeat(256) }, ["name: deal.name_long"]],
    ["terms that cannot be", { terms: { value: { kind: "percentage", basisPoints: 0 } } }, ["value.basisPoints: deal.percentage_range"]],
    ["a date without a zone", { startsAt: "2026-06-01T10:00:00" }, ["startsAt: deal.date_form"]],
    ["an end before the start", { startsAt: inDays(5), endsAt: inDays(4) }, ["endsAt: deal.ends_before_start"]],
    ["an end that has passed", { startsAt: inDays(-5), endsAt: inDays(-4) }, ["endsAt: deal.ends_in_past"]],
    ["an unknown program", { programId: "none" }, ["programId: program.not_found"]],
    ["several things at once", { name: "", endsAt: "tomorrow" }, ["name: deal.name_missing", "endsAt: deal.date_form"]],
  ])("refuses %s at its field and writes nothing", async (_name, change, errors) => {
    expect(errorsOf(await makeDeal(SHOP, { ...plain, ...change }))).toEqual(errors);
    expect(await rows("select id from deal where shop = $1")).toEqual([]);
  });

  test("a name is given once in a shop, whatever its case; % in it is no wildcard", async () => {
    must(await makeDeal(SHOP, { ...plain, name: "10 % off" }));
    expect(errorsOf(await makeDeal(SHOP, { ...plain, name: "10 %  OFF" }))).toEqual(["name: deal.name_taken"]);
    must(await makeDeal(SHOP, { ...plain, name: "10 xx off" }));
  });

  test("a double click makes one deal", async () => {
    const made = await Promise.all([1, 2, 3].map(() => makeDeal(SHOP, plain)));
    expect(made.filter((answer) => answer.ok)).toHaveLength(1);
    expect(await rows("select id from deal where shop = $1")).toHaveLength(1);
  });

  test("sends nothing itself; the placing loop makes one discount in the store and one deal in the network", async () => {
    const { programId } = await connected(stage);
    stage.sent.length = 0;
    const { dealId } = must(await makeDeal(SHOP, { ...plain, programId }));
    expect(stage.sent).toEqual([]);
    await placeAll(stage);

    expect(stage.store.discounts()).toHaveLength(1);
    const discount = stage.store.discounts()[0]!;
    expect(discount).toMatchObject({ title: "Spring", tags: ["creator-codes"], value: { kind: "percentage" } });
    const [deal] = await rows<{ id: string; store_id: string; store_state: string; reserve_code: string }>("select * from deal where shop = $1");
    expect(deal).toMatchObject({ id: dealId, store_state: "live", store_id: `gid://shopify/DiscountCodeNode/${discount.id}`, store_problem: null });
    expect(discount.codes.map((code) => code.code)).toEqual([deal!.reserve_code]);

    const deals = stage.network.state.accounts.at(-1)!.deals;
    expect(deals.map((each) => [each.programId, each.fields.Name, each.fields.DiscountPercent])).toEqual([[stage.creators.id, "Spring", "10"]]);
    expect(await rows("select external_id, state from deal_placement where shop = $1")).toEqual([{ external_id: deals[0]!.id, state: "live" }]);
    expect((await rows("select what from shop_log where shop = $1 and what like 'deal%'")).map((row) => row.what)).toEqual(["deal.made"]);
  });

  test("a deal of a program without a network stands in the store alone", async () => {
    const { programId } = must(await makeOwnProgram(SHOP, { name: "Friends" }));
    must(await makeDeal(SHOP, { ...plain, programId, terms: { value: { kind: "free_shipping" } } }));
    await placeAll(stage);
    expect(stage.store.discounts().map((discount) => discount.value.kind)).toEqual(["free_shipping"]);
    expect(await rows("select * from deal_placement where shop = $1")).toEqual([]);
  });

  test("a deal's state is read back when its dates say that it changes", async () => {
    const { dealId } = must(await makeDeal(SHOP, { ...plain, startsAt: inDays(1), endsAt: inDays(3) }));
    const state = async () => (await rows("select store_state from deal where shop = $1 and id = $2", [SHOP, dealId]))[0]!.store_state;
    await placeAll(stage);
    expect(await state()).toBe("scheduled");
    stage.forward(25 * 3_600_000);
    await placeAll(stage);
    expect(await state()).toBe("live");
    stage.forward(48 * 3_600_000);
    await placeAll(stage);
    expect(await state()).toBe("ended");
    expect(stage.store.discounts()).toHaveLength(1);
  });
});
