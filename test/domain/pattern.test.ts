import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patternMatches } from "#app/domain/pattern-set.ts";
import { characterAt } from "#app/domain/pattern-problem.ts";
import { checkPattern, LONGEST_PATTERN, MOST_STEPS } from "#app/domain/pattern.ts";

describe("patterns that can be creator codes", () => {
  test.each([
    "MARIE", "^MARIE", "^(?i)marie[0-9]{1,4}$", "(?i)^MARIE-?\\d+$", "^(ANNA|BEN)-", "\\bVIP\\b", "^[A-Z]{2,20}10$", "\\p{Greek}+", "🎉+", "^李雷", "^\\(10\\)$", "[(?=]x", "\\Q(?=\\Ex", "^a{290}",
    "^A.{200}$", "x".repeat(LONGEST_PATTERN), "(?s)^A.*Z$", "^MARIE$|^MARY$", " ?MARIE",
  ])("%s", (pattern) => {
    expect(checkPattern(pattern)).toEqual({ ok: true });
  });
});

describe("patterns that are refused", () => {
  // The pattern, the reason, and the part that is marked; null: the pattern as a whole.
  const cases: [pattern: string, key: string, marked: string | null, character?: number][] = [
    ["", "blank", null],
    ["   ", "blank", null],
    ["x".repeat(LONGEST_PATTERN) + "yz", "too_long", "yz", LONGEST_PATTERN + 1],
    ["🎉".repeat(LONGEST_PATTERN) + "é", "too_long", "é", LONGEST_PATTERN + 1],
    ["MARIE\n10", "odd_character", "\n", 6],
    ["MARIE\u0000", "odd_character", "\u0000", 6],
    ["🎉\ud83c", "odd_character", "\ud83c", 2],
    ["(", "group_open", "(", 1],
    ["a(b", "group_open", "(", 2],
    ["a(b(c)", "group_open", "(", 2],
    ["(a)[(](b", "group_open", "(", 7],
    ["\\((a)(?:b", "group_open", "(", 6],
    ["\\Q(\\E(a", "group_open", "(", 6],
    ["((((", "group_open", "(", 1],
    [")", "group_close", ")", 1],
    ["(a))b", "group_close", ")", 4],
    ["[)]\\)(a))", "group_close", ")", 9],
    ["[a", "class_open", "[a", 1],
    ["[b]x[a-", "class_open", "[a-", 5],
    ["[]a", "class_open", "[]a", 1],
    ["[z-a]", "range", "z-a", 2],
    ["z-a[z-a]", "range", "z-a", 5],
    ["[9-0A-Z]", "range", "9-0", 2],
    ["[[:foo:]]", "class_unknown", "[:foo:]", 2],
    ["\\p{Foo}", "class_unknown", "\\p{Foo}", 1],
    ["a\\pX", "class_unknown", "\\pX", 2],
    ["\\q", "escape", "\\q", 1],
    ["\\\\q\\q", "escape", "\\q", 4],
    ["é🎉\\R", "escape", "\\R", 3],
    ["\\x{110000}", "escape", "\\x{110000", 1],
    ["[a-\\d]", "escape", "\\d", 4],
    ["\\", "backslash", "\\", 1],
    ["\\\\MARIE\\", "backslash", "\\", 8],
    ["(?=a)", "look_around", "(?=", 1],
    ["[(?=](?=a)", "look_around", "(?=", 6],
    ["MARIE(?!10)", "look_around", "(?!", 6],
    ["(?<=a)b", "look_around", "(?<=", 1],
    ["a(?<!a)(?P<n>b)", "look_around", "(?<!", 2],
    ["(a)\\1", "back_reference", "\\1", 4],
    ["(?P<n>a)(?P=n)", "back_reference", "(?P", 9],
    ["(?P<n>a)\\k<n>", "back_reference", "\\k", 9],
    ["(?>a)", "syntax", "(?>", 1],
    ["a(?z)", "syntax", "(?z", 2],
    ["(?i", "syntax", "(?i", 1],
    ["(?#note)a", "syntax", "(?#", 1],
    ["(?P<n", "group_name", "(?P<n", 1],
    ["(?P<1-a>x)", "group_name", "(?P<1-a>", 1],
    ["x(?P<n>a)(?P<n>b)", "group_name_twice", "n", 14],
    ["a++", "repeat_twice", "++", 2],
    ["a\\++b*+", "repeat_twice", "*+", 6],
    ["a**", "repeat_twice", "**", 2],
    ["a{1000}{1000}", "repeat_twice", "{1000}{1000}", 2],
    ["*a", "repeat_nothing", "*", 1],
    ["a*|*", "repeat_nothing", "*", 4],
    ["(?i)+", "repeat_nothing", "+", 5],
    ["a{2,1}", "repeat_order", "{2,1}", 2],
    ["a{1001}", "repeat_size", "{1001}", 2],
    ["a{1000}(b{1000}){1000}", "repeat_size", "{1000}", 17],
    ["((a{100}){100})", "repeat_size", "{100}", 10],
    ["a{1000}", "too_costly", "{1000}", 2],
    ["^A{2}[A-Z]{0,400}9{3}", "too_costly", "{0,400}", 11],
    ["((x{10}){10}){10}", "too_costly", "{10}", 14],
    ["(){1000}(?i){1000}", "too_large", "{1000}", 13],
    [".", "matches_everything", null],
    [".*", "matches_everything", null],
    ["MARIE|", "matches_everything", null],
    ["(?i)", "matches_everything", null],
    ["^", "matches_everything", null],
    ["[^x]", "matches_everything", null],
    ["^$", "matches_empty", null],
    ["^[A-Z]*$", "matches_empty", null],
    ["^(MARIE)?$", "matches_empty", null],
  ];
  test.each(cases)("%j: %s, at %j", (pattern, key, marked, character) => {
    const checked = checkPattern(pattern);
    expect(checked).toMatchObject({ ok: false, key: `pattern.${key}` });
    if (checked.ok) return;
    expect(checked.at && pattern.slice(checked.at.from, checked.at.to)).toBe(marked);
    if (checked.at) expect(characterAt(pattern, checked.at.from)).toBe(character);
  });
});

test("a pattern that is taken never matches where there is no code, and is within the limits", () => {
  const part = fc.constantFrom("MARIE", "a", "(", ")", "[", "]", "(?i)", "^", "$", "*", "+", "?", "{2}", "{9,}", "{1000}", "|", "\\d", "\\", ".", "-", "[a-z]", "(?=", "(?P<n>", "é", "🎉", "\\p{L}", ",", " ");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const pattern = parts.join("");
      const checked = checkPattern(pattern);
      if (checked.ok) {
        expect([...pattern].length).toBeLessThanOrEqual(LONGEST_PATTERN);
        expect(patternMatches(pattern, "")).toBe(false);
      } else if (checked.at) {
        // What is marked lies in the pattern, and is not nothing.
        expect(checked.at.from).toBeGreaterThanOrEqual(0);
        expect(checked.at.to).toBeGreaterThan(checked.at.from);
        expect(checked.at.to).toBeLessThanOrEqual(pattern.length);
      } else expect(["pattern.blank", "pattern.matches_everything", "pattern.matches_empty"]).toContain(checked.key);
    }),
    { numRuns: 2_000 },
  );
});

test("the largest pattern that is taken needs no more steps than are allowed", () => {
  expect(checkPattern(`^A.{${MOST_STEPS - 5}}$`)).toEqual({ ok: true });
  expect(checkPattern(`^A.{${MOST_STEPS}}$`)).toMatchObject({ ok: false, key: "pattern.too_costly" });
});
