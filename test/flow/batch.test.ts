import { describe, expect, test } from "vitest";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import type { NewBatchRow } from "#app/domain/code-batch.ts";
import { createBatch, goOnBatch, nameRow, retryRows, skipRows, startBatch, stopBatch } from "#app/flow/batch.ts";
import { batchOnce } from "#app/flow/batch-run.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { adminFor } from "#app/shopify/admin.ts";
import { createDiscount } from "#app/shopify/discounts.ts";
import { deleteDiscount } from "#test/local/store/discounts.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, account, connected, errorsOf, must, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms = { value: { kind: "percentage", basisPoints: 1000 } };

async function deal(name = "Spring"): Promise<{ dealId: string; programId: string; creatorIds: Record<string, string> }> {
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name, programId, terms, startsAt: null, endsAt: null }));
  return { dealId, programId, creatorIds };
}

const row = (creatorId: string | null, code: string, more: Partial<NewBatchRow> = {}): NewBatchRow => ({ creatorId, code, policy: "always", startsAt: null, endsAt: null, fileRow: null, ...more });

/** A code for everybody in each row: a network has no place for it, so only the store counts. */
const many = (count: number, name = "RUN") => Array.from({ length: count }, (_, n) => row(null, `${name}${n + 1}`));

async function planned(dealId: string, list: NewBatchRow[]): Promise<string> {
  const { batchId } = must(await createBatch(SHOP, { dealId, campaignId: null, fileId: null, rows: list, who: "merchant" }));
  return batchId;
}

/** Turns of both loops until the run says so, running the clock over the waits. */
async function until(batchId: string, state: string, turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await batchOnce();
    if ((await batch(batchId)).state === state) return;
    await placeOnce();
    stage.forward(1_100);
  }
  throw new Error(`the run is ${JSON.stringify(await batch(batchId))}, and not ${state}`);
}

const batch = async (batchId: string) => (await rows<{ state: string; problem: string | null }>("select state, problem from code_batch where shop = $1 and id = $2", [SHOP, batchId]))[0]!;
const states = async (batchId: string) =>
  Object.fromEntries((await rows<{ state: string; n: number }>("select state, count(*)::int as n from code_batch_row where shop = $1 and batch_id = $2 group by 1", [SHOP, batchId])).map((one) => [one.state, one.n]));
const problems = (batchId: string) => rows<{ n: number; code: string; state: string; problem: string | null }>("select n, code, state, problem from code_batch_row where shop = $1 and batch_id = $2 and state in ('failed', 'blocked') order by n", [SHOP, batchId]);
const storeCodes = () => stage.store.discounts().flatMap((one) => one.codes.slice(1).map(({ code }) => code)).sort();

async function checkedAndStarted(dealId: string, list: NewBatchRow[]): Promise<string> {
  const batchId = await planned(dealId, list);
  await until(batchId, "checked");
  must(await startBatch(SHOP, batchId, "merchant"));
  return batchId;
}

