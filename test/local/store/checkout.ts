// The checkout: which of the typed codes hold, what the cart comes to, and the order that comes of it.
import { amountOf, minorOf, taxOf } from "./amounts.ts";
import { isFor, reaches } from "./audience.ts";
import type { CatalogueProduct, CatalogueVariant } from "./catalogue.ts";
import { classOf, codeKey, findCode, statusOf } from "./codes.ts";
import { settleJobs } from "./discounts.ts";
import { type Candidate, type Cart, bestCombination, cartRefusal, type Taken } from "./discounting.ts";
import { buildOrder } from "./orders.ts";
import type { Store } from "./store.ts";
import type { CheckoutInput, CheckoutResult, CodeOutcome, CodeRefusal, Quote, SellingPlan } from "./types.ts";

const MOST_ITEM_CODES = 5; // of products and orders
const MOST_SHIPPING_CODES = 1;
/** Where buyers are who do not say so. */
export const HOME = "DE";
/** The source of orders that a subscription's contract bills. */
const RENEWAL = "subscription_contract";

export type Bought = { product: CatalogueProduct; variant: CatalogueVariant; quantity: number; sellingPlan: SellingPlan | null };
export type Reckoned = { bought: Bought[]; cart: Cart; taken: Taken[]; outcomes: CodeOutcome[] };

export function quoteCart(store: Store, input: CheckoutInput): Quote {
  const { bought, cart, taken, outcomes } = reckon(store, input);
  const { currency } = cart;
  const off = (line: number) => taken.reduce((all, each) => all + (each.lines[line] ?? 0n), 0n);
  const lines = bought.map(({ product, variant, quantity }, at) => {
    const total = variant.price * BigInt(quantity);
    return {
      variantId: variant.id, productId: product.id, title: titleOf(product, variant), sku: variant.sku, quantity,
      price: amountOf(variant.price, currency), total: amountOf(total - off(at), currency), discount: amountOf(off(at), currency),
    };
  });
  const net = bought.map(({ variant, quantity }, at) => variant.price * BigInt(quantity) - off(at));
  const shippingOff = taken.reduce((all, each) => all + (each.shipping ?? 0n), 0n);
  const shipping = (cart.shipping ?? 0n) - shippingOff;
  const { taxesIncluded, taxRate } = store.shop;
  const taxes = net.map((amount, at) => taxOf(amount, rateOf(bought[at]!.product), taxesIncluded));
  const tax = taxes.reduce((all, each) => all + each, 0n) + taxOf(shipping, taxRate, taxesIncluded);
  const subtotal = net.reduce((all, each) => all + each, 0n);
  const tip = input.tip ? minorOf(input.tip, currency) : 0n;
  const discount = bought.reduce((all, _, at) => all + off(at), 0n) + shippingOff;
  const text = (minor: bigint) => amountOf(minor, currency);
  return {
    currency, lines, codes: outcomes, subtotal: text(subtotal), discount: text(discount), shipping: text(shipping), tax: text(tax),
    total: text(subtotal + shipping + tip + (taxesIncluded ? 0n : tax)),
  };
}

export function placeOrder(store: Store, input: CheckoutInput): CheckoutResult {
  if (input.items.length === 0) return { ok: false, reason: "the cart is empty" };
  const wrong = input.items.find(({ quantity }) => !Number.isInteger(quantity) || quantity < 1);
  if (wrong !== undefined) return { ok: false, reason: `${wrong.quantity} is no quantity` };
  const missing = input.items.find(({ variantId }) => store.variant(variantId) === null);
  if (missing !== undefined) return { ok: false, reason: `there is no variant ${missing.variantId}` };

  const reckoned = reckon(store, input);
  const order = buildOrder(store, input, reckoned);
  redeem(reckoned.taken, input.email ?? null, minorOf(order.subtotal_price, order.currency));
  store.keepOrder(order);
  store.fireOrder(store.event(), ["orders/create", ...(order.financial_status === "paid" ? ["orders/paid"] : []), "orders/updated"], order);
  store.changed();
  return { ok: true, order, codes: reckoned.outcomes };
}

/** The tax rate of a product, as a fraction. */
export function rateOf(product: CatalogueProduct): number {
  return product.giftCard ? 0 : product.taxRate / 100;
}

export function titleOf(product: CatalogueProduct, variant: CatalogueVariant): string {
  return variant.title === "Default Title" ? product.title : `${product.title} - ${variant.title}`;
}

