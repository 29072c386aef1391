// A run of many codes, from its checking to its end.
import { pool } from "#app/db.server.ts";
import { batchOnce } from "#app/flow/batch-run.ts";
import { startBatch } from "#app/flow/batch.ts";
import { placeOnce } from "#app/flow/place.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { advanceClock } from "./control.ts";
import { good, untilPlaced } from "./setup.ts";
import { until } from "./wait.ts";

/** Starts a run once it is checked; returns when store and networks have its codes. */
export async function runThrough(batchId: string): Promise<void> {
  await untilRun(batchId, "checked");
  good(await startBatch(DEMO_SHOP, batchId, "merchant"));
  await untilRun(batchId, "done");
  await untilPlaced();
}

async function untilRun(id: string, state: "checked" | "done"): Promise<void> {
  await until(`the run is ${state}`, async () => {
    await batchOnce(); // beside the app's own loops, which rest between their turns
    await placeOnce({ shop: DEMO_SHOP });
    await advanceClock(1_000);
    const { rows } = await pool().query<{ state: string }>("select state from code_batch where shop = $1 and id = $2", [DEMO_SHOP, id]);
    return rows[0]!.state === state;
  });
}
