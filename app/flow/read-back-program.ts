// One program's actions, as its network holds them: first those that somebody asked for, then all that changed, then what may have changed without being
// listed as changed (a lock date that passed, a sale that no list shows).
import { nowMs } from "../clock.ts";
import { dropWanted, keepItems, keepGone, listWanted, listWithoutItems } from "../db/network-action.ts";
import { actionsToRead, daysToRead, notePayouts } from "../db/payout.ts";
import { noteRead, noteReadTo, type DueProgram } from "../db/read-back.ts";
import { halves, windowsOfDays, windowsSince, type Span, type WindowLimits } from "../domain/read-windows.ts";
import type { Answer, Network, NetworkFault } from "../networks/port.ts";
import type { OpenConnection } from "./networks.ts";
import { keepRead } from "./read-back-keep.ts";
import { repairActions } from "./read-back-repair.ts";
import { asReported } from "./report-adopt.ts";

/** What no list shows is asked for by itself, but never by the thousand. */
const MOST_SINGLE = 20;

/** Where the reading of a window of many pages stands, by program: whoever has to wait for the next hour does not begin anew. */
export type Places = Map<string, { span: Span; page: number }>;

export type Reading = { program: DueProgram; network: Network; limits: WindowLimits; places: Places; asked: number };

/** `asked`: how many questions were answered. */
export type ReadEnd = { ok: true; asked: number } | { ok: false; fault: NetworkFault };

type Step = (reading: Reading) => Promise<NetworkFault | null>;

export async function readProgram(program: DueProgram, connection: OpenConnection, places: Places): Promise<ReadEnd> {
  const reading: Reading = { program, network: connection.about({ about: "account", aboutId: program.programId }), limits: connection.limits, places, asked: 0 };
  const steps: Step[] = [
    // Many that are asked for at once stand in one list of changes.
    ...(program.wanted > 0 && program.wanted <= MOST_SINGLE ? [readWanted] : []),
    ...(program.changesDue || program.wanted > MOST_SINGLE ? [readChanges] : []),
    ...(program.payoutsDue ? [readEvents, readUnlisted] : []),
    ...(program.wanted > MOST_SINGLE ? [readWanted] : []),
    ...(program.repairs ? [readItems, repairActions] : []),
  ];
  for (const step of steps) {
    const fault = await step(reading);
    if (fault !== null) return { ok: false, fault };
  }
  return { ok: true, asked: reading.asked };
}

/** Asks one question more; the answer counts. */
export async function asks<T>(reading: Reading, question: Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await question;
  if (answer.ok) reading.asked += 1;
  return answer;
}

async function readChanges(reading: Reading): Promise<NetworkFault | null> {
  const { shop, programId, actionsTo, since } = reading.program;
  const startedAt = nowMs();
  const readTo = (span: Span) => noteReadTo(shop, programId, new Date(Math.min(span.toMs, startedAt)));
  const begun = await finishBegun(reading, "updated");
  if (begun.fault !== null) return begun.fault;
  if (begun.span !== null) await readTo(begun.span);
  const fromMs = Math.max((actionsTo ?? since).getTime(), begun.span?.toMs ?? 0);
  const fault = await readSpans(reading, "updated", windowsSince(fromMs, startedAt, reading.limits), readTo);
  if (fault === null) await noteRead(shop, programId, new Date(startedAt), null);
  return fault;
}

async function readEvents(reading: Reading): Promise<NetworkFault | null> {
  const { fault } = await finishBegun(reading, "event");
  if (fault !== null) return fault;
  const days = await daysToRead(reading.program.shop, reading.program.programId, new Date(nowMs()));
  return readSpans(reading, "event", windowsOfDays(days, reading.limits), async () => {});
}

/** Reads windows one after the other; one that holds more than the network lists is read in halves. `done` is told of each that was read whole. */
async function readSpans(reading: Reading, by: "updated" | "event", spans: readonly Span[], done: (span: Span) => Promise<void>): Promise<NetworkFault | null> {
  const waiting = [...spans].reverse();
  for (let span = waiting.pop(); span !== undefined; span = waiting.pop()) {
    const fault = await readSpan(reading, by, span);
    // It may hold more actions than the network lists at once; whatever else it minds, it will mind in the shortest window too.
    const parts = fault?.kind === "invalid" ? halves(span) : null;
    if (parts === null && fault !== null) return fault;
    if (parts === null) await done(span);
    else waiting.push(...(by === "updated" ? parts : [parts[1], parts[0]])); // changes the oldest first, so that the place moves on
  }
  return null;
}

