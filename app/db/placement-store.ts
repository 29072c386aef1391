// Codes on their way into the store: what is due, and what became of it, many rows a statement.
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { isTakenByOther } from "../domain/flow-words.ts";
import { noteConflicts } from "./drift.ts";
import { STORE } from "./placement.ts";

/** A code that waits to be added to its discount: its deal's, or the one in which it was linked as it is (`dealId` null). */
export type DueInStore = { codeId: string; code: string; dealId: string | null; discountId: string; attempts: number };

const DISCOUNT = "case when c.deal_id is null then c.discount_id else d.store_id end";
const OF_CODE = "join code c on c.shop = p.shop and c.id = p.code_id left join deal d on d.shop = c.shop and d.id = c.deal_id";

/** Codes of a run that a person stopped are held back, those without a run never. */
const NOT_STOPPED = "not exists (select 1 from code_batch b where b.shop = c.shop and b.id = c.batch_id and b.state = 'stopped')";
const WANTED_IN_STORE = "p.shop = $1 and p.target = 'store' and p.wanted = 'live'";

/** Codes that wait and are due, of discounts that the store has; who waits longest first. */
export async function listWaitingInStore(shop: string, now: Date, limit: number): Promise<DueInStore[]> {
  const { rows } = await pool().query<DueInStore>({
    name: "waiting_in_store",
    text: `select p.code_id as "codeId", c.code, c.deal_id as "dealId", ${DISCOUNT} as "discountId", p.attempts
      from code_placement p
      ${OF_CODE}
      where ${WANTED_IN_STORE} and p.state = 'waiting' and p.next_at <= $2 and ${DISCOUNT} is not null and ${NOT_STOPPED}
      order by p.next_at, c.position
      limit $3`,
    values: [shop, now, limit],
  });
  return rows;
}

/** Codes that were asked for and of which no job is known, due to be looked for. A stopped run holds none of them back. */
export async function listDoubtfulInStore(shop: string, now: Date, limit: number): Promise<DueInStore[]> {
  const { rows } = await pool().query<DueInStore>({
    name: "doubtful_in_store",
    text: `select p.code_id as "codeId", c.code, c.deal_id as "dealId", ${DISCOUNT} as "discountId", p.attempts
      from code_placement p
      ${OF_CODE}
      where ${WANTED_IN_STORE} and p.state = 'asked' and p.next_at <= $2 and p.job_id is null and ${DISCOUNT} is not null
      order by p.next_at, c.position
      limit $3`,
    values: [shop, now, limit],
  });
  return rows;
}

/** A job of the store that is due to be looked at, with the codes that it is to add. */
export type DueJob = { jobId: string; dealId: string | null; discountId: string; codeIds: string[]; codes: string[]; askedAt: Date; attempts: number };

export async function listDueJobs(shop: string, now: Date, limit: number): Promise<DueJob[]> {
  const { rows } = await pool().query<DueJob>({
    name: "due_jobs",
    text: `select p.job_id as "jobId", c.deal_id as "dealId", ${DISCOUNT} as "discountId", array_agg(p.code_id order by c.position) as "codeIds",
        array_agg(c.code order by c.position) as codes, min(p.asked_at) as "askedAt", max(p.attempts) as attempts
      from code_placement p
      ${OF_CODE}
      where ${WANTED_IN_STORE} and p.state = 'asked' and p.next_at <= $2 and p.job_id is not null and ${DISCOUNT} is not null
      group by p.job_id, c.deal_id, ${DISCOUNT}
      order by min(p.next_at)
      limit $3`,
    values: [shop, now, limit],
  });
  return rows;
}

/** Notes, before the call goes out, that these are being asked for, and when to look what came of it. Returns those that still may be: neither stopped nor unwanted meanwhile. */
export async function markAskedInStore(shop: string, codeIds: string[], now: Date, lookAt: Date): Promise<Set<string>> {
  const { rows } = await pool().query<{ codeId: string }>({
    name: "mark_asked_in_store",
    text: `update code_placement p set state = 'asked', asked_at = $3, next_at = $4, job_id = null, problem = null from code c
      where ${WANTED_IN_STORE} and p.code_id = any($2) and p.state in ('waiting', 'asked') and c.shop = p.shop and c.id = p.code_id and (p.state = 'asked' or ${NOT_STOPPED})
      returning p.code_id as "codeId"`,
    values: [shop, codeIds, now, lookAt],
  });
  return new Set(rows.map((row) => row.codeId));
}

