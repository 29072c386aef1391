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
