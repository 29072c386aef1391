// Whose click it is: a word in an address names a creator by his code or handle, at the time of the visit. Pure.
import { codeKey } from "./code.ts";
import { heldAt, type CreatorCode } from "./rule-book.ts";
import { handleKey } from "./sheet-people.ts";
import type { TouchKind } from "./touch.ts";

/** What words are read by. `handles`: creators by domain/sheet-people.ts handleKey; null where two have one handle. */
export type Words = { codes: readonly CreatorCode[]; handles: ReadonlyMap<string, string | null> };

/**
 * The creator whom a word named at an instant, or null: nobody, or nobody in particular (a code for everybody). An exact code goes before a handle. The link of
 * a code that is paused, or out of its dates, is its creator's all the same: he brought the visit.
 */
export function creatorOfWord({ codes, handles }: Words, kind: Exclude<TouchKind, "click_id">, word: string, atMs: number): string | null {
  const key = codeKey(word);
  const known = codes.filter((code) => code.match === "exact" && code.key === key && code.createdAtMs <= atMs && (code.retiredAtMs === null || code.retiredAtMs > atMs));
  const creatorId = known.flatMap((code) => heldAt(code.terms, atMs)?.creatorId ?? [])[0] ?? null;
  if (creatorId !== null || kind === "code") return creatorId;
  return handles.get(handleKey(word)) ?? null;
}

/** The keys of the codes that words may name. */
export function wordKeys(words: readonly string[]): string[] {
  return [...new Set(words.map(codeKey))];
}
