// Creators and codes as files, written while they are read; whoever downloads waits for what is written, and what is written for them.
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import ExcelJS from "exceljs";
import { now } from "../clock.ts";
import { type CodeOut, codesOut, type CreatorOut, creatorsOut, soldByCreator } from "../db/reads/files-out.ts";
import { NOTHING_SOLD, shopFacts, soldByCode } from "../db/reads/sold.ts";
import { BYTE_ORDER_MARK, csvRecord } from "../domain/csv.ts";
import { formatAmount } from "../domain/money.ts";
import type { Sold } from "../domain/pages.ts";
import { CODE_COLUMNS, CREATOR_COLUMNS, type OutColumn, type OutWhat, type OutWords } from "../domain/sheet-out.ts";
import { offsetOf, wallTime } from "../domain/zone.ts";
import { log } from "../log.server.ts";
import { linksOf } from "./files-links.ts";
import { type Cell, put } from "./statement-cells.ts";

export type OutFile = { name: string; type: string; body: Readable };
type OutCell = Cell | { count: number };
type OutRecord = Partial<Record<OutColumn, OutCell>>;
type Asked = { what: OutWhat; kind: "xlsx" | "csv"; words: OutWords };
type Frame = Asked & { shop: string; currency: string; timezone: string; columns: readonly OutColumn[] };

const TYPES = { xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", csv: "text/csv; charset=utf-8" };
const WIDTHS: Partial<Record<OutColumn, number>> = { creator: 26, email: 30, handle: 20, program: 26, codes: 28, code: 20, deal: 26, policy: 18, link: 48, network: 30 };
const PAGE = 1_000;
/** A sheet holds 2^20 rows. */
const MOST_ROWS = 1_048_000;

/** Every creator, or every code, of the shop; `name` says the shop's day. */
export async function outFile(shop: string, asked: Asked): Promise<OutFile> {
  const { currency, timezone } = await shopFacts(shop);
  const frame: Frame = { ...asked, shop, currency, timezone, columns: asked.what === "creators" ? CREATOR_COLUMNS : CODE_COLUMNS };
  const { date } = wallTime(now(), timezone);
  return { name: `${asked.words.fileName} ${date}.${asked.kind}`, type: TYPES[asked.kind], body: asked.kind === "csv" ? Readable.from(csv(frame)) : workbook(frame) };
}

async function* pages(frame: Frame): AsyncGenerator<OutRecord[]> {
  let after: string | null = null;
  for (;;) {
    const [rows, records]: [{ position: string }[], OutRecord[]] = frame.what === "creators" ? await creatorPage(frame, after) : await codePage(frame, after);
    if (rows.length > 0) yield records;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.position;
  }
}

async function creatorPage({ shop, currency }: Frame, after: string | null): Promise<[CreatorOut[], OutRecord[]]> {
  const rows = await creatorsOut(shop, after, PAGE);
  const sold = await soldByCreator(shop, rows.map((row) => row.id));
  const records = rows.map((row): OutRecord => ({
    creator: { text: row.name },
    email: text(row.email),
    handle: text(row.handle),
    program: { text: row.programs.join(", ") },
    codes: { text: row.codes.join(", ") },
    ...soldCells(sold.get(row.id), currency),
    added: { at: row.createdAt.toISOString() },
  }));
  return [rows, records];
}

async function codePage({ shop, currency, words }: Frame, after: string | null): Promise<[CodeOut[], OutRecord[]]> {
  const rows = await codesOut(shop, after, PAGE);
  const [sold, links] = await Promise.all([soldByCode(shop, rows.map((row) => row.id)), linksOf(shop, [])]);
  const records = rows.map((row): OutRecord => ({
    creator: { text: row.creator ?? words.everybody },
    email: text(row.email),
    handle: text(row.handle),
    program: text(row.program),
    code: { text: row.code },
    deal: text(row.deal),
    policy: row.policy === null || row.creator === null ? null : { text: words.policy(row.policy) },
    start: row.startsAt && { at: row.startsAt.toISOString() },
    end: row.endsAt && { at: row.endsAt.toISOString() },
    link: row.retiredAt === null ? { text: links("", row.code) } : null,
    state: { text: words.state(row.retiredAt ? "retired" : row.pausedAt ? "paused" : "in_force") },
    store: row.store === null ? null : { text: words.mark(row.store) },
    network: { text: row.networks.map(({ program, state }) => `${program}: ${words.mark(state)}`).join(", ") },
    ...soldCells(sold.get(row.id), currency),
    made: { at: row.createdAt.toISOString() },
  }));
  return [rows, records];
}

function text(value: string | null): OutCell {
  return value === null ? null : { text: value };
}

function soldCells(sold: Sold | undefined, currency: string): OutRecord {
  const { orders, amount } = sold ?? NOTHING_SOLD;
  return { orders: { count: orders }, sold: { amount, currency } };
}

async function* csv(frame: Frame): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvRecord(frame.columns.map((column) => ({ text: frame.words.column(column, frame.currency) }))));
  for await (const records of pages(frame)) yield Buffer.from(records.map((record) => csvRecord(frame.columns.map((column) => csvCell(record[column] ?? null, frame.timezone)))).join(""));
}

