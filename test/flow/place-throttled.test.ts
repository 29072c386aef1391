import { afterEach, beforeEach, expect, test } from "vitest";
import { setRest } from "#app/clock.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import type { DealTerms } from "#app/domain/deal.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { placeOnce } from "#app/flow/place.ts";
import { type Admin, adminFor } from "#app/shopify/admin.ts";
import { createDiscount, findByCode } from "#app/shopify/discounts.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, connected, must, rows, useStage } from "./merchant-stage.ts";

useDatabase();
// A store with hardly any points.
const stage = useStage({ bucket: { maximum: 220, restorePerSecond: 40 } });

beforeEach(() => setRest(async (ms) => stage.forward(ms)));
afterEach(() => setRest(null));

const terms: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };

/** 600 codes that wait, one of which somebody else has in the store. */
async function sixHundred(): Promise<void> {
  const { programId } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  await rows(
    "insert into code (shop, id, code, key, match, deal_id, created_at) select $1, 'c' || n, 'CODE' || n, 'CODE' || n, 'exact', $2, '2026-01-01' from generate_series(1, 600) n",
    [SHOP, dealId],
  );
  await rows("insert into code_placement (shop, code_id, target, next_at) select $1, 'c' || n, 'store', '2026-01-01' from generate_series(1, 600) n");
  const other = { title: "Their own", reserveCode: "CODE3", terms, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null };
  expect((await createDiscount(adminFor(SHOP), other as never)).ok).toBe(true);
}

async function expectAllPlaced(): Promise<void> {
  expect(await rows("select state, count(*)::int as n, max(attempts) as attempts from code_placement where shop = $1 group by 1 order by 1")).toEqual([
    { state: "live", n: 599, attempts: 0 },
    { state: "refused", n: 1, attempts: 0 },
  ]);
  expect(stage.store.discounts().map((discount) => discount.codes.length).sort()).toEqual([1, 600]);
}

test("600 codes reach a store with few points without one call too many", async () => {
  await sixHundred();
  stage.throttled = 0;
  for (let turn = 0; turn < 30; turn++) {
    await placeOnce();
    stage.forward(1_000);
  }
  expect(stage.throttled).toBe(0);
  await expectAllPlaced();
});

test("where others use the same budget and calls are turned away, each code is there once all the same, and none counts a failure", async () => {
  await sixHundred();
  let drawn = 7;
  const admin = (shop: string): Admin => async (document, variables) =>
    (drawn = (drawn * 48_271) % 2_147_483_647) % 2 === 0 ? adminFor(shop)(document, variables) : { ok: false, fault: { kind: "throttled", waitMs: 500 } };
  for (let turn = 0; turn < 60; turn++) {
    await placeOnce({ admin });
    stage.forward(1_000);
  }
  await expectAllPlaced();
});

test("a call that a person waits for is answered while codes are being placed", async () => {
  await sixHundred();
  const turn = placeOnce();
  const asked = await findByCode(adminFor(SHOP, "person"), "CODE3");
  expect(asked.ok && asked.value?.title).toBe("Their own");
  await turn;
});
