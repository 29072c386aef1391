import { expect, test } from "vitest";
import { FIRST_SETTINGS } from "#app/db/program.ts";
import { insertFirstShopRule } from "#app/db/shop.ts";
import { makeOwnProgram } from "#app/flow/connect.ts";
import { changeProgramRule, changeStackingRule } from "#app/flow/rules.ts";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();
const SHOP = "rules.myshopify.com";

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await pool().query(sql, [SHOP])).rows;
}

test("a change of the stacking rule is appended, and what held before stays", async () => {
  await insertFirstShopRule(SHOP, "largest_discount");
  await insertFirstShopRule(SHOP, "split");
  const before = new Date();
  expect(await changeStackingRule(SHOP, "newest_code")).toEqual({ ok: true });
  expect(await changeStackingRule(SHOP, "loudest")).toEqual({ ok: false, errors: [{ field: "stackingRule", key: "rules.stacking_unknown" }] });
  const kept = await rows("select valid_from, stacking_rule from shop_rule where shop = $1 order by valid_from");
  expect(kept.map((row) => row.stacking_rule)).toEqual(["largest_discount", "newest_code"]);
  expect(kept[0]!.valid_from).toEqual(new Date(0));
  expect((kept[1]!.valid_from as Date).getTime()).toBeGreaterThanOrEqual(before.getTime() - 1);
});

test("a change of a program's settings is appended; a wrong one is named at its field", async () => {
  const made = await makeOwnProgram(SHOP, { name: "Friends" });
  const programId = made.ok ? made.programId : "";
  expect(await changeProgramRule(SHOP, programId, { ...FIRST_SETTINGS, creditOn: "created", clickWindowDays: 7 })).toEqual({ ok: true });
  expect(await rows("select mode, credit_on, click_window_days from program_rule where shop = $1 order by valid_from")).toEqual([
    { mode: "full", credit_on: "paid", click_window_days: 30 },
    { mode: "full", credit_on: "created", click_window_days: 7 },
  ]);
  const wrong = await changeProgramRule(SHOP, "none", { ...FIRST_SETTINGS, mode: "half", clickWindowDays: 0 });
  expect(wrong.ok ? [] : wrong.errors.map((error) => `${error.field}: ${error.key}`)).toEqual(["mode: rules.choice_unknown", "clickWindowDays: rules.window_range", "programId: program.not_found"]);
});
