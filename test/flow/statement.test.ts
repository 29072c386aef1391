// Statements against a real PostgreSQL: month edges in two zones, payouts counted once, pages that are cut, and that over all months all adds up.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { readOverview, readStatement, readStatementMonths } from "#app/flow/statement.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeOrder, makeShop, post, SHOP, tell } from "./statement-shop.ts";

useDatabase();
const HONOLULU = "honolulu.myshopify.com";

const ENTRIES = [
  { order: "1", at: "2026-09-30T21:59:59Z", amount: 10_000n }, // the last second of September in Berlin
  { order: "2", at: "2026-09-30T22:00:00Z", amount: 2_000n }, // the first of October
  { order: "2", at: "2026-10-10T10:00:00Z", amount: -500n },
  { order: "2", at: "2026-10-11T10:00:00Z", amount: 100n, kind: "adjustment", cause: "hand:7" },
  { order: "1", at: "2026-10-12T10:00:00Z", amount: -4_000n },
  { order: "3", at: "2026-10-31T22:30:00Z", amount: 700n },
  { order: "3", at: "2026-10-31T22:40:00Z", amount: 300n, code: "k2" },
  { order: "4", at: "2026-10-31T23:30:00Z", amount: 900n }, // November in Berlin, October in Honolulu
  { order: "5", at: "2026-10-20T10:00:00Z", amount: 1_580n, currency: "JPY" },
  { order: "2", at: "2026-11-05T10:00:00Z", amount: -200n, kind: "adjustment", cause: "what-if:w1" },
  { order: "6", at: "2026-10-20T10:00:00Z", amount: 55n, creator: "lilei" },
];

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-11-21T10:00:00Z") - Date.now());
  for (const [shop, zone] of [[SHOP, "Europe/Berlin"], [HONOLULU, "Pacific/Honolulu"]] as const) {
    await makeShop(shop, zone);
    for (const [order, at] of [["1", "2026-09-30T20:00:00Z"], ["2", "2026-09-30T21:00:00Z"], ["3", "2026-10-31T22:00:00Z"], ["4", "2026-10-31T23:00:00Z"], ["6", "2026-10-20T10:00:00Z"]] as const) await makeOrder(shop, order, at);
    await post(shop, ENTRIES);
  }
  await tell(SHOP, { order: "1", payout: 600n, currency: "EUR", state: "approved", readAt: "2026-11-20T10:00:00Z" });
  await tell(SHOP, { order: "2", payout: 0n, currency: "EUR", state: "reversed", readAt: "2026-11-20T10:00:00Z", held: "reversed" });
  await tell(SHOP, { order: "2", n: 2, payout: 140n, currency: "EUR", state: "pending", readAt: "2026-11-21T09:00:00Z" });
  await tell(SHOP, { order: "3", payout: 110n, currency: "USD", state: "pending", readAt: "2026-11-21T08:00:00Z" });
  await tell(SHOP, { order: "3", n: 2, code: "k2" });
  await tell(SHOP, { order: "3", n: 3, held: "dropped" });
  await tell(SHOP, { order: "6", creator: "lilei", payout: 6n, currency: "EUR", state: "pending", readAt: "2026-11-21T08:00:00Z" });
});
afterAll(() => setClockOffsetMs(0));

