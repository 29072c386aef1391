// Files to try: workbooks written by a library of their own, and by hand where no library would write such a thing.
import ExcelJS from "exceljs";
import { strToU8, zipSync } from "fflate";
import { atOnce } from "#app/sheets/problem.ts";
import { type Book, readBook } from "#app/sheets/read.ts";

export function read(bytes: Buffer, sheet: number | null = null) {
  return atOnce(readBook(bytes, { sheet }));
}

export function bookOf(bytes: Buffer, sheet: number | null = null): Book {
  const answer = read(bytes, sheet);
  if (!answer.ok) throw new Error(`the file could not be read: ${JSON.stringify(answer.problem)}`);
  return answer.value;
}

/** The texts of a file, the header first. */
export function textsOf(bytes: Buffer, sheet: number | null = null): string[][] {
  const book = bookOf(bytes, sheet);
  return [book.header.names, ...book.rows.map((row) => row.cells)];
}

export async function workbookOf(build: (book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  build(book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

export async function loaded(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as never);
  return book;
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";

type Parts = Record<string, string | Uint8Array>;

/** The parts of a workbook whose sheets have this XML inside <worksheet>; `more` takes the place of parts, or stands beside them. */
export function partsOf(sheets: string[], more: Parts = {}): Parts {
  const sheetList = sheets.map((_, at) => `<sheet name="Sheet ${at + 1}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join("");
  const relations = sheets.map((_, at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`).join("");
  const parts: Parts = {
    "[Content_Types].xml": `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheetList}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${PACKAGE}">${relations}</Relationships>`,
  };
  sheets.forEach((xml, at) => (parts[`xl/worksheets/sheet${at + 1}.xml`] = `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="${MAIN}">${xml}</worksheet>`));
  return { ...parts, ...more };
}

export function zipped(parts: Parts, level: 0 | 6 = 6): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? strToU8(part) : part])), { level }));
}

export function rawWorkbook(sheetXml: string, more: Parts = {}): Buffer {
  return zipped(partsOf([sheetXml], more));
}

/** A cell with its text in itself, as XML. */
export function cell(reference: string, text: string): string {
  return `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;
}
