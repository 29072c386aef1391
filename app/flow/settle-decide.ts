// Decides a batch of orders, under the rules that held when each was made.
import { setImmediate as turn } from "node:timers/promises";
import type { Queryable } from "../db.server.ts";
import { heldConversions, type KeptTold, type KeptUntold } from "../db/conversion-target.ts";
import { keptDecisions, type KeptDecision } from "../db/decision.ts";
import { balancesOf } from "../db/ledger.ts";
import type { OrderKey } from "../db/order.ts";
import { byOrder, type ByOrder } from "../db/order-key.ts";
import { settleOrder, type Settlement } from "../domain/credit.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { HandAct } from "../domain/hand.ts";
import type { Balance } from "../domain/ledger.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { RuleBook } from "../domain/rule-book.ts";
import { codeKeysOf, loadJudgings } from "./judging.ts";
import type { Folded } from "./settle-fold.ts";

/** An order with what was decided. */
export type Settled = { order: Folded; facts: OrderFacts; hand: HandAct | null; settlement: Settlement; book: RuleBook; evidence: Evidence };

/** What stands of the orders by now, that was made of earlier states. */
export type Standing = { balances: ByOrder<(OrderKey & Balance)[]>; decisions: ByOrder<KeptDecision[]>; told: ByOrder<KeptTold[]>; untold: ByOrder<KeptUntold[]> };

/** So long the process does nothing else while it decides: others wait for their answers. */
const SLICE_MS = 2;

/** `orders` have facts, and the rules of their shops are held (tryRulesOf): nobody changes what they are judged by until the transaction ends. `client` is one of inPipeline. */
export async function decide(client: Queryable, orders: readonly Folded[]): Promise<{ settled: Settled[]; standing: Standing }> {
  const byShop = Map.groupBy(orders, ({ state }) => state.shop);
  const asked = [...byShop].map(([shop, own]) => ({ shop, orders: own.map(({ known }) => ({ facts: known.facts!, beside: known.beside })), keysOf: codeKeysOf, asked: [] }));
  const [standing, judgings] = await Promise.all([standingOf(client, orders), loadJudgings(client, asked, true)]);
  const settled: Settled[] = [];
  let began = performance.now();
  for (const [shop, own] of byShop) {
    const { book, evidenceOf, handOf, verdictsOf } = judgings.get(shop)!;
    for (const order of own) {
      const facts = order.known.facts!;
      const hand = handOf(facts);
      const evidence = evidenceOf({ facts, beside: order.known.beside });
      settled.push({ order, facts, hand, book, evidence, settlement: settleOrder(facts, { ...order.known, frozen: order.state.frozen, hand, verdicts: verdictsOf(facts) }, book, evidence.clicks) });
      if (performance.now() - began < SLICE_MS) continue;
      await turn();
      began = performance.now();
    }
  }
  return { settled, standing };
}

/** Of an order that is new there is nothing. */
async function standingOf(client: Queryable, orders: readonly Folded[]): Promise<Standing> {
  const keys = orders.flatMap(({ isNew, state: { shop, orderId } }) => (isNew ? [] : { shop, orderId }));
  if (keys.length === 0) return { balances: byOrder([]), decisions: byOrder([]), told: byOrder([]), untold: byOrder([]) };
  const [balances, decisions, { told, untold }] = await Promise.all([balancesOf(client, keys), keptDecisions(client, keys), heldConversions(client, keys)]);
  return { balances: byOrder(balances), decisions: byOrder(decisions), told: byOrder(told), untold: byOrder(untold) };
}