describe("a creator's statement", () => {
  it("has the entries of the month by the shop's clock, line by line, from the balance before to the balance at its end", async () => {
    const page = (await readStatement(SHOP, "marie", "2026-10"))!;
    expect(page).toMatchObject({ month: "2026-10", firstDay: "2026-10-01", lastDay: "2026-10-31", underWay: false, shopName: "Petit Atelier", creator: { name: "Marie Lefèvre" }, total: 5, previous: "2026-09", next: "2026-11" });
    expect(page.currencies).toEqual([
      { currency: "EUR", opening: "10000", credited: "3000", reversed: "-4500", adjusted: "100", net: "-1400", closing: "8600" },
      { currency: "JPY", opening: "0", credited: "1580", reversed: "0", adjusted: "0", net: "1580", closing: "1580" },
    ]);
    expect(page.lines.map(({ orderId, code, credited, reversed, adjusted, net, marks }) => [orderId, code, credited, reversed, adjusted, net, marks.join()])).toEqual([
      ["5", "MARIE10", "1580", "0", "0", "1580", ""],
      ["1", "MARIE10", "0", "-4000", "0", "-4000", ""],
      ["2", "MARIE10", "2000", "-500", "100", "1600", "hand"],
      ["3", "MARIE10", "700", "0", "0", "700", ""],
      ["3", '@MARIE,"VIP"', "300", "0", "0", "300", ""],
    ]);
  });

  it("counts a payout on the statement of the month that first credited the order, each once over all months", async () => {
    const [september, october, november] = await Promise.all(["2026-09", "2026-10", "2026-11"].map((month) => readStatement(SHOP, "marie", month)));
    expect(september!.payouts).toMatchObject({ sums: [{ currency: "EUR", approved: "600", toPay: "600" }], conversions: 1, unknown: 0 });
    expect(october!.payouts).toEqual({
      sums: [
        { currency: "EUR", pending: "140", approved: "0", reversed: "0", reversals: 1, toPay: "140" },
        { currency: "USD", pending: "110", approved: "0", reversed: "0", reversals: 0, toPay: "110" },
      ],
      conversions: 4,
      unknown: 1,
      readAt: "2026-11-21T09:00:00.000Z",
    });
    expect(november!.payouts).toMatchObject({ sums: [], conversions: 0, readAt: null });
    const shown = Object.fromEntries(october!.lines.map((line) => [`${line.orderId} ${line.code}`, line.payoutMonth ?? line.payouts.map(({ state, amount, currency }) => `${state} ${amount} ${currency}`).join()]));
    expect(shown).toEqual({ "1 MARIE10": "2026-09", "2 MARIE10": "pending 140 EUR,reversed 0 EUR", "3 MARIE10": "pending 110 USD", '3 @MARIE,"VIP"': "unknown null null", "5 MARIE10": "" });
    expect(november!.lines.find((line) => line.orderId === "2")).toMatchObject({ payoutMonth: "2026-10", payouts: [], marks: ["what_if"] });
  });

  it("names the code as it stood on an order that a pattern found, and the pattern where that is not known", async () => {
    const other = "patterns.myshopify.com";
    await makeShop(other, "Europe/Berlin");
    await post(other, [{ order: "1", at: "2026-10-05T10:00:00Z", amount: 100n, code: "k3" }, { order: "2", at: "2026-10-05T11:00:00Z", amount: 200n, code: "k3" }, { order: "2", at: "2026-10-05T11:00:00Z", amount: 300n }]);
    await tell(other, { order: "1", code: "k3", toldCode: "stream-123" });
    const page = (await readStatement(other, "marie", "2026-10"))!;
    expect(page.lines.map((line) => `${line.orderId} ${line.code}`).sort()).toEqual(["1 stream-123", "2 MARIE10", "2 null"]);
  });

  it("does not wait for a payout of what no network comes to know", async () => {
    const other = "untold.myshopify.com";
    await makeShop(other, "Europe/Berlin");
    const orders = ["1", "2", "3", "4"];
    await post(other, orders.map((order) => ({ order, at: "2026-10-05T10:00:00Z", amount: 100n })));
    await tell(other, { order: "1", held: "waiting" }); // taken back before it was told
    await tell(other, { order: "2", held: "stuck", problem: "no_partner" });
    await tell(other, { order: "3", held: "sending", op: "create" });
    const page = (await readStatement(other, "marie", "2026-10"))!;
    expect([page.payouts.conversions, page.payouts.unknown]).toEqual([1, 1]);
    expect(page.lines.map((line) => [line.orderId, line.payouts.map((payout) => payout.state).join()])).toEqual([["1", ""], ["2", ""], ["3", "unknown"], ["4", ""]]);
  });

  it("puts an entry of 23:30 UTC on the last day into November in Berlin, and into October in Honolulu", async () => {
    const ordersOf = async (shop: string, month: string) => (await readStatement(shop, "marie", month))!.lines.map((line) => line.orderId);
    expect(await ordersOf(SHOP, "2026-10")).not.toContain("4");
    expect(await ordersOf(SHOP, "2026-11")).toContain("4");
    expect(await ordersOf(HONOLULU, "2026-10")).toContain("4");
    expect(await ordersOf(HONOLULU, "2026-11")).not.toContain("4");
    // The months of the list are the statements' own.
    for (const shop of [SHOP, HONOLULU]) {
      for (const { month, currencies, payouts } of await readStatementMonths(shop, "marie")) {
        const page = (await readStatement(shop, "marie", month))!;
        expect(currencies).toEqual(page.currencies.filter((each) => each.credited !== "0" || each.reversed !== "0" || each.adjusted !== "0").map(({ currency, credited, reversed, adjusted, net }) => ({ currency, credited, reversed, adjusted, net })));
        expect(payouts).toEqual(page.payouts);
      }
    }
  });

  it("over all months comes to the ledger's balance", async () => {
    const months = await readStatementMonths(SHOP, "marie");
    const { rows } = await pool().query<{ currency: string; balance: string }>("select currency, sum(amount)::text as balance from ledger_entry where shop = $1 and creator_id = 'marie' group by 1 order by 1", [SHOP]);
    expect(months.map((each) => each.month)).toEqual(["2026-11", "2026-10", "2026-09"]);
    for (const { currency, balance } of rows) {
      const nets = months.flatMap((each) => each.currencies.filter((sums) => sums.currency === currency).map((sums) => BigInt(sums.net)));
      expect(nets.reduce((sum, net) => sum + net, 0n).toString()).toBe(balance);
    }
  });

  it("of the month under way says so, and has none after it", async () => {
    expect(await readStatement(SHOP, "marie", "2026-11")).toMatchObject({ underWay: true, next: null });
  });

  it.each([
    ["a month to come", "marie", "2026-12"],
    ["no month", "marie", "latest"],
    ["nobody", "stranger", "2026-10"],
  ])("of %s there is none", async (_, creator, month) => {
    expect(await readStatement(SHOP, creator, month)).toBeNull();
  });

  it("that is long is shown in part, and says how much there is", async () => {
    const many = "many.myshopify.com";
    await makeShop(many, "Europe/Berlin");
    await pool().query(
      `insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)
       select $1, n::text, 'k1', 'marie', 'p1', '1', 'credit', n, 'EUR', 'w', '{}', '2026-10-02T00:00:00Z'::timestamptz + n * interval '1 minute' from generate_series(1, 1200) n`,
      [many],
    );
    const page = (await readStatement(many, "marie", "2026-10"))!;
    expect([page.lines.length, page.total, page.currencies[0]!.credited]).toEqual([500, 1200, String((1200 * 1201) / 2)]);
  });
});

