// People of a file become creators. Under the turn of the shop's creators the rows are held against them once more, so that nobody is added twice,
// by two tabs or by a process that died half-way and goes on.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { insertCreators, insertMemberships, listLatestMemberships } from "../db/creator.ts";
import { inTurn } from "../db/lock.ts";
import { findProgram } from "../db/program.ts";
import { nameOf } from "../domain/sheet-people.ts";
import { isLeft, planRows, type RowPlan, type SheetWorld } from "../domain/sheet-plan.ts";
import { type FileToPlan, sheetWorld } from "./files-plan.ts";
import { turnOfCreators } from "./members.ts";

/** The rows with their creators; a row that is left has none. `world` is the shop before anything was added. */
export type WithPeople = { rows: RowPlan[]; world: SheetWorld; added: number; joined: number; known: number };

const AT_ONCE = 2_000; // rows of one statement

/** Adds whoever is new, and has those join who are to be in a program of the shop's own. */
export function addPeople(shop: string, file: FileToPlan): Promise<WithPeople> {
  return inTurn(turnOfCreators(shop), async () => {
    const world = await sheetWorld(shop, file.choices);
    const rows = planRows(file.rows, file.choices, world);
    const taking = rows.filter((row) => !isLeft(row));
    const fresh = taking.filter((row) => row.creatorId === null && row.first === row.n);
    const ids = new Map(fresh.map((row) => [row.n, randomUUID() as string]));
    const at = now();
    for (let from = 0; from < fresh.length; from += AT_ONCE) {
      const some = fresh.slice(from, from + AT_ONCE);
      await insertCreators(some.map(({ n, person }) => ({ shop, id: ids.get(n)!, name: nameOf(person), email: person.email, handle: person.handle, createdAt: at })));
    }
    for (const row of taking) row.creatorId ??= ids.get(row.first) ?? null;
    const joined = await joinPrograms(shop, taking, at);
    return { rows, world, added: fresh.length, joined, known: new Set(taking.map((row) => row.creatorId)).size - fresh.length };
  });
}

/** From now on. Only a program of the shop's own can be joined from here: a network's creators are taken over from it. */
async function joinPrograms(shop: string, rows: readonly RowPlan[], at: Date): Promise<number> {
  const wanted = new Map<string, Set<string>>();
  for (const { programId, creatorId } of rows) if (programId !== null && creatorId !== null) wanted.set(programId, (wanted.get(programId) ?? new Set()).add(creatorId));
  let joined = 0;
  for (const [programId, creatorIds] of wanted) {
    if ((await findProgram(shop, programId))?.network !== "none") continue;
    const latest = new Map((await listLatestMemberships(shop, programId)).map((member) => [member.creatorId, member]));
    const joining = [...creatorIds].filter((id) => latest.get(id)?.state !== "joined" || latest.get(id)!.leftAt !== null);
    // Who comes back while a membership is said to have lasted goes on from its end: two never overlap.
    const since = (id: string) => (latest.get(id)?.leftAt && latest.get(id)!.leftAt! > at ? latest.get(id)!.leftAt! : at);
    for (let from = 0; from < joining.length; from += AT_ONCE) {
      await insertMemberships(joining.slice(from, from + AT_ONCE).map((creatorId) => ({ shop, programId, creatorId, joinedAt: since(creatorId), leftAt: null, partnerId: null, state: "joined", readAt: null })));
    }
    joined += joining.length;
  }
  return joined;
}
