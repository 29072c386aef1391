// Fetch: asks the store for orders that a delivery named but did not carry, and notes the answer in the inbox like any delivery.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../clock.ts";
import { keyedHash } from "../crypto.server.ts";
import { inTransaction } from "../db.server.ts";
import { noteDelivery } from "../db/delivery.ts";
import { isPassing } from "../db/fault.ts";
import { claimFetches, endFetch, hasFacts, type DueFetch } from "../db/order.ts";
import { log } from "../log.server.ts";
import { metrics } from "../metrics.server.ts";
import { adminFor } from "../shopify/admin.ts";
import { isStopping } from "../stopping.server.ts";
import { fetchOrder, MOST_WAITED_MS, type FetchedOrder } from "../shopify/orders.ts";
import { startLoop, type Loop } from "./loop.ts";

const AT_ONCE = 20;
/** Of one shop: a store that answers slowly, or not at all, holds up no other's orders. */
const AT_ONCE_OF_SHOP = 4;
/** So long new ones are begun while others are under way, before the loop has its turn again. */
const TURN_MS = 10_000;
const REST_MS = 100;
/** Whoever claims an order and dies leaves it to the next one after this time. */
const LEASE_MS = 60_000 + MOST_WAITED_MS;
const LONGEST_WAIT_MS = 3_600_000;

/** Starts the loop that asks the store for orders. */
export function startFetching(): Loop {
  return startLoop({ name: "fetch", everyMs: REST_MS, work: () => fetchFor(TURN_MS) });
}

/** Asks for the orders that are due now, as many as are asked for at once; returns how many. */
export function fetchOnce(): Promise<number> {
  return fetchFor(0);
}

/** Asks for what is due, and for `ms` also for what becomes due while answers are waited for. */
async function fetchFor(ms: number): Promise<number> {
  const untilMs = performance.now() + ms;
  const underWay = new Map<Promise<void>, string>();
  const faults: unknown[] = [];
  let asked = 0;
  do {
    const due = await claim([...underWay.values()]);
    for (const fetch of due) {
      const one: Promise<void> = answer(fetch).catch((fault: unknown) => void faults.push(fault)).finally(() => underWay.delete(one));
      underWay.set(one, fetch.shop);
    }
    asked += due.length;
    // Where something was due there may be more, of others than those who now have their share.
    if (due.length === 0 && underWay.size > 0) await Promise.race([...underWay.keys(), sleep(REST_MS)]);
  } while (underWay.size > 0 && faults.length === 0 && performance.now() < untilMs && !isStopping());
  await Promise.all(underWay.keys());
  if (faults.length > 0) throw faults[0];
  return asked;
}

/** What is due beside those of `shops` (one for each that is asked) that are under way. */
async function claim(shops: readonly string[]): Promise<DueFetch[]> {
  const at = now();
  const full = [...Map.groupBy(shops, (shop) => shop)].flatMap(([shop, own]) => (own.length >= AT_ONCE_OF_SHOP ? shop : []));
  return shops.length >= AT_ONCE ? [] : claimFetches(at, new Date(at.getTime() + LEASE_MS), { most: AT_ONCE - shops.length, ofShop: AT_ONCE_OF_SHOP, without: full });
}

async function answer(fetch: DueFetch): Promise<void> {
  const answered = await ask(fetch);
  await finish(fetch, answered);
  const result = answered.ok ? (answered.facts === null ? "not_found" : "found") : answered.fault.kind;
  metrics.fetched.inc({ result });
  log.info({ stage: "fetched", shop: fetch.shop, order: fetch.orderId, webhookId: nameOf(fetch), result }, "an order was asked for");
}

/** The store's answer. One that the reader did not foresee makes this order unreadable, and holds up no other. */
async function ask(fetch: DueFetch): Promise<FetchedOrder> {
  try {
    return await fetchOrder(adminFor(fetch.shop), fetch.orderId, keyedHash);
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    return { ok: false, fault: { kind: "undecipherable", reason: `the store's answer cannot be read: ${(fault as Error).message}` } };
  }
}

/** Under this name the answer is a delivery. */
function nameOf({ orderId, lease }: DueFetch): string {
  return `fetch:${orderId}:${lease.getTime()}`;
}

/** Notes the answer and ends the claim in one transaction: an answer is never noted twice, nor lost. */
async function finish(fetch: DueFetch, answer: FetchedOrder): Promise<void> {
  const at = now();
  if (!answer.ok && answer.fault.kind !== "undecipherable" && answer.fault.kind !== "graphql") {
    await inTransaction((client) => endFetch(client, fetch, new Date(at.getTime() + waitMs(fetch, answer)), answer.fault.kind));
    return;
  }
  const { facts, beside } = answer.ok ? answer : { facts: null, beside: null };
  const reason = answer.ok ? null : refusal(answer.fault);
  // An order that waited for the answer is settled with what is known of it, where the store shows it no more.
  const unfound = facts === null && reason === null;
  await inTransaction(async (client) => {
    if (!unfound || (await hasFacts(client, fetch))) {
      await noteDelivery(
        {
          shop: fetch.shop,
          webhookId: nameOf(fetch),
          topic: unfound ? "unfound" : "fetch",
          eventId: null,
          triggeredNs: null,
          receivedAt: at,
          orderId: fetch.orderId,
          facts,
          beside,
          bodyHash: createHash("sha256").update(JSON.stringify([facts, beside])).digest("hex"),
          state: reason === null ? "new" : "unreadable",
          reason,
        },
        client,
      );
    }
    await endFetch(client, fetch, null, unfound ? "not_found" : null);
  });
}

/** What makes an order unreadable for now, in words for the merchant's log; a text of the store is cut. */
function refusal(fault: (FetchedOrder & { ok: false })["fault"]): string {
  const words = fault.kind === "undecipherable" ? fault.reason : fault.kind === "graphql" ? `the store refused the question: ${fault.errors[0]?.message ?? ""}` : fault.kind;
  return words.replaceAll("\0", "").slice(0, 500);
}

function waitMs(fetch: DueFetch, answer: FetchedOrder & { ok: false }): number {
  if (answer.fault.kind === "throttled") return answer.fault.waitMs;
  if (answer.fault.kind === "moving") return 1_000;
  return Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(fetch.tries, 12));
}
