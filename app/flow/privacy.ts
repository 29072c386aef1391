// The privacy topics: a person's data as a file, and the removal of what leads to a person or a shop. What was asked is noted with the delivery and done by
// a loop, each request as a whole or not at all (that of a shop piece by piece); balances stay.
import { customerHashes, hashesOf } from "../crypto.server.ts";
import { now } from "../clock.ts";
import { inTransaction, type Queryable } from "../db.server.ts";
import { noteDelivery, type NewDelivery } from "../db/delivery.ts";
import { letStandStill } from "../db/limits.ts";
import { addLog } from "../db/log.ts";
import { lockOrders, type OrderState } from "../db/order.ts";
import { holdRules } from "../db/rules-lock.ts";
import { clicksOfVisitors, countPrivacyTry, dropOldFiles, endPrivacyRequest, insertPrivacyRequest, isUnderWay, listPrivacyRequests, ordersOfPerson, ordersOfVisitors, privacyFile, removePerson, removeShop, stripOrders, takePrivacyRequest, visitorsOfPerson, type Person, type PrivacyRequest } from "../db/privacy.ts";
import { findShop } from "../db/shop.ts";
import { settleOrder, type Frozen } from "../domain/credit.ts";
import { parseJson } from "../domain/json.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { PrivacyLine } from "../domain/privacy-page.ts";
import { freeze, PRIVACY_DAYS, readPrivacyBody, strip } from "../domain/redact.ts";
import { log } from "../log.server.ts";
import { after } from "./again.ts";
import { loadJudging } from "./judging.ts";
import { startLoop, type Loop } from "./loop.ts";
import { openOrder } from "./prove.ts";

const EVERY_MS = 5_000;
/** A shop with millions of orders is removed in one turn. */
const MOST_TURN_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;
/** What is under way is waited for so long: the store may never answer. */
const WAIT_MS = DAY_MS;
const MOST_SHOWN = 100;
const KINDS: Record<string, PrivacyLine["kind"]> = { "customers/data_request": "data", "customers/redact": "person", "shop/redact": "shop" };
/** Orders that are judged at once. */
const PAGE = 200;

/** Notes a delivery of a privacy topic, and what it asks for; both or none. Of the body nothing is kept but order ids and keyed hashes. */
export async function notePrivacyWord(delivery: NewDelivery, body: Buffer | null): Promise<void> {
  const { shop, topic, receivedAt } = delivery;
  const named = topic === "shop/redact" ? null : readPrivacyBody(read(body));
  if (topic !== "shop/redact" && named === null) {
    await noteDelivery({ ...delivery, state: "unreadable", reason: "the body names no customer and no order" });
    return;
  }
  const person = named && { customer: named.customerId === null ? [] : customerHashes(named.customerId), emails: named.emails.flatMap((email) => hashesOf(email)) };
  await inTransaction(async (client) => {
    await noteDelivery(delivery, client);
    await insertPrivacyRequest(client, { shop, id: delivery.webhookId, topic, person, orders: named?.orders ?? null, receivedAt, dueAt: after(receivedAt, PRIVACY_DAYS * DAY_MS) });
  });
}

function read(body: Buffer | null): unknown {
  try {
    return body === null ? null : parseJson(body.toString("utf8"));
  } catch {
    return null;
  }
}

export function startPrivacy(): Loop {
  return startLoop({ name: "privacy", everyMs: EVERY_MS, mostTurnMs: MOST_TURN_MS, work: async () => (await answerPrivacyOnce()) + Number((await dropOldFiles(now())) > 0) });
}

/** Answers the request that waits longest; returns how many were answered. One that fails, or is too early, is tried again after the others. */
export async function answerPrivacyOnce(): Promise<number> {
  let at: Pick<PrivacyRequest, "shop" | "id"> | null = null;
  try {
    const answered = await inTransaction(async (client) => {
      const request = await takePrivacyRequest(client);
      if (request === null) return null;
      at = request;
      await letStandStill(client);
      return answer(client, request);
    });
    if (answered === false) await countPrivacyTry(at!);
    return Number(answered === true);
  } catch (fault) {
    if (at === null) throw fault;
    await countPrivacyTry(at);
    log.error({ ...(at as object), fault: fault instanceof Error ? fault.message : String(fault) }, "a privacy request could not be answered and is tried again");
    return 0;
  }
}

/** false: it is too early, as orders of the person are not settled yet. */
async function answer(client: Queryable, request: PrivacyRequest): Promise<boolean> {
  const at = now();
  const { shop, topic } = request;
  if (topic === "shop/redact") {
    // Who installed the app again meanwhile is a customer, and keeps what is his.
    const isHere = (await findShop(shop))?.uninstalledAt === null;
    const removed = isHere ? {} : await removeShop(shop, at);
    await endPrivacyRequest(client, request, at, isHere ? { installed: 1 } : removed, null);
    return true;
  }
  const person: Person = request.person ?? { customer: [], emails: [] };
  const orders = await ordersOfPerson(client, shop, person, request.orders ?? []);
  if (at.getTime() < request.receivedAt.getTime() + WAIT_MS && (await isUnderWay(client, shop, person, orders))) return false;
  if (topic === "customers/data_request") {
    const visitors = await ownVisitors(client, shop, person, orders);
    const data = await dataOf(client, shop, request, orders, visitors, at);
    const bytes = Buffer.from(JSON.stringify(data, null, 2));
    await endPrivacyRequest(client, request, at, { orders: data.orders.length, browsers: visitors.length }, { bytes, until: after(at, PRIVACY_DAYS * DAY_MS) });
  } else {
    const result = await redact(client, shop, person, orders, at);
    await endPrivacyRequest(client, request, at, result, null);
  }
  await addLog(client, shop, at, { who: "store", what: topic === "customers/redact" ? "privacy.removed" : "privacy.collected", detail: { orders: orders.length } });
  return true;
}

