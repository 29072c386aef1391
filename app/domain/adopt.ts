// Adopting what the store has: the shapes of its pages, and a guess whose a code is. Pure.
import type { DealTerms } from "./deal.ts";
import type { Finding } from "./preflight.ts";

/** A discount of the store as a page names it. `terms` null: no deal can say them, `unread` says why. */
export type FoundDiscount = {
  storeId: string;
  title: string;
  status: string;
  terms: DealTerms | null;
  unread: string[];
  startsAt: string | null;
  endsAt: string | null;
  codes: number;
  uses: number;
  /** The deal that it is. */
  deal: { id: string; name: string; adopted: boolean } | null;
};

export type FoundCode = {
  key: string;
  code: string;
  discount: { storeId: string; title: string; status: string; terms: DealTerms | null; endsAt: string | null };
  /** The app that made it; null: a person, in the store's admin. */
  createdBy: string | null;
  /** By the store's own count, which lags. */
  uses: number;
  /** The creator code that it is here; null: nobody's. */
  linked: { codeId: string; creator: { id: string; name: string } | null; asItIs: boolean } | null;
};

/** Orders known here with the code, placed before it was linked: shown, never credited. `amount`: goods after discounts, in minor units of the shop's currency. */
export type SoldBefore = { orders: number; amount: string };

/** A code with whom it is to be linked. */
export type LinkRow = { key: string; creatorId: string | null; policy: string };
export type CheckedLink = LinkRow & { code: string; findings: Finding[] };

export type NamedPerson = { id: string; words: readonly string[] }; // plain words of name and handle (domain/plain-letters.ts)

const SHORTEST_WORD = 3;

/**
 * Whose a code may be, by the names of the creators: the longest word of a name or handle that the code begins with, or holds. Where two creators have it,
 * nobody is guessed. Answers creator ids by code key.
 */
export function guessCreators(keys: readonly string[], people: readonly NamedPerson[]): Map<string, string> {
  const byWord = new Map<string, Set<string>>();
  for (const { id, words } of people) {
    for (const word of [...words, words.join("")]) {
      if (word.length < SHORTEST_WORD) continue;
      const ids = byWord.get(word) ?? new Set();
      ids.add(id);
      byWord.set(word, ids);
    }
  }
  const guessed = new Map<string, string>();
  for (const key of keys) {
    const id = guess(key.replace(/[^A-Z0-9]/g, ""), byWord);
    if (id !== null) guessed.set(key, id);
  }
  return guessed;
}

const LONGEST_LOOKED_AT = 40;

function guess(plain: string, byWord: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  const text = plain.slice(0, LONGEST_LOOKED_AT);
  // What it begins with says most; then what stands anywhere in it, if it is long enough to be no accident.
  for (let length = text.length; length >= SHORTEST_WORD; length--) {
    const ids = byWord.get(text.slice(0, length));
    if (ids) return ids.size === 1 ? [...ids][0]! : null;
  }
  for (let length = text.length; length > SHORTEST_WORD; length--) {
    for (let from = 1; from + length <= text.length; from++) {
      const ids = byWord.get(text.slice(from, from + length));
      if (ids) return ids.size === 1 ? [...ids][0]! : null;
    }
  }
  return null;
}
