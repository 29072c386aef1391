// What settling changed, as words for the platform's workflows: noted in its transaction, so that they stand or fall with the entries of the ledger.
import { addFlowWords, namesForFlow } from "../db/flow-word.ts";
import type { Queryable } from "../db.server.ts";
import type { Credit } from "../domain/credit.ts";
import { creditChanges, creditWord, isNews } from "../domain/flow-words.ts";
import type { Balance } from "../domain/ledger.ts";

/** An order as it was settled: the balances before, and what is credited now. `isFirst`: it was never settled before. */
export type SettledCredit = { shop: string; orderId: string; createdAt: string; currency: string; cause: string; isFirst: boolean; balances: readonly Balance[]; credits: readonly Credit[] };

export async function noteCreditWords(client: Queryable, settled: readonly SettledCredit[], at: Date): Promise<void> {
  const changes = settled.flatMap((order) => {
    const settling = { createdMs: Date.parse(order.createdAt), atMs: at.getTime(), isFirst: order.isFirst, cause: order.cause };
    return creditChanges(order.balances, order.credits).filter(({ kind }) => isNews(kind, settling)).map((change) => ({ order, change }));
  });
  if (changes.length === 0) return;
  const names = await namesForFlow(client, changes.map(({ order: { shop }, change: { codeId, creatorId, programId } }) => ({ shop, codeId, creatorId, programId })), at);
  await addFlowWords(client, changes.flatMap(({ order, change }, place) => {
    const known = names[place] ?? null;
    return known === null ? [] : [creditWord(order.shop, change, { id: order.orderId, currency: order.currency, cause: order.cause }, known)];
  }), at);
}
