import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession } from "./ask.ts";
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
