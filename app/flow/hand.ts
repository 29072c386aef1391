// By hand: a person credits, corrects or excludes an order against the rules, or lets the rules decide again. Each act is kept with its reason;
// the order is settled with it at once, and so are all its later states.
import { now } from "../clock.ts";
import { creatorNames, addHandAct, type NewAct } from "../db/hand.ts";
import { addLog } from "../db/log.ts";
import { lockOrders, orderFacts, type KeptFacts } from "../db/order.ts";
import { codesToCredit, entriesByHand, handLines, isHandWaiting } from "../db/reads/hand.ts";
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { isChargedBack } from "../domain/beside.ts";
import { creditTotal, settleOrder, type Credit, type Reason, type Settlement } from "../domain/credit.ts";
import type { HandAct } from "../domain/hand.ts";
import { LONGEST_REASON, type HandAnswer, type HandChange, type HandFields, type HandPreview, type HandView } from "../domain/hand-page.ts";
import { exponentOf, formatAmount, sum } from "../domain/money.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { FieldError } from "../domain/problem.ts";
import { heldAt, programRuleAt, type CreatorCode } from "../domain/rule-book.ts";
import { amountProblem, readTypedAmount, type TypedAmount } from "../domain/typed-amount.ts";
import { cleanText } from "../domain/typed-text.ts";
import type { Failed } from "./connected.ts";
import { loadJudging, type Judging } from "./judging.ts";

type ActName = NewAct["act"];

/** An order as it stands, and how it would be settled under another decision. */
type Standing = { facts: OrderFacts; judging: Judging; held: HandAct | null; settle: (hand: HandAct | null) => Settlement };

type Planned = { ok: true; act: NewAct; preview: HandPreview; creator: string | null; code: string | null };

/**
 * Answers the form of an order's page. A decision that changes amounts is first shown with them; it is kept once the same changes come back as
 * agreed to (`seen`). Null: the shop knows nothing of the order but its id, or not even that.
 */
export async function answerHand(shop: string, who: string, orderId: string, fields: HandFields): Promise<HandAnswer | null> {
  // The lock makes a row where there is none, so an order is known before it is locked.
  if ((await orderFacts(shop, orderId)) === null) return null;
  return inTransaction(async (client) => {
    const [order] = await lockOrders(client, [{ shop, orderId }]);
    const standing = await standingOf(client, shop, { ...order!, facts: order!.facts!, deleted: order!.deletedAt !== null }, fields.codeId);
    const planned = await plan(client, shop, standing, { ...fields, reason: cleanText(fields.reason) }, who);
    if (!planned.ok) return { preview: null, done: null, errors: planned.errors };
    const { act, preview } = planned;
    if (isHeld(act, standing.held)) return { preview: null, done: act.act, errors: [] };
    if (preview.seen !== fields.seen) return { preview, done: null, errors: fields.seen === "" ? [] : [{ field: "act", key: "hand.changed" }] };
    await keep(client, shop, standing.facts, planned);
    return { preview: null, done: act.act, errors: [] };
  });
}

