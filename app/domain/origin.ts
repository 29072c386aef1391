// Where an order came from, as far as it tells: the clicks that the cart names, the checkout and the customer's account, the page that its buyer
// landed on. Both readers of orders make it alike. Pure; only what names a click, a creator or a browser is kept, nothing else of an address or attribute.
import { isClickId, isParameter, readClicks, readWord, type Entry, WORD_PARAMETER } from "./touch.ts";

/** A network's click id, and the parameter of the address that it came in. */
export type ClickId = { parameter: string; value: string };

/** What a landing page's address says: click ids, the word of a creator's link, the code of a code link. */
export type Landing = { clicks: ClickId[]; word: string | null; code: string | null };

/**
 * What is kept beside an order's facts, since one reader may know it before the other. `customer`: keyed hash of the customer's id (`customerText`).
 * `site`: the landing page that the webhooks tell, which has no time. `visit`: the one of the order's journey in the Admin API, once it is ready.
 */
export type Origin = { checkoutToken: string | null; customer: string | null; site: Landing | null; visit: (Landing & { at: string }) | null };

/** The cart attribute and parameter of the first network. */
export const FIRST_PARAMETER = "irclickid";

/** So many click ids of an address or of a cart are read. */
const MOST_CLICK_IDS = 8;
const LONGEST_ADDRESS = 8_192;
const CHECKOUT = /^[A-Za-z0-9_=.:-]{1,200}$/;

/** Parameters of networks whose names do not say that a click's id is in them. */
const KNOWN = new Set(["awc", "cjevent", "sscid", "tduid", "ransiteid", "rfsn"]);

/**
 * May a click's id come under this name? Whether it counts, the shop's settings say; an attribute of another name is none of ours, and may be
 * anything that a buyer typed.
 */
export function isClickName(name: string): boolean {
  return isParameter(name) && (KNOWN.has(name.toLowerCase()) || /(?:cli?c?k[_-]?(?:id|ref)|clid)$/i.test(name));
}

/** What is hashed of a customer, as crypto.server.ts customerHash does: the id alone, as digits. */
export function customerText(id: string): string {
  return `customer ${id}`;
}

export function checkoutTokenOf(value: unknown): string | null {
  return typeof value === "string" && CHECKOUT.test(value) ? value : null;
}

export type NamedClicks = { clickIds?: ClickId[]; entries?: Entry[] };

/** What a cart's attributes say of clicks, beside the first network's; nothing where they say nothing, so that facts of before compare alike. */
export function namedClicks(attributes: readonly { name: string; value: string }[], clicksName: string): NamedClicks {
  const clickIds = new Map<string, string>();
  let entries: Entry[] = [];
  for (const { name, value } of attributes) {
    const held = value.trim();
    if (name === clicksName) entries = readClicks(held).filter(isKept);
    else if (name !== FIRST_PARAMETER && isClickName(name) && isClickId(held)) clickIds.set(name, held);
  }
  return { ...(clickIds.size > 0 ? { clickIds: sortedIds(clickIds) } : {}), ...(entries.length > 0 ? { entries } : {}) };
}

function isKept({ kind, value }: Entry): boolean {
  return kind === "click_id" || !isAddress(value);
}

/** A word that looks like an e-mail address names no creator. "@marie" is a handle. */
function isAddress(word: string): boolean {
  return word.lastIndexOf("@") > 0;
}

function sortedIds(ids: ReadonlyMap<string, string>): ClickId[] {
  return [...ids].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_CLICK_IDS).map(([parameter, value]) => ({ parameter, value }));
}

/** Reads the address of a landing page, whole or from its path on; null where it says nothing of a creator. */
export function landingOf(address: unknown): Landing | null {
  const url = typeof address === "string" && address.length <= LONGEST_ADDRESS ? urlOf(address) : null;
  if (url === null) return null;
  const clicks = new Map<string, string>();
  for (const [name, value] of url.searchParams) if (isClickName(name) && isClickId(value) && !clicks.has(name)) clicks.set(name, value);
  const code = wordOf(/^\/discount\/([^/]+)\/?$/i.exec(url.pathname)?.[1] ?? null, true);
  const redirect = code === null ? null : urlOf(url.searchParams.get("redirect") ?? "");
  const word = wordOf(url.searchParams.get(WORD_PARAMETER) ?? redirect?.searchParams.get(WORD_PARAMETER) ?? null, false);
  return clicks.size === 0 && word === null && code === null ? null : { clicks: sortedIds(clicks), word, code };
}

function urlOf(address: string): URL | null {
  try {
    return new URL(address, "https://store.invalid");
  } catch {
    return null;
  }
}

function wordOf(text: string | null, coded: boolean): string | null {
  if (text === null) return null;
  try {
    const word = readWord(coded ? decodeURIComponent(text) : text);
    return word === null || isAddress(word) ? null : word;
  } catch {
    return null;
  }
}

/** Both together, whatever came first. An order has one of each for good; should two differ, the one that sorts first holds, so that any order of arrival ends alike. */
export function mergeOrigin(known: Origin | undefined, word: Origin | undefined): Origin | undefined {
  if (known === undefined || word === undefined) return known ?? word;
  return {
    checkoutToken: one(known.checkoutToken, word.checkoutToken),
    customer: one(known.customer, word.customer),
    site: one(known.site, word.site),
    visit: one(known.visit, word.visit),
  };
}

function one<T>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return textOf(a) <= textOf(b) ? a : b;
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
