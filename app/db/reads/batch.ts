// What the pages of runs show.
import { pool } from "../../db.server.ts";
import { NO_ROWS, type BatchState, type Progress, type RowState } from "../../domain/code-batch.ts";
import type { Paged } from "../../domain/pages.ts";
import type { RunHead, RunRow, RunUnderWay } from "../../domain/run-page.ts";
import { iso, likePattern, pageOrLast, pagesOf } from "./sold.ts";

const RUNS_A_PAGE = 25;
const ROWS_A_PAGE = 50;
/** The pace is that of the last minute. */
const PACE_MS = 60_000;

type Raw = {
  id: string; deal_id: string; deal: string | null; state: BatchState; problem: string | null; total: number; who: string; created_at: Date; started_at: Date | null; done_at: Date | null;
  rows: Partial<Record<RowState, number>> | null; placed: Placed | null; all: number;
};
type Placed = { inStore: number; asked: number; refused: number; forNetwork: number; inNetwork: number; lately: number; since: string | null };

const HEAD = `b.id, b.deal_id, d.name as deal, b.state, b.problem, b.total, b.who, b.created_at, b.started_at, b.done_at,
  (select jsonb_object_agg(s.state, s.n) from (select r.state, count(*)::int as n from code_batch_row r where r.shop = b.shop and r.batch_id = b.id group by r.state) s) as rows`;
/** `$2` is an instant a while ago: what was asked for since then, and is there, makes the pace. */
const PLACED = `(select jsonb_build_object('inStore', count(*) filter (where p.target = 'store' and p.state in ('live', 'leaving', 'expired')), 'asked', count(*) filter (where p.target = 'store' and p.state = 'asked'), 'refused', count(*) filter (where p.target = 'store' and p.state = 'refused'),
      'forNetwork', count(*) filter (where p.target <> 'store' and p.holder = 'partner'), 'inNetwork', count(*) filter (where p.target <> 'store' and p.holder = 'partner' and p.state = 'live'),
      'lately', count(*) filter (where p.target = 'store' and p.state = 'live' and p.asked_at >= $2), 'since', min(p.asked_at) filter (where p.target = 'store' and p.state = 'live' and p.asked_at >= $2))
    from code c join code_placement p on p.shop = c.shop and p.code_id = c.id where c.shop = b.shop and c.batch_id = b.id)`;
const FROM = "code_batch b left join deal d on d.shop = b.shop and d.id = b.deal_id";

function headOf(row: Raw, now: Date): RunHead {
  const counts = { ...NO_ROWS, ...row.rows };
  const { lately, since, ...placed } = row.placed ?? { inStore: row.state === "done" ? counts.made : 0, asked: 0, refused: 0, forNetwork: 0, inNetwork: 0, lately: 0, since: null };
  const progress: Progress = { total: row.total, rows: counts, ...placed };
  return {
    id: row.id, deal: { id: row.deal_id, name: row.deal ?? row.deal_id }, state: row.state, problem: row.problem, who: row.who, createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at), doneAt: iso(row.done_at), progress, perSecond: row.state === "checking" ? perSecond(progress.total - counts.new, row.created_at, now) : since === null ? null : perSecond(lately, new Date(since), now),
  };
}

function perSecond(count: number, since: Date, now: Date): number | null {
  return count === 0 ? null : count / (Math.max(1_000, now.getTime() - since.getTime()) / 1_000);
}

function ago(now: Date): Date {
  return new Date(now.getTime() - PACE_MS);
}

/** One page of the shop's runs, the newest first. */
export function listRuns(shop: string, asked: number, now: Date): Promise<Paged<RunHead>> {
  return pageOrLast(asked, async (page) => {
    const { rows } = await pool().query<Raw>(
      // Of a run that is done it is known where its codes went: only those under way are counted.
      `select ${HEAD}, case when b.state in ('running', 'stopped') then ${PLACED} end as placed, b.all from (select *, (count(*) over ())::int as all from code_batch where shop = $1 order by created_at desc, id limit ${RUNS_A_PAGE} offset $3) b
       left join deal d on d.shop = b.shop and d.id = b.deal_id order by b.created_at desc, b.id`,
      [shop, ago(now), (page - 1) * RUNS_A_PAGE],
    );
    const total = rows[0]?.all ?? 0;
    return { rows: rows.map((row) => headOf(row, now)), total, page, pages: pagesOf(total, RUNS_A_PAGE) };
  });
}

