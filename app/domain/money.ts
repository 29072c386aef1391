// Money: an integer count of minor units and an ISO 4217 currency (rules, section 1). A binary float never carries an amount.

/** ISO 4217's exponents where they are not 2. */
const EXPONENTS: Record<string, number> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  CLF: 4, UYW: 4,
};

/** An amount that cannot be read exactly: the order it stands on is unreadable. */
export class AmountError extends Error {}

/** The number of decimals of a currency, from ISO's own table. */
export function exponentOf(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) throw new AmountError(`"${currency}" is no currency code`);
  return EXPONENTS[currency] ?? 2;
}

/**
 * Reads a decimal string as minor units, exactly. Trailing zeros are no decimals ("1580.0" yen is 1580);
 * more decimals than the currency has are refused with an AmountError, never rounded.
 */
export function parseAmount(text: string, currency: string): bigint {
  const exponent = exponentOf(currency);
  const parts = /^(-?)(\d{1,30})(?:\.(\d{0,30}))?$/.exec(text);
  if (!parts) throw new AmountError(`"${text.slice(0, 40)}" is no amount`);
  const decimals = (parts[3] ?? "").replace(/0+$/, "");
  if (decimals.length > exponent) throw new AmountError(`${text} has more decimals than ${currency} (${exponent})`);
  const minor = BigInt(parts[2]! + decimals.padEnd(exponent, "0"));
  return parts[1] === "-" ? -minor : minor;
}

/** Minor units as a plain decimal string with the currency's decimals: 9000 EUR is "90.00". For machines; people get Intl's form. */
export function formatAmount(minor: bigint, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, "0");
  const sign = minor < 0n ? "-" : "";
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** amount x numerator / denominator, rounded half away from zero (rules, section 1). The denominator is not 0. */
export function scale(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  const product = amount * numerator;
  const negative = product < 0n !== denominator < 0n;
  const top = product < 0n ? -product : product;
  const bottom = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * top + bottom) / (2n * bottom);
  return negative ? -rounded : rounded;
}

/**
 * Shares a non-negative amount out in proportion to the weights, by largest remainder; a tie goes to the earlier one.
 * The parts always sum to the amount. Where all weights are zero the shares are equal.
 */
export function share(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.length === 0) return [];
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const used = total === 0n ? weights.map(() => 1n) : weights;
  const whole = total === 0n ? BigInt(weights.length) : total;
  const parts = used.map((weight) => (amount * weight) / whole);
  const remainders = used.map((weight, index) => ({ index, rest: (amount * weight) % whole }));
  let left = amount - parts.reduce((sum, part) => sum + part, 0n);
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of remainders) {
    if (left === 0n) break;
    parts[index]! += 1n;
    left -= 1n;
  }
  return parts;
}

export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

export function atLeastZero(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
