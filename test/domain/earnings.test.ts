import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractAt, earningOf, holds, mainReason, termOf, type Sale, type Terms } from "#app/domain/earnings.ts";
import type { PayLine, PayRate, PayRule } from "#app/domain/pages.ts";
import type { ReportItem } from "#app/domain/report.ts";

const NOW = "2026-10-01T10:00:00.000Z";
const TEN: PayRate = { kind: "percent", basisPoints: 1_000 };
const FIFTEEN: PayRate = { kind: "percent", basisPoints: 1_500 };
const five = (currency = "EUR"): PayRate => ({ kind: "fixed", amount: "500", currency });

function item(sku: string, amount: string, category: string | null = null, quantity = 1): ReportItem {
  return { sku, name: sku, category, quantity, amount };
}

function rule(about: PayRule["about"], values: string[], test: PayRule["test"] = "is"): PayRule {
  return { variable: (about ?? "customer_country").toUpperCase(), operator: "IS", values, about, test: about ? test : null };
}

const candles = { name: "", rate: FIFTEEN, rules: [rule("category", ["Candle", "Lamp"])] };
const abroad = { name: "", rate: { kind: "percent", basisPoints: 500 } as PayRate, rules: [rule(null, ["DE"])] };

function term(change: Partial<PayLine> = {}): PayLine {
  return { eventTypeId: "1", eventTypeName: "Online Sale", level: "item", default: TEN, groups: [], ...change };
}

function contract(payouts: PayLine[], change: Partial<Terms> = {}): Terms {
  return { contractId: "S-1", state: "active", startsAt: "2026-01-01T00:00:00.000Z", endsAt: null, payouts, ...change };
}

type Change = Omit<Partial<Sale>, "payout"> & { payout?: Partial<Sale["payout"]> };

function sale(items: ReportItem[], paid: string | null, { payout, ...change }: Change = {}): Sale {
  return {
    currency: "EUR", items, told: true, code: "MARIE10", customer: null, eventAt: "2026-10-01T10:00:00.000Z", eventThere: null, eventTypeId: "1", partnerId: "42",
    payout: { amount: paid, currency: "EUR", state: "pending", readAt: "2026-10-02T00:00:00.000Z", ...payout }, changedAt: "2026-10-01T11:00:00.000Z", held: null, ...change,
  };
}

function keys(found: Sale, ...terms: Terms[]): string[] {
  return earningOf(found, terms).reasons.map((reason) => reason.key);
}

const held = (amount: string, change: Partial<NonNullable<Sale["held"]>> = {}): Pick<Sale, "held"> => ({ held: { amount, currency: "EUR", partnerId: "42", partnerName: "Marie", items: null, ...change } });

