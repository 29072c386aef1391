// What the page Clicks shows: the way from a click to an order, by creator, and the codes that are used without a click. A click is a row of `touch`; whose a
// network's click is, `click_owner` says.
import { pool } from "../../db.server.ts";
import { type ClickedCreator, type Clicks, type CodeClicks, type Funnel, NO_FUNNEL, type StorefrontState } from "../../domain/touches-page.ts";
import { BOUNDS } from "./home.ts";
import { iso } from "./sold.ts";

type Span = { days: number; now: Date; timezone: string };

// Clicks of both periods by visitor and creator, with the first of each. One creator's alone where `$5` names him.
const CLICKED = `c as materialized (
    select t.visitor, coalesce(t.creator_id, w.creator_id) as creator_id, t.at >= b.since as is_now, count(*) as clicks, min(t.at) as first
      from b join touch t on t.shop = $1 and t.at >= b.before and t.at <= $2
      left join click_owner w on t.creator_id is null and w.shop = t.shop and w.parameter = t.parameter and w.click_id = t.click_id
     where $5::text is null or coalesce(t.creator_id, w.creator_id) = $5 group by 1, 2, 3)`;

// Orders of both periods with each visitor who is known to have placed them: named by the order itself, or tied to its checkout or its customer.
const PLACED = `s as materialized (
    select o.order_id, o.created_at, o.created_at >= b.since as is_now, o.visitor, o.checkout_token, o.customer_hash, o.credited
      from b join order_state o on o.shop = $1 and o.created_at >= b.before and o.created_at <= $2
     where o.deleted_at is null and o.reason is distinct from 'test_order' and (o.visitor is not null or o.checkout_token is not null or o.customer_hash is not null)),
  v as materialized (
    select order_id, visitor from s where visitor is not null
     union select s.order_id, y.visitor from s join visitor_tie y on y.shop = $1 and y.kind = 'checkout' and y.value = s.checkout_token
     union select s.order_id, y.visitor from s join visitor_tie y on y.shop = $1 and y.kind = 'customer' and y.value = s.customer_hash)`;

// Orders after a click, with what came of them for the creator who was clicked and for all. `own_first` and `first` mark one row of each order, for sums.
const FOLLOWED = `p as materialized (
    select c.creator_id, c.visitor, c.is_now, s.order_id, s.credited from c join v on v.visitor = c.visitor join s on s.order_id = v.order_id and s.is_now = c.is_now and s.created_at >= c.first
     where c.creator_id is not null),
  e as materialized (
    select p.*, row_number() over (partition by p.creator_id, p.order_id order by p.visitor) = 1 as own_first, row_number() over (partition by p.order_id order by p.visitor, p.creator_id) = 1 as first,
           exists (select from decision d where d.shop = $1 and d.order_id = p.order_id and d.code_id <> '' and d.creator_id = p.creator_id) as own_code,
           exists (select from decision d where d.shop = $1 and d.order_id = p.order_id and d.code_id <> '') as any_code,
           coalesce((select sum(l.amount) from ledger_entry l where l.shop = $1 and l.order_id = p.order_id and l.creator_id = p.creator_id), 0) as own_amount
      from p)`;

// One row for each creator and period (null: whose clicks nobody knows), and one with the visitors of all creators together.
const COUNTED = `
  select 'own' as kind, f.creator_id, f.is_now, f.clicks, f.visitors, g.ordered, g.coded, g.credited, g.code_orders, g.credited_orders, g.sales
    from (select creator_id, is_now, sum(clicks)::int as clicks, count(*)::int as visitors from c group by creator_id, is_now) f
    left join (select creator_id, is_now, count(distinct visitor)::int as ordered, (count(distinct visitor) filter (where own_code))::int as coded, (count(distinct visitor) filter (where own_amount > 0))::int as credited,
        (count(*) filter (where own_first and own_code))::int as code_orders, (count(*) filter (where own_first and own_amount > 0))::int as credited_orders, (coalesce(sum(own_amount) filter (where own_first), 0))::text as sales
      from e group by creator_id, is_now) g on g.creator_id = f.creator_id and g.is_now = f.is_now
  union all
  select 'all', null, f.is_now, f.clicks, f.visitors, g.ordered, g.coded, g.credited, g.code_orders, g.credited_orders, g.sales
    from (select is_now, sum(clicks)::int as clicks, count(distinct visitor)::int as visitors from c where creator_id is not null group by is_now) f
    left join (select is_now, count(distinct visitor)::int as ordered, (count(distinct visitor) filter (where any_code))::int as coded, (count(distinct visitor) filter (where credited > 0))::int as credited,
        (count(*) filter (where first and any_code))::int as code_orders, (count(*) filter (where first and credited > 0))::int as credited_orders, (coalesce(sum(credited) filter (where first), 0))::text as sales
      from e group by is_now) g on g.is_now = f.is_now`;

type Followed = { ordered: number; coded: number; credited: number; code_orders: number; credited_orders: number; sales: string };
/** What followed is null where nothing did. */
type RawFunnel = { kind: "own" | "all"; creator_id: string | null; name: string | null; handle: string | null; is_now: boolean | null; since: Date; before: Date } & { clicks: number; visitors: number } & (Followed | { [Name in keyof Followed]: null });

