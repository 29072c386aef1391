// An amount of money as a person types it.
import { AmountError, exponentOf, parseAmount } from "./money.ts";

/** `missing`: no amount above zero; `unclear`: it can be read in two ways, `plain` is one of them; `decimals`: finer than the currency. */
export type TypedAmount = { ok: true; minor: bigint } | { ok: false; wrong: "missing" | "decimals" } | { ok: false; wrong: "unclear"; plain: string };

/** Reads an amount above zero in a currency's minor units, exactly. Spaces go, and one decimal comma is a point. */
export function readTypedAmount(text: string, currency: string): TypedAmount {
  const plain = plainDecimal(text);
  if (plain === null) return { ok: false, wrong: "missing" };
  // "1.000" is a thousand to some and one to others: where the currency has no three decimals, nobody is to guess.
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(plain) && exponentOf(currency) !== 3) return { ok: false, wrong: "unclear", plain: plain.replace(".", "") };
  try {
    const minor = parseAmount(plain, currency);
    return minor > 0n ? { ok: true, minor } : { ok: false, wrong: "missing" };
  } catch (fault) {
    if (!(fault instanceof AmountError)) throw fault;
    return { ok: false, wrong: /^\d+\.\d+$/.test(plain) ? "decimals" : "missing" };
  }
}

/** Spaces go, one decimal comma becomes a point; null where it is no plain number. */
export function plainDecimal(text: string): string | null {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^\d+(\.\d*)?$/.test(plain) ? plain.replace(/\.$/, "") : null;
}
