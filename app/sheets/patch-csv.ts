// Fields of a text file are replaced where they stand; every other byte is copied.
import { csvRows, type Field, type Separator, withoutFormula } from "./csv.ts";
import { byRow, type Fill, type Patched } from "./fills.ts";
import type { Steps } from "./problem.ts";
import { bytesOf, decodeLetters, type Encoding, encodeLetters } from "./text.ts";

type Form = { encoding: Encoding; mark: boolean; separator: Separator };

const SLICE = 5_000; // records

export function* patchText(bytes: Buffer, { separator }: Form, fills: readonly Fill[]): Steps<Patched> {
  const { text, encoding, mark } = decodeLetters(bytes);
  const rows = byRow(fills);
  const writer = new Writer(bytes, text, encoding, mark);
  const left: Fill[] = [];
  let formulas = 0;
  for (const { n, fields } of csvRows(text, separator)) {
    const wanted = rows.get(n) ?? [];
    for (const [column, field] of fields.entries()) {
      const fill = wanted.find((one) => one.column === column);
      const plain = fill ? fill.text : withoutFormula(field.value);
      if (plain === null) continue;
      if (!fill) formulas += 1;
      const written = writer.replace(field.from, field.to, asField(fill ? safe(plain) : plain, separator, field));
      if (!written && fill) left.push(fill);
    }
    // A record that ends before the column gets the fields in between.
    let width = fields.length;
    for (const fill of wanted.filter(({ column }) => column >= fields.length)) {
      const end = fields.at(-1)!.to;
      if (writer.replace(end, end, separator.repeat(fill.column - width + 1) + asField(safe(fill.text), separator, null))) width = fill.column + 1;
      else left.push(fill);
    }
    if (n % SLICE === 0) yield;
  }
  return { bytes: writer.end(), formulas, left };
}

/** A code or link is never a formula; should one look so, it is written as text. */
function safe(text: string): string {
  return withoutFormula(text) ?? text;
}

/** Quoted where the field was, or where it has to be. */
function asField(text: string, separator: Separator, was: Field | null): string {
  const quoted = was?.quoted || /["\r\n]/.test(text) || text.includes(separator) || text !== text.trim();
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Copies the file's bytes, but for the places that are replaced, which come from front to back. */
class Writer {
  private readonly out: Buffer[] = [];
  private readonly bytes: Buffer;
  private readonly text: string;
  private readonly encoding: Encoding;
  private copied = 0; // bytes
  private seen: { text: number; bytes: number }; // the same place in both

  constructor(bytes: Buffer, text: string, encoding: Encoding, mark: boolean) {
    this.bytes = bytes;
    this.text = text;
    this.encoding = encoding;
    this.seen = { text: 0, bytes: mark ? (encoding === "utf-8" ? 3 : 2) : 0 };
  }

  /** false: the encoding has no such letter, and nothing was replaced. */
  replace(from: number, to: number, text: string): boolean {
    const encoded = encodeLetters(text, this.encoding);
    if (encoded === null) return false;
    this.out.push(this.bytes.subarray(this.copied, this.place(from)), encoded);
    this.copied = this.place(to);
    return true;
  }

  end(): Buffer {
    return Buffer.concat([...this.out, this.bytes.subarray(this.copied)]);
  }

  private place(text: number): number {
    this.seen = { text, bytes: this.seen.bytes + bytesOf(this.text.slice(this.seen.text, text), this.encoding) };
    return this.seen.bytes;
  }
}
