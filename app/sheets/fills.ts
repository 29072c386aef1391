// What is to be filled in, and what came of it.

/** A cell that takes a text: the row as a person counts, the column from 0. */
export type Fill = { row: number; column: number; text: string };

/** `formulas`: how many cells were computed and now hold what was computed last. `left`: cells that the file has no place for, or no letters. */
export type Patched = { bytes: Buffer; formulas: number; left: Fill[] };

/** The fills of each row, from left to right. */
export function byRow(fills: readonly Fill[]): Map<number, Fill[]> {
  const rows = new Map<number, Fill[]>();
  for (const fill of fills) {
    const row = rows.get(fill.row);
    if (row) row.push(fill);
    else rows.set(fill.row, [fill]);
  }
  for (const row of rows.values()) row.sort((a, b) => a.column - b.column);
  return rows;
}
