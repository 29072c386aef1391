// A code is kept with its terms, whoever writes them, in whatever order, and however many do at once; and patterns that a process remembers are those that hold.
import { expect, test } from "vitest";
import { inTransaction, pool, type Queryable } from "#app/db.server.ts";
import { codesOf } from "#app/db/rules.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "petit-atelier.myshopify.com";

async function term(code: string, validFrom: string, creator: string | null, ends: string | null = null): Promise<void> {
  await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, ends_at) values ($1, $2, $3, $4, 'p1', 'always', $5)", [SHOP, code, validFrom, creator, ends]);
}

async function code(id: string, text: string, match = "exact"): Promise<void> {
  await pool().query("insert into code (shop, id, code, key, match, created_at) values ($1, $2, $3, $3, $4, '2026-01-01T00:00:00.123Z')", [SHOP, id, text, match]);
}

const read = async (ids: string[], keys: string[] = []) => (await codesOf(pool(), [{ shop: SHOP, keys, ids }])).get(SHOP) ?? [];

test("terms come with their code, the oldest first, to the millisecond; a change and a removal are followed", async () => {
  await code("a", "MARIE10");
  expect(await read(["a"])).toEqual([]); // a code of nobody is none
  await term("a", "2026-03-01T00:00:00.001Z", "jonas", "2026-12-31T22:59:59.999Z");
  await term("a", "1970-01-01T00:00:00Z", "marie");
  expect(await read(["a"], ["MARIE10"])).toEqual([{
    id: "a", position: expect.any(Number), code: "MARIE10", key: "MARIE10", match: "exact", createdAtMs: Date.parse("2026-01-01T00:00:00.123Z"), retiredAtMs: null, voided: null,
    terms: [
      { validFromMs: 0, creatorId: "marie", programId: "p1", creditPolicy: "always", startsAtMs: null, endsAtMs: null },
      { validFromMs: Date.parse("2026-03-01T00:00:00.001Z"), creatorId: "jonas", programId: "p1", creditPolicy: "always", startsAtMs: null, endsAtMs: Date.parse("2026-12-31T22:59:59.999Z") },
    ],
  }]);
  await pool().query("update code_term set creator_id = 'anna' where shop = $1 and code_id = 'a' and creator_id = 'jonas'", [SHOP]);
  await pool().query("delete from code_term where shop = $1 and code_id = 'a' and creator_id = 'marie'", [SHOP]);
  expect((await read(["a"]))[0]!.terms.map(({ creatorId }) => creatorId)).toEqual(["anna"]);
});

test("terms may be written before their code", async () => {
  await term("b", "2026-01-01T00:00:00Z", null);
  await code("b", "^VIP", "regex");
  expect((await read([])).map(({ id, terms }) => [id, terms.length])).toEqual([["b", 1]]);
});

test("of many that write terms of one code at once none is missing", async () => {
  await code("c", "LILEI");
  await Promise.all(Array.from({ length: 12 }, (_, n) => term("c", `2026-02-${String(n + 1).padStart(2, "0")}T00:00:00Z`, `c${n}`)));
  expect((await read([], ["LILEI"])).find(({ id }) => id === "c")!.terms.map(({ creatorId }) => creatorId)).toEqual(Array.from({ length: 12 }, (_, n) => `c${n}`));
});

const OTHER = "grand-atelier.myshopify.com";

/** What is remembered, against what stands there. */
async function compare(on: Queryable = pool(), shop = SHOP): Promise<string[]> {
  const { rows } = await on.query<{ id: string }>("select id from code where shop = $1 and match = 'regex'", [shop]);
  const patterns = (await codesOf(on, [{ shop, keys: [], ids: [] }])).get(shop) ?? [];
  const byId = rows.length === 0 ? [] : await patternsInRows(on, shop, rows.map(({ id }) => id));
  expect(patterns).toEqual(byId);
  return patterns.map(({ code, retiredAtMs, voided, terms }) => `${code} ${terms.length}${retiredAtMs === null ? "" : " retired"}${voided ? ` void ${voided.reason}` : ""}`);
}

