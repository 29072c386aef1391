// Statements as files: a workbook or comma-separated values, of one creator or of all, written while they are read. The files are whole,
// however long; what is written waits for whoever downloads it.
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import ExcelJS from "exceljs";
import { findCreators } from "../db/creator.ts";
import { BYTE_ORDER_MARK, csvRecord, type CsvCell } from "../domain/csv.ts";
import { formatAmount } from "../domain/money.ts";
import { FILE_COLUMNS, type FileColumn as Column, type FileWords, type OverviewRow } from "../domain/statement-page.ts";
import { offsetOf, wallTime } from "../domain/zone.ts";
import { log } from "../log.server.ts";
import { put, records, type Cell, type Whose } from "./statement-cells.ts";
import { addSummary } from "./statement-summary.ts";
import { allLines, readOverviewRows, readTotals, statementFrame, type StatementFrame } from "./statement.ts";

export type FileKind = "xlsx" | "csv";
export type StatementFile = { name: string; type: string; body: Readable };
type Wanted = { creatorId: string | null; month: string; kind: FileKind; words: FileWords };

const TYPES: Record<FileKind, string> = { xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", csv: "text/csv; charset=utf-8" };
const WIDTHS: Record<Column, number> = { creator: 24, date: 17, order: 14, code: 18, currency: 10, credited: 14, reversed: 14, adjusted: 14, net: 14, note: 22, payout: 14, payout_currency: 12, payout_state: 16, payout_read: 17, payout_note: 60, order_id: 18 };
const AMOUNTS: readonly Column[] = ["credited", "reversed", "adjusted", "net"];
/** A sheet holds 2^20 rows. */
const MOST_ROWS = 1_048_000;

/** The file of a creator's statement, or (creatorId null) of all creators' of a month; null: there is no such creator or month. */
export async function statementFile(shop: string, { creatorId, month, kind, words }: Wanted): Promise<StatementFile | null> {
  const frame = await statementFrame(shop, month);
  if (!frame) return null;
  const rows = creatorId === null ? (await readOverviewRows(shop, month))!.rows : null;
  const creators = rows?.map((row) => row.creator) ?? (await findCreators(shop, [creatorId!]));
  const whose = creators.map(({ id, name }) => ({ id, name }));
  if (creatorId !== null && whose.length === 0) return null;
  const columns = FILE_COLUMNS.filter((column) => creatorId === null || column !== "creator");
  const body = kind === "csv" ? Readable.from(csv(shop, frame, whose, columns, words)) : workbook(shop, frame, whose, columns, words, rows);
  return { name: `${words.fileName(creatorId === null ? null : whose[0]!.name, month)}.${kind}`, type: TYPES[kind], body };
}

async function* csv(shop: string, frame: StatementFrame, creators: readonly Whose[], columns: readonly Column[], words: FileWords): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvRecord(columns.map((column) => ({ text: words.column[column] }))));
  for (const creator of creators) {
    for await (const lines of allLines(shop, creator.id, frame)) {
      yield Buffer.from(lines.flatMap((line) => records(creator, line, words, frame.head.timezone)).map((record) => csvRecord(columns.map((column) => csvCell(record[column], frame.head.timezone)))).join(""));
    }
  }
}

function csvCell(cell: Cell, timezone: string): CsvCell {
  if (cell === null) return { plain: "" };
  if ("text" in cell) return { text: cell.text };
  if ("amount" in cell) return { plain: formatAmount(BigInt(cell.amount), cell.currency) };
  const { date, time } = wallTime(new Date(cell.at), timezone);
  return { plain: `${date} ${time}${offsetOf(new Date(cell.at), timezone)}` };
}

/** Begins to write a workbook and gives what can be read of it. A fault, or a reader that goes away, ends it. */
function workbook(shop: string, frame: StatementFrame, creators: readonly Whose[], columns: readonly Column[], words: FileWords, rows: readonly OverviewRow[] | null): Readable {
  const out = new PassThrough();
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
  async function write(): Promise<void> {
    let sheet = ordersSheet(book, words.sheet.orders, columns, words);
    let count = 1;
    let sheets = 1;
    for (const creator of creators) {
      for await (const lines of allLines(shop, creator.id, frame)) {
        for (const record of lines.flatMap((line) => records(creator, line, words, frame.head.timezone))) {
          if (count++ >= MOST_ROWS) {
            sheet.commit();
            sheet = ordersSheet(book, `${words.sheet.orders} ${++sheets}`, columns, words);
            count = 1;
          }
          writeRow(sheet, record, columns, frame.head.timezone);
        }
        if (out.destroyed) return;
        if (out.writableNeedDrain) await Promise.race([once(out, "drain"), once(out, "close")]);
      }
    }
    sheet.commit();
    const totals = rows === null ? await readTotals(shop, creators[0]!.id, frame) : null;
    addSummary(book, frame, words, totals === null ? { rows: rows! } : { creator: creators[0]!, ...totals });
    await book.commit();
  }
  write().catch((fault: unknown) => {
    log.error({ shop, fault: fault instanceof Error ? fault.message : String(fault) }, "a statement's workbook could not be written");
    out.destroy(fault instanceof Error ? fault : new Error(String(fault)));
  });
  return out;
}

function ordersSheet(book: ExcelJS.stream.xlsx.WorkbookWriter, name: string, columns: readonly Column[], words: FileWords): ExcelJS.Worksheet {
  const sheet = book.addWorksheet(name, { views: [{ state: "frozen", ySplit: 1 }], pageSetup: { paperSize: 9, orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 0, printTitlesRow: "1:1" } });
  sheet.columns = columns.map((column) => ({ header: words.column[column], key: column, width: WIDTHS[column] }));
  const head = sheet.getRow(1);
  head.font = { bold: true };
  columns.forEach((column, index) => {
    if (AMOUNTS.includes(column) || column === "payout") head.getCell(index + 1).alignment = { horizontal: "right" };
  });
  head.commit();
  return sheet;
}

function writeRow(sheet: ExcelJS.Worksheet, record: Record<Column, Cell>, columns: readonly Column[], timezone: string): void {
  const row = sheet.addRow({});
  columns.forEach((column, index) => {
    const cell = record[column];
    if (cell !== null) put(row.getCell(index + 1), cell, timezone);
  });
  row.commit();
}
