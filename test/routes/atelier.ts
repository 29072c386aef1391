// A small shop as rows, for tests of pages: two programs, creators in every state, deals, codes, orders with credit, and what is stuck.
import { randomUUID } from "node:crypto";
import { pool } from "#app/db.server.ts";
import { setClockOffsetMs } from "#app/clock.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";

export const SHOP = "petit-atelier.myshopify.com";
export const OTHER_SHOP = "elsewhere.myshopify.com";
export const NOW = new Date("2026-11-21T10:00:00Z");
const DAY_MS = 86_400_000;

type Values = Record<string, unknown>;

export async function insert(table: string, values: Values): Promise<void> {
  const names = Object.keys(values);
  const sql = `insert into ${table} (${names.map((name) => `"${name}"`).join(", ")}) values (${names.map((_, index) => `$${index + 1}`).join(", ")})`;
  await pool().query(sql, Object.values(values).map((value) => (value !== null && typeof value === "object" && !(value instanceof Date) ? JSON.stringify(value) : value)));
}

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * DAY_MS);
}

export const TERMS = {
  ...PLAIN_TERMS,
  value: { kind: "percentage", basisPoints: 1000 },
  minimum: { kind: "subtotal", amount: "5000" },
  oncePerCustomer: true,
  usageLimit: null,
  combinesWith: { order: false, product: false, shipping: true },
  appliesTo: { kind: "everything" },
};

/** Fills an empty database. The clock of this process is set to NOW. */
export async function makeAtelier(): Promise<void> {
  setClockOffsetMs(NOW.getTime() - Date.now());
  for (const shop of [SHOP, OTHER_SHOP]) await insert("shop", { shop, name: "Petit Atelier", currency: "EUR", timezone: "Europe/Berlin", created_at: daysAgo(90) });
  await insert("network_connection", { shop: SHOP, id: "acc", network: "impact", account_sid: "IRatelier", name: "Petit Atelier GmbH", token: "sealed", key_id: "k1", state: "connected", checked_at: daysAgo(0.1), created_at: daysAgo(80) });
  await insert("rate_budget", { account: "IRatelier", ends_at: new Date(NOW.getTime() + 1_500_000), limit: 1000, used: 412 });
  await insert("program", { shop: SHOP, id: "creators", connection_id: "acc", network: "impact", external_id: "31002", event_type_id: "41002", name: "Petit Atelier Creators", kind: "creator", created_at: daysAgo(80), read_at: daysAgo(0.2) });
  await insert("program", { shop: SHOP, id: "performance", connection_id: "acc", network: "impact", external_id: "31001", event_type_id: "41001", name: "Petit Atelier Performance", kind: "performance", created_at: daysAgo(80), read_at: daysAgo(0.2) });
  await insert("program", { shop: SHOP, id: "friends", network: "none", name: "Friends of the shop", kind: "creator", created_at: daysAgo(70) });
  await makeCreators();
  await makeDeals();
  await makeOrders();
  await makeExchanges();
}

async function makeCreators(): Promise<void> {
  const people: [string, string, string, string | null][] = [
    ["marie", "Marie Laurent", "joined", "@marie.coud"],
    ["zoe", "Zoë Łukasz", "joined", "@zoesews"],
    ["lilei", "李雷", "joined", "@lilei"],
    ["anna", "Anna Berg", "pending", null],
    ["tom", "Tom Okafor", "left", "@tomo"],
  ];
  for (const [index, [id, name, state, handle]] of people.entries()) {
    await insert("creator", { shop: SHOP, id, name, email: `${id}@example.com`, handle, created_at: daysAgo(70) });
    await insert("membership", { shop: SHOP, program_id: "creators", creator_id: id, joined_at: daysAgo(70 - index), left_at: state === "left" ? daysAgo(10) : null, partner_id: `77${index}`, state, read_at: daysAgo(0.2) });
  }
  await insert("membership", { shop: SHOP, program_id: "friends", creator_id: "marie", joined_at: daysAgo(60), state: "joined" });
  await insert("creator", { shop: OTHER_SHOP, id: "stranger", name: "Somebody Else", created_at: daysAgo(70) });
}

