// The products of the local admin, and the marks that its lists share.
import type { CatalogueProduct } from "../../catalogue.ts";
import { amountOf } from "../../amounts.ts";
import type { Store } from "../../store.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import { money } from "../words.ts";

export function productsBody(store: Store): Markup {
  const { currency } = store.shop;
  const row = (product: CatalogueProduct) => html`<tr><td class="pic"><img src="/pictures/${product.handle}.svg" alt="" width="44" height="44" loading="lazy"></td><td><a href="/products/${product.handle}" target="_blank"><b>${product.title}</b></a><small>${product.id}</small></td><td>${product.productType}</td>
<td>${product.variants.map((variant) => html`<span class="kind">${variant.title === "Default Title" ? "" : `${variant.title} · `}${variant.sku ?? "no SKU"} · ${money(amountOf(variant.price, currency), currency)}</span>`)}</td><td class="num">${product.taxRate} %</td><td>${product.collections.join(", ") || "–"}</td></tr>`;
  return html`<h1>Products</h1><div class="table"><table><thead><tr><th></th><th>Product</th><th>Type</th><th>Variants</th><th class="num">Tax</th><th>Collections</th></tr></thead><tbody>${store.products.map(row)}</tbody></table></div>`;
}

const tones: Record<string, string> = { Active: "good", Paid: "good", Scheduled: "calm", Pending: "warn", "Partially refunded": "warn", Refunded: "warn", Expired: "", Voided: "", Cancelled: "bad", Test: "calm" };

export function badge(text: string): Markup {
  return html`<span class="badge ${tones[text] ?? ""}">${text}</span>`;
}
