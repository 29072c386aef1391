import { describe, expect, it } from "vitest";
import { dateOrder, readDate, readDealValue, readPolicy } from "#app/domain/sheet-codes.ts";

describe("a deal in a cell", () => {
  const deals: [string, string, object | null][] = [
    ["10 %", "EUR", { kind: "percentage", basisPoints: 1000 }],
    ["12,5%", "EUR", { kind: "percentage", basisPoints: 1250 }],
    ["0.01%", "EUR", { kind: "percentage", basisPoints: 1 }],
    ["10% off", "EUR", { kind: "percentage", basisPoints: 1000 }],
    ["-15%", "EUR", { kind: "percentage", basisPoints: 1500 }],
    ["5 EUR", "EUR", { kind: "fixed_order", amount: "500" }],
    ["€5,50", "EUR", { kind: "fixed_order", amount: "550" }],
    ["5 €", "EUR", { kind: "fixed_order", amount: "500" }],
    ["500 JPY", "JPY", { kind: "fixed_order", amount: "500" }],
    ["101 %", "EUR", null],
    ["0 %", "EUR", null],
    ["0.001 %", "EUR", null],
    ["5 USD", "EUR", null],
    ["10", "EUR", null],
    ["0.1", "EUR", null],
    ["0 EUR", "EUR", null],
    ["5.5 JPY", "JPY", null],
    ["Summer", "EUR", null],
  ];
  it.each(deals)("%s in %s", (text, currency, value) => {
    expect(readDealValue(text, currency)).toEqual(value);
  });
});

describe("a date in a cell", () => {
  const zone = { timeZone: "Europe/Berlin" };
  const dates: [string, boolean, "dmy" | "mdy" | null, string][] = [
    ["2026-11-21", false, null, "2026-11-20T23:00:00.000Z"],
    ["2026-11-21", true, null, "2026-11-21T23:00:00.000Z"],
    ["2026-10-25", true, null, "2026-10-25T23:00:00.000Z"],
    ["2026-11-21T10:30:00", true, null, "2026-11-21T09:30:00.000Z"],
    ["21.11.2026 8:05", false, null, "2026-11-21T07:05:00.000Z"],
    ["2026年11月1日", false, null, "2026-10-31T23:00:00.000Z"],
    ["2026/1/2", false, null, "2026-01-01T23:00:00.000Z"],
    ["2026-11-21 10:30+01:00", false, null, "2026-11-21T09:30:00.000Z"],
    ["2026-11-21T10:30:00Z", true, null, "2026-11-21T10:30:00.000Z"],
    ["1/2/2026", false, "dmy", "2026-01-31T23:00:00.000Z"],
    ["1/2/2026", false, "mdy", "2026-01-01T23:00:00.000Z"],
    ["2/2/2026", false, null, "2026-02-01T23:00:00.000Z"],
    ["1/2/2026", false, null, "unclear"],
    ["2026-02-30", false, null, "form"],
    ["2026-02-30", true, null, "form"],
    ["soon", false, null, "form"],
    ["45982", false, null, "form"],
    ["", false, null, "form"],
  ];
  it.each(dates)("%s (as an end: %s, order %s)", (text, end, order, expected) => {
    const read = readDate(text, { end, order, ...zone });
    expect(read.ok ? read.at : read.wrong).toBe(expected);
  });

  it("is read in the order that its column tells, if it tells one", () => {
    expect([["1/2/2026", "31/12/2026"], ["1/2/2026", "12/31/2026"], ["1/2/2026"], ["31/12/2026", "12/31/2026"], []].map(dateOrder)).toEqual(["dmy", "mdy", null, null, null]);
  });
});

it("a policy is named in the words of the app's languages", () => {
  expect(["Always", "involved", "Last click", "après un clic", "始终", "letzter Klick", "sometimes", ""].map(readPolicy)).toEqual(["always", "involved", "winner", "involved", "always", "winner", null, null]);
});
