// A pattern as a person types it: may it be a creator code? RE2 syntax (rules, section 2), on an engine that never backtracks: a match takes
// time in proportion to the length of the code and the size of the pattern, and both have limits.
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { patternMatches } from "./pattern-set.ts";
import type { PatternProblem, Span } from "./pattern-problem.ts";
import type { Values } from "./problem.ts";

export type CheckedPattern = { ok: true } | ({ ok: false } & PatternProblem);

export const LONGEST_PATTERN = 200; // characters
/** The most steps that the engine may make of a pattern: what one character of a code can cost. */
export const MOST_STEPS = 300;
/** The most repetitions of one thing, also through several signs: the engine's own limit. */
const MOST_REPEATS = 1_000;
/** The most patterns in force in one shop: each is tried on every code of an order that no exact code takes. */
export const MOST_PATTERNS = 500;

/** Codes as unlike each other as can be: what matches all of them matches every code. */
const UNLIKE = ["A", "z", "7", "-", "é", "中", "🎉"];

/** Checks a pattern as it will be kept. */
export function checkPattern(pattern: string): CheckedPattern {
  if (pattern.trim() === "") return problem("pattern.blank", null);
  const length = [...pattern].length;
  if (length > LONGEST_PATTERN) return problem("pattern.too_long", { from: unitsOf(pattern, LONGEST_PATTERN), to: pattern.length }, { length, limit: LONGEST_PATTERN });
  const odd = /[\p{Cc}\p{Cs}\u2028\u2029]/u.exec(pattern);
  if (odd) return problem("pattern.odd_character", spanOf(odd.index, odd[0]));
  const read = compiled(pattern);
  if (read instanceof RE2JSSyntaxException) return syntaxProblem(pattern, read);
  const steps = read.programSize();
  if (steps > MOST_STEPS) return problem("pattern.too_costly", largestRepeat(pattern), { steps, limit: MOST_STEPS });
  if (UNLIKE.every((code) => patternMatches(pattern, code))) return problem("pattern.matches_everything", null);
  if (patternMatches(pattern, "")) return problem("pattern.matches_empty", null);
  return { ok: true };
}

/** What is wrong with a pattern, or null. */
export function problemOf(pattern: string): PatternProblem | null {
  const checked = checkPattern(pattern);
  return checked.ok ? null : { key: checked.key, at: checked.at, values: checked.values };
}

function problem(key: string, at: Span | null, values: Values = {}): CheckedPattern {
  return { ok: false, key, at, values };
}

function compiled(pattern: string): RE2JS | RE2JSSyntaxException {
  try {
    return RE2JS.compile(pattern);
  } catch (fault) {
    if (fault instanceof RE2JSSyntaxException) return fault;
    throw fault;
  }
}

/** What the engine's errors are to a person. The key of those that say several things is found in `keyOf`. */
const KEYS: Record<string, string> = {
  "invalid character class range": "pattern.range",
  "invalid escape sequence": "pattern.escape",
  "invalid named capture": "pattern.group_name",
  "duplicate capture group name": "pattern.group_name_twice",
  "invalid or unsupported Perl syntax": "pattern.syntax",
  "invalid nested repetition operator": "pattern.repeat_twice",
  "invalid repeat count": "pattern.repeat_size",
  "missing argument to repetition operator": "pattern.repeat_nothing",
  "missing closing ]": "pattern.class_open",
  "missing closing )": "pattern.group_open",
  "unexpected )": "pattern.group_close",
  "trailing backslash at end of expression": "pattern.backslash",
  "expression nests too deeply": "pattern.too_deep",
  "expression too large": "pattern.too_large",
};

function syntaxProblem(pattern: string, fault: RE2JSSyntaxException): CheckedPattern {
  const fragment = fault.input ?? "";
  const at = placeOf(pattern, fault);
  const key = keyOf(KEYS[fault.error] ?? "pattern.unreadable", fragment, at === null ? "" : pattern.slice(at.from));
  const values: Values = key === "pattern.repeat_size" ? { limit: MOST_REPEATS } : at === null ? {} : { part: pattern.slice(at.from, at.to) };
  return problem(key, at, values);
}

/** `rest`: the pattern from the place of the error on; the engine names only the beginning of a group that it does not know. */
function keyOf(key: string, fragment: string, rest: string): string {
  if (/^\(\?<?[=!]/.test(fragment)) return "pattern.look_around";
  if (/^(\\[1-9k]|\(\?P=)/.test(rest)) return "pattern.back_reference";
  if (key === "pattern.range" && /^(\[:|\\p)/i.test(fragment)) return "pattern.class_unknown";
  const counts = /^\{(\d+),(\d+)\}$/.exec(fragment);
  return key === "pattern.repeat_size" && counts && Number(counts[2]) < Number(counts[1]) ? "pattern.repeat_order" : key;
}

/** The engine names what it stumbled over, and not where: the same may stand elsewhere in the pattern, and mean no harm there. */
function placeOf(pattern: string, fault: RE2JSSyntaxException): Span | null {
  switch (fault.error) {
    case "missing closing )":
      return openGroup(pattern);
    case "unexpected )":
      return strayParenthesis(pattern, fault.error);
    case "expression too large":
      return largestRepeat(pattern);
    case "trailing backslash at end of expression":
      return { from: pattern.length - 1, to: pattern.length };
  }
  const fragment = fault.input ?? "";
  if (fragment === "") return null;
  const [sign] = /^\(\?<?[=!]/.exec(fragment) ?? [fragment];
  for (let from = pattern.indexOf(fragment); from >= 0; from = pattern.indexOf(fragment, from + 1)) {
    // It is here if the engine stumbles in the same way over a pattern that ends here. The sign behind it is what some things are told by.
    const before = compiled(pattern.slice(0, from + fragment.length + 1));
    if (before instanceof RE2JSSyntaxException && before.error === fault.error && before.input === fault.input) return spanOf(from, sign);
  }
  return null;
}

/** The outermost group that is never closed: what stands before it is a pattern by itself. */
function openGroup(pattern: string): Span | null {
  for (let from = pattern.lastIndexOf("("); from >= 0; from = from === 0 ? -1 : pattern.lastIndexOf("(", from - 1)) {
    if (!(compiled(pattern.slice(0, from)) instanceof RE2JSSyntaxException)) return { from, to: from + 1 };
  }
  return null;
}

/** The first closing parenthesis with none to close. */
function strayParenthesis(pattern: string, error: string): Span | null {
  for (let from = pattern.indexOf(")"); from >= 0; from = pattern.indexOf(")", from + 1)) {
    const before = compiled(pattern.slice(0, from + 1));
    if (before instanceof RE2JSSyntaxException && before.error === error) return { from, to: from + 1 };
  }
  return null;
}

/** The repetition that asks for most; of equal ones the last, which is around the others where they are nested. */
function largestRepeat(pattern: string): Span | null {
  const repeats = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map((found) => ({ times: Number(found[2] || found[1]), at: spanOf(found.index, found[0]) }));
  return repeats.reduce<(typeof repeats)[number] | null>((largest, one) => (largest === null || one.times >= largest.times ? one : largest), null)?.at ?? null;
}

function spanOf(from: number, part: string): Span {
  return { from, to: from + part.length };
}

/** Where the first `characters` of a text end, in UTF-16 units. */
function unitsOf(text: string, characters: number): number {
  return [...text].slice(0, characters).join("").length;
}
