// A name for each creator's code, from a pattern: plain letters and digits whatever script the creator's name is in, within the length that
// was chosen, and none twice. What was changed on the way is said per code. For a server: domain/plain-letters.ts is large.
import { codeKey } from "./code.ts";
import { type NamePart, type NameWord, OF_CREATORS, type WhenTaken } from "./naming-pattern.ts";
import { plainInitials, plainNameWords, plainText, plainWords, type PlainWord } from "./plain-letters.ts";
import type { Values } from "./problem.ts";
import { type Dice, drawn, freshDice } from "./random-tail.ts";

export type NamedCreator = {
  creatorId: string | null; // null: a code for everybody
  name: string;
  handle: string | null;
  email: string | null; // its first part stands in for a handle
};

export type NamingInput = {
  parts: readonly NamePart[]; // domain/naming-pattern.ts readNaming
  whenTaken: WhenTaken;
  hyphens: boolean;
  longest: number; // characters of a code
  creators: readonly NamedCreator[];
  /** `mark`: domain/deal.ts codeMark, empty where the value is no whole number. */
  deal: { name: string; mark: string };
  program: string | null;
  today: string; // the shop's day, YYYY-MM-DD
  /** Keys (domain/code.ts) of names that others have. */
  taken: { has: (key: string) => boolean; size: number };
  /** What chance is made of: the same seed gives the same names. */
  seed: string;
};

/** Something that was changed, as a sentence of locales/<language>/errors.json. */
export type NameChange = { key: string; values: Values };

/** `taken`: somebody has this name, and a person is to choose another one. */
export type NamedCode = { creatorId: string | null; code: string; key: string; changes: NameChange[]; taken: boolean };

/** A piece of a code. Those that `cuts` are shortened where the code is too long. */
type Piece = { text: string; cuts: boolean };
type Built = { pieces: Piece[]; changes: NameChange[] };

const RANDOM_SIZE = 4;
const MOST_DRAWS = 40;

/** Names codes for any number of creators in one pass, in their order. */
export function nameCodes(input: NamingInput): NamedCode[] {
  const used = new Set<string>();
  const counters = new Map<string, number>();
  const moving = input.parts.some((part) => part.kind === "word" && (part.word === "NUMBER" || part.word === "RANDOM"));
  const isFree = (code: string) => code !== "" && !used.has(codeKey(code)) && !input.taken.has(codeKey(code));
  // Each number is tried at most once: as many as there are names to go round, and names to give.
  let tries = input.taken.size + 2 * input.creators.length + MOST_DRAWS;
  let number = 1;

  return input.creators.map((creator) => {
    const dice = freshDice(`${input.seed}\n${creator.creatorId ?? ""}\n${creator.name}`);
    let built = build(input, creator, number++, dice);
    let code = joined(built.pieces, input.longest, input.hyphens);
    const wanted = code;
    for (let draw = 0; moving && !isFree(code) && draw < MOST_DRAWS && tries > 0; tries--) {
      if (input.parts.some((part) => part.kind === "word" && part.word === "RANDOM")) draw++;
      built = build(input, creator, number++, dice);
      code = joined(built.pieces, input.longest, input.hyphens);
    }
    const changes = [...built.changes, ...cutChange(built.pieces, input)];
    let taken = false;
    if (!isFree(code)) {
      const other = input.whenTaken === "ask" ? null : nextFree(built.pieces, input, { counters, dice, isFree });
      taken = other === null;
      if (other !== null) changes.push({ key: "naming.was_taken", values: { code } });
      code = other ?? wanted;
    }
    const key = codeKey(code);
    used.add(key);
    return { creatorId: creator.creatorId, code, key, changes, taken };
  });
}

function build(input: NamingInput, creator: NamedCreator, number: number, dice: Dice): Built {
  const changes: NameChange[] = [];
  const pieces: Piece[] = [];
  for (const part of input.parts) {
    if (part.kind === "text") {
      const text = plainText(part.text).replaceAll("-", input.hyphens ? "-" : "");
      if (text !== part.text.toUpperCase()) changes.push({ key: "naming.text_changed", values: { text: part.text.trim(), plain: text } });
      pieces.push({ text, cuts: false });
      continue;
    }
    const text = wordText(part.word, part.size, { input, creator, number, dice, changes });
    if (text === "") changes.push({ key: "naming.left_out", values: { word: `{${part.word}}` } });
    pieces.push({ text, cuts: NAMES.includes(part.word) });
  }
  if (pieces.every((piece) => !/[A-Z0-9]/.test(piece.text))) pieces.push({ text: creator.creatorId === null ? "EVERYBODY" : "CREATOR", cuts: true });
  return { pieces, changes };
}

const NAMES: readonly NameWord[] = ["FIRST", "LAST", "NAME", "HANDLE", "DEAL", "PROGRAM"];

type Filling = { input: NamingInput; creator: NamedCreator; number: number; dice: Dice; changes: NameChange[] };

function wordText(word: NameWord, size: number | null, filling: Filling): string {
  const { input, creator, number, dice, changes } = filling;
  const short = (text: string) => (size === null ? text : text.slice(0, size));
  if (creator.creatorId === null && OF_CREATORS.includes(word)) return "";
  switch (word) {
    case "FIRST":
      return short(told(plainName(filling).slice(0, 1), changes));
    case "LAST":
      return short(told(plainName(filling).slice(1).slice(-1), changes));
    case "NAME":
      return short(told(plainName(filling), changes));
    case "INITIALS":
      return short(plainInitials(creator.name) || plainName(filling)[0]!.plain.slice(0, 1));
    case "HANDLE":
      return short(plainHandle(creator).join("") || told(plainName(filling, "naming.handle_missing"), changes));
    case "AMOUNT":
      return plainText(input.deal.mark);
    case "DEAL":
      return short(plainWords(input.deal.name).join(""));
    case "PROGRAM":
      return short(plainWords(input.program ?? "").join(""));
    case "YEAR":
      return input.today.slice(0, 4).slice(-(size ?? 4));
    case "MONTH":
      return input.today.slice(5, 7);
    case "NUMBER":
      return String(number).padStart(size ?? 1, "0");
    case "RANDOM":
      return drawn(dice, size ?? RANDOM_SIZE);
  }
}