describe("what the network pays for a sale", () => {
  test.each<[string, Sale, Terms[], string[]]>([
    ["is the rate's share", sale([item("A", "12500")], "1250"), [contract([term()])], []],
    ["is the rate's share of the whole order", sale([item("A", "1005"), item("B", "1005")], "201"), [contract([term({ level: "order" })])], []],
    ["is rounded item by item", sale([item("A", "1005"), item("B", "1005")], "202"), [contract([term()])], ["rounding"]],
    ["is off by the rounding of one item", sale([item("A", "1005")], "100"), [contract([term()])], ["rounding"]],
    ["is a fixed amount for the order", sale([item("A", "12500")], "500"), [contract([term({ level: "order", default: five() })])], ["fixed"]],
    ["is a fixed amount for each item", sale([item("A", "12500"), item("B", "100")], "1000"), [contract([term({ default: five() })])], ["fixed"]],
    ["is a fixed amount for each piece", sale([item("A", "12500", null, 3)], "1500"), [contract([term({ default: five() })])], ["fixed"]],
    ["has a special rate for a category", sale([item("A", "10000", "Mug"), item("B", "2000", "candle")], "1300"), [contract([term({ groups: [candles] })])], ["group"]],
    ["has a special rate for a code", sale([item("A", "10000")], "1500"), [contract([term({ groups: [{ ...candles, rules: [rule("code", ["marie10"])] }] })])], ["group"]],
    ["has the first rate that fits", sale([item("A", "10000", "Lamp")], "1500"), [contract([term({ groups: [candles, { ...candles, rate: five() }] })])], ["group"]],
    ["is not what the special rate makes", sale([item("A", "10000", "Candle")], "1000"), [contract([term({ groups: [candles] })])], ["unused"]],
    ["is what a rate makes whose rule is not known", sale([item("A", "10000")], "500"), [contract([term({ groups: [abroad] })])], ["fits"]],
    ["is what a rate makes of an item whose category is not known", sale([item("A", "10000")], "1500"), [contract([term({ groups: [candles] })])], ["fits"]],
    ["is nothing", sale([item("A", "10000")], "0"), [contract([term()])], ["nothing_paid"]],
    ["cannot be explained", sale([item("A", "10000")], "777"), [contract([term()])], ["unexplained"]],
    ["cannot be explained, nor by rules that are not known", sale([item("A", "10000")], "777"), [contract([term({ groups: [abroad] })])], ["unexplained"]],
    ["goes in steps", sale([item("A", "10000", "Lamp")], "777"), [contract([term({ groups: [{ ...candles, rate: null }] })])], ["group"]],
    ["has no single rate", sale([item("A", "10000")], "777"), [contract([term({ default: null })])], ["no_rate"]],
    ["is of what the network holds", sale([item("A", "10000")], "800", held("8000")), [contract([term()])], ["held"]],
    ["is of what the network holds, item by item", sale([item("A", "10000"), item("B", "2000", "Lamp")], "1100", held("9000", { items: [item("A", "5000", "Mug"), item("B", "4000", "Lamp")] })), [contract([term({ groups: [candles] })])], ["held", "group"]],
    ["is another partner's", sale([item("A", "10000")], "0", held("10000", { partnerId: "43", partnerName: "Jonas" })), [contract([term()])], ["elsewhere"]],
    ["is shown in another currency", sale([item("A", "10000")], "1090", { payout: { currency: "USD" } }), [contract([term()])], ["currency"]],
    ["is nothing once it is reversed", sale([item("A", "0", null, 0)], "0", { payout: { state: "reversed" } }), [contract([term()])], ["reversed"]],
    ["was not read yet", sale([item("A", "10000")], null, { payout: { readAt: null, currency: null } }), [contract([term()])], ["unread"]],
    ["cannot be read", sale([item("A", "10000")], null, { payout: { currency: null } }), [contract([term()])], ["unreadable"]],
    ["was read before the sale changed", sale([item("A", "9000")], "1000", { changedAt: "2026-10-03T00:00:00.000Z" }), [contract([term()])], ["changed"]],
    ["is not asked for before it is told", sale([item("A", "10000")], null, { told: false }), [contract([term()])], ["untold"]],
    ["has no contract", sale([item("A", "10000")], "1000"), [], ["no_contract"]],
    ["has no contract of that time", sale([item("A", "10000")], "1000"), [contract([term()], { startsAt: "2026-10-05T00:00:00Z" })], ["no_contract"]],
    ["is of another event type than the contract names", sale([item("A", "10000")], "1000", { eventTypeId: "9" }), [contract([term()])], ["no_term"]],
  ])("%s", (_name, of, contracts, expected) => {
    expect(keys(of, ...contracts)).toEqual(expected);
  });

  test("is held against what the plain rate makes, with the part that a special rate counts for", () => {
    const found = earningOf(sale([item("A", "10000", "Mug"), item("B", "2000", "Candle")], "1300"), [contract([term({ groups: [candles] })])]);
    expect(found).toEqual({
      state: "pending", paid: { amount: "1300", currency: "EUR" }, base: { amount: "12000", currency: "EUR" }, rate: TEN, level: "item", byRate: "1200", differs: true,
      reasons: [{ key: "group", on: { amount: "2000", currency: "EUR" }, rate: FIFTEEN, rules: candles.rules }],
    });
    expect(mainReason(found)).toBe("group");
  });

  test("off by rounding alone counts under no reason", () => {
    const found = earningOf(sale([item("A", "1005"), item("B", "1005")], "202"), [contract([term()])]);
    expect([found.differs, found.reasons, mainReason(found)]).toEqual([true, [{ key: "rounding", items: 2, off: { amount: "1", currency: "EUR" } }], null]);
  });

  test("that came late is by the contract of the day on which the network dates it, and only where that is another", () => {
    const before = contract([term()], { contractId: "S-1", endsAt: "2026-10-10T00:00:00Z" });
    const after = contract([term({ default: FIFTEEN })], { contractId: "S-2", startsAt: "2026-10-10T00:00:00Z" });
    const late = sale([item("A", "10000")], "1500", { eventThere: "2026-10-20T00:00:00.000Z", payout: { readAt: "2026-10-21T00:00:00Z" }, changedAt: "2026-10-20T00:00:00Z" });
    expect(earningOf(late, [before, after])).toMatchObject({ byRate: "1500", differs: false, reasons: [{ key: "late", at: "2026-10-20T00:00:00.000Z" }] });
    expect(keys({ ...late, payout: { ...late.payout, amount: "1000" } }, contract([term()]))).toEqual([]);
  });

  test("without anything read says what the rate would make, and counts under no reason", () => {
    const found = earningOf(sale([item("A", "10000")], null, { told: false }), [contract([term()])]);
    expect(found).toMatchObject({ state: "unknown", paid: null, byRate: "1000", differs: false });
    expect(mainReason(found)).toBeNull();
  });
});

