// An order by chance: lines, discounts and taxes, and then payments, returns, edits, goodwill, disputes and what people decide about it.
import fc from "fast-check";
import type { Beside, Dispute } from "#app/domain/beside.ts";
import type { HandAct } from "#app/domain/hand.ts";
import { normalise, READER_VERSION, type Application, type Line, type OrderFacts } from "#app/domain/order.ts";
import type { Word } from "#app/domain/order-state.ts";
import type { RuleBook, Touch } from "#app/domain/rule-book.ts";
import type { Verdict } from "#app/domain/verdict.ts";
import { type Draw, HOUR_MS, maybe, ORDERED_MS, some, times, within } from "./draw.ts";

/** What reaches the app in the course of time. `fetch`: the store answers now for what was asked of it. */
export type Arrival =
  | { kind: "word"; orderId: string; word: Word }
  | { kind: "act"; orderId: string; act: HandAct | null }
  | { kind: "click"; touch: Touch }
  | { kind: "verdict"; orderId: string; codeId: string; verdict: Verdict }
  | { kind: "fetch" };

/** `truth`: the order as the store has it in the end, the contact e-mail left out; null: it was deleted. `beside`: what the store tells beside it. */
export type History = { id: string; truth: OrderFacts | null; beside: Beside; arrivals: Arrival[] };

export const VISITORS = ["v1", "v2"];
export const CODES = ["MARIE10", "JONAS15", "ANNA-5", "LENA20", "ÉTÉ"];
const TAGS = ["sample", "Protection"];

/** What a line has come to: how many pieces came back, how many were taken off by an edit, and what the buyer got back for them. */
type Piece = Line & { net: bigint; back: number; removed: number };

function lineOf(g: Draw, id: string, unit: bigint, applications: readonly Application[], taxesIncluded: boolean): Piece {
  const quantity = within(g, 1, 5);
  const price = maybe(g, 8) ? 0n : (BigInt(within(g, 1, 20_000)) * unit) / 100n;
  let rest = price * BigInt(quantity);
  const allocations = applications.flatMap((application, index) => {
    if (application.target === "shipping_line" || maybe(g, 4)) return [];
    const amount = (rest * BigInt(within(g, 0, 60))) / 100n;
    rest -= amount;
    return [{ application: index, amount: amount.toString() }];
  });
  const rate = BigInt(some(g, [19, 7, 0]));
  const tax = taxesIncluded ? (rest * rate) / (100n + rate) : (rest * rate) / 100n;
  const kind = within(g, 0, 11);
  return {
    id, sku: maybe(g, 5) ? null : `SKU-${within(g, 0, 3)}`, variantId: "9", title: "Article", quantity, currentQuantity: quantity, price: price.toString(), allocations,
    tax: (kind === 0 ? 0n : tax).toString(), giftCard: kind === 0, tip: kind === 1, net: rest, back: 0, removed: 0,
  };
}

function applicationsOf(g: Draw, book: RuleBook): Application[] {
  const known = book.codes.flatMap(({ code, match }) => (match === "exact" ? [code] : []));
  const from = [...new Set(maybe(g, 4) || known.length === 0 ? [...CODES, "marie99", "NOBODYS"] : known)];
  const codes = g(fc.shuffledSubarray<string>, from, { minLength: maybe(g, 10) ? 0 : 1, maxLength: Math.min(from.length, 4) });
  const others: Application[] = maybe(g, 3) ? [{ kind: some(g, ["automatic", "manual"]), code: null, title: "MARIE10", target: "line_item" }] : [];
  return [...codes.map((code): Application => ({ kind: "discount_code", code, title: null, target: maybe(g, 5) ? "shipping_line" : "line_item" })), ...others];
}

type State = { facts: OrderFacts; lines: Piece[]; goodwill: bigint };

