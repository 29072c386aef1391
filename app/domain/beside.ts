// What is known of an order beside its facts, because no order body carries it: the store tells it when it is asked for the order, or in a
// topic of its own. What a line and its customer were when the store was first asked stays so, whatever becomes of them later: a rebuild decides the same.

import { mergeOrigin, type Origin } from "./origin.ts";

/**
 * A dispute is lost when the bank decided against the shop, or the shop accepted it. `kind` is what it is by now; the store, when it is asked,
 * tells only what it began as, so that one which began as an inquiry is "unknown". `triggeredNs` null: the store told it when it was asked.
 */
export type Dispute = { id: string; kind: "chargeback" | "inquiry" | "unknown"; status: string; triggeredNs: string | null };

/** `subscribed`: bought under a selling plan. `type` and `tags` are those of the line's product; null and none where it has no product any more. */
export type LineMarks = { subscribed: boolean; type: string | null; tags: string[] };

export type Beside = {
  /** The customer has an earlier order that is no test; null: the store was not asked. */
  returning: boolean | null;
  /** By line id; a line that is missing was not asked for. */
  lines: Record<string, LineMarks>;
  /** The order's disputes, sorted by id. */
  disputes: Dispute[];
  /** What ties the order to a browser or to a page of the shop. Webhooks and the Admin API tell of it, each a part and in its own time. */
  origin?: Origin;
};

export const NOTHING_BESIDE: Beside = { returning: null, lines: {}, disputes: [] };

const FINAL = new Set(["won", "lost", "accepted", "charge_refunded", "prevented"]);

/** Both together, whatever came first: a returning customer stays one, the first word on a line holds, and the last word on a dispute. */
export function mergeBeside(known: Beside | null, word: Beside | null): Beside | null {
  if (known === null || word === null) return known ?? word;
  return {
    returning: known.returning === null ? word.returning : known.returning || word.returning === true,
    lines: { ...word.lines, ...known.lines },
    disputes: mergeDisputes(known.disputes, word.disputes),
    ...originOf(mergeOrigin(known.origin, word.origin)),
  };
}

function originOf(origin: Origin | undefined): Pick<Beside, "origin"> {
  return origin === undefined ? {} : { origin };
}

/** A final status ends a dispute; among equals the one that was triggered later holds. */
function mergeDisputes(known: readonly Dispute[], word: readonly Dispute[]): Dispute[] {
  const merged = new Map<string, Dispute>();
  for (const dispute of [...known, ...word]) {
    const other = merged.get(dispute.id);
    if (other === undefined || rankOf(dispute) > rankOf(other)) merged.set(dispute.id, dispute);
  }
  return [...merged.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Comparable text: the final ones above the others, then by time, then by status, so that any order of arrival ends alike. */
function rankOf({ kind, status, triggeredNs }: Dispute): string {
  return [FINAL.has(status) ? 1 : 0, (triggeredNs ?? "").padStart(20, "0"), kind, status].join(" ");
}

/** Has the shop lost the order's money to a dispute? What is known to be an inquiry still moves none. */
export function isChargedBack(beside: Beside | null): boolean {
  return beside?.disputes.some(({ kind, status }) => kind !== "inquiry" && (status === "lost" || status === "accepted")) ?? false;
}
