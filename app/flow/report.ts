// The third stage: the network is told what settling decided (rules, section 8). A conversion is created once, edited in absolute values,
// reversed when nothing is left; a request without an answer is resolved by asking. Any number of processes may run this.
import { nowMs } from "../clock.ts";
import { claimDueConversions, deferConversions, type Conversion } from "../db/conversion.ts";
import { forgetExchanges } from "../db/exchange.ts";
import { isForeignSale } from "../domain/click-parameter.ts";
import { planNext, REPORTING, type Step } from "../domain/plan-report.ts";
import { log } from "../log.server.ts";
import { isStopping } from "../stopping.server.ts";
import { startLoop, type Loop } from "./loop.ts";
import { openConnection } from "./networks.ts";
import { compare, lookForActions, poll } from "./report-ask.ts";
import { besideOf } from "./report-beside.ts";
import { hasAttribution, sendCreate, sendEdit, sendReverse } from "./report-send.ts";
import { after, alone, defer, move, newTurn, OVER, rejected, type Turn } from "./report-turn.ts";
import { noteCredited } from "./verdict.ts";

const BATCH = 400;
/** What one process has claimed at most: after a crash it waits until its time is over. */
const MOST_UNDER_WAY = 4 * BATCH;
/** New conversions of one account that are under way at once. */
const MOST_AT_ONCE = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** The log keeps what was sent, and what went wrong, for longer than an action can stay open; answered questions prove nothing and go sooner. */
const KEEP_DAYS = 800;
const KEEP_ASKED_DAYS = 30;
const MOST_FORGOTTEN = 5_000;
const EVERY_MS = 500;

/** What takes money back or brings it goes before what only asks. */
const ORDER: Step["do"][] = ["rest", "hold", "reverse", "edit", "create", "poll", "compare", "look"];

type Planned = { row: Conversion; step: Step };

/** Programs whose account has no request left for reports, and what tells until when: what waits there is not even looked at. */
const resting = new Map<string, { shop: string; programId: string; untilMs: () => number | null }>();

/**
 * Does what is due: one batch, and while a whole one was there, further ones of other accounts beside it. Returns how many conversions were looked at. shop: only
 * this one. Accounts do not wait for one another: one that is slow or silent keeps nobody else from being told, as long as there is a backlog.
 */
export async function reportOnce({ shop }: { shop?: string } = {}): Promise<number> {
  const underWay = new Map<string, UnderWay>();
  let looked = 0;
  let fault: { reason: unknown } | null = null;
  try {
    for (let hasMore = true; hasMore && fault === null; ) {
      const rows = await claim(shop ?? null, [...underWay.values()].flatMap(({ rows }) => rows));
      looked += rows.length;
      for (const [key, own] of Map.groupBy(rows, (row) => JSON.stringify([row.shop, row.connectionId]))) begin(key, own);
      hasMore = rows.length === BATCH && !isStopping();
      while (hasMore && fault === null && [...underWay.values()].reduce((sum, { rows }) => sum + rows.length, 0) > MOST_UNDER_WAY - BATCH) await Promise.race([...underWay.values()].map(({ end }) => end));
    }
  } finally {
    while (underWay.size > 0) await Promise.all([...underWay.values()].map(({ end }) => end));
  }
  if (fault !== null) throw (fault as { reason: unknown }).reason;
  return looked;

  /** An account has one turn at a time: what another program of it has follows. */
  function begin(key: string, rows: Conversion[]): void {
    const before = underWay.get(key);
    const turn: UnderWay = { rows: [...(before?.rows ?? []), ...rows], end: Promise.resolve() };
    turn.end = (before?.end ?? Promise.resolve()).then(() => reportAccount(rows)).catch((reason: unknown) => void (fault ??= { reason })).finally(() => underWay.get(key) === turn && underWay.delete(key));
    underWay.set(key, turn);
  }
}

/** The rows of an account that were claimed, and the end of its turn, which is never a rejection. */
type UnderWay = { rows: Conversion[]; end: Promise<unknown> };

/** Takes a batch of what is due, but of no program whose account rests, or is having its turn. */
async function claim(shop: string | null, underWay: readonly Conversion[]): Promise<Conversion[]> {
  const at = nowMs();
  for (const [key, { untilMs }] of resting) if (untilMs() === null) resting.delete(key);
  const without = new Map([...resting.values(), ...underWay].map((one) => [`${one.shop} ${one.programId}`, one]));
  return claimDueConversions(shop, new Date(at), new Date(at + REPORTING.leaseMs), BATCH, [...without.values()]);
}

/** Reports for as long as the process lives, and once an hour clears the log of what is old. */
export function startReporting({ shop }: { shop?: string } = {}): Loop {
  let tidyAt = nowMs();
  async function work(): Promise<number> {
    const done = await reportOnce({ shop });
    if (done > 0 || nowMs() < tidyAt) return done;
    tidyAt = nowMs() + HOUR_MS;
    return forgetExchanges(after(-KEEP_ASKED_DAYS * DAY_MS), after(-KEEP_DAYS * DAY_MS), MOST_FORGOTTEN);
  }
  return startLoop({ name: "report", everyMs: EVERY_MS, work });
}

