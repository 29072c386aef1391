import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { inTurn } from "#app/db/lock.ts";
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
