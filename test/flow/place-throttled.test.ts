import { expect, test } from "vitest";
import { adminFor } from "#app/shopify/admin.ts";
import { createDiscount } from "#app/shopify/discounts.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import type { DealTerms } from "#app/domain/deal.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { placeOnce } from "#app/flow/place.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, connected, must, rows, useStage } from "./merchant-stage.ts";

useDatabase();
// A store with hardly any points: reading a page of a job's answers takes most of them.
const stage = useStage({ bucket: { maximum: 220, restorePerSecond: 40 } });

const terms: DealTerms = {
  value: { kind: "percentage", basisPoints: 1000 },
  ...PLAIN_TERMS,
};

test("600 codes reach a store that keeps turning calls away, each once, and no code counts a failure", async () => {
  const { programId } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  await rows(
    "insert into code (shop, id, code, key, match, deal_id, created_at) select $1, 'c' || n, 'CODE' || n, 'CODE' || n, 'exact', $2, '2026-01-01' from generate_series(1, 600) n",
    [SHOP, dealId],
  );
  await rows("insert into code_placement (shop, code_id, target, next_at) select $1, 'c' || n, 'store', '2026-01-01' from generate_series(1, 600) n");
  const other = { title: "Their own", reserveCode: "CODE3", terms, currency: "EUR", startsAt: "2026-01-01T00:00:00Z", endsAt: null };
  expect((await createDiscount(adminFor(SHOP), other)).ok).toBe(true);
  for (let turn = 0; turn < 60; turn++) {
    await placeOnce();
    stage.forward(1_000);
  }
  expect(stage.throttled).toBeGreaterThan(3);
  expect(await rows("select state, count(*)::int as n, max(attempts) as attempts from code_placement where shop = $1 group by 1 order by 1")).toEqual([
    { state: "live", n: 599, attempts: 0 },
    { state: "refused", n: 1, attempts: 0 },
  ]);
  expect(stage.store.discounts().map((discount) => discount.codes.length).sort()).toEqual([1, 600]);
  expect(stage.sent.filter((what) => what === "CreateBasicDiscount").length).toBeLessThanOrEqual(3);
}, 60_000);
