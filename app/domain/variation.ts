// A variation of a deal: a discount of its own for the codes that have dates or terms of their own, since all codes of one discount share both.
import type { DealTerms } from "./deal.ts";

/** What codes have of their own; null or left out: as their deal has it. */
export type Own = { startsAt: Date | null; endsAt: Date | null; terms?: DealTerms | null };

type Deal = { name: string; terms: DealTerms; startsAt: Date; endsAt: Date | null };

export type Variation = { terms: DealTerms; startsAt: Date; endsAt: Date | null; ownTerms: boolean; ownDates: boolean };

/** The deal as it is for these codes; null: not otherwise than the deal itself. */
export function variationOf(deal: Deal, own: Own): Variation | null {
  const startsAt = own.startsAt ?? deal.startsAt;
  const endsAt = own.endsAt ?? deal.endsAt;
  const terms = own.terms ?? deal.terms;
  const ownDates = startsAt.getTime() !== deal.startsAt.getTime() || endsAt?.getTime() !== deal.endsAt?.getTime();
  const ownTerms = textOf(terms) !== textOf(deal.terms);
  return ownDates || ownTerms ? { terms, startsAt, endsAt, ownTerms, ownDates } : null;
}

const LONGEST_NAME = 255; // the store's limit for a title

/**
 * Its name in the store's admin and in the network, in no language: "Summer (2026-12-01 – 2026-12-31)". `day` writes an instant as the shop's
 * day; `n` from 2 on tells it from others of the same days.
 */
export function variationName(deal: Deal, { startsAt, endsAt, ownDates, ownTerms }: Variation, day: (at: Date) => string, n = 1): string {
  const from = startsAt.getTime() === deal.startsAt.getTime() ? "" : day(startsAt);
  const dates = ownDates ? `${from}${from === "" ? "" : " "}–${endsAt === null ? "" : ` ${day(endsAt)}`}` : "";
  const mark = [dates, ...(ownTerms ? ["*"] : []), ...(n > 1 ? [String(n)] : [])].filter((part) => part !== "").join(" ");
  const tail = ` (${mark})`;
  return `${[...deal.name].slice(0, LONGEST_NAME - [...tail].length).join("")}${tail}`;
}

/** As text, whatever order the keys are in: the database keeps them in its own. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "object" && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one));
}
