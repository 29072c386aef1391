import { describe, expect, test } from "vitest";
import { FIRST_SETTINGS } from "#app/db/program.ts";
import { insertFirstShopRule } from "#app/db/shop.ts";
import { makeOwnProgram } from "#app/flow/connect.ts";
import { changeProgramRule, changeShopRule } from "#app/flow/rules.ts";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();
const SHOP = "rules.myshopify.com";

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await pool().query(sql, [SHOP])).rows;
}

describe("the rules of the shop as a whole", () => {
  const held = () => rows(`select stacking_rule, renewal_sources, never_earn_tags as tags, never_earn_types as types, never_earn_skus as skus, valid_from from shop_rule where shop = $1 order by valid_from`);

  test("a change is appended and keeps what it does not name, and what held before stays", async () => {
    await insertFirstShopRule(SHOP, "largest_discount");
    await insertFirstShopRule(SHOP, "split");
    const before = new Date();
    expect(await changeShopRule(SHOP, "Ana", { skus: ["SAMPLE-1"] })).toEqual({ ok: true });
    expect(await changeShopRule(SHOP, "Ana", { stackingRule: "newest_code" })).toEqual({ ok: true });
    expect(await changeShopRule(SHOP, "Ana", { renewalSources: ["subscription_contract", "12345"] })).toEqual({ ok: true });
    const [first, ...later] = await held();
    expect(first).toEqual({ stacking_rule: "largest_discount", renewal_sources: ["subscription_contract"], tags: [], types: [], skus: [], valid_from: new Date(0) });
    expect(later).toMatchObject([
      { stacking_rule: "largest_discount", skus: ["SAMPLE-1"] },
      { stacking_rule: "newest_code", renewal_sources: ["subscription_contract"], skus: ["SAMPLE-1"] },
      { stacking_rule: "newest_code", renewal_sources: ["subscription_contract", "12345"], skus: ["SAMPLE-1"] },
    ]);
    for (const { valid_from } of later) expect((valid_from as Date).getTime()).toBeGreaterThanOrEqual(before.getTime() - 1);
    expect(await rows("select who, detail from shop_log where shop = $1 and what = 'rules.shop_changed' order by id")).toEqual([
      { who: "Ana", detail: { neverEarn: '{"tags":[],"types":[],"skus":["SAMPLE-1"]}', before: '{"neverEarn":{"tags":[],"types":[],"skus":[]}}' } },
      { who: "Ana", detail: { stackingRule: "newest_code", before: '{"stackingRule":"largest_discount"}' } },
      { who: "Ana", detail: { renewalSources: '["subscription_contract","12345"]', before: '{"renewalSources":["subscription_contract"]}' } },
    ]);
  });

  test("what changes nothing is not written", async () => {
    const before = await held();
    expect(await changeShopRule(SHOP, "Ana", {})).toEqual({ ok: true });
    expect(await changeShopRule(SHOP, "Ana", { stackingRule: "newest_code", skus: [" SAMPLE-1 ", "sample-1", ""] })).toEqual({ ok: true });
    expect(await held()).toEqual(before);
  });

  test("words are trimmed, and none is kept twice whatever its case", async () => {
    await changeShopRule(SHOP, "Ana", { tags: [" Sample", "SAMPLE", "", "\u0000Straße", "strasse", "half \ud800"] });
    expect((await held()).at(-1)).toMatchObject({ tags: ["Sample", "Straße", "half \ufffd"] });
  });

  test("two people who change different rules at once keep both changes", async () => {
    await Promise.all([changeShopRule(SHOP, "Ana", { types: ["Gift wrap"] }), changeShopRule(SHOP, "Ben", { stackingRule: "split" }), changeShopRule(SHOP, "Cem", { renewalSources: [] })]);
    expect((await held()).at(-1)).toMatchObject({ types: ["Gift wrap"], stacking_rule: "split", renewal_sources: [], skus: ["SAMPLE-1"] });
  });

  const wrong: { what: string; changes: Parameters<typeof changeShopRule>[2]; errors: string[] }[] = [
    { what: "a stacking rule that is none", changes: { stackingRule: "loudest" }, errors: ["stackingRule: rules.stacking_unknown"] },
    { what: "a word that is too long", changes: { tags: ["x".repeat(256)] }, errors: ["tags: rules.word_long"] },
    { what: "too many words", changes: { renewalSources: Array.from({ length: 101 }, (_, index) => `${index}`) }, errors: ["renewalSources: rules.words_many"] },
    { what: "two things at once", changes: { stackingRule: "", skus: ["y".repeat(300)] }, errors: ["stackingRule: rules.stacking_unknown", "skus: rules.word_long"] },
  ];
  test.each(wrong)("$what is named at its field, and nothing is written", async ({ changes, errors }) => {
    const before = await held();
    const answer = await changeShopRule(SHOP, "Ana", changes);
    expect(answer.ok ? [] : answer.errors.map((error) => `${error.field}: ${error.key}`)).toEqual(errors);
    expect(await held()).toEqual(before);
  });

  test("the longest words and the most of them are taken", async () => {
    const skus = Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(255, "x"));
    expect(await changeShopRule(SHOP, "Ana", { skus })).toEqual({ ok: true });
    expect((await held()).at(-1)).toMatchObject({ skus });
  });
});

test("a change of a program's settings is appended; a wrong one is named at its field", async () => {
  const made = await makeOwnProgram(SHOP, { name: "Friends" });
  const programId = made.ok ? made.programId : "";
  expect(await changeProgramRule(SHOP, "Ana", programId, { ...FIRST_SETTINGS, creditOn: "created", clickWindowDays: 7, renewals: "none", newCustomersOnly: true, chargebacks: "keep" })).toEqual({ ok: true });
  expect(await rows("select mode, credit_on, click_window_days, renewals, new_customers_only, chargebacks from program_rule where shop = $1 order by valid_from")).toEqual([
    { mode: "full", credit_on: "paid", click_window_days: 30, renewals: "first", new_customers_only: false, chargebacks: "reverse" },
    { mode: "full", credit_on: "created", click_window_days: 7, renewals: "none", new_customers_only: true, chargebacks: "keep" },
  ]);
  const logged = () => rows("select detail->>'before' as before, detail->>'clickWindowDays' as days from shop_log where shop = $1 and what = 'rules.program_changed' order by id");
  const first = { before: '{"creditOn":"paid","clickWindowDays":30,"renewals":"first","newCustomersOnly":false,"chargebacks":"reverse"}', days: "7" };
  expect(await logged()).toEqual([first]);
  for (const _again of [1, 2]) await changeProgramRule(SHOP, "Ana", programId, { ...FIRST_SETTINGS, creditOn: "created", clickWindowDays: 14, renewals: "none", newCustomersOnly: true, chargebacks: "keep" });
  expect(await logged()).toEqual([first, { before: '{"clickWindowDays":7}', days: "14" }]);
  const wrong = await changeProgramRule(SHOP, "Ana", "none", { ...FIRST_SETTINGS, mode: "half", clickWindowDays: 0, renewals: "some", chargebacks: "" });
  expect(wrong.ok ? [] : wrong.errors.map((error) => `${error.field}: ${error.key}`)).toEqual(["mode: rules.choice_unknown", "renewals: rules.choice_unknown", "chargebacks: rules.choice_unknown", "clickWindowDays: rules.window_range", "programId: program.not_found"]);
});
