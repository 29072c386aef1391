// What happens in the shop over sixty days: who buys what with which code, and what is given back, edited and cancelled later.
// Pure: the same seed, goods and codes make the same plan.
import type { CatalogueProduct } from "#test/local/store/catalogue.ts";
import type { CheckoutInput, DisputeStatus } from "#test/local/store/types.ts";
import { type Dice, makeDice } from "./dice.ts";
import { makeBuyers } from "./buyers.ts";
import { type ClickCodes, clickStories } from "./clicks.ts";
import { isExtra, withExtras } from "./extras.ts";
import type { Visit } from "./visits.ts";
import { leakedOrders, withWays } from "./ways.ts";

export type SeedCode = {
  code: string;
  /** The creator's place in the list of joined creators. */
  creator: number;
  /** How much the creator sells, against the others. */
  weight: number;
  kind: "percentage" | "fixed_order" | "free_shipping";
  /** The subtotal that the deal asks for, in minor units; 0 for none. */
  minimum: bigint;
};

/** `ref` numbers the orders of the plan; what comes later names the order by it. */
export type Step = { atMs: number; ref: number } & (
  | { kind: "checkout"; input: CheckoutInput }
  | { kind: "pay" }
  | { kind: "refund_line"; pieces: number }
  | { kind: "refund_amount"; amount: string }
  | { kind: "refund_shipping" }
  | { kind: "edit"; add: string | null }
  | { kind: "cancel"; reason: "customer" | "inventory" }
  | { kind: "dispute" }
  | { kind: "dispute_change"; status: DisputeStatus }
  | { kind: "click"; visits: Visit[] } // the browsers tell of them now
  | { kind: "tie"; visitor: string } // the pixel saw the order's checkout
  | { kind: "exclude"; reason: string }
  | { kind: "act"; act: () => Promise<void> } // what the merchant does beside the orders; it is no order's: ref -1
);

export const DAYS = 60;
/** Those of the plan itself; subscriptions (extras.ts), what hangs on clicks (clicks.ts) and a code that leaked (ways.ts) come on top. */
export const ORDERS = 200;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The steps in the order of their time; all lie between `fromMs` and `untilMs`. */
export function planHistory(products: CatalogueProduct[], codes: SeedCode[], clickCodes: ClickCodes, fromMs: number, untilMs: number): Step[] {
  const dice = makeDice(20_260);
  const buyers = makeBuyers(dice);
  const goods = products.filter((product) => !product.giftCard && !isExtra(product)).flatMap((product) => product.variants.map((variant) => ({ id: variant.id, price: variant.price, weight: variant.price > 6_000n ? 1 : 3 })));
  const steps: Step[] = [];
  let ref = 0;
  for (const [day, count] of ordersPerDay(dice).entries()) {
    for (let at = 0; at < count; at++) {
      const atMs = timeOfDay(dice, fromMs + day * DAY_MS, untilMs);
      const share = day === 22 || day === 23 ? codes[1]! : day === 46 ? codes[2]! : null; // a creator posted: her code for two days
      const input = cart(dice, goods, chosenCodes(dice, codes, share), buyers);
      if (ref === 57) input.test = true;
      steps.push({ atMs, ref, kind: "checkout", input });
      steps.push(...afterwards(dice, ref, atMs, input, goods).filter((step) => step.atMs < untilMs - 45 * MINUTE_MS));
      ref += 1;
    }
  }
  const usual = withWays(withExtras(steps, products, codes, fromMs), codes, fromMs);
  const stories = clickStories(products, codes, clickCodes, fromMs, nextRef(usual));
  const leaked = leakedOrders(products, codes, fromMs, nextRef(stories));
  return [...usual, ...stories, ...leaked].sort((a, b) => a.atMs - b.atMs || a.ref - b.ref);
}

/** The first number that no order of these has. */
export function nextRef(steps: readonly Step[]): number {
  return Math.max(-1, ...steps.map(({ ref }) => ref)) + 1;
}

