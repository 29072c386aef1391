// An order as the store's webhooks carry it, made from what the checkout reckoned.
import { createHash, randomBytes } from "node:crypto";
import { now } from "#app/clock.ts";
import { amountOf, minorOf, setOf, taxOf } from "./amounts.ts";
import { type Bought, emailKey, HOME, type Reckoned, rateOf, titleOf } from "./checkout.ts";
import { classOf } from "./codes.ts";
import type { Taken } from "./discounting.ts";
import { zonedInstant } from "./instants.ts";
import { bodyId } from "./json.ts";
import type { Store } from "./store.ts";
import { refreshCurrent, taxSummary } from "./totals.ts";
import type {
  CheckoutInput, DiscountAllocation, DiscountApplication, Id, LineItem, MoneySet, Order, ShippingLine, TaxLine, Transaction,
} from "./types.ts";

const COUNTRIES = new Intl.DisplayNames("en", { type: "region" });
export const GATEWAYS = { card: "shopify_payments", cash_on_delivery: "Cash on Delivery (COD)" } as const;

/** Writes `<key>` and `<key>_set` side by side, as the REST bodies do. */
export function money<K extends string>(key: K, minor: bigint, currency: string): Record<K, string> & Record<`${K}_set`, MoneySet> {
  return { [key]: amountOf(minor, currency), [`${key}_set`]: setOf(minor, currency) } as Record<K, string> & Record<`${K}_set`, MoneySet>;
}

export function buildOrder(store: Store, input: CheckoutInput, reckoned: Reckoned): Order {
  const { currency } = store.shop;
  const applied = byClass(reckoned.taken);
  const lines = reckoned.bought.map((bought, at) => lineItem(store, bought, applied.map((each) => each.lines[at] ?? null)));
  const tip = input.tip ? minorOf(input.tip, currency) : 0n;
  if (tip > 0n) lines.push(tipLine(store, tip));
  const shipping = shippingLines(store, reckoned, applied);
  const id = store.nextId("Order");
  const at = zonedInstant(now(), store.shop.timezone);
  const number = store.state.nextOrderNumber++;
  const order = {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${number}`,
    order_number: number,
    number: number - 1000,
    ...heading(store, input),
    created_at: at,
    updated_at: at,
    processed_at: at,
    closed_at: null,
    cancelled_at: null,
    cancel_reason: null,
    currency,
    presentment_currency: currency,
    financial_status: input.payment === "cash_on_delivery" ? "pending" : "paid",
    fulfillment_status: null,
    test: input.test ?? false,
    taxes_included: store.shop.taxesIncluded,
    tax_exempt: false,
    duties_included: false,
    estimated_taxes: false,
    source_name: input.sourceName ?? "web",
    landing_site: input.landingSite ?? null,
    referring_site: input.referringSite ?? null,
    discount_codes: discountCodes(reckoned, applied, currency),
    discount_applications: applied.map(application),
    note_attributes: input.noteAttributes ?? [],
    line_items: lines,
    shipping_lines: shipping,
    fulfillments: [],
    payment_terms: null,
    refunds: [],
  } as unknown as Order;
  order.customer = customerOf(store, input, at);
  originalTotals(order, tip);
  if (order.financial_status === "paid") recordSale(store, order, minorOf(order.total_price, currency));
  refreshCurrent(store, order);
  return order;
}

/** Product discounts come first in the list of applications, then order discounts, then shipping. */
function byClass(taken: Taken[]): Taken[] {
  const rank = { product: 0, order: 1, shipping: 2 };
  return [...taken].sort((a, b) => rank[classOf(a.candidate.discount)] - rank[classOf(b.candidate.discount)]);
}

function heading(store: Store, input: CheckoutInput): Record<string, unknown> {
  const email = input.email?.trim() ?? "";
  const [first = "", ...rest] = (input.name ?? "").split(" ");
  // Each buyer lives somewhere else, so that whoever keeps an address, a number or a connection can be found out.
  const own = createHash("sha256").update(emailKey(email)).digest().readUInt32BE();
  const phone = email === "" ? null : `+49761${String(own).padStart(10, "0").slice(-7)}`;
  const address = {
    first_name: first, last_name: rest.join(" "), name: input.name ?? "", address1: `Lindenweg ${1 + (own % 9_000)}`, address2: null, company: null, phone, city: "Freiburg",
    zip: "79098", province: null, province_code: null, country: COUNTRIES.of(input.country ?? HOME) ?? "", country_code: input.country ?? HOME,
  };
  return {
    app_id: 580111,
    browser_ip: `203.0.113.${1 + (own % 250)}`,
    buyer_accepts_marketing: input.acceptsMarketing ?? false,
    cart_token: input.cartToken ?? randomBytes(16).toString("hex"),
    checkout_token: input.checkoutToken ?? randomBytes(16).toString("hex"),
    confirmation_number: randomBytes(5).toString("hex").slice(0, 9).toUpperCase(),
    confirmed: true,
    customer_locale: "en",
    payment_gateway_names: [GATEWAYS[input.payment ?? "card"]],
    tags: "",
    token: randomBytes(16).toString("hex"),
    email,
    contact_email: email === "" ? null : email,
    phone,
    note: null,
    order_status_url: `https://${store.shop.domain}/orders/status`,
    billing_address: { ...address },
    shipping_address: { ...address },
  };
}

