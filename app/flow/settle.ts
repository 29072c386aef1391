// Settle: takes noted deliveries in batches, brings each order to its newest state, decides, and writes decisions, ledger and outbox
// in one transaction. What a crash undoes is done again; the same order is never settled twice at once.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { replaceFresh, setTargets, toldConversions, type FreshConversion } from "../db/conversion-target.ts";
import { wantOwners } from "../db/click-owner.ts";
import { replaceDecisions } from "../db/decision.ts";
import { finishDeliveries, markUninstalled, setAside, takeDeliveries, takeDelivery, takeUpAgain, type TakenDelivery } from "../db/delivery.ts";
import { noteOrderClicks } from "../db/evidence.ts";
import { isPassing } from "../db/fault.ts";
import { appendEntries, balancesOf, type NewEntry } from "../db/ledger.ts";
import { lockOrders, saveOrders, type OrderKey, type OrderState, type SettledOrder } from "../db/order.ts";
import { holdRules } from "../db/rules-lock.ts";
import { noteSums } from "../db/sum-change.ts";
import { forgetStorefront, tryStorefrontSoon } from "../db/storefront.ts";
import type { Queryable } from "../db.server.ts";
import { isReported, rollUpOf, settleOrder, type Clicked, type Decision, type Settlement } from "../domain/credit.ts";
import { ownersWanted } from "../domain/click-owner.ts";
import { ownIds, type Evidence } from "../domain/evidence.ts";
import { postings } from "../domain/ledger.ts";
import type { HandAct } from "../domain/hand.ts";
import type { OrderFacts } from "../domain/order.ts";
import { FIRST_PARAMETER, type ClickId } from "../domain/origin.ts";
import { applyWord, type KnownOrder } from "../domain/order-state.ts";
import { stripWord } from "../domain/redact.ts";
import { sumChanges } from "../domain/sums.ts";
import { buyerOf, networkOrderId, planConversions, reverseReasonOf, wantedConversions, type ReverseReason, type ToldConversion } from "../domain/report.ts";
import { membershipAt, programRuleAt, type RuleBook } from "../domain/rule-book.ts";
import { log } from "../log.server.ts";
import { loadJudging } from "./judging.ts";
import { startLoop, type Loop } from "./loop.ts";
import { settleMembersLeft } from "./members.ts";
import { noteCreditWords, type SettledCredit } from "./settle-words.ts";

const BATCH = 100;
const REST_MS = 50;
/** A new conversion waits this long: orders/create, paid and updated come within seconds, and the network is told once. */
const HOLD_MS = 15_000;

/** With this begins the name of a delivery that asks for an order to be settled under other rules for the past. */
const WHAT_IF = "what-if:";

type Folded = { state: OrderState; known: KnownOrder; settle: boolean; answered: boolean; cause: { webhookId: string; hash: string } | null };
type Done = { shop: string; webhookId: string; reason: string | null };
type Settled = { order: Folded; facts: OrderFacts; hand: HandAct | null; settlement: Settlement; book: RuleBook; evidence: Evidence };

/** Starts the loop that settles what was noted. What an earlier process could not settle is tried once more: this version may know how. */
export function startSettling(): Loop {
  let begun = false;
  async function work(): Promise<number> {
    if (!begun) {
      await takeUpAgain();
      await settleMembersLeft();
    }
    begun = true;
    return settleOnce();
  }
  return startLoop({ name: "settle", everyMs: REST_MS, work });
}

/** Settles one batch; returns how many deliveries it took. A delivery that cannot be settled is set aside with its reason, and holds up no other. */
export async function settleOnce(): Promise<number> {
  let taken: TakenDelivery[] = [];
  try {
    await inTransaction(async (client) => {
      taken = await takeDeliveries(client, BATCH);
      await settleTaken(client, taken);
    });
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    for (const delivery of taken) await settleAlone(delivery);
  }
  return taken.length;
}

