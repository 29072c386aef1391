// The demo's controls: the clock, the faults of webhooks, and the last deliveries.
import type { IncomingMessage, ServerResponse } from "node:http";
import { nowMs } from "#app/clock.ts";
import { NO_FAULTS, type Store } from "../store.ts";
import type { ApiTrouble, Faults, ShopInfo } from "../types.ts";
import { deliveryTable } from "./admin/orders.ts";
import { readForm, redirect, sendPage, Unanswerable } from "./exchange.ts";
import { html } from "./html.ts";
import type { Markup } from "./html.ts";
import { away, instantOf, moment } from "./words.ts";

const steps: [label: string, ms: number][] = [["+ 5 minutes", 300_000], ["+ 30 minutes", 1_800_000], ["+ 1 hour", 3_600_000], ["+ 1 day", 86_400_000], ["+ 1 week", 604_800_000], ["+ 30 days", 2_592_000_000]];
const DELIVERIES_SHOWN = 60;

export async function control(request: IncomingMessage, response: ServerResponse, store: Store, url: URL): Promise<boolean> {
  if (url.pathname === "/control" && (request.method === "GET" || request.method === "HEAD")) {
    sendPage(response, controlPage(store));
    return true;
  }
  if (request.method !== "POST") return false;
  const form = await readForm(request);
  if (url.pathname === "/control/clock") store.runClock(clockIn(form, store.shop));
  else if (url.pathname === "/control/faults") store.faults(form.has("none") ? NO_FAULTS : faultsIn(form));
  else if (url.pathname === "/control/api") troubleApi(store, form);
  else return false;
  redirect(response, "/control");
  return true;
}

/** How far the clock is to run on; never back, for what was written would then lie in the future. */
function clockIn(form: URLSearchParams, shop: ShopInfo): { advanceMs: number } {
  const step = form.get("step");
  if (step !== null && steps.some(([, ms]) => String(ms) === step)) return { advanceMs: Number(step) };
  const instant = instantOf(form.get("to") ?? "", shop);
  const to = instant === null ? null : Date.parse(instant);
  if (to === null) throw new Unanswerable(400, "This is not a date.");
  if (to < nowMs()) throw new Unanswerable(400, "The clock runs forward only: that date has passed.");
  return { advanceMs: to - nowMs() };
}

function faultsIn(form: URLSearchParams): Faults {
  const number = (name: string, most: number) => Math.min(most, Math.max(0, Number(form.get(name)) || 0));
  return {
    duplicate: number("duplicate", 100) / 100,
    duplicateNewId: form.has("duplicateNewId"),
    delayMs: Math.round(number("delay", 86_400) * 1000),
    reorder: form.has("reorder"),
    drop: number("drop", 100) / 100,
    failBefore: Math.round(number("failBefore", 8)),
    hold: form.has("hold"),
    tomlSilent: form.has("tomlSilent"),
  };
}

const troubles: [trouble: ApiTrouble, label: string][] = [
  ["unavailable", "503, nothing is done"], ["bad_gateway", "502, and it is done all the same"], ["lost", "it is done, and the answer is lost"],
  ["timeout", "no answer ever comes"], ["too_many", "429, nothing is done"], ["throttled", "throttled: the bucket is empty"],
];

function troubleApi(store: Store, form: URLSearchParams): void {
  const trouble = troubles.find(([name]) => name === form.get("trouble"))?.[0];
  if (form.has("none")) for (const each of [...store.state.apiFaults]) store.troubleApi(each.trouble, 0, each.match);
  else if (form.has("revoke")) store.revoke({ refresh: form.has("refresh") });
  else if (trouble !== undefined) store.troubleApi(trouble, Math.min(10_000, Math.max(1, Number(form.get("times")) || 1)), (form.get("match") ?? "").trim());
}