describe("the overview of a month", () => {
  it("has a row for each creator with something in it, and what they come to", async () => {
    const overview = (await readOverview(SHOP, "2026-10", 1))!;
    expect(overview.rows.map((row) => [row.creator.name, row.orders, row.currencies.map(({ currency, net }) => `${net} ${currency}`).join(), row.payouts.sums.map((sum) => `${sum.toPay} ${sum.currency}`).join()])).toEqual([
      ["Marie Lefèvre", 4, "-1400 EUR,1580 JPY", "140 EUR,110 USD"],
      ["李雷", 1, "55 EUR", "6 EUR"],
    ]);
    expect(overview.currencies.map(({ currency, net }) => `${net} ${currency}`)).toEqual(["-1345 EUR", "1580 JPY"]);
    expect(overview.payouts.sums.map((sum) => `${sum.toPay} ${sum.currency}`)).toEqual(["146 EUR", "110 USD"]);
    expect(overview.months).toEqual(["2026-11", "2026-10", "2026-09"]);
  });

  it("of the month under way is shown where none is asked for, and a page too far is the last", async () => {
    expect(await readOverview(SHOP, null, 99)).toMatchObject({ month: "2026-11", underWay: true, page: 1, pages: 1, total: 1 });
  });

  it("knows nothing of another shop", async () => {
    await makeShop("empty.myshopify.com", "UTC");
    expect(await readOverview("empty.myshopify.com", "2026-10", 1)).toMatchObject({ rows: [], total: 0, currencies: [], months: ["2026-11", "2026-10"] });
  });
});
