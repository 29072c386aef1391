// What is in order, in the shapes that the readers know, with values drawn.
import { DEFAULT_PROGRAM_RULE, type CreatorCode, type RuleBook } from "#app/domain/rule-book.ts";
import type { Dice } from "#test/local/seed/dice.ts";
import { money, orderBody, type LineSketch } from "#test/support/orders.ts";

type Json = Record<string, unknown>;

export const TOPICS = {
  orders: ["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled"],
  words: ["disputes/create", "disputes/update", "refunds/create", "orders/edited", "returns/close", "orders/delete", "discounts/update", "customers/redact", "app/uninstalled"],
} as const;

const CODES = ["MARIE10", "marie10", "SPRING-ANNA", "EVERYBODY", "NOBODY", "straße"];

function cents(dice: Dice, most = 20_000): string {
  const amount = dice.whole(0, most);
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;
}

export function orderShape(dice: Dice): Json {
  const codes = Array.from({ length: dice.whole(0, 3) }, () => dice.pick(CODES));
  const currency = dice.pick(["EUR", "EUR", "EUR", "JPY", "KWD"]);
  const lines = Array.from({ length: dice.whole(1, 4) }, (_, n): LineSketch => ({
    id: String(dice.whole(1, 9) * 10 + n), price: cents(dice), quantity: dice.whole(1, 3), tax: cents(dice, 300), giftCard: dice.chance(0.05), off: codes.length > 0 && dice.chance(0.7) ? [[dice.whole(0, codes.length - 1), cents(dice, 500)]] : [],
  }));
  const order = orderBody({ id: String(dice.whole(1, 1e9)), codes, lines, financial_status: dice.pick(["paid", "pending", "refunded", "partially_refunded", "voided"]), taxes_included: dice.chance(0.5), cancelled_at: dice.chance(0.1) ? "2026-06-11T10:00:00Z" : null, currency });
  if (dice.chance(0.4)) order.refunds = Array.from({ length: dice.whole(1, 3) }, (_, n) => refund(dice, n, lines));
  if (dice.chance(0.3)) order.note_attributes = [{ name: "creator_visitor", value: `v${"abc123".repeat(4)}` }, { name: "irclickid", value: "abc-123" }, { name: "creator_clicks", value: "1780000000000.i.irclickid.abc-123" }];
  if (dice.chance(0.3)) order.customer = { id: dice.whole(1, 1e9), email: "buyer@mail.example" };
  if (dice.chance(0.3)) order.landing_site = dice.pick(["/?irclickid=abc", "/discount/MARIE10?redirect=/", "/products/x?creator=marie", "%%%", "//evil.example/?creator=x"]);
  if (dice.chance(0.2)) order.shipping_lines = [{ id: 1, price: "5.00", price_set: money("5.00"), discount_allocations: codes.length > 0 ? [{ amount: "5.00", amount_set: money("5.00"), discount_application_index: 0 }] : [] }];
  return order;
}

function refund(dice: Dice, n: number, lines: readonly LineSketch[]): Json {
  const line = dice.pick(lines);
  return {
    id: 500 + n, created_at: "2026-06-12T10:00:00Z", processed_at: null,
    refund_line_items: dice.chance(0.7) ? [{ id: 1, line_item_id: Number(line.id), quantity: 1, restock_type: "no_restock", subtotal: "1.00", subtotal_set: money(cents(dice)), total_tax: "0.00", total_tax_set: money("0.00") }] : [],
    order_adjustments: dice.chance(0.3) ? [{ id: 1, order_id: 1, refund_id: 500 + n, kind: dice.pick(["shipping_refund", "refund_discrepancy"]), amount: "-1.00", amount_set: money("-1.00"), tax_amount: "0.00", tax_amount_set: money("0.00") }] : [],
    refund_shipping_lines: [], transactions: [{ id: 1, kind: "refund", status: dice.pick(["success", "pending"]), amount: cents(dice) }],
  };
}

