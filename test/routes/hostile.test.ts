// The worst that a signed-in stranger can ask for: names that every object has, SQL in every field, and what belongs to another shop.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

type Route = { loader: (args: never) => Promise<unknown>; action?: (args: never) => Promise<unknown> };
const route = async (name: string): Promise<Route> => (await import(`../../app/routes/${name}.tsx`)) as Route;
const LISTS: [string, string][] = [
  ["app.codes._index", "/app/codes"], ["app.creators._index", "/app/creators"], ["app.deals._index", "/app/deals"], ["app.orders._index", "/app/orders"], ["app.network", "/app/network"],
  ["app.settings", "/app/settings"], ["app._index", "/app"], ["app.campaigns._index", "/app/campaigns"], ["app.requests._index", "/app/requests"],
];

describe("lists", () => {
  const asked = [
    "view=constructor&sort=__proto__", "view=toString&sort=valueOf", "q=%27%3B+drop+table+ledger_entry%3B--", "q=%25_%5C", "view=%27+or+true--&sort=1%3Bselect+1",
    "page=999999999999", "page=9999", "q=a%00b&creator=%00", "page=-1&days=1e9", "creator=%27+or+1%3D1--&deal=%27", `q=${"x".repeat(20_000)}`,
  ];
  it.each(LISTS.flatMap(([name, path]) => asked.map((query): [string, string, string] => [name, path, query])))("%s answers %s?%s", async (name, path, query) => {
    await expect((await route(name)).loader(ask(SHOP, `${path}?${query}`) as never)).resolves.toBeDefined();
  });
});

describe("an id that nothing can have", () => {
  const pages: [string, string][] = [
    ["app.orders.$id.tsx", "/app/orders/x"], ["app.orders_.$id.print.tsx", "/app/orders/x/print"], ["app.orders_.$id.proof[.]json.ts", "/app/orders/x/proof.json"],
    ["app.codes.$id.tsx", "/app/codes/x"], ["app.creators.$id.tsx", "/app/creators/x"], ["app.deals.$id.tsx", "/app/deals/x"], ["app.what-if.$id.tsx", "/app/what-if/x"],
    ["app.creators_.$id.statements.$month.tsx", "/app/creators/x/statements/2026-06"], ["app.network_.exchange.$id.ts", "/app/network/exchange/x"],
  ];
  const ids = ["\u0000", "9007199254740910\u0000", "\ud83d", "constructor", "' or 1=1--", "9".repeat(400), ""];
  it.each(pages.flatMap(([file, path]) => ids.map((id): [string, string, string] => [file, id, path])))("%s: %j is not there", async (file, id, path) => {
    const { loader } = (await import(/* @vite-ignore */ `../../app/routes/${file}`)) as Route;
    expect((await thrown(loader(ask(SHOP, path, undefined, { id, month: "2026-06" }) as never))).status).toBe(404);
  });

  it.each(ids)("nobody decides about the order %j", async (id) => {
    const { action } = await route("app.orders.$id");
    const form = { act: "exclude", reason: "no such order" };
    expect((await thrown(action!(ask(SHOP, "/app/orders/x", { form }, { id }) as never))).status).toBe(404);
  });
});

describe("a page past the end", () => {
  it.each(LISTS.filter(([name]) => ["app.codes._index", "app.creators._index", "app.deals._index", "app.orders._index"].includes(name)))("%s shows the last one", async (name, path) => {
    const { loader } = await route(name);
    const lists = async (page: number) => Object.values((await loader(ask(SHOP, `${path}?view=all&page=${page}`) as never)) as object).filter((one) => one && typeof one === "object" && "rows" in one && "pages" in one);
    const [last] = await lists(1);
    expect(last).toMatchObject({ page: 1, pages: 1 });
    expect((last as { rows: unknown[] }).rows.length).toBeGreaterThan(0);
    expect(await lists(9999)).toEqual([last]);
  });
});

