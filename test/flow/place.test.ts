import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { describe, expect, test } from "vitest";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce, tryAgain } from "#app/flow/place.ts";
import { adminFor, setTokenSource } from "#app/shopify/admin.ts";
import { addRedeemCodes, createDiscount, findByCode } from "#app/shopify/discounts.ts";
import { deleteDiscount } from "#test/local/store/discounts.ts";
import { useDatabase } from "#test/support/database.ts";
import { Died, killAt } from "./killed.ts";
import { SHOP, TOKEN, account, connected, must, placeAll, rows, useStage } from "./merchant-stage.ts";
import { connectNetwork } from "#app/flow/connect.ts";

useDatabase();
const stage = useStage();

const terms = { value: { kind: "percentage", basisPoints: 1000 } };

async function given(codes: Record<string, string>) {
  const { programId, connectionId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  const list = Object.entries(codes).map(([name, code]) => ({ creatorId: creatorIds[name]!, code, policy: "always" }));
  const made = list.length === 0 ? [] : must(await giveCodes(SHOP, { dealId, rows: list })).codes;
  stage.sent.length = 0;
  return { programId, connectionId, dealId, creatorIds, codeIds: made.map((code) => code.codeId) };
}

const states = () =>
  rows<{ code: string; target: string; state: string; problem: string | null; external: boolean }>(
    `select c.code, case p.target when 'store' then 'store' else 'network' end as target, p.state, p.problem, p.external_id is not null as external
     from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 order by c.position, p.target = 'store' desc`);

const storeCodes = () => stage.store.discounts().flatMap((discount) => discount.codes.map((code) => code.code)).filter((code) => !code.startsWith("RESERVE")).sort();
const networkCodes = () => stage.network.account(account).codes.map((code) => `${code.code}>${code.partnerId}`).sort();

/** Everything stands exactly once on both sides. */
async function expectAllOnce(names: string[]) {
  const { marie, zoe, lukas } = stage.partners;
  const partners: Record<string, string> = { MARIE10: marie, ZOE10: zoe, LUKAS10: lukas };
  expect(stage.store.discounts()).toHaveLength(1);
  expect(storeCodes()).toEqual([...names].sort());
  expect(networkCodes()).toEqual(names.map((name) => `${name}>${partners[name]}`).sort());
  expect(stage.network.account(account).deals).toHaveLength(1);
  expect((await states()).map((row) => row.state)).toEqual(names.flatMap(() => ["live", "live"]));
}

const three = { marie: "MARIE10", zoe: "ZOE10", lukas: "LUKAS10" };
const names = Object.values(three);

describe("placing", () => {
  test("three codes are redeem codes of one discount, added by one call, and promo codes linked to creator and deal", async () => {
    await given(three);
    await placeAll(stage);
    await expectAllOnce(names);
    expect(stage.sent.filter((what) => what === "AddRedeemCodes")).toHaveLength(1);
    expect(stage.sent.filter((what) => what === "POST PromoCodes")).toHaveLength(3);
    const deal = stage.network.account(account).deals[0]!;
    for (const code of stage.network.account(account).codes) expect(code).toMatchObject({ dealId: deal.id, programId: stage.creators.id, policy: "ALWAYS", type: "LI" });
    expect((await states()).map((row) => [row.target, row.external, row.problem])).toEqual(names.flatMap(() => [["store", false, null], ["network", true, null]]));
    stage.sent.length = 0;
    expect(await placeOnce()).toBe(0);
    expect(stage.sent).toEqual([]);
  });

  test("the network hears of a code only when the store has it", async () => {
    await given({ marie: "MARIE10" });
    await placeOnce();
    expect(await states()).toMatchObject([{ target: "store", state: "asked" }, { target: "network", state: "waiting" }]);
    expect(networkCodes()).toEqual([]);
  });

  test("the exchanges are logged under the deal and the code they are about", async () => {
    const { dealId, codeIds } = await given({ marie: "MARIE10" });
    await placeAll(stage);
    const logged = await rows("select about, about_id, what, outcome from exchange where shop = $1 and about in ('deal', 'code') and what like 'POST%' order by id");
    expect(logged).toMatchObject([{ about: "deal", about_id: dealId, outcome: "ok" }, { about: "code", about_id: codeIds[0], outcome: "ok" }]);
  });

  test("codes given later go into the same discount", async () => {
    const { dealId, creatorIds } = await given({ marie: "MARIE10" });
    await placeAll(stage);
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.zoe!, code: "ZOE10", policy: "always" }] }));
    await placeAll(stage);
    await expectAllOnce(["MARIE10", "ZOE10"]);
  });
});

