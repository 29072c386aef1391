// What the pages read, against a real PostgreSQL: filters, order, sums, and that no row of another shop is ever seen.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { codesOfCreator, countCreators, listCreators, ordersOfCreator, readCreator, salesByDay, soldByCreator } from "#app/db/reads/creators.ts";
import { countCodes, listCodes } from "#app/db/reads/code-list.ts";
import { creatorsToGive, dealsToGive } from "#app/db/reads/codes.ts";
import { countDeals, historyOfDeal, listDeals, programChoices, readDeal } from "#app/db/reads/deals.ts";
import { countWork, listWork } from "#app/db/reads/worklist.ts";
import { listConnections, listExchanges, listPrograms, readExchange } from "#app/db/reads/network.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeAtelier, NOW, OTHER_SHOP, SHOP } from "#test/routes/atelier.ts";

useDatabase();
beforeAll(makeAtelier);

const deals = { view: "all", q: "", sort: "newest", page: 1, now: NOW };
const creators = { view: "all", q: "", sort: "sales", page: 1, now: NOW };
const codes = { view: "all", q: "", creatorId: "", dealId: "", sort: "wrong", page: 1, now: NOW };

describe("deals", () => {
  const views: [string, string[]][] = [
    ["all", ["winter", "autumn", "spring"]],
    ["attention", ["spring"]],
    ["active", ["autumn"]],
    ["scheduled", ["winter"]],
    ["ended", ["spring"]],
  ];
  it.each(views)("the view %s shows %j", async (view, ids) => {
    expect((await listDeals(SHOP, { ...deals, view })).rows.map((row) => row.id)).toEqual(ids);
  });

  it("are found by name and by code, and % means itself", async () => {
    expect((await listDeals(SHOP, { ...deals, q: "autumn" })).rows.map((row) => row.id)).toEqual(["autumn"]);
    expect((await listDeals(SHOP, { ...deals, q: "zoe10" })).rows.map((row) => row.id)).toEqual(["autumn"]);
    expect((await listDeals(SHOP, { ...deals, q: "%" })).rows).toEqual([]);
  });

  it("a deal sums what its codes sold: orders with something left, returns taken off", async () => {
    const deal = await readDeal(SHOP, "autumn", NOW);
    expect(deal?.sold.orders).toBe(36);
    const codesSold = (await listCodes(SHOP, { ...codes, dealId: "autumn" })).rows;
    expect(codesSold.map((code) => code.code)).toEqual(["ZOE10", "LILEI10", "MARIE10"]);
    expect(deal?.sold.amount).toBe(String(codesSold.reduce((sum, code) => sum + BigInt(code.sold.amount), 0n)));
    expect(deal?.networks).toMatchObject([{ programName: "Petit Atelier Creators", state: "live" }]);
  });

  it("counts the codes that are in force: none that is paused, retired or replaced", async () => {
    const count = async () => (await readDeal(SHOP, "autumn", NOW))?.codes;
    expect(await count()).toBe(3);
    for (const [column, value] of [["paused_at", NOW], ["retired_at", NOW], ["replaced_by", "another"]] as const) {
      await pool().query(`update code set ${column} = $3 where shop = $1 and code = $2`, [SHOP, "ZOE10", value]);
      expect([column, await count()]).toEqual([column, 2]);
      await pool().query(`update code set ${column} = null where shop = $1 and code = $2`, [SHOP, "ZOE10"]);
    }
  });

  it("has its history, and its programs to choose from", async () => {
    expect(await historyOfDeal(SHOP, { id: "autumn", name: "Autumn 10" })).toMatchObject([{ what: "codes.given", detail: { count: 3 } }]);
    expect((await programChoices(SHOP)).map((program) => program.id)).toEqual(["creators", "performance", "friends"]);
  });
});

