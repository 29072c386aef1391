// The store's own arithmetic: integer minor units inside, decimal strings outside. It shares no code with the app, so that neither can hide the other's mistakes.
import type { MoneySet } from "./types.ts";

const EXPONENTS: Record<string, number> = { JPY: 0, KRW: 0, CLP: 0, ISK: 0, VND: 0, KWD: 3, BHD: 3, JOD: 3, OMR: 3, TND: 3 };

function exponent(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** "119.00" -> 11900n. Trailing zeros are no decimals; more decimals than the currency has are an error. */
export function minorOf(amount: string | number, currency: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(String(amount).trim());
  const places = exponent(currency);
  const decimals = parts?.[3] ?? "";
  if (parts === null || decimals.length > places) throw new RangeError(`not an amount of ${currency}: ${amount}`);
  const value = BigInt(parts[2]! + decimals.padEnd(places, "0"));
  return parts[1] === "-" ? -value : value;
}

/** 11900n -> "119.00", always with the currency's decimals. */
export function amountOf(minor: bigint, currency: string): string {
  const places = exponent(currency);
  const digits = String(minor < 0n ? -minor : minor).padStart(places + 1, "0");
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return minor < 0n ? `-${text}` : text;
}

/** Both sides of a money set; the local store sells in its own currency only. */
export function setOf(minor: bigint, currency: string): MoneySet {
  const amount = amountOf(minor, currency);
  return { shop_money: { amount, currency_code: currency }, presentment_money: { amount, currency_code: currency } };
}

/** An amount as the Admin API's Decimal writes it: "119.0", "16.99", "-9.5". What is no decimal is left as it is. */
export function decimalOf(amount: string): string {
  const parts = /^(-?\d+)(?:\.(\d*))?$/.exec(amount);
  if (parts === null) return amount;
  const decimals = (parts[2] ?? "").replace(/0+$/, "");
  return `${parts[1]}.${decimals === "" ? "0" : decimals}`;
}

/** amount x numerator / denominator, rounded half away from zero. */
export function rounded(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  const negative = amount < 0n !== numerator < 0n;
  const product = amount * numerator;
  const size = product < 0n ? -product : product;
  const result = (2n * size + denominator) / (2n * denominator);
  return negative ? -result : result;
}

/** Shares an amount out in proportion, by largest remainder; a tie goes to the earlier part. The parts sum to the whole. */
export function sharedOut(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, each) => sum + each, 0n);
  if (whole === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (amount * weight) / whole);
  const remainders = weights.map((weight, at) => ({ at, rest: (amount * weight) % whole }));
  remainders.sort((a, b) => (a.rest === b.rest ? a.at - b.at : a.rest < b.rest ? 1 : -1));
  let left = amount - parts.reduce((sum, each) => sum + each, 0n);
  for (const { at } of remainders) {
    if (left <= 0n) break;
    parts[at] = parts[at]! + 1n;
    left -= 1n;
  }
  return parts;
}

/** The rate of a tax in basis points, so that it can be reckoned with exactly: 0.19 -> 1900n. */
export function basisPoints(rate: number): bigint {
  return BigInt(Math.round(rate * 10_000));
}

/** The tax in (or on) an amount. */
export function taxOf(amount: bigint, rate: number, included: boolean): bigint {
  const points = basisPoints(rate);
  return included ? rounded(amount, points, 10_000n + points) : rounded(amount, points, 10_000n);
}
