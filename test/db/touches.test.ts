// What the page Clicks reads, in a shop whose way from click to order can be counted on paper.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { clicksByCode, clicksOf, clicksOfCode, clicksOfCreator, storefrontState } from "#app/db/reads/touches.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";
import { insert } from "#test/routes/atelier.ts";

useDatabase();

const SHOP = "test-shop.myshopify.com";
const OTHER_SHOP = "elsewhere.myshopify.com";
const TIMEZONE = "Europe/Berlin";
const NOW = new Date("2026-11-21T10:00:00Z");
const WEEK = { days: 7, now: NOW, timezone: TIMEZONE };

type Click = { at: string; visitor: string; creator?: string | null; clickId?: string; parameter?: string };

async function click({ at, visitor, creator = null, clickId, parameter }: Click, shop = SHOP): Promise<void> {
  await insert("touch", { shop, at: `${at}+01:00`, visitor, creator_id: creator, click_id: clickId ?? null, parameter: parameter ?? null, kind: clickId ? "click_id" : "link" });
}

type Placed = { id: string; at: string; visitor?: string; checkout?: string; customer?: string; evidence?: string | null; deleted?: boolean; codes?: { id: string; creator: string | null; amount?: number; clicked?: string | null; reason?: string }[] };

async function order({ id, at, visitor, checkout, customer, evidence = visitor ? "attributes" : checkout ? "pixel" : null, deleted, codes = [] }: Placed, shop = SHOP): Promise<void> {
  const credited = codes.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const reason = codes.every(({ amount }) => !amount) ? (codes[0]?.reason ?? "no_creator_code") : null;
  await insert("order_state", {
    shop, order_id: id, name: `#${id}`, created_at: `${at}+01:00`, visitor: visitor ?? null, checkout_token: checkout ?? null, customer_hash: customer ?? null, evidence, credited,
    currency: "EUR", outcome: credited > 0 ? "credited" : "not_credited", reason, deleted_at: deleted ? NOW : null,
  });
  for (const { id: codeId, creator, amount = 0, clicked = null, reason: why = null } of codes) {
    await insert("decision", { shop, order_id: id, code_id: codeId, creator_id: creator, program_id: "p1", outcome: amount > 0 ? "credited" : "not_credited", reason: amount > 0 ? null : why, clicked });
    if (amount > 0) await insert("ledger_entry", { shop, order_id: id, code_id: codeId, creator_id: creator, program_id: "p1", line_id: "1", kind: "credit", amount, currency: "EUR", cause: "test", rules: {}, at: NOW });
  }
  if (codes.length === 0) await insert("decision", { shop, order_id: id, code_id: "", outcome: "not_credited", reason: "no_creator_code" });
}

