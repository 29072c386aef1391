// What the platform itself puts into the head of every page of the storefront (`content_for_header` in Liquid): the Customer Privacy API with its banner,
// and the manager of web pixels with the events of the page.
import type { ServerResponse } from "node:http";
import { pixelExtension } from "../extensions.ts";
import type { Store } from "../store.ts";
import { send } from "./exchange.ts";
import { html, json } from "./html.ts";
import type { Markup } from "./html.ts";
import type { Published } from "./published.ts";

/** `published`: what the page tells besides that it was viewed; `cart`: what `init.data.cart` holds. */
export type PageForPixels = { published?: Published[]; cart?: unknown };

export function contentForHeader(store: Store, { published = [], cart = null }: PageForPixels = {}): Markup {
  const { shop } = store;
  const extension = pixelExtension(store.options.appToml ?? null);
  const active = store.state.installed && extension !== null ? store.state.webPixel : null;
  const pixels = active === null ? [] : [{ id: active.id, script: `/web-pixels/${extension!.handle}.js`, privacy: extension!.privacy, settings: JSON.parse(active.settings) as unknown }];
  const data = {
    pixels, published, cart,
    shop: { countryCode: "DE", myshopifyDomain: shop.domain, name: shop.name, paymentSettings: { currencyCode: shop.currency }, storefrontUrl: store.publicUrl },
  };
  return html`<script src="/assets/consent.js"></script><script type="application/json" id="web-pixels">${json(data)}</script><script src="/assets/web-pixels.js" defer></script>`;
}

/** Answers /web-pixels/<handle>.js with the pixel as it is bundled now; false for anything else. */
export async function pixelScript(response: ServerResponse, store: Store, path: string): Promise<boolean> {
  const handle = /^\/web-pixels\/([a-z0-9-]+)\.js$/.exec(path)?.[1];
  const extension = handle === undefined ? null : pixelExtension(store.options.appToml ?? null);
  if (extension === null || extension.handle !== handle) return false;
  const { build } = await import("esbuild");
  const bundled = await build({ entryPoints: [extension.source], bundle: true, minify: true, write: false, format: "iife", target: "es2020", logLevel: "silent" });
  send(response, 200, "text/javascript; charset=utf-8", bundled.outputFiles[0]!.text);
  return true;
}
