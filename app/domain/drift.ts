// Drift: what store or network have otherwise than the app, and what a person can do about it. Pure.
import type { DealPart } from "./deal-parts.ts";
import type { DealTerms } from "./deal.ts";

/** Of a deal's discount: edited; gone; a code in it that nobody was given. Of a code in the store: in no discount; in another one; there although it was taken out. */
export type StoreDriftKind = "edited" | "gone" | "extra_code" | "missing" | "elsewhere" | "returned";

/**
 * Of a code in a program's network: not there; ended there; another partner's; under another credit policy; with other dates; a partner's in a performance
 * program while a creator has it. Of a deal there: edited; gone. Of a program: a code that the app does not know.
 */
export type NetworkDriftKind = "missing" | "expired" | "partner" | "policy" | "dates" | "in_performance" | "edited" | "gone" | "extra_code";

export type DriftKind = StoreDriftKind | NetworkDriftKind;
export type DriftAbout = "deal" | "code" | "program";

/** A deal as one side has it. `terms` null: no deal can say them (`unread` says what of them). Instants are ISO 8601. */
export type DealSide = { name: string; terms: DealTerms | null; unread?: string[]; startsAt: string; endsAt: string | null };
export type EditedDeal = { parts: DealPart[]; side: DealSide };

/** What is found of one thing on one side; `ours` and `theirs` are what the page shows beside each other, and what tells a new difference from one that a person left. */
export type FoundDrift = { about: DriftAbout; aboutId: string; target: string; kind: DriftKind; part: string; ours: DriftFacts | null; theirs: DriftFacts | null };

export type DriftFacts = {
  deal?: EditedDeal;
  /** The code as that side has it. */
  code?: string;
  discountId?: string;
  discount?: string;
  redeemId?: string;
  createdBy?: string | null;
  codeId?: string;
  codes?: number;
  externalId?: string;
  partnerId?: string;
  partner?: string;
  policy?: string;
  /** A policy that this version does not know, as the network calls it. */
  policyWord?: string;
  startsAt?: string | null;
  endsAt?: string | null;
  program?: string;
  programExternalId?: string;
  connectionId?: string;
  changed?: string[];
};

/** ours: the other side is made as the app has it. theirs: the app takes over what is there. leave: it stays as it is, and is not shown until it changes again. */
export type DriftChoice = "ours" | "theirs" | "leave";

type Shown = { about: string; target: string; kind: string; theirs: DriftFacts | null };

/** What can be chosen for a difference; `leave` always can. */
export function choicesOf({ about, target, kind, theirs }: Shown): DriftChoice[] {
  const both: DriftChoice[] = ["ours", "theirs", "leave"];
  const inStore = target === "store";
  if (about === "program") return ["leave"];
  if (about === "deal" && kind === "edited") {
    if (!inStore) return ["ours", "leave"];
    return theirs?.deal?.side.terms == null ? ["ours", "leave"] : both;
  }
  if (about === "deal" && kind === "gone") return inStore ? both : ["ours", "leave"];
  // Giving an extra code to a creator is more than a choice: it has its own page.
  if (kind === "extra_code") return ["ours", "leave"];
  if (kind === "in_performance") return ["ours", "leave"];
  // A policy that this version does not know cannot become ours.
  if (kind === "policy" && theirs?.policy === "other") return ["ours", "leave"];
  return both;
}

/** The discounts of the store with a code of ours, in which it should stand, or does. */
export type CodeInStore = { wanted: "live" | "gone"; state: string; ownDiscountId: string; foundDiscountId: string | null };

/** What differs about a code in the store; null: nothing, or it is on its way. */
export function codeDrift({ wanted, state, ownDiscountId, foundDiscountId }: CodeInStore): StoreDriftKind | null {
  if (wanted === "gone") return state === "expired" && foundDiscountId === ownDiscountId ? "returned" : null;
  if (state !== "live" && state !== "missing") return null;
  if (foundDiscountId === ownDiscountId) return null;
  return foundDiscountId === null ? "missing" : "elsewhere";
}

/** A code as a network has it. */
export type CodeThere = {
  externalId: string;
  code: string;
  match: "exact" | "regex";
  policy: string;
  policyWord?: string;
  partnerId: string;
  partnerName: string;
  dealExternalId: string | null;
  active: boolean;
  startsAt: string | null;
  endsAt: string | null;
};

/** A code as the network was told it, or is to know it. */
export type CodeTold = { code: string; match: "exact" | "regex"; externalId: string | null; partnerId: string | null; policy: string; dates: { startsAt: string | null; endsAt: string | null } | null };

export type NetworkVerdict = { kind: NetworkDriftKind; theirs: CodeThere | null };

/** What differs about a code in its program's network, the gravest first; `there`: what that network has under the code's name, in any state (`active`: in force, or to be). */
export function networkCodeDrift(told: CodeTold, there: readonly CodeThere[]): NetworkVerdict | null {
  const active = there.filter((one) => one.active);
  const mine = active.find((one) => one.externalId === told.externalId) ?? active.find((one) => one.partnerId === told.partnerId);
  const other = active.find((one) => one.partnerId !== told.partnerId);
  if (mine === undefined && other === undefined) {
    const ended = there.find((one) => one.externalId === told.externalId) ?? null;
    return { kind: ended === null ? "missing" : "expired", theirs: ended };
  }
  if (mine === undefined || mine.partnerId !== told.partnerId) return { kind: "partner", theirs: mine ?? other! };
  if (mine.policy !== told.policy) return { kind: "policy", theirs: mine };
  return told.dates !== null && !sameDates(told.dates, mine) ? { kind: "dates", theirs: mine } : null;
}

/** A code that was told no start begins when it was made, whatever the network calls that. */
function sameDates(told: { startsAt: string | null; endsAt: string | null }, there: { startsAt: string | null; endsAt: string | null }): boolean {
  return (told.startsAt === null || sameInstant(told.startsAt, there.startsAt)) && sameInstant(told.endsAt, there.endsAt);
}

/** Networks keep seconds. */
function sameInstant(one: string | null, other: string | null): boolean {
  return one === null || other === null ? one === other : Math.floor(Date.parse(one) / 1_000) === Math.floor(Date.parse(other) / 1_000);
}
