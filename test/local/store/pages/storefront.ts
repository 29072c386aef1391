// The storefront's addresses. Answers false where an address is none of its own.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sellingPlanOf } from "../catalogue.ts";
import type { Store } from "../store.ts";
import type { CheckoutResult, CodeRefusal } from "../types.ts";
import { pieces, purchase, quantityOf, readCart, withCode, withItem, withoutCode, writeCart } from "./cart.ts";
import type { Cart } from "./cart.ts";
import { cartPage, checkoutPage, thanksPage } from "./checkout.ts";
import { countIn, decodeSafely, ownPath, readForm, redirect, send, sendPage, Unanswerable } from "./exchange.ts";
import { picture } from "./pictures.ts";
import { collectionPage, productPage, shelf } from "./shop.ts";
import { isRefusal } from "./words.ts";

export async function storefront(request: IncomingMessage, response: ServerResponse, store: Store, url: URL): Promise<boolean> {
  const kept = readCart(request, store);
  const clickId = url.searchParams.get("irclickid")?.slice(0, 64) || null;
  const cart = clickId === null ? kept : { ...kept, clickId };
  const [first = "", second = ""] = url.pathname.slice(1).split("/").map(decodeSafely);
  if (request.method === "GET" || request.method === "HEAD") return show(response, store, url, cart, first, second);
  if (request.method !== "POST") return false;
  const form = await readForm(request);
  const keep = (changed: Cart, to: string) => {
    writeCart(response, changed);
    redirect(response, to);
    return true;
  };
  switch (url.pathname) {
    case "/cart/add": {
      const variant = variantIn(store, form);
      const plan = planIn(store, variant, form);
      return keep(withItem(cart, variant, plan, quantityOf(cart, variant, plan) + Math.max(1, countIn(form, "quantity") ?? 1)), "/cart");
    }
    case "/cart/change": {
      const variant = variantIn(store, form);
      return keep(withItem(cart, variant, planIn(store, variant, form), form.has("remove") ? 0 : (countIn(form, "quantity") ?? 0)), "/cart");
    }
    case "/cart/country":
      return keep({ ...cart, country: countryIn(form) ?? cart.country }, "/checkout");
    case "/cart/code":
      return keep(withCode(cart, (form.get("code") ?? "").slice(0, 255)), ownPath(form.get("back") ?? "/cart"));
    case "/cart/code/remove":
      return keep(withoutCode(cart, form.get("code") ?? ""), ownPath(url.searchParams.get("back") ?? "/cart"));
    case "/checkout":
      pay(response, store, cart, form);
      return true;
    default:
      return false;
  }
}

function show(response: ServerResponse, store: Store, url: URL, cart: Cart, first: string, second: string): boolean {
  const { collections, products } = store.catalogue;
  const count = pieces(cart);
  if ((cart.landing === null || url.searchParams.has("irclickid")) && first !== "pictures") writeCart(response, { ...cart, landing: cart.landing ?? (url.pathname + url.search).slice(0, 500) });
  if (url.pathname === "/") return page(shelf(store, count));
  if (url.pathname === "/cart") return page(cartPage(store, cart));
  if (url.pathname === "/checkout") {
    if (count === 0) redirect(response, "/cart");
    else {
      const begun = { ...cart, checkout: cart.checkout ?? randomBytes(16).toString("hex") };
      if (begun.checkout !== cart.checkout) writeCart(response, begun);
      page(checkoutPage(store, begun));
    }
    return true;
  }
  if (first === "discount" && second !== "") {
    // As on the real storefront: the code waits in the cart, and the visitor goes on to the path that the link names.
    const codes = second.split(",").map((code) => code.trim().slice(0, 255));
    const landing = cart.landing ?? (url.pathname + url.search).slice(0, 500);
    writeCart(response, codes.reduce(withCode, { ...cart, landing }));
    redirect(response, ownPath(url.searchParams.get("redirect")));
    return true;
  }
  const product = products.find(({ handle }) => handle === second.replace(/\.svg$/, ""));
  if (first === "pictures" && product && second.endsWith(".svg")) {
    send(response, 200, "image/svg+xml", picture(product.picture, product.title), "public, max-age=3600");
    return true;
  }
  if (first === "products" && product) return page(productPage(store, product, count));
  const collection = collections.find(({ handle }) => handle === second);
  if (first === "collections" && collection) return page(collectionPage(store, collection, count));
  const order = first === "thanks" ? store.order(second) : null;
  if (order) {
    return page(thanksPage(store, order, refusedIn(url)));
  }
  return false;

  function page(markup: Parameters<typeof sendPage>[1]): true {
    sendPage(response, markup);
    return true;
  }
}

function pay(response: ServerResponse, store: Store, cart: Cart, form: URLSearchParams): void {
  const buyer = { ...cart, email: (form.get("email") ?? "").trim().slice(0, 120), name: (form.get("name") ?? "").trim().slice(0, 80) };
  const fault = pieces(cart) === 0 ? "Your cart is empty." : /^[^\s@]+@[^\s@]+$/.test(buyer.email) ? null : "We need an e-mail address for the order.";
  const done: CheckoutResult | null = fault !== null ? null : store.checkout({ ...purchase(buyer, store), payment: form.get("payment") === "cash_on_delivery" ? "cash_on_delivery" : "card", test: form.has("test") });
  if (done === null || !done.ok) {
    writeCart(response, buyer);
    sendPage(response, checkoutPage(store, buyer, fault ?? (done as { reason: string }).reason), 422);
    return;
  }
  // The buyer is known from now on; the cart is empty, and so are its codes.
  writeCart(response, { ...buyer, items: [], codes: [], landing: null, checkout: null });
  const refused = done.codes.filter((outcome) => !outcome.applied).map(({ refusal, typed }) => `refused=${refusal}.${encodeURIComponent(typed)}`);
  redirect(response, `/thanks/${String(done.order.id)}${refused.length > 0 ? `?${refused.join("&")}` : ""}`);
}

/** "refused=expired.MARIE10" in the address of the page of thanks. */
function refusedIn(url: URL): { refusal: CodeRefusal; typed: string }[] {
  return url.searchParams.getAll("refused").flatMap((text) => {
    const at = text.indexOf(".");
    const refusal = text.slice(0, at);
    return isRefusal(refusal) ? [{ refusal, typed: text.slice(at + 1, 256) }] : [];
  });
}

function countryIn(form: URLSearchParams): string | null {
  const country = form.get("country") ?? "";
  return /^[A-Z]{2}$/.test(country) ? country : null;
}

/** Whether it was chosen under the plan of its product, where there is one. */
function planIn(store: Store, variantId: string, form: URLSearchParams): boolean {
  const product = store.variant(variantId)?.product;
  return form.get("plan") === "1" && product !== undefined && sellingPlanOf(product) !== null;
}

function variantIn(store: Store, form: URLSearchParams): string {
  const found = store.variant(form.get("variant") ?? "");
  if (found === null) throw new Unanswerable(404, "This product is not sold here.");
  return found.variant.id;
}
