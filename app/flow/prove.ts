// The proof of an order's credit: its facts settled once more under the rules that held when it was made, and explained instead of posted.
import { pool } from "../db.server.ts";
import { orderFacts } from "../db/order.ts";
import { settleOrder } from "../domain/credit.ts";
import { explainOrder, type OrderProof } from "../domain/explain.ts";
import { loadJudging } from "./judging.ts";

/** The proof of one order, or null where nothing is known of it but its id. */
export async function proveOrder(shop: string, orderId: string): Promise<OrderProof | null> {
  const order = await orderFacts(shop, orderId);
  if (order === null) return null;
  const { facts, ...known } = order;
  const { book, clicksOf, handOf } = await loadJudging(pool(), shop, [facts]);
  return explainOrder(facts, settleOrder(facts, { ...known, hand: handOf(facts) }, book, clicksOf(facts)));
}