/** A person's browsers, without those that orders of others name too: which of their clicks were his, nobody knows. */
async function ownVisitors(client: Queryable, shop: string, person: Person, orders: readonly string[]): Promise<string[]> {
  const visitors = await visitorsOfPerson(client, shop, person, orders);
  const of = new Set(orders);
  const shared = new Set((await ordersOfVisitors(client, shop, visitors)).flatMap((order) => (of.has(order.orderId) ? [] : order.visitors)));
  return visitors.filter((visitor) => !shared.has(visitor));
}

/**
 * Takes out of a person's orders what leads to him; what had been decided from it stays decided. His browsers go with their clicks: what leads to a browser leads to
 * him. So orders of others that name one, or are judged by its clicks, are treated alike, or they would lose their credit.
 */
async function redact(client: Queryable, shop: string, person: Person, orders: readonly string[], at: Date): Promise<Record<string, number>> {
  const visitors = await visitorsOfPerson(client, shop, person, orders);
  await holdRules(client, shop);
  const own = new Set(orders);
  const every = [...new Set([...orders, ...(await ordersOfVisitors(client, shop, visitors)).map(({ orderId }) => orderId)])].sort();
  const stripped: string[] = [];
  let known = 0;
  for (let from = 0; from < every.length; from += PAGE) {
    const states = await lockOrders(client, every.slice(from, from + PAGE).map((orderId) => ({ shop, orderId })));
    const judged = await judgedNow(client, shop, states);
    const going = states.filter(({ orderId, facts }) => own.has(orderId) || visitors.includes(facts?.visitor ?? "") || judged.get(orderId)?.visitors.some((visitor) => visitors.includes(visitor)));
    await stripOrders(client, shop, going.map(({ orderId, facts }) => ({ orderId, facts: facts && strip(facts), frozen: judged.get(orderId)?.frozen ?? {} })), at);
    stripped.push(...going.map(({ orderId }) => orderId));
    // One that nobody knew is only marked, should it come yet.
    known += going.filter(({ facts, outcome }) => facts !== null || outcome !== null).length;
  }
  return { orders: known, ...(await removePerson(client, shop, person, stripped, visitors)) };
}

/** What the orders' codes are judged by now, as far as it comes from what is about to go; `visitors`: the browsers whose clicks speak. */
async function judgedNow(client: Queryable, shop: string, states: readonly OrderState[]): Promise<Map<string, { frozen: Frozen; visitors: string[] }>> {
  const known = states.filter((state): state is OrderState & { facts: OrderFacts } => state.facts !== null);
  const { book, evidenceOf, handOf, verdictsOf } = await loadJudging(client, shop, known);
  return new Map(
    known.map(({ orderId, facts, beside, everPaid, deletedAt }) => {
      const { clicks, visitors } = evidenceOf({ facts, beside });
      const settlement = settleOrder(facts, { beside, everPaid, deleted: deletedAt !== null, hand: handOf(facts), verdicts: verdictsOf(facts) }, book, clicks);
      return [orderId, { frozen: freeze(settlement), visitors: clicks.length > 0 ? visitors : [] }];
    }),
  );
}

/** All that is kept of a person: the orders as they are kept here, what was credited for them, what networks were told, and the clicks of the browsers. */
async function dataOf(client: Queryable, shop: string, request: PrivacyRequest, orders: readonly string[], visitors: readonly string[], at: Date): Promise<{ orders: unknown[] } & Record<string, unknown>> {
  const pages = [];
  for (const orderId of orders) {
    const page = await openOrder(shop, orderId);
    if (page === null) continue;
    const { order, entries, told } = page;
    pages.push({
      order: { id: order.orderId, name: order.name, facts: order.facts },
      credited: entries.map(({ creator, code, kind, amount, currency, at: when }) => ({ creator, code, kind, amount, currency, at: when })),
      told: told.map(({ network, program, networkOrderId, toldCode, sent, currency }) => ({ network, program, networkOrderId, code: toldCode, items: sent, currency })),
    });
  }
  return {
    about: "All that this app keeps of one customer of the shop. The customer's e-mail address and id are kept as keyed hashes only; names, addresses and phone numbers are not kept. Amounts are in the smallest unit of their currency: 2474 EUR is 24.74 euros.",
    shop,
    askedAt: request.receivedAt.toISOString(),
    madeAt: at.toISOString(),
    orders: pages,
    browsers: visitors,
    clicks: await clicksOfVisitors(client, shop, visitors),
  };
}

/** The newest requests, for the shop's page. */
export async function readPrivacyPage(shop: string): Promise<PrivacyLine[]> {
  const rows = await listPrivacyRequests(shop, MOST_SHOWN);
  return rows.map(({ id, topic, state, receivedAt, dueAt, doneAt, result, fileUntil, hasFile }) => ({
    id, kind: KINDS[topic] ?? "data", state, receivedAt: receivedAt.toISOString(), dueAt: dueAt.toISOString(), doneAt: doneAt?.toISOString() ?? null, orders: result?.orders ?? null, kept: result?.installed === 1, fileUntil: hasFile ? (fileUntil?.toISOString() ?? null) : null,
  }));
}

/** The file of a request for a customer's data, with its name; null where there is none, or no more. */
export async function readPrivacyFile(shop: string, id: string): Promise<{ name: string; bytes: Buffer } | null> {
  const bytes = await privacyFile(shop, id, now());
  return bytes && { name: "customer-data.json", bytes };
}