/** Notes the store's job that adds these. It is written apart from when to look, which is in an index. */
export async function noteJob(shop: string, codeIds: string[], jobId: string): Promise<void> {
  await pool().query({ name: "note_job", text: "update code_placement set job_id = $3 where shop = $1 and code_id = any($2) and target = 'store'", values: [shop, codeIds, jobId] });
}

/** The store has them. */
export async function markLiveInStore(shop: string, codeIds: string[], now: Date): Promise<void> {
  await pool().query({
    name: "mark_live_in_store",
    text: "update code_placement set state = 'live', problem = null, job_id = null, read_at = $3, attempts = 0 where shop = $1 and code_id = any($2) and target = 'store'",
    values: [shop, codeIds, now],
  });
}

/**
 * The store refused them, each for a reason of its own (domain/problem.ts texts, in the order of the codes). One that a person took out meanwhile is
 * nothing to try again: it is read back that the store has none.
 */
export async function markRefusedInStore(shop: string, refused: { codeId: string; problem: string }[], now: Date): Promise<void> {
  await inTransaction(async (client) => {
    const { rows } = await client.query<{ codeId: string; problem: string }>({
      name: "mark_refused_in_store",
      text: `with before as (
          select p.code_id, p.state, p.wanted, r.problem from code_placement p join unnest($2::text[], $3::text[]) as r(code_id, problem) on r.code_id = p.code_id
          where p.shop = $1 and p.target = 'store' for update of p
        ), refused as (
          update code_placement p set state = case when b.wanted = 'gone' then 'asked' else 'refused' end, problem = case when b.wanted = 'live' then b.problem end, job_id = null, read_at = $4
          from before b where p.shop = $1 and p.code_id = b.code_id and p.target = 'store'
        )
        select code_id as "codeId", problem from before where wanted = 'live' and state <> 'refused'`,
      values: [shop, refused.map((each) => each.codeId), refused.map((each) => each.problem), now],
    });
    const taken = rows.filter(({ problem }) => isTakenByOther(problem));
    await noteConflicts(client, shop, taken.map(({ codeId }) => ({ codeId, target: STORE, kind: "taken", cause: `refused in ${STORE} ${now.toISOString()}` })), now);
  });
}

/** Nothing can be asked of the store before `until`: all that wait have to, for this reason (a domain/problem.ts text). `doubtful`: also those that were asked for and are to be looked for. */
export async function holdWaitingInStore(shop: string, problem: string, until: Date, doubtful: boolean): Promise<void> {
  await pool().query({
    name: "hold_waiting_in_store",
    text: `update code_placement p set next_at = $3, problem = $2 where ${WANTED_IN_STORE} and p.state = any($4) and p.next_at < $3`,
    values: [shop, problem, until, doubtful ? ["waiting", "asked"] : ["waiting"]],
  });
}

/** A person asks for these to be tried again, as part of a transaction. */
export async function retryPlacementsIn(client: Queryable, shop: string, codeIds: string[], now: Date): Promise<void> {
  await client.query("update code_placement set state = 'waiting', problem = null, attempts = 0, next_at = $3 where shop = $1 and code_id = any($2) and target = 'store' and wanted = 'live' and state = 'refused'", [
    shop, codeIds, now,
  ]);
}

/** When the codes of a run that have not been asked for are looked at next: never, while it is stopped, so that nobody looks at them in vain. */
export async function moveRun(client: Queryable, shop: string, batchId: string, nextAt: Date): Promise<void> {
  await client.query(
    "update code_placement p set next_at = $3 from code c where c.shop = $1 and c.batch_id = $2 and p.shop = c.shop and p.code_id = c.id and p.target = 'store' and p.state = 'waiting'",
    [shop, batchId, nextAt],
  );
}
