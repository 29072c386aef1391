// The network's own arithmetic: integer minor units inside, decimal strings outside. It shares no code with the app, so that neither can hide the other's mistakes.

const EXPONENTS: Record<string, number> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
};

/** What one unit costs in millionths of a US dollar; for the account's display only. Made up, and fixed, so that a test can rely on it. */
const RATES: Record<string, bigint> = {
  USD: 1_000_000n, EUR: 1_090_000n, GBP: 1_270_000n, CHF: 1_130_000n, JPY: 6_700n, CNY: 139_000n, KWD: 3_250_000n, CAD: 730_000n, AUD: 660_000n, SEK: 95_000n,
};

export function decimalsOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** "119.00" -> 11900n; null where it is no decimal number or has more decimals than the currency. */
export function minorOf(text: string, currency: string): bigint | null {
  const parts = /^([+-]?)(\d{1,15})(?:\.(\d{0,12}))?$/.exec(text.trim());
  if (parts === null) return null;
  const places = decimalsOf(currency);
  const decimals = (parts[3] ?? "").replace(/0+$/, "");
  if (decimals.length > places) return null;
  const value = BigInt(parts[2]! + decimals.padEnd(places, "0"));
  return parts[1] === "-" ? -value : value;
}

/** 11900n -> "119.00", always with the currency's decimals. */
export function amountOf(minor: bigint, currency: string): string {
  const places = decimalsOf(currency);
  const digits = String(minor < 0n ? -minor : minor).padStart(places + 1, "0");
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return minor < 0n ? `-${text}` : text;
}

/** amount x numerator / denominator, rounded half away from zero. */
export function rounded(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  const product = amount * numerator;
  const size = product < 0n ? -product : product;
  const result = (2n * size + denominator) / (2n * denominator);
  return product < 0n ? -result : result;
}

/** Shares an amount out in proportion, by largest remainder; a tie goes to the earlier part. Equal parts where all weights are zero. */
export function sharedOut(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, each) => sum + each, 0n);
  const used = whole === 0n ? weights.map(() => 1n) : weights;
  const total = whole === 0n ? BigInt(weights.length) : whole;
  const parts = used.map((weight) => (amount * weight) / total);
  const order = used.map((weight, at) => ({ at, rest: (amount * weight) % total }));
  order.sort((a, b) => (a.rest === b.rest ? a.at - b.at : a.rest < b.rest ? 1 : -1));
  let left = amount - parts.reduce((sum, each) => sum + each, 0n);
  for (const { at } of order) {
    if (left <= 0n) break;
    parts[at] = parts[at]! + 1n;
    left -= 1n;
  }
  return parts;
}

/** As the account shows it: the same amount where the currencies are one, else by the fixed table (an unknown currency counts as a dollar). */
export function shownIn(minor: bigint, from: string, to: string): bigint {
  if (from === to) return minor;
  const numerator = (RATES[from] ?? RATES.USD!) * 10n ** BigInt(decimalsOf(to));
  const denominator = (RATES[to] ?? RATES.USD!) * 10n ** BigInt(decimalsOf(from));
  return rounded(minor, numerator, denominator);
}
