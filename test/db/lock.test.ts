import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { inTurn, withLock } from "#app/db/lock.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

test("a hundred who do the same thing come in turn, and keep nobody from the database meanwhile", async () => {
  let inside = 0;
  let most = 0;
  const turns = Array.from({ length: 100 }, () =>
    inTurn("the same thing", async () => {
      inside += 1;
      most = Math.max(most, inside);
      await pool().query("select 1");
      inside -= 1;
    }),
  );
  const begun = performance.now();
  await pool().query("select 1");
  expect(performance.now() - begun).toBeLessThan(2_000);
  await Promise.all(turns);
  expect(most).toBe(1);
});

test("a turn that fails is over, and the next one comes", async () => {
  const first = inTurn("what fails", async () => {
    throw new Error("failed");
  });
  const second = inTurn("what fails", async () => "done");
  await expect(first).rejects.toThrow("failed");
  expect(await second).toBe("done");
});

test("the loops at their busiest leave room for a person: six places of codes, four accounts, two inventories, a comparison, and a file that is applied", async () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const busy = Array.from({ length: 13 }, (_, n) => withLock(`busy ${n}`, () => ended));
  expect(await inTurn("a file", () => inTurn("the deals", async () => "made"))).toBe("made");
  end();
  await Promise.all(busy);
});
