// How an order's credit came about, line by line: the same arithmetic as settling, told instead of posted. Amounts are minor units as strings,
// instants ISO 8601.
import type { LineBase } from "./base.ts";
import { isChargedBack, type Beside, type Dispute } from "./beside.ts";
import { counts, type ByNetwork, type Candidate, type Credit, type DecidedOutcome, type Reason, type Settlement } from "./credit.ts";
import type { Evidence } from "./evidence.ts";
import type { HandAct } from "./hand.ts";
import { nsIso } from "./instant.ts";
import { orderCodes } from "./match.ts";
import { neverBy, type NeverBy } from "./never-earn.ts";
import type { DiscountKind, OrderFacts } from "./order.ts";
import { clickParts, contestOf, type ClickPart, type Contest } from "./proof.ts";
import type { CreditPolicy, OverrideSettings, ProgramRule, RuleBook, ShopRule, Touch } from "./rule-book.ts";
import type { TouchKind, TouchSource } from "./touch.ts";
import { readRefusal } from "./verdict.ts";

export type Named = { id: string; name: string };

/** One discount of the order, and what it took off in all and from each line (`lineId` null: from shipping). `name`: the code, or the title of a discount without one. */
export type DiscountProof = { index: number; kind: DiscountKind; name: string; onShipping: boolean; amount: string; allocations: { lineId: string | null; amount: string }[] };

/**
 * "Hoodie, 2 x 40.00, minus 8.00 by MARIE10, tax 11.50 inside, base 60.50; one returned, minus 30.25".
 * base = gross - discounts - tax inside; left = base - returned - removed - goodwill; neither falls below 0, and what has no base has nothing left.
 */
export type LineProof = {
  lineId: string;
  title: string;
  sku: string | null;
  quantity: number;
  quantityLeft: number;
  price: string;
  gross: string;
  discounts: { index: number; name: string; kind: DiscountKind; amount: string }[];
  tax: string; // the line's tax, inside or on top
  taxInside: string; // what was taken off for it
  noBase: "gift_card" | "tip" | null;
  base: string;
  returned: { quantity: number; amount: string } | null;
  removed: { quantity: number; amount: string } | null;
  goodwill: string; // its share of what was refunded without a line
  left: string;
  /** Bought under a selling plan; null: the store was not asked. */
  subscribed: boolean | null;
  /** By what its product never earns, a rule of the shop; null: it earns. */
  neverEarns: NeverBy | null;
  /** Whether it counts for each credited code: under the scope "discounted lines" only those do that the code took something off. */
  counts: { codeId: string; counts: boolean }[];
  credited: { codeId: string; amount: string }[];
  /** What will be credited once the network has said so. */
  awaited: { codeId: string; amount: string }[];
};

/** A creator code that matched on the order, or that a person chose. */
export type CodeProof = {
  codeId: string;
  code: string;
  match: "exact" | "regex";
  /** The codes on the order that it matched; none where a person chose a code that is not on it. */
  onOrder: string[];
  /** Of a generic code: whoever the click names. */
  creator: Named | null;
  generic: boolean;
  program: Named & { network: string };
  /** The rules in force when the order was made. `since` null: since ever. */
  policy: CreditPolicy;
  rule: Omit<ProgramRule, "validFromMs">;
  since: string | null;
  startsAt: string | null;
  endsAt: string | null;
  linkedAt: string; // when it was linked to its creator
  /** A person decided that orders since then are not credited with it. */
  voided: { from: string; reason: string } | null;
  outcome: DecidedOutcome;
  reason: Reason | null; // null: credited, or waiting for the network
  /** The network decides about its clicks: what it said, and what our own clicks say. null: our own clicks decide, or none are asked for. `partner`: whom it credited instead, where it said so. */
  network: (ByNetwork & { partner: string | null }) | null;
  place: number;
  discount: string; // what the code itself took off
  credited: string;
  awaited: string; // what it will be credited with once the network has said so
  /** Other creator codes that would have matched as well. */
  alsoMatched: { codeId: string; code: string }[];
};