/** From their rows, as the database keeps them there. */
async function patternsInRows(on: Queryable, shop: string, ids: string[]): Promise<unknown[]> {
  const { rows } = await on.query<{ known: string | null }>("select known from code where shop = $1 and id = any($2) order by position", [shop, ids]);
  return rows.flatMap(({ known }) => {
    if (known === null) return [];
    const [, id, position, code, key, match, createdAtMs, retiredAtMs, voidFromMs, voidReason, terms] = JSON.parse(known) as unknown[];
    return [{ id, position, code, key, match, createdAtMs, retiredAtMs, voided: voidFromMs === null ? null : { fromMs: voidFromMs, reason: voidReason ?? "" }, terms }];
  });
}

test("each change of a pattern is seen at once by who remembers the patterns", async () => {
  await pool().query("delete from code where shop = $1", [OTHER]);
  const run = (sql: string) => pool().query(sql, [OTHER]);
  const steps: [string, string[]][] = [
    ["insert into code (shop, id, code, key, match, created_at) values ($1, 'p', '^A', '^A', 'regex', now()), ($1, 'q', '^B', '^B', 'regex', now()), ($1, 'x', 'X', 'X', 'exact', now())", []],
    ["insert into code_term (shop, code_id, valid_from, program_id, credit_policy) select $1, id, now(), 'p1', 'always' from code where shop = $1", ["^A 1", "^B 1"]],
    ["update code set retired_at = now() where shop = $1 and id = 'q'", ["^A 1", "^B 1 retired"]],
    ["update code set void_from = now(), void_reason = 'leaked' where shop = $1 and id = 'p'", ["^A 1 void leaked", "^B 1 retired"]],
    ["insert into code_term (shop, code_id, valid_from, program_id, credit_policy) values ($1, 'p', now() + interval '1 day', 'p2', 'winner')", ["^A 2 void leaked", "^B 1 retired"]],
    ["update code set match = 'exact' where shop = $1 and id = 'q'", ["^A 2 void leaked"]],
    ["delete from code where shop = $1 and id = 'p'", []],
    ["update code set match = 'regex' where shop = $1", ["^B 1 retired", "X 1"]],
    ["delete from code_term where shop = $1 and code_id = 'x'", ["^B 1 retired"]],
  ];
  for (const [sql, seen] of steps) {
    await run(sql);
    expect(await compare(pool(), OTHER)).toEqual(seen);
  }
  await run("update code set comments = 'none reads them' where shop = $1");
  expect(await compare(pool(), OTHER)).toEqual(["^B 1 retired"]);
});

test("what a transaction changed is remembered for itself alone, until it is committed, and never where it is undone", async () => {
  await code("d", "^DAY", "regex");
  await term("d", "2026-01-01T00:00:00Z", "marie");
  const before = await compare();
  const rename = (on: Queryable, to: string) => on.query("update code set code = $2 where shop = $1 and id = 'd'", [SHOP, to]);
  const renamed = (to: string) => before.map((one) => one.replace("^DAY", to));
  await expect(inTransaction(async (client) => {
    await rename(client, "^NIGHT");
    expect(await compare(client)).toEqual(renamed("^NIGHT"));
    expect(await compare()).toEqual(before);
    await rename(client, "^DUSK");
    expect(await compare(client)).toEqual(renamed("^DUSK"));
    throw new Error("undone");
  })).rejects.toThrow("undone");
  expect(await compare()).toEqual(before);
  await inTransaction((client) => rename(client, "^DUSK"));
  expect(await compare()).toEqual(renamed("^DUSK"));
});

test("many that change the patterns of a shop at once, and many that read meanwhile, end with all of them", async () => {
  await Promise.all(Array.from({ length: 10 }, async (_, n) => {
    await code(`m${n}`, `^MANY${n}`, "regex");
    await term(`m${n}`, "2026-01-01T00:00:00Z", "marie");
    await read([]);
  }));
  expect((await compare()).filter((one) => one.startsWith("^MANY"))).toHaveLength(10);
});
