import { describe, expect, test } from "vitest";
import { buyerOf, isLate, isSameOrder, itemsOf, planConversions, reverseReasonOf, type ReverseReason, withCategories, type ReportItem, type ToldConversion, type WantedConversion } from "#app/domain/report.ts";

const item = (amount: string, sku = "A"): ReportItem => ({ sku, name: sku, category: null, quantity: 1, amount });
const want = (codeId: string, rank: number, items: ReportItem[], programId = "p1"): WantedConversion => ({ codeId, creatorId: `of-${codeId}`, programId, told: codeId, clickId: null, clickParameter: null, awaiting: false, rank, items });
const told = (n: number, codeId: string, items: ReportItem[], ended = false): ToldConversion => ({ n, codeId, creatorId: `of-${codeId}`, ended, awaiting: false, items });
const full = (one: WantedConversion) => one.programId === "p1";

describe("bringing an order's conversions to what is wanted", () => {
  const kept = (n: number, codeId: string) => ({ n, codeId, creatorId: `of-${codeId}` });
  const cases: { what: string; told: ToldConversion[]; untold?: ReturnType<typeof kept>[]; wanted: WantedConversion[]; set?: [number, string[]][]; fresh?: [number, string][] }[] = [
    { what: "the first keeps the order id", told: [], wanted: [want("k1", 0, [item("9")])], fresh: [[1, "k1"]] },
    { what: "a split takes numbers by rank", told: [], wanted: [want("k2", 0, [item("9")]), want("k1", 1, [item("3")])], fresh: [[1, "k2"], [2, "k1"]] },
    { what: "while nothing is told, numbers go by rank whatever they were", told: [], untold: [kept(1, "k1"), kept(2, "k2")], wanted: [want("k2", 0, [item("9")]), want("k1", 1, [item("3")])], fresh: [[1, "k2"], [2, "k1"]] },
    { what: "one that waits longer than the other keeps its number", told: [told(2, "k1", [item("3")])], untold: [kept(1, "k2")], wanted: [want("k2", 0, [item("9")]), want("k1", 1, [item("3")])], fresh: [[1, "k2"]] },
    { what: "a third one takes none that is spoken for", told: [told(1, "k1", [item("3")])], untold: [kept(2, "k2")], wanted: [want("k3", 0, [item("9")]), want("k2", 1, [item("5")]), want("k1", 2, [item("3")])], fresh: [[3, "k3"], [2, "k2"]] },
    { what: "a number is kept for its own code alone", told: [told(2, "k1", [item("3")])], untold: [kept(1, "k2")], wanted: [want("k3", 0, [item("9")]), want("k1", 1, [item("3")])], fresh: [[3, "k3"]] },
    { what: "a code in a codes_only program takes its number all the same", told: [], wanted: [want("k2", 0, [item("9")], "p2"), want("k1", 1, [item("3")])], fresh: [[2, "k1"]] },
    { what: "nothing to tell takes no number", told: [], wanted: [want("k1", 0, [])] },
    { what: "what is told already stays", told: [told(1, "k1", [item("9")])], wanted: [want("k1", 0, [item("9")])] },
    { what: "another amount is set", told: [told(1, "k1", [item("9")])], wanted: [want("k1", 0, [item("5")])], set: [[1, ["5"]]] },
    { what: "nothing left is set to nothing", told: [told(1, "k1", [item("9")])], wanted: [want("k1", 0, [])], set: [[1, []]] },
    { what: "another code reverses the first and takes the next number", told: [told(1, "k1", [item("9")])], wanted: [want("k2", 0, [item("9")])], set: [[1, []]], fresh: [[2, "k2"]] },
    { what: "a reversed conversion is never revived", told: [told(1, "k1", [], true), told(2, "k2", [item("9")])], wanted: [want("k1", 0, [item("9")])], set: [[2, []]], fresh: [[3, "k1"]] },
    { what: "one that the network reversed is not told anew by itself", told: [told(1, "k1", [item("9")], true)], wanted: [want("k1", 0, [item("5")])], set: [[1, ["5"]]] },
    { what: "one that the network reversed, told anew by a person", told: [told(1, "k1", [], true), told(2, "k1", [item("9")])], wanted: [want("k1", 0, [item("5")])], set: [[2, ["5"]]] },
    { what: "one that the network reversed, and nothing is left of", told: [told(1, "k1", [item("9")], true)], wanted: [], set: [[1, []]] },
    { what: "one that the network refused keeps its number, and the other code takes the next", told: [told(1, "k1", [])], wanted: [want("k2", 0, [item("9")])], fresh: [[2, "k2"]] },
    { what: "whose decision it is changed: it is set though its items stay", told: [{ ...told(1, "k1", [item("9")]), awaiting: true }], wanted: [want("k1", 0, [item("9")])], set: [[1, ["9"]]] },
    { what: "one set to nothing, its reversal not yet sent, is simply set again", told: [told(1, "k1", [])], wanted: [want("k1", 0, [item("9")])], set: [[1, ["9"]]] },
    { what: "an order without credit sets all to nothing", told: [told(1, "k1", [item("9")]), told(2, "k2", [item("3")])], wanted: [], set: [[1, []], [2, []]] },
  ];
  test.each(cases)("$what", ({ told, untold = [], wanted, set = [], fresh = [] }) => {
    const plan = planConversions(told, untold, wanted, full);
    expect(plan.set.map((one) => [one.n, one.items.map((each) => each.amount)])).toEqual(set);
    expect(plan.fresh.map((one) => [one.n, one.codeId])).toEqual(fresh);
  });
});

