// A shop in memory: the inbox, the settling and the ledger as app/flow has them, without a database, so that thousands of histories can be tried.
import { settleOrder, type Decision, type Settlement } from "#app/domain/credit.ts";
import type { HandAct } from "#app/domain/hand.ts";
import { postings, type Balance, type Posting } from "#app/domain/ledger.ts";
import { orderCodes } from "#app/domain/match.ts";
import { applyWord, type KnownOrder, type Word } from "#app/domain/order-state.ts";
import type { RuleBook, Touch } from "#app/domain/rule-book.ts";
import type { Verdict } from "#app/domain/verdict.ts";
import type { Arrival, History } from "./generate-order.ts";

type Held = { known: KnownOrder; hand: HandAct | null; verdicts: Map<string, Verdict>; asked: boolean; entries: Posting[]; settlement: Settlement | null };
export type Ended = { known: KnownOrder; hand: HandAct | null; verdicts: ReadonlyMap<string, Verdict>; entries: Posting[]; balances: Record<string, bigint>; decisions: readonly Decision[]; settlement: Settlement | null };

const NOTHING: KnownOrder = { facts: null, beside: null, updatedNs: null, triggeredNs: null, everPaid: false, deleted: false };
/** An order that is asked for more often than this never comes to rest. */
const MOST_ASKED = 10;

/** Takes the arrivals in one after the other, lets the store answer what is still asked at the end, and says what became of each order. */
export function run(book: RuleBook, histories: readonly History[], arrivals: readonly Arrival[]): Map<string, Ended> {
  const orders = new Map<string, Held>(histories.map(({ id }) => [id, { known: NOTHING, hand: null, verdicts: new Map(), asked: false, entries: [], settlement: null }]));
  const touches: Touch[] = [];

  /** Only what can stand on the orders at hand, as it is loaded from the database for a batch. */
  function loaded(): RuleBook {
    const facts = [...orders.values()].flatMap(({ known }) => known.facts ?? []);
    const keys = new Set(facts.flatMap((one) => orderCodes(one).map((code) => code.key)));
    const chosen = new Set([...orders.values()].flatMap(({ hand }) => (hand === null || hand.act === "exclude" ? [] : hand.codeId)));
    const codes = book.codes.filter((code) => code.match === "regex" || keys.has(code.key) || chosen.has(code.id));
    const clickers = touches.flatMap((touch) => (facts.some((one) => one.visitor === touch.visitor) ? (touch.creatorId ?? []) : []));
    const creators = new Set([...clickers, ...codes.flatMap((code) => code.terms.flatMap((term) => term.creatorId ?? []))]);
    return { ...book, codes, memberships: book.memberships.filter((one) => creators.has(one.creatorId)) };
  }

  function settle(held: Held): void {
    const { known, hand, verdicts } = held;
    if (known.facts === null) return;
    const settlement = settleOrder(known.facts, { ...known, hand, verdicts }, loaded(), touches.filter((touch) => touch.visitor === known.facts!.visitor));
    held.entries.push(...postings(balancesOf(held.entries), settlement.credits));
    held.settlement = settlement;
    if (settlement.asksStore && !known.deleted && (known.triggeredNs !== null || known.beside === null)) held.asked = true;
  }

  function hear(held: Held, word: Word): void {
    const change = applyWord(held.known, word);
    held.known = change.known;
    if (change.ask !== null) held.asked = true;
    if (change.effect !== "none") settle(held);
  }

  function fetch(): void {
    for (const { id, truth, beside } of histories) {
      const held = orders.get(id)!;
      if (held.asked && truth !== null) {
        held.asked = false;
        hear(held, { topic: "fetch", facts: truth, beside, triggeredNs: null });
      }
    }
  }

  for (const arrival of arrivals) {
    if (arrival.kind === "word") hear(orders.get(arrival.orderId)!, arrival.word);
    if (arrival.kind === "fetch") fetch();
    if (arrival.kind === "act") {
      const held = orders.get(arrival.orderId)!;
      held.hand = arrival.act;
      hear(held, { topic: "hand", facts: null, triggeredNs: null });
    }
    if (arrival.kind === "verdict") {
      const held = orders.get(arrival.orderId)!;
      if ((held.verdicts.get(arrival.codeId)?.at ?? "") > arrival.verdict.at) continue;
      held.verdicts.set(arrival.codeId, arrival.verdict);
      hear(held, { topic: "verdict", facts: null, triggeredNs: null });
    }
    if (arrival.kind === "click") {
      touches.push(arrival.touch);
      for (const held of orders.values()) if (held.known.facts?.visitor === arrival.touch.visitor) hear(held, { topic: "touch", facts: null, triggeredNs: null });
    }
  }
  const isAsked = () => histories.some(({ id, truth }) => truth !== null && orders.get(id)!.asked);
  for (let asked = 0; isAsked(); asked++) {
    if (asked === MOST_ASKED) throw new Error("the store is asked for ever");
    fetch();
  }
  return new Map([...orders].map(([id, { known, hand, verdicts, entries, settlement }]) => [id, { known, hand, verdicts, entries, balances: nonZero(entries), decisions: settlement?.decisions ?? [], settlement }]));
}

function balancesOf(entries: readonly Posting[]): Balance[] {
  const sums = new Map<string, Balance>();
  for (const { codeId, creatorId, programId, lineId, amount } of entries) {
    const account = { codeId, creatorId, programId, lineId };
    const key = JSON.stringify(account);
    sums.set(key, { ...account, amount: (sums.get(key)?.amount ?? 0n) + amount });
  }
  return [...sums.values()];
}

function nonZero(entries: readonly Posting[]): Record<string, bigint> {
  const own = balancesOf(entries).filter((balance) => balance.amount !== 0n);
  return Object.fromEntries(own.map(({ codeId, creatorId, programId, lineId, amount }) => [[codeId, creatorId, programId, lineId].join("/"), amount]));
}
