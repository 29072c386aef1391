// Several shops with creators and codes, and deliveries of new orders that wait to be settled, as intake notes them.
import { keyedHash } from "#app/crypto.server.ts";
import { pool } from "#app/db.server.ts";
import { NOTHING_BESIDE } from "#app/domain/beside.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { type LineSketch, orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

export const SHOPS = ["settle-1.myshopify.com", "settle-2.myshopify.com", "settle-3.myshopify.com", "settle-4.myshopify.com"];

const CREATORS = 25;
const CODES = 50;
const BEGUN_MS = Date.now();
const CHUNK = 1_000;
const TITLES = ["Organic Cotton Hoodie – Sand / M", "Corduroy Cap – Rust", "Merino Crew Socks (3 pairs) – Ecru / 39-42"];

/** Each shop has a program that a network is told of, creators with two codes each, and a pattern. */
export async function makeSettleShops(): Promise<void> {
  for (const shop of SHOPS) {
    await makeShop({ shop });
    await makeProgram("p1", { shop });
    for (let at = 0; at < CREATORS; at++) await makeCreator(`c${at}`, { shop, email: `c${at}@creators.example`, memberships: [{ program: "p1", partnerId: String(1_000 + at) }] });
    for (let at = 0; at < CODES; at++) await makeCode(`k${at}`, { shop, code: `CREATOR${at}`, creator: `c${at % CREATORS}`, program: "p1" });
    await makeCode("pattern", { shop, code: "^VIP-[0-9]+$", match: "regex", creator: "c1", program: "p1" });
  }
}

/**
 * Of ten orders six have a creator's code, one a pattern's, one two creators' codes, and two none; two or three lines each. Every order names its checkout and its
 * customer, as the store's do, and every tenth the click that it came by.
 */
function bodyOf(id: number): Record<string, unknown> {
  const one = `CREATOR${id % CODES}`;
  const codes = [[one], [one], [one], [one], [one], [one], [`VIP-${id}`], [one, `CREATOR${(id + 7) % CODES}`], [], []][id % 10]!;
  const lines: LineSketch[] = TITLES.slice(0, 2 + (id % 2)).map((_, at) => ({
    id: `${id}${at}`, sku: `SKU-${(id + at) % 300}`, price: `${20 + ((id * 7 + at * 13) % 90)}.90`, quantity: 1 + ((id + at) % 2), tax: "4.79",
    off: codes.map((_code, index): [number, string] => [index, `${2 + (id % 5)}.09`]),
  }));
  const created = new Date(BEGUN_MS - (id % 3_600_000)).toISOString(); // within the last hour, each at an instant of its own
  const body = orderBody({
    id: String(id), codes, lines, taxes_included: true, created_at: created, updated_at: created, email: `buyer-${id}@mail.example`,
    checkout_token: `c${id.toString(16).padStart(31, "0")}`, customer: { id: 7_000_000 + (id % 500_000) }, landing_site: "/products/hoodie",
    note_attributes: id % 10 === 3 ? [{ name: "irclickid", value: `click-${id}` }] : [],
  });
  (body.line_items as { title: string }[]).forEach((line, at) => (line.title = TITLES[at]!));
  return body;
}

/** Notes `count` new orders, shop by turn; their ids begin at `firstId`. */
export async function noteNewOrders(count: number, firstId: number, receivedAt = new Date()): Promise<void> {
  for (let from = 0; from < count; from += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, count - from) }, (_, at) => deliveryOf(firstId + from + at));
    await pool().query(
      `insert into delivery (shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, beside, body_hash, state)
       select shop, "webhookId", 'orders/create', "webhookId", "triggeredNs", "updatedNs", $2, "orderId", facts, beside, hash, 'new'
       from jsonb_to_recordset($1::jsonb) as d(shop text, "webhookId" text, "triggeredNs" bigint, "updatedNs" bigint, "orderId" text, facts jsonb, beside jsonb, hash text)`,
      [JSON.stringify(rows), receivedAt],
    );
  }
}

function deliveryOf(id: number): Record<string, unknown> {
  const read = readOrder(bodyOf(id), keyedHash);
  if (!read.ok) throw new Error(read.reason);
  const { facts, origin } = read;
  const hex = keyedHash(String(id)).split(":")[1]!;
  const webhookId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  return { shop: SHOPS[id % SHOPS.length]!, webhookId, triggeredNs: `${facts.updatedNs.slice(0, -9)}700000000`, updatedNs: facts.updatedNs, orderId: facts.id, facts, beside: origin === null ? null : { ...NOTHING_BESIDE, origin }, hash: hex };
}
