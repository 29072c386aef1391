import { afterEach, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { findBudget } from "#app/db/budget.ts";
import { budgetKey, noteBudget, takeBudget } from "#app/flow/budget.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();
afterEach(() => setClockOffsetMs(0));

const HOUR = 3_600_000;
let number = 0;
const fresh = () => budgetKey("impact", `IR${number++}`);

describe("the hour's budget of an account", () => {
  it("gives what the network's default permits in an hour, however many ask at once, and no more", async () => {
    const account = fresh();
    await noteBudget(account, { limit: 40, remaining: 40, resetSeconds: 3_600 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => takeBudget(account, "person")));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(40);
    const refused = answers.find((answer) => !answer.ok)!;
    expect(refused).toMatchObject({ ok: false });
    expect(!refused.ok && refused.resetSeconds).toBeGreaterThan(3_590);
  });

  it("begins with 1,000 an hour, and is whole again when the hour is over by the clock", async () => {
    const account = fresh();
    expect(await takeBudget(account, "person")).toEqual({ ok: true });
    expect(await findBudget(account)).toMatchObject({ limit: 1_000, used: 1 });
    await noteBudget(account, { limit: 1_000, remaining: 0, resetSeconds: 3_600 });
    expect((await takeBudget(account, "person")).ok).toBe(false);
    setClockOffsetMs(HOUR + 1_000);
    expect(await takeBudget(account, "person")).toEqual({ ok: true });
    expect(await findBudget(account)).toMatchObject({ limit: 1_000, used: 1 });
  });

  it("within one window the higher count holds: answers overtake one another", async () => {
    const account = fresh();
    await noteBudget(account, { limit: 1_000, remaining: 900, resetSeconds: 1_800 });
    await noteBudget(account, { limit: 1_000, remaining: 950, resetSeconds: 1_801 });
    expect(await findBudget(account)).toMatchObject({ used: 100 });
    for (let i = 0; i < 5; i++) await takeBudget(account, "person");
    await noteBudget(account, { limit: 1_000, remaining: 899, resetSeconds: 1_799 });
    expect(await findBudget(account)).toMatchObject({ used: 105 });
  });

  it("follows the network to its own window and limit", async () => {
    const account = fresh();
    await takeBudget(account, "person");
    await noteBudget(account, { limit: 500, remaining: 490, resetSeconds: 600 });
    const ends = (await findBudget(account))!;
    expect(ends).toMatchObject({ limit: 500, used: 10 });
    expect(Math.abs(ends.endsAtMs - nowMs() - 600_000)).toBeLessThan(5_000);
    await noteBudget(account, { limit: 500, remaining: 499, resetSeconds: 3_600 }); // the network has begun a new window
    expect(await findBudget(account)).toMatchObject({ limit: 500, used: 1 });
  });

  it("accounts do not share", async () => {
    const [one, two] = [fresh(), fresh()];
    await noteBudget(one, { limit: 10, remaining: 0, resetSeconds: 3_600 });
    expect((await takeBudget(one, "person")).ok).toBe(false);
    expect((await takeBudget(two, "person")).ok).toBe(true);
  });
});
