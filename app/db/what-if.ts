// What-ifs, and what each would change per order. Computing goes on from the cursor: rows and cursor are written together.
import type { Beside } from "../domain/beside.ts";
import type { Frozen } from "../domain/credit.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { OverrideSettings } from "../domain/rule-book.ts";
import type { AccountChange, WhatIfState } from "../domain/what-if.ts";
import { pool, type Queryable } from "../db.server.ts";
import { HOLDER_IS_GONE, holderName } from "./holder.ts";

export type WhatIfKey = { shop: string; id: string };
export type WhatIfRow = WhatIfKey & { programId: string; fromAt: Date; toAt: Date; settings: OverrideSettings };

export async function insertWhatIf({ shop, id, programId, fromAt, toAt, settings }: WhatIfRow, who: string, at: Date): Promise<void> {
  await pool().query(
    `insert into what_if (shop, id, program_id, from_at, to_at, settings, state, who, created_at) values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)`,
    [shop, id, programId, fromAt, toAt, JSON.stringify(settings), who, at],
  );
}

/** Where computing stands: the creation and the id of the last order that was looked at. */
export type Cursor = { atMs: number; orderId: string };

/** One that is ours until `lease`. `readAt` null: not begun yet. */
export type ClaimedWhatIf = WhatIfRow & { cursor: Cursor | null; readAt: Date | null; lease: Date };

/** Claims the oldest that waits, or whose holder is gone. */
export async function claimWhatIf(at: Date, lease: Date): Promise<ClaimedWhatIf | null> {
  const holder = await holderName();
  const claimed = await pool().query<Omit<ClaimedWhatIf, "cursor"> & { cursor: string | null }>(
    `update what_if w set state = 'running', lease_at = $2, holder = $3
     from (select shop, id from what_if where state in ('waiting', 'running') and (coalesce(lease_at, $1) <= $1 or ${HOLDER_IS_GONE}) order by created_at, id limit 1 for update skip locked) due
     where w.shop = due.shop and w.id = due.id
     returning w.shop, w.id, program_id as "programId", from_at as "fromAt", to_at as "toAt", settings, cursor, read_at as "readAt", lease_at as lease`,
    [at, lease, holder],
  );
  const row = claimed.rows[0];
  return row ? { ...row, cursor: row.cursor === null ? null : readCursor(row.cursor) } : null;
}

function readCursor(text: string): Cursor {
  const [atMs, ...id] = text.split(" ");
  return { atMs: Number(atMs), orderId: id.join(" ") };
}

/** Notes when computing began, and how many orders there are to look at. */
export async function beginWhatIf(client: Queryable, { shop, id, lease, fromAt, toAt }: ClaimedWhatIf, readAt: Date): Promise<void> {
  await client.query(
    `update what_if set read_at = $4, done = 0, summary = null,
       total = (select count(*) from order_state where shop = $1 and created_at >= $5 and created_at < $6 and facts is not null)
     where shop = $1 and id = $2 and state = 'running' and lease_at = $3`,
    [shop, id, lease, readAt, fromAt, toAt],
  );
}

export type PeriodOrder = { orderId: string; createdAt: Date; facts: OrderFacts; beside: Beside | null; everPaid: boolean; deleted: boolean; frozen: Frozen | null };

/** The next orders of the period after the cursor, at most `limit`, and fewer where their facts are long: they end with the one with which the stored sizes pass `bytes`. */
export async function pageOfPeriod(client: Queryable, { shop, fromAt, toAt }: WhatIfRow, cursor: Cursor | null, limit: number, bytes: number): Promise<PeriodOrder[]> {
  const found = await client.query<PeriodOrder>({
    name: "what_if_page",
    text: `with paged as (select order_id, created_at, facts, beside, ever_paid, deleted_at, redacted_at, frozen from order_state
        where shop = $1 and created_at >= $2 and created_at < $3 and (created_at > $2 or order_id > $4) and facts is not null order by created_at, order_id limit $5),
      sized as (select *, coalesce(sum(pg_column_size(facts)) over (order by created_at, order_id rows between unbounded preceding and 1 preceding), 0) as before from paged)
      select order_id as "orderId", created_at as "createdAt", facts, beside, ever_paid as "everPaid", deleted_at is not null as deleted, case when redacted_at is not null then coalesce(frozen, '{}') end as frozen from sized where before < $6 order by created_at, order_id`,
    values: [shop, cursor === null ? fromAt : new Date(cursor.atMs), toAt, cursor?.orderId ?? "", limit, bytes],
  });
  return found.rows;
}

