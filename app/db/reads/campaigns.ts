// What the pages Campaigns and Campaign show. The codes of a campaign are those made for it, and those that creators have of its deal already.
import { pool } from "../../db.server.ts";
import type { CampaignCode, CampaignCounts, CampaignCreatorRow, CampaignRow } from "../../domain/campaign-page.ts";
import type { Paged, Phase } from "../../domain/pages.ts";
import { phaseAt, splitMarks } from "./deals.ts";
import { likePattern, NOTHING_SOLD, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 25;
const CREATORS_SHOWN = 50;

/** Codes with whose they are now: made for the campaign, or of its deal or a variation of that; `usable`: neither void nor on their way out. `$1` shop, `$2` campaign, `$3` deal or null. */
const CODES = `codes as materialized (
  select c.id, c.code, c.position, c.campaign_id is not distinct from $2 as own, t.creator_id,
         c.void_from is null and not coalesce((select bool_and(s.wanted = 'gone') from code_placement s where s.shop = c.shop and s.code_id = c.id), false) as usable
    from code c
    join lateral (select creator_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
   where c.shop = $1 and c.match = 'exact' and c.retired_at is null and (c.campaign_id = $2 or c.deal_id in (select d.id from deal d where d.shop = $1 and (d.id = $3 or d.parent_id = $3))))`;

/** How a code stands on a side, as its mark says it: one that is to be out there is out, or still open. */
const STANDS = "case when s.wanted = 'live' then s.state when s.state in ('expired', 'missing') then 'gone' else 'open' end";

export async function listCampaigns(shop: string, { view, q, page }: { view: string; q: string; page: number }): Promise<Paged<CampaignRow>> {
  return pageOrLast(page, async (page) => {
    const { rows } = await pool().query<CampaignRow & { total: number }>(
      `select p.id, p.name, p.title, p.codes, p.state, g.name as "programName", d.name as "dealName", p.created_at as "createdAt",
              n.invited, n.accepted, n.declined, coalesce(s.orders, 0)::int as orders, coalesce(s.amount, 0)::text as amount, (count(*) over ())::int as total
         from campaign p join program g on g.shop = p.shop and g.id = p.program_id left join deal d on d.shop = p.shop and d.id = p.deal_id
         cross join lateral (select (count(*) filter (where c.state = 'invited'))::int as invited, (count(*) filter (where c.state = 'accepted'))::int as accepted, (count(*) filter (where c.state = 'declined'))::int as declined
                from campaign_creator c where c.shop = p.shop and c.campaign_id = p.id) n
         left join lateral (select count(*) filter (where b.balance > 0) as orders, sum(b.balance) as amount
                from (select l.order_id, sum(l.amount) as balance from code k join ledger_entry l on l.shop = k.shop and l.code_id = k.id where k.shop = p.shop and k.campaign_id = p.id group by l.order_id) b) s on true
        where p.shop = $1 and ($2 = 'all' or p.state = $2) and ($3 = '' or p.name ilike $4 or p.title ilike $4)
        order by p.state = 'closed', p.created_at desc, p.id limit ${PAGE_SIZE} offset $5`,
      [shop, view, q, likePattern(q), (page - 1) * PAGE_SIZE],
    );
    const total = rows[0]?.total ?? 0;
    return { rows: rows.map(({ total: _total, ...row }) => ({ ...row, createdAt: new Date(row.createdAt).toISOString() })), total, page, pages: pagesOf(total, PAGE_SIZE) };
  });
}

export async function countCampaigns(shop: string): Promise<number> {
  const { rows } = await pool().query<{ n: number }>("select count(*)::int as n from campaign where shop = $1", [shop]);
  return rows[0]?.n ?? 0;
}

type Of = { campaignId: string; programId: string; dealId: string; codes: "each" | "one" };

/** The campaign's people: of its program, and whoever was asked besides. `$4` program, `$5` "one" where one code is for all. */
const PEOPLE = `people as (
  select r.id, r.name, r.email, r.handle, r.position, m.state as joined, m.partner_id, a.state as asked, k.id as code_id, k.code, k.usable
    from creator r
    left join lateral (select case when m.state = 'joined' and m.left_at is not null then 'left' else m.state end as state, m.partner_id from membership m
      where m.shop = r.shop and m.creator_id = r.id and m.program_id = $4 order by m.joined_at desc limit 1) m on true
    left join campaign_creator a on a.shop = r.shop and a.campaign_id = $2 and a.creator_id = r.id
    left join lateral (select k.id, k.code, k.usable from codes k where case when $5 = 'one' then k.creator_id is null and k.own else k.creator_id = r.id end order by k.usable desc, k.own desc, k.position limit 1) k on true
   where r.shop = $1 and (m.state is not null or a.state is not null))`;

const VIEWS: Record<string, string> = {
  all: "true",
  accepted: "asked = 'accepted'",
  waiting: "asked = 'accepted' and code_id is null",
  invited: "asked = 'invited'",
  declined: "asked = 'declined'",
  open: "asked is null",
};

type RawPerson = { id: string; name: string; email: string | null; handle: string | null; joined: string | null; asked: string | null; code_id: string | null; code: string | null; usable: boolean | null; marks: Parameters<typeof splitMarks>[0] | null; total: number };

/** One page of a campaign's creators, those who accepted first. */
export function listCampaignCreators(shop: string, of: Of, query: { view: string; q: string; page: number }): Promise<Paged<CampaignCreatorRow>> {
  return pageOrLast(query.page, (page) => creatorsAt(shop, of, query, page));
}

async function creatorsAt(shop: string, of: Of, { view, q }: { view: string; q: string }, page: number): Promise<Paged<CampaignCreatorRow>> {
  const { rows } = await pool().query<RawPerson>(
    `with ${CODES}, ${PEOPLE}
     select p.*, (count(*) over ())::int as total,
            (select jsonb_agg(jsonb_build_object('target', s.target, 'programName', g.name, 'state', ${STANDS}, 'problem', s.problem, 'readAt', s.read_at) order by s.target <> 'store', g.name)
               from code_placement s left join program g on g.shop = s.shop and g.id = s.target where s.shop = $1 and s.code_id = p.code_id) as marks
       from people p where (${VIEWS[view] ?? "true"}) and ($6 = '' or p.name ilike $7 or p.email ilike $7 or p.handle ilike $7 or p.code ilike $7)
      order by case p.asked when 'accepted' then 0 when 'invited' then 1 when 'declined' then 3 else 2 end, lower(p.name), p.id limit ${CREATORS_SHOWN} offset $8`,
    [...asked(shop, of), q, likePattern(q), (page - 1) * CREATORS_SHOWN],
  );
  const sold = await soldBy(shop, of, rows.map((row) => row.id));
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map((row) => ({ ...person(row), sold: sold.get(row.id) ?? NOTHING_SOLD })), total, page, pages: pagesOf(total, CREATORS_SHOWN) };
}

