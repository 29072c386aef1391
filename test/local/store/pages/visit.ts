// A visitor's request as a theme sees it: the language (from the address, as on the platform), the cart, and the page that the session began with.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Store } from "../store.ts";
import { readCart, type Cart } from "./cart.ts";
import { cookie, decodeSafely } from "./exchange.ts";
import { asMarkup, type Markup } from "./html.ts";

export const LANGUAGES = { en: "English", fr: "Français", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

/**
 * `root`: what the paths of this language begin with ("/fr"; "" for the shop's own). `path`: with the query, without the language.
 * `landing`: null on the session's first page. `design`: shown in the theme's editor.
 */
export type Visit = { cart: Cart; language: Language; root: string; path: string; landing: string | null; design: boolean };

const LONGEST_LANDING = 500;
const LANDING = "_landing_page";

/** The visit, and the address without its language. */
export function readVisit(request: IncomingMessage, store: Store, url: URL): { visit: Visit; url: URL } {
  const named = /^\/(fr|zh-cn)(?=\/|$)/i.exec(url.pathname);
  const language: Language = named === null ? "en" : named[1]!.toLowerCase() === "fr" ? "fr" : "zh-CN";
  const plain = new URL(url);
  if (named !== null) plain.pathname = url.pathname.slice(named[0].length) || "/";
  const kept = cookie(request, LANDING);
  return { visit: { cart: readCart(request, store), language, root: named?.[0] ?? "", path: plain.pathname + plain.search, landing: kept === null ? null : decodeSafely(kept), design: url.searchParams.has("design_mode") }, url: plain };
}

/** The first page of a session is kept for the order, however many follow; with the browser's session it goes. */
export function keepLanding(response: ServerResponse, visit: Visit): void {
  if (visit.landing !== null) return;
  visit.landing = landingOf(visit);
  response.appendHeader("set-cookie", `${LANDING}=${encodeURIComponent(visit.landing)}; Path=/; SameSite=Lax`);
}

function landingOf({ root, path }: Visit): string {
  return (root === "" ? path : `${root}${path === "/" ? "" : path}`).slice(0, LONGEST_LANDING).toWellFormed();
}

/** The page with its links in the visit's language. Links in single quotes name their language themselves. */
export function inLanguage({ markup }: Markup, { root }: Visit): Markup {
  return asMarkup(root === "" ? markup : markup.replace(/\b(href|action|formaction)="\/(?!admin\b|control\b|assets\/|pictures\/|\/)/g, (_, name) => `${name}="${root}/`));
}

const texts = {
  en: { cart: "Cart", look: "Look around", hero: "Made slowly, for every day.", add: "Add to cart", out: "Check out", collections: "Collections" },
  fr: { cart: "Panier", look: "Parcourir", hero: "Fait lentement, pour chaque jour.", add: "Ajouter au panier", out: "Passer la commande", collections: "Collections" },
  "zh-CN": { cart: "购物车", look: "随便看看", hero: "慢工细作，日日相伴。", add: "加入购物车", out: "去结账", collections: "系列" },
} satisfies Record<Language, Record<string, string>>;

/** The few words of the storefront's frame that are said in every language; all else is English. */
export function wordsOf({ language }: Visit): (typeof texts)["en"] {
  return texts[language];
}