/**
 * A click of the buyer, and what it meant for each code. `kind`: what named the creator; null: it was not noted. `word`: of a code or link, as it stood in the
 * address. `from`: who told of it; what the cart or the landing page names is known from the order alone. `noted`: when it became known; null: with the order.
 * `dated` false: nobody said when it was, and it counts at the order's own instant.
 */
export type ClickProof = {
  at: string;
  dated: boolean;
  creator: Named | null;
  kind: TouchKind | null;
  word: string | null;
  parameter: string | null;
  clickId: string | null;
  from: TouchSource | "cart" | "landing" | null;
  noted: string | null;
  parts: { codeId: string; part: ClickPart }[];
};

/** A dispute about the payment. `toldAt` null: the store told it when it was asked for the order. */
export type DisputeProof = { id: string; kind: Dispute["kind"]; status: string; toldAt: string | null };

/** Settings that a person chose afterwards for orders of a period. */
export type AppliedOverride = { id: string; program: Named; appliedAt: string | null; settings: OverrideSettings };

/** What a person decided about this order. */
export type HandProof = { id: string; act: HandAct["act"]; codeId: string | null; amount: string | null; reason: string; at: string };

export type OrderProof = {
  createdAt: string;
  currency: string;
  taxesIncluded: boolean;
  /** The store deleted it. */
  deleted: boolean;
  /** The buyer had ordered before; null: the store was not asked. */
  returning: boolean | null;
  disputes: DisputeProof[];
  /** The shop lost the order's money to one of them. */
  chargedBack: boolean;
  shopRule: Omit<ShopRule, "validFromMs"> & { since: string | null };
  overrides: AppliedOverride[];
  hand: HandProof | null;
  discounts: DiscountProof[];
  lines: LineProof[];
  /** In the order of their places; none: no creator code stood on the order. */
  codes: CodeProof[];
  contest: Contest | null;
  /** Where the clicks are known from (domain/evidence.ts); nulls: nothing names a visit, and no click can be known. `removedAt`: the buyer was to be forgotten; what had been decided stands. */
  evidence: Pick<Evidence, "source" | "by"> & { removedAt: string | null };
  /** The newest first. */
  clicks: ClickProof[];
  credited: string;
  awaited: string;
};

/** Names of what the rules know by id, of the network's partners by their id there, and when what-ifs were applied. */
export type Names = { creators: ReadonlyMap<string, string>; programs: ReadonlyMap<string, string>; appliedAt: ReadonlyMap<string, string>; partners?: ReadonlyMap<string, string> };

/** What an order was settled by, and what came of it. */
export type Judged = { facts: OrderFacts; deleted: boolean; beside: Beside | null; hand: HandAct | null; settlement: Settlement; book: RuleBook; evidence: Evidence; removedAt?: Date | null };

/** Explains a settlement of these facts (domain/credit.ts settleOrder). */
export function explainOrder(judged: Judged, names: Names): OrderProof {
  const { facts, deleted, beside, hand, settlement, evidence } = judged;
  const codes = settlement.candidates.map((candidate) => codeProof(candidate, judged, names));
  const { validFromMs, ...shopRule } = settlement.shopRule;
  return {
    createdAt: facts.createdAt,
    currency: facts.currency,
    taxesIncluded: facts.taxesIncluded,
    deleted,
    returning: beside?.returning ?? null,
    disputes: (beside?.disputes ?? []).map(({ id, kind, status, triggeredNs }) => ({ id, kind, status, toldAt: triggeredNs === null ? null : nsIso(BigInt(triggeredNs)) })),
    chargedBack: isChargedBack(beside),
    shopRule: { ...shopRule, since: sinceOf(validFromMs) },
    overrides: overridesOf(judged, names),
    hand: hand && handProof(hand),
    discounts: discountProofs(facts),
    lines: settlement.bases.map((entry) => lineProof(entry, judged)),
    codes,
    contest: contestOf(settlement, hand !== null && hand.act !== "exclude"),
    evidence: { source: evidence.source, by: evidence.by, removedAt: judged.removedAt?.toISOString() ?? null },
    clicks: clickProofs(evidence.clicks, judged, names),
    credited: totalOf(settlement.credits, null),
    awaited: totalOf(awaitedOf(settlement), null),
  };
}