describe("a run", () => {
  test("is checked, waits for a person, makes its codes and is done when the store has them", async () => {
    const { dealId } = await deal();
    const batchId = await planned(dealId, many(1_300));
    await until(batchId, "checked");
    expect(await states(batchId)).toEqual({ checked: 1_300 });
    expect(await batchOnce()).toBe(0);
    expect(storeCodes()).toEqual([]);

    must(await startBatch(SHOP, batchId, "merchant"));
    await until(batchId, "done");
    expect(await states(batchId)).toEqual({ made: 1_300 });
    expect(storeCodes()).toEqual(many(1_300).map(({ code }) => code).sort());
    expect(stage.sent.filter((what) => what === "AddRedeemCodes")).toHaveLength(6);
    expect(await rows("select count(*)::int as n from code where shop = $1 and batch_id = $2", [SHOP, batchId])).toEqual([{ n: 1_300 }]);
    expect(stage.throttled).toBe(0);
  }, 60_000);

  test("makes creators' codes in store and network, with dates of their own in a discount of their own", async () => {
    const { dealId, creatorIds } = await deal();
    const batchId = await checkedAndStarted(dealId, [
      row(creatorIds.marie!, "MARIE10"),
      row(creatorIds.zoe!, "ZOE10", { endsAt: "2099-01-01T00:00:00.000Z" }),
      row(creatorIds.lukas!, "LUKAS10", { endsAt: "2099-01-01T00:00:00.000Z", policy: "winner" }),
    ]);
    await until(batchId, "done");
    for (let turn = 0; turn < 4; turn++) await placeOnce();
    expect(stage.store.discounts().map((one) => [one.codes.slice(1).map(({ code }) => code), one.endsAt?.slice(0, 4) ?? null])).toEqual([[["MARIE10"], null], [["ZOE10", "LUKAS10"], "2099"]]);
    expect(stage.network.account(account).codes.map(({ code, policy }) => [code, policy])).toEqual([["MARIE10", "ALWAYS"], ["ZOE10", "ALWAYS"], ["LUKAS10", "WINNER"]]);
  });

  test("leaves blocked rows and those that a person leaves out as they are", async () => {
    const { dealId, creatorIds } = await deal();
    const batchId = await planned(dealId, [row(creatorIds.marie!, "MARIE10"), row(creatorIds.pia!, "PIA10"), row(creatorIds.zoe!, "ZOE10"), row(creatorIds.lukas!, "marie10")]);
    await until(batchId, "checked");
    expect(await states(batchId)).toEqual({ checked: 2, blocked: 2 });
    must(await skipRows(SHOP, batchId, [3], true));
    must(await startBatch(SHOP, batchId, "merchant"));
    await until(batchId, "done");
    expect(await states(batchId)).toEqual({ made: 1, blocked: 2, skipped: 1 });
    expect(storeCodes()).toEqual(["MARIE10"]);
    must(await skipRows(SHOP, batchId, [3], false));
    expect(await states(batchId)).toEqual({ made: 1, blocked: 2, checked: 1 });
  });

  test("tries a blocked row again once its reason is gone, and nothing else", async () => {
    const { dealId } = await deal();
    const other = await createDiscount(adminFor(SHOP), { title: "Their own", reserveCode: "RUN2", terms: { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS }, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null } as never);
    expect(other.ok).toBe(true);
    const batchId = await checkedAndStarted(dealId, many(3));
    await until(batchId, "done");
    expect((await problems(batchId)).map(({ code, state }) => [code, state])).toEqual([["RUN2", "blocked"]]);
    deleteDiscount(stage.store, stage.store.discounts().find((one) => one.title === "Their own")!);
    must(await retryRows(SHOP, batchId, null));
    await until(batchId, "done");
    expect(await states(batchId)).toEqual({ made: 3 });
    expect(storeCodes()).toEqual(["RUN1", "RUN2", "RUN3"]);
    expect(errorsOf(await retryRows(SHOP, batchId, null))).toEqual(["rows: run.nothing_to_retry"]);
  });

  test("a row that is blocked is given another name, and is checked under it", async () => {
    const { dealId } = await deal();
    const batchId = await planned(dealId, [...many(2), row(null, "run1")]);
    await until(batchId, "checked");
    expect(await states(batchId)).toEqual({ checked: 2, blocked: 1 });
    expect(await nameRow(SHOP, batchId, 1, "RUN9")).toMatchObject({ ok: false });
    must(await nameRow(SHOP, batchId, 3, " RUN3 "));
    await until(batchId, "checked");
    must(await startBatch(SHOP, batchId, "merchant"));
    await until(batchId, "done");
    expect(storeCodes()).toEqual(["RUN1", "RUN2", "RUN3"]);
  });

  test("a name that is given here between check and start fails with the reason, one that is taken in the store with the store's", async () => {
    const { dealId, creatorIds } = await deal();
    const batchId = await planned(dealId, many(4));
    await until(batchId, "checked");
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "RUN1", policy: "always" }] }));
    await createDiscount(adminFor(SHOP), { title: "Their own", reserveCode: "run3", terms: { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS }, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null } as never);
    must(await startBatch(SHOP, batchId, "merchant"));
    await until(batchId, "done");
    expect((await problems(batchId)).map(({ code, problem }) => [code, JSON.parse(problem!).key])).toEqual([["RUN1", "give.taken_meanwhile"], ["RUN3", "problem.taken_in_store"]]);
    deleteDiscount(stage.store, stage.store.discounts().find((one) => one.title === "Their own")!);
    must(await retryRows(SHOP, batchId, [3]));
    await until(batchId, "done");
    expect((await problems(batchId)).map(({ code }) => code)).toEqual(["RUN1"]);
    expect(storeCodes()).toEqual(["RUN1", "RUN2", "RUN3", "RUN4"]);
  });

  test("is refused without rows, with too many, and without its deal", async () => {
    expect(errorsOf(await createBatch(SHOP, { dealId: "nobody", campaignId: null, fileId: null, rows: [], who: "merchant" }))).toEqual(["rows: give.no_rows", "dealId: give.deal_not_found"]);
    const { dealId } = await deal();
    expect(errorsOf(await createBatch(SHOP, { dealId, campaignId: null, fileId: null, rows: many(50_001), who: "merchant" }))).toEqual(["rows: run.too_many_rows"]);
    const batchId = await planned(dealId, many(1));
    expect(errorsOf(await startBatch(SHOP, batchId, "merchant"))).toEqual(["run: run.not_now"]);
    expect(errorsOf(await stopBatch("another.myshopify.com", batchId))).toEqual(["run: run.not_found"]);
  });
});

