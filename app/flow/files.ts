// Files that people bring in: read and kept, with a guess of what they are; then what a person chose, and what would come of it.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { findCampaign } from "../db/campaign.ts";
import { deleteSheetFile, deleteSheetFilesBefore, findSheetFile, insertSheetFile, listSheetFiles, readSheetBytes, type SheetFileRow, updateSheetFile } from "../db/sheet-file.ts";
import { insertLog } from "../db/log.ts";
import { USUAL_NAMING } from "../domain/naming-pattern.ts";
import type { Paged } from "../domain/pages.ts";
import { type Columns, FIELDS_OF, guessColumns, guessPurpose, type Purpose } from "../domain/sheet-columns.ts";
import { type FileBook, type FileChoices, type FileDetail, type FileDone, type FileLine, fileChoices, type FilePlan } from "../domain/sheet-page.ts";
import { cleanText } from "../domain/typed-text.ts";
import { MOST_FILE_BYTES, MOST_ROWS, type SheetProblem } from "../sheets/problem.ts";
import { type Book, readBook } from "../sheets/read.ts";
import { planFile } from "./files-plan.ts";
import { inFileTurn, inSteps } from "./files-read.ts";

export type KeptResult = { book: FileBook; plan: FilePlan | null; done: FileDone | null };
export type NotRead = { ok: false; problem: SheetProblem };

export const FILE_LIMITS = { bytes: MOST_FILE_BYTES, rows: MOST_ROWS };
const KEPT_MS = 30 * 86_400_000;
const PAGE_SIZE = 25;
const LONGEST_NAME = 200;
const SAMPLE = { rows: 5, columns: 60, characters: 60 };

/** Reads a file and keeps it, for 30 days. One that cannot be read is not kept. A campaign's own deal, names and policy are what it begins with. */
export async function takeFile(shop: string, { name, bytes, who, campaignId = null }: { name: string; bytes: Buffer; who: string; campaignId?: string | null }): Promise<{ ok: true; id: string } | NotRead> {
  const read = await inFileTurn(() => inSteps(readBook(bytes, { sheet: null })));
  if (!read.ok) return read;
  const at = now();
  await deleteSheetFilesBefore(new Date(at.getTime() - KEPT_MS));
  const book = shownBook(read.value);
  const choices = { ...guessed(read.value, null), ...(await ofCampaign(shop, campaignId)) };
  const id = randomUUID();
  const plan = await planFile(shop, { id, choices, rows: read.value.rows });
  const kept: KeptResult = { book, plan, done: null };
  await insertSheetFile(shop, { id, name: fileName(name, book.kind), purpose: choices.purpose, mapping: choices, result: kept, state: "read", who, createdAt: at, bytes });
  await insertLog(shop, at, { who, what: "file.brought", detail: { fileId: id, name: fileName(name, book.kind), rows: book.rows } });
  return { ok: true, id };
}

async function ofCampaign(shop: string, campaignId: string | null): Promise<Partial<FileChoices>> {
  const campaign = campaignId === null ? null : await findCampaign(shop, campaignId);
  if (!campaign) return {};
  const { id, dealId, naming, policy } = campaign;
  return { campaignId: id, naming, policy, ...(dealId === "" ? {} : { dealId }) };
}

/** A file's name without a path, with the ending of what it is. */
function fileName(name: string, kind: "xlsx" | "csv"): string {
  const last = cleanText(name).split(/[\\/]/).at(-1)!.replace(/[\u0000-\u001f]/g, "").slice(-LONGEST_NAME).trim();
  return last === "" || last.startsWith(".") ? `file.${kind}` : last;
}

function shownBook({ rows, header, csv, ...book }: Book): FileBook {
  const cut = (text: string) => ([...text].length > SAMPLE.characters ? `${[...text].slice(0, SAMPLE.characters - 1).join("")}…` : text);
  const sample = rows.slice(0, SAMPLE.rows).map(({ n, cells }) => ({ n, cells: cells.slice(0, SAMPLE.columns).map(cut) }));
  return { ...book, header: { n: header.n, names: header.names.map(cut) }, sample, rows: rows.length, csv: csv && { encoding: csv.encoding, separator: csv.separator } };
}