function firstState(g: Draw, book: RuleBook, id: string, currency: string, unit: bigint): State {
  const applications = applicationsOf(g, book);
  const taxesIncluded = maybe(g, 2);
  const lines = times(g, 1, 8, (index) => lineOf(g, `${id}${index + 1}`, unit, applications, taxesIncluded));
  const createdMs = ORDERED_MS + (maybe(g, 2) ? 0 : HOUR_MS);
  const facts: OrderFacts = {
    version: READER_VERSION, id, name: `#${id}`, createdAt: new Date(createdMs).toISOString(), updatedNs: (BigInt(createdMs) * 1_000_000n).toString(), test: maybe(g, 25), cancelledAt: null,
    financialStatus: some(g, ["paid", "pending", "paid"]), currency, presentment: { currency, total: null }, taxesIncluded, sourceName: some(g, ["web", "web", "web", "web", "web", "web", "web", "subscription_contract", "1234"]),
    emailHash: some(g, [null, "h:c1", "h:else", "h:else", "h:else"]), visitor: some(g, [null, ...VISITORS]), clickId: null, applications,
    listedCodes: g(fc.shuffledSubarray<string>, applications.flatMap(({ code }) => code ?? [])), lines: [],
    shipping: applications.flatMap(({ target }, application) => (target === "shipping_line" ? [{ application, amount: some(g, ["0", "490", "90000"]) }] : [])), refunds: [],
  };
  return { facts, lines, goodwill: 0n };
}

/** What part of an amount falls on so many of its pieces: the parts of all pieces make the whole. */
function partOf(amount: bigint, { quantity, back }: Piece, pieces: number): bigint {
  return (amount * BigInt(back + pieces)) / BigInt(quantity) - (amount * BigInt(back)) / BigInt(quantity);
}

function giveBack(facts: OrderFacts, given: { line: Piece; pieces: number }[], adjustment: bigint): OrderFacts {
  const lines = given.map(({ line, pieces }) => {
    const entry = { lineId: line.id, quantity: pieces, subtotal: partOf(line.net, line, pieces).toString(), tax: partOf(BigInt(line.tax), line, pieces).toString() };
    line.back += pieces;
    return entry;
  });
  return { ...facts, financialStatus: "partially_refunded", refunds: [...facts.refunds, { id: String(facts.refunds.length + 1), createdAt: null, lines, adjustment: adjustment.toString() }] };
}

/** What the buyer has paid for a line and not got back, with its tax. */
function moneyLeft({ taxesIncluded }: OrderFacts, line: Piece): bigint {
  const whole = line.net + (taxesIncluded ? 0n : BigInt(line.tax));
  return (whole * BigInt(line.quantity - line.back - line.removed)) / BigInt(line.quantity);
}

function nextState(g: Draw, { facts, lines: before, goodwill }: State, unit: bigint): State {
  const lines = before.map((line) => ({ ...line }));
  const line = some(g, lines);
  const left = line.quantity - line.back - line.removed;
  const step = within(g, 0, 9);
  if (step === 0) return { facts: { ...facts, financialStatus: "paid" }, lines, goodwill };
  if (step === 1) return { facts: { ...facts, cancelledAt: maybe(g, 6) ? facts.createdAt : null }, lines, goodwill };
  if (step === 2 && maybe(g, 2)) return { facts: { ...facts, financialStatus: some(g, ["voided", "partially_paid", "expired"]) }, lines, goodwill };
  if (step === 3) return { facts, lines: [...lines, lineOf(g, `${facts.id}${lines.length + 1}`, unit, facts.applications, facts.taxesIncluded)], goodwill };
  if (step === 4 && left > 0) line.removed += 1;
  if (step === 5) {
    const most = lines.reduce((sum, each) => sum + moneyLeft(facts, each), 0n) - goodwill;
    const given = most > 0n ? (most * BigInt(within(g, 1, 100))) / 100n : 0n;
    return { facts: giveBack(facts, [], -given), lines, goodwill: goodwill + given };
  }
  if (step > 5 && left > 0 && goodwill === 0n) return { facts: giveBack(facts, [{ line, pieces: within(g, 1, left) }], 0n), lines, goodwill };
  return { facts: { ...facts, emailHash: some(g, [facts.emailHash, "h:c1"]) }, lines, goodwill };
}

function stated({ facts, lines }: State, updatedMs: number): OrderFacts {
  return normalise({
    ...facts, updatedNs: (BigInt(updatedMs) * 1_000_000n).toString(),
    lines: lines.map(({ net: _, back, removed, ...line }) => ({ ...line, currentQuantity: line.quantity - removed - back })),
  });
}

