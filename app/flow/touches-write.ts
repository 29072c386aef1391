// What the storefront told, written down: many notes of a shop in one transaction, each touch with the creator whom its word names.
import { now } from "../clock.ts";
import { customerHash } from "../crypto.server.ts";
import { inTwoSteps } from "../db.server.ts";
import { wantOwners } from "../db/click-owner.ts";
import { isPassing } from "../db/fault.ts";
import { lockClicks, nameOfTie, namesOf, noteTies, noteTouches, tryLockClicks, type NewTie, type NewTouch } from "../db/touch.ts";
import { codesNamed, creatorsWithHandles } from "../db/touch-word.ts";
import { codeKey } from "../domain/code.ts";
import { believedAt } from "../domain/touch.ts";
import type { TouchNote } from "../domain/touch-note.ts";
import { creatorNamed, handleKey } from "../domain/touch-word.ts";
import { log } from "../log.server.ts";
import { believed } from "./believed.ts";
import { clickNetworks } from "./click-parameters.ts";
import type { Outcome } from "./group-commit.ts";

export type HeardNote = TouchNote & { heardMs: number };

type Rows = { touches: NewTouch[]; ties: NewTie[] };

/** The parameters that bring a shop's click ids change seldom. */
const parametersOf = believed(async (shop: string) => new Set((await clickNetworks(shop)).keys()), 5_000);

/** Each name is a lock, and the database has room for some thousands of all who work. */
const MOST_NAMES = 1_000;

/** Writes notes of a shop, as many in one transaction as their names allow. */
export async function writeNotes(shop: string, notes: readonly HeardNote[], patient: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of partsOf(notes)) outcomes.push(...(await writePart(shop, part, patient).catch((fault: Error): Outcome[] => part.map(() => fault))));
  return outcomes;
}

function partsOf(notes: readonly HeardNote[]): HeardNote[][] {
  const parts: HeardNote[][] = [];
  let names = MOST_NAMES;
  for (const note of notes) {
    const own = 3 + note.touches.length;
    if (names + own > MOST_NAMES) {
      parts.push([]);
      names = 0;
    }
    parts.at(-1)!.push(note);
    names += own;
  }
  return parts;
}

/**
 * Writes notes of a shop in one transaction. Where it does not wait (`patient` false), those whose visitor is being settled at this moment are busy, and the
 * others are not held up by it. What the database refuses of one note does not spoil the others.
 */
async function writePart(shop: string, notes: readonly HeardNote[], patient: boolean): Promise<Outcome[]> {
  try {
    return await write(shop, notes, patient);
  } catch (fault) {
    if (isPassing(fault) || notes.length === 1) throw fault;
    const outcomes: Outcome[] = [];
    for (const note of notes) outcomes.push(...(await write(shop, [note], true).catch((error: Error): Outcome[] => [error])));
    return outcomes;
  }
}

async function write(shop: string, notes: readonly HeardNote[], patient: boolean): Promise<Outcome[]> {
  const rows = await rowsOf(shop, notes);
  const names = rows.map(({ touches, ties }, at) => [notes[at]!.visitor, ...touches.flatMap(namesOf), ...ties.map(nameOfTie)]);
  const every = [...new Set(names.flat())];
  const isBusy = (busy: ReadonlySet<string>) => names.map((own) => own.some((name) => busy.has(name)));
  const busy = await inTwoSteps<ReadonlySet<string>>(
    async (client) => (patient ? lockClicks(client, shop, every).then(() => new Set<string>()) : tryLockClicks(client, shop, every)),
    (client, found) => {
      const heardAt = now();
      const waits = isBusy(found);
      const free = rows.filter((_row, at) => !waits[at]);
      const touches = free.flatMap((row) => row.touches);
      const clicks = touches.flatMap(({ parameter, clickId }) => (parameter === null || clickId === null ? [] : { parameter, clickId }));
      return [noteTies(client, shop, free.flatMap(({ ties }) => ties), heardAt), noteTouches(client, shop, touches, heardAt), wantOwners(client, shop, clicks, heardAt)];
    },
  );
  return isBusy(busy).map((waits) => (waits ? "busy" : "done"));
}

async function rowsOf(shop: string, notes: readonly HeardNote[]): Promise<Rows[]> {
  const words = [...new Set(notes.flatMap((note) => note.touches.filter(({ kind }) => kind !== "click_id").map(({ value }) => value)))];
  const codes = await codesNamed(shop, [...new Set(words.map(codeKey))]);
  const known = new Set(codes.map(({ key }) => key));
  const handles = await creatorsWithHandles(shop, [...new Set(words.filter((word) => !known.has(codeKey(word))).map(handleKey))]);
  const parameters = notes.some(({ touches }) => touches.some(({ kind }) => kind === "click_id")) ? await parametersOf.of(shop) : new Set<string>();
  let nobodys = 0;

  function touchesOf({ visitor, source, touches, heardMs }: HeardNote): NewTouch[] {
    return touches.flatMap(({ atMs, kind, parameter, value, key }): NewTouch[] => {
      const at = believedAt(atMs, heardMs);
      const isClick = kind === "click_id";
      const creatorId = isClick || at === null ? null : creatorNamed(value, codes, handles, at);
      // An id in a parameter of no network, or a word that names nobody, is no creator's visit.
      if (at === null || (isClick ? !parameters.has(parameter ?? "") : creatorId === null)) {
        nobodys += 1;
        return [];
      }
      return [{ at: new Date(at), visitor, kind, parameter, word: isClick ? null : value, clickId: isClick ? value : null, creatorId, source, key }];
    });
  }

  const rows = notes.map((note): Rows => ({ touches: touchesOf(note), ties: tiesOf(note) }));
  if (nobodys > 0) log.debug({ shop, touches: nobodys }, "touches that name nobody are not kept");
  return rows;
}

/** What a finished checkout ties the visitor to. */
function tiesOf({ visitor, checkout, heardMs }: HeardNote): NewTie[] {
  const at = checkout === null ? null : believedAt(checkout.atMs, heardMs);
  if (checkout === null || at === null) return [];
  const tie = { visitor, orderId: checkout.orderId, at: new Date(at) };
  const own: NewTie = { ...tie, kind: "checkout", value: checkout.token, codes: checkout.codes };
  return checkout.customerId === null ? [own] : [own, { ...tie, kind: "customer", value: customerHash(checkout.customerId), codes: [] }];
}
