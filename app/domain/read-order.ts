// Reads the facts out of an order as the webhooks carry it (REST shape). The other reader, of the Admin GraphQL API, is shopify/orders.ts.
// A part that may be missing takes its neutral value; a part that decides money and cannot be read makes the order unreadable, never a guess.
import { instantIso, instantNs } from "./instant.ts";
import { AmountError, exponentOf, parseAmount } from "./money.ts";
import { checkoutTokenOf, customerText, FIRST_PARAMETER, landingOf, namedClicks, type Origin } from "./origin.ts";
import { cancelReasonOf, normalise, READER_VERSION, type Allocation, type Application, type DiscountKind, type Line, type OrderFacts, type Refund } from "./order.ts";
import { CLICKS_NAME, VISITOR_NAME } from "./touch.ts";

/** `origin` is kept beside the facts: null where the body says nothing of it. */
export type ReadOrder = { ok: true; facts: OrderFacts; origin: Origin | null } | { ok: false; reason: string };

type Json = Record<string, unknown>;

/** Why an order cannot be read, with the place: "line_items[2].price_set: …". */
export class UnreadableError extends Error {}

/** Reads a webhook body that was parsed by domain/json.ts. `hash` makes the keyed hash of a trimmed, lower-cased address, and of a customer. */
export function readOrder(body: unknown, hash: (text: string) => string): ReadOrder {
  try {
    const fields = object(body, "body");
    return { ok: true, facts: normalise(factsOf(fields, hash)), origin: originOf(fields, hash) };
  } catch (fault) {
    if (fault instanceof UnreadableError || fault instanceof AmountError) return { ok: false, reason: fault.message };
    throw fault;
  }
}

function originOf(body: Json, hash: (text: string) => string): Origin | null {
  const customer = typeof body.customer === "object" && body.customer !== null && !Array.isArray(body.customer) ? idOf(body.customer as Json) : null;
  const checkoutToken = checkoutTokenOf(body.checkout_token);
  const site = landingOf(body.landing_site);
  return checkoutToken === null && customer === null && site === null ? null : { checkoutToken, customer: customer === null ? null : hash(customerText(customer)), site, visit: null };
}

/** The id that a body names: its admin_graphql_api_id, or the digits of its id (rules, section 2). More than 20 digits are no id of 64 bits. */
export function idOf(body: Json, field = "id"): string | null {
  const gid = field === "id" ? body.admin_graphql_api_id : null;
  if (typeof gid === "string") {
    const digits = /\/(\d{1,20})(?:\?.*)?$/.exec(gid);
    if (digits) return digits[1]!;
  }
  const id = body[field];
  if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return String(id);
  return typeof id === "string" && /^\d{1,20}$/.test(id) ? id : null;
}

function factsOf(body: Json, hashEmail: (email: string) => string): OrderFacts {
  const currency = text(body.currency, "currency");
  exponentOf(currency);
  const attributes = attributesOf(body.note_attributes);
  const email = firstFilled(body.email, body.contact_email);
  return {
    version: READER_VERSION,
    id: idOf(body) ?? refuse("id", "is missing"),
    name: optionalText(body.name) ?? "",
    createdAt: instant(body.created_at, "created_at"),
    updatedNs: (instantNs(text(body.updated_at, "updated_at")) ?? refuse("updated_at", "is no instant")).toString(),
    test: flag(body.test, "test"),
    cancelledAt: body.cancelled_at == null ? null : instant(body.cancelled_at, "cancelled_at"),
    ...cancelReasonOf(body.cancelled_at, optionalText(body.cancel_reason)),
    financialStatus: (optionalText(body.financial_status) ?? "pending").toLowerCase(),
    currency,
    presentment: presentmentOf(body, currency),
    taxesIncluded: flag(body.taxes_included, "taxes_included"),
    sourceName: typeof body.source_name === "number" ? String(body.source_name) : optionalText(body.source_name), // an app's id is digits
    emailHash: email === null ? null : hashEmail(email),
    visitor: attributes.get(VISITOR_NAME) ?? null,
    clickId: attributes.get(FIRST_PARAMETER) ?? null,
    ...namedClicks(namedOf(body.note_attributes), CLICKS_NAME),
    applications: list(body.discount_applications, "discount_applications").map(applicationOf),
    listedCodes: list(body.discount_codes, "discount_codes").map((entry, at) => text(entry.code, `discount_codes[${at}].code`)),
    lines: list(body.line_items, "line_items").map((line, at) => lineOf(line, currency, `line_items[${at}]`)),
    shipping: list(body.shipping_lines, "shipping_lines").flatMap((line, at) => allocationsOf(line, currency, `shipping_lines[${at}]`)),
    refunds: list(body.refunds, "refunds").map((refund, at) => refundOf(refund, currency, `refunds[${at}]`)),
  };
}

function applicationOf(entry: Json, at: number): Application {
  const kinds: Record<string, DiscountKind> = { discount_code: "discount_code", automatic: "automatic", manual: "manual", script: "script" };
  const kind = kinds[String(entry.type)] ?? "manual";
  const code = kind === "discount_code" ? text(entry.code, `discount_applications[${at}].code`) : null;
  return { kind, code, title: kind === "discount_code" ? null : optionalText(entry.title), target: entry.target_type === "shipping_line" ? "shipping_line" : "line_item" };
}

