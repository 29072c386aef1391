// Who is credited with what on an order (rules, sections 3 to 6): a pure function of the order's newest known state, the buyer's clicks,
// the rules in force when the order was made, and what a person decided. It comes out the same whatever arrived first.
import { lineBases, type LineBase } from "./base.ts";
import { isChargedBack, type Beside } from "./beside.ts";
import { isOwnClick } from "./click-parameter.ts";
import { namedIds } from "./evidence.ts";
import type { HandAct } from "./hand.ts";
import { matchCodes, orderCodes, type Match } from "./match.ts";
import { atLeastZero, share, sum } from "./money.ts";
import { neverBy, sameWord } from "./never-earn.ts";
import { isPaid, type OrderFacts } from "./order.ts";
import { heldAt, membershipAt, programRuleAt, shopRuleAt, type CodeTerm, type CreatorCode, type CreditPolicy, type ProgramRule, type RuleBook, type ShopRule, type StackingRule, type Touch } from "./rule-book.ts";
import type { Verdict } from "./verdict.ts";

export type Reason =
  | "test_order"
  | "cancelled"
  | "not_paid"
  | "charged_back"
  | "excluded"
  | "before_code"
  | "code_void"
  | "outside_window"
  | "creator_not_in_program"
  | "self_referral"
  | "renewal"
  | "returning_customer"
  | "no_click"
  | "not_winning_click"
  | "network_refused"
  | "outranked"
  | "no_creator_code";

/** `awaiting_network`: it is credited once the network, which holds the clicks, has said so. Until then it is in no total. */
export type DecidedOutcome = "credited" | "awaiting_network" | "not_credited";

/** One row per creator code that matched; one with `codeId` null where none did. */
export type Decision = { codeId: string | null; creatorId: string | null; programId: string | null; outcome: DecidedOutcome; reason: Reason | null; place: number };

/** What one code earns on the order, or will earn once the network has said so. Lines whose amount is 0 are left out. */
export type Credit = {
  codeId: string;
  creatorId: string;
  programId: string;
  told: string | null; // null: a generic code, which is told by its click
  /**
   * The creator's click that speaks for the code, or else his latest one with a click id of the program's network: all that is told of a generic one; beside a
   * code whose policy asks for a click, so that the network sees it too. Where the network decides, whichever click would decide here, or the one that the
   * order itself names. Another network's click id is never told.
   */
  clickId: string | null;
  /** The parameter of the address that it came in; null where none is told, or it was noted before parameters were kept. Without a click, of a code for everybody: that of another network's. */
  clickParameter: string | null;
  /** The network decides whether it is credited, and may have done so. */
  byNetwork: boolean;
  lines: { lineId: string; amount: bigint }[];
  /** Its share of the base before returns: the largest keeps the order id (section 8). */
  shareOfBase: bigint;
};

export type Settlement = {
  decisions: Decision[];
  /** In the order of their places, each with the reason that the decisions name too. */
  candidates: Candidate[];
  /** What stands in the ledger. */
  credits: Credit[];
  /** What the network is to be told of, in the order of their places: the credits, and those that it has yet to decide about. */
  told: Credit[];
  bases: LineBase[];
  shopRule: ShopRule;
  /** Lines whose products never earn, by id. */
  neverEarning: ReadonlySet<string>;
  /** Something that only the store can tell is needed to decide, and is not known yet: it is to be asked, and the order settled again. */
  asksStore: boolean;
};

/** What is known of the order beyond its newest state. `hand`: what a person decided, if that holds. `verdicts`: what the network decided, by code. `frozen`: the buyer's data was removed. */
export type Known = { everPaid: boolean; deleted: boolean; beside?: Beside | null; hand?: HandAct | null; verdicts?: ReadonlyMap<string, Verdict>; frozen?: Frozen | null };

/**
 * What had been decided by code from data of the buyer that a privacy topic removed since: whether he was the creator, what the clicks said, and whom they
 * named. Later states of the order are judged by it, so that a balance stands as the removed data left it.
 */
