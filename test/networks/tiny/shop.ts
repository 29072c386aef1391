// What the tiny network holds: in memory, with numbers for ids, and habits of its own. It has no deals, no patterns, no contracts, and changes no sale: it only
// takes a whole one back. It fails in its own words: { code, why }.
import { nowMs } from "#app/clock.ts";

export type TinyPartner = { no: number; name: string; mail: string; since: number; until: number | null };
export type TinyCode = { no: number; partner: number; word: string; open: boolean; from: number | null; to: number | null };
export type TinySale = { no: number; order: string; partner: number; word: string; cents: number; currency: string; at: number; back: boolean; lines: { article: string; pieces: number; cents: number }[] };

export class TinyFailure extends Error {
  readonly code: "BAD_KEY" | "NOT_FOR_YOU" | "NO_SUCH" | "BAD_INPUT" | "TOO_FAST" | "DOWN";

  constructor(code: TinyFailure["code"], why: string) {
    super(why);
    this.code = code;
  }
}

export const tiny = {
  key: "tk_0123456789",
  campaign: { no: 5, title: "Tiny friends", running: true },
  partners: [] as TinyPartner[],
  codes: [] as TinyCode[],
  sales: [] as TinySale[],
  /** What the key may not do, by the first word of a call. */
  forbidden: new Set<string>(),
  calls: [] as string[],
  nextNo: 100,
};

export function clearTiny(): void {
  Object.assign(tiny, { partners: [], codes: [], sales: [], forbidden: new Set(), calls: [], nextNo: 100, campaign: { no: 5, title: "Tiny friends", running: true } });
}

/** Lets a call in, or says why not. */
export function enter(key: string, call: string): void {
  tiny.calls.push(call);
  if (key !== tiny.key) throw new TinyFailure("BAD_KEY", "who are you?");
  if (tiny.forbidden.has(call.split(" ")[0]!)) throw new TinyFailure("NOT_FOR_YOU", call);
}

export function newCode(partner: number, word: string, from: number | null, to: number | null): TinyCode {
  if (tiny.codes.some((code) => code.open && code.word.toLowerCase() === word.toLowerCase())) throw new TinyFailure("BAD_INPUT", "the word is taken");
  const code = { no: ++tiny.nextNo, partner, word, open: true, from, to };
  tiny.codes.push(code);
  return code;
}

/** A sale counts for whoever has its word, at once. */
export function newSale(order: string, word: string, currency: string, lines: TinySale["lines"]): TinySale {
  const code = tiny.codes.find((each) => each.open && each.word.toLowerCase() === word.toLowerCase());
  if (!code) throw new TinyFailure("BAD_INPUT", "nobody has this word");
  const known = tiny.sales.find((sale) => sale.order === order);
  if (known) return known;
  const sale = { no: ++tiny.nextNo, order, partner: code.partner, word, currency, at: nowMs(), back: false, lines, cents: lines.reduce((sum, line) => sum + line.cents, 0) };
  tiny.sales.push(sale);
  return sale;
}

export function takeBack(no: number): void {
  const sale = tiny.sales.find((each) => each.no === no);
  if (!sale) throw new TinyFailure("NO_SUCH", String(no));
  sale.back = true;
}
