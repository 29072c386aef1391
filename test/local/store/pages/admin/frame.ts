// The frame of the local admin: a bar that says what it is, the navigation, and room for a page.
import type { IncomingMessage } from "node:http";
import type { Store } from "../../store.ts";
import { cookie } from "../exchange.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";

export const APP_HANDLE = "creator-codes";
export const APP_NAME = "Creator Codes";

/** The languages that the merchant can choose; the app is opened with them as Shopify's admin opens it. */
export const LOCALES: [tag: string, name: string][] = [["en", "English"], ["zh-CN", "简体中文"], ["fr", "Français"]];

export function localeOf(request: IncomingMessage): string {
  const kept = cookie(request, "admin_locale");
  return LOCALES.some(([tag]) => tag === kept) ? kept! : "en";
}

export type AdminFrame = { title: string; here: "home" | "orders" | "products" | "discounts" | "segments" | "theme" | "flow" | "app"; locale: string; path: string; body: Markup; head?: Markup };

export function adminPage(store: Store, { title, here, locale, path, body, head }: AdminFrame): Markup {
  // Beside the app no counts: its own work would make them wrong while the page stands.
  const link = (name: AdminFrame["here"], href: string, label: string, count: number | null = null) =>
    html`<a href="${href}" ${here === name ? html`aria-current="page"` : null}>${label}${count === null || here === "app" ? null : html`<span class="count">${count}</span>`}</a>`;
  return html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Local store admin</title>
<link rel="stylesheet" href="/assets/admin.css"><link rel="icon" href="/pictures/lampe-colline.svg">${head ?? null}</head>
<body class="${here === "app" ? "embeds" : ""}"><div class="top"><button id="menu" type="button" aria-expanded="false" aria-controls="nav">Menu</button><strong>Local store admin – stand-in, not Shopify</strong>
<form method="post" action="/admin/locale"><input type="hidden" name="back" id="back" value="${path}"><label>Language <select name="locale" id="locale">${LOCALES.map(([tag, name]) => html`<option value="${tag}" ${tag === locale ? html`selected` : null}>${name}</option>`)}</select></label><noscript><button>Set</button></noscript></form></div>
<div class="below"><nav id="nav" aria-label="Store"><p class="store">${store.shop.name}<small>${store.shop.domain}</small></p>
${link("home", "/admin", "Home")}${link("orders", "/admin/orders", "Orders", store.orders().length)}${link("products", "/admin/products", "Products", store.products.length)}${link("discounts", "/admin/discounts", "Discounts", store.discounts().length)}${link("segments", "/admin/segments", "Customer segments")}${link("theme", "/admin/themes/current/editor?context=apps", "Theme editor")}${link("flow", "/admin/flow", "Workflows")}
<p class="group">Apps</p>${link("app", `/admin/apps/${APP_HANDLE}`, APP_NAME)}<div id="app-nav"></div>
<p class="group">Around</p><a href="/" target="_blank">Storefront ↗</a><a href="/control" target="_blank">Time and faults ↗</a></nav>
<main>${body}</main></div><script type="module" src="/assets/admin.js"></script></body></html>`;
}

/** What an action did, in a sentence (null: the page shows it anyway), and the page to go on to. */
export type Done = { done: string | null; to: string };

/** A banner with what was just done, or why it was not; the text comes with the address. */
export function said(url: URL): Markup | null {
  const [done, refused] = [url.searchParams.get("done"), url.searchParams.get("refused")];
  if (refused !== null) return html`<p class="banner bad" role="alert">${refused}</p>`;
  return done === null ? null : html`<p class="banner good" role="status">${done}</p>`;
}
