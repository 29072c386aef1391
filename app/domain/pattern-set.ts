// Many patterns against one code. A pattern in which a piece of plain text has to occur is looked up by three letters of that piece, the rarest among the
// patterns; only those that are found so, and those without such a piece, are run. What is run at all decides (an engine that never backtracks), the look-up
// only leaves out what cannot match.
import { RE2JS } from "re2js";

export type PatternSet = {
  readonly patterns: readonly string[];
  /** Numbers of the patterns in whose required text these three letters stand, in lower case. */
  readonly byLetters: ReadonlyMap<string, readonly number[]>;
  /** Those that are run on every code. */
  readonly always: readonly number[];
  /** What was found for a code, so that it is looked for once. */
  readonly known: Map<string, readonly number[]>;
};

const LETTERS = 3;
const MOST_KNOWN = 20_000;
const MOST_SETS = 50;
const sets = new Map<string, PatternSet>();

/** The set of these patterns; one that was made before is used again. */
export function patternSet(patterns: readonly string[]): PatternSet {
  const name = patterns.join("\n"); // no pattern has a line break: domain/pattern.ts
  const made = sets.get(name) ?? makeSet(patterns);
  if (sets.size >= MOST_SETS && !sets.has(name)) sets.clear();
  sets.set(name, made);
  return made;
}

function makeSet(patterns: readonly string[]): PatternSet {
  const pieces = patterns.map((pattern) => lettersOf(requiredTexts(pattern)));
  const uses = new Map<string, number>();
  for (const letters of pieces.flat()) uses.set(letters, (uses.get(letters) ?? 0) + 1);
  const byLetters = new Map<string, number[]>();
  const always: number[] = [];
  pieces.forEach((own, n) => {
    if (own.length === 0) return void always.push(n);
    const rarest = own.reduce((best, one) => (uses.get(one)! < uses.get(best)! ? one : best));
    const beside = byLetters.get(rarest);
    if (beside) beside.push(n);
    else byLetters.set(rarest, [n]);
  });
  return { patterns, byLetters, always, known: new Map() };
}

/** The numbers of the patterns that match the code, ascending. */
export function matchingPatterns(set: PatternSet, code: string): readonly number[] {
  const steps = matchInSteps(set, code);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, pausing before each pattern that is run: whoever asks may let others work in between. */
export function* matchInSteps(set: PatternSet, code: string): Generator<void, readonly number[]> {
  const known = set.known.get(code);
  if (known !== undefined) return known;
  const found: number[] = [];
  for (const n of candidates(set, code)) {
    yield;
    if (patternMatches(set.patterns[n]!, code)) found.push(n);
  }
  found.sort((a, b) => a - b);
  if (set.known.size >= MOST_KNOWN) set.known.clear();
  set.known.set(code, found);
  return found;
}

/** The patterns that may match. Letters beyond ASCII have cases of their own ("ſ" is an "s" to the engine): such a code is held against every pattern. */
function candidates({ patterns, byLetters, always }: PatternSet, code: string): Iterable<number> {
  if (/[^\x00-\x7f]/.test(code)) return patterns.keys();
  const lower = code.toLowerCase();
  const found = new Set(always);
  for (let at = 0; at + LETTERS <= lower.length; at++) for (const n of byLetters.get(lower.slice(at, at + LETTERS)) ?? []) found.add(n);
  return found;
}

function lettersOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => Array.from({ length: Math.max(0, text.length - LETTERS + 1) }, (_, at) => text.slice(at, at + LETTERS)));
}

/** Escapes that stand for one character of a kind, or for a place. */
const KINDS = "dDsSwWbBAz";

/**
 * Pieces of text, in lower case, each of which occurs in whatever matches the pattern (RE2 syntax). What is not understood gives no piece: groups and
 * classes are passed over, and a pattern with a choice at its outermost level, or with a sign that this does not know, has none at all.
 */
export function requiredTexts(pattern: string): string[] {
  const texts: string[] = [];
  let text = "";
  const end = (cut = 0) => {
    texts.push(text.slice(0, text.length - cut));
    text = "";
  };
  for (let at = 0; at < pattern.length; ) {
    const sign = pattern[at]!;
    if (sign === "|" || sign === "{" && !/^\{\d+(,\d*)?\}/.test(pattern.slice(at))) return [];
    if (sign === "(" || sign === "[") {
      const after = sign === "(" ? afterGroup(pattern, at) : afterClass(pattern, at);
      if (after === null) return [];
      end();
      at = after;
    } else if (sign === "*" || sign === "?" || sign === "{") {
      // The last character may be there, or not.
      end(1);
      at = sign === "{" ? pattern.indexOf("}", at) + 1 : at + 1;
    } else if (sign === "\\") {
      const escaped = pattern[at + 1] ?? "";
      if (KINDS.includes(escaped) && escaped !== "") end();
      else if (/[a-zA-Z0-9]/.test(escaped) || escaped === "") return [];
      else if (escaped > "\x7f") end();
      else text += escaped;
      at += 2;
    } else {
      if (".^$+".includes(sign) || sign > "\x7f") end();
      else text += sign.toLowerCase();
      at += 1;
    }
  }
  end();
  return texts.filter((piece) => piece.length >= LETTERS);
}

/** Where a group ends; null: it cannot be told. */
function afterGroup(pattern: string, from: number): number | null {
  // Flags without a group, (?i), hold until the end of what is around them, and change where text is found in cases alone.
  const flags = /^\(\?[imsU-]*\)/.exec(pattern.slice(from));
  if (flags) return from + flags[0].length;
  let depth = 0;
  for (let at = from; at < pattern.length; ) {
    const sign = pattern[at]!;
    if (sign === "\\") {
      if (pattern[at + 1] === "Q") return null;
      at += 2;
    } else if (sign === "[") {
      const after = afterClass(pattern, at);
      if (after === null) return null;
      at = after;
    } else {
      if (sign === "(") depth += 1;
      if (sign === ")") depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return null;
}

/** Where a class of characters ends; null: it cannot be told. */
function afterClass(pattern: string, from: number): number | null {
  let at = from + 1;
  if (pattern[at] === "^") at += 1;
  if (pattern[at] === "]") at += 1; // as its first character it is one
  while (at < pattern.length) {
    const sign = pattern[at]!;
    if (sign === "]") return at + 1;
    if (sign === "\\") at += 2;
    else if (sign === "[" && pattern[at + 1] === ":") {
      const closed = pattern.indexOf(":]", at + 2);
      if (closed < 0) return null;
      at = closed + 2;
    } else at += 1;
  }
  return null;
}

const compiled = new Map<string, RE2JS | null>();
const MOST_COMPILED = 2_000; // each keeps what it has learned of codes

/** RE2 syntax, run as a search; case-sensitive unless the pattern says (?i). A pattern that cannot be compiled matches nothing. */
export function patternMatches(pattern: string, code: string): boolean {
  let engine = compiled.get(pattern);
  if (engine === undefined) {
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    engine = compile(pattern);
    compiled.set(pattern, engine);
  }
  return engine !== null && engine.matcher(code).find();
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}
