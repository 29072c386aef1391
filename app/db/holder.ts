// Who this process is, to the others. It holds a lock of its own name for as long as it lives; PostgreSQL lets go of it when the process dies, so that what the dead one had
// claimed is free at once, and not only when its lease is over.
import { randomUUID } from "node:crypto";
import { holdLock, type Held } from "./lock.ts";

const shared = ((globalThis as unknown as { creatorCodesHolder?: { name: string; held: Held | null } }).creatorCodesHolder ??= { name: randomUUID(), held: null });

/** The name to claim under; while it cannot be held, null: then the lease alone says how long others wait. */
export async function holderName(): Promise<string | null> {
  if (shared.held?.isHeld() !== true) {
    await shared.held?.release();
    shared.held = await holdLock(`process ${shared.name}`);
  }
  return shared.held === null ? null : shared.name;
}

/** SQL: the process in the column `holder` lives no more. A lease is lost by that as by its end: whoever wrote under it finds another's there. */
export const HOLDER_IS_GONE = `(case when holder is null then false else pg_try_advisory_xact_lock_shared(hashtextextended('process ' || holder, 2)) end)`;