export type Frozen = Record<string, { self: boolean; clicks: ByNetwork["own"]; creatorId: string | null }>;

/** What the network, which has the last word on a code's clicks, said of it (null: nothing yet), and what would hold by our own clicks (null: it would be credited). */
export type ByNetwork = { verdict: Verdict | null; own: "no_click" | "not_winning_click" | null };

/**
 * What the clicks in a code's window said of it: one was its creator's (of a code for everybody: it named one); none was, but one is of an owner who is not known
 * yet; all were others'. null: there was none.
 */
export type Clicked = "own" | "unknown" | "other";

type ToldClick = { clickId: string | null; clickParameter: string | null };

/** A creator code that matched, with what it was judged by. `click`: the buyer's click that speaks for it, where one was asked for. `network` null: our own clicks decide. */
export type Candidate = { match: Match; term: CodeTerm; rule: ProgramRule; policy: CreditPolicy; creatorId: string | null; click: Touch | null; network: ByNetwork | null; reason: Reason | null; isSelf: boolean; clicks: ByNetwork["own"]; clicked: Clicked | null; told: ToldClick };

/** What all codes of an order are judged by. */
type Case = { facts: OrderFacts; known: Known; book: RuleBook; touches: readonly Touch[]; atMs: number };

const DAY_MS = 86_400_000;

/** Settles one order. `touches` are its clicks (domain/evidence.ts), in the order by which ties at one instant are decided. */
export function settleOrder(facts: OrderFacts, known: Known, book: RuleBook, touches: readonly Touch[]): Settlement {
  const atMs = Date.parse(facts.createdAt);
  const one: Case = { facts, known, book, touches, atMs };
  const bases = lineBases(facts);
  const matched = matchCodes(facts, book.codes).map((match) => judge(match, one));
  const judged = withHand(matched, one);
  const competing = judged.filter((candidate) => candidate.reason === null);
  // Only of codes that compete: one that was made later than the order may not be known yet, and never competes.
  const shopRule = shopRuleAt(book, competing.map((candidate) => candidate.term.programId), atMs);
  const winners = rank(competing, shopRule.stackingRule);
  const candidates = judged.map((candidate): Candidate => (candidate.reason !== null || winners.includes(candidate) ? candidate : { ...candidate, reason: "outranked" }));
  const neverEarning = new Set(facts.lines.filter((line) => neverBy(line, known.beside ?? null, shopRule.neverEarn) !== null).map((line) => line.id));
  const told = creditsOf(winners, facts, bases, neverEarning, correctedTo(known.hand));
  // Where nothing is left to credit there is nothing to wait for, and maybe nothing that the network will ever hear of.
  const awaited = new Set(told.filter((credit, index) => awaitsNetwork(winners[index]!, known.hand) && creditTotal(credit) > 0n).map((credit) => credit.codeId));
  const decisions = candidates.map((candidate) => decisionOf(candidate, awaited));
  if (decisions.length === 0) decisions.push({ codeId: null, creatorId: null, programId: null, outcome: "not_credited", reason: "no_creator_code", place: 0 });
  const credits = told.filter((credit) => !awaited.has(credit.codeId));
  return { decisions, candidates, credits, told, bases, shopRule, neverEarning, asksStore: asksStore(candidates, one, shopRule) };
}

function decisionOf({ match, term, creatorId, reason }: Candidate, awaited: ReadonlySet<string>): Decision {
  const outcome = reason !== null ? "not_credited" : awaited.has(match.code.id) ? "awaiting_network" : "credited";
  return { codeId: match.code.id, creatorId, programId: term.programId, outcome, reason, place: match.place };
}

/** The network has not said yet whether a code is credited, and no person went before it. */
function awaitsNetwork({ match, network }: Candidate, hand: HandAct | null | undefined): boolean {
  return network !== null && network.verdict === null && !(isChosen(hand) && hand.codeId === match.code.id);
}

