import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import type { PatternTest } from "#app/domain/code-page.ts";
import type { PatternAnswer } from "#app/ui/codes/PatternForm.tsx";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = () => import("#app/routes/app.codes.$id.tsx");
const form = () => import("#app/routes/app.codes.pattern.tsx");
const tester = () => import("#app/routes/app.codes.pattern_.try.ts");

const FIELDS = { pattern: "^(?i)MARIE-", creatorId: "marie", programId: "friends", policy: "always", startDate: "", endDate: "" };

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

async function saved(fields: Record<string, unknown>, shop = SHOP): Promise<Response> {
  return (await form()).action(ask(shop, "/app/codes/pattern", { json: fields }));
}

/** The id of the pattern that a successful save leads to. */
async function made(fields: Record<string, unknown>): Promise<string> {
  const answer = await saved(fields);
  expect(answer.status).toBe(302);
  return /\/app\/codes\/([^?]+)/.exec(answer.headers.get("location")!)![1]!;
}

async function tried(query: Record<string, string>, shop = SHOP): Promise<PatternTest> {
  const answer = await (await tester()).loader(ask(shop, `/app/codes/pattern/try?${new URLSearchParams(query)}`));
  return (await answer.json()) as PatternTest;
}

const codes = async () => (await pool().query("select count(*)::int as n from code")).rows[0].n as number;

describe("Code", () => {
  it("shows an exact code with both marks, its terms in time, what it sold and its orders", async () => {
    await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) values ($1, 'c1', '2026-11-01T00:00:00Z', 'zoe', 'creators', 'winner')", [SHOP]);
    await pool().query("insert into decision (shop, order_id, code_id, outcome, creator_id, program_id) values ($1, '90071992547409101', 'c1', 'credited', 'marie', 'creators')", [SHOP]);
    const { code, orders } = await (await page()).loader(ask(SHOP, "/app/codes/c1", undefined, { id: "c1" }));
    expect(code).toMatchObject({ code: "MARIE10", match: "exact", creator: { id: "zoe" }, deal: { id: "autumn" }, store: { state: "live" }, networks: [{ state: "live" }] });
    expect(code.sold.orders).toBeGreaterThan(0);
    expect(code.history.map(({ from, to, creator, policy }) => [from, to, creator?.name, policy])).toEqual([
      ["2026-09-22T10:00:00.000Z", "2026-11-01T00:00:00.000Z", "Marie Laurent", "always"],
      ["2026-11-01T00:00:00.000Z", null, "Zoë Łukasz", "winner"],
    ]);
    expect(orders).toMatchObject([{ orderId: "90071992547409101", name: "#1002", credited: true, amount: "3477" }]);
  });

  it("of another shop, or of none, is not there", async () => {
    const { loader } = await page();
    expect((await thrown(loader(ask(OTHER_SHOP, "/app/codes/c1", undefined, { id: "c1" })))).status).toBe(404);
    expect((await thrown(loader(ask(SHOP, "/app/codes/nothing", undefined, { id: "nothing" })))).status).toBe(404);
    expect((await thrown(loader(ask(SHOP, "/app/codes/", undefined, {})))).status).toBe(404);
  });

  it("tries a refused code again, in its own shop alone", async () => {
    const { action } = await page();
    const again = async (shop: string) => (await action(ask(shop, "/app/codes/c2", { form: { intent: "again" } }, { id: "c2" }))).json();
    expect(await again(OTHER_SHOP)).toMatchObject({ intent: "again", done: false, count: 0 });
    expect(await again(SHOP)).toMatchObject({ intent: "again", done: true, count: 1 });
  });

  it("retires a pattern, in its own shop alone; an exact code stays", async () => {
    const id = await made({ ...FIELDS, pattern: "^RETIRE-" });
    const { action, loader } = await page();
    const retire = async (shop: string, id: string) => (await action(ask(shop, `/app/codes/${id}`, { form: { intent: "retire-pattern" } }, { id }))).json();
    expect(await retire(OTHER_SHOP, id)).toMatchObject({ done: false });
    expect(await retire(SHOP, "c1")).toMatchObject({ done: false });
    expect(await retire(SHOP, id)).toMatchObject({ done: true });
    expect((await loader(ask(SHOP, `/app/codes/${id}`, undefined, { id }))).code.retiredAt).not.toBeNull();
    expect((await loader(ask(SHOP, "/app/codes/c1", undefined, { id: "c1" }))).code.retiredAt).toBeNull();
    // What is retired cannot be changed.
    expect((await thrown((await form()).loader(ask(SHOP, `/app/codes/pattern?change=${id}`)))).status).toBe(404);
  });
});

