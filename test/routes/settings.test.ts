// Settings: the rules as they hold, and changes that hold from now on.
import { beforeAll, describe, expect, it } from "vitest";
import type { RuleForm } from "#app/domain/rule-form.ts";
import { ruleForm } from "#app/domain/rule-form.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { makeAtelier, NOW, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const route = () => import("#app/routes/app.settings.tsx");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

async function shown(shop = SHOP) {
  return (await route()).loader(ask(shop, "/app/settings"));
}

async function save(change: (form: RuleForm) => void, shop = SHOP) {
  const { stacking, programs } = await shown();
  const form = ruleForm(stacking, programs);
  change(form);
  const answer = await (await route()).action(ask(shop, "/app/settings", { json: form }));
  return { status: answer.status, ...((await answer.json()) as { errors: { field: string; key: string }[] }) };
}

describe("Settings", () => {
  it("shows the rules that hold, with the defaults where nothing was ever chosen, and no secret", async () => {
    const all = await shown();
    expect(all.stacking).toEqual([{ from: null, value: "largest_discount" }]);
    expect(all.programs.map((program) => program.name)).toEqual(["Friends of the shop", "Petit Atelier Creators", "Petit Atelier Performance"]);
    expect(all.connections).toMatchObject([{ accountSid: "IRatelier", state: "connected" }]);
    expect(JSON.stringify(all)).not.toContain("sealed");
  });

  it("a form that changes nothing writes nothing", async () => {
    expect(await save(() => {})).toEqual({ status: 200, errors: [] });
    expect((await shown()).log.total).toBe(2);
  });

  it("a change holds from now on, and what held before is kept", async () => {
    expect(await save((form) => {
      form.stackingRule = "split";
      form.programs["creators"]!.clickWindowDays = " 45 ";
      form.programs["creators"]!.blockSelfReferral = false;
    })).toEqual({ status: 200, errors: [] });
    const { stacking, programs, log } = await shown();
    expect(stacking[0]?.value).toBe("split");
    expect(Math.abs(Date.parse(stacking[0]!.from!) - NOW.getTime())).toBeLessThan(60_000);
    const creators = programs.find((program) => program.id === "creators")!;
    expect(creators.history[0]?.value).toMatchObject({ clickWindowDays: 45, blockSelfReferral: false, creditOn: "paid" });
    expect(programs.find((program) => program.id === "performance")?.history).toEqual([]);
    expect(log.rows.slice(0, 2).map((line) => line.what)).toEqual(["rules.program_changed", "rules.stacking_changed"]);
  });

  it.each(["0", "366", "1.5", "", "many"])("a click window of %j days is refused at its field", async (days) => {
    expect(await save((form) => (form.programs["creators"]!.clickWindowDays = days))).toEqual({ status: 422, errors: [{ field: "creators.clickWindowDays", key: "rules.window_range", values: { limit: 365 } }] });
  });

  it("another shop cannot change this one's program", async () => {
    const answer = await save((form) => (form.programs["creators"]!.scope = "discounted_lines"), OTHER_SHOP);
    expect(answer.errors.map((error) => error.key)).toContain("program.not_found");
    expect((await shown()).programs.find((program) => program.id === "creators")?.history[0]?.value.scope).toBe("order");
  });

  it("what is no such form is refused", async () => {
    const { action } = await route();
    for (const json of [null, [], { stackingRule: 1, programs: {} }, { stackingRule: "split", programs: { creators: { mode: "full" } } }]) {
      expect((await thrown(action(ask(SHOP, "/app/settings", { json })))).status).toBe(400);
    }
  });
});
