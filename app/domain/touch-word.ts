// Whom a link's word names: the creator whose code it was when the link was followed, or whose handle it is. Pure.
import { codeKey } from "./code.ts";
import { heldAt } from "./rule-book.ts";

/** A code as far as it names somebody. */
export type NamedCode = { id: string; key: string; createdAtMs: number; retiredAtMs: number | null; terms: { validFromMs: number; creatorId: string | null }[] };

/** Handles are compared without regard to case, and to the @ in front. */
export function handleKey(word: string): string {
  return word.trim().replace(/^@+/, "").toLowerCase();
}

/**
 * Of the codes with one name the one in force at an instant, else the newest of those that were there: as an order is matched (domain/match.ts), but that a code
 * that was made since names nobody: what an old link said does not change with it. null: there is none.
 */
export function codeNamed<T extends Pick<NamedCode, "key" | "createdAtMs" | "retiredAtMs">>(word: string, codes: readonly T[], atMs: number): T | null {
  const key = codeKey(word);
  const inForce = ({ retiredAtMs }: T) => Number(retiredAtMs === null || retiredAtMs > atMs);
  return codes.filter((code) => code.key === key && code.createdAtMs <= atMs).sort((a, b) => inForce(b) - inForce(a) || b.createdAtMs - a.createdAtMs)[0] ?? null;
}

/** The creator whom a word names at an instant; null: nobody, or everybody (a code for all). `handles`: by handleKey. */
export function creatorNamed(word: string, codes: readonly NamedCode[], handles: ReadonlyMap<string, string>, atMs: number): string | null {
  const code = codeNamed(word, codes, atMs);
  return code === null ? (handles.get(handleKey(word)) ?? null) : (heldAt(code.terms, atMs)?.creatorId ?? null);
}
