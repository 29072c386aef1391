// The list of codes, each with its life: what a person wants of it, and what store and networks were last read to have.
import { pool } from "../../db.server.ts";
import { codeLife, type SideIn } from "../../domain/code-life.ts";
import { CONTRACT_LOOK_AHEAD_DAYS, contractEndOf } from "../../domain/contract.ts";
import type { CodeRow, Mark, Paged } from "../../domain/pages.ts";
import { iso, likePattern, NOTHING_SOLD, pageOrLast, pagesOf, soldByCode } from "./sold.ts";

const PAGE_SIZE = 50;

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
  total: number;
};

// The same as domain/code-life.ts, for choosing and ordering. $8 is the time.
const REPLACED = "(c.replaced_by is not null and (m.out or c.retired_at is not null))";
const IN_FORCE = `c.retired_at is null and not ${REPLACED}`;
const OVER = "coalesce(least(t.ends_at, d.ends_at) <= $8, false)";
const PAUSED = "(c.paused_at is not null or d.paused_at is not null)";
const IN_STORE = "coalesce(m.store_state = 'live', true)";
const BEGUN = "coalesce(greatest(t.starts_at, d.starts_at) <= $8, true)";

/** When the creator's time in the code's program of a network ends or ended, as it is known. */
export const CONTRACT_END = `(select coalesce(mb.left_at, mb.ends_at) from membership mb join program mg on mg.shop = mb.shop and mg.id = mb.program_id and mg.network <> 'none'
    where mb.shop = c.shop and mb.program_id = t.program_id and mb.creator_id = t.creator_id and mb.state in ('joined', 'left') order by mb.joined_at desc limit 1)`;
/** domain/contract.ts contractEndOf, of those that end soon or ended: the code's end is `end`, the time is `now`. */
export const outlivesContract = (end: string, now: string) => `coalesce(k.contract_end <= ${now}::timestamptz + interval '${CONTRACT_LOOK_AHEAD_DAYS} days' and (${end} is null or ${end} > greatest(k.contract_end, ${now})), false)`;

const VIEWS: Record<string, string> = {
  every: "true",
  wrong: "m.wrong",
  contract: `${IN_FORCE} and not ${OVER} and ${outlivesContract("least(t.ends_at, d.ends_at)", "$8")}`,
  waiting: "m.open and not m.wrong",
  live: `${IN_FORCE} and not ${OVER} and not ${PAUSED} and ${IN_STORE} and ${BEGUN} and not m.wrong and not m.open`,
  scheduled: `${IN_FORCE} and not ${OVER} and not ${PAUSED} and not m.lost and not (${IN_STORE} and ${BEGUN})`,
  paused: `${IN_FORCE} and not ${OVER} and ${PAUSED}`,
  ended: `${IN_FORCE} and ${OVER}`,
  retired: `c.retired_at is not null or ${REPLACED}`,
};

const SORTS: Record<string, string> = {
  wrong: `m.wrong desc, (c.retired_at is not null or ${REPLACED}), m.open desc, c.position desc`,
  code: "c.key, c.position",
  newest: "c.position desc",
  creator: "lower(r.name) nulls last, c.key, c.position",
};

/** A side is wrong where a person has to act: refused, missing, otherwise than here, or still open after several tries. */
const SIDES = `select coalesce(jsonb_agg(jsonb_build_object('target', p.target, 'name', pg.name, 'wanted', p.wanted, 'state', p.state, 'problem', p.problem, 'readAt', p.read_at, 'attempts', p.attempts,
      'nextAt', p.next_at, 'differs', p.differs) order by p.target <> 'store', pg.name), '[]') as sides,
    coalesce(bool_and(p.wanted = 'gone'), false) as out, min(p.state) filter (where p.target = 'store') as store_state,
    coalesce(bool_or(p.target = 'store' and p.wanted = 'live' and p.state = 'missing'), false) as lost,
    coalesce(bool_or(p.state in ('refused', 'by_hand') or (p.state = 'missing' and p.wanted = 'live') or (p.wanted = 'live' and p.state = 'live' and p.differs)), false) as wrong,
    coalesce(bool_or(case p.wanted when 'live' then p.state in ('waiting', 'asked', 'leaving', 'expired') else p.state in ('waiting', 'asked', 'leaving', 'live') end), false) as open
  from (select q.*, (q.state = 'live' and q.problem is not null)
          or exists (select 1 from drift x where x.shop = q.shop and x.about = 'code' and x.about_id = q.code_id and x.target = q.target and x.closed_at is null) as differs
        from code_placement q where q.shop = c.shop and q.code_id = c.id) p
  left join program pg on pg.shop = p.shop and pg.id = p.target`;

