// The discounts of the local admin: the list, and one discount with all that a person can do to it here. Not Shopify's pages: just enough to make a
// discount that the app did not make, and to change one behind its back.
import { amountOf } from "../../amounts.ts";
import { classOf, statusOf } from "../../codes.ts";
import type { Store } from "../../store.ts";
import { summary } from "../../summary.ts";
import type { Discount, RedeemCode } from "../../types.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import { discountValue, localMoment, moment, money } from "../words.ts";
import type { Extended } from "./extensions.ts";
import { badge } from "./lists.ts";

const CODES_SHOWN = 100;
const STATUS = { ACTIVE: "Active", SCHEDULED: "Scheduled", EXPIRED: "Expired" };
const LOCAL = html`<p class="lead">A local stand-in for the store's own discounts. What is done here is done as a person in the admin, and the app is told by webhooks.</p>`;

function statusBadge(store: Store, discount: Discount): Markup {
  return badge(STATUS[statusOf(discount, store.nowMs())]);
}

export function discountsBody(store: Store, notice: Markup | null): Markup {
  const row = (discount: Discount) => html`<tr><td><a href="/admin/discounts/${discount.id}"><b>${discount.title}</b></a><small>${summary(discount, store.shop.currency)}</small></td><td>${statusBadge(store, discount)}</td><td>${discountValue(discount, store.shop.currency)}</td>
<td>${discount.codes.slice(0, 4).map(({ code }) => html`<code>${code}</code> `)}${discount.codes.length > 4 ? `and ${discount.codes.length - 4} more` : null}</td><td>${maker(discount.codes[0])}</td><td class="num">${uses(discount)}</td></tr>`;
  const list = [...store.discounts()].reverse();
  return html`<h1>Discounts</h1>${LOCAL}${notice}
${list.length === 0 ? html`<div class="card"><p>There is no discount yet. The app makes one for each deal.</p></div>` : html`<div class="table"><table><thead><tr><th>Title</th><th>Status</th><th>Gives</th><th>Codes</th><th>Made by</th><th class="num">Used</th></tr></thead><tbody>${list.map(row)}</tbody></table></div>`}
<h2>Make a discount</h2><details class="card act"><summary>A plain one, not made by the app</summary><form method="post" action="/admin/discounts/new/create">
<label>Made by<select name="by"><option value="merchant">a person in this admin</option><option value="other_app">another app (Loyalty Lane)</option></select></label>
<label>Title<input name="title" maxlength="255" required></label><label>Code<input name="code" maxlength="255" required autocapitalize="characters" spellcheck="false"></label>
<label>Gives<select name="kind"><option value="percentage">a percentage off the order</option><option value="amount">an amount off the order</option><option value="free_shipping">free shipping</option></select></label>
<label>Percentage or amount<input name="value" inputmode="decimal" placeholder="10"></label>${times(store, null)}<p><button class="button primary">Make the discount</button></p></form></details>`;
}

/** Who made a code. */
function maker(code: RedeemCode | undefined): string {
  return code === undefined ? "–" : (code.createdBy?.title ?? "a person");
}

/** Beginning and end, in the shop's own time. */
function times(store: Store, discount: Discount | null): Markup {
  const field = (name: string, label: string, at: string | null) => html`<label>${label}<input type="datetime-local" name="${name}" value="${at === null ? "" : localMoment(at, store.shop)}"></label>`;
  return html`${field("startsAt", "Starts (empty: now)", discount?.startsAt ?? null)}${field("endsAt", "Ends (empty: never)", discount?.endsAt ?? null)}`;
}

export function discountBody(store: Store, discount: Discount, notice: Markup | null, page: number, { menu, blocks }: Extended): Markup {
  return html`<p class="crumb"><a href="/admin/discounts">Discounts</a></p><div class="titled"><h1>${discount.title} ${statusBadge(store, discount)}</h1>${menu}</div>${LOCAL}${notice}
<div class="two"><div>${blocks}${codesCard(discount, page)}${termsCard(store, discount)}</div><div>${actions(store, discount)}</div></div>`;
}

function codesCard(discount: Discount, page: number): Markup {
  const shown = discount.codes.slice((page - 1) * CODES_SHOWN, page * CODES_SHOWN);
  const to = (target: number) => `/admin/discounts/${discount.id}?page=${target}`;
  const row = (each: RedeemCode) => html`<tr><td><code>${each.code}</code></td><td>${maker(each)}</td><td class="num">${each.usageCount}</td><td class="num"><button class="plain" name="code" value="${each.id}" aria-label="Remove ${each.code}">Remove</button></td></tr>`;
  const pager = discount.codes.length <= CODES_SHOWN ? null : html`<p class="pager">${page > 1 ? html`<a class="button" href="${to(page - 1)}">Back</a>` : null} ${(page - 1) * CODES_SHOWN + 1}–${(page - 1) * CODES_SHOWN + shown.length} of ${discount.codes.length} ${page * CODES_SHOWN < discount.codes.length ? html`<a class="button" href="${to(page + 1)}">On</a>` : null}</p>`;
  return html`<div class="card"><h2>${discount.codes.length} ${discount.codes.length === 1 ? "code" : "codes"}</h2><form method="post" action="/admin/discounts/${discount.id}/remove-code"><div class="table"><table><thead><tr><th>Code</th><th>Made by</th><th class="num">Used</th><th></th></tr></thead><tbody>${shown.map(row)}</tbody></table></div></form>${pager}</div>`;
}

