// Structured logs, one line of JSON for each event. Nothing that names a person is logged: no body, no e-mail, no token. Who logs is careful, and whatever comes
// with the words of others (a database, a store, a parser) is cleaned here once more.
import pino from "pino";
import { makeLogOut } from "./log-out.server.ts";
import { countLine } from "./metrics.server.ts";

const LONGEST = 1_000;
const MOST_DEPTH = 3;
const MOST_ITEMS = 50;

/** What a field of these names holds is never logged, whatever it is. */
const SECRET = /^(?:.*(?:token|secret|password|authorization|cookie|e_?mail|phone|address|hmac|customer).*|body|name|firstname|lastname|ip|query|url)$/i;

/** Most texts have nothing of what follows, and are left as they are. */
const DOUBTFUL = /[@"`\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|shp|SHP|eyJ|[Bb]earer |BEARER |[Bb]asic |BASIC |:\/\//;

const CLEANED: readonly [RegExp, string][] = [
  [/[^\s"'<>()[\],;:=@]{1,200}@[^\s"'<>()[\],;:=@]{1,200}/g, "[e-mail]"],
  [/\bshp[a-z]{2,4}_[\w-]+/gi, "[token]"],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+)*/g, "[token]"],
  [/\b(bearer|basic)\s+\S+/gi, "$1 [token]"],
  [/:\/\/[^\s/]*\[e-mail\]/g, "://[removed]"],
  // A parser quotes what it could not read: Node's of JSON, and PostgreSQL's of values.
  [/,? ?(?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON/, ", which is no JSON"],
  [/((?:invalid|out of range|malformed|unrecognized|unterminated)[^"]*)"[^]*"/i, '$1"[removed]"'],
  [/(value )"[^]*"/i, '$1"[removed]"'],
  [/^\s*Invalid `[^]*`[^]*\n/, ""],
];

/** A text without what leads to a person, without secrets, and on one line: nothing in it can pass for a line of its own. */
export function cleaned(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  if (!DOUBTFUL.test(cut)) return cut;
  const told = CLEANED.reduce((words, [what, instead]) => words.replace(what, instead), cut);
  return told.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

function cleanedValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cleaned(value);
  if (value instanceof Error) return cleaned(value.message);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (depth >= MOST_DEPTH) return "[removed]";
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((one) => cleanedValue(one, depth + 1));
  return cleanedFields(value as Record<string, unknown>, depth + 1);
}

function cleanedFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) clean[key] = isSecret(key) ? "[removed]" : cleanedValue(fields[key], depth);
  return clean;
}

const secrets = new Map<string, boolean>();

function isSecret(key: string): boolean {
  let known = secrets.get(key);
  if (known === undefined) {
    known = SECRET.test(key);
    if (secrets.size < 1_000) secrets.set(key, known);
  }
  return known;
}

function makeLog(): pino.Logger {
  const options: pino.LoggerOptions = {
    level: process.env.LOG_LEVEL || "info",
    base: null,
    formatters: { log: (fields) => cleanedFields(fields) },
    hooks: {
      logMethod(args, method, level) {
        const [first, second] = args as unknown[];
        const sentence = cleaned(String(typeof first === "string" ? first : (second ?? "")));
        if (level >= 40) countLine(level >= 50 ? "error" : "warn", sentence);
        if (typeof first === "string") method.call(this, sentence);
        else method.call(this, first as object, sentence);
      },
    },
  };
  return pino(options, makeLogOut());
}

// The server and Remix's bundle each load this module: two writers would cut into each other's lines.
const shared = globalThis as unknown as { creatorCodesLog?: pino.Logger };
export const log: pino.Logger = (shared.creatorCodesLog ??= makeLog());
