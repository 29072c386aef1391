// What the pages Creators and Creator show. Sales count on the day of their order, with what was returned taken off.
import { pool } from "../../db.server.ts";
import { CONTRACT_LOOK_AHEAD_DAYS } from "../../domain/contract.ts";
import type { CodeRow, CreatorDetail, CreatorOrder, CreatorRow, DaySales, Paged, ProgramState, Sold } from "../../domain/pages.ts";
import { listCodes } from "./code-list.ts";
import { isSummed, iso, likePattern, NOTHING_SOLD, pageOrLast, pagesOf, soldEver, soldFromSums, SUMMED } from "./sold.ts";

const PAGE_SIZE = 50;
const QUIET_DAYS = 30;
const DAY_MS = 86_400_000;

export type CreatorQuery = { view: string; q: string; sort: string; page: number; now: Date };

type RawCreator = {
  id: string;
  name: string;
  email: string | null;
  handle: string | null;
  programs: ProgramState[];
  codes: { id: string; code: string }[];
  orders: number | null;
  amount: string | null;
  last_sale: Date | null;
  total: number;
};

// The newest membership of each program says how the creator stands there now.
const PROGRAMS = `coalesce((select jsonb_agg(jsonb_build_object('programId', n.program_id, 'name', g.name, 'state', case when n.state = 'joined' and n.left_at <= $2 then 'left' else n.state end, 'word', n.state_text,
    'joinedAt', n.joined_at, 'leftAt', n.left_at, 'readAt', n.read_at) order by g.name)
  from (select distinct on (m.program_id) m.* from membership m where m.shop = c.shop and m.creator_id = c.id order by m.program_id, m.joined_at desc) n
  join program g on g.shop = n.shop and g.id = n.program_id), '[]')`;

/** A code `k` that is a creator's now, by its newest term `t`. */
const CODES_OF = (creator: string) => `code_term t join code k on k.shop = t.shop and k.id = t.code_id and k.retired_at is null
   where t.shop = $1 and t.creator_id = ${creator} and not exists (select from code_term l where l.shop = t.shop and l.code_id = t.code_id and l.valid_from > t.valid_from)`;
const HAS_CODE = `exists (select from ${CODES_OF("c.id")})`;
const JOINED = `exists (select 1 from membership m where m.shop = c.shop and m.creator_id = c.id and m.state = 'joined' and (m.left_at is null or m.left_at > $2))`;

const VIEWS: Record<string, string> = {
  all: "true",
  no_code: `not ${HAS_CODE}`,
  not_joined: `not ${JOINED}`,
  contract: `exists (select 1 from membership m where m.shop = c.shop and m.creator_id = c.id and m.state = 'joined' and m.left_at is null and m.ends_at between $2 and $2::timestamptz + interval '${CONTRACT_LOOK_AHEAD_DAYS} days')`,
  quiet: "(s.last_sale is null or s.last_sale < $5)",
};

const SORTS: Record<string, string> = {
  sales: "coalesce(s.amount, 0) desc, lower(c.name), c.id",
  name: "lower(c.name), c.id",
  last_sale: "s.last_sale desc nulls last, lower(c.name), c.id",
  newest: "c.position desc",
};

const SALES = `select b.creator_id as id, (count(*) filter (where b.balance > 0))::int as orders, sum(b.balance) as amount, max(o.created_at) filter (where b.balance > 0) as last_sale
  from (select creator_id, order_id, sum(amount) as balance from ledger_entry where shop = $1 group by creator_id, order_id) b
  join order_state o on o.shop = $1 and o.order_id = b.order_id group by b.creator_id`;

/** The same from the daily sums. The last sale is known to the day (as its beginning), which suffices to order by and to choose; on the page it is looked up. */
const SUMMED_SALES = `select s.id, s.orders, s.amount, greatest(d.day, u.day)::timestamp at time zone st.zone as last_sale
  from (${soldEver("creator")}) s cross join (select zone from sum_state where shop = $1 and built_at is not null) st
  left join lateral (select d.day from sum_day d where d.shop = $1 and d.kind = 'creator' and d.id = s.id and d.orders > 0 order by d.day desc limit 1) d on true
  left join lateral (select max((u.order_at at time zone st.zone)::date) as day from sum_change u where u.shop = $1 and u.creator_id = s.id and u.creator_orders > 0) u on true`;

const LAST_SALE = (since: string) => `(select max(o.created_at) from (select l.order_id from ledger_entry l where l.shop = $1 and l.creator_id = c.id ${since} group by l.order_id) b
    join order_state o on o.shop = $1 and o.order_id = b.order_id where (select sum(l.amount) from ledger_entry l where l.shop = $1 and l.order_id = b.order_id and l.creator_id = c.id) > 0)`;

/** One page of the shop's creators. `$2` is now. */
export function listCreators(shop: string, query: CreatorQuery): Promise<Paged<CreatorRow>> {
  return pageOrLast(query.page, async (page) => (await creatorsAt(shop, query, page, true)) ?? (await creatorsAt(shop, query, page, false))!);
}

