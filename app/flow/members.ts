// Finishes what a take-over of creators left that died after their memberships had changed.
import { now } from "../clock.ts";
import { withLock } from "../db/lock.ts";
import { programsWithMembersChanged, settleMembersAgain } from "../db/members.ts";

/** Only one at a time takes the creators of a shop over: its memberships, and what hangs on them. */
export function turnOfCreators(shop: string): string {
  return `creators of ${shop}`;
}

/** Has the orders settled again whose memberships changed. A take-over that is under way does so itself. */
export async function settleMembersLeft(): Promise<void> {
  for (const { shop, programId } of await programsWithMembersChanged()) await withLock(turnOfCreators(shop), () => settleMembersAgain(shop, programId, now()));
}
