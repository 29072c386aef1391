// A process whose machine has the wrong time goes by the database's.
import { afterEach, describe, expect, it } from "vitest";
import { nowMs, setClockBehindMs, setClockOffsetMs } from "#app/clock.ts";
import { agreeOnTime } from "#app/flow/in-time.ts";
import { useDatabase } from "#test/support/database.ts";

const HOUR = 3_600_000;
/** The test's own time runs on meanwhile. */
const NEAR_MS = 120_000;

describe("one clock for all processes", () => {
  useDatabase();
  const machine = Date.now;

  afterEach(() => {
    Date.now = machine;
    setClockBehindMs(0);
    setClockOffsetMs(0);
  });

  for (const wrongMs of [HOUR, -HOUR, 30 * 24 * HOUR]) {
    it(`a machine that is ${wrongMs / HOUR} h off has the database's time`, async () => {
      Date.now = () => machine() + wrongMs;
      expect(Math.abs(nowMs() - machine())).toBeGreaterThan(NEAR_MS);
      await agreeOnTime();
      expect(Math.abs(nowMs() - machine())).toBeLessThan(NEAR_MS);
    });
  }

  it("a machine that is set right goes by itself again, and time that is run forward comes on top", async () => {
    Date.now = () => machine() + HOUR;
    await agreeOnTime();
    Date.now = machine;
    await agreeOnTime();
    setClockOffsetMs(5 * HOUR);
    expect(Math.abs(nowMs() - machine() - 5 * HOUR)).toBeLessThan(NEAR_MS);
  });
});