/** What a person decided about an order so far, and what the rules alone would say; null where no facts of it are known. */
export async function readHand(shop: string, orderId: string): Promise<HandView | null> {
  // Asked before all else: where nothing is on its way any more, whatever is read from here on is from after it.
  const settling = await isHandWaiting(shop, orderId);
  const order = await orderFacts(shop, orderId);
  if (order === null) return null;
  const { facts, judging, settle, held } = await standingOf(pool(), shop, order, "");
  const rules = settle(null);
  // A program that keeps its credit in a lost dispute leaves the choice of its codes.
  const reverses = [...judging.book.programs.keys()].every((id) => programRuleAt(judging.book, id, Date.parse(facts.createdAt)).chargebacks === "reverse");
  const current = held === null ? rules : settle(held);
  const [lines, entries, named] = await Promise.all([
    handLines(shop, orderId),
    entriesByHand(shop, orderId),
    codesToCredit(shop, orderId, "", [...rules.told, ...current.told].map((credit) => credit.codeId)),
  ]);
  const names = await creatorNames(pool(), shop, rules.told.map((credit) => credit.creatorId));
  const codeOf = new Map(rules.candidates.map(({ match }) => [match.code.id, match.told]));
  const [first] = rules.decisions;
  const said = (credit: Credit) => ({ codeId: credit.codeId, code: codeOf.get(credit.codeId) ?? "", creator: names.get(credit.creatorId) ?? "", amount: creditTotal(credit).toString() });
  return {
    currency: facts.currency,
    lines,
    entries,
    holds: held !== null,
    settling,
    left: sum(rules.bases.map((entry) => entry.left)).toString(),
    closed: facts.test ? "test_order" : facts.cancelledAt !== null || order.deleted ? "cancelled" : isChargedBack(order.beside) && reverses ? "charged_back" : null,
    rules: {
      credited: rules.credits.map(said),
      awaiting: rules.told.filter((credit) => !rules.credits.includes(credit)).map(said),
      reason: rules.told.length > 0 ? null : first!.reason,
      codeId: first!.codeId,
    },
    credited: named.find((code) => code.id === (current.credits[0] ?? current.told[0])?.codeId) ?? null,
  };
}

async function standingOf(client: Queryable, shop: string, order: KeptFacts, codeId: string): Promise<Standing> {
  const { facts, ...known } = order;
  const judging = await loadJudging(client, shop, [order], { asked: codeId === "" ? [] : [cleanText(codeId)] });
  const touches = judging.evidenceOf(order).clicks;
  return { facts, judging, held: judging.handOf(facts), settle: (hand) => settleOrder(facts, { ...known, hand, verdicts: judging.verdictsOf(facts) }, judging.book, touches) };
}

/** Reads the form against the order: the act, and what it would change; or what is wrong, at its field. */
async function plan(client: Queryable, shop: string, standing: Standing, fields: HandFields, who: string): Promise<Planned | Failed> {
  const { facts, judging, held } = standing;
  const before = standing.settle(held);
  const errors: FieldError[] = [];
  if (fields.reason === "") errors.push({ field: "reason", key: "hand.reason_missing" });
  if (fields.reason.length > LONGEST_REASON) errors.push({ field: "reason", key: "hand.reason_long", values: { limit: LONGEST_REASON } });
  if (!isAct(fields.act)) return { ok: false, errors: [...errors, { field: "act", key: "hand.act_unknown" }] };
  if (fields.act === "withdraw" && held === null) errors.push({ field: "act", key: "hand.nothing_held" });
  const choosing = fields.act === "credit" || fields.act === "correct";
  const code = choosing ? readCode(fields.codeId, facts, judging, errors) : null;
  const amount = fields.act === "correct" ? readCorrection(fields.amount, facts, before, errors) : null;
  if (errors.length > 0) return { ok: false, errors };

  const act: NewAct = { orderId: facts.id, who, act: fields.act, codeId: code?.id ?? null, amount, reason: fields.reason };
  const after = standing.settle(handOf(act));
  const reason = code && (after.candidates.find((one) => one.match.code.id === code.id)?.reason ?? null);
  const closed = reason !== null && CLOSED[reason];
  if (closed) return { ok: false, errors: [{ field: "act", key: closed }] };
  const changes = await changesOf(client, shop, before, after);
  const creatorId = code && heldAt(code.terms, Date.parse(facts.createdAt))!.creatorId;
  return {
    ok: true,
    act,
    preview: { currency: facts.currency, changes, notPaid: reason === "not_paid", seen: JSON.stringify([act.act, act.codeId, changes.map((one) => [one.codeId, one.creator, one.before, one.after])]) },
    code: code?.code ?? null,
    creator: creatorId && ((await creatorNames(client, shop, [creatorId])).get(creatorId) ?? null),
  };
}

function isAct(act: string): act is ActName {
  return act === "credit" || act === "correct" || act === "exclude" || act === "withdraw";
}

