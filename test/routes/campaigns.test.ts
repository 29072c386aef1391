import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { emptyCampaign } from "#app/domain/campaign.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const index = () => import("#app/routes/app.campaigns._index.tsx");
const make = () => import("#app/routes/app.campaigns.new.tsx");
const one = () => import("#app/routes/app.campaigns.$id.tsx");
const edit = () => import("#app/routes/app.campaigns_.$id.edit.tsx");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

const fields = { ...emptyCampaign("creators"), name: "Lamps", title: "Show our lamps", description: "With {CODE}", dealId: "autumn", landing: "/collections/lamps" };

async function made(change: object = {}): Promise<string> {
  const { action } = await make();
  const answer = await action(ask(SHOP, "/app/campaigns/new", { json: { ...fields, ...change } }));
  expect(answer.status).toBe(302);
  return /campaigns\/([0-9a-f-]+)\?done=made/.exec(answer.headers.get("location")!)![1]!;
}

const act = async (id: string, form: Record<string, string>, shop = SHOP) => (await one()).action(ask(shop, `/app/campaigns/${id}`, { form }, { id }));
const read = async (id: string, query = "") => (await one()).loader(ask(SHOP, `/app/campaigns/${id}${query}`, undefined, { id }));

describe("Campaigns", () => {
  it("are made by a form, listed, and refused at the field that is wrong", async () => {
    const id = await made();
    const { loader } = await index();
    expect((await loader(ask(SHOP, "/app/campaigns?q=lamps"))).campaigns.rows).toMatchObject([{ id, name: "Lamps", programName: "Petit Atelier Creators", dealName: "Autumn 10", accepted: 0 }]);
    expect((await loader(ask(OTHER_SHOP, "/app/campaigns"))).all).toBe(0);
    const answer = await (await make()).action(ask(SHOP, "/app/campaigns/new", { json: { ...fields, name: " ", landing: "https://elsewhere.example" } }));
    expect([answer.status, ((await answer.json()) as { errors: { field: string }[] }).errors.map((error) => error.field)]).toEqual([422, ["name", "landing"]]);
  });

  it.each([null, "x", 7, {}, { name: { a: 1 }, programId: "creators' or 1=1--" }])("whatever is sent is answered: %j", async (sent) => {
    expect((await (await make()).action(ask(SHOP, "/app/campaigns/new", { json: sent }))).status).toBe(422);
  });

  it("show each creator of the program with code, link and what was sold; views and search narrow them", async () => {
    const id = await made();
    expect(await (await act(id, { intent: "ask", creatorIds: "marie,zoe,stranger", state: "accepted" })).json()).toMatchObject({ ok: true, changed: 2 });
    const page = await read(id);
    expect(page.counts).toEqual({ all: 5, accepted: 2, waiting: 0, invited: 0, declined: 0, open: 3 });
    expect(page.people.rows.slice(0, 2)).toMatchObject([
      { name: "Marie Laurent", asked: "accepted", joined: "joined", code: { id: "c1", code: "MARIE10", store: { state: "live" } }, link: `https://${SHOP}/discount/MARIE10?redirect=%2Fcollections%2Flamps%3Fcreator%3DMARIE10` },
      { name: "Zoë Łukasz", asked: "accepted", code: { code: "ZOE10", networks: [{ state: "refused" }] } },
    ]);
    expect(BigInt(page.people.rows[0]!.sold.amount)).toBeGreaterThan(0n);
    expect((await read(id, "?view=open&q=lilei")).people.rows.map((person) => person.name)).toEqual(["李雷"]);
    expect((await read(id, "?view=constructor&q=%25_%27&page=99999")).people.rows).toEqual([]);
  });

  it("a tracking link of the network that opens the same page is shown instead of the store's", async () => {
    const id = await made();
    await pool().query("insert into tracking_link (shop, program_id, creator_id, landing, url, at) values ($1, 'creators', 'marie', '/discount/MARIE10?redirect=%2Fcollections%2Flamps', 'https://x.sjv.io/c/1', now())", [SHOP]);
    expect((await read(id, "?q=marie")).people.rows[0]!.link).toBe("https://x.sjv.io/c/1");
  });

  it("people of a list are marked, those that nobody knows are named; codes for who waits become a run", async () => {
    const id = await made({ naming: { ...fields.naming, pattern: "{HANDLE}{AMOUNT}" }, dealId: "winter" });
    expect(await (await act(id, { intent: "list", text: "lilei@example.com, Nobody", state: "accepted" })).json()).toMatchObject({ intent: "list", ok: true, changed: 1, unknown: ["Nobody"] });
    const given = await act(id, { intent: "give" });
    expect([given.status, given.headers.get("location")]).toEqual([302, expect.stringMatching(/^\/app\/codes\/runs\//)]);
    const { rows } = await pool().query("select r.creator_id, b.campaign_id from code_batch_row r join code_batch b on b.shop = r.shop and b.id = r.batch_id where b.campaign_id = $1", [id]);
    expect(rows).toEqual([{ creator_id: "lilei", campaign_id: id }]);
    expect((await read(id)).run).toMatchObject({ total: 1 });
  });

  it("are not found in another shop, and nobody there changes them", async () => {
    const id = await made();
    for (const load of [(await one()).loader, (await edit()).loader]) expect((await thrown(load(ask(OTHER_SHOP, `/app/campaigns/${id}`, undefined, { id })))).status).toBe(404);
    const acts: Record<string, string>[] = [{ intent: "ask", creatorIds: "marie", state: "accepted" }, { intent: "list", text: "x", state: "accepted" }, { intent: "give" }, { intent: "close" }];
    for (const form of acts) {
      expect(await (await act(id, form, OTHER_SHOP)).json()).toMatchObject({ ok: false, errors: [{ key: "campaign.not_found" }] });
    }
    expect((await thrown(act(id, { intent: "x" }))).status).toBe(400);
  });

  it.each(["\u0000", "constructor", "' or 1=1--", "9".repeat(400), ""])("an id that nothing can have is not there: %j", async (id) => {
    expect((await thrown(read(id))).status).toBe(404);
    expect((await thrown((await edit()).loader(ask(SHOP, "/app/campaigns/x/edit", undefined, { id })))).status).toBe(404);
  });
});

describe("editing", () => {
  const save = async (id: string, json: unknown) => (await edit()).action(ask(SHOP, `/app/campaigns/${id}/edit`, { json }, { id }));

  it("the later of two tabs is told what the earlier one saved", async () => {
    const id = await made();
    const { version, fields: base } = await (await edit()).loader(ask(SHOP, `/app/campaigns/${id}/edit`, undefined, { id }));
    expect((await save(id, { version, base, fields: { ...base, title: "Theirs" } })).status).toBe(302);
    const late = await save(id, { version, base, fields: { ...base, title: "Mine", policy: "winner" } });
    expect([late.status, await late.json()]).toEqual([409, { errors: [], conflict: expect.objectContaining({ version: 2, fields: [{ field: "title", changedBy: "both" }, { field: "policy", changedBy: "me" }] }) }]);
    expect((await read(id)).campaign).toMatchObject({ title: "Theirs", policy: "always" });
  });

  it.each([null, {}, { version: "x", base: 1, fields: [] }])("whatever is sent is answered: %j", async (sent) => {
    expect([409, 422]).toContain((await save(await made(), sent)).status);
  });
});

describe("putting creators into programs of the shop", () => {
  const creators = async (form: Record<string, string>) => (await (await (await import("#app/routes/app.creators._index.tsx")).action(ask(SHOP, "/app/creators?index", { form }))).json()) as unknown;

  it("puts in, makes a program for it, takes out, and says what was wrong", async () => {
    expect(await creators({ intent: "put_in", creatorIds: "marie,zoe", programId: "friends", since: "2026-11-01" })).toMatchObject({ ok: true, joined: 1, known: 1 });
    expect(await creators({ intent: "put_in", creatorIds: "tom", programId: "new", newName: "Winter people", since: "" })).toMatchObject({ ok: true, joined: 1 });
    expect(await creators({ intent: "take_out", creatorIds: "zoe", programId: "friends", since: "" })).toEqual({ ok: true, left: 1 });
    expect(await creators({ intent: "put_in", creatorIds: "zoe", programId: "friends", since: "soon" })).toMatchObject({ ok: false, errors: [{ field: "at", key: "membership.date_form" }] });
    expect(await creators({ intent: "take_out", creatorIds: "zoe", programId: "creators", since: "" })).toMatchObject({ ok: false, errors: [{ field: "programId", key: "creator.program_of_network" }] });
    expect(await creators({ intent: "put_in", creatorIds: "stranger", programId: "friends", since: "" })).toMatchObject({ ok: false, errors: [{ key: "membership.nobody" }] });
  });
});

describe("a deal in its network", () => {
  const check = async (shop: string, id: string) => (await (await (await import("#app/routes/app.deals_.$id.network.ts")).action(ask(shop, `/app/deals/${id}/network`, { form: {} }, { id }))).json()) as unknown;

  it("is read again when a person asks, and only the shop's own", async () => {
    expect(await check(OTHER_SHOP, "autumn")).toEqual({ asked: 0 });
    expect(await check(SHOP, "autumn")).toEqual({ asked: 1 });
    expect((await pool().query("select read_at from deal_placement where shop = $1 and deal_id = 'autumn'", [SHOP])).rows).toEqual([{ read_at: null }]);
  });
});
