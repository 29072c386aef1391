// What-ifs: planned, looked at, stopped and applied from their pages, each by its own shop only.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { whatIfFields, type WhatIfFields } from "#app/domain/what-if-form.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { whatIfOnce } from "#app/flow/what-if.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeWhatIfShop, sellInJune } from "#test/flow/what-ifs.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";

useDatabase();

const SHOP = "trying.myshopify.com";
const OTHER = "another.myshopify.com";
const list = () => import("#app/routes/app.what-if._index.tsx");
const making = () => import("#app/routes/app.what-if.new.tsx");
const one = () => import("#app/routes/app.what-if.$id.tsx");
const JUNE: WhatIfFields = { ...whatIfFields({}), programId: "p1", fromDate: "2026-06-01", toDate: "2026-06-30" };

beforeAll(async () => {
  await makeWhatIfShop(SHOP);
  await sellInJune(SHOP);
  await keepSession(SHOP);
  await keepSession(OTHER);
});

beforeEach(async () => {
  await pool().query("delete from what_if where state <> 'applied'");
});

async function plan(fields: Partial<WhatIfFields>, shop = SHOP): Promise<Response> {
  return (await making()).action(ask(shop, "/app/what-if/new", { json: { ...JUNE, ...fields } }));
}

async function planned(fields: Partial<WhatIfFields>): Promise<string> {
  return (await plan(fields)).headers.get("location")!.split("/").at(-1)!;
}

async function computed(fields: Partial<WhatIfFields>): Promise<string> {
  const id = await planned(fields);
  while ((await whatIfOnce()) > 0);
  return id;
}

async function shown(id: string, search = "", shop = SHOP) {
  return (await one()).loader(ask(shop, `/app/what-if/${id}${search}`, undefined, { id }));
}

async function act(id: string, intent: string, shop = SHOP) {
  const answer = await (await one()).action(ask(shop, `/app/what-if/${id}`, { form: { intent } }, { id }));
  return { status: answer.status, ...((await answer.json()) as { ok: boolean; orders?: number; errors?: { key: string }[] }) };
}

describe("a new what-if", () => {
  it("begins with the last full month, of the program that the address names", async () => {
    const { fields, programs } = await (await making()).loader(ask(SHOP, "/app/what-if/new?program=p2"));
    expect(fields).toMatchObject({ programId: "p2", scope: "" });
    expect(fields.fromDate.slice(8)).toBe("01");
    expect(programs.map((program) => [program.id, program.applied])).toEqual([["p1", false], ["p2", false]]);
  });

  it("is planned, and leads to its page", async () => {
    const answer = await plan({ scope: "discounted_lines" });
    expect(answer.status).toBe(302);
    const { whatIf, orders } = await shown(answer.headers.get("location")!.split("/").at(-1)!);
    expect(whatIf).toMatchObject({ state: "waiting", program: { id: "p1" }, from: "2026-06-01", to: "2026-06-30", settings: { scope: "discounted_lines" }, summary: null, outdated: false });
    expect(orders.total).toBe(0);
  });

  it.each<[string, unknown, string]>([
    ["without a setting", {}, "settings"],
    ["of a future day", { scope: "order", toDate: "2999-01-01" }, "toDate"],
    ["of a program of nobody", { scope: "order", programId: "p9" }, "programId"],
    ["with a window that is none", { window: "days", clickWindowDays: "400" }, "clickWindowDays"],
  ])("%s is refused at its field", async (_name, fields, field) => {
    const answer = await plan(fields as Partial<WhatIfFields>);
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { errors: { field: string }[] }).errors.map((error) => error.field)).toEqual([field]);
  });

  it("of what is no form is refused", async () => {
    for (const json of [null, [], "x", { programId: 1 }]) expect((await (await making()).action(ask(SHOP, "/app/what-if/new", { json }))).status).toBe(422);
  });
});