describe("creators", () => {
  const views: [string, string[]][] = [
    ["all", ["marie", "zoe", "anna", "tom", "lilei"]],
    ["no_code", ["anna", "tom"]],
    ["not_joined", ["anna", "tom"]],
    ["quiet", ["anna", "tom", "lilei"]],
  ];
  it.each(views)("the view %s shows %j", async (view, ids) => {
    expect((await listCreators(SHOP, { ...creators, view })).rows.map((row) => row.id)).toEqual(ids);
  });

  it("those who have joined and have no code are counted", async () => {
    expect(await countCreators(SHOP, NOW)).toEqual({ all: 5, withoutCode: 0 });
    expect(await countDeals(SHOP, NOW)).toEqual({ all: 3, active: 1, wrong: 1 });
  });

  it("one who left is shown as left", async () => {
    const row = (await listCreators(SHOP, { ...creators, q: "okafor" })).rows[0];
    expect(row?.programs).toMatchObject([{ name: "Petit Atelier Creators", state: "left" }]);
    expect((await readCreator(SHOP, "marie", NOW))?.memberships.map((membership) => membership.name)).toEqual(["Friends of the shop", "Petit Atelier Creators"]);
  });

  it("a word of the network's that the app does not know comes to the pages as it is", async () => {
    await pool().query(`update membership set state_text = 'SUSPENDED_NEW' where shop = $1 and creator_id = 'marie' and program_id = 'creators'`, [SHOP]);
    const row = (await listCreators(SHOP, { ...creators, q: "marie" })).rows[0];
    expect(row?.programs.map(({ name, state, word }) => [name, state, word])).toContainEqual(["Petit Atelier Creators", "joined", "SUSPENDED_NEW"]);
    expect((await readCreator(SHOP, "marie", NOW))?.memberships.map(({ name, word }) => [name, word])).toEqual([["Friends of the shop", null], ["Petit Atelier Creators", "SUSPENDED_NEW"]]);
  });

  it("sales by day have every day of the period and sum to what was sold in it", async () => {
    const days = await salesByDay(SHOP, "marie", { days: 60, now: NOW, timezone: "Europe/Berlin" });
    expect(days).toHaveLength(60);
    const sold = await soldByCreator(SHOP, "marie");
    expect(String(days.reduce((sum, day) => sum + BigInt(day.amount), 0n))).toBe(sold.amount);
    expect(days.reduce((sum, day) => sum + day.orders, 0)).toBe(sold.orders);
  });

  it.each([
    ["2026-11-21T22:30:00Z", "2026-08-24", "2026-11-21"], // 23:30 in winter; 90 x 24 hours before is past midnight of summer's next day
    ["2026-11-21T23:30:00Z", "2026-08-25", "2026-11-22"],
    ["2026-05-10T22:30:00Z", "2026-02-11", "2026-05-11"],
  ])("90 days until %s are from %s to %s, though the clocks changed between", async (at, first, last) => {
    const days = await salesByDay(SHOP, "marie", { days: 90, now: new Date(at), timezone: "Europe/Berlin" });
    expect([days.length, days[0]!.day, days.at(-1)!.day]).toEqual([90, first, last]);
  });

  it("an order that was taken back is listed with nothing left", async () => {
    const orders = await ordersOfCreator(SHOP, "marie");
    expect(orders).toHaveLength(20);
    expect(orders.find((order) => order.name === "#1023")).toMatchObject({ amount: "0", code: "MARIE10" });
    expect((await codesOfCreator(SHOP, "marie", NOW)).map((code) => code.code)).toEqual(["MARIE10"]);
  });
});

