import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const index = () => import("#app/routes/app.codes._index.tsx");
const give = () => import("#app/routes/app.codes.give.tsx");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("Codes", () => {
  it("shows what is wrong first, with both marks and the reason", async () => {
    const { loader } = await index();
    const { codes, counts } = await loader(ask(SHOP, "/app/codes"));
    expect(codes.rows[0]).toMatchObject({ code: "ZOE10", store: { state: "live" }, networks: [{ programName: "Petit Atelier Creators", state: "refused", problem: "taken" }] });
    expect(counts).toMatchObject({ wrong: 1, waiting: 1 });
  });

  it("tries a refused code again, and only in its own shop", async () => {
    const { action, loader } = await index();
    expect(await (await action(ask(OTHER_SHOP, "/app/codes", { form: { code: "c2" } }))).json()).toMatchObject({ intent: "again", count: 0 });
    expect(await (await action(ask(SHOP, "/app/codes", { form: { code: "c2" } }))).json()).toMatchObject({ intent: "again", count: 1 });
    expect((await loader(ask(SHOP, "/app/codes"))).counts).toMatchObject({ wrong: 0, waiting: 2 });
  });
});

describe("Give codes", () => {
  it("has the deal and the creators that the address names chosen", async () => {
    const { loader } = await give();
    const page = await loader(ask(SHOP, "/app/codes/give?deal=autumn&creators=marie,zoe"));
    expect([page.dealId, page.chosen, page.deals.length, page.creators.length]).toEqual(["autumn", ["marie", "zoe"], 2, 5]);
  });

  const refused: [string, Record<string, string>, string][] = [
    ["no creator", { dealId: "autumn", rows: "[]" }, "rows give.no_rows"],
    ["rows that are no rows", { dealId: "autumn", rows: "{" }, "rows give.no_rows"],
    ["a deal that does not exist", { dealId: "nothing", rows: `[{"creatorId":"marie","code":"MARIE11","policy":"always"}]` }, "dealId give.deal_not_found"],
    ["a deal that the store refused", { dealId: "spring", rows: `[{"creatorId":"marie","code":"MARIE11","policy":"always"}]` }, "dealId give.deal_refused"],
  ];
  it.each(refused)("makes nothing for %s, and says why", async (_, form, found) => {
    const { action } = await give();
    const before = (await pool().query("select count(*)::int as n from code")).rows[0].n;
    const answer = await action(ask(SHOP, "/app/codes/give", { form: { intent: "give", ...form } }));
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { field: string; key: string }[] };
    expect(errors.map((error) => `${error.field} ${error.key}`)).toContain(found);
    expect((await pool().query("select count(*)::int as n from code")).rows[0].n).toBe(before);
  });
});

