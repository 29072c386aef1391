// The process is killed (-9) while a deal and its codes are made in the store and in the network, at each boundary, and started again:
// each thing is there once.
import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-place-${process.pid}`;
});

import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Fault } from "#test/local/fault.ts";
import { DEMO_ACCOUNT_SID } from "#test/local/network/accounts.ts";
import { good, joinedCreators } from "#test/local/seed/setup.ts";
import { until, untilKilled } from "#test/support/app.ts";
import { useKillStage } from "./kill-stage.ts";

const boundaries: { name: string; fault: Fault }[] = [
  { name: "after the deal's row, before the store is asked for a discount", fault: { at: "request", match: "discountCodeBasicCreate", when: "before" } },
  { name: "after the store made the discount, before we know", fault: { at: "request", match: "discountCodeBasicCreate", when: "after" } },
  { name: "after the network made the deal, before we know", fault: { at: "request", match: "^POST .*/Deals", when: "after" } },
  { name: "after the codes' rows, before the store is asked for them", fault: { at: "request", match: "discountRedeemCodeBulkAdd", when: "before" } },
  { name: "after the store's answer to the codes, before it is noted", fault: { at: "request", match: "discountRedeemCodeBulkAdd", when: "after" } },
  { name: "after the codes' rows, before the network is asked", fault: { at: "request", match: "^POST .*/PromoCodes", when: "before" } },
  { name: "after the network's answer to the first code", fault: { at: "request", match: "^POST .*/PromoCodes", when: "after" } },
  { name: "after the network's answer to the second code", fault: { at: "request", match: "^POST .*/PromoCodes", when: "after", n: 2 } },
];

describe("kill -9 while codes are made", () => {
  const stage = useKillStage();

  for (const [at, { name, fault }] of boundaries.entries()) {
    it(`${name}: everything is there once`, async () => {
      const creators = (await joinedCreators(stage.programId)).slice(0, 3);
      const dealName = `Deal ${at}`;
      const terms = { value: { kind: "percentage", basisPoints: 1_000 }, minimum: { kind: "none" }, appliesTo: { kind: "everything" }, oncePerCustomer: false, usageLimit: null, combinesWith: {} };
      const { dealId } = good(await makeDeal(DEMO_SHOP, { name: dealName, programId: stage.programId, terms, startsAt: null, endsAt: null }));
      const codes = creators.map((_, place) => `KILL${at}X${place}`);
      good(await giveCodes(DEMO_SHOP, { dealId, rows: creators.map((creator, place) => ({ creatorId: creator.id, code: codes[place]!, policy: "always" })) }));

      stage.app = await stage.world.start(fault);
      await untilKilled(stage.app, 60_000);
      stage.app = await stage.world.start();
      await until("deal and codes are live on both sides", async () => {
        stage.world.forward(1_000);
        return (await waiting(dealId)) === 0 ? true : null;
      }, 60_000);

      const discounts = stage.world.store.store.discounts().filter((discount) => discount.title === dealName);
      expect(discounts).toHaveLength(1);
      const redeemCodes = discounts[0]!.codes.map((each) => each.code);
      expect(redeemCodes.filter((code) => codes.includes(code)).sort()).toEqual(codes);
      expect(redeemCodes).toHaveLength(codes.length + 1); // and the reserve code, which nobody is given

      const account = stage.world.network.network.account(DEMO_ACCOUNT_SID);
      expect(account.deals.filter((deal) => Object.values(deal.fields).includes(dealName))).toHaveLength(1);
      const placed = account.codes.filter((code) => codes.includes(code.code));
      expect(placed.map((code) => code.code).sort()).toEqual(codes);
      expect(new Set(placed.map((code) => code.partnerId)).size).toBe(creators.length);
    }, 180_000);
  }

  /** How many of the deal's things do not yet stand on both sides. */
  async function waiting(dealId: string): Promise<number> {
    const { rows } = await stage.client.query<{ open: number }>(
      `select (select count(*) from deal where shop = $1 and id = $2 and store_state <> 'live')::int
            + (select count(*) from deal_placement where shop = $1 and deal_id = $2 and state <> 'live')::int
            + (select count(*) from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where p.shop = $1 and c.deal_id = $2 and p.state <> 'live')::int as open`,
      [DEMO_SHOP, dealId],
    );
    return rows[0]!.open;
  }
});
