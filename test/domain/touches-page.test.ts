// The lists of the page Clicks: search, order and pages.
import { describe, expect, it } from "vitest";
import { type ClickedCreator, type CodeClicks, NO_FUNNEL, pageOfCreators, shareOf, unclickedCodes } from "#app/domain/touches-page.ts";

const creator = (name: string, clicks: number, visitors: number, withCode: number, sales: string): ClickedCreator => ({ id: name, name, handle: `@${name.toLowerCase()}x`, funnel: { ...NO_FUNNEL, clicks, visitors, withCode, sales } });
const CREATORS = [creator("Zoë", 9, 4, 2, "100"), creator("anna", 20, 10, 1, "90071992547409930"), creator("Marie", 5, 5, 0, "90071992547409931"), creator("Ben", 0, 0, 0, "0")];

const code = (name: string, seen: number, without: number, orders = seen): CodeClicks => ({ id: name, code: name, creator: { id: "c", name: `Owner of ${name}` }, orders, seen, without, unsure: 0, unseen: orders - seen });
const CODES = [code("AAA", 100, 20), code("LEAK", 40, 39), code("NEW", 0, 0, 7), code("FEW", 2, 2)];

const query = { q: "", sort: "", page: 1 };

describe("creators who were clicked", () => {
  it.each([
    ["sales", ["Marie", "anna", "Zoë", "Ben"]],
    ["clicks", ["anna", "Zoë", "Marie", "Ben"]],
    ["visitors", ["anna", "Marie", "Zoë", "Ben"]],
    ["share", ["Zoë", "anna", "Ben", "Marie"]],
    ["name", ["anna", "Ben", "Marie", "Zoë"]],
    ["nonsense", ["Marie", "anna", "Zoë", "Ben"]],
  ])("by %s", (sort, names) => {
    expect(pageOfCreators(CREATORS, { ...query, sort }).rows.map(({ name }) => name)).toEqual(names);
  });

  it("are found by name and handle", () => {
    expect(pageOfCreators(CREATORS, { ...query, q: "MARIEX" }).rows.map(({ name }) => name)).toEqual(["Marie"]);
    expect(pageOfCreators(CREATORS, { ...query, q: "nobody" })).toEqual({ rows: [], total: 0, page: 1, pages: 1 });
  });

  it("past the last page comes the last page", () => {
    const many = Array.from({ length: 60 }, (_, at) => creator(`C${String(at).padStart(2, "0")}`, 1, 1, 0, "0"));
    expect(pageOfCreators(many, { ...query, page: 2 })).toMatchObject({ total: 60, page: 2, pages: 3 });
    expect(pageOfCreators(many, { ...query, page: 9 }).rows.map(({ name }) => name)).toEqual(many.slice(50).map(({ name }) => name));
  });
});

describe("codes that are used without a click", () => {
  it.each([
    ["standing_out", ["LEAK", "AAA", "FEW", "NEW"]],
    ["without", ["LEAK", "AAA", "FEW", "NEW"]],
    ["share", ["FEW", "LEAK", "AAA", "NEW"]],
    ["orders", ["AAA", "LEAK", "NEW", "FEW"]],
    ["code", ["AAA", "FEW", "LEAK", "NEW"]],
  ])("by %s", (sort, codes) => {
    expect(unclickedCodes(CODES, { ...query, sort }).page.rows.map((row) => row.code)).toEqual(codes);
  });

  it("those that stand out are named whatever is searched for", () => {
    const { all, standingOut, page } = unclickedCodes(CODES, { ...query, q: "owner of few" });
    expect(all).toEqual({ seen: 142, without: 61 });
    expect(standingOut.map((row) => row.code)).toEqual(["LEAK"]);
    expect(page.rows.map((row) => row.code)).toEqual(["FEW"]);
  });
});

it.each([
  [0, 0, null],
  [0, 7, 0],
  [1, 3, 3333],
  [2, 3, 6667],
  [7, 7, 10_000],
])("%d of %d is %s basis points", (part, whole, share) => {
  expect(shareOf(part, whole)).toBe(share);
});
