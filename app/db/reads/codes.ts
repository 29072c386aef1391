// What the pages Codes and Give codes show.
import { pool } from "../../db.server.ts";
import type { DealTerms } from "../../domain/deal.ts";
import type { CodeRow, GiveCreator, GiveDeal, Paged } from "../../domain/pages.ts";
import { phaseAt, splitMarks } from "./deals.ts";
import { iso, likePattern, NOTHING_SOLD, pageOrLast, pagesOf, soldByCode } from "./sold.ts";

const PAGE_SIZE = 50;
/** The most creators that the page Give codes lists; beyond that they are searched for. */
export const MOST_TO_GIVE = 500;

export type CodeQuery = { view: string; q: string; codeId?: string; creatorId: string; dealId: string; sort: string; page: number; now: Date };

type RawCode = {
  id: string;
  code: string;
  match: string;
  creator_id: string | null;
  creator_name: string | null;
  deal_id: string | null;
  deal_name: string | null;
  program_id: string | null;
  program_name: string | null;
  program_network: string | null;
  credit_policy: string | null;
  starts_at: Date | null;
  ends_at: Date | null;
  created_at: Date;
  retired_at: Date | null;
  marks: Parameters<typeof splitMarks>[0];
  total: number;
};

// "all" is what is in force; "every" has the retired ones too.
const VIEWS: Record<string, string> = {
  all: "c.retired_at is null",
  every: "true",
  wrong: "c.retired_at is null and m.wrong",
  waiting: "c.retired_at is null and m.waiting",
  live: "c.retired_at is null and not m.wrong and not m.waiting",
  retired: "c.retired_at is not null",
};

const SORTS: Record<string, string> = {
  wrong: "c.retired_at is not null, m.wrong desc, m.waiting desc, c.position desc",
  code: "c.key, c.position",
  newest: "c.position desc",
  creator: "lower(r.name) nulls last, c.key, c.position",
};

/** One page of the shop's codes; by default what is wrong comes first, then what is waiting. */
export function listCodes(shop: string, query: CodeQuery): Promise<Paged<CodeRow>> {
  return pageOrLast(query.page, (page) => codesAt(shop, query, page));
}

async function codesAt(shop: string, query: CodeQuery, page: number): Promise<Paged<CodeRow>> {
  const { rows } = await pool().query<RawCode>(
    `select c.id, c.code, c.match, t.creator_id, r.name as creator_name, c.deal_id, d.name as deal_name, t.program_id, g.name as program_name, g.network as program_network,
            t.credit_policy, coalesce(t.starts_at, d.starts_at) as starts_at, coalesce(t.ends_at, d.ends_at) as ends_at, c.created_at, c.retired_at, m.marks, (count(*) over ())::int as total
       from code c
       left join lateral (select * from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
       left join creator r on r.shop = c.shop and r.id = t.creator_id
       left join deal d on d.shop = c.shop and d.id = c.deal_id
       left join program g on g.shop = c.shop and g.id = t.program_id
       cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('target', p.target, 'programName', pg.name, 'state', p.state, 'problem', p.problem, 'readAt', p.read_at)
                             order by p.target <> 'store', pg.name), '[]') as marks,
                             coalesce(bool_or(p.state in ('refused', 'missing')), false) as wrong, coalesce(bool_or(p.state in ('waiting', 'asked')), false) as waiting
                             from code_placement p left join program pg on pg.shop = p.shop and pg.id = p.target where p.shop = c.shop and p.code_id = c.id) m
      where c.shop = $1 and (${VIEWS[query.view] ?? VIEWS["all"]})
        and ($2 = '' or c.code ilike $3 or r.name ilike $3 or d.name ilike $3)
        and ($4 = '' or t.creator_id = $4) and ($5 = '' or c.deal_id = $5) and ($7 = '' or c.id = $7)
      order by ${SORTS[query.sort] ?? SORTS["wrong"]} limit ${PAGE_SIZE} offset $6`,
    [shop, query.q, likePattern(query.q), query.creatorId, query.dealId, (page - 1) * PAGE_SIZE, query.codeId ?? ""],
  );
  const sold = await soldByCode(shop, rows.map((row) => row.id));
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map((row) => ({ ...codeRow(row), sold: sold.get(row.id) ?? NOTHING_SOLD })), total, page, pages: pagesOf(total, PAGE_SIZE) };
}

