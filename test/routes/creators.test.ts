import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const index = () => import("#app/routes/app.creators._index.tsx");
const one = () => import("#app/routes/app.creators.$id.tsx");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("Creators", () => {
  it("filters, searches and sorts as the address says", async () => {
    const { loader } = await index();
    const names = async (query: string) => (await loader(ask(SHOP, `/app/creators${query}`))).creators.rows.map((creator) => creator.name);
    expect(await names("?view=no_code")).toEqual(["Anna Berg", "Tom Okafor"]);
    expect(await names("?q=marie10")).toEqual(["Marie Laurent"]);
    expect(await names("?q=lilei&sort=name")).toEqual(["李雷"]);
    expect(await names("?sort=no-such-order&page=99")).toEqual(await names(""));
  });

  it("adds a creator by hand to a program without a network", async () => {
    const { action, loader } = await index();
    const answer = await action(ask(SHOP, "/app/creators", { form: { intent: "add", name: "Nora Lind", email: "nora@example.com", handle: "", programId: "friends" } }));
    expect(await answer.json()).toMatchObject({ ok: true });
    const { creators } = await loader(ask(SHOP, "/app/creators?q=nora"));
    expect(creators.rows).toMatchObject([{ name: "Nora Lind", programs: [{ name: "Friends of the shop", state: "joined" }], sold: { orders: 0, amount: "0" }, lastSaleAt: null }]);
  });

  const wrong: [string, Record<string, string>, string][] = [
    ["no name", { name: " " }, "name creator.name_missing"],
    ["an e-mail address that somebody has", { name: "Marie again", email: "MARIE@example.com" }, "email creator.email_taken"],
    ["a network's program", { name: "Nils", programId: "creators" }, "programId creator.program_of_network"],
  ];
  it.each(wrong)("refuses %s at its field", async (_, fields, found) => {
    const { action } = await index();
    const answer = (await (await action(ask(SHOP, "/app/creators", { form: { intent: "add", ...fields } }))).json()) as { errors: { field: string; key: string }[] };
    expect(answer.errors.map((error) => `${error.field} ${error.key}`)).toEqual([found]);
  });

  it("answers 400 to an intent that it does not know", async () => {
    const { action } = await index();
    expect((await thrown(action(ask(SHOP, "/app/creators", { form: { intent: "x" } })))).status).toBe(400);
  });
});

describe("Creator", () => {
  it("shows codes, sales of the asked period, orders and memberships", async () => {
    const { loader } = await one();
    const page = await loader(ask(SHOP, "/app/creators/marie?days=30", undefined, { id: "marie" }));
    expect([page.days.length, page.period, page.codes.map((code) => code.code), page.creator.memberships.length]).toEqual([30, 30, ["MARIE10"], 2]);
    expect((await loader(ask(SHOP, "/app/creators/marie?days=100000", undefined, { id: "marie" }))).days).toHaveLength(60);
  });

  it("is not found in another shop", async () => {
    const { loader } = await one();
    expect((await thrown(loader(ask(OTHER_SHOP, "/app/creators/marie", undefined, { id: "marie" })))).status).toBe(404);
  });
});
