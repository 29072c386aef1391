// The provider's manners on the wire: Basic auth, scoped tokens, form bodies, everything as a string, the paging envelope, the hourly budget, errors.
import type { IncomingMessage } from "node:http";
import { nowMs } from "#app/clock.ts";
import { HOUR_MS, instantMs } from "./instants.ts";
import type { Network } from "./network.ts";
import type { Account, Token } from "./state.ts";

export type Call = {
  network: Network;
  account: Account;
  method: string;
  path: string;
  /** The variable parts of the path, in their order. */
  parts: string[];
  query: URLSearchParams;
  /** The body's fields: of a form, or of a JSON object where the endpoint takes one. */
  fields: Record<string, string>;
  version: number;
  atMs: number;
};

export type Reply = { status: number; body: Record<string, unknown> };

/** The provider says no. `Errors` in one manner, or in the other with /Conversions. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  constructor(status: number, body: Record<string, unknown>) {
    super(String(status));
    this.status = status;
    this.body = body;
  }
}

export type FieldError = { field: string; message: string };

export function refused(status: number, message: string): Refusal {
  return new Refusal(status, { Status: "ERROR", Message: message });
}

export function invalid(errors: FieldError[]): Refusal {
  return new Refusal(400, { Status: "ERROR", Message: "Validation Failed", Errors: errors.map(({ field, message }) => ({ Field: field, Message: message })) });
}

/** The conversions endpoint spells its errors in lower case. */
export function invalidConversion(errors: FieldError[]): Refusal {
  return new Refusal(400, { Status: "ERROR", errors: errors.map(({ field, message }) => ({ field, level: "ERROR", message })) });
}

/** The account and the token of a Basic header, for the account that the path names. */
export function authenticate(network: Network, header: string | undefined, sid: string): { account: Account; token: Token } {
  const parts = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? "");
  const [user, ...rest] = parts === null ? [""] : Buffer.from(parts[1]!, "base64").toString("utf8").split(":");
  const account = network.state.accounts.find((each) => each.sid === user && each.sid === sid);
  const token = account?.tokens.find((each) => each.token === rest.join(":"));
  if (account === undefined || token === undefined) throw refused(401, "The credentials were not accepted");
  return { account, token };
}

export function mayCall(token: Token, method: string, template: string): boolean {
  return !token.denied.some((rule) => {
    const [first, second] = rule.split(" ");
    const path = second ?? first!;
    return (second === undefined || first === method) && (template === path || (second === undefined && template.startsWith(`${path}/`)));
  });
}

/** Takes one request of the account's hour; the hour begins with the first request after the last one ended. */
export function takeBudget(account: Account): { ok: boolean; headers: Record<string, string> } {
  const atMs = nowMs();
  if (atMs - account.budget.startMs >= HOUR_MS || atMs < account.budget.startMs) account.budget = { startMs: atMs, used: 0 };
  const ok = account.budget.used < account.hourlyLimit;
  if (ok) account.budget.used += 1;
  return { ok, headers: budgetHeaders(account, atMs) };
}

export function budgetHeaders(account: Account, atMs: number): Record<string, string> {
  return {
    "X-RateLimit-Limit": String(account.hourlyLimit),
    "X-RateLimit-Remaining": String(Math.max(0, account.hourlyLimit - account.budget.used)),
    "X-RateLimit-Reset": String(Math.max(0, Math.ceil((account.budget.startMs + HOUR_MS - atMs) / 1000))),
  };
}

/** 11 to 14, from the header or the query; the account's own where neither names one. */
export function versionOf(account: Account, header: string | string[] | undefined, query: URLSearchParams): number {
  const named = (Array.isArray(header) ? header[0] : header) ?? query.get("IrVersion");
  if (named === null || named === undefined) return account.defaultVersion;
  const version = Number(named);
  if (!Number.isInteger(version) || version < 11 || version > 14) throw refused(400, `There is no version ${String(named).slice(0, 20)}`);
  return version;
}

export const MOST_BODY_BYTES = 2_000_000;

export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BODY_BYTES) throw refused(400, "The body is too large");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

export type Takes = "form" | "json";

/** A body of a kind that the endpoint does not take has no fields: what is required is then missing. */
export function readFields(text: string, contentType: string | undefined, takes: Takes): Record<string, string> {
  const kind = (contentType ?? "").split(";")[0]!.trim().toLowerCase();
  if (kind === "application/x-www-form-urlencoded" && takes !== "json") return Object.fromEntries(new URLSearchParams(text));
  if (kind !== "application/json" || takes === "form") return {};
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== null && typeof value !== "object").map(([name, value]) => [name, String(value)]));
  } catch {
    throw refused(400, "The body is no JSON");
  }
}

