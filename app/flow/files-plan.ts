// What would come of a file: its rows held against the shop as it is now.
import { now } from "../clock.ts";
import { listCreators } from "../db/creator.ts";
import { findDeal } from "../db/deal.ts";
import { findProgram, listPrograms } from "../db/program.ts";
import { codesOfDeal, dealsForFiles, joinedToOwnPrograms } from "../db/reads/files.ts";
import { namesInForce } from "../db/reads/preflight.ts";
import { findShop } from "../db/shop.ts";
import { codeMark } from "../domain/deal.ts";
import { exponentOf } from "../domain/money.ts";
import { nameCodes, type NamedCode, type NamedCreator } from "../domain/naming.ts";
import { readNaming } from "../domain/naming-pattern.ts";
import type { Cells } from "../domain/sheet-columns.ts";
import type { FileChoices, FilePlan } from "../domain/sheet-page.ts";
import { knownBy, nameOf } from "../domain/sheet-people.ts";
import { planRows, planSummary, type RowPlan, type SheetWorld } from "../domain/sheet-plan.ts";
import { wallTime } from "../domain/zone.ts";

/** The most names of the shop that new ones are held against here; the check of the run asks for each. */
const MOST_NAMES = 200_000;

export type FileToPlan = { id: string; choices: FileChoices; rows: readonly Cells[] };

export async function planFile(shop: string, file: FileToPlan): Promise<FilePlan> {
  const world = await sheetWorld(shop, file.choices);
  const rows = planRows(file.rows, file.choices, world);
  const named = file.choices.purpose === "platform" ? await nameRows(shop, file, rows, world) : [];
  markTaken(rows, named);
  return planSummary(rows, file.choices, world, new Map(named.map(({ first, code }) => [first, code])));
}

/** The shop as it is now. */
export async function sheetWorld(shop: string, choices: FileChoices): Promise<SheetWorld> {
  const at = now();
  const [creators, programs, joined, deals, facts] = await Promise.all([listCreators(shop), listPrograms(shop), joinedToOwnPrograms(shop), dealsForFiles(shop, at), findShop(shop)]);
  const dealId = deals.find((deal) => deal.id === choices.dealId)?.id;
  const codes = dealId === undefined ? [] : await codesOfDeal(shop, dealId, at);
  const members = new Map<string, Set<string>>();
  for (const { programId, creatorId } of joined) members.set(programId, (members.get(programId) ?? new Set()).add(creatorId));
  return {
    known: knownBy(creators),
    programs,
    joined: members,
    deals,
    codes: new Map(codes.map(({ creatorId, code }) => [creatorId, code])),
    currency: facts?.currency || "EUR",
    timeZone: facts?.timezone || "UTC",
  };
}

export type NamedRow = NamedCode & { first: number };

/** Names for the codes that are to be made, by the pattern that was chosen; the same file gives the same names as long as nobody takes one. */
export async function nameRows(shop: string, { id, choices }: FileToPlan, rows: readonly RowPlan[], world: SheetWorld): Promise<NamedRow[]> {
  const making = rows.filter((row) => row.makes && row.code === "");
  const read = readNaming(choices.naming.pattern);
  const ref = making[0]?.deal;
  if (!ref || !read.ok) return [];
  const deal = "id" in ref ? await findDeal(shop, ref.id) : null;
  const value = "id" in ref ? deal?.terms.value : ref.value;
  const programId = deal ? deal.programId : choices.newDealProgramId;
  const program = programId === null ? null : await findProgram(shop, programId);
  const taken = new Set((await namesInForce(shop, MOST_NAMES)).map((name) => name.key));
  const named = nameCodes({
    parts: read.parts,
    ...choices.naming,
    creators: making.map((row) => namedCreator(row, world)),
    deal: { name: deal?.name ?? ("name" in ref ? ref.name : ""), mark: value ? codeMark(value, exponentOf(world.currency)) : "" },
    program: program?.name ?? null,
    today: wallTime(now(), world.timeZone).date,
    taken,
    seed: id,
  });
  return named.map((one, at) => ({ ...one, first: making[at]!.first }));
}

/** Who is new is known by the row, before and after being added: the names stay the same. */
function namedCreator({ creatorId, person, first }: RowPlan, { known }: SheetWorld): NamedCreator {
  const creator = creatorId === null ? undefined : known.byId.get(creatorId);
  return { creatorId: creator?.id ?? `row ${first}`, name: creator?.name ?? nameOf(person), handle: creator?.handle ?? person.handle, email: creator?.email ?? person.email };
}

/** A name that somebody has, where a person wanted to be asked: the row is left for now. */
export function markTaken(rows: RowPlan[], named: readonly NamedRow[]): void {
  const taken = new Map(named.filter((one) => one.taken).map((one) => [one.first, one.code]));
  for (const row of rows) {
    const code = row.makes ? taken.get(row.first) : undefined;
    if (code === undefined) continue;
    row.findings.push({ key: "name_taken", values: { code }, blocking: true });
    row.makes = false;
  }
}
