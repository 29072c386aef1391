// Many patterns at once: the look-up by letters leaves out nothing that matches, and no code against any patterns holds the process up.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchingPatterns, matchInSteps, patternMatches, patternSet, requiredTexts } from "#app/domain/pattern-set.ts";

describe("the text that has to occur", () => {
  test.each<[string, string[]]>([
    ["^SPRING", ["spring"]],
    ["(?i)^Marie[0-9]+$", ["marie"]],
    ["^(?i)(SPRING).*", []],
    ["SPRING|SUMMER", []],
    ["(SPRING|SUMMER)SALE", ["sale"]],
    ["VIP-?CLUB", ["vip", "club"]],
    ["VIPS+CLUB", ["vips", "club"]],
    ["VIPS*CLUB", ["vip", "club"]],
    ["VIPS{0,2}CLUB", ["vip", "club"]],
    ["VIP{CLUB", []],
    ["VIP\\.CLUB", ["vip.club"]],
    ["VIP\\d+CLUB", ["vip", "club"]],
    ["\\QVIP|CLUB\\E", []],
    ["VIP\\x41CLUB", []],
    ["VIP\\p{L}CLUB", []],
    ["[]abc]VIPS", ["vips"]],
    ["[^[:alpha:]xyz]VIPS", ["vips"]],
    ["VIPé*CLUB", ["vip", "club"]],
    ["(?:a(?:b[)])c)+VIPS", ["vips"]],
    ["VI", []],
    ["A+?BCD", ["bcd"]],
  ])("of %s is %j", (pattern, texts) => {
    expect(requiredTexts(pattern)).toEqual(texts);
  });
});

const piece = fc.constantFrom("SPRING", "marie", "vip", "10", "AB", "-", ".", "\\.", "\\d", "\\w", "[A-Z]", "[^0-9]", "[]x]", "(ab|MARIE)", "(?:vip)", "(?i)", "(?i:Spring)", "^", "$", "é", "ſ", "K", "|", "\\x41", "\\pL", "\\Qa|b\\E", "{", "🎉");
const sign = fc.constantFrom("", "", "", "", "*", "+", "?", "{2}", "{0,1}", "+?", "*?");
const pattern = fc.array(fc.tuple(piece, sign), { minLength: 1, maxLength: 6 }).map((parts) => parts.map(([text, times]) => text + times).join(""));
const code = fc.array(fc.constantFrom("SPRING", "spring", "Marie", "MARIE", "vip", "VIP", "10", "ab", "AB", "-", ".", "x", "é", "ſ", "K", "k", "🎉", "a|b", "{", "A", "7"), { minLength: 0, maxLength: 7 }).map((parts) => parts.join(""));

test("what matches is what matches one by one, whatever the patterns and the code", () => {
  let hits = 0;
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 12 }), fc.array(code, { minLength: 1, maxLength: 8 }), (patterns, codes) => {
      const set = patternSet(patterns);
      for (const text of codes) {
        const single = patterns.flatMap((one, n) => (patternMatches(one, text) ? [n] : []));
        hits += single.length;
        expect(matchingPatterns(set, text)).toEqual(single);
        expect(matchingPatterns(set, text)).toEqual(single); // as it is known by now
      }
    }),
    { numRuns: 500 },
  );
  expect(hits).toBeGreaterThan(300);
});

test("of a thousand patterns with texts of their own a code is run against few", () => {
  const set = patternSet(Array.from({ length: 1_000 }, (_, n) => `^(?i)CREATOR${n}[A-Z]{2,4}\\d+$`));
  const steps = (text: string) => [...matchInSteps(set, text)].length;
  expect(steps("creator77ab12")).toBeLessThan(30);
  expect(steps("WELCOME10")).toBe(0);
  expect(matchingPatterns(set, "creator77ab12")).toEqual([77]);
});
