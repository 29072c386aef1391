// The storefront's pages: the shelf, a collection, a product.
import { type CatalogueCollection, type CatalogueProduct, sellingPlanOf } from "../catalogue.ts";
import { amountOf } from "../amounts.ts";
import type { Store } from "../store.ts";
import { pieces } from "./cart.ts";
import { html } from "./html.ts";
import type { Markup } from "./html.ts";
import { contentForHeader, type PageForPixels } from "./platform.ts";
import { productViewed } from "./published.ts";
import { appEmbeds } from "./theme.ts";
import { inLanguage, LANGUAGES, type Visit, wordsOf } from "./visit.ts";
import { money } from "./words.ts";

export type ShopFrame = { title: string; body: Markup; forPixels?: PageForPixels };

/** The frame of every storefront page. */
export function shopPage(store: Store, visit: Visit, { title, body, forPixels }: ShopFrame): Markup {
  const { collections } = store.catalogue;
  const count = pieces(visit.cart);
  const languages = Object.entries(LANGUAGES).map(([tag, name]) => html`<a href='${tag === "en" ? visit.path : `/${tag}${visit.path === "/" ? "" : visit.path}`}' hreflang="${tag}" lang="${tag}" ${tag === visit.language ? html`aria-current="true"` : null}>${name}</a> `);
  const page = html`<html lang="${visit.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · ${store.shop.name}</title>
<link rel="stylesheet" href="/assets/shop.css"><link rel="icon" href="/pictures/tasse-aurore.svg">${contentForHeader(store, forPixels)}</head>
<body><p class="local">Local storefront on this machine: nothing is sold, no money moves. <a href="/admin">Store admin</a> · <a href="/control">Time and faults</a></p>
<header><a class="brand" href="/">${store.shop.name}</a>
<nav aria-label="Collections">${collections.map(({ handle, title: name }) => html`<a href="/collections/${handle}">${name}</a>`)}</nav>
<a class="cart" href="/cart">${wordsOf(visit).cart}${count > 0 ? html` <b>${count}</b>` : null}</a></header>
<main>${body}</main>
<footer><p>${store.shop.name}, an atelier between Strasbourg and Freiburg. Prices include tax.</p><p class="languages">${languages}</p></footer>${appEmbeds(store, visit)}</body></html>`;
  return inLanguage(page, visit);
}

export function shelf(store: Store, visit: Visit): Markup {
  const words = wordsOf(visit);
  const { collections, products } = store.catalogue;
  const body = html`<section class="hero"><div><h1>${words.hero}</h1><p>Lamps, stoneware, tea and linen from our workshop on the Rhine.</p><a class="button" href="/collections/${collections[0]?.handle ?? ""}">${words.look}</a></div>
<div class="trio">${products.filter((product) => ["lampe-colline", "theiere-brume", "earl-grey-de-nantes"].includes(product.handle)).map((product) => html`<a href="/products/${product.handle}"><img src="/pictures/${product.handle}.svg" alt="${product.title}"></a>`)}</div></section>
<section><h2>${words.collections}</h2><div class="collections">${collections.map((collection) => html`<a href="/collections/${collection.handle}"><img src="/pictures/${collection.face}.svg" alt=""><span><b>${collection.title}</b>${collection.description}</span></a>`)}</div></section>
<section><h2>Everything</h2>${grid(store, products)}</section>`;
  return shopPage(store, visit, { title: "Shop", body });
}

export function collectionPage(store: Store, collection: CatalogueCollection, visit: Visit): Markup {
  const products = store.products.filter((product) => collection.productIds.includes(product.id));
  return shopPage(store, visit, { title: collection.title, body: html`<section><h1>${collection.title}</h1><p class="lead">${collection.description}</p>${grid(store, products)}</section>` });
}

export function productPage(store: Store, product: CatalogueProduct, visit: Visit): Markup {
  const { currency } = store.shop;
  const price = (minor: bigint) => money(amountOf(minor, currency), currency);
  const beside = store.products.filter((other) => other !== product && other.collections.some((handle) => product.collections.includes(handle))).slice(0, 4);
  const choice =
    product.variants.length === 1
      ? html`<input type="hidden" name="variant" value="${product.variants[0]!.id}">`
      : html`<fieldset><legend>${product.option}</legend><div class="options">${product.variants.map(
          (variant, at) => html`<label><input type="radio" name="variant" value="${variant.id}" ${at === 0 ? html`checked` : null}><span>${variant.title}<small>${price(variant.price)}</small></span></label>`,
        )}</div></fieldset>`;
  const body = html`<section class="product"><img src="/pictures/${product.handle}.svg" alt="${product.title}">
<div><p class="type">${product.productType}</p><h1>${product.title}</h1><p class="price">${priceRange(product, currency)}</p><p>${product.description}</p>
<form method="post" action="/cart/add">${choice}${planChoice(product)}<label class="count">Quantity <input type="number" name="quantity" value="1" min="1" max="99" inputmode="numeric"></label><button>${wordsOf(visit).add}</button></form>
<p class="small">${product.giftCard ? "Sent by e-mail, without tax." : product.taxRate === 7 ? "Includes 7 % tax." : "Includes 19 % tax."}</p></div></section>
${beside.length > 0 ? html`<section><h2>Goes well with it</h2>${grid(store, beside)}</section>` : null}`;
  return shopPage(store, visit, { title: product.title, body, forPixels: { published: [productViewed(store, product)] } });
}

/** Once, or under the plan, where the product has one. */
function planChoice(product: CatalogueProduct): Markup | null {
  const plan = sellingPlanOf(product);
  if (plan === null) return null;
  const option = (value: string, label: string, checked: boolean) => html`<label><input type="radio" name="plan" value="${value}" ${checked ? html`checked` : null}><span>${label}</span></label>`;
  return html`<fieldset><legend>Purchase</legend><div class="options">${option("0", "Once", true)}${option("1", `Subscribe: ${plan.name.toLowerCase()}`, false)}</div></fieldset>`;
}

function grid(store: Store, products: CatalogueProduct[]): Markup {
  return html`<ul class="grid">${products.map(
    (product) => html`<li><a href="/products/${product.handle}"><img src="/pictures/${product.handle}.svg" alt="" width="300" height="300"><b>${product.title}</b><span>${priceRange(product, store.shop.currency)}</span></a></li>`,
  )}</ul>`;
}

function priceRange(product: CatalogueProduct, currency: string): string {
  const prices = product.variants.map((variant) => variant.price);
  const low = prices.reduce((least, price) => (price < least ? price : least));
  const text = money(amountOf(low, currency), currency);
  return prices.some((price) => price !== low) ? `from ${text}` : text;
}