function asked(shop: string, { campaignId, dealId, programId, codes }: Of): [string, string, string | null, string, string] {
  return [shop, campaignId, dealId === "" ? null : dealId, programId, codes];
}

function person(row: RawPerson): Omit<CampaignCreatorRow, "sold"> {
  const { id, name, email, handle, joined } = row;
  const marks = row.code_id === null ? null : splitMarks(row.marks ?? []);
  const code: CampaignCode | null = marks === null ? null : { id: row.code_id!, code: row.code!, usable: row.usable!, store: marks.store, networks: marks.networks };
  return { id, name, email, handle, joined, asked: row.asked as CampaignCreatorRow["asked"], code };
}

/** What each of these creators sold with the codes of the campaign; of codes for all, only the campaign's own counts. */
async function soldBy(shop: string, of: Of, creatorIds: string[]): Promise<Map<string, { orders: number; amount: string }>> {
  const { rows } = await pool().query<{ id: string; orders: number; amount: string }>(
    `with ${CODES}
     select creator_id as id, (count(*) filter (where balance > 0))::int as orders, sum(balance)::text as amount
       from (select l.creator_id, l.order_id, sum(l.amount) as balance from ledger_entry l join codes k on k.id = l.code_id and (k.creator_id is not null or k.own)
              where l.shop = $1 and l.creator_id = any($4) group by l.creator_id, l.order_id) b group by creator_id`,
    [shop, of.campaignId, of.dealId === "" ? null : of.dealId, creatorIds],
  );
  return new Map(rows.map(({ id, ...sold }) => [id, sold]));
}

