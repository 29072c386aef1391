// A code is kept with its terms, whoever writes them, in whatever order, and however many do at once.
import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
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
