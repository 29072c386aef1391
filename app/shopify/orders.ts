// The second reader of orders: the Admin GraphQL API. It gives the same facts as domain/read-order.ts does of a webhook body, and what no body tells.
import { setTimeout as sleep } from "node:timers/promises";
import type { Beside } from "../domain/beside.ts";
import { instantIso, instantNs } from "../domain/instant.ts";
import { AmountError, exponentOf, parseAmount } from "../domain/money.ts";
import { cancelReasonOf, normalise, READER_VERSION, type Allocation, type Application, type DiscountKind, type Line, type OrderFacts, type Refund } from "../domain/order.ts";
import { FIRST_PARAMETER, namedClicks } from "../domain/origin.ts";
import { CLICKS_NAME, VISITOR_NAME } from "../domain/touch.ts";
import { isStopping } from "../stopping.server.ts";
import type { Admin, AdminFault } from "./admin.ts";
import { besideOf, hasEarlierOrder, originOf, placeSaysReturning, type CustomersOrder, type LineBesideNode, type OrderBesideNode } from "./beside.ts";
import { CUSTOMERS_ORDERS, ORDER, ORDER_LINES, ORDER_TIPS, REFUND } from "./orders.graphql.ts";
import { clean, digitsOf } from "./text.ts";

export type FetchedOrder =
  | { ok: true; facts: OrderFacts | null; beside: Beside | null } // both null: the store has no such order, or shows it no more
  | { ok: false; fault: AdminFault | { kind: "moving" } | { kind: "undecipherable"; reason: string } };

type Money = { shopMoney: { amount: string; currencyCode: string } };
type AllocationNode = { allocatedAmountSet: Money; discountApplication: { index: number } };
type More = { hasNextPage: boolean };
type PageInfo = { hasNextPage: boolean; endCursor: string | null };
type LineNode = LineBesideNode & {
  sku: string | null; title: string; quantity: number; currentQuantity: number; isGiftCard: boolean; variant: { id: string } | null;
  originalUnitPriceSet: Money; discountAllocations: AllocationNode[]; taxLines: { priceSet: Money }[];
};
type LinePage = { pageInfo: PageInfo; nodes: LineNode[] };
type OrderNode = OrderBesideNode & {
  name: string; updatedAt: string; cancelledAt: string | null; cancelReason: string | null; test: boolean; displayFinancialStatus: string | null;
  currencyCode: string; presentmentCurrencyCode: string; taxesIncluded: boolean; sourceName: string | null; email: string | null;
  totalPriceSet: { presentmentMoney: { amount: string; currencyCode: string } };
  totalTipReceivedSet: Money;
  customAttributes: { key: string; value: string | null }[];
  discountCodes: string[];
  discountApplications: { pageInfo: More; nodes: { __typename: string; index: number; targetType: string; code?: string; title?: string }[] };
  lineItems: LinePage;
  shippingLines: { pageInfo: More; nodes: { discountAllocations: AllocationNode[] }[] };
  refunds: { id: string }[];
};
type RefundNode = {
  id: string; createdAt: string | null; order: { updatedAt: string };
  orderAdjustments: { pageInfo: More; nodes: { amountSet: Money }[] };
  refundLineItems: { pageInfo: PageInfo; nodes: { quantity: number; lineItem: { id: string }; subtotalSet: Money; totalTaxSet: Money }[] };
};
type History = { order: { customer: { id: string; orders: { pageInfo: PageInfo; nodes: CustomersOrder[] } } | null } | null };

/** Ends a read early, with its fault. */
class Ended extends Error {
  readonly fault: (FetchedOrder & { ok: false })["fault"];
  constructor(fault: Ended["fault"]) {
    super(fault.kind);
    this.fault = fault;
  }
}

const MOST_PAGES = 40;
/** As the document asks for them; a list without pages does not say whether there are more. */
const MOST_REFUNDS = 100;
/** How long one order may wait for points in all; whoever asks holds it that long (flow/fetch.ts). */
export const MOST_WAITED_MS = 120_000;