const boundaries = [
  ["before the discount is made", "CreateBasicDiscount", "before"],
  ["after the discount was made", "CreateBasicDiscount", "after"],
  ["before the network's deal is made", "POST Deals", "before"],
  ["after the network's deal was made", "POST Deals", "after"],
  ["before the codes are added", "AddRedeemCodes", "before"],
  ["after the codes were added", "AddRedeemCodes", "after"],
  ["after the job was read", "ReadBulkCreations", "after"],
  ["before a promo code is placed", "POST PromoCodes", "before"],
  ["after a promo code was placed", "POST PromoCodes", "after"],
] as const;

describe("in the end each thing is there exactly once", () => {
  test.each(boundaries)("when the process is killed %s; the next one goes on at once", async (_name, what, when) => {
    await given(three);
    const killed = await killAt(stage, what, when);
    await placeAll(stage);
    await expectAllOnce(names);
    await killed.bury();
  });

  test.each(boundaries)("when the connection breaks %s", async (_name, what, when) => {
    await given(three);
    let broken = 0;
    stage[when] = (sent) => {
      if (sent === what && ++broken === 1) throw new Died();
    };
    for (let turn = 0; turn < 4; turn++) {
      await placeAll(stage);
      stage.forward(20_000);
    }
    expect(broken).toBeGreaterThan(0);
    await expectAllOnce(names);
  });
});

describe("what store and network refuse", () => {
  test("a name that somebody took in the store in the meantime is refused with the discount's name; the others are placed", async () => {
    const { codeIds } = await given(three);
    await placeOnce();
    await createDiscount(adminFor(SHOP), { title: "Zoe's own", reserveCode: "zoe10", terms: { ...full }, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null });
    await placeAll(stage);
    const refused = (await states()).filter((row) => row.code === "ZOE10");
    expect(refused.map((row) => row.state)).toEqual(["refused", "waiting"]);
    expect(JSON.parse(refused[0]!.problem!)).toEqual({ key: "problem.taken_in_store", values: { code: "ZOE10", discount: "Zoe's own" } });
    expect(storeCodes()).toEqual(["LUKAS10", "MARIE10", "zoe10"]);
    expect(stage.network.codesNamed(account, "ZOE10")).toEqual([]);

    // The merchant frees the name and asks again.
    deleteDiscount(stage.store, stage.store.discounts().find((discount) => discount.title === "Zoe's own")!);
    expect(await tryAgain(SHOP, { codeIds })).toBe(1);
    await placeAll(stage);
    await expectAllOnce(names);
  });

  test("a name that another partner took in the network in the meantime is refused with the partner's name", async () => {
    await given({ marie: "MARIE10" });
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "MARIE10" });
    await placeAll(stage);
    const [inStore, inNetwork] = await states();
    expect(inStore!.state).toBe("live");
    expect(inNetwork!.state).toBe("refused");
    expect(JSON.parse(inNetwork!.problem!)).toEqual({ key: "problem.taken_in_network", values: { code: "MARIE10", partner: "Łukasz Nowak" } });
  });

  test("a promo code that is the creator's already is adopted, and another policy is noted", async () => {
    await given({ marie: "MARIE10" });
    const code = stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.marie, code: "MARIE10", policy: "WINNER" });
    await placeAll(stage);
    expect(networkCodes()).toEqual([`MARIE10>${stage.partners.marie}`]);
    expect(await rows("select state, external_id, problem from code_placement where shop = $1 and target <> 'store'")).toEqual([
      { state: "live", external_id: code.id, problem: '{"key":"problem.other_policy_in_network","values":{"code":"MARIE10"}}' },
    ]);
  });

  test("a deal that the network refuses keeps its words and does not hold the codes back", async () => {
    await given({ marie: "MARIE10" });
    stage.network.account(account).tokens = [{ token: TOKEN, name: "No deals", denied: ["POST /Deals"] }];
    await placeAll(stage);
    const [placement] = await rows<{ state: string; problem: string }>("select state, problem from deal_placement where shop = $1");
    expect(placement!.state).toBe("refused");
    expect(JSON.parse(placement!.problem).key).toBe("network.forbidden");
    expect(stage.network.account(account).codes).toMatchObject([{ code: "MARIE10", dealId: null }]);
  });

  test("a discount that is gone from the store is told, and nothing is put elsewhere", async () => {
    const { dealId, creatorIds } = await given({ marie: "MARIE10" });
    await placeAll(stage);
    deleteDiscount(stage.store, stage.store.discounts()[0]!);
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.zoe!, code: "ZOE10", policy: "always" }] }));
    await placeAll(stage);
    expect(await rows("select store_state from deal where shop = $1")).toEqual([{ store_state: "missing" }]);
    expect((await states()).filter((row) => row.code === "ZOE10").map((row) => row.state)).toEqual(["refused", "waiting"]);
  });
});

