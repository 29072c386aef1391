// Text in columns, field by field with the place of each: what is read is what can be replaced.
import { MOST_CELLS, MOST_COLUMNS, MOST_ROWS, SheetFault, type Steps } from "./problem.ts";
import type { Grid, Row } from "./read-xlsx.ts";

export const SEPARATORS = [",", ";", "\t", "|"] as const;
export type Separator = (typeof SEPARATORS)[number];

/** A field of a record: its value, and where it stands in the text, quotation marks included. */
export type Field = { value: string; from: number; to: number; quoted: boolean };
/** `n`: which record it is, counted from 1 with the empty ones, as a spreadsheet numbers its rows. */
export type CsvRow = { n: number; fields: Field[] };

const MOST_ABOVE = 20;
const SLICE = 5_000; // records

/** Reads record by record, from the text's first. A quotation mark that is never closed is a fault: all that follows would be one field. */
export function* csvRows(text: string, separator: Separator): Generator<CsvRow, void, void> {
  let at = namedSeparator(text)?.length ?? 0;
  // The line that names the separator is the first one to a person who counts, if the spreadsheet does not take it away.
  for (let n = 1; at < text.length; n++) {
    const fields: Field[] = [];
    for (;;) {
      const field = fieldAt(text, at, separator, n);
      fields.push(field);
      at = field.to;
      if (text[at] !== separator) break;
      at += 1;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at += 2;
    else if (at < text.length) at += 1;
    yield { n, fields };
  }
}

function fieldAt(text: string, from: number, separator: Separator, n: number): Field {
  if (text[from] !== '"') {
    const to = plainEnd(text, from, separator);
    return { value: text.slice(from, to), from, to, quoted: false };
  }
  let value = "";
  for (let at = from + 1; ; ) {
    const close = text.indexOf('"', at);
    if (close < 0) throw new SheetFault("open_quote", { row: n });
    value += text.slice(at, close);
    if (text[close + 1] !== '"') {
      // What follows the closing mark is taken as it stands.
      const to = plainEnd(text, close + 1, separator);
      return { value: value + text.slice(close + 1, to), from, to, quoted: true };
    }
    value += '"';
    at = close + 2;
  }
}

function plainEnd(text: string, from: number, separator: Separator): number {
  let to = from;
  for (; to < text.length; to++) {
    const character = text[to];
    if (character === separator || character === "\n" || character === "\r") break;
  }
  return to;
}

/** Excel writes "sep=;" above a file whose separator is not to be guessed. */
function namedSeparator(text: string): string | null {
  return /^"?sep=[,;\t|]"?(?:\r\n|\n|\r)/i.exec(text)?.[0] ?? null;
}

/** The separator with which the first records have the most fields in common; of none of them, a comma. */
export function guessSeparator(text: string): Separator {
  const named = namedSeparator(text);
  if (named !== null) return named.replace(/"/g, "")[4] as Separator;
  let best: { separator: Separator; score: number } = { separator: ",", score: 0 };
  for (const separator of SEPARATORS) {
    const score = scoreOf(text, separator);
    if (score > best.score) best = { separator, score };
  }
  return best.separator;
}

const MOST_LOOKED_AT = 30;

/** How many fields most of the first records have, and how many of them have so many. */
function scoreOf(text: string, separator: Separator): number {
  const counts = new Map<number, number>();
  let looked = 0;
  try {
    for (const { fields } of csvRows(text, separator)) {
      if (fields.length === 1 && fields[0]!.value.trim() === "") continue;
      counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
      if (++looked === MOST_LOOKED_AT) break;
    }
  } catch (fault) {
    // The other separators may read it; if none does, reading it says where it goes wrong.
    if (fault instanceof SheetFault) return 0;
    throw fault;
  }
  const [fields, times] = [...counts].filter(([count]) => count > 1).sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return times / Math.max(1, looked) + (fields === 0 ? 0 : 1 - 1 / fields) / 10;
}

/**
 * What a spreadsheet would compute: its text in place of the formula, or null where the field is none. ="0012" is a text that keeps its zeros. What begins
 * with "=" is one; what begins with +, - or @ only where it calls, names another file or starts a program: phone numbers and handles begin so as well.
 */
export function withoutFormula(value: string): string | null {
  const constant = /^="((?:[^"]|"")*)"$/.exec(value)?.[1];
  if (constant !== undefined) return withoutFormula(constant.replaceAll('""', '"')) ?? constant.replaceAll('""', '"');
  if (value.startsWith("=")) return `'${value}`;
  return /^[+\-@]/.test(value) && /[(!|]/.test(value) && !/^[+-][\d\s().\/-]+$/.test(value) ? `'${value}` : null;
}

/** The records with something in them, as the rows of a sheet. */
export function* readCsv(text: string, separator: Separator): Steps<Grid> {
  const rows: Row[] = [];
  let [cells, formulas] = [0, 0];
  for (const { n, fields } of csvRows(text, separator)) {
    const values = fields.map(({ value }) => {
      const plain = withoutFormula(value);
      if (plain !== null) formulas += 1;
      return plain === null || plain.startsWith("'") ? value : plain;
    });
    while (values.length > 0 && values.at(-1) === "") values.pop();
    if (values.length > MOST_COLUMNS) throw new SheetFault("too_many_columns", { limit: MOST_COLUMNS });
    if ((cells += values.length) > MOST_CELLS) throw new SheetFault("too_large_inside");
    if (values.length > 0) rows.push({ n, cells: values });
    if (rows.length > MOST_ROWS + MOST_ABOVE) throw new SheetFault("too_many_rows", { limit: MOST_ROWS });
    if (n % SLICE === 0) yield;
  }
  return { rows, merges: [], formulas };
}
