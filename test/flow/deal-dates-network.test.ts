// A deal that was in the network before, with codes of others in it: theirs keep their dates.
import { describe, expect, test } from "vitest";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { compareOnce } from "#app/flow/drift-network.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { useDatabase } from "#test/support/database.ts";
import { account, connected, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const DAY_MS = 86_400_000;

async function placed(dates: { endMs: number | null }) {
  const { programId, creatorIds } = await connected(stage);
  const held = stage.network.account(account);
  held.deals.push({ id: "30999", programId: stage.creators.id, startMs: null, endMs: null, synch: false, createdMs: Date.now(), fields: { Name: "Spring", Scope: "ENTIRE_STORE", Type: "GENERAL_SALE", DiscountType: "PERCENT", DiscountPercent: "10" } });
  const other = stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.zoe, code: "OTHERS5", ...dates });
  held.codes.find((code) => code.id === other.id)!.dealId = "30999";
  const endsAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 30 * DAY_MS).toISOString();
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms: { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } }, startsAt: null, endsAt }));
  must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
  await placeAll(stage);
  const code = (name: string) => stage.network.account(account).codes.find((one) => one.code === name && one.expiredMs === null)!;
  return { endsAt: Date.parse(endsAt), deal: held.deals.find((deal) => deal.id === "30999")!, code, seen: (await rows<{ seen: { ownDates?: string[] } }>("select seen from deal_placement where shop = $1"))[0]!.seen };
}

describe("a deal that the network had before", () => {
  test("keeps its codes in step where none has dates of its own: they follow the deal", async () => {
    const { deal, code, endsAt, seen } = await placed({ endMs: null });
    expect(deal).toMatchObject({ synch: true, endMs: endsAt });
    expect(seen.ownDates).toBeUndefined();
    expect(code("MARIE10")).toMatchObject({ dealId: "30999", endMs: null });
  });

  test("does not, where somebody's code has: that one keeps them, ours are told the deal's, and it is no difference", async () => {
    const endMs = Date.now() + 5 * DAY_MS;
    const { deal, code, endsAt, seen } = await placed({ endMs });
    expect(deal).toMatchObject({ synch: false, endMs: endsAt });
    expect(seen.ownDates).toEqual(["OTHERS5"]);
    expect(code("OTHERS5").endMs).toBe(endMs);
    expect(code("MARIE10")).toMatchObject({ dealId: "30999", endMs: endsAt });
    stage.forward(DAY_MS);
    await compareOnce();
    expect(await rows("select kind, theirs from drift where shop = $1 and about = 'deal'")).toEqual([]);
  });
});