describe("what is done with a code", () => {
  const act = async (fields: Record<string, string>, shop = SHOP, id = "c1") => (await (await page()).action(ask(shop, `/app/codes/${id}`, { form: fields }, { id }))).json();
  const shown = async (id = "c1") => (await (await page()).loader(ask(SHOP, `/app/codes/${id}`, undefined, { id }))).code;

  it("is done in its own shop alone, said by name, and offered no more where it is done", async () => {
    expect((await shown()).life.acts).toContain("pause");
    expect(await act({ intent: "pause" }, OTHER_SHOP)).toMatchObject({ done: false, count: 0 });
    expect(await act({ intent: "pause" })).toEqual({ intent: "pause", done: true, count: 1, errors: [] });
    expect(await act({ intent: "pause" })).toMatchObject({ done: false });
    const paused = await shown();
    expect(paused.life).toMatchObject({ state: "paused", acts: ["resume", "dates", "end", "retire", "void"] });
    expect(paused.life.open.map((side) => [side.target, side.word])).toEqual([["store", "open"], ["creators", "open"]]);
    expect(paused.events).toMatchObject([{ what: "codes.paused", who: "Camille Martin" }]);
    expect(await act({ intent: "resume" })).toMatchObject({ done: true });
    expect((await shown()).life.state).toBe("active");
  });

  it("is refused at the field, and nothing else is an act", async () => {
    expect(await act({ intent: "void", from: "yesterday", reason: "" })).toMatchObject({ done: false, errors: [{ field: "from" }, { field: "reason" }] });
    expect(await act({ intent: "dates", startDate: "2036-02-01", startTime: "", endDate: "2036-01-01", endTime: "" })).toMatchObject({ done: false, errors: [{ field: "endDate", key: "deal.ends_before_start" }] });
    expect(await act({ intent: "track", landing: "https://evil.example/" })).toMatchObject({ done: false, errors: [{ field: "landing", key: "share.landing_elsewhere" }] });
    expect(await act({ intent: "constructor" })).toMatchObject({ done: false, count: 0 });
  });

  it("is voided with a reason, shown, and undone; what that would take back is told before, in its own shop alone", async () => {
    const takes = async (from: string, shop = SHOP) => (await (await (await import("#app/routes/app.codes.$id_.void.ts")).loader(ask(shop, `/app/codes/c1/void?from=${from}`, undefined, { id: "c1" }))).json()).takes;
    expect((await takes("2020-01-01"))!.orders).toBeGreaterThan(0);
    expect(await takes("2020-01-01", OTHER_SHOP)).toEqual({ orders: 0, amount: "0" });
    expect(await takes("no day")).toBeNull();
    expect(await act({ intent: "void", from: "2026-10-01", reason: "Leaked to coupon sites" })).toMatchObject({ done: true });
    expect(await shown()).toMatchObject({ voided: { from: "2026-09-30T22:00:00.000Z", reason: "Leaked to coupon sites" }, events: [{ what: "codes.voided" }, {}, {}] });
    expect(await act({ intent: "unvoid" })).toMatchObject({ done: true });
    expect((await shown()).voided).toBeNull();
  });

  it("several at once are done with one request of the list", async () => {
    const list = () => import("#app/routes/app.codes._index.tsx");
    const form = new URLSearchParams([["intent", "pause"], ["code", "c1"], ["code", "c3"], ["code", "nothing"]]);
    const request = () => ask(SHOP, "/app/codes", { form: Object.fromEntries(form) });
    expect(await (await (await list()).action({ ...request(), request: new Request(request().request, { method: "POST", body: form }) })).json()).toMatchObject({ done: true, count: 2 });
    expect((await (await list()).loader(ask(SHOP, "/app/codes?view=paused"))).codes.rows.map((row) => row.id).sort()).toEqual(["c1", "c3"]);
    expect(await act({ intent: "resume" })).toMatchObject({ done: true });
    expect(await act({ intent: "resume" }, SHOP, "c3")).toMatchObject({ done: true });
  });
});

