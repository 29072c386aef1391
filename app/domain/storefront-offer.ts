// What a creator's link offers whoever opens it: nothing but what is public. Pure; instants are milliseconds since 1970.
import type { DealTerms } from "./deal.ts";
import { codeNamed, type NamedCode } from "./touch-word.ts";

/** A code that a word names, or that its creator has. `inStore`: the store has it, as far as it was read. */
export type OfferedCode = NamedCode & {
  code: string;
  creator: string | null; // the creator's name
  pausedAtMs: number | null;
  voidFromMs: number | null;
  startsAtMs: number | null; // of its own terms
  endsAtMs: number | null;
  inStore: boolean;
  deal: { terms: DealTerms | null; startsAtMs: number | null; endsAtMs: number | null; pausedAtMs: number | null } | null;
};

/** `terms` null: the app cannot say them. `until`: when the offer ends. */
export type StorefrontOffer = { code: string | null; applies: boolean; creator: string | null; terms: DealTerms | null; untilMs: number | null };

export const NO_OFFER: StorefrontOffer = { code: null, applies: false, creator: null, terms: null, untilMs: null };

/** The code of this name, else the newest that holds of the creators whom the word names. */
export function offerFor(word: string, codes: readonly OfferedCode[], nowMs: number): StorefrontOffer {
  const named = codeNamed(word, codes, nowMs);
  const own = named === null ? codes.filter((code) => applies(code, nowMs)).sort((a, b) => b.createdAtMs - a.createdAtMs)[0] : named;
  if (own === undefined) return NO_OFFER;
  const until = earliest(own.endsAtMs, own.deal?.endsAtMs ?? null);
  return { code: own.code, applies: applies(own, nowMs), creator: own.creator, terms: own.deal?.terms ?? null, untilMs: until };
}

/** Whether the buyer gets what it promises: a code that is void still takes the discount in the store, but is none that the shop wants seen. */
function applies(code: OfferedCode, nowMs: number): boolean {
  const passed = (ms: number | null) => ms !== null && ms <= nowMs;
  const ahead = (ms: number | null) => ms !== null && ms > nowMs;
  const { deal } = code;
  const stopped = passed(code.retiredAtMs) || code.pausedAtMs !== null || passed(code.voidFromMs) || (deal !== null && deal.pausedAtMs !== null);
  const outside = ahead(code.startsAtMs) || passed(code.endsAtMs) || (deal !== null && (ahead(deal.startsAtMs) || passed(deal.endsAtMs)));
  return code.inStore && !stopped && !outside;
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}
