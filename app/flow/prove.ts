// The proof of an order's credit: its facts settled once more under the rules that held when it was made, and explained instead of posted.
import { hashesOf } from "../crypto.server.ts";
import { pool } from "../db.server.ts";
import { orderFacts } from "../db/order.ts";
import { loadRules } from "../db/rules.ts";
import { touchesOf } from "../db/touch.ts";
import { settleOrder } from "../domain/credit.ts";
import { explainOrder, type OrderProof } from "../domain/explain.ts";
import { orderCodes } from "../domain/match.ts";

/** The proof of one order, or null where nothing is known of it but its id. */
export async function proveOrder(shop: string, orderId: string): Promise<OrderProof | null> {
  const order = await orderFacts(shop, orderId);
  if (order === null) return null;
  const touches = await touchesOf(pool(), shop, order.facts.visitor === null ? [] : [order.facts.visitor]);
  const rules = await loadRules(pool(), shop, orderCodes(order.facts).map((code) => code.key), touches.flatMap((touch) => touch.creatorId ?? []));
  const emailHashes = new Map([...rules.emails].map(([creator, email]) => [creator, new Set(hashesOf(email))]));
  return explainOrder(order.facts, settleOrder(order.facts, { everPaid: order.everPaid, deleted: order.deleted }, { ...rules, emailHashes }, touches));
}
