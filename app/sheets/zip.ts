// The container of a workbook (APPNOTE.TXT, ZIP): parts are unpacked one by one and within bounds, and one can take the place of another while every other byte stays.
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { MOST_PART_BYTES, MOST_UNPACKED_BYTES, SheetFault } from "./problem.ts";

type Entry = {
  name: string; // as Open Packaging names parts: no leading slash, compared without regard to case
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  at: number; // of its local header
  central: { from: number; to: number };
};

export type Zip = { bytes: Buffer; entries: Map<string, Entry>; directory: { from: number; to: number; end: number }; unpacked: number };

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const MOST_ENTRIES = 10_000;
const ENCRYPTED = 1;
const UNKNOWN = 0xffffffff;

/** Reads the directory. Throws "damaged" where it is none, "password" where its parts are encrypted. */
export function openZip(bytes: Buffer): Zip {
  const end = findEnd(bytes);
  const { count, size, at } = ended(bytes, end);
  if (count > MOST_ENTRIES) throw new SheetFault("too_large_inside");
  const entries = new Map<string, Entry>();
  let from = at;
  for (let n = 0; n < count; n++) {
    const entry = readEntry(bytes, from);
    // Two parts of one name are read differently by different programs: no way to say which one is meant.
    if (entries.has(entry.name)) throw new SheetFault("damaged");
    entries.set(entry.name, entry);
    from = entry.central.to;
  }
  if (from > at + size || from > end) throw new SheetFault("damaged");
  return { bytes, entries, directory: { from: at, to: from, end }, unpacked: 0 };
}

function findEnd(bytes: Buffer): number {
  const lowest = Math.max(0, bytes.length - 22 - 0xffff);
  for (let at = bytes.length - 22; at >= lowest; at--) if (bytes.readUInt32LE(at) === END) return at;
  throw new SheetFault("damaged");
}

/** How many entries the directory has, how long it is, and where it begins; from the 64-bit record where the short one points there. */
function ended(bytes: Buffer, end: number): { count: number; size: number; at: number } {
  const short = { count: bytes.readUInt16LE(end + 10), size: bytes.readUInt32LE(end + 12), at: bytes.readUInt32LE(end + 16) };
  if (short.count !== 0xffff && short.size !== UNKNOWN && short.at !== UNKNOWN) return checked(bytes, short);
  const locator = end - 20;
  if (locator < 0 || bytes.readUInt32LE(locator) !== 0x07064b50) throw new SheetFault("damaged");
  const record = safe(bytes.readBigUInt64LE(locator + 8));
  if (record + 56 > bytes.length || bytes.readUInt32LE(record) !== 0x06064b50) throw new SheetFault("damaged");
  return checked(bytes, { count: safe(bytes.readBigUInt64LE(record + 32)), size: safe(bytes.readBigUInt64LE(record + 40)), at: safe(bytes.readBigUInt64LE(record + 48)) });
}

function checked<T extends { size: number; at: number }>(bytes: Buffer, found: T): T {
  if (found.at + found.size > bytes.length) throw new SheetFault("damaged");
  return found;
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new SheetFault("damaged");
  return Number(value);
}

function readEntry(bytes: Buffer, from: number): Entry {
  if (from + 46 > bytes.length || bytes.readUInt32LE(from) !== CENTRAL) throw new SheetFault("damaged");
  const nameEnd = from + 46 + bytes.readUInt16LE(from + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(from + 30);
  const to = extraEnd + bytes.readUInt16LE(from + 32);
  if (to > bytes.length) throw new SheetFault("damaged");
  const name = partName(bytes.toString("utf8", from + 46, nameEnd));
  const sizes = longSizes(bytes.subarray(nameEnd, extraEnd), { size: bytes.readUInt32LE(from + 24), packed: bytes.readUInt32LE(from + 20), at: bytes.readUInt32LE(from + 42) });
  return { name, flags: bytes.readUInt16LE(from + 8), method: bytes.readUInt16LE(from + 10), crc: bytes.readUInt32LE(from + 16), ...sizes, central: { from, to } };
}

/** Sizes that the short fields could not hold stand in an extra field, in this order. */
function longSizes(extra: Buffer, short: { size: number; packed: number; at: number }): { size: number; packed: number; at: number } {
  for (let from = 0; from + 4 <= extra.length; from += 4 + extra.readUInt16LE(from + 2)) {
    if (extra.readUInt16LE(from) !== 1) continue;
    const long = { ...short };
    let at = from + 4;
    for (const field of ["size", "packed", "at"] as const) {
      if (short[field] !== UNKNOWN) continue;
      if (at + 8 > extra.length) throw new SheetFault("damaged");
      long[field] = safe(extra.readBigUInt64LE(at));
      at += 8;
    }
    return long;
  }
  return short;
}

/** Some writers use backslashes or a leading slash; letter case makes no difference. */
export function partName(name: string): string {
  return name.replaceAll("\\", "/").replace(/^\/+/, "").toLowerCase();
}

/** A part's bytes, or null where there is none. What a part says of its size is not believed: it is unpacked up to the limit. */
export function unpack(zip: Zip, name: string, most = MOST_PART_BYTES): Buffer | null {
  const entry = zip.entries.get(partName(name));
  if (!entry) return null;
  if ((entry.flags & ENCRYPTED) !== 0) throw new SheetFault("password");
  const packed = zip.bytes.subarray(dataAt(zip, entry), dataAt(zip, entry) + entry.packed);
  const bytes = inflate(entry, packed, Math.min(most, MOST_UNPACKED_BYTES - zip.unpacked));
  zip.unpacked += bytes.length;
  if (bytes.length !== entry.size || crc32(bytes) !== entry.crc) throw new SheetFault("damaged");
  return bytes;
}

function dataAt({ bytes }: Zip, { at, packed }: Entry): number {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL) throw new SheetFault("damaged");
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  if (from + packed > bytes.length) throw new SheetFault("damaged");
  return from;
}

