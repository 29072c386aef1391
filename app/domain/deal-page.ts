// The shapes that the pages of one deal are given beside those of domain/pages.ts: plain JSON, instants as ISO 8601.
import type { Picked } from "./deal.ts";
import type { DealPart, DealState } from "./deal-parts.ts";
import type { SeenInStore } from "./deal-seen.ts";
import type { FieldError } from "./problem.ts";

/** What the store has of segments or markets; `problem` (domain/problem.ts) says why it is not known. */
export type ChoicesAnswer = { choices: Picked[]; more: boolean; problem: string | null };

/** A version of a deal: who made it what, and which parts were otherwise before. */
export type DealVersion = { version: number; at: string; who: string; what: string; changes: DealPart[]; before: DealState | null; after: DealState };

/** A deal that hangs on this one, for codes with dates or terms of their own. */
export type DealVariation = { id: string; name: string; ownTerms: boolean; ownDates: boolean; startsAt: string; endsAt: string | null; codes: number; store: { state: string; problem: string | null; readAt: string | null } };

/** What an edit of a deal begins with. */
export type DealToEdit = {
  id: string;
  version: number;
  state: DealState;
  program: { id: string; name: string; network: string } | null;
  uses: number; // as the store counts them
  codes: number; // in force
  storeState: string;
  storeId: string | null;
  storeProblem: string | null;
  parent: { id: string; name: string } | null;
  storeVersion: number;
  seen: SeenInStore | null;
};

/** What came of an act on the page of a deal; `again`: how many rows are tried again. */
export type DealActAnswer = { intent: string; again: number; errors: FieldError[]; conflict: { who: string; at: string } | null };
