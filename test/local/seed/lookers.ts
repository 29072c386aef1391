// Visitors whom creators brought and who did not buy: by far the most of them. What their browsers tell of a day is told in one go, before the next one begins.
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import { wordOf } from "./clicks.ts";
import { FRIENDS, NEWCOMERS } from "./people.ts";
import { DAYS, type SeedCode, type Step } from "./plan.ts";
import { chanceOf, COUPON_PAGE, creatorsLink, MAGAZINE, type TrackingLink, type Visit, visitOf, visitorOf, type Way } from "./visits.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** Of the next day: before the merchant does anything. */
const TOLD_HOUR = 3.9;
/** One in so many comes a second time. */
const AGAIN = 0.18;

/** `from`: the first day. `peak`: two days on which a creator posted, and which part of the visitors came then. */
type Audience = { name: string; size: number; from: number; peak?: { day: number; part: number }; way: (chance: number) => Way };

/** The visits of sixty days, one step for each day. Nothing is told after `untilMs`. */
export function lookers(codes: SeedCode[], fromMs: number, untilMs: number): Step[] {
  const midnightMs = fromMs - (fromMs % DAY_MS);
  const visits = audiences(codes).flatMap((audience) => Array.from({ length: audience.size }, (_, at) => visitsOf(audience, at, midnightMs)).flat());
  return [...Map.groupBy(visits, ({ atMs }) => Math.floor(atMs / DAY_MS))].flatMap(([day, all]): Step[] => {
    const atMs = Math.min((day + 1) * DAY_MS + TOLD_HOUR * HOUR_MS, untilMs - 6 * MINUTE_MS);
    const seen = all.filter((visit) => visit.atMs < atMs);
    return seen.length === 0 ? [] : [{ atMs, ref: -1, kind: "click", visits: seen }];
  });
}

function visitsOf({ name, from, peak, way }: Audience, at: number, midnightMs: number): Visit[] {
  const of = `${name} ${at}`;
  const visitor = visitorOf(`looker ${of}`);
  const when = (which: string) => (8 + 14.5 * chanceOf(`${which} hour of ${of}`)) * HOUR_MS;
  // A little more each week.
  const usual = Math.floor(from + (DAYS - from) * (Math.sqrt(1 + 3 * chanceOf(`day of ${of}`)) - 1));
  const day = peak !== undefined && chanceOf(`peak of ${of}`) < peak.part ? peak.day + Number(chanceOf(`second of ${of}`) < 0.35) : usual;
  const first = visitOf(of, visitor, midnightMs + day * DAY_MS + when("first"), way(chanceOf(`way of ${of}`)));
  if (chanceOf(`again ${of}`) >= AGAIN) return [first];
  const later = 1 + Math.floor(chanceOf(`pause of ${of}`) * 6);
  return [first, visitOf(`${of} again`, visitor, midnightMs + (day + later) * DAY_MS + when("second"), way(chanceOf(`second way of ${of}`)))];
}

const SIZES = [318, 236, 187, 128, 94, 71];

function audiences(codes: SeedCode[]): Audience[] {
  const joined = SIZES.map((size, creator): Audience => {
    const { id, name, handle } = DEMO_CREATORS[creator]!;
    return { name, size, from: 0, way: ownLinks(wordOf(codes, creator), handle, creatorsLink(id)), ...(creator === 1 ? { peak: { day: 22, part: 0.2 } } : creator === 2 ? { peak: { day: 46, part: 0.24 } } : {}) };
  });
  const newcomers = NEWCOMERS.map(({ id, name, handle }, at): Audience => ({ name, size: [34, 27, 41, 12][at]!, from: 19, way: (chance) => (chance < 0.4 ? { by: "tracking", word: null, link: creatorsLink(id) } : { by: "share", word: handle }) }));
  const friends = FRIENDS.map(({ name, handle }, at): Audience => ({ name, size: [27, 31, 38, 17, 9, 12, 0, 6, 24, 5][at]!, from: 21, way: () => ({ by: "share", word: handle }) }));
  const others: Audience[] = [
    { name: "coupon page", size: 33, from: 0, way: () => ({ by: "tracking", word: null, link: COUPON_PAGE }) },
    { name: "magazine", size: 14, from: 30, way: () => ({ by: "tracking", word: null, link: MAGAZINE }) },
    { name: "other network", size: 26, from: 24, way: () => ({ by: "other" }) },
  ];
  return [...joined, ...newcomers, ...friends, ...others];
}

function ownLinks(code: string, handle: string, link: TrackingLink): (chance: number) => Way {
  return (chance) => (chance < 0.16 ? { by: "tracking", word: code, link } : chance < 0.34 ? { by: "code", word: code } : { by: "share", word: chance < 0.8 ? code : handle });
}
