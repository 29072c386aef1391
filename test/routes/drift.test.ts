import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const pages = {
  drift: () => import("#app/routes/app.drift.tsx"),
  adopt: () => import("#app/routes/app.adopt._index.tsx"),
  link: () => import("#app/routes/app.adopt_.link.tsx"),
  creators: () => import("#app/routes/app.adopt_.creators.ts"),
  discount: () => import("#app/routes/app.adopt_.discount.$id.tsx"),
};
const GID = "gid://shopify/DiscountCodeNode/77";

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
  await pool().query(
    `insert into drift (shop, about, about_id, target, kind, part, theirs, found_at) values
       ($1, 'deal', 'autumn', 'store', 'extra_code', 'HONEY1', '{"code": "HONEY1"}', now() - interval '1 day'), ($1, 'deal', 'autumn', 'store', 'gone', '', null, now() - interval '2 days')`,
    [SHOP],
  );
  await pool().query("insert into store_discount (shop, store_id, title, kind, status, read_at, codes_count) values ($1, $2, 'Old ones', 'basic', 'ACTIVE', now(), 1)", [SHOP, GID]);
  await pool().query("insert into store_code (shop, key, code, store_id, redeem_id, read_at) values ($1, 'OLD1', 'old1', $2, 'gid://shopify/DiscountRedeemCode/1', now())", [SHOP, GID]);
});

describe("What differs", () => {
  it("is listed, the oldest first, to its own shop alone", async () => {
    const { loader } = await pages.drift();
    const shown = await loader(ask(SHOP, "/app/drift"));
    expect(shown.drifts.rows.map((row) => row.kind)).toEqual(["gone", "extra_code"]);
    expect(shown.counts).toEqual({ open: 2, under_way: 0, left: 0, settled: 0 });
    expect((await loader(ask(OTHER_SHOP, "/app/drift"))).drifts.rows).toEqual([]);
    expect((await thrown(loader(askAsStranger("/app/drift")))).status).toBeGreaterThanOrEqual(300);
  });

  it("cannot be settled by another shop, nor by nonsense", async () => {
    const { loader, action } = await pages.drift();
    const ids = (await loader(ask(SHOP, "/app/drift"))).drifts.rows.map((row) => row.id).join(" ");
    const settle = async (shop: string, form: Record<string, string>) => (await action(ask(shop, "/app/drift", { form }))).json();
    expect(await settle(OTHER_SHOP, { choice: "leave", ids })).toMatchObject({ done: 0, refused: [] });
    expect(await settle(SHOP, { choice: "destroy", ids })).toMatchObject({ done: 0 });
    expect(await settle(SHOP, { choice: "leave", ids: "x' 1;drop 99999999999999999999" })).toMatchObject({ done: 0 });
    expect((await loader(ask(SHOP, "/app/drift"))).counts.open).toBe(2);
    expect(await settle(SHOP, { choice: "leave", ids })).toMatchObject({ choice: "leave", done: 2, refused: [] });
    expect((await loader(ask(SHOP, "/app/drift?view=left"))).drifts.total).toBe(2);
    expect(await settle(SHOP, { choice: "take_up", ids })).toMatchObject({ done: 2 });
  });
});

describe("Adopt", () => {
  it("lists what the store has and nobody was given, to its own shop alone", async () => {
    const { loader } = await pages.adopt();
    const shown = await loader(ask(SHOP, "/app/adopt"));
    expect(shown.found.rows.map((row) => row.code)).toContain("old1");
    expect(shown.discounts.map((discount) => discount.title)).toContain("Old ones");
    expect((await loader(ask(OTHER_SHOP, "/app/adopt"))).found.rows).toEqual([]);
  });

  it("shows the codes that were chosen, whatever the address says", async () => {
    const { loader } = await pages.link();
    expect((await loader(ask(SHOP, "/app/adopt/link?codes=OLD1%0Aold1%0ANOSUCH"))).codes.map((code) => code.code)).toEqual(["old1"]);
    expect((await loader(ask(OTHER_SHOP, "/app/adopt/link?codes=OLD1"))).codes).toEqual([]);
    expect((await loader(ask(SHOP, "/app/adopt/link"))).codes).toEqual([]);
  });

  it.each([["no rows", { programId: "creators", rows: "nonsense" }], ["a program of nobody", { programId: "x", rows: JSON.stringify([{ key: "OLD1", creatorId: "marie", policy: "always" }]) }]])("refuses %s", async (_, form) => {
    const { action } = await pages.link();
    const answer = await (await action(ask(SHOP, "/app/adopt/link", { form: { intent: "link", ...form } }))).json();
    expect((answer as { errors: unknown[] }).errors).toHaveLength(1);
    expect((await pool().query("select 1 from code where shop = $1 and key = 'OLD1'", [SHOP])).rowCount).toBe(0);
  });

  it("finds a discount by its number, and none of another shop's", async () => {
    const { loader } = await pages.discount();
    expect((await loader(ask(SHOP, "/app/adopt/discount/77", undefined, { id: "77" }))).discount.title).toBe("Old ones");
    expect((await thrown(loader(ask(OTHER_SHOP, "/app/adopt/discount/77", undefined, { id: "77" })))).status).toBe(404);
    expect((await thrown(loader(ask(SHOP, "/app/adopt/discount/x", undefined, { id: "x" })))).status).toBe(404);
  });

  it("finds creators while a name is typed", async () => {
    const { loader } = await pages.creators();
    const found = (await (await loader(ask(SHOP, "/app/adopt/creators?q=mar"))).json()) as { people: { name: string }[] };
    expect(found.people.length).toBeGreaterThan(0);
    expect(((await (await loader(ask(OTHER_SHOP, "/app/adopt/creators?q=mar"))).json()) as { people: unknown[] }).people).toEqual([]);
  });

  it("gives nothing back that was never linked", async () => {
    const { action } = await pages.adopt();
    expect(await (await action(ask(SHOP, "/app/adopt", { form: { unlink: "nobody" } }))).json()).toEqual({ unlinked: null });
  });
});
