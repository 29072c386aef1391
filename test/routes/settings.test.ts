// Settings: the rules as they hold, and changes that hold from now on.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import type { RuleForm } from "#app/domain/rule-form.ts";
import { changesOf, historyOf, ruleForm } from "#app/domain/rule-form.ts";
import { clickParametersOf } from "#app/flow/click-parameters.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { insert, makeAtelier, NOW, OTHER_SHOP, SHOP } from "./atelier.ts";

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
  const { shopRules, programs } = await shown();
  const kept = ruleForm(shopRules, programs);
  const form = structuredClone(kept);
  change(form);
  const answer = await (await route()).action(ask(shop, "/app/settings", { json: changesOf(form, kept) }));
  return { status: answer.status, ...((await answer.json()) as { errors: { field: string; key: string }[] }) };
}

describe("Settings", () => {
  it("shows the rules that hold, with the defaults where nothing was ever chosen, and no secret", async () => {
    const all = await shown();
    expect(all.shopRules).toEqual([{ from: null, value: { stackingRule: "largest_discount", renewalSources: ["subscription_contract"], neverEarn: { tags: [], types: [], skus: [] } } }]);
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
      form.shop.stackingRule = "split";
      form.shop.tags = ["Sample"];
      form.programs["creators"]!.clickWindowDays = " 45 ";
      form.programs["creators"]!.blockSelfReferral = false;
      form.programs["creators"]!.newCustomersOnly = true;
      form.programs["creators"]!.clicks = "network";
      form.programs["creators"]!.emailHash = true;
    })).toEqual({ status: 200, errors: [] });
    const { shopRules, programs, log } = await shown();
    expect(shopRules[0]?.value).toMatchObject({ stackingRule: "split", neverEarn: { tags: ["Sample"] } });
    expect(Math.abs(Date.parse(shopRules[0]!.from!) - NOW.getTime())).toBeLessThan(60_000);
    const creators = programs.find((program) => program.id === "creators")!;
    expect(creators.history[0]?.value).toMatchObject({ clickWindowDays: 45, blockSelfReferral: false, newCustomersOnly: true, renewals: "first", creditOn: "paid", clicks: "network", emailHash: true });
    expect(programs.find((program) => program.id === "performance")?.history).toEqual([]);
    expect(log.rows.slice(0, 2).map((line) => line.what)).toEqual(["rules.program_changed", "rules.shop_changed"]);
  });

  it.each(["0", "366", "1.5", "", "many"])("a click window of %j days is refused at its field", async (days) => {
    expect(await save((form) => (form.programs["creators"]!.clickWindowDays = days))).toEqual({ status: 422, errors: [{ field: "creators.clickWindowDays", key: "rules.window_range", values: { limit: 365 } }] });
  });

  it("where one part is wrong nothing is saved, and each error stands at its field", async () => {
    const before = await shown();
    const answer = await save((form) => {
      form.shop.stackingRule = "first_listed";
      form.shop.skus = ["x".repeat(256)];
      form.programs["creators"]!.clickWindowDays = "0";
      form.programs["friends"]!.renewals = "some";
      form.programs["performance"]!.scope = "discounted_lines";
      form.programs["performance"]!.clicks = "nobody";
    });
    expect(answer.status).toBe(422);
    expect(answer.errors.map((error) => error.field)).toEqual(["skus", "friends.renewals", "creators.clickWindowDays", "performance.clicks"]);
    expect(await shown()).toEqual(before);
  });

  it("each setting of the shop has its own history", async () => {
    const { shopRules } = await shown();
    expect(historyOf(shopRules, (rule) => rule.stackingRule)).toMatchObject([{ value: "split" }, { from: null, value: "largest_discount" }]);
    expect(historyOf(shopRules, (rule) => rule.renewalSources)).toEqual([{ from: null, value: ["subscription_contract"] }]);
  });

  it("offers what the newest orders carried, what was free before what sold most", async () => {
    const line = (id: string, sku: string | null, title: string, price = "4000") => ({ id, sku, title, price });
    const order = { shop: OTHER_SHOP, created_at: NOW };
    const marks = (type: string | null, tags: string[]) => ({ subscribed: false, type, tags });
    await insert("order_state", { ...order, order_id: "1", facts: { sourceName: "web", lines: [line("1", "HOODIE", "Hoodie"), line("2", "SAMPLE", "Swatch", "0")] }, beside: { lines: { 2: marks("Sample", ["free", "small"]) } } });
    await insert("order_state", { ...order, order_id: "2", facts: { sourceName: "web", lines: [line("1", "HOODIE", "Hoodie"), line("2", "HOODIE", "Hoodie"), line("3", null, "Gift")] }, beside: { lines: { 1: marks("Clothes", ["small"]) } } });
    await insert("order_state", { ...order, order_id: "3", facts: { sourceName: "subscription_contract", lines: [] } });
    expect((await shown(OTHER_SHOP)).seen).toEqual({
      orders: 3,
      sources: [{ word: "web", orders: 2, title: null }, { word: "subscription_contract", orders: 1, title: null }],
      tags: [{ word: "small", orders: 2, title: null }, { word: "free", orders: 1, title: null }],
      types: [{ word: "Clothes", orders: 1, title: null }, { word: "Sample", orders: 1, title: null }],
      skus: [{ word: "SAMPLE", orders: 1, title: "Swatch" }, { word: "HOODIE", orders: 2, title: "Hoodie" }],
    });
  });

  it("another shop cannot change this one's program", async () => {
    const answer = await save((form) => (form.programs["creators"]!.scope = "discounted_lines"), OTHER_SHOP);
    expect(answer.errors.map((error) => error.key)).toContain("program.not_found");
    expect((await shown()).programs.find((program) => program.id === "creators")?.history[0]?.value.scope).toBe("order");
  });

  it("what is no such form is refused", async () => {
    const { action } = await route();
    for (const json of [null, [], { shop: { stackingRule: 1 }, programs: {} }, { shop: {}, programs: { creators: { mode: "full" } } }, { shop: { tags: "Sample" }, programs: {} }, { shop: { skus: [1] }, programs: {} }, { shop: { anything: "else" }, programs: {} }]) {
      expect((await thrown(action(ask(SHOP, "/app/settings", { json })))).status).toBe(400);
    }
  });
});

