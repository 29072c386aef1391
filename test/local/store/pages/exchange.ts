// Requests and answers of the pages: forms, cookies, redirects, files.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Markup } from "./html.ts";

/** A page was asked for in a way that it cannot be given. */
export class Unanswerable extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const FORM_LIMIT_BYTES = 256 * 1024;

/** The form of a POST. Refuses other sites' forms: a page elsewhere must not order or refund here. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readBody(request));
}

/** The body of a POST as text, from this site. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const site = request.headers["sec-fetch-site"];
  if (site === "cross-site") throw new Unanswerable(403, "This form was sent by another site.");
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > FORM_LIMIT_BYTES) throw new Unanswerable(413, "This form is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** A form's amount in main units: "12.50", also "12,50"; null where it is empty. */
export function amountIn(form: URLSearchParams, name: string): string | null {
  const text = (form.get(name) ?? "").trim().replace(",", ".");
  if (text === "") return null;
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(text)) throw new Unanswerable(400, `“${text}” is not an amount.`);
  return text;
}

/** A whole number of the form between 0 and 999; null where it is empty. */
export function countIn(form: URLSearchParams, name: string): number | null {
  const text = (form.get(name) ?? "").trim();
  if (text === "") return null;
  if (!/^\d{1,3}$/.test(text)) throw new Unanswerable(400, `“${text}” is not a quantity.`);
  return Number(text);
}

export function cookie(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

export function setCookie(response: ServerResponse, name: string, value: string): void {
  response.appendHeader("set-cookie", `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600`);
}

export function sendPage(response: ServerResponse, page: Markup, status = 200): void {
  send(response, status, "text/html; charset=utf-8", `<!doctype html>\n${page.markup}`);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json; charset=utf-8", JSON.stringify(value));
}

export function send(response: ServerResponse, status: number, type: string, body: string | Buffer, cache = "no-store"): void {
  response.writeHead(status, { "content-type": type, "cache-control": cache, "x-content-type-options": "nosniff" });
  response.end(body);
}

export function redirect(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to, "cache-control": "no-store" });
  response.end();
}

/** A path of this store, where the text is one ("/cart?x=1"); "/" for anything else, other hosts included. */
export function ownPath(text: string | null): string {
  if (text === null || !/^\/(?![/\\])/.test(text) || /[\u0000-\u001f\\]/.test(text)) return "/";
  const url = new URL(text, "http://store.invalid");
  return url.host === "store.invalid" ? url.pathname + url.search : "/";
}

/** A part of a path; as it stands where its escapes are broken. */
export function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
