// Writes what a batch came to: states, decisions, entries of the ledger, daily sums, and what the networks are to hold. Only what is another than it was.
import type { Queryable } from "../db.server.ts";
import { wantOwners } from "../db/click-owner.ts";
import { dropUntold, setTargets, writeFresh, type FreshConversion, type KeptUntold, type NewTarget } from "../db/conversion-target.ts";
import { dropDecisions, writeDecisions, type KeptDecision } from "../db/decision.ts";
import { finishDeliveries } from "../db/delivery.ts";
import { noteOrderClicks } from "../db/evidence.ts";
import { addFlowWords } from "../db/flow-word.ts";
import { appendEntries, type NewEntry } from "../db/ledger.ts";
import { insertOrders, saveOrders, type OrderKey, type OrderState, type SettledOrder } from "../db/order.ts";
import { noteSums, type NewSumChange } from "../db/sum-change.ts";
import { ownersWanted } from "../domain/click-owner.ts";
import { isReported, rollUpOf, type Clicked, type Decision } from "../domain/credit.ts";
import { ownIds } from "../domain/evidence.ts";
import type { FlowWord } from "../domain/flow-words.ts";
import { postings, type Balance, type Posting } from "../domain/ledger.ts";
import { FIRST_PARAMETER, type ClickId } from "../domain/origin.ts";
import { buyerOf, networkOrderId, planConversions, reverseReasonOf, wantedConversions, type ConversionPlan, type ReverseReason, type ToldConversion } from "../domain/report.ts";
import { membershipAt, programRuleAt } from "../domain/rule-book.ts";
import { sumChanges } from "../domain/sums.ts";
import type { Settled, Standing } from "./settle-decide.ts";
import type { Done, Folded } from "./settle-fold.ts";
import type { SettledCredit } from "./settle-words.ts";

/** A new conversion waits this long: orders/create, paid and updated come within seconds, and the network is told once. */
const HOLD_MS = 15_000;

/** With this begins the name of a delivery that asks for an order to be settled under other rules for the past. */
const WHAT_IF = "what-if:";

/** The rows that a batch writes. */
export type Rows = {
  fresh: SettledOrder[];
  known: SettledOrder[];
  stale: OrderKey[];
  decisions: KeptDecision[];
  entries: NewEntry[];
  sums: NewSumChange[];
  targets: NewTarget[];
  replaced: KeptUntold[];
  conversions: FreshConversion[];
  clicks: (OrderKey & ClickId)[];
  owners: { shop: string; clicks: ReturnType<typeof ownersWanted> }[];
  words: FlowWord[];
  done: Done[];
};

/** `unsettled`: orders that are only known by name, or that nothing new was said of: their decisions stand. */
export function rowsOf(settled: readonly Settled[], unsettled: readonly Folded[], standing: Standing, words: FlowWord[], done: Done[], at: Date): Rows {
  const rows: Rows = { fresh: [], known: [], stale: [], decisions: [], entries: [], sums: [], targets: [], replaced: [], conversions: [], clicks: [], owners: [], words, done };
  for (const one of settled) {
    const key = keyOf(one);
    (one.order.isNew ? rows.fresh : rows.known).push(savedOf(one));
    addDecisions(rows, one, standing.decisions.get(key) ?? []);
    const balances = standing.balances.get(key) ?? [];
    const posted = postings(balances, one.settlement.credits, one.order.cause?.webhookId.startsWith(WHAT_IF) ?? false);
    for (const posting of posted) rows.entries.push(entryOf(one, posting));
    for (const change of sumChanges(balances, posted)) rows.sums.push({ ...key, orderAt: one.facts.createdAt, ...change });
    addConversions(rows, one, standing.told.get(key) ?? [], standing.untold.get(key) ?? [], at);
    for (const click of clicksOf(one)) rows.clicks.push({ ...key, ...click });
  }
  for (const order of unsettled) if (order.isChanged) (order.isNew ? rows.fresh : rows.known).push(untouchedOf(order));
  for (const [shop, own] of Map.groupBy(settled, ({ order }) => order.state.shop)) {
    const clicks = own.flatMap(({ settlement, evidence, facts }) => ownersWanted(settlement, evidence.clicks, Date.parse(facts.createdAt)));
    if (clicks.length > 0) rows.owners.push({ shop, clicks });
  }
  return rows;
}

