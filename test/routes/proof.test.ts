// The proof of an order as data, in print, and its public schema: Request in, Response out.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { OrderProofDocument } from "#app/flow/proof-schema.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { stepsOf } from "#test/flow/proof-steps.ts";
import { useDatabase } from "#test/support/database.ts";
import { note, noteHint } from "#test/support/deliver.ts";
import { money, orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";

useDatabase();
const OTHER_SHOP = "elsewhere.myshopify.com";
const BUYER = { email: "buyer@mail.example", name: "Berta Buyer", phone: "+49301234567" };
const asData = async (id: string, shop = SHOP) => (await import("#app/routes/app.orders_.$id.proof[.]json.ts")).loader(ask(shop, `/app/orders/${id}/proof.json`, undefined, { id }));
const inPrint = async (id: string, shop = SHOP) => (await import("#app/routes/app.orders_.$id.print.tsx")).loader(ask(shop, `/app/orders/${id}/print`, undefined, { id }));
const schema = async () => (await import("#app/routes/schemas.order-proof[.]v3[.]json.ts")).loader();
const secondSchema = async () => (await import("#app/routes/schemas.order-proof[.]v2[.]json.ts")).loader();
const firstSchema = async () => (await import("#app/routes/schemas.order-proof[.]v1[.]json.ts")).loader();
const published = (file: string) => readFileSync(join(import.meta.dirname, "..", "..", "docs", file), "utf8");

const BESIDE = { returning: false, lines: { "10": { subscribed: true, type: null, tags: [] } }, disputes: [{ id: "D1", kind: "chargeback", status: "under_review", triggeredNs: String(BigInt(Date.parse("2026-06-15T10:00:00Z")) * 1_000_000n) }] };
const lines = [{ id: "1", price: "40.00", quantity: 2, tax: "11.50", off: [[0, "5.00"], [1, "8.00"]] as [number, string][] }];
const order = { id: "1001", taxes_included: true, codes: ["ZOE5", "MARIE10"], lines, note_attributes: [{ name: "creator_visitor", value: "v1" }] };
const returned = {
  ...order, updated_at: "2026-06-12T10:00:00+02:00", financial_status: "partially_refunded", email: BUYER.email, phone: BUYER.phone, customer: { first_name: "Berta", last_name: "Buyer", email: BUYER.email },
  billing_address: { name: BUYER.name, phone: BUYER.phone },
  refunds: [{ id: 77, created_at: "2026-06-12T10:00:00+02:00", order_adjustments: [], refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money("33.50"), total_tax_set: money("5.75") }] }],
};

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-06-20T10:00:00Z") - Date.now());
  await makeMariesShop();
  await makeMariesShop(OTHER_SHOP);
  await makeCreator("c2", { name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { code: "ZOE5", creator: "c2", program: "p1" });
  await pool().query("insert into touch (shop, at, visitor, creator_id) values ($1, '2026-06-09T12:00:00Z', 'v1', 'c2'), ($1, '2026-04-01T12:00:00Z', 'v1', 'c1')", [SHOP]);
  await note(orderBody(order));
  await settleOnce();
  await note(orderBody(returned), { webhookId: "the-refund" });
  await noteHint("refunds/create", "1005");
  while ((await settleOnce()) > 0);
  await note(orderBody({ id: "1010", lines: [{ id: "10", price: "20.00" }] }));
  while ((await settleOnce()) > 0);
  await pool().query("update order_state set beside = $2 where shop = $1 and order_id = '1010'", [SHOP, BESIDE]);
  await pool().query("update conversion set state = 'reported', action_id = 'A1', sent = target where shop = $1", [SHOP]);
  await pool().query(
    `insert into exchange (shop, at, about, about_id, what, request, status, answer, outcome) values ($1, now(), 'conversion', '1001/1', 'POST /Conversions', $2, 200, $3, 'ok'), ($1, now(), 'conversion', '1001/1', 'GET /Actions/A1', '{}', 200, $4, 'ok')`,
    [SHOP, { OrderId: "1001", OrderPromoCode: "MARIE10" }, { Status: "QUEUED", QueuedUri: "/Advertisers/IRsecret/APISubmissions/S1" }, { Id: "A1", State: "PENDING", Amount: "27.75", Payout: "2.77", Uri: "/Advertisers/IRsecret/Actions/A1" }],
  );
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("the proof as data", () => {
  it("is a file in the published form, and its steps add up", async () => {
    const answer = await asData("1001");
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="proof-1001.json"');
    const document = OrderProofDocument.parse(await answer.json());
    expect(stepsOf(document)).toEqual([]);
    // Read by the schema as it is published, as a stranger would.
    const published = z.fromJSONSchema((await (await schema()).json()) as z.core.JSONSchema.JSONSchema);
    expect(published.safeParse(document).success).toBe(true);
    expect(published.safeParse({ ...document, lines: [{}] }).success).toBe(false);
  });

  it("says how the amount came about, why one code won, and which clicks were looked at", async () => {
    const document = OrderProofDocument.parse(await (await asData("1001")).json());
    expect(document.result).toMatchObject({ credited: { minor: "2775", currency: "EUR", decimal: "27.75" } });
    expect(document.contest).toMatchObject({ how: "won", sentence: "MARIE10 took €8.00 off, ZOE5 €5.00: the largest discount is credited.", ranking: [{ rank: 1, codeId: "k1" }, { rank: 2, codeId: "k2" }] });
    expect(document.codes).toMatchObject([{ code: "ZOE5", outcome: "not_credited", reason: "outranked" }, { code: "MARIE10", outcome: "credited", reason: null, creator: { name: "Marie" } }]);
    expect(document.clicks).toMatchObject([
      { at: "2026-06-09T12:00:00.000Z", creator: { name: "Zoë" }, meaning: [{ codeId: "k2", insideWindow: true, part: "not_needed" }, { codeId: "k1", insideWindow: true, part: "not_needed" }] },
      { at: "2026-04-01T12:00:00.000Z", creator: { name: "Marie" }, meaning: [{ insideWindow: false, part: "too_early" }, { part: "too_early" }] },
    ]);
    expect(document.lines).toMatchObject([{ gross: { decimal: "80.00" }, taxInside: { decimal: "11.50" }, base: { decimal: "55.50" }, returned: { quantity: 1, amount: { decimal: "27.75" } }, sentence: "Article 1, 2 × 40.00, minus 5.00 by ZOE5, minus 8.00 by MARIE10, tax 11.50 inside, base 55.50; 1 returned, minus 27.75; credited 27.75." }]);
  });

  it("gives each entry its cause, the fingerprint of the delivery, the order's version and the rules", async () => {
    const { ledger, order: { version } } = OrderProofDocument.parse(await (await asData("1001")).json());
    expect(ledger.entries.map((entry) => [entry.kind, entry.amount.minor])).toEqual([["credit", "5550"], ["reversal", "-2775"]]);
    expect(ledger.entries.at(-1)).toMatchObject({ cause: { id: "the-refund", topic: "orders/updated", hash: "hash" }, version: { updatedAt: "2026-06-12T08:00:00Z", triggeredAt: "2026-06-10T08:00:05Z" }, rules: { shop: { stackingRule: "largest_discount" } } });
    expect(version).toEqual(ledger.entries.at(-1)!.version);
  });

  it("says what the network was told and answered, without the account and what partners are paid", async () => {
    const { network } = OrderProofDocument.parse(await (await asData("1001")).json());
    expect(network.conversions).toMatchObject([{ n: 1, orderId: "1001", code: "MARIE10", actionId: "A1", wanted: [{ amount: { decimal: "27.75" } }] }]);
    expect(network.exchanges).toMatchObject([
      { what: "GET /Actions/A1", status: 200, answer: { Id: "A1", State: "PENDING", Amount: "27.75" } },
      { what: "POST /Conversions", orderId: "1001", sent: { OrderPromoCode: "MARIE10" }, outcome: "ok", answer: { Status: "QUEUED" } },
    ]);
    expect(JSON.stringify(network)).not.toMatch(/IRsecret|Payout/);
  });

  it("says what the store told beside the order: its disputes, whether the buyer was new, and what belongs to a subscription", async () => {
    const { order, lines } = OrderProofDocument.parse(await (await asData("1010")).json());
    expect(order).toMatchObject({ returningCustomer: false, disputes: [{ id: "D1", kind: "chargeback", status: "under_review", toldAt: "2026-06-15T10:00:00Z", sentence: "Chargeback D1: the bank decides. The store told it on Jun 15, 2026, 12:00 PM." }] });
    expect(lines).toMatchObject([{ subscribed: true, neverEarns: null }]);
    const asked = OrderProofDocument.parse(await (await asData("1001")).json());
    expect([asked.order.returningCustomer, asked.order.disputes, asked.lines[0]!.subscribed]).toEqual([null, [], null]);
  });

  it("names nothing of the buyer", async () => {
    const text = await (await asData("1001")).text();
    expect(text).not.toMatch(/Berta|buyer@|4930123/i);
  });
});

describe("in print", () => {
  it("has all that the page has, with the shop and the time", async () => {
    expect(await inPrint("1001")).toMatchObject({ shop: { domain: SHOP, timezone: "Europe/Berlin" }, madeAt: expect.stringMatching(/^2026-06-20T10:00/), proof: { credited: "2775" }, page: { entries: [{}, {}], told: [{}] } });
  });
});

describe.each([["as data", asData], ["in print", inPrint]])("%s there is nothing", (_, open) => {
  it.each([["of an order that nobody knows", "999"], ["of an order of which only the id is known", "1005"], ["under an id that is none", "1001' or true"]])("%s", async (_what, id) => {
    expect((await thrown(open(id))).status).toBe(404);
  });

  it("of another shop's order", async () => {
    expect((await thrown(open("1001", OTHER_SHOP))).status).toBe(404);
  });
});

describe("a stranger", () => {
  it("gets no proof", async () => {
    const { loader } = await import("#app/routes/app.orders_.$id.proof[.]json.ts");
    expect((await thrown(loader(askAsStranger("/app/orders/1001/proof.json", { id: "1001" })))).status).not.toBe(200);
  });

  it("gets the schema, as it was published, with every field described", async () => {
    const answer = await schema();
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("access-control-allow-origin")]).toEqual([200, "application/schema+json; charset=utf-8", "*"]);
    const text = await answer.text();
    expect(text).toBe(published("order-proof.v3.json"));
    expect(JSON.parse(text)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", $id: "urn:creator-codes:order-proof:v3" });
    expect(undescribed(JSON.parse(text) as Schema, "")).toEqual([]);
  });

  it("gets the earlier versions of it too, for the proofs that name them", async () => {
    expect(await (await firstSchema()).text()).toBe(published("order-proof.v1.json"));
    expect(await (await secondSchema()).text()).toBe(published("order-proof.v2.json"));
  });
});

type Schema = { description?: string; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };

/** The fields, down to the last, that say nothing of themselves. */
function undescribed(schema: Schema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [...(field.description || field.anyOf?.some((one) => one.description) ? [] : [`${path}.${name}`]), ...undescribed(field, `${path}.${name}`)]);
  return [...own, ...(schema.items ? undescribed(schema.items, `${path}[]`) : []), ...(schema.anyOf ?? []).flatMap((one) => undescribed(one, path))];
}
