// What a person does with a reconciliation: has one made, stops it, lets it go on, and has mended what it found. Each repair is one that the app has anyway: the store
// is asked for an order as it is for any hint, and an order that the store has no more is settled as the store's own word would have it.
import { createHash, randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { keyedHash } from "../crypto.server.ts";
import { inTransaction, pool } from "../db.server.ts";
import { noteDelivery } from "../db/delivery.ts";
import { addLog } from "../db/log.ts";
import { orderFacts } from "../db/order.ts";
import { findOpenRun, insertRun, resumeRun, stateOfRun, stopRun } from "../db/reconcile.ts";
import { askForDifferences, findDifference } from "../db/reconcile-difference.ts";
import { findShop } from "../db/shop.ts";
import type { FieldError } from "../domain/problem.ts";
import { FETCHED, type Cause } from "../domain/reconcile.ts";
import { readPeriod } from "../domain/what-if-form.ts";
import { adminFor } from "../shopify/admin.ts";
import { showsAllOrders } from "../shopify/listed-orders.ts";
import { fetchOrder } from "../shopify/orders.ts";
import type { Failed } from "./connected.ts";
import { SHOWN_DAYS } from "./reconcile.ts";
import { storeProblem } from "./store-faults.ts";

/** Orders that one repair has fetched at most; who has more repairs again. */
const MOST_ASKED = 10_000;
const DAY_MS = 86_400_000;

/** Days as "2026-06-30" in the shop's time zone, both included. */
export type Period = { fromDate: string; toDate: string };

/** Keeps a reconciliation to be done; one of the same period that is under way is that one. */
export async function planReconciliation(shop: string, period: Period, readNetworks: boolean, who: string): Promise<{ ok: true; id: string } | Failed> {
  const at = now();
  const errors: FieldError[] = [];
  const read = readPeriod(period, (await findShop(shop))?.timezone || "UTC", at, errors);
  if (read === null || errors.length > 0) return { ok: false, errors };
  const open = await findOpenRun(shop, read.fromAt, read.toAt);
  if (open !== null) return { ok: true, id: open };
  const id = randomUUID();
  await insertRun({ shop, id, ...read, readNetworks }, who, at);
  return { ok: true, id };
}

/** Stops it after the page at hand. */
export async function haltReconciliation(shop: string, id: string): Promise<{ ok: true } | Failed> {
  return done(shop, id, await stopRun({ shop, id }));
}

/** Goes on where it was stopped, or where it failed. */
export async function continueReconciliation(shop: string, id: string): Promise<{ ok: true } | Failed> {
  return done(shop, id, await resumeRun({ shop, id }));
}

async function done(shop: string, id: string, did: boolean): Promise<{ ok: true } | Failed> {
  return did ? { ok: true } : refused((await stateOfRun({ shop, id })) === null ? "reconcile.not_found" : "reconcile.other_state");
}

/** Asks the store for the orders of a cause (null: of all that are mended so), or of one difference. Returns how many were not asked for already. */
export async function fetchDifferences(shop: string, id: string, cause: string | null, differenceId: string | null): Promise<{ ok: true; orders: number } | Failed> {
  const causes = FETCHED.filter((one) => cause === null || one === cause);
  if ((await stateOfRun({ shop, id })) === null || causes.length === 0) return refused("reconcile.not_found");
  return { ok: true, orders: await askForDifferences(pool(), { shop, id }, causes, differenceId, now(), MOST_ASKED) };
}

/**
 * An order that the store does not list any more is taken for deleted, as a delivery of orders/delete would have it: its credit is taken back, for good. Only where the
 * store, asked for the order itself, has none, and would show it: one that turns up is fetched instead.
 */
export async function takeAsDeleted(shop: string, id: string, differenceId: string, who: string): Promise<{ ok: true; deleted: boolean } | Failed> {
  const gone = await findDifference(pool(), { shop, id }, differenceId);
  if (gone === null || gone.cause !== ("gone_in_store" satisfies Cause)) return refused("reconcile.not_found");
  const known = await orderFacts(shop, gone.orderId);
  if (known === null) return refused("reconcile.not_found");
  if (known.deleted) return { ok: true, deleted: true };
  const admin = adminFor(shop, "person");
  const all = await showsAllOrders(admin);
  if (!all.ok) return failed(storeProblem(all.fault));
  if (!all.data && Date.parse(known.facts.createdAt) < now().getTime() - SHOWN_DAYS * DAY_MS) return refused("reconcile.beyond_reach");
  const answer = await fetchOrder(admin, gone.orderId, keyedHash);
  if (!answer.ok) return answer.fault.kind === "moving" || answer.fault.kind === "undecipherable" ? refused("reconcile.still_there") : failed(storeProblem(answer.fault));
  const at = now();
  if (answer.facts !== null) {
    await askForDifferences(pool(), { shop, id }, ["gone_in_store"], differenceId, at, 1);
    return { ok: true, deleted: false };
  }
  await inTransaction(async (client) => {
    const noted = await noteDelivery(
      {
        shop, webhookId: `reconcile:${gone.orderId}`, topic: "orders/delete", eventId: null, triggeredNs: null, receivedAt: at, orderId: gone.orderId, facts: null, beside: null,
        bodyHash: createHash("sha256").update(JSON.stringify({ id: gone.orderId })).digest("hex"), state: "new", reason: null,
      },
      client,
    );
    if (noted) await addLog(client, shop, at, { who, what: "reconcile.deleted", detail: { orderId: gone.orderId, order: gone.orderName } });
  });
  return { ok: true, deleted: true };
}

function refused(key: string): Failed {
  return { ok: false, errors: [{ field: "id", key }] };
}

function failed({ key, values }: ReturnType<typeof storeProblem>): Failed {
  return { ok: false, errors: [{ field: "id", key, values }] };
}
