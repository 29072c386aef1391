// Small orders in the shape of a webhook body, for tests. Every amount can be overridden; what is left out takes a plain value.
import { createHmac, randomUUID } from "node:crypto";

type Json = Record<string, unknown>;

export const SHOP = "test-shop.myshopify.com";

export function money(amount: string, currency = "EUR"): Json {
  return { shop_money: { amount, currency_code: currency }, presentment_money: { amount, currency_code: currency } };
}

export type LineSketch = {
  id: string; price: string; quantity?: number; currentQuantity?: number; sku?: string | null; tax?: string; giftCard?: boolean; tip?: Json;
  /** What each application takes off: [index, amount]. */
  off?: [number, string][];
};

export function line(sketch: LineSketch): Json {
  const { id, price, quantity = 1, currentQuantity = quantity, sku = `SKU-${id}`, tax = "0.00", giftCard = false, off = [] } = sketch;
  return {
    id: Number(id), admin_graphql_api_id: `gid://shopify/LineItem/${id}`, sku, variant_id: 900, title: `Article ${id}`, quantity, current_quantity: currentQuantity,
    price, price_set: money(price), gift_card: giftCard, ...(sketch.tip ? { tip: sketch.tip } : {}),
    tax_lines: tax === "0.00" ? [] : [{ price: tax, price_set: money(tax), rate: 0.19, title: "VAT" }],
    discount_allocations: off.map(([index, amount]) => ({ amount, amount_set: money(amount), discount_application_index: index })),
  };
}

export function orderBody(fields: Json & { id?: string; codes?: string[]; lines?: LineSketch[] } = {}): Json {
  const { id = "1001", codes = ["MARIE10"], lines = [{ id: "1", price: "100.00", off: codes.length > 0 ? ([[0, "10.00"]] as [number, string][]) : [] }], ...rest } = fields;
  return {
    id: Number(id), admin_graphql_api_id: `gid://shopify/Order/${id}`, name: `#${id}`, email: "buyer@mail.example",
    created_at: "2026-06-10T10:00:00+02:00", updated_at: "2026-06-10T10:00:04+02:00", cancelled_at: null,
    currency: "EUR", presentment_currency: "EUR", financial_status: "paid", fulfillment_status: null, order_number: 1, processed_at: null, customer: null, tax_lines: [], test: false, taxes_included: false, source_name: "web",
    total_price_set: money("90.00"), note_attributes: [],
    discount_codes: codes.map((code) => ({ code, amount: "10.00", type: "percentage" })),
    discount_applications: codes.map((code) => ({ type: "discount_code", code, target_type: "line_item", value: "10.0", value_type: "percentage", allocation_method: "across", target_selection: "all" })),
    line_items: lines.map(line), shipping_lines: [], refunds: [],
    ...rest,
  };
}

export type Call = { topic?: string; shop?: string; webhookId?: string; triggeredAt?: string; secret?: string; headers?: Record<string, string | undefined> };

/** The headers of a signed delivery of this raw body. */
export function signedHeaders(raw: string | Buffer, call: Call = {}): Record<string, string> {
  const { topic = "orders/paid", shop = SHOP, webhookId = randomUUID(), triggeredAt = "2026-06-10T08:00:05.100000000Z", secret = process.env.SHOPIFY_API_SECRET! } = call;
  const headers: Record<string, string | undefined> = {
    "content-type": "application/json",
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": shop,
    "x-shopify-webhook-id": webhookId,
    "x-shopify-event-id": randomUUID(),
    "x-shopify-triggered-at": triggeredAt,
    "x-shopify-api-version": "2026-10",
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(raw).digest("base64"),
    ...call.headers,
  };
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
