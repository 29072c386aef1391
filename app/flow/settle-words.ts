// What settling changed, as words for the platform's workflows: noted in its transaction, so that they stand or fall with the entries of the ledger.
import { namesForFlow, type NamesAsked } from "../db/flow-word.ts";
import type { Queryable } from "../db.server.ts";
import type { Credit } from "../domain/credit.ts";
import { creditChanges, creditWord, isNews, type FlowWord } from "../domain/flow-words.ts";
import type { Balance } from "../domain/ledger.ts";

/** An order as it was settled: the balances before, and what is credited now. `isFirst`: it was never settled before. */
export type SettledCredit = { shop: string; orderId: string; createdAt: string; currency: string; cause: string; isFirst: boolean; balances: readonly Balance[]; credits: readonly Credit[] };

/** The words that are due for what settling changed. */
export async function creditWords(client: Queryable, settled: readonly SettledCredit[], at: Date): Promise<FlowWord[]> {
  const changes = settled.flatMap((order) => {
    const settling = { createdMs: Date.parse(order.createdAt), atMs: at.getTime(), isFirst: order.isFirst, cause: order.cause };
    return creditChanges(order.balances, order.credits).filter(({ kind }) => isNews(kind, settling)).map((change) => ({ order, change, name: `${order.shop} ${change.codeId} ${change.creatorId} ${change.programId}` }));
  });
  if (changes.length === 0) return [];
  const asked = new Map(changes.map(({ name, order: { shop }, change: { codeId, creatorId, programId } }): [string, NamesAsked] => [name, { shop, codeId, creatorId, programId }]));
  const names = await namesForFlow(client, [...asked.values()], at);
  const known = new Map([...asked.keys()].map((name, place) => [name, names[place] ?? null]));
  return changes.flatMap(({ order, change, name }) => {
    const own = known.get(name) ?? null;
    return own === null ? [] : [creditWord(order.shop, change, { id: order.orderId, currency: order.currency, cause: order.cause }, own)];
  });
}
