// The list of codes, each with its life: what a person wants of it, and what store and networks were last read to have.
import { pool } from "../../db.server.ts";
import { codeLife, type SideIn } from "../../domain/code-life.ts";
import { contractEndOf } from "../../domain/contract.ts";
import type { CodeRow, Mark, Paged } from "../../domain/pages.ts";
import { ASTIR_CODES, CONTRACT_END, countSql, MOST_LISTED, NEWEST_TERM, OUT, PAGE_SIZE, pageSql } from "./code-choice.ts";
import { iso, likePattern, NOTHING_SOLD, pageOrLast, pagesOf, soldByCode } from "./sold.ts";

/** `refusedIn`: only codes that are refused by, or missing in, this program's network, though they are to be live there. */
export type CodeQuery = { view: string; q: string; codeId?: string; refusedIn?: string; creatorId: string; dealId: string; sort: string; page: number; now: Date };

type RawSide = SideIn & { name: string | null };
type RawCode = {
  id: string;
  code: string;
  match: string;
  creator_id: string | null;
  creator_name: string | null;
  deal_id: string | null;
  deal_name: string | null;
  deal_starts_at: Date | null;
  deal_ends_at: Date | null;
  deal_paused_at: Date | null;
  program_id: string | null;
  program_name: string | null;
  program_network: string | null;
  credit_policy: string | null;
  starts_at: Date | null;
  ends_at: Date | null;
  created_at: Date;
  paused_at: Date | null;
  retired_at: Date | null;
  replaced_by: string | null;
  void_from: Date | null;
  void_reason: string | null;
  moving: boolean;
  sides: RawSide[];
  contract_end: Date | null;
};

const SIDES = `select coalesce(jsonb_agg(jsonb_build_object('target', p.target, 'name', pg.name, 'wanted', p.wanted, 'state', p.state, 'problem', p.problem, 'readAt', p.read_at, 'attempts', p.attempts,
      'nextAt', p.next_at, 'differs', p.differs) order by p.target <> 'store', pg.name), '[]') as sides
  from (select q.*, (q.state = 'live' and q.problem is not null)
          or exists (select 1 from drift x where x.shop = q.shop and x.about = 'code' and x.about_id = q.code_id and x.target = q.target and x.closed_at is null) as differs
        from code_placement q where q.shop = c.shop and q.code_id = c.id) p
  left join program pg on pg.shop = p.shop and pg.id = p.target`;

/** One page of the shop's codes; by default what is wrong comes first, then what is under way. */
export function listCodes(shop: string, query: CodeQuery): Promise<Paged<CodeRow>> {
  return pageOrLast(query.page, (page) => codesAt(shop, query, page));
}

async function codesAt(shop: string, query: CodeQuery, page: number): Promise<Paged<CodeRow>> {
  const { codeId = "", refusedIn = "" } = query;
  const choice = { view: query.view, sort: query.sort, q: query.q !== "", creator: query.creatorId !== "", deal: query.dealId !== "", code: codeId !== "", refusedIn: refusedIn !== "" };
  const asked = [shop, query.q, likePattern(query.q), query.creatorId, query.dealId, page * PAGE_SIZE, codeId, query.now, refusedIn];
  const [{ rows }, counted] = await Promise.all([
    pool().query<RawCode>(
      `with ${pageSql(choice)}
       select c.id, c.code, c.match, t.creator_id, r.name as creator_name, c.deal_id, d.name as deal_name, d.starts_at as deal_starts_at, d.ends_at as deal_ends_at, d.paused_at as deal_paused_at,
              t.program_id, g.name as program_name, g.network as program_network, t.credit_policy, t.starts_at, t.ends_at, c.created_at, c.paused_at, c.retired_at, c.replaced_by, c.void_from,
              c.void_reason, (c.deal_id is not null and c.discount_id is not null and c.discount_id is distinct from d.store_id) as moving, m.sides, k.contract_end
         from page join code c on c.shop = $1 and c.id = page.id
         left join lateral (${NEWEST_TERM}) t on true
         cross join lateral (select ${CONTRACT_END} as contract_end) k
         left join creator r on r.shop = c.shop and r.id = t.creator_id
         left join deal d on d.shop = c.shop and d.id = c.deal_id
         left join program g on g.shop = c.shop and g.id = t.program_id
         cross join lateral (${SIDES}) m
        order by page.place`,
      asked,
    ),
    pool().query<{ total: number }>(countSql(choice), asked),
  ]);
  const sold = await soldByCode(shop, rows.map((row) => row.id));
  const total = counted.rows[0]!.total;
  return { rows: rows.map((row) => ({ ...codeRow(row, query.now), sold: sold.get(row.id) ?? NOTHING_SOLD })), total, page, pages: pagesOf(total, PAGE_SIZE), more: total === MOST_LISTED };
}

