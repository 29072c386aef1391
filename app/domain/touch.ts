// A touch: a visit that a creator brought. How the storefront writes it down, in a cookie and in the cart's attributes; the browser and the
// server read it by the same rules. Pure; instants are milliseconds since 1970.

/** `click_id`: a network's click id stood in the address; `code`: a link that applies a code; `link`: a creator's own word in the address. */
export type TouchKind = "click_id" | "code" | "link";

/** Where a touch was seen. */
export type TouchSource = "pixel" | "embed";

/** A touch as the browser keeps it. `parameter`: of the address; null: the address had none (a code link). `value`: the click's id, or the word. */
export type Entry = { atMs: number; kind: TouchKind; parameter: string | null; value: string };

/** First-party cookies and cart attributes of these names: the visitor, and his newest touches. */
export const VISITOR_NAME = "creator_visitor";
export const CLICKS_NAME = "creator_clicks";
/** The parameter of a creator's own link. */
export const WORD_PARAMETER = "creator";

/** So many touches are kept in the browser. */
export const MOST_ENTRIES = 5;
/** The same landing seen again within this time is the same touch: pixel and embed both see it. */
export const SAME_TOUCH_MS = 30 * 60_000;
/** An older touch counts for nothing: no click window is so long. */
export const OLDEST_TOUCH_MS = 400 * 86_400_000;

const LONGEST_WORD = 128;
const LONGEST_TEXT = 8_192;
const VISITOR = /^[A-Za-z0-9_-]{8,64}$/;
const PARAMETER = /^(?!-$)[A-Za-z0-9_-]{1,40}$/; // "-" stands for none
const CLICK_ID = /^[A-Za-z0-9._~-]{1,128}$/;
const ENTRY = /^(\d{1,15})\.([icl])\.([A-Za-z0-9_-]{1,40})\.([^.~]{1,2000})$/;

const LETTERS = { click_id: "i", code: "c", link: "l" } as const satisfies Record<TouchKind, string>;
const KINDS: Record<string, TouchKind> = { i: "click_id", c: "code", l: "link" };

/** A browser's random name: letters, digits, `_` and `-`, 8 to 64 of them. */
export function isVisitor(text: string): boolean {
  return VISITOR.test(text);
}

/** A name of a parameter that this app reads. */
export function isParameter(text: string): boolean {
  return PARAMETER.test(text);
}

/** A network's click id: letters, digits and `-_.~`, at most 128. */
export function isClickId(text: string): boolean {
  return CLICK_ID.test(text);
}

/** A word that may name a creator (a code, or his handle), without the white space around it; null: it is none. */
export function readWord(text: string): string | null {
  const word = text.trim();
  return word === "" || word.length > LONGEST_WORD || !word.isWellFormed() || /\p{Cc}/u.test(word) ? null : word;
}

/** What a touch of this kind may carry: its value as it is kept; null: it is no such touch. */
export function readValue(kind: TouchKind, value: string): string | null {
  return kind === "click_id" ? (isClickId(value) ? value : null) : readWord(value);
}

/** An entry as text: `<ms>.<i|c|l>.<parameter or ->.<value, percent-encoded>`. One entry has one text. */
export function writeEntry({ atMs, kind, parameter, value }: Entry): string {
  const coded = encodeURIComponent(value).replaceAll(".", "%2E").replaceAll("~", "%7E");
  return `${atMs}.${LETTERS[kind]}.${parameter ?? "-"}.${coded}`;
}

/** Reads an entry; null where it is none. */
export function readEntry(text: string): Entry | null {
  const parts = ENTRY.exec(text);
  if (parts === null) return null;
  const kind = KINDS[parts[2]!]!;
  const parameter = parts[3] === "-" ? null : parts[3]!;
  const value = readValue(kind, decoded(parts[4]!) ?? "");
  // Whose id it is, is told by its parameter alone.
  return value === null || (kind === "click_id" && parameter === null) ? null : { atMs: Number(parts[1]), kind, parameter, value };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The text of the cookie and of the cart attribute: the newest entries, the newest last. */
export function writeClicks(entries: readonly Entry[]): string {
  return entries.slice(-MOST_ENTRIES).map(writeEntry).join("~");
}

/** Reads that text; what is no entry is passed over. Any text may come: a buyer can write his own cookies. */
export function readClicks(text: string): Entry[] {
  if (text.length > LONGEST_TEXT) return [];
  return text.split("~").flatMap((part) => readEntry(part) ?? []).slice(-MOST_ENTRIES);
}

/**
 * The entries with the touches of one landing, and the entries that these are: what stands among the newest landing's already (pixel and embed both see
 * it, and a page may be loaded again) is used as it stands. Another creator's touch in between makes it a new one.
 */
export function withLanding(entries: readonly Entry[], touches: readonly Entry[]): { entries: Entry[]; landed: Entry[] } {
  const newest = entries.filter((entry) => entry.atMs === entries.at(-1)!.atMs);
  const landed = touches.map((touch) => newest.find((entry) => isSame(entry, touch)) ?? touch);
  return { entries: [...entries, ...landed.filter((entry) => !newest.includes(entry))].slice(-MOST_ENTRIES), landed };
}

function isSame(entry: Entry, touch: Entry): boolean {
  return entry.kind === touch.kind && entry.parameter === touch.parameter && entry.value === touch.value && Math.abs(touch.atMs - entry.atMs) < SAME_TOUCH_MS;
}

/** The name of a touch: whoever notes it, and from whatever source it is read, it counts once. */
export function touchKey(visitor: string, entry: Entry): string {
  return `${visitor}:${writeEntry(entry)}`;
}

/**
 * When a touch happened, as far as the browser's clock is believed: never after it was heard of (a clock that is ahead is set to that), and as long ago
 * as it says (one that waited for consent keeps its own time). null: longer ago than any click counts.
 */
export function believedAt(atMs: number, heardMs: number): number | null {
  return atMs < heardMs - OLDEST_TOUCH_MS ? null : Math.min(atMs, heardMs);
}
