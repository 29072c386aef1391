// Links that a creator shares: the store's own address that applies a code and lands on a chosen page (https://<host>/discount/CODE?redirect=/path), and
// the address that only names the creator (https://<host>/path?creator=handle). Pure.
import { WORD_PARAMETER } from "./touch.ts";

/** The shop's first page. */
export const HOME = "/";

const LONGEST_LANDING = 500;

/** The link of a code. `landing` is a path of the store (readLanding). */
export function shareLink(host: string, code: string, landing: string = HOME): string {
  return `https://${host}${openedPath(code, landing)}`;
}

/**
 * The same without the host: what a network's tracking link of the code opens, so that it counts the click and applies the code. The store drops the code
 * from the address as it goes on to the landing page; so the page is told by its own parameter whose link it was.
 */
export function openedPath(code: string, landing: string = HOME): string {
  return sharePath(code, withWord(landing, code));
}

/** The link of a creator without a code: it applies nothing, but the page knows who brought the visitor. */
export function creatorLink(host: string, handle: string, landing: string = HOME): string {
  return `https://${host}${withWord(landing, handle.trim().replace(/^@/, ""))}`;
}

/** The path that applies a code. Under it a tracking link of the code is known, whenever it was made. */
export function sharePath(code: string, landing: string = HOME): string {
  const word = encodeURIComponent(code.toWellFormed());
  // Every browser takes these for steps in the path, however they are written: such a code goes as a value.
  if (word === "." || word === "..") return withParameter(landing, `discount=${word}`);
  return `/discount/${word}${landing === HOME ? "" : `?redirect=${encodeURIComponent(landing)}`}`;
}

/** The page with the creator's word in its address; a word that it had gives way. */
function withWord(landing: string, word: string): string {
  const [, path, query, rest] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(landing)!;
  const others = (query ?? "").split("&").filter((part) => part !== "" && part.split("=")[0] !== WORD_PARAMETER);
  return `${path}?${[...others, `${WORD_PARAMETER}=${encodeURIComponent(word.toWellFormed())}`].join("&")}${rest ?? ""}`;
}

function withParameter(landing: string, parameter: string): string {
  const at = landing.includes("#") ? landing.indexOf("#") : landing.length;
  return `${landing.slice(0, at)}${landing.slice(0, at).includes("?") ? "&" : "?"}${parameter}${landing.slice(at)}`;
}

export type ReadLanding = { ok: true; landing: string } | { ok: false; key: string; values?: Record<string, string | number> };

/**
 * Reads the page that a link is to open, as a person types or pastes it: a path, with or without its first slash, or a whole address of one of the
 * store's own hosts. Empty: the first page. A page elsewhere is refused: the store would not go there.
 */
export function readLanding(text: string, hosts: readonly string[]): ReadLanding {
  const typed = text.trim();
  if (typed === "") return { ok: true, landing: HOME };
  if (typed.length > LONGEST_LANDING) return { ok: false, key: "share.landing_long", values: { limit: LONGEST_LANDING } };
  const own = hosts.filter((host) => host !== "").map((host) => host.toLowerCase());
  const asAddress = /^(https?:)?\/\//i.test(typed) ? typed.replace(/^\/\//, "https://") : own.find((host) => typed.toLowerCase() === host || typed.toLowerCase().startsWith(`${host}/`)) ? `https://${typed}` : null;
  const base = "https://store.invalid";
  let url: URL;
  try {
    url = new URL(asAddress ?? (typed.startsWith("/") || typed.startsWith("?") ? typed : `/${typed}`), base);
  } catch {
    return { ok: false, key: "share.landing_form" };
  }
  if (asAddress === null ? url.origin !== base || /^[a-z][a-z0-9+.-]*:/i.test(typed) : !own.includes(url.hostname.toLowerCase())) return { ok: false, key: "share.landing_elsewhere" };
  // A discount link as the page would only go round.
  if (/^\/discount(\/|$)/i.test(url.pathname)) return { ok: false, key: "share.landing_discount" };
  return { ok: true, landing: `${url.pathname}${url.search}${url.hash}` };
}

/** A name for a file that every system takes: "MARIE10.svg". */
export function fileNameOf(code: string, ending: string): string {
  const name = code.normalize("NFC").replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, "-").replace(/^[.\s]+|[.\s]+$/g, "").slice(0, 100);
  return `${name === "" ? "code" : name}.${ending}`;
}