function termsCard(store: Store, discount: Discount): Markup {
  const { currency } = store.shop;
  const { minimum, combinesWith: with_, value } = discount;
  const combines = [with_.product && "product discounts", with_.order && "order discounts", with_.shipping && "shipping discounts"].filter(Boolean).join(", ");
  const facts: [string, string][] = [
    ["Gives", discountValue(discount, currency)],
    ...(value.kind === "bxgy" ? ([["Bought for it", itemsText(store, value.buys.items)], ["Uses in an order", value.usesPerOrder === null ? "as often as it goes" : `${value.usesPerOrder}`]] as [string, string][]) : []),
    ["On", itemsText(store, discount.items)],
    ["For", contextText(store, discount)],
    ...(value.kind === "free_shipping" ? ([["To", value.countries === null ? "every country" : `${value.countries.codes.join(", ")}${value.countries.restOfWorld ? " and the rest of the world" : ""}`]] as [string, string][]) : []),
    ["Minimum", minimum.kind === "none" ? "none" : minimum.kind === "subtotal" ? money(minimum.amount, currency) : `${minimum.quantity} items`],
    ["Starts", moment(discount.startsAt, store.shop)], ["Ends", discount.endsAt === null ? "never" : moment(discount.endsAt, store.shop)],
    ["Limit", discount.usageLimit === null ? "none" : `${discount.usageLimit} times`], ["Once per customer", discount.oncePerCustomer ? "yes" : "no"],
    ["Purchases", [discount.appliesOnOneTimePurchase && "one-time", discount.appliesOnSubscription && `subscriptions, ${discount.recurringCycleLimit === 0 ? "every bill" : `${discount.recurringCycleLimit ?? 1} bills`}`].filter(Boolean).join("; ")],
    ["Class", classOf(discount)], ["Combines with", combines || "nothing"], ["Sales", money(amountOf(BigInt(discount.salesMinor), currency), currency)],
    ["Tags", discount.tags.join(", ") || "–"], ["Changed", moment(discount.updatedAt, store.shop)], ["Id", discount.id],
  ];
  return html`<div class="card"><h2>Terms</h2><table class="facts"><tbody>${facts.map(([name, text]) => html`<tr><th>${name}</th><td>${text}</td></tr>`)}</tbody></table></div>`;
}

function itemsText(store: Store, items: Discount["items"]): string {
  if (items.kind === "all") return "everything";
  if (items.kind === "collections") return store.catalogue.collections.filter(({ id }) => items.collections.includes(id)).map(({ title }) => title).join(", ");
  const variants = items.variants.flatMap((id) => store.variant(id) ?? []).map(({ product, variant }) => `${product.title}, ${variant.title}`);
  return [...store.products.filter(({ id }) => items.products.includes(id)).map(({ title }) => title), ...variants].join("; ");
}

function contextText(store: Store, { context }: Discount): string {
  if (context.kind === "all") return "everybody";
  const names = { customers: store.state.customers.map(({ id, email }) => ({ id, name: email })), segments: store.state.segments, markets: store.state.markets }[context.kind];
  return names.filter(({ id }) => context.ids.includes(id)).map(({ name }) => name).join(", ");
}

function actions(store: Store, discount: Discount): Markup {
  const path = `/admin/discounts/${discount.id}`;
  const form = (name: string, title: string, inside: Markup, label: string, tone = "primary") =>
    html`<details class="card act" name="act"><summary>${title}</summary><form method="post" action="${path}/${name}">${inside}<p><button class="button ${tone}">${label}</button></p></form></details>`;
  const { value } = discount;
  const number = value.kind === "percentage" ? String(Math.round(value.percentage * 1_000_000) / 10_000) : value.kind === "amount" ? value.amount : null;
  const off = number === null ? null : html`<label>${value.kind === "percentage" ? "Percentage" : `Amount in ${store.shop.currency}`}<input name="value" inputmode="decimal" value="${number}" required></label>`;
  const ended = statusOf(discount, store.nowMs()) === "EXPIRED";
  return html`<h2 class="visually-hidden">Actions</h2>
${form("edit", "Edit", html`<label>Title<input name="title" maxlength="255" required value="${discount.title}"></label>${off}${times(store, discount)}`, "Save")}
${form("add-codes", "Add codes", html`<label>Codes, one in a line<textarea name="codes" rows="5" required spellcheck="false"></textarea></label><label>Made by<select name="by"><option value="merchant">a person in this admin</option><option value="other_app">another app (Loyalty Lane)</option></select></label>`, "Add the codes")}
${ended ? form("activate", "Activate", html`<p>It holds again from now on, without an end.</p>`, "Activate") : form("deactivate", "Deactivate", html`<p>It ends now; its codes are refused from here on.</p>`, "Deactivate")}
${form("delete", "Delete", html`<p>The discount and its ${discount.codes.length} codes are gone, and leave no trace in the store.</p>`, "Delete the discount", "danger")}`;
}

function uses(discount: Discount): number {
  return discount.codes.reduce((sum, { usageCount }) => sum + usageCount, 0);
}