/** One run; null where the shop has none of this id. */
export async function readRun(shop: string, id: string, now: Date): Promise<RunHead | null> {
  const { rows } = await pool().query<Raw>(`select ${HEAD}, ${PLACED} as placed, 1 as all from ${FROM} where b.shop = $1 and b.id = $3`, [shop, ago(now), id]);
  return rows[0] ? headOf(rows[0], now) : null;
}

/** The run that is under way; null where none is. */
export async function runUnderWay(shop: string, now: Date): Promise<RunUnderWay | null> {
  const { rows } = await pool().query<{ id: string; others: number }>(
    "select id, (count(*) over () - 1)::int as others from code_batch where shop = $1 and state in ('checking', 'running') order by coalesce(started_at, created_at) desc, id limit 1",
    [shop],
  );
  const one = rows[0] ? await readRun(shop, rows[0].id, now) : null;
  if (one === null) return null;
  const { id, state, progress, perSecond, deal } = one;
  return { id, state, progress, perSecond, deal: deal.name, others: rows[0]!.others, hindered: one.problem !== null || (await isHindered(shop, id)) };
}

async function isHindered(shop: string, id: string): Promise<boolean> {
  const { rowCount } = await pool().query(
    "select 1 from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store' where c.shop = $1 and c.batch_id = $2 and p.state in ('waiting', 'asked') and p.problem is not null limit 1",
    [shop, id],
  );
  return rowCount === 1;
}

/** What a view of the rows holds. */
export const ROW_VIEWS = { all: "true", open: "r.state in ('failed', 'blocked')", failed: "r.state = 'failed'", blocked: "r.state = 'blocked'", noted: "r.state = 'checked' and r.findings <> '[]'::jsonb", skipped: "r.state = 'skipped'" } as const;
export type RowView = keyof typeof ROW_VIEWS;

type RawRow = Omit<RunRow, "creator" | "startsAt" | "endsAt"> & { creatorId: string | null; creatorName: string | null; startsAt: Date | null; endsAt: Date | null; all: number };

/** One page of a run's rows. `q`: part of a code or of a creator's name. */
export function runRows(shop: string, id: string, { view, q, page: asked }: { view: RowView; q: string; page: number }): Promise<Paged<RunRow>> {
  return pageOrLast(asked, async (page) => {
    const { rows } = await pool().query<RawRow>(
      `with paged as (select r.*, k.name as creator_name, (count(*) over ())::int as all from code_batch_row r left join creator k on k.shop = r.shop and k.id = r.creator_id
         where r.shop = $1 and r.batch_id = $2 and ${ROW_VIEWS[view]} and ($3 = '' or r.code ilike $3 or k.name ilike $3) order by r.n limit ${ROWS_A_PAGE} offset $4)
       select r.n, r.file_row as "fileRow", r.code, r.code_id as "codeId", r.creator_id as "creatorId", r.creator_name as "creatorName", r.starts_at as "startsAt", r.ends_at as "endsAt",
         r.state, r.findings, coalesce(r.problem, s.problem) as problem, s.state as store, (select jsonb_build_object('state', p.state, 'problem', p.problem) from code_placement p
           where p.shop = r.shop and p.code_id = r.code_id and p.target <> 'store' and p.holder = 'partner' limit 1) as network, r.all
       from paged r left join code_placement s on s.shop = r.shop and s.code_id = r.code_id and s.target = 'store' order by r.n`,
      [shop, id, q === "" ? "" : likePattern(q), (page - 1) * ROWS_A_PAGE],
    );
    const total = rows[0]?.all ?? 0;
    return { rows: rows.map(rowOf), total, page, pages: pagesOf(total, ROWS_A_PAGE) };
  });
}

function rowOf({ creatorId, creatorName, startsAt, endsAt, all: _all, ...row }: RawRow): RunRow {
  return { ...row, creator: creatorId === null ? null : { id: creatorId, name: creatorName ?? creatorId }, startsAt: iso(startsAt), endsAt: iso(endsAt) };
}
