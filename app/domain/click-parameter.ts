// The parameters of the shop's address in which networks' click ids come: which there are, which a merchant may add, and whose ids they bring. Pure.
import type { FieldError } from "./problem.ts";
import { cleanText } from "./typed-text.ts";
import { CLICKS_NAME, isParameter, VISITOR_NAME, WORD_PARAMETER } from "./touch.ts";

/** `network`: the id of the network whose click ids it brings; null: one that this app does not speak to. Names mind upper and lower case, as addresses do. */
export type ClickParameter = { name: string; network: string | null };

/** So many a merchant may add. */
export const MOST_CLICK_PARAMETERS = 8;

/** What stands for something else in a shop's address: the app's own, the store's, and the click ids of advertisements, which no creator brought. */
const RESERVED = new Set([
  WORD_PARAMETER, VISITOR_NAME, CLICKS_NAME, "discount", "discount_code", "redirect", "variant", "quantity", "page", "q", "type", "sort_by", "view", "country", "locale", "currency", "section_id", "sections", "preview_theme_id",
  "key", "token", "logged_in_customer_id", "path_prefix", "shop", "signature", "timestamp", "gclid", "gbraid", "wbraid", "dclid", "gclsrc", "fbclid", "msclkid", "ttclid", "twclid", "li_fat_id", "epik", "sccid", "yclid", "igshid", "mc_cid", "mc_eid", "srsltid",
].map((name) => name.toLowerCase()));

function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || lower.startsWith("utm_") || lower.startsWith("_");
}

/** All parameters of a shop: those of its networks first, then those that were added. */
export function allClickParameters(own: readonly ClickParameter[], added: readonly ClickParameter[]): ClickParameter[] {
  const all = new Map<string, ClickParameter>();
  for (const one of [...own, ...added]) if (!all.has(one.name)) all.set(one.name, { name: one.name, network: one.network });
  return [...all.values()];
}

/** Reads what is kept of them; what this version does not understand is left out. */
export function readClickParameters(kept: unknown): ClickParameter[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((one): ClickParameter[] => {
    const { name, network } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    return typeof name === "string" && isParameter(name) ? [{ name, network: typeof network === "string" ? network : null }] : [];
  });
}

export type ReadParameters = { ok: true; parameters: ClickParameter[] } | { ok: false; errors: FieldError[] };

/**
 * What a merchant typed, as it would be kept; rows left blank are passed over. `own`: the parameters of the shop's networks, which need not be added.
 * `networks`: the ids that may be chosen. An error's field is "parameters.<row>".
 */
export function judgeClickParameters(typed: readonly ClickParameter[], own: readonly ClickParameter[], networks: readonly string[]): ReadParameters {
  const parameters: ClickParameter[] = [];
  const errors: FieldError[] = [];
  typed.forEach(({ name: raw, network }, row) => {
    const name = cleanText(raw);
    if (name === "") return;
    const key = wrongWith(name, network);
    if (key !== null) errors.push({ field: `parameters.${row}`, key: `click_parameters.${key}`, values: { name: name.slice(0, 60) } });
    else parameters.push({ name, network });
  });
  if (parameters.length > MOST_CLICK_PARAMETERS) errors.push({ field: "parameters", key: "click_parameters.too_many", values: { most: MOST_CLICK_PARAMETERS } });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, parameters };

  function wrongWith(name: string, network: string | null): string | null {
    const isSame = (one: ClickParameter) => one.name.toLowerCase() === name.toLowerCase();
    if (!isParameter(name)) return "form";
    if (isReserved(name)) return "reserved";
    if (own.some(isSame)) return "own";
    if (parameters.some(isSame)) return "twice";
    return network === null || networks.includes(network) ? null : "network";
  }
}

/** Whose click ids each parameter brings: a network's id, or null for one that this app does not speak to. */
export type ClickNetworks = ReadonlyMap<string, string | null>;

export function clickNetworksOf(parameters: readonly ClickParameter[]): ClickNetworks {
  return new Map(parameters.map(({ name, network }) => [name, network]));
}

/**
 * May a network be told of a click? Only of its own: another network's id says nothing there, or names somebody else's click. A click without a parameter was
 * noted before parameters were kept, and came in the only one that there was.
 */
export function isOwnClick(parameter: string | null, network: string, networks: ClickNetworks): boolean {
  return parameter === null || networks.get(parameter) === network;
}

/** What a conversion is told by: `toldCode` null: the code is one for everybody; `clickParameter` without `clickId`: the click is another network's, whose id is not kept. */
export type ToldBy = { toldCode: string | null; clickId: string | null; clickParameter: string | null };

/**
 * A code for everybody is told by its click (rules, section 8). Where the clicks that speak for the sale are all of another network, the program's own has nothing
 * to go by: it is not told, nor is the partner named, who would be paid by a network that did not bring the sale. A click without any id (a creator's own
 * link) is nobody's but the shop's: there the partner is named.
 */
export function isForeignSale({ toldCode, clickId, clickParameter }: ToldBy): boolean {
  return toldCode === null && clickId === null && clickParameter !== null;
}

/** Reads what a browser sent; null where it has another shape. What was typed is judged by `judgeClickParameters`. */
export function readTypedParameters(sent: unknown): ClickParameter[] | null {
  if (!Array.isArray(sent) || sent.length > MOST_SENT) return null;
  const typed = sent.map((one): ClickParameter | null => {
    const { name, network } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    return typeof name === "string" && name.length <= MOST_SENT && (network === null || typeof network === "string") ? { name, network } : null;
  });
  return typed.includes(null) ? null : (typed as ClickParameter[]);
}

/** More rows, or letters in one, are no form of ours. */
const MOST_SENT = 200;