function apiForm(store: Store): Markup {
  const { apiFaults } = store.state;
  const waiting = apiFaults.map(({ trouble, times, match }) => html`<p>${times} × ${troubles.find(([name]) => name === trouble)?.[1]}${match === "" ? null : html`, calls with <code>${match}</code>`}</p>`);
  return html`<form class="card" method="post" action="/control/api"><h2>Faults of the Admin API</h2>${waiting}<label>What happens<select name="trouble">${troubles.map(([name, label]) => html`<option value="${name}">${label}</option>`)}</select></label>
<label>To the next calls<span class="unit"><input type="number" name="times" min="1" max="10000" value="1"></span></label><label>Only calls that hold this text<input name="match" maxlength="60" placeholder="discountRedeemCodeBulkAdd" spellcheck="false"></label><p><button class="button primary">Set</button> <button class="button" name="none" value="1">No faults</button></p>
<h2>Tokens</h2><label class="check"><input type="checkbox" name="refresh" value="1"> The refresh tokens too</label><p><button class="button" name="revoke" value="1">Revoke the app's tokens</button></p></form>`;
}

function controlPage(store: Store): Markup {
  const at = nowMs();
  const ahead = at - Date.now();
  const { faults } = store.state;
  const { pending, due, failed, nextDueAtMs } = store.idle();
  const share = (name: string, label: string, value: number) => html`<label>${label}<span class="unit"><input type="number" name="${name}" min="0" max="100" step="1" value="${Math.round(value * 100)}"> %</span></label>`;
  const tick = (name: string, label: string, on: boolean) => html`<label class="check"><input type="checkbox" name="${name}" value="1" ${on ? html`checked` : null}> ${label}</label>`;
  const list = store.deliveries(DELIVERIES_SHOWN);
  return html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Time and faults · local</title><link rel="stylesheet" href="/assets/admin.css"><link rel="icon" href="/pictures/carnet-de-the.svg"></head>
<body><div class="top"><strong>Local controls – for this machine only</strong><a href="/admin">Store admin</a><a href="/">Storefront</a></div><main class="wide"><h1>Time and faults</h1><div class="two"><div><div class="card"><h2>Clock of all local processes</h2><p class="figure">${moment(at, store.shop)}</p><p class="note">${Math.abs(ahead) < 1000 ? "The machine's own time." : `${away(ahead).replace("in ", "")} ahead of the machine's time.`} Tokens keep to the machine's time.</p>
<form method="post" action="/control/clock" class="steps">${steps.map(([label, ms]) => html`<button class="button" name="step" value="${ms}">${label}</button>`)}</form>
<form method="post" action="/control/clock" class="inline"><label>To a date (${store.shop.timezone})<input type="datetime-local" name="to" required></label><button class="button">Go there</button></form></div>${apiForm(store)}</div>
<form class="card" method="post" action="/control/faults"><h2>Faults of the store's webhooks</h2>${share("duplicate", "Sent twice", faults.duplicate)}${tick("duplicateNewId", "… the second time with a new id", faults.duplicateNewId)}${share("drop", "Never sent", faults.drop)}<label>Each waits before its first try<span class="unit"><input type="number" name="delay" min="0" max="86400" value="${faults.delayMs / 1000}"> s</span></label><label>Tries that fail first<span class="unit"><input type="number" name="failBefore" min="0" max="8" value="${faults.failBefore}"></span></label>${tick("reorder", "Out of order", faults.reorder)}${tick("hold", "Hold everything back", faults.hold)}${tick("tomlSilent", "What shopify.app.toml subscribes to tells nothing of orders", faults.tomlSilent)}<p><button class="button primary">Set</button> <button class="button" name="none" value="1">No faults</button></p></form></div>
<div class="card" id="deliveries"><h2>Last deliveries</h2><p class="note">${pending === 0 ? "Nothing is waiting" : `${pending} waiting (${due} could leave now)`}${nextDueAtMs === null ? "" : `, the next ${away(nextDueAtMs - at)}`}; ${failed} given up. <a href="/control?#deliveries">Look again</a></p>${list.length === 0 ? html`<p>Nothing was sent yet.</p>` : deliveryTable(store, list)}</div></main></body></html>`;
}
