// No statement of the app reads or writes rows without saying whose: each table with a shop column is tied to a shop, by a condition that always holds or by a join.
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ACROSS_SHOPS, PUT_TOGETHER, UNJOINED } from "./across-shops.ts";
import { untiedTables } from "./shop-tie.ts";
import { readApp } from "./sql-texts.ts";

useDatabase();

const { sql, prisma } = readApp();

async function tablesWithShop(): Promise<Set<string>> {
  const { rows } = await pool().query<{ name: string }>("select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'shop'");
  return new Set(rows.map(({ name }) => name));
}

describe("statements", () => {
  it("all that the app sends are seen, and all of them PostgreSQL can read", () => {
    expect(sql.length).toBeGreaterThan(600);
    expect([...new Set(sql.filter(({ texts }) => texts === null).map(({ where }) => where))].sort()).toEqual(Object.keys(PUT_TOGETHER).sort());
  });

  it("tie each table to a shop, or are known to go across shops, with their reason", { timeout: 120_000 }, async () => {
    const tables = await tablesWithShop();
    const [untied, across] = [[] as string[], new Set<string>()];
    for (const { where, texts } of sql) {
      for (const text of new Set(texts ?? [])) {
        const found = await untiedTables(text, tables).catch((fault: Error) => [`PostgreSQL cannot read it, ${fault.message}`]);
        if (found.length === 0) continue;
        across.add(where);
        if (!(where in ACROSS_SHOPS)) untied.push(`${where}: ${found.join(", ")}\n    ${text.replace(/\s+/g, " ").slice(0, 300)}`);
      }
    }
    expect(untied, "name the shop in the statement, or give its reason in test/attacks/across-shops.ts").toEqual([]);
    expect(Object.keys(ACROSS_SHOPS).filter((where) => !across.has(where)), "these are tied now").toEqual([]);
  });

  it("join tables by their shop even where they go across shops", { timeout: 120_000 }, async () => {
    const tables = await tablesWithShop();
    const loose: string[] = [];
    for (const { where, texts } of sql) {
      if (!(where in ACROSS_SHOPS) || UNJOINED.has(where)) continue;
      for (const text of new Set(texts ?? [])) for (const found of await untiedTables(text, tables, true)) loose.push(`${where}: ${found}`);
    }
    expect(loose).toEqual([]);
  });
});

describe("the check itself", () => {
  const tables = new Set(["code", "deal", "touch"]);
  it.each([
    ["select * from code where shop = $1", []],
    ["select * from code", ["code"]],
    ["select * from code where id = $1 or shop = $2", ["code"]],
    ["select * from code where shop <> $1", ["code"]],
    ["select * from code c join deal d on d.shop = c.shop where c.shop = $1", []],
    ["select * from code c join deal d on d.id = c.deal_id where c.shop = $1", ["deal d"]],
    ["select * from code c join deal d on d.shop = c.shop", ["code c", "deal d"]],
    ["select * from code c left join deal d on c.shop = $1 where d.shop = $1", ["code c"]],
    ["select * from code c left join deal d using (shop, id) where c.shop = $1", []],
    ["select (select count(*) from deal) from code where shop = $1", ["deal"]],
    ["select (select count(*) from deal d where d.shop = c.shop) from code c where shop = $1", []],
    ["with t as (select * from touch) select * from t", ["touch"]],
    ["with t as (select * from touch where shop = any($1)) select * from t join code c on c.shop = t.shop", []],
    ["select * from code where shop = $1 union all select * from deal", ["deal"]],
    ["update code c set key = d.id from deal d where d.shop = $1 and d.id = c.deal_id", ["code c"]],
    ["update code set key = 'a' where (shop, id) in (select shop, id from deal where shop = $1)", []],
    ["delete from touch using code c where c.shop = $1 and touch.shop = c.shop", []],
    ["delete from touch", ["touch"]],
    ["insert into code (id) values ($1)", ["code (insert)"]],
    ["insert into code (shop, id) select shop, id from deal", ["deal"]],
    ["select * from code c cross join lateral (select * from deal d where d.shop = c.shop) x where c.shop = $1", []],
    ["select * from code c, lateral (select * from deal d where d.id = c.id) x where c.shop = $1", ["deal d"]],
  ])("%s", async (text, untied) => {
    expect(await untiedTables(text, tables)).toEqual(untied);
  });
});

describe("Prisma", () => {
  const NARROWING = new Set(["findUnique", "findFirst", "findMany", "update", "updateMany", "upsert", "delete", "deleteMany", "count", "aggregate", "groupBy"]);
  /** Without a shop of their own. */
  const OF_NO_SHOP = new Set(["rateBudget"]);

  it("is asked with the shop in every condition; what is made has one, for each table's key begins with it", () => {
    expect(prisma.length).toBeGreaterThan(40);
    const loose = prisma.filter(({ model, method, first }) => NARROWING.has(method) && !OF_NO_SHOP.has(model) && !namesShop(first));
    expect(loose.map(({ where, model, method }) => `${where}: ${model}.${method}`)).toEqual([]);
  });

  function namesShop(first: ts.ObjectLiteralExpression | null): boolean {
    const where = first?.properties.find((each) => each.name?.getText() === "where");
    if (!where || !ts.isPropertyAssignment(where) || !ts.isObjectLiteralExpression(where.initializer)) return false;
    return where.initializer.properties.some((each) => /^shop(_|$)/.test(each.name?.getText() ?? ""));
  }
});
