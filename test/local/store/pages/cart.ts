// The buyer's cart: what is in it, the codes that were typed, who buys. It lives in a cookie.
import type { IncomingMessage, ServerResponse } from "node:http";
import { sellingPlanOf } from "../catalogue.ts";
import { HOME } from "../checkout.ts";
import type { Store } from "../store.ts";
import type { CheckoutInput } from "../types.ts";
import { cookie, setCookie } from "./exchange.ts";

/**
 * `plan`: bought under the plan of its product (a subscription). `country`: where it goes to, two letters. `clickId`: of the network's link by which
 * the buyer came last, as the network's own script on a storefront keeps it. `checkout`: the token of the checkout that is under way.
 */
export type CartPiece = { variantId: string; quantity: number; plan: boolean };
export type Cart = { items: CartPiece[]; codes: string[]; email: string; name: string; country: string; landing: string | null; clickId: string | null; checkout: string | null };

const MOST_LINES = 40;
const MOST_PIECES = 99;
const MOST_CODES = 10;

const empty: Cart = { items: [], codes: [], email: "", name: "", country: HOME, landing: null, clickId: null, checkout: null };

/** The cart of the request's cookie. What is not a cart, or is no longer sold, is left out. */
export function readCart(request: IncomingMessage, store: Store): Cart {
  const text = cookie(request, "cart");
  if (text === null) return { ...empty };
  try {
    const kept = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Record<string, unknown>;
    const items = (Array.isArray(kept.items) ? kept.items : []) as unknown[][];
    return {
      items: items
        .map(([variantId, quantity, plan]) => ({ variantId: String(variantId), quantity: Number(quantity), plan: plan === 1 }))
        .filter(({ variantId, quantity }) => store.variant(variantId) !== null && Number.isInteger(quantity) && quantity > 0 && quantity <= MOST_PIECES)
        .slice(0, MOST_LINES),
      codes: (Array.isArray(kept.codes) ? kept.codes : []).map(String).slice(0, MOST_CODES),
      email: typeof kept.email === "string" ? kept.email : "",
      name: typeof kept.name === "string" ? kept.name : "",
      country: typeof kept.country === "string" && /^[A-Z]{2}$/.test(kept.country) ? kept.country : HOME,
      landing: typeof kept.landing === "string" ? kept.landing : null,
      clickId: typeof kept.clickId === "string" ? kept.clickId : null,
      checkout: typeof kept.checkout === "string" && /^[0-9a-f]{32}$/.test(kept.checkout) ? kept.checkout : null,
    };
  } catch {
    return { ...empty };
  }
}

export function writeCart(response: ServerResponse, cart: Cart): void {
  const kept = { ...cart, items: cart.items.map(({ variantId, quantity, plan }) => [variantId, quantity, plan ? 1 : 0]) };
  setCookie(response, "cart", Buffer.from(JSON.stringify(kept)).toString("base64url"));
}

/** Sets how many pieces of a variant are in the cart, bought once or under its plan; 0 takes it out. */
export function withItem(cart: Cart, variantId: string, plan: boolean, quantity: number): Cart {
  const same = (item: CartPiece) => item.variantId === variantId && item.plan === plan;
  const others = cart.items.map((item) => (same(item) ? { variantId, plan, quantity } : item));
  const items = others.some(same) ? others : [...others, { variantId, plan, quantity }];
  return { ...cart, items: items.filter((item) => item.quantity > 0).map((item) => ({ ...item, quantity: Math.min(item.quantity, MOST_PIECES) })).slice(0, MOST_LINES) };
}

export function quantityOf(cart: Cart, variantId: string, plan: boolean): number {
  return cart.items.find((item) => item.variantId === variantId && item.plan === plan)?.quantity ?? 0;
}

/** Adds a code as it was typed; the same code in another case takes the earlier one's place. */
export function withCode(cart: Cart, typed: string): Cart {
  const code = typed.trim();
  if (code === "") return cart;
  return { ...withoutCode(cart, code), codes: [...withoutCode(cart, code).codes, code].slice(-MOST_CODES) };
}

export function withoutCode(cart: Cart, code: string): Cart {
  return { ...cart, codes: cart.codes.filter((each) => each.toUpperCase() !== code.toUpperCase()) };
}

export function pieces(cart: Cart): number {
  return cart.items.reduce((sum, item) => sum + item.quantity, 0);
}

/** What the store is asked: for a quote, and for the purchase itself. */
export function purchase(cart: Cart, store: Store): CheckoutInput {
  const shipped = cart.items.some((item) => store.variant(item.variantId)?.product.requiresShipping);
  return {
    items: cart.items.map(({ variantId, quantity, plan }) => {
      const product = store.variant(variantId)?.product;
      return { variantId, quantity, sellingPlan: plan && product !== undefined ? sellingPlanOf(product) : null };
    }),
    country: cart.country,
    codes: cart.codes,
    email: cart.email.trim() || null,
    name: cart.name.trim() || null,
    shipping: shipped ? "standard" : "none",
    landingSite: cart.landing,
    checkoutToken: cart.checkout,
    noteAttributes: cart.clickId === null ? [] : [{ name: "irclickid", value: cart.clickId }],
  };
}
