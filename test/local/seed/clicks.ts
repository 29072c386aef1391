// Orders whose clicks tell something: each a small story of who was clicked, what the browser told of it, and what is known of the order. They come on top of
// the plan and throw no dice, so the plan stays as it is.
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import type { CatalogueProduct } from "#test/local/store/catalogue.ts";
import { isExtra } from "./extras.ts";
import type { SeedCode, Step } from "./plan.ts";
import { cartAttributes, COUPON_PAGE, creatorsLink, type Visit, visitOf, visitorOf, type Way } from "./visits.ts";

/** `everybody`: credits whoever was clicked last. `winner`, `involved`: codes of the creators at these places, with these policies. */
export type ClickCodes = { everybody: string; winner: string; involved: string };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const [MARIE, JONAS, XIAOYU, CHIARA, BEN, ANAIS] = [0, 1, 2, 3, 4, 5];
export const WINNER = BEN;
export const INVOLVED = ANAIS;

/**
 * A creator's place in the list of the joined ones, or somebody else's link. `by`: the network's link where it is left out. `toldAfter`: the browser could tell
 * of it only so long after the order. `on`: another browser than the one of the order.
 */
type Click = { of: number | "coupon page" | "other network"; before: number; by?: "share" | "code"; toldAfter?: number; on?: string };

type Story = {
  day: number;
  hour: number;
  buyer: string;
  email: string;
  /** A number: a creator's own code, of any policy, by its place in the list of codes. */
  code: keyof ClickCodes | number;
  /** Oldest first. */
  clicks: Click[];
  /** What is known of the visit: the cart's attributes where it is left out; the pixel alone (no embed); the landing page alone (no consent); nothing. */
  known?: "pixel" | "landing" | "nothing";
  /** The browser's name, where several orders are told of; the pixel ties it to the buyer's account. */
  browser?: string;
  then?: { after: number; kind: "refund_line"; pieces: number } | { after: number; kind: "exclude"; reason: string };
};

const MONA = { buyer: "Mona Escher", email: "mona.escher@example.com" };

/** All times in hours. */
const STORIES: Story[] = [
  { day: 9, hour: 18.4, buyer: "Nora Felder", email: "nora.felder@example.com", code: "everybody", clicks: [{ of: MARIE, before: 2 }] },
  // Two creators' links in turn.
  { day: 15, hour: 20.1, buyer: "Lucien Barth", email: "lucien.barth@example.com", code: "everybody", clicks: [{ of: JONAS, before: 75, by: "share" }, { of: XIAOYU, before: 0.4 }] },
  { day: 18, hour: 17.2, buyer: "Agathe Simonin", email: "agathe.simonin@example.com", code: "everybody", clicks: [] },
  { day: 21, hour: 12.7, buyer: "Rolf Amann", email: "rolf.amann@example.com", code: "everybody", clicks: [], known: "nothing" },
  { day: 25, hour: 19.3, buyer: "Judith Renner", email: "judith.renner@example.com", code: "winner", clicks: [{ of: WINNER, before: 121 }, { of: CHIARA, before: 26 }] },
  // He agreed to nothing, so the page that he landed on is all that is known.
  { day: 28, hour: 16.9, buyer: "Moritz Ackermann", email: "moritz.ackermann@example.com", code: "everybody", clicks: [{ of: MARIE, before: 0.1, by: "share" }], known: "landing" },
  { day: 29, hour: 21.2, buyer: "Félix Morel", email: "felix.morel@example.com", code: "winner", clicks: [{ of: CHIARA, before: 144, by: "share" }, { of: WINNER, before: 3 }] },
  { day: 31, hour: 16.5, buyer: "Birgit Löffler", email: "birgit.loeffler@example.com", code: "involved", clicks: [{ of: INVOLVED, before: 98 }, { of: MARIE, before: 1 }] },
  // On the phone first; five days later Jonas is clicked on the phone, and the order comes from the laptop.
  { day: 32, hour: 9.6, ...MONA, code: "everybody", clicks: [{ of: CHIARA, before: 4 }], browser: "Mona's phone" },
  { day: 34, hour: 18.9, buyer: "Hugo Wendling", email: "hugo.wendling@example.com", code: "involved", clicks: [{ of: JONAS, before: 5 }] },
  { day: 37, hour: 19.4, ...MONA, code: "everybody", clicks: [{ of: JONAS, before: 30, by: "share", on: "Mona's phone" }], browser: "Mona's laptop" },
  // Thirty-six days: beyond the click window.
  { day: 40, hour: 17.8, buyer: "Cléa Vautrin", email: "clea.vautrin@example.com", code: "involved", clicks: [{ of: INVOLVED, before: 36 * 24 }] },
  // Told on the day after: the order is settled by then.
  { day: 43, hour: 13.6, buyer: "Till Sauer", email: "till.sauer@example.com", code: "everybody", clicks: [{ of: BEN, before: 0.7, by: "share", toldAfter: 21 }], known: "pixel" },
  { day: 47, hour: 11.4, buyer: DEMO_CREATORS[CHIARA]!.name, email: DEMO_CREATORS[CHIARA]!.email, code: "everybody", clicks: [{ of: CHIARA, before: 0.2 }] },
  { day: 48, hour: 20.6, buyer: DEMO_CREATORS[MARIE]!.name, email: DEMO_CREATORS[MARIE]!.email, code: MARIE, clicks: [{ of: MARIE, before: 0.5 }] },
  { day: 50, hour: 18.1, buyer: "Ilse Thomann", email: "ilse.thomann@example.com", code: "everybody", clicks: [{ of: ANAIS, before: 30, by: "code" }, { of: "coupon page", before: 1.5 }] },
  { day: 51, hour: 12.2, buyer: "Ferdinand Rauch", email: "ferdinand.rauch@example.com", code: "everybody", clicks: [{ of: JONAS, before: 20 }, { of: "other network", before: 2 }] },
  { day: 52, hour: 16.2, buyer: "Basile Kern", email: "basile.kern@example.com", code: "everybody", clicks: [{ of: JONAS, before: 50 }], then: { after: 70, kind: "refund_line", pieces: 1 } },
  { day: 53, hour: 15.4, buyer: "Salome Britsch", email: "salome.britsch@example.com", code: "everybody", clicks: [{ of: XIAOYU, before: 7 }], known: "pixel" },
  { day: 54, hour: 9.5, buyer: "Studio Lichtblick", email: "post@studio-lichtblick.example", code: "everybody", clicks: [{ of: MARIE, before: 6 }], then: { after: 25, kind: "exclude", reason: "Bought by our own photographer for the winter catalogue; agreed with Marie." } },
];

