// The state of the form that links codes with creators.
import type { CheckedLink } from "../../domain/adopt.ts";
import type { FieldError } from "../../domain/problem.ts";

export type LinkAnswer = { errors: FieldError[]; rows: CheckedLink[]; unread?: string[] };

/** Whose a code is to be: a creator's; everybody's (id ""); null: not chosen. */
export type Owner = { id: string; name: string } | null;
export type Owners = Record<string, Owner>;

/** Only codes that somebody was chosen for. */
export function rowsOf(owners: Owners, policy: string): { key: string; creatorId: string; policy: string }[] {
  return Object.entries(owners).flatMap(([key, owner]) => (owner === null ? [] : [{ key, creatorId: owner.id, policy }]));
}
