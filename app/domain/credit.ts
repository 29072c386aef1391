// Who is credited with what on an order (rules, sections 3 to 6): a pure function of the order's newest known state, the buyer's clicks,
// and the rules in force when the order was made. It comes out the same whatever arrived first.
import { lineBases, type LineBase } from "./base.ts";
import { matchCodes, type Match } from "./match.ts";
import { share, sum } from "./money.ts";
import { isPaid, type OrderFacts } from "./order.ts";
import { heldAt, membershipAt, programRuleAt, type CodeTerm, type ProgramRule, type RuleBook, type StackingRule, type Touch } from "./rule-book.ts";

export type Reason =
  | "test_order"
  | "cancelled"
  | "not_paid"
  | "before_code"
  | "outside_window"
  | "creator_not_in_program"
  | "self_referral"
  | "no_click"
  | "not_winning_click"
  | "outranked"
  | "no_creator_code";

/** One row per creator code that matched; one with `codeId` null where none did. */
export type Decision = { codeId: string | null; creatorId: string | null; programId: string | null; outcome: "credited" | "not_credited"; reason: Reason | null; place: number };

/** What one code earns on the order. Lines whose amount is 0 are left out. */
export type Credit = {
  codeId: string;
  creatorId: string;
  programId: string;
  told: string | null; // null: a generic code, which is told by its click
  clickId: string | null;
  lines: { lineId: string; amount: bigint }[];
  /** Its share of the base before returns: the largest keeps the order id (section 8). */
  shareOfBase: bigint;
};

export type Settlement = { decisions: Decision[]; credits: Credit[]; bases: LineBase[]; stackingRule: StackingRule };

/** What is known of the order beyond its newest state. */
export type Known = { everPaid: boolean; deleted: boolean };

type Candidate = { match: Match; term: CodeTerm; rule: ProgramRule; creatorId: string | null; clickId: string | null; reason: Reason | null };

const DAY_MS = 86_400_000;

/** Settles one order. `touches` are the clicks of the order's visitor, in the order in which they were noted. */
export function settleOrder(facts: OrderFacts, known: Known, book: RuleBook, touches: readonly Touch[]): Settlement {
  const atMs = Date.parse(facts.createdAt);
  const stackingRule = heldAt(book.stackingRules, atMs)?.rule ?? "largest_discount";
  const bases = lineBases(facts);
  const candidates = matchCodes(facts, book.codes).map((match) => judge(match, facts, known, book, touches, atMs));
  const winners = rank(candidates.filter((candidate) => candidate.reason === null), stackingRule);
  const decisions = candidates.map((candidate): Decision => {
    const reason = candidate.reason ?? (winners.includes(candidate) ? null : "outranked");
    return {
      codeId: candidate.match.code.id,
      creatorId: candidate.creatorId,
      programId: candidate.term.programId,
      outcome: reason === null ? "credited" : "not_credited",
      reason,
      place: candidate.match.place,
    };
  });
  if (decisions.length === 0) decisions.push({ codeId: null, creatorId: null, programId: null, outcome: "not_credited", reason: "no_creator_code", place: 0 });
  return { decisions, credits: creditsOf(winners, facts, bases), bases, stackingRule };
}

