// The storefront's cart for scripts: /cart.js and /cart/update.js, as the platform's Ajax API has them.
import type { IncomingMessage, ServerResponse } from "node:http";
import { minorOf } from "../amounts.ts";
import type { Store } from "../store.ts";
import { pieces, purchase, withAttributes, withCode, writeCart, type Cart } from "./cart.ts";
import { readBody, sendJson, Unanswerable } from "./exchange.ts";

/** Answers false for any other address. */
export async function ajaxCart(request: IncomingMessage, response: ServerResponse, store: Store, path: string, cart: Cart): Promise<boolean> {
  if (path === "/cart.js" && request.method === "GET") {
    sendJson(response, cartView(store, cart));
    return true;
  }
  if (path !== "/cart/update.js" || request.method !== "POST") return false;
  const changed = updated(cart, await changeIn(request));
  writeCart(response, changed);
  sendJson(response, cartView(store, changed));
  return true;
}

type Change = { attributes: Record<string, unknown>; discount: string | null };

/** A JSON body, or a form with attributes[name]. */
async function changeIn(request: IncomingMessage): Promise<Change> {
  const text = await readBody(request);
  if (!String(request.headers["content-type"]).includes("json")) {
    const form = [...new URLSearchParams(text)];
    return { attributes: Object.fromEntries(form.flatMap(([name, value]) => (/^attributes\[(.+)\]$/.exec(name) ? [[/^attributes\[(.+)\]$/.exec(name)![1]!, value]] : []))), discount: form.find(([name]) => name === "discount")?.[1] ?? null };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Unanswerable(400, "This is no JSON.");
  }
  const { attributes = null, discount = null } = (body ?? {}) as { attributes?: unknown; discount?: unknown };
  return { attributes: typeof attributes === "object" && attributes !== null ? (attributes as Record<string, unknown>) : {}, discount: discount === null ? null : String(discount) };
}

/** Attributes are merged (an empty one goes); `discount` replaces all codes. */
function updated(cart: Cart, { attributes, discount }: Change): Cart {
  const changed = withAttributes(cart, attributes);
  return discount === null ? changed : discount.split(",").reduce((kept, code) => withCode(kept, code.slice(0, 255)), { ...changed, codes: [] as string[] });
}

function cartView(store: Store, cart: Cart): unknown {
  const quote = store.quote(purchase(cart, store));
  const cents = (amount: string) => Number(minorOf(amount, quote.currency));
  const total = quote.lines.reduce((sum, line) => sum + cents(line.total), 0);
  const off = quote.lines.reduce((sum, line) => sum + cents(line.discount), 0);
  return {
    token: cart.token, note: null, attributes: cart.attributes, original_total_price: total + off, total_price: total, total_discount: off, total_weight: 0, item_count: pieces(cart),
    items: quote.lines.map((line) => ({ id: Number(line.variantId), variant_id: Number(line.variantId), product_id: Number(line.productId), quantity: line.quantity, title: line.title, sku: line.sku, price: cents(line.price), final_line_price: cents(line.total), total_discount: cents(line.discount) })),
    requires_shipping: cart.items.some(({ variantId }) => store.variant(variantId)?.product.requiresShipping), currency: quote.currency, items_subtotal_price: total, cart_level_discount_applications: [],
    discount_codes: quote.codes.map(({ typed, applied }) => ({ code: typed, applicable: applied })),
  };
}
