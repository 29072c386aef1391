// The ledger's entries as they are shown: those that one delivery brought stand beneath it.
import type { EntryRow } from "../../domain/orders-page.ts";

export type EntryGroup = [EntryRow, ...EntryRow[]];

/** In the order in which they were written. */
export function groupedByCause(entries: EntryRow[]): EntryGroup[] {
  const groups: EntryGroup[] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last?.[0].cause.id === entry.cause.id && last[0].at === entry.at) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}
