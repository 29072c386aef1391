// Cells of a workbook are filled in the XML of their sheet; formulas become their values; all else stays, character by character.
import { cellAt, columnLetters } from "./cells.ts";
import { byRow, type Fill, type Patched } from "./fills.ts";
import { SheetFault, type Steps } from "./problem.ts";
import { openWorkbook, relations, relationsPart, type Workbook } from "./workbook.ts";
import { decodeXml, encodeXml, escapeXml, scanXml, type Tag } from "./xml.ts";
import { unpack, withParts } from "./zip.ts";

/** A stretch of the text and what takes its place. */
type Edit = { from: number; to: number; text: string };

export function* patchWorkbook(bytes: Buffer, sheet: number, fills: readonly Fill[]): Steps<Patched> {
  const workbook = yield* openWorkbook(bytes);
  const parts = new Map<string, Buffer | null>();
  const rows = byRow(fills);
  let formulas = 0;
  for (const [at, { part }] of workbook.sheets.entries()) {
    const was = unpack(workbook.zip, part);
    if (was === null) throw new SheetFault("damaged");
    const xml = decodeXml(was);
    const scan = new SheetScan(xml, at === sheet ? rows : new Map());
    yield* scanXml(xml, { open: (tag) => scan.open(tag), close: (name, from, to) => scan.close(name, from, to) });
    if (scan.edits.length > 0) parts.set(part, encodeXml(edited(xml, scan.edits), was));
    formulas += scan.formulas;
  }
  if (formulas > 0) yield* dropCalculation(workbook, parts);
  return { bytes: parts.size === 0 ? bytes : withParts(workbook.zip, parts), formulas, left: [...rows.values()].flat() };
}

function edited(text: string, edits: readonly Edit[]): string {
  const out: string[] = [];
  let at = 0;
  for (const { from, to, text: piece } of edits) {
    out.push(text.slice(at, from), piece);
    at = to;
  }
  out.push(text.slice(at));
  return out.join("");
}

/** Gathers what is to be replaced in a sheet, from front to back. */
class SheetScan {
  readonly edits: Edit[] = [];
  formulas = 0;
  private readonly xml: string;
  private readonly rows: Map<number, Fill[]>;
  private readonly columnStyles: { min: number; max: number; style: string }[] = [];
  private row: { tag: Tag; n: number; waiting: Fill[] } | null = null;
  private n = 0;
  private column = -1;
  private cell: { tag: Tag; fill: Fill | null } | null = null;
  private formula: Tag | null = null;

  constructor(xml: string, rows: Map<number, Fill[]>) {
    this.xml = xml;
    this.rows = rows;
  }

  open(tag: Tag): void {
    const { name, attributes } = tag;
    if (name === "col" && attributes.style !== undefined) this.columnStyles.push({ min: Number(attributes.min), max: Number(attributes.max), style: attributes.style });
    else if (name === "row") this.openRow(tag);
    else if (name === "c" && this.row !== null) this.openCell(tag);
    else if (name === "f" && this.cell !== null) this.formula = tag;
  }

  close(name: string, from: number, to: number): void {
    if (name === "f" && this.formula !== null && this.cell !== null) {
      this.formulas += 1;
      // A filled cell is replaced as a whole.
      if (this.cell.fill === null) this.dropFormula(this.cell.tag, this.formula.from, to);
      this.formula = null;
    } else if (name === "c" && this.cell !== null) {
      const { tag, fill } = this.cell;
      if (fill !== null) this.edits.push({ from: tag.from, to, text: cellXml(tag.fullName, fill, attributesText(tag.attributes.s)) });
      this.cell = null;
    } else if (name === "row" && this.row !== null) {
      this.closeRow(this.row, from, to);
      this.row = null;
    }
  }

