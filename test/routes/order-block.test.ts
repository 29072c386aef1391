// What the block on the store's own order page is told: the sentences of the proof, to the order's own shop, on the platform's origin.
import { beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import type { CreditBlock } from "#app/domain/credit-block.ts";
import { openOrder } from "#app/flow/prove.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { type Language, LANGUAGES, loadLanguages, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { headlineSentences, proofWords } from "#app/ui/orders/words.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";

useDatabase();
const OTHER_SHOP = "elsewhere.myshopify.com";
const ORIGIN = "https://extensions.shopifycdn.com";
const NOW = "2026-06-20T10:00:00.000Z";
const route = async () => (await import("#app/routes/extensions.order-credit.ts")).loader;
const path = (id: string, locale = "en") => `/extensions/order-credit?order=${encodeURIComponent(`gid://shopify/Order/${id}`)}&locale=${locale}`;

/** As an extension asks: its origin is none of ours. */
function asExtension(shop: string, address: string) {
  const asked = ask(shop, address);
  asked.request.headers.set("origin", ORIGIN);
  return asked;
}

async function told(id: string, locale = "en"): Promise<CreditBlock> {
  const answer = await (await route())(asExtension(SHOP, path(id, locale)));
  expect(answer.status).toBe(200);
  return (await answer.json()) as CreditBlock;
}

beforeAll(async () => {
  setClockOffsetMs(Date.parse(NOW) - Date.now());
  await loadLanguages();
  await makeMariesShop();
  await makeMariesShop(OTHER_SHOP);
  await makeCreator("c2", { name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { code: "ZOE5", creator: "c2", program: "p1" });
  await note(orderBody({ id: "1001", codes: ["ZOE5", "MARIE10"], lines: [{ id: "1", price: "100.00", off: [[0, "5.00"], [1, "10.00"]] }] }));
  await note(orderBody({ id: "1002", codes: [] }));
  await note(orderBody({ id: "1003", financial_status: "pending" }));
  await note(orderBody({ id: "1004" }));
  await note(orderBody({ id: "1005" }));
  while ((await settleOnce()) > 0);
  await pool().query("update conversion set state = 'reported', action_id = 'A1', sent = target, next_at = null, lock_at = '2026-06-01T00:00:00Z' where shop = $1 and order_id = '1001'", [SHOP]);
  await pool().query("update conversion set state = 'stuck', problem = 'no_partner' where shop = $1 and order_id = '1004'", [SHOP]);
  await note(orderBody({ id: "2001" }), { shop: OTHER_SHOP });
  while ((await settleOnce()) > 0);
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

describe("what the block shows", () => {
  it.each(LANGUAGES.flatMap((language) => ["1001", "1002", "1003", "1004"].map((id) => [language, id] as const)))("in %s of the order %s is what its proof says", async (language: Language, id) => {
    const page = (await openOrder(SHOP, id))!;
    const t = translateIn(language, "orders");
    const format = makeFormat({ language, currency: "EUR", timezone: "Europe/Berlin", now: NOW });
    const block = await told(id, language);
    expect(block.sentences).toEqual(headlineSentences(page.order, proofWords(page.proof!, t, format), t));
    expect(block.credits.map((one) => one.amount)).toEqual(page.proof!.codes.filter((code) => code.outcome === "credited").map((code) => format.money(code.credited, "EUR")));
    expect([...block.summary].length).toBeLessThanOrEqual(30);
    expect(block.path).toBe(`app/orders/${id}`);
  });

  it("says who, how much, why, and what the network has", async () => {
    expect(await told("1001")).toMatchObject({
      quiet: false,
      waiting: false,
      state: { text: "Credited", tone: "success" },
      summary: "Marie · €85.00",
      sentences: ["Marie was credited €85.00, because the buyer used MARIE10: every order with this code is credited to Marie.", "MARIE10 took €10.00 off, ZOE5 €5.00: the largest discount is credited."],
      credits: [{ creator: "Marie", code: "MARIE10", amount: "€85.00" }],
      network: [{ state: { text: "Told", tone: "success" }, sentences: ["The network holds the sale as it should.", "The network has been closed for changes since Jun 1, 2026, 2:00 AM."] }],
    });
  });

  it("says what troubles the network, and what to do", async () => {
    const { network } = await told("1004");
    expect(network).toMatchObject([{ state: { text: "Needs a hand", tone: "critical" } }]);
    expect(network[0]!.sentences.slice(-2)).toEqual(["Needs a hand: the creator is not known in the network", "Take the creators of the program over again. If the creator is still missing there, invite him or her."]);
  });

  it("is quiet where no creator code stood on the order, and only there", async () => {
    expect(await told("1002")).toMatchObject({ quiet: true, credits: [], network: [], summary: "Not credited" });
    expect(await told("1003")).toMatchObject({ quiet: false, summary: "Not credited", network: [{ state: null }] });
  });

  it("is English where the language is none of ours", async () => {
    expect((await told("1001", "tlh")).state.text).toBe("Credited");
  });
});

describe("who may ask", () => {
  it("another shop's order is not there, like one that nobody knows and what is no order", async () => {
    for (const address of [path("2001"), path("4711"), "/extensions/order-credit?order=1001", "/extensions/order-credit"]) {
      const answer = await (await route())(asExtension(SHOP, address));
      expect([address, answer.status, await answer.json()]).toEqual([address, 404, null]);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    }
    expect((await (await route())(asExtension(OTHER_SHOP, path("2001")))).status).toBe(200);
  });

  it("without a session nothing is told", async () => {
    const forged = asExtension(SHOP, path("1001"));
    forged.request.headers.set("authorization", `${forged.request.headers.get("authorization")!.slice(0, -4)}AAAA`);
    expect((await thrown((await route())(forged))).status).toBe(401);
    // Without any token the library takes it for a page, and leads to where one signs in.
    const stranger = await thrown((await route())(askAsStranger(path("1001"))));
    expect(stranger.status).toBe(302);
    expect(stranger.headers.get("location")).toContain("/auth/login");
  });

  it("the browser learns that the platform's origin may read it, also before it asks", async () => {
    expect((await (await route())(asExtension(SHOP, path("1001")))).headers.get("access-control-allow-origin")).toBe("*");
    const before = await thrown((await route())({ request: new Request(`http://localhost:3000${path("1001")}`, { method: "OPTIONS", headers: { origin: ORIGIN, "access-control-request-headers": "authorization" } }), params: {}, context: {} }));
    expect([before.status, before.headers.get("access-control-allow-origin"), before.headers.get("access-control-allow-headers")]).toEqual([204, "*", "Authorization, Content-Type"]);
  });
});
