// The store's own address that applies a code and lands on a chosen page: https://<host>/discount/CODE?redirect=/path. Pure.

/** The shop's first page. */
export const HOME = "/";

const LONGEST_LANDING = 500;

/** The link of a code. `landing` is a path of the store (readLanding). */
export function shareLink(host: string, code: string, landing: string = HOME): string {
  return `https://${host}${sharePath(code, landing)}`;
}

/** The same without the host: what a network's tracking link of the code opens, so that it counts the click and applies the code. */
export function sharePath(code: string, landing: string = HOME): string {
  const word = encodeURIComponent(code.toWellFormed());
  // Every browser takes these for steps in the path, however they are written: such a code goes as a value.
  if (word === "." || word === "..") return `${landing}${landing.includes("?") ? "&" : "?"}discount=${word}`;
  return `/discount/${word}${landing === HOME ? "" : `?redirect=${encodeURIComponent(landing)}`}`;
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
