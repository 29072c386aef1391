// What of a deal only a person can change in its network, as the exact step to take there. A step is done when reading back says so.
import type { Values } from "./problem.ts";
import { isUnreadable, sameDiscount, typeOf } from "./network-deal.ts";
import type { DealInfo, NetworkMoney, NewDeal } from "./network-deal.ts";

/** `key` of the network's own texts (networks/<id>/locales) under "deal_step". Amounts in `values` are minor units, with their currency beside them. */
export type NetworkStep = { key: string; values: Values };

/** As it is kept beside the deal's placement; `doneAt`: since when the network is known to have it (ISO 8601). */
export type KeptStep = NetworkStep & { doneAt: string | null };

/** Where a deal stands in one program's network. `isBehind`: it was not brought to the deal's newest version yet. `ownDates`: domain/network-deal.ts DealInfo. */
export type DealInProgram = { programId: string; programName: string; state: string; readAt: string | null; isBehind: boolean; steps: KeptStep[]; ownDates: string[] };

export type WantedDeal = {
  deal: NewDeal;
  minimum: NetworkMoney | null; // what a buyer has to spend
  /** Those who hold a live code of the deal. */
  partners: { id: string; name: string }[];
  /** The names of the deal's live codes, by key (domain/code.ts codeKey). */
  codes: string[];
};

/** The steps that are open: each names a field of the network's own form that no call of its API can set. */
export function networkSteps({ deal, minimum, partners, codes }: WantedDeal, seen: DealInfo): NetworkStep[] {
  const steps: NetworkStep[] = [];
  const name = seen.name;
  const step = (key: string, values: Values = {}) => steps.push({ key, values: { name, ...values } });

  const type = typeOf(deal.discount);
  if (seen.type !== type) step(`type_${type}`);
  else if (deal.discount.kind === "fixed" && !sameDiscount(deal.discount, seen.discount) && currencyOf(seen) !== deal.discount.currency) step("currency", { amount: deal.discount.amount, currency: deal.discount.currency });
  // What is sold for an amount less has no currency of its own in any call: the network takes the account's.
  if (deal.discount.kind === "buy_get" && deal.discount.effect.kind === "amount" && seen.type === type && (isUnreadable(deal.discount, seen) || hasOtherCurrency(seen, deal.discount.effect.currency))) {
    step("currency", { amount: deal.discount.effect.amount, currency: deal.discount.effect.currency });
  }
  if (minimum !== null && (seen.minimum?.amount !== minimum.amount || seen.minimum.currency !== minimum.currency)) step("minimum", minimum);
  if (minimum === null && seen.minimum !== null) step("no_minimum");
  if (seen.maximumSavings !== null) step("no_maximum_savings");
  const restricted = partners.filter((partner) => seen.restrictedPartners.includes(partner.id));
  if (partners.length > 0 && seen.restrictedGroups.length > 0) step("groups", { count: seen.restrictedGroups.length });
  if (restricted.length > 0) step("not_restricted", { partners: namesOf(restricted.map((partner) => partner.name)) });
  if (seen.defaultCode !== null && !codes.includes(seen.defaultCode.normalize("NFC").trim().toUpperCase().normalize("NFC"))) step("default_code", { code: seen.defaultCode });
  return steps;
}

function hasOtherCurrency({ discount }: DealInfo, currency: string): boolean {
  return discount?.kind === "buy_get" && discount.effect.kind === "amount" && discount.effect.currency !== currency;
}

function currencyOf(seen: DealInfo): string | null {
  return seen.discount?.kind === "fixed" ? seen.discount.currency : null;
}

const MOST_NAMES = 5;

function namesOf(names: string[]): string {
  return names.length <= MOST_NAMES ? names.join(", ") : `${names.slice(0, MOST_NAMES).join(", ")}, +${names.length - MOST_NAMES}`;
}

/** What is kept after a reading: the open steps, and those that were open before and are done now. A newer version begins a new list. */
export function keepSteps(before: readonly KeptStep[], open: readonly NetworkStep[], at: string): KeptStep[] {
  const isSame = (one: NetworkStep, other: NetworkStep) => one.key === other.key && JSON.stringify(one.values) === JSON.stringify(other.values);
  const done = before.filter((kept) => !open.some((step) => step.key === kept.key)).map((kept) => ({ ...kept, doneAt: kept.doneAt ?? at }));
  return [...open.map((step) => ({ ...(before.find((kept) => isSame(kept, step)) ?? step), doneAt: null })), ...done];
}

/** The steps as they are kept in a column of JSON. */
export function readSteps(kept: unknown): KeptStep[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter((step): step is KeptStep => typeof step === "object" && step !== null && typeof (step as KeptStep).key === "string");
}

export function hasOpenSteps(kept: unknown): boolean {
  return readSteps(kept).some((step) => step.doneAt === null);
}
