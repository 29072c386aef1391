import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { codesOfDiscount, discountsToAdopt, listFound, soldBefore } from "#app/db/reads/adopt.ts";
import { lookAtDiscount } from "#app/db/store-discount.ts";
import { checkLinks, guessOwners, linkCodes, takeOverDiscount, unlink } from "#app/flow/adopt.ts";
import { giveCodes } from "#app/flow/give.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { placeOnce } from "#app/flow/place.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { account, connected, errorsOf, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";
import { makeDiscount, putCodes } from "./store-side.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const LONG_AGO = new Date(0);

async function readAll(): Promise<void> {
  for (let turn = 0; turn < 50 && (await inventoryOnce(LONG_AGO)) > 0; turn++);
}

async function lookAgain(storeId: string): Promise<void> {
  stage.forward(2_000);
  await lookAtDiscount(pool(), SHOP, storeId, "discounts/redeemcode_added", now());
  stage.forward(2_000);
  await readAll();
}

async function found() {
  const known = await connected(stage);
  const storeId = await makeDiscount("MARIE10", { title: "Influencers 2025", usageLimit: 500 });
  putCodes(stage, storeId, ["ZOE15", "WELCOME"]);
  await readAll();
  return { ...known, storeId };
}

const query = { view: "free", q: "", sort: "code", page: 1, discountId: "", by: "", used: "" };
const listed = async (over: Partial<typeof query> = {}) => (await listFound(SHOP, { ...query, ...over })).rows.map((row) => row.code);
const storeCodes = (id: string) => stage.store.discount(id)!.codes.map((each) => each.code).sort();
const networkCodes = () => stage.network.account(account).codes.filter((code) => code.expiredMs === null).map((code) => `${code.code}>${code.partnerId}`);

describe("what the store has", () => {
  test("is listed with whose it may be; what is linked leaves the list", async () => {
    const { programId, creatorIds, storeId } = await found();
    expect(await listed()).toEqual(["MARIE10", "WELCOME", "ZOE15"]);
    expect(await listed({ q: "zoe" })).toEqual(["ZOE15"]);
    expect(await listed({ discountId: "gid://shopify/DiscountCodeNode/1" })).toEqual([]);
    expect(await discountsToAdopt(SHOP)).toMatchObject([{ storeId, title: "Influencers 2025", codes: 3, deal: null, terms: { usageLimit: 500 } }]);
    expect(Object.fromEntries(await guessOwners(SHOP, ["MARIE10", "WELCOME", "ZOE15"]))).toEqual({ MARIE10: creatorIds.marie, ZOE15: creatorIds.zoe });
    must(await linkCodes(SHOP, programId, [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }], "Camille"));
    expect(await listed()).toEqual(["WELCOME", "ZOE15"]);
    expect(await listed({ view: "linked" })).toEqual(["MARIE10"]);
  });
});

describe("linking a code as it is", () => {
  test("the store keeps it untouched, the network gets it, and it is no difference", async () => {
    const { programId, creatorIds, storeId } = await found();
    stage.sent.length = 0;
    expect(must(await linkCodes(SHOP, programId, [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }, { key: "ZOE15", creatorId: creatorIds.zoe!, policy: "winner" }], "Camille"))).toMatchObject({ linked: 2, skipped: [] });
    await placeAll(stage);
    await lookAgain(storeId);
    expect(stage.sent.filter((what) => /Create|Update|Delete|Add|Remove|TakeOut/.test(what))).toEqual([]);
    expect(storeCodes(storeId)).toEqual(["MARIE10", "WELCOME", "ZOE15"]);
    expect(networkCodes()).toEqual([`MARIE10>${stage.partners.marie}`, `ZOE15>${stage.partners.zoe}`]);
    expect(await rows("select c.code, c.deal_id, c.discount_id, p.state, p.external_id is not null as known from code c join code_placement p on p.code_id = c.id and p.target = 'store' where c.shop = $1 order by c.code")).toEqual([
      { code: "MARIE10", deal_id: null, discount_id: storeId, state: "live", known: true },
      { code: "ZOE15", deal_id: null, discount_id: storeId, state: "live", known: true },
    ]);
    expect(await rows("select kind from drift where shop = $1 and closed_at is null")).toEqual([]);
  });

  test("what it sold before is shown, and not credited", async () => {
    const { programId, creatorIds } = await found();
    const old = "2026-06-10T10:00:00+02:00";
    await note(orderBody({ id: "1", codes: ["marie10"], created_at: old }), { shop: SHOP });
    await note(orderBody({ id: "2", codes: ["MARIE10"], created_at: old }), { shop: SHOP });
    await note(orderBody({ id: "3", codes: ["OTHER"], created_at: old }), { shop: SHOP });
    while ((await settleOnce()) > 0);
    must(await linkCodes(SHOP, programId, [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }], "Camille"));
    while ((await settleOnce()) > 0);
    expect(Object.fromEntries(await soldBefore(SHOP, ["MARIE10", "ZOE15"]))).toEqual({ MARIE10: { orders: 2, amount: "18000" } });
    expect(await rows("select * from ledger_entry where shop = $1")).toEqual([]);
  });

  test.each([
    ["a creator who has not joined", "pia", "MARIE10", "give.not_joined_pending"],
    ["a code that is gone", "marie", "NOSUCH", "adopt.not_in_store"],
  ])("is refused for %s, and nothing is written", async (_, name, key, finding) => {
    const { programId, creatorIds } = await found();
    const answer = await linkCodes(SHOP, programId, [{ key, creatorId: creatorIds[name]!, policy: "always" }], "Camille");
    expect(answer).toMatchObject({ ok: false, rows: [{ findings: [expect.objectContaining({ key: finding, blocking: true })] }] });
    expect(await rows("select 1 from code where shop = $1")).toEqual([]);
  });

  test("is refused where another partner has the name in the network", async () => {
    const { programId, creatorIds } = await found();
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "marie10" });
    const checked = must(await checkLinks(SHOP, programId, [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }]));
    expect(checked.rows[0]!.findings).toMatchObject([{ key: "give.taken_in_network", blocking: true }]);
  });

  test("given back: it leaves the app and the network, and the store keeps it", async () => {
    const { programId, creatorIds, storeId } = await found();
    must(await linkCodes(SHOP, programId, [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }], "Camille"));
    await placeAll(stage);
    const [code] = await rows<{ id: string }>("select id from code where shop = $1");
    expect(await unlink(SHOP, code!.id, "Camille")).toBe("MARIE10");
    expect(await unlink(SHOP, code!.id, "Camille")).toBeNull();
    await placeAll(stage);
    await lookAgain(storeId);
    expect(storeCodes(storeId)).toEqual(["MARIE10", "WELCOME", "ZOE15"]);
    expect(networkCodes()).toEqual([]);
    expect(await listed()).toEqual(["MARIE10", "WELCOME", "ZOE15"]);
    expect(await rows("select kind from drift where shop = $1 and closed_at is null")).toEqual([]);
  });
});