/** The week of 15 to 21 November, and the week before it. */
async function makeClicks(): Promise<void> {
  // Ada clicks twice, orders with Marie's code: credited.
  await click({ at: "2026-11-16T10:00", visitor: "ada", creator: "c1" });
  await click({ at: "2026-11-17T10:00", visitor: "ada", creator: "c1" });
  await order({ id: "1", at: "2026-11-18T10:00", visitor: "ada", codes: [{ id: "k1", creator: "c1", amount: 5000, clicked: "own" }] });
  // Bea clicks both creators and orders with Jonas's code: it is his order, not Marie's.
  await click({ at: "2026-11-16T11:00", visitor: "bea", creator: "c1" });
  await click({ at: "2026-11-17T11:00", visitor: "bea", creator: "c2" });
  await order({ id: "2", at: "2026-11-17T12:00", visitor: "bea", codes: [{ id: "k2", creator: "c2", amount: 3000, clicked: "own" }] });
  // Cid orders without a code; Dan's order with a code was taken back; Eva only looks.
  await click({ at: "2026-11-18T09:00", visitor: "cid", creator: "c1" });
  await order({ id: "3", at: "2026-11-18T09:30", visitor: "cid" });
  await click({ at: "2026-11-18T10:00", visitor: "dan", creator: "c1" });
  await order({ id: "4", at: "2026-11-19T10:00", visitor: "dan", codes: [{ id: "k1", creator: "c1", reason: "cancelled", clicked: "own" }] });
  await click({ at: "2026-11-20T10:00", visitor: "eva", creator: "c1" });
  // Fay's browser is tied to her checkout, and Gus clicked on another browser of the same customer. Each bought once.
  await click({ at: "2026-11-20T11:00", visitor: "fay", creator: "c2" });
  await insert("visitor_tie", { shop: SHOP, kind: "checkout", value: "co5", visitor: "fay", at: NOW, received_at: NOW });
  await order({ id: "5", at: "2026-11-20T12:00", checkout: "co5", codes: [{ id: "k2", creator: "c2", amount: 1000, clicked: "own" }] });
  await click({ at: "2026-11-20T13:00", visitor: "gus-phone", creator: "c2" });
  for (const visitor of ["gus-phone", "gus-desk"]) await insert("visitor_tie", { shop: SHOP, kind: "customer", value: "gus", visitor, at: NOW, received_at: NOW });
  await order({ id: "6", at: "2026-11-20T14:00", visitor: "gus-desk", customer: "gus", codes: [{ id: "k2", creator: "c2", amount: 700, clicked: "own" }] });
  // Hal ordered before he clicked; Ivo's order was a test; Jan's was deleted.
  await click({ at: "2026-11-19T10:00", visitor: "hal", creator: "c2" });
  await order({ id: "7", at: "2026-11-18T10:00", visitor: "hal", codes: [{ id: "k2", creator: "c2", amount: 900, clicked: "none" }] });
  await click({ at: "2026-11-19T10:00", visitor: "ivo", creator: "c2" });
  await order({ id: "8", at: "2026-11-19T11:00", visitor: "ivo", codes: [{ id: "k2", creator: "c2", reason: "test_order", clicked: "own" }] });
  await click({ at: "2026-11-19T10:00", visitor: "jan", creator: "c2" });
  await order({ id: "9", at: "2026-11-19T11:00", visitor: "jan", deleted: true });
  // Two clicks of the network: one is Marie's, as the network says, the other is nobody's who is known.
  await click({ at: "2026-11-19T10:00", visitor: "kim", clickId: "m1", parameter: "irclickid" });
  await insert("click_owner", { shop: SHOP, parameter: "irclickid", click_id: "m1", creator_id: "c1", state: "found", at: NOW });
  await click({ at: "2026-11-19T10:00", visitor: "lea", clickId: "x1", parameter: "irclickid" });
  await insert("click_owner", { shop: SHOP, parameter: "irclickid", click_id: "x1", state: "nobody", at: NOW });
  await order({ id: "10", at: "2026-11-19T12:00", visitor: "lea", codes: [{ id: "k1", creator: "c1", amount: 400, clicked: "unknown" }] });
  // The last minute of the week before in Berlin, and the first of this one; what follows in the other week is not the click's.
  await click({ at: "2026-11-14T23:59", visitor: "mia", creator: "c1" });
  await order({ id: "11", at: "2026-11-15T00:00", visitor: "mia", codes: [{ id: "k1", creator: "c1", amount: 800, clicked: "own" }] });
  await click({ at: "2026-11-15T00:00", visitor: "nia", creator: "c1" });
  await click({ at: "2026-11-08T00:00", visitor: "oda", creator: "c1" });
  await order({ id: "12", at: "2026-11-14T10:00", visitor: "oda", codes: [{ id: "k1", creator: "c1", amount: 2000, clicked: "own" }] });
  // Sold without any click, and where nothing is known of the buyer's visit.
  await order({ id: "13", at: "2026-11-16T10:00", visitor: "pia", codes: [{ id: "k1", creator: "c1", amount: 100, clicked: "none" }] });
  await order({ id: "14", at: "2026-11-16T11:00", visitor: "quy", codes: [{ id: "k1", creator: "c1", amount: 100, clicked: "other" }] });
  await order({ id: "15", at: "2026-11-16T12:00", codes: [{ id: "k1", creator: "c1", amount: 100 }] });
  await order({ id: "17", at: "2026-11-16T12:30", evidence: "landing", codes: [{ id: "k1", creator: "c1", amount: 100, clicked: "own" }] });
  await order({ id: "16", at: "2026-11-16T13:00", visitor: "rex", codes: [{ id: "k0", creator: "c1", amount: 100, clicked: "own" }, { id: "k1", creator: "c1", reason: "outranked", clicked: "own" }] });
}

beforeAll(async () => {
  await makeMariesShop();
  await makeCreator("c2", { name: "Jonas" });
  await makeCode("k2", { code: "JONAS10", creator: "c2", program: "p1" });
  await makeCode("k0", { code: "FRIENDS", creator: null, program: "p1" });
  await makeClicks();
  await makeMariesShop(OTHER_SHOP);
  await click({ at: "2026-11-18T10:00", visitor: "ada", creator: "c2" }, OTHER_SHOP);
  await insert("visitor_tie", { shop: OTHER_SHOP, kind: "checkout", value: "co5", visitor: "eva", at: NOW, received_at: NOW });
});

