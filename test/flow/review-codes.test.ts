// What a person does with codes while the loops are at work on them, and names that are given anew: no state stands still, and no code is lost.
import { beforeEach, describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { STORE, markWaiting } from "#app/db/placement.ts";
import { markAskedInStore, markRefusedInStore } from "#app/db/placement-store.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { actOnCodes, giveWindow, keepOld, replaceCode } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce, tryAgain } from "#app/flow/place.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, account, connected, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });

const terms: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };
const WHO = "merchant";

let dealId: string;
let creatorIds: Record<string, string>;

beforeEach(async () => {
  const one = await connected(stage);
  creatorIds = one.creatorIds;
  dealId = must(await makeDeal(SHOP, { name: "Summer", programId: one.programId, terms, startsAt: null, endsAt: null })).dealId;
});

async function give(code: string, creator = "marie"): Promise<string> {
  return must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds[creator]!, code, policy: "always" }] })).codes[0]!.codeId;
}

function inStore(): string[] {
  return stage.store.discounts().flatMap((discount) => discount.codes.map(({ code }) => code).filter((code) => !code.startsWith("RESERVE"))).sort();
}

function inNetwork(): string[] {
  return stage.network.account(account).codes.filter((code) => code.expiredMs === null).map((code) => code.code).sort();
}

async function sides(codeId: string): Promise<string[]> {
  const found = await rows<{ said: string }>("select case when target = 'store' then 'store' else 'network' end || ' ' || wanted || ' ' || state as said from code_placement where shop = $1 and code_id = $2 order by target <> 'store'", [SHOP, codeId]);
  return found.map((row) => row.said);
}

/** A few turns within the time that a network which did not answer is left alone. */
async function outOfStore(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await placeOnce();
    stage.forward(600);
  }
}

/** Where the network failed for the sixth time it is left alone for minutes. */
async function triedOften(codeId: string): Promise<void> {
  await pool().query("update code_placement set attempts = 6, next_at = $3 where shop = $1 and code_id = $2 and target <> 'store'", [SHOP, codeId, new Date(now().getTime() + 320_000)]);
}

describe("a pause while the store is being asked for the code", () => {
  test("and turns the call away as a whole: nothing is left open", async () => {
    const id = await give("MARIE10");
    await markAskedInStore(SHOP, [id], now(), now());
    await actOnCodes(SHOP, "pause", [id], WHO);
    await markWaiting(SHOP, [id], STORE);
    stage.forward(120_000);
    await placeAll(stage);
    expect((await sides(id))[0]).toBe("store gone expired");
    await actOnCodes(SHOP, "resume", [id], WHO);
    await placeAll(stage);
    expect(await sides(id)).toEqual(["store live live", "network live live"]);
  });

  test("and refuses the code: it is read back that the store has none, and nobody is asked to try again", async () => {
    const id = await give("MARIE10");
    await markAskedInStore(SHOP, [id], now(), now());
    await actOnCodes(SHOP, "pause", [id], WHO);
    await markRefusedInStore(SHOP, [{ codeId: id, problem: "{}" }], now());
    stage.forward(120_000);
    await placeAll(stage);
    expect((await sides(id))[0]).toBe("store gone expired");
  });
});

describe("a name that is given anew to the same creator", () => {
  test("is not taken out of the network by the end of the old code, whose answer was lost", async () => {
    const old = await give("MARIE10");
    await placeAll(stage);
    await actOnCodes(SHOP, "retire", [old], WHO);
    stage.after = (what) => {
      if (/PromoCodes/.test(what) && !what.startsWith("GET")) {
        stage.after = null;
        throw new TypeError("the answer is lost");
      }
    };
    await outOfStore();
    stage.after = null;
    expect(await sides(old)).toEqual(["store gone expired", "network gone leaving"]);
    await triedOften(old);
    const anew = await give("MARIE10");
    await outOfStore();
    await outOfStore();
    for (let minute = 0; minute < 8; minute++) {
      stage.forward(60_000);
      await placeAll(stage, 5);
    }
    expect(await sides(anew)).toEqual(["store live live", "network live live"]);
    expect(await sides(old)).toEqual(["store gone expired", "network gone expired"]);
    expect(inNetwork()).toEqual(["MARIE10"]);
    expect(inStore()).toEqual(["MARIE10"]);
  });

  test("nor by an end that the network had no time for", async () => {
    const old = await give("MARIE10");
    await placeAll(stage);
    await actOnCodes(SHOP, "retire", [old], WHO);
    stage.before = (what) => {
      if (/PromoCodes/.test(what) && !what.startsWith("GET")) throw new TypeError("the network is away");
    };
    await outOfStore();
    stage.before = null;
    expect(await sides(old)).toEqual(["store gone expired", "network gone leaving"]);
    await triedOften(old);
    const anew = await give("MARIE10");
    await outOfStore();
    await outOfStore();
    for (let minute = 0; minute < 8; minute++) {
      stage.forward(60_000);
      await placeAll(stage, 5);
    }
    expect(await sides(anew)).toEqual(["store live live", "network live live"]);
    expect(await sides(old)).toEqual(["store gone expired", "network gone expired"]);
    expect(inNetwork()).toEqual(["MARIE10"]);
  });
});

