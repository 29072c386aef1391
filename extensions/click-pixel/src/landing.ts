// Which touches a page's address and the store's own cookie tell of. The theme's app embed (extensions/share-link) goes by the same rules, so that both
// note one visit under one key.
import { type Entry, isClickId, isParameter, MOST_ENTRIES, readWord, WORD_PARAMETER } from "../../../app/domain/touch.ts";

/**
 * `search`: of the page's address. `discountCookie`: what the store keeps of a code link (`discount_code`), as the cookie has it. `appliedCookie`: the codes
 * that the app embed applied itself, and those that they took the place of (`creator_code`, with consent): they tell of no visit.
 */
export type Landing = { search: string; discountCookie: string; appliedCookie: string; atMs: number };

/** The touches of a landing: a code link's first, then the creator's word, then networks' click ids; where a tie is to be broken the later one wins. */
export function touchesOf({ search, discountCookie, appliedCookie, atMs }: Landing, parameters: readonly string[], before: readonly Entry[]): Entry[] {
  const asked = new URLSearchParams(search);
  const word = readWord(asked.get(WORD_PARAMETER) ?? "");
  const newest = before.findLast(({ kind }) => kind === "code")?.atMs;
  // The store keeps a link's code for long: only a code that is not known yet tells of a visit.
  const known = [word, ...wordsIn(appliedCookie), ...before.flatMap(({ kind, atMs: at, value }) => (kind === "link" || (kind === "code" && at === newest) ? [value] : []))];
  const codes = wordsIn(discountCookie).filter((code) => !known.some((other) => other !== null && sameCode(other, code)));
  return [
    ...codes.map((value): Entry => ({ atMs, kind: "code", parameter: null, value })),
    ...(word === null ? [] : [{ atMs, kind: "link", parameter: WORD_PARAMETER, value: word } as const]),
    ...parameters.filter(isParameter).flatMap((parameter): Entry[] => {
      const value = asked.get(parameter);
      return value !== null && isClickId(value) ? [{ atMs, kind: "click_id", parameter, value }] : [];
    }),
  ].slice(-MOST_ENTRIES);
}

/** A cookie may hold several codes. */
function wordsIn(cookie: string): string[] {
  return decoded(cookie).split(",").flatMap((code) => readWord(code) ?? []);
}

function sameCode(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return "";
  }
}
