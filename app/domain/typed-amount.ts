// An amount of money as a person types it.
import { AmountError, exponentOf, parseAmount } from "./money.ts";
import type { Values } from "./problem.ts";

/**
 * `missing`: nothing, zero or less; `not_number`: words or signs; `grouped`: thousands are set apart, `plain` is the amount without; `unclear`: it
 * can be read in two ways, `plain` and `short`; `decimals`: finer than the currency; `thousands`: finer, unless `plain` is meant.
 */
export type WrongAmount = { wrong: "missing" | "not_number" | "decimals" } | { wrong: "grouped" | "thousands"; plain: string } | { wrong: "unclear"; plain: string; short: string };
export type TypedAmount = { ok: true; minor: bigint } | ({ ok: false } & WrongAmount);

const MOST_SHOWN = 40;

/** Reads an amount above zero in a currency's minor units, exactly. Spaces go, and one decimal comma is a point. */
export function readTypedAmount(text: string, currency: string): TypedAmount {
  const plain = plainDecimal(text);
  if (plain === null) return { ok: false, ...notPlain(text.replace(SPACES, "")) };
  const minor = exactly(plain, currency);
  // "1.000" is a thousand to some and one to others: where the currency has no three decimals, nobody is to guess.
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(plain) && exponentOf(currency) !== 3) {
    const thousands = plain.replace(".", "");
    return minor === null ? { ok: false, wrong: "thousands", plain: thousands } : { ok: false, wrong: "unclear", plain: thousands, short: plain.replace(/\.?0+$/, "") };
  }
  if (minor === null) return { ok: false, wrong: plain.includes(".") ? "decimals" : "not_number" };
  return minor > 0n ? { ok: true, minor } : { ok: false, wrong: "missing" };
}

/** The sentence for what is wrong, as the end of its key, with its values; `text` is what was typed. */
export function amountProblem({ wrong, ...advice }: WrongAmount, text: string, currency: string): { name: string; values?: Values } {
  if (wrong === "missing") return { name: "amount_missing" };
  return { name: `amount_${wrong}`, values: { ...advice, text: text.trim().slice(0, MOST_SHOWN), count: exponentOf(currency), currency } };
}

function exactly(plain: string, currency: string): bigint | null {
  try {
    return parseAmount(plain, currency);
  } catch (fault) {
    if (fault instanceof AmountError) return null;
    throw fault;
  }
}

function notPlain(text: string): WrongAmount {
  if (text === "" || /^[-\u2212]\d+([.,]\d*)?$/.test(text)) return { wrong: "missing" };
  // Thousands as in 1,234.56, 1.234,56, 1'234.56, and 1,23,456.
  const grouped = /^\d{1,3}(?:(?:,\d{2,3})+(\.\d*)?|(?:\.\d{3})+(,\d*)?|(?:['\u2019]\d{3})+([.,]\d*)?)$/.exec(text);
  if (!grouped) return { wrong: "not_number" };
  const decimals = grouped[1] ?? grouped[2] ?? grouped[3] ?? "";
  const whole = text.slice(0, text.length - decimals.length).replace(/\D/g, "");
  return { wrong: "grouped", plain: decimals.length > 1 ? `${whole}.${decimals.slice(1)}` : whole };
}

const SPACES = /[\s\u00a0\u202f]/g;

/** Spaces go, one decimal comma becomes a point; null where it is no plain number. */
export function plainDecimal(text: string): string | null {
  const plain = text.replace(SPACES, "").replace(",", ".");
  return /^\d+(\.\d*)?$/.test(plain) ? plain.replace(/\.$/, "") : null;
}