describe("The names of codes to give", () => {
  const names = () => import("#app/routes/app.codes.give_.names.ts");
  const asked = (more: object) => JSON.stringify({ dealId: "autumn", chosen: { kind: "creators", ids: ["marie", "zoe"] }, settings: { pattern: "{FIRST}{AMOUNT}" }, seed: "s", kept: [], ...more });
  const answerTo = async (sent: string, shop = SHOP) => (await (await names()).action(ask(shop, "/app/codes/give/names", { form: { n: "3", asked: sent } }))).json() as Promise<{ n: number; total: number; problem: unknown; rows: { creatorId: string | null; code: string }[] }>;

  it("are made of the pattern, round what is taken, and keep what was typed", async () => {
    const answer = await answerTo(asked({ kept: [["marie", "MIMI"]] }));
    expect([answer.n, answer.total, answer.problem]).toEqual([3, 2, null]);
    expect(answer.rows.map((row) => [row.creatorId, row.code])).toEqual([["marie", "MIMI"], ["zoe", expect.stringMatching(/^ZOE/)]]);
  });

  it("are those of everybody who can have a code and has none, or one for everybody", async () => {
    const all = await answerTo(asked({ chosen: { kind: "without_code", search: "" } }));
    expect(all.rows.length).toBe(all.total);
    expect((await answerTo(asked({ chosen: { kind: "without_code", search: "nobody of this name" } }))).total).toBe(0);
    expect((await answerTo(asked({ chosen: { kind: "everybody" }, settings: { pattern: "ALL{RANDOM:3}" } }))).rows).toMatchObject([{ creatorId: null, code: expect.stringMatching(/^ALL[A-Z0-9]{3}$/) }]);
  });

  it("say which of them were cut, and what they were", async () => {
    const answer = (await answerTo(asked({ chosen: { kind: "creators", ids: ["marie", "zoe"] }, settings: { pattern: "{FIRST}SUMMERDAYS", longest: 14 } }))) as Awaited<ReturnType<typeof answerTo>> & { cut: number; cutRows: object[] };
    expect(answer.cut).toBe(1);
    expect(answer.cutRows).toMatchObject([{ creatorId: "marie", code: "MARISUMMERDAYS", changes: [{ key: "naming.cut", values: { whole: "MARIESUMMERDAYS", longest: 14 } }] }]);
  });

  it("are for who has no code of the deal in use: one with dates of its own is the deal's, one that is void or was replaced is none any more", async () => {
    const without = async () => (await answerTo(asked({ chosen: { kind: "without_code", search: "" } }))).rows.map((row) => row.creatorId);
    const codesShown = async () => (await (await give()).loader(ask(SHOP, "/app/codes/give"))).creators.find((creator) => creator.id === "marie")!.codes.map((code) => `${code.code} ${code.dealId}`);
    expect(await without()).not.toContain("marie");
    await pool().query("insert into deal (shop, id, name, terms, starts_at, parent_id, own_dates, next_at, created_at) select shop, 'autumn-own', 'Autumn 10 (own)', terms, starts_at, 'autumn', true, next_at, created_at from deal where id = 'autumn'");
    await pool().query("update code set deal_id = 'autumn-own' where shop = $1 and code = 'MARIE10'", [SHOP]);
    expect(await without()).not.toContain("marie");
    expect(await codesShown()).toEqual(["MARIE10 autumn"]);
    await pool().query("update code set void_from = now(), void_reason = 'test' where shop = $1 and code = 'MARIE10'", [SHOP]);
    expect(await without()).toContain("marie");
    expect(await codesShown()).toEqual([]);
    await pool().query("update code set deal_id = 'autumn', void_from = null, void_reason = null where shop = $1 and code = 'MARIE10'", [SHOP]);
    await pool().query("delete from deal where id = 'autumn-own'");
  });

  it("say what is wrong with a pattern, and nothing of another shop's deal", async () => {
    expect((await answerTo(asked({ settings: { pattern: "{FIRST" } }))).problem).toMatchObject({ key: "naming.open_brace", at: { from: 0, to: 6 } });
    expect((await answerTo(asked({}), OTHER_SHOP)).total).toBe(0);
  });

  it.each(["", "[]", "{", JSON.stringify({ chosen: 7, kept: {}, settings: [] }), JSON.stringify({ dealId: "autumn", chosen: { kind: "creators", ids: [1, null, {}] }, kept: [[1], "x", [null, null]] })])("answer %j", async (sent) => {
    expect(await answerTo(sent)).toMatchObject({ n: 3, total: 0, rows: [] });
  });

  it("of more creators than a page looks at are given in a run, with the names that were shown", async () => {
    const shown = await answerTo(asked({ settings: { pattern: "{RANDOM:8}" } }));
    const { action } = await give();
    const answer = await action(ask(SHOP, "/app/codes/give", { form: { intent: "run", asked: asked({ settings: { pattern: "{RANDOM:8}" } }), policy: "winner", startsAt: "", endsAt: "2099-01-31T22:59:59.999Z" } }));
    expect(answer.status).toBe(302);
    const id = answer.headers.get("location")!.replace("/app/codes/runs/", "");
    expect((await pool().query("select code, policy, ends_at from code_batch_row where shop = $1 and batch_id = $2 order by n", [SHOP, id])).rows).toEqual(
      shown.rows.map(({ code }) => ({ code, policy: "winner", ends_at: new Date("2099-01-31T22:59:59.999Z") })),
    );
  });

  it("are told to no stranger", async () => {
    const { action, loader } = await names();
    for (const asking of [() => loader(askAsStranger("/app/codes/give/names?q=mari")), () => action(askAsStranger("/app/codes/give/names"))]) {
      const answer: Response = await asking().then((given) => given as unknown as Response, (thrown) => thrown as Response);
      expect(answer.status).not.toBe(200);
    }
  });

  it("finds creators by name, handle or e-mail, in its own shop", async () => {
    const { loader } = await names();
    const found = (await (await loader(ask(SHOP, "/app/codes/give/names?q=mari"))).json()) as { creators: { id: string }[] };
    expect(found.creators.map((creator) => creator.id)).toContain("marie");
    expect(((await (await loader(ask(OTHER_SHOP, "/app/codes/give/names?q=mari"))).json()) as { creators: unknown[] }).creators).toEqual([]);
  });
});
