// Home: what was sold in a period and in the one before, who sold it, and what waits or failed.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = async () => (await import("#app/routes/app._index.tsx")).loader;

beforeAll(async () => {
  await makeAtelier();
  // The atelier's orders keep what was credited at first: here the sum of their ledger counts, as settling writes it.
  await pool().query("update order_state o set credited = (select coalesce(sum(amount), 0) from ledger_entry l where l.shop = o.shop and l.order_id = o.order_id) where shop = $1", [SHOP]);
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

async function soldBetween(from: string, to: string): Promise<{ sales: string; orders: number }> {
  const { rows } = await pool().query<{ sales: string; orders: number }>("select coalesce(sum(credited), 0)::text as sales, count(*) filter (where credited > 0)::int as orders from order_state where shop = $1 and created_at >= $2 and created_at < $3", [SHOP, from, to]);
  return rows[0]!;
}

describe("Home", () => {
  it.each([7, 30, 90])("the last %d days begin at midnight in the shop's zone, and stand against as many before", async (days) => {
    const { sales, period } = await (await page())(ask(SHOP, `/app?days=${days}`));
    expect(period).toBe(days);
    expect(sales.days).toHaveLength(days);
    expect(sales.days.at(-1)?.day).toBe("2026-11-21");
    expect(sales.from).toMatch(/T2[23]:00:00.000Z$/);
    expect(sales.now).toMatchObject(await soldBetween(sales.from, "2027-01-01"));
    expect(sales.then).toMatchObject(await soldBetween(sales.before, sales.from));
  });

  it("the days sum to the period, and so do the creators and the codes", async () => {
    const { sales } = await (await page())(ask(SHOP, "/app"));
    const sum = (amounts: string[]) => String(amounts.reduce((total, amount) => total + BigInt(amount), 0n));
    expect(sum(sales.days.map((day) => day.amount))).toBe(sales.now.sales);
    expect(sum(sales.days.map((day) => day.before))).toBe(sales.then.sales);
    expect(sum(sales.creators.map((creator) => creator.amount))).toBe(sales.now.sales);
    for (const best of [...sales.creators, ...sales.codes]) expect(sum(best.days)).toBe(best.amount);
    expect(sales.creators.map((creator) => creator.name)).toEqual(["Marie Laurent", "Zoë Łukasz"]);
    expect(sales.codes).toMatchObject([{ name: "MARIE10", owner: { id: "marie" } }, { name: "ZOE10", owner: { id: "zoe" } }]);
  });

  it("of a code for everybody nobody is named, whoever was credited for it", async () => {
    const give = (creator: string | null) => pool().query("update code_term set creator_id = $2 where shop = $1 and code_id in (select id from code where shop = $1 and code = 'ZOE10')", [SHOP, creator]);
    await give(null);
    const { sales } = await (await page())(ask(SHOP, "/app"));
    await give("zoe");
    expect(sales.codes).toMatchObject([{ name: "MARIE10", owner: { id: "marie" } }, { name: "ZOE10", owner: null }]);
  });

  it("what is taken back counts when it was taken back", async () => {
    const { sales } = await (await page())(ask(SHOP, "/app?days=90"));
    const { rows } = await pool().query<{ back: string }>("select (-sum(amount))::text as back from ledger_entry where shop = $1 and kind = 'reversal'", [SHOP]);
    expect(sales.now.takenBack).toBe(rows[0]!.back);
  });

  it("says what waits and what failed", async () => {
    const { state } = await (await page())(ask(SHOP, "/app"));
    expect(state).toEqual({ deliveries: { waiting: 0, unreadable: 0 }, fetches: { waiting: 0, failing: 0 }, reports: { waiting: 2, cut: 0, stuck: 2 }, placements: { waiting: 4, wrong: 2 }, differs: 0, requests: 0, contracts: 0, lags: 0, notices: [], refused: [], hindered: [], storefront: null });
    const account = [{ id: "acc", network: "impact", account: "Petit Atelier GmbH", sid: "" }];
    await pool().query("update network_connection set problem = $2 where shop = $1", [SHOP, '{"key":"network.forbidden","values":{"permission":"POST Conversions"}}']);
    expect((await (await page())(ask(SHOP, "/app"))).state).toMatchObject({ refused: [], hindered: account });
    await pool().query("update network_connection set problem = null, permissions = $2 where shop = $1", [SHOP, '[{"id":"POST Conversions","state":"lacking","at":null}]']);
    expect((await (await page())(ask(SHOP, "/app"))).state).toMatchObject({ refused: [], hindered: account });
    await pool().query("update network_connection set state = 'refused' where shop = $1", [SHOP]);
    expect((await (await page())(ask(SHOP, "/app"))).state).toMatchObject({ refused: account, hindered: [] });
    // One whose network tells no name is named by its network, and not by its id.
    await pool().query("update network_connection set name = account_sid where shop = $1", [SHOP]);
    expect((await (await page())(ask(SHOP, "/app"))).state.refused).toEqual([{ id: "acc", network: "impact", account: "", sid: "" }]);
    await pool().query("update network_connection set name = 'Petit Atelier GmbH' where shop = $1", [SHOP]);
    await pool().query("update network_connection set state = 'disconnected' where shop = $1", [SHOP]);
    expect((await (await page())(ask(SHOP, "/app"))).state).toMatchObject({ refused: [], hindered: [], reports: { waiting: 0, cut: 2, stuck: 2 } });
  });

  it("a shop without any sale has its first steps before it", async () => {
    const { setup, sales } = await (await page())(ask(OTHER_SHOP, "/app?days=nonsense"));
    expect(setup).toEqual({ programs: 0, connected: false, creators: 1, deals: 0, codes: 0, credited: false });
    expect(sales.now).toEqual({ sales: "0", orders: 0, takenBack: "0" });
  });

  it("a stranger is sent to sign in", async () => {
    const answer = await thrown((await page())(askAsStranger("/app")));
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toContain("/auth/login");
  });
});
