// Cart, checkout and the page of thanks.
import { amountOf, minorOf } from "../amounts.ts";
import { sellingPlanOf } from "../catalogue.ts";
import type { Store } from "../store.ts";
import type { CodeOutcome, CodeRefusal, LineItem, Order, Quote } from "../types.ts";
import { pieces, purchase } from "./cart.ts";
import type { Cart } from "./cart.ts";
import { html } from "./html.ts";
import type { Markup } from "./html.ts";
import { cartData, cartViewed, checkoutCompleted, checkoutStarted } from "./published.ts";
import { shopPage } from "./shop.ts";
import { type Visit, wordsOf } from "./visit.ts";
import { money, refusal } from "./words.ts";

export function cartPage(store: Store, visit: Visit): Markup {
  const { cart } = visit;
  const count = pieces(cart);
  if (count === 0) {
    const body = html`<section class="empty"><h1>Your cart is empty</h1>${cart.codes.length > 0 ? html`<p>The code ${cart.codes.join(", ")} waits for it to be filled.</p>` : null}<p><a class="button" href="/">Look around</a></p></section>`;
    return shopPage(store, visit, { title: "Cart", body, forPixels: { published: [cartViewed(store, cart, null)] } });
  }
  const quote = store.quote(purchase(cart, store));
  const body = html`<section><h1>Cart</h1><div class="split"><div>${quote.lines.map((line, at) => cartLine(store, line, cart.items[at]?.plan ?? false))}</div>
<aside>${codeForm(quote, "/cart")}${totals(quote)}<a class="button wide" href="/checkout">${wordsOf(visit).out}</a></aside></div></section>`;
  return shopPage(store, visit, { title: "Cart", body, forPixels: { published: [cartViewed(store, cart, quote)], cart: cartData(store, cart, quote) } });
}

function cartLine(store: Store, line: Quote["lines"][number], plan: boolean): Markup {
  const product = store.variant(line.variantId)!.product;
  const name = plan ? sellingPlanOf(product)?.name : undefined;
  return html`<article class="line"><a href="/products/${product.handle}"><img src="/pictures/${product.handle}.svg" alt=""></a>
<div><a href="/products/${product.handle}"><b>${line.title}</b></a><span class="small">${money(line.price, store.shop.currency)} each${name === undefined ? null : `, ${name.toLowerCase()}`}</span></div>
<form method="post" action="/cart/change"><input type="hidden" name="variant" value="${line.variantId}"><input type="hidden" name="plan" value="${plan ? "1" : "0"}"><label>Quantity of ${line.title}<input type="number" name="quantity" min="0" max="99" value="${line.quantity}" inputmode="numeric"></label><button class="plain">Update</button><button class="plain" name="remove" value="1">Remove</button></form>
${lineSum(line.total, line.discount, store.shop.currency)}</article>`;
}

/** What a line costs after its discount; where there is one, the price before it struck through. */
function lineSum(total: string, discount: string, currency: string): Markup {
  const [net, off] = [minorOf(total, currency), minorOf(discount, currency)];
  if (off === 0n) return html`<p class="sum">${money(total, currency)}</p>`;
  return html`<p class="sum"><s>${money(amountOf(net + off, currency), currency)}</s> ${money(total, currency)}<small>−${money(discount, currency)}</small></p>`;
}

function codeForm(quote: Quote, back: string): Markup {
  const applied = quote.codes.filter((outcome) => outcome.applied);
  const refused = quote.codes.filter((outcome) => !outcome.applied);
  return html`<form class="code" method="post" action="/cart/code"><input type="hidden" name="back" value="${back}"><label for="code">Discount code</label><div><input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="255"><button>Apply</button></div></form>
${refused.map((outcome) => html`<p class="refused" role="alert">${refusal(outcome.refusal ?? "unknown", outcome.typed)} ${removeCode(outcome, back)}</p>`)}
${applied.map((outcome) => html`<p class="applied"><b>${outcome.code ?? outcome.typed}</b> is applied. ${removeCode(outcome, back)}</p>`)}`;
}

function removeCode(outcome: CodeOutcome, back: string): Markup {
  return html`<button class="plain" form="forget" name="code" value="${outcome.typed}" formaction="/cart/code/remove?back=${encodeURIComponent(back)}">Remove</button>`;
}

function totals(quote: Quote): Markup {
  const { currency } = quote;
  const row = (name: string, amount: string, kind = "") => html`<tr class="${kind}"><th>${name}</th><td>${amount}</td></tr>`;
  const discounted = minorOf(quote.discount, currency) > 0n;
  return html`<form id="forget" method="post" action="/cart/code/remove"></form><table class="totals"><tbody>
${row("Subtotal", money(quote.subtotal, currency))}${row("Shipping", minorOf(quote.shipping, currency) === 0n ? "Free" : money(quote.shipping, currency))}
${row("Total", money(quote.total, currency), "total")}${row("Tax, included", money(quote.tax, currency), "small")}${discounted ? row("You save", money(quote.discount, currency), "saved") : null}</tbody></table>`;
}

/** A form of its own: it decides which codes hold, before anything is paid. */
function countryForm(store: Store, cart: Cart): Markup {
  return html`<form class="code" method="post" action="/cart/country"><label for="country">Delivery to</label><div><select id="country" name="country" autocomplete="country">${countries(store).map(([code, name]) => html`<option value="${code}" ${code === cart.country ? html`selected` : null}>${name}</option>`)}</select><button>Update</button></div></form>`;
}