function awaitedOf({ credits, told }: Settlement): Credit[] {
  return told.filter((credit) => !credits.includes(credit));
}

function handProof(hand: HandAct): HandProof {
  const { codeId = null, amount = null } = hand.act === "exclude" ? {} : hand;
  return { id: hand.id, act: hand.act, codeId, amount: amount?.toString() ?? null, reason: hand.reason, at: new Date(hand.atMs).toISOString() };
}

function totalOf(credits: readonly Credit[], codeId: string | null): string {
  const own = codeId === null ? credits : credits.filter((credit) => credit.codeId === codeId);
  return own.reduce((sum, credit) => sum + credit.lines.reduce((lines, line) => lines + line.amount, 0n), 0n).toString();
}

function sinceOf(validFromMs: number): string | null {
  return validFromMs <= 0 ? null : new Date(validFromMs).toISOString();
}

function nameOf(facts: OrderFacts, index: number): string {
  const application = facts.applications[index];
  return application?.code ?? application?.title ?? "";
}

function discountProofs(facts: OrderFacts): DiscountProof[] {
  const allocations = [
    ...facts.lines.flatMap((line) => line.allocations.map((one) => ({ ...one, lineId: line.id as string | null }))),
    ...facts.shipping.map((one) => ({ ...one, lineId: null })),
  ];
  return facts.applications.map((application, index) => {
    const own = allocations.filter((one) => one.application === index);
    return {
      index,
      kind: application.kind,
      name: nameOf(facts, index),
      onShipping: application.target === "shipping_line",
      amount: own.reduce((sum, one) => sum + BigInt(one.amount), 0n).toString(),
      allocations: own.map(({ lineId, amount }) => ({ lineId, amount })),
    };
  });
}

function codeProof({ match, term, rule: held, policy, creatorId, network, reason }: Candidate, { facts, settlement, book }: Judged, names: Names): CodeProof {
  const { validFromMs, ...rule } = held;
  return {
    codeId: match.code.id,
    code: match.code.code,
    match: match.code.match,
    onOrder: orderCodes(facts).filter((one) => match.applications.includes(one.applications[0]!)).map((one) => one.code),
    creator: creatorId === null ? null : { id: creatorId, name: names.creators.get(creatorId) ?? "" },
    generic: term.creatorId === null,
    program: { id: term.programId, name: names.programs.get(term.programId) ?? "", network: book.programs.get(term.programId)?.network ?? "none" },
    policy,
    rule,
    since: sinceOf(validFromMs),
    startsAt: isoOf(term.startsAtMs),
    endsAt: isoOf(term.endsAtMs),
    linkedAt: new Date(match.code.createdAtMs).toISOString(),
    voided: match.code.voided ? { from: new Date(match.code.voided.fromMs).toISOString(), reason: match.code.voided.reason } : null,
    outcome: settlement.decisions.find((decision) => decision.codeId === match.code.id)!.outcome,
    reason,
    network: network && { ...network, partner: partnerOf(network, names) },
    place: match.place,
    discount: match.discount.toString(),
    credited: totalOf(settlement.credits, match.code.id),
    awaited: totalOf(awaitedOf(settlement), match.code.id),
    alsoMatched: match.others.flatMap((id) => book.codes.filter((one) => one.id === id).map((one) => ({ codeId: one.id, code: one.code }))),
  };
}