/** Asks the store for an order. An order that changes between two calls is `moving`: ask again. `hash` as in domain/read-order.ts. */
export async function fetchOrder(admin: Admin, orderId: string, hash: (text: string) => string): Promise<FetchedOrder> {
  const id = `gid://shopify/Order/${orderId}`;
  let waitedMs = 0;
  async function ask<T>(document: string, variables: Record<string, unknown>): Promise<T> {
    const answer = await admin<T>(document, variables);
    if (answer.ok) return answer.data;
    // A large order costs more points than the bucket holds: the page that was refused is asked for again, not the whole order.
    if (answer.fault.kind !== "throttled" || isStopping() || waitedMs + answer.fault.waitMs > MOST_WAITED_MS) throw new Ended(answer.fault);
    waitedMs += answer.fault.waitMs;
    await sleep(answer.fault.waitMs);
    return ask<T>(document, variables);
  }
  try {
    const { order } = await ask<{ order: OrderNode | null }>(ORDER, { id });
    if (order === null) return { ok: true, facts: null, beside: null };
    whole("discounts", order.discountApplications.pageInfo);
    whole("shipping lines", order.shippingLines.pageInfo);
    whole("refunds", { hasNextPage: order.refunds.length >= MOST_REFUNDS });
    const lines = await allLines(order, (after) => ask<{ order: { updatedAt: string; lineItems: LinePage } | null }>(ORDER_LINES, { id, after }));
    const tips = hasTip(order) ? await tipLines(order, () => ask(ORDER_TIPS, { id })) : new Set<string>();
    const refunds: Refund[] = [];
    for (const refund of order.refunds) refunds.push(await readRefund(order, (after) => ask<{ refund: RefundNode | null }>(REFUND, { id: refund.id, after })));
    const { returning, customerId } = await readHistory(order, (after) => ask<History>(CUSTOMERS_ORDERS, { id, after }));
    return { ok: true, facts: normalise(factsOf(order, lines, tips, refunds, hash)), beside: besideOf(order, lines, returning, originOf(order, customerId, hash)) };
  } catch (fault) {
    if (fault instanceof Ended) return { ok: false, fault: fault.fault };
    if (fault instanceof AmountError) return { ok: false, fault: { kind: "undecipherable", reason: fault.message } };
    throw fault;
  }
}

/** What is read as one page has to be the whole of it: a part would be read wrong without a word. */
function whole(what: string, { hasNextPage }: More): void {
  if (hasNextPage) throw new Ended({ kind: "undecipherable", reason: `the order has more ${what} than this app reads` });
}

async function allLines(order: OrderNode, next: (after: string) => Promise<{ order: { updatedAt: string; lineItems: LinePage } | null }>): Promise<LineNode[]> {
  const lines = [...order.lineItems.nodes];
  let page = order.lineItems.pageInfo;
  for (let pages = 0; page.hasNextPage && page.endCursor !== null; pages++) {
    if (pages >= MOST_PAGES) throw new Ended({ kind: "undecipherable", reason: "the order has more lines than this app reads" });
    const answer = await next(page.endCursor);
    if (answer.order === null || answer.order.updatedAt !== order.updatedAt) throw new Ended({ kind: "moving" });
    lines.push(...answer.order.lineItems.nodes);
    page = answer.order.lineItems.pageInfo;
  }
  return lines;
}

async function readRefund(order: OrderNode, read: (after: string | null) => Promise<{ refund: RefundNode | null }>): Promise<Refund> {
  const currency = order.currencyCode;
  let result: Refund | null = null;
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { refund }: { refund: RefundNode | null } = await read(after);
    if (refund === null || refund.order.updatedAt !== order.updatedAt) throw new Ended({ kind: "moving" });
    const lines = refund.refundLineItems.nodes.map((line) => ({
      lineId: digitsOf(line.lineItem.id),
      quantity: line.quantity,
      subtotal: minor(line.subtotalSet, currency).toString(),
      tax: minor(line.totalTaxSet, currency).toString(),
    }));
    whole("adjustments in one refund", refund.orderAdjustments.pageInfo);
    const adjustment = refund.orderAdjustments.nodes.reduce((total, entry) => total + minor(entry.amountSet, currency), 0n);
    result ??= { id: digitsOf(refund.id), createdAt: refund.createdAt === null ? null : instantIso(refund.createdAt), lines: [], adjustment: adjustment.toString() };
    result.lines.push(...lines);
    if (!refund.refundLineItems.pageInfo.hasNextPage) return result;
    after = refund.refundLineItems.pageInfo.endCursor;
  }
  throw new Ended({ kind: "undecipherable", reason: "a refund has more lines than this app reads" });
}

/**
 * Did the order's customer order before, and who is it? An order without a customer is of nobody who did. Null where it cannot be told: a token that was
 * given before the app asked for read_customers reads orders all the same.
 */
async function readHistory(order: OrderNode, read: (after: string | null) => Promise<History>): Promise<{ returning: boolean | null; customerId: string | null }> {
  const placed = placeSaysReturning(order);
  let customerId: string | null = null;
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const answer: History | null = await read(after).catch((fault: unknown) => {
      if (fault instanceof Ended && fault.fault.kind === "scope") return null;
      throw fault;
    });
    if (answer === null) return { returning: placed || null, customerId };
    if (answer.order === null) throw new Ended({ kind: "moving" });
    if (answer.order.customer === null) return { returning: placed, customerId };
    customerId = digitsOf(answer.order.customer.id);
    if (placed) return { returning: true, customerId };
    const { nodes, pageInfo }: { nodes: CustomersOrder[]; pageInfo: PageInfo } = answer.order.customer.orders;
    const earlier = hasEarlierOrder(order, nodes);
    if (earlier !== "unknown") return { returning: earlier, customerId };
    if (!pageInfo.hasNextPage) return { returning: false, customerId };
    after = pageInfo.endCursor;
  }
  return { returning: null, customerId };
}

function hasTip(order: OrderNode): boolean {
  return minor(order.totalTipReceivedSet, order.currencyCode) !== 0n;
}