/** What a page brought. `asks`: orders of which the store has yet to tell something. */
export type Looked = { cursor: Cursor; orders: number; skipped: number; asks: number; changes: (AccountChange & { orderId: string; orderAt: Date; currency: string })[] };

/** Keeps a page and holds on until `next`. False: it is ours no more (stopped, or another's), and nothing is kept. */
export async function keepPage(client: Queryable, { shop, id, lease }: ClaimedWhatIf, looked: Looked, next: Date): Promise<boolean> {
  const kept = await client.query(
    `update what_if set cursor = $4, done = done + $5, lease_at = $8,
       summary = jsonb_build_object('skipped', coalesce((summary ->> 'skipped')::int, 0) + $6, 'asks', coalesce((summary ->> 'asks')::int, 0) + $7)
     where shop = $1 and id = $2 and state = 'running' and lease_at = $3`,
    [shop, id, lease, `${looked.cursor.atMs} ${looked.cursor.orderId}`, looked.orders, looked.skipped, looked.asks, next],
  );
  if (kept.rowCount === 0) return false;
  if (looked.changes.length > 0) await keepChanges(client, { shop, id }, looked.changes);
  return true;
}

async function keepChanges(client: Queryable, { shop, id }: WhatIfKey, changes: Looked["changes"]): Promise<void> {
  const rows = changes.map(({ before, after, ...change }) => ({ ...change, before: before.toString(), after: after.toString() }));
  await client.query({
    name: "keep_what_if_orders",
    text: `insert into what_if_order (shop, what_if_id, order_id, code_id, creator_id, program_id, order_at, currency, before, after)
      select $1, $2, c."orderId", c."codeId", c."creatorId", c."programId", c."orderAt", c.currency, c.before, c.after
      from json_to_recordset($3::json) as c("orderId" text, "codeId" text, "creatorId" text, "programId" text, "orderAt" timestamptz, currency text, before bigint, after bigint)
      on conflict (shop, what_if_id, order_id, code_id, creator_id, program_id) do update set before = excluded.before, after = excluded.after, currency = excluded.currency`,
    values: [shop, id, JSON.stringify(rows)],
  });
}

/** Lets go of it for now: whoever comes next goes on. */
export async function releaseWhatIf({ shop, id, lease }: ClaimedWhatIf): Promise<void> {
  await pool().query(`update what_if set lease_at = null, holder = null where shop = $1 and id = $2 and state = 'running' and lease_at = $3`, [shop, id, lease]);
}

/** `problem` is a domain/problem.ts text. */
export async function failWhatIf({ shop, id, lease }: ClaimedWhatIf, problem: string, at: Date): Promise<void> {
  await pool().query(`update what_if set state = 'failed', problem = $4, done_at = $5, lease_at = null where shop = $1 and id = $2 and state = 'running' and lease_at = $3`, [shop, id, lease, problem, at]);
}

export async function stateOfWhatIf({ shop, id }: WhatIfKey): Promise<WhatIfState | null> {
  const found = await pool().query<{ state: WhatIfState }>("select state from what_if where shop = $1 and id = $2", [shop, id]);
  return found.rows[0]?.state ?? null;
}

/** Stops one that waits or runs; what it found so far is kept. Says whether there was one. */
export async function stopWhatIf({ shop, id }: WhatIfKey): Promise<boolean> {
  const stopped = await pool().query(`update what_if set state = 'stopped', lease_at = null where shop = $1 and id = $2 and state in ('waiting', 'running')`, [shop, id]);
  return stopped.rowCount === 1;
}

/** Lets one that was stopped go on where it was. */
export async function resumeWhatIf({ shop, id }: WhatIfKey): Promise<boolean> {
  const again = await pool().query(`update what_if set state = 'waiting' where shop = $1 and id = $2 and state = 'stopped'`, [shop, id]);
  return again.rowCount === 1;
}

/** Begins one anew that was not applied, from its first order. */
export async function restartWhatIf(client: Queryable, { shop, id }: WhatIfKey): Promise<boolean> {
  const again = await client.query(
    `update what_if set state = 'waiting', cursor = null, total = 0, done = 0, summary = null, problem = null, read_at = null, done_at = null, lease_at = null
     where shop = $1 and id = $2 and state in ('done', 'stopped', 'failed')`,
    [shop, id],
  );
  if (again.rowCount === 0) return false;
  await client.query("delete from what_if_order where shop = $1 and what_if_id = $2", [shop, id]);
  return true;
}
