// The life of codes in store and network: what a person wants comes about on both sides, is read back before it is said, and loses no sale its owner.
import { beforeEach, describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { actOnCodes, giveWindow, keepOld, replaceCode } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { SHOP, account, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };
const WHO = "marie@shop.example";

let dealId: string;
let ids: Record<string, string>;
let creatorIds: Record<string, string>;

beforeEach(async () => {
  await pool().query("truncate order_state, decision, delivery, conversion, deal_edit, store_code");
  const one = await connected(stage);
  creatorIds = one.creatorIds;
  dealId = must(await makeDeal(SHOP, { name: "Summer", programId: one.programId, terms, startsAt: null, endsAt: null })).dealId;
  const given = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }, { creatorId: creatorIds.zoe!, code: "ZOE10", policy: "always" }] }));
  ids = Object.fromEntries(given.codes.map((code) => [code.code, code.codeId]));
  await placeAll(stage);
});

/** The codes of the store with the title of their discount, reserve codes left out. */
function inStore(): string[] {
  return stage.store.discounts().flatMap((discount) => discount.codes.filter(({ code }) => !code.startsWith("RESERVE")).map(({ code }) => `${code} in ${discount.title}`)).sort();
}

function inNetwork(): string[] {
  return stage.network.account(account).codes.filter((code) => code.expiredMs === null).map((code) => code.code).sort();
}

async function sides(codeId: string): Promise<string[]> {
  const found = await rows<{ said: string }>("select case when target = 'store' then 'store' else 'network' end || ' ' || wanted || ' ' || state as said from code_placement where shop = $1 and code_id = $2 order by target <> 'store'", [SHOP, codeId]);
  return found.map((row) => row.said);
}

async function outcome(code: string, createdAt: Date, id = "1"): Promise<string> {
  await note(orderBody({ id, codes: [code], created_at: createdAt.toISOString(), updated_at: createdAt.toISOString() }), { shop: SHOP, triggeredAt: createdAt.toISOString() });
  while ((await settleOnce()) > 0);
  const [row] = await rows<{ said: string }>("select coalesce(reason, outcome) as said from decision where shop = $1 and order_id = $2", [SHOP, id]);
  return row!.said;
}

describe("a pause", () => {
  test("takes the code out of store and network, keeps its name, and is undone on both sides", async () => {
    expect(await actOnCodes(SHOP, "pause", [ids.MARIE10!], WHO)).toBe(1);
    expect(await sides(ids.MARIE10!)).toEqual(["store gone live", "network gone live"]);
    await placeAll(stage);
    expect(await sides(ids.MARIE10!)).toEqual(["store gone expired", "network gone expired"]);
    expect(inStore()).toEqual(["ZOE10 in Summer"]);
    expect(inNetwork()).toEqual(["ZOE10"]);
    expect(errorsOf(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.lukas!, code: "marie10", policy: "always" }] }))).not.toEqual([]);

    expect(await actOnCodes(SHOP, "resume", [ids.MARIE10!, ids.ZOE10!], WHO)).toBe(1);
    await placeAll(stage);
    expect(await sides(ids.MARIE10!)).toEqual(["store live live", "network live live"]);
    expect(inStore()).toEqual(["MARIE10 in Summer", "ZOE10 in Summer"]);
    expect(inNetwork()).toEqual(["MARIE10", "ZOE10"]);
    expect(await rows("select what, who, detail ->> 'codes' as codes from shop_log where shop = $1 and what in ('codes.paused', 'codes.resumed') order by id")).toEqual([
      { what: "codes.paused", who: WHO, codes: "MARIE10" },
      { what: "codes.resumed", who: WHO, codes: "MARIE10" },
    ]);
  });

  test("a sale while the store still has the code is credited; after the end of a code it is not, whatever the store still has", async () => {
    await actOnCodes(SHOP, "pause", [ids.MARIE10!], WHO);
    expect(await outcome("MARIE10", now(), "1")).toBe("credited");
    const before = new Date(now().getTime() - 1_000);
    await actOnCodes(SHOP, "end", [ids.MARIE10!], WHO);
    expect(await outcome("MARIE10", new Date(now().getTime() + 1_000), "2")).toBe("outside_window");
    expect(await outcome("MARIE10", before, "3")).toBe("credited");
  });

  test("undone before anything was taken out, or in the middle of it, the code is live again", async () => {
    await actOnCodes(SHOP, "pause", [ids.MARIE10!], WHO);
    await actOnCodes(SHOP, "resume", [ids.MARIE10!], WHO);
    await placeAll(stage);
    expect(stage.sent.filter((what) => what === "TakeOutRedeemCodes")).toEqual([]);

    await actOnCodes(SHOP, "pause", [ids.MARIE10!], WHO);
    await placeOnce(); // the store was asked, its job runs
    expect((await sides(ids.MARIE10!))[0]).toBe("store gone leaving");
    await actOnCodes(SHOP, "resume", [ids.MARIE10!], WHO);
    await placeAll(stage);
    expect(await sides(ids.MARIE10!)).toEqual(["store live live", "network live live"]);
    expect(inStore()).toEqual(["MARIE10 in Summer", "ZOE10 in Summer"]);
    expect(inNetwork()).toEqual(["MARIE10", "ZOE10"]);
  });

  test("of a code that was never placed leaves nothing to be taken out", async () => {
    const given = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.lukas!, code: "LUKASZ10", policy: "always" }] }));
    await actOnCodes(SHOP, "pause", [given.codes[0]!.codeId], WHO);
    stage.sent.length = 0;
    await placeAll(stage);
    expect(stage.sent.filter((what) => what !== "POST graphql")).toEqual([]);
    expect(await sides(given.codes[0]!.codeId)).toEqual(["store gone expired", "network gone expired"]);
  });

  test("a code that the merchant deleted in the store meanwhile, or that another discount has by now, is gone all the same", async () => {
    await pool().query("update code_placement set external_id = 'gid://shopify/DiscountRedeemCode/1' where code_id = $1 and target = 'store'", [ids.MARIE10]);
    await actOnCodes(SHOP, "pause", [ids.MARIE10!], WHO);
    await placeAll(stage, 40);
    expect(await sides(ids.MARIE10!)).toEqual(["store gone expired", "network gone expired"]);
    expect(inStore()).toEqual(["ZOE10 in Summer"]);
  });
});

