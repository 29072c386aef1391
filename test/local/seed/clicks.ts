// Visitors who came by creators' links: some bought with the creator's own code, some only looked, and some bought with a code that is credited by clicks.
// It comes on top of the plan and throws no dice, so the plan stays as it is.
import { createHash } from "node:crypto";
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import type { CatalogueProduct } from "#test/local/store/catalogue.ts";
import { isExtra } from "./extras.ts";
import type { SeedCode, Step } from "./plan.ts";

/** `everybody`: credits whoever was clicked last. `winner`, `involved`: codes of the creators at these places, with these policies. */
export type ClickCodes = { everybody: string; winner: string; involved: string };

/** `creator`: place in the list of joined creators; null: a link of nobody we know. `atMs`: when it was clicked; the step's own time is when it was told. */
export type SeedClick = { visitor: string; creator: number | null; clickId: string; atMs: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const [MARIE, JONAS, XIAOYU, CHIARA, BEN, ANAIS] = [0, 1, 2, 3, 4, 5];
export const WINNER = BEN;
export const INVOLVED = ANAIS;

type Story = {
  day: number;
  hour: number;
  buyer: string;
  email: string;
  /** A number: a creator's own code, of any policy, by its place in the list of codes. */
  code: keyof ClickCodes | number;
  /** Oldest first. `toldAfter`: so long after the order. */
  clicks: { creator: number | null; before: number; toldAfter?: number }[];
  /** The store does not know the visitor (a browser that keeps nothing). */
  unknown?: true;
  then?: { after: number; kind: "refund_line"; pieces: number } | { after: number; kind: "exclude"; reason: string };
};

/** All times in hours. */
const STORIES: Story[] = [
  { day: 9, hour: 18.4, buyer: "Nora Felder", email: "nora.felder@example.com", code: "everybody", clicks: [{ creator: MARIE, before: 2 }] },
  { day: 15, hour: 20.1, buyer: "Lucien Barth", email: "lucien.barth@example.com", code: "everybody", clicks: [{ creator: JONAS, before: 75 }, { creator: XIAOYU, before: 0.4 }] },
  { day: 18, hour: 17.2, buyer: "Agathe Simonin", email: "agathe.simonin@example.com", code: "everybody", clicks: [] },
  { day: 21, hour: 12.7, buyer: "Rolf Amann", email: "rolf.amann@example.com", code: "everybody", clicks: [], unknown: true },
  { day: 25, hour: 19.3, buyer: "Judith Renner", email: "judith.renner@example.com", code: "winner", clicks: [{ creator: WINNER, before: 121 }, { creator: CHIARA, before: 26 }] },
  { day: 29, hour: 21.2, buyer: "Félix Morel", email: "felix.morel@example.com", code: "winner", clicks: [{ creator: CHIARA, before: 144 }, { creator: WINNER, before: 3 }] },
  { day: 31, hour: 16.5, buyer: "Birgit Löffler", email: "birgit.loeffler@example.com", code: "involved", clicks: [{ creator: INVOLVED, before: 98 }, { creator: MARIE, before: 1 }] },
  { day: 34, hour: 18.9, buyer: "Hugo Wendling", email: "hugo.wendling@example.com", code: "involved", clicks: [{ creator: JONAS, before: 5 }] },
  // Thirty-six days: beyond the click window.
  { day: 40, hour: 17.8, buyer: "Cléa Vautrin", email: "clea.vautrin@example.com", code: "involved", clicks: [{ creator: INVOLVED, before: 36 * 24 }] },
  // Told on the day after: the order is settled by then.
  { day: 43, hour: 13.6, buyer: "Till Sauer", email: "till.sauer@example.com", code: "everybody", clicks: [{ creator: BEN, before: 0.7, toldAfter: 21 }] },
  { day: 47, hour: 11.4, buyer: DEMO_CREATORS[CHIARA]!.name, email: DEMO_CREATORS[CHIARA]!.email, code: "everybody", clicks: [{ creator: CHIARA, before: 0.2 }] },
  { day: 48, hour: 20.6, buyer: DEMO_CREATORS[MARIE]!.name, email: DEMO_CREATORS[MARIE]!.email, code: MARIE, clicks: [{ creator: MARIE, before: 0.5 }] },
  { day: 50, hour: 18.1, buyer: "Ilse Thomann", email: "ilse.thomann@example.com", code: "everybody", clicks: [{ creator: ANAIS, before: 30 }, { creator: null, before: 1.5 }] },
  { day: 52, hour: 16.2, buyer: "Basile Kern", email: "basile.kern@example.com", code: "everybody", clicks: [{ creator: JONAS, before: 50 }], then: { after: 70, kind: "refund_line", pieces: 1 } },
  { day: 54, hour: 9.5, buyer: "Studio Lichtblick", email: "post@studio-lichtblick.example", code: "everybody", clicks: [{ creator: MARIE, before: 6 }], then: { after: 25, kind: "exclude", reason: "Bought by our own photographer for the winter catalogue; agreed with Marie." } },
];

/** The plan with all of that; the new orders are numbered on. */
export function withClicks(plan: Step[], products: CatalogueProduct[], codes: SeedCode[], clickCodes: ClickCodes, fromMs: number): Step[] {
  const first = Math.max(-1, ...plan.map((step) => step.ref)) + 1;
  const goods = products.filter((product) => !product.giftCard && !isExtra(product)).map((product) => product.variants[0]!.id);
  const midnightMs = fromMs - (fromMs % DAY_MS);
  return [
    ...plan.flatMap((step) => throughALink(step, codes, fromMs)),
    ...STORIES.flatMap((story, at) => told(story, { ref: first + at, atMs: midnightMs + story.day * DAY_MS + story.hour * HOUR_MS, codes, clickCodes, goods })),
    ...onlyLooked(first + STORIES.length, midnightMs),
  ];
}

/** Of those who landed on a creator's code, every third came by a link that the network counts. The store keeps the visitor and the click's id with the order. */
function throughALink(step: Step, codes: SeedCode[], fromMs: number): Step[] {
  if (step.kind !== "checkout" || step.input.landingSite === "/" || step.ref % 3 !== 1) return [step];
  const own = codes.find(({ code }) => code === step.input.codes?.[0]?.toUpperCase());
  if (own === undefined) return [step];
  const atMs = Math.max(fromMs, step.atMs - (7 + ((step.ref * 53) % 2_900)) * 60_000);
  const click = clickOf(`order ${step.ref}`, own.creator, atMs, 0);
  const input = { ...step.input, landingSite: `${step.input.landingSite}?irclickid=${click.clickId}`, noteAttributes: attributes(click.visitor, click) };
  return [{ atMs, ref: step.ref, kind: "click", click }, { ...step, input }];
}

type Telling = { ref: number; atMs: number; codes: SeedCode[]; clickCodes: ClickCodes; goods: string[] };

function told({ buyer, email, code, clicks, unknown, then }: Story, { ref, atMs, codes, clickCodes, goods }: Telling): Step[] {
  const visitor = visitorOf(`order ${ref}`);
  const made = clicks.map(({ creator, before, toldAfter }, at) => ({ click: clickOf(`order ${ref}`, creator, atMs - before * HOUR_MS, at), toldAfter }));
  const last = made.at(-1)?.click ?? null;
  const input = {
    name: buyer, email, codes: [typeof code === "number" ? codes[code]!.code : clickCodes[code]],
    items: [{ variantId: goods[ref % goods.length]!, quantity: 2 }, { variantId: goods[(ref * 7 + 3) % goods.length]!, quantity: 1 }],
    landingSite: last === null ? "/" : `/?irclickid=${last.clickId}`, referringSite: last === null ? null : "https://www.instagram.com/",
    ...(unknown ? {} : { noteAttributes: attributes(visitor, last) }),
  };
  return [
    ...made.map(({ click, toldAfter }): Step => ({ atMs: toldAfter === undefined ? click.atMs : atMs + toldAfter * HOUR_MS, ref, kind: "click", click })),
    { atMs, ref, kind: "checkout", input },
    ...(then === undefined ? [] : [{ ...then, atMs: atMs + then.after * HOUR_MS, ref }]),
  ];
}

/** Every third day somebody clicks and does not buy. */
function onlyLooked(ref: number, midnightMs: number): Step[] {
  return Array.from({ length: 18 }, (_, at): Step => {
    const atMs = midnightMs + (2 + at * 3) * DAY_MS + (11 + (at % 9)) * HOUR_MS;
    return { atMs, ref, kind: "click", click: clickOf(`look ${at}`, (at * 5) % 6, atMs, 0) };
  });
}

function clickOf(of: string, creator: number | null, atMs: number, place: number): SeedClick {
  return { visitor: visitorOf(of), creator, clickId: short(`click ${place} of ${of}`, 24), atMs: Math.round(atMs) };
}

function visitorOf(of: string): string {
  return `v${short(`visitor of ${of}`, 20)}`;
}

/** Letters and digits that look thrown and are the same each time. */
function short(of: string, length: number): string {
  return createHash("sha256").update(of).digest("base64url").replace(/[^A-Za-z0-9]/g, "").slice(0, length);
}

function attributes(visitor: string, click: SeedClick | null): { name: string; value: string }[] {
  return [{ name: "creator_visitor", value: visitor }, ...(click === null ? [] : [{ name: "irclickid", value: click.clickId }])];
}
