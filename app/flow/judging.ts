// What orders are judged by: the rules with their history, and the clicks of their visitors. Settling, proving and verifying load it the same way.
import { hashesOf } from "../crypto.server.ts";
import type { Queryable } from "../db.server.ts";
import { loadRules } from "../db/rules.ts";
import { touchesOf } from "../db/touch.ts";
import { orderCodes } from "../domain/match.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { RuleBook, Touch } from "../domain/rule-book.ts";

export type Judging = {
  /** The codes that can stand on any of the orders, and all that belongs to them. */
  book: RuleBook;
  /** The clicks of an order's visitor, as they were noted. */
  clicksOf: (facts: OrderFacts) => Touch[];
};

/** Loads what these orders of a shop are judged by. `keysOf` gives the keys of the codes on an order. */
export async function loadJudging(client: Queryable, shop: string, orders: readonly OrderFacts[], keysOf: (facts: OrderFacts) => string[] = codeKeysOf): Promise<Judging> {
  const touches = await touchesOf(client, shop, [...new Set(orders.flatMap((facts) => facts.visitor ?? []))]);
  const { emails, ...rules } = await loadRules(client, shop, [...new Set(orders.flatMap(keysOf))], touches.flatMap((touch) => touch.creatorId ?? []));
  const byVisitor = Map.groupBy(touches, (touch) => touch.visitor);
  return {
    book: { ...rules, emailHashes: new Map([...emails].map(([creator, email]) => [creator, new Set(hashesOf(email))])) },
    clicksOf: (facts) => (facts.visitor === null ? [] : (byVisitor.get(facts.visitor) ?? [])),
  };
}

export function codeKeysOf(facts: OrderFacts): string[] {
  return orderCodes(facts).map((code) => code.key);
}