type Tips = { order: { updatedAt: string; agreements: { pageInfo: More; nodes: { sales: { pageInfo: More; nodes: { lineType: string; lineItem?: { id: string } }[] } }[] } } | null };

/** The API marks a tip by the sale that its line comes from. */
async function tipLines(order: OrderNode, read: () => Promise<Tips>): Promise<Set<string>> {
  const answer = await read();
  if (answer.order === null || answer.order.updatedAt !== order.updatedAt) throw new Ended({ kind: "moving" });
  for (const part of [answer.order.agreements, ...answer.order.agreements.nodes.map((agreement) => agreement.sales)]) whole("sales", part.pageInfo);
  return new Set(answer.order.agreements.nodes.flatMap((agreement) => agreement.sales.nodes.flatMap((sale) => (sale.lineType === "TIP" && sale.lineItem ? digitsOf(sale.lineItem.id) : []))));
}

function factsOf(order: OrderNode, lines: LineNode[], tips: ReadonlySet<string>, refunds: Refund[], hash: (text: string) => string): OrderFacts {
  const currency = order.currencyCode;
  exponentOf(currency);
  const email = order.email?.trim().toLowerCase() ?? "";
  const { presentmentMoney } = order.totalPriceSet;
  return {
    version: READER_VERSION,
    id: digitsOf(order.id),
    name: clean(order.name),
    createdAt: instantIso(order.createdAt)!,
    updatedNs: instantNs(order.updatedAt)!.toString(),
    test: order.test,
    cancelledAt: order.cancelledAt === null ? null : instantIso(order.cancelledAt),
    ...cancelReasonOf(order.cancelledAt, order.cancelReason),
    financialStatus: (order.displayFinancialStatus ?? "PENDING").toLowerCase(),
    currency,
    presentment: { currency: order.presentmentCurrencyCode, total: parseAmount(presentmentMoney.amount, presentmentMoney.currencyCode).toString() },
    taxesIncluded: order.taxesIncluded,
    sourceName: order.sourceName,
    emailHash: email === "" ? null : hash(email),
    visitor: attribute(order, VISITOR_NAME),
    clickId: attribute(order, FIRST_PARAMETER),
    ...namedClicks(order.customAttributes.map(({ key, value }) => ({ name: key, value: clean(value ?? "") })), CLICKS_NAME),
    applications: applicationsOf(order),
    listedCodes: order.discountCodes.map(clean),
    lines: lines.map((line) => lineOf(line, currency, tips)),
    shipping: order.shippingLines.nodes.flatMap((line) => line.discountAllocations.map((entry) => allocationOf(entry, currency))),
    refunds,
  };
}

const KINDS: Record<string, DiscountKind> = {
  DiscountCodeApplication: "discount_code",
  AutomaticDiscountApplication: "automatic",
  ManualDiscountApplication: "manual",
  ScriptDiscountApplication: "script",
};

function applicationsOf(order: OrderNode): Application[] {
  const applications: Application[] = [];
  for (const node of order.discountApplications.nodes) {
    const kind = KINDS[node.__typename] ?? "manual";
    applications[node.index] = {
      kind,
      code: kind === "discount_code" ? clean(node.code ?? "") : null,
      title: kind === "discount_code" || node.title === undefined ? null : clean(node.title),
      target: node.targetType === "SHIPPING_LINE" ? "shipping_line" : "line_item",
    };
  }
  // The API leaves out what an edit added; allocations name it by its index all the same.
  return Array.from(applications, (application) => application ?? { kind: "manual", code: null, title: null, target: "line_item" });
}

function lineOf(line: LineNode, currency: string, tips: ReadonlySet<string>): Line {
  const id = digitsOf(line.id);
  return {
    id,
    sku: line.sku === null || line.sku.trim() === "" ? null : clean(line.sku),
    variantId: line.variant === null ? null : digitsOf(line.variant.id),
    title: clean(line.title),
    quantity: line.quantity,
    currentQuantity: line.currentQuantity,
    price: minor(line.originalUnitPriceSet, currency).toString(),
    allocations: line.discountAllocations.map((entry) => allocationOf(entry, currency)),
    tax: line.taxLines.reduce((total, tax) => total + minor(tax.priceSet, currency), 0n).toString(),
    giftCard: line.isGiftCard,
    tip: tips.has(id),
  };
}

function allocationOf(entry: AllocationNode, currency: string): Allocation {
  return { application: entry.discountApplication.index, amount: minor(entry.allocatedAmountSet, currency).toString() };
}

function attribute(order: OrderNode, name: string): string | null {
  const value = clean(order.customAttributes.findLast((entry) => entry.key === name)?.value ?? "").trim();
  return value !== "" && value.length <= 255 ? value : null;
}

function minor(money: Money, currency: string): bigint {
  if (money.shopMoney.currencyCode !== currency) throw new AmountError(`an amount is in ${money.shopMoney.currencyCode}, the order in ${currency}`);
  return parseAmount(money.shopMoney.amount, currency);
}