describe("a contract in force", () => {
  const first = contract([], { contractId: "first", state: "expired", startsAt: "2026-01-01T00:00:00Z", endsAt: "2026-05-01T00:00:00Z" });
  const second = contract([], { contractId: "second", startsAt: "2026-05-01T00:00:00Z" });
  const beside = contract([], { contractId: "beside", startsAt: "2026-06-01T00:00:00Z" });
  test.each([
    ["before any", "2025-12-31T23:59:59Z", null],
    ["from its first instant", "2026-01-01T00:00:00Z", "first"],
    ["until before its last", "2026-05-01T00:00:00Z", "second"],
    ["of two the one that began last", "2026-07-01T00:00:00Z", "beside"],
  ])("%s", (_name, at, expected) => {
    expect(contractAt([beside, first, second], at)?.contractId ?? null).toBe(expected);
  });

  test("is none that waits to be agreed to, and one without dates holds always", () => {
    expect(contractAt([contract([], { state: "pending", startsAt: null })], "2026-07-01T00:00:00Z")).toBeNull();
    expect(contractAt([contract([], { startsAt: null })], "2020-07-01T00:00:00Z")).not.toBeNull();
  });

  test("pays for clicks and calls under their own terms", () => {
    const terms = contract([term({ eventTypeId: "7", level: "click" }), term()]);
    expect([termOf(terms, "7", NOW), termOf(terms, "1", NOW)?.level, termOf(terms, null, NOW)?.eventTypeId]).toEqual([null, "item", "1"]);
  });
});

describe("terms for a time", () => {
  const special = (change: Partial<NonNullable<PayLine["during"]>> = {}) => term({ default: FIFTEEN, during: { name: "Friday", from: "2026-10-01T00:00:00Z", to: "2026-10-02T00:00:00Z", repeats: false, ...change } });
  test.each<[string, PayLine, string, string[], string]>([
    ["come before the usual ones", special(), "1500", ["scheduled"], "1500"],
    ["hold without an end", special({ to: null }), "1500", ["scheduled"], "1500"],
    ["that are over do not count", special({ to: "2026-10-01T09:59:59Z" }), "1000", [], "1000"],
    ["that are to come do not count", special({ from: "2026-10-01T10:00:01Z" }), "1000", [], "1000"],
    ["that hold on some days alone cannot be said", special({ repeats: true }), "1500", ["unexplained"], "1000"],
  ])("%s", (_name, dated, paid, expected, byRate) => {
    const found = earningOf(sale([item("A", "10000")], paid), [contract([term(), dated])]);
    expect([found.reasons.map((reason) => reason.key), found.byRate]).toEqual([expected, byRate]);
  });
});

