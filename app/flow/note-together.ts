// Deliveries that come at the same time are noted in one statement. Each is answered only when it is committed; none waits for company.
import { noteDelivery, type NewDelivery } from "../db/delivery.ts";
import { isPassing } from "../db/fault.ts";
import { namesakesOf, noteDeliveries } from "../db/note-deliveries.ts";
import { groupCommit, type Kept, type Outcome } from "./group-commit.ts";

/** Some seconds of what one database takes; whoever comes then is told to come again. */
const MOST_WAITING = 5_000;
const MOST_AT_ONCE = 100;
/** So many statements are under way at once: while the one waits for the disk, the next is made. */
const WRITERS = 2;

const noting = groupCommit<NewDelivery>({ write: (_all, deliveries) => writeAll(deliveries), mostWaiting: MOST_WAITING, mostAtOnce: MOST_AT_ONCE, collectMs: 0, writers: WRITERS });

/** Resolves when the delivery is committed ("done"), or was before ("known"); rejects with the fault. null: too many wait already. */
export function noteTogether(delivery: NewDelivery): Promise<Kept> | null {
  return noting.add("", delivery);
}

/** What the database refuses of one does not spoil the others: they are then noted one by one. */
async function writeAll(deliveries: readonly NewDelivery[]): Promise<Outcome[]> {
  if (deliveries.length === 1) return alone(deliveries);
  let isNew: boolean[];
  try {
    isNew = await noteDeliveries(deliveries);
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    return alone(deliveries);
  }
  const outcomes = isNew.map((one): Outcome => (one ? "done" : "known"));
  const known = deliveries.flatMap((delivery, at) => (isNew[at] ? [] : [{ delivery, at }]));
  if (known.length === 0) return outcomes;
  for (const one of await namesakesOf(known.map(({ delivery }) => delivery))) {
    const { delivery, at } = known[one]!;
    [outcomes[at]] = await alone([delivery]);
  }
  return outcomes;
}

async function alone(deliveries: readonly NewDelivery[]): Promise<[Outcome, ...Outcome[]]> {
  const outcomes: Outcome[] = [];
  for (const delivery of deliveries) outcomes.push(await noteDelivery(delivery).then((isNew): Outcome => (isNew ? "done" : "known"), (fault: Error) => fault));
  return outcomes as [Outcome, ...Outcome[]];
}
