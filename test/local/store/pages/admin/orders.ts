// The orders of the local admin: the list, and one order with all that the store can do to it.
import { amountOf, minorOf } from "../../amounts.ts";
import type { Store } from "../../store.ts";
import type { Delivery, Dispute, LineItem, Order } from "../../types.ts";
import { nameOf } from "../checkout.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import { moment, money, spoken } from "../words.ts";
import type { Extended } from "./extensions.ts";
import { badge } from "./lists.ts";

const PAGE_SIZE = 50;

/** Newest first; `q` looks in numbers, e-mails and codes. */
export function ordersBody(store: Store, query: string, page: number): Markup {
  const wanted = query.trim().toLowerCase();
  const matches = (order: Order) => [order.name, order.email, String(order.id), ...order.discount_codes.map(({ code }) => code)].some((text) => text.toLowerCase().includes(wanted));
  const found = [...store.orders()].reverse().filter((order) => wanted === "" || matches(order));
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const to = (target: number) => `/admin/orders?page=${target}&q=${encodeURIComponent(query)}`;
  return html`<h1>Orders</h1><form class="search" method="get"><label>Search <input name="q" value="${query}" placeholder="Number, e-mail or code"></label><button class="button">Search</button></form>
${found.length === 0 ? html`<div class="card"><p>${wanted === "" ? html`Nobody has bought anything yet. <a href="/" target="_blank">Open the storefront</a>.` : "No order matches."}</p></div>` : html`${orderTable(store, shown)}
<p class="pager">${page > 1 ? html`<a class="button" href="${to(page - 1)}">Newer</a>` : null} ${(page - 1) * PAGE_SIZE + 1}–${(page - 1) * PAGE_SIZE + shown.length} of ${found.length} ${page * PAGE_SIZE < found.length ? html`<a class="button" href="${to(page + 1)}">Older</a>` : null}</p>`}`;
}

export function orderTable(store: Store, orders: Order[]): Markup {
  const row = (order: Order) => html`<tr><td><a href="/admin/orders/${String(order.id)}"><b>${order.name}</b></a></td><td>${moment(order.created_at, store.shop)}</td><td>${order.email || "–"}</td><td>${order.discount_codes.map(({ code }) => html`<code>${code}</code> `)}</td><td>${states(order)}</td><td class="num">${order.line_items.reduce((sum, line) => sum + line.current_quantity, 0)}</td><td class="num">${money(order.current_total_price, order.currency)}</td></tr>`;
  return html`<div class="table"><table><thead><tr><th>Order</th><th>Date</th><th>Customer</th><th>Codes</th><th>State</th><th class="num">Items</th><th class="num">Total</th></tr></thead><tbody>${orders.map(row)}</tbody></table></div>`;
}

function states(order: Order): Markup {
  return html`${badge(spoken(order.financial_status))} ${order.cancelled_at === null ? null : badge("Cancelled")} ${order.test ? badge("Test") : null}`;
}

export function orderBody(store: Store, order: Order, notice: Markup | null, { menu, blocks }: Extended): Markup {
  return html`<p class="crumb"><a href="/admin/orders">Orders</a></p><div class="titled"><h1>${order.name} ${states(order)}</h1>${menu}</div><p class="lead">${moment(order.created_at, store.shop)} · ${order.email || "no e-mail"} · from ${order.source_name} · id ${String(order.id)}</p>${notice}
<div class="two"><div>${goods(store, order)}${blocks}${refunds(store, order)}${disputes(store, order)}${sent(store, order)}</div><div>${actions(store, order)}</div></div>`;
}