/** An order's outcome as a whole: credited where any code is, waiting where any does; else the reason of the code listed first. `credited` in minor units. */
export function rollUpOf({ decisions, credits }: Pick<Settlement, "decisions" | "credits">): { outcome: DecidedOutcome; reason: Reason | null; credited: bigint } {
  const has = (outcome: DecidedOutcome) => decisions.some((decision) => decision.outcome === outcome);
  const outcome = has("credited") ? "credited" : has("awaiting_network") ? "awaiting_network" : "not_credited";
  return { outcome, reason: outcome === "not_credited" ? decisions[0]!.reason : null, credited: sum(credits.map(creditTotal)) };
}

/** The first reason of section 3 that holds, or null: then the code competes. */
function judge(match: Match, one: Case): Candidate {
  const { facts, book, touches, atMs } = one;
  const term = heldAt(match.code.terms, atMs);
  if (term === null) throw new Error(`code ${match.code.id} has no terms`);
  const rule = programRuleAt(book, term.programId, atMs);
  const policy = rule.creditPolicy ?? term.creditPolicy;
  const clicks = touches.filter((touch) => touch.atMs >= atMs - rule.clickWindowDays * DAY_MS && touch.atMs <= atMs);
  const generic = term.creatorId === null;
  const click = clickFor();
  const frozen = one.known.frozen == null ? null : (one.known.frozen[match.code.id] ?? { self: false, clicks: generic || policy !== "always" ? "no_click" : null, creatorId: null });
  const creatorId = generic ? (frozen === null ? (click?.creatorId ?? null) : frozen.creatorId) : term.creatorId;
  const isSelf = frozen === null ? creatorId !== null && isBuyer(one, creatorId) : frozen.self;
  const network: ByNetwork | null = isNetworks(rule, policy, term, book) ? { verdict: one.known.verdicts?.get(match.code.id) ?? null, own: ownClicks() } : null;

  function clickFor(): Touch | null {
    // A generic code credits the latest click among the creators joined at the time; the buyer's own click is not passed over.
    if (generic) return latest(clicks.filter((touch) => touch.creatorId !== null && membershipAt(book, touch.creatorId, term!.programId, atMs) !== null));
    if (policy === "always") return null;
    return latest(policy === "winner" ? clicks : clicks.filter((touch) => touch.creatorId === term!.creatorId));
  }

  function reason(): Reason | null {
    const own = reasonOfOrder(one, rule);
    if (own !== null) return own;
    if (match.early) return "before_code";
    if (match.code.voided && atMs >= match.code.voided.fromMs) return "code_void";
    if ((term!.startsAtMs !== null && atMs < term!.startsAtMs) || (term!.endsAtMs !== null && atMs >= term!.endsAtMs)) return "outside_window";
    if (!generic && membershipAt(book, creatorId!, term!.programId, atMs) === null) return "creator_not_in_program";
    if (rule.blockSelfReferral && isSelf) return "self_referral";
    if (isRenewal(one, rule)) return "renewal";
    if (rule.newCustomersOnly && one.known.beside?.returning === true) return "returning_customer";
    if (network !== null) return network.verdict?.verdict === "refused" ? "network_refused" : null;
    return ownClicks();
  }

  function ownClicks(): ByNetwork["own"] {
    if (frozen !== null) return frozen.clicks;
    if (generic) return creatorId === null ? "no_click" : null;
    if (policy === "involved" && click === null) return "no_click";
    if (policy === "winner" && click?.creatorId !== creatorId) return "not_winning_click";
    return null;
  }
  const clicked = (generic ? click !== null : clicks.some((touch) => touch.creatorId === creatorId)) ? "own" : clicks.some((touch) => touch.creatorId === null) ? "unknown" : clicks.length > 0 ? "other" : null;
  return { match, term, rule, policy, creatorId, click, network, reason: reason(), isSelf, clicks: ownClicks(), clicked, told: toldClick(one, { term, click, creatorId, network }, clicks) };
}

/**
 * Whether the network decides about a code's clicks: the program leaves it to it and tells it of its sales. Not of a code for everybody, which is
 * told by a click of ours; nor under a policy that a person chose afterwards, by which the network did not judge.
 */
