// The page Clicks, the funnel of a creator, a code's clicks, and what is said and done about the storefront.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { insert, makeAtelier, NOW, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = async () => (await import("#app/routes/app.touches.tsx")).loader;
const DAY_MS = 86_400_000;

const at = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

/** Marie's links bring two visitors this week and one the week before; ZOE10 is used without a click far more often than MARIE10. */
async function makeClicks(): Promise<void> {
  const { rows } = await pool().query<{ order_id: string; code_id: string; creator_id: string }>("select order_id, code_id, creator_id from ledger_entry where shop = $1 and kind = 'credit'", [SHOP]);
  for (const [index, { order_id, code_id, creator_id }] of rows.entries()) {
    await insert("decision", { shop: SHOP, order_id, code_id, creator_id, program_id: "creators", outcome: "credited", clicked: code_id === "c2" ? "none" : index % 2 === 0 ? "own" : null });
  }
  await pool().query("update order_state set evidence = 'pixel' where shop = $1", [SHOP]);
  const touch = { shop: SHOP, creator_id: "marie", kind: "link" };
  const { rows: newest } = await pool().query<{ order_id: string }>("select order_id from decision where shop = $1 and code_id = 'c1' order by order_id desc limit 1", [SHOP]);
  await pool().query("update order_state set visitor = 'ada' where shop = $1 and order_id = $2", [SHOP, newest[0]!.order_id]);
  await insert("touch", { ...touch, visitor: "ada", at: at(6) });
  await insert("touch", { ...touch, visitor: "bea", at: at(5) });
  await insert("touch", { ...touch, visitor: "cid", at: at(10) });
  await insert("touch", { shop: SHOP, visitor: "dan", at: at(1), kind: "click_id", parameter: "irclickid", click_id: "x1" });
}

beforeAll(async () => {
  await makeAtelier();
  await makeClicks();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("Clicks", () => {
  it("says how far the visitors of the period came, against the period before", async () => {
    const { totals, creators, period, storefront } = await (await page())(ask(SHOP, "/app/touches?days=7"));
    expect(period).toBe(7);
    expect(totals.now).toMatchObject({ clicks: 2, visitors: 2, ordered: 1, withCode: 1, credited: 1 });
    expect(totals.then).toMatchObject({ clicks: 1, visitors: 1, ordered: 0 });
    expect(totals.unknown).toEqual({ clicks: 1, visitors: 1 });
    expect(creators.rows).toMatchObject([{ id: "marie", name: "Marie Laurent", funnel: { clicks: 2, codeOrders: 1 } }]);
    expect(storefront).toMatchObject({ anyClick: true, hasPixel: false });
  });

  it("names the code that stands out, whatever list is shown", async () => {
    const { codes, state } = await (await page())(ask(SHOP, "/app/touches?days=90&view=codes"));
    expect(state).toMatchObject({ view: "codes", sort: "standing_out" });
    expect(codes.standingOut.map((code) => code.code)).toEqual(["ZOE10"]);
    const [zoe, marie] = codes.page.rows;
    expect(zoe).toMatchObject({ code: "ZOE10", creator: { id: "zoe" }, seen: 14, without: 14, unseen: 0, standsOut: true });
    expect(marie).toMatchObject({ code: "MARIE10", without: 0, standsOut: false });
    expect(marie!.seen + marie!.unseen).toBe(marie!.orders);
    expect((await (await page())(ask(SHOP, "/app/touches?days=90&q=nobody"))).codes.standingOut).toHaveLength(1);
  });

  it.each(["", "?days=8", "?days=1e9", "?view=constructor&sort=__proto__&page=-1", "?page=99999&q=%25"])("any address is a page: %s", async (query) => {
    const { period, state, creators } = await (await page())(ask(SHOP, `/app/touches${query}`));
    expect([period, state.view, state.sort]).toEqual([30, "creators", "sales"]);
    expect(creators.page).toBe(1);
  });

  it("a shop without clicks sees nothing of another's", async () => {
    const { totals, codes, storefront } = await (await page())(ask(OTHER_SHOP, "/app/touches"));
    expect(totals.now.clicks + totals.unknown.clicks + codes.page.total).toBe(0);
    expect(storefront.anyClick).toBe(false);
  });

  it("a stranger is sent to sign in", async () => {
    expect((await thrown((await page())(askAsStranger("/app/touches")))).status).toBe(302);
  });
});

describe("the pages around it", () => {
  it("a creator's page has the creator's own funnel of the page's period", async () => {
    const { loader } = await import("#app/routes/app.creators.$id.tsx");
    const { clicks } = await loader(ask(SHOP, "/app/creators/marie?days=30", undefined, { id: "marie" }));
    expect(clicks.now).toMatchObject({ clicks: 3, visitors: 3, withCode: 1 });
    expect((await loader(ask(SHOP, "/app/creators/zoe", undefined, { id: "zoe" }))).clicks.now.visitors).toBe(0);
  });

  it("a code's page has its orders with and without a click", async () => {
    const { loader } = await import("#app/routes/app.codes.$id.tsx");
    expect((await loader(ask(SHOP, "/app/codes/c2", undefined, { id: "c2" }))).clicks).toEqual({ orders: 14, seen: 14, without: 14, unsure: 0, unseen: 0 });
    expect((await loader(ask(SHOP, "/app/codes/c3", undefined, { id: "c3" }))).clicks).toBeNull();
  });

  it("Orders lists those without a click", async () => {
    const { loader } = await import("#app/routes/app.orders._index.tsx");
    const { orders } = await loader(ask(SHOP, "/app/orders?view=unclicked&q=ZOE10"));
    expect(orders.total).toBe(14);
    expect((await loader(ask(SHOP, "/app/orders?view=unclicked&q=MARIE10"))).orders.total).toBe(0);
  });
});

describe("the storefront", () => {
  const storefront = async () => (await (await import("#app/routes/app.settings.tsx")).loader(ask(SHOP, "/app/settings"))).storefront;
  const act = async (intent: string, shop = SHOP) => (await import("#app/routes/app.settings_.storefront.ts")).action(ask(shop, "/app/settings/storefront", { form: { intent } }));
  const kept = async () => (await pool().query<{ token_version: number; next_at: Date | null }>("select token_version, next_at from storefront where shop = $1", [SHOP])).rows[0];

  it("is named on Home where the pixel could not be given, and the store is asked again when a person says so", async () => {
    const home = async () => (await (await import("#app/routes/app._index.tsx")).loader(ask(SHOP, "/app"))).state.storefront;
    expect(await home()).toBeNull();
    await insert("storefront", { shop: SHOP, problem: '{"key":"storefront.scope","values":{}}', next_at: at(-1), tries: 4 });
    expect(await home()).toBe('{"key":"storefront.scope","values":{}}');
    expect((await act("again")).status).toBe(200);
    expect((await kept())!.next_at!.getTime()).toBeLessThanOrEqual(NOW.getTime() + 60_000);
  });

  it("the token is replaced, and the log says who did it", async () => {
    await act("renew");
    expect(await kept()).toMatchObject({ token_version: 2 });
    await act("renew");
    expect(await kept()).toMatchObject({ token_version: 3 });
    const { log } = await (await import("#app/routes/app.settings.tsx")).loader(ask(SHOP, "/app/settings"));
    expect(log.rows[0]).toMatchObject({ what: "storefront.renewed", who: "Camille Martin" });
    expect(await storefront()).toMatchObject({ hasPixel: false, problem: '{"key":"storefront.scope","values":{}}' });
  });

  it("what is no such act is refused", async () => {
    expect((await thrown(act("constructor"))).status).toBe(400);
  });
});
