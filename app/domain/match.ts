// Which creator codes stand on an order (rules, section 2).
import { codeKey } from "./code.ts";
import type { OrderFacts } from "./order.ts";
import { matchingPatterns, patternSet, type PatternSet } from "./pattern-set.ts";
import type { CreatorCode } from "./rule-book.ts";

/** A discount code as it stands on the order: its applications, what it took off, its place among the listed codes. */
export type OrderCode = { code: string; key: string; place: number; applications: number[]; discount: bigint };

/** A creator code that matched. `told` is the code on the order that stands for it; `others` are creator codes that would have matched too. */
export type Match = {
  code: CreatorCode;
  told: string;
  place: number;
  applications: number[];
  discount: bigint;
  /** The order was made before the code was linked to its creator. */
  early: boolean;
  others: string[];
};

/** The discount codes of the order's applications, in the order in which `discount_codes` lists them; one that is not listed comes after those. */
export function orderCodes(facts: OrderFacts): OrderCode[] {
  const discounts = new Map<number, bigint>();
  for (const allocation of [...facts.lines.flatMap((line) => line.allocations), ...facts.shipping]) {
    discounts.set(allocation.application, (discounts.get(allocation.application) ?? 0n) + BigInt(allocation.amount));
  }
  const listed = facts.listedCodes.map(codeKey);
  const found = new Map<string, OrderCode>();
  facts.applications.forEach((application, index) => {
    if (application.kind !== "discount_code" || application.code === null) return;
    const key = codeKey(application.code);
    const code = found.get(key) ?? { code: application.code, key, place: listed.indexOf(key), applications: [], discount: 0n };
    code.applications.push(index);
    code.discount += discounts.get(index) ?? 0n;
    found.set(key, code);
  });
  const last = listed.length;
  const codes = [...found.values()].map((code) => (code.place < 0 ? { ...code, place: last } : code));
  codes.sort((a, b) => a.place - b.place || a.applications[0]! - b.applications[0]!);
  return codes.map((code, place) => ({ ...code, place }));
}

/** The creator codes that match on the order, in the order of their places. */
export function matchCodes(facts: OrderFacts, codes: readonly CreatorCode[]): Match[] {
  const atMs = Date.parse(facts.createdAt);
  const matches = new Map<string, Match>();
  const index = indexOf(codes);
  for (const standing of orderCodes(facts)) {
    const hit = matchOne(standing, index, atMs);
    if (hit === null) continue;
    const known = matches.get(hit.code.id);
    if (known) {
      known.discount += standing.discount;
      known.applications.push(...standing.applications);
    } else {
      const told = hit.code.match === "exact" ? hit.code.code : standing.code;
      matches.set(hit.code.id, { ...hit, told, place: standing.place, applications: [...standing.applications], discount: standing.discount });
    }
  }
  return [...matches.values()];
}

/** Codes by what they are looked up by. */
type Index = { exact: ReadonlyMap<string, CreatorCode[]>; patterns: readonly CreatorCode[]; set: PatternSet };

const indexes = new WeakMap<readonly CreatorCode[], Index>();

/** Made once for a list of codes, which does not change any more. */
function indexOf(codes: readonly CreatorCode[]): Index {
  const made = indexes.get(codes);
  if (made) return made;
  const patterns = codes.filter((code) => code.match === "regex");
  const index = { exact: Map.groupBy(codes.filter((code) => code.match === "exact"), (code) => code.key), patterns, set: patternSet(patterns.map(({ code }) => code)) };
  indexes.set(codes, index);
  return index;
}

/** The set of the patterns among these codes, as `matchCodes` asks it. */
export function patternsAmong(codes: readonly CreatorCode[]): PatternSet {
  return indexOf(codes).set;
}

/** What was linked by then goes before what was linked later. */
function matchOne(standing: Pick<OrderCode, "code" | "key">, index: Index, atMs: number): Pick<Match, "code" | "others" | "early"> | null {
  const exact = index.exact.get(standing.key) ?? [];
  const patterns = matchingPatterns(index.set, standing.code).map((n) => index.patterns[n]!).filter((code) => inForce(code, atMs));
  const isLinked = (code: CreatorCode) => code.createdAtMs <= atMs;
  const found = firstOf(exact.filter(isLinked), patterns.filter(isLinked), atMs);
  if (found !== null) return { ...found, early: false };
  const late = firstOf(exact.filter((code) => !isLinked(code)), patterns.filter((code) => !isLinked(code)), atMs);
  return late && { ...late, early: true };
}

/**
 * An exact code wins; only where there is none are the patterns tried, the earliest-created first (a tie: the earlier in the shop's list). A
 * pattern that was retired by then is not tried: being the older one, it would keep its successor out.
 */
function firstOf(exact: CreatorCode[], patterns: CreatorCode[], atMs: number): { code: CreatorCode; others: string[] } | null {
  // A name that was retired and given anew: the one in force when the order was made, else the newest.
  exact.sort((a, b) => Number(inForce(b, atMs)) - Number(inForce(a, atMs)) || b.createdAtMs - a.createdAtMs);
  patterns.sort((a, b) => a.createdAtMs - b.createdAtMs || a.position - b.position);
  const [first, ...rest] = exact.length > 0 ? [exact[0]!, ...patterns] : patterns;
  return first ? { code: first, others: rest.map((code) => code.id) } : null;
}

function inForce(code: CreatorCode, atMs: number): boolean {
  return code.retiredAtMs === null || code.retiredAtMs > atMs;
}
