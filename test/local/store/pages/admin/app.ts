// The app in its frame: its address as the admin of a store opens it, and what App Bridge asks the admin for.
import { createHmac } from "node:crypto";
import { amountOf } from "../../amounts.ts";
import type { CatalogueProduct, CatalogueVariant } from "../../catalogue.ts";
import { NotServed, searchTerms, type Term } from "../../connection.ts";
import type { Store } from "../../store.ts";
import { html, json } from "../html.ts";
import type { Markup } from "../html.ts";
import { APP_HANDLE, APP_NAME } from "./frame.ts";

/** base64 of the admin's address, without padding: what the app gets as `host`. */
function hostOf(store: Store): string {
  return Buffer.from(`admin.shopify.com/store/${store.shop.domain.replace(/\.myshopify\.com$/, "")}`).toString("base64").replace(/=+$/, "");
}

/** The app's document address for a path of the app ("/app/deals?x=1"), signed like the store's own and with a fresh session token. */
export function appAddress(store: Store, path: string, locale: string): string {
  const url = new URL(path, store.appUrl);
  const added: Record<string, string> = {
    embedded: "1",
    host: hostOf(store),
    id_token: store.sessionToken(),
    locale,
    shop: store.shop.domain,
    timestamp: String(Math.floor(Date.now() / 1000)),
  };
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value);
  const signed = [...url.searchParams].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join("&");
  url.searchParams.set("hmac", createHmac("sha256", store.apiSecret).update(signed).digest("hex"));
  return url.href;
}

export function appBody(store: Store, path: string, locale: string): { body: Markup; head: Markup } {
  const about = { appOrigin: new URL(store.appUrl).origin, base: `/admin/apps/${APP_HANDLE}`, locale, name: APP_NAME, currency: store.shop.currency };
  return {
    head: html`<script>window.localAdmin = ${json(about)};</script>`,
    body: html`<div id="title-bar" hidden></div><div id="save-bar" role="region" aria-label="Unsaved changes" hidden></div><div id="loading" hidden></div>
<iframe id="app" name="app-iframe" title="${APP_NAME}" data-src="${appAddress(store, path, locale)}" allow="clipboard-write"></iframe><p id="no-app" hidden>The app at <code>${about.appOrigin}</code> does not answer. Is it running? <button class="button" type="button" onclick="location.reload()">Try again</button></p>
<div id="toasts" aria-live="polite"></div><script type="module" src="/assets/admin-app.js"></script><script type="module" src="/assets/admin-picker.js"></script>`,
  };
}

type Picked = Record<string, unknown>;

/** What the resource picker lists: the store's products, variants or collections in App Bridge's shape, those that a query of the Admin API's search finds. */
export function pickable(store: Store, type: string, query: string): Picked[] {
  const terms = searchTerms(query);
  const products = store.products.filter((product) => terms.every((term) => found(term, product)));
  if (type === "product") return products.map((product) => pickedProduct(store, product));
  if (type === "variant") return products.flatMap((product) => product.variants.map((variant, at) => pickedVariant(store, product, variant, at)));
  return store.catalogue.collections
    .filter(({ title }) => terms.every(({ field, value }) => ["default", "title"].includes(field) && title.toLowerCase().includes(value.toLowerCase().replace(/\*$/, ""))))
    .map((collection) => ({
      id: `gid://shopify/Collection/${collection.id}`,
      title: collection.title,
      handle: collection.handle,
      description: collection.description,
      descriptionHtml: collection.description,
      productsCount: collection.productIds.length,
      image: imageOf(store.products.find(({ id }) => id === collection.productIds[0])),
      sortOrder: "BEST_SELLING",
      updatedAt: LISTED_AT,
    }));
}

function found({ field, value }: Term, product: CatalogueProduct): boolean {
  const wanted = value.toLowerCase().replace(/\*$/, "");
  const texts: Record<string, string[]> = {
    default: [product.title, product.productType, ...product.variants.map(({ sku }) => sku ?? "")], title: [product.title], vendor: [product.vendor], product_type: [product.productType],
    tag: product.tags, status: ["active"],
  };
  const among = texts[field];
  if (among === undefined) throw new NotServed(`the filter ${field} of the resource picker`);
  return among.some((text) => (field === "default" || field === "title" ? text.toLowerCase().includes(wanted) : text.toLowerCase() === wanted));
}

const LISTED_AT = "2026-01-05T08:00:00Z";

function imageOf(product: CatalogueProduct | undefined): Picked | null {
  return product === undefined ? null : { id: `gid://shopify/ProductImage/${product.id}`, altText: product.title, originalSrc: `/pictures/${product.handle}.svg` };
}

function pickedProduct(store: Store, product: CatalogueProduct): Picked {
  return {
    id: `gid://shopify/Product/${product.id}`,
    title: product.title,
    handle: product.handle,
    productType: product.productType,
    vendor: product.vendor,
    tags: product.tags,
    status: "ACTIVE",
    descriptionHtml: product.description,
    hasOnlyDefaultVariant: product.option === null,
    images: [imageOf(product)],
    options: [{ id: `gid://shopify/ProductOption/${product.id}`, name: product.option ?? "Title", position: 1, values: product.variants.map(({ title }) => title) }],
    totalVariants: product.variants.length,
    totalInventory: 0,
    availablePublicationCount: 1,
    tracksInventory: false,
    createdAt: LISTED_AT,
    updatedAt: LISTED_AT,
    publishedAt: LISTED_AT,
    variants: product.variants.map((variant, at) => pickedVariant(store, product, variant, at)),
  };
}

function pickedVariant(store: Store, product: CatalogueProduct, variant: CatalogueVariant, at: number): Picked {
  return {
    id: `gid://shopify/ProductVariant/${variant.id}`,
    title: variant.title,
    displayName: `${product.title} - ${variant.title}`,
    sku: variant.sku,
    price: amountOf(variant.price, store.shop.currency),
    position: at + 1,
    availableForSale: true,
    taxable: product.taxRate > 0,
    requiresShipping: product.requiresShipping,
    image: imageOf(product),
    selectedOptions: variant.options.map((value) => ({ value })),
    product: { id: `gid://shopify/Product/${product.id}`, title: product.title },
    inventoryItem: { id: `gid://shopify/InventoryItem/${variant.id}` },
    inventoryPolicy: "CONTINUE",
    inventoryManagement: "NOT_MANAGED",
    weightUnit: "KILOGRAMS",
    createdAt: LISTED_AT,
    updatedAt: LISTED_AT,
  };
}
