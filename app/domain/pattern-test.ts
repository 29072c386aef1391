// What a pattern would match, before anybody keeps it: among the codes that are known, and on the newest orders.
import { codeKey } from "./code.ts";
import type { ComesFirst, TestedCode } from "./code-page.ts";
import { patternMatches } from "./pattern-set.ts";

/** A creator code in force; the patterns among them in the order in which they are tried. */
export type KnownCode = ComesFirst & { key: string };

/** The discount codes on an order, as they stand there. */
export type KnownOrder = { orderId: string; name: string; createdAt: string; codes: string[] };

export type MatchedOrder = KnownOrder & { code: string; first: ComesFirst | null };

export type PatternMatches = { known: number; codes: TestedCode[]; orders: MatchedOrder[] };

/** Codes that are not taken come first, then those on most orders. An order that has any such code left is told by that one. */
export function matchesOf(pattern: string, codes: readonly KnownCode[], orders: readonly KnownOrder[]): PatternMatches {
  const exact = new Map(codes.flatMap((code) => (code.match === "exact" ? [[code.key, code] as const] : [])));
  const older = codes.filter((code) => code.match === "regex");
  const known = new Map<string, TestedCode | null>(); // by the code as it is typed: a pattern minds case
  const look = (text: string): TestedCode | null => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = patternMatches(pattern, text) ? { code: text, orders: 0, first: shown(exact.get(codeKey(text)) ?? older.find((one) => patternMatches(one.code, text))) } : null;
    known.set(text, found);
    return found;
  };
  for (const code of exact.values()) look(code.code);
  const matched: MatchedOrder[] = [];
  for (const order of orders) {
    const found = [...new Set(order.codes)].flatMap((text) => look(text) ?? []);
    for (const one of found) one.orders += 1;
    const told = found.find((one) => one.first === null) ?? found[0];
    if (told) matched.push({ ...order, code: told.code, first: told.first });
  }
  const tested = [...known.values()].filter((one) => one !== null);
  tested.sort((a, b) => Number(a.first !== null) - Number(b.first !== null) || b.orders - a.orders || (a.code < b.code ? -1 : 1));
  return { known: known.size, codes: tested, orders: matched };
}

function shown(code: KnownCode | undefined): ComesFirst | null {
  return code === undefined ? null : { codeId: code.codeId, match: code.match, code: code.code, creator: code.creator };
}
