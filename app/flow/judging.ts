// What orders are judged by: the rules with their history, and the evidence of their clicks. Settling, proving and verifying load it the same way.
import { hashesOf } from "../crypto.server.ts";
import type { Queryable } from "../db.server.ts";
import { handActsOf } from "../db/hand.ts";
import { loadRules } from "../db/rules.ts";
import { verdictsOf } from "../db/verdict.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { HandAct } from "../domain/hand.ts";
import { orderCodes } from "../domain/match.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { CreatorCode, RuleBook } from "../domain/rule-book.ts";
import type { Verdict } from "../domain/verdict.ts";
import { loadEvidence, type JudgedOrder } from "./evidence.ts";

export type Judging = {
  /** The codes that can stand on any of the orders, and all that belongs to them. */
  book: RuleBook;
  /** The clicks of an order, and where they are known from. */
  evidenceOf: (order: JudgedOrder) => Evidence;
  /** What a person decided about an order, if that holds. */
  handOf: (facts: OrderFacts) => HandAct | null;
  /** What the network decided of an order, by code. */
  verdictsOf: (facts: OrderFacts) => ReadonlyMap<string, Verdict>;
};

const NO_VERDICTS: ReadonlyMap<string, Verdict> = new Map();

/** `keysOf` gives the keys of the codes on an order; `asked` are ids of further codes that are to be known; `hold`: nothing is noted of the orders' clicks until the transaction ends. */
export type JudgingOptions = { keysOf?: (facts: OrderFacts) => string[]; asked?: readonly string[]; hold?: boolean };

/** Loads what these orders of a shop are judged by. */
export async function loadJudging(client: Queryable, shop: string, orders: readonly JudgedOrder[], { keysOf = codeKeysOf, asked = [], hold = false }: JudgingOptions = {}): Promise<Judging> {
  const evidence = await loadEvidence(client, shop, orders, hold);
  const facts = orders.map((order) => order.facts);
  const acts = await handActsOf(client, shop, facts.map(({ id }) => id));
  const verdicts = await verdictsOf(client, shop, facts.map(({ id }) => id));
  const chosen = [...asked, ...[...acts.values()].flatMap((act) => (act.act === "exclude" ? [] : act.codeId))];
  const { emails, ...rules } = await loadRules(client, shop, [...new Set(facts.flatMap(keysOf))], chosen, evidence.creators);
  return {
    book: { ...rules, clickNetworks: evidence.networks, emailHashes: new Map([...emails].map(([creator, history]) => [creator, history.map(({ validFromMs, email }) => ({ validFromMs, hashes: new Set(hasAddress(email) ? hashesOf(email) : []) }))])) },
    evidenceOf: evidence.evidenceOf,
    handOf: (facts) => acts.get(facts.id) ?? null,
    verdictsOf: (facts) => verdicts.get(facts.id) ?? NO_VERDICTS,
  };
}

/** An empty address equals none (rules, section 3). */
function hasAddress(email: string | null): email is string {
  return email !== null && email.trim() !== "";
}

export function codeKeysOf(facts: OrderFacts): string[] {
  return orderCodes(facts).map((code) => code.key);
}

/** Facts that are not in their form are found when they are settled. */
export function knownCodeKeys(facts: OrderFacts): string[] {
  try {
    return codeKeysOf(facts);
  } catch {
    return [];
  }
}

export type BookFor = (facts: OrderFacts, hand: HandAct | null) => RuleBook;

/** The rules of a page hold the codes of all its orders: each order is judged with those that can stand on it. */
export function bookOf(rules: RuleBook): BookFor {
  const exact = Map.groupBy(rules.codes.filter((code) => code.match === "exact"), (code) => code.key);
  const patterns = rules.codes.filter((code) => code.match === "regex");
  const byId = new Map(rules.codes.map((code) => [code.id, code]));
  return (facts, hand) => {
    const codes: CreatorCode[] = [...[...new Set(knownCodeKeys(facts))].flatMap((key) => exact.get(key) ?? []), ...patterns];
    const chosen = hand === null || hand.act === "exclude" ? undefined : byId.get(hand.codeId);
    return { ...rules, codes: chosen === undefined || codes.includes(chosen) ? codes : [...codes, chosen] };
  };
}
