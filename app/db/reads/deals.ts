// What the pages Deals and Deal show. Everything here is scoped by shop; times come in as arguments.
import { pool } from "../../db.server.ts";
import type { DealTerms } from "../../domain/deal.ts";
import type { SeenInStore } from "../../domain/deal-seen.ts";
import type { DealDetail, DealRow, LogLine, Mark, Paged, Phase, ProgramMark } from "../../domain/pages.ts";
import { SEEN_JOIN, STORE_READ_AT, STORE_SEEN } from "./deal-seen.ts";
import { iso, likePattern, NOTHING_SOLD, pageOrLast, pagesOf, soldByDeal } from "./sold.ts";

const PAGE_SIZE = 25;

export type DealQuery = { view: string; q: string; sort: string; page: number; now: Date };

type RawDeal = {
  id: string;
  name: string;
  terms: DealTerms;
  starts_at: Date;
  ends_at: Date | null;
  paused_at: Date | null;
  store_state: string;
  store_problem: string | null;
  store_read_at: Date | null;
  networks: DealDetail["networks"];
  codes: number;
  total: number;
};

// A deal needs a hand where the store or a network refused it or lost it.
const NEEDS_HAND = `(d.store_state in ('refused', 'missing') or exists (select 1 from deal_placement p
  where p.shop = d.shop and p.deal_id = d.id and p.state in ('refused', 'missing')))`;

const VIEWS: Record<string, string> = {
  all: "true",
  attention: NEEDS_HAND,
  active: "d.paused_at is null and d.starts_at <= $2 and (d.ends_at is null or d.ends_at > $2)",
  scheduled: "d.paused_at is null and d.starts_at > $2 and (d.ends_at is null or d.ends_at > $2)",
  paused: "d.paused_at is not null and (d.ends_at is null or d.ends_at > $2)",
  ended: "d.ends_at is not null and d.ends_at <= $2",
};

const SORTS: Record<string, string> = {
  newest: "d.created_at desc, d.id",
  name: "lower(d.name), d.id",
  ends: "d.ends_at asc nulls last, d.id",
};

const NETWORKS = `coalesce((select jsonb_agg(jsonb_build_object('programId', p.program_id, 'programName', g.name, 'state', p.state, 'problem', p.problem, 'readAt', p.read_at, 'version', p.version,
    'seen', case when p.seen is null then null else jsonb_build_object('name', p.seen->'name', 'state', p.seen->'state', 'startsAt', p.seen->'startsAt', 'endsAt', p.seen->'endsAt') end) order by g.name)
  from deal_placement p join program g on g.shop = p.shop and g.id = p.program_id where p.shop = d.shop and p.deal_id = d.id), '[]')`;

// In force, or to be: of a code and the one that takes its place, one counts.
const CODES = "(select count(*)::int from code c where c.shop = d.shop and c.deal_id = d.id and c.retired_at is null and c.paused_at is null and c.replaced_by is null)";

/** One page of the shop's deals, filtered and sorted. `$2` is now, which decides what is scheduled, active and ended. */
export function listDeals(shop: string, query: DealQuery): Promise<Paged<DealRow>> {
  return pageOrLast(query.page, (page) => dealsAt(shop, query, page));
}

async function dealsAt(shop: string, query: DealQuery, page: number): Promise<Paged<DealRow>> {
  const { rows } = await pool().query<RawDeal>(
    `select d.id, d.name, d.terms, d.starts_at, d.ends_at, d.paused_at, d.store_state, d.store_problem, d.store_read_at,
            ${NETWORKS} as networks, ${CODES} as codes, (count(*) over ())::int as total
       from deal d
      where d.shop = $1 and $2::timestamptz is not null and (${VIEWS[query.view] ?? "true"})
        and ($3 = '' or d.name ilike $4 or d.id in (select c.deal_id from code c where c.shop = $1 and $3 <> '' and c.code ilike $4))
      order by ${SORTS[query.sort] ?? SORTS["newest"]} limit ${PAGE_SIZE} offset $5`,
    [shop, query.now, query.q, likePattern(query.q), (page - 1) * PAGE_SIZE],
  );
  const sold = await soldByDeal(shop, rows.map((row) => row.id));
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map((row) => ({ ...dealRow(row, query.now), sold: sold.get(row.id) ?? NOTHING_SOLD })), total, page, pages: pagesOf(total, PAGE_SIZE) };
}

export type DealCounts = { all: number; active: number; wrong: number };

/** How many deals the shop has at all (so that an empty shop is told from an empty filter), run now, and need a hand. */
export async function countDeals(shop: string, now: Date): Promise<DealCounts> {
  const { rows } = await pool().query<DealCounts>(
    `select count(*)::int as all, (count(*) filter (where ${VIEWS["active"]}))::int as active, (count(*) filter (where ${VIEWS["attention"]}))::int as wrong from deal d where d.shop = $1 and $2::timestamptz is not null`,
    [shop, now],
  );
  return rows[0] ?? { all: 0, active: 0, wrong: 0 };
}

