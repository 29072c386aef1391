// How the local pages write money, times, and why a code was refused.
import { utcInstant, zonedInstant } from "../instants.ts";
import type { CodeRefusal, Discount, ShopInfo } from "../types.ts";

/** An amount in main units ("18.00") as it is read: "€18.00". Exact: Intl takes decimal strings. */
export function money(amount: string | number, currency: string): string {
  return new Intl.NumberFormat("en-IE", { style: "currency", currency }).format(String(amount) as `${number}`);
}

/** An instant in the shop's own time. */
export function moment(at: string | Date | number, shop: ShopInfo): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: shop.timezone }).format(new Date(at));
}

/** An instant as a field of the type datetime-local has it, in the shop's own time: "2026-06-10T10:00". */
export function localMoment(at: string, shop: ShopInfo): string {
  return zonedInstant(new Date(at), shop.timezone).slice(0, 16);
}

/** The instant of such a field, in UTC; null where it is none. */
export function instantOf(local: string, shop: ShopInfo): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  const asUtc = Date.parse(`${local}:00Z`);
  const offsetMs = (at: number) => Date.parse(`${zonedInstant(new Date(at), shop.timezone).slice(0, 19)}Z`) - at;
  const at = asUtc - offsetMs(asUtc - offsetMs(asUtc));
  return Number.isNaN(asUtc) ? null : utcInstant(new Date(at).toISOString());
}

const refusals: Record<CodeRefusal, (code: string) => string> = {
  unknown: (code) => `We do not know a code “${code}”.`,
  not_started: (code) => `The code “${code}” is not valid yet.`,
  expired: (code) => `The code “${code}” is no longer valid.`,
  minimum_subtotal: (code) => `Your cart is still too small for the code “${code}”.`,
  minimum_quantity: (code) => `The code “${code}” needs more items in the cart.`,
  usage_limit: (code) => `The code “${code}” has been used as often as it may be.`,
  once_per_customer: (code) => `The code “${code}” can be used once, and you have used it.`,
  not_applicable: (code) => `The code “${code}” is for nothing in your cart.`,
  not_eligible: (code) => `The code “${code}” is not for you: it is meant for other customers or countries.`,
  other_country: (code) => `The code “${code}” does not ship to your country for free.`,
  renewals_over: (code) => `The code “${code}” no longer holds for this subscription.`,
  does_not_combine: (code) => `The code “${code}” cannot be combined with the other discount in your cart.`,
  too_many: (code) => `No more codes can be added; “${code}” was left out.`,
};

/** Why the store did not take a code, in a sentence. */
export function refusal(reason: CodeRefusal, typed: string): string {
  return refusals[reason](typed);
}

export function isRefusal(text: string): text is CodeRefusal {
  return Object.hasOwn(refusals, text);
}

/** What a discount gives: "10 %", "€5.00 off each item", "free shipping". */
export function discountValue(discount: Discount, currency: string): string {
  const { value } = discount;
  if (value.kind === "percentage") return `${Math.round(value.percentage * 10_000) / 100} %`;
  if (value.kind === "amount") return `${money(value.amount, currency)}${value.onEachItem ? " off each item" : ""}`;
  if (value.kind === "bxgy") {
    const { need } = value.buys;
    const off = value.effect.kind === "amount" ? `${money(value.effect.amount, currency)} off` : value.effect.percentage === 1 ? "free" : `${Math.round(value.effect.percentage * 10_000) / 100} % off`;
    return `${need.kind === "quantity" ? `buy ${need.quantity}` : `spend ${money(need.amount, currency)}`}, get ${value.quantity} ${off}`;
  }
  return value.maximum === null ? "free shipping" : `free shipping up to ${money(value.maximum, currency)}`;
}

/** "partially_refunded" -> "Partially refunded" */
export function spoken(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How long something is or was away: "in 4 min", "2 h ago". */
export function away(ms: number): string {
  const size = Math.abs(ms);
  const [count, unit] = size < 90_000 ? [size / 1000, "s"] : size < 5_400_000 ? [size / 60_000, "min"] : size < 129_600_000 ? [size / 3_600_000, "h"] : [size / 86_400_000, "d"];
  const text = `${Math.round(count)} ${unit}`;
  return ms >= 0 ? `in ${text}` : `${text} ago`;
}