/** `summed`: from the daily sums; null where they are not built. Only what is on the page is read in full. */
async function creatorsAt(shop: string, query: CreatorQuery, page: number, summed: boolean): Promise<Paged<CreatorRow> | null> {
  const order = SORTS[query.sort] ?? SORTS["sales"];
  const { rows } = await pool().query<RawCreator & { summed: boolean }>(
    `with s as (${summed ? SUMMED_SALES : SALES}),
     c as (select c.*, s.orders, s.amount, s.last_sale, (count(*) over ())::int as total, row_number() over (order by ${order}) as place
             from creator c left join s on s.id = c.id
            where c.shop = $1 and $2::timestamptz is not null and $5::timestamptz is not null and (${VIEWS[query.view] ?? "true"})
              and ($3 = '' or c.name ilike $4 or c.email ilike $4 or c.handle ilike $4 or exists (select from ${CODES_OF("c.id")} and k.code ilike $4))
            order by ${order} limit ${PAGE_SIZE} offset $6)
     select c.id, c.name, c.email, c.handle, ${PROGRAMS} as programs, k.codes, c.orders, c.amount::text as amount, c.total, ${SUMMED} as summed,
            ${summed ? `case when c.last_sale is not null then coalesce(${LAST_SALE("and l.at >= c.last_sale")}, ${LAST_SALE("")}) end` : "c.last_sale"} as last_sale
       from c cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'code', k.code) order by k.position), '[]') as codes from ${CODES_OF("c.id")}) k
      order by c.place`,
    [shop, query.now, query.q, likePattern(query.q), new Date(query.now.getTime() - QUIET_DAYS * DAY_MS), (page - 1) * PAGE_SIZE],
  );
  if (summed && (rows[0] === undefined ? !(await isSummed(shop)) : !rows[0].summed)) return null;
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(creatorRow), total, page, pages: pagesOf(total, PAGE_SIZE) };
}

function creatorRow(row: RawCreator): CreatorRow {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    handle: row.handle,
    programs: row.programs,
    codes: row.codes,
    sold: { orders: row.orders ?? 0, amount: row.amount ?? "0" },
    lastSaleAt: iso(row.last_sale),
  };
}

export type CreatorCounts = { all: number; withoutCode: number };

/** How many creators there are, and how many of those who have joined a program have no code yet. */
export async function countCreators(shop: string, now: Date): Promise<CreatorCounts> {
  const { rows } = await pool().query<CreatorCounts>(
    `select count(*)::int as all, (count(*) filter (where ${JOINED} and not ${HAS_CODE}))::int as "withoutCode" from creator c where c.shop = $1 and $2::timestamptz is not null`,
    [shop, now],
  );
  return rows[0] ?? { all: 0, withoutCode: 0 };
}

/** One creator with every membership, the newest first; null where the shop has no such creator. */
export async function readCreator(shop: string, id: string, now: Date): Promise<CreatorDetail | null> {
  const { rows } = await pool().query<{ id: string; name: string; email: string | null; handle: string | null; created_at: Date; awaiting: number; memberships: CreatorDetail["memberships"] }>(
    `select c.id, c.name, c.email, c.handle, c.created_at,
            (select count(distinct d.order_id)::int from decision d where d.shop = c.shop and d.outcome = 'awaiting_network' and d.creator_id = c.id) as awaiting,
            coalesce((select jsonb_agg(jsonb_build_object('programId', m.program_id, 'name', g.name, 'network', g.network, 'partnerId', m.partner_id,
                'state', case when m.state = 'joined' and m.left_at <= $3 then 'left' else m.state end, 'word', m.state_text, 'joinedAt', m.joined_at, 'leftAt', m.left_at, 'readAt', m.read_at,
                'contact', concat_ws(' · ', nullif(m.contact_name, ''), nullif(m.contact_email, '')), 'endsAt', case when m.state = 'joined' and m.left_at is null then m.ends_at end) order by m.joined_at desc)
              from membership m join program g on g.shop = m.shop and g.id = m.program_id where m.shop = c.shop and m.creator_id = c.id), '[]') as memberships
       from creator c where c.shop = $1 and c.id = $2`,
    [shop, id, now],
  );
  const row = rows[0];
  return row ? { id: row.id, name: row.name, email: row.email, handle: row.handle, createdAt: row.created_at.toISOString(), awaiting: row.awaiting, memberships: row.memberships } : null;
}

/** The codes that are, or were last, this creator's. */
export async function codesOfCreator(shop: string, creatorId: string, now: Date): Promise<CodeRow[]> {
  const { rows } = await listCodes(shop, { view: "every", q: "", creatorId, dealId: "", sort: "wrong", page: 1, now });
  return rows;
}

