import { describe, expect, test } from "vitest";
import { planConversions, type ReportItem, type ToldConversion, type WantedConversion } from "#app/domain/report.ts";

const item = (amount: string, sku = "A"): ReportItem => ({ sku, name: sku, category: null, quantity: 1, amount });
const want = (codeId: string, rank: number, items: ReportItem[], programId = "p1"): WantedConversion => ({ codeId, creatorId: `of-${codeId}`, programId, told: codeId, clickId: null, awaiting: false, rank, items });
const told = (n: number, codeId: string, items: ReportItem[], ended = false): ToldConversion => ({ n, codeId, creatorId: `of-${codeId}`, ended, awaiting: false, items });
const full = (one: WantedConversion) => one.programId === "p1";

describe("bringing an order's conversions to what is wanted", () => {
  const cases: { what: string; told: ToldConversion[]; wanted: WantedConversion[]; set?: [number, string[]][]; fresh?: [number, string][] }[] = [
    { what: "the first keeps the order id", told: [], wanted: [want("k1", 0, [item("9")])], fresh: [[1, "k1"]] },
    { what: "a split takes numbers by rank", told: [], wanted: [want("k2", 0, [item("9")]), want("k1", 1, [item("3")])], fresh: [[1, "k2"], [2, "k1"]] },
    { what: "a code in a codes_only program takes its number all the same", told: [], wanted: [want("k2", 0, [item("9")], "p2"), want("k1", 1, [item("3")])], fresh: [[2, "k1"]] },
    { what: "nothing to tell takes no number", told: [], wanted: [want("k1", 0, [])] },
    { what: "what is told already stays", told: [told(1, "k1", [item("9")])], wanted: [want("k1", 0, [item("9")])] },
    { what: "another amount is set", told: [told(1, "k1", [item("9")])], wanted: [want("k1", 0, [item("5")])], set: [[1, ["5"]]] },
    { what: "nothing left is set to nothing", told: [told(1, "k1", [item("9")])], wanted: [want("k1", 0, [])], set: [[1, []]] },
    { what: "another code reverses the first and takes the next number", told: [told(1, "k1", [item("9")])], wanted: [want("k2", 0, [item("9")])], set: [[1, []]], fresh: [[2, "k2"]] },
    { what: "a reversed conversion is never revived", told: [told(1, "k1", [], true), told(2, "k2", [item("9")])], wanted: [want("k1", 0, [item("9")])], set: [[2, []]], fresh: [[3, "k1"]] },
    { what: "one set to nothing, its reversal not yet sent, is simply set again", told: [told(1, "k1", [])], wanted: [want("k1", 0, [item("9")])], set: [[1, ["9"]]] },
    { what: "an order without credit sets all to nothing", told: [told(1, "k1", [item("9")]), told(2, "k2", [item("3")])], wanted: [], set: [[1, []], [2, []]] },
  ];
  test.each(cases)("$what", ({ told, wanted, set = [], fresh = [] }) => {
    const plan = planConversions(told, wanted, full);
    expect(plan.set.map((one) => [one.n, one.items.map((each) => each.amount)])).toEqual(set);
    expect(plan.fresh.map((one) => [one.n, one.codeId])).toEqual(fresh);
  });
});