/** The clicks of the last `days` days of the shop's time zone, today included, and what followed from them, against as many days before. `creatorId` null: of all creators. */
export async function clicksOf(shop: string, { days, now, timezone }: Span, creatorId: string | null = null): Promise<Clicks> {
  const { rows } = await pool().query<RawFunnel>(
    `with ${BOUNDS}, ${CLICKED}, ${PLACED}, ${FOLLOWED}, n as (${COUNTED})
     select b.since, b.before, n.*, r.name, r.handle from b left join n on true left join creator r on r.shop = $1 and r.id = n.creator_id`,
    [shop, now, timezone, days, creatorId],
  );
  const of = (kind: "own" | "all", isNow: boolean) => rows.filter((row) => row.kind === kind && row.is_now === isNow);
  const unknown = of("own", true).find((row) => row.creator_id === null);
  return {
    from: rows[0]!.since.toISOString(),
    before: rows[0]!.before.toISOString(),
    now: funnelOf(of("all", true)[0]),
    then: funnelOf(of("all", false)[0]),
    creators: of("own", true).flatMap((row): ClickedCreator[] => (row.creator_id === null ? [] : [{ id: row.creator_id, name: row.name ?? "", handle: row.handle, funnel: funnelOf(row) }])),
    unknown: { clicks: unknown?.clicks ?? 0, visitors: unknown?.visitors ?? 0 },
  };
}

/** One creator's clicks and what followed from them: what counts is a code of this creator's, and credit to this creator. */
export async function clicksOfCreator(shop: string, span: Span, creatorId: string): Promise<{ now: Funnel; then: Funnel }> {
  const { rows } = await pool().query<RawFunnel>(`with ${BOUNDS}, ${CLICKED}, ${PLACED}, ${FOLLOWED} select n.* from (${COUNTED}) n where n.kind = 'own'`, [shop, span.now, span.timezone, span.days, creatorId]);
  return { now: funnelOf(rows.find((row) => row.is_now)), then: funnelOf(rows.find((row) => !row.is_now)) };
}

function funnelOf(row: RawFunnel | undefined): Funnel {
  if (!row) return NO_FUNNEL;
  const clicked = { ...NO_FUNNEL, clicks: row.clicks, visitors: row.visitors };
  if (row.ordered === null) return clicked;
  return { ...clicked, ordered: row.ordered, withCode: row.coded, credited: row.credited, codeOrders: row.code_orders, creditedOrders: row.credited_orders, sales: row.sales };
}

// Of an order it is known whether its creator was clicked (`clicked` of the decision) where a visit of its buyer is known, and no click of it is still nobody's.
const BY_CODE = `count(*)::int as orders, (count(*) filter (where d.clicked in ('own', 'other', 'none')))::int as seen, (count(*) filter (where d.clicked in ('other', 'none')))::int as without,
  (count(*) filter (where d.clicked = 'unknown'))::int as unsure, (count(*) filter (where d.clicked is null))::int as unseen`;

// An order that was a test, or that renews a subscription, is never preceded by a click.
const WITH_CODE = "d.shop = $1 and d.code_id <> '' and (d.reason is null or d.reason not in ('test_order', 'renewal'))";

/** The codes that are somebody's, with their orders of the period by what is known of the clicks before them. Codes for everybody are left out: they are nobody's to be leaked. */
export async function clicksByCode(shop: string, { days, now, timezone }: Span): Promise<CodeClicks[]> {
  const { rows } = await pool().query<CodeClicks>(
    `with ${BOUNDS},
     n as (select d.code_id, ${BY_CODE} from b join order_state o on o.shop = $1 and o.created_at >= b.since and o.created_at <= $2 join decision d on d.order_id = o.order_id and ${WITH_CODE} group by d.code_id)
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
  const { rows } = await pool().query<Pick<CodeClicks, "orders" | "seen" | "without" | "unsure" | "unseen">>(`select ${BY_CODE} from decision d where ${WITH_CODE} and d.code_id = $2`, [shop, codeId]);
  return rows[0]!.orders === 0 ? null : rows[0]!;
}

type RawState = { any_click: boolean; has_pixel: boolean; problem: string | null; settings_at: Date | null; pixel_seen_at: Date | null; embed_seen_at: Date | null };

/** Whether clicks can be noted in the shop's storefront, and whether any ever was. */
export async function storefrontState(shop: string): Promise<StorefrontState> {
  const { rows } = await pool().query<RawState>(
    `select exists (select from touch where shop = $1) as any_click, coalesce(s.pixel_id is not null, false) as has_pixel, s.problem, s.settings_at, s.pixel_seen_at, s.embed_seen_at
       from (select 1) one left join storefront s on s.shop = $1`,
    [shop],
  );
  const row = rows[0]!;
  return { anyClick: row.any_click, hasPixel: row.has_pixel, problem: row.problem, settingsAt: iso(row.settings_at), pixelSeenAt: iso(row.pixel_seen_at), embedSeenAt: iso(row.embed_seen_at) };
}