async function settleAlone({ shop, webhookId }: TakenDelivery): Promise<void> {
  try {
    await inTransaction(async (client) => settleTaken(client, await takeDelivery(client, shop, webhookId)));
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    const reason = fault instanceof Error ? fault.message : String(fault);
    await setAside(shop, webhookId, reason, now());
    log.error({ shop, webhookId, fault: reason }, "a delivery could not be settled and is set aside");
  }
}

async function settleTaken(client: Queryable, deliveries: readonly TakenDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const at = now();
  const done: Done[] = [];
  const folded = fold(deliveries, await lockOrders(client, keysOf(deliveries)), at, done);
  for (const delivery of deliveries) {
    if (delivery.orderId !== null) continue;
    if (delivery.topic === "app/uninstalled") {
      await markUninstalled(client, delivery.shop, at);
      await forgetStorefront(client, delivery.shop, at);
    }
    if (delivery.topic === "app/scopes_update") await tryStorefrontSoon(client, delivery.shop, at);
    done.push({ shop: delivery.shop, webhookId: delivery.webhookId, reason: "noted" });
  }
  const decided = await decide(client, folded.filter((order) => order.settle && order.known.facts !== null));
  const settled = decided.filter((one) => !isToWait(one));
  for (const { order } of decided.filter(isToWait)) {
    // Due anew, also where a fetch is under way: the store may have been asked before it knew this state.
    order.state.fetchAt = at;
    order.state.fetchWhy = "beside";
  }
  const unsettled = folded.filter((order) => !settled.some((one) => one.order === order));
  await write(client, settled, unsettled, at);
  await finishDeliveries(client, done, at);
}

function keysOf(deliveries: readonly TakenDelivery[]): OrderKey[] {
  const keys = new Map<string, OrderKey>();
  for (const { shop, orderId } of deliveries) if (orderId !== null) keys.set(`${shop} ${orderId}`, { shop, orderId });
  return [...keys.values()].sort((a, b) => (a.shop === b.shop ? (a.orderId < b.orderId ? -1 : 1) : a.shop < b.shop ? -1 : 1));
}

/** Applies each delivery to its order, and notes what became of it. */
function fold(deliveries: readonly TakenDelivery[], states: readonly OrderState[], at: Date, done: Done[]): Folded[] {
  const orders = new Map<string, Folded>();
  for (const state of states) {
    if (state.closed) continue;
    const known = { facts: state.facts, beside: state.beside, updatedNs: state.updatedNs, triggeredNs: state.triggeredNs, everPaid: state.everPaid, deleted: state.deletedAt !== null };
    orders.set(`${state.shop} ${state.orderId}`, { state, known, settle: false, answered: false, cause: null });
  }
  for (const delivery of deliveries) {
    if (delivery.orderId === null) continue;
    const order = orders.get(`${delivery.shop} ${delivery.orderId}`);
    if (order === undefined) {
      done.push({ shop: delivery.shop, webhookId: delivery.webhookId, reason: "none" });
      continue;
    }
    // What comes of a forgotten buyer is forgotten at once.
    const change = applyWord(order.known, order.state.frozen === null ? delivery : stripWord(delivery));
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
    done.push({ shop: delivery.shop, webhookId: delivery.webhookId, reason: change.ask !== null && change.effect === "none" ? "asked" : change.effect });
  }
  return [...orders.values()];
}

/** What the fetch notes: the order as the store has it, or that the store shows it no more. */
function isAnswer(topic: string): boolean {
  return topic === "fetch" || topic === "unfound";
}

/** Decides for each order, shop by shop, under the rules that held when it was made. */
async function decide(client: Queryable, orders: readonly Folded[]): Promise<Settled[]> {
  const settled: Settled[] = [];
  for (const [shop, own] of Map.groupBy(orders, (order) => order.state.shop)) {
    await holdRules(client, shop);
    const judged = own.map(({ known }) => ({ facts: known.facts!, beside: known.beside }));
    const { book, evidenceOf, handOf, verdictsOf } = await loadJudging(client, shop, judged, { hold: true });
    for (const order of own) {
      const one = order.known.facts!;
      const hand = handOf(one);
      const evidence = evidenceOf({ facts: one, beside: order.known.beside });
      settled.push({ order, facts: one, hand, book, evidence, settlement: settleOrder(one, { ...order.known, frozen: order.state.frozen, hand, verdicts: verdictsOf(one) }, book, evidence.clicks) });
    }
  }
  return settled;
}