export type PageSizes = { usual: number; least: number; most: number; /** More than ten pages of the asked size are refused. */ tenPages?: boolean };
const ORDINARY: PageSizes = { usual: 1000, least: 1, most: 1000 };

/** A page of rows in the provider's envelope. Only the page's rows are written out. */
export function pageOf<Row>(call: Call, key: string, rows: readonly Row[], write: (row: Row) => unknown, sizes: PageSizes = ORDINARY): Reply {
  const page = wholeNumber(call.query, "Page", 1);
  const asked = wholeNumber(call.query, "PageSize", sizes.usual);
  if (page < 1) throw invalid([{ field: "Page", message: "Pages begin with 1" }]);
  if (asked < sizes.least) throw invalid([{ field: "PageSize", message: `The smallest page has ${sizes.least} records` }]);
  const size = Math.min(asked, sizes.most);
  if (sizes.tenPages && rows.length > size * 10) throw invalid([{ field: "PageSize", message: "Too many records for this page size: use a shorter range or larger pages" }]);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const from = (page - 1) * size;
  const shown = rows.slice(from, from + size);
  const uri = (number: number | null) => (number === null ? "" : pageUri(call, number, size));
  return {
    status: 200,
    body: {
      "@page": page, "@numpages": pages, "@pagesize": size, "@total": rows.length, "@start": from, "@end": shown.length === 0 ? from : from + shown.length - 1,
      "@uri": uri(page), "@firstpageuri": uri(1), "@previouspageuri": uri(page > 1 ? page - 1 : null), "@nextpageuri": uri(page < pages ? page + 1 : null), "@lastpageuri": uri(pages),
      [key]: shown.map(write),
    },
  };
}

function pageUri(call: Call, page: number, size: number): string {
  const query = new URLSearchParams(call.query);
  query.set("PageSize", String(size));
  query.set("Page", String(page));
  return `${call.path}?${query}`;
}

function wholeNumber(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null || text === "") return usual;
  if (!/^\d{1,9}$/.test(text)) throw invalid([{ field: name, message: "Not a numeric value" }]);
  return Number(text);
}

/** What the parameters of a list may be: the words of an enumeration, a whole number, or an instant. */
export type Asked = Record<string, readonly string[] | "number" | "instant">;

/** Refuses a filter whose value is none that the contract knows; an unknown parameter is overlooked, as one would be there. */
export function checkQuery(query: URLSearchParams, asked: Asked): void {
  const errors: FieldError[] = [];
  for (const [field, kind] of Object.entries(asked)) {
    const value = query.get(field);
    if (!value) continue;
    if (kind === "number" ? !/^\d{1,10}$/.test(value) : kind === "instant" && instantMs(value) === null) errors.push({ field, message: kind === "number" ? "Not a numeric value" : "Not a date and time" });
    else if (typeof kind === "object" && !kind.includes(value)) errors.push({ field, message: "Not a known value" });
  }
  if (errors.length > 0) throw invalid(errors);
}

/** Every scalar as a string, and what is blank as "". */
export function asStrings(value: unknown): unknown {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asStrings(each)]));
  return String(value);
}

/** The same answer as XML, for who does not ask for JSON. Enough for a person to read; the envelope's keys become attributes. */
export function asXml(body: Record<string, unknown>): string {
  return `<?xml version="1.0" encoding="UTF-8"?><ImpactRadiusResponse>${elements(body)}</ImpactRadiusResponse>`;
}

function elements(body: Record<string, unknown>): string {
  const attributes = Object.entries(body).filter(([name]) => name.startsWith("@")).map(([name, value]) => ` ${name.slice(1)}="${escaped(String(value))}"`).join("");
  return Object.entries(body).filter(([name]) => !name.startsWith("@")).map(([name, value]) => {
    if (Array.isArray(value)) {
      const one = name.endsWith("ies") ? `${name.slice(0, -3)}y` : name.replace(/s$/, "");
      return `<${name}${attributes}>${value.map((each) => `<${one}>${inner(each)}</${one}>`).join("")}</${name}>`;
    }
    return `<${name}>${inner(value)}</${name}>`;
  }).join("");
}

function inner(value: unknown): string {
  return typeof value === "object" && value !== null ? elements(value as Record<string, unknown>) : escaped(String(value));
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}

/** "/Advertisers/<SID>" and what follows. */
export function uriOf(account: Account, ...rest: string[]): string {
  return ["/Advertisers", account.sid, ...rest.map(encodeURIComponent)].join("/");
}

export function done(account: Account, ...rest: string[]): Reply {
  return { status: 200, body: { Status: "OK", Uri: uriOf(account, ...rest) } };
}

/** The required fields that are missing or blank, as errors. */
export function missing(fields: Record<string, string>, names: readonly string[]): FieldError[] {
  return names.filter((name) => !fields[name]?.trim()).map((field) => ({ field, message: "A value is required" }));
}