function csvCell(cell: OutCell, timezone: string): { text: string } | { plain: string } {
  if (cell === null) return { plain: "" };
  if ("text" in cell) return { text: cell.text };
  if ("count" in cell) return { plain: String(cell.count) };
  if ("amount" in cell) return { plain: formatAmount(BigInt(cell.amount), cell.currency) };
  const { date, time } = wallTime(new Date(cell.at), timezone);
  return { plain: `${date} ${time}${offsetOf(new Date(cell.at), timezone)}` };
}

/** Begins to write a workbook and gives what can be read of it. A fault, or a reader that goes away, ends it. */
function workbook(frame: Frame): Readable {
  const out = new PassThrough();
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
  async function write(): Promise<void> {
    let [sheet, count, sheets] = [newSheet(book, frame, frame.words.sheet), 1, 1];
    for await (const records of pages(frame)) {
      for (const record of records) {
        if (count++ >= MOST_ROWS) {
          sheet.commit();
          sheet = newSheet(book, frame, `${frame.words.sheet} ${++sheets}`);
          count = 1;
        }
        writeRow(sheet, record, frame);
      }
      if (out.destroyed) return;
      if (out.writableNeedDrain) await Promise.race([once(out, "drain"), once(out, "close")]);
    }
    sheet.commit();
    await book.commit();
  }
  write().catch((fault: unknown) => {
    log.error({ shop: frame.shop, fault: fault instanceof Error ? fault.message : String(fault) }, "a list's workbook could not be written");
    out.destroy(fault instanceof Error ? fault : new Error(String(fault)));
  });
  return out;
}

function newSheet(book: ExcelJS.stream.xlsx.WorkbookWriter, { columns, words, currency }: Frame, name: string): ExcelJS.Worksheet {
  const sheet = book.addWorksheet(name, { views: [{ state: "frozen", ySplit: 1 }] });
  sheet.columns = columns.map((column) => ({ header: words.column(column, currency), key: column, width: WIDTHS[column] ?? 16 }));
  const head = sheet.getRow(1);
  head.font = { bold: true };
  head.commit();
  return sheet;
}

/** Text is a cell of text, whatever it begins with: no spreadsheet computes it. */
function writeRow(sheet: ExcelJS.Worksheet, record: OutRecord, { columns, timezone }: Frame): void {
  const row = sheet.addRow({});
  for (const [index, column] of columns.entries()) {
    const cell = record[column] ?? null;
    if (cell === null) continue;
    if ("count" in cell) row.getCell(index + 1).value = cell.count;
    else put(row.getCell(index + 1), cell, timezone);
  }
  row.commit();
}
