import { describe, expect, test } from "vitest";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { variationFor } from "#app/flow/variation.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, connected, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };
const better: DealTerms = { ...terms, value: { kind: "percentage", basisPoints: 2000 } };
const day = (text: string) => new Date(`${text}T00:00:00Z`);

async function dealOf(): Promise<string> {
  const { programId } = await connected(stage);
  return must(await makeDeal(SHOP, { name: "Summer", programId, terms, startsAt: "2026-11-01T00:00:00Z", endsAt: "2027-06-01T00:00:00Z" })).dealId;
}

describe("codes with dates or terms of their own", () => {
  test("codes with the same ones share one variation, and those with the deal's own stay in the deal", async () => {
    const dealId = await dealOf();
    const december = { startsAt: day("2026-12-01"), endsAt: day("2027-01-01") };
    const [one, same] = await Promise.all([variationFor(SHOP, dealId, december), variationFor(SHOP, dealId, { ...december })]);
    expect(same).toBe(one);
    expect(await variationFor(SHOP, dealId, { startsAt: null, endsAt: null })).toBe(dealId);
    expect(await variationFor(SHOP, dealId, { startsAt: day("2026-11-01"), endsAt: day("2027-06-01"), terms: { ...terms } })).toBe(dealId);
    expect(await variationFor(SHOP, one, december)).toBe(one);
    const other = await variationFor(SHOP, dealId, { ...december, terms: better });
    expect(other).not.toBe(one);
    expect(await variationFor(SHOP, dealId, { startsAt: null, endsAt: day("2027-01-01") })).not.toBe(one);
    expect(await rows("select parent_id is not null as variation, own_dates, own_terms, name from deal where shop = $1 order by created_at, name")).toEqual([
      { variation: false, own_dates: false, own_terms: false, name: "Summer" },
      { variation: true, own_dates: true, own_terms: false, name: "Summer (2026-12-01 – 2027-01-01)" },
      { variation: true, own_dates: true, own_terms: true, name: "Summer (2026-12-01 – 2027-01-01 *)" },
      { variation: true, own_dates: true, own_terms: false, name: "Summer (– 2027-01-01)" },
    ]);
  });

  test("each is a discount of its own in the store, and a deal of its own in the network", async () => {
    const dealId = await dealOf();
    const id = await variationFor(SHOP, dealId, { startsAt: day("2026-12-01"), endsAt: day("2027-01-01"), terms: better });
    await placeAll(stage);
    expect(stage.store.discounts().map(({ title, startsAt, endsAt }) => [title, startsAt, endsAt])).toContainEqual(["Summer (2026-12-01 – 2027-01-01 *)", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
    expect(await rows("select state from deal_placement where shop = $1 and deal_id = $2", [SHOP, id])).toEqual([{ state: "live" }]);
  });
});
