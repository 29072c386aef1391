import { describe, expect, it } from "vitest";
import { findPeople, handleKey, type KnownCreator, knownBy, nameOf, plainEmail } from "#app/domain/sheet-people.ts";

const MARIE: KnownCreator = { id: "marie", name: "Marie Laurent", email: "Marie@x.example", handle: "@marie" };
const ZOE: KnownCreator = { id: "zoe", name: "Zoë", email: null, handle: "https://www.instagram.com/Zoe/" };
const TWINS: KnownCreator[] = ["a", "b"].map((id) => ({ id, name: "Ann", email: null, handle: "ann" }));
const COLUMNS = { email: 0, handle: 1, name: 2 };

function find(rows: string[][], byName = false) {
  return findPeople(rows.map((cells, at) => ({ n: at + 2, cells })), COLUMNS, knownBy([MARIE, ZOE, ...TWINS]), { byName });
}

describe("a row is about", () => {
  const rows: [string, string[], string, string | null, string[]][] = [
    ["the creator with its e-mail, in any case", ["MARIE@X.example "], "known", "marie", []],
    ["the creator with its e-mail, whatever stands around it", ["Marie <marie@x.example>"], "known", "marie", []],
    ["the creator with its handle", ["", "ZOE"], "known", "zoe", []],
    ["the creator with its page", ["", "instagram.com/marie?hl=fr"], "known", "marie", []],
    ["the creator with its handle whose e-mail is not known yet", ["zoe@x.example", "@zoe"], "known", "zoe", []],
    ["somebody new", ["li@x.example", "", "李雷"], "new", null, []],
    ["somebody new, with the name of a creator whose address is another", ["m@x.example", "", "marie  LAURENT"], "new", null, ["name_there"]],
    ["somebody new, with the name of several creators", ["", "@ann2", "Ann"], "new", null, ["name_there"]],
    ["somebody new, whose name is a formula", ["li@x.example", "", "=1+1"], "new", null, ["name_formula"]],
    ["somebody new by the handle alone", ["", "@li"], "new", null, []],
    ["nobody, where it names nobody", ["", "", "Somebody"], "none", null, ["nobody"]],
    ["nobody, where the e-mail is none", ["li(at)x.example", "@marie"], "none", null, ["email_form"]],
    ["nobody, where two addresses stand in one cell", ["a@x.example, b@x.example"], "none", null, ["email_form"]],
    ["nobody, where e-mail and handle are two creators'", ["marie@x.example", "zoe"], "none", null, ["two_creators"]],
    ["nobody, where the handle's creator has another e-mail", ["other@x.example", "marie"], "none", null, ["two_creators"]],
    ["nobody, where two creators have the handle", ["", "ann"], "none", null, ["handle_of_several"]],
    ["nobody, where a name is too long to be kept", ["li@x.example", "", "x".repeat(300)], "none", null, ["too_long"]],
  ];
  it.each(rows)("%s", (_, cells, kind, creatorId, keys) => {
    const [row] = find([cells]);
    expect([row!.kind, row!.creatorId, row!.findings.map((finding) => finding.key)]).toEqual([kind, creatorId, keys]);
  });

  it("whoever has the name, only where names are enough", () => {
    expect(find([["", "", "marie laurent"], ["", "", "Li"], ["", "", "Ann"]], true).map((row) => [row.kind, row.creatorId, row.findings[0]?.key])).toEqual([["known", "marie", undefined], ["new", null, "name_only"], ["none", null, "name_of_several"]]);
  });
});

describe("rows about one person", () => {
  it("point to the first one, by e-mail or handle in any case", () => {
    expect(find([["li@x.example", "li"], ["LI@x.example"], ["", "@Li"], ["han@x.example"]]).map((row) => row.sameAs)).toEqual([null, 2, 2, null]);
  });
  it("are known by what any of them says", () => {
    expect(find([["zoe@x.example", "zoe"], ["ZOE@x.example"]]).map((row) => row.creatorId)).toEqual(["zoe", "zoe"]);
  });
  it("complete each other", () => {
    expect(find([["li@x.example"], ["LI@x.example", "@li", "李雷"]])[0]!.person).toEqual({ email: "li@x.example", handle: "li", name: "李雷" });
  });
  it("are not, where one handle has two addresses, or addresses and handles cross", () => {
    expect(find([["li@x.example", "li"], ["other@x.example", "li"]]).map((row) => row.findings[0]?.key)).toEqual([undefined, "two_rows"]);
    expect(find([["li@x.example"], ["", "han"], ["li@x.example", "han"]]).map((row) => row.findings[0]?.key)).toEqual([undefined, undefined, "two_rows"]);
  });
});

it("a name is made of first and last name, or else of the handle or the address", () => {
  const [both] = findPeople([{ n: 2, cells: ["Zoë", "Łukasz", "z@x.example"] }], { first: 0, last: 1, email: 2 }, knownBy([]), { byName: false });
  expect(nameOf(both!.person)).toBe("Zoë Łukasz");
  expect(nameOf({ name: "", handle: "zoe", email: "z@x.example" })).toBe("zoe");
  expect(nameOf({ name: "", handle: null, email: "z@x.example" })).toBe("z");
});

it("handles and addresses are read without what surrounds them", () => {
  expect(["@Marie", "https://www.tiktok.com/@marie", "instagram.com/marie/", " MARIE ", "\u200bmarie"].map(handleKey)).toEqual(Array(5).fill("marie"));
  expect(["mailto:a@x.example", "A <a@x.example>", "\u200ba@x.example\u00a0"].map(plainEmail)).toEqual(Array(3).fill("a@x.example"));
});
