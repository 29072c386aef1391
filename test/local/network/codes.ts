// Which promo code a code on an order is, and when a code takes part.
import type { Account, Deal, PromoCode } from "./state.ts";

/** The key under which two exact codes are one: the provider compares them without regard to case. */
export function codeKey(code: string): string {
  return code.normalize("NFC").trim().toUpperCase().normalize("NFC");
}

/**
 * A pattern in Java's manner as one of JavaScript's: an inline (?i) at the start, or behind a leading ^, becomes the flag.
 * null where it is no pattern. Case matters unless the pattern says otherwise.
 */
export function patternOf(text: string): RegExp | null {
  const insensitive = /^\^?\(\?i\)/.test(text);
  const bare = insensitive ? text.replace(/^(\^?)\(\?i\)/, "$1") : text;
  try {
    return new RegExp(bare, insensitive ? "iu" : "u");
  } catch {
    return null;
  }
}

/** A code's dates: its deal's, where the deal keeps its codes in step. */
function datesOf(account: Account, code: PromoCode): { startMs: number | null; endMs: number | null } {
  const deal = dealOf(account, code);
  return deal?.synch ? { startMs: deal.startMs, endMs: deal.endMs } : { startMs: code.startMs, endMs: code.endMs };
}

export function dealOf(account: Account, code: { dealId: string | null }): Deal | null {
  return code.dealId === null ? null : (account.deals.find((deal) => deal.id === code.dealId) ?? null);
}

/** In force at an instant: started, not ended, not expired. */
export function inForce(account: Account, code: PromoCode, atMs: number): boolean {
  const { startMs, endMs } = datesOf(account, code);
  return (startMs === null || startMs <= atMs) && (endMs === null || atMs <= endMs) && (code.expiredMs === null || atMs < code.expiredMs);
}

/** Still somebody's: in force, or to be. A code that waits for its start already belongs to its partner. */
export function isTaken(account: Account, code: PromoCode, atMs: number): boolean {
  const { endMs } = datesOf(account, code);
  return (endMs === null || atMs <= endMs) && (code.expiredMs === null || atMs < code.expiredMs);
}

export function sameCode(a: { type: string; code: string }, b: { type: string; code: string }): boolean {
  if (a.type !== b.type) return false;
  return a.type === "LI" ? codeKey(a.code) === codeKey(b.code) : a.code === b.code;
}

/** The program's code that the text on an order is: an exact one first, then the patterns, the oldest first. */
export function codeOnOrder(account: Account, programId: string, text: string, atMs: number): PromoCode | null {
  if (text.trim() === "") return null;
  const own = account.codes.filter((code) => code.programId === programId && inForce(account, code, atMs));
  const key = codeKey(text);
  const exact = own.find((code) => code.type === "LI" && codeKey(code.code) === key);
  if (exact !== undefined) return exact;
  const patterns = own.filter((code) => code.type === "RE").sort((a, b) => a.createdMs - b.createdMs);
  return patterns.find((code) => patternOf(code.code)?.test(text)) ?? null;
}
