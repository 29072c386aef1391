// Reconciliations: their runs. Working goes on from stage and cursor, which are written together with what a step found.
import type { Sums } from "../domain/reconcile-sums.ts";
import { pool, type Queryable } from "../db.server.ts";

export type RunKey = { shop: string; id: string };
export type NewRun = RunKey & { fromAt: Date; toAt: Date; readNetworks: boolean };

export const STAGES = ["networks", "store", "app", "orders", "rest"] as const;
export type Stage = (typeof STAGES)[number];
export type RunState = "waiting" | "running" | "done" | "stopped" | "failed";

export async function insertRun({ shop, id, fromAt, toAt, readNetworks }: NewRun, who: string, at: Date): Promise<void> {
  await pool().query(
    `insert into reconciliation (shop, id, from_at, to_at, read_networks, state, stage, who, created_at) values ($1, $2, $3, $4, $5, 'waiting', case when $5 then 'networks' else 'store' end, $6, $7)`,
    [shop, id, fromAt, toAt, readNetworks, who, at],
  );
}

/** One of the same period that waits or runs, or null: of two that end with the time at which they were asked for, an hour apart at most, the first is meant. */
export async function findOpenRun(shop: string, fromAt: Date, toAt: Date): Promise<string | null> {
  const found = await pool().query<{ id: string }>(`select id from reconciliation where shop = $1 and state in ('waiting', 'running') and from_at = $2 and to_at <= $3 and to_at > $3::timestamptz - interval '1 hour' order by created_at limit 1`, [shop, fromAt, toAt]);
  return found.rows[0]?.id ?? null;
}

/** One that is ours until `lease`. `begunAt` null: the store was not asked yet. */
export type ClaimedRun = NewRun & { stage: Stage; cursor: string | null; summary: Sums | Record<string, never>; begunAt: Date | null; createdAt: Date; lease: Date };

/** Claims the oldest that waits, or whose holder is gone; `only`: that one. */
export async function claimRun(at: Date, lease: Date, only: RunKey | null): Promise<ClaimedRun | null> {
  const claimed = await pool().query<ClaimedRun>(
    `update reconciliation r set state = 'running', lease_at = $2
     from (select shop, id from reconciliation where state in ('waiting', 'running') and coalesce(lease_at, $1) <= $1 and ($3::text is null or (shop = $3 and id = $4)) order by created_at, id limit 1 for update skip locked) due
     where r.shop = due.shop and r.id = due.id
     returning r.shop, r.id, from_at as "fromAt", to_at as "toAt", read_networks as "readNetworks", stage, cursor, summary, begun_at as "begunAt", created_at as "createdAt", lease_at as lease`,
    [at, lease, only?.shop ?? null, only?.id ?? null],
  );
  return claimed.rows[0] ?? null;
}

/** What a step changes: where the next one goes on, how far that is, and until when it stays ours. */
export type Step = { stage: Stage; cursor: string | null; lease: Date; done?: number; total?: number; begunAt?: Date; summary?: Sums; problem?: string | null };

/** Moves a run on. False: it is ours no more (stopped, or another's), and nothing may be kept of the step. */
export async function moveRun(client: Queryable, { shop, id, lease }: ClaimedRun, step: Step): Promise<boolean> {
  const moved = await client.query(
    `update reconciliation set stage = $4, cursor = $5, lease_at = $6, done = coalesce($7, done), total = coalesce($8, total), begun_at = coalesce($9, begun_at), summary = coalesce($10, summary), problem = $11
     where shop = $1 and id = $2 and state = 'running' and lease_at = $3`,
    [shop, id, lease, step.stage, step.cursor, step.lease, step.done ?? null, step.total ?? null, step.begunAt ?? null, step.summary === undefined ? null : JSON.stringify(step.summary), step.problem ?? null],
  );
  return moved.rowCount === 1;
}

/** Lets go of it until `until`, for this reason (domain/problem.ts; null: for none). Whoever comes next goes on. */
export async function releaseRun({ shop, id, lease }: ClaimedRun, until: Date | null, problem: string | null): Promise<void> {
  await pool().query(`update reconciliation set lease_at = $4, problem = $5 where shop = $1 and id = $2 and state = 'running' and lease_at = $3`, [shop, id, lease, until, problem]);
}

export async function finishRun({ shop, id, lease }: ClaimedRun, summary: Sums, at: Date): Promise<void> {
  await pool().query(`update reconciliation set state = 'done', lease_at = null, cursor = null, problem = null, summary = $4, done_at = $5 where shop = $1 and id = $2 and state = 'running' and lease_at = $3`, [shop, id, lease, JSON.stringify(summary), at]);
}

export async function failRun({ shop, id, lease }: ClaimedRun, problem: string, at: Date): Promise<void> {
  await pool().query(`update reconciliation set state = 'failed', problem = $4, done_at = $5, lease_at = null where shop = $1 and id = $2 and state = 'running' and lease_at = $3`, [shop, id, lease, problem, at]);
}

/** Stops one that waits or runs; it can go on where it was. Says whether there was one. */
export async function stopRun({ shop, id }: RunKey): Promise<boolean> {
  const stopped = await pool().query(`update reconciliation set state = 'stopped', lease_at = null where shop = $1 and id = $2 and state in ('waiting', 'running')`, [shop, id]);
  return stopped.rowCount === 1;
}

/** Lets one that was stopped, or failed, go on where it was. */
export async function resumeRun({ shop, id }: RunKey): Promise<boolean> {
  const again = await pool().query(`update reconciliation set state = 'waiting', problem = null, done_at = null, lease_at = null where shop = $1 and id = $2 and state in ('stopped', 'failed')`, [shop, id]);
  return again.rowCount === 1;
}

export async function stateOfRun({ shop, id }: RunKey): Promise<RunState | null> {
  const found = await pool().query<{ state: RunState }>("select state from reconciliation where shop = $1 and id = $2", [shop, id]);
  return found.rows[0]?.state ?? null;
}

/** Runs that were begun before `before`, and those beyond the newest `most` of their shop; under way is none of them. At most `limit`. */
export async function oldRuns(before: Date, most: number, limit: number): Promise<RunKey[]> {
  const found = await pool().query<RunKey>(
    `select shop, id from (select shop, id, state, created_at, row_number() over (partition by shop order by created_at desc, id) as place from reconciliation) r
     where state not in ('waiting', 'running') and (created_at < $1 or place > $2) order by created_at limit $3`,
    [before, most, limit],
  );
  return found.rows;
}

/** Throws a run away, once nothing is left of what was kept of it. */
export async function deleteRun({ shop, id }: RunKey): Promise<void> {
  await pool().query("delete from reconciliation where shop = $1 and id = $2", [shop, id]);
}
