// The first page of the local admin: how the store is doing, and the way to the app.
import { nowMs } from "#app/clock.ts";
import { amountOf, minorOf } from "../../amounts.ts";
import type { Store } from "../../store.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import { money } from "../words.ts";
import { orderTable } from "./orders.ts";

const LAST_ORDERS = 8;

export function homeBody(store: Store): Markup {
  const { currency } = store.shop;
  const since = nowMs() - 30 * 86_400_000;
  const recent = store.orders().filter((order) => Date.parse(order.created_at) >= since);
  const total = recent.reduce((sum, order) => sum + minorOf(order.current_total_price, currency), 0n);
  const withCode = recent.filter((order) => order.discount_applications.some((each) => each.type === "discount_code")).length;
  const { pending, failed } = store.idle();
  const card = (label: string, value: string, note: string) => html`<div class="card"><p class="label">${label}</p><p class="figure">${value}</p><p class="note">${note}</p></div>`;
  return html`<h1>${store.shop.name}</h1><p class="lead">This page and the pages beside it stand in for a store's own admin. The app under “Apps” is the real one, embedded as it would be there.</p>
<div class="cards">${card("Orders, last 30 days", String(recent.length), `${withCode} with a discount code`)}${card("Sales, last 30 days", money(amountOf(total, currency), currency), "after refunds and edits")}${card("Webhooks", pending === 0 ? "All sent" : `${pending} waiting`, failed === 0 ? "none given up" : `${failed} given up`)}${card("The app", store.state.installed ? "Installed" : "Not installed", store.state.installed ? "opened at least once" : "opening it installs it")}</div>
<p class="actions"><a class="button primary" href="/admin/apps/creator-codes">Open the app</a> <a class="button" href="/admin/orders">Orders</a> <a class="button" href="/" target="_blank">Buy something</a></p>
${store.orders().length === 0 ? null : html`<h2>Last orders</h2>${orderTable(store, store.orders().slice(-LAST_ORDERS).reverse())}`}`;
}