type RawDetail = RawDeal & {
  version: number;
  store_id: string | null;
  store_version: number;
  store_seen: SeenInStore | null;
  adopted: boolean;
  reserve_code: string | null;
  parent_id: string | null;
  parent_name: string | null;
  created_at: Date;
  program_id: string | null;
  program_name: string | null;
  program_network: string | null;
};

/** One deal with its program; null where the shop has no such deal. */
export async function readDeal(shop: string, id: string, now: Date): Promise<DealDetail | null> {
  const { rows } = await pool().query<RawDetail>(
    `select d.id, d.name, d.terms, d.starts_at, d.ends_at, d.paused_at, d.store_state, d.store_problem, ${STORE_READ_AT} as store_read_at, d.version, d.store_id, d.store_version, ${STORE_SEEN} as store_seen, d.adopted, d.reserve_code,
            d.parent_id, p.name as parent_name, d.created_at, d.program_id, g.name as program_name, g.network as program_network, ${NETWORKS} as networks, ${CODES} as codes, 1 as total
       from deal d left join program g on g.shop = d.shop and g.id = d.program_id
       left join deal p on p.shop = d.shop and p.id = d.parent_id
       ${SEEN_JOIN}
      where d.shop = $1 and d.id = $2`,
    [shop, id],
  );
  const row = rows[0];
  if (!row) return null;
  const sold = await soldByDeal(shop, [id]);
  return {
    ...dealRow(row, now),
    networks: row.networks.map((mark) => inItsDates(mark, now)),
    reserveCode: row.reserve_code,
    sold: sold.get(id) ?? NOTHING_SOLD,
    version: row.version,
    pausedAt: iso(row.paused_at),
    storeId: row.store_id,
    storeVersion: row.store_version,
    seen: row.store_seen,
    adopted: row.adopted,
    parent: row.parent_id === null ? null : { id: row.parent_id, name: row.parent_name ?? "" },
    createdAt: row.created_at.toISOString(),
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "", network: row.program_network ?? "none" },
  };
}

/** What people did with a deal beside editing it (reads/deal-edits.ts), newest first. */
export async function historyOfDeal(shop: string, deal: { id: string; name: string }): Promise<LogLine[]> {
  const { rows } = await pool().query<{ id: string; at: Date; who: string; what: string; detail: Record<string, unknown> }>(
    `select id::text as id, at, who, what, detail from shop_log
      where shop = $1 and what not like 'deal.%' and (detail->>'dealId' = $2 or (what = 'codes.given' and detail->>'deal' = $3)) order by shop_log.id desc limit 50`,
    [shop, deal.id, deal.name],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** The programs a deal can belong to. */
export async function programChoices(shop: string): Promise<{ id: string; name: string; kind: string; network: string }[]> {
  const { rows } = await pool().query<{ id: string; name: string; kind: string; network: string }>(
    "select id, name, kind, network from program where shop = $1 and state = 'active' order by network = 'none', kind = 'creator' desc, lower(name), id",
    [shop],
  );
  return rows;
}

type CodeMark = { target: string; programName: string | null; state: string; problem: string | null; readAt: string | null };

/** The placements of a code, told apart: the store's mark, and one per program. */
export function splitMarks(marks: CodeMark[]): { store: Mark | null; networks: ProgramMark[] } {
  const store = marks.find((mark) => mark.target === "store");
  const networks = marks.filter((mark) => mark.target !== "store");
  return {
    store: store ? { state: store.state, problem: store.problem, readAt: store.readAt } : null,
    networks: networks.map(({ target, programName, state, problem, readAt }) => ({ programId: target, programName: programName ?? "", state, problem, readAt })),
  };
}

export function phaseAt(startsAt: Date, endsAt: Date | null, now: Date, pausedAt: Date | null = null): Phase {
  if (endsAt !== null && endsAt <= now) return "ended";
  if (pausedAt !== null) return "paused";
  return startsAt > now ? "scheduled" : "active";
}

/** A deal that is there but does not run: it is to come in the network, or is over there. */
function inItsDates<NetworkMark extends DealDetail["networks"][number]>(mark: NetworkMark, now: Date): NetworkMark {
  const { state, seen } = mark;
  if (state !== "live" || seen === null) return mark;
  if (seen.state === "expired" || (seen.endsAt !== null && new Date(seen.endsAt) <= now)) return { ...mark, state: "ended" };
  return seen.startsAt !== null && new Date(seen.startsAt) > now ? { ...mark, state: "scheduled" } : mark;
}

function dealRow(row: RawDeal, now: Date): Omit<DealRow, "sold"> {
  return {
    id: row.id,
    name: row.name,
    terms: row.terms,
    startsAt: row.starts_at.toISOString(),
    endsAt: iso(row.ends_at),
    phase: phaseAt(row.starts_at, row.ends_at, now, row.paused_at),
    store: { state: row.store_state, problem: row.store_problem, readAt: iso(row.store_read_at) },
    networks: row.networks.map((mark) => inItsDates(mark, now)),
    codes: row.codes,
  };
}