function isNetworks(rule: ProgramRule & { creditPolicy?: CreditPolicy }, policy: CreditPolicy, term: CodeTerm, book: RuleBook): boolean {
  if (rule.clicks !== "network" || policy === "always" || term.creatorId === null || rule.creditPolicy !== undefined) return false;
  return isReported(rule, book, term.programId);
}

/** Whether a program tells a network of its sales, under these of its settings. */
export function isReported(rule: Pick<ProgramRule, "mode">, book: Pick<RuleBook, "programs">, programId: string): boolean {
  const network = book.programs.get(programId)?.network ?? "none";
  return network !== "none" && rule.mode === "full";
}

/** What speaks against every code of the order. A person's choice of a creator does not get past it; only `excluded` is a person's own. */
function reasonOfOrder({ facts, known }: Case, rule: ProgramRule): Reason | null {
  if (facts.test) return "test_order";
  if (facts.cancelledAt !== null || known.deleted) return "cancelled";
  if (!paid(facts, known, rule)) return "not_paid";
  if (rule.chargebacks === "reverse" && isChargedBack(known.beside ?? null)) return "charged_back";
  return known.hand?.act === "exclude" ? "excluded" : null;
}

/** A renewal comes from one of the shop's renewal sources; another order with a line under a selling plan is a subscription's first. */
function isRenewal({ facts, known, book, atMs }: Case, rule: ProgramRule): boolean {
  if (rule.renewals === "every") return false;
  // No setting of a period that is past changes what a renewal is.
  const { renewalSources } = shopRuleAt(book, [], atMs);
  if (facts.sourceName !== null && renewalSources.some((source) => sameWord(source, facts.sourceName!))) return true;
  return rule.renewals === "none" && facts.lines.some((line) => known.beside?.lines[line.id]?.subscribed === true);
}

type ChosenCode = HandAct & { act: "credit" | "correct" };

function isChosen(hand: HandAct | null | undefined): hand is ChosenCode {
  return hand?.act === "credit" || hand?.act === "correct";
}

function correctedTo(hand: HandAct | null | undefined): bigint | null {
  return isChosen(hand) ? hand.amount : null;
}

/** Where a person chose the code that is credited, it wins over all others, also one that is not on the order. */
function withHand(matched: Candidate[], one: Case): Candidate[] {
  const { hand } = one.known;
  if (!isChosen(hand)) return matched;
  const others = matched.filter((candidate) => candidate.match.code.id !== hand.codeId).map((candidate): Candidate => ({ ...candidate, reason: candidate.reason ?? "outranked" }));
  const code = one.book.codes.find((each) => each.id === hand.codeId);
  if (!code) throw new Error(`code ${hand.codeId}, which a person chose, is not known`);
  const own = matched.find((candidate) => candidate.match.code.id === hand.codeId) ?? judge(ownMatch(code, one.facts), one);
  // A generic code credits nobody unless a click names the creator.
  const chosen = { ...own, reason: reasonOfOrder(one, own.rule) ?? (own.creatorId === null ? "no_click" : null) };
  return [...others, chosen].sort((a, b) => a.match.place - b.match.place);
}

/**
 * A chosen code by itself, whatever other creator codes are known by now: as it stands on the order, though another one won its place;
 * else after all that stand there.
 */
function ownMatch(code: CreatorCode, facts: OrderFacts): Match {
  const [standing] = matchCodes(facts, [code]);
  return standing ?? { code, told: code.code, place: orderCodes(facts).length, applications: [], discount: 0n, early: false, others: [] };
}

/**
 * Whether what only the store can tell may decide. It is asked also where another reason stands already: that may not last, and whether it was
 * asked on the way must not depend on the order in which things became known.
 */
function asksStore(candidates: readonly Candidate[], { facts, known }: Case, { neverEarn }: ShopRule): boolean {
  if (candidates.length === 0) return false;
  const beside = known.beside ?? null;
  const aboutLines = neverEarn.tags.length > 0 || neverEarn.types.length > 0 || candidates.some(({ rule }) => rule.renewals === "none");
  const aboutBuyer = candidates.some(({ rule }) => rule.newCustomersOnly);
  return (aboutLines && facts.lines.some((line) => beside?.lines[line.id] === undefined)) || (aboutBuyer && (beside?.returning ?? null) === null);
}

