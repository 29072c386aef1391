// The rules that a shop's orders are judged by, each with its history: an order is judged by what held at its creation (rules, section 7).
// Instants are milliseconds since 1970.

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
};

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
  terms: CodeTerm[];
};

export type Membership = { creatorId: string; programId: string; fromMs: number; toMs: number | null; partnerId: string | null };

/** A click of a visitor. Touches are listed as they were noted; `creatorId` null: its owner is not known. */
export type Touch = { atMs: number; visitor: string; creatorId: string | null; clickId: string | null };

export type RuleBook = {
  stackingRules: (Since & { rule: StackingRule })[];
  programs: ReadonlyMap<string, Program>;
  codes: readonly CreatorCode[];
  memberships: readonly Membership[];
  /** The keyed hashes of each creator's e-mail, under every key in use. */
  emailHashes: ReadonlyMap<string, ReadonlySet<string>>;
};

export const DEFAULT_PROGRAM_RULE: ProgramRule = {
  validFromMs: 0,
  mode: "full",
  creditOn: "paid",
  scope: "order",
  clickWindowDays: 30,
  blockSelfReferral: true,
  orderIdForm: "id",
};

/** What held at an instant: the newest entry that began by then, or the first one where none had. `history` is sorted by its beginning. */
export function heldAt<T extends Since>(history: readonly T[], atMs: number): T | null {
  let held: T | null = history[0] ?? null;
  for (const entry of history) {
    if (entry.validFromMs > atMs) break;
    held = entry;
  }
  return held;
}

export function programRuleAt(program: Program | undefined, atMs: number): ProgramRule {
  return heldAt(program?.rules ?? [], atMs) ?? DEFAULT_PROGRAM_RULE;
}

/** The membership of a creator in a program at an instant (from <= at < to), or null. */
export function membershipAt(book: RuleBook, creatorId: string, programId: string, atMs: number): Membership | null {
  return (
    book.memberships.find(
      (one) => one.creatorId === creatorId && one.programId === programId && one.fromMs <= atMs && (one.toMs === null || atMs < one.toMs),
    ) ?? null
  );
}
