import { describe, expect, test } from "vitest";
import { codeKey } from "#app/domain/code.ts";
import { matchCodes, orderCodes } from "#app/domain/match.ts";
import { patternMatches } from "#app/domain/pattern-set.ts";
import { readOrder } from "#app/domain/read-order.ts";
import type { CreatorCode } from "#app/domain/rule-book.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { orderBody } from "#test/support/orders.ts";

const ORDERED_MS = Date.parse("2026-06-10T08:00:00Z");
let position = 0;

function code(id: string, text: string, fields: Partial<CreatorCode> = {}): CreatorCode {
  return { id, position: (position += 1), code: text, key: codeKey(text), match: "exact", createdAtMs: ORDERED_MS - 86_400_000, retiredAtMs: null, terms: [], ...fields };
}
const pattern = (id: string, text: string, fields: Partial<CreatorCode> = {}) => code(id, text, { match: "regex", ...fields });

function facts(codes: string[], fields: Record<string, unknown> = {}): OrderFacts {
  const read = readOrder(orderBody({ codes, lines: [{ id: "1", price: "100.00", off: codes.map((_code, index) => [index, `${index + 1}.00`]) }], ...fields }), (email) => email);
  if (!read.ok) throw new Error(read.reason);
  return read.facts;
}

describe("the key of a code", () => {
  test.each([
    ["marie10", "MARIE10"],
    ["  Marie10\u00a0", "MARIE10"],
    ["straße", "STRASSE"],
    ["cafe\u0301", "CAF\u00c9"],
    ["ΐ", "Ϊ́".normalize("NFC")],
    ["i", "I"],
    ["🎉x", "🎉X"],
  ])("%s is %s", (text, key) => {
    expect(codeKey(text)).toBe(key);
  });
});

describe("the codes on an order", () => {
  test("come in the order of discount_codes; one that is not listed comes last", () => {
    const order = facts(["A", "B", "C"], { discount_codes: [{ code: "b", amount: "1.00", type: "percentage" }, { code: "A", amount: "1.00", type: "percentage" }] });
    expect(orderCodes(order).map((one) => one.code)).toEqual(["B", "A", "C"]);
  });

  test("a listed name without an application proves nothing", () => {
    const order = facts(["A"], { discount_codes: [{ code: "MARIE10", amount: "1.00", type: "percentage" }, { code: "A", amount: "1.00", type: "percentage" }] });
    expect(orderCodes(order).map((one) => one.code)).toEqual(["A"]);
  });

  test("two applications of one code are one code, with the sum of their discounts", () => {
    expect(orderCodes(facts(["A", "a "]))).toMatchObject([{ key: "A", applications: [0, 1], discount: 300n }]);
  });
});

describe("matching", () => {
  const cases: { what: string; on: string[]; codes: CreatorCode[]; matched: unknown[] }[] = [
    { what: "an exact code, typed in another case, is told as the creator has it", on: [" marie10"], codes: [code("k1", "MARIE10")], matched: [{ code: { id: "k1" }, told: "MARIE10", early: false }] },
    { what: "an exact code beats an older pattern, which is noted as another", on: ["SPRING-ANNA"], codes: [pattern("r", "^SPRING", { createdAtMs: 0 }), code("k", "SPRING-ANNA")], matched: [{ code: { id: "k" }, others: ["r"] }] },
    { what: "the earliest-created pattern wins", on: ["SPRING-VIP"], codes: [pattern("b", "VIP$"), pattern("a", "^SPRING", { createdAtMs: 0 })], matched: [{ code: { id: "a" }, told: "SPRING-VIP", others: ["b"] }] },
    { what: "of two of one age the earlier in the list wins", on: ["SPRING-VIP"], codes: [pattern("x", "VIP$"), pattern("y", "^SPRING")], matched: [{ code: { id: "x" } }] },
    { what: "a pattern minds case unless it says (?i)", on: ["spring"], codes: [pattern("r", "^SPRING")], matched: [] },
    { what: "(?i) works after ^ too", on: ["spring1"], codes: [pattern("r", "^(?i)(SPRING).*")], matched: [{ code: { id: "r" } }] },
    { what: "one pattern on two codes is one match, told by the first", on: ["SP-1", "SP-2"], codes: [pattern("r", "^SP-")], matched: [{ told: "SP-1", discount: 300n, applications: [0, 1] }] },
    { what: "a later code matches only where no earlier one does, and is early", on: ["MARIE10"], codes: [code("k", "MARIE10", { createdAtMs: ORDERED_MS + 1 })], matched: [{ code: { id: "k" }, early: true }] },
    { what: "an earlier pattern goes before a later exact code", on: ["MARIE10"], codes: [code("k", "MARIE10", { createdAtMs: ORDERED_MS + 1 }), pattern("r", "^MARIE")], matched: [{ code: { id: "r" }, early: false }] },
    { what: "a name that was given anew belongs to the code in force at the time", on: ["MARIE10"], codes: [code("old", "MARIE10", { createdAtMs: 0, retiredAtMs: ORDERED_MS - 5 }), code("new", "MARIE10", { createdAtMs: ORDERED_MS - 5 })], matched: [{ code: { id: "new" } }] },
    { what: "a pattern that was retired when the order was made leaves it to its successor", on: ["SPRING1"], codes: [pattern("old", "^SPR", { createdAtMs: 0, retiredAtMs: ORDERED_MS }), pattern("new", "^SPRING", { createdAtMs: ORDERED_MS })], matched: [{ code: { id: "new" }, early: false, others: [] }] },
    { what: "a pattern that is retired later keeps the orders of its time", on: ["SPRING1"], codes: [pattern("old", "^SPR", { createdAtMs: 0, retiredAtMs: ORDERED_MS + 1 }), pattern("new", "^SPRING", { createdAtMs: ORDERED_MS + 1 })], matched: [{ code: { id: "old" }, early: false, others: [] }] },
    { what: "a pattern that was retired without a successor matches nothing", on: ["SPRING1"], codes: [pattern("old", "^SPR", { createdAtMs: 0, retiredAtMs: ORDERED_MS - 1 })], matched: [] },
    { what: "an exact code that was retired is still whose it was", on: ["MARIE10"], codes: [code("k", "MARIE10", { createdAtMs: 0, retiredAtMs: ORDERED_MS - 1 })], matched: [{ code: { id: "k" } }] },
    { what: "a code of nobody matches nothing", on: ["FREE"], codes: [code("k", "MARIE10")], matched: [] },
  ];
  test.each(cases)("$what", ({ on, codes, matched }) => {
    const found = matchCodes(facts(on), codes);
    expect(found).toHaveLength(matched.length);
    expect(found).toMatchObject(matched);
  });
});

test("a pattern that would hold a backtracking engine for ever is answered", () => {
  expect(patternMatches("^(a+)+$", `${"a".repeat(200)}!`)).toBe(false);
});

test("a pattern that cannot be compiled matches nothing", () => {
  expect(patternMatches("(", "(")).toBe(false);
});