function inflate({ method }: Entry, packed: Buffer, most: number): Buffer {
  if (method === 0 && packed.length <= most) return packed;
  if (method === 0 || most <= 0) throw new SheetFault("too_large_inside");
  if (method !== 8) throw new SheetFault("damaged");
  try {
    return inflateRawSync(packed, { maxOutputLength: most });
  } catch (fault) {
    throw new SheetFault((fault as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too_large_inside" : "damaged");
  }
}

/**
 * The same file with other parts in the place of some (null: without the part). Every other part stays as it was packed, byte by byte, and in its
 * place; so does whatever stands between them.
 */
export function withParts(zip: Zip, parts: ReadonlyMap<string, Buffer | null>): Buffer {
  const inPlace = [...zip.entries.values()].sort((a, b) => a.at - b.at);
  const out: Buffer[] = [];
  const directory = new Map<Entry, Buffer>();
  let copied = 0;
  let length = 0;
  const put = (piece: Buffer) => {
    out.push(piece);
    length += piece.length;
  };
  for (const [index, entry] of inPlace.entries()) {
    put(zip.bytes.subarray(copied, entry.at));
    const next = inPlace[index + 1]?.at ?? zip.directory.from;
    copied = next;
    const part = parts.get(entry.name);
    const at = length;
    if (part === undefined) {
      put(zip.bytes.subarray(entry.at, next));
      directory.set(entry, moved(zip, entry, at));
    } else if (part !== null) {
      const packed = deflateRawSync(part);
      const sizes = { crc: crc32(part), packed: packed.length, size: part.length };
      put(localHeader(zip, entry, sizes));
      put(packed);
      directory.set(entry, rewritten(zip, entry, at, sizes));
    }
  }
  const start = length;
  for (const entry of zip.entries.values()) if (directory.has(entry)) put(directory.get(entry)!);
  put(endOf(zip, directory.size, start, length - start));
  return Buffer.concat(out);
}

/** A directory entry as it was, pointing to where the part is now. */
function moved({ bytes }: Zip, { central, at: was }: Entry, at: number): Buffer {
  const entry = Buffer.from(bytes.subarray(central.from, central.to));
  if (was === at) return entry;
  // A position in the extra field would take precedence; files of this size need none.
  if (entry.readUInt32LE(42) !== UNKNOWN) entry.writeUInt32LE(at, 42);
  else entry.writeBigUInt64LE(BigInt(at), longPosition(entry));
  return entry;
}

function longPosition(entry: Buffer): number {
  let from = 46 + entry.readUInt16LE(28);
  while (entry.readUInt16LE(from) !== 1) from += 4 + entry.readUInt16LE(from + 2);
  return from + 4 + (entry.readUInt32LE(24) === UNKNOWN ? 8 : 0) + (entry.readUInt32LE(20) === UNKNOWN ? 8 : 0);
}

type Sizes = { crc: number; packed: number; size: number };
const DESCRIPTOR = 8; // sizes follow the data

function localHeader({ bytes }: Zip, { at }: Entry, { crc, packed, size }: Sizes): Buffer {
  const nameLength = bytes.readUInt16LE(at + 26);
  const header = Buffer.from(bytes.subarray(at, at + 30 + nameLength));
  header.writeUInt16LE(header.readUInt16LE(6) & ~DESCRIPTOR, 6);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(0, 28);
  return header;
}

function rewritten({ bytes }: Zip, { central }: Entry, at: number, { crc, packed, size }: Sizes): Buffer {
  const nameLength = bytes.readUInt16LE(central.from + 28);
  const entry = Buffer.from(bytes.subarray(central.from, central.from + 46 + nameLength));
  entry.writeUInt16LE(entry.readUInt16LE(8) & ~DESCRIPTOR, 8);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(packed, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(0, 30); // no extra field: nothing needs 64 bits
  entry.writeUInt16LE(0, 32);
  entry.writeUInt32LE(at, 42);
  return entry;
}

function endOf({ bytes, directory }: Zip, count: number, at: number, size: number): Buffer {
  const end = Buffer.from(bytes.subarray(directory.end));
  end.writeUInt16LE(0, 4);
  end.writeUInt16LE(0, 6);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return end;
}
