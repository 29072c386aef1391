// What the log of exchanges keeps of a request and of an answer: bounded in size, without what names a person and without secrets.
import { isRaw } from "./transform.ts";

/** Fields that hold a person's data, whatever object they stand in. The status of a customer (new or existing) is none. */
const PERSONAL =
  /^(\w*Contacts?|Address\w*|Street\w*|City|PostalCode|PostCode|Zip\w*|Phone\w*|IndirectTax|TaxId|\w*IpAddress|UserAgent|CallerId|(Custom)?ProfileId|Customer(?!Status$)\w*|(First|Last|Full|User|Display|Middle)Name|User|\w*E?mail\w*|\w*Signatory|CreatedBy|LastUpdatedBy|AccountManager|GoogAId|AndroidId|AppleIf[av])$/i;
const SECRET = /token|password|passwd|secret|authorization|credential|api_?key/i;
const HIDDEN = "…";

const EMAIL = /[^\s"'<>=&?/:;,()@]+(@|%40)[^\s"'<>=&?/:;,()@]+\.[\p{L}\p{N}-]{2,}/giu;
const BASIC = /\b(Basic|Bearer)(?:\s|\+|%20)+[A-Za-z0-9+/=._~%-]{6,}/gi;

const LOGGED_ELEMENTS = 5;
const LOGGED_FIELDS = 80;
const LOGGED_TEXT = 400;
const MOST_SEARCHED = 10_000;
const DEEPEST = 6;

/** An answer as the log keeps it. `secrets` are the account's own, wherever they stand. */
export function loggable(value: unknown, secrets: readonly string[] = [], depth = 0): unknown {
  if (typeof value === "string") return shown(value, secrets);
  if (Array.isArray(value)) {
    const kept = value.slice(0, LOGGED_ELEMENTS).map((one) => loggable(one, secrets, depth + 1));
    return value.length > LOGGED_ELEMENTS ? [...kept, { more: value.length - LOGGED_ELEMENTS }] : kept;
  }
  if (!isRaw(value)) return value ?? null;
  if (depth > DEEPEST) return HIDDEN;
  const kept = Object.entries(value).filter(([key]) => !isHidden(key)).slice(0, LOGGED_FIELDS);
  return Object.fromEntries(kept.map(([key, one]) => [shown(key, secrets), key === "Payload" && typeof one === "string" ? payload(one, secrets) : loggable(one, secrets, depth + 1)]));
}

/** The fields of a request as the log keeps them: that one was sent is seen, but not what it said, where that is nobody's business. */
export function loggableFields(fields: Record<string, string>, secrets: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [shown(name, secrets), isHidden(name) ? HIDDEN : shown(value, secrets)]));
}

function isHidden(key: string): boolean {
  return PERSONAL.test(key) || SECRET.test(key);
}

/** What a submission holds: the fields that were sent, as a query. */
function payload(query: string, secrets: readonly string[]): string {
  const fields = loggableFields(Object.fromEntries(new URLSearchParams(masked(query.slice(0, MOST_SEARCHED), secrets))), secrets);
  return shown(new URLSearchParams(fields).toString().replaceAll(encodeURIComponent(HIDDEN), HIDDEN), secrets);
}

function shown(value: string, secrets: readonly string[]): string {
  // Cut before it is searched: a body may be megabytes. The word at the cut goes too, for half an address is one no pattern knows.
  const isCut = value.length > LOGGED_TEXT * 2;
  const text = masked(isCut ? value.slice(0, LOGGED_TEXT * 2).replace(/\S{1,200}$/, "") : value, secrets);
  return isCut || text.length > LOGGED_TEXT ? `${text.slice(0, LOGGED_TEXT).toWellFormed()}…` : text;
}

function masked(value: string, secrets: readonly string[]): string {
  let text = value;
  for (const word of wordsOf(secrets)) text = text.replaceAll(word, HIDDEN);
  const shown = text.replace(BASIC, `$1 ${HIDDEN}`);
  return shown.includes("@") || shown.includes("%40") ? shown.replace(EMAIL, HIDDEN) : shown;
}

const words = new WeakMap<readonly string[], readonly string[]>();

/** As they are, and as they stand in a form; found out once for the secrets of an account. */
function wordsOf(secrets: readonly string[]): readonly string[] {
  const known = words.get(secrets);
  if (known !== undefined) return known;
  const found = [...new Set(secrets.flatMap((secret) => (secret === "" ? [] : [secret, encodeURIComponent(secret)])))];
  words.set(secrets, found);
  return found;
}
