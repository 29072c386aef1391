// The process is killed (-9) while it reads what the store has, and while it carries out what a person chose about a difference, at each boundary, and
// started again: every difference is found, and in the end both sides hold each code once.
import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-drift-${process.pid}`;
});

import { makeDeal } from "#app/flow/deal.ts";
import { takeOutOnce } from "#app/flow/drift-act.ts";
import { giveCodes } from "#app/flow/give.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { placeOnce } from "#app/flow/place.ts";
import { repairDrifts } from "#app/flow/repair.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Fault } from "#test/local/fault.ts";
import { addCodes, deleteDiscount, removeCodes, settleJobs } from "#test/local/store/discounts.ts";
import type { Store } from "#test/local/store/store.ts";
import { good, joinedCreators } from "#test/local/seed/setup.ts";
import { until, untilKilled } from "#test/support/app.ts";
import { useKillStage } from "./kill-stage.ts";

type Made = { dealId: string; storeId: string; codes: string[] };
type Case = { name: string; fault: Fault; change: (store: Store, made: Made) => void; kind: string; choose: boolean };

function took(store: Store, { storeId, codes }: Made): void {
  const discount = store.discount(storeId)!;
  removeCodes(store, discount, discount.codes.filter((each) => each.code === codes[0]).map((each) => each.id));
}
const put = (store: Store, { storeId, dealId }: Made) => void addCodes(store, store.discount(storeId)!, [`HONEY${dealId.slice(0, 6).toUpperCase()}`]);
const drop = (store: Store, { storeId }: Made) => deleteDiscount(store, store.discount(storeId)!);

const cases: Case[] = [
  { name: "after the store told of the discount, before it is kept", fault: { at: "request", match: "query ReadDiscount\\b", when: "after" }, change: took, kind: "missing", choose: false },
  { name: "after the discount is kept, before its codes are", fault: { at: "query", match: "insert into store_code", when: "before" }, change: put, kind: "extra_code", choose: false },
  { name: "after all was read, before the difference is noted", fault: { at: "query", match: "insert into drift", when: "before" }, change: took, kind: "missing", choose: false },
  { name: "before a code is taken out", fault: { at: "request", match: "discountCodeRedeemCodeBulkDelete", when: "before" }, change: put, kind: "extra_code", choose: true },
  { name: "after the store took a code out, before we know", fault: { at: "request", match: "discountCodeRedeemCodeBulkDelete", when: "after" }, change: put, kind: "extra_code", choose: true },
  { name: "after the store put a code back, before we know", fault: { at: "request", match: "discountRedeemCodeBulkAdd", when: "after" }, change: took, kind: "missing", choose: true },
  { name: "after the store made a discount again, before we know", fault: { at: "request", match: "discountCodeBasicCreate", when: "after" }, change: drop, kind: "gone", choose: true },
];

describe("kill -9 while differences are found and settled", () => {
  const stage = useKillStage();

  /** The loops of the store's side in this process, until the check holds. */
  async function here<T>(what: string, check: () => Promise<T | null>): Promise<T> {
    return until(what, async () => {
      stage.world.forward(1_000);
      settleJobs(stage.world.store.store);
      await placeOnce();
      await takeOutOnce();
      await inventoryOnce(new Date(0));
      return check();
    }, 60_000);
  }

  async function make(at: number): Promise<Made> {
    const creators = (await joinedCreators(stage.programId)).slice(0, 2);
    const terms = { value: { kind: "percentage", basisPoints: 1_000 } };
    const { dealId } = good(await makeDeal(DEMO_SHOP, { name: `Deal ${at}`, programId: stage.programId, terms, startsAt: null, endsAt: null }));
    const codes = creators.map((_, place) => `DRIFT${at}X${place}`);
    good(await giveCodes(DEMO_SHOP, { dealId, rows: creators.map((creator, place) => ({ creatorId: creator.id, code: codes[place]!, policy: "always" })) }));
    const storeId = await here("the deal is live and read", async () => {
      const { rows } = await stage.client.query<{ store_id: string }>(
        `select d.store_id from deal d join store_discount s on s.shop = d.shop and s.store_id = d.store_id and s.codes_at is not null and s.look_at is null
         where d.shop = $1 and d.id = $2 and not exists (select 1 from code c join code_placement p on p.shop = c.shop and p.code_id = c.id where c.deal_id = d.id and p.state <> 'live')`,
        [DEMO_SHOP, dealId],
      );
      return rows[0]?.store_id ?? null;
    });
    return { dealId, storeId, codes };
  }

  const open = async (kind: string) =>
    (await stage.client.query<{ id: string }>("select id::text as id from drift where shop = $1 and closed_at is null and target = 'store' and kind = $2", [DEMO_SHOP, kind])).rows.map((row) => row.id);

  for (const [at, { name, fault, change, kind, choose }] of cases.entries()) {
    it(`${name}: ${choose ? "settled, and each code is there once" : "it is found all the same"}`, async () => {
      const made = await make(at);
      stage.world.forward(60_000);
      change(stage.world.store.store, made);
      stage.world.forward(3_000);
      settleJobs(stage.world.store.store);
      await stage.client.query("update store_discount set look_at = now(), look_why = 'discounts/redeemcode_removed' where shop = $1 and store_id = $2", [DEMO_SHOP, made.storeId]);
      if (choose) {
        const ids = await here("the difference is found", async () => ((await open(kind)).length > 0 ? open(kind) : null));
        expect(await repairDrifts(DEMO_SHOP, ids, "ours", "merchant")).toMatchObject({ done: 1, refused: [] });
      }

      stage.app = await stage.world.start(fault);
      const moving = setInterval(() => stage.world.forward(500), 500);
      await untilKilled(stage.app, 60_000).finally(() => clearInterval(moving));
      stage.app = await stage.world.start();
      await until(choose ? "it is settled" : "it is found", async () => {
        stage.world.forward(1_000);
        const found = await open(kind);
        return (choose ? found.length === 0 : found.length === 1) ? true : null;
      }, 60_000);

      if (!choose) {
        expect(await repairDrifts(DEMO_SHOP, await open(kind), "leave", "merchant")).toMatchObject({ done: 1, refused: [] });
        return;
      }
      const discounts = stage.world.store.store.discounts().filter((discount) => discount.title === `Deal ${at}`);
      expect(discounts).toHaveLength(1);
      await until("the codes are back", async () => {
        stage.world.forward(1_000);
        return discounts[0]!.codes.filter((each) => !each.code.startsWith("RESERVE")).length === made.codes.length ? true : null;
      });
      expect(discounts[0]!.codes.map((each) => each.code).filter((code) => !code.startsWith("RESERVE")).sort()).toEqual(made.codes);
    }, 180_000);
  }
});
