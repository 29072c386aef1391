// What the deliveries of a batch make of their orders, before anything is decided.
import type { TakenDelivery } from "../db/delivery.ts";
import type { KeptFrom, OrderKey, OrderState } from "../db/order.ts";
import { ByOrder } from "../db/order-key.ts";
import { applyWord, type KnownOrder } from "../domain/order-state.ts";
import { stripWord } from "../domain/redact.ts";

/** An order with what its deliveries said. `isNew`: it has no row yet. `isChanged`: there is something to write, should it not be settled. `answered`: the store was asked, and has answered. */
export type Folded = {
  state: OrderState;
  known: KnownOrder;
  isNew: boolean;
  isChanged: boolean;
  settle: boolean;
  answered: boolean;
  cause: { webhookId: string; hash: string } | null;
  copyOf: string | null;
  factsFrom: KeptFrom;
  besideFrom: KeptFrom;
};

/** What became of a delivery. */
export type Done = { shop: string; webhookId: string; reason: string | null };

/** Applies each delivery to its order, and notes what became of it. `states`: those of the orders that are known; the others are new. */
export function fold(deliveries: readonly TakenDelivery[], states: readonly OrderState[], at: Date, done: Done[]): Folded[] {
  const orders = new ByOrder<Folded | "closed">();
  for (const state of states) orders.set(state, state.closed ? "closed" : folded(state, false));
  for (const { shop, orderId } of deliveries) {
    if (orderId !== null && orders.get({ shop, orderId }) === undefined) orders.set({ shop, orderId }, folded(unknown({ shop, orderId }), true));
  }
  for (const delivery of deliveries) {
    if (delivery.orderId === null) continue;
    const order = orders.get({ shop: delivery.shop, orderId: delivery.orderId })!;
    done.push({ shop: delivery.shop, webhookId: delivery.webhookId, reason: order === "closed" ? "none" : apply(order, delivery, at) });
  }
  return [...orders.values()].filter((order) => order !== "closed");
}

function folded(state: OrderState, isNew: boolean): Folded {
  const known = { facts: state.facts, beside: state.beside, updatedNs: state.updatedNs, triggeredNs: state.triggeredNs, everPaid: state.everPaid, deleted: state.deletedAt !== null };
  return { state, known, isNew, isChanged: isNew, settle: false, answered: false, cause: null, copyOf: null, factsFrom: "kept", besideFrom: "kept" };
}

function unknown(key: OrderKey): OrderState {
  return {
    ...key, facts: null, beside: null, updatedNs: null, triggeredNs: null, everPaid: false, deletedAt: null, fetchAt: null, fetchWhy: null, cause: null, causeHash: null,
    outcome: null, reason: null, credited: "0", evidence: null, frozen: null, closed: false,
  };
}

/** Returns what became of the delivery. */
function apply(order: Folded, delivery: TakenDelivery, at: Date): string {
  // What comes of a forgotten buyer is forgotten at once.
  const word = order.state.frozen === null ? delivery : stripWord(delivery);
  const change = applyWord(order.known, word);
  const { facts, beside } = change.known;
  note(order, delivery, { facts: facts !== order.known.facts, beside: beside !== order.known.beside }, change.known);
  order.isChanged ||= change.effect !== "none" || change.ask !== null || facts !== order.known.facts || facts === null;
  order.known = change.known;
  // The store's answer is what an order may wait for; where it is to be asked anew, that was not the last one.
  if (isAnswer(delivery.topic)) order.answered = order.state.fetchAt === null;
  else if (change.effect === "newest") order.answered = false;
  if (change.effect !== "none" || order.answered) {
    order.settle = true;
    order.cause = { webhookId: delivery.webhookId, hash: delivery.bodyHash };
  }
  if (change.effect === "deleted") order.state.deletedAt = at;
  if (change.ask !== null) {
    order.state.fetchAt = at;
    order.state.fetchWhy = change.ask;
  }
  return change.ask !== null && change.effect === "none" ? "asked" : change.effect;
}

/** Where what changed now is to be copied from: from one delivery alone, the latest whose own words, as they came, became the order's. */
function note(order: Folded, delivery: TakenDelivery, changed: { facts: boolean; beside: boolean }, { facts, beside }: KnownOrder): void {
  const isCopied = (changed.facts && facts === delivery.facts) || (changed.beside && beside === delivery.beside);
  if (isCopied && order.copyOf !== delivery.webhookId) {
    if (order.factsFrom === "delivery") order.factsFrom = "told";
    if (order.besideFrom === "delivery") order.besideFrom = "told";
    order.copyOf = delivery.webhookId;
  }
  if (changed.facts) order.factsFrom = facts === delivery.facts ? "delivery" : "told";
  if (changed.beside) order.besideFrom = beside === delivery.beside ? "delivery" : "told";
}

/** What the fetch notes: the order as the store has it, or that the store shows it no more. */
function isAnswer(topic: string): boolean {
  return topic === "fetch" || topic === "unfound";
}
