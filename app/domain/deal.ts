// What a deal offers: the terms of one discount in the store. Amounts are minor units of the shop's currency, as strings of digits.
import type { FieldError, KeptProblem, Values } from "./problem.ts";

export type DealValue =
  | { kind: "percentage"; basisPoints: number } // 1000 is 10 %
  | { kind: "fixed_order"; amount: string } // once off the order
  | { kind: "fixed_item"; amount: string } // off each item
  | { kind: "free_shipping" };

export type DealMinimum = { kind: "none" } | { kind: "subtotal"; amount: string } | { kind: "quantity"; quantity: number };

export type DealTerms = {
  value: DealValue;
  minimum: DealMinimum;
  appliesTo: { kind: "everything" };
  oncePerCustomer: boolean;
  usageLimit: number | null;
  combinesWith: { order: boolean; product: boolean; shipping: boolean };
};

export type ParsedTerms = { ok: true; terms: DealTerms } | { ok: false; errors: FieldError[] };

const LARGEST_COUNT = 2_147_483_647; // the store's limit for a usage limit and a quantity
const LONGEST_AMOUNT = 17; // digits; the store refuses amounts from 10^18

/** Reads terms from a form or from JSON. Every field that is wrong is named, with a key of locales/<language>/errors.json. */
export function parseDealTerms(input: unknown): ParsedTerms {
  const errors: FieldError[] = [];
  const from = record(input);
  const value = parseValue(record(from.value), errors);
  const minimum = parseMinimum(record(from.minimum), errors);
  const usageLimit = parseLimit(from.usageLimit, errors);
  const combines = record(from.combinesWith);
  const combinesWith = { order: combines.order === true, product: combines.product === true, shipping: combines.shipping === true };
  if (value?.kind === "free_shipping" && combinesWith.shipping) errors.push({ field: "combinesWith.shipping", key: "deal.shipping_with_shipping" });
  if (from.appliesTo !== undefined && record(from.appliesTo).kind !== "everything") errors.push({ field: "appliesTo", key: "deal.applies_to_unknown" });
  if (!value || !minimum || usageLimit === undefined || errors.length > 0) return { ok: false, errors };
  const oncePerCustomer = from.oncePerCustomer === true;
  return { ok: true, terms: { value, minimum, appliesTo: { kind: "everything" }, oncePerCustomer, usageLimit, combinesWith } };
}

function parseValue(from: Record<string, unknown>, errors: FieldError[]): DealValue | null {
  switch (from.kind) {
    case "percentage": {
      const basisPoints = from.basisPoints;
      if (typeof basisPoints === "number" && Number.isInteger(basisPoints) && basisPoints >= 1 && basisPoints <= 10_000) return { kind: "percentage", basisPoints };
      errors.push({ field: "value.basisPoints", key: "deal.percentage_range" });
      return null;
    }
    case "fixed_order":
    case "fixed_item": {
      const amount = positiveAmount(from.amount);
      if (amount !== null) return { kind: from.kind, amount };
      errors.push({ field: "value.amount", key: "deal.amount_missing" });
      return null;
    }
    case "free_shipping":
      return { kind: "free_shipping" };
    default:
      errors.push({ field: "value.kind", key: "deal.kind_unknown" });
      return null;
  }
}

function parseMinimum(from: Record<string, unknown>, errors: FieldError[]): DealMinimum | null {
  switch (from.kind) {
    case undefined:
    case "none":
      return { kind: "none" };
    case "subtotal": {
      const amount = positiveAmount(from.amount);
      if (amount !== null) return { kind: "subtotal", amount };
      errors.push({ field: "minimum.amount", key: "deal.minimum_amount_missing" });
      return null;
    }
    case "quantity":
      if (isCount(from.quantity)) return { kind: "quantity", quantity: from.quantity };
      errors.push({ field: "minimum.quantity", key: "deal.minimum_quantity_missing" });
      return null;
    default:
      errors.push({ field: "minimum.kind", key: "deal.minimum_unknown" });
      return null;
  }
}

/** undefined: an error was noted. */
function parseLimit(from: unknown, errors: FieldError[]): number | null | undefined {
  if (from === null || from === undefined) return null;
  if (isCount(from)) return from;
  errors.push({ field: "usageLimit", key: "deal.usage_limit_range" });
  return undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= LARGEST_COUNT;
}

function positiveAmount(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d+$/.test(value)) return null;
  const digits = value.replace(/^0+/, "");
  return digits === "" || digits.length > LONGEST_AMOUNT ? null : digits;
}

/** A part of a sentence: a key of locales/<language>/errors.json under "offer", with its values. */
export type Phrase = KeptProblem;

/** How the reader's language writes things; the pages build it from Intl with the shop's currency and time zone. */
export type Words = { money: (minor: bigint) => string; percent: (basisPoints: number) => string; date: (iso: string) => string };

/**
 * The deal as a buyer reads it: first the offer ("10 % off everything from EUR 50"), then what else holds (once per customer,
 * at most so often, until when). Each is a key with values that are already in the reader's language.
 */
export function describeDeal(terms: DealTerms, dates: { startsAt: string | null; endsAt: string | null }, words: Words): Phrase[] {
  const phrases: Phrase[] = [offer(terms, words)];
  if (terms.oncePerCustomer) phrases.push({ key: "offer.once", values: {} });
  if (terms.usageLimit !== null) phrases.push({ key: "offer.limit", values: { count: terms.usageLimit } });
  if (dates.endsAt !== null) phrases.push({ key: "offer.until", values: { date: words.date(dates.endsAt) } });
  return phrases;
}

function offer({ value, minimum }: DealTerms, words: Words): Phrase {
  const values: Values = {};
  if (value.kind === "percentage") values.percent = words.percent(value.basisPoints);
  if (value.kind === "fixed_order" || value.kind === "fixed_item") values.amount = words.money(BigInt(value.amount));
  if (minimum.kind === "subtotal") values.minimum = words.money(BigInt(minimum.amount));
  if (minimum.kind === "quantity") values.count = minimum.quantity;
  return { key: `offer.${value.kind}.${minimum.kind}`, values };
}

/** The short mark of a deal for code names: "10" of 10 %, "5" of EUR 5.00, "FREE" of free shipping; empty for values that are not whole. */
export function codeMark(value: DealValue, exponent: number): string {
  if (value.kind === "free_shipping") return "FREE";
  if (value.kind === "percentage") return value.basisPoints % 100 === 0 ? String(value.basisPoints / 100) : "";
  const unit = 10n ** BigInt(exponent);
  const minor = BigInt(value.amount);
  return minor % unit === 0n ? String(minor / unit) : "";
}