async function readSpan(reading: Reading, by: "updated" | "event", span: Span): Promise<NetworkFault | null> {
  const first = await readPage(reading, by, span, 1);
  if (!first.ok) return first.fault;
  return first.value > 1 ? readPagesFrom(reading, by, span, first.value) : null;
}

/** What an earlier turn had to leave in the middle of a window's pages goes on there. `span`: that window, where there was one and it was read whole. */
async function finishBegun(reading: Reading, by: "updated" | "event"): Promise<{ fault: NetworkFault | null; span: Span | null }> {
  const place = reading.places.get(placeOf(reading, by));
  if (place === undefined) return { fault: null, span: null };
  const fault = await readPagesFrom(reading, by, place.span, place.page);
  // It holds more than the network lists by now: it is begun anew, in halves.
  if (fault?.kind === "invalid") return { fault: null, span: null };
  return fault === null ? { fault, span: place.span } : { fault, span: null };
}

/**
 * The pages of a window from the last to the first: an action that changes meanwhile leaves a window of changes, and those behind it move one place to the
 * front. Read in this order they are seen twice at worst, and never missed; for the same reason the first page comes once more at the end.
 */
async function readPagesFrom(reading: Reading, by: "updated" | "event", span: Span, last: number): Promise<NetworkFault | null> {
  const key = placeOf(reading, by);
  for (let page = last; page >= 1; page--) {
    reading.places.set(key, { span, page });
    const answer = await readPage(reading, by, span, page);
    if (answer.ok) continue;
    if (answer.fault.kind === "invalid") reading.places.delete(key);
    return answer.fault;
  }
  reading.places.delete(key);
  return null;
}

function placeOf({ program }: Reading, by: "updated" | "event"): string {
  return `${program.shop} ${program.programId} ${by}`;
}

/** Asks for a page and keeps it; answers with the number of pages there are. */
async function readPage(reading: Reading, by: "updated" | "event", { fromMs, toMs }: Span, page: number): Promise<Answer<number>> {
  const { program, network } = reading;
  const askedAt = new Date(nowMs()); // what changes while the answer is under way is read again
  const answer = await asks(reading, network.actions(program.programExternalId, { by, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }, page));
  if (!answer.ok) return answer;
  await keepRead(program, answer.value.actions, askedAt);
  return { ok: true, value: answer.value.pages };
}

/** Actions that a postback named, or that a person wants looked at, or whose repair is under way. */
async function readWanted(reading: Reading): Promise<NetworkFault | null> {
  const { shop, programId } = reading.program;
  const wanted = await listWanted(shop, programId, MOST_SINGLE);
  return readSingle(reading, wanted, (actionId) => dropWanted(shop, programId, actionId));
}

/** What the lists did not show: it was dated otherwise, or the network holds it no more. Then its payout is unknown, and said to be. */
async function readUnlisted(reading: Reading): Promise<NetworkFault | null> {
  const { shop, programId } = reading.program;
  return readSingle(reading, await actionsToRead(shop, programId, new Date(nowMs()), MOST_SINGLE));
}

/** `notHere`: told of each that turns out to be another program's, or that the network does not let be read by this id; without it such an id is a fault. */
async function readSingle(reading: Reading, actionIds: readonly string[], notHere: ((actionId: string) => Promise<void>) | null = null): Promise<NetworkFault | null> {
  const { program, network } = reading;
  for (const actionId of actionIds) {
    const askedAt = new Date(nowMs());
    const answer = await asks(reading, network.action(actionId));
    const isOthers = answer.ok ? answer.value.programExternalId !== "" && answer.value.programExternalId !== program.programExternalId : answer.fault.kind === "invalid";
    if (isOthers && notHere !== null) await notHere(actionId);
    else if (answer.ok) await keepRead(program, [{ ...answer.value, actionId }], askedAt);
    else if (answer.fault.kind === "not_found") {
      await keepGone(program.shop, program.programId, actionId, askedAt);
      await notePayouts(program.shop, program.programId, [{ actionId, payout: null, currency: null, state: null, partnerId: "", eventAt: null, lockAt: null }], askedAt);
    } else return answer.fault;
  }
  return null;
}

/** The items of what differs, so that an edit can be shown before it is sent. */
async function readItems(reading: Reading): Promise<NetworkFault | null> {
  const { program, network } = reading;
  for (const { actionId, currency, readAt } of await listWithoutItems(program.shop, program.programId, MOST_SINGLE)) {
    const answer = await asks(reading, network.actionItems(actionId, currency));
    if (!answer.ok && answer.fault.kind !== "not_found") return answer.fault;
    // One without items, or that went meanwhile, is not asked for again and again; no edit is offered for it.
    await keepItems(program.shop, program.programId, actionId, readAt, answer.ok ? answer.value.map(asReported) : []);
  }
  return null;
}
