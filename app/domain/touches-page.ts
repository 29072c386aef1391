// What the page Clicks shows, and how its lists are put together. Plain JSON: times are ISO 8601, amounts minor units as strings.
import type { Paged } from "./pages.ts";
import { type ClickedOrders, standsOut } from "./unclicked.ts";

/**
 * From click to code to order, of a period: only orders of the same period, placed after the visitor's first click in it. All but `clicks`, `codeOrders`,
 * `creditedOrders` and `sales` count visitors, each a part of the one before it.
 */
export type Funnel = {
  clicks: number;
  visitors: number;
  /** placed an order after the click */
  ordered: number;
  /** with a creator's code on it; in a creator's own funnel one of this creator's */
  withCode: number;
  /** for which a creator is credited; in a creator's own funnel this one */
  credited: number;
  codeOrders: number;
  creditedOrders: number;
  sales: string;
};

export const NO_FUNNEL: Funnel = { clicks: 0, visitors: 0, ordered: 0, withCode: 0, credited: 0, codeOrders: 0, creditedOrders: 0, sales: "0" };

/** The stages of a funnel that count visitors, from wide to narrow. */
export const STAGES = ["visitors", "ordered", "withCode", "credited"] as const;
export type Stage = (typeof STAGES)[number];

export type ClickedCreator = { id: string; name: string; handle: string | null; funnel: Funnel };

/** Clicks that the network has counted, and of which it is not known (yet) whose they are. */
export type UnknownClicks = { clicks: number; visitors: number };

export type Clicks = {
  /** the first instant of the period, and of the one before it */
  from: string;
  before: string;
  now: Funnel;
  then: Funnel;
  creators: ClickedCreator[];
  unknown: UnknownClicks;
};

/** The orders of a period with one code. `unsure`: the only click before them is nobody's who is known; `unseen`: no visit is known. */
export type CodeClicks = ClickedOrders & { id: string; code: string; creator: { id: string; name: string }; orders: number; unsure: number; unseen: number };

export type UnclickedCode = CodeClicks & { standsOut: boolean };

export type UnclickedCodes = { all: ClickedOrders; standingOut: UnclickedCode[]; page: Paged<UnclickedCode> };

type ListQuery = { q: string; sort: string; page: number };

const PAGE_SIZE = 25;

/** Parts of the whole in basis points, rounded; null where there is no whole. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 10_000) / whole);
}

const CREATOR_SORTS: Record<string, (a: ClickedCreator, b: ClickedCreator) => number> = {
  sales: (a, b) => bySize(BigInt(b.funnel.sales), BigInt(a.funnel.sales)) || b.funnel.visitors - a.funnel.visitors,
  clicks: (a, b) => b.funnel.clicks - a.funnel.clicks,
  visitors: (a, b) => b.funnel.visitors - a.funnel.visitors,
  share: (a, b) => b.funnel.withCode * Math.max(a.funnel.visitors, 1) - a.funnel.withCode * Math.max(b.funnel.visitors, 1),
  name: () => 0,
};

/** One page of the creators who were clicked. */
export function pageOfCreators(creators: readonly ClickedCreator[], query: ListQuery): Paged<ClickedCreator> {
  const sort = CREATOR_SORTS[query.sort] ?? CREATOR_SORTS["sales"]!;
  const found = creators.filter(({ name, handle }) => has(query.q, name, handle ?? ""));
  return pageOf(found.sort((a, b) => sort(a, b) || byName(a.name, b.name) || byName(a.id, b.id)), query.page);
}

const CODE_SORTS: Record<string, (a: UnclickedCode, b: UnclickedCode) => number> = {
  standing_out: (a, b) => Number(b.standsOut) - Number(a.standsOut) || b.without - a.without,
  without: (a, b) => b.without - a.without,
  // Those of which nothing is known come last.
  share: (a, b) => b.without * Math.max(a.seen, 1) - a.without * Math.max(b.seen, 1) || b.seen - a.seen,
  orders: (a, b) => b.orders - a.orders,
  code: () => 0,
};

/** The codes with what stands out of them, and one page of their list. */
export function unclickedCodes(codes: readonly CodeClicks[], query: ListQuery): UnclickedCodes {
  const all = codes.reduce((sum, code) => ({ seen: sum.seen + code.seen, without: sum.without + code.without }), { seen: 0, without: 0 });
  const judged = codes.map((code): UnclickedCode => ({ ...code, standsOut: standsOut(code, all) })).sort((a, b) => byName(a.code, b.code) || byName(a.id, b.id));
  const sort = CODE_SORTS[query.sort] ?? CODE_SORTS["standing_out"]!;
  const found = judged.filter(({ code, creator }) => has(query.q, code, creator.name)).sort(sort);
  return { all, standingOut: judged.filter((code) => code.standsOut).sort(CODE_SORTS["standing_out"]), page: pageOf(found, query.page) };
}

function has(q: string, ...texts: string[]): boolean {
  const wanted = q.trim().toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

function bySize(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byName(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The page that was asked for; past the end, the last one. */
function pageOf<Row>(rows: readonly Row[], asked: number): Paged<Row> {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const page = Math.min(Math.max(1, asked), pages);
  return { rows: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), total: rows.length, page, pages };
}
