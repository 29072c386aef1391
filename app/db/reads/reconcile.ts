// What the page of reconciliations shows, and what its command prints.
import { pool } from "../../db.server.ts";
import type { Paged } from "../../domain/pages.ts";
import { CAUSE_NAMES, CAUSES, FETCHED, type Cause } from "../../domain/reconcile.ts";
import type { CauseGroup, DifferenceRow, Reconciliation, RunHead, RunSums } from "../../domain/reconcile-page.ts";
import { countsOf, noSums, type Sums } from "../../domain/reconcile-sums.ts";
import { daysOf } from "../../domain/what-if-form.ts";
import type { WorkRow } from "../../domain/worklist-page.ts";
import { iso, pageOrLast, pagesOf } from "./sold.ts";
import { workOf } from "./worklist.ts";
import { actionKey, conversionKey } from "./worklist-rows.ts";

const RUNS_PAGE_SIZE = 10;
const PAGE_SIZE = 25;
const FIRST_ROWS = 5;
/** What the networks were read to hold so long before is said to be old. */
const OLD_MS = 2 * 3_600_000;

type RawRun = { id: string; from_at: Date; to_at: Date; state: RunHead["state"]; stage: RunHead["stage"]; problem: string | null; total: number; done: number; who: string; created_at: Date; begun_at: Date | null; done_at: Date | null; summary: Partial<Sums>; timezone: string };

const HEAD = `r.id, r.from_at, r.to_at, r.state, r.stage, r.problem, r.total, r.done, r.who, r.created_at, r.begun_at, r.done_at, coalesce(nullif(s.timezone, ''), 'UTC') as timezone`;
const FROM = `reconciliation r left join shop s on s.shop = r.shop`;

function headOf(row: RawRun): RunHead {
  const { id, state, stage, problem, total, done, who } = row;
  const days = daysOf({ fromAt: row.from_at, toAt: row.to_at }, row.timezone);
  return { id, ...days, until: row.to_at.toISOString(), state, stage, problem, total, done, who, createdAt: row.created_at.toISOString(), doneAt: iso(row.done_at), counts: countsOf({ causes: row.summary.causes ?? {} }) };
}

/** One page of the shop's reconciliations, the newest first. */
export function listReconciliations(shop: string, asked: number): Promise<Paged<RunHead>> {
  return pageOrLast(asked, async (page) => {
    const { rows } = await pool().query<RawRun & { all: number }>(
      `select ${HEAD}, jsonb_build_object('causes', coalesce(r.summary -> 'causes', '{}')) as summary, (count(*) over ())::int as all from ${FROM} where r.shop = $1 order by r.created_at desc, r.id limit ${RUNS_PAGE_SIZE} offset $2`,
      [shop, (page - 1) * RUNS_PAGE_SIZE],
    );
    const all = rows[0]?.all ?? 0;
    return { rows: rows.map(headOf), total: all, page, pages: pagesOf(all, RUNS_PAGE_SIZE) };
  });
}

export type ReconciliationQuery = { id: string; cause: string; page: number };

/** One reconciliation; `id` "": the newest. null: the shop has none of this id. `cause`: only differences of this one, by page; else the first of each. */
export async function readReconciliation(shop: string, { id, cause, page }: ReconciliationQuery, now: Date): Promise<Reconciliation | null> {
  const { rows } = await pool().query<RawRun>(`select ${HEAD}, r.summary from ${FROM} where r.shop = $1 and ($2 = '' or r.id = $2) order by r.created_at desc, r.id limit 1`, [shop, id]);
  const [row] = rows;
  if (!row) return null;
  const shown = CAUSE_NAMES.filter((one) => cause === "" || one === cause).filter((one) => (row.summary.causes?.[one] ?? 0) > 0);
  const groups: CauseGroup[] = [];
  for (const one of shown) groups.push({ cause: one, ...(await differencesOf(shop, row, one, cause === one ? page : 1, cause === one ? PAGE_SIZE : FIRST_ROWS, now)) });
  return { ...headOf(row), sums: row.summary.store === undefined ? null : await withNames(shop, { ...noSums(), ...row.summary }, row), groups, cause };
}

async function withNames(shop: string, sums: Sums, { done_at }: RawRun): Promise<RunSums> {
  const { rows } = await pool().query<{ id: string; name: string; network: string }>("select id, name, network from program where shop = $1", [shop]);
  const named = new Map(rows.map((row) => [row.id, row]));
  const nameOf = (id: string) => named.get(id)?.name || id;
  const programs = sums.programs.map((one) => ({ ...one, program: nameOf(one.programId), network: named.get(one.programId)?.network ?? "none" }));
  programs.sort((a, b) => b.credited.count - a.credited.count || a.program.localeCompare(b.program) || a.currency.localeCompare(b.currency));
  const endMs = done_at?.getTime() ?? 0;
  const reads = (sums.reads ?? []).map(({ programId, readAt, ...rest }) => ({ ...rest, readAt, program: nameOf(programId), isOld: readAt === null || endMs - Date.parse(readAt) > OLD_MS }));
  return { ...sums, programs, reads };
}

