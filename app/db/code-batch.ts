// Runs that make many codes. Whoever works on one holds it until its lease; what a step found and where the run stands are written together.
import type { BatchSettings, BatchState, NewBatchRow } from "../domain/code-batch.ts";
import type { Finding } from "../domain/preflight.ts";
import { pool, type Queryable } from "../db.server.ts";
import { HOLDER_IS_GONE, holderName } from "./holder.ts";

export type BatchKey = { shop: string; id: string };
export type NewBatch = BatchKey & { dealId: string; campaignId: string | null; fileId: string | null; settings: BatchSettings; who: string };

const A_STATEMENT = 5_000;

/** Writes a run with its rows, numbered from 1, in the state "checking". `keys`: domain/code.ts codeKey of each row's code. */
export async function insertBatch(client: Queryable, batch: NewBatch, rows: readonly NewBatchRow[], keys: readonly string[], at: Date): Promise<void> {
  const { shop, id, dealId, campaignId, fileId, settings, who } = batch;
  await client.query(
    `insert into code_batch (shop, id, deal_id, campaign_id, file_id, state, settings, total, who, created_at) values ($1, $2, $3, $4, $5, 'checking', $6, $7, $8, $9)`,
    [shop, id, dealId, campaignId, fileId, JSON.stringify(settings), rows.length, who, at],
  );
  for (let from = 0; from < rows.length; from += A_STATEMENT) {
    const some = rows.slice(from, from + A_STATEMENT);
    const list = <T>(of: (row: NewBatchRow) => T) => some.map(of);
    await client.query({
      name: "insert_batch_rows",
      text: `insert into code_batch_row (shop, batch_id, n, creator_id, code, key, policy, starts_at, ends_at, file_row, state)
        select $1, $2, $3 + r.n, r.creator_id, r.code, r.key, r.policy, r.starts_at, r.ends_at, r.file_row, 'new'
        from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::int[]) with ordinality as r(creator_id, code, key, policy, starts_at, ends_at, file_row, n)`,
      values: [shop, id, from, list((row) => row.creatorId), list((row) => row.code.trim()), keys.slice(from, from + A_STATEMENT), list((row) => row.policy), list((row) => row.startsAt), list((row) => row.endsAt), list((row) => row.fileRow)],
    });
  }
}

/** One that is ours until `lease`. */
export type ClaimedBatch = BatchKey & { dealId: string; campaignId: string | null; settings: BatchSettings; state: "checking" | "running"; total: number; lease: Date };

/** Claims the run that waits longest to be worked on; one that its holder left for later, or lost, as well. */
export async function claimBatch(at: Date, lease: Date): Promise<ClaimedBatch | null> {
  const holder = await holderName();
  const { rows } = await pool().query<ClaimedBatch>({
    name: "claim_batch",
    text: `update code_batch b set lease_at = $2, holder = $3
      from (select o.shop, o.id from code_batch o join shop s on s.shop = o.shop and s.uninstalled_at is null
        where o.state in ('checking', 'running') and (coalesce(o.lease_at, o.created_at) <= $1 or ${HOLDER_IS_GONE}) order by coalesce(o.lease_at, o.created_at), o.id limit 1 for update of o skip locked) due
      where b.shop = due.shop and b.id = due.id
      returning b.shop, b.id, b.deal_id as "dealId", b.campaign_id as "campaignId", b.settings, b.state, b.total, b.lease_at as lease`,
    values: [at, lease, holder],
  });
  return rows[0] ?? null;
}

/** Keeps a run that is ours until `next`, within the transaction that writes what was done. False: it is ours no more (stopped, or another's). */
export async function holdBatch(client: Queryable, { shop, id, lease, state }: ClaimedBatch, next: Date): Promise<boolean> {
  const held = await client.query("update code_batch set lease_at = $5, problem = null where shop = $1 and id = $2 and lease_at = $3 and state = $4", [shop, id, lease, state, next]);
  return held.rowCount === 1;
}

/** Lets go of it: whoever comes at or after `nextAt` goes on. `problem`: what keeps it waiting (a domain/problem.ts text). */
export async function leaveBatch({ shop, id, lease, state }: ClaimedBatch, nextAt: Date, problem: string | null): Promise<void> {
  await pool().query("update code_batch set lease_at = $5, holder = null, problem = $6 where shop = $1 and id = $2 and lease_at = $3 and state = $4", [shop, id, lease, state, nextAt, problem]);
}