function reckon(store: Store, input: CheckoutInput): Reckoned {
  settleJobs(store);
  const bought = merged(input).flatMap(({ variantId, quantity, sellingPlan = null }) => {
    const found = store.variant(variantId);
    return found === null ? [] : [{ ...found, quantity, sellingPlan }];
  });
  const ships = input.shipping !== "none" && bought.some(({ product }) => product.requiresShipping);
  const cart: Cart = {
    currency: store.shop.currency,
    lines: bought.map(({ product, variant, quantity, sellingPlan }) => ({
      productId: product.id,
      variantId: variant.id,
      collections: store.catalogue.collections.filter(({ handle }) => product.collections.includes(handle)).map(({ id }) => id),
      quantity,
      unit: variant.price,
      discountable: !product.giftCard,
      subscription: sellingPlan !== null,
    })),
    shipping: ships ? minorOf(store.shop.shippingPrice, store.shop.currency) : null,
  };
  const { candidates, outcomes } = typedCodes(store, input, cart);
  const { taken, leftOut } = bestCombination(candidates, cart);
  for (const outcome of outcomes) {
    const isThis = ({ code }: Candidate) => code.code === outcome.code;
    if (leftOut.some(isThis) && outcome.refusal === null) outcome.refusal = "does_not_combine";
    outcome.applied = outcome.refusal === null && taken.some(({ candidate }) => isThis(candidate));
  }
  return { bought, cart, taken, outcomes };
}

/** One line to a variant and plan, in the order in which they were put in. */
function merged({ items }: CheckoutInput): CheckoutInput["items"] {
  const lines = new Map<string, CheckoutInput["items"][number]>();
  for (const item of items) {
    const key = `${item.variantId} ${item.sellingPlan?.id ?? ""}`;
    lines.set(key, { ...item, quantity: (lines.get(key)?.quantity ?? 0) + item.quantity });
  }
  return [...lines.values()];
}

/** The typed codes, each once, with the reason where one does not hold by itself. */
function typedCodes(store: Store, input: CheckoutInput, cart: Cart): { candidates: Candidate[]; outcomes: CodeOutcome[] } {
  const outcomes: CodeOutcome[] = [];
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  const counts = { item: 0, shipping: 0 };
  for (const typed of input.codes ?? []) {
    const key = codeKey(typed);
    if (key === "" || seen.has(key)) continue;
    seen.add(key);
    const found = findCode(store, typed);
    let refusal: CodeRefusal | null = found === null ? "unknown" : codeRefusal(store, found, input, cart);
    if (found !== null && refusal === null) {
      const kind = classOf(found.discount) === "shipping" ? "shipping" : "item";
      if (counts[kind] >= (kind === "item" ? MOST_ITEM_CODES : MOST_SHIPPING_CODES)) refusal = kind === "shipping" ? "does_not_combine" : "too_many";
      else {
        counts[kind]++;
        candidates.push(found);
      }
    }
    outcomes.push({ typed, code: found?.code.code ?? null, applied: false, refusal, discountId: found?.discount.id ?? null });
  }
  return { candidates, outcomes };
}

function codeRefusal(store: Store, { discount, code }: Candidate, { email = null, country = HOME, sourceName, billingCycle = 2 }: CheckoutInput, cart: Cart): CodeRefusal | null {
  const status = statusOf(discount, store.nowMs());
  if (status !== "ACTIVE") return status === "EXPIRED" ? "expired" : "not_started";
  // The limit holds for each code of the discount; once per customer holds for the discount.
  if (discount.usageLimit !== null && code.usageCount >= discount.usageLimit) return "usage_limit";
  if (!isFor(store, discount.context, { email, country })) return "not_eligible";
  if (discount.oncePerCustomer && email !== null && discount.usedBy.includes(emailKey(email))) return "once_per_customer";
  if (sourceName === RENEWAL && discount.recurringCycleLimit !== 0 && billingCycle > (discount.recurringCycleLimit ?? 1)) return "renewals_over";
  if (discount.value.kind === "free_shipping" && !reaches(store, discount.value.countries, country)) return "other_country";
  return cartRefusal(discount, cart);
}

export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

function redeem(taken: Taken[], email: string | null, subtotal: bigint): void {
  for (const { candidate } of taken) {
    candidate.code.usageCount++;
    candidate.discount.salesMinor = String(BigInt(candidate.discount.salesMinor) + subtotal);
    if (email !== null && !candidate.discount.usedBy.includes(emailKey(email))) candidate.discount.usedBy.push(emailKey(email));
  }
}