describe("taking a discount over into a deal", () => {
  test("the deal has its terms, its codes are linked, and nothing is written in the store; the other codes are no difference, a new one is", async () => {
    const { programId, creatorIds, storeId } = await found();
    must(await linkCodes(SHOP, programId, [{ key: "ZOE15", creatorId: creatorIds.zoe!, policy: "always" }], "Camille"));
    stage.sent.length = 0;
    const { dealId } = must(await takeOverDiscount(SHOP, { storeId, programId, name: "", rows: [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }] }, "Camille"));
    await placeAll(stage);
    await lookAgain(storeId);
    expect(stage.sent.filter((what) => /^(Create|Update|Delete|Add|Remove|TakeOut)/.test(what))).toEqual([]);
    expect(await rows("select name, adopted, reserve_code, store_id, store_state, terms ->> 'usageLimit' as most from deal where shop = $1")).toEqual([
      { name: "Influencers 2025", adopted: true, reserve_code: null, store_id: storeId, store_state: "live", most: "500" },
    ]);
    expect(await rows("select code, deal_id, discount_id from code where shop = $1 order by code")).toEqual([{ code: "MARIE10", deal_id: dealId, discount_id: null }, { code: "ZOE15", deal_id: dealId, discount_id: null }]);
    expect(await rows("select what from deal_edit where shop = $1")).toEqual([{ what: "adopted" }]);
    expect(await rows("select kind from drift where shop = $1 and closed_at is null")).toEqual([]);
    expect(networkCodes()).toHaveLength(2);
    expect((await codesOfDiscount(SHOP, storeId, 10)).map((code) => code.code)).toEqual(["MARIE10", "WELCOME", "ZOE15"]);

    putCodes(stage, storeId, ["HONEY1"]);
    await lookAgain(storeId);
    expect(await rows("select kind, part from drift where shop = $1 and closed_at is null")).toEqual([{ kind: "extra_code", part: "HONEY1" }]);
  });

  test("of its codes those that were linked can be given back, and none that the app gave", async () => {
    const { programId, creatorIds, storeId } = await found();
    const { dealId } = must(await takeOverDiscount(SHOP, { storeId, programId, name: "", rows: [{ key: "MARIE10", creatorId: creatorIds.marie!, policy: "always" }] }, "Camille"));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.zoe!, code: "NEWZOE", policy: "always" }] }));
    const idOf = async (code: string) => (await rows<{ id: string }>("select id from code where shop = $1 and code = $2", [SHOP, code]))[0]!.id;
    expect(await unlink(SHOP, await idOf("NEWZOE"), "Camille")).toBeNull(); // on its way
    await placeAll(stage);
    expect(storeCodes(storeId)).toContain("NEWZOE");
    expect(await unlink(SHOP, await idOf("NEWZOE"), "Camille")).toBeNull();
    expect(await rows("select retired_at from code where shop = $1 and code = 'NEWZOE'")).toEqual([{ retired_at: null }]);
    expect(await unlink(SHOP, await idOf("MARIE10"), "Camille")).toBe("MARIE10");
  });

  test("with a name of its own the store's title follows", async () => {
    const { programId, storeId } = await found();
    must(await takeOverDiscount(SHOP, { storeId, programId, name: "Creators", rows: [] }, "Camille"));
    await placeAll(stage);
    expect(stage.store.discount(storeId)!.title).toBe("Creators");
    expect(storeCodes(storeId)).toEqual(["MARIE10", "WELCOME", "ZOE15"]);
  });

  test("what no deal can say keeps it from being taken over, and is named; what is a deal already is none twice", async () => {
    const { programId, storeId } = await found();
    const odd = await makeDiscount("THIRD", { customerGets: { items: { all: true }, value: { percentage: 0.33333 } } });
    expect(await takeOverDiscount(SHOP, { storeId: odd, programId, name: "", rows: [] }, "Camille")).toMatchObject({ ok: false, errors: [{ key: "adopt.unreadable" }], unread: ["percentage"] });
    must(await takeOverDiscount(SHOP, { storeId, programId, name: "", rows: [] }, "Camille"));
    expect(errorsOf(await takeOverDiscount(SHOP, { storeId, programId, name: "Again", rows: [] }, "Camille"))).toEqual(["form: adopt.is_deal"]);
    expect(await placeOnce()).toBeGreaterThanOrEqual(0);
  });
});