describe("codes", () => {
  it("what is wrong comes first, then what waits", async () => {
    expect((await listCodes(SHOP, codes)).rows.map((row) => row.code)).toEqual(["ZOE10", "LILEI10", "MARIE10"]);
    expect(await countCodes(SHOP)).toEqual({ all: 3, wrong: 1, waiting: 1, coming: 1, live: 2, retired: 0 });
  });

  it.each([["wrong", ["ZOE10"]], ["waiting", ["LILEI10"]], ["live", ["MARIE10"]], ["retired", []]])("the view %s shows %j", async (view, found) => {
    expect((await listCodes(SHOP, { ...codes, view })).rows.map((row) => row.code)).toEqual(found);
  });

  it("the creators that were chosen come first", async () => {
    expect((await creatorsToGive(SHOP, ["zoe"], NOW)).map((creator) => creator.id)).toEqual(["zoe", "anna", "marie", "tom", "lilei"]);
  });

  it("only deals that have not ended can be given", async () => {
    expect((await dealsToGive(SHOP, NOW)).map((deal) => deal.id)).toEqual(["winter", "autumn"]);
    expect((await creatorsToGive(SHOP, [], NOW)).find((creator) => creator.id === "tom")?.programs).toMatchObject([{ state: "left" }]);
  });
});

describe("the network", () => {
  it("an account shows its budget, what waits and what is stuck", async () => {
    expect(await listConnections(SHOP, NOW)).toMatchObject([
      { id: "acc", budget: { limit: 1000, used: 412 }, waiting: { conversions: 2, codes: 1, deals: 1 }, stuck: 2, reported: 36 },
    ]);
    expect((await listConnections(SHOP, new Date(NOW.getTime() + 3_600_000)))[0]?.budget?.used).toBe(0);
  });

  it("programs count their creators by state", async () => {
    expect((await listPrograms(SHOP, NOW)).find((program) => program.id === "creators")?.creators).toEqual({ joined: 3, pending: 1, other: 1 });
  });

  it("the worklist says what is wanted and what is known to be held", async () => {
    const { rows, total } = await listWork(SHOP, { view: "all", q: "", page: 1 }, NOW);
    expect([total, await countWork(SHOP, NOW)]).toEqual([2, { all: 2, not_taken: 1, after_lock: 1 }]);
    expect(rows).toMatchObject([
      { group: "not_taken", problem: "rejected", detail: "BLOCKED_BY_PROMOCODE", here: "0", there: null },
      { group: "after_lock", problem: "after_lock", here: "0", there: { amount: "9339", currency: "EUR" } },
    ]);
    expect((await listWork(SHOP, { view: "after_lock", q: "#1008", page: 1 }, NOW)).total).toBe(1);
    expect((await listWork(SHOP, { view: "all", q: "nobody", page: 1 }, NOW)).total).toBe(0);
  });

  it("the log is paged, filtered, and each exchange opens", async () => {
    const all = await listExchanges(SHOP, { view: "all", page: 1 });
    expect(all).toMatchObject({ total: 32, pages: 2 });
    expect((await listExchanges(SHOP, { view: "all", page: 2 })).rows).toHaveLength(7);
    const failed = await listExchanges(SHOP, { view: "failed", page: 1 });
    expect(failed.rows.map((row) => [row.aboutName, row.outcome])).toEqual([["ZOE10", "invalid"], ["#1030", "limited"]]);
    expect(await readExchange(SHOP, failed.rows[0]!.id)).toMatchObject({ answer: { Status: "ERROR" } });
    expect(await readExchange(OTHER_SHOP, failed.rows[0]!.id)).toBeNull();
  });
});

describe("another shop", () => {
  it("sees nothing of this one", async () => {
    expect(await countDeals(OTHER_SHOP, NOW)).toEqual({ all: 0, active: 0, wrong: 0 });
    expect(await readDeal(OTHER_SHOP, "autumn", NOW)).toBeNull();
    expect(await countCreators(OTHER_SHOP, NOW)).toEqual({ all: 1, withoutCode: 0 });
    expect(await readCreator(OTHER_SHOP, "marie", NOW)).toBeNull();
    expect((await listCodes(OTHER_SHOP, { ...codes, view: "every" })).total).toBe(0);
    expect(await listConnections(OTHER_SHOP, NOW)).toEqual([]);
    expect((await listWork(OTHER_SHOP, { view: "all", q: "", page: 1 }, NOW)).total).toBe(0);
    expect((await listExchanges(OTHER_SHOP, { view: "all", page: 1 })).total).toBe(0);
  });
});
