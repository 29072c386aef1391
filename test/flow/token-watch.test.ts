// Two calls that end at nearly the same time, one refused and one let in: what the later one showed is what is kept, however long the writing of the first takes.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { watchTokens } from "#app/flow/token-watch.ts";
import { adminFor, setAccessListener } from "#app/shopify/admin.ts";
import { SHOP } from "#test/support/orders.ts";
import { useDatabase } from "#test/support/database.ts";
import { useSweptShop } from "./swept-shop.ts";

useDatabase();
const stage = useSweptShop();
afterEach(async () => {
  setAccessListener(null);
  await pool().query("drop function waits cascade; drop sequence words");
});

let hours = 0;
const QUESTION = "{ shop { id } }";
const REFUSED = () => Response.json({ errors: "[API] Invalid API key or access token" }, { status: 401 });

/** Nothing is being written any more. */
async function still(): Promise<void> {
  await expect.poll(async () => (await pool().query("select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'")).rowCount, { timeout: 20_000 }).toBe(0);
}

test.each([
  { name: "refused, then let in", first: false, then: true },
  { name: "let in, then refused", first: true, then: false },
  { name: "refused, let in, refused", first: false, between: true, then: false },
])("$name: the last word stands", async ({ first, between, then }) => {
  const admin = adminFor(SHOP);
  const call = async (isLetIn: boolean) => {
    stage.before = isLetIn ? null : REFUSED;
    expect((await admin(QUESTION)).ok).toBe(isLetIn);
  };
  if (first) await pool().query("update shop set token_problem = 'store.unauthorized', token_problem_at = now()");
  await pool().query("create sequence words");
  await pool().query("create function waits() returns trigger language plpgsql as $$ begin if nextval('words') = 1 then perform pg_advisory_xact_lock(4711); end if; return null; end $$");
  await pool().query("create trigger waits before update of token_problem on shop for each statement execute function waits()");
  // Each test has a time of its own: what the process said of the shop in the one before is old by then.
  stage.forward(++hours * 3_600_000);
  watchTokens();
  await inTransaction(async (client) => {
    await client.query("select pg_advisory_xact_lock(4711)");
    for (const word of [first, ...(between === undefined ? [] : [between]), then]) await call(word);
    await sleep(1_000); // long enough that a word which does not wait for the first would be written
  });
  await expect.poll(async () => (await pool().query<{ words: number }>("select last_value::int as words from words")).rows[0]!.words, { timeout: 20_000 }).toBeGreaterThan(1);
  await still();
  expect((await pool().query<{ problem: boolean }>("select token_problem is not null as problem from shop where shop = $1", [SHOP])).rows).toEqual([{ problem: !then }]);
});
