// What a creator's link offers, over HTTP.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { storefrontOffer } from "#app/flow/storefront-offer.ts";
import { storefrontToken } from "#app/flow/storefront-token.ts";
import { sayOffer } from "#app/offer-words.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeCode, makeMariesShop } from "#test/support/shop.ts";

process.env.TRUSTED_PROXIES = "1";
useDatabase();

let server: Server;
let address: string;
let offsetMs = 0;

beforeAll(async () => {
  server = createServer((request, response) => void storefrontOffer(request, response, sayOffer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/storefront/offer`;
  await makeMariesShop();
  await pool().query("update creator set handle = '@Marie.Bakes', email = 'marie@creators.example' where id = 'c1'");
  await pool().query(
    `insert into deal (shop, id, name, terms, starts_at, ends_at, store_id, next_at, created_at) values ($1, 'd1', 'Inner name of the deal', $2, '2026-01-01', null, 'gid://shopify/DiscountCodeNode/1', now(), '2026-01-01')`,
    [SHOP, JSON.stringify({ value: { kind: "percentage", basisPoints: 1000 }, minimum: { kind: "none" }, appliesTo: { kind: "everything" }, buyers: { kind: "segments", segments: [{ id: "s", title: "Whales" }] }, purchase: { oneTime: true, subscription: false, cycles: null }, oncePerCustomer: true, usageLimit: null })],
  );
});
afterAll(() => void server.close());

beforeEach(async () => {
  // What was believed a moment ago is looked at anew.
  setClockOffsetMs((offsetMs += 10_000));
  await pool().query("delete from code_placement");
  await pool().query("update code set deal_id = 'd1', paused_at = null, retired_at = null, void_from = null where id = 'k1'");
  await pool().query("update deal set starts_at = '2026-01-01', ends_at = null, paused_at = null");
  await pool().query("update code_term set starts_at = null, ends_at = null");
});
afterEach(() => setClockOffsetMs(0));

function ask(asked: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${address}?${new URLSearchParams({ token: storefrontToken(SHOP, 1), ...asked })}`, { headers });
}

const MARIES = { code: "MARIE10", applies: true, creator: "Marie", text: { offer: "10% off everything", until: null } };

describe("a creator's word", () => {
  test.each(["MARIE10", " marie10 ", "marie.bakes", "@MARIE.BAKES"])("%j is her code as it is written, with what it gives", async (creator) => {
    const answer = await ask({ creator, lang: "en" });
    expect([answer.status, answer.headers.get("cache-control"), answer.headers.get("access-control-allow-origin")]).toEqual([200, "public, max-age=60", "*"]);
    expect(await answer.json()).toEqual(MARIES);
  });

  test.each([["fr", "10 % de remise sur tout"], ["fr-CA", "10 % de remise sur tout"], ["zh-TW", "全场优惠 10%"], ["de", "10% off everything"], ["", "10% off everything"]])("in %j: %s", async (lang, offer) => {
    const { text } = (await (await ask({ creator: "MARIE10", lang })).json()) as typeof MARIES;
    expect(text.offer.replaceAll("\u00a0", " ").replaceAll("\u202f", " ")).toBe(offer);
  });

  test.each(["NOBODY", "Inner name of the deal", "c1", "marie@creators.example", "%", "MARIE1_"])("%j names nobody", async (creator) => {
    const answer = await ask({ creator });
    expect([answer.status, await answer.json()]).toEqual([200, { code: null, applies: false, creator: null, text: { offer: "", until: null } }]);
  });

  const stopped: [string, string][] = [
    ["the code is paused", "update code set paused_at = now()"],
    ["the code is retired", "update code set retired_at = now()"],
    ["the code is void", "update code set void_from = now() - interval '1 day'"],
    ["its deal is paused", "update deal set paused_at = now()"],
    ["its deal is over", "update deal set ends_at = now() - interval '1 day'"],
    ["its deal is yet to come", "update deal set starts_at = now() + interval '1 day'"],
    ["its own dates are over", "update code_term set ends_at = now() - interval '1 day'"],
    ["the store does not have it yet", `insert into code_placement (shop, code_id, target, next_at) values ('${SHOP}', 'k1', 'store', now())`],
  ];
  test.each(stopped)("does not apply where %s; by her handle there is none then", async (_what, sql) => {
    await pool().query(sql);
    expect(await (await ask({ creator: "MARIE10" })).json()).toMatchObject({ code: "MARIE10", applies: false });
    expect(await (await ask({ creator: "marie.bakes" })).json()).toMatchObject({ code: null, applies: false });
  });

  test("her handle is the newest of her codes that apply, and a code that nobody can put into words is named all the same", async () => {
    await makeCode("k2", { code: "MARIE20", creator: "c1", program: "p1", createdAt: "2026-05-01" });
    expect(await (await ask({ creator: "marie.bakes" })).json()).toEqual({ code: "MARIE20", applies: true, creator: "Marie", text: { offer: "a discount", until: null } });
    await pool().query("update code set paused_at = now() where id = 'k2'");
    setClockOffsetMs((offsetMs += 10_000));
    expect(await (await ask({ creator: "marie.bakes" })).json()).toEqual(MARIES);
    await pool().query("delete from code_term where code_id = 'k2'");
    await pool().query("delete from code where id = 'k2'");
  });

  test("until when it holds is said in the shop's days", async () => {
    await pool().query("update deal set ends_at = '2099-12-31T23:30:00Z'");
    expect(await (await ask({ creator: "MARIE10", lang: "en" })).json()).toMatchObject({ text: { until: "Jan 1, 2100" } });
  });
});

describe("who asks otherwise", () => {
  test.each<[string, Record<string, string>, number]>([
    ["without a token", { token: "", creator: "MARIE10" }, 401],
    ["with a forged one", { token: `${SHOP}.1.${"A".repeat(43)}`, creator: "MARIE10" }, 401],
    ["without a word", {}, 400],
    ["with a NUL", { creator: "\0" }, 400],
  ])("%s", async (_what, asked, status) => {
    const answer = await ask(asked);
    expect([answer.status, await answer.text(), answer.headers.get("cache-control")]).toEqual([status, "", "no-store"]);
  });

  test("too often from one address", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 320; n++) statuses.push((await ask({}, { "x-forwarded-for": "198.51.100.9" })).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await ask({ creator: "MARIE10" }, { "x-forwarded-for": "198.51.100.10" })).status).toBe(200);
  }, 60_000);
});