describe("codes that end, and names that are free again", () => {
  test("what ended keeps its name; what is retired gives it up, and the old orders keep their owner", async () => {
    await actOnCodes(SHOP, "end", [ids.MARIE10!], WHO);
    await placeAll(stage);
    expect(inStore()).toEqual(["ZOE10 in Summer"]);
    expect(await actOnCodes(SHOP, "resume", [ids.MARIE10!], WHO)).toBe(0);
    await actOnCodes(SHOP, "retire", [ids.MARIE10!, ids.ZOE10!], WHO);
    await placeAll(stage);
    expect(inStore()).toEqual([]);
    const again = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.lukas!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    expect(inStore()).toEqual(["MARIE10 in Summer"]);
    expect(inNetwork()).toEqual(["MARIE10"]);
    expect(await outcome("MARIE10", new Date(now().getTime() + 1_000))).toBe("credited");
    expect(await rows("select code_id from decision where shop = $1")).toEqual([{ code_id: again.codes[0]!.codeId }]);
  });

  test("a name that is given anew before the store gave up the old one is not taken from under the new code", async () => {
    await actOnCodes(SHOP, "retire", [ids.MARIE10!], WHO);
    await pool().query("insert into code (shop, id, code, key, match, deal_id, created_at) values ($1, 'new', 'MARIE10', 'MARIE10', 'exact', $2, $3)", [SHOP, dealId, now()]);
    await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select shop, 'new', $2, creator_id, program_id, credit_policy from code_term where code_id = $1 limit 1", [ids.ZOE10, now()]);
    await pool().query("insert into code_placement (shop, code_id, target, next_at) values ($1, 'new', 'store', $2)", [SHOP, now()]);
    await placeAll(stage);
    expect(inStore()).toContain("MARIE10 in Summer");
    expect(await sides("new")).toEqual(["store live live"]);
    expect((await sides(ids.MARIE10!))[0]).toBe("store gone expired");
  });

  test("many codes are taken out with few calls", async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ creatorId: creatorIds.marie!, code: `MANY${String(n).padStart(3, "0")}X`, policy: "always" }));
    const given = must(await giveCodes(SHOP, { dealId, rows: many }));
    await placeAll(stage, 20);
    stage.sent.length = 0;
    expect(await actOnCodes(SHOP, "end", given.codes.map((code) => code.codeId), WHO)).toBe(60);
    await placeAll(stage, 20);
    expect(inStore()).toEqual(["MARIE10 in Summer", "ZOE10 in Summer"]);
    expect(stage.sent.filter((what) => what === "TakeOutRedeemCodes")).toHaveLength(1);
  });
});

