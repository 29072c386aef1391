// The differences of a reconciliation as a file: a workbook or comma-separated values, written while they are read. Texts stay texts: no formula of anybody lives in it.
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import ExcelJS from "exceljs";
import { now } from "../clock.ts";
import { allDifferences, readReconciliation } from "../db/reads/reconcile.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { BYTE_ORDER_MARK, csvRecord, type CsvCell } from "../domain/csv.ts";
import { formatAmount } from "../domain/money.ts";
import { CAUSES, type Cause } from "../domain/reconcile.ts";
import type { DifferenceRow } from "../domain/reconcile-page.ts";
import { offsetOf, wallTime } from "../domain/zone.ts";
import { log } from "../log.server.ts";
import { put, type Cell } from "./statement-cells.ts";

export const DIFFERENCE_COLUMNS = ["cause", "repair", "needs", "order", "order_id", "date", "program", "creator", "currency", "here", "there", "action", "detail"] as const;
export type DifferenceColumn = (typeof DIFFERENCE_COLUMNS)[number];

/** The words of the file, in the language of the page that it is downloaded from. */
export type DifferenceWords = { column: (column: DifferenceColumn) => string; cause: (cause: Cause) => string; mend: (cause: Cause) => string; needs: (needs: "you" | "time") => string; sheet: string; fileName: (from: string, to: string) => string };
type Asked = { id: string; kind: "xlsx" | "csv"; words: DifferenceWords };

const TYPES = { xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", csv: "text/csv; charset=utf-8" };
const WIDTHS: Partial<Record<DifferenceColumn, number>> = { cause: 44, repair: 60, order: 16, order_id: 18, date: 17, program: 26, creator: 26, action: 22, detail: 40 };
/** A sheet holds 2^20 rows. */
const MOST_ROWS = 1_048_000;

/** All differences of a run; null: the shop has none of this id, or it is not done. */
export async function differencesFile(shop: string, { id, kind, words }: Asked): Promise<{ name: string; type: string; body: Readable } | null> {
  const run = id === "" ? null : await readReconciliation(shop, { id, cause: "none", page: 1 }, now());
  if (run === null || run.state !== "done") return null;
  const { timezone } = await shopFacts(shop);
  const body = kind === "csv" ? Readable.from(csv(shop, id, words, timezone)) : workbook(shop, id, words, timezone);
  return { name: `${words.fileName(run.from, run.to)}.${kind}`, type: TYPES[kind], body };
}

function recordOf(row: DifferenceRow, words: DifferenceWords): Record<DifferenceColumn, Cell> {
  const text = (value: string | null): Cell => (value === null || value === "" ? null : { text: value });
  const amount = (value: string | null): Cell => (value === null || row.currency === null ? null : { amount: value, currency: row.currency });
  return {
    cause: { text: words.cause(row.cause) },
    repair: { text: words.mend(row.cause) },
    needs: { text: words.needs(CAUSES[row.cause].needs) },
    order: text(row.orderRef),
    order_id: text(row.order?.id ?? null),
    date: row.orderAt === null ? null : { at: row.orderAt },
    program: text(row.program),
    creator: text(row.creator?.name ?? null),
    currency: text(row.currency),
    here: amount(row.here),
    there: amount(row.there),
    action: text(row.actionId),
    detail: text(Object.entries(row.detail).flatMap(([key, value]) => (value === false || value === "" ? [] : [`${key}: ${String(value)}`])).join(", ")),
  };
}

async function* csv(shop: string, id: string, words: DifferenceWords, timezone: string): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK + csvRecord(DIFFERENCE_COLUMNS.map((column) => ({ text: words.column(column) }))));
  for await (const rows of allDifferences(shop, id)) {
    yield Buffer.from(rows.map((row) => recordOf(row, words)).map((record) => csvRecord(DIFFERENCE_COLUMNS.map((column) => csvCell(record[column], timezone)))).join(""));
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
function workbook(shop: string, id: string, words: DifferenceWords, timezone: string): Readable {
  const out = new PassThrough();
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: out, useStyles: true, useSharedStrings: false });
  async function write(): Promise<void> {
    const sheet = book.addWorksheet(words.sheet, { views: [{ state: "frozen", ySplit: 1 }] });
    sheet.columns = DIFFERENCE_COLUMNS.map((column) => ({ header: words.column(column), key: column, width: WIDTHS[column] ?? 14 }));
    sheet.getRow(1).font = { bold: true };
    sheet.getRow(1).commit();
    let count = 1;
    for await (const rows of allDifferences(shop, id)) {
      for (const row of rows.slice(0, MOST_ROWS - count)) {
        const record = recordOf(row, words);
        const line = sheet.addRow([]);
        DIFFERENCE_COLUMNS.forEach((column, index) => {
          const value = record[column];
          if (value !== null) put(line.getCell(index + 1), value, timezone);
        });
        line.commit();
      }
      count += rows.length;
      if (out.destroyed) return;
      if (out.writableNeedDrain) await Promise.race([once(out, "drain"), once(out, "close")]);
    }
    sheet.commit();
    await book.commit();
  }
  write().catch((fault: unknown) => {
    log.error({ shop, fault: fault instanceof Error ? fault.message : String(fault) }, "a workbook of differences could not be written");
    out.destroy(fault instanceof Error ? fault : new Error(String(fault)));
  });
  return out;
}