async function write(client: Queryable, settled: readonly Settled[], unsettled: readonly Folded[], at: Date): Promise<void> {
  const keys = settled.map(({ order }) => ({ shop: order.state.shop, orderId: order.state.orderId }));
  if (keys.length > 0) {
    await replaceDecisions(client, keys, settled.flatMap((one) => one.settlement.decisions.map((decision) => ({ ...keyOf(one), ...decision, clicked: clickedOf(one, decision) }))));
    const balances = await balancesOf(client, keys);
    await appendEntries(client, settled.flatMap((one) => entriesOf(one, balances.filter((row) => isOf(row, one)))), at);
    await noteSums(client, settled.flatMap((one) => {
      const before = balances.filter((row) => isOf(row, one));
      return sumChanges(before, postingsOf(one, before)).map((change) => ({ ...keyOf(one), orderAt: one.facts.createdAt, ...change }));
    }), at);
    await noteCreditWords(client, settled.map((one) => settledCreditOf(one, balances.filter((row) => isOf(row, one)))), at);
    const told = await toldConversions(client, keys);
    const plans = settled.map((one) => ({ one, plan: planConversions(told.filter((row) => isOf(row, one)), wantedConversions(one.settlement.told, one.settlement.bases), (wanted) => isTold(one, wanted.programId)) }));
    await setTargets(client, plans.flatMap(({ one, plan }) => plan.set.map((set) => ({ ...keyOf(one), ...set, reason: set.items.length > 0 ? null : reasonOf(one, told.find((row) => isOf(row, one) && row.n === set.n)!) }))), at);
    await replaceFresh(client, keys, plans.flatMap(({ one, plan }) => plan.fresh.map((fresh) => conversionOf(one, fresh))), at, new Date(at.getTime() + HOLD_MS));
  }
  await noteClicks(client, settled, at);
  await saveOrders(client, [...settled.map(savedOf), ...unsettled.map(untouchedOf)], at);
}

/** Which click ids the orders hang on: what becomes known of one has them settled again, and the networks are asked whose those are that matter. */
async function noteClicks(client: Queryable, settled: readonly Settled[], at: Date): Promise<void> {
  const idsOf = ({ facts, order, evidence }: Settled): ClickId[] => [...ownIds({ facts, beside: order.known.beside }), ...evidence.clicks.flatMap(({ clickId, parameter }) => (clickId === null ? [] : { parameter: parameter ?? FIRST_PARAMETER, value: clickId }))];
  await noteOrderClicks(client, settled.flatMap((one) => idsOf(one).map((click) => ({ ...keyOf(one), ...click }))));
  for (const [shop, own] of Map.groupBy(settled, ({ order }) => order.state.shop)) {
    await wantOwners(client, shop, own.flatMap(({ settlement, evidence, facts }) => ownersWanted(settlement, evidence.clicks, Date.parse(facts.createdAt))), at, true);
  }
}

function clickedOf({ settlement, evidence }: Settled, { codeId }: Decision): Clicked | "none" | null {
  const own = settlement.candidates.find(({ match }) => match.code.id === codeId);
  return own === undefined ? null : (own.clicked ?? (evidence.source === null ? null : "none"));
}

function keyOf(one: Settled): OrderKey {
  return { shop: one.order.state.shop, orderId: one.order.state.orderId };
}

function isOf(row: OrderKey, one: Settled): boolean {
  return row.orderId === one.order.state.orderId && row.shop === one.order.state.shop;
}

function isTold({ book, facts }: Settled, programId: string): boolean {
  return isReported(programRuleAt(book, programId, Date.parse(facts.createdAt)), book, programId);
}

