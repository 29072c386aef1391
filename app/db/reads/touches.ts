// What the page Clicks shows: the way from a click to an order, by creator, and the codes that are used without a click. A click is a row of `touch`; whose a
// network's click is, `click_owner` says.
import { pool } from "../../db.server.ts";
import type { StorefrontState } from "../../domain/storefront-page.ts";
import { type ClickedCreator, type Clicks, type CodeClicks, type Funnel, NO_FUNNEL } from "../../domain/touches-page.ts";
import { BOUNDS } from "./home.ts";
import { iso } from "./sold.ts";

type Span = { days: number; now: Date; timezone: string };

/** Where the last so many periods begin: as an expression of the values alone, from which PostgreSQL knows beforehand how much of a table that is. */
const begins = (periods: 1 | 2) => `((($2::timestamptz at time zone $3)::date - (${periods} * $4::int - 1))::timestamp at time zone $3)`;

const OWNER = "coalesce(t.creator_id, w.creator_id)";
const WITH_OWNER = "left join click_owner w on t.creator_id is null and w.shop = t.shop and w.parameter = t.parameter and w.click_id = t.click_id";

type Counted = { clicks: number; visitors: number };
type RawCreator = Counted & { creator_id: string | null; name: string | null; handle: string | null };
type RawAll = Counted & { since: Date };

/** The clicks of the period by creator; null: whose they are is not known. Visitors are grouped before they are counted: that takes half the time of a sorted count. */
async function countByCreator(values: unknown[]): Promise<RawCreator[]> {
  const { rows } = await pool().query<RawCreator>(
    `with n as (select x.creator_id, sum(x.clicks)::int as clicks, count(*)::int as visitors
                  from (select ${OWNER} as creator_id, t.visitor, count(*) as clicks from touch t ${WITH_OWNER} where t.shop = $1 and t.at >= ${begins(1)} and t.at <= $2 group by 1, 2) x group by x.creator_id)
     select n.*, r.name, r.handle from n left join creator r on r.shop = $1 and r.id = n.creator_id`,
    values,
  );
  return rows;
}

const PERIODS = { now: `t.at >= ${begins(1)} and t.at <= $2`, then: `t.at >= ${begins(2)} and t.at < ${begins(1)}` };

/** The clicks of the period, or of the one before, of all creators together or of one; and when it began. */
async function countAll(period: "now" | "then", values: unknown[], creatorId: string | null): Promise<RawAll> {
  const { rows } = await pool().query<RawAll>(
    `select ${begins(period === "now" ? 1 : 2)} as since, coalesce(sum(x.clicks), 0)::int as clicks, count(x.visitor)::int as visitors
       from (select t.visitor, count(*) as clicks from touch t ${WITH_OWNER} where t.shop = $1 and ${PERIODS[period]} and ${OWNER} is not null and ($5::text is null or ${OWNER} = $5) group by t.visitor) x`,
    [...values, creatorId],
  );
  return rows[0]!;
}

type RawFollowed = { creator_id: string | null; is_all: boolean; is_now: boolean; ordered: number; with_code: number; credited: number; code_orders: number; credited_orders: number; sales: string };

// Orders of both periods with each visitor who is known to have placed them: named by the order itself, or tied to its checkout or its customer.
const PLACED = `s as materialized (
    select o.order_id, o.created_at, o.created_at >= b.since as is_now, case when o.created_at >= b.since then b.since else b.before end as since, o.visitor, o.checkout_token, o.customer_hash, o.credited
      from b join order_state o on o.shop = $1 and o.created_at >= ${begins(2)} and o.created_at <= $2
     where o.deleted_at is null and o.reason is distinct from 'test_order' and (o.visitor is not null or o.checkout_token is not null or o.customer_hash is not null)),
  v as materialized (
    select order_id, visitor from s where visitor is not null
     union select s.order_id, y.visitor from s join visitor_tie y on y.shop = $1 and y.kind = 'checkout' and y.value = s.checkout_token
     union select s.order_id, y.visitor from s join visitor_tie y on y.shop = $1 and y.kind = 'customer' and y.value = s.customer_hash)`;