/** How many stand how, and how many of those who accepted have no code. */
export async function countCampaignCreators(shop: string, of: Of): Promise<CampaignCounts> {
  const { rows } = await pool().query<CampaignCounts>(
    `with ${CODES}, ${PEOPLE}
     select count(*)::int as all, ${["accepted", "waiting", "invited", "declined", "open"].map((view) => `(count(*) filter (where ${VIEWS[view]}))::int as ${view}`).join(", ")} from people`,
    asked(shop, of),
  );
  return rows[0] ?? { all: 0, accepted: 0, waiting: 0, invited: 0, declined: 0, open: 0 };
}

/** Who accepted and has no code yet, in the order of their names; only who has joined the program can be given one. */
export async function creatorsWithoutCode(shop: string, of: Of): Promise<{ id: string; joined: string | null }[]> {
  const { rows } = await pool().query<{ id: string; joined: string | null }>(`with ${CODES}, ${PEOPLE} select id, joined from people where ${VIEWS.waiting} order by lower(name), id`, asked(shop, of));
  return rows;
}

/** The campaign's one code for all; null where there is none. */
export async function codeForAll(shop: string, of: Of): Promise<CampaignCode | null> {
  const { rows } = await pool().query<{ id: string; code: string; usable: boolean; marks: Parameters<typeof splitMarks>[0] | null }>(
    `with ${CODES} select k.id, k.code, k.usable, (select jsonb_agg(jsonb_build_object('target', s.target, 'programName', null, 'state', ${STANDS}, 'problem', s.problem, 'readAt', s.read_at)) from code_placement s where s.shop = $1 and s.code_id = k.id) as marks
       from codes k where k.creator_id is null and k.own order by k.usable desc, k.position limit 1`,
    [shop, of.campaignId, of.dealId === "" ? null : of.dealId],
  );
  const row = rows[0];
  return row ? { id: row.id, code: row.code, usable: row.usable, ...splitMarks(row.marks ?? []) } : null;
}

/** The run that makes codes of the campaign and is not over yet, the newest. */
export async function openRunOf(shop: string, campaignId: string): Promise<{ id: string; state: string; total: number } | null> {
  const { rows } = await pool().query<{ id: string; state: string; total: number }>(
    "select id, state, total from code_batch where shop = $1 and campaign_id = $2 and state in ('checking', 'checked', 'running', 'stopped') order by created_at desc, id limit 1",
    [shop, campaignId],
  );
  return rows[0] ?? null;
}

/** Deals that a campaign of the program can give codes of: not over, of this program or of none. */
export async function dealsForCampaign(shop: string, programIds: string[], now: Date): Promise<{ id: string; name: string; programId: string | null; phase: Phase }[]> {
  const { rows } = await pool().query<{ id: string; name: string; programId: string | null; starts_at: Date; ends_at: Date | null; paused_at: Date | null }>(
    `select id, name, program_id as "programId", starts_at, ends_at, paused_at from deal where shop = $1 and parent_id is null and (program_id is null or program_id = any($2)) and (ends_at is null or ends_at > $3)
      order by created_at desc, id limit 250`,
    [shop, programIds, now],
  );
  return rows.map(({ id, name, programId, starts_at, ends_at, paused_at }) => ({ id, name, programId, phase: phaseAt(starts_at, ends_at, now, paused_at) }));
}

/** The networks' tracking links of these creators, by creator and by the path that each opens. */
export async function trackingLinksOf(shop: string, programId: string, creatorIds: string[]): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ creator_id: string; landing: string; url: string }>("select creator_id, landing, url from tracking_link where shop = $1 and program_id = $2 and creator_id = any($3)", [shop, programId, creatorIds]);
  return new Map(rows.map(({ creator_id, landing, url }) => [`${creator_id} ${landing}`, url]));
}