function goods(store: Store, order: Order): Markup {
  const cash = (amount: string) => money(amount, order.currency);
  const row = (name: string, amount: string, kind = "") => html`<tr class="${kind}"><td colspan="3">${name}</td><td class="num">${amount}</td></tr>`;
  const off = (line: { discount_allocations: { amount: string; discount_application_index: number }[] }) => line.discount_allocations.map((each) => html`<small class="off">−${cash(each.amount)} by ${nameOf(order, each.discount_application_index)}</small>`);
  const line = (item: LineItem) => html`<tr><td><b>${item.title}</b>${item.variant_title ? html` ${item.variant_title}` : null}<small>${item.sku ? `SKU ${item.sku}` : "no SKU"}</small>${item.selling_plan_allocation ? html`<small>${item.selling_plan_allocation.selling_plan.name}</small>` : null}${off(item)}</td><td class="num">${item.quantity}${item.current_quantity === item.quantity ? null : html`<small>${item.current_quantity} left</small>`}</td><td class="num">${cash(item.price)}</td><td class="num">${cash(amountOf(minorOf(item.price, order.currency) * BigInt(item.quantity), order.currency))}</td></tr>`;
  return html`<div class="card"><div class="table"><table><thead><tr><th>Item</th><th class="num">Quantity</th><th class="num">Price</th><th class="num">Gross</th></tr></thead><tbody>${order.line_items.map(line)}
${order.shipping_lines.map((each) => html`<tr><td colspan="3">${each.title}${off(each)}</td><td class="num">${cash(each.price)}</td></tr>`)}${minorOf(order.total_discounts, order.currency) === 0n ? null : row("Discounts", `−${cash(order.total_discounts)}`)}${row("Total when bought", cash(order.total_price))}${row("Total now", cash(order.current_total_price), "total")}${row(order.taxes_included ? "Tax, included" : "Tax", cash(order.current_total_tax))}${minorOf(order.total_outstanding, order.currency) === 0n ? null : row("Outstanding", cash(order.total_outstanding))}</tbody></table></div></div>`;
}

function refunds(store: Store, order: Order): Markup | null {
  if (order.refunds.length === 0) return null;
  const cash = (amount: string | number) => money(amount, order.currency);
  return html`<div class="card"><h2>Refunds</h2>${order.refunds.map((refund) => html`<p><b>${moment(refund.created_at, store.shop)}</b>${refund.note ? ` – ${refund.note}` : null}</p><ul>
${refund.refund_line_items.map((each) => html`<li>${each.quantity} × ${order.line_items.find(({ id }) => String(id) === String(each.line_item_id))?.title ?? "an item"}: ${cash(each.subtotal_set.shop_money.amount)} (${spoken(each.restock_type).toLowerCase()})</li>`)}
${refund.order_adjustments.map((each) => html`<li>${each.kind === "shipping_refund" ? "Shipping" : "Adjustment"}: ${cash(each.amount)}</li>`)}${refund.transactions.map((each) => html`<li>Money back: ${cash(each.amount)} (${each.status})</li>`)}</ul>`)}</div>`;
}

function disputesOf(store: Store, order: Order): Dispute[] {
  return store.state.disputes.flatMap(({ body }) => (String(body.order_id) === String(order.id) ? [body] : []));
}

function disputes(store: Store, order: Order): Markup | null {
  const list = disputesOf(store, order);
  return list.length === 0 ? null : html`<div class="card"><h2>Disputes</h2><ul>${list.map((each) => html`<li>${spoken(each.type)} of ${money(each.amount, each.currency)}, ${moment(each.initiated_at, store.shop)}: ${spoken(each.status).toLowerCase()}</li>`)}</ul></div>`;
}

function sent(store: Store, order: Order): Markup | null {
  const list = store.deliveries(2_000).filter(({ orderId }) => orderId === String(order.id)).slice(0, 12);
  return list.length === 0 ? null : html`<div class="card"><h2>Webhooks of this order</h2>${deliveryTable(store, list)}</div>`;
}

/** Deliveries with what became of them. */
export function deliveryTable(store: Store, list: Delivery[]): Markup {
  const tone = { pending: "warn", delivered: "good", failed: "bad", dropped: "" } as const;
  return html`<div class="table"><table><thead><tr><th>Topic</th><th>Triggered</th><th>State</th><th class="num">Tries</th><th>Answer</th></tr></thead><tbody>${list.map((each) => html`<tr><td><code>${each.topic}</code></td><td>${moment(each.triggeredAt, store.shop)}</td><td><span class="badge ${tone[each.state]}">${spoken(each.state)}</span></td><td class="num">${each.attempts}</td><td>${each.lastStatus ?? (each.lastError || "–")}</td></tr>`)}</tbody></table></div>`;
}

