// The rules that a shop's orders are judged by, each with its history: an order is judged by what held at its creation (rules, section 7).
// Instants are milliseconds since 1970.
import type { ClickNetworks } from "./click-parameter.ts";
import type { TouchKind, TouchSource } from "./touch.ts";

export type StackingRule = "largest_discount" | "first_listed" | "newest_code" | "split";
export type CreditPolicy = "always" | "involved" | "winner";

type Since = { validFromMs: number };

export type ProgramRule = Since & {
  mode: "full" | "codes_only";
  creditOn: "paid" | "created";
  scope: "order" | "discounted_lines";
  clickWindowDays: number;
  blockSelfReferral: boolean;
  orderIdForm: "id" | "name";
  /** Which orders of a subscription are credited: the first only, every one with the code, or none. */
  renewals: "first" | "every" | "none";
  newCustomersOnly: boolean;
  /** What a lost dispute does to the credit of its order. */
  chargebacks: "reverse" | "keep";
  /** Who says whether a click of the creator is behind the code: our own clicks, or the network that holds them. */
  clicks: "own" | "network";
  /** The network is told the hashed e-mail of buyers who agreed to marketing. */
  emailHash: boolean;
};

/** The shop's own rules. */
export type ShopRule = Since & {
  stackingRule: StackingRule;
  /** The source names of orders that renew a subscription: the platform's own, and the ids of apps. */
  renewalSources: readonly string[];
  neverEarn: NeverEarn;
};

/** Products that earn nothing (samples, shipping protection). Compared without regard to case and surrounding white space. */
export type NeverEarn = { tags: readonly string[]; types: readonly string[]; skus: readonly string[] };

type Chosen = Pick<ProgramRule, "creditOn" | "scope" | "clickWindowDays" | "blockSelfReferral" | "renewals"> & { stackingRule: StackingRule; creditPolicy: CreditPolicy };

/** Settings that a person chose for a program's orders of a period that is past (rules, section 7). What is missing stays as it was; null: what held at the time, whatever was chosen since. */
export type OverrideSettings = { [Name in keyof Chosen]?: Chosen[Name] | null };

/** For orders created at or after `fromMs` and before `toMs`. */
export type Override = { id: string; programId: string; fromMs: number; toMs: number; settings: OverrideSettings };

export type Program = { id: string; network: string; rules: ProgramRule[] };

/** Whose code it is, in which program, under which policy and window. `creatorId` null: a generic code, one for everybody. */
export type CodeTerm = Since & { creatorId: string | null; programId: string; creditPolicy: CreditPolicy; startsAtMs: number | null; endsAtMs: number | null };

export type CreatorCode = {
  id: string;
  position: number; // its place in the shop's list
  code: string;
  key: string;
  match: "exact" | "regex";
  createdAtMs: number; // when it was linked to its creator
  retiredAtMs: number | null;
  /** Orders created since then are not credited with it: a person's decision, with the reason. */
  voided?: { fromMs: number; reason: string } | null;
  terms: CodeTerm[];
};

export type Membership = { creatorId: string; programId: string; fromMs: number; toMs: number | null; partnerId: string | null };

/**
 * A click of a visitor. Touches are listed as they were noted; `creatorId` null: its owner is not known. `parameter`: of the address, which says whose id
 * the click's is. `from`: who told of it; a click that was not noted is known from the order alone: its cart, or the page that the buyer landed on.
 */
export type Touch = {
  atMs: number;
  visitor: string;
  creatorId: string | null;
  clickId: string | null;
  parameter?: string | null;
  kind?: TouchKind;
  /** Of a code or link: as it stood in the address. */
  word?: string | null;
  /** The browser's own name of it (domain/touch.ts touchKey). */
  key?: string | null;
  from?: TouchSource | "cart" | "landing";
  /** When it was noted here; null: not at all, or not known. */
  heardMs?: number | null;
  /** Nobody said when it was: it counts at the order's own instant. */
  undated?: boolean;
};

export type RuleBook = {
  shopRules: readonly ShopRule[];
  programs: ReadonlyMap<string, Program>;
  codes: readonly CreatorCode[];
  memberships: readonly Membership[];
  /** Those that were applied, in the order in which they were: a later one wins. */
  overrides: readonly Override[];
  /** Each creator's e-mail with its history, as keyed hashes under every key in use; none where there was no e-mail. */
  emailHashes: ReadonlyMap<string, readonly (Since & { hashes: ReadonlySet<string> })[]>;
  /** Whose click ids the parameters of an address bring; missing: every click id is told to whichever network. */
  clickNetworks?: ClickNetworks;
};

export const DEFAULT_PROGRAM_RULE: ProgramRule = {
  validFromMs: 0,
  mode: "full",
  creditOn: "paid",
  scope: "order",
  clickWindowDays: 30,
  blockSelfReferral: true,
  orderIdForm: "id",
  renewals: "first",
  newCustomersOnly: false,
  chargebacks: "reverse",
  clicks: "own",
  emailHash: false,
};

/** Shopify's own name for the orders that a subscription contract makes. */
export const DEFAULT_SHOP_RULE: ShopRule = { validFromMs: 0, stackingRule: "largest_discount", renewalSources: ["subscription_contract"], neverEarn: { tags: [], types: [], skus: [] } };

/** What held at an instant: the newest entry that began by then, or the first one where none had. `history` is sorted by its beginning. */
export function heldAt<T extends Since>(history: readonly T[], atMs: number): T | null {
  let held: T | null = history[0] ?? null;
  for (const entry of history) {
    if (entry.validFromMs > atMs) break;
    held = entry;
  }
  return held;
}

/** The settings of a program for an order created at an instant: what held then, and above it what a person chose for that period since. */
export function programRuleAt(book: Pick<RuleBook, "programs" | "overrides">, programId: string, atMs: number): ProgramRule & { creditPolicy?: CreditPolicy } {
  const held = heldAt(book.programs.get(programId)?.rules ?? [], atMs) ?? DEFAULT_PROGRAM_RULE;
  return overridesAt(book.overrides, atMs).reduce<ProgramRule>((rule, one) => (one.programId === programId ? { ...rule, ...chosenOver(held, one.settings) } : rule), held);
}

function chosenOver(held: ProgramRule, { stackingRule: _, ...settings }: OverrideSettings): Partial<ProgramRule> {
  return Object.fromEntries(Object.entries(settings).map(([name, chosen]) => [name, chosen ?? held[name as keyof ProgramRule]]));
}

/** The shop's rules for an order created at an instant, on which codes of these programs compete. */
export function shopRuleAt(book: Pick<RuleBook, "shopRules" | "overrides">, programIds: readonly string[], atMs: number): ShopRule {
  const held = heldAt(book.shopRules, atMs) ?? DEFAULT_SHOP_RULE;
  const chosen = overridesAt(book.overrides, atMs).findLast((one) => one.settings.stackingRule !== undefined && programIds.includes(one.programId));
  return chosen ? { ...held, stackingRule: chosen.settings.stackingRule ?? held.stackingRule } : held;
}

function overridesAt(overrides: readonly Override[], atMs: number): Override[] {
  return overrides.filter((one) => one.fromMs <= atMs && atMs < one.toMs);
}

/** The membership of a creator in a program at an instant (from <= at < to), or null. */
export function membershipAt(book: Pick<RuleBook, "memberships">, creatorId: string, programId: string, atMs: number): Membership | null {
  return (
    book.memberships.find(
      (one) => one.creatorId === creatorId && one.programId === programId && one.fromMs <= atMs && (one.toMs === null || atMs < one.toMs),
    ) ?? null
  );
}
