// The buyer's cart: what is in it, the codes that hold for it, its attributes, who buys. It lives in a cookie.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sellingPlanOf } from "../catalogue.ts";
import { HOME } from "../checkout.ts";
import type { Store } from "../store.ts";
import type { CheckoutInput } from "../types.ts";
import { cookie, setCookie, Unanswerable } from "./exchange.ts";

/**
 * `plan`: bought under the plan of its product (a subscription). `country`: where it goes to, two letters. `attributes`: what scripts of the
 * storefront wrote, for the order to carry. `checkout`: the token of the checkout that is under way.
 */
export type CartPiece = { variantId: string; quantity: number; plan: boolean };
export type Cart = { token: string; items: CartPiece[]; codes: string[]; attributes: Record<string, string>; email: string; name: string; country: string; checkout: string | null };

const MOST_LINES = 40;
const MOST_PIECES = 99;
const MOST_CODES = 10;
const MOST_ATTRIBUTES = 2_000; // letters of all together: the cart is a cookie
const TOKEN = /^[0-9a-f]{32}$/;

/** Of a cart or a checkout. */
export function newToken(): string {
  return randomBytes(16).toString("hex");
}

function emptyCart(): Cart {
  return { token: newToken(), items: [], codes: [], attributes: {}, email: "", name: "", country: HOME, checkout: null };
}

/** The cart of the request's cookie. What is not a cart, or is no longer sold, is left out. */
export function readCart(request: IncomingMessage, store: Store): Cart {
  const text = cookie(request, "cart");
  if (text === null) return emptyCart();
  try {
    const kept = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Record<string, unknown>;
    const items = (Array.isArray(kept.items) ? kept.items : []) as unknown[][];
    return {
      token: typeof kept.token === "string" && TOKEN.test(kept.token) ? kept.token : newToken(),
      items: items
        .map(([variantId, quantity, plan]) => ({ variantId: String(variantId), quantity: Number(quantity), plan: plan === 1 }))
        .filter(({ variantId, quantity }) => store.variant(variantId) !== null && Number.isInteger(quantity) && quantity > 0 && quantity <= MOST_PIECES)
        .slice(0, MOST_LINES),
      codes: (Array.isArray(kept.codes) ? kept.codes : []).map(String).slice(0, MOST_CODES),
      attributes: withAttributes(emptyCart(), (kept.attributes ?? {}) as Record<string, unknown>).attributes,
      email: typeof kept.email === "string" ? kept.email : "",
      name: typeof kept.name === "string" ? kept.name : "",
      country: typeof kept.country === "string" && /^[A-Z]{2}$/.test(kept.country) ? kept.country : HOME,
      checkout: typeof kept.checkout === "string" && TOKEN.test(kept.checkout) ? kept.checkout : null,
    };
  } catch {
    return emptyCart();
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
  return { ...cart, codes: cart.codes.filter((each) => !sameCode(each, code)) };
}

export function sameCode(one: string, other: string): boolean {
  return one.trim().toUpperCase() === other.trim().toUpperCase();
}

/** The attributes with others merged in; an empty one, or null, is taken out. */
export function withAttributes(cart: Cart, changes: Record<string, unknown>): Cart {
  const attributes = Object.fromEntries(Object.entries({ ...cart.attributes, ...changes }).flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, String(value)]])));
  if (JSON.stringify(attributes).length > MOST_ATTRIBUTES) throw new Unanswerable(422, "These attributes are too long.");
  return { ...cart, attributes };
}

export function pieces(cart: Cart): number {
  return cart.items.reduce((sum, item) => sum + item.quantity, 0);
}

/** What the store is asked: for a quote, and for the purchase itself. */
export function purchase(cart: Cart, store: Store, landing: string | null = null): CheckoutInput {
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
    landingSite: landing,
    cartToken: cart.token,
    checkoutToken: cart.checkout,
    noteAttributes: Object.entries(cart.attributes).map(([name, value]) => ({ name, value })),
  };
}