/** The first reason of section 3 that holds, or null: then the code competes. */
function judge(match: Match, facts: OrderFacts, known: Known, book: RuleBook, touches: readonly Touch[], atMs: number): Candidate {
  const term = heldAt(match.code.terms, atMs);
  if (term === null) throw new Error(`code ${match.code.id} has no terms`);
  const rule = programRuleAt(book.programs.get(term.programId), atMs);
  const clicks = touches.filter((touch) => touch.atMs >= atMs - rule.clickWindowDays * DAY_MS && touch.atMs <= atMs);
  const generic = term.creatorId === null;
  // A generic code credits the latest click among the creators joined at the time; the buyer's own click is not passed over.
  const click = generic ? latest(clicks.filter((touch) => touch.creatorId !== null && membershipAt(book, touch.creatorId, term.programId, atMs) !== null)) : null;
  const creatorId = generic ? (click?.creatorId ?? null) : term.creatorId;

  function reason(): Reason | null {
    if (facts.test) return "test_order";
    if (facts.cancelledAt !== null || known.deleted) return "cancelled";
    if (!paid(facts, known, rule)) return "not_paid";
    if (match.early) return "before_code";
    if ((term!.startsAtMs !== null && atMs < term!.startsAtMs) || (term!.endsAtMs !== null && atMs >= term!.endsAtMs)) return "outside_window";
    if (!generic && membershipAt(book, creatorId!, term!.programId, atMs) === null) return "creator_not_in_program";
    if (rule.blockSelfReferral && creatorId !== null && isBuyer(facts, book, creatorId)) return "self_referral";
    if (generic) return creatorId === null ? "no_click" : null;
    if (term!.creditPolicy === "involved" && !clicks.some((touch) => touch.creatorId === creatorId)) return "no_click";
    if (term!.creditPolicy === "winner" && latest(clicks)?.creatorId !== creatorId) return "not_winning_click";
    return null;
  }
  return { match, term, rule, creatorId, clickId: click?.clickId ?? null, reason: reason() };
}

function paid(facts: OrderFacts, known: Known, rule: ProgramRule): boolean {
  if (rule.creditOn === "created") return facts.financialStatus !== "voided" && facts.financialStatus !== "expired";
  return known.everPaid || isPaid(facts);
}

function isBuyer(facts: OrderFacts, book: RuleBook, creatorId: string): boolean {
  return facts.emailHash !== null && book.emailHashes.get(creatorId)?.has(facts.emailHash) === true;
}

/** The latest click; at one instant the later in the list. */
function latest(clicks: readonly Touch[]): Touch | null {
  let found: Touch | null = null;
  for (const click of clicks) if (found === null || click.atMs >= found.atMs) found = click;
  return found;
}

/** The codes that are credited, of those that compete (section 5). They come in the order of their places, so a strict comparison leaves ties to the one listed first. */
function rank(candidates: Candidate[], rule: StackingRule): Candidate[] {
  const listed = [...candidates].sort((a, b) => a.match.place - b.match.place);
  const [first, ...rest] = listed;
  if (!first) return [];
  switch (rule) {
    case "split":
      return listed;
    case "first_listed":
      return [first];
    case "newest_code":
      return [rest.reduce((best, one) => (one.match.code.createdAtMs > best.match.code.createdAtMs ? one : best), first)];
    case "largest_discount":
      return [rest.reduce((best, one) => (one.match.discount > best.match.discount ? one : best), first)];
  }
}

function creditsOf(winners: Candidate[], facts: OrderFacts, bases: LineBase[]): Credit[] {
  const lines = winners.map((): Credit["lines"] => []);
  const shares = winners.map(() => 0n);
  for (const entry of bases) {
    const counting = winners.flatMap((winner, index) => (counts(winner, facts, entry) ? [index] : []));
    const weights = counting.map((index) => winners[index]!.match.discount);
    const parts = share(entry.left, weights);
    const before = share(entry.base, weights);
    counting.forEach((index, at) => {
      if (parts[at]! > 0n) lines[index]!.push({ lineId: entry.line.id, amount: parts[at]! });
      shares[index]! += before[at]!;
    });
  }
  return winners.map((winner, index) => ({
    codeId: winner.match.code.id,
    creatorId: winner.creatorId!,
    programId: winner.term.programId,
    told: winner.term.creatorId === null ? null : winner.match.told,
    clickId: winner.clickId,
    lines: lines[index]!,
    shareOfBase: shares[index]!,
  }));
}

/** Does the line count for this code (section 6, scope)? A code that is on shipping alone counts every line. */
function counts(winner: Candidate, facts: OrderFacts, entry: LineBase): boolean {
  if (winner.rule.scope === "order") return true;
  const { applications } = winner.match;
  if (applications.every((index) => facts.applications[index]?.target === "shipping_line")) return true;
  return entry.line.allocations.some((allocation) => applications.includes(allocation.application));
}

/** The sum of a credit's lines. */
export function creditTotal(credit: Credit): bigint {
  return sum(credit.lines.map((line) => line.amount));
}
