// JSON whose ids pass 2^53: such integers come out as strings of their digits, all else as JSON.parse gives it.

type Source = { source?: string };
const LONG_DIGITS = /[:[,\s]-?\d{16}/;

/** Parses JSON text; integers beyond what a number can tell apart become strings (rules, section 2). Throws SyntaxError as JSON.parse does. */
export function parseJson(text: string): unknown {
  // The reviver costs five times the parse: it runs only where the text has such an integer at all.
  if (!LONG_DIGITS.test(text)) return JSON.parse(text);
  return (JSON.parse as (text: string, reviver: (key: string, value: unknown, context: Source) => unknown) => unknown)(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context: Source): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

/** The text of a member as it is written: of `{"a": {"b": 1.0}}` under ["a", "b"] it is "1.0". null: there is none. `text` must be JSON; where a name stands twice, the last one counts. */
export function memberText(text: string, path: readonly string[]): string | null {
  let at = past(text, 0);
  for (const name of path) {
    const found = memberAt(text, at, name);
    if (found === null) return null;
    at = found;
  }
  return text.slice(at, endOfValue(text, at));
}

function memberAt(text: string, holder: number, name: string): number | null {
  if (text[holder] !== "{") return null;
  let found: number | null = null;
  let at = past(text, holder + 1);
  while (text[at] === '"') {
    const end = endOfString(text, at);
    const value = past(text, past(text, end) + 1); // behind the colon
    if (JSON.parse(text.slice(at, end)) === name) found = value;
    at = past(text, endOfValue(text, value));
    if (text[at] === ",") at = past(text, at + 1);
  }
  return found;
}

/** Past what JSON takes for white space. */
function past(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** What stands behind a number, true, false or null. */
const ENDS_A_WORD = new Set([",", "}", "]", " ", "\n", "\r", "\t"]);

function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const letter = text[at]!;
    if (letter === '"') at = endOfString(text, at);
    else if (depth === 0 && ENDS_A_WORD.has(letter)) return at;
    else {
      if (letter === "{" || letter === "[") depth++;
      if (letter === "}" || letter === "]") depth--;
      at++;
    }
    if (depth === 0 && (letter === '"' || letter === "}" || letter === "]")) return at;
  }
  return text.length;
}
