// The letters of a text file: which encoding it is in, and back into the same one.
import { SheetFault } from "./problem.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "gb18030";
/** `mark`: the file begins with a byte order mark, which is no part of the text. */
export type Letters = { text: string; encoding: Encoding; mark: boolean };

/**
 * A mark at the front says what a file is in; without one it is UTF-8, if it can be. Of what is left, Chinese Windows writes each character as two
 * bytes above A0, which western text hardly ever has side by side all over; all else is read as Windows-1252, in which every byte is a letter.
 */
export function decodeLetters(bytes: Buffer): Letters {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { text: decode(bytes.subarray(3), "utf-8"), encoding: "utf-8", mark: true };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decode(bytes.subarray(2), "utf-16le"), encoding: "utf-16le", mark: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: decode(bytes.subarray(2), "utf-16be"), encoding: "utf-16be", mark: true };
  if (isBinary(bytes)) throw new SheetFault("not_a_sheet");
  for (const encoding of ["utf-8", "gb18030"] as const) {
    if (encoding === "gb18030" && !inPairs(bytes)) continue;
    try {
      return { text: decode(bytes, encoding), encoding, mark: false };
    } catch {
      // Not this one.
    }
  }
  return { text: decode(bytes, "windows-1252"), encoding: "windows-1252", mark: false };
}

/** No text has a NUL, or more than a stray control character among its first letters. */
function isBinary(bytes: Buffer): boolean {
  const controls = bytes.subarray(0, 4_096).reduce((count, byte) => count + (byte < 9 || (byte > 13 && byte < 32) || byte === 127 ? 1 : 0), 0);
  return bytes.includes(0) || controls > 8;
}

function decode(bytes: Buffer, encoding: Encoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SheetFault("damaged_text");
  }
}

/** Whether all bytes above 7F come as pairs of GB 2312, and at least a few do. */
function inPairs(bytes: Buffer): boolean {
  let pairs = 0;
  for (let at = 0; at < bytes.length; at++) {
    const [first, second] = [bytes[at]!, bytes[at + 1] ?? 0];
    if (first < 0x80) continue;
    if (first < 0xa1 || first > 0xf7 || second < 0xa1 || second === 0xff) return false;
    pairs += 1;
    at += 1;
  }
  return pairs >= 4;
}

/** The text's bytes in its file's encoding, without a mark; null where the encoding has no such letter. */
export function encodeLetters(text: string, encoding: Encoding): Buffer | null {
  if (!text.isWellFormed()) return null;
  switch (encoding) {
    case "utf-8":
      return Buffer.from(text, "utf8");
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    default:
      return encodeBytes(text, encoding);
  }
}

/** Where each character of an encoding of few bytes stands; made when it is first asked for. */
const tables = new Map<Encoding, Map<string, number[]>>();

function encodeBytes(text: string, encoding: "windows-1252" | "gb18030"): Buffer | null {
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  const bytes: number[] = [];
  for (const character of text) {
    const coded = table.get(character);
    if (coded === undefined) return null;
    for (const byte of coded) bytes.push(byte);
  }
  return Buffer.from(bytes);
}

function tableOf(encoding: "windows-1252" | "gb18030"): Map<string, number[]> {
  const table = new Map<string, number[]>();
  const decoder = new TextDecoder(encoding);
  const singles = encoding === "windows-1252" ? 256 : 128;
  for (let byte = 0; byte < singles; byte++) table.set(decoder.decode(Uint8Array.of(byte)), [byte]);
  if (encoding === "windows-1252") return table;
  for (let first = 0x81; first <= 0xfe; first++) {
    for (let second = 0x40; second <= 0xfe; second++) {
      const text = decoder.decode(Uint8Array.of(first, second));
      if (second !== 0x7f && [...text].length === 1 && text !== "\uFFFD" && !table.has(text)) table.set(text, [first, second]);
    }
  }
  return table;
}

/** How many bytes a part of the text takes in its file. */
export function bytesOf(text: string, encoding: Encoding): number {
  switch (encoding) {
    case "utf-8":
      return Buffer.byteLength(text, "utf8");
    case "utf-16le":
    case "utf-16be":
      return text.length * 2;
    case "windows-1252":
      return text.length;
    case "gb18030": {
      // Only pairs were taken for this encoding.
      let bytes = text.length;
      for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) bytes += 1;
      return bytes;
    }
  }
}