function lineOf(line: Json, currency: string, place: string): Line {
  const quantity = count(line.quantity, `${place}.quantity`);
  return {
    id: idOf(line) ?? refuse(`${place}.id`, "is missing"),
    sku: filled(line.sku),
    variantId: idOf(line, "variant_id"),
    title: optionalText(line.title) ?? optionalText(line.name) ?? "",
    quantity,
    currentQuantity: line.current_quantity == null ? quantity : count(line.current_quantity, `${place}.current_quantity`),
    price: amount(line, "price", currency, place).toString(),
    allocations: allocationsOf(line, currency, place),
    tax: taxOf(line, currency, place).toString(),
    giftCard: flag(line.gift_card, `${place}.gift_card`),
    tip: line.tip != null || line.tip_payment_gateway != null,
  };
}

function allocationsOf(line: Json, currency: string, place: string): Allocation[] {
  return list(line.discount_allocations, `${place}.discount_allocations`).map((allocation, at) => {
    const where = `${place}.discount_allocations[${at}]`;
    return { application: count(allocation.discount_application_index, `${where}.discount_application_index`), amount: amount(allocation, "amount", currency, where).toString() };
  });
}

function taxOf(line: Json, currency: string, place: string): bigint {
  return list(line.tax_lines, `${place}.tax_lines`).reduce((total, tax, at) => total + amount(tax, "price", currency, `${place}.tax_lines[${at}]`), 0n);
}

function refundOf(refund: Json, currency: string, place: string): Refund {
  const lines = list(refund.refund_line_items, `${place}.refund_line_items`).map((entry, at) => {
    const where = `${place}.refund_line_items[${at}]`;
    const lineItem = typeof entry.line_item === "object" && entry.line_item !== null ? (entry.line_item as Json) : {};
    return {
      lineId: idOf(lineItem) ?? idOf(entry, "line_item_id") ?? refuse(`${where}.line_item_id`, "is missing"),
      quantity: count(entry.quantity, `${where}.quantity`),
      subtotal: amount(entry, "subtotal", currency, where).toString(),
      tax: (entry.total_tax_set == null && entry.total_tax == null ? 0n : amount(entry, "total_tax", currency, where)).toString(),
    };
  });
  const adjustment = list(refund.order_adjustments, `${place}.order_adjustments`)
    .filter((entry) => entry.kind !== "shipping_refund")
    .reduce((total, entry, at) => total + amount(entry, "amount", currency, `${place}.order_adjustments[${at}]`), 0n);
  const createdAt = optionalText(refund.created_at);
  return { id: idOf(refund) ?? "", createdAt: createdAt === null ? null : instantIso(createdAt), lines, adjustment: adjustment.toString() };
}

function presentmentOf(body: Json, currency: string): OrderFacts["presentment"] {
  const set = body.total_price_set as { presentment_money?: { amount?: unknown } } | null | undefined;
  const shown = optionalText(body.presentment_currency) ?? currency;
  const total = set?.presentment_money?.amount;
  return { currency: shown, total: typeof total === "string" ? parseAmount(total, shown).toString() : null };
}

/** `<field>_set.shop_money`; the bare field only where there is no set, and only as text: as a number it may have lost digits. */
function amount(holder: Json, field: string, currency: string, place: string): bigint {
  const set = holder[`${field}_set`];
  if (set != null) {
    const money = object(object(set, `${place}.${field}_set`).shop_money, `${place}.${field}_set.shop_money`);
    if (money.currency_code != null && money.currency_code !== currency) refuse(`${place}.${field}_set`, `is in ${String(money.currency_code)}, the order in ${currency}`);
    return exact(money.amount, currency, `${place}.${field}_set`);
  }
  return exact(holder[field], currency, `${place}.${field}`);
}

function exact(value: unknown, currency: string, place: string): bigint {
  if (typeof value !== "string") refuse(place, "is no amount");
  try {
    return parseAmount(value, currency);
  } catch (fault) {
    if (fault instanceof AmountError) refuse(place, fault.message);
    throw fault;
  }
}

function attributesOf(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of list(value, "note_attributes")) {
    const held = optionalText(entry.value)?.trim() ?? "";
    if (typeof entry.name === "string" && held !== "" && held.length <= 255) found.set(entry.name, held);
  }
  return found;
}

function namedOf(value: unknown): { name: string; value: string }[] {
  return list(value, "note_attributes").flatMap((entry) => (typeof entry.name === "string" ? { name: entry.name, value: optionalText(entry.value) ?? "" } : []));
}

function firstFilled(...values: unknown[]): string | null {
  for (const value of values) {
    if (typeof value === "string" && value.trim() !== "") return value.trim().toLowerCase();
  }
  return null;
}

function instant(value: unknown, place: string): string {
  return instantIso(text(value, place)) ?? refuse(place, "is no instant");
}

function text(value: unknown, place: string): string {
  return optionalText(value) ?? refuse(place, "is missing");
}

/** The text, as a database can hold it: no NUL, no half of a surrogate pair. */
function optionalText(value: unknown): string | null {
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : null;
}

function filled(value: unknown): string | null {
  const held = optionalText(value);
  return held !== null && held.trim() !== "" ? held : null;
}

function flag(value: unknown, place: string): boolean {
  return value == null ? false : typeof value === "boolean" ? value : refuse(place, "is neither true nor false");
}

function count(value: unknown, place: string): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : refuse(place, "is no count");
}

function object(value: unknown, place: string): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : refuse(place, "is missing");
}

function list(value: unknown, place: string): Json[] {
  if (value == null) return [];
  if (!Array.isArray(value)) refuse(place, "is no list");
  return value.map((entry, at) => object(entry, `${place}[${at}]`));
}

function refuse(place: string, why: string): never {
  throw new UnreadableError(`${place} ${why}`);
}
