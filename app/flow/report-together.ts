// What several conversions have to write at the same time is written in one statement, with one commit: each still waits until its own is committed, so
// that a row says what is done before it is done, and a crash finds it as before. Who is alone does not wait for company.
import { isSentBack, moveConversion, type Conversion, type Move, type Progress } from "../db/conversion.ts";
import { insertExchange, insertExchanges, type NewExchange } from "../db/exchange.ts";
import { isPassing } from "../db/fault.ts";
import { moveConversions } from "../db/move-conversions.ts";
import { groupCommit, type Outcome } from "./group-commit.ts";

export type Moving = { seen: Conversion; change: Partial<Progress>; now: Date; how: Move };

/** Far above what can be under way at once: nobody is turned away. */
const MOST_WAITING = 100_000;
const MOST_AT_ONCE = 50;
/** While one statement waits for the disk, the next is made. */
const WRITERS = 2;
const options = { mostWaiting: MOST_WAITING, mostAtOnce: MOST_AT_ONCE, collectMs: 0, writers: WRITERS };

const moves = groupCommit<Moving>({ ...options, write: (_all, items, patient) => (patient || items.length === 1 ? each(items, moveAlone) : moveAll(items)) });
const exchanges = groupCommit<NewExchange>({ ...options, write: (_all, items) => logAll(items) });

/** Moves a conversion on (db/conversion.ts, moveConversion), together with others. False: somebody else was there first. */
export async function moveTogether(moving: Moving): Promise<boolean> {
  const kept = isSentBack({ ...moving.seen, ...moving.change }) ? null : moves.add("", moving);
  if (kept !== null) return (await kept) === "done";
  return (await moveAlone(moving)) === "done";
}

/** Logs an exchange with a network; resolves when it is committed. */
export async function logExchange(exchange: NewExchange): Promise<void> {
  const kept = exchanges.add("", exchange);
  if (kept !== null) await kept;
  else await insertExchange(exchange);
}

async function moveAlone({ seen, change, now, how }: Moving): Promise<Outcome> {
  return (await moveConversion(seen, change, now, how)) ? "done" : "known";
}

/** One that could not be moved at once, since somebody holds it or was there first, is tried once more by itself, and waits for whoever holds it. */
async function moveAll(items: readonly Moving[]): Promise<Outcome[]> {
  try {
    const firsts = [...Map.groupBy(items, keyOf).values()].map((same) => same[0]!);
    const moved = await moveConversions(firsts);
    const done = new Set(firsts.filter((_item, at) => moved[at]));
    return items.map((item): Outcome => (done.has(item) ? "done" : "busy"));
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    return each(items, moveAlone);
  }
}

function keyOf({ seen: { shop, orderId, n } }: Moving): string {
  return JSON.stringify([shop, orderId, n]);
}

async function logAll(items: readonly NewExchange[]): Promise<Outcome[]> {
  if (items.length === 1) return each(items, logAlone);
  try {
    await insertExchanges(items);
    return items.map((): Outcome => "done");
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    return each(items, logAlone);
  }
}

async function logAlone(exchange: NewExchange): Promise<Outcome> {
  await insertExchange(exchange);
  return "done";
}

/** What the database refuses of one does not spoil the others. */
async function each<T>(items: readonly T[], write: (item: T) => Promise<Outcome>): Promise<Outcome[]> {
  const ends = await Promise.allSettled(items.map(write));
  return ends.map((end): Outcome => (end.status === "fulfilled" ? end.value : end.reason instanceof Error ? end.reason : new Error(String(end.reason))));
}