describe("its page", () => {
  it("shows sums with names, and the orders with codes, by page and creator", async () => {
    const id = await computed({ stackingRule: "split", creditOn: "created" });
    const { whatIf, orders } = await shown(id);
    expect(whatIf.summary?.creators.map(({ name, before, after }) => [name, before, after])).toEqual([["Marie", "6700", "13533"], ["Leo", "7000", "4667"]]);
    expect(orders.rows.map((order) => [order.name, order.changes.map(({ code, creator, before, after }) => [code, creator.name, before, after])])).toEqual([
      ["#1", [["MARIE10", "Marie", "0", "2333"], ["LEO20", "Leo", "7000", "4667"]]],
      ["#2", [["MARIE10", "Marie", "0", "4500"]]],
    ]);
    expect((await shown(id, "?creator=leo&sort=oldest")).orders.rows.map((order) => order.name)).toEqual(["#1"]);
    expect((await shown(id, "?sort=constructor&page=99")).orders).toMatchObject({ page: 1, pages: 1, total: 2 });
    expect((await (await list()).loader(ask(SHOP, "/app/what-if"))).whatIfs.rows).toMatchObject([{ id, state: "done", result: { orders: 5, changed: 2, asks: 0, more: 0 } }]);
  });

  it("stops it and lets it go on", async () => {
    const id = await planned({ scope: "discounted_lines" });
    expect(await act(id, "stop")).toMatchObject({ status: 200, ok: true });
    expect(await whatIfOnce()).toBe(0);
    expect(await act(id, "stop")).toMatchObject({ status: 422, errors: [{ key: "what_if.other_state" }] });
    expect(await act(id, "continue")).toMatchObject({ status: 200 });
    while ((await whatIfOnce()) > 0);
    expect((await shown(id)).whatIf.state).toBe("done");
    expect(await act(id, "anew")).toMatchObject({ status: 200 });
    expect((await shown(id)).whatIf).toMatchObject({ state: "waiting", done: 0, summary: null });
  });

  it("says how many orders were settled since it was computed", async () => {
    const id = await computed({ scope: "discounted_lines" });
    expect((await shown(id)).whatIf.settledSince).toBe(0);
    await pool().query("update order_state set settled_at = now() + interval '1 minute' where shop = $1 and order_id in ('1', '7')", [SHOP]);
    expect((await shown(id)).whatIf.settledSince).toBe(1);
    await pool().query("update order_state set settled_at = '2026-07-03' where shop = $1", [SHOP]);
  });

  it("applies it once, shows how far its orders are, and what it makes out of date", async () => {
    const other = await computed({ creditOn: "created" });
    const id = await computed({ scope: "discounted_lines" });
    expect(await act(id, "apply")).toMatchObject({ status: 200, orders: 1 });
    expect((await shown(id)).whatIf).toMatchObject({ state: "applied", waiting: 1, failed: 0, summary: { asked: 1 } });
    while ((await settleOnce()) > 0);
    expect((await shown(id)).whatIf).toMatchObject({ waiting: 0 });
    expect(await act(id, "apply")).toMatchObject({ status: 422, errors: [{ key: "what_if.applied_before" }] });
    expect((await shown(other)).whatIf.outdated).toBe(true);
    expect(await act(other, "apply")).toMatchObject({ status: 422, errors: [{ key: "what_if.outdated" }] });
    const { fields, undoing, programs } = await (await making()).loader(ask(SHOP, `/app/what-if/new?undo=${id}`));
    expect(undoing).toBe(true);
    expect(fields).toEqual({ ...JUNE, scope: "history", clickWindowDays: "30" });
    expect(programs.find((program) => program.id === "p1")?.applied).toBe(true);
  });

  it("does nothing that it does not know", async () => {
    expect((await thrown(act(await planned({ scope: "order" }), "destroy"))).status).toBe(400);
  });

  it("is nobody else's: another shop and a stranger see and do nothing", async () => {
    const id = await computed({ creditOn: "created" });
    expect((await thrown(shown(id, "", OTHER))).status).toBe(404);
    for (const intent of ["stop", "continue", "anew", "apply"]) expect(await act(id, intent, OTHER)).toMatchObject({ status: 422, errors: [{ key: "what_if.not_found" }] });
    expect((await (await list()).loader(ask(OTHER, "/app/what-if"))).whatIfs.rows).toEqual([]);
    expect((await (await making()).loader(ask(OTHER, `/app/what-if/new?undo=${id}`))).undoing).toBe(false);
    expect((await thrown((await one()).loader(askAsStranger(`/app/what-if/${id}`, { id })))).status).toBeGreaterThanOrEqual(300);
    expect((await shown(id)).whatIf.state).toBe("done");
  });
});
