// One step of the plan, done in the local store by its own acts.
import { now } from "#app/clock.ts";
import type { CheckoutResult, Dispute, Order } from "#test/local/store/types.ts";
import type { Step } from "./plan.ts";

/** What was done so far, by the numbers of the plan: the orders as they were placed, and the ids of their disputes. */
export type Done = { orders: Map<number, Order>; disputes: Map<number, string> };
/** One act in the local store (its control actions); throws where the store refuses. */
export type Act = <T>(action: string, input: Record<string, unknown>) => Promise<T>;

/** What happens to orders in the store. What browsers tell, and what a person decides, the app hears itself (beside.ts). */
export type StoreStep = Exclude<Step, { kind: "click" | "tie" | "exclude" | "act" }>;

export function isOfStore(step: Step): step is StoreStep {
  return step.kind !== "click" && step.kind !== "tie" && step.kind !== "exclude" && step.kind !== "act";
}

export async function doStep(step: StoreStep, { orders, disputes }: Done, act: Act): Promise<void> {
  if (step.kind === "checkout") {
    const made = await act<CheckoutResult>("checkout", step.input);
    if (!made.ok) throw new Error(`an order was refused: ${made.reason}`);
    orders.set(step.ref, made.order);
    return;
  }
  const order = orders.get(step.ref)!;
  const named = { order: String(order.id) };
  switch (step.kind) {
    case "pay":
      if (!order.cancelled_at) await act("pay", named);
      return;
    case "refund_line": {
      const line = order.line_items[0]!;
      await act("refund", { ...named, lines: [{ lineId: String(line.id), quantity: Math.min(step.pieces, line.quantity), restock: true }] });
      return;
    }
    case "refund_amount":
      await act("refund", { ...named, amount: step.amount, note: "a scratch in the glaze" });
      return;
    case "refund_shipping":
      await act("refund", { ...named, shipping: true });
      return;
    case "edit": {
      const line = order.line_items.at(-1)!;
      await act("edit", step.add === null ? { ...named, remove: [{ lineId: String(line.id), quantity: 1 }] } : { ...named, add: [{ variantId: step.add, quantity: 1 }] });
      return;
    }
    case "cancel":
      order.cancelled_at = now().toISOString();
      await act("cancel", { ...named, reason: step.reason, refund: true, restock: true });
      return;
    case "dispute":
      disputes.set(step.ref, String((await act<Dispute>("dispute", named)).id));
      return;
    case "dispute_change":
      await act("change-dispute", { dispute: disputes.get(step.ref)!, status: step.status });
  }
}