function postingsOf({ order, settlement }: Settled, balances: Parameters<typeof postings>[0]): ReturnType<typeof postings> {
  return postings(balances, settlement.credits, order.cause?.webhookId.startsWith(WHAT_IF) ?? false);
}

function entriesOf(one: Settled, balances: Parameters<typeof postings>[0]): NewEntry[] {
  const { order, facts, book, settlement } = one;
  const atMs = Date.parse(facts.createdAt);
  return postingsOf(one, balances).map((posting) => ({
    ...keyOf(one),
    ...posting,
    amount: posting.amount.toString(),
    currency: facts.currency,
    cause: order.cause?.webhookId ?? "",
    causeHash: order.cause?.hash ?? null,
    updatedNs: order.known.updatedNs?.toString() ?? null,
    triggeredNs: order.known.triggeredNs?.toString() ?? null,
    // A person's decision is named also where another delivery brought the entry: it may have been settled first.
    rules: { shop: settlement.shopRule, program: programRuleAt(book, posting.programId, atMs), hand: one.hand?.id ?? null },
  }));
}

function settledCreditOf(one: Settled, balances: SettledCredit["balances"]): SettledCredit {
  const { order, facts, settlement } = one;
  return { ...keyOf(one), createdAt: facts.createdAt, currency: facts.currency, cause: order.cause?.webhookId ?? "", isFirst: order.state.outcome === null, balances, credits: settlement.credits };
}

function conversionOf(one: Settled, fresh: ReturnType<typeof planConversions>["fresh"][number]): FreshConversion {
  const { facts, book } = one;
  const atMs = Date.parse(facts.createdAt);
  const form = programRuleAt(book, fresh.programId, atMs).orderIdForm;
  return {
    ...keyOf(one),
    n: fresh.n,
    networkOrderId: networkOrderId(form === "name" && facts.name !== "" ? facts.name : facts.id, fresh.n),
    programId: fresh.programId,
    codeId: fresh.codeId,
    creatorId: fresh.creatorId,
    partnerId: membershipAt(book, fresh.creatorId, fresh.programId, atMs)?.partnerId ?? null,
    toldCode: fresh.told,
    clickId: fresh.clickId,
    clickParameter: fresh.clickParameter,
    currency: facts.currency,
    eventAt: facts.createdAt,
    target: fresh.items,
    awaiting: fresh.awaiting,
    keepsClick: one.order.state.frozen !== null,
    buyer: buyerOf(one.order.known.beside),
  };
}

/** Why nothing is left of a conversion that the network was told of. */
function reasonOf({ order, facts, settlement }: Settled, { codeId, creatorId }: ToldConversion): ReverseReason {
  const own = settlement.decisions.find((decision) => decision.codeId === codeId) ?? null;
  return reverseReasonOf({ facts, deleted: order.known.deleted, own, creatorId, others: settlement.credits.map((credit) => credit.creatorId) });
}

/** An order is not credited before what only the store can tell of it is known, and taken back a second later: it waits for the answer, and stands as it stood. */
function isToWait({ order, settlement }: Settled): boolean {
  return settlement.asksStore && !order.answered && !order.known.deleted;
}

function savedOf(one: Settled): SettledOrder {
  const { order, facts, settlement, evidence } = one;
  const { outcome, reason, credited } = rollUpOf(settlement);
  return { ...stateOf(order), name: facts.name, outcome, reason, credited: credited.toString(), evidence: evidence.source };
}

/** An order that is only known by name, or that nothing new was said of: its decision stands. */
function untouchedOf(order: Folded): SettledOrder {
  return { ...stateOf(order), name: order.known.facts?.name ?? "", outcome: order.state.outcome, reason: order.state.reason, credited: order.state.credited };
}

function stateOf(order: Folded): OrderState {
  const { state, known, cause } = order;
  return { ...state, facts: known.facts, beside: known.beside, updatedNs: known.updatedNs, triggeredNs: known.triggeredNs, everPaid: known.everPaid, cause: cause?.webhookId ?? state.cause, causeHash: cause?.hash ?? state.causeHash };
}