function partnerOf({ verdict }: ByNetwork, { partners }: Names): string | null {
  const { partnerId } = readRefusal(verdict?.reason ?? null);
  return partnerId === null ? null : (partners?.get(partnerId) ?? partnerId);
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function lineProof(entry: LineBase, { facts, beside, settlement }: Judged): LineProof {
  const { line } = entry;
  const neverEarns = neverBy(line, beside, settlement.shopRule.neverEarn);
  const winners = settlement.candidates.filter((candidate) => candidate.reason === null);
  return {
    lineId: line.id,
    title: line.title,
    sku: line.sku,
    quantity: line.quantity,
    quantityLeft: entry.quantityLeft,
    price: line.price,
    gross: entry.gross.toString(),
    discounts: line.allocations.map((one) => ({ index: one.application, name: nameOf(facts, one.application), kind: facts.applications[one.application]?.kind ?? "manual", amount: one.amount })),
    tax: line.tax,
    taxInside: entry.taxInside.toString(),
    noBase: line.giftCard ? "gift_card" : line.tip ? "tip" : null,
    base: entry.base.toString(),
    returned: entry.refundedQuantity > 0 || entry.returned !== 0n ? { quantity: entry.refundedQuantity, amount: entry.returned.toString() } : null,
    removed: entry.removed !== 0n ? { quantity: line.quantity - line.currentQuantity - entry.refundedQuantity, amount: entry.removed.toString() } : null,
    goodwill: entry.goodwill.toString(),
    left: entry.left.toString(),
    subscribed: beside?.lines[line.id]?.subscribed ?? null,
    neverEarns,
    counts: winners.map((winner) => ({ codeId: winner.match.code.id, counts: neverEarns === null && counts(winner, facts, entry) })),
    credited: partsOf(line.id, settlement.credits),
    awaited: partsOf(line.id, awaitedOf(settlement)),
  };
}

function partsOf(lineId: string, credits: readonly Credit[]): LineProof["credited"] {
  return credits.flatMap(({ codeId, lines }) => lines.filter((one) => one.lineId === lineId).map((one) => ({ codeId, amount: one.amount.toString() })));
}

function clickProofs(touches: readonly Touch[], { facts, settlement, book }: Judged, names: Names): ClickProof[] {
  const atMs = Date.parse(facts.createdAt);
  const byCode = settlement.candidates.map(({ match, term, rule, policy }) => ({
    codeId: match.code.id,
    parts: clickParts({ creatorId: term.creatorId, programId: term.programId, policy, windowDays: rule.clickWindowDays }, touches, book, atMs),
  }));
  const proofs = touches.map(
    (touch, index): ClickProof => ({
      at: new Date(touch.atMs).toISOString(),
      dated: touch.undated !== true,
      kind: touch.kind ?? null,
      word: touch.word ?? null,
      parameter: touch.parameter ?? null,
      clickId: touch.clickId,
      from: touch.from ?? null,
      noted: touch.heardMs == null ? null : new Date(touch.heardMs).toISOString(),
      creator: touch.creatorId === null ? null : { id: touch.creatorId, name: names.creators.get(touch.creatorId) ?? "" },
      parts: byCode.map(({ codeId, parts }) => ({ codeId, part: parts[index]! })),
    }),
  );
  return proofs.reverse().sort((a, b) => (a.at === b.at ? 0 : a.at > b.at ? -1 : 1));
}

/** Those of the programs of the order's codes, and of the time of the order. */
function overridesOf({ facts, settlement, book }: Judged, names: Names): AppliedOverride[] {
  const atMs = Date.parse(facts.createdAt);
  const programs = new Set(settlement.candidates.map(({ term }) => term.programId));
  return book.overrides
    .filter((one) => one.fromMs <= atMs && atMs < one.toMs && programs.has(one.programId))
    .map(({ id, programId, settings }) => ({ id, program: { id: programId, name: names.programs.get(programId) ?? "" }, appliedAt: names.appliedAt.get(id) ?? null, settings }));
}