/** What the file most likely is; for the influencer platform's, both columns are to be filled. */
function guessed({ header, rows, sheet }: Book, wanted: Purpose | null): FileChoices {
  const columns = guessColumns(header.names);
  const purpose = wanted ?? guessPurpose(header.names, columns.code === undefined ? [] : rows.map((row) => row.cells[columns.code!] ?? ""));
  const chosen = { purpose, sheet, columns: columnsOf(columns, purpose), programId: null, dealId: null, newDeal: "", newDealProgramId: null, policy: "always", naming: USUAL_NAMING, overwrite: false, addMissing: false, campaignId: null };
  return fileChoices(chosen, header.names.length, sheet + 1);
}

function columnsOf(columns: Columns, purpose: Purpose): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([field]) => FIELDS_OF[purpose].includes(field as never)));
}

/** What a person chose is kept, and what would come of it found out anew. Another sheet is read with columns of its own. */
export async function chooseForFile(shop: string, id: string, sent: unknown): Promise<{ ok: true } | NotRead | { ok: false; problem: { key: "gone" | "applied"; values: Record<string, never> } }> {
  const file = await findSheetFile(shop, id);
  const bytes = file && (await readSheetBytes(shop, id));
  if (!file || !bytes) return { ok: false, problem: { key: "gone", values: {} } };
  if (file.state === "applied") return { ok: false, problem: { key: "applied", values: {} } };
  const before = kept(file);
  const asked = fileChoices(sent, before.book.header.names.length, before.book.sheets.length);
  return inFileTurn(async () => {
    const read = await inSteps(readBook(bytes, { sheet: asked.sheet }));
    if (!read.ok) return read;
    const other = asked.sheet !== before.book.sheet;
    const choices = other || asked.purpose !== file.purpose ? { ...asked, columns: guessed(read.value, asked.purpose).columns } : asked;
    const plan = await planFile(shop, { id, choices, rows: read.value.rows });
    const result: KeptResult = { book: other ? shownBook(read.value) : before.book, plan, done: null };
    const written = await updateSheetFile(shop, id, { purpose: choices.purpose, mapping: choices, result });
    return written ? { ok: true as const } : { ok: false as const, problem: { key: "applied" as const, values: {} } };
  });
}

export async function fileDetail(shop: string, id: string): Promise<FileDetail | null> {
  const file = await findSheetFile(shop, id);
  if (!file) return null;
  const { book, plan } = kept(file);
  return { ...line(file), book, choices: file.mapping as FileChoices, plan };
}

export async function filesPage(shop: string, page: number): Promise<Paged<FileLine>> {
  const { rows, total } = await listSheetFiles(shop, PAGE_SIZE, (page - 1) * PAGE_SIZE);
  return { rows: rows.map(line), total, page, pages: Math.max(1, Math.ceil(total / PAGE_SIZE)) };
}

export async function forgetFile(shop: string, id: string, who: string): Promise<boolean> {
  const file = await findSheetFile(shop, id);
  const gone = await deleteSheetFile(shop, id);
  if (gone && file) await insertLog(shop, now(), { who, what: "file.deleted", detail: { fileId: id, name: file.name } });
  return gone;
}

/** Files that were kept for long enough, of every shop; returns how many. */
export function forgetOldFiles(): Promise<number> {
  return deleteSheetFilesBefore(new Date(now().getTime() - KEPT_MS));
}

export function kept(file: SheetFileRow): KeptResult {
  return file.result as KeptResult;
}

function line(file: SheetFileRow): FileLine {
  const { book, plan, done } = kept(file);
  return {
    id: file.id,
    name: file.name,
    purpose: file.purpose as Purpose,
    state: file.state === "applied" ? "applied" : "read",
    who: file.who,
    createdAt: file.createdAt.toISOString(),
    appliedAt: file.appliedAt?.toISOString() ?? null,
    rows: book.rows,
    left: done?.left ?? plan?.left ?? 0,
    done,
  };
}
