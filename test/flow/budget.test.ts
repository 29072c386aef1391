import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { findBudget, takeRequest } from "#app/db/budget.ts";
import { pool } from "#app/db.server.ts";
import { KINDS, mayTake, taken, type Hour } from "#app/domain/budget-shares.ts";
import { budgetKey, noteBudget, restsUntilMs, takeBudget } from "#app/flow/budget.ts";
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
    const answers = await Promise.all(Array.from({ length: 100 }, () => takeBudget(account, "person", 1_000)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(40);
    const refused = answers.find((answer) => !answer.ok)!;
    expect(refused).toMatchObject({ ok: false });
    expect(!refused.ok && refused.resetSeconds).toBeGreaterThan(3_590);
  });

  it("begins with 1,000 an hour, and is whole again when the hour is over by the clock", async () => {
    const account = fresh();
    expect(await takeBudget(account, "person", 1_000)).toEqual({ ok: true });
    expect(await findBudget(account)).toMatchObject({ limit: 1_000, used: 1 });
    await noteBudget(account, { limit: 1_000, remaining: 0, resetSeconds: 3_600 });
    expect((await takeBudget(account, "person", 1_000)).ok).toBe(false);
    setClockOffsetMs(HOUR + 1_000);
    expect(await takeBudget(account, "person", 1_000)).toEqual({ ok: true });
    expect(await findBudget(account)).toMatchObject({ limit: 1_000, used: 1 });
  });

  it("within one window the higher count holds: answers overtake one another", async () => {
    const account = fresh();
    await noteBudget(account, { limit: 1_000, remaining: 900, resetSeconds: 1_800 });
    await noteBudget(account, { limit: 1_000, remaining: 950, resetSeconds: 1_801 });
    expect(await findBudget(account)).toMatchObject({ used: 100 });
    for (let i = 0; i < 5; i++) await takeBudget(account, "person", 1_000);
    await noteBudget(account, { limit: 1_000, remaining: 899, resetSeconds: 1_799 });
    expect(await findBudget(account)).toMatchObject({ used: 105 });
  });

  it("follows the network to its own window and limit", async () => {
    const account = fresh();
    await takeBudget(account, "person", 1_000);
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
    expect((await takeBudget(one, "person", 1_000)).ok).toBe(false);
    expect((await takeBudget(two, "person", 1_000)).ok).toBe(true);
  });

  it("is decided in one statement as the shares say, for any state of the hour", async () => {
    const count = fc.integer({ min: 0, max: 60 });
    const wait = fc.integer({ min: -90_000, max: 90_000 });
    const state = fc.record({ limit: fc.integer({ min: 0, max: 250 }), reports: count, codes: count, reads: count, others: count, untilEnd: fc.integer({ min: -10_000, max: HOUR + 10_000 }), waits: fc.record({ reports: wait, codes: wait, reads: wait }, { requiredKeys: [] }) });
    await fc.assert(fc.asyncProperty(state, fc.constantFrom(...KINDS, "person" as const), fc.integer({ min: 1, max: 20 }), async ({ limit, reports, codes, reads, others, untilEnd, waits }, asker, together) => {
      const account = fresh();
      const at = nowMs();
      const hour: Hour = {
        limit, used: reports + codes + reads + others, reports, codes, reads, endsAtMs: at + untilEnd,
        waits: Object.fromEntries(Object.entries(waits).map(([kind, after]) => [kind, at + after])),
      };
      await pool().query(`insert into rate_budget (account, ends_at, "limit", used, reports, codes, reads, waits) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [account, new Date(hour.endsAtMs), limit, hour.used, reports, codes, reads, hour.waits]);
      // An hour that is over begins with its first request, whatever the limit was.
      const may = hour.endsAtMs <= at || mayTake(hour, asker, at);
      // Several at once are taken where each of them may be taken after the others, but never as the first of an hour.
      let after: Hour | null = hour.endsAtMs > at || together === 1 ? hour : null;
      for (let n = 0; n < together; n++) after = after !== null && (after.endsAtMs <= at || mayTake(after, asker, at)) ? taken(after, asker, at) : null;
      expect((await takeRequest(account, asker, new Date(at), 1_000, together)) !== null).toBe(after !== null);
      expect(await findBudget(account)).toEqual(after ?? hour);
      if (after !== null) return;
      expect((await takeRequest(account, asker, new Date(at), 1_000)) !== null).toBe(may);
      expect(await findBudget(account)).toEqual(may ? taken(hour, asker, at) : hour);
    }), { numRuns: 400 });
  }, 60_000);

  it("is shared out however many ask at once, and tells each kind when to come back", async () => {
    const account = fresh();
    await noteBudget(account, { limit: 100, remaining: 100, resetSeconds: 3_600 });
    const told = Object.fromEntries(await Promise.all(KINDS.map(async (kind) => [kind, await Promise.all(Array.from({ length: 200 }, () => takeBudget(account, kind, 1_000)))] as const)));
    const got = Object.fromEntries(KINDS.map((kind) => [kind, told[kind]!.filter(({ ok }) => ok).length]));
    expect(got.reports! + got.codes! + got.reads!).toBe(100);
    expect(got.reports).toBeGreaterThanOrEqual(40);
    expect(got.codes).toBeGreaterThanOrEqual(20);
    expect(got.reads).toBeGreaterThanOrEqual(15);
    expect(await findBudget(account)).toMatchObject({ used: 100, ...got });
    for (const kind of KINDS) expect(restsUntilMs(account, kind)).toBeGreaterThan(nowMs());
    expect(restsUntilMs(account, "person")).toBeNull();
  });

  it("leaves a lone kind more, minute by minute, and somebody in front of the screen all that is left", async () => {
    const account = fresh();
    await noteBudget(account, { limit: 100, remaining: 100, resetSeconds: 3_600 });
    let taken = 0;
    while ((await takeBudget(account, "reports", 1_000)).ok) taken += 1;
    expect(taken).toBe(65);
    expect(restsUntilMs(account, "reports")! - nowMs()).toBeLessThan(10 * 60_000);
    expect((await takeBudget(account, "person", 1_000)).ok).toBe(true);
    setClockOffsetMs(30 * 60_000);
    expect(restsUntilMs(account, "reports")).toBeNull();
    while ((await takeBudget(account, "reports", 1_000)).ok) taken += 1;
    expect(taken).toBeGreaterThan(80);
    setClockOffsetMs(55 * 60_000);
    while ((await takeBudget(account, "reports", 1_000)).ok) taken += 1;
    expect([taken, (await findBudget(account))!.used]).toEqual([99, 100]);
  });
});
