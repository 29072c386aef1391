import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AmountError, exponentOf, formatAmount, parseAmount, scale, share, sum } from "#app/domain/money.ts";

describe("reading an amount", () => {
  test.each<[string, string, bigint]>([
    ["119.00", "EUR", 11900n],
    ["119", "EUR", 11900n],
    ["10.000", "EUR", 1000n],
    ["0.5", "EUR", 50n],
    ["-3.10", "EUR", -310n],
    ["1580.0", "JPY", 1580n],
    ["12.345", "KWD", 12345n],
    ["100.00", "HUF", 10000n],
    ["99999999999999999999.99", "EUR", 9999999999999999999999n],
    ["7.", "EUR", 700n],
  ])("%s %s is %s", (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  test.each<[string, string]>([
    ["10.005", "EUR"],
    ["1580.5", "JPY"],
    ["1.2345", "KWD"],
    ["", "EUR"],
    ["1e3", "EUR"],
    ["1,50", "EUR"],
    ["٣", "EUR"],
    [" 1.00", "EUR"],
    ["NaN", "EUR"],
    ["--1", "EUR"],
    ["1.00", "eur"],
  ])("%s %s is refused, not rounded", (text, currency) => {
    expect(() => parseAmount(text, currency)).toThrow(AmountError);
  });

  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.constantFrom("EUR", "JPY", "KWD", "CLF"), (minor, currency) => {
        const text = formatAmount(minor, currency);
        expect(parseAmount(text, currency)).toBe(minor);
        expect((text.split(".")[1] ?? "").length).toBe(exponentOf(currency));
      }),
    );
  });
});

describe("rounding", () => {
  test.each<[bigint, bigint, bigint, bigint]>([
    [1n, 1n, 2n, 1n],
    [-1n, 1n, 2n, -1n],
    [10n, 1n, 3n, 3n],
    [10n, 2n, 3n, 7n],
    [2500n, 2n, 3n, 1667n],
    [0n, 5n, 7n, 0n],
  ])("%s x %s / %s is %s, half away from zero", (amount, top, bottom, result) => {
    expect(scale(amount, top, bottom)).toBe(result);
  });
});

describe("sharing out", () => {
  test.each<[bigint, bigint[], bigint[]]>([
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [1000n, [2000n, 3000n, 5000n], [200n, 300n, 500n]],
    [5n, [0n, 0n], [3n, 2n]],
    [1n, [1n, 2n], [0n, 1n]],
    [0n, [1n, 2n], [0n, 0n]],
    [7n, [], []],
  ])("largest remainder, a tie goes to the earlier one: case %#", (amount, weights, parts) => {
    expect(share(amount, weights)).toEqual(parts);
  });

  test("the parts sum to the whole, none is negative, none is more than a unit off its due", () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(amounts, fc.array(amounts, { minLength: 1, maxLength: 40 }), (amount, weights) => {
        const parts = share(amount, weights);
        const whole = sum(weights);
        expect(sum(parts)).toBe(amount);
        parts.forEach((part, index) => {
          expect(part >= 0n).toBe(true);
          if (whole > 0n) expect(part * whole - amount * weights[index]! < whole && amount * weights[index]! - part * whole < whole).toBe(true);
        });
      }),
    );
  });
});
