import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const pages = { index: () => import("#app/routes/app.deals._index.tsx"), new: () => import("#app/routes/app.deals.new.tsx"), one: () => import("#app/routes/app.deals.$id.tsx") };

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("Deals", () => {
  it("lists the shop's deals, by the view that the address asks for", async () => {
    const { loader } = await pages.index();
    expect((await loader(ask(SHOP, "/app/deals"))).deals.total).toBe(3);
    expect((await loader(ask(SHOP, "/app/deals?view=attention"))).deals.rows.map((deal) => deal.name)).toEqual(["Spring"]);
    expect(await loader(ask(OTHER_SHOP, "/app/deals"))).toMatchObject({ counts: { all: 0 }, deals: { rows: [] } });
  });

  it("shows nothing to a request without a session token", async () => {
    const { loader } = await pages.index();
    expect((await thrown(loader(askAsStranger("/app/deals")))).status).toBeGreaterThanOrEqual(300);
  });
});

describe("Deal", () => {
  it("shows its codes and history, and tries again what was refused", async () => {
    const { loader, action } = await pages.one();
    const { deal, codes, history } = await loader(ask(SHOP, "/app/deals/autumn", undefined, { id: "autumn" }));
    expect([deal.name, codes.total, history.length]).toEqual(["Autumn 10", 3, 1]);

    await action(ask(SHOP, "/app/deals/spring", { form: {} }, { id: "spring" }));
    expect((await loader(ask(SHOP, "/app/deals/spring", undefined, { id: "spring" }))).deal.store).toMatchObject({ state: "waiting", problem: null });
  });

  const days = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();
  const seen: [string, { state: string; startsAt: string | null; endsAt: string | null }, string][] = [
    ["runs", { state: "active", startsAt: days(-5), endsAt: null }, "live"],
    ["has no dates", { state: "active", startsAt: null, endsAt: null }, "live"],
    ["is to come", { state: "pending", startsAt: days(5), endsAt: days(9) }, "scheduled"],
    ["has ended", { state: "active", startsAt: days(-9), endsAt: days(-2) }, "ended"],
    ["was ended there", { state: "expired", startsAt: days(-9), endsAt: days(9) }, "ended"],
  ];
  it.each(seen)("says of a network's deal that %s how it stands by its dates, on its page and in the list", async (_, dates, state) => {
    await pool().query("update deal_placement set seen = $1 where deal_id = 'autumn'", [JSON.stringify({ name: "Autumn 10", ...dates })]);
    const [{ loader }, index] = [await pages.one(), await pages.index()];
    expect((await loader(ask(SHOP, "/app/deals/autumn", undefined, { id: "autumn" }))).deal.networks).toMatchObject([{ state }]);
    expect((await index.loader(ask(SHOP, "/app/deals?q=autumn"))).deals.rows).toMatchObject([{ id: "autumn", networks: [{ state }] }]);
  });

  it("is not found in another shop", async () => {
    const { loader } = await pages.one();
    expect((await thrown(loader(ask(OTHER_SHOP, "/app/deals/autumn", undefined, { id: "autumn" })))).status).toBe(404);
  });
});

describe("New deal", () => {
  const fields = {
    name: "Advent", programId: "creators", kind: "percentage", percent: "12,5", amount: "", minimum: "subtotal", minimumAmount: "50", minimumQuantity: "", oncePerCustomer: true, limited: false,
    usageLimit: "", combinesOrder: false, combinesProduct: false, combinesShipping: false, startDate: "2026-12-01", startTime: "00:00", ends: true, endDate: "2026-12-24", endTime: "23:59",
  };

  it("writes what was typed: exact terms, instants of the shop's time zone, a row for store and network each", async () => {
    const { action } = await pages.new();
    const answer = await action(ask(SHOP, "/app/deals/new", { json: fields }));
    expect(answer.status).toBe(302);
    const id = /^\/app\/deals\/([^?]+)\?done=made$/.exec(answer.headers.get("location") ?? "")?.[1];
    const { rows } = await pool().query("select name, terms, starts_at, ends_at, store_state, (select state from deal_placement p where p.deal_id = d.id) as network from deal d where id = $1", [id]);
    expect(rows).toEqual([
      {
        name: "Advent",
        terms: expect.objectContaining({ value: { kind: "percentage", basisPoints: 1250 }, minimum: { kind: "subtotal", amount: "5000" } }),
        starts_at: new Date("2026-11-30T23:00:00Z"),
        ends_at: new Date("2026-12-24T22:59:59Z"),
        store_state: "waiting",
        network: "waiting",
      },
    ]);
  });

  const wrong: [string, object, string[]][] = [
    ["a field that is wrong", { percent: "0", name: "Zero" }, ["percent deal.percentage_range"]],
    ["a name that is taken", { name: "Autumn 10" }, ["name deal.name_taken"]],
    ["an end that has passed", { name: "Late", startDate: "2026-10-01", endDate: "2026-10-02" }, ["endDate deal.ends_in_past"]],
    ["no fields at all", { name: undefined, kind: undefined, percent: undefined }, ["name form.error.name_missing", "kind deal.kind_unknown"]],
  ];
  it.each(wrong)("refuses %s at its field, and writes nothing", async (_, changes, found) => {
    const { action } = await pages.new();
    const before = (await pool().query("select count(*)::int as n from deal")).rows[0].n;
    const answer = await action(ask(SHOP, "/app/deals/new", { json: { ...fields, ...changes } }));
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { field: string; key: string }[] };
    expect(errors.map((error) => `${error.field} ${error.key}`)).toEqual(found);
    expect((await pool().query("select count(*)::int as n from deal")).rows[0].n).toBe(before);
  });

  it("does not take another shop's program", async () => {
    const { action } = await pages.new();
    const answer = await action(ask(OTHER_SHOP, "/app/deals/new", { json: fields }));
    expect(await answer.json()).toMatchObject({ errors: [{ field: "programId", key: "program.not_found" }] });
  });
});