/** Those of the markets, and two from the rest of the world. */
function countries(store: Store): [code: string, name: string][] {
  const names = new Intl.DisplayNames("en", { type: "region" });
  const codes = new Set([...store.state.markets.flatMap((market) => market.countries), "JP", "AU"]);
  return [...codes].map((code): [string, string] => [code, names.of(code) ?? code]).sort(([, a], [, b]) => a.localeCompare(b));
}

/** `fault` says what is wrong with the form, in a sentence. */
export function checkoutPage(store: Store, visit: Visit, fault: string | null = null): Markup {
  const { cart } = visit;
  const quote = store.quote(purchase(cart, store));
  const body = html`<section><h1>Checkout</h1>${fault === null ? null : html`<p class="refused" role="alert">${fault}</p>`}<div class="split">
<form class="pay" method="post" action="/checkout" id="pay"><h2>Contact</h2><label>E-mail<input type="email" name="email" required maxlength="120" value="${cart.email}" autocomplete="email" placeholder="you@example.com"></label><label>Name<input name="name" maxlength="80" value="${cart.name}" autocomplete="name" placeholder="Ines Haller"></label>
<h2>Payment</h2><label class="pick"><input type="radio" name="payment" value="card" checked><span><b>Paid by card</b>The order is paid at once.</span></label><label class="pick"><input type="radio" name="payment" value="cash_on_delivery"><span><b>Cash on delivery</b>The order stays open until the store marks it as paid.</span></label>
<label class="check"><input type="checkbox" name="test" value="1"> Mark it as a test order</label><button class="wide">Pay ${money(quote.total, quote.currency)}</button><p class="small">No card is asked for: this checkout is local.</p></form>
<aside>${quote.lines.map((line, at) => html`<article class="line tight"><img src="/pictures/${store.variant(line.variantId)!.product.handle}.svg" alt=""><div><b>${line.title}</b><span class="small">× ${line.quantity}${cart.items[at]?.plan ? `, ${sellingPlanOf(store.variant(line.variantId)!.product)?.name.toLowerCase() ?? ""}` : null}</span></div>${lineSum(line.total, line.discount, quote.currency)}</article>`)}
${countryForm(store, cart)}${codeForm(quote, "/checkout")}${totals(quote)}</aside></div></section>`;
  return shopPage(store, visit, { title: "Checkout", body, forPixels: { published: [checkoutStarted(store, cart, quote)], cart: cartData(store, cart, quote) } });
}

/** The order as the buyer sees it after the purchase. Codes that were refused on the way are told, too. */
export function thanksPage(store: Store, visit: Visit, order: Order, refused: { refusal: CodeRefusal; typed: string }[]): Markup {
  const { currency } = order;
  const row = (name: Markup | string, amount: string, kind = "") => html`<tr class="${kind}"><th>${name}</th><td>${amount}</td></tr>`;
  const sum = (items: { amount: string }[]) => amountOf(items.reduce((all, each) => all + minorOf(each.amount, currency), 0n), currency);
  const shipping = order.shipping_lines[0];
  const body = html`<section class="thanks"><p class="type">Order ${order.name}</p><h1>Thank you. It is yours.</h1>
<p>${order.financial_status === "paid" ? "It is paid." : "You pay on delivery: the order is open until then."} A note would go to ${order.email || "you"}, if this shop were not local.</p>
${refused.map((outcome) => html`<p class="refused">${refusal(outcome.refusal, outcome.typed)}</p>`)}
<div class="card">${order.line_items.map((line) => html`<article class="line tight">${linePicture(store, line)}<div><b>${line.title}</b>${line.variant_title ? html`<span class="small">${line.variant_title}</span>` : null}<span class="small">× ${line.quantity}</span>${line.discount_allocations.map((each) => html`<span class="tag">${nameOf(order, each.discount_application_index)} −${money(each.amount, currency)}</span>`)}</div>
<p class="sum">${money(amountOf(minorOf(line.price, currency) * BigInt(line.quantity) - minorOf(sum(line.discount_allocations), currency), currency), currency)}</p></article>`)}
<table class="totals"><tbody>${row("Subtotal", money(order.subtotal_price, currency))}${shipping ? row(html`Shipping${shipping.discount_allocations.map((each) => html` <span class="tag">${nameOf(order, each.discount_application_index)} −${money(each.amount, currency)}</span>`)}`, money(amountOf(minorOf(shipping.price, currency) - minorOf(sum(shipping.discount_allocations), currency), currency), currency)) : null}
${row("Total", money(order.total_price, currency), "total")}${row("Tax, included", money(order.total_tax, currency), "small")}
${order.discount_codes.map((code) => row(html`Code <b>${code.code}</b>`, `−${money(code.amount, currency)}`, "saved"))}</tbody></table></div>
<p><a class="button" href="/">Keep looking</a> <a href="/admin/orders/${String(order.id)}">See it in the store's admin</a></p></section>`;
  return shopPage(store, visit, { title: `Order ${order.name}`, body, forPixels: { published: [checkoutCompleted(store, order)] } });
}

function linePicture(store: Store, line: LineItem): Markup | null {
  const known = line.variant_id === null ? null : store.variant(String(line.variant_id));
  return known === null ? null : html`<img src="/pictures/${known.product.handle}.svg" alt="">`;
}

/** How the buyer knows a discount: its code, or its title. */
export function nameOf(order: Order, application: number): string {
  const found = order.discount_applications[application];
  return found?.code ?? found?.title ?? "Discount";
}