/** These orders, numbered from `firstRef` on, with the visits before them. */
export function clickStories(products: CatalogueProduct[], codes: SeedCode[], clickCodes: ClickCodes, fromMs: number, firstRef: number): Step[] {
  const goods = products.filter((product) => !product.giftCard && !isExtra(product)).map((product) => product.variants[0]!.id);
  const midnightMs = fromMs - (fromMs % DAY_MS);
  return STORIES.flatMap((story, at) => told(story, { ref: firstRef + at, atMs: midnightMs + story.day * DAY_MS + story.hour * HOUR_MS, codes, clickCodes, goods }));
}

/** The code that a creator's links name: the first one of theirs. */
export function wordOf(codes: SeedCode[], creator: number): string {
  return codes.find((code) => code.creator === creator)!.code;
}

type Telling = { ref: number; atMs: number; codes: SeedCode[]; clickCodes: ClickCodes; goods: string[] };

function told(story: Story, { ref, atMs, codes, clickCodes, goods }: Telling): Step[] {
  const { buyer, email, code, clicks, known = "cart", browser, then } = story;
  const visitor = visitorOf(browser ?? `order ${ref}`);
  const seen = clicks.map((click, at) => ({ ...click, visit: visitOf(`click ${at} of order ${ref}`, click.on === undefined ? visitor : visitorOf(click.on), atMs - click.before * HOUR_MS, wayOf(click, codes)) }));
  const made = known === "pixel" ? seen.map((click) => ({ ...click, visit: { ...click.visit, source: "pixel" as const } })) : seen;
  const own = made.filter(({ on }) => on === undefined).map(({ visit }) => visit);
  const input = {
    name: buyer, email, codes: [typeof code === "number" ? codes[code]!.code : clickCodes[code]],
    items: [{ variantId: goods[ref % goods.length]!, quantity: 2 }, { variantId: goods[(ref * 7 + 3) % goods.length]!, quantity: 1 }],
    landingSite: known === "pixel" ? "/" : (own.at(-1)?.landing ?? "/"), referringSite: own.length === 0 ? null : "https://www.instagram.com/",
    ...(known === "cart" ? { noteAttributes: cartAttributes(visitor, own) } : {}),
  };
  return [
    ...(known === "landing" ? [] : made.map(({ visit, toldAfter }): Step => ({ atMs: toldAfter === undefined ? visit.atMs : atMs + toldAfter * HOUR_MS, ref, kind: "click", visits: [visit] }))),
    { atMs, ref, kind: "checkout", input },
    ...(known === "pixel" || browser !== undefined ? [{ atMs, ref, kind: "tie" as const, visitor }] : []),
    ...(then === undefined ? [] : [{ ...then, atMs: atMs + then.after * HOUR_MS, ref }]),
  ];
}

/** A tracking link of theirs leads to the shop's first page. */
function wayOf({ of, by }: Click, codes: SeedCode[]): Way {
  if (of === "other network") return { by: "other" };
  if (of === "coupon page") return { by: "tracking", word: null, link: COUPON_PAGE };
  return by === undefined ? { by: "tracking", word: null, link: creatorsLink(DEMO_CREATORS[of]!.id) } : { by, word: wordOf(codes, of) };
}