describe("from click to order", () => {
  it("of all creators: every visitor counts once, whoever was clicked", async () => {
    const { now, then, from, before } = await clicksOf(SHOP, WEEK);
    expect([from, before]).toEqual(["2026-11-14T23:00:00.000Z", "2026-11-07T23:00:00.000Z"]);
    // ada, bea, cid, dan, eva, fay, gus, hal, ivo, jan, kim, nia; of them ada, bea, cid, dan, fay, gus ordered.
    expect(now).toEqual({ clicks: 14, visitors: 12, ordered: 6, withCode: 5, credited: 4, codeOrders: 5, creditedOrders: 4, sales: "9700" });
    expect(then).toEqual({ clicks: 2, visitors: 2, ordered: 1, withCode: 1, credited: 1, codeOrders: 1, creditedOrders: 1, sales: "2000" });
  });

  it("of each creator: only what the own code brought, and a click of the network once its owner is known", async () => {
    const { creators } = await clicksOf(SHOP, WEEK);
    expect(creators.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      // ada twice, bea, cid, dan, eva, kim, nia
      { id: "c1", name: "Marie", handle: null, funnel: { clicks: 8, visitors: 7, ordered: 4, withCode: 2, credited: 1, codeOrders: 2, creditedOrders: 1, sales: "5000" } },
      // bea, fay, gus, hal, ivo, jan
      { id: "c2", name: "Jonas", handle: null, funnel: { clicks: 6, visitors: 6, ordered: 3, withCode: 3, credited: 3, codeOrders: 3, creditedOrders: 3, sales: "4700" } },
    ]);
    for (const { id, funnel } of creators) expect((await clicksOfCreator(SHOP, WEEK, id)).now).toEqual(funnel);
    expect((await clicksOfCreator(SHOP, WEEK, "c1")).then).toMatchObject({ clicks: 2, visitors: 2, sales: "2000" });
  });

  it("a click that is nobody's is no creator's", async () => {
    expect((await clicksOf(SHOP, WEEK)).unknown).toEqual({ clicks: 1, visitors: 1 });
  });

  it("another shop's clicks, ties and orders are its own", async () => {
    expect((await clicksOf(OTHER_SHOP, WEEK)).now).toMatchObject({ clicks: 1, visitors: 1, ordered: 0 });
    expect((await clicksOf("nowhere.myshopify.com", WEEK)).now).toMatchObject({ clicks: 0, visitors: 0 });
  });

  it.each([
    ["2026-10-25T22:30:00Z", "2026-10-24T22:00:00.000Z"], // the day on which the clocks go back has 25 hours
    ["2026-03-29T20:30:00Z", "2026-03-28T23:00:00.000Z"], // and 23 where they go forward
  ])("the day of %s begins at %s, though the clocks changed on it", async (at, begins) => {
    expect((await clicksOf(SHOP, { ...WEEK, days: 1, now: new Date(at) })).from).toBe(begins);
  });
});

describe("codes without a click", () => {
  it("counts what is known, and what is not known by itself", async () => {
    const codes = await clicksByCode(SHOP, WEEK);
    expect(codes.sort((a, b) => (a.code < b.code ? -1 : 1))).toEqual([
      // 2, 5, 6 after a click, 7 without; the test order does not count
      { id: "k2", code: "JONAS10", creator: { id: "c2", name: "Jonas" }, orders: 4, seen: 4, without: 1, unsure: 0, unseen: 0 },
      // 1, 4, 11, 16 after a click, 13 and 14 without, 10 not sure, of 15 nothing is known and of 17 only the page on which the visit began
      { id: "k1", code: "MARIE10", creator: { id: "c1", name: "Marie" }, orders: 9, seen: 6, without: 2, unsure: 1, unseen: 2 },
    ]);
    expect(await clicksOfCode(SHOP, "k1")).toEqual({ orders: 10, seen: 7, without: 2, unsure: 1, unseen: 2 });
    expect(await clicksOfCode(OTHER_SHOP, "k1")).toBeNull();
  });
});

describe("the storefront", () => {
  it("is told as it was last heard of", async () => {
    expect(await storefrontState("nowhere.myshopify.com")).toEqual({ anyClick: false, hasPixel: false, problem: null, settingsAt: null, pixelSeenAt: null, embedSeenAt: null });
    await pool().query("insert into storefront (shop, pixel_id, pixel_seen_at) values ($1, 'gid://shopify/WebPixel/1', $2)", [SHOP, NOW]);
    expect(await storefrontState(SHOP)).toEqual({ anyClick: true, hasPixel: true, problem: null, settingsAt: null, pixelSeenAt: NOW.toISOString(), embedSeenAt: null });
  });
});