describe("the parameters in which clicks come", () => {
  async function saveParameters(sent: unknown, shop = SHOP) {
    const { action } = await import("#app/routes/app.settings_.parameters.ts");
    const answer = await action(ask(shop, "/app/settings/parameters", { json: sent }));
    return { status: answer.status, ...((await answer.json()) as { errors: { field: string; key: string }[] }) };
  }
  const row = (name: string, network: string | null = null) => ({ name, network });

  it("are those of the connected networks, and what was added", async () => {
    expect((await shown()).clickParameters).toEqual({ own: [{ name: "irclickid", network: "impact" }], added: [], networks: ["impact"] });
    expect((await shown(OTHER_SHOP)).clickParameters).toEqual({ own: [], added: [], networks: [] });
  });

  it("are kept, logged, and the storefront is given them soon; the same again changes nothing", async () => {
    const before = (await shown()).log.total;
    expect(await saveParameters([row(" awc "), row(""), row("im_ref", "impact")])).toEqual({ status: 200, errors: [] });
    expect((await shown()).clickParameters.added).toEqual([row("awc"), row("im_ref", "impact")]);
    expect(await clickParametersOf(SHOP)).toEqual([row("irclickid", "impact"), row("awc"), row("im_ref", "impact")]);
    expect((await shown(OTHER_SHOP)).clickParameters.added).toEqual([]);
    expect((await pool().query("select shop, next_at is not null as due from storefront")).rows).toContainEqual({ shop: SHOP, due: true });
    await pool().query("update storefront set next_at = null where shop = $1", [SHOP]);
    expect(await saveParameters([row("awc"), row("im_ref", "impact")])).toEqual({ status: 200, errors: [] });
    const { log } = await shown();
    expect(log.total).toBe(before + 1);
    expect(log.rows[0]).toMatchObject({ what: "storefront.parameters", detail: { names: "awc, im_ref" } });
    expect((await pool().query("select next_at from storefront where shop = $1", [SHOP])).rows).toEqual([{ next_at: null }]);
  });

  it("what cannot be one is refused in its row, and nothing is kept", async () => {
    expect(await saveParameters([row("awc"), row("utm_source"), row("a b"), row("tt", "unheard")])).toMatchObject({
      status: 422, errors: [{ field: "parameters.1", key: "click_parameters.reserved" }, { field: "parameters.2", key: "click_parameters.form" }, { field: "parameters.3", key: "click_parameters.network" }],
    });
    expect((await shown()).clickParameters.added).toEqual([row("awc"), row("im_ref", "impact")]);
    expect((await thrown(saveParameters({ name: "awc" }))).status).toBe(400);
  });

  it("can all be taken out again", async () => {
    expect(await saveParameters([])).toEqual({ status: 200, errors: [] });
    expect((await shown()).clickParameters.added).toEqual([]);
    expect((await shown()).log.rows[0]).toMatchObject({ what: "storefront.no_parameters" });
  });
});