export function lineItem(store: Store, { product, variant, quantity, sellingPlan }: Bought, takenOff: (bigint | null)[]): LineItem {
  const { currency, taxesIncluded, taxTitle } = store.shop;
  const id = store.nextId("LineItem");
  const off = takenOff.reduce((all: bigint, each) => all + (each ?? 0n), 0n);
  const net = variant.price * BigInt(quantity) - off;
  const rate = rateOf(product);
  return {
    id,
    admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
    variant_id: bodyId(variant.id),
    product_id: bodyId(product.id),
    sku: variant.sku,
    title: product.title,
    name: titleOf(product, variant),
    variant_title: variant.title === "Default Title" ? null : variant.title,
    vendor: product.vendor,
    quantity,
    current_quantity: quantity,
    fulfillable_quantity: quantity,
    ...money("price", variant.price, currency),
    gift_card: product.giftCard,
    taxable: rate > 0,
    requires_shipping: product.requiresShipping,
    tip: null,
    fulfillment_service: "manual",
    fulfillment_status: null,
    grams: 200,
    product_exists: true,
    properties: [],
    duties: [],
    ...money("total_discount", 0n, currency), // always 0 in the bodies that were captured, whatever the allocations
    tax_lines: rate > 0 ? [taxLine(taxOf(net, rate, taxesIncluded), rate, taxTitle, currency)] : [],
    discount_allocations: takenOff.flatMap((amount, index): DiscountAllocation[] => amount === null ? [] : [allocation(amount, index, currency)]),
    ...(sellingPlan === null ? {} : { selling_plan_allocation: { selling_plan: { id: bodyId(sellingPlan.id), name: sellingPlan.name } } }),
  };
}

function tipLine(store: Store, tip: bigint): LineItem {
  const { currency } = store.shop;
  const id = store.nextId("LineItem");
  return {
    id,
    admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
    variant_id: null,
    product_id: null,
    sku: null,
    title: "Tip",
    name: "Tip",
    variant_title: null,
    vendor: store.shop.name,
    quantity: 1,
    current_quantity: 1,
    fulfillable_quantity: 1,
    ...money("price", tip, currency),
    gift_card: false,
    taxable: false,
    requires_shipping: false,
    tip: { payment_gateway: "shopify_payments", payment_method: "Visa" },
    tip_payment_gateway: "shopify_payments",
    tip_payment_method: "Visa",
    fulfillment_service: "manual",
    fulfillment_status: null,
    grams: 0,
    product_exists: false,
    properties: [],
    duties: [],
    ...money("total_discount", 0n, currency),
    tax_lines: [],
    discount_allocations: [],
  };
}

export function taxLine(amount: bigint, rate: number, title: string, currency: string): TaxLine {
  return { channel_liable: false, ...money("price", amount, currency), rate, title };
}

function allocation(amount: bigint, index: number, currency: string): DiscountAllocation {
  return { ...money("amount", amount, currency), discount_application_index: index };
}

function shippingLines(store: Store, { cart }: Reckoned, applied: Taken[]): ShippingLine[] {
  if (cart.shipping === null) return [];
  const { currency, taxRate, taxTitle, taxesIncluded, shippingTitle } = store.shop;
  const off = applied.reduce((all, each) => all + (each.shipping ?? 0n), 0n);
  const net = cart.shipping - off;
  return [
    {
      id: store.nextId("ShippingLine"),
      carrier_identifier: null,
      code: shippingTitle,
      title: shippingTitle,
      source: "shopify",
      is_removed: false,
      phone: null,
      ...money("price", cart.shipping, currency),
      ...money("discounted_price", net, currency),
      tax_lines: taxRate > 0 ? [taxLine(taxOf(net, taxRate, taxesIncluded), taxRate, taxTitle, currency)] : [],
      discount_allocations: applied.flatMap((each, index) => (each.shipping === null ? [] : [allocation(each.shipping, index, currency)])),
    },
  ];
}

function application({ candidate: { discount, code } }: Taken): DiscountApplication {
  const { value } = discount;
  const effect = value.kind === "bxgy" ? value.effect : value;
  const kind = classOf(discount);
  const each = kind === "shipping" || (kind === "product" && (value.kind === "percentage" || value.kind === "bxgy" || (value.kind === "amount" && value.onEachItem)));
  return {
    target_type: kind === "shipping" ? "shipping_line" : "line_item",
    type: "discount_code",
    code: code.code,
    value: effect.kind === "percentage" ? percentText(effect.percentage) : effect.kind === "amount" ? shortAmount(effect.amount) : "100.0",
    value_type: effect.kind === "amount" ? "fixed_amount" : "percentage",
    allocation_method: each ? "each" : "across",
    target_selection: kind === "product" ? "entitled" : "all",
  };
}

