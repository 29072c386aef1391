// A discount in a line, as the store words it (near enough: the real wording is not documented).
import type { Discount, DiscountItems } from "./types.ts";

export function shortSummary(discount: Pick<Discount, "value" | "items" | "minimum">, currency: string): string {
  return parts(discount, currency).join(" • ");
}

export function summary(discount: Pick<Discount, "value" | "items" | "minimum" | "context" | "oncePerCustomer">, currency: string): string {
  const whom = { all: [], customers: ["For specific customers"], segments: ["For specific customer segments"], markets: ["For specific markets"] }[discount.context.kind];
  return [...parts(discount, currency), ...whom, ...(discount.oncePerCustomer ? ["One use per customer"] : [])].join(" • ");
}

function parts({ value, items, minimum }: Pick<Discount, "value" | "items" | "minimum">, currency: string): string[] {
  const least = minimum.kind === "subtotal" ? [`Minimum purchase of ${minimum.amount} ${currency}`] : minimum.kind === "quantity" ? [`Minimum quantity of ${minimum.quantity}`] : [];
  if (value.kind === "free_shipping") return [`Free shipping on ${on(items)}`, ...least, value.countries === null ? "For all countries" : `For ${value.countries.codes.length} countries`];
  if (value.kind === "bxgy") {
    const { need } = value.buys;
    const buy = need.kind === "quantity" ? `Buy ${need.quantity} ${need.quantity === 1 ? "item" : "items"}` : `Spend ${need.amount} ${currency}`;
    const off = value.effect.kind === "amount" ? `${value.effect.amount} ${currency} off` : value.effect.percentage === 1 ? "free" : `at ${percent(value.effect.percentage)} off`;
    return [`${buy}, get ${value.quantity} ${value.quantity === 1 ? "item" : "items"} ${off}`];
  }
  const off = value.kind === "percentage" ? percent(value.percentage) : `${value.amount} ${currency}`;
  return [`${off} off ${value.kind === "amount" && value.onEachItem ? "each of " : ""}${on(items)}`, ...least];
}

function on(items: DiscountItems): string {
  if (items.kind === "all") return "entire order";
  if (items.kind === "collections") return items.collections.length === 1 ? "1 collection" : `${items.collections.length} collections`;
  const count = items.products.length + items.variants.length;
  return count === 1 ? "1 product" : `${count} products`;
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(4))}%`;
}
