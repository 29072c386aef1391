import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecord } from "#app/domain/csv.ts";
import { markOf, monthAfter, monthOf, payoutsOf, payoutState, spanOfMonth, statementLines, sumsByCurrency, type EntrySum, type ToldPayout } from "#app/domain/statement.ts";

const ZONES = ["UTC", "Europe/Berlin", "Pacific/Honolulu", "America/St_Johns", "Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Kathmandu"];

describe("the month of an instant", () => {
  it.each([
    ["2026-10-31T22:30:00Z", "Europe/Berlin", "2026-10"],
    ["2026-10-31T23:30:00Z", "Europe/Berlin", "2026-11"],
    ["2026-07-31T22:30:00Z", "Europe/Berlin", "2026-08"],
    ["2026-11-01T09:59:59.999Z", "Pacific/Honolulu", "2026-10"],
    ["2026-11-01T10:00:00Z", "Pacific/Honolulu", "2026-11"],
    ["2026-12-31T23:30:00Z", "UTC", "2026-12"],
    ["2026-12-31T10:00:00Z", "Pacific/Kiritimati", "2027-01"],
  ])("%s in %s is %s", (at, zone, month) => {
    expect(monthOf(new Date(at), zone)).toBe(month);
  });

  it.each([
    ["2026-10", "Europe/Berlin", "2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"],
    ["2026-03", "Europe/Berlin", "2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z"],
    ["2026-12", "Pacific/Honolulu", "2026-12-01T10:00:00.000Z", "2027-01-01T10:00:00.000Z"],
    ["2028-02", "UTC", "2028-02-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ])("%s in %s goes from %s until %s", (month, zone, from, to) => {
    const span = spanOfMonth(month, zone)!;
    expect([span.from.toISOString(), span.to.toISOString()]).toEqual([from, to]);
  });

  it.each(["2026-13", "2026-00", "2026-1", "1999-10", "26-10", "2026-10-01", "", "constructor", "2026-10; drop table"])("%j is none", (month) => {
    expect(spanOfMonth(month, "Europe/Berlin")).toBeNull();
  });

  it("every instant lies in the span of its month and in no other", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2035-01-01T00:00:00Z"), noInvalidDate: true }), fc.constantFrom(...ZONES), (at, zone) => {
        const month = monthOf(at, zone);
        const within = [-1, 0, 1].map((by) => spanOfMonth(monthAfter(month, by), zone)!).map(({ from, to }) => from <= at && at < to);
        expect(within).toEqual([false, true, false]);
      }),
    );
  });

  it.each([["2026-10", 1, "2026-11"], ["2026-12", 1, "2027-01"], ["2026-01", -1, "2025-12"], ["2026-10", -22, "2024-12"], ["2026-10", 27, "2029-01"]] as const)("%s and %i months is %s", (month, by, after) => {
    expect(monthAfter(month, by)).toBe(after);
  });
});

function entry(orderId: string, kind: string, amount: bigint, rest: Partial<EntrySum> = {}): EntrySum {
  return { orderId, codeId: "k1", currency: "EUR", kind, cause: null, amount, ...rest };
}

