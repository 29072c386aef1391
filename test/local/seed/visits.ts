// Visits that creators brought, as pixel and embed write them down. Pure: the same story makes the same visitors, clicks and ids on every machine.
import { createHash } from "node:crypto";
import { openedPath, sharePath } from "#app/domain/share-link.ts";
import { CLICKS_NAME, type Entry, type TouchSource, VISITOR_NAME, WORD_PARAMETER, writeClicks } from "#app/domain/touch.ts";
import { DEMO_CREATOR_PROGRAM_ID, DEMO_PERFORMANCE_PROGRAM_ID } from "#test/local/network/accounts.ts";

/** A partner's tracking link: the network counts a click on it, and can say whose it was. */
export type TrackingLink = { partnerId: string; programId: string };

/**
 * How a visit came. `share`: by the app's own link, which names a creator by code or handle; `code`: by a code's link that was made by hand; `tracking`: by the
 * network's link, of a code or (null) of the shop alone; `other`: by the link of a network that the shop has no account of.
 */
export type Way = { by: "share"; word: string } | { by: "code"; word: string } | { by: "tracking"; word: string | null; link: TrackingLink } | { by: "other" };

/** `source`: pixel and embed see it both, and the app keeps it of whoever tells first. */
export type Visit = { visitor: string; atMs: number; source: TouchSource; entries: Entry[]; landing: string; link: (TrackingLink & { clickId: string }) | null };

/** The parameter of that other network. */
export const OTHER_PARAMETER = "awc";
const IMPACT_PARAMETER = "irclickid";
const PIXEL_FIRST = 0.6;

/** Partners of the network who are no creators of the shop: a page of coupons, and a magazine. */
export const COUPON_PAGE: TrackingLink = { partnerId: "2552901", programId: DEMO_PERFORMANCE_PROGRAM_ID };
export const MAGAZINE: TrackingLink = { partnerId: "2552902", programId: DEMO_PERFORMANCE_PROGRAM_ID };

export function creatorsLink(partnerId: string): TrackingLink {
  return { partnerId, programId: DEMO_CREATOR_PROGRAM_ID };
}

/** `of` names the visit: its ids are made of it. */
export function visitOf(of: string, visitor: string, at: number, way: Way): Visit {
  const atMs = Math.round(at);
  const source: TouchSource = chanceOf(`browser of ${visitor}`) < PIXEL_FIRST ? "pixel" : "embed";
  const visit = { visitor, atMs, source, link: null };
  const named = (word: string): Entry => ({ atMs, kind: "link", parameter: WORD_PARAMETER, value: word });
  if (way.by === "share") return { ...visit, entries: [named(way.word)], landing: `/?${WORD_PARAMETER}=${encodeURIComponent(way.word)}` };
  if (way.by === "code") return { ...visit, entries: [{ atMs, kind: "code", parameter: null, value: way.word }], landing: sharePath(way.word) };
  const clicked = (parameter: string, value: string): Entry => ({ atMs, kind: "click_id", parameter, value });
  if (way.by === "other") {
    const clickId = `18264_${Math.floor(atMs / 1000)}_${idOf(of, 32).toLowerCase()}`;
    return { ...visit, entries: [clicked(OTHER_PARAMETER, clickId)], landing: `/?${OTHER_PARAMETER}=${clickId}` };
  }
  const clickId = idOf(of, 24);
  const opened = way.word === null ? "/?" : `${openedPath(way.word)}&`;
  return { ...visit, entries: [...(way.word === null ? [] : [named(way.word)]), clicked(IMPACT_PARAMETER, clickId)], landing: `${opened}${IMPACT_PARAMETER}=${clickId}`, link: { ...way.link, clickId } };
}

/** What the embed keeps with the cart: the visitor, the newest click ids under their parameters, and the newest clicks. */
export function cartAttributes(visitor: string, visits: readonly Visit[]): { name: string; value: string }[] {
  const entries = visits.flatMap((visit) => visit.entries);
  const ids = new Map(entries.flatMap(({ kind, parameter, value }) => (kind === "click_id" ? [[parameter!, value] as const] : [])));
  return [
    { name: VISITOR_NAME, value: visitor },
    ...[...ids].map(([name, value]) => ({ name, value })),
    ...(entries.length === 0 ? [] : [{ name: CLICKS_NAME, value: writeClicks(entries) }]),
  ];
}

export function visitorOf(of: string): string {
  return `v${idOf(`visitor of ${of}`, 24)}`;
}

/** From 0 up to, but without, 1: looks thrown, and is the same each time. */
export function chanceOf(of: string): number {
  return createHash("sha256").update(of).digest().readUInt32BE() / 2 ** 32;
}

function idOf(of: string, length: number): string {
  return createHash("sha512").update(of).digest("base64url").replace(/[^A-Za-z0-9]/g, "").slice(0, length);
}
