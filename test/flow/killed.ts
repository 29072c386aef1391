// A worker of the placing loop that dies in the middle of a request.
import { setTimeout as sleep } from "node:timers/promises";
import { placeOnce } from "#app/flow/place.ts";
import { rows, type Stage } from "./merchant-stage.ts";

export class Died extends Error {}

/** The worker stops for ever at the first request of this name, before it goes out or before its answer is read, and its lock is freed, as by kill -9. */
export async function killAt(stage: Stage, what: string, when: "before" | "after", work: () => Promise<unknown> = placeOnce) {
  const gate = Promise.withResolvers<never>();
  gate.promise.catch(() => {});
  let dead = false;
  stage[when] = (sent) => {
    if (sent !== what) return;
    dead = true;
    return gate.promise;
  };
  const worker = (async () => {
    for (let turn = 0; turn < 8 && !dead; turn++) {
      await work();
      stage.forward(2_000);
    }
  })();
  while (!dead && (await Promise.race([worker.then(() => true), sleep(5)])) !== true);
  if (!dead) throw new Error(`nothing asked for ${what}`);
  stage.before = stage.after = null;
  const locks = "from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())";
  await rows(`select pg_terminate_backend(pid) ${locks}`, []);
  while ((await rows(`select 1 as held ${locks}`, [])).length > 0) await sleep(5);
  // With its process goes what that process remembered of its locks; this one lives on.
  (globalThis as unknown as { creatorCodesLocks?: { names: Set<string> } }).creatorCodesLocks?.names.clear();
  return {
    /** Lets the dead worker end, where nothing of it counts any more. */
    async bury() {
      stage.before = () => {
        throw new Died();
      };
      gate.reject(new Died());
      await worker.catch(() => {});
      stage.before = null;
    },
  };
}