/** The words of the creator's name that have a letter; where there is none, the handle; else CREATOR. Says what stands in for what. */
function plainName({ creator, changes }: Filling, note?: string): PlainWord[] {
  const named = plainNameWords(creator.name).filter(({ plain }) => /[A-Z]/.test(plain));
  const handle = plainHandle(creator).join("");
  if (note) say(changes, note, { name: creator.name });
  if (named.length > 0) return named;
  say(changes, /[A-Z]/.test(handle) ? "naming.handle_for_name" : "naming.nothing_for_name", { name: creator.name });
  const plain = /[A-Z]/.test(handle) ? handle : "CREATOR";
  return [{ written: plain, plain }];
}

/** The words as they stand in the code; says which are written otherwise there. */
function told(words: readonly PlainWord[], changes: NameChange[]): string {
  const otherwise = words.filter(({ written }) => /[^\p{ASCII}’]/u.test(written));
  if (otherwise.length > 0) say(changes, "naming.plain_letters", { name: otherwise.map(({ written }) => written).join(" "), plain: otherwise.map(({ plain }) => plain).join(" ") });
  return words.map(({ plain }) => plain).join("");
}

function say(changes: NameChange[], key: string, values: Values): void {
  if (!changes.some((change) => change.key === key && change.values.name === values.name)) changes.push({ key, values });
}

/** "@leilei.shop", "https://instagram.com/leilei.shop/" and an e-mail's first part are all LEILEI, SHOP. */
function plainHandle({ handle, email }: NamedCreator): string[] {
  const path = (handle ?? "").trim().replace(/^https?:\/\//i, "").replace(/[?#].*$/, "").replace(/\/+$/, "");
  const words = plainWords((path.split("/").at(-1) ?? "").replace(/[._]/g, " "));
  return words.length > 0 ? words : plainWords((email ?? "").split("@")[0]!.split("+")[0]!.replace(/[._]/g, " "));
}

/** The pieces within `longest` characters: names are cut first, the longest of them, down to one letter; the rest from the end. */
function joined(pieces: readonly Piece[], longest: number, hyphens: boolean): string {
  const lengths = pieces.map((piece) => piece.text.length);
  let over = lengths.reduce((sum, length) => sum + length, 0) - longest;
  for (; over > 0; over--) {
    let most = -1;
    for (const [index, piece] of pieces.entries()) if (piece.cuts && lengths[index]! > 1 && (most < 0 || lengths[index]! > lengths[most]!)) most = index;
    if (most < 0) break;
    lengths[most]!--;
  }
  const code = pieces.map((piece, index) => piece.text.slice(0, lengths[index])).join("").slice(0, Math.max(longest, 0));
  // A word that came out empty leaves no hyphen behind.
  return hyphens ? code.replace(/-{2,}/g, "-").replace(/^-|-$/g, "") : code;
}

function cutChange(pieces: readonly Piece[], { longest, hyphens }: NamingInput): NameChange[] {
  const whole = joined(pieces, Infinity, hyphens);
  return whole.length > longest ? [{ key: "naming.cut", values: { whole, longest } }] : [];
}

type Search = { counters: Map<string, number>; dice: Dice; isFree: (code: string) => boolean };

const LETTERS = "ABCDEFGHJKMNPQRTUVWXY"; // none that is read as a digit

/**
 * The next free name by the rule. A tail goes on where the last one of the same stem and length ended, so that many creators of one name are
 * named in one pass. null: nothing is free within the length.
 */
function nextFree(pieces: readonly Piece[], { whenTaken, hyphens, longest }: NamingInput, { counters, dice, isFree }: Search): string | null {
  // MARIE10 with a 2 behind it would read MARIE102: something stands between.
  const between = hyphens ? "-" : whenTaken === "number" && /\d$/.test(joined(pieces, longest, hyphens)) ? "X" : "";
  for (let size = whenTaken === "random" ? 3 : 1; size + between.length < longest; size++) {
    const base = joined(pieces, longest - size - between.length, hyphens);
    const stem = base === "" ? "" : base + between;
    if (whenTaken === "random") {
      for (let draw = 0; draw < 8; draw++) {
        const code = stem + drawn(dice, size);
        if (isFree(code)) return code;
      }
      continue;
    }
    const [first, last] = whenTaken === "number" ? [size === 1 ? 2 : 10 ** (size - 1), 10 ** size - 1] : [0, LETTERS.length ** size - 1];
    const place = `${stem} ${size}`;
    for (let n = counters.get(place) ?? first; n <= last; n++) {
      counters.set(place, n + 1);
      const code = stem + (whenTaken === "number" ? String(n) : lettersOf(n, size));
      if (isFree(code)) return code;
    }
  }
  return null;
}

function lettersOf(n: number, size: number): string {
  let text = "";
  for (let left = n, place = 0; place < size; place++, left = Math.floor(left / LETTERS.length)) text = LETTERS[left % LETTERS.length]! + text;
  return text;
}