describe("a run that is stopped", () => {
  test("asks the store for nothing more, and goes on where it was", async () => {
    const { dealId } = await deal();
    const batchId = await checkedAndStarted(dealId, many(3_000));
    await batchOnce();
    let calls = 0;
    stage.after = async (what) => {
      if (what === "AddRedeemCodes" && ++calls === 2) must(await stopBatch(SHOP, batchId));
    };
    await placeOnce();
    stage.after = null;
    for (let turn = 0; turn < 5; turn++) {
      await batchOnce();
      await placeOnce();
      stage.forward(2_000);
    }
    const asked = stage.sent.filter((what) => what === "AddRedeemCodes").length;
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(asked).toBeLessThan(6);
    expect(storeCodes()).toHaveLength(asked * 250);
    expect(await batch(batchId)).toMatchObject({ state: "stopped" });

    must(await goOnBatch(SHOP, batchId));
    await until(batchId, "done");
    expect(storeCodes()).toEqual(many(3_000).map(({ code }) => code).sort());
    expect(stage.sent.filter((what) => what === "AddRedeemCodes")).toHaveLength(12);
  }, 60_000);

  test("while it is checked, goes on checking", async () => {
    const { dealId } = await deal();
    const batchId = await planned(dealId, many(600));
    must(await stopBatch(SHOP, batchId));
    expect(await batchOnce()).toBe(0);
    must(await goOnBatch(SHOP, batchId));
    await until(batchId, "checked");
    expect(await states(batchId)).toEqual({ checked: 600 });
  });
});

