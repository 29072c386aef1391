// What a file says is done: creators are added, deals made, and its codes go into runs. Each part looks first at what there is, so that it can be
// done again after it died half-way.
import { now } from "../clock.ts";
import { findCampaign } from "../db/campaign.ts";
import { findDeal, findDealByName } from "../db/deal.ts";
import { insertLog } from "../db/log.ts";
import { inTurn } from "../db/lock.ts";
import { runsOfFile } from "../db/reads/files.ts";
import { findSheetFile, markSheetApplied, readSheetBytes } from "../db/sheet-file.ts";
import type { NewBatchRow } from "../domain/code-batch.ts";
import { PLAIN_TERMS } from "../domain/deal.ts";
import type { FieldError } from "../domain/problem.ts";
import { dealNameKey } from "../domain/sheet-codes.ts";
import { whatIsMissing } from "../domain/sheet-missing.ts";
import type { FileChoices, FileDone } from "../domain/sheet-page.ts";
import { type DealRef, isLeft, type RowPlan } from "../domain/sheet-plan.ts";
import { readBook } from "../sheets/read.ts";
import { createBatch } from "./batch.ts";
import { askCreators } from "./campaign.ts";
import { makeDeal } from "./deal.ts";
import { kept, type KeptResult, type NotRead } from "./files.ts";
import { addPeople, type WithPeople } from "./files-people.ts";
import { type FileToPlan, markTaken, nameRows } from "./files-plan.ts";
import { inFileTurn, inSteps } from "./files-read.ts";

/** `errors`: keys of locales/<language>/errors.json, from making a deal or a run. */
export type Applied = { ok: true; done: FileDone } | NotRead | { ok: false; errors: FieldError[] };

/** Does what the plan says. A file is taken over once. */
export function applyFile(shop: string, id: string, who: string): Promise<Applied> {
  return inTurn(`file ${id} of ${shop}`, () => apply(shop, id, who));
}

async function apply(shop: string, id: string, who: string): Promise<Applied> {
  const file = await findSheetFile(shop, id);
  const bytes = file && (await readSheetBytes(shop, id));
  if (!file || !bytes) return { ok: false, problem: { key: "gone", values: {} } };
  const before = kept(file);
  if (before.done) return { ok: true, done: before.done };
  const choices = file.mapping as FileChoices;
  const missing = whatIsMissing(choices);
  if (missing) return { ok: false, problem: missing };
  const read = await inFileTurn(() => inSteps(readBook(bytes, { sheet: choices.sheet })));
  if (!read.ok) return read;

  const toPlan: FileToPlan = { id, choices, rows: read.value.rows };
  const people = await addPeople(shop, toPlan);
  const campaign = choices.campaignId === null ? null : await findCampaign(shop, choices.campaignId);
  // Who is not of its program is left, and so is a campaign that was closed meanwhile.
  if (campaign) await askCreators(shop, campaign.id, people.rows.flatMap((row) => (row.creatorId === null || isLeft(row) ? [] : [row.creatorId])), "accepted");
  const made = choices.purpose === "creators" ? { ok: true as const, runs: [], left: leftOf(people.rows) } : await makeRuns(shop, toPlan, people, { who, campaignId: campaign?.id ?? null });
  if (!made.ok) return made;
  const done: FileDone = { added: people.added, joined: people.joined, known: people.known, left: made.left, codes: made.runs.reduce((sum, run) => sum + run.codes, 0), runs: made.runs };
  const result: KeptResult = { ...before, done };
  await markSheetApplied(shop, id, result, now());
  await insertLog(shop, now(), { who, what: "file.applied", detail: { fileId: id, name: file.name, added: done.added, codes: done.codes } });
  return { ok: true, done };
}

function leftOf(rows: readonly RowPlan[]): number {
  return rows.filter(isLeft).length;
}

type MadeRuns = { ok: true; runs: FileDone["runs"]; left: number } | { ok: false; errors: FieldError[] };

/** One run for each deal that the rows name. */
async function makeRuns(shop: string, file: FileToPlan, { rows, world }: WithPeople, { who, campaignId }: { who: string; campaignId: string | null }): Promise<MadeRuns> {
  const { choices, id } = file;
  if (choices.purpose === "platform") {
    const named = await nameRows(shop, file, rows, world);
    markTaken(rows, named);
    const codes = new Map(named.map(({ first, code }) => [first, code]));
    for (const row of rows) if (row.makes && row.code === "") row.code = codes.get(row.first) ?? "";
  }
  const runs: FileDone["runs"] = [];
  const there = new Map((await runsOfFile(shop, id)).map((run) => [run.dealId, run]));
  for (const { ref, making } of byDeal(rows)) {
    const deal = await dealOf(shop, ref, choices.newDealProgramId);
    if (!deal.ok) return deal;
    const before = there.get(deal.id);
    if (before) {
      runs.push({ batchId: before.batchId, deal: deal.name, codes: before.total });
      continue;
    }
    const batch = await createBatch(shop, { dealId: deal.id, campaignId, fileId: id, rows: making.map(batchRow), who, hyphens: choices.naming.hyphens });
    if (!batch.ok) return batch;
    runs.push({ batchId: batch.batchId, deal: deal.name, codes: making.length });
  }
  return { ok: true, runs, left: leftOf(rows) };
}

function batchRow(row: RowPlan): NewBatchRow {
  return { creatorId: row.creatorId, code: row.code, policy: row.policy, startsAt: row.startsAt, endsAt: row.endsAt, fileRow: row.n };
}

function byDeal(rows: readonly RowPlan[]): { ref: DealRef; making: RowPlan[] }[] {
  const deals = new Map<string, { ref: DealRef; making: RowPlan[] }>();
  for (const row of rows) {
    if (!row.makes || row.deal === null || row.code === "" || isLeft(row)) continue;
    const key = "id" in row.deal ? `id ${row.deal.id}` : `name ${dealNameKey(row.deal.name)}`;
    const deal = deals.get(key) ?? { ref: row.deal, making: [] };
    deal.making.push(row);
    deals.set(key, deal);
  }
  return [...deals.values()];
}

/** The deal itself, or one that is made under the name that the file has for it. */
async function dealOf(shop: string, ref: DealRef, programId: string | null): Promise<{ ok: true; id: string; name: string } | { ok: false; errors: FieldError[] }> {
  if ("id" in ref) {
    const deal = await findDeal(shop, ref.id);
    return deal ? { ok: true, id: deal.id, name: deal.name } : { ok: false, errors: [{ field: "dealId", key: "give.deal_not_found" }] };
  }
  const there = await findDealByName(shop, ref.name);
  if (there) return { ok: true, id: there.id, name: there.name };
  const made = await makeDeal(shop, { name: ref.name, programId, terms: { ...PLAIN_TERMS, value: ref.value }, startsAt: null, endsAt: null });
  return made.ok ? { ok: true, id: made.dealId, name: ref.name } : made;
}