async function makeDeals(): Promise<void> {
  const deal = { shop: SHOP, program_id: "creators", terms: TERMS, next_at: NOW, reserve_code: "CC-RESERVE-1" };
  await insert("deal", { ...deal, id: "autumn", name: "Autumn 10", starts_at: daysAgo(60), ends_at: new Date("2026-12-31T22:59:59Z"), store_id: "gid://shopify/DiscountCodeNode/1", store_state: "live", store_read_at: daysAgo(0.01), created_at: daysAgo(60) });
  await insert("deal", { ...deal, id: "winter", name: "Winter 5 €", terms: { ...TERMS, value: { kind: "fixed_order", amount: "500" } }, starts_at: new Date(NOW.getTime() + 5 * DAY_MS), store_state: "waiting", created_at: daysAgo(1) });
  await insert("deal", { ...deal, id: "spring", name: "Spring", starts_at: daysAgo(90), ends_at: daysAgo(30), store_state: "refused", store_problem: "access_denied", created_at: daysAgo(80) });
  await insert("deal_placement", { shop: SHOP, deal_id: "autumn", program_id: "creators", external_id: "901", state: "live", read_at: daysAgo(0.02), next_at: NOW });
  await insert("deal_placement", { shop: SHOP, deal_id: "winter", program_id: "creators", state: "waiting", next_at: NOW });
  await insert("shop_log", { shop: SHOP, at: daysAgo(60), who: "Claire", what: "deal.made", detail: { dealId: "autumn", name: "Autumn 10" } });
  await insert("shop_log", { shop: SHOP, at: daysAgo(60), who: "merchant", what: "codes.given", detail: { deal: "Autumn 10", count: 3, codes: "MARIE10, ZOE10, LILEI10" } });
  const codes: [string, string, string, string, string][] = [
    ["c1", "MARIE10", "marie", "live", "live"],
    ["c2", "ZOE10", "zoe", "live", "refused"],
    ["c3", "LILEI10", "lilei", "waiting", "waiting"],
  ];
  for (const [id, code, creator, store, network] of codes) {
    await insert("code", { shop: SHOP, id, code, key: code, match: "exact", deal_id: "autumn", created_at: daysAgo(60) });
    await insert("code_term", { shop: SHOP, code_id: id, valid_from: daysAgo(60), creator_id: creator, program_id: "creators", credit_policy: id === "c1" ? "always" : "involved" });
    await insert("code_placement", { shop: SHOP, code_id: id, target: "store", state: store, read_at: daysAgo(0.01), next_at: NOW });
    await insert("code_placement", { shop: SHOP, code_id: id, target: "creators", state: network, problem: network === "refused" ? "taken" : null, read_at: daysAgo(0.01), next_at: NOW });
  }
}

async function makeOrders(): Promise<void> {
  for (let index = 0; index < 40; index += 1) {
    const [creator, code] = index % 3 === 0 ? ["zoe", "c2"] : ["marie", "c1"];
    const at = daysAgo(50 - index * 1.2);
    const orderId = `90071992547409${100 + index}`;
    const amount = 2500 + ((index * 977) % 9000);
    await insert("order_state", { shop: SHOP, order_id: orderId, name: `#${1001 + index}`, created_at: at, outcome: "credited", currency: "EUR", credited: amount, settled_at: at });
    const entry = { shop: SHOP, order_id: orderId, code_id: code, creator_id: creator, program_id: "creators", currency: "EUR", cause: randomUUID(), rules: {}, at };
    await insert("ledger_entry", { ...entry, line_id: "1", kind: "credit", amount });
    if (index % 9 === 4) await insert("ledger_entry", { ...entry, line_id: "1", kind: "reversal", amount: -amount });
    const stuck = index === 7 ? "after_lock" : index === 12 ? "rejected" : null;
    const items = [{ sku: "HOODIE", name: "Hoodie", category: null, quantity: 1, amount: String(amount) }];
    await insert("conversion", {
      shop: SHOP, order_id: orderId, n: 1, network_order_id: orderId, program_id: "creators", code_id: code, creator_id: creator, partner_id: "770", told_code: code === "c1" ? "MARIE10" : "ZOE10",
      currency: "EUR", event_at: at, target: JSON.stringify(stuck ? [] : items), sent: stuck === "rejected" ? null : JSON.stringify(items), state: stuck ? "stuck" : index > 37 ? "waiting" : "reported",
      problem: stuck, problem_detail: stuck === "rejected" ? "BLOCKED_BY_PROMOCODE" : null, next_at: index > 37 ? new Date(NOW.getTime() + 600_000) : null, created_at: at, changed_at: at,
    });
  }
}

async function makeExchanges(): Promise<void> {
  const exchange = { shop: SHOP, connection_id: "acc", request: { OrderId: "9007199254740907", CurrencyCode: "EUR" } };
  for (let index = 0; index < 30; index += 1) {
    const orderId = `90071992547409${100 + index}`;
    await insert("exchange", { ...exchange, at: daysAgo(10 - index * 0.3), about: "conversion", about_id: `${orderId}/1`, what: "POST /Conversions", status: index === 29 ? 429 : 200, answer: { Status: "QUEUED", QueuedUri: "/APISubmissions/B-1" }, outcome: index === 29 ? "limited" : "ok" });
  }
  await insert("exchange", { ...exchange, at: daysAgo(0.1), about: "code", about_id: "c2", what: "POST /PromoCodes", status: 400, answer: { Status: "ERROR", Message: "PromoCode is already assigned" }, outcome: "invalid" });
  await insert("exchange", { ...exchange, at: daysAgo(0.1), about: "account", about_id: "acc", what: "GET /Campaigns", status: 200, answer: {}, outcome: "ok" });
}
