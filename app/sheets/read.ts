// A file as a person brings it: what it is, its sheet with a header, and the rows below.
import { findHeader, type Header, knownHeadings } from "../domain/sheet-columns.ts";
import { guessSeparator, readCsv, type Separator } from "./csv.ts";
import { caught, MOST_FILE_BYTES, MOST_ROWS, type Read, SheetFault, type Steps } from "./problem.ts";
import { type Grid, readXlsxSheet, type Row } from "./read-xlsx.ts";
import { decodeLetters, type Encoding } from "./text.ts";
import { openWorkbook } from "./workbook.ts";

export type Book = {
  kind: "xlsx" | "csv";
  macros: boolean;
  sheets: { name: string; hidden: boolean }[]; // of a text file, one without a name
  sheet: number; // the one that was read
  header: { n: number; names: string[] }; // a column without a heading has ""
  rows: Row[]; // below the header
  formulas: number;
  csv: { encoding: Encoding; mark: boolean; separator: Separator } | null;
};

/** Reads a file. `sheet`: the one to read; null: the first with known headings, or else the first with any. */
export function readBook(bytes: Buffer, { sheet }: { sheet: number | null }): Steps<Read<Book>> {
  return caught(readEither(bytes, sheet));
}

function* readEither(bytes: Buffer, sheet: number | null): Steps<Book> {
  return (yield* kindOf(bytes) === "xlsx" ? readWorkbook(bytes, sheet) : readText(bytes));
}

/** What the bytes are, by the first of them. Throws what they are instead of a sheet. */
export function kindOf(bytes: Buffer): "xlsx" | "csv" {
  if (bytes.length === 0) throw new SheetFault("empty");
  if (bytes.length > MOST_FILE_BYTES) throw new SheetFault("too_large", { limit: MOST_FILE_BYTES / 1024 / 1024 });
  const begins = bytes.subarray(0, 512).toString("latin1");
  if (begins.startsWith("PK\x03\x04")) return "xlsx";
  if (begins.startsWith("PK")) throw new SheetFault("damaged");
  if (begins.startsWith("\xd0\xcf\x11\xe0")) throw new SheetFault(isEncrypted(bytes) ? "password" : "old_xls");
  if (/^(%PDF|\x89PNG|\xff\xd8\xff|GIF8|\x1f\x8b|Rar!|7z\xbc\xaf|\{\\rtf)/.test(begins)) throw new SheetFault("not_a_sheet");
  const text = begins.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (/^<(\?xml|!doctype|html|table|meta|head)/i.test(text)) throw new SheetFault(/^<\?xml/i.test(text) ? "xml_sheet" : "web_page");
  if (/^[[{]\s*["{[\]}]/.test(text)) throw new SheetFault("not_a_sheet");
  return "csv";
}

/** A workbook with a password is a container of the old kind with an "EncryptedPackage" in it (MS-OFFCRYPTO 2.3.4.4). */
function isEncrypted(bytes: Buffer): boolean {
  return bytes.includes(Buffer.from("EncryptedPackage", "utf16le"));
}

function* readWorkbook(bytes: Buffer, wanted: number | null): Steps<Book> {
  const workbook = yield* openWorkbook(bytes);
  const { sheets, macros } = workbook;
  const visible = sheets.map((_, at) => at).filter((at) => !sheets[at]!.hidden);
  const asked = wanted === null ? (visible.length > 0 ? visible : sheets.map((_, at) => at)) : [wanted];
  let first: { at: number; grid: Grid; header: Header } | null = null;
  let headless = false;
  for (const at of asked) {
    const part = sheets[at];
    if (!part) throw new SheetFault("no_such_sheet");
    const grid = yield* readXlsxSheet(workbook, part);
    if (grid.rows.length === 0) continue;
    const header = findHeader(grid.rows, grid.merges);
    if (header === null) headless = true;
    else if (first === null || knownHeadings(header.names) > 0) first = { at, grid, header };
    if (header !== null && knownHeadings(header.names) > 0) break;
  }
  if (first === null) throw new SheetFault(headless ? "no_header" : "empty");
  const { at, grid, header } = first;
  return { kind: "xlsx", macros, sheets: sheets.map(({ name, hidden }) => ({ name, hidden })), sheet: at, ...below(grid, header), formulas: grid.formulas, csv: null };
}

function* readText(bytes: Buffer): Steps<Book> {
  const { text, encoding, mark } = decodeLetters(bytes);
  if (text.trim() === "") throw new SheetFault("empty");
  const separator = guessSeparator(text);
  const grid = yield* readCsv(text, separator);
  const header = findHeader(grid.rows);
  if (header === null) throw new SheetFault(grid.rows.length === 0 ? "empty" : "no_header");
  return { kind: "csv", macros: false, sheets: [{ name: "", hidden: false }], sheet: 0, ...below(grid, header), formulas: grid.formulas, csv: { encoding, mark, separator } };
}

/** The header as wide as the widest row below it. */
function below({ rows }: Grid, header: Header): Pick<Book, "header" | "rows"> {
  const under = rows.slice(header.at + 1);
  if (under.length === 0) throw new SheetFault("no_rows");
  if (under.length > MOST_ROWS) throw new SheetFault("too_many_rows", { limit: MOST_ROWS });
  const width = under.reduce((most, row) => Math.max(most, row.cells.length), header.names.length);
  return { header: { n: header.n, names: Array.from({ length: width }, (_, at) => header.names[at] ?? "") }, rows: under };
}
