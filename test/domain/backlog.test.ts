// Until when what waits is through: by the shares of the hour, at the permitted rate.
import { describe, expect, it } from "vitest";
import { backlogOf, throughAt, type Waiting } from "#app/domain/backlog.ts";
import { HOUR_MS, type Hour } from "#app/domain/budget-shares.ts";

const NOW = Date.parse("2026-06-10T10:30:00Z");
const hour = (change: Partial<Hour> = {}): Hour => ({ limit: 1_000, used: 0, endsAtMs: NOW + HOUR_MS / 2, reports: 0, codes: 0, reads: 0, waits: {}, ...change });
const none = { reports: 0, codes: 0, reads: 0 };
const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(11, 16));

describe("until when it is through", () => {
  it.each([
    ["nothing waits", hour(), none, [null, null, null]],
    ["what fits into what is left of the hour", hour({ used: 500, reports: 500 }), { ...none, reports: 250 }, ["10:45", null, null]],
    ["an hour that is used up: the next one", hour({ used: 1_000, reports: 1_000 }), { ...none, reports: 500 }, ["11:30", null, null]],
    ["a lone kind has the whole of each hour", hour({ used: 1_000 }), { ...none, reports: 2_000 }, ["13:00", null, null]],
    ["several kinds: each its floor, and the higher the rest of it", hour({ used: 1_000 }), { reports: 650, codes: 400, reads: 150 }, ["12:00", "12:12", "12:00"]],
    ["an hour that is over counts as a new one", hour({ used: 1_000, endsAtMs: NOW - 1 }), { ...none, codes: 500 }, [null, "11:00", null]],
    ["nothing was asked yet: a usual limit", null, { ...none, reads: 1_000 }, [null, null, "11:30"]],
  ] as const)("%s", (_what, known, requests, expected) => {
    const through = throughAt(known, requests, NOW);
    expect([at(through.reports), at(through.codes), at(through.reads)]).toEqual(expected);
  });

  it("is told even where nothing is permitted at all", () => {
    expect(throughAt(hour({ limit: 0 }), { ...none, reports: 1 }, NOW).reports).toBe(NOW + 24 * 365 * HOUR_MS);
  });
});

describe("a backlog", () => {
  const waiting = (change: Partial<Waiting>): Waiting => ({ connectionId: "net", hour: hour({ used: 1_000, reports: 900 }), waits: { conversions: 1, codes: 0, deals: 0, readings: 0 }, requests: none, lastHour: { came: 0, told: 0 }, ...change });

  it.each([
    ["fits into the hour, though more comes in than is told", { requests: { ...none, reports: 400 }, lastHour: { came: 900, told: 500 } }, null],
    ["grows: more comes in than is told, and it does not fit", { requests: { ...none, reports: 1_240 }, lastHour: { came: 1_310, told: 870 } }, "grows"],
    ["shrinks: it does not fit, but less comes in than is told", { requests: { ...none, reports: 1_240 }, lastHour: { came: 300, told: 870 } }, null],
    ["takes longer than six hours", { requests: { ...none, codes: 20_000 } }, "long"],
  ] as const)("%s", (_what, change, warns) => expect(backlogOf(waiting(change), NOW).warns).toBe(warns));

  it("shows what took how much of the hour, and what others took of it", () => {
    expect(backlogOf(waiting({}), NOW).hour).toEqual({ limit: 1_000, left: 0, reports: 900, codes: 0, reads: 0, others: 100, endsAt: "2026-06-10T11:00:00.000Z" });
    expect(backlogOf(waiting({ hour: null }), NOW)).toMatchObject({ hour: null, limit: 1_000 });
  });
});
