// A deal's discount as the store had it when it was last read, and whether it is what the deal asks for.
import type { DealTerms } from "./deal.ts";
import { type DealPart, type DiscountKind, differingTerms } from "./deal-parts.ts";

/** What the discount names by id, whether or not a deal can say it: gids, and countries by their ISO 3166 codes. */
export type HeldIds = { products: string[]; variants: string[]; collections: string[] };

export type SeenDiscount = {
  id: string; // gid://shopify/DiscountCodeNode/…
  title: string;
  kind: DiscountKind | "app";
  status: "ACTIVE" | "SCHEDULED" | "EXPIRED";
  terms: DealTerms | null; // null: no deal can say them; then `unread` says why
  unread: string[]; // keys of locales/<language>/deals.json under "unread"
  startsAt: string; // ISO 8601
  endsAt: string | null;
  tags: string[]; // all of them, the app's own too
  codesCount: number; // the store counts up to 10,000
  uses: number; // lags behind, says the store
  madeAt: string;
  changedAt: string;
  held: { gets: HeldIds; buys: HeldIds; buyers: { kind: "all" | "customers" | "segments" | "markets"; ids: string[] }; countries: string[] };
};

/** What the pages show of it. */
export type SeenInStore = Pick<SeenDiscount, "title" | "terms" | "unread" | "startsAt" | "endsAt" | "codesCount" | "uses">;

/** The store's window of a deal. A paused one has ended; it begins before it ends, whatever its dates say. Instants. */
export type Window = { startsAt: Date; endsAt: Date | null };

const SHORTEST_MS = 1_000; // the store asks that the end comes after the start, and keeps seconds

export function storeWindow({ startsAt, endsAt, pausedAt }: Window & { pausedAt: Date | null }): Window {
  const stop = pausedAt !== null && (endsAt === null || pausedAt < endsAt) ? pausedAt : endsAt;
  if (stop === null || stop.getTime() - startsAt.getTime() >= SHORTEST_MS) return { startsAt, endsAt: stop };
  return { startsAt: new Date(stop.getTime() - SHORTEST_MS), endsAt: stop };
}

export type WantedDiscount = Window & { title: string; terms: DealTerms };

/** The parts in which the store's discount is not what is wanted; the value where its terms cannot be read. */
export function differsFrom(wanted: WantedDiscount, seen: Pick<SeenDiscount, "title" | "terms" | "startsAt" | "endsAt">): DealPart[] {
  const parts: DealPart[] = wanted.title === seen.title ? [] : ["name"];
  parts.push(...(seen.terms === null ? (["value"] as const) : differingTerms(wanted.terms, seen.terms)));
  if (!sameSecond(wanted.startsAt, seen.startsAt)) parts.push("startsAt");
  if (!sameSecond(wanted.endsAt, seen.endsAt)) parts.push("endsAt");
  return parts;
}

/** The store keeps seconds. */
function sameSecond(one: Date | null, other: string | null): boolean {
  return one === null || other === null ? one === null && other === null : Math.floor(one.getTime() / 1_000) === Math.floor(Date.parse(other) / 1_000);
}