/** What no person's choice gets past. */
const CLOSED: Partial<Record<Reason, string>> = { test_order: "hand.test_order", cancelled: "hand.cancelled", charged_back: "hand.charged_back" };

/** A creator's own exact code, also a retired one. A pattern or a code for everybody does not say whom to credit. */
function readCode(codeId: string, facts: OrderFacts, judging: Judging, errors: FieldError[]): CreatorCode | null {
  const code = judging.book.codes.find((each) => each.id === codeId) ?? null;
  const wrong =
    codeId === "" ? "hand.code_missing"
    : code === null ? "hand.code_unknown"
    : code.match !== "exact" ? "hand.code_pattern"
    : (heldAt(code.terms, Date.parse(facts.createdAt))?.creatorId ?? null) === null ? "hand.code_for_all"
    : null;
  if (wrong === null) return code;
  errors.push({ field: "codeId", key: wrong });
  return null;
}

/** Above zero, and at most what is left of all lines: nobody is credited with more than the buyer paid for. */
function readCorrection(text: string, facts: OrderFacts, { bases }: Settlement, errors: FieldError[]): bigint | null {
  const { currency } = facts;
  const left = sum(bases.map((entry) => entry.left));
  const read = readTypedAmount(text, currency);
  if (read.ok && read.minor <= left) return read.minor;
  errors.push({ field: "amount", ...wrongAmount(read, left, text, currency) });
  return null;
}

function wrongAmount(read: TypedAmount, left: bigint, text: string, currency: string): Omit<FieldError, "field"> {
  if (left === 0n) return { key: "hand.nothing_left" };
  if (read.ok) return { key: "hand.amount_above", values: { left: `${formatAmount(left, currency)} ${currency}` } };
  const { name, values } = amountProblem(read, text, currency);
  return { key: `hand.${name}`, ...(values ? { values } : {}) };
}

/** The act as if it were kept. */
function handOf({ act, codeId, amount, who, reason }: NewAct): HandAct | null {
  const own = { id: "", who, atMs: 0, reason };
  if (act === "withdraw") return null;
  return act === "exclude" ? { ...own, act } : { ...own, act, codeId: codeId!, amount };
}

/** The very same decision holds already: a double click, or two tabs. */
function isHeld(act: NewAct, held: HandAct | null): boolean {
  if (held === null || act.act !== held.act || act.reason !== held.reason || act.who !== held.who) return false;
  return held.act === "exclude" || (held.codeId === act.codeId && held.amount === act.amount);
}

/** Every code whose credit is another afterwards. Amounts are minor units. */
async function changesOf(client: Queryable, shop: string, before: Settlement, after: Settlement): Promise<HandChange[]> {
  const rows = new Map<string, { codeId: string; creatorId: string; before: bigint; after: bigint }>();
  for (const [side, { credits }] of [["before", before], ["after", after]] as const) {
    for (const credit of credits) {
      const key = `${credit.codeId} ${credit.creatorId}`;
      const row = rows.get(key) ?? { codeId: credit.codeId, creatorId: credit.creatorId, before: 0n, after: 0n };
      row[side] += creditTotal(credit);
      rows.set(key, row);
    }
  }
  const changed = [...rows.values()].filter((row) => row.before !== row.after);
  const names = await creatorNames(client, shop, changed.map((row) => row.creatorId));
  const codes = new Map([...before.candidates, ...after.candidates].map(({ match }) => [match.code.id, match.told]));
  return changed.map((row) => ({ codeId: row.codeId, code: codes.get(row.codeId) ?? "", creator: names.get(row.creatorId) ?? "", before: row.before.toString(), after: row.after.toString() }));
}

async function keep(client: Queryable, shop: string, facts: OrderFacts, { act, code, creator }: Planned): Promise<void> {
  const at = now();
  await addHandAct(client, shop, act, at);
  const amount = act.amount === null ? null : `${formatAmount(act.amount, facts.currency)} ${facts.currency}`;
  await addLog(client, shop, at, { who: act.who, what: `hand.${act.act}`, detail: { orderId: facts.id, order: facts.name, code, creator, amount, reason: act.reason } });
}
