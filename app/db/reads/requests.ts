// What the page Requests shows.
import { pool } from "../../db.server.ts";
import { standingOf } from "../../domain/code-request.ts";
import type { Paged } from "../../domain/pages.ts";
import { requestId, type RequestItem, type RequestsList, type RequestsReading } from "../../domain/request-page.ts";
import { iso, likePattern, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 50;
/** Its code is in force. */
const STANDS = "exists (select 1 from code o where o.shop = r.shop and o.id = r.code_id and o.retired_at is null)";
/** What failed and can be put right, or left something behind. */
const BROKEN = `coalesce(r.stage, '') = 'failed' and (r.state = 'new' or ${STANDS})`;
/** What a person may still have to do something about, or what is being done. */
const OPEN = `(coalesce(r.stage, '') in ('making', 'approving', 'rejecting') or (${BROKEN}) or (r.stage is null and r.state in ('new', 'other')))`;

type Raw = {
  total: number; connectionId: string; requestId: string; partner_name: string; creator_id: string | null; creator_name: string | null; email: string | null; program_id: string | null; program_name: string | null;
  asked: string; count: number | null; note: string; wished_id: string | null; wished_name: string | null; placed_at: Date | null; needed_at: Date | null; state: string; state_word: string | null; codes: { asked: string; approved: string | null }[] | null; comments: string | null;
  wanted: string | null; stage: string | null; code: string | null; code_id: string | null; code_stands: boolean; policy: string | null; deal_id: string | null; deal_name: string | null; reason: string | null; problem: string | null; who: string | null;
  chosen_at: Date | null; done_at: Date | null; store_state: string | null; store_problem: string | null; store_read: Date | null; network_state: string | null; network_problem: string | null; network_read: Date | null;
};

/** view: open (what needs a hand, or is being carried out), decided, all. */
export async function listRequests(shop: string, query: { view: string; q: string; page: number }): Promise<RequestsList> {
  const counts = await countRequests(shop);
  return { ...(await pageOrLast(query.page, (page) => requestsAt(shop, { ...query, page }))), counts };
}

async function requestsAt(shop: string, { view, q, page }: { view: string; q: string; page: number }): Promise<Paged<RequestItem>> {
  const { rows } = await pool().query<Raw>(
    `select (count(*) over ())::int as total, r.connection_id as "connectionId", r.request_id as "requestId", r.partner_name, r.creator_id, c.name as creator_name, coalesce(c.email, b.contact_email) as email, r.program_id, g.name as program_name,
            r.asked, (r.seen->>'count')::int as count, r.note, wp.deal_id as wished_id, coalesce(wd.name, nullif(r.seen->>'dealName', '')) as wished_name, r.placed_at, r.needed_at, r.state, r.seen->>'stateWord' as state_word,
            r.seen->'codes' as codes, r.seen->>'comments' as comments, r.wanted, r.stage, r.code, r.code_id, coalesce(k.retired_at is null and k.id is not null, false) as code_stands, r.policy, r.deal_id, d.name as deal_name,
            r.reason, r.problem, r.who, r.chosen_at, r.done_at, s.state as store_state, s.problem as store_problem, s.read_at as store_read, n.state as network_state, n.problem as network_problem, n.read_at as network_read
     from code_request r
     left join creator c on c.shop = r.shop and c.id = r.creator_id
     left join lateral (select nullif(m.contact_email, '') as contact_email from membership m where m.shop = r.shop and m.creator_id = r.creator_id and m.program_id = r.program_id order by m.joined_at desc limit 1) b on true
     left join program g on g.shop = r.shop and g.id = r.program_id
     left join lateral (select w.deal_id from deal_placement w where w.shop = r.shop and w.program_id = r.program_id and w.external_id = r.deal_external_id limit 1) wp on true
     left join deal wd on wd.shop = r.shop and wd.id = wp.deal_id
     left join deal d on d.shop = r.shop and d.id = r.deal_id
     left join code k on k.shop = r.shop and k.id = r.code_id
     left join code_placement s on s.shop = k.shop and s.code_id = k.id and s.target = 'store'
     left join code_placement n on n.shop = k.shop and n.code_id = k.id and n.target = r.program_id
     where r.shop = $1 and ($2 = 'all' or ($2 = 'decided') <> ${OPEN}) and ($3 = '' or r.partner_name ilike $4 or c.name ilike $4 or r.asked ilike $4 or r.code ilike $4)
     order by r.stage is distinct from 'failed', r.stage is not null and ${OPEN}, case when ${OPEN} then r.placed_at end, coalesce(r.done_at, r.placed_at) desc, r.request_id limit ${PAGE_SIZE} offset $5`,
    [shop, view === "decided" || view === "all" ? view : "open", q, likePattern(q), (page - 1) * PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(itemOf), page, pages: pagesOf(total, PAGE_SIZE), total };
}

function itemOf(row: Raw): RequestItem {
  const codes = row.codes ?? [];
  const mark = (state: string | null, problem: string | null, readAt: Date | null) => (state === null ? null : { state, problem, readAt: iso(readAt) });
  return {
    id: requestId(row),
    creator: row.creator_id === null ? null : { id: row.creator_id, name: row.creator_name ?? row.partner_name },
    partnerName: row.partner_name,
    email: row.email,
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "" },
    asked: codes.map((one) => one.asked).filter((asked) => asked !== ""),
    count: row.count ?? 1,
    note: row.note,
    wishedDeal: row.wished_name === null ? null : { id: row.wished_id, name: row.wished_name },
    placedAt: iso(row.placed_at),
    neededAt: iso(row.needed_at),
    standing: standingOf(row),
    wanted: row.wanted,
    stage: row.stage,
    stateWord: row.state_word ?? row.state,
    state: row.state,
    granted: codes.flatMap((one) => (one.approved === null ? [] : [one.approved])),
    comments: row.comments ?? "",
    code: row.code,
    codeId: row.code_id,
    codeStands: row.code_stands,
    policy: row.policy,
    deal: row.deal_id === null ? null : { id: row.deal_id, name: row.deal_name ?? "" },
    reason: row.reason,
    problem: row.problem,
    who: row.who,
    chosenAt: iso(row.chosen_at),
    doneAt: iso(row.done_at),
    store: mark(row.store_state, row.store_problem, row.store_read),
    network: mark(row.network_state, row.network_problem, row.network_read),
  };
}

export async function countRequests(shop: string): Promise<{ open: number; decided: number }> {
  const { rows } = await pool().query<{ open: number; decided: number }>(
    `select (count(*) filter (where ${OPEN}))::int as open, (count(*) filter (where not ${OPEN}))::int as decided from code_request r where r.shop = $1`, [shop],
  );
  return rows[0]!;
}

/** How many wait for a person: to be decided, or to be put right. */
/** Of the row r: it waits for a person. */
export const WAITING_REQUEST = `((${BROKEN}) or (r.stage is null and r.state = 'new'))`;

export async function countWaitingRequests(shop: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(`select count(*)::int as count from code_request r where r.shop = $1 and ${WAITING_REQUEST}`, [shop]);
  return rows[0]!.count;
}

export async function requestsReading(shop: string): Promise<RequestsReading> {
  const { rows } = await pool().query<{ accounts: number; read_at: Date | null; problem: string | null }>(
    `select count(*)::int as accounts, min(n.requests_at) as read_at, min(n.requests_problem) as problem from network_connection n
     where n.shop = $1 and n.state = 'connected' and exists (select 1 from program g where g.shop = n.shop and g.connection_id = n.id and g.state = 'active')`,
    [shop],
  );
  const [row] = rows;
  return { accounts: row!.accounts, readAt: iso(row!.read_at), problem: row!.problem };
}