describe("what does not answer", () => {
  test("a throttled store is asked again when its points are back, and it counts as no failure", async () => {
    await given({ marie: "MARIE10" });
    const throttled = { fault: { kind: "throttled" as const, waitMs: 3_000 }, ok: false as const };
    await placeOnce({ admin: () => async () => throttled });
    expect(await rows("select attempts, store_state, next_at > $2 as later from deal where shop = $1", [SHOP, new Date(Date.now() + 2_000)])).toEqual([{ attempts: 0, store_state: "waiting", later: true }]);
    stage.forward(3_100);
    await placeAll(stage);
    await expectAllOnce(["MARIE10"]);
  });

  test("codes that met a throttled store were not asked for", async () => {
    await given({ marie: "MARIE10" });
    await placeOnce({ admin: (shop) => async (document, variables) => (document.includes("BulkAdd") ? { ok: false, fault: { kind: "throttled", waitMs: 1_000 } } : adminFor(shop)(document, variables)) });
    expect((await states())[0]).toMatchObject({ target: "store", state: "waiting", problem: null });
  });

  test("a store that lets nobody in is tried again each minute, and says why", async () => {
    await given({ marie: "MARIE10" });
    setTokenSource(async () => null);
    expect(await placeOnce()).toBe(0);
    const [deal] = await rows<{ store_state: string; store_problem: string }>("select store_state, store_problem from deal where shop = $1");
    expect(deal).toEqual({ store_state: "waiting", store_problem: '{"key":"store.unauthorized","values":{}}' });
  });

  test("a network whose token is refused is noted, left alone, and gone on with when it is connected again", async () => {
    await given({ marie: "MARIE10" });
    stage.network.account(account).tokens = [];
    await placeAll(stage);
    expect(await rows("select state from network_connection where shop = $1")).toEqual([{ state: "refused" }]);
    const asked = stage.sent.length;
    await placeAll(stage);
    expect(stage.sent.slice(asked).filter((what) => what.startsWith("GET") || what.startsWith("POST"))).toEqual([]);
    stage.network.addToken(account, "newer-token", []);
    must(await connectNetwork(SHOP, { accountSid: account, token: "newer-token" }));
    await placeAll(stage);
    await expectAllOnce(["MARIE10"]);
  });

  test("a network that fails for a while is tried again, ever more seldom, until all is placed", async () => {
    await given(three);
    stage.network.addFault({ kind: "503", endpoint: "*", count: 5 });
    for (let turn = 0; turn < 8; turn++) {
      stage.forward(30_000);
      await placeAll(stage);
    }
    await expectAllOnce(names);
  });

  test("one shop is placed by one worker at a time", async () => {
    await given(three);
    for (let turn = 0; turn < 6; turn++) {
      await Promise.all([placeOnce(), placeOnce(), placeOnce()]);
      stage.forward(2_000);
    }
    await placeAll(stage);
    await expectAllOnce(names);
    expect(stage.sent.filter((what) => what === "CreateBasicDiscount")).toHaveLength(1);
  });

  test("a shop that uninstalled the app is left alone", async () => {
    await given({ marie: "MARIE10" });
    await rows("update shop set uninstalled_at = now() where shop = $1");
    expect(await placeOnce()).toBe(0);
    expect(stage.sent).toEqual([]);
  });
});

test("250 codes go in one call, 260 in two", async () => {
  const { dealId } = await given({});
  expect(dealId).toBeTruthy();
  const admin = adminFor(SHOP);
  await placeOnce();
  const [{ store_id: discountId } = { store_id: "" }] = await rows<{ store_id: string }>("select store_id from deal where shop = $1");
  expect((await addRedeemCodes(admin, discountId, Array.from({ length: 251 }, (_, n) => `X${n}`))).ok).toBe(false);
  await rows(
    `insert into code (shop, id, code, key, match, deal_id, created_at) select $1, 'c' || n, 'CODE' || n, 'CODE' || n, 'exact', $2, '2026-01-01' from generate_series(1, 260) n`,
    [SHOP, dealId],
  );
  await rows(`insert into code_placement (shop, code_id, target, next_at) select $1, 'c' || n, 'store', '2026-01-01' from generate_series(1, 260) n`);
  stage.sent.length = 0;
  await placeAll(stage);
  expect(stage.sent.filter((what) => what === "AddRedeemCodes")).toHaveLength(2);
  expect(await rows("select state, count(*)::int as n from code_placement where shop = $1 group by 1")).toEqual([{ state: "live", n: 260 }]);
  const found = await findByCode(admin, "code260");
  expect(found.ok && found.value?.id).toBe(discountId);
}, 30_000);

const full = {
  value: { kind: "percentage" as const, basisPoints: 1000 },
  ...PLAIN_TERMS,
};
