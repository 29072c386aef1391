import { describe, expect, test } from "vitest";
import { checkCodeName } from "#app/domain/code-name.ts";

const keysOf = (code: string, network: boolean) => checkCodeName(code, { network }).map((finding) => (finding.blocking ? `!${finding.key}` : finding.key));

describe("a typed code", () => {
  test.each([
    ["MARIE10", false, []],
    ["MARIE10", true, []],
    ["  MARIE10 ", true, []],
    ["", true, ["!code.blank"]],
    [" \n ", false, ["!code.blank"]],
    ["MAX1", true, []],
    ["MAX", true, ["code.short"]],
    ["M", false, ["code.short"]],
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
