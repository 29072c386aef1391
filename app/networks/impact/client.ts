// The transport to impact.com's brand API: one request at a time, its faults as values (readme/status-codes-and-errors, readme/rate-limits).
import { isAnswered, requestSignal } from "../../stopping.server.ts";
import type { Answer, Exchanged, NetworkFactory, NetworkFault } from "../port.ts";
import { bodyOf, pageOf, unreadable } from "./answers.ts";
import { loggable, loggableFields } from "./loggable.ts";
import { permissionOf } from "./permissions.ts";
import { errorsOf, isRaw, text } from "./transform.ts";
import type { Fields, ListKey, Raw } from "./types.ts";

const BASE = "https://api.impact.com";
const VERSION = "14";
const TIMEOUT_MS = 15_000;
const PAGE_SIZE = "1000";
/** A list that is longer than this is not read and said to be unreadable, rather than eat the hour's budget. */
const MOST_PAGES = 50;
/** Where a refusal for want of budget does not say how long it lasts. */
const RESET_SECONDS = 60;

type Method = "GET" | "POST" | "PUT" | "DELETE";

export type Client = {
  /** One request below the account's address: GET takes its fields as the query, the others as a form. */
  call: (method: Method, path: string, fields?: Fields) => Promise<Answer<unknown>>;
  /** All elements of a list, over all its pages. */
  all: (path: string, key: ListKey, query?: Fields) => Promise<Answer<Raw[]>>;
};

export function makeClient(account: Parameters<NetworkFactory>[0]): Client {
  const basic = Buffer.from(`${account.accountSid}:${account.token}`).toString("base64");
  const authorization = `Basic ${basic}`;
  const secrets = [account.token, basic];

  async function call(method: Method, path: string, fields: Fields = {}): Promise<Answer<unknown>> {
    const permission = permissionOf(method, path);
    const budget = await account.takeBudget();
    if (!budget.ok) return { ok: false, fault: { kind: "limited", resetSeconds: budget.resetSeconds } };
    const form = new URLSearchParams(fields);
    const url = new URL(`${BASE}/Advertisers/${encodeURIComponent(account.accountSid)}/${path}`);
    if (method === "GET") url.search = form.toString();

    let response: Response;
    let body: string | null;
    const signal = requestSignal(account.timeoutMs ?? TIMEOUT_MS);
    try {
      response = await fetch(url, {
        method,
        headers: { authorization, accept: "application/json", "ir-version": VERSION, ...(method === "GET" ? {} : { "content-type": "application/x-www-form-urlencoded" }) },
        body: method === "GET" ? undefined : form.toString(),
        redirect: "error", // the credentials go nowhere else
        signal,
      });
      body = await bodyOf(response);
    } catch (fault) {
      const late = fault instanceof Error && (fault.name === "TimeoutError" || fault.name === "AbortError");
      return told(late ? { kind: "timeout" } : { kind: "unavailable", status: 0 }, null, null);
    } finally {
      isAnswered(signal);
    }

    const said = readRate(response.headers);
    if (said) await account.noteBudget(said);
    const parsed = parse(body);
    const fault = faultOf(response.status, response.headers, parsed, permission.name);
    return fault ? told(fault, response.status, parsed.ok ? parsed.value : body) : told(null, response.status, parsed.ok ? parsed.value : null);

    async function told(fault: NetworkFault | null, status: number | null, answer: unknown): Promise<Answer<unknown>> {
      const exchanged: Exchanged = { what: `${method} /${path}`, permission: permission.id, request: loggableFields(fields, secrets), status, answer: loggable(answer, secrets), outcome: fault?.kind ?? "ok" };
      await account.onExchange(exchanged);
      return fault ? { ok: false, fault } : { ok: true, value: answer };
    }
  }

  async function all(path: string, key: ListKey, query: Fields = {}): Promise<Answer<Raw[]>> {
    const rows: Raw[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const answer = await call("GET", path, { ...query, Page: String(page), PageSize: PAGE_SIZE });
      if (!answer.ok) return answer;
      const read = pageOf(answer.value, key);
      if (!read.ok) return read;
      rows.push(...read.value.rows);
      if (page >= read.value.pages) return { ok: true, value: rows };
      if (read.value.pages > MOST_PAGES) break;
    }
    return { ok: false, fault: unreadable(`${path} has more than ${MOST_PAGES} pages`) };
  }

  return { call, all };
}

type Parsed = { ok: true; value: unknown } | { ok: false };

function parse(body: string | null): Parsed {
  if (body === null) return { ok: false };
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch {
    return { ok: false };
  }
}

/** What a status and a body mean; null: it was done. Statuses that are not listed are refusals (4xx) or failures (5xx). */
function faultOf(status: number, headers: Headers, body: Parsed, permission: string): NetworkFault | null {
  if (status === 401) return { kind: "unauthorized" };
  if (status === 403) return { kind: "forbidden", permission };
  if (status === 404) return { kind: "not_found" };
  if (status === 408) return { kind: "timeout" };
  if (status === 429) return { kind: "limited", resetSeconds: seconds(headers.get("x-ratelimit-reset")) ?? seconds(headers.get("retry-after")) ?? RESET_SECONDS };
  if (status >= 500) return { kind: "unavailable", status };
  if (status >= 400) return { kind: "invalid", errors: errorsOr(body, `HTTP ${status}`) };
  if (status >= 300) return unreadable(`HTTP ${status}`);
  if (!body.ok) return unreadable(`HTTP ${status}, and the body is no JSON`);
  if (isRaw(body.value) && text(body.value.Status).toUpperCase() === "ERROR" && !isObject(body.value)) return { kind: "invalid", errors: errorsOr(body, "ERROR") };
  return null;
}

/** An object of the network's has a status of its own, which is none of the call's. */
function isObject(body: Raw): boolean {
  return text(body.Id) !== "" || text(body.BatchId) !== "";
}

function errorsOr(body: Parsed, words: string): { field: string | null; message: string }[] {
  const errors = body.ok ? errorsOf(body.value) : [];
  return errors.length > 0 ? errors : [{ field: null, message: words }];
}

/** The account's budget, as the headers of an answer tell it. A second, older pair of names ends in -hour. */
export function readRate(headers: Headers): { limit: number; remaining: number; resetSeconds: number } | null {
  const limit = seconds(headers.get("x-ratelimit-limit") ?? headers.get("x-ratelimit-limit-hour"));
  const remaining = seconds(headers.get("x-ratelimit-remaining") ?? headers.get("x-ratelimit-remaining-hour"));
  const resetSeconds = seconds(headers.get("x-ratelimit-reset"));
  return limit === null || remaining === null || resetSeconds === null || limit === 0 ? null : { limit, remaining, resetSeconds };
}

/** A count in a header: whole, not negative. */
function seconds(value: string | null): number | null {
  return value !== null && /^\d{1,9}$/.test(value.trim()) ? Number(value.trim()) : null;
}
