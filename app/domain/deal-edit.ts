// Editing a deal that others may edit at the same time: what each of two people changed since the state that both began with.
import { type DealPart, type DealState, differingParts, withParts } from "./deal-parts.ts";

/** A later edit than the one that the person began with, as it is told. Instants are ISO 8601. */
export type DealConflict = {
  version: number; // the deal's now
  who: string;
  at: string;
  base: DealState; // what the person began with
  theirs: DealState; // what the deal is now
  mine: DealState; // what the person wants
  parts: ConflictPart[];
};

/** `both`: the two changed the same part, and not to the same. */
export type ConflictPart = { part: DealPart; changedBy: "them" | "me" | "both" };

/** Each part that somebody changed, in the order of the form. A part that both changed to the same is nobody's quarrel, and is left out. */
export function conflictParts(base: DealState, theirs: DealState, mine: DealState): ConflictPart[] {
  const [byThem, byMe, apart] = [differingParts(base, theirs), differingParts(base, mine), differingParts(theirs, mine)];
  return apart.map((part): ConflictPart => ({ part, changedBy: !byMe.includes(part) ? "them" : byThem.includes(part) ? "both" : "me" }));
}

/** Theirs, with what only I changed; of what both changed, mine where it is named. */
export function mergeDeals({ theirs, mine, parts }: Pick<DealConflict, "theirs" | "mine" | "parts">, keepMine: readonly DealPart[]): DealState {
  const own = parts.filter(({ part, changedBy }) => changedBy === "me" || (changedBy === "both" && keepMine.includes(part))).map(({ part }) => part);
  return withParts(theirs, mine, own);
}

/** What a person is told before an edit of a deal whose codes may be in buyers' hands: keys of locales/<language>/deals.json under "warning". */
export type EditWarning = "ends_now" | "ends_sooner" | "starts_later" | "fewer_uses" | "used_up" | "narrower_buyers" | "less_off";

/** Warnings, never a refusal: the merchant may mean it. `uses`: how often the store says that it was used. */
export function editWarnings(before: DealState, after: DealState, { now, uses }: { now: Date; uses: number }): EditWarning[] {
  const warnings: EditWarning[] = [];
  const runs = Date.parse(before.startsAt) <= now.getTime() && (before.endsAt === null || Date.parse(before.endsAt) > now.getTime());
  if (after.endsAt !== null && Date.parse(after.endsAt) <= now.getTime()) {
    if (runs || before.endsAt === null || Date.parse(before.endsAt) > now.getTime()) warnings.push("ends_now");
  } else if (after.endsAt !== null && (before.endsAt === null || Date.parse(after.endsAt) < Date.parse(before.endsAt))) warnings.push("ends_sooner");
  if (runs && Date.parse(after.startsAt) > now.getTime()) warnings.push("starts_later");
  const [limit, was] = [after.terms.usageLimit, before.terms.usageLimit];
  if (limit !== null && limit !== was) {
    if (limit <= uses) warnings.push("used_up");
    else if (was === null || limit < was) warnings.push("fewer_uses");
  }
  if (before.terms.buyers.kind === "all" && after.terms.buyers.kind !== "all") warnings.push("narrower_buyers");
  if (givesLess(before.terms.value, after.terms.value)) warnings.push("less_off");
  return warnings;
}

function givesLess(before: DealState["terms"]["value"], after: DealState["terms"]["value"]): boolean {
  if (before.kind === "percentage" && after.kind === "percentage") return after.basisPoints < before.basisPoints;
  if ((before.kind === "fixed_order" || before.kind === "fixed_item") && after.kind === before.kind) return BigInt(after.amount) < BigInt(before.amount);
  return before.kind === "fixed_item" && after.kind === "fixed_order";
}
