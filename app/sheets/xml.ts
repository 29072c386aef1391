// The parts of a workbook are XML: read once from front to back, in steps.
import { SaxesParser } from "saxes";
import { SheetFault, type Steps } from "./problem.ts";

/** A tag that opens: its name without a prefix, the name as it stands, its attributes, and where it begins and ends in the text. */
export type Tag = { name: string; fullName: string; attributes: Record<string, string>; from: number; to: number; empty: boolean };

export type Handlers = {
  open?: (tag: Tag) => void;
  text?: (text: string) => void;
  /** `from`, `to`: of the closing tag; of an empty element, its own. */
  close?: (name: string, from: number, to: number) => void;
};

const SLICE = 256 * 1024;

/** The text of a part: UTF-8, or UTF-16 where it begins with its mark. A mark at the front is part of the text. */
export function decodeXml(bytes: Buffer): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SheetFault("damaged");
  }
}

/** The text as the part had it before. */
export function encodeXml(text: string, like: Buffer): Buffer {
  const encoding = encodingOf(like);
  const bytes = Buffer.from(text, encoding === "utf-8" ? "utf8" : "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}

function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

/** Reads the text; throws "damaged" where it is not well-formed. Entities that a document defines itself are unknown, and so an error. */
export function* scanXml(text: string, handlers: Handlers): Steps<void> {
  const parser = new SaxesParser({});
  // saxes drops a mark at the front from its count of positions.
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let fault: Error | null = null;
  parser.on("error", (error) => {
    fault ??= error;
  });
  parser.on("doctype", () => {
    fault ??= new Error("a doctype");
  });
  const tagEnd = () => start + parser.position;
  parser.on("opentag", ({ name, attributes, isSelfClosing }) => {
    const to = tagEnd();
    // No attribute can hold a "<".
    handlers.open?.({ name: local(name), fullName: name, attributes: attributes as Record<string, string>, from: text.lastIndexOf("<", to - 1), to, empty: isSelfClosing });
  });
  parser.on("closetag", ({ name }) => {
    const to = tagEnd();
    handlers.close?.(local(name), text.lastIndexOf("<", to - 1), to);
  });
  if (handlers.text) {
    parser.on("text", handlers.text);
    parser.on("cdata", handlers.text);
  }
  for (let at = start; at < text.length && fault === null; at += SLICE) {
    parser.write(text.slice(at, at + SLICE));
    yield;
  }
  if (fault === null) parser.close();
  if (fault !== null) throw new SheetFault("damaged");
}

function local(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Text between tags, or in an attribute. What XML cannot hold is left out. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
