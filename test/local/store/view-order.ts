// GraphQL's Order, derived from the order as the webhooks carry it.
import { amountOf, decimalOf, minorOf, rounded } from "./amounts.ts";
import { type Args, connection, NotServed, onlyArguments, type View } from "./connection.ts";
import { utcInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import { netOf, received, refunded, refundedQuantity, refundedShipping, taxIn } from "./totals.ts";
import type { DiscountAllocation, LineItem, MoneySet, Order, ShippingLine, StoreState, TaxLine, Transaction } from "./types.ts";
import { agreementsConnection } from "./view-agreement.ts";
import { customerView, journeyView } from "./view-customer.ts";
import { lineProductView, lineVariantView } from "./view-product.ts";
import { refundView } from "./view-refund.ts";

export function orderView(store: Store, order: Order): View {
  const { currency } = order;
  const set = (key: string) => bag(order[`${key}_set`] as MoneySet | undefined, String(order[key] ?? "0"), currency);
  const sum = (minor: bigint) => bag(undefined, amountOf(minor, currency), currency);
  const whole = (key: string) => decimalOf(String(order[key] ?? "0"));
  return {
    __typename: "Order",
    id: order.admin_graphql_api_id,
    legacyResourceId: String(order.id),
    name: order.name,
    number: order.order_number,
    createdAt: utcInstant(order.created_at),
    updatedAt: utcInstant(order.updated_at),
    processedAt: utcInstant(order.processed_at ?? order.created_at),
    closedAt: instant(order.closed_at),
    closed: order.closed_at != null,
    cancelledAt: instant(order.cancelled_at),
    cancelReason: order.cancel_reason?.toUpperCase() ?? null,
    cancellation: order.cancelled_at == null ? null : { staffNote: null },
    test: order.test,
    confirmed: order.confirmed ?? true,
    edited: order.line_items.some((line) => line.quantity - line.current_quantity > refundedQuantity(order, String(line.id))) && order.cancelled_at == null,
    displayFinancialStatus: order.financial_status?.toUpperCase() ?? null,
    displayFulfillmentStatus: order.fulfillment_status === null ? "UNFULFILLED" : order.fulfillment_status.toUpperCase(),
    fullyPaid: /^(paid|partially_refunded|refunded)$/.test(order.financial_status),
    unpaid: !/paid|refunded/.test(order.financial_status),
    currencyCode: currency,
    presentmentCurrencyCode: order.presentment_currency,
    taxesIncluded: order.taxes_included,
    taxExempt: order.tax_exempt ?? false,
    dutiesIncluded: order.duties_included ?? false,
    estimatedTaxes: order.estimated_taxes ?? false,
    sourceName: order.source_name,
    sourceIdentifier: null,
    email: order.email === "" ? null : order.email,
    customerAcceptsMarketing: order.buyer_accepts_marketing === true,
    phone: order.phone ?? null,
    note: order.note ?? null,
    poNumber: null,
    tags: String(order.tags ?? "").split(",").map((tag) => tag.trim()).filter(Boolean),
    cartToken: order.cart_token ?? null,
    checkoutToken: order.checkout_token ?? null,
    confirmationNumber: order.confirmation_number ?? null,
    clientIp: order.browser_ip ?? null,
    customerLocale: order.customer_locale ?? null,
    landingPageUrl: order.landing_site == null ? null : new URL(order.landing_site, `https://${store.shop.domain}`).href,
    referrerUrl: order.referring_site || null,
    paymentGatewayNames: order.payment_gateway_names ?? [],
    customAttributes: order.note_attributes.map(({ name, value }) => ({ key: name, value })),
    customer: () => (order.customer?.id == null ? null : customerView(store, order.customer)),
    customerJourneySummary: () => journeyView(store, order),
    disputes: () => store.state.disputes.filter(({ body }) => String(body.order_id) === String(order.id)).map(disputeView),
    discountCode: order.discount_codes[0]?.code ?? null,
    discountCodes: order.discount_codes.map(({ code }) => code),
    discountApplications: (args: Args) =>
      connection({ field: "Order.discountApplications", items: order.discount_applications.map((_, index) => index), id: String, view: (index) => applicationView(order, index) }, args),
    lineItems: (args: Args) => connection({ field: "Order.lineItems", items: order.line_items, id: (line) => String(line.id), key: (line) => order.line_items.indexOf(line), view: (line) => lineView(store, order, line) }, args),
    shippingLine: () => (order.shipping_lines[0] === undefined ? null : shippingView(order, order.shipping_lines[0])),
    shippingLines: (args: Args) => {
      const items = order.shipping_lines.filter((line) => args.includeRemovals === true || !line.is_removed);
      return connection({ field: "Order.shippingLines", items, id: (line) => String(line.id), view: (line) => shippingView(order, line) }, args, ["includeRemovals"]);
    },
    refunds: (args: Args) => {
      onlyArguments("Order.refunds", args, ["first"]);
      return order.refunds.slice(0, (args.first as number | null) ?? undefined).map((refund) => refundView(store, order, refund));
    },
    transactions: (args: Args) => {
      onlyArguments("Order.transactions", args, ["first"]);
      return transactionsOf(store, order).slice(0, (args.first as number | null) ?? undefined).map((each) => transactionView(store, order, each));
    },
    agreements: (args: Args) => agreementsConnection(store, order, args),
    transactionsCount: () => ({ count: transactionsOf(store, order).length, precision: "EXACT" }),
    taxLines: () => order.tax_lines.map((line) => taxView(line, currency)),
    subtotalPriceSet: set("subtotal_price"),
    totalPriceSet: set("total_price"),
    originalTotalPriceSet: set("total_price"),
    totalTaxSet: set("total_tax"),
    totalDiscountsSet: set("total_discounts"),
    totalShippingPriceSet: bag(order.total_shipping_price_set as MoneySet | undefined, "0", currency),
    totalOutstandingSet: bag(undefined, order.total_outstanding ?? "0", currency),
    totalTipReceivedSet: bag(undefined, order.total_tip_received ?? "0", currency),
    totalReceivedSet: () => sum(received(store, order)),
    totalRefundedSet: () => sum(refunded(order)),
    totalRefundedShippingSet: () => sum(refundedShipping(order)),
    netPaymentSet: () => sum(received(store, order) - refunded(order)),
    refundDiscrepancySet: () => sum(order.refunds.flatMap((refund) => refund.order_adjustments).reduce((all, each) => all + (each.kind === "shipping_refund" ? 0n : minorOf(each.amount, currency)), 0n)),
    currentSubtotalPriceSet: set("current_subtotal_price"),
    currentTotalPriceSet: set("current_total_price"),
    currentTotalTaxSet: set("current_total_tax"),
    currentTotalDiscountsSet: set("current_total_discounts"),
    currentSubtotalLineItemsQuantity: order.line_items.reduce((all, line) => all + line.current_quantity, 0),
    subtotalLineItemsQuantity: order.line_items.reduce((all, line) => all + line.quantity, 0),
    subtotalPrice: whole("subtotal_price"),
    totalPrice: whole("total_price"),
    totalTax: whole("total_tax"),
    totalDiscounts: whole("total_discounts"),
  };
}

export function instant(text: string | null | undefined): string | null {
  return text == null ? null : utcInstant(text);
}

/** A MoneyBag; where the body has no set, both sides are the bare amount in the shop's currency. */
export function bag(set: MoneySet | undefined, bare: string, currency: string): View {
  const side = (money: { amount: string; currency_code: string } | undefined) => ({
    __typename: "MoneyV2",
    amount: decimalOf(money?.amount ?? bare),
    currencyCode: money?.currency_code ?? currency,
  });
  return { shopMoney: side(set?.shop_money), presentmentMoney: side(set?.presentment_money) };
}

function lineView(store: Store, order: Order, line: LineItem): View {
  const { currency } = order;
  const price = minorOf0(line.price, currency);
  const sum = (minor: bigint) => bag(undefined, amountOf(minor, currency), currency);
  const kinds = order.discount_applications.map((each) => each.type);
  const off = (codes: boolean) =>
    line.discount_allocations.reduce((all, each) => all + (codes || kinds[each.discount_application_index] !== "discount_code" ? minorOf(each.amount, currency) : 0n), 0n);
  return {
    __typename: "LineItem",
    id: line.admin_graphql_api_id ?? `gid://shopify/LineItem/${line.id}`,
    title: line.title,
    name: line.name,
    variantTitle: line.variant_title,
    vendor: line.vendor,
    sku: line.sku,
    quantity: line.quantity,
    currentQuantity: line.current_quantity,
    fulfillableQuantity: line.fulfillable_quantity,
    unfulfilledQuantity: line.fulfillable_quantity,
    refundableQuantity: order.cancelled_at === null ? line.current_quantity : line.quantity - refundedQuantity(order, String(line.id)),
    requiresShipping: line.requires_shipping,
    taxable: line.taxable,
    isGiftCard: line.gift_card,
    customAttributes: (line.properties ?? []).map(({ name, value }) => ({ key: name, value })),
    product: () => lineProductView(store, line),
    variant: () => lineVariantView(store, line),
    originalUnitPriceSet: bag(line.price_set, line.price, currency),
    originalTotalSet: () => sum(price * BigInt(line.quantity)),
    discountedTotalSet: (args: Args) => sum(price * BigInt(line.quantity) - off(args.withCodeDiscounts === true)),
    discountedUnitPriceSet: () => sum(rounded(price * BigInt(line.quantity) - off(false), 1n, BigInt(line.quantity))),
    discountedUnitPriceAfterAllDiscountsSet: () => sum(rounded(netOf(line, currency), 1n, BigInt(line.quantity))),
    priceAfterAllDiscountsBeforeTaxesSet: () => {
      const net = netOf(line, currency) - (order.taxes_included ? taxIn(line, currency) : 0n);
      return sum(rounded(net, BigInt(line.current_quantity), BigInt(line.quantity)));
    },
    totalDiscountSet: bag(line.total_discount_set, line.total_discount, currency),
    discountAllocations: () => line.discount_allocations.map((each) => allocationView(order, each)),
    taxLines: (args: Args) => line.tax_lines.slice(0, (args.first as number | null) ?? undefined).map((each) => taxView(each, currency)),
    duties: [],
    sellingPlan: () => planView(line),
  };
}

function planView({ selling_plan_allocation: allocation }: LineItem): View | null {
  if (allocation == null) return null;
  return { __typename: "LineItemSellingPlan", name: allocation.selling_plan.name, sellingPlanId: `gid://shopify/SellingPlan/${allocation.selling_plan.id}` };
}

function disputeView({ initiatedAs, body }: StoreState["disputes"][number]): View {
  return { __typename: "OrderDisputeSummary", id: `gid://shopify/OrderDisputeSummary/${body.id}`, initiatedAs: initiatedAs.toUpperCase(), status: body.status.toUpperCase() };
}

function shippingView(order: Order, line: ShippingLine): View {
  const { currency } = order;
  return {
    __typename: "ShippingLine",
    id: `gid://shopify/ShippingLine/${line.id}`,
    code: line.code,
    title: line.title,
    source: line.source,
    custom: false,
    isRemoved: line.is_removed ?? false,
    carrierIdentifier: line.carrier_identifier ?? null,
    phone: line.phone ?? null,
    originalPriceSet: bag(line.price_set, line.price, currency),
    discountedPriceSet: bag(line.discounted_price_set, line.discounted_price, currency),
    discountAllocations: () => line.discount_allocations.map((each) => allocationView(order, each)),
    taxLines: () => line.tax_lines.map((each) => taxView(each, currency)),
  };
}

export function lineById(store: Store, order: Order, id: string): View {
  const line = order.line_items.find((each) => String(each.id) === id);
  if (line === undefined) throw new NotServed(`a line item that the order does not hold (${id})`);
  return lineView(store, order, line);
}

export function shippingById(order: Order, id: string): View {
  const line = order.shipping_lines.find((each) => String(each.id) === id);
  if (line === undefined) throw new NotServed(`a shipping line that the order does not hold (${id})`);
  return shippingView(order, line);
}

function allocationView(order: Order, each: DiscountAllocation): View {
  const set = bag(each.amount_set, each.amount, order.currency);
  return {
    __typename: "DiscountAllocation",
    allocatedAmountSet: set,
    allocatedAmount: set.shopMoney,
    discountApplication: () => applicationView(order, each.discount_application_index),
  };
}

const APPLICATION_TYPES = {
  discount_code: "DiscountCodeApplication", automatic: "AutomaticDiscountApplication", manual: "ManualDiscountApplication", script: "ScriptDiscountApplication",
} as const;

function applicationView(order: Order, index: number): View {
  const each = order.discount_applications[index];
  if (each === undefined) throw new NotServed(`a discount application that the order does not hold (${index})`);
  const value =
    each.value_type === "percentage"
      ? { __typename: "PricingPercentageValue", percentage: Number(each.value) }
      : { __typename: "MoneyV2", amount: decimalOf(each.value), currencyCode: order.currency };
  return {
    __typename: APPLICATION_TYPES[each.type],
    index,
    targetType: each.target_type.toUpperCase(),
    targetSelection: each.target_selection.toUpperCase(),
    allocationMethod: each.allocation_method.toUpperCase(),
    value,
    ...(each.type === "discount_code" ? { code: each.code } : { title: each.title ?? "" }),
    ...(each.type === "manual" || each.type === "script" ? { description: each.description ?? null } : {}),
  };
}

export function taxView(line: TaxLine, currency: string): View {
  return {
    title: line.title, rate: line.rate, ratePercentage: line.rate == null ? null : Math.round(line.rate * 1e8) / 1e6, source: "Shopify",
    channelLiable: line.channel_liable ?? false, price: decimalOf(line.price), priceSet: bag(line.price_set, line.price, currency),
  };
}

/** Sales as the store noted them; an order put in from outside has one for all that its status says came in. */
function transactionsOf(store: Store, order: Order): Transaction[] {
  const noted = store.state.paidTransactions[String(order.id)];
  const gateways = order.payment_gateway_names as string[] | undefined;
  const paid = received(store, order);
  const id = BigInt(order.id) + 800n;
  const sale: Transaction = {
    id, admin_graphql_api_id: `gid://shopify/OrderTransaction/${id}`, order_id: order.id, kind: "sale", status: "success",
    gateway: gateways?.[0] ?? "shopify_payments", amount: amountOf(paid, order.currency), currency: order.currency, created_at: order.created_at,
    processed_at: order.created_at, parent_id: null, test: order.test,
  };
  return [...(noted ?? (paid > 0n ? [sale] : [])), ...order.refunds.flatMap((refund) => refund.transactions)];
}

export function transactionView(store: Store, order: Order, each: Transaction): View {
  return {
    __typename: "OrderTransaction",
    id: each.admin_graphql_api_id ?? `gid://shopify/OrderTransaction/${each.id}`,
    kind: each.kind.toUpperCase(),
    status: each.status.toUpperCase(),
    gateway: each.gateway,
    formattedGateway: each.gateway,
    test: each.test,
    createdAt: utcInstant(each.created_at),
    processedAt: instant(each.processed_at),
    manualPaymentGateway: each.gateway.startsWith("Cash"),
    amount: decimalOf(each.amount),
    amountSet: bag(undefined, each.amount, order.currency),
    errorCode: null,
    order: () => orderView(store, order),
    parentTransaction: () => {
      const parent = transactionsOf(store, order).find((other) => String(other.id) === String(each.parent_id));
      return parent === undefined ? null : transactionView(store, order, parent);
    },
  };
}

/** Prices of orders put in from outside may be malformed on purpose: sums over them are then 0, and the raw text is what is shown. */
function minorOf0(amount: string, currency: string): bigint {
  try {
    return minorOf(amount, currency);
  } catch {
    return 0n;
  }
}