function paid(facts: OrderFacts, known: Known, rule: ProgramRule): boolean {
  if (rule.creditOn === "created") return facts.financialStatus !== "voided" && facts.financialStatus !== "expired";
  return known.everPaid || isPaid(facts);
}

function isBuyer({ facts, book, atMs }: Case, creatorId: string): boolean {
  return facts.emailHash !== null && heldAt(book.emailHashes.get(creatorId) ?? [], atMs)?.hashes.has(facts.emailHash) === true;
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

function creditsOf(winners: Candidate[], facts: OrderFacts, bases: LineBase[], neverEarning: ReadonlySet<string>, corrected: bigint | null): Credit[] {
  const lines = winners.map((): Credit["lines"] => []);
  const shares = winners.map(() => 0n);
  for (const entry of bases) {
    const counting = winners.flatMap((winner, index) => (!neverEarning.has(entry.line.id) && counts(winner, facts, entry) ? [index] : []));
    // A discount that raises the price weighs nothing: it would share out more than there is.
    const weights = counting.map((index) => atLeastZero(winners[index]!.match.discount));
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
    ...winner.told,
    byNetwork: winner.network !== null,
    lines: corrected === null ? lines[index]! : correctedLines(bases, corrected),
    shareOfBase: shares[index]!,
  }));
}

/** `clicks`: those in the code's window. */
function toldClick({ book, facts }: Case, { term, click, creatorId, network }: Pick<Candidate, "term" | "click" | "creatorId" | "network">, clicks: readonly Touch[]): ToldClick {
  const to = book.programs.get(term.programId)?.network ?? "none";
  const isTold = (parameter: string | null) => book.clickNetworks === undefined || isOwnClick(parameter, to, book.clickNetworks);
  const tellable = (touch: Touch | null) => touch !== null && touch.clickId !== null && isTold(touch.parameter ?? null);
  if (tellable(click) && (network !== null || click!.creatorId === creatorId)) return { clickId: click!.clickId, clickParameter: click!.parameter ?? null };
  if (network !== null) {
    const named = namedIds(facts).find(({ parameter }) => isTold(parameter));
    return { clickId: named?.value ?? null, clickParameter: named?.parameter ?? null };
  }
  const own = click?.creatorId === creatorId && creatorId !== null ? latest(clicks.filter((touch) => touch.creatorId === creatorId && tellable(touch))) : null;
  if (own !== null) return { clickId: own.clickId, clickParameter: own.parameter ?? null };
  // Of a code for everybody it is said that its click has an id, which is another network's (domain/click-parameter.ts isForeignSale).
  return { clickId: null, clickParameter: term.creatorId === null && click !== null && click.clickId !== null ? (click.parameter ?? null) : null };
}

/** A person's amount, at most what is left of the order, shared over its lines in proportion to what is left of each. */
function correctedLines(bases: LineBase[], amount: bigint): Credit["lines"] {
  const left = bases.map((entry) => entry.left);
  const most = sum(left);
  const parts = share(amount < most ? amount : most, left);
  return bases.flatMap((entry, index) => (parts[index]! > 0n ? [{ lineId: entry.line.id, amount: parts[index]! }] : []));
}

/** Does the line count for this code (section 6, scope)? A code that is on shipping alone counts every line. */
export function counts(winner: Pick<Candidate, "match" | "rule">, facts: OrderFacts, entry: LineBase): boolean {
  if (winner.rule.scope === "order") return true;
  const { applications } = winner.match;
  if (applications.every((index) => facts.applications[index]?.target === "shipping_line")) return true;
  return entry.line.allocations.some((allocation) => applications.includes(allocation.application));
}

/** The sum of a credit's lines. */
export function creditTotal(credit: Credit): bigint {
  return sum(credit.lines.map((line) => line.amount));
}
