// What of a deal the store refused, told by the part of the deal that it is about: keys of locales/<language>/errors.json under "store".
import type { DiscountKind } from "../domain/deal-parts.ts";
import type { KeptProblem } from "../domain/problem.ts";
import { readProblem, writeProblem } from "../domain/problem.ts";
import type { StoreFault } from "../shopify/discounts.ts";

/** The store's field says which part it is about; the first that fits. */
const PARTS: [field: RegExp, key: string][] = [
  [/^kind$/, "store.refused_kind"],
  [/customerBuys\.items/, "store.refused_bought"],
  [/customerGets\.items/, "store.refused_items"],
  [/context|customerSelection/, "store.refused_buyers"],
  [/destination/, "store.refused_countries"],
  [/startsAt|endsAt/, "store.refused_dates"],
  [/tags/, "store.refused_tags"],
  [/combinesWith/, "store.refused_combinations"],
  [/\.title$/, "store.refused_title"],
];

/** As it is kept (domain/problem.ts): in our words where the part is known, with the store's own beside them; else `otherwise`. */
export function refusedDeal(fault: StoreFault, otherwise: string): string {
  if (fault.kind !== "refused") return otherwise;
  for (const { field, message } of fault.errors) {
    const [, key] = PARTS.find(([pattern]) => pattern.test(field ?? "")) ?? [];
    if (key) return writeProblem(key, { words: message.slice(0, 300) });
  }
  return otherwise;
}

/** The field of the form that a kept refusal belongs to, for a deal of this kind; null: to none. */
export function fieldOfRefusal(problem: string | null, kind: DiscountKind): { field: string; problem: KeptProblem } | null {
  const kept = readProblem(problem);
  const field = kept && FIELDS[kept.key];
  return field ? { field: kind === "bxgy" && field === "items" ? "getsItems" : field, problem: kept } : null;
}

const FIELDS: Record<string, string> = {
  "store.refused_kind": "kind",
  "store.refused_bought": "buysItems",
  "store.refused_items": "items",
  "store.refused_buyers": "buyers",
  "store.refused_countries": "countries",
  "store.refused_dates": "startDate",
  "store.refused_tags": "tags",
  "store.refused_combinations": "combinesShipping",
  "store.refused_title": "name",
};
