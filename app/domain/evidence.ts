// Which clicks an order has, and where they are known from (docs/decisions/0017-evidence.md). Three sources may tell: the cart's attributes, the pixel (by what
// ties a browser to the checkout or to the customer's account), the landing page of the order's journey. The first of them that names a click is used, alone.
// A pure function of what is known, so that it comes out the same whatever became known first. Instants are milliseconds since 1970.
import type { Beside } from "./beside.ts";
import type { ClickNetworks } from "./click-parameter.ts";
import type { OrderFacts } from "./order.ts";
import { FIRST_PARAMETER, type ClickId, type Landing, type Origin } from "./origin.ts";
import type { Touch } from "./rule-book.ts";
import { isClickId, touchKey, type Entry, type TouchKind } from "./touch.ts";

export type EvidenceSource = "attributes" | "pixel" | "landing";

/** What named the visit: the cart named the browser, or clicks alone; the pixel tied a browser to the checkout, or to the customer's account; the landing page. */
export type EvidenceBy = "visitor" | "clicks" | "checkout" | "customer" | "landing";

/** `visitors`: the browsers. `clicks`: in the order by which ties at one instant are decided: the later one wins. */
export type Evidence = { source: EvidenceSource | null; by: EvidenceBy | null; visitors: string[]; clicks: Touch[] };

/** A browser that an id of the store's ties to a checkout, or to a customer's account. */
export type Tie = { kind: "checkout" | "customer"; value: string; visitor: string };

/** What is known of browsers, ties and clicks. */
export type KnownClicks = {
  /** Of a browser, as they were noted. */
  touchesOf: (visitor: string) => readonly Touch[];
  /** The browsers tied by an id. */
  tiedBy: (kind: Tie["kind"], value: string) => readonly string[];
  /** The clicks with this id that any browser noted. */
  touchesWith: (click: ClickId) => readonly Touch[];
  /** Whose click an id is, as the network said; null: not known. */
  ownerOf: (click: ClickId) => string | null;
  /** Whom a word of a link named at an instant. */
  creatorOf: (word: string, atMs: number) => string | null;
  /** The parameters that bring click ids. */
  networks: ClickNetworks;
};

export type EvidenceOrder = { facts: Pick<OrderFacts, "createdAt" | "visitor" | "clickId" | "clickIds" | "entries">; beside: Pick<Beside, "origin"> | null };

export const NO_EVIDENCE: Evidence = { source: null, by: null, visitors: [], clicks: [] };

/**
 * The evidence of an order. A source speaks when it names a click up to the order's creation: a browser without one says nothing, and the next source is heard
 * (the buyer may have come on another browser of his). Where none speaks, the first that names a browser is kept: then it is known that there was no click.
 */
export function evidenceOf({ facts, beside }: EvidenceOrder, known: KnownClicks): Evidence {
  const atMs = Date.parse(facts.createdAt);
  const origin = beside?.origin ?? null;
  const sources = [() => ofCart(facts, known, atMs), () => ofTies("checkout", origin?.checkoutToken ?? null, known), () => ofTies("customer", origin?.customer ?? null, known), () => ofLanding(origin, known, atMs)];
  let silent = NO_EVIDENCE;
  for (const hear of sources) {
    const found = hear();
    if (found.clicks.some((click) => click.atMs <= atMs)) return found;
    if (silent.source === null) silent = found;
  }
  return silent;
}

/** The browser that the cart names, with its clicks, and the clicks that the cart names itself. */
function ofCart(facts: EvidenceOrder["facts"], known: KnownClicks, atMs: number): Evidence {
  const { visitor } = facts;
  const entries = new Map((facts.entries ?? []).map((entry) => [touchKey(visitor ?? "", entry), entry]));
  // What came with the order happened before it, whatever the browser's clock said.
  const noted = visitor === null ? [] : known.touchesOf(visitor).map((touch) => (touch.key && entries.has(touch.key) ? { ...touch, atMs: Math.min(touch.atMs, atMs) } : touch));
  const keys = new Set(noted.flatMap((touch) => touch.key ?? []));
  const clicks = [...noted, ...[...entries].flatMap(([key, entry]) => (keys.has(key) ? [] : ofEntry(entry, { atMs: Math.min(entry.atMs, atMs), from: "cart", key }, visitor, known)))];
  for (const click of namedIds(facts)) {
    if (counts(click.parameter, known) && !clicks.some((one) => hasId(one, click))) clicks.push(undated(click, visitor, known, atMs, "cart"));
  }
  if (visitor === null && clicks.length === 0) return NO_EVIDENCE;
  return { source: "attributes", by: noted.length > 0 || clicks.length === 0 ? "visitor" : "clicks", visitors: visitor === null ? [] : [visitor], clicks: inOrder(clicks) };
}

function ofTies(kind: Tie["kind"], value: string | null, known: KnownClicks): Evidence {
  const visitors = value === null ? [] : [...new Set(known.tiedBy(kind, value))].sort();
  return visitors.length === 0 ? NO_EVIDENCE : { source: "pixel", by: kind, visitors, clicks: inOrder(visitors.flatMap((visitor) => known.touchesOf(visitor))) };
}