/** Starts all statements without waiting for any; they are to be waited for together. `client` is one of inPipeline. */
export function startWriting(client: Queryable, rows: Rows, at: Date): Promise<unknown>[] {
  const started: Promise<unknown>[] = [];
  const start = (statement: Promise<unknown>) => {
    statement.catch(() => {}); // it is thrown where all are waited for
    started.push(statement);
  };
  start(insertOrders(client, rows.fresh, at));
  start(saveOrders(client, rows.known, at));
  start(dropDecisions(client, rows.stale));
  start(writeDecisions(client, rows.decisions));
  start(appendEntries(client, rows.entries, at));
  start(noteSums(client, rows.sums, at));
  start(setTargets(client, rows.targets, at));
  start(dropUntold(client, rows.replaced));
  start(writeFresh(client, rows.conversions, at, new Date(at.getTime() + HOLD_MS)));
  start(addFlowWords(client, rows.words, at));
  start(noteOrderClicks(client, rows.clicks));
  for (const { shop, clicks } of rows.owners) start(wantOwners(client, shop, clicks, at, true));
  start(finishDeliveries(client, rows.done, at));
  return started;
}

/** What the words for workflows are made of. */
export function creditOf(one: Settled, standing: Standing): SettledCredit {
  const { order, facts, settlement } = one;
  return { ...keyOf(one), createdAt: facts.createdAt, currency: facts.currency, cause: order.cause?.webhookId ?? "", isFirst: order.state.outcome === null, balances: standing.balances.get(keyOf(one)) ?? [], credits: settlement.credits };
}

function keyOf({ order: { state } }: Pick<Settled, "order">): OrderKey {
  return { shop: state.shop, orderId: state.orderId };
}

function addDecisions(rows: Rows, one: Settled, kept: readonly KeptDecision[]): void {
  const key = keyOf(one);
  const decisions = one.settlement.decisions.map((decision): KeptDecision => ({ ...key, ...decision, clicked: clickedOf(one, decision) }));
  if (kept.length === decisions.length && decisions.every((decision) => kept.some((other) => isSame(decision, other)))) return;
  if (kept.length > 0) rows.stale.push(key);
  rows.decisions.push(...decisions);
}

function isSame(a: KeptDecision, b: KeptDecision): boolean {
  return a.codeId === b.codeId && a.outcome === b.outcome && a.reason === b.reason && a.creatorId === b.creatorId && a.programId === b.programId && a.place === b.place && a.clicked === b.clicked;
}

function clickedOf({ settlement, evidence }: Settled, { codeId }: Decision): Clicked | "none" | null {
  const own = settlement.candidates.find(({ match }) => match.code.id === codeId);
  return own === undefined ? null : (own.clicked ?? (evidence.source === null ? null : "none"));
}

function entryOf(one: Settled, posting: Posting): NewEntry {
  const { order, facts, book, settlement } = one;
  return {
    ...keyOf(one),
    ...posting,
    amount: posting.amount.toString(),
    currency: facts.currency,
    cause: order.cause?.webhookId ?? "",
    causeHash: order.cause?.hash ?? null,
    updatedNs: order.known.updatedNs?.toString() ?? null,
    triggeredNs: order.known.triggeredNs?.toString() ?? null,
    // A person's decision is named also where another delivery brought the entry: it may have been settled first.
    rules: { shop: settlement.shopRule, program: programRuleAt(book, posting.programId, Date.parse(facts.createdAt)), hand: one.hand?.id ?? null },
  };
}

function addConversions(rows: Rows, one: Settled, told: readonly ToldConversion[], untold: readonly KeptUntold[], at: Date): void {
  const { settlement, book, facts } = one;
  const isTold = (programId: string) => isReported(programRuleAt(book, programId, Date.parse(facts.createdAt)), book, programId);
  const plan = planConversions(told, untold, wantedConversions(settlement.told, settlement.bases), (wanted) => isTold(wanted.programId));
  for (const set of plan.set) rows.targets.push({ ...keyOf(one), ...set, reason: set.items.length > 0 ? null : reasonOf(one, told.find((row) => row.n === set.n)!) });
  const wanted = plan.fresh.map((fresh) => conversionOf(one, fresh, untold));
  const stays = (kept: KeptUntold) => wanted.some((fresh) => isAsKept(fresh, kept, at));
  rows.replaced.push(...untold.filter((kept) => !stays(kept)));
  rows.conversions.push(...wanted.filter((fresh) => !untold.some((kept) => isAsKept(fresh, kept, at))));
}