function besideOf(g: Draw, facts: OrderFacts): Beside {
  const marks = () => ({ subscribed: maybe(g, 15), type: some(g, [null, "Gift wrap", "Tea"]), tags: maybe(g, 3) ? [some(g, TAGS)] : [] });
  return { returning: maybe(g, 3), lines: Object.fromEntries(facts.lines.map((line) => [line.id, marks()])), disputes: [] };
}

function disputeWords(g: Draw): { disputes: Dispute[]; last: Dispute[] } {
  if (!maybe(g, 3)) return { disputes: [], last: [] };
  const kind = some(g, ["chargeback", "chargeback", "inquiry"] as const);
  const final = some(g, ["won", "lost", "accepted", "under_review"]);
  const disputes = ["needs_response", "under_review", final].map((status, index) => ({ id: "d1", kind, status, triggeredNs: String(index + 1) }));
  return { disputes, last: [{ ...disputes[2]!, triggeredNs: null }] };
}

function actOf(g: Draw, index: number, book: RuleBook): HandAct | null {
  const own = { id: String(index), who: "someone", atMs: ORDERED_MS, reason: "so it is" };
  const codeId = some(g, book.codes).id;
  return some<() => HandAct | null>(g, [
    () => ({ ...own, act: "exclude" }), () => null, () => ({ ...own, act: "credit", codeId, amount: null }),
    () => ({ ...own, act: "correct", codeId, amount: BigInt(within(g, 0, 30_000)) }),
  ])();
}

/** What the network decided in the course of time, no two of them at one instant: the newest holds. */
function verdictOf(g: Draw, index: number, orderId: string, book: RuleBook): Arrival {
  const verdict = some(g, ["credited", "refused"] as const);
  return { kind: "verdict", orderId, codeId: some(g, book.codes).id, verdict: { verdict, reason: verdict === "credited" ? null : "nobody", at: new Date(ORDERED_MS + index * HOUR_MS).toISOString() } };
}

/** An order with all that was ever said of it. */
export function orderOf(g: Draw, id: string, book: RuleBook): History {
  const [currency, unit] = some<[string, bigint]>(g, [["EUR", 100n], ["JPY", 1n], ["KWD", 1000n]]);
  const states = [firstState(g, book, id, currency, unit)];
  for (let step = within(g, 0, 5); step > 0; step--) states.push(nextState(g, states.at(-1)!, unit));
  let updatedMs = Date.parse(states[0]!.facts.createdAt);
  let triggeredMs = updatedMs;
  const all = states.map((state, index) => {
    if (index > 0 && !maybe(g, 4)) updatedMs += 1_000;
    triggeredMs = Math.max(updatedMs, triggeredMs + (maybe(g, 3) ? 0 : 1));
    return { facts: stated(state, updatedMs), triggeredNs: BigInt(triggeredMs) * 1_000_000n };
  });
  const deleted = maybe(g, 25);
  const told = disputeWords(g);
  const newest = all.at(-1)!.facts;
  const last = maybe(g, 5); // the store alone knows the newest state, and a hint names the order
  const words: Word[] = [
    ...all.map(({ facts, triggeredNs }, index): Word => (last && index > 0 && index === all.length - 1 ? { topic: "refunds/create", facts: null, triggeredNs } : { topic: "orders/updated", facts, triggeredNs })),
    ...told.disputes.map((dispute) => ({ topic: "disputes/update", facts: null, beside: { returning: null, lines: {}, disputes: [dispute] }, triggeredNs: BigInt(dispute.triggeredNs!) })),
    ...(deleted ? [{ topic: "orders/delete", facts: null, triggeredNs: 0n }] : []),
  ];
  const contact = maybe(g, 4);
  return {
    id, truth: deleted ? null : contact ? { ...newest, emailHash: null } : newest, beside: { ...besideOf(g, newest), disputes: told.last },
    arrivals: [
      ...words.map((word): Arrival => ({ kind: "word", orderId: id, word })),
      ...(maybe(g, 3) ? times(g, 1, 2, (index): Arrival => ({ kind: "act", orderId: id, act: actOf(g, index, book) })) : []),
      ...times(g, 0, 3, (index) => verdictOf(g, index, id, book)),
    ],
  };
}
