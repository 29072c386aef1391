// A change of a program's settings is kept with its line in the log and with the orders that it has settled again, or not at all.
import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { FIRST_SETTINGS, insertFirstProgramRule, newestProgramRule } from "#app/db/program.ts";
import { changeProgramRule } from "#app/flow/rules.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "rules.myshopify.com";
const OTHER = { ...FIRST_SETTINGS, creditOn: "created", scope: "discounted_lines", clickWindowDays: 7, blockSelfReferral: false, orderIdForm: "name", renewals: "every", newCustomersOnly: true, chargebacks: "keep", clicks: "network", emailHash: true } as typeof FIRST_SETTINGS;

test("what fails in the middle leaves no rule; done again it is kept whole", async () => {
  await pool().query("insert into program (shop, id, name, network, kind, state, created_at) values ($1, 'p1', 'Ours', 'none', 'creator', 'active', now())", [SHOP]);
  await insertFirstProgramRule(SHOP, "p1");
  await pool().query("create function never() returns trigger language plpgsql as $$ begin raise exception 'no log'; end $$");
  await pool().query("create trigger never before insert on shop_log for each row execute function never()");
  await expect(changeProgramRule(SHOP, "Marie", "p1", OTHER)).rejects.toThrow("no log");
  expect(await newestProgramRule(pool(), SHOP, "p1")).toEqual(FIRST_SETTINGS);

  await pool().query("drop trigger never on shop_log");
  expect(await changeProgramRule(SHOP, "Marie", "p1", OTHER)).toEqual({ ok: true });
  expect(await newestProgramRule(pool(), SHOP, "p1")).toEqual(OTHER);
  expect((await pool().query("select what from shop_log")).rows).toEqual([{ what: "rules.program_changed" }]);
});