describe("what belongs to another shop", () => {
  const pages: [string, string, string][] = [
    ["app.deals.$id", "/app/deals/autumn", "autumn"],
    ["app.creators.$id", "/app/creators/marie", "marie"],
    ["app.orders.$id", "/app/orders/9007199254740910", "9007199254740910"],
  ];
  it.each(pages)("%s is not there", async (name, path, id) => {
    const { loader } = await route(name);
    expect((await thrown(loader(ask(OTHER_SHOP, path, undefined, { id }) as never))).status).toBe(404);
  });

  it("an exchange is not there", async () => {
    const { loader } = await import("#app/routes/app.network_.exchange.$id.ts");
    const { rows } = await pool().query<{ id: bigint }>("select id from exchange where shop = $1 limit 1", [SHOP]);
    const id = String(rows[0]!.id);
    expect((await thrown(loader(ask(OTHER_SHOP, `/app/network/exchange/${id}`, undefined, { id }) as never))).status).toBe(404);
  });

  const acts: [string, string, Record<string, string>][] = [
    ["app.network", "/app/network", { intent: "disconnect", connectionId: "acc" }],
    ["app.network", "/app/network", { intent: "programs", connectionId: "acc" }],
    ["app.network", "/app/network", { intent: "choose", connectionId: "acc", externalId: "31002" }],
    ["app.network", "/app/network", { intent: "take-over", programId: "creators" }],
    ["app.network", "/app/network", { intent: "event-types", programId: "creators" }],
    ["app.network", "/app/network", { intent: "event-type", programId: "creators", eventTypeId: "41002" }],
    ["app.creators._index", "/app/creators", { intent: "add", name: "Eve", programId: "friends" }],
    ["app.creators._index", "/app/creators", { intent: "take-over", programId: "creators" }],
  ];
  it.each(acts)("%s %s %o does nothing to it", async (name, path, form) => {
    const answer = (await (await route(name)).action!(ask(OTHER_SHOP, path, { form }) as never)) as Response;
    expect(await answer.json()).toMatchObject({ ok: false });
  });

  it("its codes and deals are not tried again", async () => {
    const before = await pool().query("select code_id, state from code_placement union all select id, store_state from deal order by 1, 2");
    await (await route("app.codes._index")).action!(ask(OTHER_SHOP, "/app/codes", { form: { code: "c2" } }) as never);
    await (await route("app.deals.$id")).action!(ask(OTHER_SHOP, "/app/deals/spring", { form: {} }, { id: "spring" }) as never);
    expect((await pool().query("select code_id, state from code_placement union all select id, store_state from deal order by 1, 2")).rows).toEqual(before.rows);
  });
});

describe("a stranger without a session token", () => {
  it.each([...LISTS, ["app.codes.give", "/app/codes/give"], ["app.deals.new", "/app/deals/new"], ["app.deals.$id", "/app/deals/autumn"], ["app.creators.$id", "/app/creators/marie"], ["app.orders.$id", "/app/orders/1"]])("is sent away from %s", async (name, path) => {
    const { loader, action } = await route(name);
    expect((await thrown(loader(askAsStranger(path, { id: "autumn" }) as never))).status).not.toBe(200);
    if (action) expect((await thrown(action(askAsStranger(path, { id: "autumn" }) as never))).status).not.toBe(200);
  });
});

describe("inputs of any size", () => {
  const long = "x".repeat(100_000);
  it.each([
    { intent: "add", name: long }, { intent: "add", name: "Eve", email: `${long}@example.com` }, { intent: "add", name: "Eve", handle: `@${long}` }, { intent: "add", name: "   " },
  ])("a creator of %#", async (form) => {
    const answer = (await (await route("app.creators._index")).action!(ask(SHOP, "/app/creators", { form: form as unknown as Record<string, string> }) as never)) as Response;
    expect(await answer.json()).toMatchObject({ ok: false });
  });
});
