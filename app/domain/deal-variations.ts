// How a deal's variations go with it: a variation is the same deal with terms or dates of its own for some codes.
import type { DealState } from "./deal-parts.ts";

/** A variation as it is after its deal changed from `before` to `after`. `ended`: a person ended the deal, which ends whatever belongs to it. */
export function followed(own: DealState, { ownTerms, ownDates }: { ownTerms: boolean; ownDates: boolean }, before: DealState, after: DealState, ended: boolean): DealState {
  const dates = ownDates ? { startsAt: own.startsAt, endsAt: own.endsAt } : { startsAt: after.startsAt, endsAt: after.endsAt };
  const state = { name: renamed(own.name, before.name, after.name), terms: ownTerms ? own.terms : after.terms, ...dates, pausedAt: before.pausedAt === after.pausedAt ? own.pausedAt : after.pausedAt };
  if (!ended || !ownDates || after.endsAt === null || (own.endsAt !== null && Date.parse(own.endsAt) <= Date.parse(after.endsAt))) return state;
  const startsAt = new Date(Math.min(Date.parse(own.startsAt), Date.parse(after.endsAt) - 1_000)).toISOString();
  return { ...state, startsAt, endsAt: after.endsAt };
}

const LONGEST_NAME = 255;

/** Its name is the deal's with a mark behind it (domain/variation.ts). */
function renamed(own: string, before: string, after: string): string {
  if (before === after || !own.startsWith(`${before} (`)) return own;
  const tail = own.slice(before.length);
  return `${[...after].slice(0, LONGEST_NAME - [...tail].length).join("")}${tail}`;
}
