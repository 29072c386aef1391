// What codes take off a cart: product discounts first, then order discounts (each on the subtotal after the product discounts, so 10 and 20 make 30),
// then shipping. Of the codes that do not combine, the best combination is taken.
import { minorOf, rounded, sharedOut } from "./amounts.ts";
import { bxgyOffer, bxgyRefusal } from "./bxgy.ts";
import { classOf, combine } from "./codes.ts";
import type { CodeRefusal, Discount, DiscountItems, RedeemCode } from "./types.ts";

export type CartLine = {
  productId: string;
  variantId: string;
  collections: string[];
  quantity: number;
  unit: bigint; // price of one piece
  /** Gift cards and tips are never discounted and count for no minimum. */
  discountable: boolean;
  /** Bought under a selling plan. */
  subscription: boolean;
};
export type Cart = { currency: string; lines: CartLine[]; shipping: bigint | null };
export type Candidate = { discount: Discount; code: RedeemCode };
/** What one code takes off each line, and off shipping; null where it names the line not at all. */
export type Taken = { candidate: Candidate; lines: (bigint | null)[]; shipping: bigint | null };

const total = (line: CartLine): bigint => line.unit * BigInt(line.quantity);
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((all, each) => all + each, 0n);

export function entitled(discount: Discount, line: CartLine): boolean {
  if (!line.discountable || !(line.subscription ? discount.appliesOnSubscription : discount.appliesOnOneTimePurchase)) return false;
  return names(discount.items, line);
}

/** Whether items of a discount are what the line holds. */
export function names(items: DiscountItems, line: CartLine): boolean {
  if (items.kind === "all") return true;
  if (items.kind === "collections") return line.collections.some((each) => items.collections.includes(each));
  return items.products.includes(line.productId) || items.variants.includes(line.variantId);
}

/** Whether the cart itself lets a discount in; null where it does. */
export function cartRefusal(discount: Discount, cart: Cart): CodeRefusal | null {
  const lines = cart.lines.filter((line) => entitled(discount, line));
  const { value, minimum } = discount;
  if (lines.length === 0) return "not_applicable";
  if (value.kind === "bxgy") return bxgyRefusal(value, lines, cart);
  if (value.kind === "free_shipping") {
    if (cart.shipping === null || cart.shipping === 0n) return "not_applicable";
    if (value.maximum !== null && cart.shipping > minorOf(value.maximum, cart.currency)) return "not_applicable";
  }
  if (minimum.kind === "subtotal" && sum(lines.map(total)) < minorOf(minimum.amount, cart.currency)) return "minimum_subtotal";
  if (minimum.kind === "quantity" && lines.reduce((count, line) => count + line.quantity, 0) < minimum.quantity) return "minimum_quantity";
  return null;
}

/** The best combination of codes that each hold by themselves, and which of them it leaves out. */
export function bestCombination(candidates: Candidate[], cart: Cart): { taken: Taken[]; leftOut: Candidate[] } {
  let best: { taken: Taken[]; amount: bigint } = { taken: [], amount: -1n };
  for (let mask = (1 << candidates.length) - 1; mask >= 0; mask--) {
    // High bits first, so that of two equal combinations the one with the codes typed earlier wins.
    const chosen = candidates.filter((_, at) => (mask >> (candidates.length - 1 - at)) & 1);
    if (!chosen.every((a, at) => chosen.slice(at + 1).every((b) => a.discount !== b.discount && combine(a.discount, b.discount)))) continue;
    const taken = takeOff(chosen, cart).filter((each) => each.shipping !== null || each.lines.some((line) => line !== null));
    const amount = sum(taken.map((each) => sum(each.lines.map((line) => line ?? 0n)) + (each.shipping ?? 0n)));
    if (amount > best.amount) best = { taken, amount };
  }
  return { taken: best.taken, leftOut: candidates.filter((each) => !best.taken.some(({ candidate }) => candidate === each)) };
}

function takeOff(chosen: Candidate[], cart: Cart): Taken[] {
  const left = cart.lines.map(total);
  const products = productDiscounts(chosen.filter(({ discount }) => classOf(discount) === "product"), cart, left);
  const orders = orderDiscounts(chosen.filter(({ discount }) => classOf(discount) === "order"), cart, left);
  const shipping = chosen
    .filter(({ discount }) => classOf(discount) === "shipping")
    .map((candidate) => ({ candidate, lines: cart.lines.map(() => null), shipping: cart.shipping }));
  return [...products, ...orders, ...shipping];
}

/** One product discount to a line: the one that takes off most of it. */
function productDiscounts(candidates: Candidate[], cart: Cart, left: bigint[]): Taken[] {
  const offers = candidates.map((candidate) => offer(candidate.discount, cart));
  const taken = candidates.map((candidate): Taken => ({ candidate, lines: cart.lines.map(() => null), shipping: null }));
  cart.lines.forEach((_, line) => {
    let best = -1;
    offers.forEach((amounts, at) => {
      if (amounts[line] !== null && (best === -1 || amounts[line]! > offers[best]![line]!)) best = at;
    });
    if (best === -1) return;
    taken[best]!.lines[line] = offers[best]![line]!;
    left[line] = left[line]! - offers[best]![line]!;
  });
  return taken;
}

function offer(discount: Discount, cart: Cart): (bigint | null)[] {
  const { value } = discount;
  const lines = cart.lines.map((line) => (entitled(discount, line) ? total(line) : null));
  if (value.kind === "percentage") return lines.map((amount) => amount === null ? null : percentOf(amount, value.percentage));
  if (value.kind === "bxgy") return bxgyOffer(discount, value, cart);
  if (value.kind !== "amount") return lines.map(() => null);
  const amount = minorOf(value.amount, cart.currency);
  if (value.onEachItem) {
    return cart.lines.map((line, at) => (lines[at] === null ? null : min(amount, line.unit) * BigInt(line.quantity)));
  }
  return across(amount, lines);
}

function orderDiscounts(candidates: Candidate[], cart: Cart, left: bigint[]): Taken[] {
  const base = [...left];
  return candidates.map((candidate) => {
    const { discount } = candidate;
    const { value } = discount;
    const lines = cart.lines.map((line, at) => (entitled(discount, line) ? base[at]! : null));
    const whole = sum(lines.map((each) => each ?? 0n));
    const amount = value.kind === "percentage" ? percentOf(whole, value.percentage) : value.kind === "amount" ? minorOf(value.amount, cart.currency) : 0n;
    const room = sum(lines.map((each, at) => (each === null ? 0n : left[at]!)));
    const parts = across(min(amount, room), lines).map((part, at) => (part === null ? null : min(part, left[at]!)));
    parts.forEach((part, at) => (left[at] = left[at]! - (part ?? 0n)));
    return { candidate, lines: parts, shipping: null };
  });
}

function across(amount: bigint, lines: (bigint | null)[]): (bigint | null)[] {
  const shares = sharedOut(min(amount, sum(lines.map((each) => each ?? 0n))), lines.map((each) => each ?? 0n));
  return lines.map((each, at) => (each === null ? null : shares[at]!));
}

export function percentOf(amount: bigint, percentage: number): bigint {
  return rounded(amount, BigInt(Math.round(percentage * 1_000_000)), 1_000_000n);
}

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
