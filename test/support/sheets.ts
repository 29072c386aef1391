// Files of rows, read back by their headings.
import type ExcelJS from "exceljs";

/** The rows of a sheet by its headings. */
export function rowsOf(sheet: ExcelJS.Worksheet): Record<string, ExcelJS.CellValue>[] {
  const heads = (sheet.getRow(1).values as string[]).slice(1);
  return Array.from({ length: sheet.rowCount - 1 }, (_, index) => Object.fromEntries(heads.map((head, at) => [head, sheet.getRow(index + 2).getCell(at + 1).value])));
}

/** A reader of its own, by the grammar of RFC 4180. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push(row.splice(0));
  }
  return rows;
}