describe("a statement", () => {
  it("has a line for each order, code and currency, and says what a person or a what-if did", () => {
    const lines = statementLines([
      entry("1", "credit", 900n),
      entry("1", "credit", 100n),
      entry("1", "reversal", -300n),
      entry("1", "adjustment", 50n, { cause: "hand:12" }),
      entry("2", "adjustment", -20n, { cause: "what-if:a" }),
      entry("2", "adjustment", 20n, { cause: "hand:13" }),
      entry("1", "credit", 5n, { codeId: "k2" }),
      entry("1", "credit", 7n, { currency: "JPY" }),
    ]);
    expect(lines).toEqual([
      { orderId: "1", codeId: "k1", currency: "EUR", credited: 1000n, reversed: -300n, adjusted: 50n, net: 750n, marks: ["hand"] },
      { orderId: "2", codeId: "k1", currency: "EUR", credited: 0n, reversed: 0n, adjusted: 0n, net: 0n, marks: ["what_if", "hand"] },
      { orderId: "1", codeId: "k2", currency: "EUR", credited: 5n, reversed: 0n, adjusted: 0n, net: 5n, marks: [] },
      { orderId: "1", codeId: "k1", currency: "JPY", credited: 7n, reversed: 0n, adjusted: 0n, net: 7n, marks: [] },
    ]);
  });

  it.each([
    ["hand:1", "hand"],
    ["what-if:x", "what_if"],
    ["b6f2-webhook-id", null],
    ["handmade", null],
    [null, null],
  ])("an entry of the cause %s is marked %s", (cause, mark) => {
    expect(markOf(cause)).toBe(mark);
  });

  const entries = fc.array(
    fc.record({
      orderId: fc.constantFrom("1", "2", "3"),
      codeId: fc.constantFrom("k1", "k2"),
      currency: fc.constantFrom("EUR", "JPY", "KWD"),
      kind: fc.constantFrom("credit", "reversal", "adjustment"),
      cause: fc.constantFrom(null, "webhook", "hand:1", "what-if:1"),
      amount: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      at: fc.date({ min: new Date("2025-11-01T00:00:00Z"), max: new Date("2027-03-01T00:00:00Z"), noInvalidDate: true }),
    }),
    { maxLength: 40 },
  );

  it("over all months the nets are the balance, currency by currency, in whatever zone; lines and sums agree", () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...ZONES), (all, zone) => {
        const nets = new Map<string, bigint>();
        let seen = 0;
        for (let month = "2025-10"; month <= "2027-04"; month = monthAfter(month, 1)) {
          const { from, to } = spanOfMonth(month, zone)!;
          const of = all.filter((each) => from <= each.at && each.at < to);
          seen += of.length;
          const lines = statementLines(of);
          for (const line of lines) {
            expect(line.credited + line.reversed + line.adjusted).toBe(line.net);
            nets.set(line.currency, (nets.get(line.currency) ?? 0n) + line.net);
          }
          for (const [currency, sums] of sumsByCurrency(of)) expect(lines.filter((line) => line.currency === currency).reduce((sum, line) => sum + line.net, 0n)).toBe(sums.net);
        }
        const balance = new Map<string, bigint>();
        for (const each of all) balance.set(each.currency, (balance.get(each.currency) ?? 0n) + each.amount);
        expect(seen).toBe(all.length);
        expect(new Map([...nets].sort())).toEqual(new Map([...balance].sort()));
      }),
    );
  });
});

describe("payouts", () => {
  const told = (payout: bigint | null, currency: string | null, state: string | null, count = 1, readAt = "2026-11-01T00:00:00Z"): ToldPayout => ({ payout, currency, state, readAt: new Date(readAt), count });

  it.each([
    [100n, "EUR", "pending", "pending"],
    [0n, "EUR", "approved", "approved"],
    [0n, "EUR", "reversed", "reversed"],
    [null, "EUR", "approved", "unknown"],
    [100n, null, "pending", "unknown"],
    [100n, "EUR", null, "unknown"],
    [100n, "EUR", "frozen", "unknown"],
  ] as const)("of %s %s that are %s are %s", (payout, currency, state, shown) => {
    expect(payoutState({ payout, currency, state })).toBe(shown);
  });

  it("are summed by currency and state, and never across currencies; what is unknown is counted", () => {
    const payouts = payoutsOf([told(100n, "EUR", "pending"), told(50n, "EUR", "pending", 2), told(30n, "EUR", "approved", 1, "2026-11-03T00:00:00Z"), told(7n, "EUR", "reversed", 3), told(900n, "USD", "approved"), told(null, null, null, 4)]);
    expect(payouts).toEqual({
      sums: [
        { currency: "EUR", pending: 150n, approved: 30n, reversed: 7n, reversals: 3 },
        { currency: "USD", pending: 0n, approved: 900n, reversed: 0n, reversals: 0 },
      ],
      conversions: 12,
      unknown: 4,
      readAt: new Date("2026-11-03T00:00:00Z"),
    });
  });

  it("of nothing are nothing", () => {
    expect(payoutsOf([])).toEqual({ sums: [], conversions: 0, unknown: 0, readAt: null });
  });
});

describe("a record of comma-separated values", () => {
  it.each([
    ["a plain word", { text: "Marie" }, "Marie"],
    ["a comma", { text: "Marie, Paris" }, '"Marie, Paris"'],
    ["a quote", { text: 'The "best"' }, '"The ""best"""'],
    ["a line break", { text: "one\ntwo" }, '"one\ntwo"'],
    ["a formula", { text: "=1+1" }, "'=1+1"],
    ["a formula with a comma", { text: "=SUM(A1,A2)" }, `"'=SUM(A1,A2)"`],
    ["text that begins with a plus", { text: "+49" }, "'+49"],
    ["text that begins with a minus", { text: "-MARIE" }, "'-MARIE"],
    ["text that begins with an at sign", { text: "@marie" }, "'@marie"],
    ["text that begins with a tab", { text: "\t=1" }, "'\t=1"],
    ["text with an equals sign within", { text: "a=1" }, "a=1"],
    ["a negative amount", { plain: "-12.50" }, "-12.50"],
    ["nothing", { plain: "" }, ""],
  ])("%s", (_, cell, written) => {
    expect(csvRecord([cell, { plain: "1.00" }])).toBe(`${written},1.00\r\n`);
  });
});
