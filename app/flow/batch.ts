// What a person does with a run of codes: plans it, starts it once it was checked, stops it, lets it go on, leaves rows out, tries rows again.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { beginBatch, findBatch, haltBatch, insertBatch, renameRow, reopenBatch, resumeBatch, retryRowsOf, skipRowsOf } from "../db/code-batch.ts";
import { findDeal } from "../db/deal.ts";
import { addLog, insertLog } from "../db/log.ts";
import { moveRun, retryPlacementsIn } from "../db/placement-store.ts";
import { MOST_ROWS, type NewBatchRow } from "../domain/code-batch.ts";
import { codeKey } from "../domain/code.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Failed } from "./connected.ts";

const MERCHANT = "merchant";
const NEVER = new Date("9999-01-01T00:00:00Z");

/** `hyphens`: the merchant allows them in codes of a network too. `comments`: kept with every code of the run. */
export type BatchInput = { dealId: string; campaignId: string | null; fileId: string | null; rows: readonly NewBatchRow[]; who: string; hyphens?: boolean; comments?: string };

/** Keeps a run of 1 to MOST_ROWS codes; the loop checks them at once, and nothing is made before a person starts it. */
export async function createBatch(shop: string, { dealId, campaignId, fileId, rows, who, hyphens = false, comments = "" }: BatchInput): Promise<{ ok: true; batchId: string } | Failed> {
  const errors: FieldError[] = [];
  if (rows.length === 0) errors.push({ field: "rows", key: "give.no_rows" });
  if (rows.length > MOST_ROWS) errors.push({ field: "rows", key: "run.too_many_rows", values: { limit: MOST_ROWS } });
  if ((await findDeal(shop, dealId)) === null) errors.push({ field: "dealId", key: "give.deal_not_found" });
  if (errors.length > 0) return { ok: false, errors };
  const id = randomUUID();
  const batch = { shop, id, dealId, campaignId, fileId, settings: { hyphens, comments }, who };
  await inTransaction((client) => insertBatch(client, batch, rows, rows.map((row) => codeKey(row.code.trim())), now()));
  return { ok: true, batchId: id };
}

/** Begins to make the codes of a run that was checked; blocked rows are left as they are. */
export async function startBatch(shop: string, id: string, who: string): Promise<{ ok: true } | Failed> {
  return noted({ shop, id, who, what: "codes.run_started" }, await beginBatch({ shop, id }, now()));
}

/** Stops it after the calls under way: what was asked of the store is seen through, the rest waits until it goes on. */
export async function stopBatch(shop: string, id: string, who = MERCHANT): Promise<{ ok: true } | Failed> {
  return noted({ shop, id, who, what: "codes.run_stopped" }, await inTransaction(async (client) => {
    const halted = await haltBatch(client, { shop, id }, now());
    if (halted) await moveRun(client, shop, id, NEVER);
    return halted;
  }));
}

/** Goes on where it was stopped, or where it failed. */
export async function goOnBatch(shop: string, id: string, who = MERCHANT): Promise<{ ok: true } | Failed> {
  return noted({ shop, id, who, what: "codes.run_resumed" }, await inTransaction(async (client) => {
    const resumed = await resumeBatch(client, { shop, id });
    if (resumed) await moveRun(client, shop, id, now());
    return resumed;
  }));
}

/** Tries rows again that were blocked or failed, after their reason was mended; `ns` null: all of them. Returns how many wait again. */
export async function retryRows(shop: string, id: string, ns: number[] | null, who = MERCHANT): Promise<{ ok: true; rows: number } | Failed> {
  const at = now();
  const again = await inTransaction(async (client) => {
    const { checked, codeIds } = await retryRowsOf(client, { shop, id }, ns);
    if (codeIds.length > 0) await retryPlacementsIn(client, shop, codeIds, at);
    const rows = checked + codeIds.length;
    if (rows > 0) {
      await reopenBatch(client, { shop, id });
      await addLog(client, shop, at, { who, what: "placing.tried_again", detail: { count: rows } });
    }
    return rows;
  });
  return again > 0 ? { ok: true, rows: again } : { ok: false, errors: [{ field: "rows", key: "run.nothing_to_retry" }] };
}

/** Gives a row that was blocked, or failed before its code was written, another name; it is checked at once. */
export async function nameRow(shop: string, id: string, n: number, name: string): Promise<{ ok: true } | Failed> {
  const code = name.trim();
  const named = await inTransaction(async (client) => {
    const renamed = await renameRow(client, { shop, id }, n, { code, key: codeKey(code) });
    if (renamed) await reopenBatch(client, { shop, id });
    return renamed;
  });
  return named ? { ok: true } : { ok: false, errors: [{ field: "rows", key: "run.not_now" }] };
}

/** Leaves rows out of a run, or takes them in again (`skip` false), as long as they are no codes. */
export async function skipRows(shop: string, id: string, ns: number[], skip: boolean): Promise<{ ok: true; rows: number } | Failed> {
  const rows = await skipRowsOf({ shop, id }, ns, skip);
  return rows > 0 ? { ok: true, rows } : { ok: false, errors: [{ field: "rows", key: "run.nothing_to_skip" }] };
}

/** What was done goes into the shop's log; what could not be done is told. */
async function noted({ shop, id, who, what }: { shop: string; id: string; who: string; what: string }, isDone: boolean): Promise<{ ok: true } | Failed> {
  const batch = await findBatch({ shop, id });
  if (!isDone || batch === null) return { ok: false, errors: [{ field: "run", key: batch === null ? "run.not_found" : "run.not_now" }] };
  const deal = (await findDeal(shop, batch.dealId))?.name ?? "";
  await insertLog(shop, now(), { who, what, detail: { id, dealId: batch.dealId, deal, count: batch.toMake } });
  return { ok: true };
}
