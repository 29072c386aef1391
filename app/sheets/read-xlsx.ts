// The cells of a sheet of a workbook, as texts.
import { cellAt } from "./cells.ts";
import type { Shown } from "./number-format.ts";
import { shownNumber } from "./number-format.ts";
import { MOST_CELLS, MOST_COLUMNS, MOST_ROWS, SheetFault, type Steps } from "./problem.ts";
import { cellStyles, scanPart, sharedStrings, type SheetPart, unescaped, type Workbook } from "./workbook.ts";
import type { Tag } from "./xml.ts";

/** `n`: the row's number as a person counts. Cells that are empty are "", those after the last one with something in it are left out. */
export type Row = { n: number; cells: string[] };
/** A range of cells that are shown as one; columns count from 0. */
export type Merge = { top: number; bottom: number; left: number; right: number };
/** `formulas`: how many cells are computed; their text is what was computed last, "" where nothing was kept. */
export type Grid = { rows: Row[]; merges: Merge[]; formulas: number };

/** The header, and what may stand above it. */
const MOST_ABOVE = 20;
const MOST_MERGES = 10_000;

/** The rows of a sheet with something in them. */
export function* readXlsxSheet(workbook: Workbook, sheet: SheetPart): Steps<Grid> {
  const styles = yield* cellStyles(workbook);
  const strings = yield* sharedStrings(workbook);
  const reader = new CellReader(strings, styles, workbook.since1904);
  yield* scanPart(workbook.zip, sheet.part, { open: (tag) => reader.open(tag), text: (text) => reader.text(text), close: (name) => reader.close(name) });
  return reader.grid;
}

type Cell = { column: number; type: string; style: number; value: string; inline: string };

class CellReader {
  readonly grid: Grid = { rows: [], merges: [], formulas: 0 };
  private readonly strings: string[];
  private readonly styles: Shown[];
  private readonly since1904: boolean;
  private row: Row | null = null;
  private n = 0;
  private column = -1;
  private cell: Cell | null = null;
  private into: "value" | "inline" | null = null;
  private spoken = 0;
  private cells = 0;

  constructor(strings: string[], styles: Shown[], since1904: boolean) {
    this.strings = strings;
    this.styles = styles;
    this.since1904 = since1904;
  }

  open({ name, attributes }: Tag): void {
    if (name === "row") {
      this.n = attributes.r === undefined ? this.n + 1 : Number(attributes.r);
      if (!Number.isInteger(this.n) || this.n < 1) throw new SheetFault("damaged");
      this.column = -1;
      this.row = { n: this.n, cells: [] };
    } else if (name === "c") {
      const at = attributes.r === undefined ? null : cellAt(attributes.r);
      if (attributes.r !== undefined && at === null) throw new SheetFault("damaged");
      this.column = at?.column ?? this.column + 1;
      this.cell = { column: this.column, type: attributes.t ?? "n", style: Number(attributes.s ?? 0), value: "", inline: "" };
    } else if (this.cell !== null) {
      if (name === "f") this.grid.formulas += 1;
      if (name === "rPh") this.spoken += 1;
      if (name === "v") this.into = "value";
      else this.into = name === "t" && this.spoken === 0 ? "inline" : null;
    } else if (name === "mergeCell" && this.grid.merges.length < MOST_MERGES) this.merge(attributes.ref ?? "");
  }

  text(text: string): void {
    if (this.cell !== null && this.into !== null) this.cell[this.into] += text;
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.into = null;
    else if (name === "rPh") this.spoken -= 1;
    else if (name === "c" && this.cell !== null) {
      this.keep(this.cell);
      this.cell = null;
    } else if (name === "row" && this.row !== null) {
      if (this.row.cells.length > 0) this.grid.rows.push(this.row);
      if (this.grid.rows.length > MOST_ROWS + MOST_ABOVE) throw new SheetFault("too_many_rows", { limit: MOST_ROWS });
      this.row = null;
    }
  }

  private keep(cell: Cell): void {
    const text = this.shown(cell);
    if (text === "" || this.row === null) return;
    if (cell.column >= MOST_COLUMNS) throw new SheetFault("too_many_columns", { limit: MOST_COLUMNS });
    if (++this.cells > MOST_CELLS) throw new SheetFault("too_large_inside");
    const { cells } = this.row;
    while (cells.length < cell.column) cells.push("");
    cells[cell.column] = text;
  }

  private shown({ type, style, value, inline }: Cell): string {
    switch (type) {
      case "s": {
        if (value === "") return "";
        const text = this.strings[Number(value)];
        if (text === undefined) throw new SheetFault("damaged");
        return text;
      }
      case "inlineStr":
        return unescaped(inline);
      case "str":
        return unescaped(value);
      case "b":
        return value === "1" || value === "true" ? "TRUE" : value === "" ? "" : "FALSE";
      case "e":
        return value;
      case "d":
        return value.replace(/T00:00:00(\.0+)?Z?$/, "");
      default:
        return shownNumber(value, this.styles[style] ?? "number", this.since1904);
    }
  }

  private merge(reference: string): void {
    const [from, to = from] = reference.split(":").map(cellAt);
    if (from && to) this.grid.merges.push({ top: from.row, bottom: to.row, left: from.column, right: to.column });
  }
}