describe("the links of a code", () => {
  const qr = () => import("#app/routes/app.codes.$id_.qr.ts");
  const asked = async (query: string, shop = SHOP, id = "c1") => (await qr()).loader(ask(shop, `/app/codes/${id}/qr?${query}`, undefined, { id }));

  it("name the store's primary domain, once it is known", async () => {
    expect((await (await page()).loader(ask(SHOP, "/app/codes/c1", undefined, { id: "c1" }))).share).toMatchObject({ hosts: [SHOP] });
    await pool().query("update shop set domain = 'petit-atelier.example' where shop = $1", [SHOP]);
    expect((await (await page()).loader(ask(SHOP, "/app/codes/c1", undefined, { id: "c1" }))).share).toMatchObject({ hosts: ["petit-atelier.example", SHOP] });
  });

  it("come as QR codes in both forms, named after the code", async () => {
    const svg = await asked("as=svg&landing=%2Fproducts%2Fhoodie");
    expect(svg.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''MARIE10.svg");
    expect(svg.headers.get("content-type")).toBe("image/svg+xml");
    expect(await svg.text()).toMatch(/^<svg /);
    const png = await asked("as=png");
    expect([...new Uint8Array(await png.arrayBuffer()).slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it("come for no code of another shop, no other page and no other form", async () => {
    expect((await thrown(asked("as=svg", OTHER_SHOP))).status).toBe(404);
    expect((await thrown(asked("as=gif"))).status).toBe(400);
    expect((await thrown(asked("as=svg&landing=https%3A%2F%2Fevil.example"))).status).toBe(404);
    expect((await thrown(asked("as=svg&of=tracking"))).status).toBe(404);
  });
});

describe("Pattern for a creator", () => {
  it("offers creators with the programs that they have joined today, and nobody else", async () => {
    const { creators, fields } = await (await form()).loader(ask(SHOP, "/app/codes/pattern?creator=marie"));
    expect(creators.map(({ id, programs }) => [id, programs.map((program) => program.id)])).toEqual([["marie", ["friends", "creators"]], ["zoe", ["creators"]], ["lilei", ["creators"]]]);
    expect(fields).toMatchObject({ creatorId: "marie", policy: "always", pattern: "" });
    expect((await (await form()).loader(ask(OTHER_SHOP, "/app/codes/pattern"))).creators).toEqual([]);
  });

  it("is made, changed by a successor, and each page leads to the other", async () => {
    const id = await made({ ...FIELDS, endDate: "2026-12-24" });
    const { fields, replaces } = await (await form()).loader(ask(SHOP, `/app/codes/pattern?change=${id}`));
    expect(fields).toEqual({ ...FIELDS, endDate: "2026-12-24" });
    expect(replaces).toEqual({ id, code: "^(?i)MARIE-" });
    const next = await made({ ...fields, pattern: "^(?i)MARIE-[0-9]", replaces: id });
    const { loader } = await page();
    expect((await loader(ask(SHOP, `/app/codes/${id}`, undefined, { id }))).code.replacedBy).toMatchObject({ id: next });
    expect((await loader(ask(SHOP, `/app/codes/${next}`, undefined, { id: next }))).code.replaced).toMatchObject({ id });
  });

  const refused: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ["a group that is never closed", { pattern: "MARIE(" }, { errors: [], problem: { key: "pattern.group_open", at: { from: 5, to: 6 } } }],
    ["one that is too costly", { pattern: "[A-Z]{999}" }, { problem: { key: "pattern.too_costly", at: { from: 5, to: 10 } } }],
    ["one that matches everything", { pattern: ".*" }, { problem: { key: "pattern.matches_everything", at: null } }],
    ["nothing at all", { pattern: "", creatorId: "" }, { errors: [{ field: "creatorId", key: "pattern.creator_missing" }], problem: { key: "pattern.blank" } }],
    ["a creator who has not joined", { creatorId: "anna", programId: "creators" }, { errors: [{ field: "programId", key: "give.not_joined_pending" }] }],
    ["a creator who has left", { creatorId: "tom", programId: "creators" }, { errors: [{ field: "programId", key: "give.not_joined_left" }] }],
    ["a creator of another shop", { creatorId: "stranger" }, { errors: [{ field: "creatorId", key: "give.creator_not_found" }] }],
    ["a program that does not exist", { programId: "nothing" }, { errors: [{ field: "programId", key: "program.not_found" }] }],
    ["a policy that does not exist", { policy: "sometimes" }, { errors: [{ field: "policy", key: "give.policy_unknown" }] }],
    ["a last day that has passed", { endDate: "2026-11-20" }, { errors: [{ field: "endDate", key: "pattern.ends_in_past" }] }],
    ["an exact code to take the place of", { pattern: "^NEW-", replaces: "c1" }, { errors: [{ field: "form", key: "pattern.gone" }] }],
    ["fields of other kinds", { pattern: { a: 1 }, creatorId: 5, replaces: ["x"] }, { errors: [{ field: "creatorId", key: "pattern.creator_missing" }] }],
  ];
  it.each(refused)("is not made of %s", async (_, changes, expected) => {
    const before = await codes();
    const answer = await saved({ ...FIELDS, pattern: "^OTHER-", ...changes });
    expect(answer.status).toBe(422);
    expect((await answer.json()) as PatternAnswer).toMatchObject(expected);
    expect(await codes()).toBe(before);
  });

  it("another shop's pattern cannot be changed", async () => {
    const id = await made({ ...FIELDS, pattern: "^OURS-" });
    expect((await thrown((await form()).loader(ask(OTHER_SHOP, `/app/codes/pattern?change=${id}`)))).status).toBe(404);
    expect((await saved({ ...FIELDS, pattern: "^THEIRS-", replaces: id }, OTHER_SHOP)).status).toBe(422);
    const { code } = await (await page()).loader(ask(SHOP, `/app/codes/${id}`, undefined, { id }));
    expect(code.retiredAt).toBeNull();
  });
});

describe("the tester", () => {
  it("tells what a pattern would match, of its own shop", async () => {
    const test = await tried({ pattern: "10$" });
    if (!test.ok) throw new Error(test.problem.key);
    expect(test.codes.rows.map((row) => [row.code, row.first?.creator?.id ?? null])).toEqual([["LILEI10", "lilei"], ["MARIE10", "zoe"], ["ZOE10", "zoe"]]);
    expect(await tried({ pattern: "10$" }, OTHER_SHOP)).toMatchObject({ codes: { known: 0, matching: 0 } });
  });

  it.each([["", "pattern.blank"], ["MARIE(", "pattern.group_open"], ["x".repeat(5_000), "pattern.too_long"], ["(a+)+$|(?=x)", "pattern.look_around"]])("says what is wrong with %j", async (pattern, key) => {
    expect(await tried({ pattern })).toMatchObject({ ok: false, problem: { key } });
  });

  it("keeps nothing", async () => {
    const before = await codes();
    await tried({ pattern: "^MARIE", except: "c1' or true--" });
    expect(await codes()).toBe(before);
  });
});

it("a stranger is sent away from all of them", async () => {
  for (const { loader } of [await page(), await form(), await tester()]) expect((await thrown(loader(askAsStranger("/app/codes/c1", { id: "c1" }) as never))).status).not.toBe(200);
  for (const { action } of [await page(), await form()]) expect((await thrown(action(askAsStranger("/app/codes/c1", { id: "c1" }) as never))).status).not.toBe(200);
});