describe("a code that is taken out of the network", () => {
  test("before it begins, where the first call got lost: it does not come back on its day, but does when it is resumed", async () => {
    const startsAt = new Date(now().getTime() + 7 * 86_400_000).toISOString();
    const id = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always", startsAt }] })).codes[0]!.codeId;
    await placeAll(stage);
    expect(await sides(id)).toEqual(["store live live", "network live live"]);
    await actOnCodes(SHOP, "pause", [id], WHO);
    stage.before = (what) => {
      if (/PromoCodes/.test(what) && !what.startsWith("GET")) throw new TypeError("the network is away");
    };
    await outOfStore();
    stage.before = null;
    stage.forward(60_000);
    await placeAll(stage);
    expect(await sides(id)).toEqual(["store gone expired", "network gone expired"]);
    expect(inNetwork()).toEqual([]);
    await actOnCodes(SHOP, "resume", [id], WHO);
    await placeAll(stage);
    expect(await sides(id)).toEqual(["store live live", "network live live"]);
    expect(inNetwork()).toEqual(["MARIE10"]);
  });

  test("while nobody knows whether it came there: it is looked for once more before it is said to be gone", async () => {
    const id = await give("MARIE10");
    stage.before = (what) => {
      if (/PromoCodes/.test(what) && !what.startsWith("GET")) throw new TypeError("the answer does not come in time");
    };
    for (let turn = 0; turn < 6; turn++) {
      await placeOnce();
      stage.forward(600);
    }
    expect((await sides(id))[1]).toBe("network live asked");
    stage.before = null;
    await actOnCodes(SHOP, "pause", [id], WHO);
    await placeOnce();
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.marie, code: "MARIE10", policy: "ALWAYS", type: "LI" } as never);
    stage.forward(120_000);
    await placeAll(stage);
    expect(await sides(id)).toEqual(["store gone expired", "network gone expired"]);
    expect(inNetwork()).toEqual([]);
  });

  test("while the network refuses it: nobody is asked to try again", async () => {
    const id = await give("MARIE10");
    for (let turn = 0; turn < 3; turn++) {
      await placeOnce();
      stage.forward(600);
    }
    stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.zoe, code: "MARIE10", policy: "ALWAYS", type: "LI" } as never);
    stage.before = async (what) => {
      if (!/PromoCodes/.test(what)) return;
      stage.before = null;
      await actOnCodes(SHOP, "pause", [id], WHO);
    };
    for (let turn = 0; turn < 4; turn++) {
      stage.forward(70_000);
      await placeAll(stage, 5);
    }
    expect(stage.before).toBeNull();
    expect(await sides(id)).toEqual(["store gone expired", "network gone expired"]);
  });
});

describe("a successor that a side refused, and that is replaced itself", () => {
  test("the code that waits for it goes when the newest is live", async () => {
    const first = await give("MARIE10");
    await placeAll(stage);
    const second = must(await replaceCode(SHOP, first, "MARIE15", WHO)).codeId;
    await pool().query("update code_placement set state = 'refused' where shop = $1 and code_id = $2 and target <> 'store'", [SHOP, second]);
    const third = must(await replaceCode(SHOP, second, "MARIE20", WHO)).codeId;
    for (let minute = 0; minute < 3; minute++) {
      await placeAll(stage);
      stage.forward(60_000);
    }
    expect(await sides(third)).toEqual(["store live live", "network live live"]);
    expect(await sides(second)).toEqual(["store gone expired", "network gone expired"]);
    expect(await sides(first)).toEqual(["store gone expired", "network gone expired"]);
    expect(inStore()).toEqual(["MARIE20"]);
    expect(inNetwork()).toEqual(["MARIE20"]);
  });
});

describe("what is over, or was given up on one side,", () => {
  test("is not brought back there by a successor", async () => {
    const ended = await give("ZOE10", "zoe");
    const here = await give("MARIE10");
    await placeAll(stage);
    await actOnCodes(SHOP, "end", [ended], WHO);
    expect((await replaceCode(SHOP, ended, "ZOE15", WHO)).ok).toBe(false);
    await pool().query("update code_placement set wanted = 'gone', state = 'expired', external_id = null where shop = $1 and code_id = $2 and target <> 'store'", [SHOP, here]);
    const successor = must(await replaceCode(SHOP, here, "MARIE15", WHO)).codeId;
    await placeAll(stage);
    expect(await sides(successor)).toEqual(["store live live"]);
  });
});

describe("a code that moves to a discount of its own", () => {
  test("and that discount is deleted meanwhile: made again, it gets the code once the old one gave it up", async () => {
    const id = await give("MARIE10");
    await placeAll(stage);
    must(await giveWindow(SHOP, id, { startDate: "", startTime: "", endDate: "2031-01-01", endTime: "" }, WHO));
    const [variation] = await rows<{ id: string; name: string }>("update deal set store_id = 'gid://shopify/DiscountCodeNode/404', store_state = 'missing' where shop = $1 and parent_id is not null returning id, name");
    await tryAgain(SHOP, { dealIds: [variation!.id] });
    await placeAll(stage);
    expect(await sides(id)).toEqual(["store live live", "network live live"]);
    expect(stage.store.discounts().find((discount) => discount.title === variation!.name)!.codes.map(({ code }) => code)).toContain("MARIE10");
  });
});

describe("keeping a code", () => {
  test("in the moment in which its successor takes its place: it stays, or is gone, but never both are gone", async () => {
    const old = await give("MARIE10");
    await placeAll(stage);
    const successor = must(await replaceCode(SHOP, old, "MARIE15", WHO)).codeId;
    await pool().query("update code_placement set state = 'live' where shop = $1 and code_id = $2", [SHOP, successor]);
    await Promise.all([keepOld(SHOP, old, WHO), placeOnce()]);
    const wanted = await rows<{ code: string; wanted: string }>("select distinct c.code, p.wanted from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 and p.wanted = 'live'");
    expect(wanted).toHaveLength(1);
  });
});
