import { describe, expect, test } from "vitest";
import { codeKey } from "#app/domain/code.ts";
import { type KnownCode, type KnownOrder, matchesOf } from "#app/domain/pattern-test.ts";
import { patternFields, readPatternForm } from "#app/domain/pattern-form.ts";

const marie = { id: "c1", name: "Marie" };
const ben = { id: "c2", name: "Ben" };
const exact = (code: string, creator: typeof marie | null = marie): KnownCode => ({ codeId: `k-${code}`, code, key: codeKey(code), match: "exact", creator });
const regex = (code: string, creator: typeof marie | null = ben): KnownCode => ({ codeId: `r-${code}`, code, key: codeKey(code), match: "regex", creator });
const order = (orderId: string, ...codes: string[]): KnownOrder => ({ orderId, name: `#${orderId}`, createdAt: "2026-06-10T08:00:00.000Z", codes });

describe("what a pattern would match", () => {
  test("codes that are free come first, then those on most orders; what takes a code is named", () => {
    const codes = [regex("VIP$"), exact("SPRING10"), exact("MARIE10")];
    const orders = [order("5", "SPRING-A"), order("4", "spring10"), order("3", "SPRING-B", "OTHER"), order("2", "SPRING-B"), order("1", "SPRING-VIP"), order("0", "MARIE10")];
    const found = matchesOf("(?i)^SPRING", codes, orders);
    expect(found.codes.map(({ code, orders, first }) => [code, orders, first?.codeId ?? null])).toEqual([
      ["SPRING-B", 2, null],
      ["SPRING-A", 1, null],
      ["SPRING-VIP", 1, "r-VIP$"],
      ["spring10", 1, "k-SPRING10"],
      ["SPRING10", 0, "k-SPRING10"],
    ]);
    expect(found.orders.map(({ orderId, code, first }) => [orderId, code, first?.creator?.name ?? null])).toEqual([
      ["5", "SPRING-A", null],
      ["4", "spring10", "Marie"],
      ["3", "SPRING-B", null],
      ["2", "SPRING-B", null],
      ["1", "SPRING-VIP", "Ben"],
    ]);
  });

  test("an order with one free code and one that is taken is told by the free one", () => {
    const found = matchesOf("^SPRING", [exact("SPRING10")], [order("1", "SPRING10", "SPRING-A")]);
    expect(found.orders).toMatchObject([{ code: "SPRING-A", first: null }]);
  });

  test("a code listed twice on an order counts once, and a code is known once in each way it is typed", () => {
    const found = matchesOf("(?i)^spring", [exact("SPRING10")], [order("1", "SPRING10", "SPRING10"), order("2", "Spring10"), order("3", "OTHER")]);
    expect(found.known).toBe(3);
    expect(found.codes.map(({ code, orders }) => [code, orders])).toEqual([["SPRING10", 1], ["Spring10", 1]]);
  });

  test("of several older patterns the first in their order is named", () => {
    const found = matchesOf("^SPRING", [regex("R"), regex("SPRING", marie)], [order("1", "SPRING")]);
    expect(found.codes[0]!.first).toEqual({ codeId: "r-R", match: "regex", code: "R", creator: ben });
  });
});

describe("the form of a pattern", () => {
  const fields = { pattern: " ^MARIE ", creatorId: "c1", programId: "p1", policy: "always", startDate: "2026-12-01", endDate: "2026-12-24" };
  const at = new Date("2026-11-21T10:00:00Z");
  const read = (changes: Record<string, unknown>) => readPatternForm(patternFields({ ...fields, ...changes }), "Europe/Berlin", at);

  test("days are the shop's, from the beginning of the first until the end of the last", () => {
    const { input, errors } = read({});
    expect(errors).toEqual([]);
    expect(input).toEqual({ pattern: "^MARIE", creatorId: "c1", programId: "p1", policy: "always", startsAt: new Date("2026-11-30T23:00:00.000Z"), endsAt: new Date("2026-12-24T22:59:59.999Z") });
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["no days are no limits", { startDate: "", endDate: "" }, []],
    ["one day alone is a period", { startDate: "2026-12-01", endDate: "2026-12-01" }, []],
    ["today is not over", { startDate: "", endDate: "2026-11-21" }, []],
    ["yesterday is", { startDate: "", endDate: "2026-11-20" }, ["endDate pattern.ends_in_past"]],
    ["the last day before the first", { startDate: "2026-12-25" }, ["endDate pattern.ends_before_start"]],
    ["a day that there is not", { startDate: "2026-02-30" }, ["startDate pattern.date_form"]],
    ["nobody chosen", { creatorId: "" }, ["creatorId pattern.creator_missing"]],
    ["no program chosen", { programId: "" }, ["programId pattern.program_missing"]],
    ["a policy that there is not", { policy: "constructor" }, ["policy give.policy_unknown"]],
    ["whatever was sent", { pattern: 5, creatorId: null, programId: {}, policy: [], startDate: "x", endDate: "y" }, ["creatorId pattern.creator_missing", "policy give.policy_unknown", "startDate pattern.date_form", "endDate pattern.date_form"]],
  ])("%s", (_, changes, found) => {
    expect(read(changes).errors.map((error) => `${error.field} ${error.key}`)).toEqual(found);
  });
});
