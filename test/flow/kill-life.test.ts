// The process is killed (-9) while codes are taken out, moved and replaced, at each boundary, and started again: each side ends with what is wanted,
// once, and no name is lost on the way.
import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-life-${process.pid}`;
});

import { actOnCodes, giveWindow, replaceCode } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Fault } from "#test/local/fault.ts";
import { DEMO_ACCOUNT_SID } from "#test/local/network/accounts.ts";
import { good, joinedCreators } from "#test/local/seed/setup.ts";
import { until, untilKilled } from "#test/support/app.ts";
import { useKillStage } from "./kill-stage.ts";

const takeOut = "discountCodeRedeemCodeBulkDelete";
const boundaries: { name: string; fault: Fault }[] = [
  { name: "after it is noted, before the store is asked to take them out", fault: { at: "request", match: takeOut, when: "before" } },
  { name: "after the store took the request, before we know of its job", fault: { at: "request", match: takeOut, when: "after" } },
  { name: "while the store's job runs", fault: { at: "request", match: "query ReadJob", when: "before" } },
  { name: "after the read-back, before it is noted", fault: { at: "request", match: "FindDiscountsByCodes", when: "after" } },
  { name: "after it is noted, before the network is asked", fault: { at: "request", match: "^DELETE .*/PromoCodes", when: "before" } },
  { name: "after the network's answer, before it is noted", fault: { at: "request", match: "^DELETE .*/PromoCodes", when: "after" } },
  { name: "after the network's read-back, before it is noted", fault: { at: "query", match: "with out as", when: "before", n: 2 } },
];

describe("kill -9 in the life of codes", () => {
  const stage = useKillStage();

  for (const [at, { name, fault }] of boundaries.entries()) {
    it(`${name}: both sides have what is wanted, once`, async () => {
      const creators = (await joinedCreators(stage.programId)).slice(0, 4);
      const names = creators.map((_, place) => `LIFE${at}X${place}`);
      const terms = { value: { kind: "percentage", basisPoints: 1_000 }, minimum: { kind: "none" }, appliesTo: { kind: "everything" }, oncePerCustomer: false, usageLimit: null, combinesWith: {} };
      const { dealId } = good(await makeDeal(DEMO_SHOP, { name: `Life ${at}`, programId: stage.programId, terms, startsAt: null, endsAt: null }));
      const { codes } = good(await giveCodes(DEMO_SHOP, { dealId, rows: creators.map((creator, place) => ({ creatorId: creator.id, code: names[place]!, policy: "always" })) }));
      stage.app = await stage.world.start();
      await untilDone(names[0]!.slice(0, -1));
      await stage.app.stop();

      const id = (place: number) => codes.find((code) => code.code === names[place])!.codeId;
      expect(await actOnCodes(DEMO_SHOP, "end", [id(0)], "merchant")).toBe(1);
      good(await giveWindow(DEMO_SHOP, id(1), { startDate: "", startTime: "", endDate: "2036-01-31", endTime: "" }, "merchant"));
      good(await replaceCode(DEMO_SHOP, id(2), `LIFE${at}NEW`, "merchant"));

      stage.app = await stage.world.start(fault);
      await untilKilled(stage.app);
      stage.app = await stage.world.start();
      await untilDone(`LIFE${at}`);

      const standing = stage.world.store.store.discounts().flatMap((discount) => discount.codes.filter(({ code }) => code.startsWith(`LIFE${at}`)).map(({ code }) => `${code} in ${discount.title}`));
      expect(standing.sort()).toEqual([`LIFE${at}NEW in Life ${at}`, `${names[1]} in Life ${at} (– 2036-01-31)`, `${names[3]} in Life ${at}`].sort());
      const placed = stage.world.network.network.account(DEMO_ACCOUNT_SID).codes.filter((code) => code.code.startsWith(`LIFE${at}`) && code.expiredMs === null);
      expect(placed.map((code) => code.code).sort()).toEqual([`LIFE${at}NEW`, names[1], names[3]].sort());
    }, 240_000);
  }

  /** Until every place of these codes is as it is wanted, and no other is to follow. */
  async function untilDone(start: string): Promise<void> {
    await until(`the codes ${start}… stand as they are wanted`, async () => {
      stage.world.forward(2_000);
      const { rows } = await stage.client.query<{ open: number }>(
        `select (select count(*) from code_placement p join code c on c.shop = p.shop and c.id = p.code_id
                  where c.shop = $1 and c.code like $2 and p.state <> case p.wanted when 'live' then 'live' else 'expired' end)::int
              + (select count(*) from code c join code_placement p on p.shop = c.shop and p.code_id = c.id where c.shop = $1 and c.code like $2 and c.replaced_by is not null and p.wanted = 'live')::int
              + (select count(*) from code c where c.shop = $1 and c.code like $2 and c.discount_id is not null)::int as open`,
        [DEMO_SHOP, `${start}%`],
      );
      return rows[0]!.open === 0 ? true : null;
    }, 100_000);
  }
});