/** All rows are checked, or all codes are where they can be. */
export async function endPhase({ shop, id, lease, state }: ClaimedBatch, next: "checked" | "done", at: Date): Promise<boolean> {
  const ended = await pool().query(
    `update code_batch set state = $5, lease_at = null, problem = null, checked_at = case when $5 = 'checked' then $6 else checked_at end, done_at = case when $5 = 'done' then $6 end
     where shop = $1 and id = $2 and lease_at = $3 and state = $4`,
    [shop, id, lease, state, next, at],
  );
  return ended.rowCount === 1;
}

export async function failBatch({ shop, id, lease }: ClaimedBatch, problem: string, at: Date): Promise<void> {
  await pool().query("update code_batch set state = 'failed', problem = $4, done_at = $5, lease_at = null where shop = $1 and id = $2 and lease_at = $3", [shop, id, lease, problem, at]);
}

export type BatchRow = { n: number; creatorId: string | null; code: string; key: string; policy: NewBatchRow["policy"]; startsAt: Date | null; endsAt: Date | null };

/** The next rows in this state, in order. */
export async function nextRows({ shop, id }: BatchKey, state: "new" | "checked", limit: number): Promise<BatchRow[]> {
  const { rows } = await pool().query<BatchRow>({
    name: "next_batch_rows",
    text: `select n, creator_id as "creatorId", code, key, policy, starts_at as "startsAt", ends_at as "endsAt" from code_batch_row
      where shop = $1 and batch_id = $2 and state = $3 order by n limit $4`,
    values: [shop, id, state, limit],
  });
  return rows;
}

/** Notes what the pre-flight said of some rows. One that is blocked is not made. */
export async function noteChecked(client: Queryable, { shop, id }: BatchKey, rows: readonly { n: number; findings: Finding[]; blocked: boolean }[]): Promise<void> {
  await client.query({
    name: "note_checked",
    text: `update code_batch_row r set state = case when c.blocked then 'blocked' else 'checked' end, findings = c.findings::jsonb, problem = null
      from unnest($3::int[], $4::boolean[], $5::text[]) as c(n, blocked, findings) where r.shop = $1 and r.batch_id = $2 and r.n = c.n and r.state = 'new'`,
    values: [shop, id, rows.map((row) => row.n), rows.map((row) => row.blocked), rows.map((row) => JSON.stringify(row.findings))],
  });
}

/** Notes which rows are codes now. */
export async function noteMade(client: Queryable, { shop, id }: BatchKey, rows: readonly { n: number; codeId: string }[]): Promise<void> {
  await client.query({
    name: "note_made",
    text: `update code_batch_row r set state = 'made', code_id = c.code_id, problem = null from unnest($3::int[], $4::text[]) as c(n, code_id)
      where r.shop = $1 and r.batch_id = $2 and r.n = c.n`,
    values: [shop, id, rows.map((row) => row.n), rows.map((row) => row.codeId)],
  });
}

/** Notes which rows cannot be made, each for its reason (a domain/problem.ts text). */
export async function noteFailed(client: Queryable, { shop, id }: BatchKey, rows: readonly { n: number; problem: string }[]): Promise<void> {
  await client.query({
    name: "note_failed",
    text: `update code_batch_row r set state = 'failed', problem = c.problem from unnest($3::int[], $4::text[]) as c(n, problem) where r.shop = $1 and r.batch_id = $2 and r.n = c.n`,
    values: [shop, id, rows.map((row) => row.n), rows.map((row) => row.problem)],
  });
}

/** Rows whose code the store refused fail with its words. Returns how many. */
export async function followRefused({ shop, id }: BatchKey): Promise<number> {
  const { rowCount } = await pool().query({
    name: "follow_refused",
    text: `update code_batch_row r set state = 'failed', problem = p.problem
      from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store' and p.state = 'refused'
      where r.shop = $1 and r.batch_id = $2 and r.state = 'made' and c.shop = $1 and c.batch_id = $2 and c.id = r.code_id`,
    values: [shop, id],
  });
  return rowCount ?? 0;
}

/** How many of a run's codes are still on their way into the store, counted no further than `most`. What a person took out meanwhile is not. */
export async function countOnTheWay({ shop, id }: BatchKey, most: number): Promise<number> {
  const { rows } = await pool().query<{ n: number }>({
    name: "count_on_the_way",
    text: `select count(*)::int as n from (select 1 from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store'
      where c.shop = $1 and c.batch_id = $2 and p.wanted = 'live' and p.state in ('waiting', 'asked') limit $3) on_the_way`,
    values: [shop, id, most],
  });
  return rows[0]!.n;
}

/** A person starts a run that was checked. */
export async function beginBatch({ shop, id }: BatchKey, at: Date): Promise<boolean> {
  const { rowCount } = await pool().query("update code_batch set state = 'running', started_at = $3, lease_at = null, problem = null where shop = $1 and id = $2 and state = 'checked'", [shop, id, at]);
  return rowCount === 1;
}