describe("what goes wrong in the middle of a run", () => {
  /** A run of which some codes are in the store, and then `what` happens. */
  async function midway(count = 2_000): Promise<{ batchId: string; dealId: string }> {
    const { dealId } = await deal();
    const batchId = await checkedAndStarted(dealId, many(count));
    await batchOnce();
    stage.after = async (what) => {
      if (what === "AddRedeemCodes") stage.before = gone;
    };
    await placeOnce();
    stage.before = stage.after = null;
    const asked = stage.sent.filter((what) => what === "AddRedeemCodes").length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(count / 250);
    return { batchId, dealId };
  }
  const gone = () => {
    throw new TypeError("fetch failed");
  };
  /** Why codes of the run wait, as their page says it. */
  const waitingFor = async () =>
    (await rows<{ problem: string }>("select distinct problem from code_placement where shop = $1 and state in ('waiting', 'asked') and problem is not null")).map((one) => JSON.parse(one.problem).key as string).sort();
  async function someTurns(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await batchOnce();
      await placeOnce();
      stage.forward(1_100);
    }
  }
  async function endsWell(batchId: string, count = 2_000): Promise<void> {
    await until(batchId, "done", 120);
    expect(storeCodes()).toEqual(many(count).map(({ code }) => code).sort());
    expect(await rows("select count(*)::int as n, count(distinct key)::int as keys from code where shop = $1 and batch_id = $2", [SHOP, batchId])).toEqual([{ n: count, keys: count }]);
  }

  test("a store that does not answer: the codes say so, and all of them come in the end", async () => {
    const { batchId } = await midway();
    stage.before = gone;
    await someTurns();
    stage.before = null;
    expect(await waitingFor()).toEqual(["store.unavailable"]);
    expect(await batch(batchId)).toMatchObject({ state: "running" });
    stage.forward(60_000);
    await endsWell(batchId);
  }, 60_000);

  test("answers that are lost: what was asked for is looked for, and not asked for twice", async () => {
    const { dealId } = await deal();
    const batchId = await checkedAndStarted(dealId, many(2_000));
    let lost = 0;
    stage.after = (what) => {
      if (what === "AddRedeemCodes" && ++lost <= 3) throw new DOMException("late", "TimeoutError");
    };
    await someTurns();
    stage.forward(60_000);
    await endsWell(batchId);
    expect(stage.sent.filter((what) => what === "AddRedeemCodes")).toHaveLength(8);
    expect(stage.sent).toContain("FindDiscountsByCodes");
  }, 60_000);

  test("a token that is revoked, and a missing scope: nothing more is asked, the codes say what to do, and it goes on afterwards", async () => {
    const { batchId } = await midway();
    const token = stage.store.state.accessGrants.map((grant) => ({ ...grant }));
    stage.store.state.accessGrants = [];
    const before = stage.sent.length;
    await someTurns();
    expect(await waitingFor()).toContain("store.unauthorized");
    // What was on its way when the store first said so may be asked about once more; after that no turn asks for anything until somebody may have signed in.
    for (let turn = 0; turn < 5; turn++) {
      stage.forward(2_000);
      await placeOnce();
    }
    const asked = stage.sent.length;
    expect(asked - before).toBeLessThan(20);
    for (let turn = 0; turn < 3; turn++) {
      stage.forward(2_000);
      await placeOnce();
    }
    expect(stage.sent.length).toBe(asked);
    stage.store.state.accessGrants = token.map((grant) => ({ ...grant, scope: "read_orders,read_discounts" }));
    stage.forward(61_000);
    await someTurns();
    expect(await waitingFor()).toContain("store.scope");
    stage.store.state.accessGrants = token;
    stage.forward(61_000);
    await endsWell(batchId);
  }, 60_000);

  test("the app is uninstalled: the run is stopped and says why; installed again, a person lets it go on", async () => {
    const { batchId } = await midway();
    await rows("update shop set uninstalled_at = now() where shop = $1");
    const before = stage.sent.length;
    await someTurns();
    expect(await batch(batchId)).toEqual({ state: "stopped", problem: '{"key":"run.uninstalled","values":{}}' });
    expect(stage.sent.length).toBe(before);
    await rows("update shop set uninstalled_at = null where shop = $1");
    await someTurns();
    expect(await batch(batchId)).toMatchObject({ state: "stopped" });
    must(await goOnBatch(SHOP, batchId));
    await endsWell(batchId);
  }, 60_000);

  test("a store that cannot be asked while the run is checked: it waits, says why, and blocks no row for it", async () => {
    const { dealId } = await deal();
    const batchId = await planned(dealId, many(300));
    stage.before = gone;
    expect(await batchOnce()).toBe(0);
    stage.before = null;
    expect(await batch(batchId)).toEqual({ state: "checking", problem: '{"key":"store.unavailable","values":{}}' });
    expect(await states(batchId)).toEqual({ new: 300 });
    stage.forward(31_000);
    await until(batchId, "checked");
    expect(await batch(batchId)).toEqual({ state: "checked", problem: null });
  });

  test("a deal whose discount was deleted: the run fails in words while it is checked, and its rows do while it is made", async () => {
    const { dealId } = await deal();
    await placeOnce();
    const batchId = await planned(dealId, many(3));
    await until(batchId, "checked");
    deleteDiscount(stage.store, stage.store.discounts()[0]!);
    must(await startBatch(SHOP, batchId, "merchant"));
    await until(batchId, "done");
    expect(await states(batchId)).toEqual({ failed: 3 });
    must(await retryRows(SHOP, batchId, null));
    const next = await planned(dealId, many(3, "NEXT"));
    await batchOnce();
    await batchOnce();
    expect(JSON.parse((await batch(next)).problem!)).toMatchObject({ key: "give.deal_missing" });
    expect(await batch(next)).toMatchObject({ state: "failed" });
  });
});
