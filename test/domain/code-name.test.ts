import { describe, expect, test } from "vitest";
import { checkCodeName, latinWords, suggestCode } from "#app/domain/code-name.ts";

const keysOf = (code: string, network: boolean) => checkCodeName(code, { network }).map((finding) => (finding.blocking ? `!${finding.key}` : finding.key));

describe("a typed code", () => {
  test.each([
    ["MARIE10", false, []],
    ["MARIE10", true, []],
    ["  MARIE10 ", true, []],
    ["", true, ["!code.blank"]],
    [" \n ", false, ["!code.blank"]],
    ["MARIE-10", false, []],
    ["MARIE-10", true, ["!code.network_hyphens"]],
    ["MARIE 10", false, ["code.white_space"]],
    ["MARIE\n10", false, ["!code.newline"]],
    ["MARIE\n10", true, ["!code.newline"]],
    ["ZOË10", false, ["code.hard_to_type"]],
    ["ZOË10", true, ["!code.network_characters"]],
    ["李雷10", true, ["!code.network_characters"]],
    ["A".repeat(255), false, ["code.long"]],
    ["A".repeat(256), false, ["!code.too_long"]],
    ["A".repeat(20), true, []],
    ["A".repeat(21), true, ["code.long"]],
  ])("%j (network: %s) finds %j", (code, network, found) => {
    expect(keysOf(code, network)).toEqual(found);
  });

  test("hyphens are the merchant's choice, other signs are not", () => {
    expect(checkCodeName("MARIE-10", { network: true, hyphens: true })).toEqual([]);
    expect(checkCodeName("MARIE_10-A", { network: true, hyphens: true })).toMatchObject([{ key: "code.network_characters", values: { characters: "_" } }]);
  });

  test("the characters that a network refuses are named, each once, a space visibly", () => {
    expect(checkCodeName("A-B-C D", { network: true })[0]?.values.characters).toBe("- ␣");
  });
});

describe("a suggested code", () => {
  const wish = { handle: null, mark: "10", short: "7k2p", taken: new Set<string>() };
  test.each([
    ["Marie Dupont", "MARIE10"],
    ["Zoë Müller", "ZOE10"],
    ["Łukasz Nowak", "LUKASZ10"],
    ["Groß", "GROSS10"],
    ["Søren Æbelø", "SOREN10"],
    ["D'Arcy O’Neil", "DARCY10"],
    ["7 Anna", "ANNA10"],
    ["李雷", "CREATOR7K2P10"],
    ["  ", "CREATOR7K2P10"],
    ["Wolfeschlegelsteinhausen", "WOLFESCHLEGELSTE10"],
  ])("for %j is %s", (name, code) => {
    expect(suggestCode({ ...wish, name })).toBe(code);
  });

  test("takes the handle where the name has no Latin letter", () => {
    expect(suggestCode({ ...wish, name: "李雷", handle: "@leilei.shop" })).toBe("LEILEISHOP10");
  });

  test("goes round names that are taken, without regard to case", () => {
    const taken = new Set(["MARIE10"]);
    expect(suggestCode({ ...wish, name: "Marie Dupont", taken })).toBe("MARIED10");
    expect(suggestCode({ ...wish, name: "Marie", taken })).toBe("MARIE10X2");
    taken.add("MARIED10").add("MARIEDUPONT10").add("MARIE10X2");
    expect(suggestCode({ ...wish, name: "Marie Dupont", taken })).toBe("MARIE10X3");
  });

  test("is always a name that store and network take", () => {
    for (const name of ["Zoë", "李雷", "Ñandú Ærøskøbing", "محمد", "A.B. C-D"]) expect(keysOf(suggestCode({ ...wish, name }), true)).toEqual([]);
  });

  test("a name of several parts is taken apart at what is no letter", () => {
    expect(latinWords("Zoë Müller-Łuk")).toEqual(["ZOE", "MULLER", "LUK"]);
  });
});
