// What the pages show of what differs: the list, what concerns one deal or one code, and how many there are.
import { pool } from "../../db.server.ts";
import { choicesOf, type DriftFacts } from "../../domain/drift.ts";
import type { DriftCounts, DriftRow, InventoryState } from "../../domain/drift-page.ts";
import type { Paged } from "../../domain/pages.ts";
import { iso, likePattern, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 25;
const MOST_ON_A_PAGE = 20;

export type DriftQuery = { view: string; q: string; sort: string; page: number };

const VIEWS: Record<string, string> = {
  open: "x.closed_at is null and x.how is null",
  under_way: "x.closed_at is null and x.how = 'ours'",
  left: "x.how = 'left'",
  settled: "x.closed_at is not null and x.how is distinct from 'left'",
  all: "x.closed_at is null",
};

const SORTS: Record<string, string> = { oldest: "x.found_at, x.id", newest: "x.found_at desc, x.id desc", deal: "lower(d.name) nulls last, c.key, x.id" };

type Raw = {
  id: string;
  about: DriftRow["about"];
  about_id: string;
  target: string;
  kind: string;
  ours: DriftFacts | null;
  theirs: DriftFacts | null;
  found_at: Date;
  closed_at: Date | null;
  how: string | null;
  who: string | null;
  problem: string | null;
  deal_id: string | null;
  deal_name: string | null;
  code_id: string | null;
  code: string | null;
  creator_id: string | null;
  creator_name: string | null;
  program: string | null;
  total: number;
};

const SELECT = `select x.id::text as id, x.about, x.about_id, x.target, x.kind, x.ours, x.theirs, x.found_at, x.closed_at, x.how, x.who, x.problem,
    d.id as deal_id, d.name as deal_name, c.id as code_id, c.code, r.id as creator_id, r.name as creator_name, coalesce(g.name, x.theirs ->> 'program') as program, (count(*) over ())::int as total
  from drift x
  left join code c on x.about = 'code' and c.shop = x.shop and c.id = x.about_id
  left join deal d on d.shop = x.shop and d.id = case x.about when 'deal' then x.about_id when 'code' then c.deal_id end
  left join lateral (select creator_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
  left join creator r on r.shop = c.shop and r.id = t.creator_id
  left join program g on g.shop = x.shop and g.id = x.target`;

/** One page of what differs; open ones, the oldest first, unless asked otherwise. */
export function listDrifts(shop: string, query: DriftQuery): Promise<Paged<DriftRow>> {
  return pageOrLast(query.page, (page) => driftsAt(shop, query, page));
}

async function driftsAt(shop: string, query: DriftQuery, page: number): Promise<Paged<DriftRow>> {
  const { rows } = await pool().query<Raw>(
    `${SELECT} where x.shop = $1 and (${VIEWS[query.view] ?? VIEWS.open!}) and ($2 = '' or d.name ilike $3 or c.code ilike $3 or r.name ilike $3 or x.theirs ->> 'code' ilike $3)
     order by ${SORTS[query.sort] ?? SORTS.oldest!} limit ${PAGE_SIZE} offset $4`,
    [shop, query.q, likePattern(query.q), (page - 1) * PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(driftRow), total, page, pages: pagesOf(total, PAGE_SIZE) };
}

/** What is open about a deal and its codes, the oldest first, and how many there are in all. */
export async function driftsOfDeal(shop: string, dealId: string): Promise<{ rows: DriftRow[]; total: number }> {
  const { rows } = await pool().query<Raw>(`${SELECT} where x.shop = $1 and x.closed_at is null and d.id = $2 order by x.about = 'code', x.found_at, x.id limit ${MOST_ON_A_PAGE}`, [shop, dealId]);
  return { rows: rows.map(driftRow), total: rows[0]?.total ?? 0 };
}

export async function driftsOfCode(shop: string, codeId: string): Promise<DriftRow[]> {
  const { rows } = await pool().query<Raw>(`${SELECT} where x.shop = $1 and x.closed_at is null and x.about = 'code' and x.about_id = $2 order by x.found_at, x.id limit ${MOST_ON_A_PAGE}`, [shop, codeId]);
  return rows.map(driftRow);
}

export async function countDrifts(shop: string): Promise<DriftCounts> {
  const count = (view: string) => `(count(*) filter (where ${VIEWS[view]!}))::int as ${view}`;
  const { rows } = await pool().query<DriftCounts>(`select ${["open", "under_way", "left", "settled"].map(count).join(", ")} from drift x where x.shop = $1`, [shop]);
  return rows[0]!;
}

/** How far the inventory is. */
export async function inventoryState(shop: string): Promise<InventoryState> {
  const { rows } = await pool().query<{ reading: boolean; seen: number; done_at: Date | null; waiting: number; problem: string | null }>(
    `select coalesce(w.begun_at is not null or w.wanted_at is not null or w.shop is null, true) as reading, coalesce(w.seen, 0) as seen, w.done_at, w.problem,
            (select count(*)::int from store_discount s where s.shop = $1 and (s.look_at is not null or s.codes_from is not null)) as waiting
     from (select 1) one left join store_sweep w on w.shop = $1`,
    [shop],
  );
  const [row] = rows;
  return { reading: row!.reading, seen: row!.seen, doneAt: iso(row!.done_at), waiting: row!.waiting, problem: row!.problem };
}

function driftRow(row: Raw): DriftRow {
  return {
    id: row.id,
    about: row.about,
    aboutId: row.about_id,
    inStore: row.target === "store",
    kind: row.kind,
    ours: row.ours,
    theirs: row.theirs,
    foundAt: row.found_at.toISOString(),
    closedAt: iso(row.closed_at),
    how: row.how,
    who: row.who,
    problem: row.problem,
    choices: choicesOf(row),
    deal: row.deal_id === null ? null : { id: row.deal_id, name: row.deal_name ?? "" },
    code: row.code_id === null ? null : { id: row.code_id, code: row.code ?? "" },
    creator: row.creator_id === null ? null : { id: row.creator_id, name: row.creator_name ?? "" },
    program: row.program,
  };
}