describe("why a conversion is reversed", () => {
  type Fallen = Parameters<typeof reverseReasonOf>[0];
  const refund = { id: "1", createdAt: null, lines: [{ lineId: "1", quantity: 1, subtotal: "900", tax: "0" }], adjustment: "0" };
  const stands: Fallen = { facts: { test: false, cancelledAt: null, refunds: [] }, deleted: false, own: { creatorId: "c1", outcome: "credited", reason: null }, creatorId: "c1", others: ["c1"] };
  const cancelled = (cancelReason?: string): Partial<Fallen> => ({ facts: { test: false, cancelledAt: "2026-06-11T08:00:00.000Z", refunds: [refund], ...(cancelReason === undefined ? {} : { cancelReason }) }, own: null, others: [] });
  const lost = (reason: NonNullable<Fallen["own"]>["reason"], others: string[] = []): Partial<Fallen> => ({ own: { creatorId: "c1", outcome: "not_credited", reason }, others });
  test.each<[string, Partial<Fallen>, ReverseReason]>([
    ["the goods came back", { facts: { ...stands.facts, refunds: [refund] } }, "returned"],
    ["all of it was taken off without a return", {}, "other"],
    ["the customer cancelled", cancelled("customer"), "customer"],
    ["it was fraud", cancelled("fraud"), "fraud"],
    ["it was out of stock", cancelled("inventory"), "out_of_stock"],
    ["the payment was declined", cancelled("declined"), "declined"],
    ["it was cancelled for another reason", cancelled("other"), "order_error"],
    ["it was cancelled, and nobody says why", cancelled(), "order_error"],
    ["the store deleted it", { deleted: true, own: null, others: [] }, "order_error"],
    ["it is a test order, cancelled or not", { facts: { ...cancelled("fraud").facts!, test: true } }, "test"],
    ["the shop lost a dispute", lost("charged_back"), "fraud"],
    ["a person excluded the order", lost("excluded"), "excluded"],
    ["the code was made void", lost("code_void"), "terms"],
    ["the buyer is the creator", lost("self_referral"), "terms"],
    ["it is paid no more", lost("not_paid"), "declined"],
    ["another creator is credited", lost("outranked", ["c2"]), "other_creator"],
    ["its code stands there no more, and another creator is credited", { own: null, others: ["c2"] }, "other_creator"],
    ["the same code is another creator's now", { own: { creatorId: "c2", outcome: "credited", reason: null }, others: ["c2"] }, "other_creator"],
    ["the same creator is credited by another code", lost("outranked", ["c1"]), "other"],
    ["a click decided otherwise", lost("no_click"), "other"],
  ])("%s", (_what, change, reason) => {
    expect(reverseReasonOf({ ...stands, ...change })).toBe(reason);
  });
});

describe("what a conversion carries", () => {
  const line = (id: string, sku: string | null, variantId: string | null = "9") => ({ id, sku, variantId });

  test("an item's category is that of the first line of its SKU that has one, whatever it was before", () => {
    const items = [item("9", "A"), item("5", "variant-9"), { ...item("3", "C"), category: "Known" }, item("1", "D")];
    const lines = [line("1", "A"), line("2", "A"), line("3", null), line("4", "C"), line("5", "D")];
    const types = new Map([["1", " "], ["2", "Lamps"], ["3", "Tea"], ["4", "Other"]]);
    expect(withCategories(items, lines, types).map((one) => one.category)).toEqual(["Lamps", "Tea", "Known", null]);
  });

  test("whether the buyer bought before is told where it is known", () => {
    const beside = (returning: boolean | null) => ({ returning, lines: {}, disputes: [] });
    expect([null, beside(null), beside(false), beside(true)].map(buyerOf)).toEqual([{}, {}, { status: "new" }, { status: "existing" }]);
  });

  test("lines of one SKU are one item, also those without a SKU of one variant", () => {
    const base = (id: string, sku: string | null, quantityLeft: number) => ({ line: { id, sku, variantId: "9", title: `Thing ${id}` }, quantityLeft }) as never;
    const credit = { lines: [{ lineId: "1", amount: 500n }, { lineId: "2", amount: 300n }, { lineId: "3", amount: 20n }, { lineId: "4", amount: 1n }] } as never;
    expect(itemsOf(credit, [base("1", "A", 1), base("2", null, 2), base("3", "A", 3), base("4", null, 1)])).toEqual([
      { sku: "A", name: "Thing 1", category: null, quantity: 4, amount: "520" }, { sku: "variant-9", name: "Thing 2", category: null, quantity: 3, amount: "301" },
    ]);
  });
});

test("an order is the same under its id and its name, however they are written, with the number of its conversion", () => {
  const row = { orderId: "5659122728000", orderName: "#1001", networkOrderId: "5659122728000", n: 1 };
  expect(["5659122728000", "#1001", "1001", " 1001 "].map((ref) => isSameOrder(ref, row))).toEqual([true, true, true, true]);
  expect(["1002", "1001-2", "", "#"].map((ref) => isSameOrder(ref, row))).toEqual([false, false, false, false]);
  const second = { ...row, networkOrderId: "#1001-2", n: 2 };
  expect(["5659122728000-2", "1001-2", "#1001-2"].map((ref) => isSameOrder(ref, second))).toEqual([true, true, true]);
  expect(["5659122728000", "1001"].map((ref) => isSameOrder(ref, second))).toEqual([false, false]);
  expect(isSameOrder("", { ...row, orderName: "" })).toBe(false);
});

test("a sale is late there when it is dated an hour or more after the order", () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 5, 10, 8, minutes));
  expect([-5, 0, 60, 61].map((minutes) => isLate(at(0), at(minutes)))).toEqual([false, false, false, true]);
});
