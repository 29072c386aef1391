// The proof of an order's credit: its facts settled once more under the rules that held when it was made, and explained instead of posted;
// and all that is kept of the order beside it.
import { pool } from "../db.server.ts";
import { orderFacts } from "../db/order.ts";
import { appliedWhatIfs, creatorNames, deliveriesOfOrder, entriesOfOrder, exchangesOfOrder, partnerNames, programNames, readOrderHead, toldOfOrder } from "../db/reads/order.ts";
import { entriesByHand } from "../db/reads/hand.ts";
import { settleOrder } from "../domain/credit.ts";
import { explainOrder, type OrderProof } from "../domain/explain.ts";
import type { OrderPage } from "../domain/orders-page.ts";
import { readRefusal } from "../domain/verdict.ts";
import { earningsOfOrder } from "./earnings.ts";
import { loadJudging } from "./judging.ts";

/** The proof of one order, or null where nothing is known of it but its id. */
export async function proveOrder(shop: string, orderId: string): Promise<OrderProof | null> {
  const order = await orderFacts(shop, orderId);
  if (order === null) return null;
  const { facts, ...state } = order;
  const { book, evidenceOf, handOf, verdictsOf } = await loadJudging(pool(), shop, [order]);
  const hand = handOf(facts);
  const evidence = evidenceOf(order);
  const touches = evidence.clicks;
  const settlement = settleOrder(facts, { ...state, hand, verdicts: verdictsOf(facts) }, book, touches);
  const [creators, programs, appliedAt, partners] = await Promise.all([
    creatorNames(shop, [...touches, ...settlement.candidates].flatMap((one) => one.creatorId ?? [])),
    programNames(shop),
    appliedWhatIfs(shop, book.overrides.map((one) => one.id)),
    partnerNames(shop, settlement.candidates.flatMap(({ network }) => refusedFor(network?.verdict?.reason ?? null))),
  ]);
  return explainOrder({ facts, deleted: state.deleted, beside: state.beside, hand, settlement, book, evidence, removedAt: state.redactedAt }, { creators, programs, appliedAt, partners });
}

/** The network's id of whom it credited instead, where a refusal says so. */
function refusedFor(reason: string | null): string[] {
  const { partnerId } = readRefusal(reason);
  return partnerId === null ? [] : [partnerId];
}

/** All that is kept of an order: for its page, for print, and as data. Null where the shop has none of this id. */
export async function openOrder(shop: string, orderId: string): Promise<OrderPage | null> {
  const order = await readOrderHead(shop, orderId);
  if (!order) return null;
  const [proof, entries, byHand, told, deliveries] = await Promise.all([proveOrder(shop, orderId), entriesOfOrder(shop, orderId), entriesByHand(shop, orderId), toldOfOrder(shop, orderId), deliveriesOfOrder(shop, orderId)]);
  const [exchanges, earnings] = await Promise.all([exchangesOfOrder(shop, orderId, told.map((row) => row.n)), earningsOfOrder(shop, orderId)]);
  return { order, proof, entries, byHand, told, earnings, exchanges, deliveries };
}
