// The events that the storefront publishes to web pixels, in the platform's documented shapes (@shopify/web-pixels-extension). Amounts are numbers there.
import { amountOf, minorOf } from "../amounts.ts";
import type { CatalogueProduct, CatalogueVariant } from "../catalogue.ts";
import type { Store } from "../store.ts";
import type { Order, Quote } from "../types.ts";
import type { Cart } from "./cart.ts";

/** `once`: an event of this key is published once in a browser, however often its page is loaded. */
export type Published = { name: "product_viewed" | "cart_viewed" | "checkout_started" | "checkout_completed"; data: unknown; once?: string };
type Money = { amount: number; currencyCode: string };

const money = (amount: string, currencyCode: string): Money => ({ amount: Number(amount), currencyCode });

export function productViewed(store: Store, product: CatalogueProduct): Published {
  return { name: "product_viewed", data: { productVariant: variantData(store, product, product.variants[0]!) } };
}

export function cartViewed(store: Store, cart: Cart, quote: Quote | null): Published {
  return { name: "cart_viewed", data: { cart: cartData(store, cart, quote) } };
}

/** What `init.data.cart` holds, too; null where nothing is in it. */
export function cartData(store: Store, cart: Cart, quote: Quote | null): unknown {
  if (quote === null) return null;
  const lines = quote.lines.map((line) => {
    const { product, variant } = store.variant(line.variantId)!;
    return { cost: { totalAmount: money(line.total, quote.currency) }, merchandise: variantData(store, product, variant), quantity: line.quantity };
  });
  return { attributes: [], cost: { totalAmount: money(quote.total, quote.currency) }, id: null, lines, totalQuantity: quote.lines.reduce((sum, line) => sum + line.quantity, 0) };
}

export function checkoutStarted(store: Store, cart: Cart, quote: Quote): Published {
  const { currency } = quote;
  const lineItems = quote.lines.map((line) => {
    const { product, variant } = store.variant(line.variantId)!;
    const finalLinePrice = money(line.total, currency);
    return { discountAllocations: [], finalLinePrice, id: line.variantId, properties: [], quantity: line.quantity, sellingPlanAllocation: null, title: product.title, variant: variantData(store, product, variant) };
  });
  const discountApplications = quote.codes.filter(({ applied }) => applied).map(({ code }) => codeApplication(code ?? "", currency));
  const checkout = { ...checkoutOf(currency), token: cart.checkout, email: cart.email || null, lineItems, discountApplications, discountsAmount: money(quote.discount, currency), subtotalPrice: money(quote.subtotal, currency), totalPrice: money(quote.total, currency), totalTax: money(quote.tax, currency), order: null };
  return { name: "checkout_started", data: { checkout } };
}

export function checkoutCompleted(store: Store, order: Order): Published {
  const { currency } = order;
  const applications = order.discount_applications.map((each) => {
    const { type, code, title, target_type, target_selection, allocation_method, value_type, value } = each as unknown as Record<string, string | undefined>;
    return {
      allocationMethod: (allocation_method ?? "across").toUpperCase(), targetSelection: (target_selection ?? "all").toUpperCase(), targetType: (target_type ?? "line_item").toUpperCase(),
      title: code ?? title ?? "", type: type === "discount_code" ? "DISCOUNT_CODE" : type === "automatic" ? "AUTOMATIC" : (type ?? "").toUpperCase(),
      value: value_type === "percentage" ? { percentage: Number(value) } : money(value ?? "0", currency),
    };
  });
  const lineItems = order.line_items.map((line) => {
    const known = line.variant_id === null ? null : store.variant(String(line.variant_id));
    const off = line.discount_allocations.reduce((sum, each) => sum + minorOf(each.amount, currency), 0n);
    return {
      discountAllocations: line.discount_allocations.map((each) => ({ amount: money(each.amount, currency), discountApplication: applications[each.discount_application_index] })),
      finalLinePrice: money(amountOf(minorOf(line.price, currency) * BigInt(line.quantity) - off, currency), currency),
      id: String(line.id), properties: [], quantity: line.quantity, sellingPlanAllocation: null, title: line.title, variant: known === null ? null : variantData(store, known.product, known.variant),
    };
  });
  const { checkout_token, note_attributes, customer } = order as unknown as { checkout_token: string | null; note_attributes: { name: string; value: string }[]; customer: { id: unknown; orders_count?: number } | null };
  const checkout = {
    ...checkoutOf(currency), token: checkout_token, email: order.email || null, lineItems, discountApplications: applications,
    attributes: note_attributes.map(({ name, value }) => ({ key: name, value })),
    subtotalPrice: money(order.subtotal_price, currency), totalPrice: money(order.total_price, currency), totalTax: money(order.total_tax, currency),
    order: { id: String(order.id), customer: customer === null ? null : { id: String(customer.id), isFirstOrder: null } },
  };
  return { name: "checkout_completed", data: { checkout }, once: `checkout_completed ${checkout_token}` };
}

function checkoutOf(currencyCode: string): Record<string, unknown> {
  return {
    attributes: [], billingAddress: null, buyerAcceptsEmailMarketing: false, buyerAcceptsSmsMarketing: false, currencyCode, delivery: null, discountsAmount: null,
    localization: { country: { isoCode: "DE" }, language: { isoCode: "en" }, market: { handle: null, id: null } }, phone: null, shippingAddress: null, shippingLine: null, smsMarketingPhone: null, transactions: [],
  };
}

function codeApplication(title: string, currency: string): unknown {
  return { allocationMethod: "ACROSS", targetSelection: "ALL", targetType: "LINE_ITEM", title, type: "DISCOUNT_CODE", value: money("0", currency) };
}

function variantData(store: Store, product: CatalogueProduct, variant: CatalogueVariant): unknown {
  const { currency } = store.shop;
  return {
    id: variant.id, image: { src: `/pictures/${product.handle}.svg` }, price: money(amountOf(variant.price, currency), currency), sku: variant.sku, title: variant.title, untranslatedTitle: variant.title,
    product: { id: product.id, title: product.title, type: product.productType, untranslatedTitle: product.title, url: `/products/${product.handle}`, vendor: "Petit Atelier" },
  };
}