// Each order after a click of the same period, with what came of it for the creator who was clicked and for all. `own_first` and `first` mark one row of each order, for sums.
const FOLLOWED = `e as materialized (
    select c.creator_id, v.visitor, s.order_id, s.is_now, s.credited, d.own_code, d.any_code, l.amount as own_amount,
           row_number() over (partition by c.creator_id, s.order_id order by v.visitor) = 1 as own_first, row_number() over (partition by s.order_id order by v.visitor, c.creator_id) = 1 as first
      from v join s on s.order_id = v.order_id
      cross join lateral (select distinct ${OWNER} as creator_id from touch t ${WITH_OWNER} where t.shop = $1 and t.visitor = v.visitor and t.at >= s.since and t.at <= s.created_at and ${OWNER} is not null and ($5::text is null or ${OWNER} = $5)) c
      cross join lateral (select count(*) > 0 as any_code, coalesce(bool_or(d.creator_id = c.creator_id), false) as own_code from decision d where d.shop = $1 and d.order_id = s.order_id and d.code_id <> '') d
      cross join lateral (select coalesce(sum(l.amount), 0) as amount from ledger_entry l where l.shop = $1 and l.order_id = s.order_id and l.creator_id = c.creator_id) l)`;

/** What followed from the clicks: in both periods by creator, and of all creators together. `creatorId` null: of all, each by himself too. */
async function followUps(values: unknown[], creatorId: string | null): Promise<RawFollowed[]> {
  const { rows } = await pool().query<RawFollowed>(
    `with ${BOUNDS}, ${PLACED}, ${FOLLOWED}
     select creator_id, false as is_all, is_now, count(distinct visitor)::int as ordered, (count(distinct visitor) filter (where own_code))::int as with_code, (count(distinct visitor) filter (where own_amount > 0))::int as credited,
            (count(*) filter (where own_first and own_code))::int as code_orders, (count(*) filter (where own_first and own_amount > 0))::int as credited_orders, (coalesce(sum(own_amount) filter (where own_first), 0))::text as sales
       from e group by creator_id, is_now
     union all
     select null, true, is_now, count(distinct visitor)::int, (count(distinct visitor) filter (where any_code))::int, (count(distinct visitor) filter (where credited > 0))::int,
            (count(*) filter (where first and any_code))::int, (count(*) filter (where first and credited > 0))::int, (coalesce(sum(credited) filter (where first), 0))::text
       from e group by is_now`,
    [...values, creatorId],
  );
  return rows;
}

function funnelOf({ clicks, visitors }: Counted, followed: RawFollowed | undefined): Funnel {
  const counted = { ...NO_FUNNEL, clicks, visitors };
  if (!followed) return counted;
  return { ...counted, ordered: followed.ordered, withCode: followed.with_code, credited: followed.credited, codeOrders: followed.code_orders, creditedOrders: followed.credited_orders, sales: followed.sales };
}

/** The clicks of the last `days` days of the shop's time zone, today included, and what followed from them, against as many days before. */
export async function clicksOf(shop: string, { days, now, timezone }: Span): Promise<Clicks> {
  const values = [shop, now, timezone, days];
  const [own, all, before, followed] = await Promise.all([countByCreator(values), countAll("now", values, null), countAll("then", values, null), followUps(values, null)]);
  const after = new Map(followed.filter((row) => !row.is_all && row.is_now).map((row) => [row.creator_id, row]));
  const unknown = own.find((row) => row.creator_id === null);
  return {
    from: all.since.toISOString(),
    before: before.since.toISOString(),
    now: funnelOf(all, followed.find((row) => row.is_all && row.is_now)),
    then: funnelOf(before, followed.find((row) => row.is_all && !row.is_now)),
    creators: own.flatMap((row): ClickedCreator[] => (row.creator_id === null ? [] : [{ id: row.creator_id, name: row.name ?? "", handle: row.handle, funnel: funnelOf(row, after.get(row.creator_id)) }])),
    unknown: { clicks: unknown?.clicks ?? 0, visitors: unknown?.visitors ?? 0 },
  };
}