function codeRow(row: RawCode, now: Date): Omit<CodeRow, "sold"> {
  const sides = row.sides.map((side) => ({ ...side, readAt: isoText(side.readAt), nextAt: isoText(side.nextAt) }));
  const life = codeLife(
    {
      match: row.match,
      retiredAt: iso(row.retired_at),
      pausedAt: iso(row.paused_at),
      replacedBy: row.replaced_by,
      startsAt: iso(row.starts_at),
      endsAt: iso(row.ends_at),
      voidFrom: iso(row.void_from),
      deal: row.deal_starts_at === null ? null : { startsAt: row.deal_starts_at.toISOString(), endsAt: iso(row.deal_ends_at), pausedAt: iso(row.deal_paused_at) },
      moving: row.moving,
      sides,
    },
    now.toISOString(),
  );
  const marks = life.sides.map((side, index) => ({ target: side.target, name: sides[index]!.name ?? "", mark: { state: side.word, problem: side.problem, readAt: side.readAt } satisfies Mark }));
  return {
    id: row.id,
    code: row.code,
    match: row.match,
    creator: row.creator_id === null ? null : { id: row.creator_id, name: row.creator_name ?? "" },
    deal: row.deal_id === null ? null : { id: row.deal_id, name: row.deal_name ?? "" },
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "", network: row.program_network ?? "none" },
    policy: row.credit_policy,
    startsAt: life.from,
    endsAt: life.until,
    createdAt: row.created_at.toISOString(),
    retiredAt: iso(row.retired_at),
    contract: row.retired_at !== null || ["ended", "retired", "replaced"].includes(life.state) ? null : contractEndOf(iso(row.contract_end), life.until, now.getTime()),
    voided: row.void_from === null ? null : { from: row.void_from.toISOString(), reason: row.void_reason ?? "" },
    life,
    store: marks.find((one) => one.target === "store")?.mark ?? null,
    networks: marks.filter((one) => one.target !== "store").map(({ target, name, mark }) => ({ programId: target, programName: name, ...mark })),
  };
}

/** JSON of the database writes instants with another precision and zone. */
function isoText(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}

/** `coming` of the `waiting`: to be live, and not yet; the rest is on its way out. `live`: what is to be live somewhere and needs no hand. */
export type CodeCounts = { all: number; wrong: number; waiting: number; coming: number; live: number; retired: number };

/** How many codes there are, and how many of them need a hand or are still under way. */
export async function countCodes(shop: string): Promise<CodeCounts> {
  const { rows } = await pool().query<CodeCounts>(
    `with ${ASTIR_CODES}, s as (select f.wrong, f.open, f.coming, exists (select from code_placement q where q.shop = $1 and q.code_id = c.id and q.wanted = 'live') as wanted from f join code c on c.shop = $1 and c.id = f.code_id)
     select (select count(*)::int from code where shop = $1) as all,
            (select count(*) from code where shop = $1 and retired_at is not null)::int + (select count(*) from code c where c.shop = $1 and c.retired_at is null and c.replaced_by is not null and ${OUT})::int as retired,
            (select count(*) from s where wrong)::int as wrong, (select count(*) from s where open and not wrong)::int as waiting, (select count(*) from s where coming and not wrong)::int as coming,
            (select count(*) from (select distinct code_id from code_placement where shop = $1 and wanted = 'live') w)::int - (select count(*) from s where wanted and wrong)::int as live`,
    [shop],
  );
  return rows[0] ?? { all: 0, wrong: 0, waiting: 0, coming: 0, live: 0, retired: 0 };
}