describe("a code that another one replaces", () => {
  test("stays until the new one is live on both sides, and is then taken out of both", async () => {
    const { codeId } = must(await replaceCode(SHOP, ids.MARIE10!, "MARIE11", WHO));
    const seen: string[][] = [];
    for (let turn = 0; turn < 12; turn++) {
      await placeOnce();
      stage.forward(2_000);
      seen.push([...inStore().filter((code) => code.startsWith("MARIE")), ...inNetwork().filter((code) => code.startsWith("MARIE"))]);
    }
    for (const standing of seen) expect(standing.filter((code) => !code.includes(" in ")).length).toBeGreaterThan(0);
    for (const standing of seen) expect(standing.filter((code) => code.includes(" in ")).length).toBeGreaterThan(0);
    expect(inStore()).toEqual(["MARIE11 in Summer", "ZOE10 in Summer"]);
    expect(inNetwork()).toEqual(["MARIE11", "ZOE10"]);
    expect(await sides(ids.MARIE10!)).toEqual(["store gone expired", "network gone expired"]);
    expect(await rows("select replaced_by, retired_at from code where shop = $1 and id = $2", [SHOP, ids.MARIE10])).toEqual([{ replaced_by: codeId, retired_at: null }]);
    // Who still has the old one in a cart: the sale is the creator's.
    expect(await outcome("MARIE10", new Date(now().getTime() + 1_000))).toBe("credited");
  });

  test("stays where the new one is refused, and can be kept", async () => {
    const { codeId } = must(await replaceCode(SHOP, ids.MARIE10!, "MARIE11", WHO));
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "MARIE11" });
    await placeAll(stage);
    expect((await sides(codeId))[1]).toBe("network live refused");
    expect(await sides(ids.MARIE10!)).toEqual(["store live live", "network live live"]);
    expect(await keepOld(SHOP, ids.MARIE10!, WHO)).toBe(true);
    await placeAll(stage);
    expect(inStore()).toEqual(["MARIE10 in Summer", "ZOE10 in Summer"]);
    expect(await rows("select replaced_by from code where shop = $1 and id = $2", [SHOP, ids.MARIE10])).toEqual([{ replaced_by: null }]);
    expect(errorsOf(await replaceCode(SHOP, ids.MARIE10!, "ZOE10", WHO))[0]).toMatch(/^code: /);
  });
});

describe("dates of its own", () => {
  test("move a code to a discount of its own, which it leaves again with other dates; the name is not lost on the way", async () => {
    must(await giveWindow(SHOP, ids.MARIE10!, { startDate: "", startTime: "", endDate: "2036-01-31", endTime: "" }, WHO));
    await placeAll(stage, 30);
    expect(inStore()).toEqual(["MARIE10 in Summer (– 2036-01-31)", "ZOE10 in Summer"]);
    expect((await sides(ids.MARIE10!))[0]).toBe("store live live");
    expect(await rows("select discount_id from code where shop = $1 and id = $2", [SHOP, ids.MARIE10])).toEqual([{ discount_id: null }]);
    must(await giveWindow(SHOP, ids.ZOE10!, { startDate: "", startTime: "", endDate: "2036-01-31", endTime: "" }, WHO));
    must(await giveWindow(SHOP, ids.MARIE10!, { startDate: "", startTime: "", endDate: "", endTime: "" }, WHO));
    await placeAll(stage, 30);
    expect(inStore()).toEqual(["MARIE10 in Summer", "ZOE10 in Summer (– 2036-01-31)"]);
    expect(stage.store.discounts()).toHaveLength(2);
  });

  test("bring a code back that had ended", async () => {
    await actOnCodes(SHOP, "end", [ids.MARIE10!], WHO);
    await placeAll(stage);
    must(await giveWindow(SHOP, ids.MARIE10!, { startDate: "", startTime: "", endDate: "2036-01-31", endTime: "" }, WHO));
    await placeAll(stage, 30);
    expect(inStore()).toContain("MARIE10 in Summer (– 2036-01-31)");
    expect(await sides(ids.MARIE10!)).toEqual(["store live live", "network live live"]);
    expect(await outcome("MARIE10", new Date(now().getTime() + 1_000))).toBe("credited");
  });
});

describe("answers that are lost", () => {
  const boundaries = ["TakeOutRedeemCodes", "ReadJob", "FindDiscountsByCodes", "LookForRedeemCode", "DELETE PromoCodes"];
  for (const what of boundaries) {
    for (const when of ["before", "after"] as const) {
      test(`${when} ${what}: both sides end without the code`, async () => {
        let broken = 0;
        stage[when] = (sent) => {
          if (broken < 2 && sent.startsWith(what)) {
            broken += 1;
            throw new Error("the connection broke");
          }
        };
        await actOnCodes(SHOP, "end", [ids.MARIE10!], WHO);
        for (let turn = 0; turn < 40; turn++) {
          await placeOnce();
          stage.forward(10_000);
        }
        expect(await sides(ids.MARIE10!)).toEqual(["store gone expired", "network gone expired"]);
        expect(inStore()).toEqual(["ZOE10 in Summer"]);
        expect(inNetwork()).toEqual(["ZOE10"]);
      });
    }
  }
});