/** Stops one that is being checked or made: what was asked of the store is seen through, the rest waits. */
export async function haltBatch(client: Queryable, { shop, id }: BatchKey, at: Date): Promise<boolean> {
  const { rowCount } = await client.query("update code_batch set state = 'stopped', stopped_at = $3, lease_at = null, problem = null where shop = $1 and id = $2 and state in ('checking', 'running')", [shop, id, at]);
  return rowCount === 1;
}

/** Stops the runs of shops that uninstalled the app. Returns how many. */
export async function haltUninstalled(problem: string, at: Date): Promise<number> {
  const { rowCount } = await pool().query({
    name: "halt_uninstalled",
    text: `update code_batch b set state = 'stopped', stopped_at = $2, lease_at = null, problem = $1 from shop s
      where b.state in ('checking', 'running') and s.shop = b.shop and s.uninstalled_at is not null`,
    values: [problem, at],
  });
  return rowCount ?? 0;
}

/** Lets one that was stopped, or failed, go on where it was. */
export async function resumeBatch(client: Queryable, { shop, id }: BatchKey): Promise<boolean> {
  const { rowCount } = await client.query(
    `update code_batch set state = case when started_at is null then 'checking' else 'running' end, stopped_at = null, done_at = null, lease_at = null, problem = null
     where shop = $1 and id = $2 and state in ('stopped', 'failed')`,
    [shop, id],
  );
  return rowCount === 1;
}

/** `toMake`: rows that are codes, or can become some. */
export async function findBatch({ shop, id }: BatchKey): Promise<{ state: BatchState; dealId: string; toMake: number } | null> {
  const { rows } = await pool().query<{ state: BatchState; dealId: string; toMake: number }>(
    `select state, deal_id as "dealId", (select count(*)::int from code_batch_row r where r.shop = b.shop and r.batch_id = b.id and r.state in ('checked', 'made')) as "toMake" from code_batch b where shop = $1 and id = $2`,
    [shop, id],
  );
  return rows[0] ?? null;
}

/**
 * Rows that were blocked, or failed before their code was written, are checked again; those whose code the store refused wait for it again: their
 * codes come back. `ns` null: all of them.
 */
export async function retryRowsOf(client: Queryable, { shop, id }: BatchKey, ns: number[] | null): Promise<{ checked: number; codeIds: string[] }> {
  const { rows } = await client.query<{ codeId: string | null }>(
    `update code_batch_row set state = case when code_id is null then 'new' else 'made' end, problem = null, findings = case when code_id is null then '[]'::jsonb else findings end
     where shop = $1 and batch_id = $2 and ($3::int[] is null or n = any($3)) and state in ('failed', 'blocked') returning code_id as "codeId"`,
    [shop, id, ns],
  );
  return { checked: rows.filter((row) => row.codeId === null).length, codeIds: rows.flatMap((row) => row.codeId ?? []) };
}

/** Gives a row another name, to be checked like a new one; what is a code already keeps its own. False: there is no such row. */
export async function renameRow(client: Queryable, { shop, id }: BatchKey, n: number, { code, key }: { code: string; key: string }): Promise<boolean> {
  const { rowCount } = await client.query(
    `update code_batch_row set code = $4, key = $5, state = 'new', findings = '[]', problem = null where shop = $1 and batch_id = $2 and n = $3 and code_id is null and state in ('blocked', 'failed')`,
    [shop, id, n, code, key],
  );
  return rowCount === 1;
}

/** One that was checked, or is done, goes back to work for its rows; others are at work, or stopped, already. */
export async function reopenBatch(client: Queryable, { shop, id }: BatchKey): Promise<void> {
  await client.query(
    `update code_batch set state = case when started_at is null then 'checking' else 'running' end, done_at = null, lease_at = null, problem = null
     where shop = $1 and id = $2 and state in ('checked', 'done', 'failed')`,
    [shop, id],
  );
}

/** Rows that a person leaves out, or takes in again; what is a code already cannot be left out. Returns how many. */
export async function skipRowsOf({ shop, id }: BatchKey, ns: number[], skip: boolean): Promise<number> {
  const { rowCount } = await pool().query(
    `update code_batch_row set state = case when $4 then 'skipped' when jsonb_path_exists(findings, '$[*] ? (@.blocking == true)') then 'blocked' else 'checked' end
     where shop = $1 and batch_id = $2 and n = any($3) and code_id is null and case when $4 then state in ('checked', 'blocked', 'failed') else state = 'skipped' end`,
    [shop, id, ns, skip],
  );
  return rowCount ?? 0;
}
