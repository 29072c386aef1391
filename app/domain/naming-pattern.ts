// The pattern of codes' names, as a merchant types it: "{FIRST}{AMOUNT}", "{HANDLE}-{DEAL}", "VIP{RANDOM:4}". Read here, and filled in by domain/naming.ts.
import type { Span } from "./pattern-problem.ts";
import type { Values } from "./problem.ts";

/** What can stand in braces. NUMBER counts the codes; RANDOM has characters that do not look alike. */
export const NAME_WORDS = ["FIRST", "LAST", "NAME", "INITIALS", "HANDLE", "AMOUNT", "DEAL", "PROGRAM", "YEAR", "MONTH", "NUMBER", "RANDOM"] as const;
export type NameWord = (typeof NAME_WORDS)[number];

/** The words that a code for everybody leaves empty. */
export const OF_CREATORS: readonly NameWord[] = ["FIRST", "LAST", "NAME", "INITIALS", "HANDLE"];

/** `size`: {RANDOM:6} has six characters, {NUMBER:3} is at least three digits, {YEAR:2} is 26, {FIRST:5} is at most five letters. */
export type NamePart = { kind: "text"; text: string } | { kind: "word"; word: NameWord; size: number | null };

/** `key` is in locales/<language>/errors.json; `at` is the part of the pattern that is wrong, in UTF-16 units. */
export type NamingProblem = { key: string; at: Span | null; values: Values };
export type ReadNaming = { ok: true; parts: NamePart[] } | ({ ok: false } & NamingProblem);

export type WhenTaken = "number" | "letter" | "random" | "ask";
export const WHEN_TAKEN: readonly WhenTaken[] = ["number", "letter", "random", "ask"];

/** How codes are named. `longest`: in characters. `hyphens`: whether a code may have them (a network may ask for letters and digits alone). */
export type NamingSettings = { pattern: string; whenTaken: WhenTaken; hyphens: boolean; longest: number };

export const USUAL_NAMING: NamingSettings = { pattern: "{FIRST}{AMOUNT}", whenTaken: "number", hyphens: false, longest: 20 };

export const LONGEST_NAMING = 100; // characters of a pattern
export const LENGTHS = { shortest: 4, longest: 255 }; // of a code: the store takes no more
const SIZES: Record<NameWord, { from: number; to: number }> = {
  FIRST: { from: 1, to: 40 }, LAST: { from: 1, to: 40 }, NAME: { from: 1, to: 80 }, INITIALS: { from: 1, to: 10 }, HANDLE: { from: 1, to: 80 }, AMOUNT: { from: 0, to: 0 },
  DEAL: { from: 1, to: 80 }, PROGRAM: { from: 1, to: 80 }, YEAR: { from: 2, to: 4 }, MONTH: { from: 0, to: 0 }, NUMBER: { from: 1, to: 9 }, RANDOM: { from: 2, to: 32 },
};

/** Reads a pattern; upper and lower case make no difference in braces. The first thing that is wrong is said, with its place. */
export function readNaming(pattern: string): ReadNaming {
  if (pattern.trim() === "") return problem("naming.blank", null, { example: "{FIRST}{AMOUNT}" });
  if ([...pattern].length > LONGEST_NAMING) return problem("naming.too_long", null, { limit: LONGEST_NAMING });
  const parts: NamePart[] = [];
  const start = pattern.length - pattern.trimStart().length;
  const end = pattern.trimEnd().length;
  for (let at = start; at < end; ) {
    if (pattern[at] === "}") return problem("naming.stray_brace", { from: at, to: at + 1 }, { brace: "{" });
    if (pattern[at] !== "{") {
      const next = pattern.slice(at, end).search(/[{}]/);
      const to = next < 0 ? end : at + next;
      parts.push({ kind: "text", text: pattern.slice(at, to) });
      at = to;
      continue;
    }
    const close = pattern.slice(at + 1, end).search(/[{}]/);
    if (close < 0 || pattern[at + 1 + close] === "{") return problem("naming.open_brace", { from: at, to: close < 0 ? end : at + 1 + close }, { brace: "}" });
    const to = at + close + 2;
    const read = readWord(pattern.slice(at + 1, to - 1), { from: at, to });
    if (!read.ok) return read;
    parts.push(...read.parts);
    at = to;
  }
  return { ok: true, parts };
}

function readWord(inside: string, at: Span): ReadNaming {
  const [typed = "", size, ...more] = inside.split(":").map((each) => each.trim());
  const word = NAME_WORDS.find((each) => each === typed.toUpperCase());
  if (!word) {
    const near = nearestWord(typed.toUpperCase());
    return near ? problem("naming.unknown_near", at, { word: typed, near: `{${near}}` }) : problem("naming.unknown", at, { word: typed === "" ? "{}" : typed });
  }
  if (size === undefined) return { ok: true, parts: [{ kind: "word", word, size: null }] };
  const { from, to } = SIZES[word];
  if (to === 0) return problem("naming.no_size", at, { word: `{${word}}` });
  const count = more.length === 0 && /^\d{1,3}$/.test(size) ? Number(size) : null;
  if (count === null || count < from || count > to) return problem("naming.size", at, { word: `{${word}:${from}}`, from, to });
  return { ok: true, parts: [{ kind: "word", word, size: count }] };
}

/** The word that was meant, where one begins alike or is one letter away. */
function nearestWord(typed: string): NameWord | null {
  if (typed.length < 3) return null;
  return NAME_WORDS.find((word) => word.startsWith(typed) || typed.startsWith(word)) ?? NAME_WORDS.find((word) => oneApart(word, typed)) ?? null;
}

function oneApart(a: string, b: string): boolean {
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let back = 0;
  while (back < Math.min(a.length, b.length) - from && a.at(-1 - back) === b.at(-1 - back)) back++;
  return Math.max(a.length, b.length) - from - back <= (a.length === b.length ? 2 : 1);
}

function problem(key: string, at: Span | null, values: Values = {}): ReadNaming & { ok: false } {
  return { ok: false, key, at, values };
}

/** Whether each creator's code comes out another: without such a word all would be named alike. */
export function namesEach(parts: readonly NamePart[]): boolean {
  return parts.some((part) => part.kind === "word" && !["AMOUNT", "DEAL", "PROGRAM", "YEAR", "MONTH"].includes(part.word));
}

/** Settings as they came from a browser, a file or a row: whatever is missing or odd becomes the usual. */
export function namingSettings(sent: unknown): NamingSettings {
  const from = typeof sent === "object" && sent !== null ? (sent as Record<string, unknown>) : {};
  const longest = typeof from.longest === "number" || typeof from.longest === "string" ? Math.trunc(Number(from.longest)) : NaN;
  return {
    pattern: typeof from.pattern === "string" ? from.pattern.slice(0, 4 * LONGEST_NAMING) : USUAL_NAMING.pattern,
    whenTaken: WHEN_TAKEN.find((rule) => rule === from.whenTaken) ?? USUAL_NAMING.whenTaken,
    hyphens: from.hyphens === true || from.hyphens === "true",
    longest: Number.isFinite(longest) ? Math.min(Math.max(longest, LENGTHS.shortest), LENGTHS.longest) : USUAL_NAMING.longest,
  };
}