/** It is what is wanted already, and due in time. */
function isAsKept(fresh: FreshConversion, kept: KeptUntold, at: Date): boolean {
  if (fresh.n !== kept.n || !kept.isWaiting || kept.nextAt === null || kept.nextAt.getTime() > at.getTime() + HOLD_MS) return false;
  const parts = ["networkOrderId", "programId", "codeId", "creatorId", "partnerId", "toldCode", "clickId", "clickParameter", "currency", "awaiting"] as const;
  return parts.every((part) => fresh[part] === kept[part]) && Date.parse(fresh.eventAt) === kept.eventAt.getTime() && contentOf(fresh.target) === contentOf(kept.target) && contentOf(fresh.buyer) === contentOf(kept.buyer);
}

/** As text, whatever order the keys came in: the database keeps them in its own. */
function contentOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));
}

function conversionOf(one: Settled, fresh: ConversionPlan["fresh"][number], untold: readonly KeptUntold[]): FreshConversion {
  const { facts, book, order } = one;
  const atMs = Date.parse(facts.createdAt);
  const form = programRuleAt(book, fresh.programId, atMs).orderIdForm;
  // The buyer's data was removed since: the click that it is yet to be told by is known from the conversion alone.
  const { clickId, clickParameter } = (order.state.frozen !== null && untold.find((kept) => kept.codeId === fresh.codeId && kept.creatorId === fresh.creatorId)) || fresh;
  return {
    ...keyOf(one),
    n: fresh.n,
    networkOrderId: networkOrderId(form === "name" && facts.name !== "" ? facts.name : facts.id, fresh.n),
    programId: fresh.programId,
    codeId: fresh.codeId,
    creatorId: fresh.creatorId,
    partnerId: membershipAt(book, fresh.creatorId, fresh.programId, atMs)?.partnerId ?? null,
    toldCode: fresh.told,
    clickId,
    clickParameter,
    currency: facts.currency,
    eventAt: facts.createdAt,
    target: fresh.items,
    awaiting: fresh.awaiting,
    buyer: buyerOf(order.known.beside),
  };
}

/** Why nothing is left of a conversion that the network was told of. */
function reasonOf({ order, facts, settlement }: Settled, { codeId, creatorId }: ToldConversion): ReverseReason {
  const own = settlement.decisions.find((decision) => decision.codeId === codeId) ?? null;
  return reverseReasonOf({ facts, deleted: order.known.deleted, own, creatorId, others: settlement.credits.map((credit) => credit.creatorId) });
}

/** Which click ids the order hangs on: what becomes known of one has it settled again, and the networks are asked whose those are that matter. */
function clicksOf({ facts, order, evidence }: Settled): ClickId[] {
  return [...ownIds({ facts, beside: order.known.beside }), ...evidence.clicks.flatMap(({ clickId, parameter }) => (clickId === null ? [] : { parameter: parameter ?? FIRST_PARAMETER, value: clickId }))];
}

function savedOf({ order, facts, settlement, evidence }: Settled): SettledOrder {
  const { outcome, reason, credited } = rollUpOf(settlement);
  return { ...stateOf(order), name: facts.name, outcome, reason, credited: credited.toString(), evidence: evidence.source };
}

function untouchedOf(order: Folded): SettledOrder {
  const { outcome, reason, credited } = order.state;
  return { ...stateOf(order), name: order.known.facts?.name ?? "", outcome, reason, credited };
}

function stateOf({ state, known, cause, copyOf, factsFrom, besideFrom }: Folded): OrderState & Pick<SettledOrder, "copyOf" | "factsFrom" | "besideFrom"> {
  return { ...state, facts: known.facts, beside: known.beside, updatedNs: known.updatedNs, triggeredNs: known.triggeredNs, everPaid: known.everPaid, cause: cause?.webhookId ?? state.cause, causeHash: cause?.hash ?? state.causeHash, copyOf, factsFrom, besideFrom };
}