type RawDifference = {
  id: string; cause: Cause; order_id: string; order_name: string; order_at: Date | null; n: number | null; program_id: string | null; action_id: string | null; currency: string | null; here: string | null; there: string | null;
  detail: DifferenceRow["detail"]; program: string | null; creator: DifferenceRow["creator"]; known: boolean; asked: boolean; deleted: boolean; fetched: boolean; all: number;
};

const DIFFERENCE = `d.id::text, d.cause, d.order_id, d.order_name, d.order_at, d.n, d.program_id, d.action_id, d.currency, d.here::text, d.there::text, d.detail, coalesce(nullif(g.name, ''), d.program_id) as program,
  case when c.id is not null then jsonb_build_object('id', c.id, 'name', c.name) end as creator, o.shop is not null as known, o.fetch_at is not null as asked, o.deleted_at is not null as deleted,
  exists (select from delivery w where w.shop = d.shop and w.order_id = d.order_id and w.topic = 'fetch' and w.state = 'done' and w.received_at >= r.created_at) as fetched`;
const DIFFERENCES = `reconciliation_difference d join reconciliation r on r.shop = d.shop and r.id = d.reconciliation_id left join program g on g.shop = d.shop and g.id = d.program_id
  left join creator c on c.shop = d.shop and c.id = d.creator_id left join order_state o on o.shop = d.shop and o.order_id = d.order_id`;

/** A page of the differences of a cause, with what became of each since. */
function differencesOf(shop: string, run: Pick<RawRun, "id">, cause: Cause, asked: number, size: number, now: Date): Promise<Paged<DifferenceRow>> {
  return pageOrLast(asked, async (page) => {
    const { rows } = await pool().query<RawDifference>(
      `select ${DIFFERENCE}, (count(*) over ())::int as all from ${DIFFERENCES} where d.shop = $1 and d.reconciliation_id = $2 and d.cause = $3 order by d.id limit $4 offset $5`,
      [shop, run.id, cause, size, (page - 1) * size],
    );
    const total = rows[0]?.all ?? 0;
    const isWork = CAUSES[cause].repair === "worklist";
    const work = isWork ? await workOf(shop, rows.map((row) => ({ conversion: row.n === null ? null : `${row.order_id}/${row.n}`, action: row.action_id === null ? null : `${row.program_id}/${row.action_id}` })), now) : [];
    return { rows: rows.map((row) => differenceRow(row, isWork ? (work.find((one) => isOf(one, row)) ?? null) : null)), total, page, pages: pagesOf(total, size) };
  });
}

function isOf({ key }: WorkRow, row: RawDifference): boolean {
  const ofConversion = row.cause === "not_taken" || row.cause === "locked";
  return ofConversion ? key === conversionKey(row.order_id, row.n ?? 0) : key === actionKey(row.program_id ?? "", row.action_id ?? "");
}

function differenceRow(row: RawDifference, work: WorkRow | null): DifferenceRow {
  const { id, cause, currency, here, there, detail, program, creator } = row;
  const order = row.order_id !== "" && row.known ? { id: row.order_id, name: row.order_name } : null;
  return { id, cause, order, orderRef: row.order_name || row.order_id, orderAt: iso(row.order_at), program, creator, actionId: row.action_id, currency, here, there, detail, live: liveOf(row, work), work };
}

function liveOf(row: RawDifference, work: WorkRow | null): DifferenceRow["live"] {
  const { repair } = CAUSES[row.cause];
  if (FETCHED.includes(row.cause) || repair === "deleted") {
    if (row.deleted) return "mended";
    return row.asked ? "asked" : row.fetched ? "mended" : null;
  }
  if (repair !== "worklist") return null;
  if (work === null || work.group === "accepted") return "mended";
  return work.group === "under_way" ? "under_way" : null;
}

/** All differences of a run in pages by their id, for its file and its command. */
export async function* allDifferences(shop: string, id: string, size = 500): AsyncGenerator<DifferenceRow[]> {
  for (let after = "0"; ; ) {
    const { rows } = await pool().query<RawDifference>(`select ${DIFFERENCE}, 0 as all from ${DIFFERENCES} where d.shop = $1 and d.reconciliation_id = $2 and d.id > $3 order by d.id limit $4`, [shop, id, after, size]);
    if (rows.length > 0) yield rows.map((row) => differenceRow(row, null));
    if (rows.length < size) return;
    after = rows.at(-1)!.id;
  }
}
