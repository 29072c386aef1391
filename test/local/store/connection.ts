// Lists that are read page by page, and the little search language that filters them.
import { GraphQLError } from "graphql";

export type Args = Record<string, unknown>;
export type View = Record<string, unknown>;
export type SortKey = number | bigint | string;

export class NotServed extends GraphQLError {
  constructor(what: string) {
    super(`The local store does not serve ${what}`, { extensions: { code: "NOT_SERVED_LOCALLY" } });
  }
}

export function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_REQUEST" } });
}

/** Refuses arguments that are given and not among those served. */
export function onlyArguments(field: string, args: Args, served: string[]): void {
  for (const [name, value] of Object.entries(args)) {
    if (value != null && !served.includes(name)) throw new NotServed(`the argument ${name} of ${field}`);
  }
}

type Page<T> = {
  field: string; // for messages
  items: readonly T[];
  id: (item: T) => string; // digits: breaks ties of the sort key
  key?: (item: T) => SortKey; // the id, where it is left out
  inOrder?: boolean; // the items come in the order of their ids: long lists need no sorting
  view: (item: T) => View;
};

const MOST = 250;
const PAGE_ARGUMENTS = ["first", "last", "after", "before", "reverse"];

/** A connection over `items`. The cursor holds the sort key, so paging goes on where it was though rows were added or taken away. */
export function connection<T>({ field, items, id, key, inOrder = false, view }: Page<T>, args: Args, alsoServed: string[] = []): View {
  onlyArguments(field, args, [...PAGE_ARGUMENTS, ...alsoServed]);
  const { first, last } = args as { first?: number | null; last?: number | null };
  if (first == null && last == null) throw badRequest(`you must provide one of first or last`);
  if (first != null && last != null) throw badRequest("providing both first and last is not supported");
  const size = (first ?? last)!;
  if (size < 0) throw badRequest(`${first != null ? "first" : "last"} must be positive`);
  if (size > MOST) throw badRequest(`${first != null ? "first" : "last"} cannot exceed ${MOST}`);

  const place = (item: T): [SortKey, bigint] => [key === undefined ? BigInt(id(item)) : key(item), BigInt(id(item))];
  const direction = args.reverse === true ? -1 : 1;
  const sorted = inOrder ? (direction === 1 ? items : [...items].reverse()) : [...items].sort((a, b) => direction * compare(place(a), place(b)));
  const after = args.after == null ? null : readCursor(String(args.after));
  const before = args.before == null ? null : readCursor(String(args.before));
  const from = after === null ? 0 : firstWhere(sorted.length, (at) => direction * compare(place(sorted[at]!), after) > 0);
  const to = before === null ? sorted.length : firstWhere(sorted.length, (at) => direction * compare(place(sorted[at]!), before) >= 0);
  const page = first != null ? sorted.slice(from, Math.min(to, from + size)) : sorted.slice(Math.max(from, to - size), Math.max(from, to));
  const cursors = page.map((item) => writeCursor(place(item)));
  const cut = to - from > page.length;
  return {
    nodes: () => page.map(view),
    edges: () => page.map((item, at) => ({ cursor: cursors[at], node: () => view(item) })),
    pageInfo: {
      hasNextPage: first != null ? cut : before !== null,
      hasPreviousPage: first != null ? after !== null : cut,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
  };
}

/** The first place at which a condition holds that, once it holds, holds from there on; the length where it never does. */
function firstWhere(length: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function compare([a, idA]: [SortKey, bigint], [b, idB]: [SortKey, bigint]): number {
  if (a !== b) return a < b ? -1 : 1;
  return idA === idB ? 0 : idA < idB ? -1 : 1;
}

function writeCursor([key, id]: [SortKey, bigint]): string {
  return Buffer.from(JSON.stringify({ last_id: String(id), last_value: typeof key === "bigint" ? `n${key}` : key })).toString("base64");
}

function readCursor(cursor: string): [SortKey, bigint] {
  try {
    const { last_id, last_value } = JSON.parse(Buffer.from(cursor, "base64").toString("utf8")) as { last_id: string; last_value: string | number };
    const key = typeof last_value === "string" && /^n-?\d+$/.test(last_value) ? BigInt(last_value.slice(1)) : last_value;
    return [key, BigInt(last_id)];
  } catch {
    throw badRequest("Invalid cursor for current pagination sort.");
  }
}

export type Term = { field: string; comparator: "=" | ">" | ">=" | "<" | "<="; value: string };

/** Terms joined by AND (or nothing): `updated_at:>='2026-06-10T08:00:00Z' AND test:false`. The rest of the language is not served. */
export function searchTerms(query: string | null | undefined): Term[] {
  const terms: Term[] = [];
  const pattern = /\s*(?:(AND|OR|NOT)\b|([()-])|([A-Za-z_.]+):(>=|<=|>|<)?(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s()]+))|("[^"]*"|'[^']*'|[^\s()]+))\s*/gy;
  for (const match of (query ?? "").matchAll(pattern)) {
    const [, word, sign, field, comparator, single, double, bare, loose] = match;
    if (word === "AND") continue;
    if (word !== undefined || sign !== undefined) throw new NotServed(`"${word ?? sign}" in the search "${query}"`);
    if (field === undefined) terms.push({ field: "default", comparator: "=", value: (loose ?? "").replace(/^["']|["']$/g, "") });
    else terms.push({ field, comparator: (comparator ?? "=") as Term["comparator"], value: single ?? double?.replace(/\\(.)/g, "$1") ?? bare ?? "" });
  }
  return terms;
}

/** Compares an instant with the term's, in whole seconds as the search index does. */
export function instantMatches(at: string, { comparator, value }: Term): boolean {
  const [left, right] = [Math.floor(Date.parse(at) / 1000), Math.floor(Date.parse(value) / 1000)];
  if (Number.isNaN(right)) throw badRequest(`Invalid date in the search: ${value}`);
  return ordered(left, right, comparator);
}

export function ordered(left: number | bigint, right: number | bigint, comparator: Term["comparator"]): boolean {
  if (comparator === ">") return left > right;
  if (comparator === ">=") return left >= right;
  if (comparator === "<") return left < right;
  return comparator === "<=" ? left <= right : left === right;
}

/** A count as the API gives it, no further than its limit. */
export function countView(count: number, limit: number | null | undefined): View {
  const most = limit ?? Infinity;
  return { count: Math.min(count, most), precision: count > most ? "AT_LEAST" : "EXACT" };
}
