// The faces of the local store: storefront, admin, control. Everything that the store's own interfaces (Admin API, tokens, /_local) leave over comes here.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refused, type Store } from "../store.ts";
import { admin } from "./admin/index.ts";
import { themeEditor } from "./admin/theme.ts";
import { asset } from "./app-bridge.ts";
import { control } from "./control.ts";
import { sendPage, Unanswerable } from "./exchange.ts";
import { html } from "./html.ts";
import { pixelScript } from "./platform.ts";
import { shopPage } from "./shop.ts";
import { storefront } from "./storefront.ts";
import { embedAsset } from "./theme.ts";
import { readVisit } from "./visit.ts";

/** Answers the request, whatever it is: with 404 where there is no such page. */
export async function pages(request: IncomingMessage, response: ServerResponse, store: Store): Promise<void> {
  const url = new URL(request.url ?? "/", "http://store.invalid");
  try {
    if (asset(response, url.pathname) || embedAsset(response, store, url.pathname) || (await pixelScript(response, store, url.pathname))) return;
    if (await themeEditor(request, response, store, url)) return;
    const face = /^\/admin(\/|$)/.test(url.pathname) ? admin : /^\/control(\/|$)/.test(url.pathname) ? control : storefront;
    if (await face(request, response, store, url)) return;
    refuse(404, "There is no such page here.");
  } catch (fault) {
    if (fault instanceof Unanswerable) refuse(fault.status, fault.message);
    else if (fault instanceof Refused) refuse(422, `The store refused: ${fault.message}.`);
    else throw fault;
  }

  function refuse(status: number, message: string): void {
    const body = html`<section class="empty"><h1>${message}</h1><p><a class="button" href="/">To the shop</a></p></section>`;
    sendPage(response, shopPage(store, readVisit(request, store, url).visit, { title: String(status), body }), status);
  }
}
