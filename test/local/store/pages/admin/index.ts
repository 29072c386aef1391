// The addresses of the local admin. Answers false where an address is none of its own.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { scopesOf } from "../../auth.ts";
import { settleJobs } from "../../discounts.ts";
import { Refused, type Store } from "../../store.ts";
import type { CancelInput, DisputeStatus, Order } from "../../types.ts";
import { amountIn, countIn, decodeSafely, ownPath, readForm, redirect, sendJson, sendPage, setCookie, Unanswerable } from "../exchange.ts";
import type { Markup } from "../html.ts";
import { appBody, pickable } from "./app.ts";
import { adminPage, localeOf, LOCALES, said } from "./frame.ts";
import type { AdminFrame, Done } from "./frame.ts";
import { changeFlow, flowBody } from "./flow.ts";
import { extended, extensionFrame } from "./extensions.ts";
import { homeBody } from "./home.ts";
import { changeDiscounts } from "./discount-actions.ts";
import { discountBody, discountsBody } from "./discounts.ts";
import { productsBody } from "./lists.ts";
import { orderBody, ordersBody } from "./orders.ts";
import { changeSegment, segmentsBody } from "./segments.ts";

const MOST_WAITED_MS = 1_500;

export async function admin(request: IncomingMessage, response: ServerResponse, store: Store, url: URL): Promise<boolean> {
  const [part = "", id = "", action = ""] = url.pathname.slice("/admin".length).split("/").slice(1).map(decodeSafely);
  if (request.method === "POST") return change(request, response, store, part, id, action);
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const locale = localeOf(request);
  const show = (title: string, here: AdminFrame["here"], body: Markup, head?: Markup) => {
    sendPage(response, adminPage(store, { title, here, locale, path: url.pathname + url.search, body, head }));
    return true;
  };
  switch (part) {
    case "":
      return show("Home", "home", homeBody(store));
    case "session-token":
      refuseOthers(request);
      sendJson(response, { token: store.sessionToken() });
      return true;
    case "picker.json":
      refuseOthers(request);
      sendJson(response, pickable(store, url.searchParams.get("type") ?? "product", url.searchParams.get("q") ?? ""));
      return true;
    case "scopes.json": {
      refuseOthers(request);
      const scopes = scopesOf(store).split(",").map((scope) => scope.trim()).filter(Boolean);
      sendJson(response, { granted: store.state.installed ? scopes : [], required: scopes, optional: [] });
      return true;
    }
    case "orders": {
      if (id === "") return show("Orders", "orders", ordersBody(store, url.searchParams.get("q") ?? "", Math.max(1, Number(url.searchParams.get("page")) || 1)));
      const order = store.order(id);
      return order !== null && action === "" && show(`Order ${order.name}`, "orders", orderBody(store, order, said(url), extended(store, { page: "order-details", id: `gid://shopify/Order/${String(order.id)}`, locale })));
    }
    case "products":
      return show("Products", "products", productsBody(store));
    case "discounts": {
      settleJobs(store);
      if (id === "") return show("Discounts", "discounts", discountsBody(store, said(url)));
      const discount = store.discount(id);
      return discount !== null && show(discount.title, "discounts", discountBody(store, discount, said(url), Math.max(1, Number(url.searchParams.get("page")) || 1), extended(store, { page: "discount-details", id: `gid://shopify/DiscountCodeNode/${discount.id}`, locale })));
    }
    case "extensions":
      return extensionFrame(response, store, url, id, locale);
    case "segments":
      return show("Customer segments", "segments", segmentsBody(store, said(url)));
    case "flow":
      return id === "" && show("Workflows", "flow", flowBody(store, said(url)));
    case "apps": {
      if (id === "") return false;
      const elsewhere = ownName(request, store);
      if (elsewhere !== null) {
        redirect(response, elsewhere + url.pathname + url.search);
        return true;
      }
      const path = `/${url.pathname.split("/").slice(4).join("/")}${url.search}`;
      const { body, head } = appBody(store, path, locale);
      return show("Creator Codes", "app", body, head);
    }
    default:
      return false;
  }
}

/**
 * This machine has several names, and the frame and the app tell each other apart by origin: the admin keeps to the name by which it knows the app.
 * Null where the request used it already; else the origin to go to.
 */
function ownName(request: IncomingMessage, store: Store): string | null {
  const names = ["localhost", "127.0.0.1"];
  const asked = new URL(`http://${request.headers.host ?? "localhost"}`);
  const { hostname } = new URL(store.appUrl);
  if (asked.hostname === hostname || !names.includes(asked.hostname) || !names.includes(hostname)) return null;
  asked.hostname = hostname;
  return asked.origin;
}

