// The storefront's addresses. Answers false where an address is none of its own.
import type { IncomingMessage, ServerResponse } from "node:http";
import { sellingPlanOf } from "../catalogue.ts";
import type { Store } from "../store.ts";
import type { CheckoutResult, CodeRefusal } from "../types.ts";
import { ajaxCart } from "./ajax-cart.ts";
import { newToken, pieces, purchase, quantityOf, sameCode, withCode, withItem, withoutCode, writeCart } from "./cart.ts";
import type { Cart } from "./cart.ts";
import { cartPage, checkoutPage, thanksPage } from "./checkout.ts";
import { cookie, countIn, decodeSafely, ownPath, readForm, redirect, send, sendPage, Unanswerable } from "./exchange.ts";
import { picture } from "./pictures.ts";
import { collectionPage, productPage, shelf } from "./shop.ts";
import { keepLanding, readVisit, type Visit } from "./visit.ts";
import { isRefusal } from "./words.ts";

export async function storefront(request: IncomingMessage, response: ServerResponse, store: Store, asked: URL): Promise<boolean> {
  const { visit, url } = readVisit(request, store, asked);
  const { cart, root } = visit;
  if (await ajaxCart(request, response, store, url.pathname, cart)) return true;
  const [first = "", second = ""] = url.pathname.slice(1).split("/").map(decodeSafely);
  if (request.method === "GET" || request.method === "HEAD") return show(request, response, store, url, visit, first, second);
  if (request.method !== "POST") return false;
  const form = await readForm(request);
  const keep = (changed: Cart, to: string) => {
    writeCart(response, changed);
    redirect(response, root + to);
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
      if (linkCodes(request).some((code) => sameCode(code, form.get("code") ?? ""))) keepLinkCodes(response, []);
      return keep(withoutCode(cart, form.get("code") ?? ""), ownPath(url.searchParams.get("back") ?? "/cart"));
    case "/checkout":
      pay(response, store, visit, form);
      return true;
    default:
      return false;
  }
}

function show(request: IncomingMessage, response: ServerResponse, store: Store, url: URL, visit: Visit, first: string, second: string): boolean {
  const { collections, products } = store.catalogue;
  const { cart, root } = visit;
  if (url.pathname === "/") return page(shelf(store, visit));
  if (url.pathname === "/cart") return page(cartPage(store, visit));
  if (url.pathname === "/checkout") {
    if (pieces(cart) === 0) redirect(response, `${root}/cart`);
    else {
      const begun = { ...cart, checkout: cart.checkout ?? newToken() };
      if (begun.checkout !== cart.checkout) writeCart(response, begun);
      page(checkoutPage(store, { ...visit, cart: begun }));
    }
    return true;
  }
  if (first === "discount" && second !== "") {
    keepLanding(response, visit);
    writeCart(response, withLink(request, response, cart, second));
    redirect(response, root + withQuery(ownPath(url.searchParams.get("redirect")), url.searchParams));
    return true;
  }
  const product = products.find(({ handle }) => handle === second.replace(/\.svg$/, ""));
  if (first === "pictures" && product && second.endsWith(".svg")) {
    send(response, 200, "image/svg+xml", picture(product.picture, product.title), "public, max-age=3600");
    return true;
  }
  if (first === "products" && product) return page(productPage(store, product, visit));
  const collection = collections.find(({ handle }) => handle === second);
  if (first === "collections" && collection) return page(collectionPage(store, collection, visit));
  const order = first === "thanks" ? store.order(second) : null;
  if (order) {
    return page(thanksPage(store, visit, order, refusedIn(url)));
  }
  return false;

  function page(markup: Parameters<typeof sendPage>[1]): true {
    keepLanding(response, visit);
    sendPage(response, markup);
    return true;
  }
}

const LINK_CODES = "discount_code";

/** The codes of the link that the visitor opened last, as the platform keeps them in a cookie that scripts can read. */
function linkCodes(request: IncomingMessage): string[] {
  return decodeSafely(cookie(request, LINK_CODES) ?? "").split(",").filter(Boolean);
}

function keepLinkCodes(response: ServerResponse, codes: string[]): void {
  response.appendHeader("set-cookie", `${LINK_CODES}=${encodeURIComponent(codes.join(","))}; Path=/; SameSite=Lax${codes.length === 0 ? "; Max-Age=0" : ""}`);
}

/** A discount link's codes wait in the cart, in the place of those of an earlier link; what was typed stays. */
function withLink(request: IncomingMessage, response: ServerResponse, cart: Cart, named: string): Cart {
  const codes = named.toWellFormed().split(",").map((code) => code.trim().slice(0, 255)).filter(Boolean);
  keepLinkCodes(response, codes);
  return codes.reduce(withCode, linkCodes(request).reduce(withoutCode, cart));
}

/** The page that a discount link goes on to, with the link's other parameters. */
function withQuery(path: string, given: URLSearchParams): string {
  const others = new URLSearchParams([...given].filter(([name]) => name !== "redirect")).toString();
  return others === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${others}`;
}

function pay(response: ServerResponse, store: Store, visit: Visit, form: URLSearchParams): void {
  const { cart, root } = visit;
  const buyer = { ...cart, email: (form.get("email") ?? "").trim().slice(0, 120), name: (form.get("name") ?? "").trim().slice(0, 80) };
  const fault = pieces(cart) === 0 ? "Your cart is empty." : /^[^\s@]+@[^\s@]+$/.test(buyer.email) ? null : "We need an e-mail address for the order.";
  const done: CheckoutResult | null = fault !== null ? null : store.checkout({ ...purchase(buyer, store, visit.landing), payment: form.get("payment") === "cash_on_delivery" ? "cash_on_delivery" : "card", test: form.has("test") });
  if (done === null || !done.ok) {
    writeCart(response, buyer);
    sendPage(response, checkoutPage(store, { ...visit, cart: buyer }, fault ?? (done as { reason: string }).reason), 422);
    return;
  }
  // The buyer is known from now on; the cart is a new one, without codes and attributes.
  writeCart(response, { ...buyer, token: newToken(), items: [], codes: [], attributes: {}, checkout: null });
  keepLinkCodes(response, []);
  const refused = done.codes.filter((outcome) => !outcome.applied).map(({ refusal, typed }) => `refused=${refusal}.${encodeURIComponent(typed)}`);
  redirect(response, `${root}/thanks/${String(done.order.id)}${refused.length > 0 ? `?${refused.join("&")}` : ""}`);
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
