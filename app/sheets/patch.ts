// Cells of a file are filled in; all else stays as it was.
import type { Fill, Patched } from "./fills.ts";
import { patchText } from "./patch-csv.ts";
import { patchWorkbook } from "./patch-xlsx.ts";
import { caught, type Read, type Steps } from "./problem.ts";
import type { Book } from "./read.ts";

export type { Fill, Patched } from "./fills.ts";

/**
 * The file with these cells filled. In a workbook every part but the sheets stays byte by byte, and in a sheet every character but the cells filled and
 * the formulas; in a text file every byte but those fields. No formula is left: each becomes its value.
 */
export function fillCells(bytes: Buffer, book: Pick<Book, "kind" | "sheet" | "csv">, fills: readonly Fill[]): Steps<Read<Patched>> {
  return caught(book.csv ? patchText(bytes, book.csv, fills) : patchWorkbook(bytes, book.sheet, fills));
}
