// Everything that is to be said of a file's rows, as a file of its own.
import { BYTE_ORDER_MARK, csvRecord } from "../domain/csv.ts";
import type { FileChoices, RowNote } from "../domain/sheet-page.ts";
import { findSheetFile, readSheetBytes } from "../db/sheet-file.ts";
import { planRows } from "../domain/sheet-plan.ts";
import { readBook } from "../sheets/read.ts";
import { kept } from "./files.ts";
import { sheetWorld } from "./files-plan.ts";
import { inFileTurn, inSteps } from "./files-read.ts";

export type NoteWords = { row: string; what: string; leftOut: string; yes: string; no: string; note: (note: Pick<RowNote, "key" | "values">) => string; fileName: (name: string) => string };

/** One line for each finding; null: there is no such file. Where the file was taken over, people that it added are known by now. */
export async function notesFile(shop: string, id: string, words: NoteWords): Promise<{ name: string; text: string } | null> {
  const file = await findSheetFile(shop, id);
  const bytes = file && (await readSheetBytes(shop, id));
  if (!file || !bytes) return null;
  const choices = file.mapping as FileChoices;
  const name = words.fileName(file.name.replace(/\.\w+$/, ""));
  const head = csvRecord([words.row, words.what, words.leftOut].map((text) => ({ text })));
  const notes = await inFileTurn(async () => {
    const read = await inSteps(readBook(bytes, { sheet: choices.sheet }));
    if (!read.ok) return kept(file).plan?.notes ?? [];
    return planRows(read.value.rows, choices, await sheetWorld(shop, choices)).flatMap(({ n, findings }) => findings.map((finding) => ({ n, ...finding })));
  });
  const lines = notes.map((note) => csvRecord([{ plain: String(note.n) }, { text: words.note(note) }, { text: note.blocking ? words.yes : words.no }]));
  return { name: `${name}.csv`, text: BYTE_ORDER_MARK + head + lines.join("") };
}