/** 0.1 -> "10.0", 0.125 -> "12.5" */
function percentText(percentage: number): string {
  const text = String(Math.round(percentage * 1_000_000) / 10_000);
  return text.includes(".") ? text : `${text}.0`;
}

/** "10.00" -> "10.0", as applications carry it. */
function shortAmount(amount: string): string {
  return /\.\d/.test(amount) ? amount.replace(/(\.\d+?)0+$/, "$1") : `${amount}.0`;
}

/** In the order in which the buyer typed them. */
function discountCodes({ outcomes }: Reckoned, applied: Taken[], currency: string): Order["discount_codes"] {
  return outcomes.flatMap((outcome) => {
    const taken = applied.find(({ candidate }) => candidate.code.code === outcome.code);
    if (taken === undefined || !outcome.applied) return [];
    const { value } = taken.candidate.discount;
    const amount = taken.lines.reduce((all: bigint, each) => all + (each ?? 0n), taken.shipping ?? 0n);
    const effect = value.kind === "bxgy" ? value.effect : value;
    const type = effect.kind === "free_shipping" ? "shipping" : effect.kind === "amount" ? "fixed_amount" : "percentage";
    return [{ code: taken.candidate.code.code, amount: amountOf(amount, currency), type }];
  });
}

function customerOf(store: Store, input: CheckoutInput, at: string): Order["customer"] {
  const email = input.email?.trim() ?? "";
  if (email === "") return null;
  let customer = store.state.customers.find((each) => each.email === emailKey(email));
  if (customer === undefined) {
    const [firstName = "", ...rest] = (input.name ?? "").split(" ");
    customer = { id: String(store.nextId("Customer")), email: emailKey(email), firstName, lastName: rest.join(" "), orders: 0, createdAt: at };
    store.state.customers.push(customer);
  }
  if (!input.test) customer.orders++;
  if (input.acceptsMarketing) customer.marketing = "subscribed";
  return {
    id: bodyId(customer.id), email: customer.email, first_name: customer.firstName, last_name: customer.lastName, state: "disabled", verified_email: true,
    created_at: customer.createdAt, currency: store.shop.currency, tags: "", admin_graphql_api_id: `gid://shopify/Customer/${customer.id}`,
  };
}

/** What the order came to when it was placed (or, after an item was added, comes to with it). Refunds and removals do not touch these. */
export function originalTotals(order: Order, tip: bigint): void {
  const { currency } = order;
  const minor = (amount: string) => minorOf(amount, currency);
  const gross = order.line_items.reduce((all, line) => all + minor(line.price) * BigInt(line.quantity), 0n);
  const lineOff = order.line_items.reduce((all, line) => line.discount_allocations.reduce((sum, each) => sum + minor(each.amount), all), 0n);
  const shipping = order.shipping_lines.reduce((all, line) => all + minor(line.price), 0n);
  const shippingNet = order.shipping_lines.reduce((all, line) => all + minor(line.discounted_price), 0n);
  order.tax_lines = taxSummary(order);
  const tax = order.tax_lines.reduce((all, line) => all + minor(line.price), 0n);
  Object.assign(order, {
    ...money("total_line_items_price", gross, currency),
    ...money("total_discounts", lineOff + shipping - shippingNet, currency),
    ...money("subtotal_price", gross - lineOff, currency),
    total_shipping_price_set: setOf(shipping, currency),
    ...money("total_tax", tax, currency),
    ...money("total_price", gross - lineOff + shippingNet + (order.taxes_included ? 0n : tax), currency),
    total_tip_received: amountOf(tip, currency),
  });
}

export function recordSale(store: Store, order: Order, amount: bigint): Transaction {
  const list = (store.state.paidTransactions[String(order.id)] ??= []);
  const gateways = order.payment_gateway_names as string[] | undefined;
  const sale = transaction(store, order, "sale", amount, gateways?.[0] ?? GATEWAYS.card, null);
  list.push(sale);
  return sale;
}

export function transaction(store: Store, order: Order, kind: Transaction["kind"], amount: bigint, gateway: string, parent: Id | null): Transaction {
  const id = store.nextId("OrderTransaction");
  const at = zonedInstant(now(), store.shop.timezone);
  return {
    id, admin_graphql_api_id: `gid://shopify/OrderTransaction/${id}`, order_id: order.id, kind, status: "success", gateway,
    amount: amountOf(amount, order.currency), currency: order.currency, created_at: at, processed_at: at, parent_id: parent, test: order.test,
  };
}