  /** Takes a formula out of its cell, and with it what marks one of the newer kind, which stands for all cells that it spills over. */
  private dropFormula(cell: Tag, from: number, to: number): void {
    const mark = /\scm=(["'])\d+\1/.exec(this.xml.slice(cell.from, cell.to));
    if (mark) this.edits.push({ from: cell.from + mark.index, to: cell.from + mark.index + mark[0].length, text: "" });
    this.edits.push({ from, to, text: "" });
  }

  private openRow(tag: Tag): void {
    this.n = tag.attributes.r === undefined ? this.n + 1 : Number(tag.attributes.r);
    this.column = -1;
    const fills = this.rows.get(this.n) ?? [];
    this.rows.delete(this.n);
    this.row = { tag, n: this.n, waiting: [...fills] };
    const last = fills.at(-1);
    const spans = /(\sspans=["'])(\d+):(\d+)(["'])/.exec(this.xml.slice(tag.from, tag.to));
    if (!last || !spans || tag.empty || last.column < Number(spans[3])) return;
    const at = tag.from + spans.index;
    this.edits.push({ from: at, to: at + spans[0].length, text: `${spans[1]}${spans[2]}:${last.column + 1}${spans[4]}` });
  }

  private openCell(tag: Tag): void {
    const row = this.row!;
    const at = tag.attributes.r === undefined ? this.column + 1 : cellAt(tag.attributes.r)?.column;
    if (at === undefined) throw new SheetFault("damaged");
    this.column = at;
    this.insert(row, tag.from, (fill) => fill.column < at);
    const fill = row.waiting[0]?.column === at ? row.waiting.shift()! : null;
    this.cell = { tag, fill };
  }

  /** Puts cells that the row does not have before one that it has. */
  private insert(row: NonNullable<SheetScan["row"]>, at: number, before: (fill: Fill) => boolean): void {
    const cells: string[] = [];
    while (row.waiting[0] && before(row.waiting[0])) cells.push(this.newCell(row.tag, row.waiting.shift()!));
    if (cells.length > 0) this.edits.push({ from: at, to: at, text: cells.join("") });
  }

  private newCell(row: Tag, fill: Fill): string {
    const { s, customFormat } = row.attributes;
    const style = s !== undefined && (customFormat === "1" || customFormat === "true") ? s : this.columnStyles.find(({ min, max }) => min <= fill.column + 1 && fill.column + 1 <= max)?.style;
    return cellXml(row.fullName.replace(/row$/, "c"), fill, attributesText(style));
  }

  private closeRow(row: NonNullable<SheetScan["row"]>, from: number, to: number): void {
    if (!row.tag.empty) return this.insert(row, from, () => true);
    if (row.waiting.length === 0) return;
    const open = this.xml.slice(row.tag.from, to).replace(/\/>$/, ">");
    const cells = row.waiting.map((fill) => this.newCell(row.tag, fill)).join("");
    this.edits.push({ from: row.tag.from, to, text: `${open}${cells}</${row.tag.fullName}>` });
  }
}

function attributesText(style: string | undefined): string {
  return style === undefined ? "" : ` s="${escapeXml(style)}"`;
}

/** A cell with its text in itself; `name` is "c" with the prefix that the sheet uses. */
function cellXml(name: string, { row, column, text }: Fill, attributes: string): string {
  const prefix = name.slice(0, name.length - 1);
  const space = text === text.trim() ? "" : ' xml:space="preserve"';
  const escaped = escapeXml(text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_"));
  return `<${name} r="${columnLetters(column)}${row}"${attributes} t="inlineStr"><${prefix}is><${prefix}t${space}>${escaped}</${prefix}t></${prefix}is></${name}>`;
}

/** The order of calculation names cells that have no formula any more, which a spreadsheet takes for damage: it goes, with what points to it. */
function* dropCalculation({ zip, part }: Workbook, parts: Map<string, Buffer | null>): Steps<void> {
  const chain = (yield* relations(zip, part)).find((relation) => /\/calcChain$/.test(relation.type));
  if (!chain) return;
  parts.set(chain.target, null);
  yield* dropElement({ zip, part: relationsPart(part), parts }, ({ name, attributes }) => name === "Relationship" && attributes.Id === chain.id);
  yield* dropElement({ zip, part: "[content_types].xml", parts }, ({ name, attributes }) => name === "Override" && attributes.PartName?.toLowerCase() === `/${chain.target}`);
}

type From = { zip: Workbook["zip"]; part: string; parts: Map<string, Buffer | null> };

function* dropElement({ zip, part, parts }: From, isIt: (tag: Tag) => boolean): Steps<void> {
  const was = unpack(zip, part);
  if (was === null) return;
  const xml = decodeXml(was);
  let found: Tag | null = null;
  const edits: Edit[] = [];
  yield* scanXml(xml, {
    open: (tag) => {
      if (isIt(tag)) found = tag;
    },
    close: (name, _from, to) => {
      if (found?.name === name) edits.push({ from: found.from, to, text: "" });
      if (found?.name === name) found = null;
    },
  });
  parts.set(part, encodeXml(edited(xml, edits), was));
}
