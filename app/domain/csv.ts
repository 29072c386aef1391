// Comma-separated values as RFC 4180 has them, safe to open in a spreadsheet. Pure.

/** Text is what people or other systems wrote; a plain cell is a number or date that this app made. */
export type CsvCell = { text: string } | { plain: string };

/** A spreadsheet runs text that begins so as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A UTF-8 file says so by its first character; some spreadsheets guess otherwise. */
export const BYTE_ORDER_MARK = "\uFEFF";

/** One record with its line end. */
export function csvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map((cell) => quoted("text" in cell ? guarded(cell.text) : cell.plain)).join(",")}\r\n`;
}

function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