export function disputeShape(dice: Dice): Json {
  return { id: dice.whole(1, 1e9), order_id: dice.chance(0.9) ? dice.whole(1, 1e9) : null, type: dice.pick(["chargeback", "inquiry"]), amount: "10.00", currency: "EUR", status: dice.pick(["needs_response", "under_review", "lost", "won", "accepted"]), initiated_at: "2026-06-10T10:00:00Z", finalized_on: null };
}

export function hintShape(dice: Dice): Json {
  const id = dice.whole(1, 1e9);
  return dice.pick([{ id: 1, order_id: id }, { order_edit: { id: 1, order_id: id, line_items: {} } }, { id: 2, order: { id } }, { return: { order: { id: String(id) } } }, { admin_graphql_api_id: `gid://shopify/Order/${id}` }]);
}

export function privacyShape(dice: Dice): Json {
  return { shop_id: 1, shop_domain: "a.myshopify.com", customer: { id: dice.whole(1, 1e9), email: "buyer@mail.example", phone: null }, orders_to_redact: [dice.whole(1, 1e9)], orders_requested: [dice.whole(1, 1e9)], data_request: { id: 1 } };
}

export function noteShape(dice: Dice): Json {
  const visitor = `v${"Ab3xYz".repeat(4)}`;
  const kind = dice.pick(["click_id", "code", "link"]);
  const at = "2026-06-10T10:00:00.000Z";
  const [letter, parameter, value] = kind === "click_id" ? ["i", "irclickid", "abc-123_~."] : kind === "code" ? ["c", null, "MARIE10"] : ["l", "creator", "marie"];
  return {
    token: `a.myshopify.com.1.${"0".repeat(40)}`, visitor, source: dice.pick(["pixel", "embed"]),
    touches: [{ key: `${visitor}:${Date.parse(at)}.${letter}.${parameter ?? "-"}.${value}`, at, kind, parameter, value }],
    checkout: dice.chance(0.5) ? { token: "c1-abc", orderId: "gid://shopify/Order/1", customerId: null, codes: ["MARIE10"], at } : null,
  };
}

export function postbackShape(dice: Dice): Json {
  return { ActionId: `${dice.whole(1, 9999)}.${dice.whole(1, 9999)}.${dice.whole(1, 999999)}`, CampaignId: String(dice.whole(1, 9999)), Status: dice.pick(["PENDING", "APPROVED", "REVERSED"]), Nested: { list: [1, "a"] } };
}

export function rowsShape(dice: Dice): string[][] {
  const head = dice.pick([["Name", "E-mail", "Handle", "Code"], ["First Name", "Email", "Promo Code", "Affiliate Link"], ["a", "b"], []]);
  return [head, ...Array.from({ length: dice.whole(0, 12) }, (_, n) => head.map((_, at) => dice.pick(["Marie", `p${n}@mail.example`, "=1+1", "", "李雷", 'a "quoted" one', "a,b;c", "line\nbreak", String(n * at)])))];
}

function code(id: string, text: string, fields: Partial<CreatorCode> = {}): CreatorCode {
  return { id, position: 1, code: text, key: text, match: "exact", createdAtMs: 0, retiredAtMs: null, voided: null, terms: [{ validFromMs: 0, creatorId: "marie", programId: "p1", creditPolicy: "always", startsAtMs: null, endsAtMs: null }], ...fields };
}

/** A shop whose codes stand on most orders: one of a creator, a pattern, and one for everybody. */
export const bookOfFuzz: RuleBook = {
  shopRules: [{ validFromMs: 0, stackingRule: "split", renewalSources: ["subscription_contract"], neverEarn: { tags: [], types: [], skus: ["SKU-11"] } }],
  programs: new Map([["p1", { id: "p1", network: "impact", rules: [DEFAULT_PROGRAM_RULE] }]]),
  codes: [code("k1", "MARIE10"), code("k2", "^(?i)SPRING", { match: "regex" }), code("k3", "EVERYBODY", { terms: [{ validFromMs: 0, creatorId: null, programId: "p1", creditPolicy: "always", startsAtMs: null, endsAtMs: null }] })],
  memberships: [{ creatorId: "marie", programId: "p1", fromMs: 0, toMs: null, partnerId: "77" }],
  overrides: [],
  emailHashes: new Map(),
} as RuleBook;
