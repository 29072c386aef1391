// The proof of every order of our own cases: as data it has the published form, its steps add up, it agrees with the ledger, and its words are
// words in every language.
import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyedHash } from "#app/crypto.server.ts";
import { pool } from "#app/db.server.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { parseJson } from "#app/domain/json.ts";
import { intake } from "#app/flow/intake.ts";
import { proofDocument } from "#app/flow/proof-document.ts";
import { OrderProofDocument } from "#app/flow/proof-schema.ts";
import { proveOrder } from "#app/flow/prove.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { LANGUAGES, loadLanguages, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { proofWords } from "#app/ui/orders/words.ts";
import type { OrderProof } from "#app/domain/explain.ts";
import type { ProofWords } from "#app/domain/orders-page.ts";
import { bodyText, storeTruth } from "#test/replay/arrivals.ts";
import { readCase, type Case } from "#test/replay/case.ts";
import { hear, heardAfter } from "#test/replay/stage.ts";
import { writeJson } from "#test/local/store/json.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import { stepsOf } from "./proof-steps.ts";

useDatabase();
const folder = join(import.meta.dirname, "..", "cases");
const cases = readdirSync(folder).map((name) => readCase(join(folder, name)));
const MOST_ASKED = 5;

let server: Server;
let address = "";
beforeAll(async () => {
  await loadLanguages();
  server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
});
afterAll(() => server.close());

/** Each case has a shop of its own, since all are in one database. */
async function setUp(one: Case, shop: string): Promise<void> {
  const { domain: _, ...rules } = one.shop;
  await makeShop({ ...rules, shop });
  for (const { id, ...program } of one.programs) await makeProgram(id, { ...program, shop, network: program.network ?? "impact", kind: program.kind ?? "creator" });
  for (const creator of one.creators) await makeCreator(creator.id, { ...creator, shop });
  for (const { id, creditPolicy, deal: _deal, ...code } of one.codes) await makeCode(id, { ...code, shop, ...(creditPolicy ? { policy: creditPolicy } : {}) });
  for (const touch of one.touches ?? []) if (touch.kind === undefined) await pool().query("insert into touch (shop, at, visitor, creator_id, click_id) values ($1, $2, $3, $4, 'c')", [shop, touch.at, touch.visitor, touch.creator]);
  await pool().query("insert into storefront (shop, parameters) values ($1, $2)", [shop, JSON.stringify(one.clickParameters ?? [])]);
  for (const after of [undefined, ...heardAfter(one)]) await hear({ ...one, shop: { ...one.shop, domain: shop } }, after);
}

async function deliver(one: Case, shop: string): Promise<void> {
  for (const delivery of one.deliveries) {
    const body = bodyText(delivery);
    const hmac = createHmac("sha256", process.env.SHOPIFY_API_SECRET!).update(body).digest("base64");
    const headers = { "x-shopify-topic": delivery.topic, "x-shopify-shop-domain": shop, "x-shopify-webhook-id": delivery.webhookId, "x-shopify-triggered-at": delivery.triggeredAt, "x-shopify-hmac-sha256": hmac };
    expect((await fetch(address, { method: "POST", headers, body })).status).toBe(200);
  }
}

/** Settles, and answers for the store with what the case says that it has. */
async function settle(one: Case, shop: string): Promise<void> {
  const truth = new Map(storeTruth(one).map((order) => [String(order.id), order]));
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    while ((await settleOnce()) > 0);
    const due = await pool().query<{ id: string }>("update order_state set fetch_at = null where shop = $1 and fetch_at is not null returning order_id as id", [shop]);
    if (due.rows.length === 0) return;
    for (const { id } of due.rows) {
      const order = truth.get(id);
      const read = order && readOrder(parseJson(writeJson(order)), keyedHash);
      if (!read?.ok) continue;
      await noteDelivery({ shop, webhookId: `fetch:${id}:${asked}`, topic: "fetch", eventId: null, triggeredNs: null, receivedAt: new Date(), orderId: id, facts: read.facts, bodyHash: "h", state: "new", reason: null });
    }
  }
}

function inLanguage(language: (typeof LANGUAGES)[number], proof: OrderProof, shop: { currency: string; timezone: string }): ProofWords {
  return proofWords(proof, translateIn(language, "orders"), makeFormat({ language, ...shop, now: "2026-11-01T00:00:00.000Z" }));
}

function sentencesOf({ headline, contest, codes, clicks, lines, disputes }: ProofWords): string[] {
  return [...headline, ...(contest === null ? [] : [contest]), ...Object.values(codes).flat(), ...clicks.flat(), ...Object.values(lines), ...disputes];
}

/** A key that has no text, a value that was not put in, or one that was empty. */
const NO_WORDS = /^[a-z_]+(\.[a-z_]+)+$|\{\{|undefined|null|NaN|–/;

const seen = { documents: 0, reasons: new Set<string>(), contests: new Set<string>() };

describe("the proof of every order of our own cases", () => {
  test.each(cases.map((one, index) => ({ name: one.name, one, shop: `case-${index}.myshopify.com` })))("$name", async ({ one, shop }) => {
    await setUp(one, shop);
    await deliver(one, shop);
    await settle(one, shop);
    const orders = await pool().query<{ id: string; known: boolean; credited: string }>("select order_id as id, facts is not null as known, credited::text as credited from order_state where shop = $1", [shop]);
    for (const { id, known, credited } of orders.rows) {
      const document = await proofDocument(shop, id, (proof, about) => inLanguage("en", proof, about));
      if (!known) {
        expect(document).toBeNull();
        continue;
      }
      expect(OrderProofDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
      expect(stepsOf(document!)).toEqual([]);
      const decided = await pool().query("select nullif(code_id, '') as code, reason from decision where shop = $1 and order_id = $2 and code_id <> '' order by place, code_id", [shop, id]);
      expect(document!.codes.map((code) => ({ code: code.id, reason: code.reason })).sort((a, b) => (a.code < b.code ? -1 : 1))).toEqual(decided.rows.sort((a, b) => (a.code < b.code ? -1 : 1)));
      expect([document!.result.credited.minor, document!.ledger.balance.minor]).toEqual([credited, credited]);

      const proof = (await proveOrder(shop, id))!;
      for (const language of LANGUAGES) expect(sentencesOf(inLanguage(language, proof, { currency: "EUR", timezone: "UTC" })).filter((text) => NO_WORDS.test(text))).toEqual([]);
      seen.documents += 1;
      for (const code of document!.codes) seen.reasons.add(code.reason ?? "credited");
      if (document!.contest) seen.contests.add(document!.contest.how);
    }
  }, 60_000);

  test("is a proof of much", () => {
    expect(seen.documents).toBeGreaterThan(cases.length);
    expect([...seen.reasons]).toEqual(expect.arrayContaining(["credited", "test_order", "cancelled", "not_paid", "before_code", "outside_window", "creator_not_in_program", "self_referral", "no_click", "not_winning_click", "outranked"]));
    expect([...seen.contests]).toEqual(expect.arrayContaining(["alone", "only_one_left", "won", "tie", "shared"]));
  });
});
