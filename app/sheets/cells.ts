// Where cells are: "AB12" is column 27 (counted from 0) of row 12.

const COLUMNS = 16_384; // of a sheet
const ROWS = 1_048_576;

/** null: the text names no cell. */
export function cellAt(reference: string): { row: number; column: number } | null {
  const found = /^\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$/.exec(reference);
  if (!found) return null;
  let column = 0;
  for (const letter of found[1]!.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  const row = Number(found[2]);
  return column > COLUMNS || row < 1 || row > ROWS ? null : { row, column: column - 1 };
}

/** The letters of a column: 0 is A, 27 is AB. */
export function columnLetters(column: number): string {
  let letters = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}