/** One creator's clicks and what followed from them: what counts is a code of this creator's, and credit to this creator. */
export async function clicksOfCreator(shop: string, { days, now, timezone }: Span, creatorId: string): Promise<{ now: Funnel; then: Funnel }> {
  const values = [shop, now, timezone, days];
  const [clicks, before, followed] = await Promise.all([countAll("now", values, creatorId), countAll("then", values, creatorId), followUps(values, creatorId)]);
  const after = (isNow: boolean) => followed.find((row) => !row.is_all && row.is_now === isNow);
  return { now: funnelOf(clicks, after(true)), then: funnelOf(before, after(false)) };
}

// Of an order it is known whether its creator was clicked (`clicked` of the decision) where the buyer's browser is known, and no click of it is still nobody's.
// A landing page says something only where there was a click: with it in the share, codes without clicks would look the better the less is known.
const SEEN = "coalesce(o.evidence in ('attributes', 'pixel'), false)";
const BY_CODE = `count(*)::int as orders, (count(*) filter (where ${SEEN} and d.clicked in ('own', 'other', 'none')))::int as seen, (count(*) filter (where ${SEEN} and d.clicked in ('other', 'none')))::int as without,
  (count(*) filter (where ${SEEN} and d.clicked = 'unknown'))::int as unsure, (count(*) filter (where not ${SEEN} or d.clicked is null))::int as unseen`;

// An order that was a test, or that renews a subscription, is never preceded by a click.
const WITH_CODE = "d.shop = $1 and d.code_id <> '' and (d.reason is null or d.reason not in ('test_order', 'renewal'))";

/** The codes that are somebody's, with their orders of the period by what is known of the clicks before them. Codes for everybody are left out: they are nobody's to be leaked. */
export async function clicksByCode(shop: string, { days, now, timezone }: Span): Promise<CodeClicks[]> {
  const { rows } = await pool().query<CodeClicks>(
    `with n as (select d.code_id, ${BY_CODE} from order_state o join decision d on d.order_id = o.order_id and ${WITH_CODE} where o.shop = $1 and o.created_at >= ${begins(1)} and o.created_at <= $2 group by d.code_id)
     select n.code_id as id, k.code, jsonb_build_object('id', r.id, 'name', r.name) as creator, n.orders, n.seen, n.without, n.unsure, n.unseen
       from n join code k on k.shop = $1 and k.id = n.code_id
       join lateral (select t.creator_id from code_term t where t.shop = $1 and t.code_id = k.id order by t.valid_from desc limit 1) t on true
       join creator r on r.shop = $1 and r.id = t.creator_id`,
    [shop, now, timezone, days],
  );
  return rows;
}

/** The same of one code, of all its orders; null where it has none. */
export async function clicksOfCode(shop: string, codeId: string): Promise<Pick<CodeClicks, "orders" | "seen" | "without" | "unsure" | "unseen"> | null> {
  const { rows } = await pool().query<Pick<CodeClicks, "orders" | "seen" | "without" | "unsure" | "unseen">>(`select ${BY_CODE} from decision d join order_state o on o.shop = d.shop and o.order_id = d.order_id where ${WITH_CODE} and d.code_id = $2`, [shop, codeId]);
  return rows[0]!.orders === 0 ? null : rows[0]!;
}

type RawState = { any_click: boolean; has_pixel: boolean; problem: string | null; settings_at: Date | null; pixel_seen_at: Date | null; embed_seen_at: Date | null };

/** Whether clicks can be noted in the shop's storefront, and whether any ever was. */
export async function storefrontState(shop: string): Promise<StorefrontState> {
  const { rows } = await pool().query<RawState>(
    `select (select at from touch where shop = $1 order by at desc limit 1) is not null as any_click, coalesce(s.pixel_id is not null, false) as has_pixel, s.problem, s.settings_at, s.pixel_seen_at, s.embed_seen_at
       from (select 1) one left join storefront s on s.shop = $1`,
    [shop],
  );
  const row = rows[0]!;
  return { anyClick: row.any_click, hasPixel: row.has_pixel, problem: row.problem, settingsAt: iso(row.settings_at), pixelSeenAt: iso(row.pixel_seen_at), embedSeenAt: iso(row.embed_seen_at) };
}