/** A session token is for the admin's own page: the browser tells when another site asks. */
function refuseOthers(request: IncomingMessage): void {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") throw new Unanswerable(403, "This is for the admin's own pages.");
}

async function change(request: IncomingMessage, response: ServerResponse, store: Store, part: string, id: string, action: string): Promise<boolean> {
  const form = await readForm(request);
  if (part === "locale") {
    const wanted = form.get("locale");
    if (LOCALES.some(([tag]) => tag === wanted)) setCookie(response, "admin_locale", wanted!);
    redirect(response, ownPath(form.get("back")));
    return true;
  }
  if (part === "discounts") return tried(store, response, `/admin/discounts${id === "new" ? "" : `/${id}`}`, () => changeDiscounts(store, id, action, form));
  if (part === "flow") return tried(store, response, "/admin/flow", () => changeFlow(store, id, form));
  if (part === "segments") return tried(store, response, "/admin/segments", () => changeSegment(store, id, form));
  const order = part === "orders" ? store.order(id) : null;
  if (order === null) return false;
  const back = `/admin/orders/${String(order.id)}`;
  return tried(store, response, back, () => {
    const done = act(store, order, action, form);
    return action === "delete" ? { done: null, to: "/admin/orders" } : { done, to: back };
  });
}

/** Does it, and goes on to a page that says what was done; where the store refused, back to the page, with its reason. */
async function tried(store: Store, response: ServerResponse, back: string, doing: () => Done | null): Promise<boolean> {
  try {
    const done = doing();
    if (done === null) return false;
    await sent(store);
    redirect(response, done.done === null ? done.to : `${done.to}?done=${encodeURIComponent(done.done)}`);
  } catch (fault) {
    if (!(fault instanceof Refused || fault instanceof Unanswerable)) throw fault;
    redirect(response, `${back}?refused=${encodeURIComponent(fault.message)}`);
  }
  return true;
}

/** Gives the webhooks of what was just done a moment to leave, so that the page that follows shows what became of them. */
async function sent(store: Store): Promise<void> {
  for (let waitedMs = 0; waitedMs < MOST_WAITED_MS && !store.state.faults.hold && store.idle().due > 0; waitedMs += 50) await sleep(50);
}

/** Does it; says what was done. */
function act(store: Store, order: Order, action: string, form: URLSearchParams): string {
  const id = String(order.id);
  const lines = order.line_items.map((line) => ({ lineId: String(line.id), quantity: countIn(form, `line-${String(line.id)}`) ?? 0 })).filter(({ quantity }) => quantity > 0);
  switch (action) {
    case "refund": {
      const restock = form.has("restock");
      const amount = amountIn(form, "amount");
      const keepBack = amountIn(form, "keepBack");
      if (lines.length === 0 && amount === null && !form.has("shipping")) throw new Refused("Nothing was chosen to refund");
      store.refund(id, {
        lines: lines.map((line) => ({ ...line, restock })),
        note: form.get("note") || null,
        ...(form.has("shipping") ? { shipping: true } : {}),
        ...(amount === null ? {} : { amount }),
        ...(keepBack === null ? {} : { keepBack }),
      });
      return "The refund is booked.";
    }
    case "cancel":
      store.cancel(id, { reason: (form.get("reason") ?? "other") as CancelInput["reason"], refund: form.has("refund"), restock: form.has("restock") });
      return "The order is cancelled.";
    case "pay":
      store.pay(id);
      return "The order is paid.";
    case "edit": {
      const variantId = form.get("add") || null;
      if (lines.length === 0 && variantId === null) throw new Refused("Nothing was chosen to edit");
      store.edit(id, { remove: lines, add: variantId === null ? [] : [{ variantId, quantity: countIn(form, "quantity") ?? 1 }] });
      return "The order is edited.";
    }
    case "dispute":
      store.openDispute(id, { type: form.get("type") === "inquiry" ? "inquiry" : "chargeback" });
      return "The order is disputed.";
    case "change-dispute":
      store.changeDispute(form.get("dispute") ?? "", { status: form.get("status") as DisputeStatus });
      return "The dispute goes on.";
    case "delete":
      store.deleteOrder(id);
      return "The order is deleted.";
    default:
      throw new Unanswerable(404, "There is no such action.");
  }
}