/** Sales by the day of the order in the shop's time zone: the `days` calendar days that end with that of `now` (a day may have 23 or 25 hours); days without a sale are filled with zero. */
export async function salesByDay(shop: string, creatorId: string, span: { days: number; now: Date; timezone: string }): Promise<DaySales[]> {
  const summed = await summedByDay(shop, creatorId, span);
  if (summed !== null) return summed;
  const { rows } = await pool().query<DaySales>(
    `select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(s.orders, 0)::int as orders, coalesce(s.amount, 0)::text as amount
       from generate_series(($4::timestamptz at time zone $5)::date - ($3::int - 1), ($4::timestamptz at time zone $5)::date, interval '1 day') d(day)
       left join (select (o.created_at at time zone $5)::date as day, count(*) filter (where b.balance > 0) as orders, sum(b.balance) as amount
                    from (select order_id, sum(amount) as balance from ledger_entry where shop = $1 and creator_id = $2 group by order_id) b
                    join order_state o on o.shop = $1 and o.order_id = b.order_id
                   where o.created_at >= $4::timestamptz - ($3::int + 1) * interval '1 day' group by 1) s on s.day = d.day::date
      order by d.day`,
    [shop, creatorId, span.days, span.now, span.timezone],
  );
  return rows;
}

async function summedByDay(shop: string, creatorId: string, span: { days: number; now: Date; timezone: string }): Promise<DaySales[] | null> {
  const { rows } = await pool().query<DaySales>({
    name: "creator_days",
    text: `select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(s.orders, 0)::int as orders, coalesce(s.amount, 0)::text as amount
       from (select from sum_state where shop = $1 and zone = $5 and built_at is not null) st
       cross join generate_series(($4::timestamptz at time zone $5)::date - ($3::int - 1), ($4::timestamptz at time zone $5)::date, interval '1 day') d(day)
       left join (select day, sum(orders) as orders, sum(amount) as amount from (
           select day, orders, amount from sum_day where shop = $1 and kind = 'creator' and id = $2 and day >= ($4::timestamptz at time zone $5)::date - ($3::int - 1)
           union all select (order_at at time zone $5)::date, creator_orders, amount from sum_change where shop = $1 and creator_id = $2) every group by day) s on s.day = d.day::date
      order by d.day`,
    values: [shop, creatorId, span.days, span.now, span.timezone],
  });
  return rows.length > 0 ? rows : null;
}

/** All that this creator ever sold. */
export async function soldByCreator(shop: string, creatorId: string): Promise<Sold> {
  const summed = await soldFromSums(shop, "creator", [creatorId]);
  if (summed !== null) return summed.get(creatorId) ?? NOTHING_SOLD;
  const { rows } = await pool().query<Sold>(
    `select (count(*) filter (where balance > 0))::int as orders, coalesce(sum(balance), 0)::text as amount
       from (select order_id, sum(amount) as balance from ledger_entry where shop = $1 and creator_id = $2 group by order_id) each_order`,
    [shop, creatorId],
  );
  return rows[0] ?? NOTHING_SOLD;
}

const NEWEST_SHOWN = 20;

/** From here on there are the newest orders of a creator: by the daily sums, the beginning of the day with which they are enough. An entry is not written before its order is there; a day of grace is for clocks. */
const NEWEST_FROM = `(select (n.day - 1)::timestamp at time zone st.zone from (select d.day, sum(d.orders) over (order by d.day desc) as orders from sum_day d where d.shop = $1 and d.kind = 'creator' and d.id = $2) n
  cross join (select zone from sum_state where shop = $1 and built_at is not null) st where n.orders >= ${NEWEST_SHOWN} order by n.day desc limit 1)`;

/** The newest orders credited to a creator: what is left of each, and what was taken back. */
export async function ordersOfCreator(shop: string, creatorId: string): Promise<CreatorOrder[]> {
  const { rows } = await pool().query<{ order_id: string; name: string; created_at: Date | null; code: string | null; amount: string; reversed: string }>(
    `with l as materialized (select distinct order_id from ledger_entry where shop = $1 and creator_id = $2 and at >= coalesce(${NEWEST_FROM}, '-infinity')),
     o as materialized (select o.order_id, o.name, o.created_at from l join order_state o on o.shop = $1 and o.order_id = l.order_id order by o.created_at desc nulls last, o.order_id limit ${NEWEST_SHOWN})
     select o.order_id, o.name, o.created_at, k.code, b.amount, b.reversed
       from o cross join lateral (select max(e.code_id) as code_id, sum(e.amount)::text as amount, coalesce(-sum(e.amount) filter (where e.kind = 'reversal'), 0)::text as reversed
               from ledger_entry e where e.shop = $1 and e.order_id = o.order_id and e.creator_id = $2) b
       left join code k on k.shop = $1 and k.id = b.code_id
      order by o.created_at desc nulls last, o.order_id`,
    [shop, creatorId],
  );
  return rows.map((row) => ({ orderId: row.order_id, name: row.name, createdAt: iso(row.created_at), code: row.code ?? "", amount: row.amount, reversed: row.reversed }));
}