function actions(store: Store, order: Order): Markup {
  const path = `/admin/orders/${String(order.id)}`;
  const form = (name: string, title: string, inside: Markup, label: string, tone = "primary") => html`<details class="card act" name="act"><summary>${title}</summary><form method="post" action="${path}/${name}">${inside}<p><button class="button ${tone}">${label}</button></p></form></details>`;
  const left = order.line_items.filter(({ current_quantity }) => current_quantity > 0);
  const perLine = (what: string) => left.map((line) => html`<label class="row"><span>${line.title}${line.variant_title ? ` ${line.variant_title}` : ""}<small>${what}, of ${line.current_quantity}</small></span><input type="number" name="line-${String(line.id)}" min="0" max="${line.current_quantity}" placeholder="0" inputmode="numeric"></label>`);
  const kinds = store.products.flatMap((product) => product.variants.map((variant) => html`<option value="${variant.id}">${product.title}${variant.title === "Default Title" ? "" : `, ${variant.title}`}</option>`));
  const open = order.cancelled_at === null;
  const pending = order.financial_status === "pending";
  const disputed = disputesOf(store, order).find(({ finalized_on }) => finalized_on === null);
  return html`<h2 class="visually-hidden">Actions</h2>
${pending && open ? form("pay", "Mark as paid", html`<p>The buyer has paid what is outstanding.</p>`, "Mark as paid") : null}
${left.length > 0 ? form("refund", "Refund items", html`${perLine("pieces to refund")}<label class="check"><input type="checkbox" name="restock" value="1" checked> Take them back into stock</label>${order.shipping_lines.length > 0 ? html`<label class="check"><input type="checkbox" name="shipping" value="1"> Refund shipping too</label>` : null}<label>Keep back (a handling fee)<input name="keepBack" inputmode="decimal" placeholder="0.00"></label><label>Note<input name="note" maxlength="200"></label>`, "Refund items") : null}
${form("refund", "Refund an amount", html`<p>Money back without an item: goodwill.</p><label>Amount in ${order.currency}<input name="amount" inputmode="decimal" placeholder="5.00" required></label><label>Note<input name="note" maxlength="200"></label>`, "Refund amount")}
${open ? form("edit", "Edit the order", html`${perLine("pieces to remove")}<label>Add an item<select name="add"><option value="">–</option>${kinds}</select></label><label>How many<input type="number" name="quantity" min="1" max="99" value="1"></label>`, "Save the edit") : null}
${open ? form("cancel", "Cancel the order", html`<label>Reason<select name="reason">${["customer", "inventory", "fraud", "declined", "staff", "other"].map((reason) => html`<option>${reason}</option>`)}</select></label><label class="check"><input type="checkbox" name="refund" value="1" checked> Give the money back</label><label class="check"><input type="checkbox" name="restock" value="1" checked> Take the items back into stock</label>`, "Cancel the order", "danger") : null}
${disputed === undefined && !pending ? form("dispute", "Dispute the payment", html`<p>The buyer's bank asks for the money back.</p><label>As<select name="type"><option value="chargeback">a chargeback</option><option value="inquiry">an inquiry</option></select></label>`, "Open the dispute") : null}
${disputed === undefined ? null : form("change-dispute", "Decide the dispute", html`<input type="hidden" name="dispute" value="${String(disputed.id)}"><label>The bank<select name="status"><option value="under_review">looks at the evidence</option><option value="lost">decides for the buyer: lost</option><option value="won">decides for the shop: won</option><option value="accepted">need not: the shop accepts it</option></select></label>`, "Save")}
${form("delete", "Delete the order", html`<p>The store forgets it; the app is told its id alone.</p>`, "Delete the order", "danger")}`;
}