const NEWEST_TERM = "select * from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1";

/** One page of the shop's codes; by default what is wrong comes first, then what is under way. */
export function listCodes(shop: string, query: CodeQuery): Promise<Paged<CodeRow>> {
  return pageOrLast(query.page, (page) => codesAt(shop, query, page));
}

async function codesAt(shop: string, query: CodeQuery, page: number): Promise<Paged<CodeRow>> {
  const { rows } = await pool().query<RawCode>(
    `select c.id, c.code, c.match, t.creator_id, r.name as creator_name, c.deal_id, d.name as deal_name, d.starts_at as deal_starts_at, d.ends_at as deal_ends_at, d.paused_at as deal_paused_at,
            t.program_id, g.name as program_name, g.network as program_network, t.credit_policy, t.starts_at, t.ends_at, c.created_at, c.paused_at, c.retired_at, c.replaced_by, c.void_from,
            c.void_reason, (c.deal_id is not null and c.discount_id is not null and c.discount_id is distinct from d.store_id) as moving, m.sides, k.contract_end, (count(*) over ())::int as total
       from code c
       left join lateral (${NEWEST_TERM}) t on true
       cross join lateral (select ${CONTRACT_END} as contract_end) k
       left join creator r on r.shop = c.shop and r.id = t.creator_id
       left join deal d on d.shop = c.shop and d.id = c.deal_id
       left join program g on g.shop = c.shop and g.id = t.program_id
       cross join lateral (${SIDES}) m
      where c.shop = $1 and (${VIEWS[query.view] ?? VIEWS["every"]})
        and ($2 = '' or c.code ilike $3 or r.name ilike $3 or d.name ilike $3)
        and ($4 = '' or t.creator_id = $4) and ($5 = '' or c.deal_id = $5) and ($7 = '' or c.id = $7)
        and ($9 = '' or exists (select from code_placement q where q.shop = c.shop and q.code_id = c.id and q.target = $9 and q.wanted = 'live' and q.state in ('refused', 'missing')))
        and $8::timestamptz is not null
      order by ${SORTS[query.sort] ?? SORTS["wrong"]} limit ${PAGE_SIZE} offset $6`,
    [shop, query.q, likePattern(query.q), query.creatorId, query.dealId, (page - 1) * PAGE_SIZE, query.codeId ?? "", query.now, query.refusedIn ?? ""],
  );
  const sold = await soldByCode(shop, rows.map((row) => row.id));
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map((row) => ({ ...codeRow(row, query.now), sold: sold.get(row.id) ?? NOTHING_SOLD })), total, page, pages: pagesOf(total, PAGE_SIZE) };
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
    `select count(*)::int as all, (count(*) filter (where c.retired_at is not null or (c.replaced_by is not null and p.out)))::int as retired,
            (count(*) filter (where p.wrong or x.about_id is not null))::int as wrong, (count(*) filter (where p.open and not p.wrong and x.about_id is null))::int as waiting,
            (count(*) filter (where p.coming and not p.wrong and x.about_id is null))::int as coming, (count(*) filter (where not p.out and not p.wrong and x.about_id is null))::int as live
       from code c
       left join (select code_id, bool_and(wanted = 'gone') as out, bool_or(wanted = 'live' and state in ('waiting', 'asked', 'leaving', 'expired')) as coming,
                    bool_or(state in ('refused', 'by_hand') or (wanted = 'live' and (state = 'missing' or (state = 'live' and problem is not null)))) as wrong,
                    bool_or(case wanted when 'live' then state in ('waiting', 'asked', 'leaving', 'expired') else state in ('waiting', 'asked', 'leaving', 'live') end) as open
                    from code_placement where shop = $1 group by code_id) p on p.code_id = c.id
       left join (select distinct x.about_id from drift x join code_placement q on q.shop = x.shop and q.code_id = x.about_id and q.target = x.target and q.wanted = 'live' and q.state = 'live'
                   where x.shop = $1 and x.about = 'code' and x.closed_at is null) x on x.about_id = c.id
      where c.shop = $1`,
    [shop],
  );
  return rows[0] ?? { all: 0, wrong: 0, waiting: 0, coming: 0, live: 0, retired: 0 };
}
