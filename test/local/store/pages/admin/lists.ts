// Products and discounts of the local admin: enough to see what the store holds.
import type { CatalogueProduct } from "../../catalogue.ts";
import { amountOf } from "../../amounts.ts";
import { nowMs } from "#app/clock.ts";
import type { Store } from "../../store.ts";
import type { Discount } from "../../types.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import { discountValue, moment, money } from "../words.ts";

const CODES_SHOWN = 200;

export function productsBody(store: Store): Markup {
  const { currency } = store.shop;
  const row = (product: CatalogueProduct) => html`<tr><td class="pic"><img src="/pictures/${product.handle}.svg" alt="" width="44" height="44" loading="lazy"></td><td><a href="/products/${product.handle}" target="_blank"><b>${product.title}</b></a><small>${product.id}</small></td><td>${product.productType}</td>
<td>${product.variants.map((variant) => html`<span class="kind">${variant.title === "Default Title" ? "" : `${variant.title} · `}${variant.sku ?? "no SKU"} · ${money(amountOf(variant.price, currency), currency)}</span>`)}</td><td class="num">${product.taxRate} %</td><td>${product.collections.join(", ") || "–"}</td></tr>`;
  return html`<h1>Products</h1><div class="table"><table><thead><tr><th></th><th>Product</th><th>Type</th><th>Variants</th><th class="num">Tax</th><th>Collections</th></tr></thead><tbody>${store.products.map(row)}</tbody></table></div>`;
}

/** Where a discount stands now. */
export function discountStatus(discount: Discount): "Active" | "Scheduled" | "Expired" {
  const at = nowMs();
  if (discount.endsAt !== null && Date.parse(discount.endsAt) <= at) return "Expired";
  return Date.parse(discount.startsAt) > at ? "Scheduled" : "Active";
}

export function discountsBody(store: Store): Markup {
  const row = (discount: Discount) => html`<tr><td><a href="/admin/discounts/${discount.id}"><b>${discount.title}</b></a></td><td>${badge(discountStatus(discount))}</td><td>${discountValue(discount, store.shop.currency)}</td><td>${discount.codes.slice(0, 4).map(({ code }) => html`<code>${code}</code> `)}${discount.codes.length > 4 ? `and ${discount.codes.length - 4} more` : null}</td><td class="num">${uses(discount)}</td></tr>`;
  const list = [...store.discounts()].reverse();
  return html`<h1>Discounts</h1>${list.length === 0 ? html`<div class="card"><p>There is no discount yet. The app makes one for each deal.</p></div>` : html`<div class="table"><table><thead><tr><th>Title</th><th>Status</th><th>Gives</th><th>Codes</th><th class="num">Used</th></tr></thead><tbody>${list.map(row)}</tbody></table></div>`}`;
}

export function discountBody(store: Store, discount: Discount): Markup {
  const { currency } = store.shop;
  const { minimum, combinesWith: with_ } = discount;
  const combines = [with_.product && "product discounts", with_.order && "order discounts", with_.shipping && "shipping discounts"].filter(Boolean).join(", ");
  const fact = (name: string, value: string | Markup) => html`<tr><th>${name}</th><td>${value}</td></tr>`;
  return html`<p class="crumb"><a href="/admin/discounts">Discounts</a></p><h1>${discount.title} ${badge(discountStatus(discount))}</h1><div class="two"><div><div class="card"><h2>${discount.codes.length} ${discount.codes.length === 1 ? "code" : "codes"}</h2><div class="table"><table><thead><tr><th>Code</th><th class="num">Used</th></tr></thead><tbody>${discount.codes.slice(0, CODES_SHOWN).map(({ code, usageCount }) => html`<tr><td><code>${code}</code></td><td class="num">${usageCount}</td></tr>`)}</tbody></table></div>${discount.codes.length > CODES_SHOWN ? html`<p class="note">${discount.codes.length - CODES_SHOWN} more are not shown.</p>` : null}</div></div>
<div class="card"><h2>Terms</h2><table class="facts"><tbody>${fact("Gives", discountValue(discount, currency))}${fact("For", discount.items.kind === "all" ? "everything" : discount.items.kind)}${fact("Minimum", minimum.kind === "none" ? "none" : minimum.kind === "subtotal" ? money(minimum.amount, currency) : `${minimum.quantity} items`)}${fact("Starts", moment(discount.startsAt, store.shop))}${fact("Ends", discount.endsAt === null ? "never" : moment(discount.endsAt, store.shop))}${fact("Limit", discount.usageLimit === null ? "none" : `${discount.usageLimit} times`)}${fact("Once per customer", discount.oncePerCustomer ? "yes" : "no")}${fact("Combines with", combines || "nothing")}${fact("Sales", money(amountOf(BigInt(discount.salesMinor), currency), currency))}${fact("Tags", discount.tags.join(", ") || "–")}${fact("Id", discount.id)}</tbody></table></div></div>`;
}

function uses(discount: Discount): number {
  return discount.codes.reduce((sum, { usageCount }) => sum + usageCount, 0);
}

const tones: Record<string, string> = { Active: "good", Paid: "good", Scheduled: "calm", Pending: "warn", "Partially refunded": "warn", Refunded: "warn", Expired: "", Voided: "", Cancelled: "bad", Test: "calm" };

export function badge(text: string): Markup {
  return html`<span class="badge ${tones[text] ?? ""}">${text}</span>`;
}
