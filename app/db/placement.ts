// Where codes stand: in the store (target "store") and in each program's network (target = the program's id).
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { isTakenByOther, rejectedWord } from "../domain/flow-words.ts";
import { isDealDue } from "./deal-placement.ts";
import { isDueInStore } from "./deal-store.ts";
import { noteConflicts } from "./drift.ts";
import { addFlowWords, namesForFlow } from "./flow-word.ts";

/** The target of a code's place in the store. */
export const STORE = "store";

/** `leaving`: it was asked to be taken out, and was not read back since (db/removal.ts). `by_hand`: only a person can do it there; it is looked at again. */
export type PlacementState = "waiting" | "asked" | "by_hand" | "live" | "leaving" | "refused" | "missing" | "expired";

/** Shops in which something is due to be placed. */
export async function listShopsWithDue(now: Date): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>(
    `select s.shop from shop s
     where s.uninstalled_at is null and (
       exists (select 1 from deal d where d.shop = s.shop and ${isDueInStore("$1")})
       or exists (select 1 from deal_placement dp join deal d on d.shop = dp.shop and d.id = dp.deal_id where dp.shop = s.shop and ${isDealDue("$1")})
       or exists (select 1 from code_placement p where p.shop = s.shop and p.next_at <= $1 and ((p.wanted = 'live' and p.state in ('waiting', 'asked', 'by_hand')) or p.state = 'leaving' or (p.wanted = 'gone' and p.state in ('live', 'asked')))))`,
    [now],
  );
  return rows.map((row) => row.shop);
}

/** Nothing was asked after all (the store turned the call away as a whole): back to waiting. What a person took out meanwhile is read back, like all that was asked for. */
export async function markWaiting(shop: string, codeIds: string[], target: string): Promise<void> {
  await pool().query("update code_placement set state = 'waiting', job_id = null where shop = $1 and code_id = any($2) and target = $3 and state = 'asked' and wanted = 'live'", [
    shop, codeIds, target,
  ]);
}

/** Notes the store's job that adds or removes these, and when to look at it; null: they are to be looked for by name. */
export async function markJob(shop: string, codeIds: string[], jobId: string | null, nextAt: Date): Promise<void> {
  await pool().query("update code_placement set job_id = $3, next_at = $4 where shop = $1 and code_id = any($2) and target = 'store'", [shop, codeIds, jobId, nextAt]);
}

/**
 * The other side refused for good what was `wanted` of it, to have the code or to give it up. Where a person wants the other by now, that is nothing to
 * try again: what there is is looked at.
 */
export async function markRefused(shop: string, codeId: string, target: string, problem: string, now: Date, wanted: "live" | "gone" = "live"): Promise<void> {
  await inTransaction(async (client) => {
    const { rows } = await client.query<{ state: string }>("select state from code_placement where shop = $1 and code_id = $2 and target = $3 and wanted = $4 for update", [shop, codeId, target, wanted]);
    await client.query(
      `update code_placement set state = case when wanted = $6 then 'refused' else 'asked' end, problem = case when wanted = $6 then $4 end, job_id = null, read_at = $5
       where shop = $1 and code_id = $2 and target = $3`,
      [shop, codeId, target, problem, now, wanted],
    );
    if (rows.length > 0 && rows[0]!.state !== "refused" && wanted === "live") await noteRefused(client, shop, codeId, target, problem, now);
  });
}

/** The workflows of the platform hear of it: as a conflict where somebody else has the code, else as what the network refused. What only the store refused is neither. */
async function noteRefused(client: Queryable, shop: string, codeId: string, target: string, problem: string, now: Date): Promise<void> {
  const cause = `refused in ${target} ${now.toISOString()}`;
  if (isTakenByOther(problem)) return noteConflicts(client, shop, [{ codeId, target, kind: "taken", cause }], now);
  const [names] = target === STORE ? [] : await namesForFlow(client, [{ shop, codeId, programId: target }], now);
  if (names) await addFlowWords(client, [rejectedWord(shop, { kind: "code", about: codeId, name: names.code, cause, reason: problem }, names)], now);
}

/** Something outside did not work: look again at `nextAt`. The state stays, so that what was asked is asked about first. */
export async function putOff(shop: string, codeIds: string[], target: string, problem: string | null, nextAt: Date, counts: boolean): Promise<void> {
  await pool().query(
    "update code_placement set problem = $4, next_at = $5, attempts = attempts + $6 where shop = $1 and code_id = any($2) and target = $3",
    [shop, codeIds, target, problem, nextAt, counts ? 1 : 0],
  );
}

/** A person asks for what was refused to be tried again, and for what waits for a person to be looked at. Returns how many. */
export async function retryPlacements(shop: string, codeIds: string[], now: Date): Promise<number> {
  const { rowCount } = await pool().query(
    `update code_placement set state = case when wanted = 'gone' then 'asked' when state = 'by_hand' then state else 'waiting' end, problem = null, attempts = 0, next_at = $3
     where shop = $1 and code_id = any($2) and state in ('refused', 'missing', 'by_hand')`,
    [shop, codeIds, now],
  );
  return rowCount ?? 0;
}
