import { describe, expect, test } from "vitest";
import { amountProblem, readTypedAmount, type WrongAmount } from "#app/domain/typed-amount.ts";

describe("an amount that cannot be taken", () => {
  const cases: [string, string, WrongAmount][] = [
    ["", "EUR", { wrong: "missing" }],
    ["0,00", "EUR", { wrong: "missing" }],
    ["-5", "EUR", { wrong: "missing" }],
    ["\u22127,50", "EUR", { wrong: "missing" }],
    ["abc", "EUR", { wrong: "not_number" }],
    ["€5", "EUR", { wrong: "not_number" }],
    ["1,2.3", "EUR", { wrong: "not_number" }],
    ["9".repeat(31), "EUR", { wrong: "not_number" }],
    ["1,234.56", "EUR", { wrong: "grouped", plain: "1234.56" }],
    ["1.234,56", "EUR", { wrong: "grouped", plain: "1234.56" }],
    ["1'234.56", "CHF", { wrong: "grouped", plain: "1234.56" }],
    ["1,23,456", "INR", { wrong: "grouped", plain: "123456" }],
    ["1.234.567", "EUR", { wrong: "grouped", plain: "1234567" }],
    ["1,000", "EUR", { wrong: "unclear", plain: "1000", short: "1" }],
    ["1.250", "EUR", { wrong: "unclear", plain: "1250", short: "1.25" }],
    ["100.000", "EUR", { wrong: "unclear", plain: "100000", short: "100" }],
    ["10.005", "EUR", { wrong: "thousands", plain: "10005" }],
    ["5.500", "JPY", { wrong: "thousands", plain: "5500" }],
    ["1.2345", "EUR", { wrong: "decimals" }],
    ["5.5", "JPY", { wrong: "decimals" }],
    ["0.005", "EUR", { wrong: "decimals" }],
  ];
  test.each(cases)("%j in %s", (text, currency, wrong) => expect(readTypedAmount(text, currency)).toEqual({ ok: false, ...wrong }));

  test("what is advised instead is taken", () => {
    for (const [, currency, wrong] of cases) {
      for (const advised of ["plain", "short"]) if (advised in wrong) expect(readTypedAmount(wrong[advised as keyof WrongAmount], currency).ok).toBe(true);
    }
  });

  test("is told with what was typed and the currency's decimals", () => {
    expect(amountProblem({ wrong: "thousands", plain: "10005" }, " 10.005 ", "EUR")).toEqual({ name: "amount_thousands", values: { text: "10.005", plain: "10005", count: 2, currency: "EUR" } });
  });
});
