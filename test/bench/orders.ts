// Signed deliveries of some 10 KB, as the store sends them, whose credit is known beforehand.
import { createHmac, randomUUID } from "node:crypto";

export const BENCH_SHOP = "bench.myshopify.com";
export const BENCH_CODE = "MARIE10";

export type Offer = {
  headers: Record<string, string>;
  body: Buffer;
  webhookId: string;
  orderId: string;
  /** What the ledger must hold for the order in the end, in minor units; 0 where no creator code is on it. */
  credited: bigint;
};

type Kind = "with code" | "without code";

const BODY_BYTES = 10_240;

/**
 * Deliveries of `count` orders (ids from `firstId` on): seven of ten with the creator code, two without, and every tenth a repetition of the one before.
 * `visitorOf`: the browser that an order's cart names.
 */
export function offers(count: number, firstId: number, secret: string, visitorOf: (at: number) => string | null = () => null): Offer[] {
  const made: Offer[] = [];
  for (let at = 0; at < count; at++) {
    const before = made.at(-1);
    if (at % 10 === 9 && before) made.push(before);
    else made.push(offer(firstId + at, at % 10 < 7 ? "with code" : "without code", secret, visitorOf(at)));
  }
  return made;
}

function offer(id: number, kind: Kind, secret: string, visitor: string | null): Offer {
  const created = new Date().toISOString();
  const order = orderBody(String(id), kind, created);
  if (visitor !== null) order.note_attributes = [{ name: "creator_visitor", value: visitor }];
  // Filled up to its size with what real orders carry and nobody reads here.
  order.note = "";
  order.note = "x".repeat(Math.max(0, BODY_BYTES - Buffer.byteLength(JSON.stringify(order))));
  const body = Buffer.from(JSON.stringify(order));
  const webhookId = randomUUID();
  return {
    body,
    webhookId,
    orderId: String(id),
    // Two pieces at 40.00 and one at 20.00, a tenth off, tax 19 % inside: 8000 - 800 - 1150, 2000 - 200 - 287.
    credited: kind === "with code" ? 6_050n + 1_513n : 0n,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "x-shopify-topic": "orders/paid",
      "x-shopify-shop-domain": BENCH_SHOP,
      "x-shopify-api-version": "2026-10",
      "x-shopify-webhook-id": webhookId,
      "x-shopify-event-id": randomUUID(),
      "x-shopify-triggered-at": created,
      "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
    },
  };
}

function orderBody(id: string, kind: Kind, at: string): Record<string, unknown> {
  const money = (amount: string) => ({ shop_money: { amount, currency_code: "EUR" }, presentment_money: { amount, currency_code: "EUR" } });
  const coded = kind === "with code";
  const line = (lineId: string, sku: string, quantity: number, price: string, discount: string, tax: string) => ({
    id: Number(lineId), admin_graphql_api_id: `gid://shopify/LineItem/${lineId}`, variant_id: 9_000_001, product_id: 8_000_001, sku, title: sku, name: sku,
    quantity, current_quantity: quantity, price, price_set: money(price), gift_card: false, taxable: true,
    total_discount: "0.00", total_discount_set: money("0.00"),
    tax_lines: [{ title: "MwSt", rate: 0.19, price: tax, price_set: money(tax) }],
    discount_allocations: coded ? [{ amount: discount, amount_set: money(discount), discount_application_index: 0 }] : [],
    properties: [],
  });
  return {
    id: Number(id), admin_graphql_api_id: `gid://shopify/Order/${id}`, name: `#${id}`, order_number: Number(id), email: `buyer-${id}@example.com`,
    created_at: at, updated_at: at, processed_at: at, cancelled_at: null, currency: "EUR", presentment_currency: "EUR", financial_status: "paid",
    test: false, taxes_included: true, source_name: "web", total_price: coded ? "90.00" : "100.00", total_price_set: money(coded ? "90.00" : "100.00"),
    discount_codes: coded ? [{ code: BENCH_CODE, amount: "10.00", type: "percentage" }] : [],
    discount_applications: coded
      ? [{ type: "discount_code", code: BENCH_CODE, target_type: "line_item", target_selection: "all", allocation_method: "across", value: "10.0", value_type: "percentage" }]
      : [],
    note_attributes: [], shipping_lines: [], refunds: [],
    line_items: [
      line(`${id}1`, "HOODIE", 2, "40.00", "8.00", coded ? "11.50" : "12.77"),
      line(`${id}2`, "CAP", 1, "20.00", "2.00", coded ? "2.87" : "3.19"),
    ],
  };
}