function codeRow(row: RawCode): Omit<CodeRow, "sold"> {
  return {
    id: row.id,
    code: row.code,
    match: row.match,
    creator: row.creator_id === null ? null : { id: row.creator_id, name: row.creator_name ?? "" },
    deal: row.deal_id === null ? null : { id: row.deal_id, name: row.deal_name ?? "" },
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "", network: row.program_network ?? "none" },
    policy: row.credit_policy,
    startsAt: iso(row.starts_at),
    endsAt: iso(row.ends_at),
    createdAt: row.created_at.toISOString(),
    retiredAt: iso(row.retired_at),
    ...splitMarks(row.marks),
  };
}

export type CodeCounts = { all: number; wrong: number; waiting: number; retired: number };

/** How many codes there are, and how many of them need a hand or are still under way. */
export async function countCodes(shop: string): Promise<CodeCounts> {
  const { rows } = await pool().query<CodeCounts>(
    `select count(*)::int as all, (count(*) filter (where retired_at is not null))::int as retired,
            (count(*) filter (where retired_at is null and p.wrong))::int as wrong, (count(*) filter (where retired_at is null and p.waiting))::int as waiting
       from code c
       left join (select code_id, bool_or(state in ('refused', 'missing')) as wrong, bool_or(state in ('waiting', 'asked')) as waiting
                    from code_placement where shop = $1 group by code_id) p on p.code_id = c.id
      where c.shop = $1`,
    [shop],
  );
  return rows[0] ?? { all: 0, wrong: 0, waiting: 0, retired: 0 };
}

/** The deals that codes can be given for: those that have not ended. */
export async function dealsToGive(shop: string, now: Date): Promise<GiveDeal[]> {
  const { rows } = await pool().query<{ id: string; name: string; terms: DealTerms; starts_at: Date; ends_at: Date | null; program_id: string | null; program_name: string | null; network: string | null }>(
    `select d.id, d.name, d.terms, d.starts_at, d.ends_at, d.program_id, g.name as program_name, g.network
       from deal d left join program g on g.shop = d.shop and g.id = d.program_id
      where d.shop = $1 and (d.ends_at is null or d.ends_at > $2) order by d.created_at desc, d.id limit 250`,
    [shop, now],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    terms: row.terms,
    startsAt: row.starts_at.toISOString(),
    endsAt: iso(row.ends_at),
    phase: phaseAt(row.starts_at, row.ends_at, now),
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "", network: row.network ?? "none" },
  }));
}

const TO_GIVE = `c.id, c.name, c.email, c.handle,
            coalesce((select jsonb_agg(jsonb_build_object('programId', n.program_id, 'name', g.name, 'state', case when n.state = 'joined' and n.left_at <= $2 then 'left' else n.state end) order by g.name)
              from (select distinct on (m.program_id) m.* from membership m where m.shop = c.shop and m.creator_id = c.id order by m.program_id, m.joined_at desc) n
              join program g on g.shop = n.shop and g.id = n.program_id), '[]') as programs,
            coalesce((select jsonb_agg(jsonb_build_object('code', k.code, 'dealId', k.deal_id) order by k.position)
              from code k join lateral (select t.creator_id from code_term t where t.shop = k.shop and t.code_id = k.id order by t.valid_from desc limit 1) t on t.creator_id = c.id
             where k.shop = c.shop and k.retired_at is null), '[]') as codes`;

/** The creators that codes can be given to, with how they stand in each program and the codes they have; at most MOST_TO_GIVE, those already chosen among them. */
export async function creatorsToGive(shop: string, chosen: string[], now: Date): Promise<GiveCreator[]> {
  const { rows } = await pool().query<GiveCreator>(`select ${TO_GIVE} from creator c where c.shop = $1 order by c.id = any($3) desc, lower(c.name), c.id limit ${MOST_TO_GIVE}`, [shop, now, chosen]);
  return rows;
}

/** The same, of those whose name, handle or e-mail has the text. */
export async function searchCreatorsToGive(shop: string, text: string, now: Date): Promise<GiveCreator[]> {
  const { rows } = await pool().query<GiveCreator>(
    `select ${TO_GIVE} from creator c where c.shop = $1 and (c.name ilike $3 or c.handle ilike $3 or c.email ilike $3) order by lower(c.name), c.id limit 100`,
    [shop, now, likePattern(text.trim())],
  );
  return rows;
}
