// Two who stand in each other's way: PostgreSQL undoes one, which is done again, so that no caller has to know.
import { describe, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const add = "update tally set n = n + 1 where name = $1";

async function tallies(): Promise<number[]> {
  await pool().query("create table if not exists tally (name text primary key, n int not null)");
  await pool().query("insert into tally values ('a', 0), ('b', 0) on conflict (name) do update set n = 0");
  return (await pool().query<{ n: number }>("select n from tally order by name")).rows.map((row) => row.n);
}

const read = async () => (await pool().query<{ n: number }>("select n from tally order by name")).rows.map((row) => row.n);

/** Resolves when both have come this far; whoever comes again goes through. */
function meeting(of: number): () => Promise<void> {
  let come = 0;
  let go = () => {};
  const all = new Promise<void>((resolve) => (go = resolve));
  return () => {
    if (++come === of) go();
    return all;
  };
}

describe("two that wait for each other", () => {
  test("as transactions: both are done, each once", async () => {
    expect(await tallies()).toEqual([0, 0]);
    const met = meeting(2);
    let runs = 0;
    const both = [["a", "b"], ["b", "a"]].map((order) =>
      inTransaction(async (client) => {
        runs += 1;
        await client.query(add, [order[0]]);
        await met();
        await client.query(add, [order[1]]);
      }),
    );
    await Promise.all(both);
    expect(await read()).toEqual([2, 2]);
    expect(runs).toBeGreaterThan(2); // one of them was undone
  });

  test("as a transaction and a statement of its own: both are done, each once", async () => {
    await tallies();
    await inTransaction(async (client) => {
      await tallies();
      await client.query(add, ["b"]);
      // It takes a, then waits for b; the transaction then asks for a.
      const statement = pool().query("with first as (update tally set n = n + 1 where name = 'a' returning n) update tally set n = tally.n + 1 from first where tally.name = 'b'");
      void statement.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 100));
      await client.query(add, ["a"]);
      return { statement };
    }).then(({ statement }) => statement);
    expect(await read()).toEqual([2, 2]);
  });
});

test("what fails for another reason is thrown at once", async () => {
  let runs = 0;
  await expect(inTransaction(async (client) => ((runs += 1), client.query("select 1/0")))).rejects.toMatchObject({ code: "22012" });
  expect(runs).toBe(1);
  await expect(pool().query("select no_such_column")).rejects.toMatchObject({ code: "42703" });
});
