// Who works on a run and dies is not waited for; who lives is, until the lease is over.
import pg from "pg";
import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { claimBatch } from "#app/db/code-batch.ts";
import { holderName } from "#app/db/holder.ts";
import { claimWhatIf, releaseWhatIf } from "#app/db/what-if.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

const database = useDatabase();

const AT = new Date("2026-11-20T10:00:00Z");
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);

const RUNS = {
  "a what-if": {
    begin: () => pool().query(`insert into what_if (shop, id, program_id, from_at, to_at, settings, state, who, created_at, lease_at, holder) values ($1, 'w', 'p1', $2, $2, '{}', 'running', 'x', $2, $3, 'another')`, [SHOP, AT, later(60)]),
    claim: (at: Date) => claimWhatIf(at, new Date(at.getTime() + 60_000)),
    holder: () => pool().query<{ holder: string | null }>("select holder from what_if where shop = $1 and id = 'w'", [SHOP]),
  },
  "a run of codes": {
    begin: () => pool().query(`insert into code_batch (shop, id, deal_id, state, settings, total, who, created_at, lease_at, holder) values ($1, 'b', 'd', 'running', '{}', 1, 'x', $2, $3, 'another')`, [SHOP, AT, later(60)]),
    claim: (at: Date) => claimBatch(at, new Date(at.getTime() + 60_000)),
    holder: () => pool().query<{ holder: string | null }>("select holder from code_batch where shop = $1 and id = 'b'", [SHOP]),
  },
};

test.each(Object.entries(RUNS))("%s is left to its holder while he lives, and taken at once when he is gone", async (_what, { begin, claim, holder }) => {
  await pool().query("delete from shop where shop = $1", [SHOP]);
  for (const table of ["shop_rule", "program", "program_rule", "creator", "membership", "code", "code_term"]) await pool().query(`delete from ${table} where shop = $1`, [SHOP]);
  await makeMariesShop();
  await begin();
  const another = new pg.Client({ connectionString: database.url });
  await another.connect();
  await another.query("select pg_advisory_lock(hashtextextended('process another', 2))");
  expect(await claim(later(10))).toBeNull();
  await another.end();
  const taken = await expect.poll(() => claim(later(10))).not.toBeNull();
  void taken;
  expect((await holder()).rows[0]!.holder).toBe(await holderName());
  // It is ours now, and we live.
  expect(await claim(later(20))).toBeNull();
});

test("who lets go of it leaves no holder behind", async () => {
  const claimed = await claimWhatIf(later(200), later(260));
  await releaseWhatIf(claimed!);
  expect((await RUNS["a what-if"].holder()).rows[0]!.holder).toBeNull();
});
