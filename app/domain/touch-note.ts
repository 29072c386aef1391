// What the storefront tells of a visitor: the body of POST /touches, read into values, or why it cannot be. Pure.
import { instantNs } from "./instant.ts";
import { isParameter, isVisitor, readEntry, readValue, touchKey, writeEntry, type Entry, type TouchKind, type TouchSource } from "./touch.ts";

/** A touch, under its name (domain/touch.ts touchKey). `atMs` as the browser says it. */
export type ToldTouch = Entry & { key: string };

/** A finished checkout. `orderId` and `customerId`: digits. `codes` as they stood in the checkout. */
export type ToldCheckout = { token: string; orderId: string | null; customerId: string | null; codes: string[]; atMs: number };

export type TouchNote = { token: string; visitor: string; source: TouchSource; touches: ToldTouch[]; checkout: ToldCheckout | null };

export type ReadNote = { ok: true; note: TouchNote } | { ok: false; problem: string };

export const MOST_TOUCHES = 10;
const MOST_CODES = 25;
const LONGEST_CODE = 255;
const LONGEST_TOKEN = 400;
const CHECKOUT = /^[A-Za-z0-9_=.:-]{1,200}$/;
const ID = /^(?:gid:\/\/shopify\/[A-Za-z]{1,40}\/)?(\d{1,20})$/;
const KINDS: ReadonlySet<string> = new Set<TouchKind>(["click_id", "code", "link"]);

class Problem extends Error {}

/** Reads a parsed body. The problem says what is wrong in words for whoever writes a client; it repeats nothing that was sent. */
export function readNote(body: unknown): ReadNote {
  try {
    const fields = objectOf(body, "the body");
    const visitor = textOf(fields.visitor, "visitor", 64);
    if (!isVisitor(visitor)) throw new Problem("visitor must be 8 to 64 letters, digits, _ or -");
    const { source } = fields;
    if (source !== "pixel" && source !== "embed") throw new Problem('source must be "pixel" or "embed"');
    const touches = fields.touches === undefined || fields.touches === null ? [] : listOf(fields.touches, "touches", MOST_TOUCHES);
    const note = {
      token: textOf(fields.token, "token", LONGEST_TOKEN),
      visitor,
      source,
      touches: touches.map((touch, at) => touchOf(touch, visitor, `touches[${at}]`)),
      checkout: fields.checkout === undefined || fields.checkout === null ? null : checkoutOf(fields.checkout),
    } satisfies TouchNote;
    if (note.touches.length === 0 && note.checkout === null) throw new Problem("touches or checkout must be given");
    return { ok: true, note };
  } catch (fault) {
    if (fault instanceof Problem) return { ok: false, problem: fault.message };
    throw fault;
  }
}

function touchOf(given: unknown, visitor: string, where: string): ToldTouch {
  const fields = objectOf(given, where);
  const kind = textOf(fields.kind, `${where}.kind`, 20);
  if (!isKind(kind)) throw new Problem(`${where}.kind must be click_id, code or link`);
  const parameter = fields.parameter === undefined || fields.parameter === null ? null : textOf(fields.parameter, `${where}.parameter`, 40);
  if (parameter !== null && !isParameter(parameter)) throw new Problem(`${where}.parameter must be letters, digits, _ or -`);
  if (parameter === null && kind === "click_id") throw new Problem(`${where}.parameter must say whose click id it is`);
  const value = readValue(kind, textOf(fields.value, `${where}.value`, 400));
  if (value === null) throw new Problem(`${where}.value is no ${kind === "click_id" ? "click id" : "word"}`);
  const entry: Entry = { atMs: instantOf(fields.at, `${where}.at`), kind, parameter, value };
  // The same touch is told by the cart's attributes as well: it has one name everywhere.
  const key = textOf(fields.key, `${where}.key`, 2_200);
  const named = key.startsWith(`${visitor}:`) ? readEntry(key.slice(visitor.length + 1)) : null;
  if (named === null || writeEntry(named) !== writeEntry(entry)) throw new Problem(`${where}.key must be the visitor, a colon and the touch's entry`);
  return { ...entry, key: touchKey(visitor, entry) };
}

function isKind(text: string): text is TouchKind {
  return KINDS.has(text);
}

function checkoutOf(given: unknown): ToldCheckout {
  const fields = objectOf(given, "checkout");
  const token = textOf(fields.token, "checkout.token", 200);
  if (!CHECKOUT.test(token)) throw new Problem("checkout.token is no token");
  const codes = fields.codes === undefined || fields.codes === null ? [] : listOf(fields.codes, "checkout.codes", MOST_CODES);
  return {
    token,
    orderId: idOf(fields.orderId, "checkout.orderId"),
    customerId: idOf(fields.customerId, "checkout.customerId"),
    codes: codes.map((code, at) => codeOf(code, `checkout.codes[${at}]`)),
    atMs: instantOf(fields.at, "checkout.at"),
  };
}

function codeOf(given: unknown, where: string): string {
  const code = textOf(given, where, LONGEST_CODE);
  if (code.includes("\0") || !code.isWellFormed()) throw new Problem(`${where} is no code`);
  return code;
}

/** An id as the store writes it, with or without what it is of; null: there is none (a guest). */
function idOf(given: unknown, where: string): string | null {
  if (given === undefined || given === null || given === "") return null;
  const id = ID.exec(textOf(given, where, 80))?.[1];
  if (id === undefined) throw new Problem(`${where} is no id`);
  return id;
}

function instantOf(given: unknown, where: string): number {
  const ns = instantNs(textOf(given, where, 40));
  if (ns === null || ns < 0n) throw new Problem(`${where} is no instant (ISO 8601, with a zone)`);
  return Number(ns / 1_000_000n);
}

function objectOf(given: unknown, where: string): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Problem(`${where} is no object`);
  return given as Record<string, unknown>;
}

function listOf(given: unknown, where: string, most: number): unknown[] {
  if (!Array.isArray(given)) throw new Problem(`${where} is no list`);
  if (given.length > most) throw new Problem(`${where} has more than ${most}`);
  return given;
}

function textOf(given: unknown, where: string, most: number): string {
  if (typeof given !== "string") throw new Problem(`${where} is no text`);
  if (given.length > most) throw new Problem(`${where} is longer than ${most}`);
  return given;
}