describe("what Settings says of workflows", () => {
  it("shows what was told, waits, failed and was asked for in the last 30 days, of this shop", async () => {
    const word = { shop: SHOP, handle: "order-credited", payload: { code: "MARIE10" }, created_at: NOW };
    await insert("flow_word", { ...word, key: "1", done_at: NOW, tries: 1 });
    await insert("flow_word", { ...word, key: "2", next_at: NOW });
    await insert("flow_word", { ...word, key: "3", tries: 3, problem: '{"key":"store.refused","values":{"words":"no"}}' });
    await insert("flow_word", { ...word, key: "4", done_at: NOW, created_at: new Date(NOW.getTime() - 31 * 86_400_000) });
    await insert("flow_word", { ...word, key: "1", shop: OTHER_SHOP, done_at: NOW });
    const run = { shop: SHOP, handle: "make-code", at: NOW, request: { properties: { creator: "@nobody", deal: "Autumn 10", code: "" } } };
    await insert("flow_run", { ...run, run_id: "r1", state: "done" });
    await insert("flow_run", { ...run, run_id: "r2", state: "refused", outcome: JSON.stringify([{ field: "creator", key: "flow.creator_unknown", values: { creator: "@nobody" } }]) });
    const { flow } = await shown();
    expect(flow.triggers).toEqual([
      { handle: "order-credited", told: 1, waiting: 1, failed: 1, lastAt: NOW.toISOString() },
      ...["credit-reversed", "code-in-conflict", "network-rejected"].map((handle) => ({ handle, told: 0, waiting: 0, failed: 0, lastAt: null })),
    ]);
    expect(flow.actions).toEqual([{ handle: "make-code", done: 1, refused: 1, lastAt: NOW.toISOString() }, { handle: "pause-code", done: 0, refused: 0, lastAt: null }]);
    expect(flow.failures).toHaveLength(2);
    expect(flow.failures).toEqual(expect.arrayContaining([
      { kind: "action", id: "r2", handle: "make-code", at: NOW.toISOString(), about: "@nobody, Autumn 10", errors: [{ field: "creator", key: "flow.creator_unknown", values: { creator: "@nobody" } }] },
      { kind: "trigger", id: expect.any(String), handle: "order-credited", at: NOW.toISOString(), about: "MARIE10", problem: '{"key":"store.refused","values":{"words":"no"}}' },
    ]));
  });
});
