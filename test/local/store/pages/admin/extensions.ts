// Where the app stands in the admin's own pages: blocks on a page, and what its menu "More actions" offers. Each runs in a frame of its own, on an
// origin of its own, as it does there.
import type { ServerResponse } from "node:http";
import { adminExtensions, bundleOf, elementsOf, findAdminExtension, textsOf } from "../../admin-extensions.ts";
import { API_VERSION } from "../../deliveries.ts";
import type { Store } from "../../store.ts";
import { send, sendPage } from "../exchange.ts";
import { html, json } from "../html.ts";
import type { Markup } from "../html.ts";
import { APP_HANDLE } from "./frame.ts";

/** `page`: as the targets name it, "order-details"; `id`: the gid of what is open. */
type Open = { page: string; id: string; locale: string };

export type Extended = { menu: Markup | null; blocks: Markup | null };

const NOTHING: Extended = { menu: null, blocks: null };

/** What the app adds to a page; nothing where it is not installed. */
export function extended(store: Store, { page, id, locale }: Open): Extended {
  if (!store.state.installed) return NOTHING;
  const of = (target: string) => adminExtensions(store.options.appToml ?? null, target, locale);
  const [blocks, actions, links] = [of(`admin.${page}.block.render`), of(`admin.${page}.action.render`), of(`admin.${page}.action.link`)];
  const frame = (target: string, handle: string) => `/admin/extensions/${handle}?${new URLSearchParams({ target, id })}`;
  const digits = id.split("/").at(-1)!;
  const menu = actions.length + links.length === 0 ? null : html`<details class="menu"><summary class="button">More actions</summary><ul>
${actions.map((each) => html`<li><button type="button" data-action="${frame(each.target, each.handle)}" data-name="${each.name}">${each.name}</button></li>`)}
${links.map((each) => html`<li><a href="${linkInto(each.url ?? "", digits)}">${each.name}</a></li>`)}</ul></details>`;
  const drawn = blocks.length === 0 ? null : html`${blocks.map((each) => html`<details class="card extension" open data-frame="${frame(each.target, each.handle)}"><summary><b>${each.name}</b> <span class="folded"></span></summary><div class="inside"></div><button type="button" class="plain more" hidden>Show more</button></details>`)}`;
  if (menu === null && drawn === null) return NOTHING;
  const about = { app: `/admin/apps/${APP_HANDLE}`, appUrl: store.appUrl, locale };
  return { menu, blocks: html`${drawn}<script>window.localExtensions = ${json(about)};</script><script type="module" src="/assets/extension-host.js"></script>` };
}

/** "app://app/discounts/open" or "/app/discounts/open", with what is open as ?id=. */
function linkInto(url: string, digits: string): string {
  const path = url.replace(/^app:\/*/, "").replace(/^\/+/, "");
  return `/admin/apps/${APP_HANDLE}/${path}${path.includes("?") ? "&" : "?"}id=${digits}`;
}

/** Answers /admin/extensions/<handle>, the page in an extension's frame, and /admin/extensions/<handle>.js, its bundle. False where there is no such extension. */
export async function extensionFrame(response: ServerResponse, store: Store, url: URL, name: string, locale: string): Promise<boolean> {
  const target = url.searchParams.get("target") ?? "";
  const handle = name.replace(/\.js$/, "");
  const extension = findAdminExtension(store.options.appToml ?? null, target, handle, locale);
  if (extension?.module == null) return false;
  if (name.endsWith(".js")) {
    send(response, 200, "text/javascript; charset=utf-8", await bundleOf(extension));
    return true;
  }
  const about = { target, handle, locale, appUrl: store.appUrl, apiVersion: API_VERSION, selected: [{ id: url.searchParams.get("id") ?? "" }], texts: textsOf(extension.folder, locale), elements: elementsOf(target) };
  sendPage(
    response,
    html`<html lang="${locale}"><head><meta charset="utf-8"><title>${extension.name}</title><link rel="stylesheet" href="/assets/extension.css"></head><body><script>window.localExtension = ${json(about)};</script>
<script src="/assets/extension-elements.js"></script><script src="/assets/extension-frame.js"></script><script src="/admin/extensions/${handle}.js?target=${target}"></script></body></html>`,
  );
  return true;
}
