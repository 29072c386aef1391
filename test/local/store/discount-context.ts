// Whom a discount is for, as inputs name it: everybody, or customers, segments or markets added and removed.
import type { Refuse } from "./discount-input.ts";
import { MOST_TARGETS } from "./discount-items.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { DiscountContext } from "./types.ts";

type Change = { add?: string[] | null; remove?: string[] | null } | null;
type Named = { customers?: Change; customerSegments?: Change; markets?: Change };
export type ContextInput = {
  /** One of them (the schema's @oneOf sees to it). */
  context?: (Named & { all?: "ALL" | null }) | null;
  /** Deprecated, and still served; not beside `context`. */
  customerSelection?: (Named & { all?: boolean | null }) | null;
};
type Kind = Exclude<DiscountContext["kind"], "all">;
const FIELDS: [field: keyof Named, kind: Kind, name: string][] = [
  ["customers", "customers", "Customer"], ["customerSegments", "segments", "Customer segment"], ["markets", "markets", "Market"],
];

export function checkContext(store: Store, { context, customerSelection }: ContextInput, known: DiscountContext | null, refuse: Refuse): void {
  if (context != null && customerSelection != null) return refuse("INVALID", ["context"], "Only one of context or customerSelection can be provided.");
  const given = context ?? customerSelection;
  const place = context == null && customerSelection != null ? "customerSelection" : "context";
  if (given == null) {
    if (known === null) refuse("BLANK", [place], "Context can't be blank"); // required by the docs; the message is not recorded
    return;
  }
  const exists: Record<Kind, Set<string>> = {
    customers: new Set(store.state.customers.map(({ id }) => id)), segments: new Set(store.state.segments.map(({ id }) => id)), markets: new Set(store.state.markets.map(({ id }) => id)),
  };
  for (const [field, kind, name] of FIELDS) {
    for (const id of given[field]?.add ?? []) {
      const digits = digitsOf(id) ?? "0";
      if (!exists[kind].has(digits)) refuse("INVALID", [place, field, "add"], `${name} with id: ${digits} is invalid`); // in the words that are recorded for products
    }
  }
  const after = contextAfter({ context, customerSelection }, known);
  if (after.kind === "all") return;
  // Recorded for discounts of apps.
  if (after.ids.length === 0) refuse("INVALID", [place], after.kind === "markets" ? "a minimum of one market must be provided" : "a minimum of one prerequisite segment or prerequisite customer must be provided");
  if (after.kind === "customers" && after.ids.length > MOST_TARGETS) refuse("EXCEEDED_MAX", [place, "customers", "add"], `Cannot entitle more than ${MOST_TARGETS} customers`); // the message is not recorded
}

/** Adding and removing begin at what was, where it is of the same kind; another kind takes its place. */
export function contextAfter({ context, customerSelection }: ContextInput, known: DiscountContext | null): DiscountContext {
  const given = context ?? customerSelection;
  const before = known ?? { kind: "all" };
  if (given == null) return before;
  const [field, kind] = FIELDS.find(([name]) => given[name] != null) ?? [];
  if (field === undefined || kind === undefined) return given.all === "ALL" || given.all === true ? { kind: "all" } : before;
  const gone = (given[field]?.remove ?? []).map((id) => digitsOf(id));
  const old = before.kind === kind ? before.ids.filter((id) => !gone.includes(id)) : [];
  return { kind, ids: [...new Set([...old, ...(given[field]?.add ?? []).map((id) => digitsOf(id) ?? "0")])] };
}