async function reportAccount(rows: Conversion[]): Promise<void> {
  const { shop, connectionId } = rows[0]!;
  if (connectionId === null) {
    // A program without a network has no conversions: its account was taken away since.
    log.warn({ shop, conversions: rows.length }, "conversions of a program without an account wait");
    return deferConversions(rows, after(HOUR_MS));
  }
  const turn = newTurn(shop, await openConnection(shop, connectionId));
  const planned: Planned[] = [];
  for (const row of rows) await alone(row, async () => void planned.push({ row, step: planNext(facts(row), nowMs()) }));
  const looks = planned.filter(({ step }) => step.do === "look");
  const others = planned.filter(({ step }) => step.do !== "look").sort((a, b) => ORDER.indexOf(a.step.do) - ORDER.indexOf(b.step.do));
  if (turn.haltedUntil === null) turn.beside = await besideOf(shop, others.flatMap(({ row, step }) => (step.do === "create" ? row : [])));
  for (const [isNew, some] of byTurns(others)) await (isNew ? takeSideBySide(turn, some) : takeEach(turn, some));
  for (const same of Map.groupBy(looks, ({ row }) => row.programId).values()) {
    if (isStopping()) await deferConversions(same.map(({ row }) => row), after(0));
    else if (turn.haltedUntil !== null) await deferConversions(same.map(({ row }) => row), new Date(turn.haltedUntil));
    else await lookForActions(turn, same.map(({ row, step }) => ({ row, missing: (step as Extract<Step, { do: "look" }>).missing })));
  }
  if (turn.connection.restsUntilMs("reports") === null) return;
  for (const { programId } of rows) resting.set(`${shop} ${programId}`, { shop, programId, untilMs: () => turn.connection.restsUntilMs("reports") });
}

/** In their order: what goes before new conversions, these, and what goes after them. */
function byTurns(planned: readonly Planned[]): [isNew: boolean, Planned[]][] {
  const of = (from: number, to: number) => planned.filter(({ step }) => ORDER.indexOf(step.do) >= from && ORDER.indexOf(step.do) < to);
  const create = ORDER.indexOf("create");
  return [[false, of(0, create)], [true, of(create, create + 1)], [false, of(create + 1, ORDER.length)]];
}

/** One after the other; where the account has to wait, or the process stops, the rest is put off in one go. */
async function takeEach(turn: Turn, planned: readonly Planned[]): Promise<void> {
  const waits: Conversion[] = [];
  for (const { row, step } of planned) {
    const asks = step.do !== "rest" && step.do !== "hold";
    if (isStopping() || (asks && turn.haltedUntil !== null)) waits.push(row);
    else await alone(row, () => take(turn, row, step));
  }
  await deferConversions(waits, turn.haltedUntil === null ? after(0) : new Date(turn.haltedUntil));
}

/** New conversions, some at once: those of one order one after the other, and all of them while the network has not answered yet, or leaves a request without an answer. */
async function takeSideBySide(turn: Turn, planned: readonly Planned[]): Promise<void> {
  const orders = [...Map.groupBy(planned, ({ row }) => row.orderId).values()];
  await takeEach(turn, orders.shift() ?? []);
  const maySpread = () => turn.silent === 0 && turn.haltedUntil === null && !isStopping();
  async function lane(isFirst: boolean): Promise<void> {
    try {
      while (orders.length > 0 && (maySpread() || isFirst)) await takeEach(turn, maySpread() ? orders.shift()! : orders.splice(0).flat());
    } catch (fault) {
      orders.length = 0;
      throw fault;
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(MOST_AT_ONCE, orders.length) }, (_lane, at) => lane(at === 0)));
  const fault = ends.find((end) => end.status === "rejected");
  if (fault) throw fault.reason;
}

function facts(row: Conversion): Parameters<typeof planNext>[0] {
  return { ...row, actionId: isReopened(row) ? null : row.actionId, opAtMs: row.opAt?.getTime() ?? null, lockAtMs: row.lockAt?.getTime() ?? null, hasEventType: row.eventTypeId !== null, hasAttribution: hasAttribution(row), isForeign: isForeignSale(row), refused: isRefused(row), holdUntilMs: isCodeUnderway(row) ? row.createdAt.getTime() + REPORTING.codeMs : null };
}

function isCodeUnderway({ codeState }: Conversion): boolean {
  return codeState === "waiting" || codeState === "asked";
}

/** Wanted again although the network refused it, as by a person's decision: the action that is known of it is another's, or was reversed, and holds nothing of ours. */
function isReopened({ state, verdict }: Conversion): boolean {
  return state === "waiting" && verdict === "refused";
}

/** A refusal that is older than the request under way says nothing of it. */
function isRefused({ awaiting, verdict, verdictAt, opAt }: Conversion): boolean {
  return awaiting && verdict === "refused" && (opAt === null || verdictAt! >= opAt);
}

/** The network holds nothing of it. Where its answer was noted and the process died before the row said so, the request ends here. */
async function drop(row: Conversion): Promise<void> {
  const end = row.op === null ? {} : { end: rejected([]) };
  await move(row, { ...OVER, state: "dropped", sent: row.sent ?? [], problem: null, problemDetail: null, nextAt: null }, end);
}

async function take(turn: Turn, row: Conversion, step: Step): Promise<void> {
  switch (step.do) {
    case "rest":
      if (step.state === "dropped") return drop(row);
      // It was told before the network was to decide: that it holds it is its decision.
      if (step.state === "reported" && row.verdict === null) await noteCredited(row, row.actionId!);
      // What only the merchant can set is looked for again now and then: nobody has to remember to wake it.
      return void (await move(row, { state: step.state, problem: step.problem, problemDetail: null, nextAt: step.problem === "no_event_type" || step.problem === "no_partner" ? after(HOUR_MS) : null }));
    case "hold":
      return defer(row, REPORTING.codeAskMs);
    case "create":
      return sendCreate(turn, row);
    case "edit":
      return sendEdit(turn, row, step);
    case "reverse":
      return sendReverse(turn, row);
    case "poll":
      return poll(turn, row);
    case "compare":
      return compare(turn, row, step.undone);
    case "look":
      return lookForActions(turn, [{ row, missing: step.missing }]);
  }
}