describe("a rule", () => {
  const A = item("A", "1", "Mug");
  test.each<[string, PayRule, ReportItem[], "new" | "existing" | null, boolean | null]>([
    ["of a category holds without regard to case", rule("category", ["mug"]), [A], null, true],
    ["of a category does not hold", rule("category", ["Lamp"]), [A], null, false],
    ["of no such category holds", rule("category", ["Lamp"], "is_not"), [A], null, true],
    ["of a category that is not known", rule("category", ["Lamp"], "is_not"), [item("A", "1")], null, null],
    ["of some of the items", rule("sku", ["A"]), [A, item("B", "1", "Mug")], null, null],
    ["of all of the items", rule("category", ["Mug"]), [A, item("B", "1", "Mug")], null, true],
    ["of the code", rule("code", ["other", "marie10"]), [A], null, true],
    ["of a new customer", rule("customer", ["NEW"]), [A], "new", true],
    ["of a new customer, where they had bought before", rule("customer", ["NEW"]), [A], "existing", false],
    ["of a customer in another's words", rule("customer", ["LOYAL"]), [A], "existing", null],
    ["of a customer of whom nothing is known", rule("customer", ["NEW"]), [A], null, null],
    ["in unknown words", rule(null, ["DE"]), [A], "new", null],
    ["with an unknown comparison", { ...rule("sku", ["A"]), test: null }, [A], null, null],
  ])("%s", (_name, of, items, customer, expected) => {
    expect(holds(of, items, { code: "MARIE10", customer })).toBe(expected);
  });
});

describe("whatever is sold", () => {
  const items = fc.array(fc.record({ sku: fc.constantFrom("A", "B", "C"), category: fc.constantFrom("Candle", "Mug"), cents: fc.bigInt(1n, 10n ** 12n), quantity: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 8 })
    .map((all) => all.map(({ sku, category, cents, quantity }, at) => item(`${sku}${at}`, cents.toString(), category, quantity)));
  const points = fc.integer({ min: 0, max: 10_000 });
  /** By hand, without the app's own arithmetic: half away from zero. */
  const share = (amount: bigint, basisPoints: number) => (amount * BigInt(basisPoints) * 2n + 10_000n) / 20_000n;

  test("the sum of what each item's own rate makes is explained to the cent, and is never off the plain rate without a reason", () => {
    fc.assert(fc.property(items, points, points, (all, plain, special) => {
      const terms = contract([term({ default: { kind: "percent", basisPoints: plain }, groups: [{ name: "", rate: { kind: "percent", basisPoints: special }, rules: [rule("category", ["Candle"])] }] })]);
      const paid = all.reduce((sum, each) => sum + share(BigInt(each.amount), each.category === "Candle" ? special : plain), 0n);
      const found = earningOf(sale(all, paid.toString()), [terms]);
      const whole = all.reduce((sum, each) => sum + BigInt(each.amount), 0n);
      expect(found.byRate).toBe(share(whole, plain).toString());
      expect(found.differs).toBe(paid !== share(whole, plain));
      expect(found.reasons.every(({ key }) => key === "group" || key === "rounding")).toBe(true);
      if (found.differs) expect(found.reasons).not.toEqual([]);
      const inGroup = all.filter((each) => each.category === "Candle").reduce((sum, each) => sum + BigInt(each.amount), 0n);
      expect(found.reasons.flatMap((reason) => (reason.key === "group" ? [reason.on.amount] : []))).toEqual(inGroup === 0n ? [] : [inGroup.toString()]);
    }));
  });

  test("an amount beyond rounding, with no special rate, is never said to be explained", () => {
    fc.assert(fc.property(items, points, fc.bigInt(-(10n ** 9n), 10n ** 9n), (all, basisPoints, off) => {
      const due = all.reduce((sum, each) => sum + share(BigInt(each.amount), basisPoints), 0n);
      const paid = due + off;
      fc.pre(paid > 0n && (off < 0n ? -off : off) > BigInt(all.length));
      const { reasons } = earningOf(sale(all, paid.toString()), [contract([term({ default: { kind: "percent", basisPoints } })])]);
      const whole = share(all.reduce((sum, each) => sum + BigInt(each.amount), 0n), basisPoints);
      expect(paid === whole ? [] : reasons).toEqual(paid === whole ? [] : [{ key: "unexplained", off: { amount: off.toString(), currency: "EUR" }, unread: 0 }]);
    }));
  });
});
