// The theme's part of a storefront page: the app embeds that the merchant turned on, drawn by Liquid as the platform does it, and their files.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ServerResponse } from "node:http";
import { transformSync } from "esbuild";
import { Liquid } from "liquidjs";
import { extensionsFolder } from "../extensions.ts";
import type { Store } from "../store.ts";
import { send } from "./exchange.ts";
import { asMarkup, type Markup } from "./html.ts";
import type { Language, Visit } from "./visit.ts";

export const EMBED = "share-link";
/** Of the app's own metafields, by namespace and key; in Liquid `app.metafields`. */
const METAFIELD = "creator_codes storefront";

export type EmbedSetting = { type: string; id?: string; label?: string; info?: string; content?: string; default?: unknown; options?: { value: string; label: string }[]; min?: number; max?: number; step?: number; unit?: string };
export type EmbedSchema = { name: string; target: string; settings: EmbedSetting[] };
type Texts = { [key: string]: string | Texts };

const SCHEMA = /\{%-?\s*schema\s*-?%\}([\s\S]*?)\{%-?\s*endschema\s*-?%\}/;

/** The folder of the embed; null where the app has none. */
function folderOf(store: Store): string | null {
  const extensions = extensionsFolder(store.options.appToml ?? null);
  const folder = extensions === null ? null : join(extensions, EMBED);
  return folder !== null && existsSync(folder) ? folder : null;
}

/** What a merchant can set, in a language of the admin; null where the app has no embed. */
export function embedSchema(store: Store, language: string): EmbedSchema | null {
  const folder = folderOf(store);
  if (folder === null) return null;
  const { schema } = blockOf(folder);
  const texts = localeOf(folder, language, ".schema");
  const said = (text: string | undefined) => (text?.startsWith("t:") ? (wordAt(texts, text.slice(2)) ?? text) : text);
  const settings = schema.settings.map((each) => ({ ...each, label: said(each.label), info: said(each.info), content: said(each.content), ...(each.options ? { options: each.options.map(({ value, label }) => ({ value, label: said(label)! })) } : {}) }));
  return { ...schema, name: said(schema.name)!, settings };
}

/** What stands before </body>; nothing where the app is not installed, or the merchant has its embed off. */
export function appEmbeds(store: Store, { cart, language, root, design }: Visit): Markup | null {
  const folder = folderOf(store);
  const kept = store.state.embeds[EMBED];
  if (folder === null || !store.state.installed || kept?.on !== true) return null;
  const { template, schema } = blockOf(folder);
  const defaults = Object.fromEntries(schema.settings.flatMap(({ id, default: value }) => (id === undefined ? [] : [[id, value]])));
  const value = store.state.appMetafields[METAFIELD]?.value;
  const drawn = engineOf(folder, language).parseAndRenderSync(template, {
    app: { metafields: { creator_codes: { storefront: value === undefined ? null : { value: JSON.parse(value) as unknown } } } },
    block: { settings: { ...defaults, ...kept.settings } },
    cart: { attributes: cart.attributes, item_count: cart.items.reduce((sum, { quantity }) => sum + quantity, 0) },
    request: { locale: { iso_code: language, primary: language === "en" }, design_mode: design },
    routes: { root_url: root || "/", cart_url: `${root}/cart` },
    shop: { name: store.shop.name, permanent_domain: store.shop.domain },
  }) as string;
  return asMarkup(`<div id="shopify-block-${EMBED}" class="shopify-block shopify-app-block">${drawn}</div>`);
}

/** Answers /cdn/extensions/<handle>/assets/<file>, as small as the platform's CDN makes it; false for anything else. */
export function embedAsset(response: ServerResponse, store: Store, path: string): boolean {
  const name = /^\/cdn\/extensions\/share-link\/assets\/([a-z-]+\.js)$/.exec(path)?.[1];
  const folder = folderOf(store);
  if (name === undefined || folder === null || !existsSync(join(folder, "assets", name))) return false;
  send(response, 200, "text/javascript; charset=utf-8", transformSync(readFileSync(join(folder, "assets", name), "utf8"), { minify: true }).code, "public, max-age=3600");
  return true;
}

function blockOf(folder: string): { template: string; schema: EmbedSchema } {
  const text = readFileSync(join(folder, "blocks", `${EMBED}.liquid`), "utf8");
  return { template: text.replace(SCHEMA, ""), schema: JSON.parse(SCHEMA.exec(text)![1]!) as EmbedSchema };
}

function engineOf(folder: string, language: Language): Liquid {
  const liquid = new Liquid({ strictFilters: true });
  const texts = localeOf(folder, language, "");
  // Values are escaped, as the platform does where the key does not end in _html; a text that is missing shows its key.
  liquid.registerFilter("t", (key: string, ...given: [string, unknown][]) => {
    const values = new Map(given);
    return (wordAt(texts, key) ?? key).replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => escaped(String(values.get(name) ?? "")));
  });
  liquid.registerFilter("asset_url", (name: string) => `/cdn/extensions/${EMBED}/assets/${name}?v=${Math.floor(statSync(join(folder, "assets", name)).mtimeMs)}`);
  liquid.registerFilter("color_contrast", (one: string, other: string) => Math.round(contrast(one, other) * 10) / 10);
  return liquid;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function localeOf(folder: string, language: string, kind: "" | ".schema"): Texts {
  const file = (name: string) => join(folder, "locales", `${name}${kind}.json`);
  return JSON.parse(readFileSync(language !== "en" && existsSync(file(language)) ? file(language) : file("en.default"), "utf8")) as Texts;
}

function wordAt(texts: Texts, key: string): string | null {
  const found = key.split(".").reduce<string | Texts | undefined>((inner, part) => (typeof inner === "object" ? inner[part] : undefined), texts);
  return typeof found === "string" ? found : null;
}

/** The contrast of two colours (#rrggbb) as WCAG 2 reckons it, 1 to 21. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
