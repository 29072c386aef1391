// How the plan's buyers came, and what of it is known: most by a creator's link, noted in the cart; some known by the pixel or the landing page alone, or not at
// all (no consent); some typed a code that they had heard. One code does not come by links any more: it stands on a page of coupons.
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import type { CatalogueProduct } from "#test/local/store/catalogue.ts";
import { wordOf } from "./clicks.ts";
import { isExtra } from "./extras.ts";
import type { SeedCode, Step } from "./plan.ts";
import { cartAttributes, chanceOf, creatorsLink, type Visit, visitOf, visitorOf, type Way } from "./visits.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Up to which part of the buyers with a code each holds; the others typed it. */
const KNOWN_BY = { cart: 0.46, pixel: 0.56, landing: 0.66, nothing: 0.8 };
/** Of the buyers without a code, so many had clicked a link all the same. */
const CLICKED_WITHOUT_CODE = 0.35;
/** So many of those with attributes are known to the pixel as well. */
const TIED_TOO = 0.25;

const CHIARA = 3;
const COUPON_HUNTERS = [
  "Uwe Kessler", "Petra Domke", "Yannick Roy", "Silke Arndt", "Marc Thiébaut", "Dagmar Voss", "Kevin Lutz", "Sandrine Caron", "Holger Pohl", "Tanja Wirtz", "Olivier Blanc", "Ramona Seidel", "Jens Kolb", "Aurélie Masson",
];
const LEAKED_ON = 42;
/** What her deal asks for, in minor units. */
const LEAST = 5_000n;

/** The plan with the visits before its orders. */
export function withWays(plan: Step[], codes: SeedCode[], fromMs: number): Step[] {
  return plan.flatMap((step) => (step.kind === "checkout" && step.input.sourceName === undefined ? arrived(step, codes, fromMs) : [step]));
}

type Checkout = Extract<Step, { kind: "checkout" }>;

function arrived(step: Checkout, codes: SeedCode[], fromMs: number): Step[] {
  const of = `order ${step.ref}`;
  const typed = step.input.codes?.[0]?.toUpperCase();
  const own = codes.find(({ code }) => code === typed);
  const chance = chanceOf(`how ${of}`);
  const visitor = visitorOf(of);
  const known = (visits: Visit[]) => cartAttributes(visitor, visits);
  if (own === undefined && chance >= CLICKED_WITHOUT_CODE) return [step];
  const creator = own?.creator ?? step.ref % 6;
  const atMs = Math.max(fromMs, step.atMs - (6 + Math.floor(chanceOf(`when ${of}`) ** 3 * 8_000)) * MINUTE_MS);
  const visit = visitOf(of, visitor, atMs, wayOf(of, own?.code ?? wordOf(codes, creator), creator));
  const told: Step & { kind: "click" } = { atMs, ref: step.ref, kind: "click", visits: [visit] };
  const tie: Step = { atMs: step.atMs, ref: step.ref, kind: "tie", visitor };
  const bought = (part: object): Step => ({ ...step, input: { ...step.input, ...part } });
  if (own === undefined || chance < KNOWN_BY.cart) return [told, bought({ landingSite: visit.landing, noteAttributes: known([visit]) }), ...(chanceOf(`tie ${of}`) < TIED_TOO ? [tie] : [])];
  if (chance < KNOWN_BY.pixel) return [{ ...told, visits: [{ ...visit, source: "pixel" }] }, bought({ landingSite: "/" }), tie];
  if (chance < KNOWN_BY.landing) return [bought({ landingSite: visit.landing })];
  return [bought({ landingSite: "/", ...(chance < KNOWN_BY.nothing ? {} : { noteAttributes: known([]) }) })];
}

/** A third came by the network's link of the code; of the others most by the app's own. */
function wayOf(of: string, word: string, creator: number): Way {
  const chance = chanceOf(`way ${of}`);
  if (chance < 0.34) return { by: "tracking", word, link: creatorsLink(DEMO_CREATORS[creator]!.id) };
  return { by: chance < 0.75 ? "share" : "code", word };
}

/** Since somebody wrote Chiara's code on a page of coupons, it is typed by people who never clicked her. Numbered from `firstRef` on. */
export function leakedOrders(products: CatalogueProduct[], codes: SeedCode[], fromMs: number, firstRef: number): Step[] {
  const variants = products.filter((product) => !product.giftCard && !isExtra(product)).map((product) => product.variants[0]!);
  const goods = variants.filter(({ price }) => price >= LEAST && price < 2n * LEAST).map(({ id }) => id);
  return COUPON_HUNTERS.map((name, at): Step => {
    const email = `${name.normalize("NFD").replace(/\p{Mark}/gu, "").toLowerCase().replace(" ", ".")}@example.com`;
    const atMs = fromMs - (fromMs % DAY_MS) + (LEAKED_ON + at * 1.17) * DAY_MS;
    // In the afternoon and evening.
    const hourMs = atMs - (atMs % DAY_MS) + (14 + ((at * 5) % 7)) * HOUR_MS + at * 3 * MINUTE_MS;
    const input = { name, email, codes: [wordOf(codes, CHIARA)], items: [{ variantId: goods[(at * 5) % goods.length]!, quantity: 1 }], landingSite: "/", referringSite: "https://www.google.com/", noteAttributes: cartAttributes(visitorOf(`hunter ${at}`), []) };
    return { atMs: hourMs, ref: firstRef + at, kind: "checkout", input };
  });
}
