// Which creator codes stand on an order (rules, section 2).
import { RE2JS } from "re2js";
import { codeKey } from "./code.ts";
import type { OrderFacts } from "./order.ts";
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
  const [linked, later] = [codes.filter((code) => code.createdAtMs <= atMs), codes.filter((code) => code.createdAtMs > atMs)];
  for (const standing of orderCodes(facts)) {
    const found = matchOne(standing, linked, atMs);
    const late = found === null ? matchOne(standing, later, atMs) : null;
    const hit = found ?? late;
    if (hit === null) continue;
    const known = matches.get(hit.code.id);
    if (known) {
      known.discount += standing.discount;
      known.applications.push(...standing.applications);
    } else {
      const told = hit.code.match === "exact" ? hit.code.code : standing.code;
      matches.set(hit.code.id, { code: hit.code, told, place: standing.place, applications: [...standing.applications], discount: standing.discount, early: found === null, others: hit.others });
    }
  }
  return [...matches.values()];
}

/**
 * An exact code wins; only where there is none are the patterns tried, the earliest-created first (a tie: the earlier in the shop's list). A
 * pattern that was retired by then is not tried: being the older one, it would keep its successor out.
 */
function matchOne(standing: Pick<OrderCode, "code" | "key">, codes: readonly CreatorCode[], atMs: number): { code: CreatorCode; others: string[] } | null {
  const exact = codes.filter((code) => code.match === "exact" && code.key === standing.key);
  // A name that was retired and given anew: the one in force when the order was made, else the newest.
  exact.sort((a, b) => Number(inForce(b, atMs)) - Number(inForce(a, atMs)) || b.createdAtMs - a.createdAtMs);
  const patterns = codes.filter((code) => code.match === "regex" && inForce(code, atMs) && patternMatches(code.code, standing.code));
  patterns.sort((a, b) => a.createdAtMs - b.createdAtMs || a.position - b.position);
  const [first, ...rest] = exact.length > 0 ? [exact[0]!, ...patterns] : patterns;
  return first ? { code: first, others: rest.map((code) => code.id) } : null;
}

function inForce(code: CreatorCode, atMs: number): boolean {
  return code.retiredAtMs === null || code.retiredAtMs > atMs;
}

const compiled = new Map<string, RE2JS | null>();
const MOST_COMPILED = 10_000;

/** RE2 syntax, run as a search; case-sensitive unless the pattern says (?i). A pattern that cannot be compiled matches nothing. */
export function patternMatches(pattern: string, code: string): boolean {
  let engine = compiled.get(pattern);
  if (engine === undefined) {
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    engine = compile(pattern);
    compiled.set(pattern, engine);
  }
  return engine !== null && engine.matcher(code).find();
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}
