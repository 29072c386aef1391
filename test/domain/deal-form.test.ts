import { describe, expect, it } from "vitest";
import { type DealFields, dealFields, readDealForm } from "#app/domain/deal-form.ts";
import { instantOfWall, wallTime } from "#app/domain/zone.ts";

const shop = { currency: "EUR", timezone: "Europe/Berlin" };
const fields: DealFields = {
  ...dealFields({}), name: "Autumn 10", programId: "p", kind: "percentage", percent: "10", amount: "", minimum: "none", minimumAmount: "", minimumQuantity: "",
  oncePerCustomer: true, limited: false, usageLimit: "", combinesOrder: false, combinesProduct: false, combinesShipping: true,
  startDate: "2026-11-21", startTime: "10:00", ends: true, endDate: "2026-12-31", endTime: "23:59",
};

function terms(changes: Partial<DealFields>, currency = "EUR") {
  const read = readDealForm({ ...fields, ...changes }, { ...shop, currency });
  return read.ok ? read.deal.terms : null;
}

function errors(changes: Partial<DealFields>, currency = "EUR") {
  const read = readDealForm({ ...fields, ...changes }, { ...shop, currency });
  return read.ok ? [] : read.errors.map((error) => `${error.field} ${error.key}`);
}

describe("the form of a deal", () => {
  it("is read with its dates in the shop's time zone; 23:59 takes in the whole minute", () => {
    expect(readDealForm(fields, shop)).toMatchObject({
      ok: true,
      deal: { name: "Autumn 10", programId: "p", startsAt: "2026-11-21T09:00:00.000Z", endsAt: "2026-12-31T22:59:59.000Z", terms: { value: { kind: "percentage", basisPoints: 1000 } } },
    });
  });

  const percents: [string, number | null][] = [["10", 1000], ["12.5", 1250], ["12,5", 1250], [" 7,25 ", 725], ["12.50", 1250], ["100", 10_000], ["0.01", 1]];
  it.each(percents)("%j percent is %j basis points", (percent, basisPoints) => expect(terms({ percent })?.value).toEqual({ kind: "percentage", basisPoints }));

  const amounts: [string, string, string][] = [["50", "EUR", "5000"], ["50,5", "EUR", "5050"], ["1 250.00", "EUR", "125000"], ["0.01", "EUR", "1"], ["1580.0", "JPY", "1580"], ["1.250", "KWD", "1250"], ["12345678901234.56", "EUR", "1234567890123456"]];
  it.each(amounts)("%j in %s is %s minor units", (amount, currency, minor) => expect(terms({ kind: "fixed_order", amount }, currency)?.value).toEqual({ kind: "fixed_order", amount: minor }));

  const wrong: [string, Partial<DealFields>, string[], string?][] = [
    ["no name", { name: "  " }, ["name form.error.name_missing"]],
    ["no percentage", { percent: "" }, ["percent form.error.percent"]],
    ["more than all of it", { percent: "101" }, ["percent deal.percentage_range"]],
    ["nothing off", { percent: "0" }, ["percent deal.percentage_range"]],
    ["a third decimal of a percentage", { percent: "3.333" }, ["percent form.error.percent_decimals"]],
    ["more decimals than the currency has", { kind: "fixed_item", amount: "5.005" }, ["amount form.error.amount_thousands"]],
    ["four decimals", { kind: "fixed_item", amount: "5.0051" }, ["amount form.error.amount_decimals"]],
    ["decimals of yen", { kind: "fixed_item", amount: "5.5" }, ["amount form.error.amount_decimals"], "JPY"],
    ["a thousand, or one?", { kind: "fixed_order", amount: "1,000" }, ["amount form.error.amount_unclear"]],
    ["an amount of zero", { kind: "fixed_order", amount: "0.00" }, ["amount form.error.amount_missing"]],
    ["words for an amount", { minimum: "subtotal", minimumAmount: "fifty" }, ["minimumAmount form.error.amount_not_number"]],
    ["a negative amount", { minimum: "subtotal", minimumAmount: "-5" }, ["minimumAmount form.error.amount_missing"]],
    ["half a piece", { minimum: "quantity", minimumQuantity: "1.5" }, ["minimumQuantity form.error.count"]],
    ["a limit of zero", { limited: true, usageLimit: "0" }, ["usageLimit form.error.count"]],
    ["a day that does not exist", { startDate: "2026-02-30" }, ["startDate form.error.date"]],
    ["an end before the start", { endDate: "2026-11-20" }, ["endDate form.error.end_before_start"]],
    ["an end that is not filled in", { endDate: "" }, ["endDate form.error.date"]],
    ["two wrong fields at once", { name: "", percent: "x" }, ["name form.error.name_missing", "percent form.error.percent"]],
  ];
  it.each(wrong)("refuses %s at its field", (_, changes, found, currency) => expect(errors(changes, currency)).toEqual(found));

  it("free shipping never combines with shipping discounts, whatever a hidden box says", () => {
    expect(terms({ kind: "free_shipping" })?.combinesWith.shipping).toBe(false);
  });
});

describe("times of a zone", () => {
  const walls: [string, string, string, string][] = [
    ["2026-11-21", "10:00", "Europe/Berlin", "2026-11-21T09:00:00.000Z"],
    ["2026-07-01", "00:00", "America/New_York", "2026-07-01T04:00:00.000Z"],
    ["2026-11-21", "10:00", "Asia/Kathmandu", "2026-11-21T04:15:00.000Z"],
    ["2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"], // comes twice: the first
    ["2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"], // does not exist: as long after the jump
  ];
  it.each(walls)("%s %s in %s is %s", (date, time, zone, iso) => expect(instantOfWall({ date, time }, zone)?.toISOString()).toBe(iso));

  it("an instant reads back as it was written", () => {
    expect(wallTime(new Date("2026-12-31T23:30:00Z"), "Europe/Berlin")).toEqual({ date: "2027-01-01", time: "00:30" });
  });
});