/** More at weekends, a little more each week, and two days on which a creator posted. Sums to ORDERS. */
function ordersPerDay(dice: Dice): number[] {
  const weights = Array.from({ length: DAYS }, (_, day) => (1 + day / DAYS) * (day % 7 >= 5 ? 1.4 : 1) * (day === 22 || day === 46 ? 2.6 : day === 23 ? 1.9 : 1) * (0.7 + 0.6 * dice.next()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map((weight) => Math.floor((weight / total) * ORDERS));
  const short = ORDERS - counts.reduce((sum, count) => sum + count, 0);
  const byRest = weights.map((weight, day) => ({ day, rest: (weight / total) * ORDERS - counts[day]! })).sort((a, b) => b.rest - a.rest);
  for (const { day } of byRest.slice(0, short)) counts[day]! += 1;
  return counts;
}

/** From eight in the morning on, most of it in the evening, and before midnight in the shop's own zone; the last day ends now. */
function timeOfDay(dice: Dice, dayMs: number, untilMs: number): number {
  const minutes = dice.chance(0.6) ? dice.whole(16 * 60, 21 * 60) : dice.whole(8 * 60, 16 * 60);
  const atMs = dayMs - (dayMs % DAY_MS) + minutes * MINUTE_MS + dice.whole(0, 59_000);
  const latest = untilMs - 3 * MINUTE_MS;
  return atMs < latest ? atMs : latest - dice.whole(0, 90) * MINUTE_MS;
}

function chosenCodes(dice: Dice, codes: SeedCode[], favourite: SeedCode | null): SeedCode[] {
  if (favourite && dice.chance(0.6)) return [favourite];
  if (dice.chance(0.2)) return [];
  if (dice.chance(0.07)) {
    const first = dice.weighted(codes.filter((code) => code.kind === "percentage"));
    const second = dice.weighted(codes.filter((code) => code.kind === "free_shipping"));
    return [first, second];
  }
  return [dice.weighted(codes)];
}

type Good = { id: string; price: bigint; weight: number };

function cart(dice: Dice, goods: Good[], codes: SeedCode[], buyers: () => { name: string; email: string }): CheckoutInput {
  const items = new Map<string, number>();
  const minimum = codes.reduce((most, code) => (code.minimum > most ? code.minimum : most), 0n);
  let subtotal = 0n;
  for (let left = dice.weighted([{ count: 1, weight: 4 }, { count: 2, weight: 4 }, { count: 3, weight: 2 }, { count: 4, weight: 1 }]).count; left > 0 || subtotal < minimum; left--) {
    const good = dice.weighted(goods);
    const pieces = good.price < 4_000n && dice.chance(0.25) ? 2 : 1;
    items.set(good.id, (items.get(good.id) ?? 0) + pieces);
    subtotal += good.price * BigInt(pieces);
  }
  const typed = codes.map(({ code }) => (dice.chance(0.12) ? code.toLowerCase() : code));
  const { name, email } = buyers();
  return {
    items: [...items].map(([variantId, quantity]) => ({ variantId, quantity })),
    codes: typed,
    name,
    email,
    payment: dice.chance(0.08) ? "cash_on_delivery" : "card",
    landingSite: typed.length > 0 && dice.chance(0.6) ? `/discount/${encodeURIComponent(typed[0]!)}` : "/",
    referringSite: typed.length > 0 ? dice.pick(["https://www.instagram.com/", "https://www.tiktok.com/", "https://www.youtube.com/"]) : null,
  };
}

/** What comes after an order, if anything: one of five is given back in part, some are edited or cancelled. */
function afterwards(dice: Dice, ref: number, orderedMs: number, input: CheckoutInput, goods: Good[]): Step[] {
  const later = (fromHours: number, toHours: number) => orderedMs + dice.whole(fromHours * 60, toHours * 60) * MINUTE_MS;
  const steps: Step[] = [];
  let paidMs = orderedMs;
  if (input.payment === "cash_on_delivery") {
    paidMs = later(30, 100);
    steps.push({ atMs: paidMs, ref, kind: "pay" });
  }
  const pieces = input.items.reduce((sum, item) => sum + item.quantity, 0);
  const fate = dice.next();
  const afterPaid = (fromHours: number, toHours: number) => paidMs + dice.whole(fromHours * 60, toHours * 60) * MINUTE_MS;
  if (fate < 0.12) steps.push({ atMs: afterPaid(40, 300), ref, kind: "refund_line", pieces: 1 });
  else if (fate < 0.17) steps.push({ atMs: afterPaid(60, 240), ref, kind: "refund_amount", amount: dice.pick(["3.00", "5.00", "7.50"]) });
  else if (fate < 0.2) steps.push({ atMs: afterPaid(30, 120), ref, kind: "refund_shipping" });
  else if (fate < 0.25) steps.push({ atMs: later(1, 5), ref, kind: "edit", add: pieces === 1 || dice.chance(0.5) ? dice.pick(goods.filter((good) => good.price < 3_000n)).id : null });
  else if (fate < 0.3) steps.push({ atMs: later(2, 30), ref, kind: "cancel", reason: dice.pick(["customer", "inventory"]) });
  return steps;
}