/** The page of the journey has a time; the one that the webhooks tell has none. What both name counts once. */
function ofLanding(origin: Origin | null, known: KnownClicks, atMs: number): Evidence {
  const { visit, site } = origin ?? { visit: null, site: null };
  const clicks = visit === null ? [] : ofPage(visit, { atMs: Math.min(Date.parse(visit.at), atMs), from: "landing" }, known, (click, at) => ofId(click, null, known, at));
  const told = site === null ? [] : ofPage(site, { atMs, from: "landing", undated: true }, known, (click) => undated(click, null, known, atMs, "landing"));
  for (const click of told) {
    if (!clicks.some((one) => (click.clickId === null ? one.kind === click.kind && one.word === click.word : hasId(one, { parameter: parameterOf(click), value: click.clickId })))) clicks.push(click);
  }
  return clicks.length === 0 ? NO_EVIDENCE : { source: "landing", by: "landing", visitors: [], clicks: inOrder(clicks) };
}

type Derived = Pick<Touch, "atMs" | "from" | "undated" | "key">;

function ofPage({ code, word, clicks }: Landing, at: Derived, known: KnownClicks, click: (id: ClickId, at: Derived) => Touch): Touch[] {
  const words = [...(code === null ? [] : ofWord("code", code, null, known, at)), ...(word === null ? [] : ofWord("link", word, null, known, at))];
  return [...words, ...clicks.flatMap((id) => (counts(id.parameter, known) ? click(id, at) : []))];
}

function ofEntry({ kind, parameter, value }: Entry, at: Derived, visitor: string | null, known: KnownClicks): Touch[] {
  if (kind !== "click_id") return ofWord(kind, value, visitor, known, at);
  return parameter !== null && counts(parameter, known) ? [ofId({ parameter, value }, visitor, known, at)] : [];
}

/** A word that named nobody at the time is no click. */
function ofWord(kind: Exclude<TouchKind, "click_id">, word: string, visitor: string | null, known: KnownClicks, at: Derived): Touch[] {
  const creatorId = known.creatorOf(word, at.atMs);
  return creatorId === null ? [] : [{ visitor: visitor ?? "", creatorId, clickId: null, kind, word, ...at }];
}

function ofId(click: ClickId, visitor: string | null, known: KnownClicks, at: Derived): Touch {
  return { visitor: visitor ?? "", creatorId: known.ownerOf(click), clickId: click.value, kind: "click_id", parameter: click.parameter, ...at };
}

/** A click id without a time was clicked when some browser noted it; else it counts at the order's own instant. */
function undated(click: ClickId, visitor: string | null, known: KnownClicks, atMs: number, from: "cart" | "landing"): Touch {
  const noted = known.touchesWith(click).filter((touch) => touch.atMs <= atMs);
  const last = noted.reduce<Touch | null>((found, touch) => (found === null || touch.atMs > found.atMs || (touch.atMs === found.atMs && (touch.key ?? "") > (found.key ?? "")) ? touch : found), null);
  return last ?? ofId(click, visitor, known, { atMs, from, undated: true });
}

function counts(parameter: string, { networks }: KnownClicks): boolean {
  return parameter === FIRST_PARAMETER || networks.has(parameter);
}

/** A click without a parameter was noted before parameters were kept. */
function parameterOf(touch: Touch): string {
  return touch.parameter ?? FIRST_PARAMETER;
}

function hasId(touch: Touch, { parameter, value }: ClickId): boolean {
  return touch.clickId === value && parameterOf(touch) === parameter;
}

/** The click ids that a cart names under their parameters. */
export function namedIds({ clickId, clickIds }: Pick<OrderFacts, "clickId" | "clickIds">): ClickId[] {
  return [...(clickId !== null && isClickId(clickId) ? [{ parameter: FIRST_PARAMETER, value: clickId }] : []), ...(clickIds ?? [])];
}

/** Every click id that an order names itself, each once: whether it is counted or not, what becomes known of it concerns the order. */
export function ownIds({ facts, beside }: EvidenceOrder): ClickId[] {
  const entries = (facts.entries ?? []).flatMap(({ kind, parameter, value }) => (kind === "click_id" && parameter !== null ? { parameter, value } : []));
  const pages = [beside?.origin?.site, beside?.origin?.visit].flatMap((page) => page?.clicks ?? []);
  return [...new Map([...namedIds(facts), ...entries, ...pages].map((click) => [`${click.parameter} ${click.value}`, click])).values()];
}

/** The words of links that an order names itself. */
export function ownWords({ facts, beside }: EvidenceOrder): string[] {
  const entries = (facts.entries ?? []).flatMap(({ kind, value }) => (kind === "click_id" ? [] : value));
  const pages = [beside?.origin?.site, beside?.origin?.visit].flatMap((page) => [page?.word ?? [], page?.code ?? []].flat());
  return [...new Set([...entries, ...pages])];
}

/**
 * Clicks that have no name stand as they were noted, before those that have one; those of one instant stand as a browser writes them down (a code link, then a
 * link of the creator's, then a click id), whichever was noted first; what nobody knows the time of stands last.
 */
function inOrder(clicks: readonly Touch[]): Touch[] {
  const rank = (touch: Touch) => (touch.undated ? 2 : touch.key ? 1 : 0);
  const kinds = ["code", "link", "click_id"];
  const named = (a: Touch, b: Touch) => a.atMs - b.atMs || kinds.indexOf(a.kind ?? "click_id") - kinds.indexOf(b.kind ?? "click_id") || (a.key! < b.key! ? -1 : 1);
  return [...clicks].sort((a, b) => rank(a) - rank(b) || (rank(a) === 1 ? named(a, b) : 0));
}
