// The process is killed (-9) while a run makes its codes, at each boundary between our rows and the store, and started again: the run goes on where it
// was, no code is there twice, and none that no row knows of.
import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-batch-${process.pid}`;
});

import type { NewBatchRow } from "#app/domain/code-batch.ts";
import { createBatch, startBatch } from "#app/flow/batch.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Fault } from "#test/local/fault.ts";
import { DEMO_ACCOUNT_SID } from "#test/local/network/accounts.ts";
import { good, joinedCreators } from "#test/local/seed/setup.ts";
import { until, untilKilled } from "#test/support/app.ts";
import { useKillStage } from "./kill-stage.ts";

const EVERYBODY = 600;

const boundaries: { name: string; fault: Fault }[] = [
  { name: "after some rows are noted as checked, before that holds", fault: { at: "query", match: "when c.blocked then", when: "after", n: 2 } },
  { name: "after the store's answer about names", fault: { at: "request", match: "codeDiscountNodeByCode.*KILL", when: "after" } },
  { name: "after codes are written, before their rows say so", fault: { at: "query", match: "^insert into code_placement", when: "after" } },
  { name: "after the rows say that they are codes, and that holds", fault: { at: "query", match: "^commit$", when: "after", armedBy: "set state = 'made'" } },
  { name: "after the second call is noted, before it goes out", fault: { at: "request", match: "discountRedeemCodeBulkAdd", when: "before", n: 2 } },
  { name: "after the store took the second call, before its answer is noted", fault: { at: "request", match: "discountRedeemCodeBulkAdd", when: "after", n: 2 } },
  { name: "after the jobs' ends were read, before the codes are live here", fault: { at: "request", match: "discountRedeemCodeBulkCreation", when: "after" } },
  { name: "after the first codes are live here", fault: { at: "query", match: "set state = 'live', problem = null, job_id", when: "after" } },
  { name: "after the network took a code", fault: { at: "request", match: "^POST .*/PromoCodes", when: "after" } },
  { name: "before the run is said to be done", fault: { at: "query", match: "^update code_batch set state = \\$5", when: "before", n: 2 } },
];

describe("kill -9 while a run makes its codes", () => {
  const stage = useKillStage();

  for (const [at, { name, fault }] of boundaries.entries()) {
    it(`${name}: everything is there once`, async () => {
      const creators = (await joinedCreators(stage.programId)).slice(0, 2);
      const title = `Run ${at}`;
      const { dealId } = good(await makeDeal(DEMO_SHOP, { name: title, programId: stage.programId, terms: { value: { kind: "percentage", basisPoints: 1_000 } }, startsAt: null, endsAt: null }));
      const row = (creatorId: string | null, code: string): NewBatchRow => ({ creatorId, code, policy: "always", startsAt: null, endsAt: null, fileRow: null });
      const mine = creators.map((creator, place) => row(creator.id, `KILL${at}X${place}`));
      const list = [...mine, ...Array.from({ length: EVERYBODY }, (_, place) => row(null, `KILL${at}Y${place}`))];
      const { batchId } = good(await createBatch(DEMO_SHOP, { dealId, campaignId: null, fileId: null, rows: list, who: "merchant" }));

      stage.app = await stage.world.start(fault);
      const killed = untilKilled(stage.app, 60_000);
      let alive = true;
      void killed.finally(() => (alive = false)).catch(() => {});
      while (alive) {
        await step(batchId);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      await killed;
      stage.app = await stage.world.start();
      await until("the run is done and its codes are live on both sides", async () => ((await step(batchId)) === "done" && (await open(batchId)) === 0 ? true : null), 60_000);

      const names = list.map((one) => one.code).sort();
      const discounts = stage.world.store.store.discounts().filter((discount) => discount.title === title);
      expect(discounts).toHaveLength(1);
      expect(discounts[0]!.codes.slice(1).map(({ code }) => code).sort()).toEqual(names);
      const { rows } = await stage.client.query<{ code: string; state: string }>("select c.code, r.state from code c left join code_batch_row r on r.shop = c.shop and r.code_id = c.id where c.shop = $1 and c.batch_id = $2", [DEMO_SHOP, batchId]);
      expect(rows.map(({ code }) => code).sort()).toEqual(names);
      expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["made"]));
      const placed = stage.world.network.network.account(DEMO_ACCOUNT_SID).codes.filter(({ code }) => names.includes(code));
      expect(placed.map(({ code }) => code).sort()).toEqual(mine.map(({ code }) => code).sort());
    }, 180_000);
  }

  /** Runs the clock on, starts the run when it is checked, and says where it stands. */
  async function step(batchId: string): Promise<string> {
    stage.world.forward(1_000);
    const { rows } = await stage.client.query<{ state: string }>("select state from code_batch where shop = $1 and id = $2", [DEMO_SHOP, batchId]);
    if (rows[0]!.state === "checked") good(await startBatch(DEMO_SHOP, batchId, "merchant"));
    return rows[0]!.state;
  }

  async function open(batchId: string): Promise<number> {
    const { rows } = await stage.client.query<{ n: number }>(
      "select count(*)::int as n from code_placement p join code c on c.shop = p.shop and c.id = p.code_id where c.shop = $1 and c.batch_id = $2 and p.state <> 'live'",
      [DEMO_SHOP, batchId],
    );
    return rows[0]!.n;
  }
});
