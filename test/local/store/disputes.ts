// Disputes: a buyer's bank asks for the money of an order back. The order itself stays as it is.
import { now } from "#app/clock.ts";
import { amountOf } from "./amounts.ts";
import { zonedInstant } from "./instants.ts";
import { Refused, type Store } from "./store.ts";
import { received } from "./totals.ts";
import type { Dispute, DisputeChange, DisputeInput, DisputeStatus, Order } from "./types.ts";

const DAY_MS = 86_400_000;
const DAYS_FOR_EVIDENCE = 10;
const FINAL: ReadonlySet<DisputeStatus> = new Set(["charge_refunded", "accepted", "won", "lost", "prevented"]);

export function openDispute(store: Store, order: Order, { type = "chargeback", reason = "fraudulent", networkReasonCode = "4837", amount }: DisputeInput): Dispute {
  const paid = received(store, order);
  if (paid === 0n) throw new Refused("nothing of the order was paid that could be disputed");
  const at = now();
  const zoned = (ms: number) => zonedInstant(new Date(ms), store.shop.timezone);
  const body: Dispute = {
    id: store.nextId("Dispute"), order_id: order.id, type, amount: amount ?? amountOf(paid, order.currency), currency: order.currency, reason, network_reason_code: networkReasonCode,
    status: "needs_response", evidence_due_by: zoned(at.getTime() + DAYS_FOR_EVIDENCE * DAY_MS), evidence_sent_on: null, finalized_on: null, initiated_at: zoned(at.getTime()),
  };
  return store.setDispute(body, ["disputes/create"]);
}

export function changeDispute(store: Store, id: string, { type, status }: DisputeChange): Dispute {
  const known = store.state.disputes.find(({ body }) => String(body.id) === String(id))?.body;
  if (known === undefined) throw new Refused(`there is no dispute ${id}`);
  if (FINAL.has(known.status)) throw new Refused(`the dispute is over: ${known.status}`);
  const at = zonedInstant(now(), store.shop.timezone);
  const body: Dispute = {
    ...known,
    type: type ?? known.type,
    status: status ?? known.status,
    evidence_sent_on: status === "under_review" ? at : known.evidence_sent_on,
    finalized_on: status !== undefined && FINAL.has(status) ? at : null,
  };
  return store.setDispute(body, ["disputes/update"]);
}
